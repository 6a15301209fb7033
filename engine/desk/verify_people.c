/* SPDX-License-Identifier: Apache-2.0 */
/* Which directory was in force when? Each one that came has its entry in the log, so an event
 * cannot say that it happened under an earlier one: a key that was replaced signs nothing any more.
 * Nobody signs the day of a step; what it may say is bounded by its place (verify_nights.c). */
#include "base/err.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <string.h>

/* The versions that the store keeps, by what their entries attest. */
static int versions_read(Verify *v)
{
    const uint32_t newest = desk_directory(v->desk)->version;

    for (uint32_t version = 1; version <= newest; version++) {
        ARENA_AUTO Arena arena = {0};
        Str document;
        arena_init(&arena, 64 << 20);
        if (desk_directory_past(v->txn, version, &arena, &document))
            continue; /* whoever names it is told */
        Hash hash = hash_sha256(document);
        InForce *one = items_add(v, &v->in_force, sizeof(*one));
        if (!one)
            return err_origin(-ENOMEM);
        *one = (InForce){.version = version,
                         .hash = bytes32_of(hash.b),
                         .leaf = UINT64_MAX,
                         .night = UINT64_MAX,
                         .over = UINT64_MAX};
    }
    return 0;
}

static InForce *in_force(const Verify *v, size_t i)
{
    return (InForce *)(void *)v->in_force.at + i;
}

static void meet(Verify *v, const LeafRecord *leaf)
{
    for (size_t i = 0; i < v->in_force.n; i++) {
        InForce *one = in_force(v, i);
        if (one->leaf != UINT64_MAX ||
            memcmp(one->hash.b, leaf->content.b, sizeof(one->hash.b)) != 0)
            continue;
        one->leaf = leaf->index;
        one->day = leaf->day;
    }
}

/* The last word counts. Entries of before the log held the record itself are passed over. */
static int staff_note(Verify *v, const LeafRecord *leaf)
{
    StaffMark *mark = NULL;

    if (leaf->kind != LOGGED_KEYS || leaf->event != KEYS_RECORD || tag_is_none(&leaf->person))
        return 0;
    for (size_t i = 0; i < v->staff.n && !mark; i++) {
        StaffMark *one = (StaffMark *)(void *)v->staff.at + i;
        mark = tag_eq(&one->person, &leaf->person) ? one : NULL;
    }
    mark = mark ? mark : items_add(v, &v->staff, sizeof(*mark));
    if (!mark)
        return err_origin(-ENOMEM);
    *mark = (StaffMark){.person = leaf->person, .content = leaf->content};
    return 0;
}

static void nights_settle(Verify *v)
{
    for (size_t i = 0; i < v->in_force.n; i++) {
        InForce *one = in_force(v, i);
        const SeenNight *night = one->leaf == UINT64_MAX ? NULL : verify_night_after(v, one->leaf);
        if (!night)
            continue;
        one->night = night->first;
        one->over = night->over;
    }
}

static int log_read(Verify *v)
{
    LeafRecord leaf;

    for (uint64_t i = 0;; i++) {
        int r = desk_answer(store_get_leaf(v->txn, i, &leaf));
        if (r)
            return r < 0 ? r : 0; /* the end; what cannot be read the log's own check names */
        if (leaf.kind == LOGGED_KEYS && tag_is_none(&leaf.person))
            meet(v, &leaf);
        TRY(staff_note(v, &leaf));
        if (!leaf.purged && leaf.day > v->last_day)
            v->last_day = leaf.day;
        TRY(verify_night_meet(v, &leaf));
    }
}

int verify_people(Verify *v)
{
    TRY(versions_read(v));
    TRY(log_read(v));
    nights_settle(v);
    return 0;
}

/* What waits goes with the next night: behind that one, whatever day it says, it came after. */
static bool came_after(const InForce *one, const When *when)
{
    if (!when->by_day)
        return when->leaf > one->leaf;
    if (when->day > one->day)
        return true;
    return when->leaf == UINT64_MAX ? one->night != UINT64_MAX : when->leaf >= one->over;
}

/* No entry is in the log before it happened, so its place counts whether it waited or not. */
static bool came_before(const InForce *one, const When *when)
{
    return when->leaf < one->leaf || (when->by_day && when->day < one->day);
}

bool verify_is_of_its_time(const Verify *v, uint32_t version, const When *when)
{
    for (size_t i = 0; i < v->in_force.n; i++) {
        const InForce *one = in_force(v, i);
        if (one->leaf == UINT64_MAX)
            continue; /* with the office, before there was a log */
        if (version < one->version ? came_after(one, when) : came_before(one, when))
            return false;
    }
    return true;
}

/* ---- sign-ins ---- */

/* In the directory of today, or of some day. 0; 1: in none; -ENOMEM. */
static int was_person(Verify *v, Str name)
{
    const Directory *d = desk_directory(v->desk);
    const uint32_t newest = d->version;

    if (directory_person(d, name))
        return 0;
    for (uint32_t version = 1; version < newest; version++) {
        TRY(verify_directory_at(v, version, &d));
        if (d && directory_person(d, name))
            return 0;
    }
    return 1;
}

static bool is_as_logged(Verify *v, const StaffRecord *r)
{
    const Tag tag = desk_tag(v->desk, 0, name_str(&r->name));

    for (size_t i = 0; i < v->staff.n; i++) {
        StaffMark *mark = (StaffMark *)(void *)v->staff.at + i;
        if (!tag_eq(&mark->person, &tag))
            continue;
        mark->met = true;
        Bytes32 content = staff_attested(r);
        return memcmp(content.b, mark->content.b, sizeof(content.b)) == 0;
    }
    return true;
}

int verify_staff(Verify *v, const StoreRow *row, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    StaffRecord r;

    arena_init(&arena, 64 << 20);
    int found = desk_answer(store_get_staff(v->txn, row->name, &arena, &r));
    if (found)
        return found < 0 ? found : 0;
    found = was_person(v, row->name);
    if (found)
        *ret = "is the sign-in of nobody in any version of the directory";
    else if (!is_as_logged(v, &r))
        *ret = "is not the sign-in that the log attests";
    return found < 0 ? found : 0;
}

void verify_staff_end(Verify *v)
{
    uint64_t lost = 0;

    for (size_t i = 0; i < v->staff.n; i++)
        lost += !((const StaffMark *)(const void *)v->staff.at + i)->met;
    if (lost)
        verify_fault(v, "staff", STR("table"), "a sign-in is missing that the log attests");
}
