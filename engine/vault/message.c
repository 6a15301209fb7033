/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/message.h"

#include "base/err.h"
#include <errno.h>
#include <string.h>

enum { TEXT_MAX = 64 * 1024 };

static const char unfilled[] = "…";

/* One language of one message in the making. */
typedef struct Rendering {
    const Message *message;
    const MessageFacts *facts;
    bool thai;
    bool asked; /* the officer's words have their place in the template */
    Buf *out;
} Rendering;

static Str in_language(const Rendering *r, Label label)
{
    return r->thai ? label.th : label.en;
}

static void put_day(Buf *out, bool thai, Day day)
{
    if (thai)
        day_put_thai(out, day);
    else
        day_put_english(out, day);
}

/* Each writes its value and says whether there was one. `arg` is what stands after a colon. */
static bool put_org(Rendering *r, Str arg)
{
    (void)arg;
    buf_add_str(r->out, in_language(r, r->facts->office->org));
    return true;
}

static bool put_date(Rendering *r, Str arg)
{
    (void)arg;
    put_day(r->out, r->thai, r->facts->today);
    return true;
}

static bool put_time(Rendering *r, Str arg)
{
    (void)arg;
    if (r->facts->now == 0)
        return false;
    moment_put_clock(r->out, r->facts->now, r->facts->office->zone);
    return true;
}

static uint8_t shown_deadline(const Def *def)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        if (def->deadlines[i].shown)
            return i;
    return DEF_NONE;
}

static bool put_due(Rendering *r, Str arg)
{
    const Def *def = r->facts->def;
    uint8_t i = arg.len ? def_deadline(def, arg) : shown_deadline(def);

    if (i == DEF_NONE || !r->facts->c)
        return false;
    Day due = clock_due(&def->deadlines[i], &r->facts->c->clocks[i], def->calendar);
    if (due == DAY_NONE)
        return false;
    put_day(r->out, r->thai, due);
    return true;
}

static bool put_unit(Rendering *r, Str arg)
{
    (void)arg;
    const Unit *unit =
        r->facts->c ? office_unit(r->facts->office, name_str(&r->facts->c->unit)) : NULL;
    if (!unit)
        return false;
    buf_add_str(r->out, in_language(r, unit->label));
    return true;
}

static bool put_code(Rendering *r, Str arg)
{
    (void)arg;
    buf_add_str(r->out, r->facts->code);
    return r->facts->code.len > 0;
}

static const struct {
    const char *name;
    bool (*put)(Rendering *, Str arg);
} placeholders[] = {
    {"org", put_org}, {"date", put_date}, {"time", put_time},
    {"due", put_due}, {"unit", put_unit}, {"code", put_code},
};

static bool put_field(Rendering *r, Str name)
{
    for (size_t i = 0; i < r->facts->n_fields; i++) {
        const MessageField *f = &r->facts->fields[i];
        if (!str_eq(f->id, name))
            continue;
        Str value = in_language(r, (Label){f->th, f->en});
        buf_add_str(r->out, value);
        return value.len > 0;
    }
    return false;
}

static Str words_of(const MessageFacts *facts, bool thai)
{
    const Label *ground = &facts->ground;

    if (facts->words.len)
        return facts->words;
    return thai ? ground->th : ground->en;
}

static bool put_words(Rendering *r)
{
    Str words = words_of(r->facts, r->thai);

    r->asked = true;
    buf_add_str(r->out, words);
    return words.len > 0;
}

/* What the template asks the officer comes first, then the fields, so that a workflow may name a
 * field `unit` and mean what was filled in. */
static bool put_value(Rendering *r, Str inside)
{
    if (r->message->asks.len && str_eq(inside, r->message->asks))
        return put_words(r);
    if (put_field(r, inside))
        return true;
    Str arg = inside;
    Str name = str_cut(&arg, ':');
    for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
        if (str_is(name, placeholders[i].name))
            return placeholders[i].put(r, arg);
    return false;
}

static void put_template(Rendering *r, Str rest)
{
    while (rest.len) {
        const char *open = memchr(rest.ptr, '{', rest.len);
        size_t before = open ? (size_t)(open - rest.ptr) : rest.len;
        const char *close = open ? memchr(open, '}', rest.len - before) : NULL;
        if (!close) {
            buf_add_str(r->out, rest);
            return;
        }
        buf_add(r->out, rest.ptr, before);
        if (!put_value(r, (Str){open + 1, (size_t)(close - open - 1)}))
            buf_adds(r->out, unfilled);
        rest = (Str){close + 1, rest.len - (size_t)(close + 1 - rest.ptr)};
    }
}

static int render(const Message *m, const MessageFacts *facts, bool thai, Arena *arena, Str *ret)
{
    BUF_AUTO Buf out = {0};
    Rendering r = {m, facts, thai, false, &out};

    buf_init(&out, TEXT_MAX);
    put_template(&r, in_language(&r, m->text));
    Str words = words_of(facts, thai);
    if (words.len && !r.asked) {
        if (out.len)
            buf_adds(&out, "\n\n");
        buf_add_str(&out, words);
    }
    if (out.err)
        return err_origin(out.err);
    *ret = arena_str(arena, buf_str(&out));
    return ret->ptr ? 0 : err_origin(-ENOMEM);
}

int message_render(const Message *m, const MessageFacts *facts, Arena *arena, Label *ret)
{
    Label label;

    TRY(render(m, facts, true, arena, &label.th));
    TRY(render(m, facts, false, arena, &label.en));
    *ret = label;
    return 0;
}

/* ---- open values ---- */
static const Choice *choice_of(const Field *f, const Name *id)
{
    uint8_t i = field_choice(f, name_str(id));

    return i == DEF_NONE ? NULL : &f->choices[i];
}

static void put_open_value(const Field *f, const Office *office, const OpenValue *v, bool thai,
                           Buf *out)
{
    const Choice *choice = choice_of(f, &v->choice);
    const Unit *unit = f->type == FIELD_UNIT ? office_unit(office, name_str(&v->choice)) : NULL;

    if (f->type == FIELD_DATE)
        put_day(out, thai, (Day)v->number);
    else if (f->type == FIELD_NUMBER)
        buf_addf(out, "%lld", (long long)v->number);
    else if (unit)
        buf_add_str(out, thai ? unit->label.th : unit->label.en);
    else if (choice)
        buf_add_str(out, thai ? choice->label.th : choice->label.en);
    else
        buf_add_str(out, name_str(&v->choice));
}

int message_open_value(const Def *def, const Office *office, const OpenValue *v, Arena *arena,
                       Label *ret)
{
    Str texts[2];

    for (unsigned i = 0; i < 2; i++) {
        BUF_AUTO Buf out = {0};
        buf_init(&out, TEXT_MAX);
        put_open_value(&def->fields[v->field], office, v, i == 0, &out);
        if (out.err)
            return err_origin(out.err);
        texts[i] = arena_str(arena, buf_str(&out));
        if (!texts[i].ptr)
            return err_origin(-ENOMEM);
    }
    *ret = (Label){texts[0], texts[1]};
    return 0;
}
