/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/inner.h"

#include "base/err.h"
#include <errno.h>
#include <string.h>

Buf text_buf(void)
{
    Buf b;

    buf_init(&b, RECORD_TEXT_MAX);
    return b;
}

void shuffled(uint8_t *ret, size_t n)
{
    uint32_t dice[256];

    bytes_random(dice, n * sizeof(dice[0]));
    for (size_t i = 0; i < n; i++) {
        size_t k = dice[i] % (i + 1); /* of 2^32: no bias that counts for n of at most 255 */
        ret[i] = ret[k];
        ret[k] = (uint8_t)i;
    }
}

const BundleKey *keys_of_class(const CaseKeys *keys, uint8_t class)
{
    const BundleKey *newest = NULL;

    for (size_t i = 0; i < keys->n; i++)
        if (keys->key[i].class == class && (!newest || keys->key[i].epoch > newest->epoch))
            newest = &keys->key[i];
    return newest;
}

uint8_t keys_standing_in(const CaseKeys *keys, uint8_t class)
{
    const uint8_t order[] = {class, CLASS_CONFIDENTIAL, CLASS_WORKING};

    for (size_t i = 0; i < sizeof(order); i++)
        if (keys_of_class(keys, order[i]))
            return order[i];
    return CLASSES;
}

SealCase case_of(const Composer *by, uint64_t seal_id)
{
    return (SealCase){by->tenant, by->def ? by->def->id : STR(""), seal_id};
}

/* Halves and the words of whoever asks for them go to one person, who needs no workflow to judge them
 * by; they lie in workflows with custodians alone. */
static bool is_personal(uint8_t kind)
{
    return kind == PART_HALF || kind == PART_GROUND;
}

SealContext part_context(const SealCase *of, const BundlePart *part, uint32_t no)
{
    return (SealContext){.tenant = of->tenant,
                         .workflow = is_personal(part->kind) ? STR("") : of->workflow,
                         .case_id = of->id,
                         .class = part->class,
                         .epoch = part->epoch,
                         .kind = part->kind,
                         .seq = no};
}

SealContext class_key_context(const SealCase *of, uint8_t class, uint16_t epoch,
                              uint8_t slot)
{
    return (SealContext){of->tenant, of->workflow, of->id, class, epoch, 0, slot};
}

int sealer_init(Sealer *s, const Composer *by, const CaseKeys *keys, uint32_t first_part)
{
    memset(s, 0, sizeof(*s));
    s->by = by;
    s->keys = keys;
    s->first_part = first_part;
    s->b.seal_id = keys->seal_id;
    s->b.received = DAY_NONE;
    s->b.parts = arena_many(by->arena, BUNDLE_PARTS_MAX, BundlePart);
    if (!s->b.parts)
        return err_origin(-ENOMEM);
    TRY(ephemeral_new(&s->ephemeral));
    return 0;
}

void sealer_finish(Sealer *s)
{
    ephemeral_finish(&s->ephemeral);
}

SealContext sealer_context(const Sealer *s, uint8_t kind, uint8_t class, uint16_t epoch)
{
    SealCase of = case_of(s->by, s->b.seal_id);
    BundlePart part = {.kind = kind, .class = class, .epoch = epoch};

    return part_context(&of, &part, s->first_part + (uint32_t)s->b.n_parts);
}

int sealer_add(Sealer *s, BundlePart part, const void *sealed, size_t len)
{
    if (s->b.n_parts == BUNDLE_PARTS_MAX)
        return err_origin(-E2BIG);
    part.sealed = arena_str(s->by->arena, (Str){sealed, len});
    if (!part.sealed.ptr)
        return err_origin(-ENOMEM);
    s->b.parts[s->b.n_parts++] = part;
    return 0;
}

static int add_record(Sealer *s, const BundlePart *part, const BoxPublic *to, const Buf *text)
{
    BUF_AUTO Buf out = {0};
    SealContext context = sealer_context(s, part->kind, part->class, part->epoch);

    if (text->err)
        return err_origin(text->err);
    buf_init(&out, RECORD_OVERHEAD + record_padded(text->len));
    TRY(record_seal(&s->ephemeral, to, &context, plain_of(text), &out));
    TRY(sealer_add(s, *part, out.ptr, out.len));
    return 0;
}

static int record_under_class(Sealer *s, BundlePart part, const Buf *text)
{
    const BundleKey *key = keys_of_class(s->keys, keys_standing_in(s->keys, part.class));

    if (!key)
        return err_origin(-ENOKEY);
    part.class = key->class;
    part.epoch = key->epoch;
    TRY(add_record(s, &part, &key->public, text));
    return 0;
}

int sealer_record(Sealer *s, uint8_t kind, uint8_t class, const Buf *text)
{
    TRY(record_under_class(s, (BundlePart){.kind = kind, .class = class}, text));
    return 0;
}

int sealer_file(Sealer *s, uint8_t class, const Name *place, uint8_t slot, const Buf *text)
{
    BundlePart part = {.kind = PART_FILE, .class = class, .slot = slot, .file = *place};

    TRY(record_under_class(s, part, text));
    return 0;
}

int sealer_names(Sealer *s, uint8_t class, const Buf *text)
{
    TRY(record_under_class(
        s, (BundlePart){.kind = PART_FORM, .class = class, .slot = SLOT_NAMES}, text));
    return 0;
}

int sealer_to_code(Sealer *s, uint8_t kind, const Buf *text)
{
    static const BoxPublic none;
    BundlePart part = {.kind = kind, .class = SEAL_TO_CODE};

    if (bytes_equal(&s->keys->code_box, &none, sizeof(none)))
        return 0;
    TRY(add_record(s, &part, &s->keys->code_box, text));
    return 0;
}
