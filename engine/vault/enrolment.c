/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/enrolment.h"

#include "base/err.h"
#include "base/wire.h"
#include <errno.h>
#include <string.h>

enum { VERSION = 1 };

void enrolment_finish(Enrolment *e)
{
    bytes_wipe(e, sizeof(*e));
}

int enrolment_begin(Enrolment *e, const PersonKeys *keys, const Login *login, const Secret *share,
                    Str name, Moment after, Moment now)
{
    memset(e, 0, sizeof(*e));
    e->name = name_of(name);
    e->changed = now > after ? now : after + 1;
    e->box = keys->box.public;
    e->sign = keys->sign.public;
    memcpy(e->auth, login->auth.b, sizeof(e->auth));
    return person_keys_wrap(keys, &login->half, share, name, e->wrapped);
}

int enrolment_recovery(Enrolment *e, const PersonKeys *keys, const Code *code, const Secret *share,
                       Str tenant)
{
    LOGIN_AUTO Login way = {.auth = {NULL}};

    TRY(recovery_split(code, tenant, name_str(&e->name), &way));
    memcpy(e->recovery_auth, way.auth.b, sizeof(e->recovery_auth));
    TRY(person_keys_wrap(keys, &way.half, share, name_str(&e->name), e->recovery_wrapped));
    e->has_recovery = true;
    return 0;
}

static SealContext former_context(Str tenant, size_t i)
{
    return (SealContext){.tenant = tenant, .kind = SEAL_KIND_FORMER, .seq = (uint32_t)i};
}

int enrolment_former(Enrolment *e, const Secret *box_secret, Str tenant)
{
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    SealContext context = former_context(tenant, e->n_former);

    if (e->n_former == FORMER_MAX)
        return err_origin(-E2BIG);
    TRY(ephemeral_new(&ephemeral));
    TRY(seal_secret(&ephemeral, &e->box, &context, box_secret, e->former[e->n_former]));
    e->n_former++;
    return 0;
}

int enrolment_formers(Enrolment *e, Str former, const BoxPair *opened, size_t n_opened,
                      const Secret *today, Str tenant)
{
    if (former.len != n_opened * SEAL_LEN)
        return FORMER_LOST;
    if (n_opened >= FORMER_MAX)
        return FORMER_FULL;
    for (size_t i = 0; i < n_opened; i++)
        TRY(enrolment_former(e, &opened[i].secret, tenant));
    return enrolment_former(e, today, tenant);
}

int former_open(Str former, size_t i, const BoxPair *as, Str tenant, BoxPair *ret)
{
    SECRET_AUTO Secret secret = {NULL};
    SealContext context = former_context(tenant, i);

    if ((i + 1) * SEAL_LEN > former.len)
        return 1;
    int r = seal_open(as, &context, (const uint8_t *)former.ptr + i * SEAL_LEN, &secret);
    return r ? r : box_pair_from_secret(ret, &secret);
}

/* ---- wire ---- */

static void put_unsigned(Buf *out, const Enrolment *e)
{
    wire_put_u8(out, VERSION);
    wire_put_str(out, name_str(&e->name));
    wire_put_i64(out, e->changed);
    buf_add(out, e->box.b, sizeof(e->box.b));
    buf_add(out, e->sign.b, sizeof(e->sign.b));
    buf_add(out, e->auth, sizeof(e->auth));
    buf_add(out, e->wrapped, sizeof(e->wrapped));
    wire_put_u8(out, e->has_recovery);
    if (e->has_recovery) {
        buf_add(out, e->recovery_auth, sizeof(e->recovery_auth));
        buf_add(out, e->recovery_wrapped, sizeof(e->recovery_wrapped));
    }
    wire_put_u8(out, e->n_former);
    buf_add(out, e->former, (size_t)e->n_former * SEAL_LEN);
}

void enrolment_put(Buf *out, const Enrolment *e)
{
    put_unsigned(out, e);
    buf_add(out, e->signature.b, sizeof(e->signature.b));
}

static bool is_id(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return s.len > 0;
}

static void get_unsigned(Wire *w, Enrolment *e)
{
    if (wire_u8(w) != VERSION)
        w->failed = true;
    Str name = wire_bytes(w, DEF_NAME_MAX);
    if (!is_id(name)) /* it ends in words for whoever sent it */
        w->failed = true;
    e->name = name_of(w->failed ? (Str){"", 0} : name);
    e->changed = wire_i64(w);
    wire_raw(w, e->box.b, sizeof(e->box.b));
    wire_raw(w, e->sign.b, sizeof(e->sign.b));
    wire_raw(w, e->auth, sizeof(e->auth));
    wire_raw(w, e->wrapped, sizeof(e->wrapped));
    uint8_t has = wire_u8(w);
    if (has > 1)
        w->failed = true;
    e->has_recovery = has == 1;
    if (e->has_recovery) {
        wire_raw(w, e->recovery_auth, sizeof(e->recovery_auth));
        wire_raw(w, e->recovery_wrapped, sizeof(e->recovery_wrapped));
    }
    e->n_former = wire_u8(w);
    if (e->n_former > FORMER_MAX)
        w->failed = true;
    if (!w->failed)
        wire_raw(w, e->former, (size_t)e->n_former * SEAL_LEN);
}

int enrolment_get(Str bytes, Enrolment *ret)
{
    ENROLMENT_AUTO Enrolment e = {.n_former = 0};
    Wire w = wire_of(bytes.ptr, bytes.len);

    get_unsigned(&w, &e);
    wire_raw(&w, e.signature.b, sizeof(e.signature.b));
    if (!wire_end(&w))
        return 1;
    *ret = e;
    return 0;
}

int enrolment_sign(Enrolment *e, const PersonKeys *keys, Str tenant)
{
    BUF_AUTO Buf body = {0};

    buf_init(&body, ENROLMENT_BYTES_MAX);
    put_unsigned(&body, e);
    if (body.err)
        return err_origin(body.err);
    return keys_sign(&keys->sign, "enrolment", tenant, (Str[]){buf_str(&body)}, 1, &e->signature);
}

bool enrolment_holds(const Enrolment *e, Str tenant)
{
    BUF_AUTO Buf body = {0};

    buf_init(&body, ENROLMENT_BYTES_MAX);
    put_unsigned(&body, e);
    return !body.err &&
           keys_verify(&e->sign, "enrolment", tenant, (Str[]){buf_str(&body)}, 1, &e->signature);
}

int rotation_put(Buf *out, const Enrolment *e, const SignPair *old, Str tenant)
{
    BUF_AUTO Buf body = {0};
    Signature signature;

    buf_init(&body, ENROLMENT_BYTES_MAX);
    enrolment_put(&body, e);
    if (body.err)
        return err_origin(body.err);
    TRY(keys_sign(old, "rotation", tenant, (Str[]){buf_str(&body)}, 1, &signature));
    wire_put_u8(out, VERSION);
    wire_put_str(out, buf_str(&body));
    buf_add(out, signature.b, sizeof(signature.b));
    return out->err ? err_origin(out->err) : 0;
}

int rotation_get(Str bytes, const SignPublic *old, Str tenant, Enrolment *ret)
{
    Wire w = wire_of(bytes.ptr, bytes.len);
    Signature signature;

    if (wire_u8(&w) != VERSION)
        return 1;
    Str body = wire_bytes(&w, ENROLMENT_BYTES_MAX);
    wire_raw(&w, signature.b, sizeof(signature.b));
    if (!wire_end(&w))
        return 1;
    if (old && !keys_verify(old, "rotation", tenant, (Str[]){body}, 1, &signature))
        return 1;
    return enrolment_get(body, ret);
}
