/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a workflow's own properties. */
#include "engine/load/diff_inner.h"

WORDS(wf_id)
{
    (void)i;
    buf_add_str(out, d->id);
}
WORDS(wf_version)
{
    (void)i;
    words_number(out, d->version);
}
WORDS(wf_title_th)
{
    (void)i;
    buf_add_str(out, d->title.th);
}
WORDS(wf_title_en)
{
    (void)i;
    buf_add_str(out, d->title.en);
}
WORDS(wf_lead_th)
{
    (void)i;
    buf_add_str(out, d->card.lead.th);
}
WORDS(wf_lead_en)
{
    (void)i;
    buf_add_str(out, d->card.lead.en);
}
WORDS(wf_button_th)
{
    (void)i;
    buf_add_str(out, d->card.button.th);
}
WORDS(wf_button_en)
{
    (void)i;
    buf_add_str(out, d->card.button.en);
}
WORDS(wf_channel)
{
    (void)i;
    buf_adds(out, d->protected ? "protected" : "open");
}
WORDS(wf_calendar)
{
    (void)i;
    buf_add_str(out, d->calendar->name);
}
WORDS(wf_receipt)
{
    (void)i;
    words_message(out, d, d->receipt);
}
WORDS(wf_by)
{
    (void)i;
    words_roles(out, d, d->intake.by);
}
WORDS(wf_modes)
{
    static const char *const names[] = {"open", "confidential", "anonymous"};
    (void)i;
    for (size_t m = 0; m < 3; m++) {
        if (!(d->intake.modes & (1u << m)))
            continue;
        words_between(out, ", ");
        buf_adds(out, names[m]);
        buf_adds(out, d->intake.default_mode == (1u << m) ? " (default)" : "");
    }
}
WORDS(wf_asks)
{
    (void)i;
    words_fields(out, d, &d->intake.asks);
}
WORDS(wf_required)
{
    (void)i;
    words_fields(out, d, &d->intake.required);
}
WORDS(wf_asks_staff)
{
    (void)i;
    words_fields(out, d, &d->intake.asks_staff);
}
WORDS(wf_required_staff)
{
    (void)i;
    words_fields(out, d, &d->intake.required_staff);
}
WORDS(wf_received_from)
{
    (void)i;
    words_field(out, d, d->intake.received_from);
}
WORDS(wf_executive)
{
    (void)i;
    words_roles(out, d, d->conflict.executive);
}
WORDS(wf_executive_only)
{
    (void)i;
    words_actions(out, d, d->conflict.executive_only);
}
WORDS(wf_exclude)
{
    static const char *const hows[] = {"the person", "the person's unit", "those below"};
    (void)i;
    for (uint8_t x = 0; x < d->conflict.n_exclude; x++) {
        words_between(out, ", ");
        buf_adds(out, hows[d->conflict.exclude[x].how]);
        buf_adds(out, " in ");
        words_field(out, d, d->conflict.exclude[x].field);
    }
}
WORDS(wf_instead)
{
    (void)i;
    for (uint8_t x = 0; x < d->conflict.n_instead; x++) {
        const AlertInstead *a = &d->conflict.instead[x];
        words_between(out, ", ");
        buf_add_str(out, d->roles[a->role].id);
        buf_adds(out, " by ");
        buf_add_str(out, a->instead == DEF_NONE ? STR("nobody") : d->roles[a->instead].id);
    }
}
WORDS(wf_survey)
{
    (void)i;
    if (!d->survey.after)
        return;
    buf_addf(out, "1 to %u, after ", d->survey.scale);
    words_states(out, d, d->survey.after);
    for (uint8_t q = 0; q < d->survey.n_questions; q++) {
        buf_adds(out, ", ");
        buf_add_str(out, d->survey.questions[q].id);
    }
    buf_adds(out, d->survey.comment ? ", a comment" : "");
}
WORDS(wf_replaces)
{
    (void)i;
    for (uint8_t x = 0; x < d->n_replaces; x++) {
        const Replaces *old = &d->replaces[x];
        words_between(out, "; ");
        buf_addf(out, "version %u: %s", old->version, old->migrates ? "moved over" : "finish there");
        for (uint8_t s = 0; s < old->n_states; s++) {
            buf_adds(out, ", ");
            buf_add_str(out, old->states[s].old);
            buf_adds(out, " becomes ");
            words_state(out, d, old->states[s].state);
        }
    }
}
WORDS(wf_custodians)
{
    (void)i;
    words_number(out, d->access.custodians);
}

static void put_keep(Buf *out, const Retention *r)
{
    if (r->given)
        buf_addf(out, "%u months after the end, then %s", r->keep_months,
                 r->then == RETAIN_DELETE ? "delete" : "destroy the key");
}

#define BY_CLASS(name, class)                                                                      \
    WORDS(readers_##name)                                                                          \
    {                                                                                              \
        (void)i;                                                                                   \
        words_roles(out, d, d->access.readers[class]);                                             \
    }                                                                                              \
    WORDS(keep_##name)                                                                             \
    {                                                                                              \
        (void)i;                                                                                   \
        put_keep(out, &d->retention[class]);                                                       \
    }
BY_CLASS(identity, CLASS_IDENTITY)
BY_CLASS(confidential, CLASS_CONFIDENTIAL)
BY_CLASS(working, CLASS_WORKING)
BY_CLASS(open, CLASS_OPEN)

WORDS(wf_ended_in)
{
    (void)i;
    for (uint8_t x = 0; x < d->n_ended_in; x++) {
        words_between(out, ", ");
        words_state(out, d, d->ended_in[x].state);
        buf_adds(out, " ");
        put_keep(out, &d->ended_in[x].rule);
    }
}

#define MORE_READERS "look at who can read now; cases already sealed keep their readers"
static const Property workflow_properties[] = {
    {"id", wf_id, NULL, "these are two different workflows", NULL},
    {"version", wf_version, NULL, NULL, NULL},
    {"Thai title", wf_title_th, NULL, NULL, NULL},
    {"English title", wf_title_en, NULL, NULL, NULL},
    {"Thai words on the first page", wf_lead_th, NULL, NULL, NULL},
    {"English words on the first page", wf_lead_en, NULL, NULL, NULL},
    {"Thai button on the first page", wf_button_th, NULL, NULL, NULL},
    {"English button on the first page", wf_button_en, NULL, NULL, NULL},
    {"channel", wf_channel, NULL, "protected cases have their own address, register and figures",
     NULL},
    {"calendar", wf_calendar, NULL, NULL, NULL},
    {"receipt", wf_receipt, "the complainant is no longer told that the complaint arrived", NULL,
     NULL},
    {"who may file", wf_by, NULL, NULL, NULL},
    {"identity", wf_modes, NULL, NULL, NULL},
    {"asked", wf_asks, NULL, NULL, NULL},
    {"required", wf_required, NULL, NULL, NULL},
    {"asked of staff", wf_asks_staff, NULL, NULL, NULL},
    {"required of staff", wf_required_staff, NULL, NULL, NULL},
    {"received from", wf_received_from, NULL, NULL, NULL},
    {"readers of identity", readers_identity, NULL, MORE_READERS, NULL},
    {"readers of confidential", readers_confidential, NULL, MORE_READERS, NULL},
    {"readers of working", readers_working, NULL, MORE_READERS, NULL},
    {"readers of open", readers_open, NULL, MORE_READERS, NULL},
    {"custodians", wf_custodians, "identities are no longer kept by custodians", NULL, NULL},
    {"excluded", wf_exclude, "nobody is kept out of complaints about themselves", NULL, NULL},
    {"executives", wf_executive, "an accused executive keeps every step", NULL, NULL},
    {"steps left by an accused executive", wf_executive_only, NULL, NULL, NULL},
    {"alerted instead", wf_instead, NULL, NULL, NULL},
    {"survey", wf_survey, NULL, NULL, NULL},
    {"running cases of", wf_replaces, NULL, NULL, NULL},
    {"keeping of identity", keep_identity, NULL, NULL, NULL},
    {"keeping of confidential", keep_confidential, NULL, NULL, NULL},
    {"keeping of working", keep_working, NULL, NULL, NULL},
    {"keeping of open", keep_open, NULL, NULL, NULL},
    {"keeping by end", wf_ended_in, NULL, NULL, NULL},
};

const Kind diff_workflow = {
    .properties = workflow_properties,
    .n_properties = sizeof(workflow_properties) / sizeof(workflow_properties[0]),
};
