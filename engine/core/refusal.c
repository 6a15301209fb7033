/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/flow.h"

/* What of the definition the detail of an answer names. */
typedef enum Names {
    NAMES_NOTHING,
    NAMES_STATE,
    NAMES_FIELD,
    NAMES_DEADLINE,
    NAMES_MESSAGE,
    NAMES_ROLE,
} Names;

/* Before the name, after it; `bare` when the detail names nothing. */
typedef struct Sentence {
    const char *before, *after, *bare;
    Names names;
} Sentence;

static const Sentence SENTENCES[] = {
    [FLOW_OK] = {.bare = "done"},
    [FLOW_REV] = {.bare = "the case has moved on since you looked at it; look again"},
    [FLOW_STATE] = {"from state \"", "\" this step is not possible",
                    "this step is not possible here", NAMES_STATE},
    [FLOW_ROLE] = {.bare = "you hold no role in this case that may do this"},
    [FLOW_CONDITION] = {"the value of field \"", "\" does not allow this step",
                        "the case does not allow this step", NAMES_FIELD},
    [FLOW_TOO_EARLY] = {"this step opens on the day after deadline \"", "\"", "it is too early",
                        NAMES_DEADLINE},
    [FLOW_TOO_LATE] = {"deadline \"", "\" has passed", "it is too late", NAMES_DEADLINE},
    [FLOW_TIMES] = {.bare = "this has been done as often as it may be"},
    [FLOW_FIELD] = {"field \"", "\" is missing", "a field is missing", NAMES_FIELD},
    [FLOW_MESSAGE] = {"a message to the complainant is needed (text \"", "\")",
                      "a message is needed", NAMES_MESSAGE},
    [FLOW_NOTE] = {.bare = "a note is needed"},
    [FLOW_DECLARE] = {.bare = "a declaration is needed first"},
    [FLOW_EXTRA] = {"field \"", "\" does not belong to this step",
                    "this step takes no message to the complainant", NAMES_FIELD},
    [FLOW_PENDING] = {.bare = "a proposal waits; approve or decline it first"},
    [FLOW_NO_PROPOSAL] = {.bare = "no proposal waits"},
    [FLOW_SAME_PERSON] = {.bare = "who proposed a step cannot approve it"},
    [FLOW_EXECUTIVE] = {.bare = "an executive is concerned: only the steps that pass the case on "
                                "are open"},
    [FLOW_NO_EXTEND] = {"deadline \"", "\" cannot be extended in this state",
                        "no such deadline can be extended", NAMES_DEADLINE},
    [FLOW_TOO_LONG] = {"deadline \"", "\" cannot be extended by that", "that is too long",
                       NAMES_DEADLINE},
    [FLOW_NOT_RUNNING] = {"deadline \"", "\" is not running", "no such deadline is running",
                          NAMES_DEADLINE},
    [FLOW_TARGET] = {.bare = "this person cannot be chosen for this case"},
    [FLOW_LAST_READER] = {.bare = "nobody else reads this case: pass its keys on first "
                                  "(krading grant)"},
    [FLOW_HELD] = {.bare = "a legal hold does not allow this; or there is none to lift"},
    [FLOW_DESTROYED] = {.bare = "the file of this case has been destroyed by its retention rules"},
    [FLOW_FULL] = {.bare = "the case can hold no more of this"},
    [FLOW_NO_CUSTODY] = {.bare = "custodians keep no identity in this case"},
    [FLOW_REVEAL_RUNS] = {.bare = "a request to open the identity is open already"},
    [FLOW_NO_REVEAL] = {.bare = "no request to open the identity waits"},
    [FLOW_HALVES] = {.bare = "these are not the halves that this custodian can give"},
    [FLOW_UNDECLARED] = {"somebody named as \"", "\" has not declared yet",
                         "somebody has not declared yet", NAMES_ROLE},
    [FLOW_NO_SILENCE] = {"alerts of deadline \"", "\" cannot be silenced",
                         "no such deadline's alerts can be silenced", NAMES_DEADLINE},
    [FLOW_NOT_ALERTED] = {"no alert of deadline \"", "\" has gone out that is not answered already",
                          "no alert has gone out", NAMES_DEADLINE},
    [FLOW_SILENCE_LONG] = {"alerts of deadline \"", "\" cannot be silent for so long",
                           "that is too long", NAMES_DEADLINE},
};
_Static_assert(sizeof(SENTENCES) / sizeof(SENTENCES[0]) == FLOW_ANSWERS,
               "every answer has its sentence");

static Str id_of(const Def *def, Names names, uint8_t i)
{
    switch (names) {
    case NAMES_STATE:
        return i < def->n_states ? def->states[i].id : STR("");
    case NAMES_FIELD:
        return i < def->n_fields ? def->fields[i].id : STR("");
    case NAMES_DEADLINE:
        return i < def->n_deadlines ? def->deadlines[i].id : STR("");
    case NAMES_MESSAGE:
        return i < def->n_messages ? def->messages[i].id : STR("");
    case NAMES_ROLE:
        return i < def->n_roles ? def->roles[i].id : STR("");
    case NAMES_NOTHING:
        break;
    }
    return STR("");
}

static void put_open_steps(Buf *b, const Def *def, uint8_t state)
{
    const char *before = "; open steps: ";
    for (uint8_t i = 0; i < def->n_actions; i++) {
        if (!(def->actions[i].from & MASK64(state)))
            continue;
        buf_adds(b, before);
        buf_add_str(b, def->actions[i].id);
        before = ", ";
    }
}

static void put_most(Buf *b, Span most)
{
    if (!most.count)
        return;
    buf_adds(b, "; at most ");
    span_put(b, most);
    buf_adds(b, " at a time");
}

void refusal_put(Buf *b, const Def *def, const Refusal *r)
{
    if (r->why >= FLOW_ANSWERS)
        return;
    const Sentence *s = &SENTENCES[r->why];
    Str id = id_of(def, s->names, r->detail);
    if (!id.len) {
        buf_adds(b, s->bare);
        return;
    }
    buf_adds(b, s->before);
    buf_add_str(b, id);
    buf_adds(b, s->after);
    if (r->why == FLOW_STATE)
        put_open_steps(b, def, r->detail);
    if (r->why == FLOW_TOO_LONG)
        put_most(b, def->deadlines[r->detail].extend.by_at_most);
    if (r->why == FLOW_SILENCE_LONG)
        put_most(b, def->deadlines[r->detail].silence.at_most);
}
