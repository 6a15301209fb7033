/* SPDX-License-Identifier: Apache-2.0 */
/* People come, change and go: by a document that the organisation signed, and by what each person
 * signed for the own way in. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

enum { ENROL_ARENA = 8 << 20, RECORD_BYTES_MAX = 1 << 16 };

/* What is kept of somebody, or a blank record. */
static int record_find(Txn *t, const Name *name, Arena *arena, StaffRecord *ret)
{
    int r = desk_answer(store_get_staff(t, name_str(name), arena, ret));

    if (r == DESK_UNKNOWN)
        *ret = (StaffRecord){.name = *name};
    return r == DESK_UNKNOWN ? DESK_OK : r;
}

static bool same_keys(const Enrolment *e, const Person *p)
{
    return memcmp(e->box.b, p->box.b, sizeof(e->box.b)) == 0 &&
           memcmp(e->sign.b, p->sign.b, sizeof(e->sign.b)) == 0;
}

static int index_of(const Desk *d, const uint8_t auth[SECRET_LEN], Bytes32 *ret)
{
    SECRET_AUTO Secret key = {NULL};

    TRY(secret_new_copy(&key, auth));
    Hash h = login_index(&d->keys.pepper, &key);
    *ret = bytes32_of(h.b);
    return 0;
}

/* new_keys: what opened the old ones is of no use any more. */
static int record_fill(const Desk *d, const Enrolment *e, bool new_keys, StaffRecord *r)
{
    r->changed = e->changed;
    r->wrapped = (Str){(const char *)e->wrapped, sizeof(e->wrapped)};
    r->former = (Str){(const char *)e->former, (size_t)e->n_former * SEAL_LEN};
    TRY(index_of(d, e->auth, &r->auth_index));
    if (e->has_recovery) {
        r->recovery_wrapped = (Str){(const char *)e->recovery_wrapped, sizeof(e->recovery_wrapped)};
        return index_of(d, e->recovery_auth, &r->recovery_index);
    }
    if (new_keys) {
        r->recovery_wrapped = (Str){NULL, 0};
        r->recovery_index = (Bytes32){{0}};
    }
    return 0;
}

Bytes32 staff_attested(const StaffRecord *r)
{
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, RECORD_BYTES_MAX);
    record_put_staff(&bytes, r);
    Str parts[] = {STR("krading/1|staff"), buf_str(&bytes)};
    Hash h = hash_parts(NULL, parts, 2);
    return bytes32_of(h.b);
}

static int record_write(Desk *d, Txn *t, Arena *arena, const StaffRecord *r)
{
    const Tag tag = desk_tag(d, 0, name_str(&r->name));
    const Bytes32 content = staff_attested(r);
    Batch *b = batch_new(arena);

    if (!b)
        return err_origin(-ENOMEM);
    batch_put_staff(b, r);
    int answer = desk_answer(store_apply(t, b));
    return answer ? answer : desk_log(d, t, LOGGED_KEYS, NULL, NULL, KEYS_RECORD, &tag, &content);
}

/* No earlier box secret gets lost on the way: the same keys keep all there are, new ones also those
 * before them. Whoever begins anew (both ways in lost) brings none: they open nothing any more. */
static bool keeps_former(const Enrolment *e, const StaffRecord *r, bool new_keys)
{
    size_t n = r->former.len / SEAL_LEN;

    return new_keys ? !e->n_former || e->n_former == n + 1 : e->n_former == n;
}

/* DESK_OK, also when it is what is kept already; DESK_SIGNATURE. new_keys: of a directory that
 * gives this person keys, else of the person alone. */
static int enrol(Desk *d, Txn *t, const Enrolment *e, const Person *p, bool new_keys)
{
    ARENA_AUTO Arena arena = {0};
    StaffRecord r;
    Bytes32 index;

    arena_init(&arena, 1 << 20);
    int answer = record_find(t, &p->name, &arena, &r);
    if (answer)
        return answer;
    TRY(index_of(d, e->auth, &index));
    if (r.changed == e->changed && memcmp(index.b, r.auth_index.b, sizeof(index.b)) == 0)
        return DESK_OK;
    if (!same_keys(e, p) || !keeps_former(e, &r, new_keys) ||
        !enrolment_holds(e, desk_office(d)->tenant) || e->changed <= r.changed ||
        e->changed > d->clock() + ENROLMENT_AHEAD_SECONDS)
        return DESK_SIGNATURE;
    TRY(record_fill(d, e, new_keys, &r));
    return record_write(d, t, &arena, &r);
}

int desk_enrol(Desk *d, Txn *t, const Who *who, const Enrolment *e)
{
    if (!name_eq(&e->name, &who->person->name))
        return DESK_SIGNATURE;
    int r = desk_people_stand(d, t);
    return r ? r : enrol(d, t, e, who->person, false);
}

static int block(Desk *d, Txn *t, const Name *name, bool blocked)
{
    ARENA_AUTO Arena arena = {0};
    StaffRecord r;

    arena_init(&arena, 1 << 20);
    int answer = desk_answer(store_get_staff(t, name_str(name), &arena, &r));
    if (answer || r.disabled == blocked)
        return answer;
    r.disabled = blocked;
    return record_write(d, t, &arena, &r);
}

int desk_block(Desk *d, Txn *t, Str name)
{
    Name of = name_of(name);

    return name.len && name.len <= DEF_NAME_MAX ? block(d, t, &of, true) : DESK_UNKNOWN;
}

/* ---- the directory ---- */

static int refuse(Buf *report, const char *why)
{
    buf_addf(report, "the directory is refused: %s\n", why);
    return DESK_REFUSED;
}

/* Against the newest one taken, which an earlier command of this turn may have brought. *ret_again:
 * it is that one. */
static int judge(Desk *d, Txn *t, Str document, Arena *arena, Buf *report, const Directory **ret,
                 bool *ret_again)
{
    static const char *const why[] = {
        [1] = "it cannot be read",
        [2] = "signatures do not hold, or protected roles change without the second",
        [3] = "another one is in force that is newer, or of the same version"};
    const OrgKeys *org = &d->loaded->org;
    const Directory *had = d->loaded->directory;
    Str bytes;

    int r = desk_answer(store_get_meta(t, STR("directory"), arena, &bytes));
    if (r && r != DESK_UNKNOWN)
        return r;
    if (!r && directory_open(bytes, org, NULL, arena, &had))
        had = d->loaded->directory;
    r = directory_open(document, org, had, arena, ret);
    if (r > 0)
        return refuse(report, why[r <= 3 ? r : 1]);
    if (!r && !str_eq((*ret)->tenant, desk_office(d)->tenant))
        return refuse(report, "it is of another office");
    if (!r && !office_is_ours(d, *ret))
        return refuse(report, "it names another key of the office than this server has");
    *ret_again = !r && (*ret)->version == had->version;
    return r < 0 ? r : DESK_OK;
}

static int take_enrolments(Desk *d, Txn *t, const Directory *fresh, const Enrolment *list, size_t n,
                           Buf *report)
{
    int r = DESK_OK;

    for (size_t i = 0; i < n && !r; i++) {
        const Person *p = directory_person(fresh, name_str(&list[i].name));
        r = p ? enrol(d, t, &list[i], p, true) : DESK_SIGNATURE;
        if (r == DESK_SIGNATURE) {
            buf_addf(report,
                     "%s: the keys to sign in with are not those of the directory, an older "
                     "copy, or leave out earlier ones\n",
                     list[i].name.s);
            return DESK_REFUSED;
        }
    }
    return r;
}

static int take_disabled(Desk *d, Txn *t, const Directory *fresh)
{
    int r = DESK_OK;

    for (size_t i = 0; i < fresh->n_people && !r; i++) {
        r = block(d, t, &fresh->people[i].name, fresh->people[i].disabled);
        r = r == DESK_UNKNOWN ? DESK_OK : r;
    }
    return r;
}

static int take_document(Desk *d, Txn *t, const Directory *fresh, Str document, Arena *arena)
{
    Hash hash = hash_sha256(document);
    Bytes32 content = bytes32_of(hash.b);
    BUF_AUTO Buf version = {0};
    Batch *b = batch_new(arena);

    buf_init(&version, 32);
    if (!b)
        return err_origin(-ENOMEM);
    directory_key(&version, fresh->version);
    batch_put_meta(b, STR("directory"), document);
    batch_put_meta(b, buf_str(&version), document);
    int r = desk_answer(store_apply(t, b));
    return r ? r : desk_log(d, t, LOGGED_KEYS, NULL, NULL, 0, NULL, &content);
}

int desk_take_directory(Desk *d, Txn *t, Str document, const Enrolment *list, size_t n, Buf *report)
{
    ARENA_AUTO Arena arena = {0};
    const Directory *fresh;
    bool again = false;

    arena_init(&arena, ENROL_ARENA);
    int r = judge(d, t, document, &arena, report, &fresh, &again);
    r = r ? r : take_enrolments(d, t, fresh, list, n, report);
    /* Everybody of the staff has the document in force: whoever sends it once more neither lets in
     * somebody who has been blocked since nor fills the log. */
    if (r || again)
        return r;
    r = take_disabled(d, t, fresh);
    return r ? r : take_document(d, t, fresh, document, &arena);
}

int desk_directory_past(Txn *t, uint32_t version, Arena *arena, Str *ret)
{
    BUF_AUTO Buf key = {0};

    buf_init(&key, 32);
    directory_key(&key, version);
    return desk_answer(store_get_meta(t, buf_str(&key), arena, ret));
}

int desk_settle(Desk *d)
{
    ARENA_AUTO Arena arena = {0};
    Str bytes;
    Txn *t;

    arena_init(&arena, ENROL_ARENA);
    int r = store_read(d->store, &t);
    if (r)
        return r < 0 ? r : 1;
    r = store_get_meta(t, STR("directory"), &arena, &bytes);
    store_end(t);
    if (r || str_eq(bytes, d->loaded->directory_bytes))
        return r < 0 ? r : r ? 1 : 0;
    return loaded_directory(d->loaded, bytes);
}
