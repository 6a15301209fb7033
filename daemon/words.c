/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/words.h"

#include "engine/core/form.h"

static const char *const WORD_TEXTS[][LANGS] = {
#define WORD_TEXT(name, th, en) [WORD_##name] = {th, en},
    WORDS(WORD_TEXT)
#undef WORD_TEXT
};
_Static_assert(sizeof(WORD_TEXTS) / sizeof(WORD_TEXTS[0]) == WORD_COUNT, "every word has its text");

typedef struct FaultText {
    const char *name;
    const char *text[LANGS];
} FaultText;

static const FaultText FAULT_TEXTS[] = {
    [FORM_MISSING] = {"missing", {"โปรดกรอกหรือเลือกช่องนี้", "Please fill in this field."}},
    [FORM_REPEATED] = {"repeated", {"ช่องนี้ส่งมาซ้ำกัน โปรดเลือกเพียงค่าเดียว",
                                    "This came more than once; please give one answer."}},
    [FORM_TOO_LONG] = {"too_long", {"ข้อความยาวเกินไป โปรดย่อให้สั้นลง",
                                    "This is too long; please shorten it."}},
    [FORM_NOT_TEXT] = {"not_text", {"มีอักขระที่อ่านไม่ได้ หรือขึ้นบรรทัดใหม่ในช่องบรรทัดเดียว โปรดพิมพ์ใหม่",
                                    "This holds characters that cannot be read, or a line break "
                                    "in a one-line field; please type it again."}},
    [FORM_NOT_A_CHOICE] = {"not_a_choice", {"โปรดเลือกจากรายการที่มี",
                                            "Please choose one of the answers offered."}},
    [FORM_NOT_A_DATE] = {"not_a_date", {"วันที่ไม่ถูกต้อง เช่น 15/01/2569",
                                        "This is no date; write it like 15/01/2026."}},
    [FORM_IN_FUTURE] = {"in_future", {"วันที่นี้ยังมาไม่ถึง", "This day has not come yet."}},
    [FORM_NOT_A_NUMBER] = {"not_a_number", {"โปรดใส่ตัวเลขจำนวนเต็ม เช่น 5000",
                                            "Please give a whole number, such as 5000."}},
    [FORM_TOO_MANY_FILES] = {"too_many_files", {"แนบไฟล์มากเกินจำนวนที่กำหนด",
                                                "These are too many files."}},
    [FORM_FILE_TOO_LARGE] = {"file_too_large", {"มีไฟล์ใหญ่เกินกำหนด โปรดลดขนาดไฟล์",
                                                "A file is too large; please make it smaller."}},
    [FORM_FILE_TYPE] = {"file_type", {"ไฟล์ชนิดนี้ใช้ไม่ได้ โปรดดูชนิดไฟล์ที่รับในคำอธิบาย",
                                      "A file of this kind cannot be taken; see the kinds above."}},
    [FORM_FILE_EMPTY] = {"file_empty", {"มีไฟล์ว่างเปล่า โปรดเลือกใหม่",
                                        "A file is empty; please choose it again."}},
    [FORM_FILE_NO_ROOM] = {"file_no_room",
                           {"ขณะนี้ยังรับไฟล์ไม่ได้ โปรดส่งเรื่องโดยไม่แนบไฟล์ก่อน แล้วแนบภายหลังที่หน้าติดตาม",
                            "Files cannot be taken just now. Please send your words without them; you can "
                            "add files later on the tracking page."}},
    [FORM_PHOTO_KIND] = {"photo_kind",
                         {"ภาพชนิดนี้ (เช่น HEIC) ลบข้อมูลที่ซ่อนอยู่ไม่ได้ โปรดส่งเป็นภาพ JPEG: ตั้งกล้องเป็น "
                          "\"เข้ากันได้มากที่สุด\" หรือส่งภาพถ่ายหน้าจอของภาพนั้น",
                          "What is hidden in a picture of this kind (HEIC, for one) cannot be removed. Please "
                          "send it as JPEG: set the camera to \"Most compatible\", or send a screenshot "
                          "of the picture."}},
    [FORM_PHOTO_TORN] = {"photo_torn",
                         {"ลบข้อมูลที่ซ่อนอยู่ในภาพนี้ไม่ได้ เพราะไฟล์ไม่สมบูรณ์ โปรดเปิดภาพแล้วบันทึกใหม่เป็น JPEG "
                          "หรือส่งภาพถ่ายหน้าจอแทน",
                          "What is hidden in this picture cannot be removed, because the file is not "
                          "whole. Please open it and save it again as JPEG, or send a screenshot."}},
    [FORM_TOO_FEW] = {"too_few", {"จำนวนที่เลือกยังไม่ครบ", "Please give more than this."}},
    [FORM_IDENTITY_MODE] = {"identity_mode", {"โปรดเลือกว่าจะให้เราใช้ชื่อของท่านอย่างไร",
                                              "Please choose how we may use your name."}},
    [FORM_IDENTITY_FULL] = {"identity_full", {"ข้อมูลเกี่ยวกับตัวท่านรวมกันยาวเกินไป โปรดย่อให้สั้นลง",
                                              "What you wrote about yourself is too long in all; "
                                              "please shorten it."}},
};
_Static_assert(sizeof(FAULT_TEXTS) / sizeof(FAULT_TEXTS[0]) == FORM_FAULTS,
               "every fault has its text");

const char *word_in(Word word, Lang lang)
{
    return WORD_TEXTS[word][lang];
}

const char *fault_in(uint8_t code, Lang lang)
{
    return FAULT_TEXTS[code].text[lang];
}

const char *fault_name(uint8_t code)
{
    return FAULT_TEXTS[code].name;
}
