/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a sealed identity: why, and whether a request stands. */
#pragma once

#include "engine/core/case.h"

enum { REVEAL_DAYS = 7 }; /* a request, and what it opened, last so many days after the asking */

/* The reason that the complainant is told, one of a list: the office's own words go to custodians
 * and colleagues only. */
typedef enum RevealGround {
    GROUND_NONE,
    GROUND_INQUIRY, /* the facts cannot be established otherwise */
    GROUND_LAW,
    GROUND_COURT,
    GROUND_PROTECT,
    GROUND_CONSENT,
    GROUNDS
} RevealGround;
/* "inquiry", "law", ...; empty for GROUND_NONE and what is none. */
Str ground_id(uint8_t ground);
Label ground_label(uint8_t ground);
/* GROUND_NONE: no such word. */
uint8_t ground_of(Str id);

/* Steps of custodians, for whom a case is the request and nothing else. */
static inline bool kind_is_custodians(uint8_t kind)
{
    return kind == STEP_REVEAL_ANSWER || kind == STEP_REVEAL_DECLINE;
}

/* A request that custodians can answer on this day. */
bool reveal_runs(const Case *c, Day today);
/* A request that waits, or was answered, and has not ended yet. */
bool reveal_lives(const Case *c, Day today);
/* What custodians gave may be handed to this officer. */
bool reveal_serves(const Case *c, const Tag *officer, Day today);
