/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/opened.h"

#include "base/err.h"
#include "engine/vault/inner.h"
#include <errno.h>
#include <string.h>

enum { ITEMS_MAX = 4096 };

static int open_seal(const BoxPair *as, const SealContext *context, Str sealed, Secret *ret)
{
    if (sealed.len != SEAL_LEN)
        return 1;
    TRY(seal_open(as, context, (const uint8_t *)sealed.ptr, ret));
    return 0;
}

int open_case_key(const BoxPair *as, const SealCase *of, uint8_t class, uint16_t epoch,
                  uint8_t slot, Str sealed, HeldKeys *held)
{
    SECRET_AUTO Secret secret = {NULL};
    SealContext context = class_key_context(of, class, epoch, slot);

    if (held->n == HELD_KEYS_MAX)
        return 1;
    TRY(open_seal(as, &context, sealed, &secret));
    HeldKey *key = &held->key[held->n];
    TRY(box_pair_from_secret(&key->pair, &secret));
    key->class = class;
    key->epoch = epoch;
    held->n++;
    return 0;
}

/* ---- what the text of a record says ---- */
static int read_items(Wire *w, Arena *arena, OpenedPart *ret)
{
    size_t n = wire_u16(w);

    if (w->failed || n > ITEMS_MAX)
        return 1;
    ret->fields = arena_many(arena, n ? n : 1, OpenedField);
    if (!ret->fields)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < n && !w->failed; i++) {
        OpenedField *f = &ret->fields[ret->n_fields++];
        f->id = wire_bytes(w, DEF_NAME_MAX);
        f->sub = wire_u8(w);
        f->value = wire_bytes(w, w->len);
    }
    return 0;
}

static int read_form(Wire *w, Arena *arena, OpenedPart *ret)
{
    TRY(read_items(w, arena, ret));
    while (!w->failed && w->len)
        if (wire_u8(w))
            return 1;
    return 0;
}

static int read_reply(Wire *w, Arena *arena, OpenedPart *ret)
{
    ret->th = wire_bytes(w, w->len);
    return read_items(w, arena, ret);
}

static int read_words(Wire *w, Arena *arena, OpenedPart *ret)
{
    (void)arena;
    ret->th = wire_bytes(w, w->len);
    return 0;
}

static int read_both(Wire *w, Arena *arena, OpenedPart *ret)
{
    (void)arena;
    ret->th = wire_bytes(w, w->len);
    ret->en = wire_bytes(w, w->len);
    return 0;
}

static int read_file(Wire *w, Arena *arena, OpenedPart *ret)
{
    uint8_t key[SECRET_LEN];

    ret->fields = arena_new(arena, OpenedField);
    if (!ret->fields)
        return err_origin(-ENOMEM);
    ret->fields[0].id = wire_bytes(w, DEF_NAME_MAX);
    ret->n_fields = 1;
    ret->file_name = wire_bytes(w, w->len);
    ret->file_type = wire_bytes(w, w->len);
    ret->file_size = wire_u64(w);
    wire_raw(w, key, sizeof(key));
    ret->has_digest = w->len > 0;
    if (ret->has_digest)
        wire_raw(w, ret->file_digest.b, sizeof(ret->file_digest.b));
    int r = wire_end(w) ? secret_new_copy(&ret->file_key, key) : 1;
    bytes_wipe(key, sizeof(key));
    return r;
}

typedef int (*ReadText)(Wire *, Arena *, OpenedPart *);
static const ReadText read_text[] = {
    [PART_FORM] = read_form,    [PART_IDENTITY] = read_items,   [PART_TO_CODE] = read_both,
    [PART_MESSAGE] = read_both, [PART_NOTE] = read_words,       [PART_REPLY] = read_reply,
    [PART_FILE] = read_file,    [PART_REPLY_COPY] = read_words, [PART_LINK] = read_words,
};

static ReadText reader_of(const BundlePart *part)
{
    return part->kind < sizeof(read_text) / sizeof(read_text[0]) ? read_text[part->kind] : NULL;
}

/* Copies the text into the arena and reads it there. */
static int read_opened(const Buf *text, uint32_t no, const BundlePart *part, Arena *arena,
                       OpenedPart *ret)
{
    OpenedPart opened = {.kind = part->kind, .class = part->class, .no = no};
    Str kept = arena_str(arena, buf_str(text));

    if (!kept.ptr)
        return err_origin(-ENOMEM);
    Wire w = wire_of(kept.ptr, kept.len);
    TRY(reader_of(part)(&w, arena, &opened));
    if (!wire_end(&w)) {
        secret_finish(&opened.file_key);
        return 1;
    }
    *ret = opened;
    return 0;
}

static int open_record(const BoxPair *as, const SealContext *context, const BundlePart *part,
                       Arena *arena, OpenedPart *ret)
{
    BUF_AUTO Buf text = text_buf();
    Sealed record = {(const uint8_t *)part->sealed.ptr, part->sealed.len};

    if (!reader_of(part) || part->kind == PART_IDENTITY)
        return 1;
    TRY(record_open(as, context, record, &text));
    TRY(read_opened(&text, context->seq, part, arena, ret));
    return 0;
}

static const HeldKey *find_key(const HeldKeys *held, uint8_t class, uint16_t epoch)
{
    for (size_t i = 0; i < held->n; i++)
        if (held->key[i].class == class && held->key[i].epoch == epoch)
            return &held->key[i];
    return NULL;
}

int open_part(const HeldKeys *held, const SealCase *of, uint32_t no,
              const BundlePart *part, Arena *arena, OpenedPart *ret)
{
    const HeldKey *key = find_key(held, part->class, part->epoch);
    SealContext context = part_context(of, part, no);

    if (!key)
        return 1;
    TRY(open_record(&key->pair, &context, part, arena, ret));
    return 0;
}

int open_text(const HeldKeys *held, const SealCase *of, uint32_t no,
              const BundlePart *part, Buf *out)
{
    const HeldKey *key = find_key(held, part->class, part->epoch);
    SealContext context = part_context(of, part, no);
    Sealed record = {(const uint8_t *)part->sealed.ptr, part->sealed.len};

    return key ? record_open(&key->pair, &context, record, out) : 1;
}

int open_told(const BoxPair *code, const SealCase *of, uint32_t no,
              const BundlePart *part, Arena *arena, OpenedPart *ret)
{
    SealContext context = part_context(of, part, no);

    if (part->class != SEAL_TO_CODE)
        return 1;
    TRY(open_record(code, &context, part, arena, ret));
    return 0;
}

/* ---- identity ---- */
bool half_is_committed(const Secret *half, const SealCase *of, uint32_t no,
                       const BundlePart *part)
{
    SealContext context = part_context(of, part, no);
    Hash commit = custody_commit(half, &context);

    return bytes_equal(commit.b, part->commit.b, sizeof(commit.b));
}

int open_half(const BoxPair *as, const SealCase *of, uint32_t no, const BundlePart *part,
              Secret *ret)
{
    SECRET_AUTO Secret half = {NULL};
    SealContext context = part_context(of, part, no);

    if (part->kind != PART_HALF)
        return 1;
    TRY(open_seal(as, &context, part->sealed, &half));
    if (!half_is_committed(&half, of, no, part))
        return 1;
    *ret = half;
    half.b = NULL;
    return 0;
}

int open_whole_half(const HeldKeys *held, const SealCase *of, uint32_t no,
                    const BundlePart *part, Secret *ret_ki)
{
    const HeldKey *key = find_key(held, part->class, part->epoch);

    if (!key || part->slot != HALF_WHOLE)
        return 1;
    TRY(open_half(&key->pair, of, no, part, ret_ki));
    return 0;
}

static int open_blob(const Secret *ki, const SealContext *context, const BundlePart *part,
                     Arena *arena, OpenedPart *ret)
{
    BUF_AUTO Buf text = text_buf();

    if (part->sealed.len != IDENTITY_BLOB_LEN)
        return 1;
    TRY(identity_open(ki, context, (const uint8_t *)part->sealed.ptr, &text));
    TRY(read_opened(&text, context->seq, part, arena, ret));
    return 0;
}

int open_identity(const Secret *ki, const SealCase *of, uint32_t no,
                  const BundlePart *part, Arena *arena, OpenedPart *ret)
{
    BOX_PAIR_AUTO BoxPair box = {.secret = {NULL}};
    SealContext context = part_context(of, part, no);

    if (part->class != CLASS_IDENTITY)
        return 1;
    if (part->kind == PART_IDENTITY)
        return open_blob(ki, &context, part, arena, ret);
    TRY(identity_box(ki, &box));
    TRY(open_record(&box, &context, part, arena, ret));
    return 0;
}
