/* SPDX-License-Identifier: Apache-2.0 */
/* bench_engine SHARE DIR CASES: the engine without sockets, on one thread. Makes an office in DIR
 * (which it leaves there, with one tracking code a line in DIR.codes) and prints lines of the form
 * "name value unit":
 *   submit_g64       durable submissions: sealed to three readers, 64 to a synced transaction
 *   protected_g64    the same through the protected channel: six readers, three custodians
 *   ..._cpu          the processor's time for one of them
 *   lookup           codes typed in, to the view of the complainant's page
 *   fire_g1000       due keys fired, 1,000 to a synced transaction; fire_g200: as the daemon does
 *   custody          a custodian's list of requests and their alerts, with none that waits
 * Units are cases, look-ups, keys and lists a second. What they are compared with: tests/bench/run.sh. */
#include "base/text.h"
#include "engine/desk/init.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GROUP = 64, TEXT_LEN = 2000, CASES_MAX = 4 << 20, LOOKUP_SECONDS = 2, FIRE_DAYS = 60, N_ITEMS = 4, PROTECTED_CASES = 1000 };

static const NewPerson PEOPLE[] = {
    {"first", "รับเรื่อง ก", "Intake A", "clerk_office", "", "intake_officer", false, false},
    {"second", "รับเรื่อง ข", "Intake B", "clerk_office", "", "intake_officer", false, false},
    {"third", "รับเรื่อง ค", "Intake C", "clerk_office", "", "intake_officer", false, false},
    {"p1", "ลับ ก", "Protected A", "", "", "protected_officer", true, false},
    {"p2", "ลับ ข", "Protected B", "", "", "protected_officer", true, false},
    {"p3", "ลับ ค", "Protected C", "", "", "protected_officer", true, false},
    {"p4", "ลับ ง", "Protected D", "", "", "protected_officer", true, false},
    {"p5", "ลับ จ", "Protected E", "", "", "protected_officer", true, false},
    {"p6", "ลับ ฉ", "Protected F", "", "", "protected_officer", true, false},
    {"c1", "ผู้รักษา ก", "Custodian A", "", "", "custodian", true, false},
    {"c2", "ผู้รักษา ข", "Custodian B", "", "", "custodian", true, false},
    {"c3", "ผู้รักษา ค", "Custodian C", "", "", "custodian", true, false},
};
enum { N_PEOPLE = sizeof(PEOPLE) / sizeof(PEOPLE[0]) };

typedef char CodeText[CODE_TEXT_LEN + 1];

static Desk *desk;
static const Def *def;
static CodeText *codes;
static FormItem items[N_ITEMS];
static char details[TEXT_LEN + 1];

static void die(const char *what, int r)
{
    fprintf(stderr, "bench_engine: %s: %d\n", what, r);
    exit(1);
}

static void need(const char *what, int r)
{
    if (r)
        die(what, r);
}

static double clock_of(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(void)
{
    return clock_of(CLOCK_MONOTONIC);
}

static void make_office(const char *share, const char *dir)
{
    HandedOver handed[N_PEOPLE] = {0};
    InitPlan plan = {
        .dir = dir, .share_dir = share, .demo = true, .people = PEOPLE, .n_people = N_PEOPLE};
    BUF_AUTO Buf report = {0};

    buf_init(&report, 1 << 16);
    int r = office_create(&plan, &report, handed);
    for (size_t i = 0; i < N_PEOPLE; i++)
        buf_finish(&handed[i].passphrase);
    r = r ? r : desk_open(dir, STORE_WRITE, &report, &desk);
    if (r && report.len)
        fprintf(stderr, "%.*s\n", (int)report.len, (const char *)report.ptr);
    need("office", r);
}

typedef struct Filled {
    const char *name, *value;
} Filled;
static const Filled GENERAL[N_ITEMS] = {{"subject", "ไฟส่องสว่างดับ"},
                                        {"details", details},
                                        {"category", "light"},
                                        {"notice_version", "1"}};
static const Filled PROTECTED[N_ITEMS] = {{"allegation_type", "bribe"},
                                          {"what_happened", details},
                                          {"when", "เดือนที่แล้ว"},
                                          {"name", "ผู้แจ้ง"}};

static void fill_form(const char *workflow, const Filled fill[N_ITEMS])
{
    def = workflows_find(desk_workflows(desk), str_of(workflow));
    if (!def)
        die(workflow, 1);
    memset(details, 'x', TEXT_LEN);
    for (size_t i = 0; i < N_ITEMS; i++) {
        need(fill[i].name, form_name(def, str_of(fill[i].name), &items[i].field, &items[i].sub));
        items[i].value = str_of(fill[i].value);
    }
}

static void compose_one(Arena *arena, CodeText code_text, Bundle *ret)
{
    CODE_AUTO Code code = {{NULL}};
    CODE_KEYS_AUTO CodeKeys keys = {0};
    Str tenant = desk_office(desk)->tenant;
    Composer by = {
        .def = def, .directory = desk_directory(desk), .tenant = tenant, .arena = arena};
    Form form = {.items = items, .n_items = N_ITEMS};

    need("code", code_new(&code));
    code_print(&code, code_text);
    need("derive", code_derive(&code, tenant, &keys));
    need("compose", compose_submission(&by, &form, NULL, 0, &keys, DAY_NONE, ret));
}

/* STORE_RETRY when the map had to grow: then the whole turn is run again, as the daemon does. */
static int commit_group(Arena *arena, const Bundle *bundles, size_t n)
{
    Submitted done;
    Refusal refusal;
    Txn *t;

    need("turn", store_turn(desk_store(desk), &t));
    for (size_t i = 0; i < n; i++) {
        need("nest", store_nest(t));
        int r = desk_submit(desk, t, def->id, NULL, &bundles[i], arena, &done, &refusal);
        if (r == DESK_RETRY) {
            store_nest_drop(t);
            return store_commit(t);
        }
        need("submit", r);
        r = store_nest_keep(t);
        if (r == STORE_RETRY)
            return store_commit(t);
        need("keep", r);
    }
    return store_commit(t);
}

static void submit_group(CodeText *at, size_t n)
{
    static Bundle bundles[GROUP];
    ARENA_AUTO Arena arena = {0};
    int r;

    arena_init(&arena, 256 << 20);
    for (size_t i = 0; i < n; i++)
        compose_one(&arena, at[i], &bundles[i]);
    while ((r = commit_group(&arena, bundles, n)) == STORE_RETRY)
        ;
    need("commit", r);
}

static void bench_submit(const char *row, CodeText *to, size_t cases)
{
    double start = seconds(), busy = clock_of(CLOCK_PROCESS_CPUTIME_ID);

    for (size_t i = 0; i < cases; i += GROUP)
        submit_group(to + i, cases - i < GROUP ? cases - i : GROUP);
    printf("%s_g%d %.6g cases/s\n", row, GROUP, (double)cases / (seconds() - start));
    busy = clock_of(CLOCK_PROCESS_CPUTIME_ID) - busy;
    printf("%s_g%d_cpu %.6g us/case\n", row, GROUP, busy * 1e6 / (double)cases);
}

static void look_up(Str typed)
{
    CODE_AUTO Code code = {{NULL}};
    CODE_KEYS_AUTO CodeKeys keys = {0};
    ARENA_AUTO Arena arena = {0};
    TrackView view;
    Txn *t;

    arena_init(&arena, 4 << 20);
    need("parse", code_parse(typed, &code));
    need("derive", code_derive_view(&code, desk_office(desk)->tenant, &keys));
    need("read", store_read(desk_store(desk), &t));
    need("track", desk_track(desk, t, &keys, &arena, &view));
    store_end(t);
}

static void bench_lookup(size_t cases)
{
    double start = seconds(), now = start;
    size_t n = 0;

    for (uint64_t x = 1; now - start < LOOKUP_SECONDS; n++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        look_up(str_of(codes[(x >> 33) % cases]));
        if (n % 64 == 0)
            now = seconds();
    }
    printf("lookup %.6g lookups/s\n", (double)n / (seconds() - start));
}

static void bench_fire(unsigned group, size_t keys)
{
    Moment later = desk_now(desk) + (Moment)FIRE_DAYS * 86400, next;
    double start = seconds();
    size_t sum = 0;

    for (unsigned fired = 1; sum < keys && fired; sum += fired) {
        Txn *t;
        need("turn", store_turn(desk_store(desk), &t));
        need("tick", desk_tick(desk, t, later, group, &fired, &next));
        need("commit", store_commit(t));
    }
    if (sum < keys)
        die("fewer due keys than wanted", (int)sum);
    printf("fire_g%u %.6g keys/s\n", group, (double)sum / (seconds() - start));
}

/* After the keys have fired: the outbox is full, and no row of it is a custodian's. */
static void bench_custody(void)
{
    const Who who = {.person = directory_person(desk_directory(desk), STR("c1"))};
    double start = seconds(), now = start;
    size_t n = 0;

    for (; now - start < LOOKUP_SECONDS; n++, now = seconds()) {
        ARENA_AUTO Arena arena = {0};
        CustodyView *requests;
        AlertRecord *alerts;
        size_t n_requests, n_alerts;
        Txn *t;
        arena_init(&arena, 4 << 20);
        need("read", store_read(desk_store(desk), &t));
        need("list", desk_custody_list(desk, t, &who, &arena, &requests, &n_requests));
        need("alerts", desk_alerts(desk, t, &who, 200, &arena, &alerts, &n_alerts));
        store_end(t);
    }
    printf("custody %.6g lists/s\n", (double)n / (seconds() - start));
}

static void write_codes(const char *dir, size_t cases)
{
    char path[512];

    if (snprintf(path, sizeof(path), "%s.codes", dir) >= (int)sizeof(path))
        die("path too long", 1);
    FILE *f = fopen(path, "w");
    if (!f)
        die(path, 1);
    for (size_t i = 0; i < cases; i++)
        fprintf(f, "%s\n", codes[i]);
    if (fclose(f))
        die(path, 1);
}

int main(int argc, char **argv)
{
    unsigned long long cases = 0;

    if (argc != 4 || str_u64(str_of(argv[3]), CASES_MAX, &cases) || cases < 1000) {
        fprintf(stderr, "usage: bench_engine SHARE DIR CASES (1,000 or more)\n");
        return 2;
    }
    need("crypto", crypto_start());
    codes = calloc((size_t)cases, sizeof(*codes));
    if (!codes)
        die("no memory", 1);
    make_office(argv[1], argv[2]);
    fill_form("corruption", PROTECTED);
    bench_submit("protected", codes, PROTECTED_CASES);
    fill_form("general", GENERAL);
    bench_submit("submit", codes, (size_t)cases);
    bench_lookup((size_t)cases);
    bench_fire(1000, (size_t)cases);
    bench_fire(200, (size_t)cases);
    bench_custody();
    write_codes(argv[2], (size_t)cases);
    desk = desk_free(desk);
    free(codes);
    return 0;
}
