/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's log: a closed list of typed events on standard error, one line each. No text from a
 * request can reach it: arguments are numbers, fixed words of the program and paths given by the
 * operator. */
#pragma once

#include "base/str.h"
#include <stdint.h>

typedef enum LogLevel { LOG_INFO, LOG_WARNING, LOG_ERROR } LogLevel;

/* name, level, format: %s takes the operator's word, %ld the number */
#define LOG_EVENTS(X)                                                                              \
    X(STARTED, LOG_INFO, "serving %s")                                                             \
    X(STOPPED, LOG_INFO, "stopped")                                                                \
    X(RELOADED, LOG_INFO, "workflows and settings reloaded")                                       \
    X(RELOAD_REFUSED, LOG_ERROR, "reload refused, the old files stay in force: %s")                \
    X(CHANNEL_CLOSED, LOG_WARNING,                                                                 \
      "channel %s is closed: its text is not one both keys have signed, or too few could read; "   \
      "see krading check")                                                                    \
    X(CHANNEL_WHY, LOG_WARNING, "channel %s")                                                      \
    X(CHANNEL_WHY_MORE, LOG_WARNING, "channel: %ld more reasons; `krading check` names them all")  \
    X(DIRECTORY_TAKEN, LOG_INFO, "directory of people: version %ld is in force")                    \
    X(DIRECTORY_REFUSED, LOG_ERROR, "a directory of people was refused, the old stays: %s")        \
    X(DIRECTORY_KEPT, LOG_ERROR, "directory of people: the old one stays in force: %s")            \
    X(MAP_GROWN, LOG_INFO, "store: map grown to %ld MiB")                                          \
    X(DISK_FULL, LOG_ERROR,                                                                        \
      "store: disk full; new complaints are turned away until space is freed: %s")                 \
    X(DISK_OK, LOG_INFO, "store: space again, complaints are accepted")                            \
    X(STORE_FAILED, LOG_ERROR, "store: commit failed: %s")                                         \
    X(STORE_DEAD, LOG_ERROR, "store: fatal fault, stopping so that nothing is lost: %s")           \
    X(COMPACTED, LOG_INFO, "store: written anew without what was deleted, in %ld ms")              \
    X(COMPACT_FULL, LOG_ERROR,                                                                     \
      "store: no room to write it anew, what was deleted is still in it; trying again")            \
    X(SETTLE_FAILED, LOG_ERROR, "files of destroyed cases cannot be removed; trying again")         \
    X(WIPE_FAILED, LOG_ERROR,                                                                      \
      "store: db/data.new cannot be overwritten; it holds what was deleted, remove it")            \
    X(RECORD_BROKEN, LOG_ERROR, "store: record of table %s cannot be read; run `krading verify`")  \
    X(SWAP_PLAIN, LOG_WARNING, "swap is not encrypted: memory may reach the disk (%s)")            \
    X(CORE_LIMIT, LOG_WARNING, "cannot forbid core dumps: %s")                                     \
    X(SANDBOX_FILES, LOG_INFO, "sandbox: the data directory alone can be read (landlock %ld)")     \
    X(SANDBOX_CALLS, LOG_INFO, "sandbox: no programs, no calls out (seccomp)")                     \
    X(SANDBOX_WEAK, LOG_WARNING,                                                                   \
      "sandbox: NOT IN FORCE on this kernel or build: %s; a fault in the daemon could reach more " \
      "of this machine; use Debian 12's own kernel")                                               \
    X(SANDBOX_REFUSED, LOG_ERROR, "sandbox: the kernel refuses it, not serving: %s")               \
    X(RUNGS_FIRED, LOG_INFO, "deadlines: %ld reminders and alerts recorded")                       \
    X(CALENDAR_ENDS, LOG_WARNING, "calendar %s ends soon: dates past it are provisional")          \
    X(CLOCK_JUMPED, LOG_WARNING, "the wall clock jumped by %ld seconds")                           \
    X(WRONG_CODES, LOG_INFO, "wrong codes yesterday: %ld")

typedef enum LogEvent {
#define LOG_ENUM(name, level, format) LOG_##name,
    LOG_EVENTS(LOG_ENUM)
#undef LOG_ENUM
} LogEvent;

void log_event(LogEvent event);
void log_word(LogEvent event, const char *word);
void log_number(LogEvent event, long number);
