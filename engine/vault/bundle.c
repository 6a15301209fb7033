/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/bundle.h"

#include "base/err.h"
#include "engine/vault/bundle_wire.h"
#include <errno.h>

static Str bytes_str(const void *ptr, size_t len)
{
    return (Str){ptr, len};
}

typedef struct Number {
    uint8_t b[8];
} Number;

static Number number(uint64_t v)
{
    Number n;

    for (unsigned i = 0; i < 8; i++)
        n.b[i] = (uint8_t)(v >> (56 - 8 * i));
    return n;
}

#define AS_STR(value) bytes_str(&(value), sizeof(value))

static Hash add_part(const Hash *before, const BundlePart *p)
{
    const uint8_t kind[] = {p->kind, p->class, p->slot};
    Number epoch = number(p->epoch);
    const Str parts[] = {STR("part"),       AS_STR(*before),    AS_STR(kind), AS_STR(epoch),
                         AS_STR(p->commit), name_str(&p->file), p->sealed};

    return hash_parts(NULL, parts, sizeof(parts) / sizeof(parts[0]));
}

static Hash add_seal(const Hash *before, const BundleSeal *s)
{
    const uint8_t kind[] = {s->class, s->slot};
    Number epoch = number(s->epoch), expires = number((uint64_t)s->expires);
    const Str parts[] = {STR("seal"),     AS_STR(*before),  AS_STR(kind),         AS_STR(epoch),
                         AS_STR(expires), AS_STR(s->nonce), AS_STR(s->signature), s->sealed};

    return hash_parts(NULL, parts, sizeof(parts) / sizeof(parts[0]));
}

Hash bundle_content(const Bundle *b)
{
    Hash h = hash_parts(NULL, (Str[]){STR("krading/1|content")}, 1);

    for (size_t i = 0; i < b->n_parts; i++)
        h = add_part(&h, &b->parts[i]);
    for (size_t i = 0; i < b->n_seals; i++)
        h = add_seal(&h, &b->seals[i]);
    return h;
}

/* The list that a step's signature is over; it points into the struct and the arguments. */
enum { STEP_PARTS = 6 };
typedef struct StepParts {
    Number seal_id, rev;
    uint8_t kind;
    Buf said; /* everything of the bundle but parts, seals and signature; and their names */
    Hash content;
    Str parts[STEP_PARTS];
} StepParts;
#define STEP_PARTS_AUTO __attribute__((cleanup(step_parts_finish)))

static void step_parts_finish(StepParts *p)
{
    buf_finish(&p->said);
}

static int step_parts(const Bundle *b, uint32_t rev, uint8_t kind, Str what, StepParts *ret)
{
    buf_init(&ret->said, BUNDLE_BYTES_MAX);
    bundle_put_said(&ret->said, b);
    if (ret->said.err)
        return err_origin(ret->said.err);
    ret->seal_id = number(b->seal_id);
    ret->rev = number(rev);
    ret->kind = kind;
    ret->content = bundle_content(b);
    const Str parts[STEP_PARTS] = {AS_STR(ret->seal_id), AS_STR(ret->rev),
                                   AS_STR(ret->kind),    what,
                                   buf_str(&ret->said),  AS_STR(ret->content)};
    for (size_t i = 0; i < STEP_PARTS; i++)
        ret->parts[i] = parts[i];
    return 0;
}

int bundle_digest(const Bundle *b, Hash *ret)
{
    BUF_AUTO Buf wire = {0};

    buf_init(&wire, BUNDLE_BYTES_MAX);
    bundle_put(&wire, b);
    if (wire.err)
        return err_origin(wire.err);
    Str parts[] = {STR("krading/1|opens"), buf_str(&wire)};
    *ret = hash_parts(NULL, parts, 2);
    return 0;
}

int bundle_sign(Bundle *b, const SignPair *by, Str tenant, uint32_t rev, uint8_t kind, Str what)
{
    STEP_PARTS_AUTO StepParts list = {0};

    TRY(step_parts(b, rev, kind, what, &list));
    TRY(keys_sign(by, "step", tenant, list.parts, STEP_PARTS, &b->signature));
    return 0;
}

bool bundle_signed_by(const Bundle *b, const SignPublic *by, Str tenant, uint32_t rev, uint8_t kind,
                      Str what)
{
    STEP_PARTS_AUTO StepParts list = {0};

    return step_parts(b, rev, kind, what, &list) == 0 &&
           keys_verify(by, "step", tenant, list.parts, STEP_PARTS, &b->signature);
}

enum { GRANT_PARTS = 6 };
typedef struct GrantParts {
    Number seal_id, expires;
    uint8_t key[3]; /* class, epoch */
    Hash sealed;
    Str parts[GRANT_PARTS];
} GrantParts;

static void grant_parts(const BundleSeal *s, uint64_t seal_id, const BoxPublic *to, GrantParts *ret)
{
    ret->seal_id = number(seal_id);
    ret->expires = number((uint64_t)s->expires);
    ret->key[0] = s->class;
    ret->key[1] = (uint8_t)(s->epoch >> 8);
    ret->key[2] = (uint8_t)s->epoch;
    ret->sealed = hash_parts(NULL, (Str[]){s->sealed}, 1);
    const Str parts[GRANT_PARTS] = {AS_STR(ret->seal_id), AS_STR(ret->key),     AS_STR(*to),
                                    AS_STR(ret->sealed),  AS_STR(ret->expires), AS_STR(s->nonce)};
    for (size_t i = 0; i < GRANT_PARTS; i++)
        ret->parts[i] = parts[i];
}

int bundle_seal_sign(BundleSeal *s, const SignPair *by, Str tenant, uint64_t seal_id,
                     const BoxPublic *to)
{
    GrantParts list;

    grant_parts(s, seal_id, to, &list);
    TRY(keys_sign(by, "grant", tenant, list.parts, GRANT_PARTS, &s->signature));
    return 0;
}

bool bundle_seal_signed_by(const BundleSeal *s, const SignPublic *by, Str tenant, uint64_t seal_id,
                           const BoxPublic *to)
{
    GrantParts list;

    grant_parts(s, seal_id, to, &list);
    return keys_verify(by, "grant", tenant, list.parts, GRANT_PARTS, &s->signature);
}
