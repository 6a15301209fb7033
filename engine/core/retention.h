/* SPDX-License-Identifier: Apache-2.0 */
/* What of a closed case is due for destruction, by the retention rules of its workflow. */
#pragma once

#include "engine/core/case.h"

/* destroy_key: seals, sealed parts and files of these classes; delete: the whole case. */
typedef struct Destruction {
    uint8_t classes; /* bit per class; what is due even if the case cannot go as a whole */
    bool whole;
    Day last_kept; /* of what is due the latest day it had to be kept */
} Destruction;

#define CLASS_BIT(c) ((uint8_t)(1u << (c)))

/* The class whose retention a sealed part follows. What only the code's holder opens goes with the
 * confidential file: it is the same words. */
uint8_t retention_class(uint8_t part_kind, uint8_t class);
/* True when something is due on this day: the case is final since long enough, and not on hold. The
 * time counts from the day it became final last (day 0 not counted), so a reopened case begins
 * anew; `ended_in` replaces the rules of the sealed classes, and with `then: delete` all of them.
 * What was destroyed already is not due again. */
bool retention_due(const Def *def, const Case *c, Day today, Destruction *ret);
/* Whether another case, which this one points to or from, still needs it: it is open, on hold, or
 * has to be kept itself. Then this one is not deleted as a whole, and on hold nothing of it is. */
bool retention_needs_link(const Def *def, const Case *other, Day today, bool *ret_held);
