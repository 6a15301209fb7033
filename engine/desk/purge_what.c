/* SPDX-License-Identifier: Apache-2.0 */
/* What of a case goes, in rules and in words. */
#include "base/err.h"
#include "engine/desk/purge_inner.h"
#include <errno.h>

static const char *const class_words[CLASSES] = {
    [CLASS_WORKING] = "working",
    [CLASS_CONFIDENTIAL] = "confidential",
    [CLASS_IDENTITY] = "identity",
};

/* A case that is kept may point at this one, or show its words to the public. */
static int links_judge(Desk *d, Txn *t, const Case *c, Day today, bool *ret_needed, bool *ret_held)
{
    for (uint8_t i = 0; i < c->n_links; i++) {
        HeadRecord other;
        const Def *def;
        bool held;
        int r = desk_answer(store_get_head(t, c->links[i], &other));
        if (r == DESK_UNKNOWN)
            continue; /* gone before */
        r = r ? r : desk_def(d, t, &other, &def);
        if (r)
            return r;
        *ret_needed |= retention_needs_link(def, &other.c, today, &held);
        *ret_held |= held;
    }
    return DESK_OK;
}

bool purge_due(Desk *d, Txn *t, const Def *def, const Case *c, Day today, Destruction *ret,
               int *ret_r)
{
    Destruction due;
    bool needed = false, held = false;

    *ret_r = DESK_OK;
    if (!retention_due(def, c, today, &due))
        return false;
    *ret_r = links_judge(d, t, c, today, &needed, &held);
    if (*ret_r || held)
        return false;
    due.whole = due.whole && !needed;
    *ret = due;
    return due.whole || due.classes;
}

void purge_what_put(Buf *out, const Destruction *what)
{
    const char *comma = "";

    if (what->whole) {
        buf_adds(out, "everything");
        return;
    }
    for (uint8_t class = 0; class < CLASSES; class++) {
        if (!(what->classes & CLASS_BIT(class)) || !class_words[class])
            continue;
        buf_adds(out, comma);
        buf_adds(out, class_words[class]);
        comma = ",";
    }
}

int purge_what_get(Str words, Destruction *ret)
{
    Destruction what = {.whole = str_is(words, "everything")};

    while (!what.whole && words.len) {
        Str word = str_cut(&words, ',');
        uint8_t class = 0;
        while (class < CLASSES && !(class_words[class] && str_is(word, class_words[class])))
            class++;
        if (class == CLASSES)
            return 1;
        what.classes |= CLASS_BIT(class);
    }
    if (!what.whole && !what.classes)
        return 1;
    *ret = what;
    return 0;
}

Bytes32 purge_mark(const Desk *d, uint64_t seal_id)
{
    uint8_t id[8];

    for (size_t i = 0; i < sizeof(id); i++)
        id[i] = (uint8_t)(seal_id >> (56 - 8 * i));
    Str parts[] = {STR("krading/1|purged"), desk_office(d)->tenant, {(const char *)id, sizeof(id)}};
    Hash h = hash_parts(NULL, parts, 3);
    return bytes32_of(h.b);
}

Hash purge_line_mac(const Desk *d, Str line)
{
    Str parts[] = {STR("krading/1|purge ledger"), desk_office(d)->tenant, line};

    return hash_parts(&d->keys.pepper, parts, 3);
}

int purge_meta_put(Txn *t, const char *name, Str value)
{
    ARENA_AUTO Arena arena = {0};

    arena_init(&arena, PURGE_ARENA);
    Batch *b = batch_new(&arena);
    if (!b)
        return err_origin(-ENOMEM);
    batch_put_meta(b, str_of(name), value);
    return desk_answer(store_apply(t, b));
}

int purge_meta_get(Txn *t, const char *name, Arena *arena, Str *ret)
{
    *ret = STR("");
    int r = desk_answer(store_get_meta(t, str_of(name), arena, ret));
    return r == DESK_UNKNOWN ? DESK_OK : r;
}
