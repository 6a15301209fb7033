/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay/log.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum Column { COLUMN_CASE, COLUMN_TIME, COLUMN_ACTION, COLUMN_BY, COLUMNS } Column;
static const struct {
    const char *name;
    bool required;
} COLUMN_NAMES[COLUMNS] = {
    [COLUMN_CASE] = {"case", true},
    [COLUMN_TIME] = {"time", true},
    [COLUMN_ACTION] = {"action", true},
    [COLUMN_BY] = {"by", false},
};

/* What a row may say beside the workflow's own actions, which come first. */
static const struct {
    const char *word;
    LogKind kind;
} BUILT_IN[] = {
    {"submit", LOG_SUBMIT},  {"decline", LOG_DECLINE}, {"approve", LOG_BESIDE},
    {"note", LOG_BESIDE},    {"message", LOG_BESIDE},  {"assign", LOG_BESIDE},
    {"declare", LOG_BESIDE}, {"recuse", LOG_BESIDE},   {"survey", LOG_BESIDE},
};

typedef struct Reading {
    Log *log;
    const Def *def;
    const char *path;
    Buf *report;
    unsigned faults;
    uint8_t columns[COLUMNS]; /* which cell, DEF_NONE */
    uint8_t n_cells;
} Reading;

void log_init(Log *log)
{
    *log = (Log){0};
}

void log_finish(Log *log)
{
    names_finish(&log->cases);
    names_finish(&log->words);
    free(log->rows);
    *log = (Log){0};
}

__attribute__((format(printf, 3, 4))) static void fault(Reading *rd, uint32_t line,
                                                        const char *format, ...)
{
    char text[512];
    va_list list;
    if (rd->faults++ >= LOG_FAULTS_MAX) {
        if (rd->faults == LOG_FAULTS_MAX + 1)
            buf_addf(rd->report, "%s: error: more than %d faults; the rest is left out\n", rd->path,
                     LOG_FAULTS_MAX);
        return;
    }
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    buf_addf(rd->report, "%s:%u:1: error: %s\n", rd->path, line, text);
}

#define STR_ARGS(s) (int)((s).len < 100 ? (s).len : 100), ((s).ptr ? (s).ptr : "")

/* ---- the header ---- */
static void read_header(Reading *rd, const CsvRecord *header)
{
    memset(rd->columns, DEF_NONE, sizeof(rd->columns));
    rd->n_cells = header->n;
    for (uint8_t i = 0; i < header->n; i++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            if (!str_is(str_trim(header->cells[i]), COLUMN_NAMES[c].name))
                continue;
            if (rd->columns[c] != DEF_NONE)
                fault(rd, header->line, "two columns are called \"%s\"", COLUMN_NAMES[c].name);
            rd->columns[c] = i;
        }
    }
    for (size_t c = 0; c < COLUMNS; c++) {
        if (COLUMN_NAMES[c].required && rd->columns[c] == DEF_NONE)
            fault(rd, header->line,
                  "no column \"%s\"; the first line names the columns: "
                  "case,time,action",
                  COLUMN_NAMES[c].name);
    }
}

/* ---- a row ---- */
static Str cell(const Reading *rd, const CsvRecord *record, Column column)
{
    uint8_t i = rd->columns[column];
    return i == DEF_NONE ? STR("") : str_trim(record->cells[i]);
}

static void read_by(Reading *rd, const CsvRecord *record, LogRow *row)
{
    Str by = cell(rd, record, COLUMN_BY);
    if (!by.len)
        return;
    int r = span_parse(by, &row->by);
    if (r == 2)
        fault(rd, record->line, "by: say \"calendar days\" or \"working days\"");
    else if (r || !row->by.count)
        fault(rd, record->line, "by: expected a span such as \"7 calendar days\", got \"%.*s\"",
              STR_ARGS(by));
}

static void read_action(Reading *rd, const CsvRecord *record, LogRow *row)
{
    static const Str extend = {"extend:", 7};
    Str word = cell(rd, record, COLUMN_ACTION);
    row->kind = LOG_UNKNOWN;
    row->index = def_action(rd->def, word);
    if (row->index != DEF_NONE) {
        row->kind = LOG_ACTION;
        return;
    }
    if (str_starts(word, extend)) {
        row->index = def_deadline(rd->def, (Str){word.ptr + extend.len, word.len - extend.len});
        row->kind = row->index == DEF_NONE ? LOG_UNKNOWN : LOG_EXTEND;
        read_by(rd, record, row);
        return;
    }
    for (size_t i = 0; i < sizeof(BUILT_IN) / sizeof(BUILT_IN[0]); i++) {
        if (str_is(word, BUILT_IN[i].word))
            row->kind = (uint8_t)BUILT_IN[i].kind;
    }
}

static int add_row(Log *log, const LogRow *row)
{
    if (log->n == log->room) {
        size_t room = log->room ? log->room * 2 : 4096;
        LogRow *rows = reallocarray(log->rows, room, sizeof(*rows));
        if (!rows)
            return err_origin(-ENOMEM);
        log->rows = rows;
        log->room = room;
    }
    log->rows[log->n++] = *row;
    return 0;
}

static int read_row(Reading *rd, const CsvRecord *record)
{
    LogRow row = {.line = record->line};
    unsigned before = rd->faults;
    if (record->n != rd->n_cells) {
        fault(rd, record->line, "%u cells, but the first line names %u columns", record->n,
              rd->n_cells);
        return 0;
    }
    Str name = cell(rd, record, COLUMN_CASE), time = cell(rd, record, COLUMN_TIME);
    Str word = cell(rd, record, COLUMN_ACTION);
    if (!name.len || name.len > LOG_CASE_MAX)
        fault(rd, record->line, name.len ? "case: more than 200 bytes" : "case: empty");
    if (!word.len || word.len > LOG_CASE_MAX)
        fault(rd, record->line, word.len ? "action: more than 200 bytes" : "action: empty");
    if (moment_parse(time, rd->def->calendar->zone, &row.at))
        fault(rd, record->line, "time: expected ISO 8601 such as 2026-08-17T09:30, got \"%.*s\"",
              STR_ARGS(time));
    read_action(rd, record, &row);
    if (rd->log->n >= LOG_ROWS_MAX)
        fault(rd, record->line, "more than %d rows", LOG_ROWS_MAX);
    if (rd->faults != before)
        return 0;
    TRY(names_add(&rd->log->cases, name, &row.case_));
    TRY(names_add(&rd->log->words, word, &row.word));
    return add_row(rd->log, &row);
}

/* ---- the whole ---- */
static int by_case_and_time(const void *a, const void *b)
{
    const LogRow *x = a, *y = b;
    if (x->case_ != y->case_)
        return x->case_ < y->case_ ? -1 : 1;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void check_beginnings(Reading *rd)
{
    const Log *log = rd->log;
    for (size_t i = 0; i < log->n; i++) {
        const LogRow *row = &log->rows[i];
        if ((i && row[-1].case_ == row->case_) || row->kind == LOG_SUBMIT)
            continue;
        Str name = names_get(&log->cases, row->case_), word = names_get(&log->words, row->word);
        fault(rd, row->line,
              "case \"%.*s\" begins with \"%.*s\"; its first row in time has to be "
              "submit",
              STR_ARGS(name), STR_ARGS(word));
    }
}

static int read_records(Reading *rd, Csv *csv)
{
    CsvRecord record;
    CsvFault no;
    bool header = true;
    int r;
    while ((r = csv_next(csv, &record, &no)) == 0) {
        if (header)
            read_header(rd, &record);
        else
            TRY(read_row(rd, &record));
        if (header && rd->faults)
            return 0;
        header = false;
    }
    if (r == 2)
        fault(rd, no.line, "%s", no.text);
    if (r == 1 && header)
        fault(rd, 1, "the file is empty; the first line names the columns: case,time,action");
    return r < 0 ? err_trace(r) : 0;
}

int log_read(Log *log, const Def *def, int fd, size_t batch, const char *path, Buf *report)
{
    Reading rd = {.log = log, .def = def, .path = path, .report = report};
    CSV_AUTO Csv csv = {0};
    TRY(csv_init(&csv, fd, batch));
    TRY(read_records(&rd, &csv));
    if (log->n)
        qsort(log->rows, log->n, sizeof(*log->rows), by_case_and_time);
    if (!rd.faults)
        check_beginnings(&rd);
    return rd.faults ? 1 : 0;
}
