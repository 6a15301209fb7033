/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/difference.h"

#include "base/text.h"
#include <string.h>

typedef struct Telling {
    Buf *out;
    const Directory *before, *after;
    Difference d;
} Telling;

static void add_roles(Buf *out, const Person *p)
{
    for (uint8_t i = 0; i < p->n_roles; i++)
        buf_addf(out, "%s%s", i ? ", " : "", p->roles[i].s);
    if (!p->n_roles)
        buf_adds(out, "none");
}

/* Enough of both public keys to see that either is another: what they sign with, what is sealed to
 * them. */
static void add_keys(Buf *out, const Person *p)
{
    buf_adds(out, "keys ");
    text_put_hex(out, p->sign.b, 8);
    buf_adds(out, " ");
    text_put_hex(out, p->box.b, 8);
}

static bool counts_twice(const Telling *t, const Person *was, const Person *now)
{
    return (was && (person_is_guarded(t->before, was) || person_is_guarded(t->after, was))) ||
           (now && (person_is_guarded(t->before, now) || person_is_guarded(t->after, now)));
}

static void note(Telling *t, const Person *was, const Person *now)
{
    t->d.changes++;
    t->d.guarded = t->d.guarded || counts_twice(t, was, now);
}

static void tell_new(Telling *t, const Person *p)
{
    note(t, NULL, p);
    buf_addf(t->out, "+ %s: new: %.*s / %.*s\n    unit %s, superior %s, roles ", p->name.s,
             (int)p->label.th.len, p->label.th.ptr, (int)p->label.en.len, p->label.en.ptr,
             p->unit.s[0] ? p->unit.s : "none", p->superior.s[0] ? p->superior.s : "none");
    add_roles(t->out, p);
    buf_addf(t->out, "%s%s%s\n    ", p->outside ? ", from outside" : "",
             p->shown ? ", offered on forms" : "", p->disabled ? ", DISABLED" : "");
    add_keys(t->out, p);
    buf_adds(t->out, "\n");
}

static void tell_name(Telling *t, const Person *p, const char *what, const Name *was,
                      const Name *now)
{
    if (name_eq(was, now))
        return;
    buf_addf(t->out, "~ %s: %s %s -> %s\n", p->name.s, what, was->s[0] ? was->s : "none",
             now->s[0] ? now->s : "none");
}

static bool same_roles(const Person *a, const Person *b)
{
    for (uint8_t i = 0; i < a->n_roles && a->n_roles == b->n_roles; i++)
        if (!name_eq(&a->roles[i], &b->roles[i]))
            return false;
    return a->n_roles == b->n_roles;
}

static void tell_roles(Telling *t, const Person *was, const Person *now)
{
    if (same_roles(was, now))
        return;
    buf_addf(t->out, "~ %s: roles ", now->name.s);
    add_roles(t->out, was);
    buf_adds(t->out, " -> ");
    add_roles(t->out, now);
    buf_adds(t->out, "\n");
}

static void tell_flag(Telling *t, const Person *p, bool was, bool now, const char *on,
                      const char *off)
{
    if (was != now)
        buf_addf(t->out, "~ %s: %s\n", p->name.s, now ? on : off);
}

static void tell_keys(Telling *t, const Person *was, const Person *now)
{
    if (memcmp(was->box.b, now->box.b, sizeof(was->box.b)) == 0 &&
        memcmp(was->sign.b, now->sign.b, sizeof(was->sign.b)) == 0)
        return;
    buf_addf(t->out, "~ %s: NEW KEYS: ", now->name.s);
    add_keys(t->out, was);
    buf_adds(t->out, " -> ");
    add_keys(t->out, now);
    buf_adds(t->out, "\n");
}

static void tell_label(Telling *t, const Person *was, const Person *now)
{
    if (str_eq(was->label.th, now->label.th) && str_eq(was->label.en, now->label.en))
        return;
    buf_addf(t->out, "~ %s: position %.*s / %.*s -> %.*s / %.*s\n", now->name.s,
             (int)was->label.th.len, was->label.th.ptr, (int)was->label.en.len, was->label.en.ptr,
             (int)now->label.th.len, now->label.th.ptr, (int)now->label.en.len, now->label.en.ptr);
}

static void tell_person(Telling *t, const Person *was, const Person *now)
{
    size_t before = t->out->len;

    tell_label(t, was, now);
    tell_name(t, now, "unit", &was->unit, &now->unit);
    tell_name(t, now, "superior", &was->superior, &now->superior);
    tell_roles(t, was, now);
    tell_flag(t, now, was->disabled, now->disabled, "DISABLED: no sign-in, no keys", "enabled");
    tell_flag(t, now, was->outside, now->outside, "counts as from outside",
              "counts as of the office");
    tell_flag(t, now, was->shown, now->shown, "offered on forms", "no longer offered on forms");
    tell_keys(t, was, now);
    if (t->out->len != before)
        note(t, was, now);
}

static void tell_guarded(Telling *t, const Directory *in, const Directory *not_in, const char *how)
{
    for (uint8_t i = 0; i < in->n_guarded; i++) {
        bool found = false;
        for (uint8_t k = 0; k < not_in->n_guarded; k++)
            found |= name_eq(&in->guarded[i], &not_in->guarded[k]);
        if (found)
            continue;
        buf_addf(t->out, "%s %s\n", how, in->guarded[i].s);
        t->d.changes++;
        t->d.guarded = true;
    }
}

static bool has_same_text(const Directory *d, const ProtectedText *x)
{
    for (uint8_t i = 0; i < d->n_texts; i++) {
        const ProtectedText *y = &d->texts[i];
        if (name_eq(&y->workflow, &x->workflow) && y->version == x->version &&
            bytes_equal(y->hash.b, x->hash.b, sizeof(x->hash.b)))
            return true;
    }
    return false;
}

/* Those that go as well as those that come: a workflow with no text left is protected no more. */
static void tell_texts(Telling *t, const Directory *in, const Directory *not_in, const char *how)
{
    for (uint8_t i = 0; i < in->n_texts; i++) {
        const ProtectedText *x = &in->texts[i];
        if (has_same_text(not_in, x))
            continue;
        buf_addf(t->out, "%s protected workflow %s, version %u, text ", how, x->workflow.s,
                 (unsigned)x->version);
        text_put_hex(t->out, x->hash.b, sizeof(x->hash.b));
        buf_adds(t->out, "\n");
        t->d.changes++;
        t->d.guarded = true;
    }
}

/* The daemon takes no other key than its own, so this serves whoever wants to read what goes
 * through it; `staff sign` does not sign it. */
static void tell_office(Telling *t)
{
    if (memcmp(t->before->office.b, t->after->office.b, sizeof(t->after->office.b)) == 0)
        return;
    buf_adds(t->out, "~ ANOTHER KEY OF THE OFFICE: do not sign\n");
    t->d.changes++;
    t->d.guarded = true;
}

void directory_difference(Buf *out, const Directory *before, const Directory *after,
                          Difference *ret)
{
    Telling t = {.out = out, .before = before, .after = after};

    for (size_t i = 0; i < after->n_people; i++) {
        const Person *now = &after->people[i];
        const Person *was = directory_person(before, name_str(&now->name));
        was ? tell_person(&t, was, now) : tell_new(&t, now);
    }
    for (size_t i = 0; i < before->n_people; i++) {
        const Person *was = &before->people[i];
        if (directory_person(after, name_str(&was->name)))
            continue;
        note(&t, was, NULL);
        buf_addf(out, "- %s: removed\n", was->name.s);
    }
    tell_guarded(&t, after, before, "+ takes two signatures from now on: role");
    tell_guarded(&t, before, after, "- takes one signature from now on: role");
    tell_texts(&t, after, before, "+");
    tell_texts(&t, before, after, "- NO LONGER AGREED TO:");
    tell_office(&t);
    *ret = t.d;
}
