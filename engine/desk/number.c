/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers people use. A general case is numbered in order within its workflow and year; a
 * protected one at random, so that its number tells neither when it came nor how many there are. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { RANDOM_TRIES = 8 };

/* In the Buddhist era. */
static int office_year(const Desk *d, Day day)
{
    return desk_office(d)->register_by_fiscal_year ? day_fiscal_year(day)
                                                   : day_to_civil(day).year + BUDDHIST_ERA;
}

/* As many letters of the id as set it apart from the office's other workflows. */
static size_t prefix_len(const Desk *d, const Def *def)
{
    const Workflows *w = desk_workflows(d);
    size_t len = 1;

    for (size_t i = 0; i < w->n; i++) {
        Str other = w->defs[i]->id;
        if (str_eq(other, def->id))
            continue;
        while (len < def->id.len && len < 8 && other.len >= len &&
               memcmp(other.ptr, def->id.ptr, len) == 0)
            len++;
    }
    return len;
}

static void put_prefix(Buf *out, const Desk *d, const Def *def)
{
    size_t len = prefix_len(d, def);

    for (size_t i = 0; i < len; i++)
        buf_add_u8(out, (uint8_t)toupper((unsigned char)def->id.ptr[i]));
}

static int number_random(CaseWrite *w, Buf *out)
{
    static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t random[8];
    uint64_t taken;

    for (int i = 0; i < RANDOM_TRIES; i++) {
        buf_reset(out);
        put_prefix(out, w->desk, w->def);
        bytes_random(random, sizeof(random));
        for (size_t k = 0; k < sizeof(random); k++) {
            if (k % 4 == 0)
                buf_add_u8(out, '-');
            buf_add_u8(out, (uint8_t)crockford[random[k] & 31]);
        }
        int r = store_find_number(w->txn, buf_str(out), &taken);
        if (r)
            return r == STORE_UNKNOWN ? DESK_OK : desk_answer(r);
    }
    return DESK_RETRY;
}

/* The counter "<what>.<workflow>.<year>", one further. */
static uint64_t count_on(CaseWrite *w, const char *what, int year)
{
    BUF_AUTO Buf name = {0};

    buf_init(&name, 64);
    buf_addf(&name, "%s.%.*s.%d", what, (int)w->def->id.len, w->def->id.ptr, year);
    uint64_t n = store_count(w->txn, buf_str(&name)) + 1;
    batch_set_count(w->batch, buf_str(&name), n);
    return n;
}

static int number_next(CaseWrite *w, Buf *out)
{
    int year = office_year(w->desk, w->event.step.day);

    put_prefix(out, w->desk, w->def);
    buf_addf(out, "%02d-%04llu", year % 100, (unsigned long long)count_on(w, "number", year));
    return DESK_OK;
}

int case_write_case_number(CaseWrite *w)
{
    BUF_AUTO Buf number = {0};

    buf_init(&number, RECORD_NUMBER_MAX);
    int r = w->def->protected ? number_random(w, &number) : number_next(w, &number);
    if (r)
        return r;
    if (number.err)
        return err_origin(number.err);
    w->head.number = name_of(buf_str(&number));
    w->event.new_number = w->head.number;
    batch_expect_no_number(w->batch, buf_str(&number));
    batch_put_number(w->batch, buf_str(&number), w->head.id);
    return DESK_OK;
}

/* "G69-0007": the year is one of the two that a year can mean there. */
static bool number_read(Str number, Day day, int *ret_year, uint64_t *ret_n)
{
    const int years[] = {day_to_civil(day).year + BUDDHIST_ERA, day_fiscal_year(day)};
    Str before = str_cut(&number, '-');
    unsigned long long yy, n;

    if (before.len < 2 || str_u64((Str){before.ptr + before.len - 2, 2}, 99, &yy) ||
        str_u64(number, UINT32_MAX, &n))
        return false;
    for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
        if (years[i] % 100 == (int)yy) {
            *ret_year = years[i];
            *ret_n = n;
            return true;
        }
    }
    return false;
}

bool number_counter(const Def *def, const Name *number, Day day, Buf *ret_counter, uint64_t *ret_n)
{
    int year;

    if (def->protected || !number_read(name_str(number), day, &year, ret_n))
        return false;
    buf_addf(ret_counter, "number.%.*s.%d", (int)def->id.len, def->id.ptr, year);
    return true;
}

bool register_counter(const Def *def, const Name *number, Buf *ret_counter, uint64_t *ret_n)
{
    Str year = name_str(number);
    unsigned long long n;

    if (str_u64(str_cut(&year, '/'), UINT32_MAX, &n) || !year.len)
        return false;
    buf_addf(ret_counter, "register.%.*s.%.*s", (int)def->id.len, def->id.ptr, (int)year.len,
             year.ptr);
    *ret_n = n;
    return true;
}

Str register_key(Arena *arena, const Name *workflow, const Name *register_no)
{
    BUF_AUTO Buf key = {0};

    buf_init(&key, 2 * DEF_NAME_MAX + 2);
    buf_add_str(&key, name_str(workflow));
    buf_add_u8(&key, ':');
    buf_add_str(&key, name_str(register_no));
    return arena_str(arena, buf_str(&key));
}

int case_write_register_no(CaseWrite *w)
{
    BUF_AUTO Buf number = {0};

    buf_init(&number, RECORD_NUMBER_MAX);
    if (!w->effects.number || w->head.register_no.s[0])
        return DESK_OK; /* a case entered once keeps its place */
    int year = office_year(w->desk, w->event.step.day);
    buf_addf(&number, "%llu/%d", (unsigned long long)count_on(w, "register", year), year);
    if (number.err)
        return err_origin(number.err);
    w->head.register_no = name_of(buf_str(&number));
    w->event.number = w->head.register_no;
    Str key = register_key(w->arena, &w->head.workflow, &w->head.register_no);
    if (!key.ptr)
        return err_origin(-ENOMEM);
    batch_expect_no_number(w->batch, key);
    batch_put_number(w->batch, key, w->head.id);
    return DESK_OK;
}
