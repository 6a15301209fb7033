/* SPDX-License-Identifier: Apache-2.0 */
/* A case as the engine moves it: plain values of fixed size, nothing readable, no pointer. Its
 * form on disk is engine/store/record_case.c; it can be rebuilt from its events alone. */
#pragma once

#include "engine/core/def.h"

enum {
    CASE_OPEN_MAX = 24, /* open fields remembered for rules and statistics */
    CASE_MEMBERS_MAX = 16,
    CASE_EXCLUDED_MAX = 48,
    CASE_LINKS_MAX = 8,
    CLOCK_PROMISES_MAX = 6,
    REVEAL_HALVES = 6, /* slots: two for each pair of custodians */
    INPUTS_OPEN_MAX = 16,
    INPUTS_PEOPLE_MAX = 16,
};

/* A person within one case: BLAKE2b(pepper, case, person), or all zero for nobody. */
typedef struct Tag {
    uint8_t b[16];
} Tag;
bool tag_eq(const Tag *a, const Tag *b);
bool tag_is_none(const Tag *t);

/* The value of an open field that rules read: a choice or unit by its id, else a number (date as
 * Day, number as itself, yes_no as the choice). */
typedef struct OpenValue {
    uint8_t field;
    int64_t number;
    Name choice;
} OpenValue;

typedef enum ClockState {
    CLOCK_OFF,     /* not begun */
    CLOCK_RUNNING,
    CLOCK_STOPPED, /* in a state of stops_in */
    CLOCK_MET,
    CLOCK_ENDED,   /* the case became final without meeting it; late when it was overdue then */
} ClockState;
typedef enum Verdict { VERDICT_NONE, VERDICT_ON_TIME, VERDICT_LATE } Verdict;

/* A deadline as a budget; the due day is derived (due.h). One round runs from its start to its
 * being met; a restart or renewal begins the next round. */
typedef struct Clock {
    uint8_t state, verdict;
    uint8_t round;      /* from 1 */
    uint8_t late_rounds;
    uint8_t extensions; /* in this round */
    Span limit;         /* with extensions */
    uint16_t consumed;  /* of limit, in its unit, before `since` */
    uint16_t stopped;   /* calendar days stood still in this round */
    Day start;          /* day 0 of the round */
    Day since;          /* running or stopped since */
    Day override_due;   /* DAY_NONE, or the date an outside letter sets */
    Day fired;          /* rungs before this day have been fired, ... */
    uint32_t fired_rungs; /* ... and on it those with bit i set (rung i) */
    /* Alerts whose day lies in these, both included, fire on the day after silent_until. Kept when
     * that has passed: it says what they fired as. */
    Day silent_from, silent_until;
    Day met_on, met_due; /* frozen when met */
    uint8_t n_promised;
    Day promised[CLOCK_PROMISES_MAX]; /* earlier due days of this round, in order */
} Clock;

typedef struct Member {
    uint8_t role;
    bool declared;
    Tag tag;
} Member;

/* A person chosen in a staff field of a step. */
typedef struct ChosenPerson {
    uint8_t field;
    Tag tag;
} ChosenPerson;

/* What a step brings along, without a readable word. */
typedef struct Inputs {
    FieldSet given; /* fields of any class that were filled and checked */
    bool message, note, declared;
    bool executive; /* a person chosen in an exclude field belongs to conflict.executive */
    uint8_t n_open, n_people, n_excluded;
    OpenValue open[INPUTS_OPEN_MAX];
    ChosenPerson people[INPUTS_PEOPLE_MAX];
    Tag excluded[CASE_EXCLUDED_MAX]; /* conflict.exclude worked out on the directory */
    Span by;         /* extend, silence */
    Tag target;      /* assign */
    uint64_t linked; /* case field: id of the other case, 0 none */
} Inputs;

typedef enum StepKind {
    STEP_SUBMIT,
    STEP_ACTION,
    STEP_APPROVE,
    STEP_DECLINE,
    STEP_EXTEND,
    STEP_ASSIGN,
    STEP_NOTE,
    STEP_MESSAGE, /* the complainant adds something */
    STEP_RUNG,    /* time passed */
    STEP_DECLARE, /* a member of a committee declares */
    STEP_RECUSE,  /* a person is taken off the case */
    STEP_SURVEY,
    STEP_LINKED,         /* another case points here */
    STEP_MIGRATE,        /* to another version of the workflow */
    STEP_GRANT,          /* somebody passes on the keys they hold */
    STEP_HOLD,           /* legal hold: nothing of the case may be destroyed */
    STEP_RELEASE,        /* the hold is lifted */
    STEP_DESTROY,        /* what its retention rules no longer keep is gone */
    STEP_SILENCE,        /* a manager answers an alert with a note */
    STEP_REVEAL_ASK,     /* an officer asks the custodians to open the identity */
    STEP_REVEAL_ANSWER,  /* a custodian gives the halves they hold, sealed to that officer */
    STEP_REVEAL_DECLINE, /* a custodian refuses, which ends the request */
    STEP_KINDS
} StepKind;

/* A step waiting for its second person: state and clocks stand where they were. */
typedef struct Proposal {
    bool pending;
    uint8_t kind, action, deadline; /* STEP_ACTION or STEP_EXTEND */
    uint32_t event; /* number of the event that proposed it; its message is held there */
    Tag maker;
    Day day;
    Inputs in;
} Proposal;

typedef enum RevealState {
    REVEAL_NONE,
    REVEAL_ASKED,  /* waits for both custodians of a pair */
    REVEAL_OPENED, /* a pair has given its halves */
    REVEAL_DECLINED,
} RevealState;

/* The last request to open the sealed identity. With the day `until` it ends, and with it what it
 * opened. */
typedef struct Reveal {
    uint8_t state;  /* RevealState */
    uint8_t ground; /* RevealGround (reveal.h) */
    uint32_t event; /* number of the event that asked */
    uint32_t rev;   /* of the case, once asked: answers name it, whatever came after */
    Tag officer;
    Day day, until;
    Tag halves[REVEAL_HALVES]; /* by slot: the custodian who gave it; zero: nobody */
} Reveal;

typedef struct Case {
    uint32_t rev;    /* grows with every step of a person; clients state the one they saw */
    uint32_t events; /* how many events the case has */
    uint8_t state, previous; /* previous: where `to: previous` returns to */
    Day state_since;
    Day received;
    Moment received_at; /* 0 in protected cases: only the day is kept */
    Day final_on;       /* DAY_NONE */
    bool executive;     /* conflict.executive applies */
    Name unit;
    Tag assignee;
    uint8_t n_open, n_members, n_excluded, n_links;
    OpenValue open[CASE_OPEN_MAX];
    Member members[CASE_MEMBERS_MAX];
    Tag excluded[CASE_EXCLUDED_MAX];
    uint64_t links[CASE_LINKS_MAX];
    Clock clocks[DEF_DEADLINES_MAX];
    DeadlineMask ahead; /* clocks whose day 0 is the last day of another, as long as that may move */
    uint8_t times[DEF_ACTIONS_MAX]; /* how often each action was done, capped at 255 */
    uint16_t messages;              /* of the complainant, after filing */
    bool surveyed;
    bool on_hold;      /* legal hold */
    uint8_t destroyed; /* bit per class: its seals, parts and files are gone */
    Proposal proposal;
    Reveal reveal;
} Case;

/* All zero, every day DAY_NONE, no previous state: what a case is before its submission. Cases are
 * compared byte by byte, so readers of records begin with this too. */
void case_init(Case *ret);
const OpenValue *case_open(const Case *c, uint8_t field);
bool case_excludes(const Case *c, const Tag *tag);
/* The file itself is gone, not only who filed it: nobody can go on with the case. */
bool case_is_destroyed(const Case *c);
bool case_is_final(const Def *d, const Case *c);
