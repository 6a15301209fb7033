/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a bundle's shape fits the case it is for. What is inside the seals nobody here can see;
 * kinds, classes, epochs, counts and sizes are all that can be held to. */
#include "base/err.h"
#include "engine/core/carry.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

#define KIND(k) (1u << (k))

enum {
    KINDS_FORM = KIND(PART_FORM) | KIND(PART_FILE),
    KINDS_SUBMISSION = KINDS_FORM | KIND(PART_IDENTITY) | KIND(PART_HALF) | KIND(PART_TO_CODE) |
                       KIND(PART_MESSAGE) | KIND(PART_LINK) | KIND(PART_NOTE) | KIND(PART_KEYS),
    KINDS_STAFF =
        KINDS_FORM | KIND(PART_TO_CODE) | KIND(PART_MESSAGE) | KIND(PART_NOTE) | KIND(PART_LINK),
    KINDS_WORDS = KIND(PART_NOTE) | KIND(PART_TO_CODE) | KIND(PART_MESSAGE),
    KINDS_CITIZEN = KINDS_FORM | KIND(PART_REPLY) | KIND(PART_REPLY_COPY),
    FILE_NAME_LEN = 24,
    PART_BYTES_MAX = 2 << 20,
};

static const uint32_t kinds_of_step[STEP_KINDS] = {
    [STEP_SUBMIT] = KINDS_SUBMISSION, [STEP_ACTION] = KINDS_STAFF | KINDS_CITIZEN,
    [STEP_APPROVE] = KINDS_WORDS,     [STEP_DECLINE] = KINDS_WORDS,
    [STEP_EXTEND] = KINDS_STAFF,      [STEP_ASSIGN] = KINDS_WORDS,
    [STEP_NOTE] = KINDS_STAFF,        [STEP_MESSAGE] = KINDS_CITIZEN,
    [STEP_DECLARE] = KINDS_WORDS,     [STEP_RECUSE] = KINDS_WORDS,
    [STEP_SURVEY] = KINDS_CITIZEN,    [STEP_GRANT] = KINDS_WORDS,
    [STEP_HOLD] = KIND(PART_NOTE),    [STEP_RELEASE] = KIND(PART_NOTE),
    [STEP_SILENCE] = KIND(PART_NOTE),
    [STEP_REVEAL_ASK] = KIND(PART_NOTE) | KIND(PART_GROUND),
    [STEP_REVEAL_ANSWER] = KIND(PART_HALF),
};

/* A name under DIR/files is 24 hex digits: nothing that could lead out of the folder. */
static bool file_name_fits(const Name *file, bool wanted)
{
    Str s = name_str(file);

    for (size_t i = 0; i < s.len; i++) {
        if (!strchr("0123456789abcdef", s.ptr[i]))
            return false;
    }
    return s.len == (wanted ? FILE_NAME_LEN : 0);
}

bool bundle_brings(const Bundle *b, uint8_t class, uint16_t epoch)
{
    for (uint8_t i = 0; i < b->n_keys; i++) {
        if (b->keys[i].class == class && b->keys[i].epoch == epoch)
            return true;
    }
    return false;
}

static bool has_epoch(const HeadRecord *h, const Bundle *b, uint8_t class, uint16_t epoch)
{
    return (h && epoch && epoch <= epoch_newest(h, class)) || bundle_brings(b, class, epoch);
}

static bool part_fits(const HeadRecord *h, const Bundle *b, const BundlePart *p, uint32_t kinds)
{
    if (p->kind > PART_KEYS || !(kinds & KIND(p->kind)) || !p->sealed.len ||
        p->sealed.len > PART_BYTES_MAX || !file_name_fits(&p->file, p->kind == PART_FILE) ||
        (p->holder.s[0] && p->kind != PART_GROUND &&
         (p->kind != PART_HALF || p->slot == HALF_WHOLE)))
        return false;
    switch ((PartKind)p->kind) {
    case PART_IDENTITY:
        return p->sealed.len == IDENTITY_BLOB_LEN;
    case PART_HALF:
        return p->sealed.len == SEAL_LEN && p->sealed.ptr[0] == SEAL_VERSION;
    case PART_GROUND:
        return p->class == CLASS_IDENTITY && p->epoch == 0;
    case PART_TO_CODE:
    case PART_REPLY_COPY:
        return true;
    case PART_FILE: /* one that says who somebody is lies under the blob's own key */
        return p->class == CLASS_IDENTITY || has_epoch(h, b, p->class, p->epoch);
    case PART_FORM:
    case PART_MESSAGE:
    case PART_NOTE:
    case PART_REPLY:
    case PART_LINK:
    case PART_KEYS:
        return has_epoch(h, b, p->class, p->epoch);
    case PART_ORIGINAL: /* the desk's own */
        break;
    }
    return false;
}

static bool parts_fit(const HeadRecord *h, const Bundle *b, uint32_t kinds)
{
    if (b->n_parts > BUNDLE_PARTS_MAX || b->n_seals > BUNDLE_SEALS_MAX)
        return false;
    for (size_t i = 0; i < b->n_parts; i++) {
        if (!part_fits(h, b, &b->parts[i], kinds))
            return false;
    }
    for (size_t i = 0; i < b->n_seals; i++) {
        const BundleSeal *s = &b->seals[i];
        if (s->sealed.len != SEAL_LEN || !has_epoch(h, b, s->class, s->epoch))
            return false;
    }
    return true;
}

static bool is_known(const Desk *d, const Name *name)
{
    return !name->s[0] || directory_person(desk_directory(d), name_str(name));
}

bool bundle_names_people(const Desk *d, const Bundle *b)
{
    for (size_t i = 0; i < b->n_parts; i++) {
        if (!is_known(d, &b->parts[i].holder))
            return false;
    }
    for (size_t i = 0; i < b->n_seals; i++) {
        if (!is_known(d, &b->seals[i].reader))
            return false;
    }
    return true;
}

static bool is_zero(const uint8_t b[32])
{
    Bytes32 bytes = bytes32_of(b);

    return bytes32_is_zero(&bytes);
}

static bool has_code(const Bundle *b)
{
    return !is_zero(b->lookup.b) && !is_zero(b->code_box.b) && !is_zero(b->code_sign.b);
}

static bool has_no_code(const Bundle *b)
{
    return is_zero(b->lookup.b) && is_zero(b->code_box.b) && is_zero(b->code_sign.b);
}

static size_t count_parts(const Bundle *b, uint8_t kind)
{
    size_t n = 0;

    for (size_t i = 0; i < b->n_parts; i++)
        n += b->parts[i].kind == kind;
    return n;
}

/* Every key of the first epoch, once a class; in protected workflows every slot filled. */
static bool first_keys_fit(const Def *def, const Bundle *b)
{
    unsigned seen = 0;

    for (uint8_t i = 0; i < b->n_keys; i++) {
        const BundleKey *k = &b->keys[i];
        size_t slots = 0;
        if (k->class == CLASS_OPEN || k->class >= CLASSES || k->epoch != 1 ||
            (seen & (1u << k->class)))
            return false;
        seen |= 1u << k->class;
        for (size_t j = 0; j < b->n_seals; j++)
            slots += b->seals[j].class == k->class;
        if (def->protected ? slots != READER_SLOTS : slots == 0 && k->class != CLASS_IDENTITY)
            return false;
    }
    return (seen & (1u << CLASS_CONFIDENTIAL)) != 0;
}

/* Dummies hide how many readers a protected case has; elsewhere they would be strays. */
static bool dummies_fit(const Def *def, const Bundle *b)
{
    for (size_t i = 0; !def->protected && i < b->n_seals; i++) {
        if (!b->seals[i].reader.s[0])
            return false;
    }
    return true;
}

/* Keys of a case entered by an officer go to people who may read that class, never to those it is
 * about; and to somebody at all. (What the public forms bring was sealed here.) */
bool bundle_readers_fit(const Desk *d, const Def *def, const Bundle *b)
{
    size_t readers = 0;

    for (size_t i = 0; i < b->n_seals; i++) {
        const BundleSeal *s = &b->seals[i];
        const Person *p = directory_person(desk_directory(d), name_str(&s->reader));
        RoleMask office, unit;
        if (!s->reader.s[0])
            continue;
        if (!p || p->disabled || s->class >= CLASSES || is_custodian(def, p))
            return false;
        person_roles(def, p, &office, &unit);
        if (!((office | unit) & def->access.readers[s->class]))
            return false;
        for (uint8_t x = 0; x < b->n_excluded; x++) {
            if (name_eq(&b->excluded[x], &s->reader))
                return false;
        }
        readers++;
    }
    return readers > 0;
}

static bool fits_filing(const Def *def, const Bundle *b)
{
    size_t halves = count_parts(b, PART_HALF);

    if (!b->seal_id || b->n_keys > 4 || !first_keys_fit(def, b) || !dummies_fit(def, b) ||
        !parts_fit(NULL, b, kinds_of_step[STEP_SUBMIT]) || !is_zero(b->opens.b))
        return false;
    return count_parts(b, PART_IDENTITY) == 1 &&
           (!def->protected || !def->access.custodians || halves == 2 * CUSTODY_PAIRS);
}

bool bundle_fits_submission(const Def *def, const Bundle *b, bool on_behalf)
{
    return has_code(b) && fits_filing(def, b) && !count_parts(b, PART_KEYS) &&
           (on_behalf || (!b->linked.s[0] && !b->target.s[0]));
}

bool bundle_fits_move(const Def *def, const Bundle *b)
{
    return has_no_code(b) && fits_filing(def, b) && count_parts(b, PART_KEYS) == 1 &&
           !b->linked.s[0] && !b->target.s[0];
}

static bool has_open(const Bundle *b, uint8_t field)
{
    for (uint8_t i = 0; i < b->in.n_open; i++) {
        if (b->in.open[i].field == field)
            return true;
    }
    return false;
}

/* What the complainant says there lies in the case that the step opens. */
static bool goes_elsewhere(const Def *def, const Effects *e, uint8_t field)
{
    const OpenEffect *o = e->open == DEF_NONE ? NULL : &def->actions[e->open].effects.open;

    for (uint8_t i = 0; o && !open_moves(o) && i < o->n_carries; i++) {
        for (uint8_t k = 0; k < o->carries[i].n_from; k++)
            if (o->carries[i].from[k] == field)
                return true;
    }
    return false;
}

/* A field that is said to be given lies somewhere: in the clear, as a file, or in a sealed form. */
static bool given_is_there(const Def *def, const Bundle *b, const Effects *e)
{
    size_t files = count_parts(b, PART_FILE);
    size_t forms = count_parts(b, PART_FORM) + count_parts(b, PART_REPLY);

    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (!field_set_has(&b->in.given, i) || has_open(b, i) || goes_elsewhere(def, e, i))
            continue;
        if (def->fields[i].type == FIELD_FILES ? !files : !forms)
            return false;
    }
    return true;
}

/* What the step claims to say must be there. */
static bool claims_hold(const HeadRecord *h, const Bundle *b, uint8_t kind)
{
    size_t told = count_parts(b, PART_TO_CODE);

    if (kind == STEP_MESSAGE)
        return !b->in.message || count_parts(b, PART_REPLY) == 1;
    if (b->in.note && !count_parts(b, PART_NOTE))
        return false;
    if (b->in.message && !bytes32_is_zero(&h->code_box) && !told)
        return false;
    return b->in.message || !told;
}

/* Nobody of the office speaks in the complainant's place, nor the other way round. */
static uint32_t kinds_of(uint8_t kind, bool of_staff)
{
    const uint32_t replies = KIND(PART_REPLY) | KIND(PART_REPLY_COPY);

    return kinds_of_step[kind] & (of_staff ? ~replies : KINDS_CITIZEN);
}

bool bundle_fits_step(const CaseAt *at, const Bundle *b, const Effects *e, uint8_t kind,
                      bool of_staff)
{
    const HeadRecord *h = &at->head;

    if (kind >= STEP_KINDS || b->seal_id != h->seal_id || (b->n_keys && !of_staff) ||
        b->received != DAY_NONE)
        return false;
    if (!(e->new_code ? has_code(b) : has_no_code(b)) ||
        !parts_fit(h, b, kinds_of(kind, of_staff)) || !given_is_there(at->def, b, e))
        return false;
    for (size_t i = 0; i < b->n_seals; i++) {
        const BundleSeal *s = &b->seals[i];
        if (!s->reader.s[0] && !(at->def->protected && bundle_brings(b, s->class, s->epoch)))
            return false;
    }
    return claims_hold(h, b, kind);
}
