/* SPDX-License-Identifier: Apache-2.0 */
/* The organisation's word: shows what a draft changes, signs it with one key or both, and puts it
 * in force. */
#include "cli/roll.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/print.h"
#include "cli/signin.h"
#include "engine/vault/difference.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TELL_MAX = 1 << 20 };

typedef struct Signers {
    SignPair first, second; /* seed NULL: not given */
} Signers;

static void signers_finish(Signers *s)
{
    sign_pair_finish(&s->first);
    sign_pair_finish(&s->second);
}

/* One line of 64 hex digits, and whose key it is. */
static int take_key(const OrgKeys *org, const char *from, Str line, Signers *s)
{
    SIGN_PAIR_AUTO SignPair pair = {.seed = {NULL}};
    SECRET_AUTO Secret seed = {NULL};
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, SECRET_LEN);
    if (text_get_hex(str_trim(line), &bytes) || bytes.len != SECRET_LEN)
        return cli_refuse("%s: not a key of the organisation: one line of 64 hex digits", from);
    TRY(secret_new_copy(&seed, bytes.ptr));
    TRY(sign_pair_from_seed(&pair, &seed));
    bool is_first = bytes_equal(pair.public.b, org->first.b, sizeof(org->first.b));
    if (!is_first && !bytes_equal(pair.public.b, org->second.b, sizeof(org->second.b)))
        return cli_refuse("%s: a key, but not one of those in org.pub", from);
    SignPair *to = is_first ? &s->first : &s->second;
    sign_pair_finish(to);
    *to = pair;
    pair = (SignPair){.seed = {NULL}};
    return 0;
}

static int read_key(const OrgKeys *org, const char *path, Signers *s)
{
    BUF_AUTO Buf line = {0};

    buf_init(&line, 256);
    TRY(secret_read(path, "the organisation's key (64 hex digits)", &line));
    return take_key(org, path, buf_str(&line), s);
}

/* A demo office keeps its own in DIR/safe. */
static int read_safe(const Roll *r, const OrgKeys *org, bool both, Signers *s)
{
    static const char *const names[] = {"safe/org-first.key", "safe/org-second.key"};
    int n = 0;

    for (size_t i = 0; i < (both ? 2u : 1u) && !n; i++) {
        char *path = cli_path(r->dir, names[i]);
        n = !path ? err_origin(-ENOMEM) : access(path, R_OK) ? 0 : read_key(org, path, s);
        free(path);
    }
    return n;
}

static int read_keys(const Roll *r, const Args *args, const OrgKeys *org, bool guarded, Signers *s)
{
    for (size_t i = 0; i < args->n_keys; i++)
        TRY(read_key(org, args->key[i], s));
    if (!args->n_keys && desk_office(r->desk)->demo)
        TRY(read_safe(r, org, guarded, s));
    else if (!args->n_keys)
        TRY(read_key(org, "-", s));
    if (!args->n_keys && guarded && !s->second.seed.b)
        TRY(read_key(org, "-", s));
    if (!s->first.seed.b)
        return cli_refuse("the organisation's first key signs every change; give it with --key");
    if (guarded && !s->second.seed.b)
        return cli_refuse("this touches protected roles or workflows: it takes both keys of the "
                          "organisation (--key twice), and neither may be the administrator's");
    return 0;
}

/* ---- wishes for new keys ---- */

static int take_rotation(Roll *r, const char *path)
{
    BUF_AUTO Buf file = {0};
    ENROLMENT_AUTO Enrolment e = {.n_former = 0};
    Str tenant = desk_office(r->desk)->tenant;

    int n = load_file(path, &file);
    if (n)
        return cli_refuse("%s: %s", path, n < 0 ? strerror(-n) : "too large");
    if (rotation_get(buf_str(&file), NULL, tenant, &e) || !enrolment_holds(&e, tenant))
        return cli_refuse("%s: not a wish for new keys (krading staff rotate)", path);
    const Person *had = directory_person(desk_directory(r->desk), name_str(&e.name));
    Person *p = draft_person(&r->draft, name_str(&e.name), false);
    if (!had || !p || rotation_get(buf_str(&file), &had->sign, tenant, &e))
        return cli_refuse("%s: not signed with the key that %s has in the directory", path,
                          e.name.s);
    p->box = e.box;
    p->sign = e.sign;
    return draft_enrol(&r->draft, &e);
}

static int take_rotations(Roll *r, const Args *args)
{
    for (size_t i = 0; i < args->n_words; i++)
        TRY(take_rotation(r, args->word[i]));
    return 0;
}

/* ---- what there is to sign ---- */

/* Why, but of a channel that was closed before only the first few reasons. */
static void tell_why(Str why, bool all)
{
    enum { FEW = 4 };
    size_t n = 0;

    while (why.len) {
        Str line = str_cut(&why, '\n');
        if (!all && ++n > FEW) {
            fprintf(stderr, "  and so on\n");
            return;
        }
        fputs("  ", stderr);
        put_shown(stderr, line);
        fputc('\n', stderr);
    }
}

static void tell_channels(const Roll *r, const Directory *next)
{
    const Workflows *w = desk_workflows(r->desk);

    for (size_t i = 0; i < w->n; i++) {
        BUF_AUTO Buf why = {0};
        buf_init(&why, TELL_MAX);
        if (!w->defs[i]->protected || channel_is_safe(w->defs[i], next, &why))
            continue;
        bool was = desk_channel_open(r->desk, w->defs[i]);
        fprintf(stderr,
                "WARNING: the protected channel %.*s %s: it takes two readers and a pair of "
                "custodians beside anybody who may be accused\n",
                (int)w->defs[i]->id.len, w->defs[i]->id.ptr, was ? "WOULD CLOSE" : "stays closed");
        tell_why(buf_str(&why), was);
    }
}

static bool has_keys(const Person *p, const BoxPublic *box, const SignPublic *sign)
{
    return bytes_equal(p->box.b, box->b, sizeof(box->b)) &&
           bytes_equal(p->sign.b, sign->b, sizeof(sign->b));
}

/* The keys of the directory in force, or those that a way to sign in was made for: whoever wrote
 * the draft could name a key of their own to seal to. */
static bool is_enrolled(const Roll *r, const Person *p)
{
    const Person *was = directory_person(desk_directory(r->desk), name_str(&p->name));

    if (was && has_keys(p, &was->box, &was->sign))
        return true;
    for (size_t i = 0; i < r->draft.n; i++) {
        const Enrolment *e = &r->draft.list[i];
        if (name_eq(&e->name, &p->name))
            return has_keys(p, &e->box, &e->sign) &&
                   enrolment_holds(e, desk_office(r->desk)->tenant);
    }
    return false;
}

/* Everybody of the document has a chief who is there, and a way to sign in. */
static int check_people(const Roll *r)
{
    const Directory *d = r->draft.proposed;

    for (size_t i = 0; i < d->n_people; i++) {
        const Person *p = &d->people[i];
        if (p->superior.s[0] && !directory_person(d, name_str(&p->superior)))
            return cli_refuse("%s: the superior %s is not in the directory", p->name.s,
                              p->superior.s);
        if (!is_enrolled(r, p))
            return cli_refuse("%s: has keys but nothing to sign in with", p->name.s);
    }
    return 0;
}

/* What no command proposes: whoever has a signature over it has it for good, whatever the daemon
 * says. */
static int check_head(const Roll *r)
{
    const Directory *had = desk_directory(r->desk), *next = r->draft.proposed;

    if (next->version == had->version + 1 &&
        bytes_equal(next->office.b, had->office.b, sizeof(had->office.b)))
        return 0;
    return cli_refuse("%s names another key of the office or another version than the next one: "
                      "somebody changed it. Nothing is signed; remove it and propose the changes "
                      "again",
                      r->draft_path);
}

/* What the second key vouched for goes on, unless it is given again. */
static void carry_on(const Roll *r)
{
    const Directory *had = desk_directory(r->desk);
    Directory *next = r->draft.proposed;

    next->guarded_since = had->guarded_since;
    next->has_guarded_signature = had->has_guarded_signature;
    next->guarded_signature = had->guarded_signature;
}

/* Shows it. 0; CLI_REFUSED: there is nothing, told. */
static int show(const Roll *r, Difference *ret)
{
    BUF_AUTO Buf words = {0};
    const Directory *had = desk_directory(r->desk), *next = r->draft.proposed;

    buf_init(&words, TELL_MAX);
    directory_difference(&words, had, next, ret);
    if (words.err)
        return err_origin(words.err);
    if (!ret->changes)
        return cli_refuse("there is nothing to sign; see krading staff add --help");
    printf("Directory of %.*s, version %u -> %u:\n", (int)had->tenant.len, had->tenant.ptr,
           (unsigned)had->version, (unsigned)next->version);
    put_shown(stdout, buf_str(&words));
    printf("%s\n", ret->guarded ? "Takes both signatures." : "Takes one signature.");
    fflush(stdout);
    tell_channels(r, next);
    return 0;
}

static int sign(const Roll *r, const OrgKeys *org, const Signers *s, bool guarded, Buf *ret)
{
    ARENA_AUTO Arena arena = {0};
    const Directory *opened;

    arena_init(&arena, 8 << 20);
    TRY(directory_sign(ret, r->draft.proposed, &s->first, guarded ? &s->second : NULL));
    int n = directory_open(buf_str(ret), org, desk_directory(r->desk), &arena, &opened);
    return n > 0 ? cli_refuse("the signed document would not be accepted (%d)", n) : n;
}

int staff_sign_proceed(const Args *args)
{
    ROLL_AUTO Roll r;
    __attribute__((cleanup(signers_finish))) Signers s = {.first = {.seed = {NULL}}};
    BUF_AUTO Buf document = {0};
    Difference d;

    buf_init(&document, DIRECTORY_BYTES_MAX + 256);
    TRY(roll_open(args, &r));
    const OrgKeys *org = desk_org(r.desk);
    carry_on(&r);
    TRY(take_rotations(&r, args));
    (void)office_agrees(desk_workflows(r.desk), r.draft.proposed);
    TRY(show(&r, &d));
    TRY(check_head(&r));
    TRY(check_people(&r));
    TRY(read_keys(&r, args, org, d.guarded, &s));
    TRY(sign(&r, org, &s, d.guarded, &document));
    uint32_t version = r.draft.proposed->version;
    TRY(roll_apply(&r, args, buf_str(&document)));
    printf("Version %u is in force.\n", (unsigned)version);
    return 0;
}
