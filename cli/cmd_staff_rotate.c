/* SPDX-License-Identifier: Apache-2.0 */
/* New keys for oneself. They are nobody's before the organisation has signed them; the old box
 * secret goes along, sealed to the new key, so that what was sealed to it stays readable. */
#include "cli/remote.h"
#include "cli/roll.h"

#include "base/err.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The last ones: what older ones opened has been sealed anew, but for custodians' halves. */
static int add_former(const Session *s, Enrolment *e)
{
    size_t first = s->n_earlier == FORMER_MAX;

    for (size_t i = first; i < s->n_earlier; i++)
        TRY(enrolment_former(e, &s->earlier[i].secret, s->tenant));
    return enrolment_former(e, &s->keys.box.secret, s->tenant);
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
