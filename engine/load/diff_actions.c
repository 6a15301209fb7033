/* SPDX-License-Identifier: Apache-2.0 */
/* The words of actions. */
#include "engine/load/diff_inner.h"

LABEL_OF(action, actions, label)
WORDS(action_from)
{
    StateMask all = d->n_states < DEF_STATES_MAX ? MASK64(d->n_states) - 1 : ~(StateMask)0;
    StateMask from = d->actions[i].from;
    if (from == all)
        buf_adds(out, "any state");
    else if (from == (all & ~d->final))
        buf_adds(out, "any open state");
    else
        words_states(out, d, from);
}
WORDS(action_to)
{
    uint8_t to = d->actions[i].to;
    if (to == TO_PREVIOUS)
        buf_adds(out, "where it came from");
    else
        words_state(out, d, to);
}
WORDS(action_by)
{
    words_roles(out, d, d->actions[i].by);
}
WORDS(action_delegable)
{
    words_roles(out, d, d->actions[i].delegable);
}
WORDS(action_needs)
{
    words_needs(out, d, &d->actions[i].needs);
}
WORDS(action_may)
{
    words_needs(out, d, &d->actions[i].may);
}
WORDS(action_approve)
{
    words_approve(out, d, &d->actions[i].approve);
}
WORDS(action_all_declared)
{
    words_roles(out, d, d->actions[i].all_declared);
}
WORDS(action_only_if)
{
    words_conditions(out, d, d->actions[i].only_if, d->actions[i].n_only_if);
}
WORDS(action_after)
{
    words_deadline(out, d, d->actions[i].after);
}
WORDS(action_until)
{
    words_deadline(out, d, d->actions[i].until);
}
WORDS(action_times)
{
    words_number(out, d->actions[i].times);
}
WORDS(action_restarts)
{
    for (uint8_t x = 0; x < d->actions[i].n_restarts; x++) {
        const Restart *r = &d->actions[i].restarts[x];
        words_between(out, ", ");
        words_deadline(out, d, r->deadline);
        buf_adds(out, r->has_span ? " with " : "");
        words_span(out, r->has_span ? r->span : (Span){0});
    }
}
WORDS(action_sets)
{
    for (uint8_t x = 0; x < d->actions[i].n_sets; x++) {
        words_between(out, ", ");
        words_field(out, d, d->actions[i].sets[x].field);
        buf_adds(out, " to ");
        buf_add_str(out, d->actions[i].sets[x].choice);
    }
}
WORDS(action_tells)
{
    words_message(out, d, d->actions[i].tells);
}
WORDS(action_usual)
{
    words_yes(out, d->actions[i].usual);
}
WORDS(action_declares)
{
    buf_add_str(out, d->actions[i].member_declares);
}

static void put_effect(Buf *out, const Def *d, const char *what, uint8_t field)
{
    if (field >= d->n_fields)
        return;
    words_between(out, ", ");
    buf_adds(out, what);
    words_field(out, d, field);
}

static void words_carry(Buf *out, const Def *d, const Carry *c)
{
    buf_adds(out, ", its ");
    buf_add_str(out, c->to);
    buf_adds(out, " from ");
    for (uint8_t i = 0; i < c->n_from; i++) {
        buf_adds(out, i ? " and " : "");
        words_field(out, d, c->from[i]);
    }
}

WORDS(action_effects)
{
    const ActionEffects *fx = &d->actions[i].effects;
    put_effect(out, d, "unit from ", fx->unit);
    put_effect(out, d, "assignee from ", fx->assignee);
    put_effect(out, d, "excludes ", fx->exclude);
    put_effect(out, d, "link from ", fx->link);
    const struct {
        bool yes;
        const char *word;
    } plain[] = {{fx->assignee == ASSIGNEE_ACTOR, "assignee is who does it"},
                 {fx->assignee == ASSIGNEE_NONE, "no assignee"},
                 {fx->number, "register number"},
                 {fx->new_code, "new code"}};
    for (size_t x = 0; x < sizeof(plain) / sizeof(plain[0]); x++) {
        if (!plain[x].yes)
            continue;
        words_between(out, ", ");
        buf_adds(out, plain[x].word);
    }
    for (uint8_t x = 0; x < fx->n_members; x++) {
        words_between(out, ", ");
        buf_add_str(out, d->roles[fx->members[x].role].id);
        buf_adds(out, " from ");
        words_field(out, d, fx->members[x].field);
    }
    if (fx->open.workflow.len) {
        words_between(out, ", ");
        buf_adds(out, "opens a case in ");
        buf_add_str(out, fx->open.workflow);
        buf_adds(out, fx->open.keep_received ? ", same day received" : "");
        buf_adds(out, fx->open.new_code ? ", new code" : "");
        buf_adds(out, fx->open.link ? ", linked" : "");
        buf_adds(out, fx->open.handlers_out ? ", without those who handled this one" : "");
        for (uint8_t x = 0; x < fx->open.n_carries; x++)
            words_carry(out, d, &fx->open.carries[x]);
    }
}
static const Property action_properties[] = {
    {"from", action_from, NULL, NULL, NULL},
    {"to", action_to, NULL, NULL, NULL},
    {"by", action_by, NULL, NULL, NULL},
    {"may be delegated to", action_delegable, NULL, NULL, NULL},
    {"needs", action_needs, NULL, NULL, NULL},
    {"may have", action_may, NULL, NULL, NULL},
    {"approval by", action_approve, "approval removed: one person alone can do this now", NULL,
     NULL},
    {"all declared", action_all_declared, "it no longer waits until everybody has declared", NULL,
     NULL},
    {"only if", action_only_if, "it is possible in every case now", NULL, NULL},
    {"after deadline", action_after, "it is possible at once now", NULL, NULL},
    {"until deadline", action_until, NULL, NULL, NULL},
    {"times at most", action_times, NULL, NULL, NULL},
    {"restarts", action_restarts, NULL, NULL, NULL},
    {"sets", action_sets, NULL, NULL, NULL},
    {"tells", action_tells, "the complainant is no longer told", NULL, NULL},
    {"usual step", action_usual, NULL, NULL, NULL},
    {"members declare", action_declares, "members act without declaring their interests", NULL,
     NULL},
    {"effects", action_effects, NULL, NULL, NULL},
    {"Thai label", action_th, NULL, NULL, NULL},
    {"English label", action_en, NULL, NULL, NULL},
};

const Kind diff_actions = KIND("action", actions, Action, action_properties, NULL);
