/* SPDX-License-Identifier: Apache-2.0 */
/* A new complaint put together on this machine. */
#pragma once

#include "cli/filled.h"

/* The fields that intake asks, with those of staff when on_behalf. 0; CLI_REFUSED: told. */
int entry_check(const Filled *f, bool on_behalf, Day today);
/* Seals it; signed when `signer` is not NULL (entry on behalf). code NULL: the desk makes one;
 * beside NULL: nothing comes from another case. 0; CLI_REFUSED: told; -ENOMEM. */
int entry_compose(const Filled *f, const Code *code, const SignPair *signer, Day today,
                  const Beside *beside, Bundle *ret);
