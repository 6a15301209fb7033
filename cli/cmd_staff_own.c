/* SPDX-License-Identifier: Apache-2.0 */
/* One's own passphrase and recovery code. */
#include "cli/roll.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/signin.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The former secrets stay openable: they are sealed to the same key. */
static int keep_former(const Session *s, Enrolment *e)
{
    if (s->former.len > sizeof(e->former) || s->former.len % SEAL_LEN)
        return cli_refuse("the daemon's answer cannot be read");
    e->n_former = (uint8_t)(s->former.len / SEAL_LEN);
    memcpy(e->former, s->former.ptr, s->former.len);
    return 0;
}

static int send_enrolment(Session *s, const Enrolment *e)
{
    ANSWER_AUTO Answer a = {0};
    BUF_AUTO Buf bytes = {0};
    BUF_AUTO Buf text = {0};

    buf_init(&bytes, ENROLMENT_BYTES_MAX);
    buf_init(&text, 2 * ENROLMENT_BYTES_MAX);
    enrolment_put(&bytes, e);
    text_put_base64url(&text, bytes.ptr, bytes.len);
    if (bytes.err || text.err)
        return err_origin(-ENOMEM);
    const Pair form[] = {{"enrolment", buf_str(&text)}};
    TRY(client_post(s->client, "/api/staff/keys", form, 1, true, &a));
    return a.status == 200 ? 0 : answer_refused(&a);
}

/* A demo office keeps everybody's in DIR/demo. */
static int demo_note(const Session *s, Str passphrase)
{
    const char *dir = client_data_dir(s->client);
    char name[64];
    BUF_AUTO Buf line = {0};

    snprintf(name, sizeof(name), "demo/%s.pass", s->me->name.s);
    char *path = dir && s->office->demo ? cli_path(dir, name) : NULL;
    buf_init(&line, 1024);
    buf_add_str(&line, passphrase);
    buf_adds(&line, "\n");
    int r = path && access(path, W_OK) == 0 ? file_replace(path, 0600, buf_str(&line)) : 0;
    free(path);
    return r;
}

/* Another passphrase for the same keys; another recovery code too, when the old one was used. */
static int renew(Session *s, const Args *args, bool keeps_recovery)
{
    HAND_OVER_AUTO HandOver hand;
    ENROLMENT_AUTO Enrolment e = {.n_former = 0};
    BUF_AUTO Buf chosen = {0};
    Str name = name_str(&s->me->name);

    hand_over_init(&hand);
    buf_init(&chosen, 1024);
    if (args_has(args, OPT_NEW_PASSPHRASE_FILE))
        TRY(passphrase_choose(args->value[OPT_NEW_PASSPHRASE_FILE], &chosen));
    NewKeysFor whom = {s->tenant, name, &s->share, s->changed, keeps_recovery};
    TRY(newkeys_enrol(&whom, &s->keys, buf_str(&chosen), &hand, &e));
    TRY(keep_former(s, &e));
    TRY(enrolment_sign(&e, &s->keys, s->tenant));
    TRY(send_enrolment(s, &e));
    TRY(demo_note(s, chosen.len ? buf_str(&chosen) : buf_str(&hand.passphrase)));
    if (hand.passphrase.len || hand.code[0])
        TRY(hand_over_tell(args, &hand, name, &s->office->org));
    fprintf(stderr, "The old %s opens nothing any more.\n",
            keeps_recovery ? "passphrase" : "recovery code, like the old passphrase,");
    return 0;
}

/* `staff passphrase NAME` is `--as NAME staff passphrase`. */
static Args as_named(const Args *args)
{
    Args own = *args;

    if (args->n_words)
        own.value[OPT_AS] = args->word[0];
    return own;
}

int staff_passphrase_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    Args own = as_named(args);

    TRY(session_begin(&own, &s));
    return renew(&s, &own, true);
}

int staff_recover_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    CODE_AUTO Code code = {.entropy = {NULL}};
    BUF_AUTO Buf typed = {0};
    Args own = as_named(args);
    const char *file = args_has(args, OPT_CODE_FILE) ? args->value[OPT_CODE_FILE] : "-";

    if (args_has(args, OPT_ANEW))
        return staff_anew(args);
    buf_init(&typed, 256);
    TRY(secret_read(file, "recovery code", &typed));
    int r = code_parse(str_trim(buf_str(&typed)), &code);
    if (r)
        return r < 0 ? r : cli_refuse("this is not a recovery code: look for a mistyped letter");
    TRY(session_recover(&own, &code, &s));
    return renew(&s, &own, false);
}
