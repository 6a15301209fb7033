/* SPDX-License-Identifier: Apache-2.0 */
/* What the process gives up once everything is open: if a fault in a parser ever let somebody run
 * code in the daemon, that code could not read other people's files, change the office's own
 * settings, start a program or call anywhere. */
#pragma once

#include <stdbool.h>

typedef struct SandboxHeld {
    int landlock;  /* version of the kernel's interface in force, 0: none */
    bool seccomp;  /* the list of allowed system calls is in force */
} SandboxHeld;

/* From here on, for this process and for good:
 *   - files: DIR can be read, DIR/db and DIR/files written, nothing else on the machine touched;
 *     so organisation keys, settings and workflows cannot be written by the daemon that obeys them;
 *   - no outgoing connection and no further listener (landlock 4; without, by seccomp alone);
 *   - system calls outside the list answer EPERM; starting a program, tracing or reading another
 *     process ends the daemon.
 * What the kernel lacks is left out and missing in *ret; the caller says so. 0, or a negative errno
 * when the kernel has it and refuses. */
int sandbox_enter(const char *dir, SandboxHeld *ret);
