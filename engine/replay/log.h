/* SPDX-License-Identifier: Apache-2.0 */
/* A past register as rows: columns `case`, `time`, `action` and perhaps `by`, in any order and
 * among any others. 32 bytes a row, and each case's name once. */
#pragma once

#include "engine/core/flow.h"
#include "engine/replay/csv.h"
#include "engine/replay/names.h"

enum {
    LOG_ROWS_MAX = 32 * 1000 * 1000,
    LOG_CASE_MAX = 200, /* bytes of a case's name */
    LOG_FAULTS_MAX = 200,
};

typedef enum LogKind {
    LOG_SUBMIT,
    LOG_ACTION, /* index: action */
    LOG_EXTEND, /* index: deadline */
    LOG_DECLINE,
    LOG_BESIDE,  /* a built-in step that moves neither state nor clock */
    LOG_UNKNOWN, /* the workflow has no such step */
} LogKind;

typedef struct LogRow {
    Moment at;
    uint32_t case_; /* number in Log.cases */
    uint32_t line;
    uint32_t word; /* what was written under `action`: number in Log.words */
    Span by;       /* of LOG_EXTEND; count 0: nothing was written */
    uint8_t kind, index;
} LogRow;

typedef struct Log {
    LogRow *rows; /* by case, then time, then line */
    size_t n, room;
    Names cases; /* in the order of the file */
    Names words;
} Log;
#define LOG_AUTO __attribute__((cleanup(log_finish)))

void log_init(Log *log);
void log_finish(Log *log);
/* Reads fd in pieces of `batch` bytes. 0; 1: the log has faults, all of them (at most
 * LOG_FAULTS_MAX) in the report as path:line:1: error: ...; negative: memory or I/O. The first row
 * of every case is its `submit`. */
int log_read(Log *log, const Def *def, int fd, size_t batch, const char *path, Buf *report);
