/* SPDX-License-Identifier: Apache-2.0 */
/* A register through the shipped general workflow: verdicts, refusals, faults of the file; and that
 * nothing depends on where the log is cut. */
#include "tests/unit/check.h"

#include "engine/load/load.h"
#include "engine/replay/replay.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static Arena arena;
static const Def *general;

static int load_shipped(const char *path, const Def **ret)
{
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults = {0};
    faults_init(&faults);
    LoadContext context = {.calendars_dir = SOURCE_DIR "/workflows/calendars"};
    int r = load_file(path, &file);
    return r ? r : load_workflow(buf_str(&file), &context, &arena, &faults, ret);
}

static int load(void **state)
{
    (void)state;
    arena_init(&arena, 256 << 20);
    return load_shipped(SOURCE_DIR "/workflows/general.yaml", &general);
}

static int unload(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static int read_text(Log *log, const char *text, size_t batch, Buf *report)
{
    int fd = memfd_create("log", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    log_init(log);
    int r = log_read(log, general, fd, batch, "log.csv", report);
    close(fd);
    return r;
}

/* Everything that comes of the log: the table, then the summary. */
static void play(const char *text, size_t batch, Day until, Buf *out)
{
    LOG_AUTO Log log;
    REPLAY_AUTO Replay r;
    BUF_AUTO Buf report = {0};
    buf_init(&report, 1 << 20);
    assert_int_equal(read_text(&log, text, batch, &report), 0);
    assert_int_equal(replay_init(&r, general, &log, until), 0);
    while (replay_next(&r))
        replay_put_csv(out, &r);
    replay_put_summary(out, &r);
    assert_int_equal(out->err, 0);
}

/* One row of the table, without its end. */
static void check_line(const Buf *out, const char *line)
{
    char wanted[600];
    snprintf(wanted, sizeof(wanted), "%s\n", line);
    if (!strstr(buf_str(out).ptr, wanted))
        fail_msg("no line \"%s\" in:\n%s", line, buf_str(out).ptr);
}

static Day day(const char *iso)
{
    Day d = DAY_NONE;
    assert_int_equal(day_parse_iso(str_of(iso), &d), 0);
    return d;
}

#define HEAD "case,time,action\n"
static const char in_time[] = HEAD "A,2026-07-20T09:00,submit\n"
                                   "A,2026-07-20T10:00,start_screening\n"
                                   "A,2026-07-21,quick_assign\n"
                                   "A,2026-07-22,accept\n"
                                   "A,2026-07-30,report_result\n"
                                   "A,2026-08-04,notify\n";

static void test_verdicts(void **state)
{
    (void)state;
    /* rows after those of in_time or instead, the day, a line that must be there */
    static const struct {
        const char *rows, *until, *line;
    } cases[] = {
        /* on the last day, approval counted as given */
        {in_time, "2026-08-31", "A,first_result,2026-08-04,2026-08-04,met"},
        {in_time, "2026-08-31", "A,work,2026-08-05,2026-07-30,met"},
        {in_time, "2026-08-31", "A,tell,2026-07-31,2026-08-04,late"},
        {in_time, "2026-08-04", "A,review,2026-08-19,,open"},
        {in_time, "2026-08-20", "A,review,2026-08-19,,late"},
        /* rows of later days are left out */
        {in_time, "2026-08-03", "A,first_result,2026-08-04,,open"},
        {in_time, "2026-07-19", "cases: 0, events: 0, as of 2026-07-19"},
        {HEAD "A,2026-07-20,submit\n", "2026-08-04", "A,first_result,2026-08-04,,open"},
        {HEAD "A,2026-07-20,submit\n", "2026-08-05", "A,first_result,2026-08-04,,late"},
        /* the office's zone */
        {HEAD "A,2026-07-20T17:30:00Z,submit\n", NULL, "A,first_result,2026-08-05,,open"},
        {HEAD "A,2026-07-20T23:59:59,submit\n", NULL, "A,first_result,2026-08-04,,open"},
        /* renewed in time by asking; overdue stays overdue whatever is asked */
        {HEAD "A,2026-07-20,submit\nA,2026-07-20,start_screening\nA,2026-08-04,ask_info\n", NULL,
         "A,first_result,2026-08-19,,open"},
        {HEAD "A,2026-07-20,submit\nA,2026-07-20,start_screening\nA,2026-08-05,ask_info\n", NULL,
         "A,first_result,2026-08-04,2026-08-05,late"},
        /* ended without being met */
        {HEAD "A,2026-07-20,submit\nA,2026-07-20,start_screening\nA,2026-07-21,withdraw\n", NULL,
         "A,decide,2026-07-23,,ended"},
        /* stable order of one time, any order of the file, other columns, quotes, blanks */
        {"action,who,case,time\nnotify,x,A,2026-08-04\nsubmit,\"y,z\",A,2026-07-20T09:00\n"
         " start_screening ,x,A, 2026-07-20T10:00 \nquick_assign,x,A,2026-07-21\n"
         "accept,x,A,2026-07-21\nreport_result,x,A,2026-07-30\n",
         NULL, "A,first_result,2026-08-04,2026-08-04,met"},
        /* built-in steps that move nothing */
        {HEAD "A,2026-07-20,submit\nA,2026-07-20,note\nA,2026-07-20,assign\nA,2026-07-20,approve\n",
         NULL, "A,first_result,2026-08-04,,open"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        BUF_AUTO Buf out = {0};
        buf_init(&out, 1 << 20);
        play(cases[i].rows, CSV_BATCH, cases[i].until ? day(cases[i].until) : DAY_NONE, &out);
        check_line(&out, cases[i].line);
    }
}

#define WORKING                                                                                    \
    "A,2026-07-20,submit,\nA,2026-07-20,start_screening,\nA,2026-07-21,propose,\n"                 \
    "A,2026-07-21,order_assign,\nA,2026-07-22,accept,\n"

static void test_extensions(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"A,2026-08-04,extend:first_result,7 calendar days\n", "A,first_result,2026-08-11,,open"},
        {"A,2026-08-04,extend:first_result,\n", "A,first_result,2026-08-19,,open"},
        {"A,2026-08-05,extend:first_result,\n", "A,first_result,2026-08-04,,late"},
        {"A,2026-08-04,extend:first_result,\nA,2026-08-04,extend:first_result,\n",
         "A,first_result,2026-09-03,,open"},
        {"A,2026-08-04,extend:first_result,16 calendar days\n",
         "A,first_result,2026-08-04,,\"refused: line 7, extend:first_result: deadline "
         "\"\"first_result\"\" cannot be extended by that; at most 15 calendar days at a time\""},
        {"A,2026-07-23,extend:work,\n",
         "A,first_result,2026-08-04,,\"refused: line 7, extend:work: deadline \"\"work\"\" cannot "
         "be extended in this state\""},
        {"A,2026-07-23,extend:wrok,\n",
         "A,first_result,2026-08-04,,\"refused: line 7, extend:wrok: "
         "the workflow has no step \"\"extend:wrok\"\"\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        BUF_AUTO Buf text = {0};
        BUF_AUTO Buf out = {0};
        buf_init(&text, 65536);
        buf_init(&out, 1 << 20);
        buf_addf(&text, "case,time,action,by\n" WORKING "%s", rows[i][0]);
        play(buf_str(&text).ptr, CSV_BATCH, DAY_NONE, &out);
        check_line(&out, rows[i][1]);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    static const char log[] = HEAD "A,2026-07-20,submit\nA,2026-07-20,accept\n"
                                   "A,2026-09-20,start_screening\n"
                                   "B,2026-07-20,submit\nB,2026-07-20,accept\n"
                                   "C,2026-07-20,submit\nC,2026-07-20,submit\n"
                                   "D,2026-07-20,submit\nD,2026-07-20,decline\n"
                                   "E,2026-07-20,submit\nE,2026-07-20,start_screening\n"
                                   "E,2026-07-20,propose\nE,2026-07-20,order_assign\n"
                                   "E,2026-07-20,accept\nE,2026-07-20,report_result\n"
                                   "E,2026-07-20,notify\nE,2026-08-04,close\n";
    static const char *const lines[] = {
        /* refused on 20 July: what was open then was not late */
        "A,ack,2026-07-21,,\"refused: line 3, accept: from state \"\"received\"\" this step is not "
        "possible; open steps: start_screening, merge, withdraw, withdraw_paper, reclassify\"",
        "C,ack,2026-07-21,,\"refused: line 8, submit: the case has been submitted already\"",
        "D,ack,2026-07-21,,\"refused: line 10, decline: proposals count as approved; leave out a "
        "declined one and its decline\"",
        "E,first_result,2026-08-04,2026-07-20,met",
        "E,review,2026-08-04,,\"refused: line 18, close: this step opens on the day after deadline "
        "\"\"review\"\"\"",
        "refused in 2 cases: accept in state received: from state \"received\" this step is not "
        "possible; open steps: start_screening, merge, withdraw, withdraw_paper, reclassify "
        "(first: case A, line 3)",
        "deadline ack: 1 met, 4 refused",
    };
    BUF_AUTO Buf out = {0};
    buf_init(&out, 1 << 20);
    play(log, CSV_BATCH, DAY_NONE, &out);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        check_line(&out, lines[i]);
}

static void test_faults(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "log.csv:1:1: error: the file is empty; the first line names the columns: "
             "case,time,action\n"},
        {"case;time;action\nA;2026-07-20;submit\n",
         "log.csv:1:1: error: no column \"case\"; the first line names the columns: "
         "case,time,action\nlog.csv:1:1: error: no column \"time\"; the first line names the "
         "columns: case,time,action\nlog.csv:1:1: error: no column \"action\"; the first line "
         "names the columns: case,time,action\n"},
        {"case,time,action,case\n", "log.csv:1:1: error: two columns are called \"case\"\n"},
        {HEAD "A,2026-07-20\n",
         "log.csv:2:1: error: 2 cells, but the first line names 3 columns\n"},
        {HEAD ",20/7/2569 x,\n",
         "log.csv:2:1: error: case: empty\nlog.csv:2:1: error: action: empty\nlog.csv:2:1: error: "
         "time: expected ISO 8601 such as 2026-08-17T09:30, got \"20/7/2569 x\"\n"},
        {HEAD "A,2026-07-21,submit\nA,2026-07-20,accept\n",
         "log.csv:3:1: error: case \"A\" begins with \"accept\"; its first row in time has to be "
         "submit\n"},
        {"case,time,action,by\nA,2026-07-20,extend:first_result,7 days\n",
         "log.csv:2:1: error: by: say \"calendar days\" or \"working days\"\n"},
        {"case,time,action,by\nA,2026-07-20,extend:first_result,soon\n",
         "log.csv:2:1: error: by: expected a span such as \"7 calendar days\", got \"soon\"\n"},
        {HEAD "A,2026-07-20,submit\n\"B", "log.csv:3:1: error: a cell begins with a quotation mark "
                                          "that is never closed\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        LOG_AUTO Log log;
        BUF_AUTO Buf report = {0};
        buf_init(&report, 1 << 20);
        assert_int_equal(read_text(&log, rows[i][0], 7, &report), 1);
        assert_str(buf_str(&report), rows[i][1]);
    }
}

/* ---- nothing depends on where the log is cut ---- */
static uint32_t seed;
static uint32_t below(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

/* Rows in the order of their days: steps that are mostly possible, and some that are not. */
static void put_random_log(Buf *text)
{
    static const char *const path[] = {"start_screening", "propose",       "order_assign",
                                       "accept",          "report_result", "notify"};
    enum { CASES = 12, DAYS = 60 };
    uint8_t at[CASES] = {0};
    buf_adds(text, HEAD);
    for (int d = 0; d < DAYS; d++) {
        for (int c = 0; c < CASES; c++) {
            const char *word = "submit";
            if (below(5))
                continue;
            if (at[c])
                word = below(8) ? path[(at[c] - 1) % 6]
                                : general->actions[below(general->n_actions)].id.ptr;
            at[c]++;
            buf_addf(text, "C%d,", c);
            day_put_iso(text, day("2026-01-05") + d);
            buf_addf(text, "T%02u:00,%s\n", below(24), word);
        }
    }
}

static void test_pieces(void **state)
{
    (void)state;
    for (seed = 1; seed <= 20; seed++) {
        BUF_AUTO Buf text = {0};
        BUF_AUTO Buf whole = {0};
        uint32_t kept = seed;
        buf_init(&text, 1 << 20);
        buf_init(&whole, 1 << 20);
        put_random_log(&text);
        play(buf_str(&text).ptr, CSV_BATCH, DAY_NONE, &whole);
        for (size_t i = 0; i < 5; i++) {
            BUF_AUTO Buf again = {0};
            buf_init(&again, 1 << 20);
            play(buf_str(&text).ptr, 1 + below(100), DAY_NONE, &again);
            assert_str(buf_str(&again), buf_str(&whole).ptr);
        }
        seed = kept;
    }
}

/* A register that ends on a day says what the longer one says as of that day. */
static void test_prefixes(void **state)
{
    (void)state;
    for (seed = 1; seed <= 20; seed++) {
        BUF_AUTO Buf text = {0};
        uint32_t kept = seed;
        buf_init(&text, 1 << 20);
        put_random_log(&text);
        for (Day until = day("2026-01-05"); until < day("2026-03-06"); until += 7) {
            BUF_AUTO Buf prefix = {0};
            BUF_AUTO Buf some = {0};
            BUF_AUTO Buf all = {0};
            buf_init(&prefix, 1 << 20);
            buf_init(&some, 1 << 20);
            buf_init(&all, 1 << 20);
            Str rest = buf_str(&text);
            while (rest.len) {
                Str line = str_cut(&rest, '\n');
                const char *time = memchr(line.ptr, ',', line.len);
                Day d;
                if (day_parse_iso((Str){time + 1, 10}, &d) == 0 && d > until)
                    break;
                buf_add_str(&prefix, line);
                buf_adds(&prefix, "\n");
            }
            play(buf_str(&prefix).ptr, CSV_BATCH, until, &some);
            play(buf_str(&text).ptr, CSV_BATCH, until, &all);
            assert_str(buf_str(&some), buf_str(&all).ptr);
        }
        seed = kept;
    }
}

/* A fold stopped after any row, copied and gone on with, ends in the same bytes. */
static void test_restarts(void **state)
{
    (void)state;
    LOG_AUTO Log log;
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf report = {0};
    buf_init(&text, 1 << 20);
    buf_init(&report, 1 << 20);
    seed = 7;
    put_random_log(&text);
    assert_int_equal(read_text(&log, buf_str(&text).ptr, 64, &report), 0);
    for (size_t from = 0, to; from < log.n; from = to) {
        static Fold whole, first, second;
        Stay stay;
        to = from;
        fold_init(&whole);
        for (; to < log.n && log.rows[to].case_ == log.rows[from].case_; to++)
            fold_row(&whole, general, &log.rows[to], &stay);
        for (size_t cut = from; cut <= to; cut++) {
            fold_init(&first);
            for (size_t i = from; i < cut; i++)
                fold_row(&first, general, &log.rows[i], &stay);
            memcpy(&second, &first, sizeof(second));
            for (size_t i = cut; i < to; i++)
                fold_row(&second, general, &log.rows[i], &stay);
            assert_memory_equal(&second.c, &whole.c, sizeof(second.c));
            assert_memory_equal(second.missed, whole.missed, sizeof(second.missed));
            assert_memory_equal(second.end_due, whole.end_due, sizeof(second.end_due));
            assert_int_equal(second.refused, whole.refused);
            assert_int_equal(second.refused_row.line, whole.refused_row.line);
        }
    }
}

static void test_days(void **state)
{
    (void)state;
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf out = {0};
    buf_init(&text, 1 << 20);
    buf_init(&out, 1 << 20);
    buf_adds(&text, HEAD);
    for (int i = 1; i <= 20; i++) { /* received for 1, 2, ... 20 days */
        buf_addf(&text, "C%d,2026-01-05,submit\nC%d,", i, i);
        day_put_iso(&text, day("2026-01-05") + i);
        buf_adds(&text, ",start_screening\n");
    }
    play(buf_str(&text).ptr, CSV_BATCH, DAY_NONE, &out);
    check_line(&out, "state received: left 20 times, half of them within 10 days, nine of ten "
                     "within 18");
}

/* ---- whoever acts and whatever is needed: it is never that ---- */
static void check_no_role_refuses(const Def *def, const Fold *f)
{
    static const uint8_t about_time_and_path[] = {FLOW_STATE,    FLOW_CONDITION,  FLOW_TOO_EARLY,
                                                  FLOW_TOO_LATE, FLOW_TIMES,      FLOW_NO_EXTEND,
                                                  FLOW_TOO_LONG, FLOW_NOT_RUNNING};
    if (!f->refused)
        return;
    assert_int_equal(f->refused, FOLD_BY_FLOW);
    if (memchr(about_time_and_path, f->no.why, sizeof(about_time_and_path)))
        return;
    BUF_AUTO Buf why = {0};
    buf_init(&why, 4096);
    refusal_put(&why, def, &f->no);
    fail_msg("%s, row %u of %u: %s", def->id.ptr, f->refused_row.kind, f->refused_row.index,
             buf_str(&why).ptr);
}

static size_t try_step(const Def *def, uint8_t kind, uint8_t index, uint8_t in_state)
{
    static Fold f;
    Stay stay;
    LogRow row = {.at = day_start(day("2026-07-20"), def->calendar->zone), .kind = LOG_SUBMIT};
    fold_init(&f);
    fold_row(&f, def, &row, &stay);
    assert_int_equal(f.refused, FOLD_NOT_REFUSED);
    f.c.state = in_state;
    f.c.previous = def->initial;
    if (kind == LOG_EXTEND)
        clock_start(&f.c.clocks[index], day("2026-07-20"), def->deadlines[index].limit,
                    day("2026-07-20"));
    row.kind = kind;
    row.index = index;
    fold_row(&f, def, &row, &stay);
    check_no_role_refuses(def, &f);
    return !f.refused;
}

/* Every action of every shipped workflow from every state it may be done in, every extension. */
static void test_roles_never_refuse(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob(SOURCE_DIR "/workflows/*.yaml", 0, NULL, &found), 0);
    for (size_t w = 0; w < found.gl_pathc; w++) {
        const Def *def = NULL;
        size_t done = 0, tried = 0;
        assert_int_equal(load_shipped(found.gl_pathv[w], &def), 0);
        for (uint8_t s = 0; s < def->n_states; s++) {
            for (uint8_t a = 0; a < def->n_actions; a++) {
                if (!(def->actions[a].from & MASK64(s)))
                    continue;
                done += try_step(def, LOG_ACTION, a, s);
                tried++;
            }
            for (uint8_t d = 0; d < def->n_deadlines; d++) {
                if (def->deadlines[d].extend.in & MASK64(s))
                    assert_int_equal(try_step(def, LOG_EXTEND, d, s), 1);
            }
        }
        /* What is left is too early on the first day. */
        assert_true(done * 2 > tried);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_restarts),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_roles_never_refuse),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
