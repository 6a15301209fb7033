/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/bundle_wire.h"

#include "base/err.h"
#include "base/text.h"
#include "base/wire.h"
#include <errno.h>
#include <string.h>

enum { VERSION = 1 };
enum {
    TAG_SEAL_ID = 1,
    TAG_INPUTS,
    TAG_RECEIVED,
    TAG_TARGET,
    TAG_LINKED,
    TAG_LOOKUP,
    TAG_CODE_BOX,
    TAG_CODE_SIGN,
    TAG_PERSON,
    TAG_EXCLUDED,
    TAG_KEY,
    TAG_PART,
    TAG_SEAL,
    TAG_SIGNATURE,
    TAG_OPENS,
    TAGS
};
enum { FLAG_MESSAGE = 1, FLAG_NOTE = 2, FLAG_DECLARED = 4, FLAG_EXECUTIVE = 8, FLAGS = 15 };
enum { PART_SEALED_MAX = 2 << 20 };

_Static_assert(PART_SEALED_MAX >= RECORD_OVERHEAD + RECORD_TEXT_MAX, "a record fits");

/* ---- writing ---- */
/* A tagged field that is written in place: begin, put, end. */
static size_t begin(Buf *out, uint8_t tag)
{
    wire_put_u8(out, tag);
    wire_put_u32(out, 0);
    return out->len;
}

static void end(Buf *out, size_t begun)
{
    if (out->err)
        return;
    size_t len = out->len - begun;
    for (unsigned i = 0; i < 4; i++)
        out->ptr[begun - 4 + i] = (uint8_t)(len >> (24 - 8 * i));
}

static void put_name(Buf *out, const Name *name)
{
    wire_put_str(out, name_str(name));
}

static void put_inputs(Buf *out, const Inputs *in)
{
    size_t at = begin(out, TAG_INPUTS);

    wire_put_u64(out, in->given.bits[0]);
    wire_put_u64(out, in->given.bits[1]);
    wire_put_u8(out, (uint8_t)((in->message ? FLAG_MESSAGE : 0) | (in->note ? FLAG_NOTE : 0) |
                               (in->declared ? FLAG_DECLARED : 0) |
                               (in->executive ? FLAG_EXECUTIVE : 0)));
    wire_put_u16(out, in->by.count);
    wire_put_u8(out, in->by.unit);
    wire_put_u8(out, in->n_open);
    for (uint8_t i = 0; i < in->n_open; i++) {
        wire_put_u8(out, in->open[i].field);
        wire_put_i64(out, in->open[i].number);
        put_name(out, &in->open[i].choice);
    }
    end(out, at);
}

static void put_optional_name(Buf *out, uint8_t tag, const Name *name)
{
    if (name->s[0])
        wire_put_field(out, tag, name->s, name_str(name).len);
}

static void put_optional_bytes(Buf *out, uint8_t tag, const uint8_t bytes[32])
{
    static const uint8_t none[32];

    if (memcmp(bytes, none, sizeof(none)) != 0)
        wire_put_field(out, tag, bytes, 32);
}

static void put_people(Buf *out, const Bundle *b)
{
    for (uint8_t i = 0; i < b->n_people; i++) {
        size_t at = begin(out, TAG_PERSON);
        wire_put_u8(out, b->people[i].field);
        put_name(out, &b->people[i].name);
        end(out, at);
    }
    for (uint8_t i = 0; i < b->n_excluded; i++)
        wire_put_field(out, TAG_EXCLUDED, b->excluded[i].s, name_str(&b->excluded[i]).len);
}

static void put_keys(Buf *out, const Bundle *b)
{
    for (uint8_t i = 0; i < b->n_keys; i++) {
        const BundleKey *k = &b->keys[i];
        size_t at = begin(out, TAG_KEY);
        wire_put_u8(out, k->class);
        wire_put_u16(out, k->epoch);
        buf_add(out, k->public.b, sizeof(k->public.b));
        buf_add(out, k->signature.b, sizeof(k->signature.b));
        end(out, at);
    }
}

static void put_head(Buf *out, const Bundle *b)
{
    size_t at = begin(out, TAG_SEAL_ID);

    wire_put_u64(out, b->seal_id);
    end(out, at);
    put_inputs(out, &b->in);
    if (b->received != DAY_NONE) {
        at = begin(out, TAG_RECEIVED);
        wire_put_i32(out, b->received);
        end(out, at);
    }
    put_optional_name(out, TAG_TARGET, &b->target);
    put_optional_name(out, TAG_LINKED, &b->linked);
    put_optional_bytes(out, TAG_OPENS, b->opens.b);
    put_optional_bytes(out, TAG_CODE_BOX, b->code_box.b);
    put_optional_bytes(out, TAG_CODE_SIGN, b->code_sign.b);
    put_people(out, b);
    put_keys(out, b);
}

static void put_part(Buf *out, const BundlePart *p)
{
    size_t at = begin(out, TAG_PART);

    wire_put_u8(out, p->kind);
    wire_put_u8(out, p->class);
    wire_put_u16(out, p->epoch);
    wire_put_u8(out, p->slot);
    put_name(out, &p->holder);
    buf_add(out, p->commit.b, sizeof(p->commit.b));
    put_name(out, &p->file);
    wire_put_str(out, p->sealed);
    end(out, at);
}

static void put_seal(Buf *out, const BundleSeal *s)
{
    size_t at = begin(out, TAG_SEAL);

    wire_put_u8(out, s->class);
    wire_put_u16(out, s->epoch);
    wire_put_u8(out, s->slot);
    put_name(out, &s->reader);
    wire_put_i64(out, s->expires);
    buf_add(out, s->nonce.b, sizeof(s->nonce.b));
    buf_add(out, s->signature.b, sizeof(s->signature.b));
    wire_put_str(out, s->sealed);
    end(out, at);
}

void bundle_put_said(Buf *out, const Bundle *b)
{
    wire_put_u8(out, VERSION);
    put_head(out, b);
    for (size_t i = 0; i < b->n_parts; i++)
        put_name(out, &b->parts[i].holder);
    for (size_t i = 0; i < b->n_seals; i++)
        put_name(out, &b->seals[i].reader);
}

void bundle_put(Buf *out, const Bundle *b)
{
    static const Signature none;

    wire_put_u8(out, VERSION);
    put_head(out, b);
    put_optional_bytes(out, TAG_LOOKUP, b->lookup.b);
    for (size_t i = 0; i < b->n_parts; i++)
        put_part(out, &b->parts[i]);
    for (size_t i = 0; i < b->n_seals; i++)
        put_seal(out, &b->seals[i]);
    if (memcmp(&b->signature, &none, sizeof(none)) != 0)
        wire_put_field(out, TAG_SIGNATURE, b->signature.b, sizeof(b->signature.b));
}

/* ---- reading ---- */
static Name checked_name(Wire *w, Str s)
{
    if (s.len > DEF_NAME_MAX || !text_is_valid(s))
        w->failed = true;
    return name_of(w->failed ? (Str){"", 0} : s);
}

static Name get_name(Wire *w)
{
    return checked_name(w, wire_bytes(w, DEF_NAME_MAX));
}

/* The whole field is the name. */
static Name get_whole_name(Wire *w)
{
    Str s = {(const char *)w->ptr, w->len};

    if (s.len == 0)
        w->failed = true;
    *w = (Wire){.ptr = w->ptr + w->len, .failed = w->failed};
    return checked_name(w, s);
}

/* It becomes part of a path. */
static Name get_file_name(Wire *w)
{
    Name name = get_name(w);

    for (const char *c = name.s; *c; c++) {
        bool fine = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
                    (*c >= 'A' && *c <= 'Z') || *c == '_';
        if (!fine)
            w->failed = true;
    }
    return name;
}

static uint8_t get_u8_below(Wire *w, unsigned bound)
{
    uint8_t v = wire_u8(w);

    if (v >= bound)
        w->failed = true;
    return v;
}

static uint8_t get_part_class(Wire *w)
{
    uint8_t v = wire_u8(w);

    if (v >= CLASSES && v != SEAL_TO_CODE)
        w->failed = true;
    return v;
}

static void get_inputs(Wire *w, Bundle *b)
{
    Inputs *in = &b->in;

    in->given.bits[0] = wire_u64(w);
    in->given.bits[1] = wire_u64(w);
    uint8_t flags = get_u8_below(w, FLAGS + 1);
    in->message = flags & FLAG_MESSAGE;
    in->note = flags & FLAG_NOTE;
    in->declared = flags & FLAG_DECLARED;
    in->executive = flags & FLAG_EXECUTIVE;
    in->by.count = wire_u16(w);
    in->by.unit = get_u8_below(w, SPAN_MONTHS + 1);
    uint8_t n = get_u8_below(w, INPUTS_OPEN_MAX + 1);
    for (uint8_t i = 0; i < n && !w->failed; i++) {
        in->open[i].field = get_u8_below(w, DEF_FIELDS_MAX);
        in->open[i].number = wire_i64(w);
        in->open[i].choice = get_name(w);
        in->n_open = (uint8_t)(i + 1);
    }
}

static void get_seal_id(Wire *w, Bundle *b)
{
    b->seal_id = wire_u64(w);
}

static void get_received(Wire *w, Bundle *b)
{
    b->received = wire_i32(w);
}

static void get_target(Wire *w, Bundle *b)
{
    b->target = get_whole_name(w);
}

static void get_linked(Wire *w, Bundle *b)
{
    b->linked = get_whole_name(w);
}

static void get_opens(Wire *w, Bundle *b)
{
    wire_raw(w, b->opens.b, sizeof(b->opens.b));
}

static void get_lookup(Wire *w, Bundle *b)
{
    wire_raw(w, b->lookup.b, sizeof(b->lookup.b));
}

static void get_code_box(Wire *w, Bundle *b)
{
    wire_raw(w, b->code_box.b, sizeof(b->code_box.b));
}

static void get_code_sign(Wire *w, Bundle *b)
{
    wire_raw(w, b->code_sign.b, sizeof(b->code_sign.b));
}

static void get_person(Wire *w, Bundle *b)
{
    BundlePerson *p = &b->people[b->n_people++];

    p->field = get_u8_below(w, DEF_FIELDS_MAX);
    p->name = get_name(w);
}

static void get_excluded(Wire *w, Bundle *b)
{
    b->excluded[b->n_excluded++] = get_whole_name(w);
}

static void get_key(Wire *w, Bundle *b)
{
    BundleKey *k = &b->keys[b->n_keys++];

    k->class = get_u8_below(w, CLASSES);
    k->epoch = wire_u16(w);
    wire_raw(w, k->public.b, sizeof(k->public.b));
    wire_raw(w, k->signature.b, sizeof(k->signature.b));
}

static void get_part(Wire *w, Bundle *b)
{
    BundlePart *p = &b->parts[b->n_parts++];

    p->kind = get_u8_below(w, PART_KEYS + 1);
    if (p->kind == 0)
        w->failed = true;
    p->class = get_part_class(w);
    p->epoch = wire_u16(w);
    p->slot = wire_u8(w);
    p->holder = get_name(w);
    wire_raw(w, p->commit.b, sizeof(p->commit.b));
    p->file = get_file_name(w);
    p->sealed = wire_bytes(w, PART_SEALED_MAX);
}

static void get_seal(Wire *w, Bundle *b)
{
    BundleSeal *s = &b->seals[b->n_seals++];

    s->class = get_u8_below(w, CLASSES);
    s->epoch = wire_u16(w);
    s->slot = wire_u8(w);
    s->reader = get_name(w);
    s->expires = wire_i64(w);
    wire_raw(w, s->nonce.b, sizeof(s->nonce.b));
    wire_raw(w, s->signature.b, sizeof(s->signature.b));
    s->sealed = wire_bytes(w, SEAL_LEN);
    if (s->sealed.len != SEAL_LEN)
        w->failed = true;
}

static void get_signature(Wire *w, Bundle *b)
{
    wire_raw(w, b->signature.b, sizeof(b->signature.b));
}

static const struct {
    void (*get)(Wire *, Bundle *);
    unsigned most;
} readers[TAGS] = {
    [TAG_SEAL_ID] = {get_seal_id, 1},
    [TAG_INPUTS] = {get_inputs, 1},
    [TAG_RECEIVED] = {get_received, 1},
    [TAG_TARGET] = {get_target, 1},
    [TAG_LINKED] = {get_linked, 1},
    [TAG_LOOKUP] = {get_lookup, 1},
    [TAG_CODE_BOX] = {get_code_box, 1},
    [TAG_CODE_SIGN] = {get_code_sign, 1},
    [TAG_PERSON] = {get_person, INPUTS_PEOPLE_MAX},
    [TAG_EXCLUDED] = {get_excluded, CASE_EXCLUDED_MAX},
    [TAG_KEY] = {get_key, BUNDLE_KEYS_MAX},
    [TAG_PART] = {get_part, BUNDLE_PARTS_MAX},
    [TAG_SEAL] = {get_seal, BUNDLE_SEALS_MAX},
    [TAG_SIGNATURE] = {get_signature, 1},
    [TAG_OPENS] = {get_opens, 1},
};

/* How often each tag comes, so that lists are given the room they need. 0, 1. */
static int count_tags(Wire w, unsigned counts[TAGS])
{
    Wire content;
    uint8_t tag;

    while (wire_field(&w, &tag, &content))
        if (tag < TAGS && readers[tag].get && ++counts[tag] > readers[tag].most)
            return 1;
    return !w.failed && counts[TAG_SEAL_ID] == 1 && counts[TAG_INPUTS] == 1 ? 0 : 1;
}

static int read_fields(Wire w, Bundle *b)
{
    Wire content;
    uint8_t tag;

    while (wire_field(&w, &tag, &content)) {
        if (tag >= TAGS || !readers[tag].get)
            continue;
        readers[tag].get(&content, b);
        if (!wire_end(&content))
            return 1;
    }
    return 0;
}

int bundle_get(Str bytes, Arena *arena, Bundle *ret)
{
    unsigned counts[TAGS] = {0};
    Wire w = wire_of(bytes.ptr, bytes.len);
    Bundle b;

    if (bytes.len > BUNDLE_BYTES_MAX || wire_u8(&w) != VERSION || count_tags(w, counts))
        return 1;
    memset(&b, 0, sizeof(b));
    b.received = DAY_NONE;
    b.parts = arena_many(arena, counts[TAG_PART] + 1u, BundlePart);
    b.seals = arena_many(arena, counts[TAG_SEAL] + 1u, BundleSeal);
    if (!b.parts || !b.seals)
        return err_origin(-ENOMEM);
    if (read_fields(w, &b))
        return 1;
    *ret = b;
    return 0;
}
