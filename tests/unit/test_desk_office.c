/* SPDX-License-Identifier: Apache-2.0 */
/* The office around the cases: its files, reloading, delegation, entry on behalf, linked cases. */
#include "base/text.h"
#include "desk_code.h"
#include <sys/stat.h>

static const char *filed_with(const Fill *fills, const CodeKeys *with)
{
    Submitted s = file_complaint("general", fills, with);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static int case_answer(const char *name, const char *number)
{
    CaseView v;
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v);
    looked();
    return r;
}

static char *path_of(const char *name)
{
    char *path = path_join(world.dir, name);
    assert_non_null(path);
    return path;
}

static void secrets_are_the_owners_alone(void **state)
{
    static const char *const names[] = {"keys/pepper", "keys/mac",           "keys/share",
                                        "keys/log",    "safe/org-first.key", "safe/org-second.key"};
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = path_of(names[i]);
        struct stat st;
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        free(path);
    }
    assert_true(str_starts(desk_office(world.desk)->tenant, STR("ban-tuayang-")));
    assert_str(desk_office(world.desk)->org.th, "อบต. \"ทดสอบ\"");
    assert_true(desk_office(world.desk)->demo);
}

static void a_second_office_is_not_made_over_the_first(void **state)
{
    InitPlan plan = {.dir = world.dir, .share_dir = getenv("KRADING_SHARE")};
    Buf report;

    (void)state;
    buf_init(&report, 4096);
    assert_int_equal(office_create(&plan, &report, NULL), 1);
    assert_true(report.len > 0);
    buf_finish(&report);
}

/* Adds a text to a file, reloads, and gives back what was there. */
static void file_append(const char *name, const char *text)
{
    char *path = path_of(name);
    FILE *f = fopen(path, "a");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    free(path);
}

static void file_shorten(const char *name, size_t by)
{
    char *path = path_of(name);
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size - (off_t)by), 0);
    free(path);
}

/* The shipped settings delegate nothing: that line out of the way, or back. Same length. */
static void settings_swap(const char *from, const char *to)
{
    char text[64 * 1024], *path = path_of("settings.yaml"), *at;
    FILE *f = fopen(path, "r+");

    assert_non_null(f);
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    at = strstr(text, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    rewind(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
    free(path);
}

static int reload(void)
{
    Buf report;

    buf_init(&report, 1 << 16);
    int r = desk_reload(world.desk, &report);
    assert_true((r == 0) == (report.len == 0));
    buf_finish(&report);
    return r;
}

/* The organisation's key out of the safe. */
static SignPair org_key(const char *name)
{
    SignPair pair = {.seed = {NULL}};
    Secret seed = {NULL};
    Buf hex, raw;
    char *path = path_of(name);

    buf_init(&hex, 256);
    buf_init(&raw, 64);
    assert_int_equal(load_file(path, &hex), 0);
    assert_int_equal(text_get_hex(str_trim(buf_str(&hex)), &raw), 0);
    assert_int_equal(raw.len, SECRET_LEN);
    assert_int_equal(secret_new_copy(&seed, raw.ptr), 0);
    assert_int_equal(sign_pair_from_seed(&pair, &seed), 0);
    secret_finish(&seed);
    buf_finish(&hex);
    buf_finish(&raw);
    free(path);
    return pair;
}

static void directory_put(Str bytes)
{
    char *path = path_of("directory.signed");
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    fclose(f);
    free(path);
}

static void an_older_directory_is_not_taken_back(void **state)
{
    SignPair first = org_key("safe/org-first.key");
    SignPair second = org_key("safe/org-second.key");
    OrgKeys org = {first.public, second.public};
    Str old = arena_str(&world.arena, desk_directory_bytes(world.desk));
    const Directory *mine; /* a reload takes the desk's away, with every word in it */
    Buf signed_bytes;

    (void)state;
    assert_int_equal(directory_open(old, &org, NULL, &world.arena, &mine), 0);
    Directory next = *mine;
    Person *people = arena_many(&world.arena, next.n_people, Person);
    assert_non_null(people);
    memcpy(people, next.people, next.n_people * sizeof(*people));
    next.people = people;
    next.version++;
    buf_init(&signed_bytes, DIRECTORY_BYTES_MAX + 256);
    assert_int_equal(directory_sign(&signed_bytes, &next, &first, NULL), 0);
    directory_put(buf_str(&signed_bytes));
    assert_int_equal(reload(), 0);
    assert_int_equal(desk_directory(world.desk)->version, 2);
    /* A file that stayed behind stops nothing: what the store has is in force. */
    directory_put(old);
    assert_int_equal(reload(), 0);
    assert_int_equal(desk_directory(world.desk)->version, 2);
    assert_true(str_eq(desk_directory_bytes(world.desk), buf_str(&signed_bytes)));
    /* Two documents of one version are somebody's mistake, or worse. */
    Buf other;
    buf_init(&other, DIRECTORY_BYTES_MAX + 256);
    next.people[0].shown = !next.people[0].shown;
    assert_int_equal(directory_sign(&other, &next, &first, NULL), 0);
    directory_put(buf_str(&other));
    assert_int_equal(reload(), 1);
    assert_true(str_eq(desk_directory_bytes(world.desk), buf_str(&signed_bytes)));
    directory_put(buf_str(&signed_bytes));
    assert_int_equal(reload(), 0);
    buf_finish(&other);
    buf_finish(&signed_bytes);
    sign_pair_finish(&second);
    sign_pair_finish(&first);
}

/* Signed by both keys even: answers of custodians would be sealed to somebody else, or to nobody. */
static void another_key_of_the_office_is_refused(void **state)
{
    SignPair first = org_key("safe/org-first.key");
    SignPair second = org_key("safe/org-second.key");
    Str had = arena_str(&world.arena, desk_directory_bytes(world.desk));
    Directory next = *desk_directory(world.desk);
    BoxPair other;
    Buf document, report;
    Txn *t;

    (void)state;
    assert_memory_equal(&next.office, &desk_keys(world.desk)->office.public, sizeof(next.office));
    assert_int_equal(box_pair_new(&other), 0);
    next.office = other.public;
    next.version++;
    buf_init(&document, DIRECTORY_BYTES_MAX + 256);
    buf_init(&report, 1 << 16);
    assert_int_equal(directory_sign(&document, &next, &first, &second), 0);
    assert_int_equal(store_turn(desk_store(world.desk), &t), 0);
    assert_int_equal(
        desk_take_directory(world.desk, t, buf_str(&document), NULL, 0, &report), DESK_REFUSED);
    store_end(t);
    assert_non_null(strstr((const char *)report.ptr, "another key of the office"));
    directory_put(buf_str(&document));
    assert_int_equal(reload(), 1);
    assert_true(str_eq(desk_directory_bytes(world.desk), had));
    directory_put(had);
    assert_int_equal(reload(), 0);
    buf_finish(&report);
    buf_finish(&document);
    box_pair_finish(&other);
    sign_pair_finish(&second);
    sign_pair_finish(&first);
}

static void a_faulty_file_changes_nothing(void **state)
{
    static const char bad[] = "nonsense: yes\n";

    (void)state;
    const Workflows *before = desk_workflows(world.desk);
    size_t n = before->n;
    file_append("workflows/general.yaml", bad);
    assert_int_equal(reload(), 1);
    assert_int_equal(desk_workflows(world.desk)->n, n);
    file_shorten("workflows/general.yaml", sizeof(bad) - 1);
    assert_int_equal(reload(), 0);
}

static void a_running_case_stays_on_its_file(void **state)
{
    static const char more[] = "# another version of the file\n";

    (void)state;
    const char *number = filed_with(general_fills, &code);
    file_append("workflows/general.yaml", more);
    assert_int_equal(reload(), 0);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    CaseView v;
    Who who = world_who("intake");
    assert_int_equal(desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v),
                     DESK_OK);
    looked();
    const Def *now = workflows_find(desk_workflows(world.desk), STR("general"));
    assert_memory_not_equal(v.def->hash, now->hash, 32);
    verify_finds(0);
    file_shorten("workflows/general.yaml", sizeof(more) - 1);
    assert_int_equal(reload(), 0);
    verify_finds(0);
}

static void a_delegate_acts_under_an_order(void **state)
{
    static const Fill propose[] = {
        {"category", "building"}, {"unit", "public_works"}, {"opinion", "ควรตรวจ"}, {NULL, NULL}};
    static const Fill order[] = {{"unit", "public_works"}, {"order", "ดำเนินการ"}, {NULL, NULL}};
    static const char delegation[] =
        "\ndelegations:\n  - {role: clerk, from: palad, to: chang_head, order_no: 7/2569, since: "
        "2026-03-01, until: 2026-03-31}\n";
    StepRefused no;
    EventRecord e;

    (void)state;
    const char *number = filed_with(general_fills, &code);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "propose",
         .fills = propose);
    const Doing assign = {.who = "chang_head",
                          .number = number,
                          .kind = STEP_ACTION,
                          .what = "order_assign",
                          .fills = order};
    StepDone done_step;
    assert_int_equal(officer_does(&assign, &done_step, &no), DESK_REFUSED);
    settings_swap("delegations: []", "#elegations: []");
    file_append("settings.yaml", delegation);
    assert_int_equal(reload(), 0);
    world_day(2026, 4, 1); /* the order has ended */
    assert_int_equal(officer_does(&assign, &done_step, &no), DESK_REFUSED);
    world_day(2026, 3, 3);
    DOES(.who = "chang_head", .number = number, .kind = STEP_ACTION, .what = "order_assign",
         .fills = order);
    assert_int_equal(store_get_event(look(), 1, 3, &world.arena, &e), STORE_OK);
    HeadRecord h;
    assert_int_equal(store_get_head(world.txn, 1, &h), STORE_OK);
    looked();
    Tag palad = desk_tag(world.desk, h.seal_id, STR("palad"));
    assert_true(tag_eq(&e.step.actor.delegator, &palad));
    assert_str(name_str(&e.order_no), "7/2569");
    verify_finds(0);
    file_shorten("settings.yaml", sizeof(delegation) - 1);
    settings_swap("#elegations: []", "delegations: []");
    assert_int_equal(reload(), 0);
}

static const Fill on_behalf[] = {{"subject", "ไฟดับ"},   {"details", "x"},
                                 {"category", "light"}, {"notice_version", "1"},
                                 {"channel", "letter"}, {"original_received_at", "2026-02-20"},
                                 {NULL, NULL}};

static void entry_on_behalf_counts_from_the_stamp(void **state)
{
    Day stamp = day_from_civil((Civil){2026, 2, 20});
    Submitted s;
    Refusal no = {0};
    Bundle b;

    (void)state;
    Who intake = world_who("intake");
    Str tenant = desk_office(world.desk)->tenant;
    assert_int_equal(compose("general", on_behalf, &code, stamp, &b), 0);
    assert_int_equal(
        desk_submit(world.desk, turn(), STR("general"), NULL, &b, &world.arena, &s, &no),
        DESK_MALFORMED); /* nobody files on the web in the past */
    assert_int_equal(
        desk_submit(world.desk, world.txn, STR("general"), &intake, &b, &world.arena, &s, &no),
        DESK_SIGNATURE);
    assert_int_equal(bundle_sign(&b, &world.keys[world_index("intake")].sign, tenant, 0,
                                 STEP_SUBMIT, STR("general")),
                     0);
    assert_int_equal(
        desk_submit(world.desk, world.txn, STR("general"), &intake, &b, &world.arena, &s, &no),
        DESK_OK);
    commit();
    assert_int_equal(s.received, stamp);
    assert_int_equal(s.deadlines[0].due, stamp + 15);
    verify_finds(0);
    tick();
    verify_finds(0);
}

static void restricted_matters_need_a_key(void **state)
{
    static const Fill conduct[] = {{"subject", "พูดจาไม่ดี"},
                                   {"details", "x"},
                                   {"category", "conduct"},
                                   {"notice_version", "1"},
                                   {NULL, NULL}};
    (void)state;
    const char *number = filed_with(conduct, &code);
    assert_int_equal(case_answer("intake", number), DESK_OK);
    assert_int_equal(case_answer("nayok", number), DESK_UNKNOWN);
    CodeKeys other;
    code_make(&other);
    number = filed_with(general_fills, &other);
    assert_int_equal(case_answer("nayok", number), DESK_OK);
    code_keys_finish(&other);
}

static void a_merged_complaint_follows_the_other(void **state)
{
    CodeKeys other;
    TrackView v;

    (void)state;
    const char *main_case = filed_with(general_fills, &code);
    code_make(&other);
    const char *twin = filed_with(general_fills, &other);
    DOES(.who = "intake", .number = main_case, .kind = STEP_ACTION, .what = "start_screening");
    Fill merge[] = {{"main_case", main_case}, {NULL, NULL}};
    StepRefused no;
    StepDone none;
    const Doing nowhere = {
        .who = "intake", .number = twin, .kind = STEP_ACTION, .what = "merge", .fills = merge};
    assert_int_equal(officer_does(&nowhere, &none, &no), DESK_MALFORMED);
    DOES(.who = "intake", .number = twin, .kind = STEP_ACTION, .what = "merge", .fills = merge,
         .linked = main_case);
    assert_int_equal(desk_track(world.desk, look(), &other, &world.arena, &v), DESK_OK);
    looked();
    assert_str(v.def->states[v.state].id, "screening");
    HeadRecord h;
    assert_int_equal(store_get_head(look(), 1, &h), STORE_OK);
    looked();
    assert_int_equal(h.c.n_links, 1);
    verify_finds(0);
    code_keys_finish(&other);
}

static void extending_asks_the_head_and_tells(void **state)
{
    static const Fill quick[] = {{"unit", "public_works"}, {NULL, NULL}};
    static const Fill why[] = {{"extend_code", "weather"}, {NULL, NULL}};
    TrackView v;

    (void)state;
    const char *number = filed_with(general_fills, &code);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "quick_assign",
         .fills = quick);
    DOES(.who = "chang", .number = number, .kind = STEP_ACTION, .what = "accept");
    DOES(.who = "chang", .number = number, .kind = STEP_EXTEND, .what = "first_result",
         .fills = why, .message = "ฝนตก", .by = {7, SPAN_CALENDAR_DAYS});
    DOES(.who = "chang_head", .number = number, .kind = STEP_APPROVE);
    assert_int_equal(desk_track(world.desk, look(), &code, &world.arena, &v), DESK_OK);
    looked();
    assert_int_equal(v.deadlines[0].due, desk_today(world.desk) + 22);
    assert_int_equal(v.deadlines[0].n_promised, 1);
    assert_int_equal(v.deadlines[0].promised[0], desk_today(world.desk) + 15);
    bool told = false;
    for (size_t i = 0; i < v.n_messages; i++)
        told |= str_is(v.messages[i].text.th, "ฝนตก");
    assert_true(told);
    verify_finds(0);
}

static int on_disk(void **state)
{
    (void)state;
    world_open(false);
    code_make(&code);
    return 0;
}

static void verify_works_beside_the_writer(void **state)
{
    Desk *beside, *second = NULL;
    Buf report;
    VerifyCounts n;
    Txn *t;

    (void)state;
    filed_with(general_fills, &code);
    buf_init(&report, 1 << 16);
    assert_int_equal(desk_open(world.dir, STORE_WRITE, &report, &second), 1);
    assert_true(report.len > 0);
    buf_reset(&report);
    assert_int_equal(desk_open(world.dir, STORE_READ_ONLY, &report, &beside), 0);
    turn();
    assert_int_equal(store_read(desk_store(beside), &t), 0);
    assert_int_equal(desk_verify(beside, t, &report, &n), 0);
    assert_int_equal(n.cases, 1);
    store_end(t);
    store_end(world.txn);
    desk_free(beside);
    buf_finish(&report);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(secrets_are_the_owners_alone),
        ON_MODEL(a_second_office_is_not_made_over_the_first),
        ON_MODEL(an_older_directory_is_not_taken_back),
        ON_MODEL(another_key_of_the_office_is_refused),
        ON_MODEL(a_faulty_file_changes_nothing),
        ON_MODEL(a_running_case_stays_on_its_file),
        ON_MODEL(a_delegate_acts_under_an_order),
        ON_MODEL(entry_on_behalf_counts_from_the_stamp),
        ON_MODEL(restricted_matters_need_a_key),
        ON_MODEL(a_merged_complaint_follows_the_other),
        ON_MODEL(extending_asks_the_head_and_tells),
        cmocka_unit_test_setup_teardown(verify_works_beside_the_writer, on_disk, done),
    };
    return cmocka_run_group_tests_name("desk: office", tests, world_make, world_drop);
}
