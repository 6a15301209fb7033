/* SPDX-License-Identifier: Apache-2.0 */
/* Directories of the past: what somebody signed before a rotation of keys holds with the key of its
 * time. Asked for only where today's keys do not fit; each is verified like today's. */
#include "cli/signin.h"

#include "base/err.h"
#include <stdio.h>

enum { PAST_MAX = 512 };

typedef struct Past {
    bool asked[PAST_MAX];
    const Directory *directory[PAST_MAX];
} Past;

static int fetch(Session *s, uint32_t version, const Directory **ret)
{
    ANSWER_AUTO Answer a = {0};
    char place[64];
    Str bytes;

    snprintf(place, sizeof(place), "/api/directory/%u", (unsigned)version);
    TRY(client_get(s->client, place, &a));
    if (a.status != 200)
        return 1;
    int r = js_bytes(a.json, "directory", &s->arena, &bytes);
    r = r ? r : directory_open(bytes, &s->org, NULL, &s->arena, ret);
    if (!r && ((*ret)->version != version || !str_eq((*ret)->tenant, s->tenant)))
        return 1;
    return r;
}

const Directory *session_past(Session *s, uint32_t version)
{
    uint32_t back = s->directory->version - version;

    if (version > s->directory->version || back >= PAST_MAX || version == 0)
        return NULL;
    if (back == 0)
        return s->directory;
    s->past = s->past ? s->past : arena_new(&s->arena, Past);
    if (!s->past)
        return NULL;
    if (!s->past->asked[back]) {
        s->past->asked[back] = true;
        if (fetch(s, version, &s->past->directory[back]))
            s->past->directory[back] = NULL;
    }
    return s->past->directory[back];
}
