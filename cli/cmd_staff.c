/* SPDX-License-Identifier: Apache-2.0 */
/* Proposing changes to the people of an office. Nothing is in force before `staff sign`, but that
 * somebody who is disabled does not sign in any more. */
#include "cli/roll.h"

#include "base/err.h"
#include "cli/signin.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char NEXT[] = "Not yet in force: krading staff sign\n";

int staff_add_check(const Args *args)
{
    if (!is_login(str_of(args->word[0])))
        return cli_misuse("a login is made of a-z, 0-9 and _, at most %d of them", DEF_NAME_MAX);
    if (!args_has(args, OPT_POSITION) || !args->n_roles)
        return cli_misuse("usage: krading staff add NAME --position \"TH / EN\" --role R... "
                          "[--unit U] [--superior NAME] [--outside] [--unlisted]");
    return 0;
}

/* "ไทย / English", or one text for both. */
static int fill_label(Roll *r, const char *text, Person *p)
{
    Str th = str_of(text), en = th;
    const char *slash = strstr(text, " / ");

    if (slash) {
        th = (Str){text, (size_t)(slash - text)};
        en = str_of(slash + 3);
    }
    th = str_trim(th);
    en = str_trim(en);
    if (!th.len || !en.len || th.len > 512 || en.len > 512)
        return cli_refuse("--position takes \"TH / EN\", at most 512 bytes each");
    p->label.th = arena_str(&r->arena, th);
    p->label.en = arena_str(&r->arena, en);
    return p->label.th.ptr && p->label.en.ptr ? 0 : err_origin(-ENOMEM);
}

static int fill_roles(const Roll *r, const Args *args, Person *p)
{
    p->n_roles = 0;
    for (size_t i = 0; i < args->n_roles; i++) {
        Str role = str_of(args->role[i]);
        if (!office_knows_role(desk_workflows(r->desk), role))
            return cli_refuse("--role %s: no workflow of this office has it", args->role[i]);
        p->roles[p->n_roles++] = name_of(role);
    }
    return 0;
}

static int fill_unit(const Roll *r, const char *unit, Person *p)
{
    if (*unit && !office_unit(desk_office(r->desk), str_of(unit)))
        return cli_refuse("--unit %s: not in settings.yaml", unit);
    p->unit = name_of(str_of(unit));
    return 0;
}

/* Not above himself, by however many steps. */
static bool is_circle(const Directory *d, const Person *p)
{
    const Person *above = p;

    for (size_t steps = 0; above && steps <= d->n_people; steps++) {
        above = directory_person(d, name_str(&above->superior));
        if (above == p)
            return true;
    }
    return false;
}

static int fill_superior(Roll *r, const char *superior, Person *p)
{
    if (*superior && !directory_person(r->draft.proposed, str_of(superior)))
        return cli_refuse("--superior %s: not in the directory, nor in the draft", superior);
    p->superior = name_of(str_of(superior));
    if (is_circle(r->draft.proposed, p))
        return cli_refuse("--superior %s: the chain of command would be a circle", superior);
    return 0;
}

/* What the options say; the rest stays. */
static int fill(Roll *r, const Args *args, Person *p)
{
    if (args_has(args, OPT_POSITION))
        TRY(fill_label(r, args->value[OPT_POSITION], p));
    if (args->n_roles)
        TRY(fill_roles(r, args, p));
    if (args_has(args, OPT_UNIT))
        TRY(fill_unit(r, args->value[OPT_UNIT], p));
    if (args_has(args, OPT_SUPERIOR))
        TRY(fill_superior(r, args->value[OPT_SUPERIOR], p));
    if (args_has(args, OPT_OUTSIDE)) {
        p->outside = true;
        p->shown = false;
    }
    if (args_has(args, OPT_UNLISTED))
        p->shown = false;
    if (args_has(args, OPT_ENABLE))
        p->disabled = false;
    return 0;
}

/* ---- add ---- */

/* New keys for a person of the draft; the directory gets the public halves. */
static int give_keys(Roll *r, Person *p, HandOver *hand)
{
    PERSON_KEYS_AUTO PersonKeys keys = {0};
    SECRET_AUTO Secret share = {NULL};
    ENROLMENT_AUTO Enrolment e = {.n_former = 0};

    TRY(person_keys_new(&keys));
    TRY(desk_share(r->desk, name_str(&p->name), &share));
    NewKeysFor whom = {desk_office(r->desk)->tenant, name_str(&p->name), &share, 0, false};
    TRY(newkeys_enrol(&whom, &keys, STR(""), hand, &e));
    p->box = keys.box.public;
    p->sign = keys.sign.public;
    return draft_enrol(&r->draft, &e);
}

static int add(Roll *r, const Args *args, HandOver *hand)
{
    Str name = str_of(args->word[0]);

    if (directory_person(r->draft.proposed, name))
        return cli_refuse("%s is there already; see krading staff change --help", args->word[0]);
    Person *p = draft_person(&r->draft, name, true);
    if (!p)
        return cli_refuse("the directory is full (%d people)", DIRECTORY_PEOPLE_MAX);
    p->shown = true;
    TRY(fill(r, args, p));
    TRY(give_keys(r, p, hand));
    return roll_keep(r);
}

int staff_add_proceed(const Args *args)
{
    ROLL_AUTO Roll r;
    HAND_OVER_AUTO HandOver hand;

    hand_over_init(&hand);
    TRY(roll_open(args, &r));
    TRY(add(&r, args, &hand));
    TRY(hand_over_tell(args, &hand, str_of(args->word[0]), &desk_office(r.desk)->org));
    fputs(NEXT, stderr);
    return 0;
}

/* ---- change ---- */

static int find(Roll *r, const char *name, Person **ret)
{
    *ret = draft_person(&r->draft, str_of(name), false);
    return *ret ? 0 : cli_refuse("%s is not in the directory", name);
}

int staff_change_proceed(const Args *args)
{
    ROLL_AUTO Roll r;
    Person *p;

    TRY(roll_open(args, &r));
    TRY(find(&r, args->word[0], &p));
    TRY(fill(&r, args, p));
    TRY(roll_keep(&r));
    fputs(NEXT, stderr);
    return 0;
}

/* ---- somebody who lost passphrase and recovery code ---- */

int staff_anew(const Args *args)
{
    ROLL_AUTO Roll r;
    HAND_OVER_AUTO HandOver hand;
    Person *p;

    hand_over_init(&hand);
    TRY(roll_open(args, &r));
    TRY(find(&r, args->word[0], &p));
    TRY(give_keys(&r, p, &hand));
    TRY(roll_keep(&r));
    TRY(hand_over_tell(args, &hand, str_of(args->word[0]), &desk_office(r.desk)->org));
    fprintf(stderr,
            "With new keys %s reads nothing of what came before: have colleagues pass the "
            "cases on again (krading grant).\n",
            args->word[0]);
    fputs(NEXT, stderr);
    return 0;
}

/* ---- disable ---- */

/* Cases of open channels that are assigned to the person; protected ones are nobody's business
 * here. */
static int print_assigned(Roll *r, Str name)
{
    ARENA_AUTO Arena arena = {0};
    ListKey at = {.due = INT32_MIN + 1}, found; /* before every day; INT32_MIN is DAY_NONE */
    Txn *t;
    int n = 0;

    arena_init(&arena, 64 << 20);
    int e = store_read(desk_store(r->desk), &t);
    while (!e && (e = store_next_listed(t, &at, &found)) == STORE_OK) {
        CaseHolder h;
        e = desk_holder(r->desk, t, found.case_id, &h);
        if (!e && !h.protected && name_is(&h.assignee, name)) {
            printf("%s%s %s\n",
                   n++ ? ""
                       : "Assigned to whom you disable, to be given to others "
                         "(krading assign ID NAME):\n",
                   h.number.s, h.workflow.s);
        }
        at = (ListKey){found.due, found.case_id + 1};
    }
    store_end(t);
    if (e == STORE_UNKNOWN)
        return 0;
    return e < 0 ? e : cli_refuse("%s: the database cannot be read", r->dir);
}

int staff_disable_proceed(const Args *args)
{
    ROLL_AUTO Roll r;
    Str name = str_of(args->word[0]);
    Person *p;

    TRY(roll_open(args, &r));
    TRY(find(&r, args->word[0], &p));
    p->disabled = true;
    TRY(roll_keep(&r));
    TRY(print_assigned(&r, name));
    TRY(roll_block(&r, args, name));
    printf("%s cannot sign in any more; new cases are still sealed to them until the directory is "
           "signed.\n",
           args->word[0]);
    fputs(NEXT, stderr);
    return 0;
}
