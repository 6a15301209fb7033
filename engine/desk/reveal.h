/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the desk's files about the opening of sealed identities. */
#pragma once

#include "engine/core/reveal.h"
#include "engine/desk/inner.h"

/* The halves as they were split off at filing, by slot; those that are there. */
typedef struct CaseHalves {
    PartRecord half[REVEAL_HALVES];
    uint8_t there; /* bit per slot */
} CaseHalves;
/* DESK_OK, store's. `sealed` points into the arena. */
int case_halves(const Desk *d, Txn *t, const HeadRecord *h, Arena *arena, CaseHalves *ret);
/* Bit per slot that this custodian holds. */
uint8_t halves_of(const CaseHalves *h, const Tag *custodian);
/* Whether somebody can be asked; *ret: what they hold. */
bool guards_halves(Desk *d, const CaseAt *at, const CaseHalves *h, const Person *p, uint8_t *ret);

/* The words of the request that waits, as they are sealed to one custodian. */
typedef struct Ground {
    PartRecord part;
    uint32_t directory; /* version it was asked under */
} Ground;
/* DESK_OK, DESK_UNKNOWN: not asked; store's. `sealed` points into the arena. */
int ground_for(const Desk *d, Txn *t, const HeadRecord *h, const Tag *custodian, Arena *arena,
               Ground *ret);
/* What this custodian's answer has to be signed over. DESK_OK, _UNKNOWN, store's. */
int ground_seen(const Desk *d, Txn *t, const HeadRecord *h, const Tag *custodian,
                const Name *officer, Hash *ret);

/* For a custodian a case exists as long as a request waits for them. DESK_OK, _UNKNOWN, store's. */
int case_at_custody(Desk *d, Txn *t, Str number, const Person *p, CaseAt *ret);
/* The same for a custodian by name (empty: the bearer): requests and answers may go through the
 * hands of the officer who asked, since one is sealed and the other signed. */
int case_at_request(Desk *d, Txn *t, const Who *bearer, Str number, Str custodian, CaseAt *ret,
                    Who *ret_custodian);
/* ---- requests that run (requests.c) ---- */
/* Where in the due index a request lies whose last day this is; written with the asking, dropped by
 * the tick once it is due. */
DueKey request_key(const Desk *d, uint64_t id, Day until);
bool key_is_request(const DueKey *key);
int request_is_there(const Desk *d, Txn *t, uint64_t id, Day until, bool *ret);
/* The first at or after that last day and case; begins with today and 0, goes on with *io_id + 1. A
 * case that asked anew is met once for each asking; whether that one still waits its head says.
 * DESK_OK; DESK_UNKNOWN: no more; store's. */
int request_next(const Desk *d, Txn *t, Day *io_until, uint64_t *io_id);

/* ---- what a bundle brings (reveal.c) ---- */
/* Ground and slots into the step. DESK_OK, _MALFORMED. */
int reveal_inputs(const StepRequest *r, Step *ret);
/* *ret: the bundle brings what such a step may bring, no less; true for every other kind. */
int reveal_fits(Desk *d, Txn *t, const Who *who, const CaseAt *at, const StepRequest *r, bool *ret);
/* Custodians who could be asked and the officer who asked, for somebody who may ask (view). */
int view_custody(Desk *d, Txn *t, const CaseAt *at, Arena *arena, CaseView *v);
