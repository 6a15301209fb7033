/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody of the office is another from now on, as after a directory that says so. */
#pragma once

#include "desk_help.h"

/* The one who is to change, in a directory of the test's own that is in force until world_close. */
static inline Person *person_to_change(const char *name)
{
    const Directory *had = desk_directory(world.desk);
    Directory *now = arena_new(&world.arena, Directory);
    Person *people = arena_many(&world.arena, had->n_people, Person);

    assert_true(now && people);
    memcpy(people, had->people, had->n_people * sizeof(*people));
    *now = *had;
    now->people = people;
    world.desk->loaded->directory = now;
    size_t i = 0;
    while (!name_is(&people[i].name, str_of(name)))
        assert_true(++i < now->n_people);
    return &people[i];
}

static inline void person_is_disabled(const char *name)
{
    person_to_change(name)->disabled = true;
}

static inline void person_is_also(const char *name, const char *role)
{
    Person *p = person_to_change(name);

    assert_true(p->n_roles < sizeof(p->roles) / sizeof(p->roles[0]));
    p->roles[p->n_roles++] = name_of(str_of(role));
}

static inline void person_has_no_role(const char *name)
{
    person_to_change(name)->n_roles = 0;
}
