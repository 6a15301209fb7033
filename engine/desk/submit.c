/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

void shown_deadline(const Def *def, const Case *c, uint8_t deadline, Day today, ShownDeadline *ret)
{
    const Deadline *dl = &def->deadlines[deadline];
    const Clock *k = &c->clocks[deadline];

    *ret = (ShownDeadline){
        .id = dl->id,
        .label = dl->label,
        .due = clock_due(dl, k, def->calendar),
        .provisional = clock_is_provisional(dl, k, def->calendar),
        .overdue = clock_is_overdue(dl, k, def->calendar, today),
        .met = k->state == CLOCK_MET,
        .n_promised = k->n_promised,
        .silent_until = clock_silent_until(k, today),
    };
    memcpy(ret->promised, k->promised, sizeof(ret->promised));
}

void receipt_of(const Desk *d, const Def *def, const HeadRecord *h, Submitted *ret)
{
    size_t max = sizeof(ret->deadlines) / sizeof(ret->deadlines[0]);

    ret->number = h->number;
    ret->received = h->c.received;
    ret->n_deadlines = 0;
    for (uint8_t i = 0; i < def->n_deadlines && ret->n_deadlines < max; i++) {
        if (def->deadlines[i].shown && h->c.clocks[i].state != CLOCK_OFF)
            shown_deadline(def, &h->c, i, desk_today(d), &ret->deadlines[ret->n_deadlines++]);
    }
}

int submit_again(Desk *d, Txn *t, const Def *wanted, const Bundle *b, Submitted *ret)
{
    Hash hash = code_index(&d->keys.pepper, &b->lookup);
    Bytes32 index = bytes32_of(hash.b);
    HeadRecord head;
    const Def *def;
    uint64_t id;

    int r = desk_answer(store_find_code(t, &index, &id));
    r = r ? r : desk_answer(store_get_head(t, id, &head));
    r = r ? r : desk_def(d, t, &head, &def);
    if (r)
        return r;
    if (!str_eq(def->id, wanted->id))
        return DESK_MALFORMED;
    ret->again = true;
    receipt_of(d, def, &head, ret);
    return DESK_OK;
}

/* Paper may have been received earlier, and whoever enters it says and signs when; a form on the
 * web is received when it comes. */
static bool received_fits(const Bundle *b, bool on_behalf, Day today)
{
    return on_behalf ? b->received != DAY_NONE && b->received <= today
                     : b->received == DAY_NONE || b->received == today;
}

static int submit_step(Desk *d, Txn *t, const Filing *f, Step *ret, Name *ret_order)
{
    const Bundle *b = f->bundle;
    Day today = desk_today(d);
    Said said = {.who = f->who, .def = f->def, .bundle = b, .kept_out = f->kept_out};

    *ret = (Step){
        .kind = STEP_SUBMIT,
        .action = DEF_NONE,
        .deadline = DEF_NONE,
        .actor = {.kind = ACTOR_COMPLAINANT},
        .at = f->def->protected ? 0 : desk_now(d),
        .day = today,
        .received = b->received == DAY_NONE ? today : b->received,
        .opened = f->opened,
    };
    *ret_order = (Name){{0}};
    if (f->who)
        desk_actor(d, f->def, b->seal_id, NULL, f->who->person, &ret->actor, ret_order);
    int r = bundle_inputs(d, t, &said, &ret->in);
    return r == DESK_UNKNOWN ? DESK_MALFORMED : r;
}

static void submit_head(CaseWrite *w, const Bundle *b)
{
    HeadRecord *h = &w->head;

    h->id = store_count(w->txn, STR("case")) + 1;
    h->seal_id = b->seal_id;
    h->workflow = name_of(w->def->id);
    h->workflow_version = w->def->version;
    h->workflow_hash = bytes32_of(w->def->hash);
    h->settings_hash = w->desk->loaded->settings_hash;
}

static void submit_event(CaseWrite *w, const Bundle *b, const Name *order)
{
    EventRecord *e = &w->event;

    e->seal_id = w->head.seal_id;
    e->workflow = w->head.workflow;
    e->workflow_version = w->head.workflow_version;
    e->workflow_hash = w->head.workflow_hash;
    e->settings_hash = w->head.settings_hash;
    e->order_no = *order;
    memcpy(e->signature.b, b->signature.b, sizeof(e->signature.b));
}

static int submit_write(CaseWrite *w, const Step *step, const Filing *f, const Name *order,
                        Refusal *ret_refusal)
{
    const Bundle *b = f->bundle;

    submit_head(w, b);
    int r = case_write_step(w, step, ret_refusal);
    if (r)
        return r;
    submit_event(w, b, order);
    r = case_write_case_number(w);
    r = r ? r : case_write_register_no(w);
    r = r ? r : case_write_bundle(w, b);
    r = r ? r : case_write_told(w);
    if (!r && f->former)
        r = case_write_original(w, f->former);
    r = r ? r : case_write_apply(w);
    return r ? r : case_write_link(w);
}

int filing_check(Desk *d, const Filing *f)
{
    const Bundle *b = f->bundle;
    Str tenant = desk_office(d)->tenant;
    bool fits = f->opened ? bundle_fits_move(f->def, b)
                          : bundle_fits_submission(f->def, b, f->who != NULL);

    if (!fits || !received_fits(b, f->who != NULL, desk_today(d)))
        return DESK_MALFORMED;
    if (!f->who)
        return DESK_OK;
    if (!bundle_signed_by(b, &f->who->person->sign, tenant, 0, STEP_SUBMIT, f->def->id))
        return DESK_SIGNATURE;
    return bundle_readers_fit(d, f->def, b) && bundle_names_people(d, b) ? DESK_OK : DESK_MALFORMED;
}

int filing_write(Desk *d, Txn *t, Arena *arena, const Filing *f, CaseWrite **ret,
                 Refusal *ret_refusal)
{
    Step *step = arena_new(arena, Step);
    Name order;

    if (!desk_channel_open(d, f->def))
        return DESK_CLOSED;
    CaseWrite *w = case_write_new(d, t, arena, f->def, NULL);
    if (!w || !step)
        return err_origin(-ENOMEM);
    int r = submit_step(d, t, f, step, &order);
    r = r ? r : submit_write(w, step, f, &order, ret_refusal);
    if (!r)
        *ret = w;
    return r;
}

int desk_submit(Desk *d, Txn *t, Str workflow, const Who *who, const Bundle *bundle, Arena *arena,
                Submitted *ret, Refusal *ret_refusal)
{
    Filing f = {.def = workflows_find(desk_workflows(d), workflow), .who = who, .bundle = bundle};
    Submitted done = {0};
    CaseWrite *w;

    if (!f.def)
        return DESK_UNKNOWN;
    int r = filing_check(d, &f);
    if (r)
        return r;
    r = submit_again(d, t, f.def, bundle, &done);
    if (r != DESK_UNKNOWN) {
        if (!r)
            *ret = done;
        return r;
    }
    r = filing_write(d, t, arena, &f, &w, ret_refusal);
    if (r)
        return r;
    receipt_of(d, f.def, &w->head, &done);
    *ret = done;
    return DESK_OK;
}
