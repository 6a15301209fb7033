/* SPDX-License-Identifier: Apache-2.0 */
/* What the holder of a code sees, on the terminal. */
#include "cli/client.h"

#include "base/err.h"
#include "cli/print.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_code(char *ret, size_t size)
{
    if (!fgets(ret, (int)size, stdin))
        return cli_refuse("a tracking code is read from standard input");
    ret[strcspn(ret, "\r\n")] = '\0';
    return 0;
}

static void put_deadlines(const json_t *json)
{
    const json_t *list = json_object_get(json, "deadlines"), *one;
    char due[DAY_TEXT];
    size_t i;

    json_array_foreach(list, i, one)
    {
        iso_text(js_text(one, "due"), due);
        printf("กำหนด / due: %s%s\n", due, js_bool(one, "overdue") ? "  !! เกินกำหนด OVERDUE" : "");
    }
}

/* The complainant's own words have no second language. */
static void put_text(const json_t *message)
{
    print_block(js_str(message, "text"), 2);
    if (strcmp(js_text(message, "text_en"), js_text(message, "text")) != 0)
        print_block(js_str(message, "text_en"), 2);
}

static void put_messages(const json_t *json)
{
    const json_t *list = json_object_get(json, "messages"), *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        printf("- %s  %s\n", js_text(one, "day"), js_text(one, "from"));
        put_text(one);
    }
}

static void put_status(const json_t *json)
{
    const json_t *state = json_object_get(json, "state");
    char received[DAY_TEXT];

    iso_text(js_text(json, "received"), received);
    printf("%s\n%s\nรับเมื่อ / received: %s\n", js_text(state, "th"), js_text(state, "en"), received);
    put_deadlines(json);
    if (js_bool(json, "waiting_for_you"))
        puts("รอข้อมูลจากท่าน / We are waiting for your answer.");
    put_messages(json);
}

int track_proceed(const Args *args)
{
    ANSWER_AUTO Answer a = {0};
    Client *c = NULL;
    char code[256];

    TRY(read_code(code, sizeof(code)));
    TRY(client_new(args, &c));
    int r = client_post(c, "/track", (Pair[]){{"code", str_of(code)}}, 1, true, &a);
    explicit_bzero(code, sizeof(code));
    client_free(c);
    if (r)
        return r;
    if (a.status != 200)
        return answer_refused(&a);
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a.json));
    put_status(a.json);
    return CLI_DONE;
}
