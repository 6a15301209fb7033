/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/jsons.h"
#include "daemon/photos.h"
#include "daemon/server.h"
#include "daemon/track.h"

static void put_messages(Json *j, const TrackView *v)
{
    json_list(j, "messages");
    for (size_t i = 0; i < v->n_messages; i++) {
        const TrackMessage *m = &v->messages[i];
        json_open(j, NULL);
        json_day(j, "day", m->day);
        json_cstr(j, "from", m->from_office ? "office" : "you");
        json_str(j, "text", m->text.th);
        if (m->text.en.len)
            json_str(j, "text_en", m->text.en);
        json_close(j);
    }
    json_list_end(j);
}

static void put_field(Json *j, const Def *def, uint8_t i, bool required)
{
    json_open(j, NULL);
    json_str(j, "id", def->fields[i].id);
    json_str(j, "th", def->fields[i].label.th);
    json_str(j, "en", def->fields[i].label.en);
    json_bool(j, "required", required);
    json_close(j);
}

/* A code for the case that the action opens: sent along, a lost answer loses nothing. */
static void put_opening(Request *q, Json *j, const Action *a)
{
    CODE_AUTO Code code = {{NULL}};
    char text[CODE_TEXT_LEN + 1];

    json_str(j, "opens", a->effects.open.workflow);
    if (code_new(&code))
        return;
    Hash mac = code_mac(&desk_keys(q->server->desk)->mac, &code, q->today);
    code_print(&code, text);
    json_cstr(j, "new_code", text);
    json_bytes(j, "new_code_mac", mac.b, sizeof(mac.b));
    bytes_wipe(text, sizeof(text));
}

static void put_actions(Request *q, Json *j, const TrackView *v)
{
    json_list(j, "actions");
    for (uint8_t i = 0; i < v->def->n_actions; i++) {
        const Action *a = &v->def->actions[i];
        FieldSet all = action_fields(a);
        if (!(v->actions & MASK64(i)))
            continue;
        json_open(j, NULL);
        json_str(j, "id", a->id);
        json_str(j, "th", a->label.th);
        json_str(j, "en", a->label.en);
        json_list(j, "fields");
        for (uint8_t f = 0; f < v->def->n_fields; f++) {
            if (field_set_has(&all, f))
                put_field(j, v->def, f, field_set_has(&a->needs.fields, f));
        }
        json_list_end(j);
        if (a->effects.open.workflow.len)
            put_opening(q, j, a);
        json_close(j);
    }
    json_list_end(j);
}

/* A hidden state goes by the name of another with the same public words. */
static const State *public_state(const TrackView *v)
{
    const State *state = &v->def->states[v->state];

    for (uint8_t i = 0; state->hidden && i < v->def->n_states; i++) {
        const State *other = &v->def->states[i];
        if (!other->hidden && str_eq(other->public.th, state->public.th))
            return other;
    }
    return state->hidden ? &v->def->states[v->def->initial] : state;
}

void track_json(Request *q, const TrackView *v, int status)
{
    const State *state = &v->def->states[v->state];
    const State *named = public_state(v);
    Json j = reply_json(q, status);

    json_open(&j, NULL);
    json_str(&j, "workflow", v->def->id);
    json_str(&j, "case_number", name_str(&v->number));
    json_open(&j, "state");
    json_str(&j, "id", named->id);
    json_str(&j, "th", state->public.th);
    json_str(&j, "en", state->public.en);
    json_close(&j);
    json_day(&j, "received", v->received);
    json_list(&j, "deadlines");
    for (size_t i = 0; i < v->n_deadlines; i++) {
        json_open(&j, NULL);
        json_str(&j, "id", v->deadlines[i].id);
        json_day(&j, "due", v->deadlines[i].due);
        json_bool(&j, "overdue", v->deadlines[i].overdue);
        json_bool(&j, "met", v->deadlines[i].met);
        json_close(&j);
    }
    json_list_end(&j);
    json_bool(&j, "waiting_for_you", v->waiting_for_you);
    put_messages(&j, v);
    put_actions(q, &j, v);
    json_bool(&j, "survey", v->survey);
    if (v->destroyed)
        json_bool(&j, "destroyed", true);
    photos_tell_json(q, &j);
    json_close(&j);
}
