/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay/names.h"

#include "base/err.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 1024, MOST = INT32_MAX };

void names_finish(Names *names)
{
    free(names->text);
    free(names->ends);
    free(names->slots);
    *names = (Names){0};
}

Str names_get(const Names *names, uint32_t number)
{
    size_t from = number ? names->ends[number - 1] : 0;
    return (Str){names->text + from, names->ends[number] - from};
}

/* FNV-1a, with its halves folded: the low bits choose the slot. */
static uint32_t hash(Str word)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < word.len; i++)
        h = (h ^ (uint8_t)word.ptr[i]) * 0x100000001b3u;
    return (uint32_t)(h ^ (h >> 32));
}

/* The slot that holds the word, or the empty one where it belongs. */
static uint32_t *find(const Names *names, Str word)
{
    uint32_t i = hash(word) & (names->n_slots - 1);
    while (names->slots[i] && !str_eq(names_get(names, names->slots[i] - 1), word))
        i = (i + 1) & (names->n_slots - 1);
    return &names->slots[i];
}

static int make_slots(Names *names)
{
    uint32_t n = names->n_slots ? names->n_slots * 2 : 2 * FIRST;
    uint32_t *old = names->slots, *fresh = calloc(n, sizeof(*fresh));
    if (!fresh)
        return err_origin(-ENOMEM);
    names->slots = fresh;
    names->n_slots = n;
    for (uint32_t i = 0; i < names->n; i++)
        *find(names, names_get(names, i)) = i + 1;
    free(old);
    return 0;
}

static int make_room(Names *names, size_t len)
{
    if (names->n == names->room) {
        uint32_t room = names->room ? names->room * 2 : FIRST;
        size_t *ends = names->n < MOST ? reallocarray(names->ends, room, sizeof(*ends)) : NULL;
        if (!ends)
            return err_origin(-ENOMEM);
        names->ends = ends;
        names->room = room;
    }
    if (len > names->cap - names->len) {
        size_t cap = names->cap * 2 + len + FIRST;
        char *text = realloc(names->text, cap);
        if (!text)
            return err_origin(-ENOMEM);
        names->text = text;
        names->cap = cap;
    }
    return 0;
}

int names_add(Names *names, Str word, uint32_t *ret)
{
    if (names->n >= names->n_slots / 2)
        TRY(make_slots(names));
    uint32_t *slot = find(names, word);
    if (!*slot) {
        TRY(make_room(names, word.len));
        memcpy(names->text + names->len, word.ptr, word.len);
        names->len += word.len;
        names->ends[names->n++] = names->len;
        *slot = names->n;
    }
    *ret = *slot - 1;
    return 0;
}
