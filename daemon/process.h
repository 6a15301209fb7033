/* SPDX-License-Identifier: Apache-2.0 */
/* What the process does about itself before it touches anybody's words. */
#pragma once

/* No core dumps, files for the owner alone, room for as many descriptors as there may be
 * connections; warns when swap is not encrypted. Must come before libevent is used: everything it
 * allocates is wiped when given back, and it never writes a log line of its own (they may hold
 * pieces of a request). 0, or a negative errno. */
int process_prepare(unsigned descriptors);
