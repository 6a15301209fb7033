/* SPDX-License-Identifier: Apache-2.0 */
/* A case goes to another workflow, sealed anew on the officer's machine. Its old self leaves the
 * store in the same transaction; under its old code lies the new one, and nothing else. The new
 * code is made here: the officer, who may be no reader of the other workflow, shall not hold a key
 * to what the complainant will be told; and it is made at once, so that nothing said before the
 * first visit is lost to it. */
#include "base/err.h"
#include "engine/core/carry.h"
#include "engine/desk/inner.h"
#include "engine/vault/handover.h"
#include <errno.h>
#include <string.h>

enum { HANDOVER_BYTES_MAX = 1 << 12 };

static int bundle_take_code(Desk *d, const Bundle *sent, Code *code, Bundle *ret)
{
    CODE_KEYS_AUTO CodeKeys keys = {0};

    TRY(code_new(code));
    TRY(code_derive(code, desk_office(d)->tenant, &keys));
    *ret = *sent;
    ret->lookup = keys.lookup;
    ret->code_box = keys.box.public;
    ret->code_sign = keys.sign.public;
    return 0;
}

static int put_handover(CaseWrite *w, Batch *b, const Code *code, Bytes32 *ret_mark)
{
    BUF_AUTO Buf sealed = {0};
    HandoverRecord record;
    BoxPublic box;

    if (bytes32_is_zero(&w->before.code_index))
        return DESK_OK;
    buf_init(&sealed, HANDOVER_BYTES_MAX);
    memcpy(box.b, w->before.code_box.b, sizeof(box.b));
    TRY(handover_seal(&box, desk_office(w->desk)->tenant, code, &sealed));
    record =
        (HandoverRecord){.sealed = buf_str(&sealed), .until = handover_ends(desk_today(w->desk))};
    batch_put_handover(b, &w->before.code_index, &record);
    *ret_mark = handover_mark(&w->before.code_index, &record);
    return DESK_OK;
}

/* The old case out, the hand-over in. */
static int leave(CaseWrite *w, uint64_t became, const Code *code, StepDone *ret)
{
    Batch *b = batch_new(w->arena);
    PurgeGround ground = {.by = PURGED_MOVED, .move = {.was = w->before.seal_id, .became = became}};

    if (!b)
        return err_origin(-ENOMEM);
    int r = put_handover(w, b, code, &ground.move.handover);
    r = r ? r : case_drop(w->txn, w->arena, &w->before, &ret->files, &ret->n_files);
    r = r ? r : leaf_purge(w->desk, w->txn, &w->before.id, 1, &ground);
    return r ? r : desk_answer(store_apply(w->txn, b));
}

static int arrive(CaseWrite *w, const Filing *f, Code *code, Refusal *ret_refusal)
{
    Bundle *b = arena_new(w->arena, Bundle);
    Filing filled = *f;
    CaseWrite *there;

    if (!b)
        return err_origin(-ENOMEM);
    TRY(bundle_take_code(w->desk, f->bundle, code, b));
    filled.bundle = b;
    return filing_write(w->desk, w->txn, w->arena, &filled, &there, ret_refusal);
}

int case_move(CaseWrite *w, const Who *who, const StepRequest *r, StepDone *ret,
              StepRefused *ret_refused)
{
    CODE_AUTO Code code = {{NULL}};
    const OpenEffect *open = &w->def->actions[w->effects.open].effects.open;
    Filing f = {.def = workflows_find(desk_workflows(w->desk), open->workflow),
                .who = who,
                .bundle = r->opens,
                .opened = true,
                .former = &w->before};
    StepDone done = {.moved = true, .state = w->head.c.state, .def = f.def};
    bool *kept_out;

    if (w->before.c.on_hold) { /* nothing of it may be destroyed */
        ret_refused->refusal = (Refusal){.why = FLOW_HELD, .detail = DEF_NONE};
        return DESK_REFUSED;
    }
    if (!open_moves(open) || !f.def || f.bundle->received != w->before.c.received)
        return DESK_MALFORMED;
    int answer = filing_check(w->desk, &f);
    if (answer)
        return answer;
    answer = kept_out_of(w->desk, w->txn, &w->before, open, w->arena, &kept_out);
    if (answer)
        return answer;
    f.kept_out = kept_out;
    ret_refused->def = f.def;
    answer = arrive(w, &f, &code, &ret_refused->refusal);
    answer = answer ? answer : leave(w, f.bundle->seal_id, &code, &done);
    if (!answer)
        *ret = done;
    return answer;
}
