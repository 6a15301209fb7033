/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files bear the time they came, and a directory shows it: a protected report with a photo
 * would tell its hour. Once a day all that came since get one time. */
#pragma once

#include "base/date.h"

/* Every file that a case has taken over (not writable) and that has a time of its own gets the last
 * midnight of the zone before `now`, a wall clock; its change time becomes this moment, as with all
 * the others. What still waits keeps its time: the sweep goes by it. */
void files_alike(int files, Moment now, Zone zone);
