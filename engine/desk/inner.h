/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the desk (and its tests); nobody else includes it. */
#pragma once

#include "engine/core/retention.h"
#include "engine/desk/desk.h"
#include "engine/vault/message.h"
#include "engine/vault/opened.h"

enum {
    REQUEST_DAYS = 7, /* a request id is remembered */
    CHECK_ARENA = 64 << 20,
    NIGHT_LEAVES = 64, /* protected leaves are appended in multiples of this */
};

/* Everything read from files at once; replaced as a whole by a reload. */
typedef struct Loaded {
    Arena arena;
    Workflows workflows;
    Str texts[32];    /* of workflows.defs, as hashed */
    bool channel[32]; /* protected: readers and custodians enough */
    OrgKeys org;
    Arena people; /* the next two: a newer document takes their place alone */
    const Directory *directory;
    Str directory_bytes;
    Bytes32 settings_hash;
} Loaded;

/* A definition that only older cases still run on. */
typedef struct Pinned Pinned;
struct Pinned {
    Arena arena;
    const Def *def;
    Pinned *next;
};

/* A definition under another calendar than the one in force. */
typedef struct Dated Dated;
struct Dated {
    Arena arena; /* of the calendar */
    const Def *base;
    Def def;
    Dated *next;
};

/* How often somebody was refused since the last night. */
typedef struct Refused {
    Name person;
    uint64_t n;
} Refused;

struct Desk {
    char *dir;
    Store *store;
    StoreMode mode;
    Loaded *loaded;
    Pinned *pinned;
    Dated *dated;
    DeskKeys keys;
    Secret share, veil; /* veil: made from the pepper, for cover.c */
    Moment offset;                        /* of a demo office, seconds ahead of the wall clock */
    uint64_t wrong_codes, wrong_sign_ins; /* since the last night */
    Refused refused[DIRECTORY_PEOPLE_MAX];
    size_t n_refused;
    Moment (*clock)(void); /* the wall clock; tests put their own here */
};

/* The rest of desk_open on a store that is open already, which the desk takes over. */
int desk_open_on(const char *dir, Store *store, StoreMode mode, Buf *report, Desk **ret);
/* Bytes that what lies covered is filled up to: above what a case of the shipped workflows, and any
 * event at all, can take, so that all are of one size (tests hold them to it). */
enum { COVERED_HEAD_UNIT = 5120, COVERED_EVENT_UNIT = 2560, COVERED_ALERT_UNIT = 512 };
/* Tells the store how to cover protected cases (cover.c). 0, -ENOMEM. */
int desk_cover_store(Desk *d);
/* A protected case that began covered lies covered: somebody without the key cannot put another case,
 * of their own making, in its place. */
bool head_stands(Txn *t, const Def *def, const HeadRecord *h);
int loaded_new(const char *dir, Buf *report, Loaded **ret);
/* Puts another document in the place of the one that was read: one the store has. 0; 1: it cannot
 * be read, or is signed by other keys; negative. */
int loaded_directory(Loaded *l, Str bytes);
Loaded *loaded_free(Loaded *l);
/* The definition as it counts by the calendar of this document: itself, or a copy that lives until
 * the next reload. DESK_OK; DESK_BROKEN: no such calendar; store's. */
int desk_def_dated(Desk *d, Txn *t, const Def *def, const Bytes32 *calendar, const Def **ret);
/* Notes in the store what is in force, in a turn of its own: nobody else may have one open. Nothing
 * for a reader. First of all keys and directory must be of one office. 0; 1: refused, see report; a
 * store's answer. */
int desk_pin(Desk *d, Buf *report);
/* Name of the meta value that keeps this version of the directory: "directory.7". */
void directory_key(Buf *out, uint32_t version);

/* ---- another calendar (reindex.c) ---- */
/* Behind the hashes in meta "calendars": requests are in the due index. */
#define INDEXED_TOO "requests"
void reindex_begin(Batch *b);
/* Goes on where it stood; *ret_more: there are cases left. */
int desk_reindex(Desk *d, Txn *t, bool *ret_more);
/* The case's keys are those of the definition's calendar, or it has none. */
bool case_is_indexed(const Def *def, const HeadRecord *h);
/* Its keys by the calendar in force, at once. */
int case_reindex(Desk *d, Txn *t, Arena *arena, const HeadRecord *head, const Def *def);
/* DIR/name; NULL: no memory. */
char *path_join(const char *dir, const char *name);

/* A store's answer in the desk's words; negative stays. */
int desk_answer(int store_answer);
Bytes32 bytes32_of(const uint8_t b[32]);
bool bytes32_is_zero(const Bytes32 *b);
/* Big-endian, one further; false after the last. */
bool bytes32_next(Bytes32 *b);
Day desk_today(const Desk *d);
/* Share of a person's wrapping key. */
int share_of(const Secret *share_key, Str name, Secret *ret);

/* ---- the office's own key (handed_in.c) ---- */
/* 0, -ENOMEM. */
int office_pair(const Secret *pepper, BoxPair *ret);
/* Whether what is sealed to the office of this document can be opened here. */
bool office_is_ours(const Desk *d, const Directory *directory);

/* ---- people in a case (people.c) ---- */
/* Another directory has come and is not in force yet: what people do by the one that is would be
 * signed with keys that may have been replaced. DESK_OK; DESK_MOVED: in a moment; store's. */
int desk_people_stand(Desk *d, Txn *t);
/* BLAKE2b keyed by the pepper over ("tag", tenant, seal_id, name), its first 16 bytes. */
Tag desk_tag(const Desk *d, uint64_t seal_id, Str name);
/* c may be NULL (a submission). *ret_order: number of the delegation's order, or empty. */
void desk_actor(const Desk *d, const Def *def, uint64_t seal_id, const Case *c, const Person *p,
                Actor *ret, Name *ret_order);
/* The person of this tag, or NULL. */
const Person *desk_person_of(const Desk *d, uint64_t seal_id, const Tag *tag);
/* Name of the person of this tag, or empty. */
Name desk_name_of(const Desk *d, uint64_t seal_id, const Tag *tag);

/* ---- finding a case (find.c) ---- */
/* A case as one person meets it. */
typedef struct CaseAt {
    HeadRecord head;
    const Def *def;
    Actor actor;
    Name order;      /* number of the delegation's order */
    uint8_t classes; /* bit per class: holds a seal that has not expired */
    uint8_t lasting; /* the same of seals that never do */
    Moment until[CLASSES]; /* the last end among the others; 0: there are none */
    bool excluded;
} CaseAt;
/* `classes` is worked out only where the case is seen by seal; case_at_number always does. */
int case_at_id(Desk *d, Txn *t, uint64_t id, const Person *p, CaseAt *ret);
/* DESK_UNKNOWN also when the person may not know of it. */
int case_at_number(Desk *d, Txn *t, Str number, const Person *p, CaseAt *ret);
bool case_is_seen(const CaseAt *at);
/* An action that opens a case in another workflow is offered while the office serves that one, and
 * it has what is carried there. */
bool action_is_served(const Desk *d, const Def *def, uint8_t action);
bool case_holds(const CaseAt *at, uint8_t class);
bool seal_is_live(const SealRecord *s, Moment now);

/* ---- writing (case_write.c) ---- */
/* Hashes of the parts, or of the seals, that came with one event. */
enum { HASH_LIST_MAX = BUNDLE_SEALS_MAX + 32 };
typedef struct HashList {
    uint8_t b[HASH_LIST_MAX * 32];
    size_t n;
} HashList;
_Static_assert(BUNDLE_PARTS_MAX + 8 <= HASH_LIST_MAX, "a bundle and what the workflow tells");
/* One step of one case on its way into one batch. Lives in the arena. */
typedef struct CaseWrite {
    Desk *desk;
    Txn *txn;
    Arena *arena;
    const Def *def;
    const Def *had;          /* the version it ran on: `def`, unless this step moves it */
    bool fresh;              /* a submission: `before` is empty */
    HeadRecord before, head; /* as found; as it will be */
    EventRecord event;
    Effects effects;
    Batch *batch;
    HashList parts, seals; /* of the records, in order */
    const Bundle *bundle;  /* what was taken over, or NULL */
} CaseWrite;
/* before NULL: a submission. NULL: no memory. */
CaseWrite *case_write_new(Desk *d, Txn *t, Arena *arena, const Def *def, const HeadRecord *before);
/* Asks the core how head.c goes on, which still is as found, or put into the words of another
 * version. DESK_OK, DESK_REFUSED. */
int case_write_step(CaseWrite *w, const Step *step, Refusal *ret_refusal);
/* Takes over keys, code, parts and seals, already checked. */
int case_write_bundle(CaseWrite *w, const Bundle *b);
/* Keys and seals alone. */
int case_write_seals(CaseWrite *w, const Bundle *b);
/* Further parts alone. */
int case_write_parts(CaseWrite *w, const Bundle *b);
/* What the workflow tells the complainant by itself (told.c). */
int case_write_told(CaseWrite *w);
/* The sealed parts of the case that moves here, and the public halves of its keys, sealed once
 * more for its new readers (original.c). */
int case_write_original(CaseWrite *w, const HeadRecord *former);
/* Puts a new key of a case beside those it has. Of more than RECORD_KEYS_MAX the oldest goes, of which
 * nothing is sealed any more; its event keeps it. The two newest of each class stay. */
void head_key_add(HeadRecord *h, const ClassKey *key);
/* Numbers of a new case and of the register (number.c). */
int case_write_case_number(CaseWrite *w);
int case_write_register_no(CaseWrite *w);
/* The counter that gave such a number, and what it said then; false: none did. */
bool number_counter(const Def *def, const Name *number, Day day, Buf *ret_counter, uint64_t *ret_n);
bool register_counter(const Def *def, const Name *number, Buf *ret_counter, uint64_t *ret_n);
/* The outbox row of a rung (alert.c). */
int case_write_alert(CaseWrite *w);
/* Due and list keys: out with those the case had, in with those it has. */
int case_write_keys(CaseWrite *w);
/* New keys for classes whose newest somebody off the case still holds (epoch.c). Comes before
 * whatever is sealed after the bundle; nothing the second time. */
int case_write_epochs(CaseWrite *w);
/* All the rest, and the batch. */
int case_write_apply(CaseWrite *w);
/* Tells the other case that this one points at it. */
int case_write_link(CaseWrite *w);

/* What index keys a case should have; used by writing, tick and verify. */
bool case_due_key(const Desk *d, const Def *def, const HeadRecord *h, uint8_t deadline,
                  DueKey *ret);
bool case_list_key(const Def *def, const HeadRecord *h, ListKey *ret);
/* The one deadline shown to complainants, or DEF_NONE. */
uint8_t def_shown_deadline(const Def *def);
/* The record hashes behind an event's content. 0; -E2BIG; record's error. */
int content_add(HashList *list, const Buf *record);
/* The same for a record that is gone, of which the hash stays. */
int content_add_hash(HashList *list, const Bytes32 *hash);
Bytes32 record_hash(Str record);
Bytes32 content_of(const HashList *parts, const HashList *seals);
void shown_deadline(const Def *def, const Case *c, uint8_t deadline, Day today, ShownDeadline *ret);
void case_keys_of(const HeadRecord *h, CaseKeys *ret);
/* The row for a case's rung; seq is zero. */
void alert_of(const Def *def, const HeadRecord *h, uint8_t deadline, uint8_t rung, Day day,
              AlertRecord *ret);
/* The row that goes with a step, the case as it is after it; false: none. */
bool alert_due(const Def *def, const HeadRecord *h, const Effects *e, const Step *step,
               AlertRecord *ret);
/* "general:12/2569": how a register number lies in the table of numbers. */
Str register_key(Arena *arena, const Name *workflow, const Name *register_no);

/* ---- versions of a workflow (versions.c) ---- */
/* The definition this event was taken under, when it brings another: a submission or a move. Walk a
 * case's events from the first on with the same io_def. DESK_OK, _BROKEN, store's. */
int desk_def_of_event(Desk *d, Txn *t, const HeadRecord *head, const EventRecord *e,
                      const Def **io_def);
/* Before the step of such a move: the case in the new words. ret may be c. DESK_OK, _REFUSED. */
int event_translate(const Def *old, const Def *fresh, const Case *c, Case *ret);

/* ---- what a bundle may bring (bundle_check.c) ---- */
bool bundle_fits_submission(const Def *def, const Bundle *b, bool on_behalf);
/* Of a case that moves here: without a code, which the desk makes. */
bool bundle_fits_move(const Def *def, const Bundle *b);
/* Of a submission that an officer enters. */
bool bundle_readers_fit(const Desk *d, const Def *def, const Bundle *b);
/* Whoever is named as holder or reader is in the directory: what was signed can be made again from
 * the tags that stay. */
bool bundle_names_people(const Desk *d, const Bundle *b);
/* A key of this class and epoch is among those that came with it. */
bool bundle_brings(const Bundle *b, uint8_t class, uint16_t epoch);
bool bundle_fits_step(const CaseAt *at, const Bundle *b, const Effects *e, uint8_t kind,
                      bool of_staff);

/* ---- what a bundle says in the clear (bundle_inputs.c) ---- */
/* Names as tags, the linked case as its id; open values are some that rules can read, and whom an
 * officer's step excludes follows from whom it names. DESK_OK, DESK_MALFORMED, DESK_UNKNOWN. */
typedef struct Said {
    const Who *who; /* NULL: a form, or the holder of a code */
    const Def *def;
    const Bundle *bundle;
    const bool *kept_out; /* also excluded, one flag per person of the directory; NULL: nobody */
} Said;
int bundle_inputs(Desk *d, Txn *t, const Said *said, Inputs *ret);

/* ---- a case on its way in (submit.c) ---- */
typedef struct Filing {
    const Def *def;
    const Who *who; /* NULL: a form */
    const Bundle *bundle;
    bool opened;          /* a step of another case, taken by `who`, brings it, without a code */
    const bool *kept_out; /* excluded beyond what its form says; NULL: nobody */
    const HeadRecord *former; /* opened: the case that it was; NULL: none */
} Filing;
/* What can be told from the bundle alone. DESK_OK, _MALFORMED, _SIGNATURE. */
int filing_check(Desk *d, const Filing *f);
/* DESK_OK; DESK_CLOSED, _REFUSED, _MALFORMED, store's. */
int filing_write(Desk *d, Txn *t, Arena *arena, const Filing *f, CaseWrite **ret,
                 Refusal *ret_refusal);
/* The same form posted twice: the case is there, and its receipt is given again. DESK_UNKNOWN: it
 * is not. */
int submit_again(Desk *d, Txn *t, const Def *wanted, const Bundle *b, Submitted *ret);
/* What is promised to the complainant. */
void receipt_of(const Desk *d, const Def *def, const HeadRecord *h, Submitted *ret);

/* ---- cases opened from others (opens.c, move.c) ---- */
/* Whom the opened case keeps out whatever its own form says: the excluded of this one and, where the
 * effect says so, everybody who had a hand in it. One flag per person of the directory. */
int kept_out_of(Desk *d, Txn *t, const HeadRecord *h, const OpenEffect *o, Arena *arena,
                bool **ret);
/* The case goes to another workflow: `w` has judged the step, and is not written. */
int case_move(CaseWrite *w, const Who *who, const StepRequest *r, StepDone *ret,
              StepRefused *ret_refused);
/* The last day that a hand-over made on this day is there: about half a year on, at the end of a
 * month, so that it does not tell the day. */
Day handover_ends(Day made);
/* What a move attests of its hand-over: code index and sealed code. */
Bytes32 handover_mark(const Bytes32 *index, const HandoverRecord *r);
/* Those whose time is over go, and those of before there was one get an end. */
int handovers_expire(Txn *t, Batch *b, Day today);
/* A case out of the store; leaf_purge takes it out of the log. *ret_files: what lies in DIR/files for
 * it, to be removed after the commit. */
int case_drop(Txn *t, Arena *arena, const HeadRecord *h, Name **ret_files, size_t *ret_n);
/* ---- track.c ---- */
typedef struct CitizenAct {
    uint8_t deed, action;
    bool opens; /* another case, written by the caller in the same transaction */
    const Bundle *bundle;
} CitizenAct;
int citizen_act(Desk *d, Txn *t, const CodeKeys *code, const CitizenAct *act, Arena *arena,
                Refusal *ret_refusal);
int head_of_code(Desk *d, Txn *t, const CodeKeys *code, HeadRecord *ret, const Def **ret_def);

/* ---- who must hold keys (readers.c) ---- */
typedef struct HeldSeals {
    SealRecord *seals;
    size_t n;
} HeldSeals;
/* Guards identities in cases of this workflow, and so reads none of them. */
bool is_custodian(const Def *def, const Person *p);
int desk_seals(Desk *d, Txn *t, const HeadRecord *h, Arena *arena, HeldSeals *ret);
/* Whether the case, as it will stand, needs this person to read the class. */
bool reader_is_due(Desk *d, const CaseAt *at, const Case *after, const Person *p, uint8_t class);
/* Readers of the classes in `demand` after the step who hold no seal; b NULL: nothing is added. */
size_t readers_missing(Desk *d, const CaseAt *at, const Case *after, const HeldSeals *held,
                       const Bundle *b, MissingSeal *ret, size_t max);

/* ---- passing keys on (grant.c) ---- */
/* Somebody who may read every class whose key the bundle brings, as the case stands. */
bool grant_target_fits(Desk *d, const CaseAt *at, const Bundle *b);
/* Keys of one class, all for the person the step names, and for no longer than the giver holds them:
 * else two who were let in for some days could keep each other in. */
bool grant_fits(const CaseAt *at, const Bundle *b);
/* Each key in the bundle comes from one who holds its class, signed, for one who may read it.
 * DESK_OK, _MALFORMED, _SIGNATURE. */
int key_grant_check(Desk *d, const Who *who, const CaseAt *at, const Case *after, const Bundle *b,
                const BundleSeal *s);
/* All of them but those of keys that the bundle itself brings. */
int grants_check(Desk *d, const Who *who, const CaseAt *at, const Case *after, const Bundle *b);
/* What a signature on disk is covered with. Everybody's public keys lie beside the database: who
 * signed what for whom could be tried out. Covering twice uncovers; nothing stays nothing. */
typedef enum Signed { SIGNED_STEP, SIGNED_SEAL, SIGNED_KEY } Signed;
Bytes64 desk_cover(const Desk *d, uint64_t seal_id, Signed what, uint32_t no, const uint8_t b[64]);
/* `no` of a SIGNED_KEY. */
uint32_t key_place(const ClassKey *key);
/* The tags in a row of a protected case as they lie on disk, no two alike (mask.c), and back. What
 * was written bare, by an earlier version or in another case, stays as it is. */
void part_mask(const Desk *d, uint64_t seal_id, PartRecord *r);
void part_unmask(const Desk *d, uint64_t seal_id, PartRecord *r);
/* What a custodian gave lies covered as well: an officer with a copy of the disk would join what was
 * given to several requests, none of which was opened. `room` outlives the record's use. */
void given_cover(const Desk *d, uint64_t seal_id, PartRecord *r, uint8_t room[SEAL_LEN]);
/* 0, -ENOMEM. Written bare by an earlier version: stays. */
int given_uncover(const Desk *d, uint64_t seal_id, Arena *arena, PartRecord *r);
void seal_mask(const Desk *d, uint64_t seal_id, SealRecord *r);
void seal_unmask(const Desk *d, uint64_t seal_id, SealRecord *r);

/* ---- new keys (epoch.c) ----
 * Nobody who is off a case holds its newest keys: whoever takes them off brings new ones, for the
 * classes they hold; for the others, and where no officer acts, the daemon makes a pair, seals it to
 * those who read on and forgets it. Such a pair is not signed, and an officer's program puts nothing
 * under it: the next step of somebody who holds the class brings a signed one. So it only ever
 * covers words that reached the daemon in the clear anyway. */
/* Epoch of the class's newest key, 0: none. */
uint16_t epoch_newest(const HeadRecord *h, uint8_t class);
/* Holders of the newest key who read on in `after`. Returns how many. */
size_t epoch_readers(Desk *d, const Def *def, const HeadRecord *h, const Case *after,
                     const HeldSeals *held, uint8_t class, KeyReader *ret, size_t max);
/* The keys an officer's step brings are due, complete and signed, and none that is due is missing.
 * DESK_OK, _SEALS (ret->epochs), _REFUSED, _MALFORMED, _SIGNATURE, store's. */
int epochs_check(Desk *d, const Who *who, const CaseAt *at, const Case *after,
                 const HeldSeals *held, const Bundle *b, StepRefused *ret);

/* ---- sign-ins (enrol.c) ---- */
/* What the log attests of one, and the `event` of such an entry: those of before have 0, and attest
 * the enrolment that it came from. */
enum { KEYS_RECORD = 1 };
Bytes32 staff_attested(const StaffRecord *r);
/* ---- the log (audit.c) ---- */
/* Of the leaf that attests an event. */
LogKind event_log_kind(uint8_t step_kind);
bool log_kind_is_event(uint8_t kind);
Hash leaf_hash(const LeafRecord *r);
/* The entry is there and gives its leaf. */
bool leaf_is_whole(const LeafRecord *r);
/* Name of the meta value with the root of a whole subtree: "node.8.3". */
void node_key(Buf *out, unsigned level, uint64_t index);
Bytes32 event_attested(const EventRecord *e);
/* Adds the leaf to the batch: at once, or for the night. *ret_index: UINT64_MAX when it waits. */
int leaf_write(Txn *t, Arena *arena, Batch *b, LeafRecord *leaf, bool waits, uint64_t *ret_index);
int tree_load(Txn *t, Arena *arena, Tree *ret);
void tree_save(Batch *b, const Tree *tree);
/* The leaf gets its index and, unless it is purged, its hash. */
void tree_append(Batch *b, Tree *tree, LeafRecord *leaf);
/* ---- purge.c ---- */
/* On what ground cases went. In words it lies beside the log as meta "purged.PLACE", PLACE that of
 * the LOGGED_PURGE which attests it:
 *   approved PLACE FROM TO CASES CAME  carried out of the list whose approval is the LOGGED_LIST at
 *                                      that place, bytes FROM to TO of it; CASES went as a whole, of
 *                                      which CAME had come from another workflow
 *   moved COVERED                      to another workflow: which it was and became (purge_moved.c)
 *   again CASES CAME                   of a restored copy: the ledger knows of them
 * Of before there was CAME it is left out, and read as 0; so is COVERED. */
typedef enum PurgeBy { PURGED_APPROVED, PURGED_MOVED, PURGED_AGAIN } PurgeBy;
typedef struct PurgeMove {
    uint64_t was, became; /* seal ids */
    Bytes32 handover;     /* handover_mark of what lies under the old code; zero: there was none */
    bool said;            /* when read: COVERED is there */
} PurgeMove;
typedef struct PurgeGround {
    uint8_t by; /* PurgeBy */
    uint64_t approval, from, to, cases, came;
    bool came_said; /* when read: CAME is there */
    Tag person; /* who approved, as of case 0; zero: nobody */
    PurgeMove move;
} PurgeGround;
/* Takes every entry about these cases (ascending ids) out of the log, those that wait for the night
 * too; their leaf hashes stay, so every root stays what it was. One LOGGED_PURGE says which they were
 * and on what ground. Call it with the case's own removal in one nested transaction. Reads the whole
 * log once. DESK_OK; store's. */
int leaf_purge(Desk *d, Txn *t, const uint64_t *cases, size_t n, const PurgeGround *ground);
/* What a LOGGED_PURGE attests: its covered leaves one after the other, by index; and the ground. */
Hash purge_begin(void);
Hash purge_add(const Hash *before, uint64_t index, const Bytes32 *leaf);
Bytes32 purge_attested(const Hash *covers, Str ground);
/* `place`: of the LOGGED_PURGE. 0, negative. */
int purge_ground_put(const Desk *d, uint64_t place, const PurgeGround *g, Buf *out);
/* 0; 1: not one; negative. */
int purge_ground_get(const Desk *d, uint64_t place, Str words, PurgeGround *ret);
/* COVERED of a move (purge_moved.c), the same answers. */
int purge_move_put(const Desk *d, uint64_t place, const PurgeMove *m, Buf *out);
int purge_move_get(const Desk *d, uint64_t place, Str words, PurgeMove *ret);
/* Names of meta values: "purged.12", "approval.12". */
void purged_key(Buf *out, uint64_t place);
void approval_key(Buf *out, uint64_t place);
/* ---- refused.c ---- */
/* Entries for those who were refused oftener than is listed; ret has room for everybody. Returns
 * how many; their blinders are zero yet. */
size_t refused_more(const Desk *d, LeafRecord *ret, Day day);
/* ---- night.c ---- */
/* A number as an entry's content: u64 in the last eight bytes. */
Bytes32 count_content(uint64_t n);
/* Meta "waited": how many of all that ever waited wait no more; so a lost one is missed. n more. */
int waiting_gone(Txn *t, Arena *arena, Batch *b, uint64_t n);
/* What "waited" says; 0 when it was never written. */
int waiting_gone_count(Txn *t, Arena *arena, uint64_t *ret);
int night_work(Desk *d, Txn *t, Day today);
/* The day for which it was done last; DAY_NONE: never. */
int night_due(Desk *d, Txn *t, Day *ret_last);

/* ---- views ---- */
int line_of(Desk *d, const CaseAt *at, CaseLine *ret);
OpenValue open_value_named(const Def *def, const Case *c, const char *field);
/* Copies of all events / parts of a case. */
int desk_events(Txn *t, const HeadRecord *h, Arena *arena, EventRecord **ret);
size_t open_steps(const Desk *d, const CaseAt *at, OpenStep *ret, size_t max);
