/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments that no case names: a copy of an office may hold some that came while it was made. */
#include "base/err.h"
#include "engine/desk/purge_inner.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Named {
    Name *at;
    size_t n, cap;
} Named;

static int named_add(Named *l, const Name *name)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 256;
        Name *grown = realloc(l->at, cap * sizeof(*grown));
        if (!grown)
            return err_origin(-ENOMEM);
        l->at = grown;
        l->cap = cap;
    }
    l->at[l->n++] = *name;
    return 0;
}

static int name_order(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Name));
}

static int named_of_case(Txn *t, uint64_t id, Named *l)
{
    ARENA_AUTO Arena arena = {0};
    HeadRecord h;
    PartRecord part;

    arena_init(&arena, PURGE_ARENA);
    int r = store_get_head(t, id, &h);
    for (uint32_t i = 0; i < h.parts && !r; i++) {
        r = store_get_part(t, id, i, &arena, &part);
        if (!r && part.kind == PART_FILE && part.file.s[0])
            r = named_add(l, &part.file);
    }
    return r;
}

static int named_all(Desk *d, Named *l)
{
    uint64_t id = 0;
    Txn *t;

    int r = store_read(d->store, &t);
    if (r)
        return r;
    for (; !r; id++) {
        r = store_next_case(t, id, &id);
        r = r ? r : named_of_case(t, id, l);
    }
    store_end(t);
    return r == STORE_UNKNOWN ? 0 : r;
}

static int prune(const char *folder, const Named *l)
{
    DIR *dir = opendir(folder);
    int r = 0;

    if (!dir)
        return errno == ENOENT ? 0 : -errno;
    for (struct dirent *e = readdir(dir); e && !r; e = readdir(dir)) {
        Name name = name_of(str_of(e->d_name));
        if (e->d_name[0] == '.' ||
            (l->n && bsearch(&name, l->at, l->n, sizeof(Name), name_order)))
            continue;
        if (unlinkat(dirfd(dir), e->d_name, 0))
            r = -errno;
    }
    closedir(dir);
    return r;
}

int desk_files_prune(Desk *d)
{
    char *folder = path_join(d->dir, "files");
    Named l = {.at = NULL};

    if (!folder)
        return err_origin(-ENOMEM);
    int r = named_all(d, &l);
    if (!r && l.n)
        qsort(l.at, l.n, sizeof(Name), name_order);
    r = r ? r : prune(folder, &l);
    free(l.at);
    free(folder);
    return r;
}
