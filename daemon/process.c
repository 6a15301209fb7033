/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/process.h"

#include "base/err.h"
#include "base/log.h"
#include "crypto/secret.h"
#include <errno.h>
#include <event2/event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Each piece remembers its size in front of itself; 16 bytes keep the strictest alignment. */
enum { HEAD = 16 };

static void *wiping_malloc(size_t size)
{
    uint8_t *p = size <= SIZE_MAX - HEAD ? malloc(size + HEAD) : NULL;

    if (!p)
        return NULL;
    memcpy(p, &size, sizeof(size));
    return p + HEAD;
}

static size_t size_of(const void *ptr)
{
    size_t size;

    memcpy(&size, (const uint8_t *)ptr - HEAD, sizeof(size));
    return size;
}

static void wiping_free(void *ptr)
{
    if (!ptr)
        return;
    bytes_wipe(ptr, size_of(ptr));
    free((uint8_t *)ptr - HEAD);
}

static void *wiping_realloc(void *ptr, size_t size)
{
    void *to = size ? wiping_malloc(size) : NULL;

    if (ptr && to)
        memcpy(to, ptr, size_of(ptr) < size ? size_of(ptr) : size);
    if (to || !size)
        wiping_free(ptr);
    return to;
}

static void say_nothing(int severity, const char *message)
{
    (void)severity;
    (void)message;
}

/* /proc/swaps: a header line, then one line per area. Areas on device-mapper may be encrypted, zram
 * never reaches a disk; anything else is plain. */
static void warn_of_swap(void)
{
    char line[512], area[256];
    FILE *f = fopen("/proc/swaps", "re");

    if (!f)
        return;
    for (bool head = true; fgets(line, sizeof(line), f); head = false) {
        if (head || sscanf(line, "%255s", area) != 1)
            continue;
        if (strncmp(area, "/dev/dm-", 8) != 0 && strncmp(area, "/dev/zram", 9) != 0)
            log_word(LOG_SWAP_PLAIN, area);
    }
    fclose(f);
}

static int allow_descriptors(unsigned n)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return err_origin(-errno);
    if (limit.rlim_cur >= n)
        return 0;
    limit.rlim_cur = limit.rlim_max < n ? limit.rlim_max : n;
    return setrlimit(RLIMIT_NOFILE, &limit) ? err_origin(-errno) : 0;
}

int process_prepare(unsigned descriptors)
{
    struct rlimit none = {0, 0};

    umask(077);
    if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L))
        log_word(LOG_CORE_LIMIT, strerror(errno));
    warn_of_swap();
    TRY(allow_descriptors(descriptors));
    event_set_mem_functions(wiping_malloc, wiping_realloc, wiping_free);
    event_set_log_callback(say_nothing);
    return 0;
}
