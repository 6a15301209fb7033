/* SPDX-License-Identifier: Apache-2.0 */
/* The words of deadlines and messages. */
#include "engine/load/diff_inner.h"

LABEL_OF(deadline, deadlines, label)
WORDS(deadline_shown)
{
    words_yes(out, d->deadlines[i].shown);
}
WORDS(deadline_duty)
{
    buf_adds(out, d->deadlines[i].of_complainant ? "complainant" : "office");
}
WORDS(deadline_from)
{
    const Deadline *x = &d->deadlines[i];
    switch ((DeadlineFrom)x->from) {
    case FROM_RECEIVED:
        buf_adds(out, "received");
        break;
    case FROM_ACTION:
        buf_adds(out, "action ");
        words_actions(out, d, MASK64(x->from_index));
        break;
    case FROM_STAGE:
        buf_adds(out, "stage ");
        words_state(out, d, x->from_index);
        break;
    case FROM_FIELD:
        buf_adds(out, "field ");
        words_field(out, d, x->from_index);
        break;
    case FROM_OVERDUE:
        break;
    }
    if (x->from_overdue == DEF_NONE)
        return;
    words_between(out, " or ");
    buf_adds(out, "overdue ");
    words_deadline(out, d, x->from_overdue);
}
WORDS(deadline_only_if)
{
    words_conditions(out, d, d->deadlines[i].only_if, d->deadlines[i].n_only_if);
}
WORDS(deadline_limit_plain)
{
    words_span(out, d->deadlines[i].limit);
}
WORDS(deadline_limit_by)
{
    const Deadline *x = &d->deadlines[i];
    for (uint8_t l = 0; x->limit_field < d->n_fields && l < x->n_limits; l++) {
        words_between(out, ", ");
        words_choices(out, &d->fields[x->limit_field], x->limits[l].choices);
        buf_adds(out, " ");
        span_put(out, x->limits[l].limit);
    }
}
WORDS(deadline_met_enter)
{
    words_states(out, d, d->deadlines[i].met_enter);
}
WORDS(deadline_met_leave)
{
    words_states(out, d, d->deadlines[i].met_leave);
}
WORDS(deadline_met_actions)
{
    words_actions(out, d, d->deadlines[i].met_actions);
}
WORDS(deadline_met_extends)
{
    for (uint8_t x = 0; x < d->n_deadlines; x++) {
        if (!(d->deadlines[i].met_extends & MASK32(x)))
            continue;
        words_between(out, ", ");
        words_deadline(out, d, x);
    }
}
WORDS(deadline_holiday)
{
    buf_adds(out, d->deadlines[i].rolls ? "next_working_day" : "counts");
}
WORDS(deadline_stops)
{
    const Deadline *x = &d->deadlines[i];
    words_states(out, d, x->stops_in);
    if (x->stops_in && x->stops_bounded)
        buf_addf(out, ", for at most %u calendar days", x->stops_at_most);
}
WORDS(deadline_renewed)
{
    const Deadline *x = &d->deadlines[i];
    for (uint8_t r = 0; r < x->n_renewals; r++) {
        words_between(out, ", ");
        words_actions(out, d, MASK64(x->renewals[r].action));
        buf_adds(out, " ");
        span_put(out, x->renewals[r].span);
    }
}
WORDS(deadline_override)
{
    words_field(out, d, d->deadlines[i].due_override);
}
WORDS(deadline_repeat)
{
    words_actions(out, d, d->deadlines[i].repeat_by);
}

static void put_rung(Buf *out, const Def *d, const Rung *rung)
{
    static const char *const whens[] = {" before", " after the start", " overdue"};
    words_between(out, "; ");
    span_put(out, rung->offset);
    buf_adds(out, whens[rung->kind]);
    buf_adds(out, " to ");
    words_roles(out, d, rung->to);
    for (uint8_t i = 0; i < rung->n_first; i++) {
        buf_adds(out, i ? ", else " : "first of ");
        buf_add_str(out, d->roles[rung->first[i]].id);
    }
    if (rung->repeats) {
        buf_adds(out, ", again every ");
        span_put(out, rung->repeat);
    }
    if (rung->draft.len) {
        buf_adds(out, ", with the draft ");
        buf_add_str(out, rung->draft);
    }
    if (rung->task) {
        buf_adds(out, ", as a task for ");
        words_roles(out, d, rung->task);
    }
}

static void put_rungs(Buf *out, const Def *d, uint8_t i, bool overdue)
{
    for (uint8_t r = 0; r < d->deadlines[i].n_rungs; r++) {
        const Rung *rung = &d->deadlines[i].rungs[r];
        if ((rung->kind == RUNG_OVERDUE) == overdue)
            put_rung(out, d, rung);
    }
}
WORDS(deadline_reminders)
{
    put_rungs(out, d, i, false);
}
WORDS(deadline_alerts)
{
    put_rungs(out, d, i, true);
}
WORDS(extend_in)
{
    words_states(out, d, d->deadlines[i].extend.in);
}
WORDS(extend_by)
{
    words_roles(out, d, d->deadlines[i].extend.by);
}
WORDS(extend_at_most)
{
    words_span(out, d->deadlines[i].extend.by_at_most);
}
WORDS(extend_times)
{
    words_number(out, d->deadlines[i].extend.times);
}
WORDS(extend_needs)
{
    if (d->deadlines[i].extend.in)
        words_needs(out, d, &d->deadlines[i].extend.needs);
}
WORDS(extend_beyond)
{
    if (d->deadlines[i].extend.has_beyond)
        words_needs(out, d, &d->deadlines[i].extend.beyond);
}
WORDS(extend_approve)
{
    words_approve(out, d, &d->deadlines[i].extend.approve);
}
WORDS(silence_by)
{
    words_roles(out, d, d->deadlines[i].silence.by);
}
WORDS(silence_delegable)
{
    words_roles(out, d, d->deadlines[i].silence.delegable);
}
WORDS(silence_at_most)
{
    words_span(out, d->deadlines[i].silence.at_most);
}

static const Property deadline_properties[] = {
    {"limit", deadline_limit_plain, NULL, NULL, NULL},
    {"limit by choice", deadline_limit_by, NULL, NULL, NULL},
    {"from", deadline_from, NULL, NULL, NULL},
    {"only if", deadline_only_if, NULL, NULL, NULL},
    {"met by entering", deadline_met_enter, NULL, NULL, NULL},
    {"met by leaving", deadline_met_leave, NULL, NULL, NULL},
    {"met by action", deadline_met_actions, NULL, NULL, NULL},
    {"met by extending", deadline_met_extends, NULL, NULL, NULL},
    {"last day on a holiday", deadline_holiday, NULL, NULL, NULL},
    {"stops in", deadline_stops, NULL, NULL, NULL},
    {"renewed by", deadline_renewed, NULL, NULL, NULL},
    {"due date from", deadline_override, "dates set by outside letters no longer count", NULL,
     NULL},
    {"repeated by", deadline_repeat, NULL, NULL, NULL},
    {"reminders", deadline_reminders, "nobody is reminded any more", NULL, NULL},
    {"alerts", deadline_alerts, "nobody is alerted when it is overdue", NULL, NULL},
    {"can be extended in", extend_in, NULL, NULL, NULL},
    {"extended by", extend_by, NULL, NULL, NULL},
    {"extended at most by", extend_at_most, "an extension may be of any length", NULL, extend_in},
    {"extensions at most", extend_times, "it can be extended any number of times", NULL, extend_in},
    {"an extension needs", extend_needs, "nothing has to be said about an extension", NULL,
     extend_in},
    {"a further one needs", extend_beyond, NULL, NULL, NULL},
    {"extension approved by", extend_approve,
     "approval removed: one person alone can extend it now", NULL, extend_in},
    {"alerts silenced by", silence_by, NULL, NULL, NULL},
    {"silence may be delegated to", silence_delegable, NULL, NULL, silence_by},
    {"silent at most for", silence_at_most, NULL, NULL, silence_by},
    {"shown", deadline_shown, NULL, "the date on the receipt and at /track is another now", NULL},
    {"duty", deadline_duty, NULL, NULL, NULL},
    {"Thai label", deadline_th, NULL, NULL, NULL},
    {"English label", deadline_en, NULL, NULL, NULL},
};

LABEL_OF(message, messages, text)
WORDS(message_asks)
{
    buf_add_str(out, d->messages[i].asks);
}
static const Property message_properties[] = {
    {"Thai text", message_th, NULL, NULL, NULL},
    {"English text", message_en, NULL, NULL, NULL},
    {"asks", message_asks, NULL, NULL, NULL},
};

const Kind diff_deadlines = KIND("deadline", deadlines, Deadline, deadline_properties,
                                 "running cases that move to this version lose its date");
const Kind diff_messages = KIND("message", messages, Message, message_properties, NULL);
