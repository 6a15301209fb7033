/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed identities: requests to open them, for custodians and for those who ask. */
#include "base/err.h"
#include "daemon/api.h"
#include "engine/core/reveal.h"
#include <errno.h>

static const char *state_word(const Case *c, Day today)
{
    static const char *const words[] = {[REVEAL_NONE] = "none",
                                        [REVEAL_ASKED] = "asked",
                                        [REVEAL_OPENED] = "opened",
                                        [REVEAL_DECLINED] = "declined"};
    bool waits = c->reveal.state == REVEAL_ASKED || c->reveal.state == REVEAL_OPENED;

    return waits && !reveal_lives(c, today) ? "ended" : words[c->reveal.state];
}

static void put_ground(Json *j, uint8_t ground)
{
    Label label = ground_label(ground);

    json_label(j, "ground", ground_id(ground), &label);
}

static int64_t answers(const Reveal *r)
{
    int64_t n = 0;

    for (size_t i = 0; i < REVEAL_HALVES; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || tag_eq(&r->halves[k], &r->halves[i]);
        n += !again && !tag_is_none(&r->halves[i]);
    }
    return n;
}

void json_reveal(Json *j, const CaseView *v, Day today)
{
    const Reveal *r = &v->head.c.reveal;

    if (!v->n_custodians && r->state == REVEAL_NONE)
        return;
    json_open(j, "reveal");
    json_cstr(j, "state", state_word(&v->head.c, today));
    json_name(j, "by", &v->reveal_officer);
    put_ground(j, r->ground);
    json_day(j, "day", r->day);
    json_day(j, "until", r->until);
    json_int(j, "rev", r->rev);
    json_int(j, "answers", answers(r));
    json_list(j, "custodians");
    for (size_t i = 0; i < v->n_custodians; i++)
        json_name(j, NULL, &v->custodians[i]);
    json_list_end(j);
    json_close(j);
}

static void put_line(Json *j, const CustodyView *v)
{
    json_name(j, "number", &v->number);
    json_name(j, "officer", &v->officer);
    put_ground(j, v->ground);
    json_day(j, "day", v->day);
    json_day(j, "until", v->until);
    json_bool(j, "answered", v->answered);
}

static int look_list(Request *q, Txn *t)
{
    CustodyView *list;
    size_t n;

    int r = desk_custody_list(q->server->desk, t, &q->who, &q->arena, &list, &n);
    if (r)
        return api_desk(q, r);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_list(&j, "requests");
    for (size_t i = 0; i < n; i++) {
        json_open(&j, NULL);
        put_line(&j, &list[i]);
        json_close(&j);
    }
    json_list_end(&j);
    json_close(&j);
    return DESK_OK;
}

int api_custody_list(Request *q)
{
    return api_read(q, look_list);
}

static void put_part(Json *j, const PartRecord *p)
{
    json_open(j, NULL);
    json_int(j, "no", p->no);
    json_int(j, "kind", p->kind);
    json_int(j, "class", p->class);
    json_int(j, "epoch", p->epoch);
    json_int(j, "slot", p->slot);
    json_bytes32(j, "commit", p->commit.b);
    json_bytes(j, "sealed", p->sealed.ptr, p->sealed.len);
    json_close(j);
}

static int run_custody(Request *q, Txn *t)
{
    CustodyView *v = arena_new(&q->arena, CustodyView);
    uint8_t seal_id[8];

    if (!v)
        return err_origin(-ENOMEM);
    int r = desk_custody(q->server->desk, t, &q->who, q->open[0], params_get(&q->query, "for"),
                         &q->arena, v);
    if (r)
        return api_desk(q, r);
    for (size_t i = 0; i < sizeof(seal_id); i++)
        seal_id[i] = (uint8_t)(v->seal_id >> (56 - 8 * i));
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    put_line(&j, v);
    json_name(&j, "custodian", &v->custodian);
    json_hash(&j, "seal_id", seal_id, sizeof(seal_id));
    json_int(&j, "rev", v->rev);
    json_int(&j, "directory", v->directory);
    json_day(&j, "today", q->today);
    json_list(&j, "content");
    put_part(&j, &v->reason);
    for (size_t i = 0; i < v->n_halves; i++)
        put_part(&j, &v->half[i]);
    json_list_end(&j);
    json_close(&j);
    return DESK_OK;
}

/* Served sealed, and an entry of the log: so it has its turn. */
int api_custody(Request *q)
{
    q->run = run_custody;
    return 0;
}
