/* SPDX-License-Identifier: Apache-2.0 */
/* The desk: one call, one use case, within the caller's transaction. It finds the case, asks the
 * core, and writes head, event, sealed parts, indexes, log leaf and outbox rows as one batch. */
#pragma once

#include "crypto/checkpoint.h"
#include "engine/load/load.h"
#include "engine/store/store.h"
#include "engine/vault/compose.h"
#include "engine/vault/enrolment.h"

/* The server's own keys, outside the database: DIR/keys/ (0600). None of them opens a stored case.
 *   pepper  tags, code index, sign-in index, shares' derivation
 *   mac     codes in forms
 *   log     signs checkpoints
 *   office  made from the pepper: custodians' answers come sealed to it, and hold seals to others */
typedef struct DeskKeys {
    Secret pepper, mac;
    SignPair log;
    BoxPair office;
} DeskKeys;

typedef struct Desk Desk;

/* Opens DIR: settings, workflows, directory, keys, store. What is wrong goes to `report`, in an
 * operator's words. 0; 1: refused, see report; negative: fatal. */
int desk_open(const char *dir, StoreMode mode, Buf *report, Desk **ret);
Desk *desk_free(Desk *d);
/* Reads workflows, settings and directory again; on faults nothing changes. People and definitions
 * pointed at before are gone afterwards. Not while a turn is open: what is in force is noted in the
 * store. Call desk_tick soon: after a change of calendar it puts open cases under their new days, a
 * portion a call. 0, 1, negative. */
int desk_reload(Desk *d, Buf *report);
Store *desk_store(Desk *d);
const Office *desk_office(const Desk *d);
const Workflows *desk_workflows(const Desk *d);
const Directory *desk_directory(const Desk *d);
const DeskKeys *desk_keys(const Desk *d);
/* DIR/org.pub as it was read. */
const OrgKeys *desk_org(const Desk *d);
/* The signed document as stored, for clients to verify. */
Str desk_directory_bytes(const Desk *d);
const char *desk_dir(const Desk *d);
/* The definition a case runs on, from memory or from the store's pinned text. */
int desk_def(Desk *d, Txn *t, const HeadRecord *head, const Def **ret);
/* Wall clock, or in a demo office wall clock + stored offset. */
Moment desk_now(const Desk *d);
/* Moves a demo office's clock forward. DESK_OK, DESK_REFUSED elsewhere. */
int desk_demo_advance(Desk *d, Txn *t, uint32_t seconds);
/* While the samples of a new demo office are entered: for this desk it is `now` from here on, past
 * or future. Nothing is stored. DESK_OK, DESK_REFUSED elsewhere. */
int desk_demo_pretend(Desk *d, Moment now);

typedef enum DeskAnswer {
    DESK_OK,
    DESK_REFUSED,   /* the workflow says no: see refusal */
    DESK_UNKNOWN,   /* no such case, or not for this person: the same answer */
    DESK_MOVED,     /* if_rev is not the case's rev */
    DESK_SEALS,     /* readers who need a key got none: see `missing` */
    DESK_SIGNATURE, /* the step's signature or a grant's does not hold */
    DESK_MALFORMED, /* the bundle does not fit the workflow */
    DESK_CLOSED,    /* the channel is not open */
    DESK_AGAIN,     /* this request id was answered before: see `stored` */
    DESK_FULL,      /* no room on disk */
    DESK_RETRY,     /* store asks to run the turn again */
    DESK_IO,
    DESK_BROKEN /* a record cannot be read */
} DeskAnswer;

/* Who asks: a person of the directory. */
typedef struct Who {
    const Person *person;
} Who;

/* ---- filing (submit.c) ---- */
typedef struct ShownDeadline {
    Str id;
    Label label;
    Day due;
    bool provisional, overdue, met;
    uint8_t n_promised;
    Day promised[CLOCK_PROMISES_MAX];
    Day silent_until; /* the last day without alerts, by a note; DAY_NONE: not silent */
} ShownDeadline;
typedef struct Submitted {
    Name number;
    Day received;
    bool again; /* the code was known: the first post's receipt */
    size_t n_deadlines;
    ShownDeadline deadlines[4];
} Submitted;
/* who NULL: a public form. DESK_OK, _REFUSED, _MALFORMED, _SIGNATURE, _CLOSED, store's. */
int desk_submit(Desk *d, Txn *t, Str workflow, const Who *who, const Bundle *bundle, Arena *arena,
                Submitted *ret, Refusal *ret_refusal);
/* True while both keys of the organisation have agreed to the text of a protected workflow, and the
 * channel has readers and custodians enough. */
bool desk_channel_open(const Desk *d, const Def *def);
/* The same, worked out anew; appends why not to `why`, one line for each person or unit whose being
 * accused would leave too few. */
bool desk_channel_why(const Desk *d, const Def *def, Buf *why);

/* ---- the complainant (track.c) ---- */
typedef struct TrackMessage {
    Day day;
    bool from_office;
    Label text; /* own words: th alone */
} TrackMessage;
typedef struct TrackView {
    const Def *def;
    Name number;
    uint64_t seal_id;
    uint32_t rev, parts;
    uint8_t state; /* whose public words are shown: public_of is followed */
    Day received;
    bool waiting_for_you;
    uint8_t reply_action; /* or DEF_NONE: words are merely added */
    size_t n_deadlines;
    ShownDeadline deadlines[DEF_DEADLINES_MAX]; /* shown ones, then the complainant's own running */
    size_t n_messages;
    TrackMessage *messages; /* in order of time */
    ActionMask actions;     /* open to the complainant */
    bool survey;
    bool destroyed; /* its words are no longer kept: nothing can be added either */
} TrackView;
/* Opens messages with the code's key, of code_derive or code_derive_view, into the arena. Not
 * logged, reads only. DESK_OK, _UNKNOWN. */
int desk_track(Desk *d, Txn *t, const CodeKeys *code, Arena *arena, TrackView *ret);
typedef enum CitizenDeed { CITIZEN_REPLY, CITIZEN_ACTION, CITIZEN_SURVEY } CitizenDeed;
/* What a code's holder does; action is used by CITIZEN_ACTION. */
int desk_citizen(Desk *d, Txn *t, const CodeKeys *code, uint8_t deed, uint8_t action,
                 const Bundle *bundle, Arena *arena, Refusal *ret_refusal);
/* Public keys of the case for composing a reply. */
int desk_citizen_keys(Desk *d, Txn *t, const CodeKeys *code, CaseKeys *ret, const Def **ret_def,
                      uint32_t *ret_parts);

/* What a step of the complainant opens beside this case, for whoever composes it. */
typedef struct Opening {
    const Def *from, *to;
    const OpenEffect *open;
    Name number; /* of this case */
    const bool *kept_out;
} Opening;
/* DESK_OK; DESK_UNKNOWN; DESK_REFUSED: the action opens nothing, or nothing that is served. */
int desk_opening(Desk *d, Txn *t, const CodeKeys *code, uint8_t action, Arena *arena, Opening *ret);
/* The complainant's step and the case it opens, a submission with a code of its own: both or
 * neither. A code that is there already gives its receipt again. DESK_OK, _UNKNOWN, _REFUSED,
 * _MALFORMED, _CLOSED. */
typedef struct OpeningDeed {
    uint8_t action;
    const Bundle *step, *opened;
} OpeningDeed;
int desk_citizen_opens(Desk *d, Txn *t, const CodeKeys *code, const OpeningDeed *deed, Arena *arena,
                       Submitted *ret, Refusal *ret_refusal);

/* ---- a code whose case has moved (handover.c) ---- */
/* The new code, printed; nobody but the old code's holder can open it. DESK_OK, _UNKNOWN. */
int desk_handover(Desk *d, Txn *t, const CodeKeys *old, Arena *arena, char ret[CODE_TEXT_LEN + 1]);
/* The new code is written down: from now on the old one is known to nobody. DESK_OK, _UNKNOWN. */
int desk_handover_noted(Desk *d, Txn *t, const CodeKeys *old, Arena *arena);

/* ---- officers (act.c) ---- */
typedef struct StepRequest {
    Str number;   /* of the case */
    uint8_t kind; /* StepKind of a person */
    Str what;     /* action or deadline id; STEP_REVEAL_ASK: the ground's */
    bool has_rev;
    uint32_t if_rev;
    const Bundle *bundle;
    const Bundle *opens; /* the case that the step opens; bundle->opens is its digest. NULL: none */
    Str custodian;       /* whose answer it is, where somebody else brings it; else empty */
} StepRequest;
typedef struct StepDone {
    uint32_t rev;
    uint8_t state;
    const Def *def;
    bool proposed;
    Name register_no;
    bool moved;  /* the case has gone to another workflow, `def`: there is no rev any more */
    Name *files; /* moved: what was its in DIR/files, to be removed once this is committed */
    size_t n_files;
} StepDone;
typedef struct MissingSeal {
    Name person;
    uint8_t class;
} MissingSeal;
/* Who reads on under new keys; expires 0: for good. */
typedef struct KeyReader {
    Name name;
    uint8_t class;
    Moment expires;
} KeyReader;
enum { KEY_READERS_MAX = 96 };
typedef struct StepRefused {
    Refusal refusal;
    const Def *def;
    size_t n_missing;
    MissingSeal missing[READER_SLOTS * CLASSES];
    uint8_t epochs;   /* bit per class: the step takes a reader off, so it has to bring new keys */
    size_t n_readers; /* for these: who reads on */
    KeyReader readers[KEY_READERS_MAX];
} StepRefused;
int desk_act(Desk *d, Txn *t, const Who *bearer, const StepRequest *r, Arena *arena, StepDone *ret,
             StepRefused *ret_refused);
/* Names of people a case must keep out that this step of an officer opens, beyond its own rules. */
int desk_kept_out(Desk *d, Txn *t, const Who *who, Str number, Str action, Arena *arena,
                  Name **ret, size_t *ret_n);
/* Who must hold a key of which class once this step is done (and does not yet). */
int desk_readers_after(Desk *d, Txn *t, const Who *who, Str number, uint8_t kind, Str what,
                       const Name *unit, const Name *target, MissingSeal *ret, size_t max,
                       size_t *ret_n);

/* ---- views for staff (view.c, list.c) ---- */
typedef struct CaseLine {
    const Def *def;
    Name number, register_no;
    uint8_t state;
    uint32_t rev;
    Day received, due; /* due: of the shown deadline, or DAY_NONE */
    bool overdue, provisional, pending;
    int32_t days_left; /* calendar days to due, negative when late */
    Name unit;
    Name assignee;     /* person name, or empty */
    OpenValue urgency; /* unused fields are zero */
} CaseLine;
typedef struct ListFilter {
    Str state, workflow, assignee; /* empty: any */
    Day due_before;                /* DAY_NONE: any */
    bool overdue_only;
    bool with_closed;
    uint32_t limit;
    ListKey after; /* where the last page ended; zero: start */
} ListFilter;
/* Only what the person may see: general cases by role, protected ones by a seal. Sorted by due
 * day. */
int desk_list(Desk *d, Txn *t, const Who *who, const ListFilter *f, Arena *arena, CaseLine **ret,
              size_t *ret_n, ListKey *ret_next);

typedef struct LateLine {
    CaseLine line;
    uint8_t deadline; /* any overdue clock of the office's duty, not only the shown one */
    Day due;
    Day silent_until; /* as in ShownDeadline */
    int32_t days_late;
    uint8_t owner_role;
} LateLine;
int desk_overdue(Desk *d, Txn *t, const Who *who, Arena *arena, LateLine **ret, size_t *ret_n);

typedef struct OpenStep {
    uint8_t kind;  /* STEP_ACTION, STEP_EXTEND, STEP_SILENCE, STEP_APPROVE, ... */
    uint8_t index; /* action or deadline; STEP_DECLARE: the role that waits for it */
} OpenStep;
typedef struct CaseView {
    const Def *def;
    CaseLine line;
    HeadRecord head;
    Name key_makers[RECORD_KEYS_MAX]; /* of head.keys; empty: of the daemon, or of nobody known */
    ShownDeadline deadlines[DEF_DEADLINES_MAX]; /* every clock that has begun */
    size_t n_deadlines;
    OpenStep steps[DEF_ACTIONS_MAX + 2 * DEF_DEADLINES_MAX + 12];
    size_t n_steps;
    SealRecord *seals; /* the reader's own, not expired */
    Name *granted_by;  /* who passed each on, or empty */
    size_t n_seals;
    PartRecord *parts; /* of classes the reader holds a seal for */
    size_t n_parts;
    EventRecord *events;
    size_t n_events;
    const Def **event_defs; /* the version each was taken under: its indexes are that one's */
    Name *people; /* name of each event's actor, empty for system and complainant */
    KeyReader readers[KEY_READERS_MAX]; /* who else reads; to readers only */
    size_t n_readers;
    Name approver_of; /* maker of the pending proposal, or empty */
    Name reveal_officer; /* who asked last for the sealed identity, or empty */
    Name custodians[REVEAL_HALVES]; /* who can be asked; to holders of the confidential class */
    size_t n_custodians;
} CaseView;
/* DESK_OK or DESK_UNKNOWN: no such case, no seal, excluded: one answer. Logs the reading of sealed
 * parts when `log` (then t is a turn). */
int desk_case(Desk *d, Txn *t, const Who *who, Str number, bool log, Arena *arena, CaseView *ret);
/* Whether this person may fetch the sealed file; ret_part names it. Logs it (t is a turn). */
int desk_file(Desk *d, Txn *t, const Who *who, Str number, uint32_t part, Arena *arena,
              PartRecord *ret_part);

/* ---- custodians (reveal_view.c, handed_in.c) ---- */
/* The bundle of an answer as it comes, to the request of this rev; nothing of it is checked yet.
 * DESK_OK, DESK_MALFORMED, -ENOMEM. */
int desk_handed_in(const Desk *d, uint32_t rev, Sealed answer, Arena *arena, Bundle *ret);
/* All that a custodian sees of a case: that an officer asks to open the identity, and why. */
typedef struct CustodyView {
    Name number, workflow;
    uint64_t seal_id;
    uint32_t rev;       /* of the request */
    uint32_t directory; /* version it was asked under */
    Name officer, custodian;
    uint8_t ground; /* RevealGround */
    Day day, until;
    bool answered; /* by this custodian */
    PartRecord reason; /* PART_GROUND sealed to this custodian */
    PartRecord half[REVEAL_HALVES]; /* those they hold, as filed */
    size_t n_halves;
} CustodyView;
/* A request that waits for a custodian (empty: whoever reads), as that custodian or the officer who
 * asked may fetch it; logs the reading (t is a turn). DESK_OK; DESK_UNKNOWN: none does; store's. */
int desk_custody(Desk *d, Txn *t, const Who *who, Str number, Str custodian, Arena *arena,
                 CustodyView *ret);
/* All of them, those that end first first, without reasons and halves. */
int desk_custody_list(Desk *d, Txn *t, const Who *who, Arena *arena, CustodyView **ret,
                      size_t *ret_n);

/* Whether an outbox row is for this person now: a role it names, the case visible, not excluded. */
int desk_alert_for(Desk *d, Txn *t, const Who *who, const AlertRecord *r, bool *ret);
/* This person's, at most `most`: first the requests that wait for their answer as a custodian, found
 * without the outbox, then rows, newest first. DESK_OK, store's. */
int desk_alerts(Desk *d, Txn *t, const Who *who, size_t most, Arena *arena, AlertRecord **ret,
                size_t *ret_n);

/* ---- time (tick.c) ---- */
/* Fires at most `most` due keys. *ret_fired how many; *ret_next when to come again (INT64_MAX:
 * nothing waits). Also the night's work: waiting leaves, expired requests, a checkpoint; and the
 * re-index after a change of calendar. */
int desk_tick(Desk *d, Txn *t, Moment now, unsigned most, unsigned *ret_fired, Moment *ret_next);

/* ---- people (enrol.c, agreed.c) ---- */
/* Takes a signed directory and what its new people need to sign in; what is wrong goes to `report`.
 * In force after desk_settle. The same document again is fine, so a lost answer loses nothing: it
 * changes nothing, and whoever was blocked since stays out.
 * DESK_OK; DESK_REFUSED; store's. */
int desk_take_directory(Desk *d, Txn *t, Str document, const Enrolment *list, size_t n,
                        Buf *report);
/* The document of an earlier version. DESK_OK; DESK_UNKNOWN; store's. */
int desk_directory_past(Txn *t, uint32_t version, Arena *arena, Str *ret);
/* Puts the directory in force that the store has: outside of any turn, with nothing that points
 * into the old one. 0; 1: as before; negative. */
int desk_settle(Desk *d);
/* A person's own new way to the same keys: another passphrase, another recovery code. DESK_OK;
 * DESK_SIGNATURE: not the person's, older than what is kept, or without earlier secrets that are;
 * store's. */
int desk_enrol(Desk *d, Txn *t, const Who *who, const Enrolment *e);
/* Nobody signs in under this name until the next directory says what is so. DESK_OK; DESK_UNKNOWN;
 * store's. */
int desk_block(Desk *d, Txn *t, Str name);
/* Adds to a directory what an office with these workflows agrees to with both keys: who reads
 * protected cases, and the texts that say so. True: something is new. */
bool office_agrees(const Workflows *w, Directory *d);
/* Of some workflow, or of every office. */
bool office_knows_role(const Workflows *w, Str role);

/* Who is answerable for a case, for whoever sits at the machine. DESK_OK; DESK_UNKNOWN; store's. */
typedef struct CaseHolder {
    Name number, workflow, assignee; /* assignee: empty if none */
    bool protected;
} CaseHolder;
int desk_holder(Desk *d, Txn *t, uint64_t id, CaseHolder *ret);

/* ---- signing in (staff.c) ---- */
int desk_staff(Desk *d, Txn *t, Str name, Arena *arena, StaffRecord *ret);
/* Share of the wrapping key for a person: BLAKE2b(share key beside the pepper, name). */
int desk_share(const Desk *d, Str name, Secret *ret);

/* ---- requests that may come twice ---- */
Bytes32 desk_request_id(const Desk *d, const Who *who, Str id);
/* DESK_OK: new; DESK_AGAIN: *ret_stored is the first answer; DESK_MALFORMED: same id, other body.
 */
int desk_request(Desk *d, Txn *t, const Bytes32 *id, const Bytes32 *body, Arena *arena,
                 RequestRecord *ret_stored);
int desk_remember(Desk *d, Txn *t, const Bytes32 *id, const RequestRecord *r);

/* ---- the log (audit.c says what is an entry) ---- */
/* One more entry. head NULL: of no case. def: the case's, whose entries wait for the night where it
 * is protected; NULL: none. event: the last one when it happened, or as audit.c says. */
int desk_log(Desk *d, Txn *t, LogKind kind, const HeadRecord *head, const Def *def, uint32_t event,
             const Tag *person, const Bytes32 *content);
/* "krading/TENANT": what the log's checkpoints are of, and the name of its key. */
void desk_log_origin(const Desk *d, Buf *out);

/* ---- what the log shows others (proof.c) ---- */
/* Signs the log as it stands. */
int desk_checkpoint(Desk *d, Txn *t, Buf *out);
/* The one signed last night, as it goes out with mails. DESK_UNKNOWN: before the first night. */
int desk_checkpoint_night(Desk *d, Txn *t, Arena *arena, Str *ret, uint64_t *ret_size);
/* That the log of `from` entries is the beginning of that of `to`, with a checkpoint of `to`; the
 * same for the leaf in the log of `size`. DESK_MALFORMED: not that long, or from nothing. A few
 * milliseconds, however long the log. */
int desk_consistency(Desk *d, Txn *t, uint64_t from, uint64_t to, Buf *out);
int desk_inclusion(Desk *d, Txn *t, uint64_t leaf, uint64_t size, Buf *out);
void desk_count_wrong_code(Desk *d); /* numbers in memory, written once a day */
void desk_count_wrong_sign_in(Desk *d);
/* Somebody of the staff was refused; what: the request's path without the number; number: of the
 * case, or empty; hidden: the answer was that there is no such case. (refused.c) */
int desk_refused(Desk *d, Txn *t, const Who *who, Str what, Str number, bool hidden);

/* ---- verify (verify.c): rebuilds every case from its events and compares ---- */
typedef struct VerifyCounts {
    uint64_t cases, events, parts, leaves, faults;
    uint64_t reindex; /* open cases still under the days of an earlier calendar: no fault */
} VerifyCounts;
/* 0; 1: faults, one line each in `report` (table, number, what, at most 100). A line without a
 * fault says that a re-index after a change of calendar is still running. */
int desk_verify(Desk *d, Txn *t, Buf *report, VerifyCounts *ret);
/* The same, and whether the log goes on from where these checkpoints saw it: one or several, from
 * mails or a witness. Where it does not, the lines say between which entries. */
int desk_verify_since(Desk *d, Txn *t, Str checkpoints, Buf *report, VerifyCounts *ret);
