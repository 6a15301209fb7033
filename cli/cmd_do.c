/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a case: do, approve, decline, extend, assign, note. */
#include "cli/move.h"

#include "base/err.h"
#include "cli/print.h"
#include "cli/show.h"
#include <errno.h>
#include <stdio.h>

typedef struct Deed {
    Session session;
    CaseFile file;
    Filled filled;
    json_t *json;
    StepAsk ask;
} Deed;
#define DEED_AUTO __attribute__((cleanup(deed_finish)))

static void deed_finish(Deed *d)
{
    filled_finish(&d->filled);
    casefile_finish(&d->file);
    json_decref(d->json);
    session_finish(&d->session);
}

/* Signs in, fetches the case. */
static int deed_begin(Deed *d, const Args *args, uint8_t kind)
{
    TRY(session_begin(args, &d->session));
    TRY(remote_case(&d->session, args->word[0], &d->file, &d->json));
    d->ask = (StepAsk){.kind = kind,
                       .index = DEF_NONE,
                       .what = STR(""),
                       .has_message = args_has(args, OPT_MESSAGE),
                       .message = str_of(args->value[OPT_MESSAGE]),
                       .note = str_of(args->value[OPT_NOTE]),
                       .declare = args_has(args, OPT_DECLARE)};
    return 0;
}

static int deed_fill(Deed *d, const Args *args)
{
    filled_init(&d->filled, d->file.def, d->session.office, d->session.directory,
                &d->session.arena);
    d->ask.filled = &d->filled;
    TRY(filled_own(&d->filled, &d->session.keys.box.secret));
    return filled_add_args(&d->filled, args);
}

static bool is_open(const Deed *d, const char *kind, Str id)
{
    const json_t *steps = json_object_get(d->json, "steps"), *step;
    size_t i;

    json_array_foreach(steps, i, step) if (str_is(js_str(step, "kind"), kind) &&
                                           str_eq(js_str(step, "id"), id)) return true;
    return false;
}

static int tell_done(const Deed *d, const Args *args, const Answer *a)
{
    const json_t *state = json_object_get(a->json, "state");
    Str id = json_is_object(state) ? js_str(state, "id") : js_str(a->json, "state");
    uint8_t index = def_state(d->file.def, id);
    const char *register_no = js_text(a->json, "register_no");

    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a->json));
    if (js_bool(a->json, "moved"))
        printf("%s: moved; nothing of it is left here (โอนแล้ว ไม่มีข้อมูลเหลืออยู่ที่นี่)\n",
               d->file.number.s);
    if (js_bool(a->json, "proposed"))
        printf("%s: proposed; it waits for a second person (รอผู้อนุมัติ)\n", d->file.number.s);
    else if (index != DEF_NONE)
        printf(
            "%s: %.*s  %.*s (%.*s)\n", d->file.number.s, (int)id.len, id.ptr,
            (int)d->file.def->states[index].staff.th.len, d->file.def->states[index].staff.th.ptr,
            (int)d->file.def->states[index].staff.en.len, d->file.def->states[index].staff.en.ptr);
    if (*register_no)
        printf("register number %s\n", register_no);
    return CLI_DONE;
}

/* The last day of the deadline that a step waits for, and the day after, which opens the step. */
static void tell_waiting(const Deed *d)
{
    const json_t *list = json_object_get(d->json, "deadlines"), *one;
    const Def *def = d->file.def;
    char last[DAY_TEXT], opens[DAY_TEXT];
    Day due;
    size_t i;

    if (d->ask.kind != STEP_ACTION || def->actions[d->ask.index].after == DEF_NONE)
        return;
    Str id = def->deadlines[def->actions[d->ask.index].after].id;
    json_array_foreach (list, i, one) {
        if (!str_eq(js_str(one, "id"), id) || js_bool(one, "overdue") ||
            day_parse_iso(js_str(one, "due"), &due))
            continue;
        day_text(due, last);
        day_text(due + 1, opens);
        fprintf(stderr,
                "ทำขั้นตอนนี้ได้ตั้งแต่ / this step opens on %s\n"
                "  %.*s (%.*s) ends on %s; a day off moves the end to the next working day\n",
                opens,
                (int)def->deadlines[def->actions[d->ask.index].after].label.th.len,
                def->deadlines[def->actions[d->ask.index].after].label.th.ptr, (int)id.len, id.ptr,
                last);
    }
}

/* Sends what is ready; what was refused is followed by what is open. */
static int deed_send(Deed *d, const Args *args)
{
    ANSWER_AUTO Answer a = {0};

    int r = remote_step(&d->session, &d->file, &d->ask, &a);
    if (r == CLI_REFUSED) {
        tell_waiting(d);
        show_open_steps(stderr, &d->file, d->json);
    }
    if (!r)
        remote_files_named(&d->session, &d->filled);
    return r ? r : tell_done(d, args, &a);
}

/* A step with fields: checked here while it is open, else sent for the server to say why not. */
static int deed_send_filled(Deed *d, const Args *args, bool open)
{
    if (open) {
        TRY(ask_default_unit(&d->file, &d->ask));
        TRY(ask_check(&d->file, &d->ask));
        TRY(remote_files(&d->session, &d->filled));
    }
    return deed_send(d, args);
}

static int take_target(Deed *d, const char *name)
{
    if (!directory_person(d->session.directory, str_of(name)))
        return cli_refuse("the directory knows no \"%s\"", name);
    d->ask.target = name_of(str_of(name));
    return 0;
}

static int no_such(const Deed *d, const char *what, const char *id)
{
    cli_refuse("%.*s has no %s \"%s\"", (int)d->file.def->id.len, d->file.def->id.ptr, what, id);
    show_open_steps(stderr, &d->file, d->json);
    return CLI_REFUSED;
}

/* What a member of a committee is asked to affirm; empty when nothing waits for it. */
static Str asked_to_declare(const Deed *d)
{
    const json_t *steps = json_object_get(d->json, "steps"), *step;
    size_t i;

    json_array_foreach(steps, i, step) if (str_is(js_str(step, "kind"), "declare")) return js_str(
        json_object_get(step, "needs"), "declare");
    return STR("");
}

/* A member of a committee declares; there is no action of that name. */
static int do_declare(Deed *d, const Args *args)
{
    Str id = asked_to_declare(d);

    if (!d->ask.declare && id.len)
        return ask_tell_declaration(d->file.def, id);
    d->ask.kind = STEP_DECLARE;
    return deed_send(d, args);
}

/* The case goes to another workflow, sealed anew here. */
static int do_move(Deed *d, const Args *args)
{
    Args here, there;
    Bundle opened;
    MOVE_AUTO Move m = {
        .session = &d->session, .f = &d->file, .json = d->json, .ask = &d->ask};

    move_split(args, d->file.def->actions[d->ask.index].effects.open.workflow, &here, &there);
    TRY(deed_fill(d, &here));
    TRY(ask_default_unit(&d->file, &d->ask));
    TRY(ask_check(&d->file, &d->ask));
    TRY(move_compose(&m, &there, &opened));
    d->ask.opens = &opened;
    int r = deed_send(d, args);
    d->ask.opens = NULL;
    if (!r)
        remote_files_named(&d->session, &m.there);
    return r;
}

int do_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, STEP_ACTION));
    d.ask.index = def_action(d.file.def, str_of(args->word[1]));
    if (d.ask.index == DEF_NONE && str_is(str_of(args->word[1]), "declare"))
        return do_declare(&d, args);
    if (d.ask.index == DEF_NONE)
        return no_such(&d, "action", args->word[1]);
    d.ask.what = d.file.def->actions[d.ask.index].id;
    bool open = is_open(&d, "action", d.ask.what);
    if (open && d.file.def->actions[d.ask.index].effects.open.workflow.len)
        return do_move(&d, args);
    TRY(deed_fill(&d, args));
    if (args_has(args, OPT_TO))
        TRY(take_target(&d, args->value[OPT_TO]));
    return deed_send_filled(&d, args, open);
}

int extend_check(const Args *args)
{
    Span by;

    if (!args_has(args, OPT_BY))
        return cli_misuse("extend needs --by, such as --by \"7 calendar days\"");
    if (span_parse(str_of(args->value[OPT_BY]), &by))
        return cli_misuse("--by takes a span such as \"7 calendar days\" or \"3 working days\"");
    return 0;
}

int extend_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, STEP_EXTEND));
    d.ask.index = def_deadline(d.file.def, str_of(args->word[1]));
    if (d.ask.index == DEF_NONE)
        return no_such(&d, "deadline", args->word[1]);
    d.ask.what = d.file.def->deadlines[d.ask.index].id;
    (void)span_parse(str_of(args->value[OPT_BY]), &d.ask.by); /* extend_check has seen it */
    TRY(deed_fill(&d, args));
    return deed_send_filled(&d, args, is_open(&d, "extend", d.ask.what));
}

int silence_check(const Args *args)
{
    Span by;

    if (str_of(args->value[OPT_NOTE]).len == 0)
        return cli_misuse("silence needs a note: --note TEXT");
    if (args_has(args, OPT_FOR) && (span_parse(str_of(args->value[OPT_FOR]), &by) || !by.count))
        return cli_misuse("--for takes a span such as \"2 working days\"");
    return 0;
}

int silence_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, STEP_SILENCE));
    d.ask.index = def_deadline(d.file.def, str_of(args->word[1]));
    if (d.ask.index == DEF_NONE)
        return no_such(&d, "deadline", args->word[1]);
    d.ask.what = d.file.def->deadlines[d.ask.index].id;
    if (args_has(args, OPT_FOR))
        (void)span_parse(str_of(args->value[OPT_FOR]), &d.ask.by); /* silence_check has seen it */
    return deed_send(&d, args);
}

/* ---- the second person ---- */
int approve_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, STEP_APPROVE));
    if (!json_is_object(json_object_get(d.json, "pending")))
        return cli_refuse("nothing waits for approval in %s", d.file.number.s);
    if (!args_has(args, OPT_JSON))
        show_pending(stdout, &d.file, d.json);
    return deed_send(&d, args);
}

int decline_check(const Args *args)
{
    if (str_of(args->value[OPT_NOTE]).len == 0)
        return cli_misuse("decline needs a reason: --note TEXT");
    return 0;
}

int decline_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, STEP_DECLINE));
    return deed_send(&d, args);
}

int assign_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, STEP_ASSIGN));
    TRY(take_target(&d, args->word[1]));
    return deed_send(&d, args);
}

int note_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, STEP_NOTE));
    d.ask.note = str_of(args->word[1]);
    return deed_send(&d, args);
}

/* ---- legal hold ---- */
int hold_check(const Args *args)
{
    if (str_of(args->value[OPT_REASON]).len == 0)
        return cli_misuse("hold needs a reason: --reason TEXT");
    return 0;
}

int hold_proceed(const Args *args)
{
    DEED_AUTO Deed d = {0};

    TRY(deed_begin(&d, args, args_has(args, OPT_RELEASE) ? STEP_RELEASE : STEP_HOLD));
    d.ask.note = str_of(args->value[OPT_REASON]);
    return deed_send(&d, args);
}
