/* SPDX-License-Identifier: Apache-2.0 */
/* Every fixed text of the public pages, in both languages. A text may hold one %s, filled by
 * html_word_with. */
#pragma once

#include "base/str.h"
#include <stdint.h>

typedef enum Lang { LANG_TH, LANG_EN, LANGS } Lang;

/* name, Thai, English */
#define WORDS(X)                                                                                   \
    X(SKIP, "ข้ามไปยังเนื้อหา", "Skip to content")                                                     \
    X(HOME, "หน้าแรก", "Home")                                                                      \
    X(OTHER_LANG, "English", "ภาษาไทย")                                                             \
    X(SERVICE, "ศูนย์รับเรื่องร้องเรียนร้องทุกข์", "Complaint centre")                                       \
    X(HOME_TITLE, "แจ้งเรื่องถึงเรา เรามีกำหนดวันตอบ", "Tell us, and we answer in time")              \
    X(HOME_LEAD,                                                                                   \
      "แจ้งเรื่องเดือดร้อนหรือเบาะแสได้ทุกเวลา ไม่ต้องสมัครสมาชิก และติดตามผลได้ด้วยตนเอง",                        \
      "Report a problem or a concern at any time. No account needed, and you can follow what "     \
      "happens yourself.")                                                                         \
    X(OPEN_GO, "กรอกแบบฟอร์ม", "Fill in the form")                                                  \
    X(CHANNEL_OF, "ช่องทางแจ้ง%s", "%s")                                                           \
    X(PROTECTED_LEAD,                                                                              \
      "ช่องทางลับแยกต่างหาก ไม่ต้องบอกชื่อก็ได้ ผู้ถูกร้องเรียนไม่เห็นเรื่องนี้",                                  \
      "A separate, protected channel. You need not give your name, and the person complained "     \
      "of does not see the report.")                                                               \
    X(PROTECTED_GO, "แจ้งผ่านช่องทางลับ", "Report in confidence")                                      \
    X(TRACK_NAME, "ติดตามเรื่องของท่าน", "Follow your case")                                           \
    X(TRACK_LEAD, "ใช้รหัสติดตามที่ได้รับเมื่อส่งเรื่อง ดูสถานะ อ่านข้อความ และตอบกลับ",                           \
      "With the tracking code you got: see where your case stands, read messages, answer.")        \
    X(TRACK_GO, "ดูสถานะ", "Show my case")                                                          \
    X(DAYS_PROMISE, "แจ้งผลหรือความก้าวหน้าภายใน %s", "You hear from us within %s")                      \
    X(DAYS_BY_KIND, "แจ้งผลหรือความก้าวหน้าภายใน %s แล้วแต่เรื่อง",                                        \
      "You hear from us within %s, depending on what you ask for")                                 \
    X(TO, " ถึง ", " to ")                                                                          \
    X(SAME_DAY, "ในวันเดียวกัน", "the same day")                                                       \
    X(OTHERWISE, "กรณีอื่น", "otherwise")                                                             \
    X(CONTACT, "ติดต่อเจ้าหน้าที่", "Contact us")                                                       \
    X(ADDRESS, "ที่อยู่", "Address")                                                                  \
    X(PHONE, "โทรศัพท์", "Telephone")                                                                \
    X(HOURS, "เวลาทำการ", "Office hours")                                                           \
    X(ORDER_NO, "อ้างอิง: %s", "Reference: %s")                                                       \
    X(QUICK_EXIT, "ออกจากหน้านี้ทันที", "Leave this page now")                                         \
    X(SECRET_MARK, "ช่องทางลับ แยกจากเรื่องร้องเรียนทั่วไป",                                              \
      "Protected channel, apart from general complaints")                                          \
    X(WHO_MAY, "ใครแจ้งได้ และควรบอกอะไร", "Who can report, and what to tell")                         \
    X(WHO_MAY_TEXT,                                                                                \
      "ประชาชน ผู้ประกอบการ และบุคลากรของหน่วยงานแจ้งได้ทุกคน บอกว่าใคร ทำอะไร ที่ไหน เมื่อใด "               \
      "และรู้ได้อย่างไร เท่าที่ท่านทราบ รายละเอียดที่ตรวจสอบได้ช่วยให้เรื่องเดินต่อได้แม้ไม่บอกชื่อ",                   \
      "Anyone can: residents, companies, our own staff. Tell who did what, where, when and how "   \
      "you know, as far as you do. Facts that can be checked carry a report even without a name.") \
    X(PROTECTION, "เราคุ้มครองท่านอย่างไร", "How you are protected")                                    \
    X(PROTECTION_1,                                                                                \
      "ชื่อและข้อมูลที่ระบุตัวท่านถูกแยกเก็บและปิดผนึก ต้องมีผู้รักษากุญแจสองคนจึงเปิดได้ "                         \
      "เฉพาะเหตุตามกฎหมาย และเราจะแจ้งให้ท่านทราบ",                                                    \
      "Your name and whatever identifies you is kept apart and sealed. Two key holders together "  \
      "can open it, on a legal ground only, and you are told.")                                    \
    X(PROTECTION_2, "ผู้ถูกร้องเรียนและหน่วยงานของผู้นั้นไม่ได้รับกุญแจ และไม่เห็นว่ามีเรื่องนี้",                       \
      "The person complained of gets no key and does not see that a report exists.")               \
    X(PROTECTION_3, "เราไม่เก็บหมายเลขเครื่อง (IP) และหน้านี้ไม่ใช้คุกกี้หรือสคริปต์",                             \
      "We keep no network address (IP); this page uses no cookies and no scripts.")                \
    X(STAY_UNKNOWN, "ถ้าไม่อยากให้ใครรู้ว่าเป็นท่าน", "If nobody should guess it is you")                    \
    X(STAY_1, "ใช้โทรศัพท์หรือคอมพิวเตอร์ส่วนตัว ไม่ใช้เครื่องหรือ Wi-Fi ของที่ทำงาน",                            \
      "Use your own phone or computer, never a device or Wi-Fi at work.")                          \
    X(STAY_2, "อย่าใส่รายละเอียดที่มีท่านเพียงคนเดียวที่รู้",                                                 \
      "Leave out details that only you can know.")                                                 \
    X(STAY_3, "รูปถ่ายและเอกสารอาจมีชื่อผู้ทำ สถานที่ และเวลาซ่อนอยู่ ลบออกก่อนส่ง",                              \
      "Photos and files can carry a hidden author, place and time: remove them first.")            \
    X(STAY_4, "จดรหัสติดตามลงกระดาษ และลบประวัติการเข้าชมเมื่อเสร็จ",                                       \
      "Write the tracking code on paper, and clear your browser history afterwards.")              \
    X(AUTHORITIES, "แจ้งหน่วยงานภายนอกได้โดยตรง", "Authorities outside this office")                   \
    X(AUTHORITIES_TEXT,                                                                            \
      "ความคุ้มครองตามกฎหมาย ป.ป.ช. ผูกกับการแจ้ง ป.ป.ช. หรือหน่วยงานที่ ป.ป.ช. มอบหมาย "               \
      "ท่านแจ้งควบคู่กันได้",                                                                           \
      "Protection under the anti-corruption act is tied to reporting to the NACC or an agency it " \
      "has tasked. You can report to both.")                                                       \
    X(FORM_HELP, "ช่องที่ต้องกรอกมีคำว่า (จำเป็น) ที่เหลือไม่กรอกก็ได้",                                       \
      "Fields marked (required) must be filled; all others you may leave empty.")                  \
    X(REQUIRED, "จำเป็น", "required")                                                               \
    X(CODE_BEFORE, "จดรหัสติดตามนี้ไว้ก่อนส่ง", "Write down this tracking code before you send")              \
    X(CODE_BEFORE_TEXT,                                                                            \
      "เป็นกุญแจดอกเดียวของเรื่องนี้ เจ้าหน้าที่ออกให้ใหม่ไม่ได้ รหัสใช้ได้เมื่อส่งเรื่องแล้ว",                           \
      "It is the only key to your case and our staff cannot issue another. It works once you "     \
      "have sent the form.")                                                                       \
    X(SECTION_MATTER, "เรื่องที่ต้องการแจ้ง", "What it is about")                                         \
    X(SECTION_YOU, "เกี่ยวกับตัวท่าน", "About you")                                                    \
    X(SECTION_SEND, "อ่านและส่ง", "Read and send")                                                   \
    X(MODE_ASK, "ต้องการให้เราใช้ชื่อของท่านอย่างไร", "How may we use your name?")                         \
    X(MODE_OPEN, "เปิดเผยชื่อ", "Openly")                                                             \
    X(MODE_CONFIDENTIAL, "ปกปิดชื่อ", "Confidentially")                                              \
    X(MODE_ANONYMOUS, "ไม่บอกชื่อ", "Anonymously")                                                   \
    X(MODE_OPEN_TEXT, "เจ้าหน้าที่ที่ทำเรื่องนี้เห็นชื่อและติดต่อท่านได้",                                        \
      "The officers who work on your case see your name and can reach you.")                       \
    X(MODE_CONFIDENTIAL_TEXT,                                                                      \
      "เฉพาะผู้รับเรื่องที่ได้รับมอบหมายเห็นชื่อ คนอื่นในสำนักงานและคู่กรณีไม่เห็น",                                  \
      "Only the officer in charge sees your name; nobody else in the office, and not the other "   \
      "side.")                                                                                     \
    X(MODE_ANONYMOUS_TEXT,                                                                         \
      "ไม่มีใครเห็นชื่อ เราถามกลับได้ทางหน้าติดตามเท่านั้น โปรดเปิดดูด้วยรหัสของท่าน",                              \
      "Nobody sees a name. We can ask back only on the tracking page, so please look there.")      \
    X(MODE_OPEN_SEALED, "ท่านยินยอมให้ผู้ตรวจสอบขอเปิดชื่อได้ ชื่อยังคงถูกปิดผนึกแยกจากเรื่อง",                      \
      "You agree that the examiners may ask for your name; it still lies sealed, apart from the "  \
      "report.")                                                                                   \
    X(MODE_CONFIDENTIAL_SEALED,                                                                    \
      "ชื่อถูกปิดผนึก เปิดได้เมื่อผู้รักษากุญแจสองคนเห็นชอบตามเหตุในกฎหมายเท่านั้น",                               \
      "Your name is sealed; two key holders must agree, on a legal ground, before it is opened.")  \
    X(SEND, "ส่งเรื่อง", "Send")                                                                      \
    X(NOTICE_READ, "อ่านประกาศความเป็นส่วนตัว", "Read the privacy notice")                             \
    X(NOTICE_VERSION, "ฉบับ %s", "Version %s")                                                       \
    X(CHOOSE, "— เลือก —", "— choose —")                                                            \
    X(NO_ANSWER, "ไม่ตอบ", "No answer")                                                              \
    X(YES, "ใช่", "Yes")                                                                              \
    X(NO, "ไม่ใช่", "No")                                                                             \
    X(STAFF_LIST, "เลือกจากรายชื่อ", "Choose from the list")                                           \
    X(STAFF_OTHER, "ชื่อหรือตำแหน่งอื่นที่ไม่มีในรายชื่อ", "Another name or position")                            \
    X(STAFF_UNIT, "หน่วยงาน", "Unit")                                                                \
    X(STAFF_UNKNOWN, "ไม่ทราบว่าเป็นใคร", "I do not know who it was")                                   \
    X(FILES_LIMIT, "ทั้งหมดไม่เกิน 16 เมกะไบต์ต่อการส่งหนึ่งครั้ง ส่งเพิ่มภายหลังได้ที่หน้าติดตาม",                    \
      "At most 16 MB in one go; you can add more later on the tracking page.")                     \
    X(PHOTOS_CLEAN, "ลบข้อมูลที่บอกว่าถ่ายรูปที่ไหน เมื่อไร และด้วยเครื่องใด",                                       \
      "Remove where, when and with what the photos were taken")                                    \
    X(PHOTOS_CLEAN_HELP,                                                                           \
      "ใช้ได้กับภาพ JPEG, PNG และ WebP สิ่งที่เห็นในภาพไม่เปลี่ยน ส่วนวิดีโอและเอกสารอาจยังบอกข้อมูลนี้อยู่",            \
      "For JPEG, PNG and WebP pictures; what is seen in them stays as it is. Films and documents " \
      "may still tell.")                                                                           \
    X(FILES_AS_SENT,                                                                               \
      "ไฟล์ที่ไม่ใช่ภาพ (เช่น วิดีโอหรือเอกสาร) เราลบข้อมูลที่ซ่อนอยู่ให้ไม่ได้ จึงเก็บไว้ตามที่ท่านส่ง "               \
      "ในไฟล์อาจยังบอกว่าใครทำ ที่ไหน เมื่อไร ไฟล์ถูกปิดผนึกไว้แล้ว มีเพียงเจ้าหน้าที่ที่ดูแลเรื่องนี้ที่เปิดได้ "           \
      "หากท่านกังวล โปรดบอกเราที่หน้าติดตาม และอย่าส่งไฟล์เช่นนั้นเพิ่ม",                                      \
      "From files that are no pictures (films or documents, for example) we cannot take out what " \
      "they hide, so they were kept as you sent them and may still tell who made them, where and " \
      "when. They lie sealed: only the officers in charge of your case can open them. If that "    \
      "worries you, tell us on the tracking page, and send no more of that kind.")                 \
    X(FILES_GOT, "ไฟล์แนบที่ได้รับ", "Files received")                                                  \
    X(FILES_GOT_N, "%s ไฟล์", "%s")                                                                 \
    X(FILES_AGAIN, "โปรดเลือกไฟล์ใหม่อีกครั้ง เบราว์เซอร์ไม่จำไฟล์ที่เลือกไว้ ข้อความที่พิมพ์ยังอยู่ครบ",                \
      "Please choose your files again: a browser does not remember them. All you typed is still "  \
      "here.")                                                                                     \
    X(FAULTS_TITLE, "ยังส่งไม่ได้ โปรดตรวจสอบดังนี้", "Not sent yet. Please check the following")            \
    X(FAULTS_TEXT, "ข้อมูลที่พิมพ์ยังอยู่ครบ ยังไม่มีการบันทึกใด ๆ", "All you typed is still here; nothing has been stored.") \
    X(ERROR_WORD, "ข้อผิดพลาด:", "Error:")                                                            \
    X(RECEIPT_TITLE, "ได้รับเรื่องของท่านแล้ว", "We have received your report")                            \
    X(YOUR_CODE, "รหัสติดตามของท่าน", "Your tracking code")                                            \
    X(CODE_ONCE, "จดหรือพิมพ์เก็บไว้ รหัสนี้แสดงครั้งเดียว และออกใหม่ไม่ได้",                                    \
      "Write it down or print this page. It is shown this once and cannot be issued again.")       \
    X(CASE_NUMBER, "เลขที่เรื่อง", "Case number")                                                      \
    X(RECEIVED_ON, "วันที่รับเรื่อง", "Received")                                                       \
    X(DUE_ON, "ท่านจะได้รับแจ้งภายใน", "You will hear by")                                             \
    X(PROVISIONAL, "อาจเลื่อนหากมีประกาศวันหยุดเพิ่ม", "may move if further holidays are announced")        \
    X(NEXT_TITLE, "ขั้นตอนต่อไป", "What happens next")                                                 \
    X(NEXT_1, "เจ้าหน้าที่ตรวจสอบเรื่องและส่งให้ผู้รับผิดชอบ", "An officer checks your report and passes it on.") \
    X(NEXT_2, "เปิดหน้าติดตามด้วยรหัสของท่าน เพื่อดูสถานะและข้อความ หากต้องการข้อมูลเพิ่ม เราจะถามที่นั่น",           \
      "Open the tracking page with your code for status and messages. If we need to know more, "   \
      "we ask there.")                                                                             \
    X(NEXT_3, "ท่านส่งข้อมูลเพิ่มเติมหรือขอถอนเรื่องได้ทุกเมื่อที่หน้าติดตาม",                                    \
      "There you can add information or ask to withdraw at any time.")                             \
    X(PRINT_HINT, "พิมพ์หน้านี้เก็บเป็นหลักฐานการแจ้งได้ ในใบนี้ไม่มีเนื้อหาของเรื่อง",                               \
      "You can print this page as a receipt; it says nothing of what you reported.")               \
    X(TO_TRACK, "ไปที่หน้าติดตาม", "Go to the tracking page")                                          \
    X(HANDOVER_TITLE, "เรื่องของท่านอยู่ระหว่างตรวจสอบ", "Your matter is being looked into")             \
    X(HANDOVER_TEXT,                                                                               \
      "เพื่อความปลอดภัยของท่าน เรื่องนี้มีรหัสติดตามใหม่ โปรดจดรหัสใหม่ไว้ แล้วใช้แทนรหัสเดิม",                     \
      "For your safety it has a new tracking code. Please write the new code down and use it "     \
      "instead of the old one.")                                                                   \
    X(HANDOVER_CODE, "รหัสติดตามใหม่ของท่าน", "Your new tracking code")                               \
    X(HANDOVER_KEEP, "เจ้าหน้าที่ไม่ทราบรหัสนี้ และออกให้ใหม่ไม่ได้",                                         \
      "Our staff do not know this code and cannot issue another.")                                 \
    X(HANDOVER_GO, "จดรหัสใหม่แล้ว", "I have written it down")                                        \
    X(HANDOVER_ONCE, "เมื่อกดปุ่มด้านล่างแล้ว รหัสเดิมจะใช้ไม่ได้อีก และจะไม่แสดงรหัสใหม่ซ้ำ",                       \
      "Once you press the button below, the old code works no more, and the new one is not shown " \
      "again.")                                                                                    \
    X(HANDOVER_DONE_TITLE, "เรียบร้อยแล้ว", "All set")                                               \
    X(HANDOVER_DONE, "จากนี้ไป โปรดติดตามเรื่องของท่านด้วยรหัสใหม่ รหัสเดิมใช้ไม่ได้แล้ว",                        \
      "From now on please follow your case with the new code. The old one no longer works.")       \
    X(OPENS_CODE_TEXT,                                                                             \
      "เรื่องนี้เป็นเรื่องแยกต่างหาก และมีรหัสติดตามของตัวเอง ผู้ที่ดูแลเรื่องเดิมจะไม่เห็น",                         \
      "This becomes a matter of its own, with its own tracking code. Those who handle the first "  \
      "one do not see it.")                                                                        \
    X(CODE_LABEL, "รหัสติดตาม", "Tracking code")                                                      \
    X(CODE_HELP,                                                                                   \
      "28 ตัว เช่น ABCD-EFGH-… พิมพ์เล็กหรือใหญ่ มีขีดหรือไม่มีก็ได้",                                          \
      "28 characters like ABCD-EFGH-…; small or capital letters, with or without hyphens.")        \
    X(CODE_BAD,                                                                                    \
      "รหัสนี้พิมพ์ผิดหรือไม่ครบ โปรดตรวจทีละกลุ่ม กลุ่มละสี่ตัว รวมเจ็ดกลุ่ม",                                    \
      "This code is mistyped or not complete. Please check it group by group: seven groups of "    \
      "four.")                                                                                     \
    X(CODE_BAD_TITLE, "โปรดตรวจรหัสอีกครั้ง", "Please check the code")                                   \
    X(CODE_UNKNOWN_TITLE, "ไม่พบเรื่องของรหัสนี้", "No case for this code")                              \
    X(CODE_UNKNOWN,                                                                                \
      "รหัสนี้ไม่มีเรื่องที่เปิดดูได้ อาจยังไม่ได้กดส่งเรื่อง มีการออกรหัสใหม่แทนแล้ว "                           \
      "หรือเรื่องพ้นกำหนดเก็บรักษาและถูกลบแล้ว โปรดตรวจรหัสอีกครั้ง หรือติดต่อเจ้าหน้าที่",                          \
      "There is nothing to show for this code. Perhaps the form was never sent, another code has " \
      "taken its place, or the time for keeping the case is over and it was deleted. Please check " \
      "the code, or contact us.")                                                                  \
    X(STATUS_NOW, "สถานะปัจจุบัน", "Where it stands")                                                  \
    X(WAITING_TITLE, "เรารอคำตอบจากท่าน", "We are waiting for your answer")                             \
    X(WAITING_TEXT, "โปรดอ่านข้อความล่าสุดด้านล่างและตอบกลับ", "Please read our latest message below and answer.") \
    X(DESTROYED_TITLE, "ข้อความของเรื่องนี้ถูกลบแล้ว", "The words of this case have been deleted")       \
    X(DESTROYED,                                                                                   \
      "ครบกำหนดเก็บรักษาแล้ว ข้อความและไฟล์ทั้งหมดถูกลบอย่างถาวร จึงส่งข้อมูลเพิ่มที่นี่ไม่ได้ "                     \
      "หากยังมีเรื่องเดือดร้อน โปรดแจ้งเป็นเรื่องใหม่",                                                     \
      "The time for keeping them is over: all words and files are gone for good, so nothing can "  \
      "be added here. If something still troubles you, please tell us in a new report.")           \
    X(DESTROYED_GO, "แจ้งเรื่องใหม่", "Make a new report")                                             \
    X(DATES, "วันสำคัญ", "Dates")                                                                     \
    X(OVERDUE, "เลยกำหนดแล้ว", "overdue")                                                             \
    X(MET, "ดำเนินการแล้ว", "done")                                                                    \
    X(PROMISED_BEFORE, "เดิมกำหนดไว้ %s", "first promised for %s")                                    \
    X(MESSAGES, "ข้อความ", "Messages")                                                               \
    X(NO_MESSAGES, "ยังไม่มีข้อความ", "No messages yet")                                               \
    X(FROM_OFFICE, "จากหน่วยงาน", "From the office")                                                  \
    X(FROM_YOU, "จากท่าน", "From you")                                                                \
    X(ONLY_FILES, "ส่งไฟล์แนบมา โดยไม่มีข้อความ", "Files, without a message")                         \
    X(REPLY_TITLE, "ตอบกลับ", "Answer")                                                              \
    X(ADD_TITLE, "ส่งข้อมูลเพิ่มเติม", "Add information")                                                \
    X(REPLY_TEXT, "ข้อความของท่าน", "Your message")                                                  \
    X(REPLY_FILES, "แนบไฟล์", "Attach files")                                                        \
    X(REPLY_SEND, "ส่งข้อความ", "Send message")                                                      \
    X(REPLY_EMPTY, "โปรดพิมพ์ข้อความหรือแนบไฟล์", "Please write something or attach a file.")               \
    X(REPLY_LONG, "ข้อความยาวเกินไป (ไม่เกิน 20,000 ตัวอักษร)",                                         \
      "Your message is too long (20,000 characters at most).")                                     \
    X(ACTIONS, "สิ่งที่ท่านทำได้", "What you can do")                                                  \
    X(ACTION_GO, "ยืนยัน", "Confirm")                                                                \
    X(DONE_SAVED, "บันทึกแล้ว", "Your message has been stored.")                                         \
    X(NOT_NOW, "ขณะนี้ทำรายการนี้ไม่ได้ เรื่องของท่านอาจเปลี่ยนสถานะไปแล้ว",                                   \
      "This is not possible now; your case may have moved on.")                                    \
    X(SURVEY_TITLE, "โปรดให้คะแนนเรา", "How did we do?")                                              \
    X(SURVEY_TEXT, "ไม่เกินหนึ่งนาที 1 = น้อยที่สุด %s = มากที่สุด",                       \
      "Less than a minute. 1 = lowest, %s = highest.")                                             \
    X(SURVEY_COMMENT, "ข้อเสนอแนะ", "Suggestions")                                                    \
    X(SURVEY_SEND, "ส่งคะแนน", "Send")                                                               \
    X(SURVEY_BAD, "โปรดให้คะแนนทุกข้อ", "Please answer every question.")                                 \
    X(NOT_FOUND_TITLE, "ไม่พบหน้านี้", "Page not found")                                               \
    X(NOT_FOUND, "ที่อยู่อาจพิมพ์ผิด โปรดเริ่มจากหน้าแรก", "The address may be mistyped. Please start from the home page.") \
    X(METHOD_TITLE, "ใช้หน้านี้แบบนี้ไม่ได้", "Not possible here")                                        \
    X(METHOD, "โปรดเริ่มจากหน้าแรก", "Please start from the home page.")                              \
    X(TYPE_TITLE, "อ่านแบบฟอร์มไม่ได้", "The form could not be read")                                  \
    X(TYPE, "โปรดส่งจากแบบฟอร์มในหน้าเว็บนี้", "Please send it from the form on this site.")               \
    X(MALFORMED_TITLE, "ข้อมูลที่ส่งมาไม่สมบูรณ์", "What arrived is not complete")                          \
    X(MALFORMED, "ยังไม่มีการบันทึก โปรดลองส่งอีกครั้งจากแบบฟอร์ม",                                        \
      "Nothing has been stored. Please try again from the form.")                                  \
    X(TOO_LARGE_TITLE, "ข้อมูลที่ส่งมาใหญ่เกินไป", "Too much at once")                                    \
    X(TOO_LARGE,                                                                                   \
      "ส่งได้ไม่เกิน 16 เมกะไบต์ต่อครั้ง ยังไม่มีการบันทึก โปรดลดขนาดไฟล์ หรือส่งเรื่องก่อนแล้วเพิ่มไฟล์ที่หน้าติดตาม",       \
      "At most 16 MB in one go. Nothing has been stored. Please send smaller files, or send the "  \
      "report first and add files on the tracking page.")                                          \
    X(BUSY_TITLE, "ขณะนี้มีผู้ส่งไฟล์จำนวนมาก", "Many files are being sent just now")                     \
    X(BUSY, "ยังไม่มีการบันทึก โปรดลองใหม่ในอีกสักครู่", "Nothing has been stored. Please try again in a moment.") \
    X(FULL_TITLE, "ขณะนี้ยังรับเรื่องทางเว็บไม่ได้", "We cannot take reports here just now")                  \
    X(FULL,                                                                                        \
      "ยังไม่มีการบันทึก โปรดเก็บข้อความของท่านไว้ แล้วลองใหม่ภายหลัง หรือโทรศัพท์ถึงเจ้าหน้าที่",                     \
      "Nothing has been stored. Please keep your text and try later, or call us.")                 \
    X(MANUAL, "คู่มือและขั้นตอน", "How we handle it")                                                    \
    X(MANUAL_OF, "คู่มือ: %s", "How we handle it: %s")                                                 \
    X(MANUAL_HOW, "1. วิธีแจ้งเรื่อง", "1. How to tell us")                                              \
    X(MANUAL_HOW_OPEN,                                                                             \
      "แจ้งผ่านแบบฟอร์มนี้ หรือมาที่สำนักงาน โทรศัพท์ หรือส่งหนังสือ เจ้าหน้าที่จะบันทึกให้และมอบรหัสติดตาม",               \
      "Use the form, or come to the office, call or write: we enter it for you and give you a "    \
      "tracking code.")                                                                            \
    X(MANUAL_HOW_PROTECTED,                                                                        \
      "แจ้งผ่านแบบฟอร์มของช่องทางลับ โดยไม่ต้องบอกชื่อก็ได้ หรือส่งหนังสือปิดผนึก แล้วจดรหัสติดตามไว้",                    \
      "Use the form of the protected channel, without a name if you like, or send a sealed "       \
      "letter; keep the tracking code.")                                                           \
    X(MANUAL_STEPS, "2. ขั้นตอน", "2. The steps")                                                    \
    X(MANUAL_STEPS_HELP, "แผนผังกว้างกว่าหน้าจอ เลื่อนดูไปด้านข้างได้",                                      \
      "The chart may be wider than your screen: move it sideways.")                                \
    X(MANUAL_WHO, "3. ผู้รับผิดชอบ", "3. Who is responsible")                                          \
    X(MANUAL_DAYS, "4. ระยะเวลา", "4. In how many days")                                             \
    X(MANUAL_DUTY, "งาน", "What we do")                                                             \
    X(MANUAL_WITHIN, "ภายใน", "Within")                                                             \
    X(CLOSED_TITLE, "ขณะนี้ช่องทางนี้ยังไม่เปิด", "This channel is not open at present")                    \
    X(CLOSED,                                                                                      \
      "เราเปิดช่องทางนี้เฉพาะเมื่อมีผู้รับเรื่องที่เป็นอิสระเพียงพอสำหรับคุ้มครองท่าน "                               \
      "ระหว่างนี้โปรดแจ้งหน่วยงานภายนอกต่อไปนี้ได้โดยตรง",                                                 \
      "We open it only while enough independent people are there to protect you. Meanwhile, "      \
      "please turn directly to one of these authorities.")                                         \
    X(FAILED_TITLE, "ระบบขัดข้องชั่วคราว", "Something went wrong on our side")                           \
    X(FAILED, "ยังไม่มีการบันทึก โปรดลองใหม่ในอีกสักครู่ หากยังไม่ได้ โปรดโทรศัพท์ถึงเจ้าหน้าที่",                      \
      "Nothing has been stored. Please try again in a moment, or call us.")                        \
    X(FOOT_PRIVACY, "หน้านี้ไม่ใช้คุกกี้ ไม่ใช้สคริปต์ และไม่เก็บหมายเลขเครื่องของท่าน",                            \
      "No cookies, no scripts, and no record of your network address.")                            \
    X(PDPA_TITLE, "ประกาศความเป็นส่วนตัว", "Privacy notice")                                          \
    X(CALL, "โทร. %s", "Tel. %s")

typedef enum Word {
#define WORD_ENUM(name, th, en) WORD_##name,
    WORDS(WORD_ENUM)
#undef WORD_ENUM
        WORD_COUNT
} Word;

const char *word_in(Word word, Lang lang);

/* What is said at a field whose entry cannot stand; code is a FormFaultCode. */
const char *fault_in(uint8_t code, Lang lang);
/* The code's stable name in JSON answers. */
const char *fault_name(uint8_t code);
