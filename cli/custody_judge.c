/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/custody.h"

#include "base/err.h"
#include "engine/core/reveal.h"

int custody_is_over(void)
{
    return cli_refuse("this request does not wait any more: declined, past its last day, or the "
                      "identity is open already");
}

int custody_is_earlier(void)
{
    return cli_refuse("this answers an earlier request: what waits now is another one");
}

static int judge_days(Session *s, const Custody *c)
{
    Day today;

    TRY(session_today(s, &today));
    if (c->words.until < today)
        return custody_is_over();
    return c->words.until <= today + REVEAL_DAYS
               ? 0
               : cli_refuse("no request lasts longer than %d days: do not answer it, tell your "
                            "office",
                            (int)REVEAL_DAYS);
}

/* Byte for byte, the halves too. */
static bool is_same(const json_t *file, const json_t *waits)
{
    static const char *const same[] = {"number",  "seal_id", "custodian",
                                       "officer", "until",   "content"};
    Str ground = js_str(json_object_get(waits, "ground"), "id");

    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        const json_t *one = json_object_get(waits, same[i]);
        if (!one || !json_equal(json_object_get(file, same[i]), one))
            return false;
    }
    return str_eq(js_str(file, "ground"), ground) &&
           js_int(file, "asked") == js_int(waits, "directory");
}

int custody_judge(Session *s, const Custody *c)
{
    ANSWER_AUTO Answer a = {0};

    TRY(judge_days(s, c));
    TRY(custody_ask(s, c->words.number, STR(""), &a));
    if (a.status == 404)
        return custody_is_over();
    if (a.status != 200)
        return answer_refused(&a);
    if (js_int(a.json, "rev") != js_int(c->file, "rev"))
        return custody_is_earlier();
    return is_same(c->file, a.json)
               ? 0
               : cli_refuse("at the office another request waits than this file says: do not "
                            "answer it, tell your office");
}
