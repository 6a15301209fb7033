/* SPDX-License-Identifier: Apache-2.0 */
/* A case leaves the store; its entries leave the log by leaf_purge. A batch that drops a case makes a
 * compaction due (store.h), which takes the bytes themselves away. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>

static int files_of(Txn *t, const HeadRecord *h, Arena *arena, Name **ret, size_t *ret_n)
{
    Name *files = arena_many(arena, h->parts + 1u, Name);
    int r = DESK_OK;

    if (!files)
        return err_origin(-ENOMEM);
    *ret_n = 0;
    for (uint32_t no = 0; no < h->parts && !r; no++) {
        PartRecord part;
        r = desk_answer(store_get_part(t, h->id, no, arena, &part));
        if (!r && part.kind == PART_FILE && part.file.s[0]) /* empty: destroyed before */
            files[(*ret_n)++] = part.file;
    }
    *ret = files;
    return r == DESK_UNKNOWN ? DESK_BROKEN : r;
}

int case_drop(Txn *t, Arena *arena, const HeadRecord *h, Name **ret_files, size_t *ret_n)
{
    Batch *b = batch_new(arena);

    if (!b)
        return err_origin(-ENOMEM);
    int r = files_of(t, h, arena, ret_files, ret_n);
    if (r)
        return r;
    batch_expect_rev(b, h->id, h->c.rev, h->c.events);
    batch_drop_case(b, h->id);
    return desk_answer(store_apply(t, b));
}
