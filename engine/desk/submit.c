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
    };
    memcpy(ret->promised, k->promised, sizeof(ret->promised));
}

/* The receipt: what is promised to the complainant. */
static void receipt_of(const Desk *d, const Def *def, const HeadRecord *h, Submitted *ret)
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

/* The same form posted twice: the case is there, and its receipt is given again. */
static int submit_again(Desk *d, Txn *t, const Def *wanted, const Bundle *b, Submitted *ret)
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

/* How many people a protected report takes off its case would tell whether colleagues are accused,
 * and how large their unit is. Tags of nobody fill the list to one length; it keeps as much room
 * again for people excluded later. */
enum { EXCLUDED_SHOWN = CASE_EXCLUDED_MAX / 2 };

static void excluded_pad(const Def *def, Inputs *in)
{
    while (def->protected && in->n_excluded < EXCLUDED_SHOWN) {
        Tag *tag = &in->excluded[in->n_excluded++];
        bytes_random(tag->b, sizeof(tag->b));
    }
}

static int submit_step(Desk *d, Txn *t, const Def *def, const Who *who, const Bundle *b, Step *ret,
                       Name *ret_order)
{
    Day today = desk_today(d);

    *ret = (Step){
        .kind = STEP_SUBMIT,
        .action = DEF_NONE,
        .deadline = DEF_NONE,
        .actor = {.kind = ACTOR_COMPLAINANT},
        .at = def->protected ? 0 : desk_now(d),
        .day = today,
        .received = b->received == DAY_NONE ? today : b->received,
    };
    *ret_order = (Name){{0}};
    if (who)
        desk_actor(d, def, b->seal_id, NULL, who->person, &ret->actor, ret_order);
    int r = bundle_inputs(d, t, who, def, b, &ret->in);
    if (!r)
        excluded_pad(def, &ret->in);
    return r;
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

static int submit_write(CaseWrite *w, const Step *step, const Bundle *b, const Name *order,
                        Refusal *ret_refusal)
{
    submit_head(w, b);
    int r = case_write_step(w, step, ret_refusal);
    if (r)
        return r;
    submit_event(w, b, order);
    r = case_write_case_number(w);
    r = r ? r : case_write_register_no(w);
    r = r ? r : case_write_bundle(w, b);
    r = r ? r : case_write_told(w);
    r = r ? r : case_write_apply(w);
    return r ? r : case_write_link(w);
}

int desk_submit(Desk *d, Txn *t, Str workflow, const Who *who, const Bundle *bundle, Arena *arena,
                Submitted *ret, Refusal *ret_refusal)
{
    const Def *def = workflows_find(desk_workflows(d), workflow);
    CaseWrite *w;
    Step step;
    Name order;

    if (!def)
        return DESK_UNKNOWN;
    Submitted done = {0};
    if (!bundle_fits_submission(def, bundle, who != NULL) ||
        !received_fits(bundle, who != NULL, desk_today(d)))
        return DESK_MALFORMED;
    if (who && !bundle_signed_by(bundle, &who->person->sign, desk_office(d)->tenant, 0, STEP_SUBMIT,
                                 def->id))
        return DESK_SIGNATURE;
    if (who && (!bundle_readers_fit(d, def, bundle) || !bundle_names_people(d, bundle)))
        return DESK_MALFORMED;
    int r = submit_again(d, t, def, bundle, &done);
    if (r != DESK_UNKNOWN) {
        if (!r)
            *ret = done;
        return r;
    }
    if (def->protected && !desk_channel_open(d, def))
        return DESK_CLOSED;
    r = submit_step(d, t, def, who, bundle, &step, &order);
    if (r)
        return r == DESK_UNKNOWN ? DESK_MALFORMED : r;
    w = case_write_new(d, t, arena, def, NULL);
    if (!w)
        return err_origin(-ENOMEM);
    r = submit_write(w, &step, bundle, &order, ret_refusal);
    if (r)
        return r;
    receipt_of(d, def, &w->head, &done);
    *ret = done;
    return DESK_OK;
}
