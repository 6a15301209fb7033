/* SPDX-License-Identifier: Apache-2.0 */
/* New keys for oneself. They are nobody's before the organisation has signed them; the old box
 * secret goes along, sealed to the new key, so that what was sealed to it stays readable. */
#include "cli/remote.h"
#include "cli/roll.h"

#include "base/err.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Before anything is written or shown. 0, CLI_REFUSED. */
static int add_former(const Session *s, Enrolment *e)
{
    int r = enrolment_formers(e, s->former, s->earlier, s->n_earlier, &s->keys.box.secret,
                              s->tenant);
    if (r == FORMER_LOST)
        return cli_refuse("one of the earlier keys that the office keeps for you does not open "
                          "with the key of today: with new keys, what is sealed to it would be "
                          "lost. Nothing was changed. Ask whoever runs the office to run krading "
                          "verify, and to look for a backup in which it opens");
    if (r == FORMER_FULL)
        return cli_refuse("you have had new keys %d times, and each earlier one is kept for what "
                          "is still sealed to it: no more fit. Nothing was changed. Have somebody "
                          "added under another name (krading staff add), pass your cases on to it "
                          "(krading staff handover), and keep this name for what is older",
                          FORMER_MAX);
    return r;
}

static int rotate(Session *s, const Args *args)
{
    PERSON_KEYS_AUTO PersonKeys keys = {0};
    HAND_OVER_AUTO HandOver hand;
    ENROLMENT_AUTO Enrolment e = {.n_former = 0};
    BUF_AUTO Buf wish = {0};
    char own[64];
    Str name = name_str(&s->me->name);
    NewKeysFor whom = {s->tenant, name, &s->share, s->changed, false};

    hand_over_init(&hand);
    buf_init(&wish, 2 * ENROLMENT_BYTES_MAX);
    TRY(person_keys_new(&keys));
    TRY(newkeys_enrol(&whom, &keys, STR(""), &hand, &e));
    TRY(add_former(s, &e));
    TRY(enrolment_sign(&e, &keys, s->tenant));
    TRY(rotation_put(&wish, &e, &s->keys.sign, s->tenant));
    snprintf(own, sizeof(own), "%s.rotation", s->me->name.s);
    const char *path = args->n_words ? args->word[0] : own;
    TRY(file_replace(path, 0600, buf_str(&wish)));
    TRY(hand_over_tell(args, &hand, name, &s->office->org));
    fprintf(stderr,
            "Not yet in force: have %s signed (krading staff sign %s). Until then the old "
            "passphrase holds; then sign in with the new one and run krading staff rotate "
            "--reseal.\n",
            path, path);
    return 0;
}

int staff_rotate_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};

    TRY(session_begin(args, &s));
    return args_has(args, OPT_RESEAL) ? staff_reseal(&s) : rotate(&s, args);
}
