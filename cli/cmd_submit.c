/* SPDX-License-Identifier: Apache-2.0 */
/* Entry on behalf of somebody who came, wrote or called. */
#include "cli/remote.h"

#include "base/err.h"
#include "cli/entry.h"
#include "cli/print.h"
#include <errno.h>
#include <stdio.h>
#include <time.h>

/* --received fills the workflow's receipt stamp. */
static int take_received(Filled *f, const Args *args)
{
    uint8_t field = f->def->intake.received_from;
    char pair[128];
    Day day;

    if (!args_has(args, OPT_RECEIVED))
        return 0;
    if (day_parse(str_of(args->value[OPT_RECEIVED]), &day))
        return cli_misuse("--received takes a date such as 2026-11-20");
    if (field == DEF_NONE)
        return cli_refuse("this workflow takes no date of receipt");
    if (form_has(&f->form, field))
        return 0;
    snprintf(pair, sizeof(pair), "%.*s=%s", (int)f->def->fields[field].id.len,
             f->def->fields[field].id.ptr, args->value[OPT_RECEIVED]);
    return filled_add(f, pair);
}

static int tell(const Args *args, const Answer *a, const char *code)
{
    const json_t *list = json_object_get(a->json, "deadlines"), *one;
    char due[DAY_TEXT];
    size_t i;

    if (args_has(args, OPT_JSON)) {
        json_t *out = json_deep_copy(a->json);
        json_object_set_new(out, "code", json_string(code));
        return js_print(out);
    }
    printf("%s\ncode: %s\n", js_text(a->json, "case_number"), code);
    json_array_foreach(list, i, one)
    {
        iso_text(js_text(one, "due"), due);
        printf("%s: %s\n", js_text(one, "id"), due);
    }
    puts("Hand the code over now: it cannot be shown again. / มอบรหัสนี้ให้ผู้ร้องทันที ไม่สามารถแสดงซ้ำได้");
    return CLI_DONE;
}

static int send(Session *s, const Args *args, const Filled *f, Day today)
{
    CODE_AUTO Code code = {{NULL}};
    ANSWER_AUTO Answer a = {0};
    char printed[CODE_TEXT_LEN + 1], id[33];
    Bundle b;
    Str text;

    TRY(code_new(&code));
    TRY(entry_compose(f, &code, &s->keys.sign, today, NULL, &b));
    TRY(bundle_text(&b, &s->arena, &text));
    request_id_new(id);
    Pair form[] = {{"workflow", f->def->id}, {"bundle", text}, {"request_id", str_of(id)}};
    TRY(client_post(s->client, "/api/cases", form, 3, true, &a));
    if (a.status != 201)
        return answer_refused(&a);
    remote_files_named(s, f);
    code_print(&code, printed);
    int r = tell(args, &a, printed);
    bytes_wipe(printed, sizeof(printed));
    return r;
}

int submit_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    FILLED_AUTO Filled filled = {0};
    const Def *def;
    Day today;

    TRY(session_begin(args, &s));
    TRY(session_def(&s, str_of(args->word[0]), &def));
    TRY(session_may_seal(&s, def));
    TRY(session_today(&s, &today));
    filled_init(&filled, def, s.office, s.directory, &s.arena);
    TRY(filled_own(&filled, &s.keys.box.secret));
    TRY(filled_add_args(&filled, args));
    TRY(take_received(&filled, args));
    TRY(entry_check(&filled, true, today));
    TRY(remote_files(&s, &filled));
    return send(&s, args, &filled, today);
}
