/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/scenario_words.h"

const Word refusals[] = {
    {"rev", FLOW_REV},
    {"state", FLOW_STATE},
    {"role", FLOW_ROLE},
    {"condition", FLOW_CONDITION},
    {"too_early", FLOW_TOO_EARLY},
    {"too_late", FLOW_TOO_LATE},
    {"times", FLOW_TIMES},
    {"field", FLOW_FIELD},
    {"message", FLOW_MESSAGE},
    {"note", FLOW_NOTE},
    {"declare", FLOW_DECLARE},
    {"extra", FLOW_EXTRA},
    {"pending", FLOW_PENDING},
    {"no_proposal", FLOW_NO_PROPOSAL},
    {"same_person", FLOW_SAME_PERSON},
    {"executive", FLOW_EXECUTIVE},
    {"no_extend", FLOW_NO_EXTEND},
    {"too_long", FLOW_TOO_LONG},
    {"not_running", FLOW_NOT_RUNNING},
    {"target", FLOW_TARGET},
    {"last_reader", FLOW_LAST_READER},
    {"full", FLOW_FULL},
    {"undeclared", FLOW_UNDECLARED},
    {"held", FLOW_HELD},
    {"destroyed", FLOW_DESTROYED},
    {"no_silence", FLOW_NO_SILENCE},
    {"not_alerted", FLOW_NOT_ALERTED},
    {"silence_long", FLOW_SILENCE_LONG},
    {"no_custody", FLOW_NO_CUSTODY},
    {"reveal_runs", FLOW_REVEAL_RUNS},
    {"no_reveal", FLOW_NO_REVEAL},
    {"halves", FLOW_HALVES},
    {NULL, 0},
};
_Static_assert(sizeof(refusals) / sizeof(refusals[0]) == FLOW_ANSWERS,
               "every refusal has its word, and OK has none");

const Word answers_yes[] = {{"no", 0}, {"yes", 1}, {NULL, 0}};
const Word verdicts[] = {
    {"none", VERDICT_NONE}, {"on_time", VERDICT_ON_TIME}, {"late", VERDICT_LATE}, {NULL, 0}};
const Word clocks[] = {{"off", CLOCK_OFF}, {"running", CLOCK_RUNNING}, {"stopped", CLOCK_STOPPED},
                       {"met", CLOCK_MET}, {"ended", CLOCK_ENDED},     {NULL, 0}};

const char *word_of(const Word *words, int value)
{
    for (; words->word; words++)
        if (words->value == value)
            return words->word;
    return "ok";
}

const char *refusal_word(int answer)
{
    return word_of(refusals, answer);
}

static void check_word(Scenario *s, const Node *n, const Word *words)
{
    uint8_t v;
    if (is_text(&s->w.r, n))
        word_value(&s->w.r, n, words, &v);
}

void check_refused(Scenario *s, const Node *n)
{
    check_word(s, n, refusals);
}

void check_text(Scenario *s, const Node *n)
{
    is_text(&s->w.r, n);
}

void check_state(Scenario *s, const Node *n)
{
    name_state(&s->w, n);
}

void check_public(Scenario *s, const Node *n)
{
    static const Key keys[] = {
        {"th", false, read_text, offsetof(Label, th), NULL},
        {"en", false, read_text, offsetof(Label, en), NULL},
    };
    Label l;
    READ_MAP(&s->w.r, n, keys, &l);
}

void check_yes(Scenario *s, const Node *n)
{
    check_word(s, n, answers_yes);
}

void check_tells(Scenario *s, const Node *n)
{
    if (!str_is(n->text, "none"))
        name_message(&s->w, n);
}

void check_due(Scenario *s, const Node *n)
{
    Day day;
    for (const Node *c = is_map(&s->w.r, n) ? n->first : NULL; c; c = c->next) {
        name_deadline(&s->w, c->key);
        if (!str_is(c->text, "none"))
            read_day(&s->w.r, c, NULL, &day);
    }
}

void check_verdict(Scenario *s, const Node *n)
{
    for (const Node *c = is_map(&s->w.r, n) ? n->first : NULL; c; c = c->next) {
        name_deadline(&s->w, c->key);
        check_word(s, c, verdicts);
    }
}

void check_clock(Scenario *s, const Node *n)
{
    for (const Node *c = is_map(&s->w.r, n) ? n->first : NULL; c; c = c->next) {
        name_deadline(&s->w, c->key);
        check_word(s, c, clocks);
    }
}

void check_deadlines(Scenario *s, const Node *n)
{
    for (const Node *c = is_list(&s->w.r, n) ? n->first : NULL; c; c = c->next)
        name_deadline(&s->w, c);
}

void check_roles(Scenario *s, const Node *n)
{
    for (const Node *c = is_list(&s->w.r, n) ? n->first : NULL; c; c = c->next)
        name_role(&s->w, c);
}

void check_people(Scenario *s, const Node *n)
{
    for (const Node *c = is_list(&s->w.r, n) ? n->first : NULL; c; c = c->next)
        name_player(s, c);
}

void check_may(Scenario *s, const Node *n)
{
    for (const Node *c = is_map(&s->w.r, n) ? n->first : NULL; c; c = c->next) {
        if (!str_is(c->key->text, "complainant"))
            name_player(s, c->key);
        for (const Node *a = is_list(&s->w.r, c) ? c->first : NULL; a; a = a->next)
            name_action(&s->w, a);
    }
}

void check_assignee(Scenario *s, const Node *n)
{
    if (!str_is(n->text, "none"))
        name_player(s, n);
}

void check_members(Scenario *s, const Node *n)
{
    for (const Node *c = is_map(&s->w.r, n) ? n->first : NULL; c; c = c->next) {
        name_role(&s->w, c->key);
        check_people(s, c);
    }
}
