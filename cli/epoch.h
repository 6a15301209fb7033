/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that bring new keys, because somebody is taken off the case or was. */
#pragma once

#include "cli/step.h"

/* Classes that this officer holds and whose newest key the daemon made: nothing of one's own goes
 * under it. */
uint8_t ask_unsigned(const CaseFile *f);
/* ask_compose, with new keys for these classes made first and the words sealed under them; f holds
 * them too, until the next call. Who reads on is in f->readers, and is not taken on the daemon's
 * word. 0; CLI_REFUSED: told; -ENOMEM and what ask_compose gives. */
int ask_compose_anew(CaseFile *f, const StepAsk *ask, uint8_t classes, Bundle *ret);
/* Who reads on, as the daemon says it: replaces what f knows of these classes. 0, -ENOMEM. */
int casefile_readers(CaseFile *f, uint8_t classes, const KeyReader *list, size_t n);
