/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/host.h"

#include <string.h>
#include <strings.h>

/* "127.0.0.1" and its neighbours: digits and dots, so that no domain passes. */
static bool is_loopback_v4(Str s)
{
    if (!str_starts(s, STR("127.")))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '.' && (s.ptr[i] < '0' || s.ptr[i] > '9'))
            return false;
    }
    return true;
}

static bool is_loopback(Str host)
{
    Str name = host;

    if (str_starts(host, STR("[::1]")))
        return host.len == 5 || host.ptr[5] == ':';
    name = str_cut(&host, ':');
    return str_is(name, "localhost") || is_loopback_v4(name);
}

bool host_is_own(Str host, const char *const *named, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (host.len && strlen(named[i]) == host.len &&
            strncasecmp(named[i], host.ptr, host.len) == 0)
            return true;
    }
    return host.len && is_loopback(host);
}
