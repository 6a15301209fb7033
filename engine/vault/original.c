/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/original.h"

#include "base/err.h"
#include "engine/vault/inner.h"
#include <errno.h>

enum {
    ORIGINAL_VERSION = 1,
    ORIGINAL_BYTES_MAX = ORIGINAL_PIECE * ORIGINAL_PIECES_MAX,
    PARTS_MAX = 1 << 16,
    PART_HEAD = 4 + 4 + 1 + 1 + 1 + 2 + 4, /* bytes before the sealed ones */
};

/* ---- the whole as bytes ---- */

size_t original_part_len(const OriginalPart *p)
{
    return PART_HEAD + p->sealed.len;
}

void original_put(Buf *out, const Original *o)
{
    wire_put_u8(out, ORIGINAL_VERSION);
    wire_put_str(out, name_str(&o->workflow));
    wire_put_u64(out, o->seal_id);
    wire_put_u32(out, o->left_out);
    wire_put_u8(out, o->n_keys);
    for (uint8_t i = 0; i < o->n_keys; i++) {
        wire_put_u8(out, o->keys[i].class);
        wire_put_u16(out, o->keys[i].epoch);
        buf_add(out, o->keys[i].public.b, sizeof(o->keys[i].public.b));
    }
    wire_put_u32(out, (uint32_t)o->n_parts);
    for (size_t i = 0; i < o->n_parts; i++) {
        const OriginalPart *p = &o->parts[i];
        wire_put_u32(out, p->no);
        wire_put_i32(out, p->day);
        wire_put_u8(out, p->by);
        wire_put_u8(out, p->kind);
        wire_put_u8(out, p->class);
        wire_put_u16(out, p->epoch);
        wire_put_str(out, p->sealed);
    }
}

static void get_keys(Wire *w, Original *o)
{
    uint8_t n = wire_u8(w);

    for (uint8_t i = 0; i < n && !w->failed; i++) {
        BundleKey *k = &o->keys[o->n_keys++];
        k->class = wire_u8(w);
        k->epoch = wire_u16(w);
        wire_raw(w, k->public.b, sizeof(k->public.b));
    }
}

static void get_part(Wire *w, OriginalPart *p)
{
    p->no = wire_u32(w);
    p->day = wire_i32(w);
    p->by = wire_u8(w);
    p->kind = wire_u8(w);
    p->class = wire_u8(w);
    p->epoch = wire_u16(w);
    p->sealed = wire_bytes(w, w->len);
}

int original_get(Str bytes, Arena *arena, Original *ret)
{
    Wire w = wire_of(bytes.ptr, bytes.len);
    Original o = {.n_keys = 0};

    if (wire_u8(&w) != ORIGINAL_VERSION)
        return 1;
    o.workflow = name_of(wire_bytes(&w, DEF_NAME_MAX));
    o.seal_id = wire_u64(&w);
    o.left_out = wire_u32(&w);
    get_keys(&w, &o);
    uint32_t n = wire_u32(&w);
    if (w.failed || n > PARTS_MAX)
        return 1;
    o.parts = arena_many(arena, n + 1u, OriginalPart);
    if (!o.parts)
        return err_origin(-ENOMEM);
    while (o.n_parts < n && !w.failed)
        get_part(&w, &o.parts[o.n_parts++]);
    if (!wire_end(&w))
        return 1;
    *ret = o;
    return 0;
}

/* ---- sealing ---- */

int compose_original(const Composer *by, const CaseKeys *keys, uint32_t first_part,
                     const Original *o, Bundle *ret)
{
    SEALER_AUTO Sealer s = {0};
    BUF_AUTO Buf whole = {0};

    buf_init(&whole, ORIGINAL_BYTES_MAX);
    original_put(&whole, o);
    if (whole.err)
        return err_origin(whole.err);
    TRY(sealer_init(&s, by, keys, first_part));
    for (size_t at = 0; at < whole.len; at += ORIGINAL_PIECE) {
        BUF_AUTO Buf piece = text_buf();
        size_t left = whole.len - at;
        buf_add(&piece, whole.ptr + at, left < ORIGINAL_PIECE ? left : ORIGINAL_PIECE);
        TRY(sealer_record(&s, PART_ORIGINAL, CLASS_CONFIDENTIAL, &piece));
    }
    *ret = s.b;
    return 0;
}

int keys_compose(Sealer *s, const HeldKeys *held)
{
    BUF_AUTO Buf text = text_buf();

    for (size_t i = 0; i < held->n; i++) {
        const HeldKey *k = &held->key[i];
        if (k->class == CLASS_IDENTITY) /* that one has a vault of its own to go to */
            continue;
        wire_put_u8(&text, k->class);
        wire_put_u16(&text, k->epoch);
        buf_add(&text, k->pair.secret.b, SECRET_LEN);
    }
    TRY(sealer_record(s, PART_KEYS, CLASS_CONFIDENTIAL, &text));
    return 0;
}

/* ---- opening ---- */

typedef struct Opener {
    const HeldKeys *held;
    SealCase of;
    const NumberedPart *parts;
    size_t n;
    Arena *arena;
} Opener;

/* The texts of all parts of a kind, one after another. 0; 1: one does not open, or there is none.
 */
static int texts_of(const Opener *by, uint8_t kind, Buf *out)
{
    bool any = false;

    for (size_t i = 0; i < by->n; i++) {
        const NumberedPart *p = &by->parts[i];
        if (p->part.kind != kind)
            continue;
        any = true;
        TRY(open_text(by->held, &by->of, p->no, &p->part, out));
    }
    return any ? 0 : 1;
}

static bool is_named(const Original *o, const HeldKey *key)
{
    for (uint8_t i = 0; i < o->n_keys; i++) {
        const BundleKey *k = &o->keys[i];
        if (k->class == key->class && k->epoch == key->epoch)
            return bytes_equal(k->public.b, key->pair.public.b, sizeof(k->public.b));
    }
    return false;
}

static int take_key(Wire *w, const Original *o, HeldKeys *ret)
{
    SECRET_AUTO Secret secret = {NULL};
    uint8_t bytes[SECRET_LEN];
    HeldKey *key = &ret->key[ret->n];

    *key = (HeldKey){.class = wire_u8(w), .epoch = wire_u16(w)};
    wire_raw(w, bytes, sizeof(bytes));
    int r = w->failed ? 0 : secret_new_copy(&secret, bytes);
    bytes_wipe(bytes, sizeof(bytes));
    if (r || w->failed)
        return r;
    TRY(box_pair_from_secret(&key->pair, &secret));
    if (is_named(o, key))
        ret->n++;
    else
        box_pair_finish(&key->pair);
    return 0;
}

static int take_keys(const Opener *by, const Original *o, HeldKeys *ret)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, RECORD_TEXT_MAX);
    int r = texts_of(by, PART_KEYS, &text);
    if (r)
        return r < 0 ? err_trace(r) : 0;
    Wire w = wire_of(text.ptr, text.len);
    while (w.len && !w.failed && ret->n < HELD_KEYS_MAX)
        TRY(take_key(&w, o, ret));
    return 0;
}

static SealCase case_before(const Opener *by, const Original *o)
{
    return (SealCase){by->of.tenant, name_str(&o->workflow), o->seal_id};
}

static BundlePart plain_part(const OriginalPart *p)
{
    return (BundlePart){.kind = p->kind, .class = p->class, .epoch = p->epoch, .sealed = p->sealed};
}

static bool is_of_before(uint8_t kind)
{
    return kind == PART_KEYS || kind == PART_ORIGINAL;
}

static int open_parts(const Opener *by, const HeldKeys *passed, OpenedOriginal *o)
{
    SealCase of = case_before(by, &o->original);

    for (size_t i = 0; i < o->original.n_parts; i++) {
        const OriginalPart *p = &o->original.parts[i];
        BundlePart part = plain_part(p);
        if (is_of_before(p->kind))
            continue;
        int r = open_part(passed, &of, p->no, &part, by->arena, &o->opened[i]);
        if (r < 0)
            return err_trace(r);
        o->n_closed += r > 0;
    }
    return 0;
}

static int open_at(const Opener *by, unsigned depth, OpenedOriginal **ret);

static int open_before(const Opener *by, const HeldKeys *passed, unsigned depth, OpenedOriginal *o)
{
    const Original *was = &o->original;
    NumberedPart *parts = arena_many(by->arena, was->n_parts + 1, NumberedPart);
    Opener before = *by;

    if (!parts)
        return err_origin(-ENOMEM);
    before.held = passed;
    before.of = case_before(by, was);
    before.parts = parts;
    before.n = 0;
    for (size_t i = 0; i < was->n_parts; i++)
        if (is_of_before(was->parts[i].kind))
            parts[before.n++] = (NumberedPart){was->parts[i].no, plain_part(&was->parts[i])};
    int r = before.n && depth < ORIGINAL_DEPTH_MAX ? open_at(&before, depth + 1, &o->before) : 0;
    o->n_closed += r > 0;
    return r < 0 ? err_trace(r) : 0;
}

static int open_at(const Opener *by, unsigned depth, OpenedOriginal **ret)
{
    HELD_KEYS_AUTO HeldKeys passed = {.n = 0};
    BUF_AUTO Buf whole = {0};
    OpenedOriginal *o = arena_new(by->arena, OpenedOriginal);

    if (!o)
        return err_origin(-ENOMEM);
    buf_init(&whole, ORIGINAL_BYTES_MAX);
    int r = texts_of(by, PART_ORIGINAL, &whole);
    if (r)
        return r;
    Str kept = arena_str(by->arena, buf_str(&whole));
    if (!kept.ptr)
        return err_origin(-ENOMEM);
    TRY(original_get(kept, by->arena, &o->original));
    o->opened = arena_many(by->arena, o->original.n_parts + 1, OpenedPart);
    if (!o->opened)
        return err_origin(-ENOMEM);
    TRY(take_keys(by, &o->original, &passed));
    *ret = o;
    TRY(open_parts(by, &passed, o));
    TRY(open_before(by, &passed, depth, o));
    return 0;
}

int open_original(const HeldKeys *held, const SealCase *of, const NumberedPart *parts, size_t n,
                  Arena *arena, OpenedOriginal **ret)
{
    Opener by = {held, *of, parts, n, arena};
    OpenedOriginal *o = NULL;

    int r = open_at(&by, 1, &o);
    if (r)
        opened_original_finish(o);
    else
        *ret = o;
    return r;
}

void opened_original_finish(OpenedOriginal *o)
{
    for (; o; o = o->before)
        for (size_t i = 0; o->opened && i < o->original.n_parts; i++)
            secret_finish(&o->opened[i].file_key);
}
