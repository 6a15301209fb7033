/* SPDX-License-Identifier: Apache-2.0 */
/* YAML in, checked structures out. Every fault of a file is found in one run and says where, what,
 * and what would be right. */
#pragma once

#include "base/arena.h"
#include "engine/load/office.h"

enum { LOAD_BYTES_MAX = 256 * 1024, LOAD_DEPTH_MAX = 16, LOAD_FAULTS_MAX = 200 };

typedef enum FaultLevel { FAULT_ERROR, FAULT_WARNING } FaultLevel;
typedef struct Fault {
    uint32_t line, column; /* from 1; column in code points */
    uint8_t level;
    Str text;
} Fault;

/* The faults of one file, in order of place. Owns its texts. */
typedef struct Faults {
    Arena arena;
    Fault *list;
    size_t n;
    size_t errors;
} Faults;
#define FAULTS_AUTO __attribute__((cleanup(faults_finish)))
void faults_init(Faults *f);
void faults_finish(Faults *f);
/* `path:line:col: error: text`, then the line and a caret under the place (by display width). */
void faults_put(Buf *out, const Faults *f, const char *path, Str file);

/* A calendar as it was read. The document is all it follows from: a line "PROVINCE ZONE" (the zone
 * in minutes; a "-" for no province), then the file. Kept with cases under its SHA-256, because an
 * office may correct its holidays while cases run. */
typedef struct CalendarFile {
    Str name; /* of the file, without .yaml */
    Str document;
    uint8_t hash[32]; /* SHA-256 of the document */
    const Calendar *calendar;
} CalendarFile;

/* Where other files a workflow names are found. */
typedef struct LoadContext {
    const Office *office;      /* NULL: lists named by choices_from count as empty but known */
    const char *calendars_dir; /* holds NAME.yaml; NULL: only the weekend is known */
    const CalendarFile *calendars; /* looked into before calendars_dir */
    size_t n_calendars;
    bool accepted; /* this very text was taken before: it is read, but not judged by the lint */
} LoadContext;

/* Reads a whole file. 0; 1: larger than LOAD_BYTES_MAX; negative errno. */
int load_file(const char *path, Buf *ret);

/* Each: 0; 1: the file has errors, all of them in *faults; negative: memory or I/O. Warnings alone
 * do not refuse. What is returned lives in the arena and points nowhere else. */
int load_workflow(Str file, const LoadContext *context, Arena *arena, Faults *faults,
                  const Def **ret);
/* What `from` opens in `to`, against the fields that are there: faults at their places in the file
 * of `from`. 0, 1, -ENOMEM. */
int load_opens_check(const Def *from, const Def *to, Faults *faults);
int load_office(Str file, Arena *arena, Faults *faults, const Office **ret);
/* With the days of one province laid over the national ones. */
int load_calendar(Str file, Str province, Zone zone, Arena *arena, Faults *faults,
                  const Calendar **ret);

/* The sound ones of a folder, in order of their names; a faulty one is told by the workflow that
 * names it. No folder: none. 0, -ENOMEM. */
int load_calendars(const char *folder, const Office *office, Arena *arena,
                   const CalendarFile **ret, size_t *ret_n);
void calendar_document_put(Buf *out, const Office *office, Str file);
/* A document read back. 0; 1: not one; -ENOMEM. */
int load_calendar_document(Str document, Arena *arena, const Calendar **ret);

/* All workflows of DIR/workflows/<name>.yaml with the settings of DIR/settings.yaml. */
typedef struct Workflows {
    const Office *office;
    const Def *defs[32];
    size_t n;
    Str settings; /* text of the settings */
    const CalendarFile *calendars;
    size_t n_calendars;
} Workflows;
/* 0; 1: some file has errors: `report` holds every fault of every file, ready to print. */
int load_all(const char *dir, Arena *arena, Buf *report, Workflows *ret);
const Def *workflows_find(const Workflows *w, Str id);
