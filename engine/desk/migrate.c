/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/desk/migrate.h"

#include "base/err.h"
#include "engine/core/migrate.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

enum { WORDS_MAX = 1024, CASE_ARENA = 8 << 20 };

typedef struct Migration {
    Desk *desk;
    Txn *txn;
    const Def *fresh;
    bool dry;
    Arena *arena; /* of the lines */
    MigrateLine *lines;
    size_t n;
} Migration;

/* One case on its way. */
typedef struct Moving {
    Migration *m;
    Arena *arena; /* of this case alone */
    const Def *old;
    const HeadRecord *head;
    Move move;
    Case after;
    MigrateLine *line;
} Moving;

/* ---- why not ---- */

static int stays(Moving *x, const Buf *words)
{
    x->line->verdict = MIGRATE_STAYS;
    x->line->why = arena_str(x->m->arena, buf_str(words));
    return x->line->why.ptr ? DESK_REFUSED : err_origin(-ENOMEM);
}

static int stays_for(Moving *x, const char *why)
{
    BUF_AUTO Buf words = {0};

    buf_init(&words, WORDS_MAX);
    buf_adds(&words, why);
    return stays(x, &words);
}

static int stays_on(Moving *x, const char *format)
{
    BUF_AUTO Buf words = {0};

    buf_init(&words, WORDS_MAX);
    buf_addf(&words, "%s %u", format, x->head->workflow_version);
    return stays(x, &words);
}

/* DESK_OK; DESK_REFUSED: the line says why, or that it finishes where it is. */
static int judge_version(Moving *x, const Replaces **ret)
{
    const Def *fresh = x->m->fresh;
    uint32_t version = x->head->workflow_version;

    /* A protected case goes under no text that the organisation has not signed with both keys. */
    if (!directory_agrees(desk_directory(x->m->desk), fresh))
        return stays_for(x, "the organisation has not signed this text of a protected workflow; "
                            "run krading staff sign with both keys");
    if (version == fresh->version)
        return stays_on(x, "it runs on another text that bears the same number; raise the file's "
                           "version above");
    if (version > fresh->version)
        return stays_on(x, "it runs on a later version:");
    *ret = def_replaces(fresh, version);
    if (!*ret)
        return stays_on(x, "replaces does not name version");
    if ((*ret)->migrates)
        return DESK_OK;
    x->line->verdict = MIGRATE_FINISHES;
    return DESK_REFUSED;
}

static int judge_words(Moving *x, const Replaces *how)
{
    BUF_AUTO Buf words = {0};

    buf_init(&words, WORDS_MAX);
    if (!case_translate(x->old, x->m->fresh, how, &x->head->c, &x->after, &x->move))
        return DESK_OK;
    move_put(&words, x->old, &x->move);
    return stays(x, &words);
}

/* ---- somebody has to be able to go on ---- */

static RoleMask acting_roles(const Def *def, uint8_t state)
{
    RoleMask mask = 0;

    if (def->states[state].owner != DEF_NONE)
        mask |= MASK32(def->states[state].owner);
    for (uint8_t i = 0; i < def->n_actions; i++) {
        if (def->actions[i].from & MASK64(state))
            mask |= def->actions[i].by;
    }
    return mask;
}

static bool reads(const Moving *x, const Def *def, const Case *c, const Actor *a,
                  const HeldSeals *held)
{
    Moment now = desk_now(x->m->desk);

    for (size_t i = 0; i < held->n; i++) {
        const SealRecord *s = &held->seals[i];
        if (tag_eq(&s->reader, &a->tag) && seal_is_live(s, now) &&
            access_reads(def, c, a, (Class)s->class))
            return true;
    }
    return false;
}

/* He who acts next hands the keys on to whom the state needs; so one who holds some is enough. */
static bool somebody_goes_on(const Moving *x, const Def *def, const Case *c, const HeldSeals *held)
{
    const Directory *dir = desk_directory(x->m->desk);
    RoleMask acting = acting_roles(def, c->state);

    for (size_t i = 0; i < dir->n_people; i++) {
        Actor a;
        Name order;
        desk_actor(x->m->desk, def, x->head->seal_id, c, &dir->people[i], &a, &order);
        if (!dir->people[i].disabled && (access_acting_roles(def, c, &a) & acting) &&
            reads(x, def, c, &a, held))
            return true;
    }
    return false;
}

static int judge_keys(Moving *x)
{
    HeldSeals held;

    int r = desk_seals(x->m->desk, x->m->txn, x->head, x->arena, &held);
    if (r)
        return r;
    if (somebody_goes_on(x, x->m->fresh, &x->after, &held) ||
        !somebody_goes_on(x, x->old, &x->head->c, &held))
        return DESK_OK;
    return stays_for(x, "nobody who could take the next step there holds a key of it");
}

/* ---- the step ---- */

static Step step_of(const Moving *x)
{
    return (Step){.kind = STEP_MIGRATE,
                  .action = DEF_NONE,
                  .deadline = DEF_NONE,
                  .actor = {.kind = ACTOR_SYSTEM},
                  .at = x->m->fresh->protected ? 0 : desk_now(x->m->desk),
                  .day = desk_today(x->m->desk),
                  .received = DAY_NONE};
}

static void note_version(Moving *x, CaseWrite *w)
{
    const Def *fresh = x->m->fresh;

    w->event.workflow = w->head.workflow;
    w->event.workflow_version = w->head.workflow_version = fresh->version;
    w->event.workflow_hash = w->head.workflow_hash = bytes32_of(fresh->hash);
    w->event.settings_hash = w->head.settings_hash = x->m->desk->loaded->settings_hash;
}

static int take_step(Moving *x)
{
    BUF_AUTO Buf words = {0};
    Refusal no;
    Step step = step_of(x);
    CaseWrite *w = case_write_new(x->m->desk, x->m->txn, x->arena, x->m->fresh, x->head);

    buf_init(&words, WORDS_MAX);
    if (!w)
        return err_origin(-ENOMEM);
    w->had = x->old;
    w->head.c = x->after;
    int r = case_write_step(w, &step, &no);
    if (r == DESK_REFUSED) {
        refusal_put(&words, x->m->fresh, &no);
        return stays(x, &words);
    }
    if (r)
        return r;
    x->after = w->head.c;
    note_version(x, w);
    return x->m->dry ? DESK_OK : case_write_apply(w);
}

/* ---- the line ---- */

static bool runs(const Case *c, uint8_t deadline)
{
    uint8_t state = c->clocks[deadline].state;
    return state == CLOCK_RUNNING || state == CLOCK_STOPPED;
}

/* Clocks of the old version, then those of the new that it did not have. */
static int tell_dues(Moving *x)
{
    const Def *old = x->old, *fresh = x->m->fresh;
    MigrateDue *list = arena_many(x->m->arena, old->n_deadlines + fresh->n_deadlines, MigrateDue);
    size_t n = 0;

    if (!list)
        return err_origin(-ENOMEM);
    for (uint8_t i = 0; i < old->n_deadlines; i++) {
        uint8_t is = def_deadline(fresh, old->deadlines[i].id);
        MigrateDue due = {.deadline = old->deadlines[i].id, .before = DAY_NONE, .after = DAY_NONE};
        due.runs_before = runs(&x->head->c, i);
        due.runs_after = is != DEF_NONE && runs(&x->after, is);
        if (due.runs_before)
            due.before = clock_due(&old->deadlines[i], &x->head->c.clocks[i], old->calendar);
        if (due.runs_after)
            due.after = clock_due(&fresh->deadlines[is], &x->after.clocks[is], fresh->calendar);
        if (due.runs_before || due.runs_after)
            list[n++] = due;
    }
    for (uint8_t i = 0; i < fresh->n_deadlines; i++) {
        if (!runs(&x->after, i) || def_deadline(old, fresh->deadlines[i].id) != DEF_NONE)
            continue;
        list[n++] = (MigrateDue){
            .deadline = fresh->deadlines[i].id,
            .before = DAY_NONE,
            .after = clock_due(&fresh->deadlines[i], &x->after.clocks[i], fresh->calendar),
            .runs_after = true};
    }
    x->line->dues = list;
    x->line->n_dues = n;
    return DESK_OK;
}

static int tell_left(Moving *x)
{
    BUF_AUTO Buf words = {0};

    buf_init(&words, WORDS_MAX * 8);
    for (uint8_t i = 0; i < x->old->n_fields; i++) {
        if (!field_set_has(&x->move.left, i))
            continue;
        buf_adds(&words, words.len ? ", " : "");
        buf_add_str(&words, x->old->fields[i].id);
    }
    x->line->left = arena_str(x->m->arena, buf_str(&words));
    return words.err || !x->line->left.ptr ? err_origin(-ENOMEM) : DESK_OK;
}

static int tell(Moving *x)
{
    x->line->verdict = MIGRATE_MOVES;
    x->line->to = x->m->fresh->states[x->after.state].id;
    int r = tell_dues(x);
    return r ? r : tell_left(x);
}

static int move_case(Moving *x)
{
    const Replaces *how = NULL;
    int r = judge_version(x, &how);

    r = r ? r : judge_words(x, how);
    r = r ? r : judge_keys(x);
    r = r ? r : take_step(x);
    r = r ? r : tell(x);
    return r == DESK_REFUSED ? DESK_OK : r;
}

static int move_open(Migration *m, Arena *arena, const HeadRecord *head)
{
    Moving *x = arena_new(arena, Moving);

    if (!x)
        return err_origin(-ENOMEM);
    *x = (Moving){.m = m, .arena = arena, .head = head};
    int r = desk_def(m->desk, m->txn, head, &x->old);
    if (!r && case_is_final(x->old, &head->c))
        return DESK_OK;
    x->line = &m->lines[m->n++];
    *x->line = (MigrateLine){.number = head->number, .version = head->workflow_version};
    if (r == DESK_BROKEN) {
        r = stays_for(x, "the file it runs on cannot be read; krading verify tells more");
        return r == DESK_REFUSED ? DESK_OK : r;
    }
    if (r)
        return r;
    x->line->from = x->old->states[head->c.state].id;
    return move_case(x);
}

static int look_at(Migration *m, uint64_t id)
{
    ARENA_AUTO Arena arena = {0};
    HeadRecord head;

    arena_init(&arena, CASE_ARENA);
    int r = desk_answer(store_get_head(m->txn, id, &head));
    if (r == DESK_BROKEN)
        return DESK_OK; /* of which workflow it is cannot be told; verify names it */
    if (r || !name_is(&head.workflow, m->fresh->id) ||
        memcmp(head.workflow_hash.b, m->fresh->hash, sizeof(head.workflow_hash.b)) == 0)
        return r;
    return move_open(m, &arena, &head);
}

int desk_migrate(Desk *d, Txn *t, const Def *fresh, uint64_t from, bool dry, Arena *arena,
                 MigrateDone *ret)
{
    Migration m = {.desk = d, .txn = t, .fresh = fresh, .dry = dry, .arena = arena};
    MigrateDone done = {.def = fresh};
    uint64_t id;

    m.lines = arena_many(arena, MIGRATE_LOOKED, MigrateLine);
    if (!m.lines)
        return err_origin(-ENOMEM);
    for (unsigned i = 0; i < MIGRATE_LOOKED; i++) {
        int r = desk_answer(store_next_case(t, from, &id));
        if (r && r != DESK_UNKNOWN)
            return r;
        done.next = r ? 0 : id + 1;
        r = r ? DESK_OK : look_at(&m, id);
        if (r)
            return r;
        if (!done.next)
            break;
        from = done.next;
    }
    done.n = m.n;
    done.lines = m.lines;
    *ret = done;
    return DESK_OK;
}
