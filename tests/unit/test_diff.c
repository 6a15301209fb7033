/* SPDX-License-Identifier: Apache-2.0 */
/* What a change of a workflow file is called in words. */
#include "tests/unit/check.h"

#include "engine/load/diff.h"
#include "engine/load/load.h"
#include <string.h>

static const Def *def_of(Str file, Arena *arena)
{
    FAULTS_AUTO Faults faults = {0};
    const Def *def = NULL;
    faults_init(&faults);
    LoadContext context = {.calendars_dir = SOURCE_DIR "/workflows/calendars"};
    int r = load_workflow(file, &context, arena, &faults, &def);
    if (r) {
        BUF_AUTO Buf report = {0};
        buf_init(&report, 1 << 20);
        faults_put(&report, &faults, "changed.yaml", file);
        fail_msg("%s", buf_str(&report).ptr);
    }
    return def;
}

static void replace(Buf *out, Str text, const char *old, const char *fresh)
{
    const char *at = strstr(text.ptr, old);
    if (!at)
        fail_msg("the file does not say: %s", old);
    size_t before = (size_t)(at - text.ptr);
    buf_add(out, text.ptr, before);
    buf_adds(out, fresh);
    buf_adds(out, at + strlen(old));
}

/* what the file says, what it says instead, the difference in words */
static const char *const rows[][3] = {
    {"version: 2", "version: 3", "workflow: version 2 -> 3\n"},
    {"version: 2", "version: 3\ncard: {lead: {th: ถามได้, en: Ask us}, button: {th: ถาม, en: Ask}}\n"
     "replaces: {1: {running: finish}, 2: {running: migrate, states: {old_one: working}}}",
     "workflow: version 2 -> 3\n"
     "workflow: Thai words on the first page (none) -> ถามได้\n"
     "workflow: English words on the first page (none) -> Ask us\n"
     "workflow: Thai button on the first page (none) -> ถาม\n"
     "workflow: English button on the first page (none) -> Ask\n"
     "workflow: running cases of (none) -> version 1: finish there; version 2: moved over, old_one "
     "becomes working\n"},
    {"    limit: 15 calendar days", "    limit: 10 calendar days",
     "deadline result: limit 15 calendar days -> 10 calendar days\n"},
    {"limit: 7 working days", "limit: 2 months",
     "deadline stage: limit 7 working days -> 2 months\n"},
    {"en: Answer}, from", "en: Reply}, from", "action answer: English label Answer -> Reply\n"},
    {"met_by: {enter: [answered]}", "met_by: {leave: [received], enter: [answered]}",
     "deadline result: met by leaving (none) -> received\n"},
    {"by: [head], needs", "by: [head], approve: {by: [clerk], not_same_person: yes}, needs",
     "action answer: approval by (none) -> clerk (not the same person)\n"},
    {"  start: {",
     "  give_up: {label: {th: เลิก, en: Give up}, from: [working], to: answered, "
     "by: [clerk], after: result, needs: {note: yes}, tells: M1}\n  start: {",
     "action give_up: added: from working; to answered; by clerk; needs a note; after deadline "
     "result; tells M1; Thai label เลิก; English label Give up\n"},
    {"staff: {th: ตอบแล้ว, en: Answered}", "staff: {th: ตอบแล้ว, en: Replied}",
     "state answered: English staff words Answered -> Replied\n"},
    {"class: open, label: {th: ประเภท, en: Kind}, choices: {road",
     "class: open, label: {th: ประเภท, "
     "en: Kind}, choices: {water: {th: น้ำ, en: Water}, road",
     "field kind: choices road, other -> water, road, other\n"
     "field kind: words of the choices ถนน / Road to public_works +routine, อื่น / Other -> น้ำ / "
     "Water, ถนน / Road to public_works +routine, อื่น / Other\n"},
    {"confidential: [clerk, head]", "confidential: [head]",
     "workflow: readers of confidential clerk, head -> head\n"
     "  warning: look at who can read now; cases already sealed keep their readers\n"},
    {"      - {before: 2 calendar days, to: [head]}\n",
     "      - {before: 3 calendar days, to: [head, clerk]}\n",
     "deadline result: reminders 2 calendar days before to head -> 3 calendar days before to "
     "clerk, "
     "head\n"},
    {"    overdue:\n      - {after: 0 calendar days, alert: [head]}\n      - {after: 3 calendar "
     "days, "
     "alert: [clerk]}\n",
     "",
     "deadline result: alerts 0 calendar days overdue to head; 3 calendar days overdue to clerk -> "
     "(none)\n  warning: nobody is alerted when it is overdue\n"},
    {"  stage: {stage: working, limit: 7 working days}\n", "",
     "deadline stage: removed\n  warning: running cases that move to this version lose its date\n"},
    {"identity: {keep: 2 years", "identity: {keep: 6 months",
     "workflow: keeping of identity 24 months after the end, then destroy the key -> 6 months "
     "after "
     "the end, then destroy the key\n"},
    {"en: \"Result: {words}\"", "en: \"Our result: {words}\"",
     "message M2: English text Result: {words} -> Our result: {words}\n"},
    {"asks: {subject: yes, kind: yes, name: no}", "asks: {subject: yes, kind: no, name: no}",
     "workflow: required subject, kind -> subject\n"},
    {"# ", "# a comment is no difference: ", ""},
};

static Str read_good(Buf *file)
{
    assert_int_equal(load_file(SOURCE_DIR "/tests/golden/faults/good.yaml", file), 0);
    buf_adds(file, "# the end\n");
    return buf_str(file);
}

static void test_words(void **state)
{
    (void)state;
    BUF_AUTO Buf file = {0};
    Str good = read_good(&file);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA_AUTO Arena arena = {0};
        BUF_AUTO Buf changed = {0};
        BUF_AUTO Buf out = {0};
        arena_init(&arena, 16 << 20);
        buf_init(&changed, 1 << 20);
        buf_init(&out, 1 << 20);
        replace(&changed, good, rows[i][0], rows[i][1]);
        size_t n = diff_put(&out, def_of(good, &arena), def_of(buf_str(&changed), &arena));
        assert_str(buf_str(&out), rows[i][2]);
        assert_int_equal(n != 0, out.len != 0);
    }
}

/* Taking a thing away and putting it back: warnings stand on the side of what is lost. */
static void test_warnings(void **state)
{
    (void)state;
    static const char *const sides[][2] = {
        {"action answer: approval by clerk (not the same person) -> (none)\n",
         "  warning: approval removed: one person alone can do this now\n"},
        {"state spare: removed\n",
         "  warning: running cases in it need a place: replaces, states\n"},
    };
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf once = {0};
    BUF_AUTO Buf old = {0};
    BUF_AUTO Buf out = {0};
    arena_init(&arena, 16 << 20);
    buf_init(&once, 1 << 20);
    buf_init(&old, 1 << 20);
    buf_init(&out, 1 << 20);
    Str good = read_good(&file);
    replace(&once, good, "by: [head], needs",
            "by: [head], approve: {by: [clerk], not_same_person: yes}, needs");
    replace(&old, buf_str(&once), "actions:\n",
            "  spare: {kind: final, staff: {th: พัก, en: Spare}, public: {th: พัก, en: Spare}}\n"
            "actions:\n"
            "  put_by: {label: {th: พัก, en: Put by}, from: [working], to: spare, by: [head]}\n");
    diff_put(&out, def_of(buf_str(&old), &arena), def_of(good, &arena));
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        const char *at = strstr(buf_str(&out).ptr, sides[i][0]);
        assert_non_null(at);
        at += strlen(sides[i][0]);
        assert_memory_equal(at, sides[i][1], strlen(sides[i][1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
