/* SPDX-License-Identifier: Apache-2.0 */
#include "vault_help.h"

#include "engine/vault/message.h"

static const Day sunday = 20464; /* 2026-01-11, as the first check says */

typedef struct Desk1 {
    Arena arena;
    Def def;
    Calendar calendar;
    Unit works;
    Office office;
    Case c;
    MessageFacts facts;
} Desk1;

static void desk_start(Desk1 *d)
{
    memset(d, 0, sizeof(*d));
    arena_init(&d->arena, 1 << 20);
    def_general(&d->def);
    assert_int_equal(calendar_init(&d->calendar, &d->arena, STR("test"), (Zone){420}, 20000, 21500,
                                   0x60, NULL, 0),
                     0);
    d->def.calendar = &d->calendar;
    d->def.deadlines[0] = (Deadline){.id = STR("reply"), .limit = {5, SPAN_CALENDAR_DAYS}};
    d->def.deadlines[1] =
        (Deadline){.id = STR("inform"), .limit = {15, SPAN_CALENDAR_DAYS}, .shown = true};
    d->def.deadlines[2] = (Deadline){.id = STR("later"), .limit = {1, SPAN_CALENDAR_DAYS}};
    d->def.n_deadlines = 3;
    d->works = (Unit){STR("works"), {STR("กองช่าง"), STR("Public Works")}};
    d->office = (Office){.org = {STR("อบต.บ้านตัวอย่าง"), STR("Ban Tuayang")},
                         .zone = {420},
                         .units = &d->works,
                         .n_units = 1};
    d->c.unit = name_of(STR("works"));
    for (uint8_t i = 0; i < DEF_DEADLINES_MAX; i++)
        d->c.clocks[i].override_due = DAY_NONE;
    clock_start(&d->c.clocks[0], sunday, d->def.deadlines[0].limit, sunday);
    clock_start(&d->c.clocks[1], sunday, d->def.deadlines[1].limit, sunday);
    d->facts = (MessageFacts){.def = &d->def,
                              .office = &d->office,
                              .c = &d->c,
                              .now = day_start(sunday, (Zone){420}) + 13 * 3600 + 1800,
                              .today = sunday};
}

static void desk_stop(Desk1 *d)
{
    arena_finish(&d->arena);
}
#define DESK_AUTO __attribute__((cleanup(desk_stop)))

static void check(Desk1 *d, const char *template, const char *asks, const char *th, const char *en)
{
    Label got = {STR("?"), STR("?")};
    Message m = {
        .id = STR("M"), .text = {str_of(template), str_of(template)}, .asks = str_of(asks)};

    assert_int_equal(message_render(&m, &d->facts, &d->arena, &got), 0);
    assert_str(got.th, th);
    assert_str(got.en, en);
}

static void placeholders(void **state)
{
    (void)state;
    DESK_AUTO Desk1 d;

    desk_start(&d);
    check(&d, "{date}", "", "11 มกราคม 2569", "11 January 2026");
    check(&d, "{org} {time}", "", "อบต.บ้านตัวอย่าง 13.30", "Ban Tuayang 13.30");
    check(&d, "{due}", "", "26 มกราคม 2569", "26 January 2026");
    check(&d, "({due:reply})", "", "(16 มกราคม 2569)", "(16 January 2026)");
    check(&d, "{unit}", "", "กองช่าง", "Public Works");
    check(&d, "no placeholder", "", "no placeholder", "no placeholder");
    check(&d, "", "", "", "");
}

static void what_is_not_known(void **state)
{
    (void)state;
    DESK_AUTO Desk1 d;

    desk_start(&d);
    check(&d, "{code} {nothing} {due:later} {due:nothing} {due:}", "", "… … … … 26 มกราคม 2569",
          "… … … … 26 January 2026");
    d.facts.code = STR("ABCD");
    check(&d, "{code}", "", "ABCD", "ABCD");
    d.facts.now = 0;
    check(&d, "{time}", "", "…", "…");
    d.c.unit = (Name){{0}};
    check(&d, "{unit}", "", "…", "…");
    check(&d, "a { b", "", "a { b", "a { b");
    check(&d, "a } b {", "", "a } b {", "a } b {");
    check(&d, "{}", "", "…", "…");
    d.facts.c = NULL;
    check(&d, "{unit}{due}", "", "……", "……");
}

static void the_officers_words(void **state)
{
    (void)state;
    DESK_AUTO Desk1 d;

    desk_start(&d);
    check(&d, "Because {reason}.", "reason", "Because ….", "Because ….");
    d.facts.words = STR("it {date} rains");
    check(&d, "Because {reason}.", "reason", "Because it {date} rains.",
          "Because it {date} rains.");
    check(&d, "Done.", "", "Done.\n\nit {date} rains", "Done.\n\nit {date} rains");
    check(&d, "Done.", "reason", "Done.\n\nit {date} rains", "Done.\n\nit {date} rains");
    check(&d, "", "", "it {date} rains", "it {date} rains");
}

static void fields(void **state)
{
    (void)state;
    DESK_AUTO Desk1 d;
    const MessageField values[] = {{STR("agency"), STR("กรมทาง"), STR("Highways")},
                                   {STR("unit"), STR("อื่น"), STR("other")},
                                   {STR("empty"), STR(""), STR("")}};

    desk_start(&d);
    d.facts.fields = values;
    d.facts.n_fields = 3;
    check(&d, "{agency}, {unit}, {empty}", "", "กรมทาง, อื่น, …", "Highways, other, …");
}

static void check_value(Desk1 *d, OpenValue v, const char *th, const char *en)
{
    Label got;

    assert_int_equal(message_open_value(&d->def, &d->office, &v, &d->arena, &got), 0);
    assert_str(got.th, th);
    assert_str(got.en, en);
}

static void open_values(void **state)
{
    (void)state;
    DESK_AUTO Desk1 d;

    desk_start(&d);
    d.def.fields[F_MEMO] = (Field){.id = STR("amount"), .type = FIELD_NUMBER};
    d.def.fields[F_WHAT] = (Field){.id = STR("place"), .type = FIELD_UNIT};
    check_value(&d, (OpenValue){F_KIND, 0, name_of(STR("light"))}, "ไฟ", "Lights");
    check_value(&d, (OpenValue){F_KIND, 0, name_of(STR("gone"))}, "gone", "gone");
    check_value(&d, (OpenValue){F_DAY, sunday, {{0}}}, "11 มกราคม 2569", "11 January 2026");
    check_value(&d, (OpenValue){F_MEMO, -5, {{0}}}, "-5", "-5");
    check_value(&d, (OpenValue){F_WHAT, 0, name_of(STR("works"))}, "กองช่าง", "Public Works");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders),       cmocka_unit_test(what_is_not_known),
        cmocka_unit_test(the_officers_words), cmocka_unit_test(fields),
        cmocka_unit_test(open_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
