/* SPDX-License-Identifier: Apache-2.0 */
/* What the holder of a code sees and does. */
#pragma once

#include "daemon/fields.h"

typedef struct TrackPage {
    const TrackView *view;
    Str code;             /* as printed: goes on in hidden inputs, never in an address */
    int status;
    bool saved;           /* something was just stored */
    const char *fault;    /* what is wrong with the answer or the survey; NULL: nothing */
    uint8_t fault_at;     /* TrackPart whose form is shown again, with or without a fault */
    Str text;             /* typed into the answer */
    const Filled *filled; /* an action's faulty form */
    uint8_t action;       /* which action that is */
} TrackPage;
typedef enum TrackPart { TRACK_NOWHERE, TRACK_ANSWER, TRACK_SURVEY } TrackPart;

/* The form for a code; fault NULL: none. */
void track_form_put(Request *q, int status, const char *fault);
/* One answer for codes that do not exist and those that were revoked. */
void track_unknown_put(Request *q);
void track_put(Request *q, const TrackPage *p);
void track_json(Request *q, const TrackView *v, int status);
/* The field that takes files with an answer, or DEF_NONE. */
uint8_t track_files_field(const TrackView *v);
/* Needs and may of an action together. */
FieldSet action_fields(const Action *a);
