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
} Listing;

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

    buf_init(&line, 1024);
    buf_adds(&line, h->number.s);
    if (def->protected) {
        buf_adds(&line, " protected");
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
static int list_put(Desk *d, Txn *t, Day day, const Name *maker, Arena *arena, Buf *out)
{
    Listing l = {.desk = d, .txn = t, .day = day, .out = out, .arena = arena};
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
    return out->err ? err_origin(out->err) : DESK_OK;
}

/* ---- what stands ---- */

typedef struct Standing {
    uint8_t stage;
    Day day;
    Name maker;
    unsigned long long at; /* bytes of the list done */
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
        if (str_u64(text, PURGE_TEXT_MAX, &s.at) || s.at > s.list.len)
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
    *ret = (PurgeState){.stage = s->stage,
                        .list = s->list,
                        .maker = s->maker,
                        .settled = s->stage == PURGE_DONE && !files.len &&
                                   !store_compaction_due(t)};
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

/* What the log attests of a list, and of its approval. */
static int purge_log(Desk *d, Txn *t, const Person *by, const char *what, Str list,
                     const Signature *signature)
{
    Str parts[] = {STR("krading/1|purge"), str_of(what), list,
                   {(const char *)signature->b, sizeof(signature->b)}};
    Hash h = hash_parts(NULL, parts, 4);
    Bytes32 content = bytes32_of(h.b);
    Tag tag = desk_tag(d, 0, name_str(&by->name));

    return desk_log(d, t, LOGGED_LIST, NULL, NULL, 0, &tag, &content);
}

int desk_purge_list(Desk *d, Txn *t, const Who *who, Arena *arena, PurgeState *ret)
{
    static const Signature none;
    BUF_AUTO Buf text = {0}, state = {0};
    Standing s;

    if (!may_list(d, who->person))
        return DESK_REFUSED;
    int r = standing_get(t, arena, &s);
    if (r && r != DESK_UNKNOWN)
        return r;
    if (!r && s.stage == PURGE_RUNS)
        return DESK_MOVED;
    buf_init(&text, PURGE_TEXT_MAX);
    buf_init(&state, 256);
    r = list_put(d, t, desk_today(d), &who->person->name, arena, &text);
    r = r ? r : purge_meta_put(t, PURGE_LIST, buf_str(&text));
    day_put_iso(&state, desk_today(d));
    buf_addf(&state, " %s", who->person->name.s);
    r = r ? r : standing_put(t, "listed", (const char *)state.ptr);
    r = r ? r : purge_log(d, t, who->person, "listed", buf_str(&text), &none);
    return r ? r : desk_purge_state(d, t, who, arena, ret);
}

/* ---- approval ---- */

static int signed_put(Txn *t, const Person *by, const Signature *signature)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 512);
    buf_addf(&text, "%s ", by->name.s);
    text_put_hex(&text, signature->b, sizeof(signature->b));
    return purge_meta_put(t, PURGE_SIGNED, buf_str(&text));
}

int desk_purge_approve(Desk *d, Txn *t, const Who *who, const Signature *signature, Arena *arena,
                       PurgeState *ret)
{
    BUF_AUTO Buf now = {0};
    const Person *by = who->person;
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
    if (!keys_verify(&by->sign, "purge", desk_office(d)->tenant, &s.list, 1, signature))
        return DESK_SIGNATURE;
    buf_init(&now, PURGE_TEXT_MAX);
    r = list_put(d, t, s.day, &s.maker, arena, &now);
    if (r)
        return r;
    if (!str_eq(buf_str(&now), s.list))
        return DESK_MOVED;
    r = standing_put(t, "runs", "0");
    r = r ? r : signed_put(t, by, signature);
    r = r ? r : purge_log(d, t, by, "approved", s.list, signature);
    return r ? r : desk_purge_state(d, t, who, arena, ret);
}

/* ---- carrying it out ---- */

/* A line that names a case; false: heading or end. */
static bool line_read(Str line, Str *ret_number, Destruction *ret_what)
{
    const char *colon = line.len ? memrchr(line.ptr, ':', line.len) : NULL;

    if (!colon || colon + 2 > line.ptr + line.len)
        return false;
    Str words = {colon + 2, (size_t)(line.ptr + line.len - colon) - 2};
    *ret_number = str_cut(&line, ' ');
    return purge_what_get(words, ret_what) == 0;
}

/* A case that is not due any more (a hold came in between) stays. */
static int line_run(PurgeRun *run, Str line)
{
    Destruction listed, due;
    HeadRecord h;
    const Def *def;
    uint64_t id;
    Str number;

    if (!line_read(line, &number, &listed))
        return DESK_OK;
    int r = desk_answer(store_find_number(run->txn, number, &id));
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
    int r = DESK_OK;

    for (unsigned i = 0; i < PURGE_CASES && s->at < s->list.len && !r; i++) {
        Str rest = {s->list.ptr + s->at, s->list.len - (size_t)s->at};
        Str line = str_cut(&rest, '\n');
        s->at += line.len + 1;
        r = line_run(run, line);
    }
    return r ? r : purge_run_end(run);
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
    r = lines_run(&run, &s);
    purge_run_finish(&run);
    if (r)
        return r;
    buf_init(&at, 32);
    buf_addf(&at, "%llu", s.at);
    *ret_more = s.at < s.list.len;
    return *ret_more ? standing_put(t, "runs", (const char *)at.ptr)
                     : standing_put(t, "done", s.maker.s);
}
