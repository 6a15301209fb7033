/* SPDX-License-Identifier: Apache-2.0 */
/* The list, its approval, and carrying it out. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEADING "krading destruction list 1\n"

static bool has_any(const Person *p, const Str *roles, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Name role = name_of(roles[i]);
        if (person_has_role(p, role.s))
            return true;
    }
    return false;
}

static bool may_list(const Desk *d, const Person *p)
{
    const Destroyers *by = &desk_office(d)->destroys;

    return by->n_lists ? has_any(p, by->lists, by->n_lists)
                       : person_has_role(p, ROLE_NAME_ADMINISTRATOR);
}

static bool may_approve(const Desk *d, const Person *p)
{
    const Destroyers *by = &desk_office(d)->destroys;

    return has_any(p, by->approves, by->n_approves);
}

/* ---- the text ---- */

typedef struct Listing {
    Desk *desk;
    Txn *txn;
    Day day;
    Buf *out;
    Arena *arena;
    Str *hidden; /* lines of protected cases */
    size_t n_hidden, cap_hidden, n;
    Buf *ids; /* of these: "HANDLE ID" */
} Listing;

/* A list, and which cases the handles in it are. */
typedef struct Made {
    Buf text, ids;
} Made;
#define MADE_AUTO __attribute__((cleanup(made_finish)))

static void made_init(Made *m)
{
    buf_init(&m->text, PURGE_TEXT_MAX);
    buf_init(&m->ids, PURGE_TEXT_MAX);
}

static void made_finish(Made *m)
{
    buf_finish(&m->text);
    buf_finish(&m->ids);
}

static int hide(Listing *l, const Buf *line)
{
    if (l->n_hidden == l->cap_hidden) {
        size_t cap = l->cap_hidden ? 2 * l->cap_hidden : 64;
        Str *grown = arena_many(l->arena, cap, Str);
        if (!grown)
            return err_origin(-ENOMEM);
        if (l->n_hidden)
            memcpy(grown, l->hidden, l->n_hidden * sizeof(*grown));
        l->hidden = grown;
        l->cap_hidden = cap;
    }
    Str kept = arena_str(l->arena, buf_str(line));
    if (!kept.ptr)
        return err_origin(-ENOMEM);
    l->hidden[l->n_hidden++] = kept;
    return DESK_OK;
}

static int list_line(Listing *l, const Def *def, const HeadRecord *h, const Destruction *what)
{
    BUF_AUTO Buf line = {0};
    Name name;

    buf_init(&line, 1024);
    purge_name(l->desk, def, h, l->day, &name);
    buf_adds(&line, name.s);
    if (def->protected) {
        buf_adds(&line, " protected");
        buf_addf(l->ids, "%s %llu\n", name.s, (unsigned long long)h->id);
    } else {
        buf_addf(&line, " %s closed ", h->workflow.s);
        day_put_iso(&line, h->c.final_on);
        buf_adds(&line, " kept until ");
        day_put_iso(&line, what->last_kept);
    }
    buf_adds(&line, ": ");
    purge_what_put(&line, what);
    buf_adds(&line, "\n");
    if (line.err)
        return err_origin(line.err);
    l->n++;
    if (def->protected)
        return hide(l, &line);
    buf_add_str(l->out, buf_str(&line));
    return DESK_OK;
}

static int list_case(Listing *l, uint64_t id)
{
    HeadRecord h;
    const Def *def;
    Destruction what;

    int r = desk_answer(store_get_head(l->txn, id, &h));
    r = r ? r : desk_def(l->desk, l->txn, &h, &def);
    if (r)
        return r == DESK_BROKEN ? DESK_OK : r; /* verify names it */
    if (!purge_due(l->desk, l->txn, def, &h.c, l->day, &what, &r))
        return r;
    return list_line(l, def, &h, &what);
}

static int text_order(const void *a, const void *b)
{
    const Str *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int r = memcmp(x->ptr, y->ptr, n);

    return r ? r : x->len < y->len ? -1 : x->len > y->len;
}

/* What is due on `day`, as somebody would list it. */
static int list_put(Desk *d, Txn *t, Day day, const Name *maker, Arena *arena, Made *ret)
{
    Buf *out = &ret->text;
    Listing l = {.desk = d, .txn = t, .day = day, .out = out, .arena = arena, .ids = &ret->ids};
    uint64_t id = 0;

    buf_adds(out, HEADING "office ");
    buf_add_str(out, desk_office(d)->tenant);
    buf_adds(out, "\nmade ");
    day_put_iso(out, day);
    buf_addf(out, " by %s\n", maker->s);
    for (;; id++) {
        int r = desk_answer(store_next_case(t, id, &id));
        if (r == DESK_UNKNOWN)
            break;
        r = r ? r : list_case(&l, id);
        if (r)
            return r;
    }
    if (l.n_hidden)
        qsort(l.hidden, l.n_hidden, sizeof(*l.hidden), text_order);
    for (size_t i = 0; i < l.n_hidden; i++)
        buf_add_str(out, l.hidden[i]);
    buf_addf(out, "cases %zu\n", l.n);
    if (out->err || ret->ids.err)
        return err_origin(out->err ? out->err : ret->ids.err);
    return DESK_OK;
}

/* ---- what stands ---- */

typedef struct Standing {
    uint8_t stage;
    Day day;
    Name maker;
    unsigned long long at;       /* bytes of the list done */
    unsigned long long approval; /* place in the log */
    Str list;
} Standing;

static int standing_get(Txn *t, Arena *arena, Standing *ret)
{
    Standing s = {.day = DAY_NONE};
    Str text;

    int r = purge_meta_get(t, PURGE_STATE, arena, &text);
    r = r ? r : purge_meta_get(t, PURGE_LIST, arena, &s.list);
    if (r)
        return r;
    if (!text.len)
        return DESK_UNKNOWN;
    Str word = str_cut(&text, ' ');
    if (str_is(word, "done")) {
        s.stage = PURGE_DONE;
    } else if (str_is(word, "runs")) {
        s.stage = PURGE_RUNS;
        if (str_u64(str_cut(&text, ' '), PURGE_TEXT_MAX, &s.at) || s.at > s.list.len ||
            str_u64(text, UINT64_MAX, &s.approval))
            return DESK_BROKEN;
    } else if (day_parse_iso(str_cut(&text, ' '), &s.day)) {
        return DESK_BROKEN;
    }
    s.maker = name_of(text);
    *ret = s;
    return DESK_OK;
}

static int state_of(Txn *t, const Standing *s, Arena *arena, PurgeState *ret)
{
    Str files;

    int r = purge_meta_get(t, PURGE_FILES, arena, &files);
    if (r)
        return r;
    *ret =
        (PurgeState){.stage = s->stage,
                     .list = s->list,
                     .maker = s->maker,
                     .settled = s->stage == PURGE_DONE && !files.len && !store_compaction_due(t)};
    return DESK_OK;
}

int desk_purge_state(Desk *d, Txn *t, const Who *who, Arena *arena, PurgeState *ret)
{
    Standing s;

    if (!may_list(d, who->person) && !may_approve(d, who->person))
        return DESK_REFUSED;
    int r = standing_get(t, arena, &s);
    return r ? r : state_of(t, &s, arena, ret);
}

static int standing_put(Txn *t, const char *word, const char *rest)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 256);
    buf_addf(&text, "%s %s", word, rest);
    return purge_meta_put(t, PURGE_STATE, buf_str(&text));
}

static int purge_log(Desk *d, Txn *t, const Person *by, const char *what, Str list,
                     const Signature *signature)
{
    Bytes32 content = purge_list_attested(what, list, signature);
    Tag tag = desk_tag(d, 0, name_str(&by->name));

    return desk_log(d, t, LOGGED_LIST, NULL, NULL, 0, &tag, &content);
}

int desk_purge_list(Desk *d, Txn *t, const Who *who, Arena *arena, PurgeState *ret)
{
    static const Signature none;
    BUF_AUTO Buf state = {0};
    MADE_AUTO Made made = {{0}, {0}};
    Standing s;

    if (!may_list(d, who->person))
        return DESK_REFUSED;
    int r = standing_get(t, arena, &s);
    if (r && r != DESK_UNKNOWN)
        return r;
    if (!r && s.stage == PURGE_RUNS)
        return DESK_MOVED;
    made_init(&made);
    buf_init(&state, 256);
    r = list_put(d, t, desk_today(d), &who->person->name, arena, &made);
    r = r ? r : purge_meta_put(t, PURGE_LIST, buf_str(&made.text));
    r = r ? r : purge_meta_put(t, PURGE_HIDDEN, buf_str(&made.ids));
    day_put_iso(&state, desk_today(d));
    buf_addf(&state, " %s", who->person->name.s);
    r = r ? r : standing_put(t, "listed", (const char *)state.ptr);
    r = r ? r : purge_log(d, t, who->person, "listed", buf_str(&made.text), &none);
    return r ? r : desk_purge_state(d, t, who, arena, ret);
}

/* ---- approval ---- */

/* The approval stays with the log: what is destroyed on its ground points at it. */
static int approval_put(Desk *d, Txn *t, const Person *by, Str list, const Signature *signature,
                        uint64_t *ret_place)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf text = {0}, key = {0}, places = {0};
    Tree tree;
    Str had;

    arena_init(&arena, PURGE_ARENA);
    int r = tree_load(t, &arena, &tree);
    r = r ? r : purge_meta_get(t, PURGE_APPROVALS, &arena, &had);
    if (r)
        return r;
    buf_init(&text, PURGE_TEXT_MAX + 512);
    buf_init(&key, 64);
    buf_init(&places, PURGE_TEXT_MAX);
    buf_addf(&text, "%s %u ", by->name.s, (unsigned)desk_directory(d)->version);
    text_put_hex(&text, signature->b, sizeof(signature->b));
    buf_adds(&text, "\n");
    buf_add_str(&text, list);
    approval_key(&key, tree.size);
    buf_add_str(&places, had);
    buf_addf(&places, "%llu\n", (unsigned long long)tree.size);
    if (text.err || key.err || places.err)
        return err_origin(-ENOMEM);
    r = purge_meta_put(t, (const char *)key.ptr, buf_str(&text));
    r = r ? r : purge_meta_put(t, PURGE_APPROVALS, buf_str(&places));
    *ret_place = tree.size;
    return r ? r : purge_log(d, t, by, "approved", list, signature);
}

int desk_purge_approve(Desk *d, Txn *t, const Who *who, const Signature *signature, Arena *arena,
                       PurgeState *ret)
{
    BUF_AUTO Buf runs = {0};
    MADE_AUTO Made now = {{0}, {0}};
    const Person *by = who->person;
    uint64_t place;
    Standing s;

    if (!may_approve(d, by))
        return DESK_REFUSED;
    int r = standing_get(t, arena, &s);
    if (r)
        return r;
    if (s.stage != PURGE_LISTED)
        return DESK_UNKNOWN;
    if (name_eq(&s.maker, &by->name))
        return DESK_REFUSED;
    r = desk_people_stand(d, t);
    if (r)
        return r;
    if (!keys_verify(&by->sign, "purge", desk_office(d)->tenant, &s.list, 1, signature))
        return DESK_SIGNATURE;
    made_init(&now);
    r = list_put(d, t, s.day, &s.maker, arena, &now);
    if (r)
        return r;
    if (!str_eq(buf_str(&now.text), s.list))
        return DESK_MOVED;
    r = approval_put(d, t, by, s.list, signature, &place);
    if (r)
        return r;
    buf_init(&runs, 64);
    buf_addf(&runs, "0 %llu", (unsigned long long)place);
    r = standing_put(t, "runs", (const char *)runs.ptr);
    return r ? r : desk_purge_state(d, t, who, arena, ret);
}

/* ---- carrying it out ---- */

/* Which case a line is about. DESK_UNKNOWN: it is gone. */
static int id_of(Txn *t, Str name, Str hidden, uint64_t *ret)
{
    unsigned long long id;

    int r = desk_answer(store_find_number(t, name, ret));
    if (r != DESK_UNKNOWN)
        return r;
    while (hidden.len) {
        Str line = str_cut(&hidden, '\n');
        if (!str_eq(str_cut(&line, ' '), name))
            continue;
        if (str_u64(line, UINT64_MAX, &id))
            return DESK_BROKEN;
        *ret = id;
        return DESK_OK;
    }
    return DESK_UNKNOWN;
}

/* A case that is not due any more (a hold came in between) stays. */
static int line_run(PurgeRun *run, Str hidden, Str line)
{
    Destruction listed, due;
    HeadRecord h;
    const Def *def;
    uint64_t id;
    Str number;

    if (!purge_line_get(line, &number, &listed))
        return DESK_OK;
    int r = id_of(run->txn, number, hidden, &id);
    r = r ? r : desk_answer(store_get_head(run->txn, id, &h));
    r = r ? r : desk_def(run->desk, run->txn, &h, &def);
    if (r)
        return r == DESK_UNKNOWN || r == DESK_BROKEN ? DESK_OK : r;
    if (!purge_due(run->desk, run->txn, def, &h.c, desk_today(run->desk), &due, &r))
        return r;
    return purge_run_case(run, id, &listed, false);
}

static int lines_run(PurgeRun *run, Standing *s)
{
    Str hidden;

    int r = purge_meta_get(run->txn, PURGE_HIDDEN, run->arena, &hidden);
    run->ground.from = s->at;
    for (unsigned i = 0; i < PURGE_CASES && s->at < s->list.len && !r; i++) {
        Str rest = {s->list.ptr + s->at, s->list.len - (size_t)s->at};
        Str line = str_cut(&rest, '\n');
        s->at += line.len + 1;
        r = line_run(run, hidden, line);
    }
    run->ground.to = s->at;
    return r ? r : purge_run_end(run);
}

static int approver_of(Desk *d, Txn *t, const Standing *s, Arena *arena, Tag *ret)
{
    BUF_AUTO Buf key = {0};
    Str text;

    buf_init(&key, 64);
    approval_key(&key, s->approval);
    int r = purge_meta_get(t, (const char *)key.ptr, arena, &text);
    if (!r)
        *ret = desk_tag(d, 0, str_cut(&text, ' '));
    return r;
}

int desk_purge_step(Desk *d, Txn *t, bool *ret_more)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf at = {0};
    PurgeRun run;
    Standing s;

    *ret_more = false;
    arena_init(&arena, PURGE_ARENA);
    int r = standing_get(t, &arena, &s);
    if (r || s.stage != PURGE_RUNS)
        return r == DESK_UNKNOWN ? DESK_OK : r;
    purge_run_begin(&run, d, t, &arena);
    run.ground.by = PURGED_APPROVED;
    run.ground.approval = s.approval;
    r = approver_of(d, t, &s, &arena, &run.ground.person);
    r = r ? r : lines_run(&run, &s);
    purge_run_finish(&run);
    if (r)
        return r;
    buf_init(&at, 32);
    buf_addf(&at, "%llu %llu", s.at, s.approval);
    *ret_more = s.at < s.list.len;
    if (*ret_more)
        return standing_put(t, "runs", (const char *)at.ptr);
    r = purge_meta_put(t, PURGE_HIDDEN, STR(""));
    return r ? r : standing_put(t, "done", s.maker.s);
}
