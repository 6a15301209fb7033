/* SPDX-License-Identifier: Apache-2.0 */
/* Random records within what their rows allow; what the rows do not know is zero. */
#pragma once

#include "engine/store/record.h"

typedef struct Random {
    uint64_t state;
    char text[4096]; /* what Str members of the records point into */
} Random;

void random_init(Random *r, uint64_t seed);
uint64_t random_u64(Random *r);
uint32_t random_below(Random *r, uint32_t n);
void random_fill(Random *r, void *ret, size_t len);
Name random_name(Random *r, size_t least);
/* Some of the bytes in r->text. */
Str random_text(Random *r, size_t most);

void random_case(Random *r, Case *ret);
void random_step(Random *r, Step *ret);
void random_head(Random *r, HeadRecord *ret);
void random_event(Random *r, EventRecord *ret);
void random_part(Random *r, PartRecord *ret);
void random_seal(Random *r, SealRecord *ret);
void random_alert(Random *r, AlertRecord *ret);
void random_staff(Random *r, StaffRecord *ret);
void random_leaf(Random *r, LeafRecord *ret);
void random_request(Random *r, RequestRecord *ret);
