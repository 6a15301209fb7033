/* SPDX-License-Identifier: Apache-2.0 */
/* What an office agrees to with both keys when its workflows are protected ones. */
#include "engine/desk/desk.h"

bool office_knows_role(const Workflows *w, Str role)
{
    static const char *const office_wide[] = {ROLE_NAME_CUSTODIAN, ROLE_NAME_AUDITOR,
                                              ROLE_NAME_ADMINISTRATOR};

    for (size_t i = 0; i < sizeof(office_wide) / sizeof(office_wide[0]); i++)
        if (str_is(role, office_wide[i]))
            return true;
    for (size_t i = 0; i < w->n; i++) {
        uint8_t found = def_role(w->defs[i], role);
        /* The reserved ones are never held by a person as such. */
        if (found >= ROLE_FIRST_DECLARED && found < w->defs[i]->n_roles)
            return true;
    }
    return false;
}

/* Whoever gets to read a protected case is named with both keys of the organisation. */
static bool agree_roles(const Def *def, Directory *d)
{
    RoleMask readers = def->access.readers[CLASS_CONFIDENTIAL] | def->access.readers[CLASS_WORKING];
    bool news = false;

    for (uint8_t r = ROLE_FIRST_DECLARED; r < def->n_roles; r++) {
        if ((readers & MASK32(r)) && def->roles[r].scope != SCOPE_CASE)
            news = directory_guard(d, def->roles[r].id) || news;
    }
    return news;
}

bool office_agrees(const Workflows *w, Directory *d)
{
    bool news = directory_guard(d, STR(ROLE_NAME_CUSTODIAN));

    for (size_t i = 0; i < w->n; i++) {
        const Def *def = w->defs[i];
        if (!def->protected)
            continue;
        news = agree_roles(def, d) || news;
        news = !directory_has_text(d, def->hash) || news;
        directory_add_text(d, def->id, def->version, def->hash);
    }
    return news;
}
