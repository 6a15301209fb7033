/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of crypto/ share. */
#pragma once

#include "crypto/seal.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline int start_crypto(void **state)
{
    (void)state;
    return crypto_start();
}

#define assert_ok(expr) assert_int_equal((expr), 0)
#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))

static inline void random_secret(Secret *ret)
{
    assert_ok(secret_new_random(ret));
}

/* One more place for each thing that a context names: only that differs from `from`. */
enum { OTHER_PLACES = 9 };
static inline void other_places(const SealContext *from, SealContext ret[OTHER_PLACES])
{
    for (size_t i = 0; i < OTHER_PLACES; i++)
        ret[i] = *from;
    ret[0].tenant = STR("bang-yai-2");
    ret[1].case_id ^= 1ull << 63;
    ret[2].class ^= 1;
    ret[3].epoch ^= 0x100;
    ret[4].kind ^= 0x80;
    ret[5].seq ^= 0x01000000;
    ret[6].workflow = STR("general");
    ret[7].workflow = STR("");           /* of no case */
    ret[8].tenant = STR("bang-yaicorr"); /* what is one after the other is not one */
    ret[8].workflow = STR("uption");
}

static const SealContext a_place = {.tenant = {"bang-yai", 8},
                                    .workflow = {"corruption", 10},
                                    .case_id = 42,
                                    .class = 2,
                                    .epoch = 1,
                                    .kind = 3,
                                    .seq = 7};
