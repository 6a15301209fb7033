/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/inner.h"

#include <string.h>

Str key_str(const Key *k)
{
    return (Str){(const char *)k->b, k->len};
}

static void key_add(Key *k, uint64_t v, size_t width)
{
    for (size_t i = width; i-- > 0;)
        k->b[k->len++] = (uint8_t)(v >> (8 * i));
}

Key key_u64(uint64_t v)
{
    Key k = {0};

    key_add(&k, v, 8);
    return k;
}

Key key_case_no(uint64_t id, uint32_t no)
{
    Key k = key_u64(id);

    key_add(&k, no, 4);
    return k;
}

Key key_hash(const Bytes32 *h)
{
    Key k = {.len = sizeof(h->b)};

    memcpy(k.b, h->b, sizeof(h->b));
    return k;
}

Key key_name(Str name)
{
    Key k = {0};

    if (!name.len || name.len > KEY_NAME_MAX || memchr(name.ptr, 0, name.len))
        return k;
    memcpy(k.b, name.ptr, name.len);
    k.len = name.len + 1;
    return k;
}

/* With the sign bit turned, bytes sort as the signed number does. DAY_NONE takes the place after
 * the last day, which is in the year 5,881,580 and never asked for. */
uint32_t key_day(Day d)
{
    return d == DAY_NONE ? UINT32_MAX : (uint32_t)d ^ UINT32_C(0x80000000);
}

Day key_day_back(uint32_t v)
{
    return v == UINT32_MAX ? DAY_NONE : (Day)(v ^ UINT32_C(0x80000000));
}

Key key_due(const DueKey *d)
{
    Key k = {0};

    key_add(&k, (uint64_t)d->at ^ UINT64_C(0x8000000000000000), 8);
    key_add(&k, d->case_id, 8);
    key_add(&k, d->deadline, 1);
    return k;
}

Key key_listed(const ListKey *l)
{
    Key k = {0};

    key_add(&k, key_day(l->due), 4);
    key_add(&k, l->case_id, 8);
    return k;
}

Key key_expiry(Day day, const Bytes32 *id)
{
    Key k = {0};

    key_add(&k, key_day(day), 4);
    memcpy(k.b + k.len, id->b, sizeof(id->b));
    k.len += sizeof(id->b);
    return k;
}

int index_value(Str bytes, uint64_t *ret)
{
    uint64_t v = 0;

    if (bytes.len != 8)
        return STORE_BROKEN;
    for (size_t i = 0; i < 8; i++)
        v = v << 8 | (uint8_t)bytes.ptr[i];
    if (v == UINT64_MAX)
        return STORE_BROKEN;
    *ret = v;
    return 0;
}
