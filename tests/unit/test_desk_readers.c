/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a case passed on, as an honest officer does it and as a bad one would like to. */
#include "desk_code.h"

static const Fill report_fills[] = {{"allegation_type", "bribe"},
                                    {"when", "เมื่อวาน"},
                                    {"what_happened", "SECRETSTORY"},
                                    {NULL, NULL}};

static const char *filed(void)
{
    Submitted s = file_complaint("corruption", report_fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static int view_of(const char *name, const char *number, CaseView *ret)
{
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, ret);
    looked();
    return r;
}

/* A grant in the making, to be spoilt before it is signed. */
typedef struct Grant {
    const char *by, *to;
    uint8_t class;
    Moment expires;
    CaseView v;
    HeldKeys held;
    Bundle b;
} Grant;

static void grant_make(Grant *g, const char *number)
{
    Doing x = {.who = g->by, .number = number, .kind = STEP_GRANT, .note = "why", .target = g->to};

    assert_int_equal(view_of(g->by, number, &g->v), DESK_OK);
    hold_keys(g->by, &g->v, &g->held);
    doing_compose(&x, &g->v, &g->b);
    Composer by = composer_of(g->v.def);
    by.grants_expire = g->expires;
    assert_int_equal(compose_grant(&by, &g->held,
                                   directory_person(desk_directory(world.desk), str_of(g->to)),
                                   g->class, &world.keys[world_index(g->by)].sign, &g->b),
                     0);
    held_keys_finish(&g->held);
}

static int grant_send(Grant *g, const char *number)
{
    Doing x = {.who = g->by, .number = number, .kind = STEP_GRANT};
    StepDone ret;
    StepRefused no = {0};

    int r = doing_try(&x, &g->v, &g->b, &ret, &no);
    return r == DESK_REFUSED ? 100 + no.refusal.why : r;
}

static void a_reader_passes_it_on(void **state)
{
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    CaseView v;

    (void)state;
    const char *number = filed();
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    assert_int_equal(v.n_seals, 1);
    assert_str(name_str(&v.granted_by[0]), "pit_a");
    /* The same again comes too late: the case has moved on. */
    assert_int_equal(grant_send(&g, number), DESK_MOVED);
    verify_finds(0);
}

static void its_leaf_says_so(void **state)
{
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    LeafRecord leaf;
    unsigned grants = 0;

    (void)state;
    const char *number = filed();
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    world_day(2026, 3, 3);
    tick();
    for (uint64_t i = 0; store_get_leaf(look(), i, &leaf) == STORE_OK; i++, looked())
        grants += leaf.kind == LOGGED_GRANT;
    looked();
    assert_int_equal(grants, 1);
    verify_finds(0);
}

/* With everybody's public keys and the records alone nobody finds out who signed for whom. */
static void a_signature_on_disk_tells_nothing(void **state)
{
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    const Directory *d = desk_directory(world.desk);
    Str tenant = desk_office(world.desk)->tenant;
    SealRecord s;
    CaseView v;

    (void)state;
    const char *number = filed();
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    assert_int_equal(store_get_seal(look(), 1, v.head.seals - 1, &world.arena, &s), STORE_OK);
    looked();
    BundleSeal stored = {.class = s.class, .epoch = s.epoch, .slot = s.slot, .sealed = s.sealed};
    memcpy(stored.nonce.b, s.nonce.b, sizeof(stored.nonce.b));
    memcpy(stored.signature.b, s.signature.b, sizeof(stored.signature.b));
    for (size_t i = 0; i < d->n_people; i++)
        for (size_t k = 0; k < d->n_people; k++)
            assert_false(bundle_seal_signed_by(&stored, &d->people[i].sign, tenant, v.head.seal_id,
                                               &d->people[k].box));
    memcpy(stored.signature.b, v.seals[0].signature.b, sizeof(stored.signature.b));
    assert_true(bundle_seal_signed_by(&stored, &world_who("pit_a").person->sign, tenant,
                                      v.head.seal_id, &world_who("audit").person->box));
}

static void it_ends_with_its_day(void **state)
{
    Zone thai = {420};
    Day today = day_from_civil((Civil){2026, 3, 2});
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    CaseView v;

    (void)state;
    const char *number = filed();
    g.expires = day_start(today + 3, thai);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    world_day(2026, 3, 4);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    world_day(2026, 3, 5);
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    verify_finds(0);
}

/* As after a rotation of keys; what one held was one's own before. */
static void what_one_holds_is_sealed_to_oneself_anew(void **state)
{
    const char *number;

    (void)state;
    number = filed();
    Grant self = {.by = "pit_a", .to = "pit_a", .class = CLASS_CONFIDENTIAL};
    grant_make(&self, number);
    assert_int_equal(grant_send(&self, number), DESK_OK);
}

static void nobody_prolongs_a_grant_to_himself(void **state)
{
    Zone thai = {420};
    const char *number;

    (void)state;
    number = filed();
    Grant short_one = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    short_one.expires = day_start(day_from_civil((Civil){2026, 3, 2}) + 2, thai);
    grant_make(&short_one, number);
    assert_int_equal(grant_send(&short_one, number), DESK_OK);
    Grant self = {.by = "audit", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&self, number);
    assert_int_equal(grant_send(&self, number), DESK_MALFORMED);
}

static int granted(const char *by, const char *to, const char *number, Moment expires)
{
    Grant g = {.by = by, .to = to, .class = CLASS_CONFIDENTIAL, .expires = expires};

    grant_make(&g, number);
    return grant_send(&g, number);
}

/* Nor through a colleague: whoever was let in for some days lets in nobody for longer. */
static void nor_two_each_other(void **state)
{
    Zone thai = {420};
    Day today = day_from_civil((Civil){2026, 3, 2});
    const Moment soon = day_start(today + 3, thai), later = day_start(today + 30, thai);
    CaseView v;

    (void)state;
    const char *number = filed();
    assert_int_equal(granted("pit_a", "audit", number, soon), DESK_OK);
    assert_int_equal(granted("audit", "district", number, 0), DESK_MALFORMED);
    assert_int_equal(granted("audit", "district", number, later), DESK_MALFORMED);
    assert_int_equal(granted("audit", "district", number, soon), DESK_OK);
    assert_int_equal(granted("district", "audit", number, 0), DESK_MALFORMED);
    assert_int_equal(granted("district", "audit", number, later), DESK_MALFORMED);
    assert_int_equal(granted("district", "audit", number, soon), DESK_OK);
    world_day(2026, 3, 5);
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    assert_int_equal(view_of("district", number, &v), DESK_UNKNOWN);
    /* Somebody who holds them for good decides for himself. */
    assert_int_equal(granted("pit_a", "audit", number, later), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    verify_finds(0);
}

/* Whoever is off the case stays off, whatever seal they hold or a colleague would give. */
static void an_accusation_beats_every_grant(void **state)
{
    CaseView v;

    (void)state;
    const char *number = filed();
    assert_int_equal(granted("pit_a", "audit", number, 0), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    Grant had = {.by = "audit", .to = "district", .class = CLASS_CONFIDENTIAL};
    grant_make(&had, number); /* made before, sent after */
    DOES(.who = "pit_a", .number = number, .kind = STEP_RECUSE, .target = "audit");
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    assert_int_equal(grant_send(&had, number), DESK_UNKNOWN);
    assert_int_equal(granted("pit_a", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(granted("pit_b", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(granted("pit_b", "district", number, 0), DESK_OK);
    assert_int_equal(granted("district", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    verify_finds(0);
}

/* The end of the seal that a grant has just written: set on the disk, past the desk. */
static Moment seal_ends(Moment end)
{
    HeadRecord head;
    SealRecord seal;
    Batch *b = batch_new(&world.arena);

    turn();
    assert_int_equal(store_get_head(world.txn, 1, &head), STORE_OK);
    assert_int_equal(store_get_seal(world.txn, 1, head.seals - 1, &world.arena, &seal), STORE_OK);
    const Moment was = seal.expires;
    seal.expires = end;
    batch_put_seal(b, &seal);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    return was;
}

/* A daemon that asks nobody for the end of what they had: it is found afterwards. */
static void a_grant_outlives_no_giver(void **state)
{
    static const char *const to[] = {"district", "audit"};
    Zone thai = {420};
    Moment end = day_start(day_from_civil((Civil){2026, 3, 5}), thai);

    for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
        Buf report;
        VerifyCounts n;
        HeadRecord head;
        SealRecord seal;
        const char *number = filed();
        assert_int_equal(granted("pit_a", "audit", number, end), DESK_OK);
        assert_int_equal(store_get_head(look(), 1, &head), STORE_OK);
        assert_int_equal(store_get_seal(world.txn, 1, head.seals - 1, &world.arena, &seal),
                         STORE_OK);
        looked();
        verify_finds(0);
        assert_int_equal(seal_ends(0), end);
        assert_int_equal(granted("audit", to[i], number, i ? 0 : end + 86400), DESK_OK);
        Batch *b = batch_new(&world.arena);
        turn();
        batch_put_seal(b, &seal); /* as it was */
        assert_int_equal(store_apply(world.txn, b), STORE_OK);
        commit();
        buf_init(&report, 1 << 16);
        assert_int_equal(desk_verify(world.desk, look(), &report, &n), 1);
        looked();
        buf_add_u8(&report, 0);
        assert_int_equal(n.faults, 1);
        assert_non_null(strstr((const char *)report.ptr, "for longer than whoever gave it had it"));
        buf_finish(&report);
        world_end(state);
        world_model(state);
    }
}

static void bad_grants_are_refused(void **state)
{
    Zone thai = {420};
    Day today = day_from_civil((Civil){2026, 3, 2});
    const char *number;

    (void)state;
    number = filed();
    Grant custodian = {.by = "pit_a", .to = "keep_a", .class = CLASS_CONFIDENTIAL};
    grant_make(&custodian, number);
    assert_int_equal(grant_send(&custodian, number), 100 + FLOW_TARGET);
    Grant works = {.by = "pit_a", .to = "chang", .class = CLASS_WORKING};
    grant_make(&works, number);
    assert_int_equal(grant_send(&works, number), 100 + FLOW_TARGET);
    Grant clerk = {.by = "pit_a", .to = "palad", .class = CLASS_CONFIDENTIAL};
    grant_make(&clerk, number);
    assert_int_equal(grant_send(&clerk, number), 100 + FLOW_TARGET);

    Grant past = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    past.expires = day_start(today, thai);
    grant_make(&past, number);
    assert_int_equal(grant_send(&past, number), DESK_MALFORMED);
    Grant hour = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    hour.expires = day_start(today + 2, thai) + 3600;
    grant_make(&hour, number);
    assert_int_equal(grant_send(&hour, number), DESK_MALFORMED);

    Grant longer = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    longer.expires = day_start(today + 2, thai);
    grant_make(&longer, number);
    longer.b.seals[0].expires = 0;
    assert_int_equal(grant_send(&longer, number), DESK_SIGNATURE);
    Grant other = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&other, number);
    other.b.target = other.b.seals[0].reader = name_of(STR("district"));
    assert_int_equal(grant_send(&other, number), DESK_SIGNATURE);
    Grant two = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&two, number);
    two.b.target = name_of(STR("district"));
    assert_int_equal(grant_send(&two, number), DESK_MALFORMED);
    Grant empty = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&empty, number);
    empty.b.n_seals = 0;
    assert_int_equal(grant_send(&empty, number), DESK_MALFORMED);
    Grant silent = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&silent, number);
    silent.b.in.note = false;
    assert_int_equal(grant_send(&silent, number), 100 + FLOW_NOTE);
    verify_finds(0);
}

/* ---- new keys ---- */

static const Fill accuse_b[] = {{"accused", "pit_b"}, {NULL, NULL}};

/* What somebody's keys open of a case, were they to come by everything on disk: the highest epoch
 * of the class. */
static uint16_t opens_up_to(const char *name, uint64_t id, uint8_t class)
{
    HeadRecord head;
    uint16_t best = 0;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    for (uint32_t i = 0; i < head.seals; i++) {
        HeldKeys held = {.n = 0};
        SealRecord s;
        assert_int_equal(store_get_seal(world.txn, id, i, &world.arena, &s), STORE_OK);
        if (s.class == class && s.epoch > best &&
            open_case_key(&world.keys[world_index(name)].box,
                          &(SealCase){desk_office(world.desk)->tenant, name_str(&head.workflow),
                                      head.seal_id},
                          s.class, s.epoch, s.slot, s.sealed, &held) == 0)
            best = s.epoch;
        held_keys_finish(&held);
    }
    looked();
    return best;
}

static uint16_t newest(uint64_t id, uint8_t class)
{
    HeadRecord head;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    looked();
    return epoch_newest(&head, class);
}

static bool newest_is_signed(uint64_t id, uint8_t class)
{
    static const Bytes64 none;
    HeadRecord head;
    bool is = false;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    looked();
    for (uint8_t i = 0; i < head.n_keys; i++)
        if (head.keys[i].class == class && head.keys[i].epoch == epoch_newest(&head, class))
            is = memcmp(&head.keys[i].signed_by_maker, &none, sizeof(none)) != 0;
    return is;
}

static void who_excludes_brings_new_keys(void **state)
{
    StepRefused no = {0};

    (void)state;
    const char *number = filed();
    const Doing check = {.who = "pit_a",
                         .number = number,
                         .kind = STEP_ACTION,
                         .what = "check_coi",
                         .fills = accuse_b,
                         .no_grants = true};
    assert_int_equal(does_answer(&check, &no), DESK_SEALS);
    assert_int_equal(no.epochs, 1u << CLASS_WORKING | 1u << CLASS_CONFIDENTIAL);
    for (size_t i = 0; i < no.n_readers; i++)
        assert_string_not_equal(no.readers[i].name.s, "pit_b");
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 2);
    assert_true(newest_is_signed(1, CLASS_CONFIDENTIAL));
    assert_int_equal(opens_up_to("pit_b", 1, CLASS_CONFIDENTIAL), 1);
    assert_int_equal(opens_up_to("pit_a", 1, CLASS_CONFIDENTIAL), 2);
    assert_int_equal(opens_up_to("pit_b", 1, CLASS_WORKING), 1);
    verify_finds(0);
}

static void reply(const char *text)
{
    CaseKeys keys;
    const Def *def;
    uint32_t parts;
    Refusal no;
    Bundle b;

    assert_int_equal(desk_citizen_keys(world.desk, look(), &code, &keys, &def, &parts), DESK_OK);
    looked();
    Composer by = composer_of(def);
    assert_int_equal(compose_reply(&by, &keys, parts, str_of(text), NULL, NULL, 0, &b), 0);
    b.in.message = true;
    assert_int_equal(
        desk_citizen(world.desk, turn(), &code, CITIZEN_REPLY, DEF_NONE, &b, &world.arena, &no),
        DESK_OK);
    commit();
}

/* Of class confidential, what came last. */
static PartRecord last_part(const char *who, const char *number)
{
    CaseView v;
    PartRecord last = {.no = 0};

    assert_int_equal(view_of(who, number, &v), DESK_OK);
    for (size_t i = 0; i < v.n_parts; i++)
        if (v.parts[i].class == CLASS_CONFIDENTIAL)
            last = v.parts[i];
    return last;
}

static void later_words_go_under_them(void **state)
{
    (void)state;
    const char *number = filed();
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    reply("SECRETMORE");
    assert_int_equal(last_part("pit_a", number).epoch, 2);
    DOES(.who = "pit_a", .number = number, .kind = STEP_NOTE, .note = "x");
    assert_int_equal(last_part("pit_a", number).epoch, 2);
    verify_finds(0);
}

/* Whoever goes makes no keys for those who stay: the daemon does, and the next officer replaces
 * them before a word of theirs goes under. */
static void oneself(void **state)
{
    (void)state;
    const char *number = filed();
    DOES(.who = "pit_b", .number = number, .kind = STEP_RECUSE, .target = "pit_b");
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 2);
    assert_false(newest_is_signed(1, CLASS_CONFIDENTIAL));
    assert_int_equal(opens_up_to("pit_b", 1, CLASS_CONFIDENTIAL), 1);
    assert_int_equal(opens_up_to("pit_a", 1, CLASS_CONFIDENTIAL), 2);
    verify_finds(0);
    reply("SECRETMORE");
    assert_int_equal(last_part("pit_a", number).epoch, 2);
    DOES(.who = "pit_a", .number = number, .kind = STEP_NOTE, .note = "x");
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 3);
    assert_true(newest_is_signed(1, CLASS_CONFIDENTIAL));
    assert_int_equal(last_part("pit_a", number).epoch, 3);
    verify_finds(0);
}

/* A granted reader reads on, and no longer than granted. */
static void grants_carry_on(void **state)
{
    Zone thai = {420};
    Grant g = {.by = "pit_a", .to = "district", .class = CLASS_CONFIDENTIAL};
    CaseView v;

    (void)state;
    const char *number = filed();
    g.expires = day_start(day_from_civil((Civil){2026, 3, 5}), thai);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    static const Fill accuse_head[] = {{"accused", "chang_head"}, {NULL, NULL}};
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_head);
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 1); /* he held no key */
    DOES(.who = "pit_b", .number = number, .kind = STEP_RECUSE, .target = "pit_b");
    DOES(.who = "pit_a", .number = number, .kind = STEP_NOTE, .note = "x");
    assert_int_equal(opens_up_to("district", 1, CLASS_CONFIDENTIAL), 3);
    world_day(2026, 3, 4);
    assert_int_equal(view_of("district", number, &v), DESK_OK);
    for (size_t i = 0; i < v.n_seals; i++)
        assert_int_equal(v.seals[i].expires, g.expires);
    world_day(2026, 3, 5);
    assert_int_equal(view_of("district", number, &v), DESK_UNKNOWN);
    verify_finds(0);
}

static void the_last_reader_stays(void **state)
{
    StepRefused no = {0};

    (void)state;
    const char *number = filed();
    DOES(.who = "pit_b", .number = number, .kind = STEP_RECUSE, .target = "pit_b");
    const Doing last = {.who = "pit_a", .number = number, .kind = STEP_RECUSE, .target = "pit_a"};
    assert_int_equal(does_answer(&last, &no), DESK_REFUSED);
    assert_int_equal(no.refusal.why, FLOW_LAST_READER);
}

/* As many seals however few read on: dummies fill the slots. */
static void slots_are_filled(void **state)
{
    HeadRecord before, after;

    (void)state;
    const char *number = filed();
    assert_int_equal(store_get_head(look(), 1, &before), STORE_OK);
    looked();
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    assert_int_equal(store_get_head(look(), 1, &after), STORE_OK);
    looked();
    assert_int_equal(after.seals - before.seals, 2 * READER_SLOTS);
}

/* Keys made by hand: what a bad program might send. */
typedef struct Forged {
    bool leave_out, add_removed, no_dummies, unsigned_key, wrong_epoch, longer;
    int want;
} Forged;

static void bad_keys_are_refused(void **state)
{
    static const Forged tries[] = {
        {.leave_out = true, .want = DESK_MALFORMED},
        {.add_removed = true, .want = DESK_MALFORMED},
        {.no_dummies = true, .want = DESK_MALFORMED},
        {.unsigned_key = true, .want = DESK_SIGNATURE},
        {.wrong_epoch = true, .want = DESK_MALFORMED},
        {.longer = true, .want = DESK_MALFORMED},
    };
    (void)state;
    const char *number = filed();
    Grant g = {.by = "pit_a", .to = "district", .class = CLASS_CONFIDENTIAL};
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        const Forged *x = &tries[i];
        Doing check = {.who = "pit_a",
                       .number = number,
                       .kind = STEP_ACTION,
                       .what = "check_coi",
                       .fills = accuse_b};
        StepRefused no = {0};
        StepDone ret;
        CaseView v;
        Bundle b;
        assert_int_equal(view_of("pit_a", number, &v), DESK_OK);
        Composer by = composer_of(v.def);
        doing_compose(&check, &v, &b);
        for (uint8_t class = CLASS_WORKING; class <= CLASS_CONFIDENTIAL; class ++) {
            EpochReader to[4] = {{.person = world_who("pit_a").person}};
            size_t n = 1;
            if (!x->leave_out && class == CLASS_CONFIDENTIAL)
                to[n++] = (EpochReader){.person = world_who("district").person};
            if (x->longer)
                to[0].expires = day_start(day_from_civil((Civil){2026, 4, 1}), (Zone){420});
            if (x->add_removed)
                to[n++] = (EpochReader){.person = world_who("pit_b").person};
            assert_int_equal(compose_epoch(&by, class, x->wrong_epoch ? 3 : 2, to, n,
                                           &world.keys[world_index("pit_a")].sign, &b, NULL),
                             0);
        }
        if (x->unsigned_key)
            memset(&b.keys[1].signature, 0, sizeof(b.keys[1].signature));
        if (x->no_dummies) {
            size_t kept = 0;
            for (size_t k = 0; k < b.n_seals; k++)
                if (b.seals[k].reader.s[0])
                    b.seals[kept++] = b.seals[k];
            b.n_seals = kept;
        }
        int r = doing_try(&check, &v, &b, &ret, &no);
        if (r != x->want)
            print_error("try %zu\n", i);
        assert_int_equal(r, x->want);
    }
    verify_finds(0);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_reader_passes_it_on),
        ON_MODEL(its_leaf_says_so),
        ON_MODEL(a_signature_on_disk_tells_nothing),
        ON_MODEL(it_ends_with_its_day),
        ON_MODEL(a_grant_outlives_no_giver),
        ON_MODEL(what_one_holds_is_sealed_to_oneself_anew),
        ON_MODEL(nobody_prolongs_a_grant_to_himself),
        ON_MODEL(nor_two_each_other),
        ON_MODEL(an_accusation_beats_every_grant),
        ON_MODEL(bad_grants_are_refused),
        ON_MODEL(who_excludes_brings_new_keys),
        ON_MODEL(later_words_go_under_them),
        ON_MODEL(oneself),
        ON_MODEL(grants_carry_on),
        ON_MODEL(the_last_reader_stays),
        ON_MODEL(slots_are_filled),
        ON_MODEL(bad_keys_are_refused),
    };
    return cmocka_run_group_tests_name("desk: readers", tests, world_make, world_drop);
}
