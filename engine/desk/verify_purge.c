/* SPDX-License-Identifier: Apache-2.0 */
/* Who said that it shall be destroyed? Each purge in the log names the approved list it carried
 * out, the list is what its approver signed, and what is gone was on it. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int line_order(const void *a, const void *b)
{
    const ListedLine *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int r = memcmp(x->name.ptr, y->name.ptr, n);

    return r ? r : x->name.len < y->name.len ? -1 : x->name.len > y->name.len;
}

static int lines_read(Verify *v, Approval *a)
{
    size_t cap = 0;

    for (size_t i = 0; i < a->list.len; i++)
        cap += a->list.ptr[i] == '\n';
    a->lines = arena_many(&v->arena, cap + 1, ListedLine);
    if (!a->lines)
        return err_origin(-ENOMEM);
    for (Str rest = a->list; rest.len && a->n < cap;) {
        ListedLine *l = &a->lines[a->n];
        l->at = (uint64_t)(rest.ptr - a->list.ptr);
        a->n += purge_line_get(str_cut(&rest, '\n'), &l->name, &l->what);
    }
    if (a->n)
        qsort(a->lines, a->n, sizeof(*a->lines), line_order);
    return 0;
}

/* The first line: name, version of the directory, signature. */
static int signer_read(Str line, Approval *a)
{
    BUF_AUTO Buf signature = {0};
    unsigned long long version;

    buf_init(&signature, sizeof(a->signature));
    a->by = name_of(str_cut(&line, ' '));
    if (str_u64(str_cut(&line, ' '), UINT32_MAX, &version) || text_get_hex(line, &signature) ||
        signature.len != sizeof(a->signature))
        return 1;
    a->version = (uint32_t)version;
    memcpy(a->signature.b, signature.ptr, sizeof(a->signature));
    return 0;
}

static const char *approval_check(Verify *v, const Approval *a, const Directory *dir)
{
    const Person *p = dir ? directory_person(dir, name_str(&a->by)) : NULL;
    Name maker;
    Day day;

    if (purge_heading_get(v->desk, a->list, &day, &maker))
        return "is no list of this office";
    if (!p || p->disabled || name_eq(&maker, &a->by))
        return "was given by nobody who could give it";
    if (!verify_is_of_its_time(v, a->version, &(When){.leaf = a->place}))
        return "was signed with a key that was not in force then";
    return keys_verify(&p->sign, "purge", desk_office(v->desk)->tenant, &a->list, 1, &a->signature)
               ? NULL
               : "is not what its approver signed";
}

static int approval_read(Verify *v, uint64_t place)
{
    BUF_AUTO Buf key = {0};
    const Directory *dir;
    Str text;
    Name maker;
    Approval *a = items_add(v, &v->approvals, sizeof(*a));

    if (!a)
        return err_origin(-ENOMEM);
    *a = (Approval){.place = place};
    buf_init(&key, 64);
    approval_key(&key, place);
    if (store_get_meta(v->txn, buf_str(&key), &v->arena, &text) != STORE_OK ||
        signer_read(str_cut(&text, '\n'), a)) {
        verify_fault_at(v, "approval", place, "missing or not readable");
        return 0;
    }
    a->list = text;
    (void)purge_heading_get(v->desk, text, &a->day, &maker);
    TRY(verify_directory_at(v, a->version, &dir));
    const char *wrong = approval_check(v, a, dir);
    if (wrong)
        verify_fault_at(v, "approval", place, wrong);
    TRY(lines_read(v, a));
    return 0;
}

int verify_approvals(Verify *v)
{
    BUF_AUTO Buf ledger = {0};
    Str places;

    buf_init(&ledger, 64 << 20);
    int r = desk_purge_ledger(v->desk, v->txn, &ledger);
    if (r < 0)
        return err_trace(r);
    if (r)
        verify_fault(v, "ledger", STR("purges"), "cannot be read");
    v->ledger = arena_str(&v->arena, buf_str(&ledger));
    if (!v->ledger.ptr)
        return err_origin(-ENOMEM);
    (void)str_cut(&v->ledger, '\n');
    (void)str_cut(&v->ledger, '\n');
    r = store_get_meta(v->txn, STR(PURGE_APPROVALS), &v->arena, &places);
    if (r)
        return r < 0 ? err_trace(r) : 0;
    while (places.len) {
        unsigned long long place;
        if (str_u64(str_cut(&places, '\n'), UINT64_MAX, &place)) {
            verify_fault(v, "approval", STR("table"), "not readable");
            return 0;
        }
        TRY(approval_read(v, place));
    }
    return 0;
}

static Approval *approval_at(Verify *v, size_t i)
{
    return (Approval *)(void *)v->approvals.at + i;
}

/* The case's line in an approved list, or NULL. */
static ListedLine *listed_line(Verify *v, Approval *a, const Def *def, const HeadRecord *h)
{
    Name name;

    purge_name(v->desk, def, h, a->day, &name);
    ListedLine key = {.name = name_str(&name)};
    return a->n ? bsearch(&key, a->lines, a->n, sizeof(key), line_order) : NULL;
}

/* What the ledger knows, of an office that was restored; classes together. */
static uint8_t ledger_classes(Verify *v, const HeadRecord *h)
{
    Bytes32 mark = purge_mark(v->desk, h->seal_id);
    BUF_AUTO Buf hex = {0};
    uint8_t classes = 0;

    buf_init(&hex, 2 * sizeof(mark.b));
    text_put_hex(&hex, mark.b, sizeof(mark.b));
    for (Str rest = v->ledger; rest.len;) {
        Str line = str_cut(&rest, '\n');
        Destruction what;
        (void)str_cut(&line, ' ');
        if (str_eq(str_cut(&line, ' '), buf_str(&hex)) &&
            purge_what_get(str_cut(&line, ' '), &what) == 0)
            classes |= what.classes;
    }
    return classes;
}

int verify_destroyed(Fold *f, const EventRecord *e)
{
    Verify *v = f->v;
    uint8_t allowed = 0;

    if (e->step.kind != STEP_DESTROY)
        return 0;
    for (size_t i = 0; i < v->approvals.n; i++) {
        const ListedLine *l = listed_line(v, approval_at(v, i), f->def, f->head);
        if (l && approval_at(v, i)->day <= e->step.day)
            allowed |= l->what.classes;
    }
    if (e->step.classes & (uint8_t)~allowed)
        allowed |= ledger_classes(v, f->head);
    if (e->step.classes & (uint8_t)~allowed)
        fold_fault(f, "event", "destroys what nobody approved");
    return 0;
}

void verify_still_there(Verify *v, const Def *def, const HeadRecord *h)
{
    for (size_t i = 0; i < v->approvals.n; i++) {
        ListedLine *l = listed_line(v, approval_at(v, i), def, h);
        if (l)
            l->there = true;
    }
}

/* ---- met in the log ---- */

static Approval *approval_of(Verify *v, uint64_t place)
{
    for (size_t i = 0; i < v->approvals.n; i++)
        if (approval_at(v, i)->place == place)
            return approval_at(v, i);
    return NULL;
}

bool verify_has_approval(Verify *v, uint64_t place)
{
    return approval_of(v, place) != NULL;
}

bool verify_is_approved(Verify *v, uint64_t place, Str list)
{
    const Approval *a = approval_of(v, place);

    return a && str_eq(a->list, list);
}

void verify_list_entry(Verify *v, const LeafRecord *leaf)
{
    Approval *a = approval_of(v, leaf->index);

    v->list_logged |= leaf->kind == LOGGED_LIST &&
                      memcmp(leaf->content.b, v->list_content.b, sizeof(leaf->content.b)) == 0;
    if (!a)
        return;
    Bytes32 content = purge_list_attested("approved", a->list, &a->signature);
    Tag tag = desk_tag(v->desk, 0, name_str(&a->by));
    a->logged = leaf->kind == LOGGED_LIST && tag_eq(&tag, &leaf->person) &&
                memcmp(content.b, leaf->content.b, sizeof(content.b)) == 0;
}

/* Lines of the portion whose case went as a whole. */
static uint64_t gone_in(const Approval *a, const PurgeGround *g)
{
    uint64_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        const ListedLine *l = &a->lines[i];
        n += l->at >= g->from && l->at < g->to && l->what.whole && !l->there;
    }
    return n;
}

static const char *approved_check(Verify *v, const LeafRecord *leaf, const PurgeGround *g)
{
    Approval *a = approval_of(v, g->approval);

    if (!a || g->approval >= leaf->index || !a->logged)
        return "names no approval that the log attests";
    Tag tag = desk_tag(v->desk, 0, name_str(&a->by));
    if (!tag_eq(&tag, &leaf->person))
        return "names another person than approved it";
    if (g->from < a->ran_to || g->from >= g->to || g->to > a->list.len + 1)
        return "carries out what was carried out before, or is not on the list";
    a->ran_to = g->to;
    return g->cases > gone_in(a, g) ? "took out more than was on the approved list" : NULL;
}

/* Cases that came from another workflow and are gone were arrivals too, and only those: else one
 * list that was approved would let as many others go as moved. Older purges do not say it; they are
 * read as if none had come, and none is older than one that says it. */
static const char *came_check(Verify *v, const PurgeGround *g)
{
    if (g->by == PURGED_MOVED)
        return NULL;
    if (v->came_said && !g->came_said)
        return "does not say how many of its cases had come from other workflows";
    v->came_said |= g->came_said;
    v->purged_came += g->came;
    return g->came > g->cases ? "more of its cases came from other workflows than went" : NULL;
}

int verify_purge_entry(Verify *v, const LeafRecord *leaf, const Hash *covers)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf key = {0};
    PurgeGround g;
    Str ground;

    arena_init(&arena, 1 << 16);
    buf_init(&key, 64);
    purged_key(&key, leaf->index);
    int r = desk_answer(store_get_meta(v->txn, buf_str(&key), &arena, &ground));
    r = r ? r : purge_ground_get(v->desk, leaf->index, ground, &g);
    if (r < 0)
        return r;
    if (r) {
        verify_fault_at(v, "log", leaf->index, "purge has no ground");
        return 0;
    }
    Bytes32 content = purge_attested(covers, ground);
    if (memcmp(content.b, leaf->content.b, sizeof(content.b)) != 0)
        verify_fault_at(v, "log", leaf->index, "purge does not cover what was taken out");
    const char *wrong = g.by == PURGED_APPROVED ? approved_check(v, leaf, &g) : NULL;
    wrong = wrong ? wrong : came_check(v, &g);
    if (wrong)
        verify_fault_at(v, "log", leaf->index, wrong);
    if (g.by == PURGED_MOVED)
        TRY(verify_move(v, leaf, &g.move));
    v->purged_again += g.by == PURGED_AGAIN ? g.cases : 0;
    v->purged += g.cases;
    return 0;
}

static uint64_t ledger_wholes(const Verify *v)
{
    uint64_t n = 0;

    for (Str rest = v->ledger; rest.len;) {
        Str line = str_cut(&rest, '\n');
        (void)str_cut(&line, ' ');
        (void)str_cut(&line, ' ');
        n += str_is(str_cut(&line, ' '), "everything");
    }
    return n;
}

int verify_purges_end(Verify *v)
{
    for (size_t i = 0; i < v->approvals.n; i++)
        if (!approval_at(v, i)->logged)
            verify_fault_at(v, "approval", approval_at(v, i)->place, "is not in the log");
    verify_moves_end(v);
    if (v->purged > ledger_wholes(v))
        verify_fault(v, "log", STR("purges"), "took out more cases than the ledger knows of");
    if (v->purged_again)
        buf_addf(v->report,
                 "purges: %llu cases were taken out again after a restore, as the ledger says; the "
                 "lists that were approved then are with whoever kept them\n",
                 (unsigned long long)v->purged_again);
    return 0;
}
