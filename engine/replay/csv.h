/* SPDX-License-Identifier: Apache-2.0 */
/* Comma-separated values (RFC 4180), read piece by piece: the memory it takes is that of one
 * record. Line ends are LF or CRLF, a byte order mark in front and empty lines are passed over. */
#pragma once

#include "base/buf.h"

enum {
    CSV_FIELDS_MAX = 64,
    CSV_RECORD_MAX = 64 * 1024, /* bytes of one record */
    CSV_BATCH = 64 * 1024,      /* a good size for one piece */
};

typedef struct Csv {
    int fd;         /* not owned */
    uint8_t *piece; /* batch bytes */
    size_t batch, len, at;
    uint32_t line; /* where reading stands, from 1 */
    bool ended, begun;
    Buf record;                    /* the cells, one after the other */
    uint32_t ends[CSV_FIELDS_MAX]; /* in `record` */
} Csv;
#define CSV_AUTO __attribute__((cleanup(csv_finish)))

/* One record; the cells live until the next one is read. */
typedef struct CsvRecord {
    uint32_t line; /* on which it begins */
    uint8_t n;
    Str cells[CSV_FIELDS_MAX];
} CsvRecord;

/* What is wrong, in words, and on which line. */
typedef struct CsvFault {
    uint32_t line;
    const char *text;
} CsvFault;

/* Reads from fd in pieces of `batch` bytes (at least 1); what is read does not depend on it. 0,
 * -ENOMEM. */
int csv_init(Csv *c, int fd, size_t batch);
void csv_finish(Csv *c);
/* 0; 1: no more records; 2: not CSV, see *ret_fault, reading cannot go on; negative errno. */
int csv_next(Csv *c, CsvRecord *ret, CsvFault *ret_fault);
/* The text as a cell: in quotes where it must be. */
void csv_put(Buf *out, Str text);
