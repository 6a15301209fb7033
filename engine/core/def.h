/* SPDX-License-Identifier: Apache-2.0 */
/* A workflow, as its YAML file says it: read-only once loaded, every name an index, every set of
 * names a bit mask. Owned by the arena that engine/load filled. */
#pragma once

#include "base/calendar.h"
#include <stdint.h>

enum {
    DEF_NONE = 0xff, /* "no such index" for every index below */
    DEF_ROLES_MAX = 32,
    DEF_STATES_MAX = 64,
    DEF_ACTIONS_MAX = 64,
    DEF_FIELDS_MAX = 128,
    DEF_DEADLINES_MAX = 32,
    DEF_CHOICES_MAX = 64,
    DEF_MESSAGES_MAX = 64,
    DEF_DECLARATIONS_MAX = 16,
    DEF_RUNGS_MAX = 32, /* in one deadline */
    FIELD_MB_MAX = 500, /* what a files field may allow; one request carries FORM_FILE_MB_MAX */
    DEF_NAME_MAX = 31, /* bytes of an id: [a-zA-Z0-9_], from a letter */
};

typedef uint32_t RoleMask;
typedef uint64_t StateMask;
typedef uint64_t ActionMask;
typedef uint32_t DeadlineMask;
typedef struct FieldSet {
    uint64_t bits[2];
} FieldSet;

#define MASK32(i) ((uint32_t)1 << (i))
#define MASK64(i) ((uint64_t)1 << (i))
bool field_set_has(const FieldSet *s, uint8_t field);
void field_set_add(FieldSet *s, uint8_t field);

/* An id kept in a case: choices, units. Zero-filled. */
typedef struct Name {
    char s[DEF_NAME_MAX + 1];
} Name;
Name name_of(Str s); /* longer ids are cut; callers have checked */
bool name_eq(const Name *a, const Name *b);
bool name_is(const Name *a, Str s);
Str name_str(const Name *a);

typedef struct Label {
    Str th, en;
} Label;

/* ---- roles ---- */
enum { ROLE_COMPLAINANT, ROLE_SYSTEM, ROLE_ASSIGNEE, ROLE_FIRST_DECLARED };
typedef enum RoleScope { SCOPE_OFFICE, SCOPE_UNIT, SCOPE_CASE } RoleScope;
typedef struct Role {
    Str id;
    Label label;
    uint8_t scope;
} Role;

/* ---- fields ---- */
/* Who may read: open (plain), working (the redacted copy), confidential, identity. */
typedef enum Class { CLASS_OPEN, CLASS_WORKING, CLASS_CONFIDENTIAL, CLASS_IDENTITY, CLASSES } Class;

typedef enum FieldType {
    FIELD_TEXT,
    FIELD_LONG_TEXT,
    FIELD_CHOICE,
    FIELD_YES_NO, /* choices yes (0) and no (1) */
    FIELD_NUMBER,
    FIELD_DATE,
    FIELD_FILES,
    FIELD_STAFF,
    FIELD_UNIT,
    FIELD_CASE,
    FIELD_CHECKLIST,
    FIELD_NOTICE,
    FIELD_TYPES
} FieldType;

typedef struct Choice {
    Str id;
    Label label;
    Str unit;   /* the unit that usually takes it, or empty */
    uint32_t flags; /* bit i: Def.flags[i] */
} Choice;

enum { FILE_JPEG = 1, FILE_PNG = 2, FILE_PDF = 4, FILE_WEBP = 8, FILE_MP4 = 16, FILE_MP3 = 32, FILE_DOCX = 64 };

typedef struct Field {
    Str id;
    Label label, help; /* help may be empty */
    uint8_t type, class;
    bool many, other, unknown, unit; /* staff and choices: several; outsider; "not known"; by unit */
    uint32_t max_chars;              /* text; code points */
    uint32_t max_mb, max_count, min_count;
    uint32_t accepts;                /* FILE_ bits; 0 any */
    Choice *choices;                 /* choice, yes_no, checklist items; office lists are filled in */
    uint8_t n_choices;
    Str list;                        /* choices_from, or empty */
    Str notice;                      /* the notice a reader confirms */
} Field;

/* What is asked of an open field: one of some choices; of a date that it is given or not, or that
 * it lies before or after the last day of a deadline. */
typedef enum ConditionHow { IF_CHOICE, IF_GIVEN, IF_MISSING, IF_BEFORE, IF_AFTER } ConditionHow;
typedef struct Condition {
    uint8_t field;
    uint64_t choices; /* IF_CHOICE */
    uint8_t how;
    uint8_t deadline; /* IF_BEFORE, IF_AFTER */
} Condition;

/* ---- states ---- */
typedef enum StateKind { STATE_PLAIN, STATE_INITIAL, STATE_WAITING, STATE_FINAL } StateKind;
typedef struct State {
    Str id;
    Label staff, public;
    uint8_t kind, owner; /* owner: role, DEF_NONE in final states */
    bool counts_as_done, hidden;
    uint8_t public_of; /* a field of type case whose public words are shown instead */
} State;

/* ---- actions ---- */
enum { TO_STAY = DEF_NONE, TO_PREVIOUS = 0xfe };

typedef struct Needs {
    FieldSet fields;
    uint8_t message; /* template, or DEF_NONE */
    bool note;
    Str declare; /* an id the actor must affirm, or empty */
} Needs;

typedef struct Approve {
    RoleMask by; /* 0: no approval */
    bool not_same_person;
} Approve;

typedef struct Restart {
    uint8_t deadline;
    bool has_span;
    Span span; /* instead of the deadline's own limit */
} Restart;

typedef struct SetField {
    uint8_t field;
    Str choice;
} SetField;

typedef struct MemberEffect {
    uint8_t role, field;
} MemberEffect;

/* Where something is written in its file, from 1. */
typedef struct FilePlace {
    uint32_t line, column;
} FilePlace;

/* A field of the case that is opened, and the fields here that fill it. */
typedef struct Carry {
    Str to;
    const uint8_t *from;
    uint8_t n_from;
    FilePlace at;
} Carry;

/* A case begun in another workflow (carry.h). By an officer the case itself moves there: nothing of
 * it stays here. By the complainant a second one is opened beside it. */
typedef struct OpenEffect {
    Str workflow; /* empty: none */
    bool keep_received, new_code, link;
    bool handlers_out; /* whoever has acted on this case is kept out of that one */
    const Carry *carries;
    uint8_t n_carries;
    FilePlace at;
} OpenEffect;

enum { ASSIGNEE_KEEPS = DEF_NONE, ASSIGNEE_ACTOR = 0xfe, ASSIGNEE_NONE = 0xfd };

typedef struct ActionEffects {
    uint8_t unit;     /* field of type unit, or DEF_NONE */
    uint8_t assignee; /* ASSIGNEE_..., or a staff field */
    uint8_t exclude;  /* staff field, or DEF_NONE */
    uint8_t link;     /* case field, or DEF_NONE */
    bool number;      /* enter it in the register */
    bool new_code;
    const MemberEffect *members;
    uint8_t n_members;
    OpenEffect open;
} ActionEffects;

typedef struct Action {
    Str id;
    Label label;
    StateMask from;
    uint8_t to; /* state, TO_STAY, TO_PREVIOUS */
    RoleMask by, delegable;
    Needs needs, may;
    Approve approve;
    const Condition *only_if;
    uint8_t n_only_if;
    RoleMask all_declared; /* of scope case: everybody who holds one has declared */
    uint8_t after, until; /* deadlines, or DEF_NONE */
    uint8_t times;        /* 0: any number */
    const Restart *restarts;
    uint8_t n_restarts;
    const SetField *sets;
    uint8_t n_sets;
    uint8_t tells; /* template, or DEF_NONE */
    bool usual;
    Str member_declares;
    ActionEffects effects;
} Action;

/* ---- deadlines ---- */
typedef enum DeadlineFrom {
    FROM_RECEIVED,
    FROM_ACTION,
    FROM_STAGE,
    FROM_FIELD,
    FROM_OVERDUE, /* nothing but another deadline running out */
} DeadlineFrom;
typedef enum RungKind { RUNG_BEFORE, RUNG_AFTER_START, RUNG_OVERDUE } RungKind;

typedef struct Rung {
    uint8_t kind;
    Span offset;
    RoleMask to;          /* may hold ROLE_ASSIGNEE and ROLE_COMPLAINANT */
    const uint8_t *first; /* alert_first: roles in order, the first with somebody not excluded */
    uint8_t n_first;
    bool repeats;
    Span repeat;
    Str draft;     /* letter to draft, or empty */
    RoleMask task; /* whom it is a task for */
} Rung;

typedef struct LimitBy {
    uint64_t choices;
    Span limit;
} LimitBy;

typedef struct Renewal {
    uint8_t action;
    Span span;
} Renewal;

typedef struct Extend {
    StateMask in; /* 0: cannot be extended */
    RoleMask by;
    Span by_at_most;
    uint8_t times; /* 0: any number */
    Needs needs, beyond; /* beyond: also needed once `times` is used up; empty: then refused */
    bool has_beyond;
    Approve approve;
} Extend;

/* Who may answer an alert with a note that postpones the next ones. */
typedef struct Silence {
    RoleMask by; /* 0: nobody */
    RoleMask delegable;
    Span at_most; /* working or calendar days */
} Silence;

typedef struct Deadline {
    Str id;
    Label label;
    bool shown; /* on the receipt and at /track */
    bool of_complainant;
    uint8_t from, from_index; /* DeadlineFrom; action, state or field */
    /* Begins at the latest on the last day of this other deadline, unless that one is met before;
     * until then it runs ahead: its date, the latest possible, is known. DEF_NONE: no such. */
    uint8_t from_overdue;
    const Condition *only_if;
    uint8_t n_only_if;
    Span limit;
    uint8_t limit_field; /* limit_by, or DEF_NONE */
    const LimitBy *limits;
    uint8_t n_limits;
    StateMask met_enter, met_leave;
    ActionMask met_actions;
    DeadlineMask met_extends; /* met when this other deadline is extended */
    bool rolls;               /* last_day_on_holiday: next_working_day */
    StateMask stops_in;
    bool stops_bounded;
    uint16_t stops_at_most; /* calendar days a round */
    const Renewal *renewals;
    uint8_t n_renewals;
    uint8_t due_override; /* date field, or DEF_NONE */
    ActionMask repeat_by;
    const Rung *rungs;
    uint8_t n_rungs;
    Extend extend;
    Silence silence;
} Deadline;

/* ---- the rest ---- */
/* A statement that somebody affirms before acting. */
typedef struct Declaration {
    Str id;
    Label label;
} Declaration;

typedef struct Message {
    Str id;
    Label text;
    Str asks; /* the placeholder the officer's own words fill, or empty: appended as a paragraph */
} Message;

typedef struct SurveyQuestion {
    Str id;
    Label label;
} SurveyQuestion;
typedef struct Survey {
    StateMask after;
    uint8_t scale;
    bool comment;
    const SurveyQuestion *questions;
    uint8_t n_questions;
} Survey;

typedef enum RetentionEnd { RETAIN_DESTROY_KEY, RETAIN_DELETE } RetentionEnd;
typedef struct Retention {
    bool given;
    uint16_t keep_months; /* after the final state */
    uint8_t then;
} Retention;
typedef struct RetentionByEnd {
    uint8_t state;
    Retention rule;
} RetentionByEnd;

enum { IDENTITY_OPEN = 1, IDENTITY_CONFIDENTIAL = 2, IDENTITY_ANONYMOUS = 4 };
typedef struct Intake {
    uint8_t modes, default_mode; /* IDENTITY_ bits */
    uint8_t when_open;           /* class that identity fields are sealed in for mode open */
    RoleMask by;
    uint8_t received_from; /* date field, or DEF_NONE */
    FieldSet asks, required, asks_staff, required_staff;
} Intake;

typedef enum ExcludeHow { EXCLUDE_STAFF, EXCLUDE_UNIT, EXCLUDE_SUBORDINATES } ExcludeHow;
typedef struct ExcludeRule {
    uint8_t how, field;
} ExcludeRule;
typedef struct AlertInstead {
    uint8_t role, instead; /* DEF_NONE: nobody */
} AlertInstead;
typedef struct Conflict {
    const ExcludeRule *exclude;
    uint8_t n_exclude;
    RoleMask executive;
    ActionMask executive_only;
    const AlertInstead *instead;
    uint8_t n_instead;
} Conflict;

typedef struct Access {
    RoleMask readers[CLASSES];
    uint8_t custodians; /* 2: identity lies with custodians, readers[CLASS_IDENTITY] is 0 */
} Access;

/* What becomes of the running cases of an earlier version. */
typedef struct MovedState {
    Str old;
    uint8_t state; /* never a final one */
} MovedState;
typedef struct Replaces {
    uint32_t version;
    uint8_t migrates; /* 0: they finish on their own file */
    const MovedState *states; /* those without the same id in both */
    uint8_t n_states;
} Replaces;

/* The channel on the office's first page; what is empty stands in the page's own words. */
typedef struct Card {
    Label lead, button;
} Card;

typedef struct Def {
    Str id;
    uint32_t version;
    uint8_t hash[32]; /* SHA-256 of the file */
    uint8_t calendar_hash[32]; /* of the calendar's document; zero: only the weekend is known */
    Label title;
    Card card;
    bool protected;
    const Calendar *calendar;
    Role roles[DEF_ROLES_MAX];
    Access access;
    Intake intake;
    Field fields[DEF_FIELDS_MAX];
    Str flags[32];
    State states[DEF_STATES_MAX];
    Action actions[DEF_ACTIONS_MAX];
    Deadline deadlines[DEF_DEADLINES_MAX];
    Message messages[DEF_MESSAGES_MAX];
    Declaration declarations[DEF_DECLARATIONS_MAX]; /* none: a file that gives only their ids */
    uint8_t n_roles, n_fields, n_flags, n_states, n_actions, n_deadlines, n_messages,
        n_declarations;
    uint8_t initial; /* state */
    uint8_t receipt; /* template told at submission, or DEF_NONE */
    uint8_t identity_opened; /* template told when a sealed identity is opened, or DEF_NONE */
    Conflict conflict;
    Survey survey;
    Retention retention[CLASSES];
    const RetentionByEnd *ended_in;
    uint8_t n_ended_in;
    Str print_mark; /* prints.mark, or empty */
    const Replaces *replaces;
    uint8_t n_replaces;
    StateMask final, waiting;
} Def;

/* Index of the thing with that id, or DEF_NONE. */
uint8_t def_role(const Def *d, Str id);
uint8_t def_field(const Def *d, Str id);
uint8_t def_state(const Def *d, Str id);
uint8_t def_action(const Def *d, Str id);
uint8_t def_deadline(const Def *d, Str id);
uint8_t def_message(const Def *d, Str id);
uint8_t field_choice(const Field *f, Str id);
/* What is affirmed under that id; the id itself where the file has no words for it. */
Label def_declaration(const Def *d, Str id);
/* The declaration asked of who holds this role of scope case; empty: none. */
Str def_member_declares(const Def *d, uint8_t role);
/* Bytes a filled field can take at most when sealed with its name; for the identity blob's sum. */
size_t field_max_bytes(const Field *f);
