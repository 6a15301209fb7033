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
    bool lost_files;      /* files were chosen with the answer, which the page cannot keep */
    Str text;             /* typed into the answer */
    const Filled *filled; /* an action's faulty form */
    uint8_t action;       /* which action that is */
} TrackPage;
typedef enum TrackPart { TRACK_NOWHERE, TRACK_ANSWER, TRACK_SURVEY } TrackPart;

/* A code that was typed, with what it opens (and, in a deed, signs). Lives in the request's arena;
 * finished by whoever opened it. */
typedef struct Holder {
    char text[CODE_TEXT_LEN + 1];
    Code code;
    CodeKeys keys;
} Holder;
void holder_finish(Holder *h);
#define HOLDER_AUTO __attribute__((cleanup(holder_finish)))
/* The same code in the turn, for signing. 0, -ENOMEM. */
int holder_again(Request *q, Str code, Holder *h);
/* Fills the reply for a code without a case: its new code, or one answer for every other. Not
 * DESK_OK. */
int track_gone(Request *q, Txn *t, const Holder *h);
/* 0; 1: no room, and the reply says so; -ENOMEM. */
int track_seal_files(Request *q, Filled *filled);

/* ---- a code whose case has moved (handover.c) ---- */
#define HANDOVER_NOTED "code_noted"
/* DESK_UNKNOWN: nothing is handed over; else not DESK_OK, and the reply shows the new code. */
int handover_look(Request *q, Txn *t, const Holder *h);
bool handover_is(Request *q, const Holder *h);
/* The holder has the new code: on its way into the turn. 0, -ENOMEM. */
int handover_noted(Request *q, const Holder *h);

/* ---- a step that opens a second case (opening.c) ---- */
/* On its way into the turn, its files sealed. 0, -ENOMEM. */
int opening_enqueue(Request *q, const Holder *h, uint8_t action, Filled *filled);

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
