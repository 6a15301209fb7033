/* SPDX-License-Identifier: Apache-2.0 */
/* workflow diff: what changes from one version of a workflow to the next, in words. */
#include "cli/cli.h"

#include "base/err.h"
#include "cli/workfile.h"
#include "engine/load/diff.h"
#include <stdio.h>

enum { OUT_MAX = 16 << 20 };

int workflow_diff_proceed(const Args *args)
{
    AROUND_AUTO Around before = {.office = NULL};
    AROUND_AUTO Around after = {.office = NULL};
    BUF_AUTO Buf out = {0};
    const Def *old, *fresh;

    buf_init(&out, OUT_MAX);
    TRY(workfile_load_reported(args->word[0], &before, &old));
    TRY(workfile_load_reported(args->word[1], &after, &fresh));
    if (!diff_put(&out, old, fresh))
        buf_adds(&out, "no difference\n");
    if (out.err)
        return err_origin(out.err);
    fwrite(out.ptr, 1, out.len, stdout);
    return CLI_DONE;
}
