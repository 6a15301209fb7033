/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/routes.h"

static const Route ROUTES[] = {
    {METHOD_GET, "/", FOR_ALL, BODY_NONE, home_get},
    {METHOD_GET, "/healthz", FOR_ALL, BODY_NONE, health_get},
    {METHOD_GET, "/style.css", FOR_ALL, BODY_NONE, style_get},
    {METHOD_GET, "/report/?", FOR_ALL, BODY_NONE, report_get},
    {METHOD_POST, "/report/?", FOR_ALL, BODY_FILES, report_post},
    {METHOD_GET, "/manual/?", FOR_ALL, BODY_NONE, manual_get},
    {METHOD_GET, "/track", FOR_ALL, BODY_NONE, track_get},
    {METHOD_POST, "/track", FOR_ALL, BODY_FORM, track_post},
    {METHOD_GET, "/track/reply", FOR_ALL, BODY_NONE, track_redirect},
    {METHOD_POST, "/track/reply", FOR_ALL, BODY_FILES, track_reply},
    {METHOD_GET, "/track/do", FOR_ALL, BODY_NONE, track_redirect},
    {METHOD_POST, "/track/do", FOR_ALL, BODY_FILES, track_do},
    {METHOD_GET, "/track/survey", FOR_ALL, BODY_NONE, track_redirect},
    {METHOD_POST, "/track/survey", FOR_ALL, BODY_FORM, track_survey},

    {METHOD_POST, "/api/session/challenge", FOR_ALL, BODY_FORM, api_challenge},
    {METHOD_POST, "/api/session/answer", FOR_ALL, BODY_FORM, api_answer},
    {METHOD_POST, "/api/session/end", FOR_ALL, BODY_FORM, api_end},
    {METHOD_GET, "/api/staff", FOR_STAFF, BODY_NONE, api_staff},
    {METHOD_POST, "/api/staff/keys", FOR_STAFF, BODY_FORM, api_enrol},
    {METHOD_POST, "/api/staff/block", FOR_LOCAL, BODY_FORM, api_block},
    {METHOD_GET, "/api/directory/?", FOR_STAFF, BODY_NONE, api_directory_past},
    {METHOD_POST, "/api/directory", FOR_ALL, BODY_FORM, api_directory},
    {METHOD_GET, "/api/settings", FOR_STAFF, BODY_NONE, api_settings},
    {METHOD_GET, "/api/definition/?", FOR_STAFF, BODY_NONE, api_definition},
    {METHOD_GET, "/api/calendar/?", FOR_STAFF, BODY_NONE, api_calendar},
    {METHOD_POST, "/api/uploads", FOR_STAFF, BODY_FORM, api_upload_begin},
    {METHOD_GET, "/api/uploads/?", FOR_STAFF, BODY_NONE, api_upload_state},
    {METHOD_POST, "/api/uploads/?", FOR_STAFF, BODY_FILES, api_upload_part},
    {METHOD_GET, "/api/cases", FOR_STAFF, BODY_NONE, api_cases},
    {METHOD_POST, "/api/cases", FOR_STAFF, BODY_FORM, api_submit},
    {METHOD_GET, "/api/cases/?", FOR_STAFF, BODY_NONE, api_case},
    {METHOD_GET, "/api/cases/?/readers", FOR_STAFF, BODY_NONE, api_readers},
    {METHOD_POST, "/api/cases/?/do", FOR_STAFF, BODY_FORM, api_do},
    {METHOD_POST, "/api/cases/?/grants", FOR_STAFF, BODY_FORM, api_grants},
    {METHOD_GET, "/api/cases/?/files/?", FOR_STAFF, BODY_NONE, api_file},
    {METHOD_GET, "/api/custody", FOR_STAFF, BODY_NONE, api_custody_list},
    {METHOD_GET, "/api/custody/?", FOR_STAFF, BODY_NONE, api_custody},
    {METHOD_POST, "/api/custody/?", FOR_STAFF, BODY_FORM, api_custody_answer},
    {METHOD_GET, "/api/overdue", FOR_STAFF, BODY_NONE, api_overdue},
    {METHOD_GET, "/api/alerts", FOR_STAFF, BODY_NONE, api_alerts},
    {METHOD_GET, "/api/log/checkpoint", FOR_ALL, BODY_NONE, api_checkpoint},
    {METHOD_GET, "/api/log/checkpoint/now", FOR_STAFF, BODY_NONE, api_checkpoint_now},
    {METHOD_GET, "/api/log/key", FOR_ALL, BODY_NONE, api_log_key},
    {METHOD_GET, "/api/log/consistency", FOR_ALL, BODY_NONE, api_consistency},
    {METHOD_GET, "/api/log/proof", FOR_STAFF, BODY_NONE, api_inclusion},
    {METHOD_GET, "/api/purge", FOR_STAFF, BODY_NONE, api_purge},
    {METHOD_POST, "/api/purge/list", FOR_STAFF, BODY_FORM, api_purge_list},
    {METHOD_POST, "/api/purge/approve", FOR_STAFF, BODY_FORM, api_purge_approve},
    {METHOD_POST, "/api/demo/advance", FOR_LOCAL, BODY_FORM, api_advance},
    {METHOD_POST, "/api/workflow/migrate", FOR_LOCAL, BODY_FORM, api_migrate},
};

const Route *routes_find(uint8_t method, Str path, Str ret_open[PATH_OPEN_MAX], uint8_t *ret_allow)
{
    uint8_t wanted = method == METHOD_HEAD ? METHOD_GET : method;

    *ret_allow = 0;
    for (size_t i = 0; i < sizeof(ROUTES) / sizeof(ROUTES[0]); i++) {
        if (!path_match(ROUTES[i].pattern, path, ret_open))
            continue;
        if (ROUTES[i].method == wanted)
            return &ROUTES[i];
        *ret_allow |= ROUTES[i].method;
        if (ROUTES[i].method == METHOD_GET)
            *ret_allow |= METHOD_HEAD;
    }
    return NULL;
}
