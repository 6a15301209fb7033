/* SPDX-License-Identifier: Apache-2.0 */
/* A new code for somebody who holds the old one: all that is left where a case has moved. */
#pragma once

#include "crypto/code.h"
#include "crypto/seal.h"

/* Appends the new code, sealed to the old one's box. 0, -ENOMEM, -EINVAL: no key. */
int handover_seal(const BoxPublic *old_box, Str tenant, const Code *new_code, Buf *out);
/* The printed code, NUL-terminated. 0; 1: not for this code, or damaged; -ENOMEM. */
int handover_open(const BoxPair *old_box, Str tenant, Str sealed, char ret[CODE_TEXT_LEN + 1]);
