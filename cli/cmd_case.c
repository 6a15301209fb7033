/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote.h"

#include "base/err.h"
#include "cli/origin.h"
#include "cli/save.h"
#include "cli/show.h"

int case_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    CASE_FILE_AUTO CaseFile f = {0};
    ORIGIN_AUTO Origin was = {.was = NULL};
    json_t *json = NULL, *out;

    TRY(session_begin(args, &s));
    TRY(remote_case(&s, args->word[0], &f, &json));
    int r = origin_open(&s, &f, &was);
    if (!r && args_has(args, OPT_JSON)) {
        out = show_case_json(&f, json);
        json_object_set_new_nocheck(out, "original", origin_json(&f, &was));
        r = js_print(out);
    } else if (!r) {
        show_case(&f, json);
        origin_show(&f, &was);
    }
    json_decref(json);
    if (!r && args_has(args, OPT_SAVE))
        r = save_attachments(&s, &f, args->value[OPT_SAVE]);
    return r;
}
