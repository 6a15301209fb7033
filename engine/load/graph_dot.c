/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/graph.h"
#include "engine/load/graph_layout.h"

/* Inside double quotes; \n is DOT's own line end. */
static void put_quoted(Buf *out, Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            buf_add_u8(out, '\\');
        buf_add_u8(out, (uint8_t)s.ptr[i]);
    }
}

static void put_state(Buf *out, const Def *d, uint8_t i, GraphWords words)
{
    const State *s = &d->states[i];
    const Label *label = words == GRAPH_PUBLIC ? &s->public : &s->staff;
    Span limit;
    buf_addf(out, "    %.*s [label=\"", (int)s->id.len, s->id.ptr);
    put_quoted(out, label->th);
    buf_adds(out, "\\n");
    put_quoted(out, label->en);
    if (s->owner != DEF_NONE && words == GRAPH_STAFF) {
        buf_adds(out, "\\n");
        put_quoted(out, d->roles[s->owner].label.th);
    }
    if (state_limit(d, i, &limit)) {
        buf_adds(out, "\\n");
        span_put_thai(out, limit);
    }
    buf_addf(out, "\"%s%s];\n", s->kind == STATE_FINAL ? ", peripheries=2" : "",
             s->kind == STATE_WAITING ? ", style=\"rounded,dashed\"" : "");
}

static void put_edge(Buf *out, const Def *d, uint8_t from, Str to, const Action *a)
{
    buf_addf(out, "    %.*s -> %.*s [label=\"", (int)d->states[from].id.len, d->states[from].id.ptr,
             (int)to.len, to.ptr);
    put_quoted(out, a->label.th);
    buf_adds(out, "\\n");
    put_quoted(out, a->label.en);
    buf_addf(out, "\"%s];\n", a->usual ? ", style=bold" : a->approve.by ? ", style=dashed" : "");
}

static void put_returns(Buf *out, const Def *d, uint8_t from, const Action *back)
{
    for (uint8_t s = 0; s < d->n_states; s++) {
        bool came = false;
        for (uint8_t i = 0; i < d->n_actions; i++)
            came |= d->actions[i].to == from && d->actions[i].from & MASK64(s);
        if (came)
            put_edge(out, d, from, d->states[s].id, back);
    }
}

static bool hides(const Def *d, uint8_t state, GraphWords words)
{
    return words == GRAPH_PUBLIC && d->states[state].hidden;
}

void graph_put_dot(Buf *out, const Def *d, GraphWords words)
{
    buf_addf(out, "digraph %.*s {\n    node [shape=box, style=rounded];\n", (int)d->id.len,
             d->id.ptr);
    for (uint8_t i = 0; i < d->n_states; i++)
        if (!hides(d, i, words))
            put_state(out, d, i, words);
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        for (uint8_t s = 0; s < d->n_states && a->to != TO_STAY; s++) {
            if (!(a->from & MASK64(s)) || hides(d, s, words))
                continue;
            if (a->to == TO_PREVIOUS)
                put_returns(out, d, s, a);
            else if (!hides(d, a->to, words))
                put_edge(out, d, s, d->states[a->to].id, a);
        }
    }
    buf_adds(out, "}\n");
}
