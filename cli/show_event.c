/* SPDX-License-Identifier: Apache-2.0 */
/* What happened in a case, in words people read. */
#include "cli/show_event.h"

#include "cli/client.h"
#include "cli/print.h"

/* Events that are no action of the workflow; `by` NULL: a person did it, or the complainant. */
static const struct {
    const char *kind, *th, *en, *by;
} WORDS[] = {
    {"submit", "ยื่นเรื่อง", "complaint received", NULL},
    {"approve", "อนุมัติ", "approved", NULL},
    {"decline", "ไม่อนุมัติ", "declined", NULL},
    {"extend", "ขยายเวลา", "more time", NULL},
    {"silence", "รับทราบการแจ้งเตือน", "alert answered with a note", NULL},
    {"assign", "มอบหมายผู้รับผิดชอบ", "assigned to a colleague", NULL},
    {"note", "บันทึกภายใน", "note", NULL},
    {"message", "ส่งข้อมูลเพิ่มเติม", "added information", NULL},
    {"rung", "ถึงวันเตือนของกำหนด", "reminder or escalation", "ระบบ/system"},
    {"declare", "รับรองว่าไม่มีส่วนได้เสีย", "declared no interest", NULL},
    {"recuse", "ออกจากเรื่องนี้", "taken off the case", NULL},
    {"grant", "ให้ผู้อื่นอ่านด้วย", "passed keys on", NULL},
    {"survey", "ให้คะแนนความพึงพอใจ", "answered the survey", NULL},
    {"linked", "มีเรื่องอื่นเชื่อมมา", "another case points here", "ระบบ/system"},
    {"hold", "ระงับการทำลายตามกฎหมาย", "put on legal hold", NULL},
    {"release", "ยกเลิกการระงับการทำลาย", "legal hold lifted", NULL},
    {"destroy", "ทำลายตามอายุการเก็บ", "destroyed by its retention rules", "ระบบ/system"},
    {"reveal", "ขอเปิดข้อมูลที่ระบุตัวผู้แจ้ง", "asked the custodians to open the identity", NULL},
    {"reveal_answer", "ผู้เก็บรักษากุญแจเห็นชอบให้เปิด", "a custodian agreed to open the identity", NULL},
    {"reveal_decline", "ผู้เก็บรักษากุญแจไม่เห็นชอบ", "a custodian refused to open the identity", NULL},
    {"migrate", "เปลี่ยนเป็นกระบวนการฉบับใหม่", "moved to another version of the workflow", NULL},
};

static void put_both(FILE *to, Str th, Str en)
{
    put_shown(to, th);
    if (!en.len)
        return;
    fputs(" (", to);
    put_shown(to, en);
    fputc(')', to);
}

static void put_of_deadline(FILE *to, const Def *def, Str id)
{
    uint8_t deadline = def_deadline(def, id);

    if (deadline == DEF_NONE)
        return;
    fputs(": ", to);
    put_both(to, def->deadlines[deadline].label.th, def->deadlines[deadline].label.en);
}

static size_t row_of(Str kind)
{
    size_t i = 0;

    while (i < sizeof(WORDS) / sizeof(WORDS[0]) && !str_is(kind, WORDS[i].kind))
        i++;
    return i;
}

void show_step_words(FILE *to, const Def *def, Str kind, Str id)
{
    uint8_t action = str_is(kind, "action") ? def_action(def, id) : DEF_NONE;
    size_t row = row_of(kind);

    if (action != DEF_NONE) {
        put_both(to, def->actions[action].label.th, def->actions[action].label.en);
    } else if (row < sizeof(WORDS) / sizeof(WORDS[0])) {
        put_both(to, str_of(WORDS[row].th), str_of(WORDS[row].en));
        put_of_deadline(to, def, id);
    } else {
        put_shown(to, kind);
    }
}

/* A step of an earlier version may have no place in the file the case runs on now. */
static void put_step(FILE *to, const Def *def, const json_t *event)
{
    Str kind = js_str(event, "kind"), id = js_str(event, "id");

    if (str_is(kind, "action") && def_action(def, id) == DEF_NONE && js_str(event, "th").len)
        put_both(to, js_str(event, "th"), js_str(event, "en"));
    else
        show_step_words(to, def, kind, id);
}

void show_event(FILE *to, const Def *def, const json_t *event)
{
    Str kind = js_str(event, "kind"), by = js_str(event, "by");
    size_t row = row_of(kind);

    if (!by.len)
        by = row < sizeof(WORDS) / sizeof(WORDS[0]) && WORDS[row].by ? str_of(WORDS[row].by)
                                                                      : STR("ผู้ร้อง/complainant");
    fputs("- ", to);
    put_shown(to, js_str(event, "day"));
    fputs("  ", to);
    put_shown(to, by);
    fputs(": ", to);
    if (js_bool(event, "held"))
        fputs("เสนอ/proposed: ", to);
    put_step(to, def, event);
    fputc('\n', to);
}
