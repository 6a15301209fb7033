/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/casefile.h"

#include "base/err.h"
#include "engine/vault/reveal.h"
#include "engine/vault/value.h"

void casefile_finish(CaseFile *f)
{
    held_keys_finish(&f->held);
    for (size_t i = 0; i < f->n_pieces; i++)
        secret_finish(&f->pieces[i].opened.file_key);
}

SealCase casefile_sealed(const CaseFile *f)
{
    return (SealCase){f->office->tenant, f->def->id, f->seal_id};
}

int casefile_take_seal(CaseFile *f, uint8_t class, uint16_t epoch, uint8_t slot, Str sealed)
{
    SealCase of = casefile_sealed(f);
    int r = open_case_key(&f->keys->box, &of, class, epoch, slot, sealed, &f->held);

    for (size_t i = 0; i < f->n_earlier && r > 0; i++) {
        size_t at = f->held.n;
        r = open_case_key(&f->earlier[i], &of, class, epoch, slot, sealed, &f->held);
        if (!r)
            f->by_earlier[at] = true;
    }
    return r < 0 ? err_trace(r) : 0;
}

static bool held_today(const CaseFile *f, const HeldKey *key)
{
    for (size_t i = 0; i < f->held.n; i++)
        if (!f->by_earlier[i] && f->held.key[i].class == key->class &&
            f->held.key[i].epoch == key->epoch)
            return true;
    return false;
}

bool casefile_is_earlier(const CaseFile *f, uint8_t class)
{
    for (size_t i = 0; i < f->held.n; i++)
        if (f->held.key[i].class == class && !held_today(f, &f->held.key[i]))
            return true;
    return false;
}

/* The half of this slot as it was filed; NULL: there is none. */
static const Piece *filed_half(const CaseFile *f, uint8_t slot)
{
    for (size_t i = 0; i < f->n_pieces; i++) {
        const Piece *p = &f->pieces[i];
        if (p->sealed.kind == PART_HALF && p->sealed.slot == slot && p->event == 0)
            return p;
    }
    return NULL;
}

/* What a custodian sealed to this reader, if it is the half that was filed. 0; 1: nothing. */
static int given_half(const CaseFile *f, uint8_t slot, Secret *ret)
{
    const Piece *filed = filed_half(f, slot);
    SealCase of = casefile_sealed(f);

    for (size_t i = f->n_pieces; filed && i-- > 0;) {
        SECRET_AUTO Secret half = {NULL};
        const Piece *p = &f->pieces[i];
        if (p->sealed.kind != PART_HALF || p->sealed.slot != slot || p->event == 0)
            continue;
        uint32_t no = given_no(f->c.reveal.rev, slot);
        int r = open_half(&f->keys->box, &of, no, &p->sealed, &half);
        for (size_t k = 0; k < f->n_earlier && r > 0; k++)
            r = open_half(&f->earlier[k], &of, no, &p->sealed, &half);
        if (r < 0)
            return err_trace(r);
        if (r || !half_is_committed(&half, &of, filed->no, &filed->sealed))
            continue;
        *ret = half;
        half.b = NULL;
        return 0;
    }
    return 1;
}

/* From both halves of a pair that custodians gave this reader. 0; 1: they gave none. */
static int joined_key(const CaseFile *f, Secret *ret)
{
    for (uint8_t slot = 0; slot < REVEAL_HALVES; slot += 2) {
        SECRET_AUTO Secret first = {NULL}, second = {NULL};
        int r = given_half(f, slot, &first);
        r = r ? r : given_half(f, (uint8_t)(slot + 1), &second);
        if (r <= 0)
            return r < 0 ? err_trace(r) : custody_join(&first, &second, ret);
    }
    return 1;
}

/* The key of the identity blob, where a class key or custodians lead to it. 0; 1: not for this
 * reader. */
static int identity_key(const CaseFile *f, Secret *ret)
{
    SealCase of = casefile_sealed(f);

    for (size_t i = 0; i < f->n_pieces; i++) {
        const Piece *p = &f->pieces[i];
        if (p->sealed.kind != PART_HALF)
            continue;
        int r = open_whole_half(&f->held, &of, p->no, &p->sealed, ret);
        if (r <= 0)
            return r;
    }
    return joined_key(f, ret);
}

static int open_piece(CaseFile *f, Piece *p, const Secret *ki)
{
    SealCase of = casefile_sealed(f);
    int r = 1;

    if (p->sealed.kind != PART_IDENTITY && p->sealed.kind != PART_HALF)
        r = open_part(&f->held, &of, p->no, &p->sealed, f->arena, &p->opened);
    if (r > 0 && ki->b && p->sealed.class == CLASS_IDENTITY && p->sealed.kind != PART_HALF)
        r = open_identity(ki, &of, p->no, &p->sealed, f->arena, &p->opened);
    p->is_open = r == 0;
    return r < 0 ? err_trace(r) : 0;
}

int casefile_open(CaseFile *f)
{
    SECRET_AUTO Secret ki = {NULL};

    f->n_public_found = f->public.n;
    f->n_held_found = f->held.n;
    int r = identity_key(f, &ki);
    if (r < 0)
        return err_trace(r);
    for (size_t i = 0; i < f->n_pieces; i++)
        TRY(open_piece(f, &f->pieces[i], &ki));
    return 0;
}

const OpenedField *casefile_field(const CaseFile *f, Str id)
{
    for (size_t i = f->n_pieces; i-- > 0;) {
        const OpenedPart *part = &f->pieces[i].opened;
        if (!f->pieces[i].is_open || f->pieces[i].sealed.kind == PART_FILE)
            continue;
        for (size_t k = 0; k < part->n_fields; k++)
            if (str_eq(part->fields[k].id, id) && part->fields[k].sub == SUB_VALUE)
                return &part->fields[k];
    }
    return NULL;
}

int casefile_value(const CaseFile *f, uint8_t field, uint8_t sub, Str value, Label *ret)
{
    ValueNames names = {.office = f->office, .directory = f->directory, .arena = f->arena};

    return value_label(&names, &f->def->fields[field], sub, value, ret);
}
