/* SPDX-License-Identifier: Apache-2.0 */
/* schedules WORKFLOW CALENDARS...: plays schedules from standard input through a workflow file and
 * tells each clock after each step; tests/property/test_schedules.py compares with a model of its
 * own. Days are numbers of days since 1970. A line each:
 *   new                          another case
 *   calendar N                   from here on counted by the N-th folder of calendars
 *   submit DAY RECEIVED [FIELD=VALUE]...
 *   do ACTION DAY [FIELD=VALUE]...
 *   approve DAY
 *   extend DEADLINE DAY COUNT c|w|m
 *   tick DAY                     every rung up to this day fires
 * Answers `refused`, or `STATE CLOCK...`; a clock is
 * state,due,verdict,rounds,late rounds,extensions,last promise and whether it is overdue that day.
 */
#include "engine/core/flow.h"
#include "engine/load/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALENDARS_MAX = 8, LINE_MAX_ = 512 };

typedef struct Player {
    Arena arena;
    const Def *defs[CALENDARS_MAX];
    const Def *def; /* by the calendar in force */
    size_t n_defs;
    Case c;
    bool begun;
} Player;

static Player player;

static _Noreturn void stop(const char *what, const char *why)
{
    fprintf(stderr, "schedules: %s: %s\n", what, why);
    exit(2);
}

static void load(const char *path, const char *calendars)
{
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf report = {0};
    FAULTS_AUTO Faults faults;
    LoadContext context = {.calendars_dir = calendars};
    buf_init(&file, LOAD_BYTES_MAX);
    buf_init(&report, 1 << 20);
    faults_init(&faults);
    if (load_file(path, &file))
        stop(path, "cannot be read");
    if (load_workflow(buf_str(&file), &context, &player.arena, &faults,
                      &player.defs[player.n_defs])) {
        faults_put(&report, &faults, path, buf_str(&file));
        fwrite(report.ptr, 1, report.len, stderr);
        exit(2);
    }
    player.n_defs++;
}

/* ---- words of a line ---- */
static char *word(char **rest)
{
    return strsep(rest, " \n");
}

static Day day_of(char **rest)
{
    const char *w = word(rest);
    if (!w || !*w)
        stop("line", "a day is missing");
    return (Day)strtol(w, NULL, 10);
}

static void read_values(Inputs *in, char *rest)
{
    for (char *w = word(&rest); w && *w; w = word(&rest)) {
        char *value = strchr(w, '=');
        uint8_t field =
            value ? def_field(player.def, (Str){w, (size_t)(value - w)}) : (uint8_t)DEF_NONE;
        if (field == DEF_NONE)
            stop(w, "no such field");
        OpenValue *v = &in->open[in->n_open++];
        v->field = field;
        if (player.def->fields[field].type == FIELD_DATE)
            v->number = strtol(value + 1, NULL, 10);
        else
            v->choice = name_of(str_of(value + 1));
        field_set_add(&in->given, field);
    }
}

/* ---- steps ---- */
static Step step_of(uint8_t kind, Day day, uint8_t who)
{
    Step s = {.kind = kind,
              .action = DEF_NONE,
              .deadline = DEF_NONE,
              .day = day,
              .received = DAY_NONE,
              .actor = {.kind = ACTOR_PERSON, .tag = {{who}}, .roles = ~(RoleMask)0}};
    return s;
}

static void bring(const Needs *needs, Inputs *in)
{
    in->given.bits[0] |= needs->fields.bits[0];
    in->given.bits[1] |= needs->fields.bits[1];
    in->message |= needs->message != DEF_NONE;
    in->note |= needs->note;
}

static Step submit_step(char *rest)
{
    Step s = step_of(STEP_SUBMIT, day_of(&rest), 1);
    s.received = day_of(&rest);
    s.in.given = player.def->intake.required;
    read_values(&s.in, rest);
    return s;
}

static Step action_step(char *rest)
{
    uint8_t action = def_action(player.def, str_of(word(&rest)));
    Step s = step_of(STEP_ACTION, day_of(&rest), 1);
    s.action = action;
    bring(&player.def->actions[action].needs, &s.in);
    read_values(&s.in, rest);
    return s;
}

static Step approve_step(char *rest)
{
    return step_of(STEP_APPROVE, day_of(&rest), 2);
}

static Step extend_step(char *rest)
{
    uint8_t deadline = def_deadline(player.def, str_of(word(&rest)));
    Step s = step_of(STEP_EXTEND, day_of(&rest), 1);
    const char *count = word(&rest), *unit = word(&rest);
    s.deadline = deadline;
    s.in.by.count = (uint16_t)strtoul(count ? count : "0", NULL, 10);
    s.in.by.unit = unit && *unit == 'w'   ? SPAN_WORKING_DAYS
                   : unit && *unit == 'm' ? SPAN_MONTHS
                                          : SPAN_CALENDAR_DAYS;
    bring(&player.def->deadlines[deadline].extend.needs, &s.in);
    return s;
}

static bool take(const Step *s)
{
    Effects fx;
    Refusal no;
    if (flow_step(player.def, player.begun ? &player.c : NULL, s, &player.c, &fx, &no))
        return false;
    player.begun = true;
    return true;
}

static void tick(Day today)
{
    for (uint8_t i = 0; i < player.def->n_deadlines; i++) {
        Step s = {.kind = STEP_RUNG,
                  .action = DEF_NONE,
                  .deadline = i,
                  .day = today,
                  .actor = {.kind = ACTOR_SYSTEM}};
        while (take(&s))
            ;
    }
}

/* ---- answers ---- */
static void put_day(Day day)
{
    if (day == DAY_NONE)
        fputs("-,", stdout);
    else
        printf("%d,", day);
}

static void put_clock(uint8_t i, Day today)
{
    static const char *const states[] = {"off", "runs", "still", "met", "ended"};
    const Clock *k = &player.c.clocks[i];
    const Deadline *d = &player.def->deadlines[i];
    printf(" %s,", states[k->state]);
    put_day(clock_due(d, k, player.def->calendar));
    printf("%d,%d,%d,%d,", k->verdict, k->round, k->late_rounds, k->extensions);
    put_day(k->n_promised ? k->promised[k->n_promised - 1] : DAY_NONE);
    putchar(clock_is_overdue(d, k, player.def->calendar, today) ? '!' : '.');
}

static void tell(Day today)
{
    Str state = player.def->states[player.c.state].id;
    fwrite(state.ptr, 1, state.len, stdout);
    /* at_STATE only keeps a generated state from having no clock at all. */
    for (uint8_t i = 0; i < player.def->n_deadlines; i++) {
        if (!str_starts(player.def->deadlines[i].id, STR("at_")))
            put_clock(i, today);
    }
    putchar('\n');
}

static const struct {
    const char *word;
    Step (*make)(char *rest);
} STEPS[] = {{"submit", submit_step},
             {"do", action_step},
             {"approve", approve_step},
             {"extend", extend_step}};

static void play(char *line)
{
    char *rest = line;
    const char *what = word(&rest);
    if (strcmp(what, "new") == 0) {
        player.begun = false;
        return;
    }
    if (strcmp(what, "calendar") == 0) {
        size_t n = strtoul(word(&rest), NULL, 10);
        player.def = player.defs[n < player.n_defs ? n : 0];
        return;
    }
    if (strcmp(what, "tick") == 0) {
        Day today = day_of(&rest);
        tick(today);
        tell(today);
        return;
    }
    for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
        if (strcmp(what, STEPS[i].word) != 0)
            continue;
        Step s = STEPS[i].make(rest);
        if (take(&s))
            tell(s.day);
        else
            puts("refused");
        return;
    }
    stop(what, "not known");
}

int main(int argc, char **argv)
{
    char line[LINE_MAX_];
    if (argc < 3 || argc > 2 + CALENDARS_MAX)
        stop("usage", "schedules WORKFLOW CALENDARS... < SCHEDULES");
    arena_init(&player.arena, 256 << 20);
    for (int i = 2; i < argc; i++)
        load(argv[1], argv[i]);
    player.def = player.defs[0];
    while (fgets(line, sizeof(line), stdin))
        play(line);
    arena_finish(&player.arena);
    return 0;
}
