/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/inner.h"

#include "base/err.h"
#include <errno.h>

/* The secret halves of a new case, for as long as they are being sealed. */
typedef struct NewKeys {
    BoxPair pair[CLASSES];
} NewKeys;
#define NEW_KEYS_AUTO __attribute__((cleanup(new_keys_finish)))

static void new_keys_finish(NewKeys *k)
{
    for (unsigned c = 0; c < CLASSES; c++)
        box_pair_finish(&k->pair[c]);
}

static bool needs_key(const Def *def, uint8_t class)
{
    switch ((Class) class) {
    case CLASS_CONFIDENTIAL:
        return true;
    case CLASS_WORKING:
        return def->access.readers[CLASS_WORKING] != 0;
    case CLASS_IDENTITY:
        return def->access.custodians == 0;
    case CLASS_OPEN:
    case CLASSES:
        break;
    }
    return false;
}

static int make_keys(const Def *def, NewKeys *secret, CaseKeys *public)
{
    for (uint8_t class = CLASS_WORKING; class < CLASSES; class ++) {
        if (!needs_key(def, class))
            continue;
        TRY(box_pair_new(&secret->pair[class]));
        public->key[public->n++] =
            (BundleKey){.class = class, .epoch = 1, .public = secret->pair[class].public};
    }
    return 0;
}

/* Readers pass the working copy on later, so they hold its key whatever their role reads. */
static bool gets_class(const Def *def, const Person *p, uint8_t class)
{
    return class != CLASS_IDENTITY ||
           person_holds(def, p, def->access.readers[CLASS_IDENTITY], NULL);
}

static int add_seal(Sealer *s, const BundleKey *key, const BoxPair *pair, uint8_t slot,
                    const Person *to)
{
    uint8_t sealed[SEAL_LEN];
    BundleSeal seal = {.class = key->class, .epoch = key->epoch, .slot = slot};
    SealCase of = case_of(s->by, s->b.seal_id);
    SealContext context = class_key_context(&of, key->class, key->epoch, slot);

    if (to) {
        seal.reader = to->name;
        TRY(seal_secret(&s->ephemeral, &to->box, &context, &pair->secret, sealed));
    } else {
        seal_dummy(&s->ephemeral, sealed);
    }
    seal.sealed = arena_str(s->by->arena, (Str){(const char *)sealed, sizeof(sealed)});
    if (!seal.sealed.ptr)
        return err_origin(-ENOMEM);
    s->b.seals[s->b.n_seals++] = seal;
    return 0;
}

/* Every slot of a protected case is filled, in random order, with a reader or a dummy. */
static int seal_class(Sealer *s, const BundleKey *key, const BoxPair *pair, const Readers *readers)
{
    const Person *to[READERS_MAX];
    uint8_t order[READERS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < readers->n; i++)
        if (gets_class(s->by->def, readers->person[i], key->class))
            to[n++] = readers->person[i];
    size_t slots = s->by->def->protected ? READER_SLOTS : n;
    shuffled(order, slots);
    for (uint8_t slot = 0; slot < slots; slot++)
        TRY(add_seal(s, key, pair, slot, order[slot] < n ? to[order[slot]] : NULL));
    return 0;
}

static int seal_keys(Sealer *s, const NewKeys *secret, const Readers *readers)
{
    s->b.seals = arena_many(s->by->arena, CLASSES * READERS_MAX, BundleSeal);
    if (!s->b.seals)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < s->keys->n; i++) {
        const BundleKey *key = &s->keys->key[i];
        TRY(seal_class(s, key, &secret->pair[key->class], readers));
        s->b.keys[s->b.n_keys++] = *key;
    }
    return 0;
}

static uint8_t identity_mode(const Def *def, Str chosen)
{
    static const struct {
        const char *name;
        uint8_t mode;
    } modes[] = {{"open", IDENTITY_OPEN},
                 {"confidential", IDENTITY_CONFIDENTIAL},
                 {"anonymous", IDENTITY_ANONYMOUS}};

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
        if (str_is(chosen, modes[i].name))
            return modes[i].mode;
    return def->intake.default_mode;
}

static void place_identity(Fields *f)
{
    uint8_t mode = identity_mode(f->def, f->form->identity_mode);
    uint8_t class = f->def->intake.when_open;

    f->submission = true;
    f->identity = IDENTITY_TO_BLOB;
    if (mode == IDENTITY_ANONYMOUS)
        f->identity = IDENTITY_NOWHERE;
    /* Only a class with a key of its own: a name is never written in the clear. */
    if (mode == IDENTITY_OPEN && (class == CLASS_CONFIDENTIAL || class == CLASS_WORKING)) {
        f->identity = IDENTITY_TO_CLASS;
        f->identity_class = class;
    }
}

/* The fields of each class, the identity, the files. */
static int seal_parts(Sealer *s, Fields *f, const SealedFile *files, size_t n_files,
                      const bool *excluded)
{
    SECRET_AUTO Secret ki = {NULL};
    bool always = s->by->def->protected;
    int r;

    place_identity(f);
    r = fields_sort(f, &s->b);
    if (r < 0)
        return err_trace(r);
    TRY(secret_new_random(&ki));
    TRY(fields_seal(f, s, CLASS_CONFIDENTIAL, always));
    TRY(fields_seal(f, s, CLASS_WORKING, always));
    TRY(fields_seal_names(f, s));
    TRY(identity_compose(s, &ki, &f->text[CLASS_IDENTITY], excluded));
    TRY(files_seal(s, f, files, n_files, &ki));
    return 0;
}

static void keep_out(const Composer *by, bool *excluded)
{
    const bool *more = by->beside ? by->beside->kept_out : NULL;

    for (size_t i = 0; more && i < by->directory->n_people; i++)
        excluded[i] = excluded[i] || more[i];
}

static int seal_beside(Sealer *s)
{
    BUF_AUTO Buf link = text_buf();
    const Beside *beside = s->by->beside;

    if (!beside)
        return 0;
    TRY(note_compose(s, beside->note));
    if (beside->former)
        TRY(keys_compose(s, beside->former));
    if (beside->link.s[0]) {
        wire_put_str(&link, name_str(&beside->link));
        TRY(sealer_record(s, PART_LINK, CLASS_CONFIDENTIAL, &link));
    }
    return 0;
}

static void take_code(Bundle *b, const CodeKeys *code)
{
    if (!code)
        return;
    b->lookup = code->lookup;
    b->code_box = code->box.public;
    b->code_sign = code->sign.public;
}

int compose_submission(const Composer *by, const Form *form, const SealedFile *files,
                       size_t n_files, const CodeKeys *code, Day received, Bundle *ret)
{
    NEW_KEYS_AUTO NewKeys secret = {0};
    SEALER_AUTO Sealer s = {0};
    FIELDS_AUTO Fields fields = {0};
    CaseKeys keys = {.n = 0};
    Readers readers;
    bool *excluded, executive;

    TRY(conflict_work_out(by->def, by->directory, form, by->arena, &excluded, &executive));
    keep_out(by, excluded);
    TRY(readers_choose(by->def, by->directory, excluded, &readers));
    while (keys.seal_id == 0)
        bytes_random(&keys.seal_id, sizeof(keys.seal_id));
    TRY(make_keys(by->def, &secret, &keys));
    TRY(sealer_init(&s, by, &keys, 0));
    TRY(seal_keys(&s, &secret, &readers));
    fields_init(&fields, by->def, form, &keys);
    TRY(seal_parts(&s, &fields, files, n_files, excluded));
    TRY(seal_beside(&s));
    TRY(excluded_fill(by, excluded, &s.b));
    s.b.in.executive = executive;
    s.b.received = received;
    take_code(&s.b, code);
    *ret = s.b;
    return 0;
}
