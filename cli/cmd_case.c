/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote.h"

#include "base/err.h"
#include "cli/save.h"
#include "cli/show.h"

int case_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    CASE_FILE_AUTO CaseFile f = {0};
    json_t *json = NULL;

    TRY(session_begin(args, &s));
    TRY(remote_case(&s, args->word[0], &f, &json));
    int r = CLI_DONE;
    if (args_has(args, OPT_JSON))
        r = js_print(show_case_json(&f, json));
    else
        show_case(&f, json);
    json_decref(json);
    if (!r && args_has(args, OPT_SAVE))
        r = save_attachments(&s, &f, args->value[OPT_SAVE]);
    return r;
}
