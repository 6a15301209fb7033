/* SPDX-License-Identifier: Apache-2.0 */
/* Under which names people reach this daemon. A sign-in is bound to the name its client used, which
 * is worth something only when the daemon knows its own: a stranger's server that passes a sign-in
 * on could send along any Host header. */
#pragma once

#include "base/str.h"

/* host: of the Host header, a port may follow. named: `--host`, each with its port unless it is the
 * scheme's own. Loopback names always fit: who reaches the daemon by them is on its machine. */
bool host_is_own(Str host, const char *const *named, size_t n);
