/* SPDX-License-Identifier: Apache-2.0 */
/* Plays the samples on the engine, day by day: the same calls, seals and signatures as when people
 * work, only that the clock is an old one and the keys are at hand. */
#include "cli/demo_inner.h"

#include "base/err.h"
#include "cli/entry.h"
#include "cli/epoch.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ARENA_MAX = 64 << 20,
    TICK_MOST = 200,
    MORNING = 9 * 3600,
    REPORT_MAX = 1 << 20,
    MISSING_MAX = READER_SLOTS * CLASSES
};

#define PLAYER_AUTO __attribute__((cleanup(player_finish)))

static void player_finish(Player *p)
{
    for (size_t i = 0; i < p->n_keyed; i++)
        person_keys_finish(&p->keyed[i].keys);
    for (size_t i = 0; p->entered && i < demo_cases_n; i++)
        code_finish(&p->entered[i].code);
    free(p->entered);
    desk_free(p->desk);
}

static int told(const char *sample, const char *what, int answer)
{
    return cli_refuse("demo: %s: %s was not taken (%d)", sample, what, answer);
}

/* ---- time ---- */
int demo_tick(Desk *d)
{
    for (;;) {
        unsigned fired = 0;
        Moment next = INT64_MAX;
        Txn *t;
        int r = store_turn(desk_store(d), &t);
        if (r)
            return r < 0 ? err_trace(r) : cli_refuse("the database cannot be written");
        r = desk_tick(d, t, desk_now(d), TICK_MOST, &fired, &next);
        if (r == DESK_OK)
            r = store_commit(t);
        else
            store_end(t);
        if (r < 0)
            return err_trace(r);
        if (r > 0 && r != DESK_RETRY && r != STORE_RETRY)
            return cli_refuse("the deadlines could not be worked off (%d)", r);
        if (r == 0 && next > desk_now(d))
            return 0;
    }
}

/* An office works on working days; what the public does is done on any. */
static int go_to(Player *p, Day day, bool office)
{
    const Def *any = desk_workflows(p->desk)->defs[0];
    Day then = office ? calendar_roll(any->calendar, day) : day;
    Moment at;

    if (then > p->today)
        then = p->today;
    at = day_start(then, desk_office(p->desk)->zone) + MORNING + 60 * (Moment)p->minute++;
    if (desk_demo_pretend(p->desk, at))
        return err_origin(-EINVAL);
    return demo_tick(p->desk);
}

/* ---- fields ---- */
/* "letter_date=@-25": the day that lies so far from today. */
static int fill(const Player *p, const char *const *fields, Filled *f)
{
    for (size_t i = 0; i < DEMO_FIELDS_MAX && fields[i]; i++) {
        const char *at = strstr(fields[i], "=@");
        char pair[128];
        BUF_AUTO Buf iso = {0};
        if (!at) {
            TRY(filled_add(f, fields[i]));
            continue;
        }
        buf_init(&iso, 32);
        day_put_iso(&iso, day_plus(p->today, strtol(at + 2, NULL, 10)));
        snprintf(pair, sizeof(pair), "%.*s=%s", (int)(at - fields[i]), fields[i],
                 (const char *)iso.ptr);
        TRY(filled_add(f, pair));
    }
    return 0;
}

static Day virtual_today(const Player *p)
{
    return moment_day(desk_now(p->desk), desk_office(p->desk)->zone);
}

/* ---- filing ---- */
static int submit(Player *p, const DemoCase *c, const Bundle *b, Arena *arena, Name *ret)
{
    Who who = {.person = c->who ? directory_person(desk_directory(p->desk), str_of(c->who)) : NULL};
    Submitted done;
    Refusal refusal;
    Txn *t;

    TRY(store_turn(desk_store(p->desk), &t));
    int r = desk_submit(p->desk, t, str_of(c->workflow), c->who ? &who : NULL, b, arena, &done,
                        &refusal);
    if (r == DESK_OK)
        r = store_commit(t);
    else
        store_end(t);
    if (r)
        return r < 0 ? err_trace(r) : told(c->name, "the complaint", r);
    *ret = done.number;
    return 0;
}

static int file_case(Player *p, size_t i)
{
    const DemoCase *c = &demo_cases[i];
    const Def *def = workflows_find(desk_workflows(p->desk), str_of(c->workflow));
    const PersonKeys *keys = NULL;
    ARENA_AUTO Arena arena = {0};
    FILLED_AUTO Filled filled = {0};
    Bundle b;

    if (!def)
        return cli_refuse("demo: no workflow %s", c->workflow);
    arena_init(&arena, ARENA_MAX);
    filled_init(&filled, def, desk_office(p->desk), desk_directory(p->desk), &arena);
    TRY(go_to(p, day_plus(p->today, c->day), false));
    TRY(fill(p, c->field, &filled));
    TRY(entry_check(&filled, c->who != NULL, virtual_today(p)));
    TRY(c->who ? demo_keys(p, c->who, &keys) : 0);
    TRY(code_new(&p->entered[i].code));
    TRY(entry_compose(&filled, &p->entered[i].code, keys ? &keys->sign : NULL, virtual_today(p), NULL,
                      &b));
    return submit(p, c, &b, &arena, &p->entered[i].number);
}

/* ---- a person's step ---- */
static int take_parts(CaseFile *f, const CaseView *v)
{
    f->pieces = arena_many(f->arena, v->n_parts + 1, Piece);
    if (!f->pieces)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < v->n_parts; i++) {
        const PartRecord *r = &v->parts[i];
        Piece *piece = &f->pieces[f->n_pieces++];
        piece->no = r->no;
        piece->event = r->event;
        piece->sealed = (BundlePart){.kind = r->kind,
                                     .class = r->class,
                                     .epoch = r->epoch,
                                     .slot = r->slot,
                                     .file = r->file,
                                     .sealed = r->sealed};
        memcpy(piece->sealed.commit.b, r->commit.b, sizeof(r->commit.b));
    }
    return 0;
}

static void take_keys(CaseFile *f, const HeadRecord *h)
{
    f->public.seal_id = h->seal_id;
    for (uint8_t i = 0; i < h->n_keys; i++) {
        BundleKey *k = &f->public.key[f->public.n++];
        k->class = h->keys[i].class;
        k->epoch = h->keys[i].epoch;
        memcpy(k->public.b, h->keys[i].public.b, sizeof(k->public.b));
    }
    memcpy(f->public.code_box.b, h->code_box.b, sizeof(f->public.code_box.b));
}

static int open_view(Player *p, const CaseView *v, const PersonKeys *keys, Arena *arena,
                     CaseFile *f)
{
    memset(f, 0, sizeof(*f));
    f->arena = arena;
    f->office = desk_office(p->desk);
    f->directory = desk_directory(p->desk);
    f->def = v->def;
    f->keys = keys;
    f->number = v->head.number;
    f->seal_id = v->head.seal_id;
    f->rev = v->head.c.rev;
    f->parts = v->head.parts;
    f->c = v->head.c;
    f->today = virtual_today(p);
    f->now = v->def->protected ? 0 : desk_now(p->desk);
    take_keys(f, &v->head);
    for (size_t i = 0; i < v->n_seals; i++)
        TRY(casefile_take_seal(f, v->seals[i].class, v->seals[i].epoch, v->seals[i].slot,
                               v->seals[i].sealed));
    TRY(take_parts(f, v));
    return casefile_open(f);
}

static int ask_of(const CaseFile *f, const DemoStep *s, Filled *filled, StepAsk *ret)
{
    static const uint8_t kinds[] = {
        [DEMO_DO] = STEP_ACTION, [DEMO_APPROVE] = STEP_APPROVE, [DEMO_EXTEND] = STEP_EXTEND};

    *ret = (StepAsk){.kind = kinds[s->deed],
                     .index = DEF_NONE,
                     .what = str_of(s->what),
                     .has_message = s->message != NULL,
                     .message = str_of(s->message),
                     .declare = s->declare};
    if (s->deed == DEMO_APPROVE)
        return 0;
    ret->filled = filled;
    ret->index =
        s->deed == DEMO_DO ? def_action(f->def, ret->what) : def_deadline(f->def, ret->what);
    if (ret->index == DEF_NONE || (s->by && span_parse(str_of(s->by), &ret->by)))
        return cli_refuse("demo: no step %s", s->what);
    return 0;
}

static int grant_missing(Player *p, Txn *t, const Who *who, const CaseFile *f, const StepAsk *ask,
                         Bundle *b)
{
    MissingSeal missing[MISSING_MAX];
    Name unit = ask_unit(f, ask);
    size_t n = 0;

    int r = desk_readers_after(p->desk, t, who, name_str(&f->number), ask->kind, ask->what, &unit,
                               NULL, missing, MISSING_MAX, &n);
    if (r)
        return r < 0 ? err_trace(r) : 0; /* the step itself says what is wrong */
    for (size_t i = 0; i < n; i++) {
        r = ask_grant(f, name_str(&missing[i].person), missing[i].class, 0, b);
        if (r < 0)
            return err_trace(r);
    }
    return 0;
}

/* Signs and acts; readers that only the step's fields name are granted on the second try. */
static int act(Player *p, Txn *t, const Who *who, CaseFile *f, const StepAsk *ask, Bundle *b,
               Arena *arena)
{
    StepRefused *refused = arena_new(arena, StepRefused);
    StepDone done;

    if (!refused)
        return err_origin(-ENOMEM);
    for (int round = 0;; round++) {
        TRY(bundle_sign(b, &f->keys->sign, f->office->tenant, f->rev, ask->kind, ask->what));
        StepRequest request = {.number = name_str(&f->number),
                               .kind = ask->kind,
                               .what = ask->what,
                               .has_rev = true,
                               .if_rev = f->rev,
                               .bundle = b};
        int r = desk_act(p->desk, t, who, &request, arena, &done, refused);
        if (r != DESK_SEALS || round == 2) {
            if (r == DESK_REFUSED) {
                BUF_AUTO Buf why = {0};
                buf_init(&why, 4096);
                refusal_put(&why, refused->def, &refused->refusal);
                cli_refuse("demo: %s", why.ptr ? (const char *)why.ptr : "");
            }
            return r;
        }
        if (refused->epochs) {
            TRY(casefile_readers(f, refused->epochs, refused->readers, refused->n_readers));
            TRY(ask_compose_anew(f, ask, refused->epochs, b));
            TRY(grant_missing(p, t, who, f, ask, b));
        }
        for (size_t i = 0; i < refused->n_missing; i++) {
            r = ask_grant(f, name_str(&refused->missing[i].person), refused->missing[i].class, 0, b);
            if (r < 0)
                return err_trace(r);
        }
    }
}

static int step_in(Player *p, Txn *t, const DemoStep *s, const Name *number, Arena *arena)
{
    Who who = {.person = directory_person(desk_directory(p->desk), str_of(s->who))};
    CASE_FILE_AUTO CaseFile f = {0};
    FILLED_AUTO Filled filled = {0};
    CaseView *view = arena_new(arena, CaseView);
    const PersonKeys *keys;
    StepAsk ask;
    Bundle b;

    if (!view || !who.person)
        return err_origin(-ENOMEM);
    TRY(demo_keys(p, s->who, &keys));
    int r = desk_case(p->desk, t, &who, name_str(number), false, arena, view);
    if (r)
        return r;
    TRY(open_view(p, view, keys, arena, &f));
    filled_init(&filled, f.def, f.office, f.directory, arena);
    TRY(fill(p, s->field, &filled));
    TRY(ask_of(&f, s, &filled, &ask));
    TRY(ask_default_unit(&f, &ask));
    TRY(ask_check(&f, &ask));
    TRY(ask_compose(&f, &ask, &b));
    TRY(grant_missing(p, t, &who, &f, &ask, &b));
    return act(p, t, &who, &f, &ask, &b, arena);
}

/* ---- the complainant's later words ---- */
static int reply_in(Player *p, Txn *t, const DemoStep *s, const Code *code, Arena *arena)
{
    CODE_KEYS_AUTO CodeKeys keys = {.box = {.secret = {NULL}}};
    CaseKeys *public = arena_new(arena, CaseKeys);
    Refusal refusal;
    Composer by = {.directory = desk_directory(p->desk),
                   .tenant = desk_office(p->desk)->tenant,
                   .arena = arena};
    uint32_t parts;
    Bundle b;

    if (!public)
        return err_origin(-ENOMEM);
    TRY(code_derive(code, by.tenant, &keys));
    int r = desk_citizen_keys(p->desk, t, &keys, public, &by.def, &parts);
    if (r)
        return r;
    TRY(compose_reply(&by, public, parts, str_of(s->what), NULL, NULL, 0, &b));
    b.in.message = true;
    return desk_citizen(p->desk, t, &keys, CITIZEN_REPLY, DEF_NONE, &b, arena, &refusal);
}

static int play_step(Player *p, size_t i, const DemoStep *s)
{
    ARENA_AUTO Arena arena = {0};
    const PersonKeys *keys;
    Txn *t;

    arena_init(&arena, ARENA_MAX);
    TRY(go_to(p, day_plus(p->today, s->day), s->deed != DEMO_REPLY));
    TRY(s->who ? demo_keys(p, s->who, &keys) : 0); /* reads the store, so before the turn */
    TRY(store_turn(desk_store(p->desk), &t));
    int r = s->deed == DEMO_REPLY ? reply_in(p, t, s, &p->entered[i].code, &arena)
                                  : step_in(p, t, s, &p->entered[i].number, &arena);
    if (r == DESK_OK)
        r = store_commit(t);
    else
        store_end(t);
    if (r)
        return r < 0 ? err_trace(r) : told(demo_cases[i].name, s->what ? s->what : "approve", r);
    return 0;
}

/* ---- all of them, in order of time ---- */
typedef struct Turn {
    int day;
    size_t sample, step; /* step 0: filing, else the step before it in the list */
} Turn;

static int by_day(const void *a, const void *b)
{
    const Turn *x = a, *y = b;

    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->sample != y->sample)
        return x->sample < y->sample ? -1 : 1;
    return x->step < y->step ? -1 : x->step > y->step;
}

static size_t all_turns(Turn *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < demo_cases_n; i++) {
        const DemoCase *c = &demo_cases[i];
        ret[n++] = (Turn){c->day, i, 0};
        for (size_t s = 0; s < DEMO_STEPS_MAX && c->step[s].deed; s++)
            ret[n++] = (Turn){c->step[s].day, i, s + 1};
    }
    qsort(ret, n, sizeof(*ret), by_day);
    return n;
}

static int play_all(Player *p)
{
    Turn *turns = calloc(demo_cases_n * (DEMO_STEPS_MAX + 1), sizeof(*turns));
    int r = 0;

    if (!turns)
        return err_origin(-ENOMEM);
    size_t n = all_turns(turns);
    for (size_t i = 0; i < n && !r; i++) {
        const Turn *t = &turns[i];
        r = t->step ? play_step(p, t->sample, &demo_cases[t->sample].step[t->step - 1])
                    : file_case(p, t->sample);
    }
    free(turns);
    return r;
}

/* ---- what is handed over ---- */
static int state_of(Player *p, const Entered *e, Arena *arena, Str *ret)
{
    CODE_KEYS_AUTO CodeKeys keys = {.box = {.secret = {NULL}}};
    TrackView *view = arena_new(arena, TrackView);
    Txn *t;

    if (!view)
        return err_origin(-ENOMEM);
    TRY(code_derive(&e->code, desk_office(p->desk)->tenant, &keys));
    TRY(store_read(desk_store(p->desk), &t));
    int r = desk_track(p->desk, t, &keys, arena, view);
    store_end(t);
    if (r)
        return r < 0 ? err_trace(r) : told(name_str(&e->number).ptr, "its code", r);
    *ret = view->def->states[view->state].id;
    return 0;
}

static int write_cases(Player *p, const char *dir)
{
    char *path = cli_path(dir, "demo/cases.txt");
    FILE *f = path ? fopen(path, "wxe") : NULL;
    int r = f ? 0 : err_origin(-EIO);

    free(path);
    for (size_t i = 0; i < demo_cases_n && !r; i++) {
        ARENA_AUTO Arena arena = {0};
        char code[CODE_TEXT_LEN + 1];
        Str state = {NULL, 0};
        arena_init(&arena, ARENA_MAX);
        code_print(&p->entered[i].code, code);
        r = state_of(p, &p->entered[i], &arena, &state);
        if (!r)
            fprintf(f, "%s  %-16s  %s  %.*s\n", demo_cases[i].name, p->entered[i].number.s, code,
                    (int)state.len, state.ptr);
        bytes_wipe(code, sizeof(code));
    }
    bool kept = f && fchmod(fileno(f), 0600) == 0;
    kept = f && fclose(f) == 0 && kept;
    if (f && !kept)
        r = r ? r : err_origin(-EIO);
    return r;
}

int demo_fill(const char *dir, const HandedOver *people, size_t n)
{
    PLAYER_AUTO Player p = {.people = people, .n_people = n};
    BUF_AUTO Buf report = {0};

    buf_init(&report, REPORT_MAX);
    p.entered = calloc(demo_cases_n, sizeof(*p.entered));
    if (!p.entered)
        return err_origin(-ENOMEM);
    int r = desk_open(dir, STORE_WRITE, &report, &p.desk);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    Moment now = desk_now(p.desk);
    p.today = moment_day(now, desk_office(p.desk)->zone);
    TRY(play_all(&p));
    if (desk_demo_pretend(p.desk, now))
        return err_origin(-EINVAL);
    TRY(demo_tick(p.desk));
    return write_cases(&p, dir);
}
