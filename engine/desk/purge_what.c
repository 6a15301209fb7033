/* SPDX-License-Identifier: Apache-2.0 */
/* What of a case goes, in rules and in words. */
#include "base/err.h"
#include "base/text.h"
#include "base/wire.h"
#include "engine/desk/purge_inner.h"
#include <errno.h>
#include <string.h>

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
    for (uint8_t class = 0; class < CLASSES; class ++) {
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
            class ++;
        if (class == CLASSES)
            return 1;
        what.classes |= CLASS_BIT(class);
    }
    if (!what.whole && !what.classes)
        return 1;
    *ret = what;
    return 0;
}

void purge_name(const Desk *d, const Def *def, const HeadRecord *h, Day day, Name *ret)
{
    enum { HANDLE_BYTES = 8 };
    BUF_AUTO Buf said = {0}, text = {0};

    if (!def->protected) {
        *ret = h->number;
        return;
    }
    buf_init(&said, 16);
    buf_init(&text, 2 * HANDLE_BYTES);
    wire_put_i32(&said, day);
    wire_put_u64(&said, h->seal_id);
    Str parts[] = {STR("krading/1|purge handle"), desk_office(d)->tenant, buf_str(&said)};
    Hash handle = hash_parts(&d->keys.pepper, parts, 3);
    text_put_hex(&text, handle.b, HANDLE_BYTES);
    *ret = name_of(buf_str(&text));
}

bool purge_line_get(Str line, Str *ret_name, Destruction *ret_what)
{
    const char *colon = line.len ? memrchr(line.ptr, ':', line.len) : NULL;

    if (!colon || colon + 2 > line.ptr + line.len)
        return false;
    Str words = {colon + 2, (size_t)(line.ptr + line.len - colon) - 2};
    *ret_name = str_cut(&line, ' ');
    return purge_what_get(words, ret_what) == 0;
}

int purge_heading_get(const Desk *d, Str list, Day *ret_day, Name *ret_maker)
{
    Str first = str_cut(&list, '\n'), office = str_cut(&list, '\n'), made = str_cut(&list, '\n');

    if (!str_is(first, "krading destruction list 1") || !str_is(str_cut(&office, ' '), "office") ||
        !str_eq(office, desk_office(d)->tenant) || !str_is(str_cut(&made, ' '), "made") ||
        day_parse_iso(str_cut(&made, ' '), ret_day) || !str_is(str_cut(&made, ' '), "by"))
        return 1;
    *ret_maker = name_of(made);
    return 0;
}

Bytes32 purge_list_attested(const char *what, Str list, const Signature *signature)
{
    Str parts[] = {STR("krading/1|purge"),
                   str_of(what),
                   list,
                   {(const char *)signature->b, sizeof(signature->b)}};
    Hash h = hash_parts(NULL, parts, 4);

    return bytes32_of(h.b);
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
