/* SPDX-License-Identifier: Apache-2.0 */
/* The body, big-endian, names and texts with a u32 length before them:
 *   tenant | u32 version | u32 guarded_since | u8 n, guarded roles | u16 n, people
 *   person: name | label th | label en | unit | superior | u8 n, roles | u8 flags | 32 bytes box |
 *           32 bytes sign
 * then 32 bytes, the office's own key | u8 n, protected texts:
 *   workflow | u32 version | 32 bytes SHA-256
 * There is one way to write a directory: the signature and the hash are over these bytes. */
#include "engine/vault/directory.h"

#include "base/err.h"
#include "base/text.h"
#include "base/wire.h"
#include <errno.h>
#include <string.h>

enum { VERSION = 3 }; /* earlier ones named no key of the office */
enum { LABEL_BYTES_MAX = 512, TENANT_BYTES_MAX = 64 };
enum { FLAG_DISABLED = 1, FLAG_OUTSIDE = 2, FLAG_SHOWN = 4, FLAGS = 7 };

static Str bytes_str(const void *ptr, size_t len)
{
    return (Str){ptr, len};
}

static void put_names(Buf *out, const Name *names, uint8_t n)
{
    wire_put_u8(out, n);
    for (uint8_t i = 0; i < n; i++)
        wire_put_str(out, name_str(&names[i]));
}

static void put_person(Buf *out, const Person *p)
{
    wire_put_str(out, name_str(&p->name));
    wire_put_str(out, p->label.th);
    wire_put_str(out, p->label.en);
    wire_put_str(out, name_str(&p->unit));
    wire_put_str(out, name_str(&p->superior));
    put_names(out, p->roles, p->n_roles);
    wire_put_u8(out, (uint8_t)((p->disabled ? FLAG_DISABLED : 0) | (p->outside ? FLAG_OUTSIDE : 0) |
                               (p->shown ? FLAG_SHOWN : 0)));
    buf_add(out, p->box.b, sizeof(p->box.b));
    buf_add(out, p->sign.b, sizeof(p->sign.b));
}

static void put_office(Buf *out, const Directory *d)
{
    buf_add(out, d->office.b, sizeof(d->office.b));
    wire_put_u8(out, d->n_texts);
    for (uint8_t i = 0; i < d->n_texts; i++) {
        wire_put_str(out, name_str(&d->texts[i].workflow));
        wire_put_u32(out, d->texts[i].version);
        buf_add(out, d->texts[i].hash.b, sizeof(d->texts[i].hash.b));
    }
}

void directory_put_body(Buf *out, const Directory *d)
{
    wire_put_str(out, d->tenant);
    wire_put_u32(out, d->version);
    wire_put_u32(out, d->guarded_since);
    put_names(out, d->guarded, d->n_guarded);
    wire_put_u16(out, (uint16_t)d->n_people);
    for (size_t i = 0; i < d->n_people; i++)
        put_person(out, &d->people[i]);
    put_office(out, d);
}

/* What the second key vouches for. *ret_n: how many people are in it. */
static int guarded_digest(const Directory *d, Hash *ret, size_t *ret_n)
{
    BUF_AUTO Buf part = {0};
    size_t n = 0;

    buf_init(&part, DIRECTORY_BYTES_MAX);
    put_names(&part, d->guarded, d->n_guarded);
    for (size_t i = 0; i < d->n_people; i++) {
        if (person_is_guarded(d, &d->people[i])) {
            put_person(&part, &d->people[i]);
            n++;
        }
    }
    put_office(&part, d);
    if (part.err)
        return err_origin(part.err);
    *ret = hash_parts(NULL, (Str[]){buf_str(&part)}, 1);
    *ret_n = n;
    return 0;
}

typedef struct GuardedParts {
    Hash digest;
    uint8_t since[4];
} GuardedParts;

static void guarded_parts(const Hash *digest, uint32_t since, GuardedParts *ret, Str ret_parts[2])
{
    ret->digest = *digest;
    for (unsigned i = 0; i < 4; i++)
        ret->since[i] = (uint8_t)(since >> (24 - 8 * i));
    ret_parts[0] = bytes_str(ret->digest.b, sizeof(ret->digest.b));
    ret_parts[1] = bytes_str(ret->since, sizeof(ret->since));
}

static int sign_guarded(Directory *d, const SignPair *second)
{
    GuardedParts keep;
    Str parts[2];
    Hash digest;
    size_t n;

    d->guarded_since = d->version;
    TRY(guarded_digest(d, &digest, &n));
    guarded_parts(&digest, d->guarded_since, &keep, parts);
    TRY(keys_sign(second, "guarded", d->tenant, parts, 2, &d->guarded_signature));
    d->has_guarded_signature = true;
    return 0;
}

int directory_sign(Buf *out, const Directory *d, const SignPair *first, const SignPair *second)
{
    BUF_AUTO Buf body = {0};
    Directory copy = *d;
    Signature signature;

    if (second)
        TRY(sign_guarded(&copy, second));
    buf_init(&body, DIRECTORY_BYTES_MAX);
    directory_put_body(&body, &copy);
    if (body.err)
        return err_origin(body.err);
    TRY(keys_sign(first, "directory", d->tenant, (Str[]){buf_str(&body)}, 1, &signature));

    wire_put_u8(out, VERSION);
    wire_put_str(out, buf_str(&body));
    wire_put_u8(out, copy.has_guarded_signature ? 2 : 1);
    buf_add(out, signature.b, sizeof(signature.b));
    if (copy.has_guarded_signature)
        buf_add(out, copy.guarded_signature.b, sizeof(copy.guarded_signature.b));
    return out->err ? err_origin(out->err) : 0;
}

/* An id of the directory: [a-z0-9_], at most DEF_NAME_MAX bytes. Anything else fails the reader. */
static Name get_name(Wire *w, bool may_be_empty)
{
    Str s = wire_bytes(w, DEF_NAME_MAX);

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            w->failed = true;
    }
    if (s.len == 0 && !may_be_empty)
        w->failed = true;
    return name_of(w->failed ? (Str){"", 0} : s);
}

static uint8_t get_names(Wire *w, Name *ret, uint8_t max)
{
    uint8_t n = wire_u8(w);

    if (n > max)
        w->failed = true;
    for (uint8_t i = 0; i < n && !w->failed; i++)
        ret[i] = get_name(w, false);
    return w->failed ? 0 : n;
}

static int get_text(Wire *w, size_t max, Arena *arena, Str *ret)
{
    Str s = wire_bytes(w, max);

    if (!text_is_valid(s))
        w->failed = true;
    *ret = arena_str(arena, w->failed ? (Str){"", 0} : s);
    return ret->ptr ? 0 : err_origin(-ENOMEM);
}

static int get_person(Wire *w, Arena *arena, Person *p)
{
    p->name = get_name(w, false);
    TRY(get_text(w, LABEL_BYTES_MAX, arena, &p->label.th));
    TRY(get_text(w, LABEL_BYTES_MAX, arena, &p->label.en));
    p->unit = get_name(w, true);
    p->superior = get_name(w, true);
    p->n_roles = get_names(w, p->roles, PERSON_ROLES_MAX);
    uint8_t flags = wire_u8(w);
    if (flags & ~FLAGS)
        w->failed = true;
    p->disabled = flags & FLAG_DISABLED;
    p->outside = flags & FLAG_OUTSIDE;
    p->shown = flags & FLAG_SHOWN;
    wire_raw(w, p->box.b, sizeof(p->box.b));
    wire_raw(w, p->sign.b, sizeof(p->sign.b));
    return 0;
}

static bool names_are_unique(const Directory *d)
{
    for (size_t i = 0; i < d->n_people; i++)
        for (size_t k = 0; k < i; k++)
            if (name_eq(&d->people[i].name, &d->people[k].name))
                return false;
    return true;
}

static void get_office(Wire *w, Directory *d)
{
    wire_raw(w, d->office.b, sizeof(d->office.b));
    uint8_t n = wire_u8(w);
    if (n > PROTECTED_TEXTS_MAX)
        w->failed = true;
    for (uint8_t i = 0; i < n && !w->failed; i++) {
        d->texts[i].workflow = get_name(w, false);
        d->texts[i].version = wire_u32(w);
        wire_raw(w, d->texts[i].hash.b, sizeof(d->texts[i].hash.b));
    }
    d->n_texts = w->failed ? 0 : n;
}

/* 0; 1: not a body. */
static int get_body(Str body, Arena *arena, Directory *d)
{
    Wire w = wire_of(body.ptr, body.len);

    TRY(get_text(&w, TENANT_BYTES_MAX, arena, &d->tenant));
    d->version = wire_u32(&w);
    d->guarded_since = wire_u32(&w);
    d->n_guarded = get_names(&w, d->guarded, GUARDED_ROLES_MAX);
    size_t n = wire_u16(&w);
    if (w.failed || n > DIRECTORY_PEOPLE_MAX)
        return 1;
    d->people = arena_many(arena, n ? n : 1, Person);
    if (!d->people)
        return err_origin(-ENOMEM);
    for (d->n_people = 0; d->n_people < n && !w.failed; d->n_people++)
        TRY(get_person(&w, arena, &d->people[d->n_people]));
    get_office(&w, d);
    return wire_end(&w) && names_are_unique(d) ? 0 : 1;
}

/* The document taken apart, body unread. */
typedef struct Document {
    Str body;
    Signature first, second;
    bool has_second;
} Document;

static int get_document(Str bytes, Document *ret)
{
    Wire w = wire_of(bytes.ptr, bytes.len);

    if (wire_u8(&w) != VERSION)
        return 1;
    ret->body = wire_bytes(&w, DIRECTORY_BYTES_MAX);
    uint8_t n = wire_u8(&w);
    wire_raw(&w, ret->first.b, sizeof(ret->first.b));
    ret->has_second = n == 2;
    if (ret->has_second)
        wire_raw(&w, ret->second.b, sizeof(ret->second.b));
    return (n == 1 || n == 2) && wire_end(&w) ? 0 : 1;
}

/* 0; 2: the second signature is missing, wrong or too old for this change. */
static int check_guarded(const Directory *d, const OrgKeys *org, const Directory *previous)
{
    Hash now, before;
    GuardedParts keep;
    Str parts[2];
    size_t n, n_before;

    TRY(guarded_digest(d, &now, &n));
    guarded_parts(&now, d->guarded_since, &keep, parts);
    bool holds = d->has_guarded_signature && d->guarded_since <= d->version &&
                 keys_verify(&org->second, "guarded", d->tenant, parts, 2, &d->guarded_signature);
    if ((n > 0 || d->n_guarded > 0 || d->n_texts > 0 || d->has_guarded_signature) && !holds)
        return 2;
    if (!previous)
        return 0;
    TRY(guarded_digest(previous, &before, &n_before));
    bool same = bytes_equal(now.b, before.b, sizeof(now.b));
    return same || (holds && d->guarded_since > previous->guarded_since) ? 0 : 2;
}

/* 0, 2, 3 as directory_open. */
static int check_against(const Directory *d, const Directory *previous)
{
    if (!previous)
        return 0;
    if (!str_eq(d->tenant, previous->tenant))
        return 2;
    if (d->version < previous->version)
        return 3;
    if (d->version == previous->version && !bytes_equal(d->body.b, previous->body.b, 32))
        return 3;
    return 0;
}

int directory_open(Str bytes, const OrgKeys *org, const Directory *previous, Arena *arena,
                   const Directory **ret)
{
    Document doc;

    TRY(get_document(bytes, &doc));
    Directory *d = arena_new(arena, Directory);
    if (!d)
        return err_origin(-ENOMEM);
    TRY(get_body(doc.body, arena, d));
    if (!keys_verify(&org->first, "directory", d->tenant, (Str[]){doc.body}, 1, &doc.first))
        return 2;
    d->body = hash_parts(NULL, (Str[]){doc.body}, 1);
    d->has_guarded_signature = doc.has_second;
    if (doc.has_second)
        d->guarded_signature = doc.second;
    TRY(check_against(d, previous));
    TRY(check_guarded(d, org, previous));
    *ret = d;
    return 0;
}

int directory_get_body(Str body, Arena *arena, Directory **ret)
{
    Directory *d = arena_new(arena, Directory);

    if (!d)
        return err_origin(-ENOMEM);
    TRY(get_body(body, arena, d));
    *ret = d;
    return 0;
}
