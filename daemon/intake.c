/* SPDX-License-Identifier: Apache-2.0 */
/* GET and POST /report/<workflow>: what arrives is checked, sealed, and forgotten. */
#include "daemon/intake.h"

#include "base/err.h"
#include "base/text.h"
#include "daemon/routes.h"
#include "daemon/server.h"
#include "engine/vault/message.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

const Def *public_workflow(Request *q)
{
    const Def *def = workflows_find(desk_workflows(q->server->desk), q->open[0]);

    if (!def || !(def->intake.by & MASK32(ROLE_COMPLAINANT))) {
        reply_error(q, 404, "workflow", WORD_NOT_FOUND_TITLE, WORD_NOT_FOUND);
        return NULL;
    }
    return def;
}

/* False, and the reply filled, while no complaint can be taken. */
static bool is_taking(Request *q, const Def *def)
{
    if (!desk_channel_open(q->server->desk, def)) {
        closed_put(q, def);
        return false;
    }
    if (server_is_full(q->server)) {
        reply_desk(q, DESK_FULL);
        return false;
    }
    return true;
}

int report_get(Request *q)
{
    CODE_AUTO Code code = {{NULL}};
    const Def *def = public_workflow(q);

    if (!def || !is_taking(q, def))
        return 0;
    TRY(code_new(&code));
    report_put(q, &(ReportView){.def = def, .code = &code, .status = 200});
    return 0;
}

int code_carried(Request *q, const char *name, Code *ret)
{
    char mac_name[32];
    const DeskKeys *keys = desk_keys(q->server->desk);
    CODE_AUTO Code code = {{NULL}};
    BUF_AUTO Buf bytes = {0};
    Hash mac;

    buf_init(&bytes, sizeof(mac.b));
    snprintf(mac_name, sizeof(mac_name), "%s_mac", name);
    int r = code_parse(params_get(&q->form, name), &code);
    if (r < 0)
        return r;
    if (!r && !text_get_base64url(params_get(&q->form, mac_name), &bytes) &&
        bytes.len == sizeof(mac.b)) {
        memcpy(mac.b, bytes.ptr, sizeof(mac.b));
        if (code_mac_ok(&keys->mac, &code, q->today, &mac)) {
            *ret = code;
            code.entropy.b = NULL;
            return 0;
        }
    }
    return code_new(ret);
}

/* A sealed complaint on its way into the turn. */
typedef struct Filing {
    const Def *def;
    char code[CODE_TEXT_LEN + 1];
    Bundle bundle;
    Submitted done;
} Filing;

int receipt_render(Request *q, Txn *t, const ReceiptView *v, Label *ret)
{
    const Def *def = v->def;
    HeadRecord head;
    uint64_t id;

    if (def->receipt == DEF_NONE)
        return DESK_OK;
    if (store_find_number(t, name_str(&v->done->number), &id) || store_get_head(t, id, &head))
        return DESK_BROKEN;
    MessageFacts facts = {.def = def,
                          .office = desk_office(q->server->desk),
                          .c = &head.c,
                          .now = def->protected ? 0 : head.c.received_at,
                          .today = head.c.received,
                          .code = v->code};
    return message_render(&def->messages[def->receipt], &facts, &q->arena, ret);
}

static int run_filing(Request *q, Txn *t)
{
    Filing *f = q->job;
    Refusal refusal = {0};

    int r = desk_submit(q->server->desk, t, f->def->id, NULL, &f->bundle, &q->arena, &f->done,
                        &refusal);
    if (r == DESK_CLOSED) {
        closed_put(q, f->def);
        return r;
    }
    ReceiptView v = {.def = f->def, .code = str_of(f->code), .done = &f->done};
    if (r == DESK_OK)
        r = receipt_render(q, t, &v, &v.text);
    if (r)
        return r;
    q->keep_placed = !f->done.again;
    receipt_put(q, &v);
    return DESK_OK;
}

static int seal(Request *q, Filled *filled, const Code *code, Filing *f)
{
    CODE_KEYS_AUTO CodeKeys keys = {0};
    Composer by = {.def = filled->def,
                   .directory = desk_directory(q->server->desk),
                   .tenant = desk_office(q->server->desk)->tenant,
                   .arena = &q->arena};

    TRY(code_derive(code, by.tenant, &keys));
    code_print(code, f->code);
    return compose_submission(&by, &filled->form, filled->files, filled->n_files, &keys, DAY_NONE,
                              &f->bundle);
}

int report_post(Request *q)
{
    CODE_AUTO Code code = {{NULL}};
    const Def *def = public_workflow(q);
    Filled *filled;

    if (!def || !is_taking(q, def))
        return 0;
    TRY(filled_read(q, def, &def->intake.asks, &def->intake.required, &filled));
    TRY(code_carried(q, "code", &code));
    if (filled->n_faults || html_only_shown(q)) {
        if (q->json)
            faults_json(q, filled);
        else
            report_put(q, &(ReportView){.def = def,
                                        .code = &code,
                                        .filled = filled,
                                        .status = filled_status(q, filled)});
        return 0;
    }
    Filing *f = arena_new(&q->arena, Filing);
    if (!f)
        return err_origin(-ENOMEM);
    f->def = def;
    int r = filled_seal_files(q, filled);
    if (r == -ENOSPC || r == -EDQUOT) {
        reply_desk(q, DESK_FULL);
        return 0;
    }
    r = r ? r : seal(q, filled, &code, f);
    if (r == 1) { /* everybody who could read it is named in it */
        closed_put(q, def);
        return 0;
    }
    q->job = f;
    q->run = r ? NULL : run_filing;
    return r;
}
