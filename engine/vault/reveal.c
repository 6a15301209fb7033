/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/reveal.h"

#include "base/err.h"
#include "engine/vault/inner.h"
#include <errno.h>

/* What the officer signs (type "reveal"): seal_id, number, rev, ground, last day, reason. */
enum { SIGNED_PARTS = 6, NUMBER_LEN = 8 };
typedef struct SignedGround {
    uint8_t seal_id[NUMBER_LEN], rev[NUMBER_LEN], until[NUMBER_LEN];
    Str parts[SIGNED_PARTS];
} SignedGround;

static void number_put(uint64_t v, uint8_t ret[NUMBER_LEN])
{
    for (size_t i = 0; i < NUMBER_LEN; i++)
        ret[i] = (uint8_t)(v >> (56 - 8 * i));
}

static void signed_ground(uint64_t seal_id, const RevealWords *words, SignedGround *ret)
{
    number_put(seal_id, ret->seal_id);
    number_put((uint64_t)words->until, ret->until);
    number_put(words->rev, ret->rev);
    ret->parts[0] = (Str){(const char *)ret->seal_id, NUMBER_LEN};
    ret->parts[1] = words->number;
    ret->parts[2] = (Str){(const char *)ret->rev, NUMBER_LEN};
    ret->parts[3] = ground_id(words->ground);
    ret->parts[4] = (Str){(const char *)ret->until, NUMBER_LEN};
    ret->parts[5] = words->reason;
}

/* A dummy is the same words sealed to a key that is thrown away. */
static int add_ground(const Composer *by, uint32_t first_part, Ephemeral *ephemeral, uint8_t slot,
                      const Person *to, const Buf *text, Bundle *b)
{
    BOX_PAIR_AUTO BoxPair nobody = {.secret = {NULL}};
    BUF_AUTO Buf out = {0};
    BundlePart part = {.kind = PART_GROUND, .class = CLASS_IDENTITY, .slot = slot};
    SealCase of = case_of(by, b->seal_id);
    SealContext context = part_context(&of, &part, first_part + (uint32_t)b->n_parts);

    if (b->n_parts == BUNDLE_PARTS_MAX)
        return err_origin(-E2BIG);
    if (!to)
        TRY(box_pair_new(&nobody));
    else
        part.holder = to->name;
    buf_init(&out, RECORD_OVERHEAD + record_padded(text->len));
    TRY(record_seal(ephemeral, to ? &to->box : &nobody.public, &context, plain_of(text), &out));
    part.sealed = arena_str(by->arena, buf_str(&out));
    if (!part.sealed.ptr)
        return err_origin(-ENOMEM);
    b->parts[b->n_parts++] = part;
    return 0;
}

int compose_grounds(const Composer *by, uint32_t first_part, const Person *const *to, size_t n,
                    const RevealWords *words, const SignPair *signer, Bundle *bundle)
{
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    BUF_AUTO Buf text = text_buf();
    uint8_t order[REVEAL_HALVES];
    SignedGround said;
    Signature signature;

    if (n > REVEAL_HALVES)
        return 1;
    signed_ground(bundle->seal_id, words, &said);
    TRY(keys_sign(signer, "reveal", by->tenant, said.parts, SIGNED_PARTS, &signature));
    wire_put_str(&text, words->reason);
    buf_add(&text, signature.b, sizeof(signature.b));
    if (text.err)
        return err_origin(text.err);
    TRY(ephemeral_new(&ephemeral));
    shuffled(order, REVEAL_HALVES);
    for (uint8_t i = 0; i < REVEAL_HALVES; i++)
        TRY(add_ground(by, first_part, &ephemeral, i, order[i] < n ? to[order[i]] : NULL, &text,
                       bundle));
    return 0;
}

Hash reveal_seen(const RevealSeen *seen)
{
    uint8_t until[NUMBER_LEN];

    number_put((uint64_t)seen->until, until);
    const Str parts[] = {STR("krading/1|seen"),
                         seen->number,
                         seen->officer,
                         ground_id(seen->ground),
                         {(const char *)until, NUMBER_LEN},
                         seen->sealed};
    return hash_parts(NULL, parts, sizeof(parts) / sizeof(parts[0]));
}

int open_ground(const BoxPair *as, const SignPublic *officer, const SealCase *of,
                uint32_t no, const BundlePart *part, Arena *arena, RevealWords *words)
{
    BUF_AUTO Buf text = text_buf();
    SealContext context = part_context(of, part, no);
    RevealWords found = *words;
    Signature signature;
    SignedGround said;

    if (part->kind != PART_GROUND)
        return 1;
    TRY(record_open(as, &context, (Sealed){(const uint8_t *)part->sealed.ptr, part->sealed.len},
                    &text));
    Str kept = arena_str(arena, buf_str(&text));
    if (!kept.ptr)
        return err_origin(-ENOMEM);
    Wire w = wire_of(kept.ptr, kept.len);
    found.reason = wire_bytes(&w, w.len);
    wire_raw(&w, signature.b, sizeof(signature.b));
    if (!wire_end(&w))
        return 1;
    signed_ground(of->id, &found, &said);
    if (!keys_verify(officer, "reveal", of->tenant, said.parts, SIGNED_PARTS, &signature))
        return 1;
    *words = found;
    return 0;
}

static SealContext on_its_way(Str tenant, uint32_t rev)
{
    return (SealContext){
        .tenant = tenant, .class = SEAL_TO_OFFICE, .kind = PART_HALF, .seq = rev};
}

int answer_seal(const BoxPublic *office, Str tenant, uint32_t rev, const Bundle *b, Buf *out)
{
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    BUF_AUTO Buf bytes = text_buf();
    SealContext context = on_its_way(tenant, rev);

    bundle_put(&bytes, b);
    if (bytes.err)
        return err_origin(bytes.err);
    TRY(ephemeral_new(&ephemeral));
    TRY(record_seal(&ephemeral, office, &context, plain_of(&bytes), out));
    return 0;
}

int answer_open(const BoxPair *office, Str tenant, uint32_t rev, Sealed answer, Arena *arena,
                Bundle *ret)
{
    BUF_AUTO Buf bytes = text_buf();
    SealContext context = on_its_way(tenant, rev);

    int r = record_open(office, &context, answer, &bytes);
    if (r)
        return r;
    Str kept = arena_str(arena, buf_str(&bytes));
    return kept.ptr ? bundle_get(kept, arena, ret) : err_origin(-ENOMEM);
}
