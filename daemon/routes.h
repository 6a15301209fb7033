/* SPDX-License-Identifier: Apache-2.0 */
/* Every request there is, as one table. */
#pragma once

#include "daemon/request.h"

enum { METHOD_GET = 1, METHOD_POST = 2, METHOD_HEAD = 4, METHOD_OTHER = 8 };

typedef enum RouteFor {
    FOR_ALL,
    FOR_STAFF, /* a session's token in Authorization: Bearer */
    FOR_LOCAL, /* the unix socket only */
} RouteFor;

typedef enum BodyKind { BODY_NONE, BODY_FORM, BODY_FILES } BodyKind;

struct Route {
    uint8_t method; /* METHOD_GET serves HEAD too */
    const char *pattern;
    uint8_t who;  /* RouteFor */
    uint8_t body; /* BodyKind: what a POST may send */
    /* Fills the reply, or sets q->run for the turn. 0, or negative: no memory. */
    int (*handle)(Request *q);
};

/* The row; NULL: no such path (ret_allow 0) or not by this method (ret_allow says which). */
const Route *routes_find(uint8_t method, Str path, Str ret_open[PATH_OPEN_MAX], uint8_t *ret_allow);

/* ---- pages ---- */
int home_get(Request *q);
int style_get(Request *q);
int health_get(Request *q);
int report_get(Request *q);
int report_post(Request *q);
int manual_get(Request *q);
int track_get(Request *q);
int track_post(Request *q);
int track_reply(Request *q);
int track_do(Request *q);
int track_survey(Request *q);
int track_redirect(Request *q);

/* ---- staff API (docs/openapi.yaml) ---- */
int api_challenge(Request *q);
int api_answer(Request *q);
int api_end(Request *q);
int api_staff(Request *q);
int api_enrol(Request *q);
int api_block(Request *q);
int api_directory(Request *q);
int api_directory_past(Request *q);
int api_settings(Request *q);
int api_definition(Request *q);
int api_calendar(Request *q);
int api_upload_begin(Request *q);
int api_upload_state(Request *q);
int api_upload_part(Request *q);
int api_cases(Request *q);
int api_submit(Request *q);
int api_case(Request *q);
int api_readers(Request *q);
int api_do(Request *q);
int api_grants(Request *q);
int api_file(Request *q);
int api_custody_list(Request *q);
int api_custody(Request *q);
int api_custody_answer(Request *q);
int api_overdue(Request *q);
int api_alerts(Request *q);
int api_checkpoint(Request *q);
int api_checkpoint_now(Request *q);
int api_log_key(Request *q);
int api_consistency(Request *q);
int api_inclusion(Request *q);
int api_purge(Request *q);
int api_purge_list(Request *q);
int api_purge_approve(Request *q);
int api_advance(Request *q);
int api_migrate(Request *q);
