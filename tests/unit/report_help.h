/* SPDX-License-Identifier: Apache-2.0 */
/* A report as a citizen would send it, and what somebody's keys open of it. */
#pragma once

#include "vault_help.h"

#define MARK_WHAT    "marker-what-happened"
#define MARK_MEMO    "marker-memo"
#define MARK_NAME    "marker-name"
#define MARK_CONTACT "marker-contact"
#define MARK_REMARK  "marker-remark"

static const FormItem report[] = {
    ITEM(F_ACCUSED, "engineer"), {F_ACCUSED, SUB_OTHER, {"marker-other", 12}},
    ITEM(F_WHAT, MARK_WHAT),     ITEM(F_MEMO, MARK_MEMO),
    ITEM(F_NAME, MARK_NAME),     ITEM(F_CONTACT, MARK_CONTACT),
    ITEM(F_KIND, "road"),        ITEM(F_REMARK, MARK_REMARK),
    ITEM(F_INSIDER, "yes"),
};

static inline int open_as(const HeldKeys *held, const Bundle *b, size_t no, Arena *arena,
                          OpenedPart *ret)
{
    return open_part(held, &(SealCase){STR("ban"), STR("test"), b->seal_id}, (uint32_t)no,
                     &b->parts[no], arena, ret);
}

static inline void assert_value(const OpenedPart *p, const char *id, const char *expected)
{
    const OpenedField *f = field_of(p, id);

    if (f)
        assert_str(f->value, expected);
    else
        fail_msg("field %s is missing", id);
}

/* Every person, every seal, every part. */
static inline void nobody_opens_more_than_meant(Office1 *o, const Bundle *b)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        HELD_KEYS_AUTO HeldKeys held = {.n = 0};
        size_t seals = 0;
        hold_keys(o, i, b, &held);
        for (size_t s = 0; s < b->n_seals; s++)
            seals += name_eq(&b->seals[s].reader, &o->people[i].name);
        assert_int_equal(held.n, seals);
        for (size_t no = 0; no < b->n_parts; no++) {
            const BundlePart *part = &b->parts[no];
            OpenedPart opened = {0};
            SECRET_AUTO Secret half = {NULL};
            bool readable = holds_class(&held, part->class) && part->kind != PART_HALF &&
                            part->kind != PART_IDENTITY;
            assert_int_equal(open_as(&held, b, no, &o->arena, &opened), readable ? 0 : 1);
            secret_finish(&opened.file_key);
            int r = open_half(&o->keys[i].box, &(SealCase){STR("ban"), STR("test"), b->seal_id},
                              (uint32_t)no, part, &half);
            bool mine = part->kind == PART_HALF && name_eq(&part->holder, &o->people[i].name);
            assert_int_equal(r, mine ? 0 : 1);
        }
    }
}

static inline bool lies_in(const char *marker, Str bytes)
{
    return memmem(bytes.ptr, bytes.len, marker, strlen(marker)) != NULL;
}
