/* SPDX-License-Identifier: Apache-2.0 */
/* A whole office in a temporary directory, made from what is shipped, with people who hold their
 * keys; for the tests of engine/desk. KRADING_SHARE names the folder of shipped workflows. */
#pragma once

#include "check.h"
#include "crypto/login.h"
#include "engine/desk/init.h"
#include "engine/desk/inner.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const NewPerson world_people[] = {
    {"nayok", "นายก", "Chief executive", "", "", "chief_executive", true, false},
    {"palad", "ปลัด", "Clerk", "clerk_office", "nayok", "clerk", true, false},
    {"intake", "รับเรื่อง", "Intake", "clerk_office", "palad", "intake_officer", false, false},
    {"chang", "ช่าง", "Works", "public_works", "chang_head", "unit_officer", true, false},
    {"chang_head", "ผอ.ช่าง", "Works head", "public_works", "palad", "unit_head", true, false},
    {"pit_a", "ลับ ก", "Protected A", "clerk_office", "palad", "protected_officer", true, false},
    {"pit_b", "ลับ ข", "Protected B", "internal_audit", "nayok", "protected_officer", true, false},
    {"audit", "ตรวจสอบ", "Auditor", "internal_audit", "nayok", "internal_auditor", true, false},
    {"keep_a", "ผู้เก็บ ก", "Keeper A", "finance", "palad", "custodian", false, false},
    {"keep_b", "ผู้เก็บ ข", "Keeper B", "", "", "custodian", false, true},
    {"keep_c", "ผู้เก็บ ค", "Keeper C", "", "", "custodian", false, true},
    {"district", "อำเภอ", "District", "", "", "protected_officer outside_guardian", false, true},
    {"neighbour", "ข้างเคียง", "Neighbour", "", "", "protected_officer outside_guardian", false,
     true},
};
enum { WORLD_PEOPLE = sizeof(world_people) / sizeof(world_people[0]) };

typedef struct World {
    char dir[64];
    PersonKeys keys[WORLD_PEOPLE];
    Desk *desk;
    Txn *txn;
    Arena arena; /* of the test */
} World;

static World world;
static Moment world_clock;

static inline Moment world_now(void)
{
    return world_clock;
}

static inline void world_day(int year, int month, int day)
{
    Zone thai = {420};
    world_clock = day_start(day_from_civil((Civil){year, month, day}), thai) + 10 * 3600;
}

static inline size_t world_index(const char *name)
{
    for (size_t i = 0; i < WORLD_PEOPLE; i++)
        if (!strcmp(world_people[i].name, name))
            return i;
    fail_msg("no %s in the office", name);
    return 0;
}

static inline Who world_who(const char *name)
{
    const Person *p = directory_person(desk_directory(world.desk), str_of(name));
    assert_non_null(p);
    return (Who){.person = p};
}

static inline void world_say(const Buf *report)
{
    if (report->len)
        print_error("%.*s", (int)report->len, (const char *)report->ptr);
}

/* Signs everybody in once, as their clients would. */
static inline void world_sign_in(const HandedOver *handed)
{
    Arena arena;
    StaffRecord staff;
    Txn *t;

    arena_init(&arena, 1 << 20);
    assert_int_equal(store_read(desk_store(world.desk), &t), 0);
    for (size_t i = 0; i < WORLD_PEOPLE; i++) {
        Login login = {0};
        Secret share = {NULL};
        Str name = str_of(world_people[i].name), tenant = desk_office(world.desk)->tenant;
        assert_int_equal(desk_staff(world.desk, t, name, &arena, &staff), DESK_OK);
        assert_int_equal(login_stretch(buf_str(&handed[i].passphrase), tenant, name, &login), 0);
        Hash index = login_index(&desk_keys(world.desk)->pepper, &login.auth);
        assert_memory_equal(index.b, staff.auth_index.b, 32);
        assert_int_equal(desk_share(world.desk, name, &share), 0);
        assert_int_equal(staff.wrapped.len, WRAPPED_LEN);
        assert_int_equal(person_keys_unwrap((const uint8_t *)staff.wrapped.ptr, &login.half, &share,
                                            name, &world.keys[i]),
                         0);
        login_finish(&login);
        secret_finish(&share);
    }
    store_end(t);
    arena_finish(&arena);
}

static inline void world_open(bool model)
{
    Buf report;
    Store *store;

    buf_init(&report, 1 << 16);
    int r;
    if (model) {
        assert_int_equal(store_model_new(&store), 0);
        r = desk_open_on(world.dir, store, STORE_WRITE, &report, &world.desk);
    } else {
        r = desk_open(world.dir, STORE_WRITE, &report, &world.desk);
    }
    world_say(&report);
    assert_int_equal(r, 0);
    world.desk->clock = world_now;
    buf_finish(&report);
    arena_init(&world.arena, 256 << 20);
    world_day(2026, 3, 2);
}

static inline void world_close(void)
{
    world.desk = desk_free(world.desk);
    arena_finish(&world.arena);
}

/* Group setup: the office is made once, its people sign in once. */
static inline int world_make(void **state)
{
    HandedOver handed[WORLD_PEOPLE];
    InitPlan plan = {.dir = world.dir,
                     .share_dir = getenv("KRADING_SHARE"),
                     .org = {STR("อบต. \"ทดสอบ\""), STR("Test office")},
                     .demo = true,
                     .people = world_people,
                     .n_people = WORLD_PEOPLE};
    Buf report;

    (void)state;
    assert_int_equal(crypto_start(), 0);
    snprintf(world.dir, sizeof(world.dir), "/tmp/krading-desk-XXXXXX");
    assert_non_null(mkdtemp(world.dir));
    buf_init(&report, 1 << 16);
    int r = office_create(&plan, &report, handed);
    world_say(&report);
    buf_finish(&report);
    assert_int_equal(r, 0);
    world_open(false);
    world_sign_in(handed);
    world_close();
    for (size_t i = 0; i < WORLD_PEOPLE; i++)
        buf_finish(&handed[i].passphrase);
    return 0;
}

static inline int world_drop(void **state)
{
    char command[128];

    (void)state;
    for (size_t i = 0; i < WORLD_PEOPLE; i++)
        person_keys_finish(&world.keys[i]);
    snprintf(command, sizeof(command), "rm -rf '%s'", world.dir);
    return system(command);
}

static inline int world_model(void **state)
{
    (void)state;
    world_open(true);
    return 0;
}

static inline int world_end(void **state)
{
    (void)state;
    world_close();
    return 0;
}

static inline Txn *turn(void)
{
    assert_int_equal(store_turn(desk_store(world.desk), &world.txn), 0);
    return world.txn;
}

static inline void commit(void)
{
    assert_int_equal(store_commit(world.txn), 0);
}

static inline Txn *look(void)
{
    assert_int_equal(store_read(desk_store(world.desk), &world.txn), 0);
    return world.txn;
}

static inline void looked(void)
{
    store_end(world.txn);
}

/* ---- forms ---- */
typedef struct Fill {
    const char *name, *value;
} Fill;
enum { FILLS_MAX = 16 };

static inline Form form_of(const Def *def, const Fill *fills)
{
    Form form = {.n_items = 0};
    FormItem *items = arena_many(&world.arena, FILLS_MAX, FormItem);

    assert_non_null(items);
    for (; fills && fills->name; fills++) {
        FormItem *item = &items[form.n_items++];
        assert_int_equal(form_name(def, str_of(fills->name), &item->field, &item->sub), 0);
        item->value = str_of(fills->value);
    }
    form.items = items;
    return form;
}

static inline Composer composer_of(const Def *def)
{
    return (Composer){.def = def,
                      .directory = desk_directory(world.desk),
                      .tenant = desk_office(world.desk)->tenant,
                      .arena = &world.arena};
}

static inline void code_make(CodeKeys *ret)
{
    Code code = {{NULL}};

    assert_int_equal(code_new(&code), 0);
    assert_int_equal(code_derive(&code, desk_office(world.desk)->tenant, ret), 0);
    code_finish(&code);
}

static inline int compose(const char *workflow, const Fill *fills, const CodeKeys *code,
                          Day received, Bundle *ret)
{
    const Def *def = workflows_find(desk_workflows(world.desk), str_of(workflow));
    assert_non_null(def);
    Composer by = composer_of(def);
    Form form = form_of(def, fills);
    return compose_submission(&by, &form, NULL, 0, code, received, ret);
}

/* Files a complaint on the public form and commits. */
static inline Submitted file_complaint(const char *workflow, const Fill *fills,
                                       const CodeKeys *code)
{
    Submitted done;
    Refusal no = {0};
    Bundle b;

    assert_int_equal(compose(workflow, fills, code, DAY_NONE, &b), 0);
    int r = desk_submit(world.desk, turn(), str_of(workflow), NULL, &b, &world.arena, &done, &no);
    if (r == DESK_REFUSED)
        print_error("refused: %u %u\n", no.why, no.detail);
    assert_int_equal(r, DESK_OK);
    commit();
    return done;
}

static const Fill general_fills[] = {{"subject", "ไฟดับ"},     {"details", "SECRETDETAIL หน้าวัด"},
                                     {"category", "light"},   {"name", "SECRETNAME"},
                                     {"notice_version", "1"}, {NULL, NULL}};

/* ---- officers ---- */
typedef struct Doing {
    const char *who, *number;
    uint8_t kind;
    const char *what;
    const Fill *fills;
    const char *message, *note, *target, *linked;
    Span by;
    bool declared, no_grants, old_rev;
} Doing;

static inline void hold_keys(const char *who, const CaseView *v, HeldKeys *ret)
{
    memset(ret, 0, sizeof(*ret));
    for (size_t i = 0; i < v->n_seals; i++) {
        const SealRecord *s = &v->seals[i];
        assert_int_equal(open_case_key(&world.keys[world_index(who)].box,
                                       &(SealCase){desk_office(world.desk)->tenant,
                                                   name_str(&v->head.workflow), v->head.seal_id},
                                       s->class, s->epoch, s->slot, s->sealed, ret),
                         0);
    }
}

static inline void doing_compose(const Doing *x, const CaseView *v, Bundle *ret)
{
    Composer by = composer_of(v->def);
    Form form = form_of(v->def, x->fills);
    StepWords words = {.form = &form,
                       .note = str_of(x->note),
                       .message_th = str_of(x->message),
                       .message_en = str_of(x->message)};
    CaseKeys keys;

    case_keys_of(&v->head, &keys);
    assert_int_equal(compose_step(&by, &keys, v->head.parts, &words, ret), 0);
    ret->in.by = x->by;
    ret->in.declared = x->declared;
    if (x->linked)
        ret->linked = name_of(str_of(x->linked));
    if (x->target)
        ret->target = name_of(str_of(x->target));
}

static inline int doing_try(const Doing *x, const CaseView *v, Bundle *b, StepDone *ret,
                            StepRefused *no)
{
    uint32_t rev = v->head.c.rev - (x->old_rev ? 1u : 0u);
    Who who = world_who(x->who);
    StepRequest request = {.number = str_of(x->number),
                           .kind = x->kind,
                           .what = str_of(x->what),
                           .has_rev = true,
                           .if_rev = rev,
                           .bundle = b};
    assert_int_equal(bundle_sign(b, &world.keys[world_index(x->who)].sign,
                                 desk_office(world.desk)->tenant, rev, x->kind, request.what),
                     0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    int r = desk_act(world.desk, world.txn, &who, &request, &world.arena, ret, no);
    if (r == DESK_OK)
        assert_int_equal(store_nest_keep(world.txn), 0);
    else
        store_nest_drop(world.txn);
    commit();
    return r;
}

/* The step again, with new keys for the classes the desk names: words go under them. */
static inline void doing_compose_anew(const Doing *x, CaseView *v, HeldKeys *held,
                                      const StepRefused *no, Bundle *ret)
{
    Composer by = composer_of(v->def);
    Bundle made = {.seal_id = v->head.seal_id};

    for (uint8_t class = 0; class < CLASSES; class ++) {
        EpochReader to[KEY_READERS_MAX];
        size_t n = 0;
        if (!(no->epochs & (1u << class)))
            continue;
        for (size_t i = 0; i < no->n_readers; i++)
            if (no->readers[i].class == class)
                to[n++] =
                    (EpochReader){world_who(no->readers[i].name.s).person, no->readers[i].expires};
        uint16_t epoch = (uint16_t)(epoch_newest(&v->head, class) + 1);
        assert_int_equal(compose_epoch(&by, class, epoch, to, n,
                                       &world.keys[world_index(x->who)].sign, &made,
                                       &held->key[held->n++]),
                         0);
        ClassKey key = {.class = class, .epoch = epoch};
        memcpy(key.public.b, made.keys[made.n_keys - 1].public.b, sizeof(key.public.b));
        v->head.keys[v->head.n_keys++] = key;
    }
    doing_compose(x, v, ret);
    memcpy(ret->keys, made.keys, sizeof(made.keys));
    ret->n_keys = made.n_keys;
    ret->seals = made.seals;
    ret->n_seals = made.n_seals;
}

/* Does a step as a client would: asks for the case, seals, signs, and passes keys on to those the
 * desk says must read. *no may tell why not. */
static inline int officer_does(const Doing *x, StepDone *ret, StepRefused *no)
{
    Who who = world_who(x->who);
    HeldKeys held;
    CaseView v;
    Bundle b;

    int r = desk_case(world.desk, look(), &who, str_of(x->number), false, &world.arena, &v);
    looked();
    if (r)
        return r;
    hold_keys(x->who, &v, &held);
    doing_compose(x, &v, &b);
    r = doing_try(x, &v, &b, ret, no);
    if (r == DESK_SEALS && no->epochs && !x->no_grants) {
        doing_compose_anew(x, &v, &held, no, &b);
        r = doing_try(x, &v, &b, ret, no);
    }
    if (r == DESK_SEALS && !x->no_grants) {
        Composer by = composer_of(v.def);
        for (size_t i = 0; i < no->n_missing; i++) {
            const Person *to =
                directory_person(desk_directory(world.desk), name_str(&no->missing[i].person));
            assert_int_equal(compose_grant(&by, &held, to, no->missing[i].class,
                                           &world.keys[world_index(x->who)].sign, &b),
                             0);
        }
        r = doing_try(x, &v, &b, ret, no);
    }
    held_keys_finish(&held);
    return r;
}

#define DOES(...)                                                                                  \
    do {                                                                                           \
        StepDone done_;                                                                            \
        StepRefused no_ = {0};                                                                     \
        const Doing doing_ = {__VA_ARGS__};                                                        \
        int r_ = officer_does(&doing_, &done_, &no_);                                              \
        if (r_ == DESK_REFUSED)                                                                    \
            print_error("%s %s: refused %u %u\n", doing_.who, doing_.what ? doing_.what : "",      \
                        no_.refusal.why, no_.refusal.detail);                                      \
        assert_int_equal(r_, DESK_OK);                                                             \
    } while (0)

static inline int does_answer(const Doing *x, StepRefused *no)
{
    StepDone done;
    return officer_does(x, &done, no);
}

/* ---- checks ---- */
static inline CaseView case_seen(const char *name, const char *number)
{
    CaseView v;
    Who who = world_who(name);

    assert_int_equal(desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v),
                     DESK_OK);
    looked();
    return v;
}

static inline void verify_finds(uint64_t faults)
{
    Buf report;
    VerifyCounts n;

    buf_init(&report, 1 << 16);
    int r = desk_verify(world.desk, look(), &report, &n);
    looked();
    if (n.faults != faults)
        world_say(&report);
    assert_int_equal(n.faults, faults);
    assert_int_equal(r, faults ? 1 : 0);
    buf_finish(&report);
}

static inline unsigned tick(void)
{
    unsigned fired = 0, sum = 0;
    Moment next = 0;

    do {
        assert_int_equal(desk_tick(world.desk, turn(), desk_now(world.desk), 200, &fired, &next),
                         0);
        commit();
        sum += fired;
    } while (next <= desk_now(world.desk));
    return sum;
}
