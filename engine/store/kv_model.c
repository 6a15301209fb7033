/* SPDX-License-Identifier: Apache-2.0 */
/* The model: sorted arrays in memory. A writing transaction is a stack of layers over the base,
 * each holding what it changed; a reader holds the base it began with, and a commit that meets
 * readers works on a copy. */
#include "base/err.h"
#include "engine/store/kv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Never changed once made; shared between layers. */
typedef struct Entry {
    unsigned refs;
    bool gone; /* hides an entry of a lower layer */
    size_t key_len, value_len;
    char bytes[];
} Entry;

typedef struct Sorted {
    Entry **v;
    size_t n, cap;
} Sorted;

typedef struct Layer {
    unsigned refs;
    Sorted table[KV_TABLES];
} Layer;

typedef struct Model {
    Kv kv;
    Layer *base;
} Model;

typedef struct ModelTxn {
    KvTxn t;
    bool write;
    size_t n; /* layers above the base */
    Layer *layer[1 + 1 + KV_NEST_MAX];
} ModelTxn;

static Model *model_of(Kv *kv)
{
    return (Model *)(void *)kv;
}

static ModelTxn *txn_of(KvTxn *t)
{
    return (ModelTxn *)(void *)t;
}

static Str entry_key(const Entry *e)
{
    return (Str){e->bytes, e->key_len};
}

static Str entry_value(const Entry *e)
{
    return (Str){e->bytes + e->key_len, e->value_len};
}

static Entry *entry_new(Str key, Str value, bool gone)
{
    Entry *e = malloc(sizeof(*e) + key.len + value.len);

    if (!e)
        return NULL;
    *e = (Entry){.refs = 1, .gone = gone, .key_len = key.len, .value_len = value.len};
    memcpy(e->bytes, key.ptr, key.len);
    if (value.len)
        memcpy(e->bytes + key.len, value.ptr, value.len);
    return e;
}

static void entry_unref(Entry *e)
{
    if (--e->refs == 0)
        free(e);
}

/* Index of the first entry at or after key. */
static size_t sorted_find(const Sorted *s, Str key, bool *ret_exact)
{
    size_t low = 0, high = s->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (str_cmp(entry_key(s->v[middle]), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_exact = low < s->n && str_cmp(entry_key(s->v[low]), key) == 0;
    return low;
}

static int sorted_reserve(Sorted *s, size_t n)
{
    if (n <= s->cap)
        return 0;

    const size_t cap = n < 2 * s->cap ? 2 * s->cap : n + 8;
    Entry **v = realloc(s->v, cap * sizeof(Entry *));
    if (!v)
        return err_origin(-ENOMEM);
    s->v = v;
    s->cap = cap;
    return 0;
}

/* Takes over the entry's reference; there must be room for one more. */
static void sorted_set(Sorted *s, Entry *e)
{
    bool exact;
    const size_t i = sorted_find(s, entry_key(e), &exact);

    if (exact) {
        entry_unref(s->v[i]);
    } else {
        memmove(&s->v[i + 1], &s->v[i], (s->n - i) * sizeof(Entry *));
        s->n++;
    }
    s->v[i] = e;
}

static void sorted_remove(Sorted *s, Str key)
{
    bool exact;
    const size_t i = sorted_find(s, key, &exact);

    if (!exact)
        return;
    entry_unref(s->v[i]);
    s->n--;
    memmove(&s->v[i], &s->v[i + 1], (s->n - i) * sizeof(Entry *));
}

static void layer_unref(Layer *l)
{
    if (!l || --l->refs > 0)
        return;
    for (size_t t = 0; t < KV_TABLES; t++) {
        for (size_t i = 0; i < l->table[t].n; i++)
            entry_unref(l->table[t].v[i]);
        free(l->table[t].v);
    }
    free(l);
}

static Layer *layer_new(void)
{
    Layer *l = calloc(1, sizeof(*l));

    if (l)
        l->refs = 1;
    return l;
}

static Layer *layer_copy(const Layer *from)
{
    Layer *l = layer_new();

    for (size_t t = 0; l && t < KV_TABLES; t++) {
        const Sorted *s = &from->table[t];
        if (sorted_reserve(&l->table[t], s->n) < 0) {
            layer_unref(l);
            return NULL;
        }
        for (size_t i = 0; i < s->n; i++) {
            s->v[i]->refs++;
            l->table[t].v[i] = s->v[i];
        }
        l->table[t].n = s->n;
    }
    return l;
}

/* Room first, so that the merge itself cannot fail half-way. */
static int layer_merge(Layer *into, const Layer *from, bool is_base)
{
    for (size_t t = 0; t < KV_TABLES; t++)
        TRY(sorted_reserve(&into->table[t], into->table[t].n + from->table[t].n));

    for (size_t t = 0; t < KV_TABLES; t++) {
        for (size_t i = 0; i < from->table[t].n; i++) {
            Entry *e = from->table[t].v[i];
            if (e->gone && is_base) {
                sorted_remove(&into->table[t], entry_key(e));
            } else {
                e->refs++;
                sorted_set(&into->table[t], e);
            }
        }
    }
    return 0;
}

static void model_free(Kv *kv)
{
    Model *m = model_of(kv);

    layer_unref(m->base);
    free(m);
}

static void model_end(KvTxn *kt)
{
    ModelTxn *t = txn_of(kt);

    for (size_t i = 0; i <= t->n; i++)
        layer_unref(t->layer[i]);
    free(t);
}

static int model_nest(KvTxn *kt)
{
    ModelTxn *t = txn_of(kt);

    if (!t->write || t->n > KV_NEST_MAX)
        return err_origin(-EINVAL);
    Layer *l = layer_new();
    if (!l)
        return err_origin(-ENOMEM);
    t->layer[++t->n] = l;
    return 0;
}

static int model_begin(Kv *kv, bool write, KvTxn **ret)
{
    Model *m = model_of(kv);
    ModelTxn *t = calloc(1, sizeof(*t));

    if (!t)
        return err_origin(-ENOMEM);
    t->t.kv = kv;
    t->write = write;
    t->layer[0] = m->base;
    m->base->refs++;
    if (write) {
        const int r = model_nest(&t->t);
        if (r) {
            model_end(&t->t);
            return err_trace(r);
        }
    }
    *ret = &t->t;
    return 0;
}

static void model_drop(KvTxn *kt)
{
    ModelTxn *t = txn_of(kt);

    layer_unref(t->layer[t->n--]);
}

static int model_keep(KvTxn *kt)
{
    ModelTxn *t = txn_of(kt);

    TRY(layer_merge(t->layer[t->n - 1], t->layer[t->n], false));
    model_drop(kt);
    return 0;
}

static int model_commit(KvTxn *kt)
{
    ModelTxn *t = txn_of(kt);
    Model *m = model_of(kt->kv);
    int r = 0;

    while (!r && t->n > 1)
        r = model_keep(kt);
    if (!r) {
        /* The transaction itself holds the base once; anybody else is a reader. */
        Layer *base = m->base->refs > 2 ? layer_copy(m->base) : m->base;
        r = base ? layer_merge(base, t->layer[1], true) : err_origin(-ENOMEM);
        if (base && base != m->base) {
            layer_unref(r ? base : m->base);
            m->base = r ? m->base : base;
        }
    }
    model_end(kt);
    return r;
}

static int model_get(KvTxn *kt, KvTable table, Str key, Str *ret)
{
    const ModelTxn *t = txn_of(kt);

    for (size_t i = t->n + 1; i-- > 0;) {
        bool exact;
        const Sorted *s = &t->layer[i]->table[table];
        const size_t at = sorted_find(s, key, &exact);
        if (!exact)
            continue;
        if (s->v[at]->gone)
            return STORE_UNKNOWN;
        *ret = entry_value(s->v[at]);
        return 0;
    }
    return STORE_UNKNOWN;
}

static int model_next(KvTxn *kt, KvTable table, Str from, Str *ret_key, Str *ret_value)
{
    const ModelTxn *t = txn_of(kt);
    size_t at[1 + 1 + KV_NEST_MAX];

    for (size_t i = 0; i <= t->n; i++) {
        bool exact;
        at[i] = sorted_find(&t->layer[i]->table[table], from, &exact);
    }
    for (;;) {
        const Entry *first = NULL; /* of equal keys the one of the highest layer */
        for (size_t i = 0; i <= t->n; i++) {
            const Sorted *s = &t->layer[i]->table[table];
            if (at[i] < s->n && (!first || str_cmp(entry_key(s->v[at[i]]), entry_key(first)) <= 0))
                first = s->v[at[i]];
        }
        if (!first)
            return STORE_UNKNOWN;
        if (!first->gone) {
            *ret_key = entry_key(first);
            *ret_value = entry_value(first);
            return 0;
        }
        for (size_t i = 0; i <= t->n; i++) {
            const Sorted *s = &t->layer[i]->table[table];
            if (at[i] < s->n && str_cmp(entry_key(s->v[at[i]]), entry_key(first)) == 0)
                at[i]++;
        }
    }
}

static int model_set(KvTxn *kt, KvTable table, Str key, Str value, bool gone)
{
    ModelTxn *t = txn_of(kt);

    if (!t->write || !key.len || key.len > KV_KEY_MAX)
        return err_origin(-EINVAL);
    Sorted *s = &t->layer[t->n]->table[table];
    TRY(sorted_reserve(s, s->n + 1));
    Entry *e = entry_new(key, value, gone);
    if (!e)
        return err_origin(-ENOMEM);
    sorted_set(s, e);
    return 0;
}

static int model_put(KvTxn *t, KvTable table, Str key, Str value)
{
    return model_set(t, table, key, value, false);
}

static int model_del(KvTxn *t, KvTable table, Str key)
{
    Str value;
    const int r = model_get(t, table, key, &value);

    return r ? r : model_set(t, table, key, (Str){NULL, 0}, true);
}

static int model_copy(Kv *kv, const char *to_dir)
{
    (void)kv;
    (void)to_dir;
    return err_origin(-ENOTSUP);
}

static int model_copy_fd(Kv *kv, int fd)
{
    (void)kv;
    (void)fd;
    return err_origin(-ENOTSUP);
}

/* What the model deletes is gone. */
static int model_compact(Kv *kv)
{
    (void)kv;
    return STORE_OK;
}

static int model_wipe(Kv *kv, uint64_t most, bool *ret_more)
{
    (void)kv;
    (void)most;
    *ret_more = false;
    return STORE_OK;
}

static bool model_space_below(const Kv *kv, uint64_t reserve)
{
    (void)kv;
    (void)reserve;
    return false;
}

static const KvOps model_ops = {
    .free = model_free,
    .begin = model_begin,
    .nest = model_nest,
    .keep = model_keep,
    .drop = model_drop,
    .commit = model_commit,
    .end = model_end,
    .get = model_get,
    .next = model_next,
    .put = model_put,
    .del = model_del,
    .copy = model_copy,
    .copy_fd = model_copy_fd,
    .compact = model_compact,
    .wipe = model_wipe,
    .space_below = model_space_below,
};

int kv_model_new(Kv **ret)
{
    Model *m = calloc(1, sizeof(*m));

    if (!m)
        return err_origin(-ENOMEM);
    m->kv.ops = &model_ops;
    m->base = layer_new();
    if (!m->base) {
        free(m);
        return err_origin(-ENOMEM);
    }
    *ret = &m->kv;
    return 0;
}
