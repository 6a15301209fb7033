/* SPDX-License-Identifier: Apache-2.0 */
/* What the organisation has agreed to beside its people: texts of protected workflows, and which
 * roles take two signatures. */
#include "engine/vault/directory.h"

#include <string.h>

enum { TEXTS_EACH = 12 };

bool directory_has_text(const Directory *d, const uint8_t hash[32])
{
    for (uint8_t i = 0; i < d->n_texts; i++)
        if (memcmp(d->texts[i].hash.b, hash, 32) == 0)
            return true;
    return false;
}

bool directory_agrees(const Directory *d, const Def *def)
{
    bool bound = def->protected;

    for (uint8_t i = 0; i < d->n_texts; i++)
        bound = bound || name_is(&d->texts[i].workflow, def->id);
    return !bound || directory_has_text(d, def->hash);
}

static void drop_text(Directory *d, uint8_t at)
{
    d->n_texts--;
    memmove(&d->texts[at], &d->texts[at + 1], (size_t)(d->n_texts - at) * sizeof(d->texts[0]));
}

/* The oldest of this workflow, or the oldest of all in a full list. */
static void make_room(Directory *d, Str workflow)
{
    uint8_t n = 0, oldest = 0;

    for (uint8_t i = d->n_texts; i-- > 0;) {
        if (name_is(&d->texts[i].workflow, workflow)) {
            oldest = i;
            n++;
        }
    }
    if (n >= TEXTS_EACH)
        drop_text(d, oldest);
    if (d->n_texts == PROTECTED_TEXTS_MAX)
        drop_text(d, 0);
}

void directory_add_text(Directory *d, Str workflow, uint32_t version, const uint8_t hash[32])
{
    ProtectedText text = {.workflow = name_of(workflow), .version = version};

    if (directory_has_text(d, hash))
        return;
    make_room(d, workflow);
    memcpy(text.hash.b, hash, sizeof(text.hash.b));
    d->texts[d->n_texts++] = text;
}

bool directory_guard(Directory *d, Str role)
{
    for (uint8_t i = 0; i < d->n_guarded; i++)
        if (name_is(&d->guarded[i], role))
            return false;
    if (d->n_guarded == GUARDED_ROLES_MAX)
        return false;
    d->guarded[d->n_guarded++] = name_of(role);
    return true;
}
