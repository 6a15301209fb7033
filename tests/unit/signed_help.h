/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody can do who has the database and the pepper, and not the keys of those who acted. */
#pragma once

#include "desk_code.h"

#include "base/text.h"

static inline const char *filed(const char *workflow, const Fill *fills)
{
    Submitted s = file_complaint(workflow, fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

/* The log written anew over the events as they are now, the changed one's entry of that day;
 * without the signed checkpoint, which the attacker cannot make. */
static inline void log_anew(Batch *b, const EventRecord *changed, Day day)
{
    Tree old, tree = {0};
    LeafRecord leaf;

    assert_int_equal(tree_load(world.txn, &world.arena, &old), DESK_OK);
    for (uint64_t i = 0; i < old.size; i++) {
        assert_int_equal(store_get_leaf(world.txn, i, &leaf), STORE_OK);
        if (leaf.kind == LOGGED_EVENT && leaf.case_id == changed->case_id &&
            leaf.event == changed->seq) {
            leaf.content = event_attested(changed);
            leaf.person = changed->step.actor.tag;
            leaf.day = day;
        }
        tree_append(b, &tree, &leaf);
    }
    tree_save(b, &tree);
    batch_put_event(b, changed);
}

static inline void finds(const char *what)
{
    Buf report;
    VerifyCounts n;

    buf_init(&report, 1 << 16);
    assert_int_equal(desk_verify(world.desk, look(), &report, &n), 1);
    looked();
    buf_add_u8(&report, 0);
    if (!strstr((const char *)report.ptr, what))
        print_error("not in the report: %s\n%s", what, (const char *)report.ptr);
    assert_non_null(strstr((const char *)report.ptr, what));
    buf_finish(&report);
}

static inline SignPair org_key(const char *file)
{
    SECRET_AUTO Secret seed = {NULL};
    BUF_AUTO Buf hex = {0}, raw = {0};
    SignPair pair = {.seed = {NULL}};
    char *path = path_join(world.dir, file);

    buf_init(&hex, 256);
    buf_init(&raw, SECRET_LEN);
    assert_int_equal(load_file(path, &hex), 0);
    assert_int_equal(text_get_hex(str_trim(buf_str(&hex)), &raw), 0);
    assert_int_equal(secret_new_copy(&seed, raw.ptr), 0);
    assert_int_equal(sign_pair_from_seed(&pair, &seed), 0);
    free(path);
    return pair;
}

/* The next directory has this person as given, with these enrolments; the desk's answer. */
static inline int person_changes(const Person *to, const Enrolment *list, size_t n)
{
    SIGN_PAIR_AUTO SignPair first = org_key("safe/org-first.key");
    SIGN_PAIR_AUTO SignPair second = org_key("safe/org-second.key");
    BUF_AUTO Buf document = {0}, report = {0};
    Directory next = *desk_directory(world.desk);
    Person *people = arena_many(&world.arena, next.n_people, Person);

    memcpy(people, next.people, next.n_people * sizeof(*people));
    for (size_t i = 0; i < next.n_people; i++)
        if (name_eq(&people[i].name, &to->name))
            people[i] = *to;
    next.people = people;
    next.version++;
    buf_init(&document, DIRECTORY_BYTES_MAX + 256);
    buf_init(&report, 4096);
    assert_int_equal(directory_sign(&document, &next, &first, &second), 0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    int r = desk_take_directory(world.desk, world.txn, buf_str(&document), list, n, &report);
    if (r == DESK_OK)
        assert_int_equal(store_nest_keep(world.txn), 0);
    else
        store_nest_drop(world.txn);
    commit();
    return r;
}

/* Another signature key for this person: taken, and maybe in force. */
static inline void rotated(const char *name, const SignPublic *to, bool settle)
{
    Person as = *world_who(name).person;

    as.sign = *to;
    assert_int_equal(person_changes(&as, NULL, 0), DESK_OK);
    if (settle)
        assert_int_equal(desk_settle(world.desk), 0);
}

static inline int note_by(const char *who, const char *number)
{
    const Doing step = {.who = who, .number = number, .kind = STEP_NOTE, .note = "x"};
    Who by = world_who(who);
    StepRefused no = {.n_missing = 0};
    StepDone ok;
    CaseView v;
    Bundle b;

    assert_int_equal(desk_case(world.desk, look(), &by, str_of(number), false, &world.arena, &v),
                     DESK_OK);
    looked();
    doing_compose(&step, &v, &b);
    return doing_try(&step, &v, &b, &ok, &no);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)
