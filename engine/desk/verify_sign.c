/* SPDX-License-Identifier: Apache-2.0 */
/* Who said so? What a person signed is made again from the records, names from tags, and checked
 * with the keys of the directory of that time. So a case cannot be written anew, however well it
 * fits together, without the keys of those who acted in it. */
#include "base/err.h"
#include "engine/desk/reveal.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <string.h>

/* ---- directories of the past ---- */

static int directory_read(Verify *v, uint32_t version, const Directory **ret)
{
    BUF_AUTO Buf key = {0};
    const Directory *found;
    Str bytes;

    *ret = NULL;
    buf_init(&key, 32);
    directory_key(&key, version);
    int r = store_get_meta(v->txn, buf_str(&key), &v->past_arena, &bytes);
    if (r)
        return r < 0 ? err_trace(r) : 0;
    r = directory_open(bytes, &v->desk->loaded->org, NULL, &v->past_arena, &found);
    if (r < 0)
        return err_trace(r);
    if (!r && found->version == version && str_eq(found->tenant, desk_office(v->desk)->tenant))
        *ret = found;
    return 0;
}

static int tell_unread(Verify *v, uint32_t version)
{
    BUF_AUTO Buf text = {0};
    uint32_t told;

    for (size_t i = 0; i < v->unread.n; i++) {
        memcpy(&told, v->unread.at + i * sizeof(told), sizeof(told));
        if (told == version)
            return 0;
    }
    uint32_t *kept = items_add(v, &v->unread, sizeof(*kept));
    if (!kept)
        return err_origin(-ENOMEM);
    *kept = version;
    buf_init(&text, 16);
    buf_addf(&text, "%u", (unsigned)version);
    verify_fault(v, "directory", buf_str(&text), "missing, or not signed by the keys of org.pub");
    return 0;
}

int verify_directory_at(Verify *v, uint32_t version, const Directory **ret)
{
    PastDirectory past = {.version = version};

    for (size_t i = 0; i < v->n_past; i++) {
        if (v->past[i].version == version) {
            *ret = v->past[i].directory;
            return 0;
        }
    }
    if (v->n_past == PAST_KEPT) {
        arena_finish(&v->past_arena);
        v->n_past = 0;
    }
    TRY(directory_read(v, version, &past.directory));
    if (!past.directory)
        TRY(tell_unread(v, version));
    v->past[v->n_past++] = past;
    *ret = past.directory;
    return 0;
}

/* The people of the directory in force, as this case's tags. */
static int fold_directory(Fold *f, uint32_t version)
{
    const Directory *d;

    if (version < f->directory_version)
        fold_fault(f, "event", "names an older directory than the one before it");
    if (f->directory && version == f->directory_version)
        return 0;
    f->directory_version = version;
    f->directory = NULL;
    TRY(verify_directory_at(f->v, version, &d));
    if (!d)
        return 0;
    f->tags = arena_many(f->arena, d->n_people + 1, Tag);
    if (!f->tags)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < d->n_people; i++)
        f->tags[i] = desk_tag(f->v->desk, f->made.seal_id, name_str(&d->people[i].name));
    f->directory = d;
    return 0;
}

static const Person *person_at(const Fold *f, const Tag *tag)
{
    for (size_t i = 0; f->directory && !tag_is_none(tag) && i < f->directory->n_people; i++) {
        if (tag_eq(&f->tags[i], tag))
            return &f->directory->people[i];
    }
    return NULL;
}

/* Empty for tags of nobody: the dummies of protected cases. */
static Name name_at(const Fold *f, const Tag *tag)
{
    const Person *p = person_at(f, tag);
    return p ? p->name : (Name){{0}};
}

/* ---- what was said, made again ---- */

static void said_people(Fold *f, const EventRecord *e, Bundle *b)
{
    const Inputs *in = &e->step.in;

    b->n_people = in->n_people;
    for (uint8_t i = 0; i < in->n_people; i++)
        b->people[i] = (BundlePerson){in->people[i].field, name_at(f, &in->people[i].tag)};
    b->n_excluded = 0;
    for (uint8_t i = 0; i < in->n_excluded; i++) {
        Name name = name_at(f, &in->excluded[i]);
        if (name.s[0]) /* a protected submission is filled up with tags of nobody */
            b->excluded[b->n_excluded++] = name;
    }
    b->target = name_at(f, &in->target);
    for (size_t i = 0; i < b->n_parts; i++)
        b->parts[i].holder = name_at(f, &f->holders[i]);
    for (size_t i = 0; i < b->n_seals; i++)
        b->seals[i].reader = name_at(f, &f->readers[i]);
}

static BundleKey plain_key(const Fold *f, const ClassKey *k)
{
    BundleKey key = {.class = k->class, .epoch = k->epoch};
    Bytes64 plain =
        desk_cover(f->v->desk, f->made.seal_id, SIGNED_KEY, key_place(k), k->signed_by_maker.b);

    memcpy(key.public.b, k->public.b, sizeof(k->public.b));
    memcpy(key.signature.b, plain.b, sizeof(plain.b));
    return key;
}

bool seal_is_servers(const Fold *f, const EventRecord *e, const SealRecord *s)
{
    if (e->step.kind == STEP_SUBMIT || !tag_is_none(&s->granted_by))
        return false;
    for (uint8_t i = 0; i < e->n_keys; i++) {
        BundleKey key = plain_key(f, &e->keys[i]);
        if (key.class == s->class && key.epoch == s->epoch)
            return !bundle_key_is_signed(&key);
    }
    return false;
}

static void said_keys(const Fold *f, const EventRecord *e, Bundle *b)
{
    b->n_keys = 0;
    for (uint8_t i = 0; i < e->n_keys; i++) {
        BundleKey key = plain_key(f, &e->keys[i]);
        if (e->step.kind == STEP_SUBMIT || bundle_key_is_signed(&key)) /* else the daemon's own */
            b->keys[b->n_keys++] = key;
    }
    memset(&b->code_box, 0, sizeof(b->code_box));
    memset(&b->code_sign, 0, sizeof(b->code_sign));
    if (e->step.opened) /* the desk made the code, after whoever brought the case had signed */
        return;
    memcpy(b->code_box.b, e->code_box.b, sizeof(e->code_box.b));
    memcpy(b->code_sign.b, e->code_sign.b, sizeof(e->code_sign.b));
}

static void said_again(Fold *f, const EventRecord *e)
{
    Bundle *b = &f->said;

    b->seal_id = f->made.seal_id;
    b->in = e->step.in;
    b->received = DAY_NONE;
    if (e->step.kind == STEP_SUBMIT && e->step.actor.kind == ACTOR_PERSON)
        b->received = e->step.received;
    b->linked = e->linked_no;
    said_people(f, e, b);
    said_keys(f, e, b);
    Bytes64 plain = desk_cover(f->v->desk, f->made.seal_id, SIGNED_STEP, e->seq, e->signature.b);
    memcpy(b->signature.b, plain.b, sizeof(plain.b));
}

static Str said_what(const Fold *f, const Step *s)
{
    if (s->kind == STEP_SUBMIT)
        return f->def->id;
    if ((s->kind == STEP_EXTEND || s->kind == STEP_SILENCE) && s->deadline < f->def->n_deadlines)
        return f->def->deadlines[s->deadline].id;
    if (s->kind == STEP_ACTION && s->action < f->def->n_actions)
        return f->def->actions[s->action].id;
    return s->kind == STEP_REVEAL_ASK ? ground_id(s->ground) : STR("");
}

/* The same of a custodian: what they saw of the request, as ground_seen made it at that time. False:
 * it is not there. */
static bool said_seen(const Fold *f, const EventRecord *e, Hash *ret)
{
    HeadRecord then = f->made;
    Name officer = name_at(f, &then.c.reveal.officer);

    then.id = f->head->id;
    return ground_seen(f->v->desk, f->v->txn, &then, &e->step.actor.tag, &officer, ret) == DESK_OK;
}

/* ---- the checks, each NULL or what is wrong ---- */

static const char *of_person(Fold *f, const EventRecord *e, const Person *by)
{
    Str tenant = desk_office(f->v->desk)->tenant;
    RoleMask office, unit;

    if (!by || by->disabled)
        return "was done by nobody of the directory of that time";
    person_roles(f->def, by, &office, &unit);
    if (e->step.actor.roles != office || e->step.actor.unit_roles != unit ||
        !name_eq(&e->step.actor.unit, &by->unit))
        return "gives the person other roles than the directory of that time";
    uint32_t rev = f->rev;
    Str what = said_what(f, &e->step);
    Hash seen;
    if (kind_is_custodians(e->step.kind)) {
        if (f->head->c.destroyed & (1u << CLASS_IDENTITY)) /* and the request's words with it */
            return NULL;
        if (!said_seen(f, e, &seen))
            return "answers a request that is not there";
        rev = f->made.c.reveal.rev;
        what = (Str){(const char *)seen.b, sizeof(seen.b)};
    }
    return bundle_signed_by(&f->said, &by->sign, tenant, rev, e->step.kind, what)
               ? NULL
               : "is not what the person signed";
}

/* A form needs no signature; later words carry that of the code's own key. */
static const char *of_complainant(Fold *f, const EventRecord *e)
{
    Str tenant = desk_office(f->v->desk)->tenant;
    SignPublic by;

    if (e->step.kind == STEP_SUBMIT)
        return NULL;
    memcpy(by.b, f->made.code_sign.b, sizeof(by.b));
    return bundle_signed_by(&f->said, &by, tenant, f->rev, e->step.kind, said_what(f, &e->step))
               ? NULL
               : "is not what the code's holder said";
}

/* Of the complainant and the system nobody of the directory signs anything. */
static bool is_of_its_time(const Fold *f, const EventRecord *e)
{
    const bool waits = e->log_leaf == UINT64_MAX;
    const When when = {
        .by_day = waits || f->def->protected, .leaf = e->log_leaf, .day = e->step.day};

    return e->step.actor.kind != ACTOR_PERSON ||
           verify_is_of_its_time(f->v, e->directory, &when);
}

static const char *check_step(Fold *f, const EventRecord *e, const Person *by)
{
    if (!is_of_its_time(f, e))
        return "names a directory that was not in force then";
    switch ((ActorKind)e->step.actor.kind) {
    case ACTOR_PERSON:
        return of_person(f, e, by);
    case ACTOR_COMPLAINANT:
        return of_complainant(f, e);
    case ACTOR_SYSTEM:
        break;
    }
    return NULL;
}

/* As the case stands after the step, with the roles of that time. */
static bool may_read(const Fold *f, const Tag *tag, const Person *p, uint8_t class)
{
    Actor a = {.kind = ACTOR_PERSON, .tag = *tag, .unit = p->unit};

    person_roles(f->def, p, &a.roles, &a.unit_roles);
    return class < CLASSES && !is_custodian(f->def, p) &&
           access_reads(f->def, &f->made.c, &a, (Class)class);
}

/* Keys that somebody passed on; those of a submission were made for their readers. */
static const char *check_grants(Fold *f, const EventRecord *e, const Person *by)
{
    Str tenant = desk_office(f->v->desk)->tenant;

    for (size_t i = 0; i < f->said.n_seals && e->step.kind != STEP_SUBMIT; i++) {
        const BundleSeal *seal = &f->said.seals[i];
        const Person *to = person_at(f, &f->readers[i]);
        if (by && !to && f->def->protected && bundle_brings(&f->said, seal->class, seal->epoch))
            continue; /* a dummy */
        if (!by || !to || !tag_eq(&f->granted_by[i], &e->step.actor.tag) ||
            !bundle_seal_signed_by(seal, &by->sign, tenant, f->made.seal_id, &to->box))
            return "passes a key on without the signature of whoever held it";
        if (!bundle_brings(&f->said, seal->class, seal->epoch) &&
            !may_read(f, &f->readers[i], to, seal->class))
            return "passes a key on to somebody who may not read";
    }
    return NULL;
}

/* How long whoever acts had the class themselves, by the seals of before; as grant.c asks it. */
typedef struct Term {
    bool lasting;
    Moment until; /* 0: not at all */
} Term;

static Term term_of(const Fold *f, const EventRecord *e, const HeldSeals *held, uint8_t class)
{
    Moment begun = day_start(e->step.day, desk_office(f->v->desk)->zone);
    Term term = {.lasting = false};

    for (size_t i = 0; i < held->n; i++) {
        const SealRecord *s = &held->seals[i];
        if (s->class != class || !tag_eq(&s->reader, &e->step.actor.tag))
            continue;
        term.lasting |= !s->expires;
        if (s->expires > begun && s->expires > term.until) /* seals end with a day */
            term.until = s->expires;
    }
    return term;
}

/* A grant ends no later than what its giver had, and nobody prolongs their own. Steps that name a
 * new reader pass on for good. */
static const char *check_terms(Fold *f, const EventRecord *e, const Person *by)
{
    ARENA_AUTO Arena arena = {0};
    HeadRecord then = f->made;
    HeldSeals held = {.n = 0};

    if (!by || e->step.kind == STEP_SUBMIT || !f->said.n_seals)
        return NULL;
    then.id = f->head->id;
    then.seals = e->first_seal;
    arena_init(&arena, (size_t)1 << 30);
    if (desk_seals(f->v->desk, f->v->txn, &then, &arena, &held))
        return "passes a key on, and what its giver held cannot be read";
    for (size_t i = 0; i < f->said.n_seals; i++) {
        const BundleSeal *s = &f->said.seals[i];
        const bool own = tag_eq(&f->readers[i], &e->step.actor.tag);
        if (bundle_brings(&f->said, s->class, s->epoch) || (e->step.kind != STEP_GRANT && !own))
            continue;
        Term term = term_of(f, e, &held, s->class);
        if (!term.lasting && (own || !s->expires || s->expires > term.until))
            return "passes a key on for longer than whoever gave it had it";
    }
    return NULL;
}

static bool has_key(const HeadRecord *h, uint8_t class, uint16_t epoch)
{
    for (uint8_t i = 0; i < h->n_keys; i++) {
        if (h->keys[i].class == class && h->keys[i].epoch == epoch)
            return true;
    }
    return false;
}

/* New keys follow on the last ones and are signed by whoever acted, or are the daemon's. */
static const char *check_epochs(Fold *f, const EventRecord *e, const Person *by)
{
    Str tenant = desk_office(f->v->desk)->tenant;

    for (uint8_t i = 0; i < e->n_keys && e->step.kind != STEP_SUBMIT; i++) {
        BundleKey key = plain_key(f, &e->keys[i]);
        if (key.epoch < 2 || !has_key(&f->made, key.class, (uint16_t)(key.epoch - 1)))
            return "brings keys that do not follow on";
        if (bundle_key_is_signed(&key) &&
            (!by || !bundle_key_signed_by(&key, &by->sign, tenant, f->made.seal_id)))
            return "brings keys without the signature of whoever made them";
    }
    return NULL;
}

/* The slots of halves in the event, all for the officer who asked; *ret_others: some are not. */
static uint8_t halves_given(const Fold *f, bool *ret_others)
{
    uint8_t given = 0;

    *ret_others = false;
    for (size_t i = 0; i < f->said.n_parts; i++) {
        const BundlePart *p = &f->said.parts[i];
        if (p->kind != PART_HALF)
            continue;
        if (p->slot >= REVEAL_HALVES || !tag_eq(&f->holders[i], &f->made.c.reveal.officer))
            *ret_others = true;
        else
            given |= (uint8_t)(1u << p->slot);
    }
    return given;
}

/* Custodians give the halves they got at filing, to whoever asked, and nothing else. */
static const char *check_reveal(Fold *f, const EventRecord *e, const Person *by)
{
    CaseHalves halves;
    bool others;

    if (!kind_is_custodians(e->step.kind))
        return NULL;
    if (!by || !is_custodian(f->def, by))
        return "opens or refuses an identity without being a custodian";
    if (e->step.kind == STEP_REVEAL_DECLINE)
        return NULL;
    uint8_t given = halves_given(f, &others);
    if (case_halves(f->v->desk, f->v->txn, f->head, f->arena, &halves))
        return "answers a request, and what custodians hold cannot be read";
    uint8_t own = halves_of(&halves, &e->step.actor.tag);
    return others || given != e->step.halves || (given & ~own)
               ? "gives halves that are not the custodian's own, or to somebody else"
               : NULL;
}

typedef const char *SignatureCheck(Fold *f, const EventRecord *e, const Person *by);
/* A new kind of signature is one more row. `by`: the person who acted, or NULL. */
static SignatureCheck *const checks[] = {check_step, check_grants, check_terms, check_epochs,
                                       check_reveal};

int fold_signatures(Fold *f, const EventRecord *e)
{
    TRY(fold_directory(f, e->directory));
    if (!f->directory) /* told once, by version */
        return 0;
    said_again(f, e);
    const Person *by = person_at(f, &e->step.actor.tag);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        const char *wrong = checks[i](f, e, by);
        if (wrong)
            fold_fault(f, "event", wrong);
    }
    return 0;
}
