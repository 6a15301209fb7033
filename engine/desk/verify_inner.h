/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of verify. */
#pragma once

#include "engine/desk/inner.h"
#include "engine/store/scan.h"

enum { VERIFY_LINES_MAX = 100 };

/* A growing array of equal items in the run's arena. */
typedef struct Items {
    uint8_t *at;
    size_t n, cap, size;
} Items;

typedef struct WaitingLeaf {
    uint64_t case_id;
    uint32_t event;
    Day day;
    Bytes32 content;
} WaitingLeaf;

/* Many things as one sum (verify_marks.c): two such agree when the same things were added to both,
 * whatever the order. What was added is not kept. */
typedef struct MarkSum {
    uint64_t n;
    uint64_t of[4];
} MarkSum;

/* A counter, and the most it must have said. */
typedef struct Counted {
    char name[80];
    uint64_t most;
} Counted;

/* A version of the directory as it was pinned; NULL: not there, or not signed by org.pub. */
typedef struct PastDirectory {
    uint32_t version;
    const Directory *directory;
} PastDirectory;

/* A version of the directory, and the entry that tells of it; leaf UINT64_MAX: none does. */
typedef struct InForce {
    uint32_t version;
    Bytes32 hash;
    uint64_t leaf;
    uint64_t night; /* place of the first filler behind it; UINT64_MAX: none yet */
    uint64_t over;  /* from here on that night is over; UINT64_MAX: not yet */
    Day day;
} InForce;

/* A night as the log has it: its first filler, the place from which it is over, its day. */
typedef struct SeenNight {
    uint64_t first, over; /* over UINT64_MAX: not yet */
    Day day;
} SeenNight;

/* When something happened: by its place in the log; where that waited for the night, by day, and by
 * the nights that lay between. leaf UINT64_MAX: it waits. */
typedef struct When {
    bool by_day;
    uint64_t leaf;
    Day day;
} When;

/* A line of an approved destruction list. */
typedef struct ListedLine {
    Str name;
    Destruction what;
    uint64_t at; /* byte of the list it begins with */
    bool there;  /* its case is */
} ListedLine;

/* An approval of a destruction list; place: of its LOGGED_LIST. */
typedef struct Approval {
    uint64_t place;
    Name by;
    uint32_t version; /* of the directory */
    Signature signature;
    Str list;
    Day day;
    ListedLine *lines; /* by name */
    size_t n;
    bool logged;     /* the log attests it */
    uint64_t ran_to; /* bytes of it that purges have carried out */
} Approval;

/* What the log says last of somebody's sign-in: the hash of its record. */
typedef struct StaffMark {
    Tag person;
    Bytes32 content;
    bool met; /* the row is there */
} StaffMark;

enum { PAST_KEPT = 16 };

typedef struct Verify {
    Desk *desk;
    Txn *txn;
    Buf *report;
    Arena arena;
    VerifyCounts n;
    uint64_t due, listed, codes; /* index entries the cases ask for */
    Items waiting;               /* WaitingLeaf, sorted */
    Secret key;                  /* of this run alone: nobody can prepare what adds up */
    MarkSum alerts;              /* of outbox rows that the events ask for, without their numbers */
    uint8_t *named;              /* places of files that cases name, PLACES_LEN bytes */
    int files;                   /* DIR/files; negative: not there */
    Items texts;                 /* Bytes32: files that cases are counted and read by, each once */
    PastDirectory past[PAST_KEPT]; /* directories used last */
    size_t n_past;
    Arena past_arena;
    Items unread; /* u32: versions of the directory that were told of */
    Items counted;               /* Counted, each counter once */
    Str checkpoints;             /* from elsewhere */
    Items approvals;             /* Approval */
    Items in_force;              /* InForce, by version */
    Items nights;                /* SeenNight, by place */
    Day last_day;                /* of all entries */
    Str ledger;                  /* of purges, without its heading */
    Items came;                  /* u64: seal ids of cases there that came from other workflows */
    Items moves;                 /* of verify_moved.c */
    uint64_t moved_unsaid;       /* moves that do not say what became of what */
    uint64_t left_unsaid;        /* hand-overs that only such a move can have left */
    uint64_t ledgers;            /* portions of the ledger that are there */
    Items series;                /* of verify_numbers.c */
    MarkSum numbered;            /* ids that case numbers lead to */
    Items staff;                 /* StaffMark, each person once */
    Str list;                    /* the destruction list that stands, empty: none */
    Bytes32 list_content;        /* of the entry that attests it */
    bool list_logged;            /* and there is one */
    /* Cases that went: having come from other workflows, all, again after a restore. */
    uint64_t purged_came, purged, purged_again;
    bool came_said; /* a purge has said how many came so: from here on each does */
} Verify;

/* A case as it grows from event to event. */
typedef struct Fold {
    Verify *v;
    const Def *def;         /* as of the event reached */
    const HeadRecord *head; /* what it should become */
    Arena *arena;
    HeadRecord made; /* numbers, keys, code and counts as the events give them */
    Effects effects;
    Day asked; /* for the identity, the last time; DAY_NONE: not yet */
    bool gone; /* of the event at hand something was destroyed */
    bool covers; /* an event before this one lies covered */
    bool dated;  /* an event names its calendar */
    uint32_t rev;                  /* before the step */
    Bundle said;                   /* of the event at hand: parts and seals as they came */
    Tag holders[BUNDLE_PARTS_MAX]; /* of said.parts */
    Tag readers[BUNDLE_SEALS_MAX], granted_by[BUNDLE_SEALS_MAX]; /* of said.seals */
    const Directory *directory;                                  /* in force at that event */
    uint32_t directory_version;
    Tag *tags; /* of its people in this case, in its order */
} Fold;

/* One line: table, number, what. `number` may be empty. */
void verify_fault(Verify *v, const char *table, Str number, const char *what);
/* The same for a row that has a number alone. */
void verify_fault_at(Verify *v, const char *table, uint64_t no, const char *what);
/* Room for one more item, zeroed; NULL: no memory. */
void *items_add(Verify *v, Items *items, size_t size);
/* 0, or negative; faults are in the report. */
int verify_case(Verify *v, uint64_t id);
/* One line about the case that is folded. */
void fold_fault(Fold *f, const char *table, const char *what);
/* A seal of keys that the daemon made with this event: nobody said it. */
bool seal_is_servers(const Fold *f, const EventRecord *e, const SealRecord *s);
/* Every signature that came with the event (verify_sign.c). 0, -ENOMEM. */
int fold_signatures(Fold *f, const EventRecord *e);
/* The directory of that version, until the next call; NULL: not there, which is told once. 0,
 * -ENOMEM. */
int verify_directory_at(Verify *v, uint32_t version, const Directory **ret);
/* ---- verify_people.c ---- */
/* Before all else: it reads the log for directories and nights. */
int verify_people(Verify *v);
/* The directory of that version was in force then: none later came before, none came after. */
bool verify_is_of_its_time(const Verify *v, uint32_t version, const When *when);
/* ---- verify_nights.c ---- */
/* Every entry, in the order of the log. 0, -ENOMEM. */
int verify_night_meet(Verify *v, const LeafRecord *leaf);
/* The night that took in what waited when that entry came; NULL: none has yet. */
const SeenNight *verify_night_after(const Verify *v, uint64_t leaf);
/* No entry that waits is of an earlier day. DAY_NONE: there was no night. */
Day verify_night_last(const Verify *v);
/* Today, or the last day of the log, should the clock of this machine be behind it. */
Day verify_today(const Verify *v);
/* Nor is the entry at that place; places are asked for in their order, *at begins as 0, `before` is
 * the last answer, DAY_NONE at first. */
Day verify_night_over(const Verify *v, uint64_t place, size_t *at, Day before);
/* ---- verify_purge.c ---- */
/* Before the cases. */
int verify_approvals(Verify *v);
/* The case is there: nobody destroyed it. */
void verify_still_there(Verify *v, const Def *def, const HeadRecord *h);
/* What it destroys was approved. */
int verify_destroyed(Fold *f, const EventRecord *e);
/* An approval at that place was read; of that list. */
bool verify_has_approval(Verify *v, uint64_t place);
bool verify_is_approved(Verify *v, uint64_t place, Str list);
/* In the order of the log: entries that are whole. covers: as purge_add gives it. */
void verify_list_entry(Verify *v, const LeafRecord *leaf);
int verify_purge_entry(Verify *v, const LeafRecord *leaf, const Hash *covers);
int verify_purges_end(Verify *v);
/* ---- verify_moved.c ---- */
/* A case is there that came from another workflow. 0, -ENOMEM. */
int verify_came(Verify *v, uint64_t seal_id);
/* In the order of the log: a case went to another. 0, -ENOMEM. */
int verify_move(Verify *v, const LeafRecord *leaf, const PurgeMove *move);
void verify_moves_end(Verify *v);
/* After it: a case that moved left this under its code. */
bool verify_moved_left(Verify *v, const Bytes32 *index, const HandoverRecord *r);
/* ---- verify_rows.c ---- */
int verify_rows(Verify *v);
/* Of a row of their table: *ret what is wrong, or as it was. 0, negative. */
int verify_staff(Verify *v, const StoreRow *row, const char **ret);   /* verify_people.c */
int verify_meta(Verify *v, const StoreRow *row, const char **ret);    /* verify_meta.c */
int verify_number(Verify *v, const StoreRow *row, const char **ret);  /* verify_numbers.c */
int verify_count(Verify *v, const StoreRow *row, const char **ret);   /* after the numbers */
int verify_numbers_end(Verify *v);
void verify_staff_end(Verify *v);
void verify_meta_end(Verify *v);
/* ---- verify_listed.c ---- */
int verify_listed_begin(Verify *v);
/* After the log and the files. */
int verify_listed(Verify *v);
/* Entries that wait for the night (verify_log.c); before the cases. */
int verify_waiting(Verify *v);
int verify_log(Verify *v);
int verify_indexes(Verify *v);
int verify_outbox(Verify *v);
/* The row, whatever its number. 0, -ENOMEM. */
int verify_alert_add(Verify *v, MarkSum *sum, const AlertRecord *r);
/* ---- verify_marks.c ---- */
/* Under the key of this run. */
Hash verify_hash(const Verify *v, const Str *parts, size_t n);
void marks_add(const Verify *v, MarkSum *sum, Str what);
void marks_add_number(const Verify *v, MarkSum *sum, uint64_t n);
bool marks_eq(const MarkSum *a, const MarkSum *b);
/* ---- verify_files.c ---- */
/* Before the cases. 0, -ENOMEM. */
int verify_files_begin(Verify *v);
void verify_files_end(Verify *v);
/* A case names it: it must be there. */
void verify_file(Verify *v, const Name *place, const Name *number);
/* After the cases: one of them does. */
bool verify_file_is_named(Verify *v, Str place);
/* After the cases: no file is there that none of them named. */
int verify_files(Verify *v);
/* What stands beside the cases: pinned texts, sign-ins, counters. */
int verify_tables(Verify *v);
/* What the event's numbers say of their counters. 0, -ENOMEM. */
int verify_counts(Verify *v, const Def *def, const EventRecord *e);
/* A text that has to be there; zero is none. 0, -ENOMEM. */
int verify_uses(Verify *v, const Bytes32 *hash);
/* Whether the indexes have what this case asks for. */
int verify_case_indexes(Verify *v, const Def *def, const HeadRecord *h);
/* Somebody asked for its identity on this day: the key of that request is in the due index as long as
 * it runs. *io_last: the day of the asking before, then this one. */
void verify_request(Verify *v, const HeadRecord *h, Day asked, Day *io_last);
int waiting_order(const void *a, const void *b);
