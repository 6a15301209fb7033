/* SPDX-License-Identifier: Apache-2.0 */
/* What GET /api/cases/ID says, as a case file. */
#include "cli/casefile.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/signin.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int unreadable(void)
{
    return cli_refuse("the daemon's answer cannot be read");
}

/* Classes come by number. */
static uint8_t small(const json_t *o, const char *name)
{
    int64_t v = js_int(o, name);

    return v >= 0 && v <= UINT8_MAX ? (uint8_t)v : UINT8_MAX;
}

static uint16_t epoch_of(const json_t *o)
{
    return (uint16_t)js_int(o, "epoch");
}

static int read_seal_id(const json_t *o, uint64_t *ret)
{
    BUF_AUTO Buf bytes = {0};
    uint64_t id = 0;

    buf_init(&bytes, 8);
    if (text_get_hex(js_str(o, "seal_id"), &bytes) || bytes.len != 8)
        return unreadable();
    for (size_t i = 0; i < bytes.len; i++)
        id = id << 8 | bytes.ptr[i];
    *ret = id;
    return 0;
}

static int read_exact(const json_t *o, const char *name, Arena *arena, void *ret, size_t len)
{
    Str bytes;

    int r = js_bytes(o, name, arena, &bytes);
    if (r < 0 || r || bytes.len != len)
        return r < 0 ? r : 1;
    memcpy(ret, bytes.ptr, len);
    return 0;
}

/* True when `holds` does with any key that the person has today or had before: it may have been
 * rotated since. Versions are asked for from today's backwards. */
static bool any_key_of(Session *s, Str person,
                       bool (*holds)(Session *s, const SignPublic *key, const void *of),
                       const void *of)
{
    const SignPublic *tried = NULL;

    for (uint32_t v = s->directory->version; v > 0; v--) {
        const Directory *then = session_past(s, v);
        const Person *p = then ? directory_person(then, person) : NULL;
        if (!p || (tried && bytes_equal(tried->b, p->sign.b, sizeof(tried->b))))
            continue;
        tried = &p->sign;
        if (holds(s, tried, of))
            return true;
    }
    return false;
}

typedef struct MadeKey {
    const CaseFile *f;
    const BundleKey *key;
} MadeKey;

static bool made_with(Session *s, const SignPublic *by, const void *of)
{
    const MadeKey *m = of;
    return bundle_key_signed_by(m->key, by, s->tenant, m->f->seal_id);
}

static bool maker_signed(Session *s, const CaseFile *f, const BundleKey *key, Str by)
{
    return any_key_of(s, by, made_with, &(MadeKey){f, key});
}

/* New keys are made by somebody who reads the case, and signed; those without a signature are the
 * daemon's, for the time until somebody brings others. */
static int read_maker(Session *s, const json_t *o, CaseFile *f, BundleKey *key)
{
    if (read_exact(o, "signature", f->arena, &key->signature, sizeof(key->signature)))
        return unreadable();
    if (!bundle_key_is_signed(key))
        return 0;
    if (key->epoch > 1 && maker_signed(s, f, key, js_str(o, "by")))
        return 0;
    return cli_refuse("keys of this case are not signed by the one who is said to have made them: "
                      "do not go on, ask your office");
}

static int read_public(Session *s, const json_t *o, CaseFile *f)
{
    const json_t *list = json_object_get(o, "keys"), *key;
    Str bytes;
    size_t i;

    f->public.seal_id = f->seal_id;
    json_array_foreach(list, i, key)
    {
        if (f->public.n == sizeof(f->public.key) / sizeof(f->public.key[0]) ||
            js_bytes(key, "public", f->arena, &bytes) || bytes.len != sizeof(BoxPublic))
            return unreadable();
        BundleKey *to = &f->public.key[f->public.n++];
        to->class = small(key, "class");
        to->epoch = epoch_of(key);
        memcpy(to->public.b, bytes.ptr, sizeof(to->public.b));
        TRY(read_maker(s, key, f, to));
    }
    if (js_bytes(o, "code_box", f->arena, &bytes) == 0 && bytes.len == sizeof(BoxPublic))
        memcpy(f->public.code_box.b, bytes.ptr, sizeof(f->public.code_box.b));
    return 0;
}

static int read_grant(const json_t *o, CaseFile *f, BundleSeal *ret)
{
    *ret = (BundleSeal){.class = small(o, "class"),
                        .epoch = epoch_of(o),
                        .slot = small(o, "slot"),
                        .expires = js_int(o, "expires")};
    if (js_bytes(o, "sealed", f->arena, &ret->sealed) ||
        read_exact(o, "nonce", f->arena, &ret->nonce, sizeof(ret->nonce)) ||
        read_exact(o, "signature", f->arena, &ret->signature, sizeof(ret->signature)))
        return unreadable();
    return 0;
}

typedef struct PassedKey {
    const CaseFile *f;
    const BundleSeal *seal;
} PassedKey;

/* For any box key that the reader has had: theirs may have been rotated too. */
static bool passed_with(Session *s, const SignPublic *by, const void *of)
{
    const PassedKey *k = of;
    const BoxPublic *tried = NULL;

    for (uint32_t v = s->directory->version; v > 0; v--) {
        const Directory *then = session_past(s, v);
        const Person *me = then ? directory_person(then, name_str(&s->me->name)) : NULL;
        if (!me || (tried && bytes_equal(tried->b, me->box.b, sizeof(tried->b))))
            continue;
        tried = &me->box;
        if (bundle_seal_signed_by(k->seal, by, s->tenant, k->f->seal_id, tried))
            return true;
    }
    return false;
}

/* A key that somebody passed on comes with their signature; one that came with the report itself,
 * or that the daemon made when somebody was taken off, was given by nobody. */
static bool is_signed(Session *s, const CaseFile *f, const BundleSeal *seal, Str by)
{
    const Person *maker = directory_person(f->directory, by);

    if (!by.len)
        return seal->slot != SLOT_GRANTED;
    if (maker && bundle_seal_signed_by(seal, &maker->sign, f->office->tenant, f->seal_id,
                                       &f->keys->box.public))
        return true;
    return any_key_of(s, by, passed_with, &(PassedKey){f, seal});
}

static int read_seals(Session *s, const json_t *o, CaseFile *f)
{
    const json_t *list = json_object_get(o, "seals"), *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        BundleSeal seal;
        Str by = js_str(one, "by");
        TRY(read_grant(one, f, &seal));
        if (is_signed(s, f, &seal, by))
            TRY(casefile_take_seal(f, seal.class, seal.epoch, seal.slot, seal.sealed));
        else
            fprintf(stderr,
                    "krading: a key to this case that %.*s is said to have passed on is not "
                    "signed by them; it was not used\n",
                    (int)by.len, by.ptr);
    }
    return 0;
}

int readers_from_json(const json_t *list, Arena *arena, KeyReader **ret, size_t *ret_n)
{
    const json_t *one;
    size_t i;

    *ret_n = 0;
    *ret = arena_many(arena, json_array_size(list) + 1, KeyReader);
    if (!*ret)
        return err_origin(-ENOMEM);
    json_array_foreach(list, i, one)(*ret)[(*ret_n)++] =
        (KeyReader){.name = name_of(js_str(one, "name")),
                    .class = small(one, "class"),
                    .expires = js_int(one, "expires")};
    return 0;
}

static int read_piece(const json_t *o, CaseFile *f)
{
    Piece *p = &f->pieces[f->n_pieces];
    Str commit;

    if (js_bytes(o, "sealed", f->arena, &p->sealed.sealed))
        return unreadable();
    p->no = (uint32_t)js_int(o, "no");
    p->event = (uint32_t)js_int(o, "event");
    p->sealed.kind = small(o, "kind");
    p->sealed.class = small(o, "class");
    p->sealed.epoch = epoch_of(o);
    p->sealed.slot = small(o, "slot");
    p->sealed.file = name_of(js_str(o, "file"));
    if (js_bytes(o, "commit", f->arena, &commit) == 0 && commit.len == sizeof(Hash))
        memcpy(p->sealed.commit.b, commit.ptr, sizeof(p->sealed.commit.b));
    f->n_pieces++;
    return 0;
}

static int read_content(const json_t *o, CaseFile *f)
{
    const json_t *list = json_object_get(o, "content"), *part;
    size_t i;

    f->pieces = arena_many(f->arena, json_array_size(list) + 1, Piece);
    if (!f->pieces)
        return err_origin(-ENOMEM);
    json_array_foreach(list, i, part) TRY(read_piece(part, f));
    return 0;
}

/* ---- what the daemon cannot know ----
 * It could name a key of its own and read what officers seal from then on. Of a class that this
 * reader holds, only the held key is believed; and a held key is one that opened what lies there,
 * for anybody can seal a key to anybody. */

static bool opens_words(uint8_t kind)
{
    return kind == PART_FORM || kind == PART_MESSAGE || kind == PART_NOTE || kind == PART_REPLY;
}

static bool key_opened(const CaseFile *f, const HeldKey *key)
{
    bool any = false;

    for (size_t i = 0; i < f->n_pieces; i++) {
        const Piece *p = &f->pieces[i];
        if (p->sealed.class != key->class || p->sealed.epoch != key->epoch ||
            !opens_words(p->sealed.kind))
            continue;
        if (p->is_open)
            return true;
        any = true;
    }
    return !any;
}

static bool public_fits(const CaseFile *f, const BundleKey *named)
{
    bool holds_class = false, same = false;

    for (size_t i = 0; i < f->held.n; i++) {
        const HeldKey *held = &f->held.key[i];
        if (held->class != named->class)
            continue;
        holds_class = true;
        if (held->epoch != named->epoch)
            continue;
        if (!bytes_equal(held->pair.public.b, named->public.b, sizeof(named->public.b)))
            return false;
        same = true;
    }
    return same || !holds_class;
}

static int check_keys(const CaseFile *f)
{
    bool fits = true;

    for (size_t i = 0; i < f->public.n; i++)
        fits = fits && public_fits(f, &f->public.key[i]);
    for (size_t i = 0; i < f->held.n; i++)
        fits = fits && key_opened(f, &f->held.key[i]);
    return fits ? 0
                : cli_refuse("the keys of this case do not belong to what it holds: do not go on, "
                             "ask your office");
}

static void read_open_values(const json_t *o, CaseFile *f)
{
    json_t *values = json_object_get(o, "open"), *value;
    const char *id;

    json_object_foreach(values, id, value)
    {
        uint8_t field = def_field(f->def, str_of(id));
        Str text = {json_string_value(value), json_string_length(value)};
        Day day;
        if (field == DEF_NONE || f->c.n_open == CASE_OPEN_MAX)
            continue;
        OpenValue v = {.field = field, .number = json_integer_value(value)};
        if (f->def->fields[field].type == FIELD_DATE && day_parse(text, &day) == 0)
            v.number = day;
        else if (text.ptr && text.len <= DEF_NAME_MAX)
            v.choice = name_of(text);
        f->c.open[f->c.n_open++] = v;
    }
}

/* A clock of which only the due day is known: as if an outside letter had set it. */
static void read_clocks(const json_t *o, CaseFile *f)
{
    const json_t *list = json_object_get(o, "deadlines"), *deadline;
    size_t i;

    json_array_foreach(list, i, deadline)
    {
        uint8_t index = def_deadline(f->def, js_str(deadline, "id"));
        Day due;
        if (index == DEF_NONE || day_parse_iso(js_str(deadline, "due"), &due) ||
            js_bool(deadline, "met"))
            continue;
        Clock *k = &f->c.clocks[index];
        clock_start(k, f->c.received, f->def->deadlines[index].limit, f->today);
        clock_override(k, due);
    }
}

static uint8_t state_of(const CaseFile *f, const json_t *o)
{
    const json_t *state = json_object_get(o, "state");

    return def_state(f->def, json_is_object(state) ? js_str(state, "id") : js_str(o, "state"));
}

/* The office's day: a demo office may live ahead of the wall clock. */
static void read_today(const json_t *o, CaseFile *f)
{
    Moment now = (Moment)time(NULL);

    f->today = moment_day(now, f->office->zone);
    if (day_parse_iso(js_str(o, "today"), &f->today))
        f->today = moment_day(now, f->office->zone);
    f->now = f->def->protected
                 ? 0
                 : day_start(f->today, f->office->zone) + 60 * moment_minute(now, f->office->zone);
}

int casefile_from_json(Session *s, const json_t *o, CaseFile *ret)
{
    CaseFile *f = ret;

    memset(f, 0, sizeof(*f));
    f->arena = &s->arena;
    f->office = s->office;
    f->directory = s->directory;
    f->keys = &s->keys;
    f->earlier = s->earlier;
    f->n_earlier = s->n_earlier;
    case_init(&f->c);
    TRY(session_def(s, js_str(o, "definition"), &f->def));
    read_today(o, f);
    TRY(read_seal_id(o, &f->seal_id));
    f->number = name_of(js_str(o, "number"));
    f->rev = (uint32_t)js_int(o, "rev");
    f->parts = (uint32_t)js_int(o, "parts");
    f->c.rev = f->rev;
    f->c.reveal.rev = (uint32_t)js_int(json_object_get(o, "reveal"), "rev");
    f->c.state = state_of(f, o);
    f->c.unit = name_of(js_str(o, "unit"));
    if (f->c.state == DEF_NONE || day_parse_iso(js_str(o, "received"), &f->c.received))
        return unreadable();
    read_open_values(o, f);
    read_clocks(o, f);
    TRY(read_public(s, o, f));
    TRY(readers_from_json(json_object_get(o, "readers"), f->arena, &f->readers, &f->n_readers));
    TRY(read_seals(s, o, f));
    TRY(read_content(o, f));
    TRY(casefile_open(f));
    return check_keys(f);
}
