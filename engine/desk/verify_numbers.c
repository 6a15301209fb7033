/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers stay taken when their case is gone. So every case there ever was has one, and what counts
 * them says no more and no less than the last that was given. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include "engine/desk/verify_inner.h"
#include "engine/store/scan.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { SERIES_MAX = 4096 /* workflows and years that numbers were given in */ };

/* Numbers that were counted: "register.general.2569", or "G69" of case numbers. */
typedef struct Series {
    char name[80];
    uint64_t most, n;
} Series;

static Series *series_at(const Verify *v, size_t i)
{
    return (Series *)(void *)v->series.at + i;
}

static int series_note(Verify *v, Str name, uint64_t no)
{
    Series *s = NULL;

    if (name.len >= sizeof(s->name))
        return 0;
    for (size_t i = 0; i < v->series.n && !s; i++)
        s = str_is(name, series_at(v, i)->name) ? series_at(v, i) : NULL;
    if (!s && v->series.n == SERIES_MAX) {
        verify_fault(v, "numbers", name, "of more series than an office can have");
        return 0;
    }
    if (!s) {
        s = items_add(v, &v->series, sizeof(*s));
        if (!s)
            return err_origin(-ENOMEM);
        *s = (Series){.most = 0};
        memcpy(s->name, name.ptr, name.len);
    }
    s->most = s->most > no ? s->most : no;
    s->n++;
    return 0;
}

/* "general:12/2569" */
static int note_register(Verify *v, Str number, const char **ret)
{
    BUF_AUTO Buf name = {0};
    unsigned long long no;
    Str workflow = str_cut(&number, ':'), count = str_cut(&number, '/');

    if (!workflow.len || !number.len || str_u64(count, UINT32_MAX, &no)) {
        *ret = "is no number of a register";
        return 0;
    }
    buf_init(&name, sizeof(((Series *)NULL)->name));
    buf_addf(&name, "register.%.*s.%.*s", (int)workflow.len, workflow.ptr, (int)number.len,
             number.ptr);
    return series_note(v, buf_str(&name), no);
}

/* "G69-0012": letters and year, then how many; a random one has no year. */
static int note_number(Verify *v, Str number)
{
    Str count = number, series = str_cut(&count, '-');
    unsigned long long no, year;

    if (series.len < 3 || str_u64((Str){series.ptr + series.len - 2, 2}, 99, &year) ||
        str_u64(count, UINT32_MAX, &no))
        return 0;
    return series_note(v, series, no);
}

int verify_number(Verify *v, const StoreRow *row, const char **ret)
{
    if (!row->number || row->number > store_count(v->txn, STR("case")))
        *ret = "leads to a case that never was";
    if (memchr(row->name.ptr, ':', row->name.len))
        return note_register(v, row->name, ret);
    marks_add_number(v, &v->numbered, row->number);
    return note_number(v, row->name);
}

/* ---- counters ---- */

/* Letters of the series begin the workflow's name. */
static bool is_prefix(Str letters, Str workflow)
{
    if (letters.len > workflow.len)
        return false;
    for (size_t i = 0; i < letters.len; i++)
        if (letters.ptr[i] != toupper((unsigned char)workflow.ptr[i]))
            return false;
    return true;
}

/* "general.2569": the last number given was of that. */
static bool was_given(const Verify *v, Str counter, uint64_t n)
{
    Str year = counter, workflow = str_cut(&year, '.');

    for (size_t i = 0; i < v->series.n; i++) {
        Str name = str_of(series_at(v, i)->name);
        if (name.len > 2 && year.len > 2 && series_at(v, i)->most == n &&
            memcmp(name.ptr + name.len - 2, year.ptr + year.len - 2, 2) == 0 &&
            is_prefix((Str){name.ptr, name.len - 2}, workflow))
            return true;
    }
    return false;
}

static bool is_entered(const Verify *v, Str counter, uint64_t n)
{
    for (size_t i = 0; i < v->series.n; i++) {
        const Series *s = series_at(v, i);
        if (str_is(counter, s->name))
            return s->most == n && s->n == n;
    }
    return false;
}

static bool cut_word(Str *name, const char *word)
{
    Str begin = str_of(word);

    if (!str_starts(*name, begin))
        return false;
    *name = (Str){name->ptr + begin.len, name->len - begin.len};
    return true;
}

int verify_count(Verify *v, const StoreRow *row, const char **ret)
{
    static const char *const plain[] = {"case", "alerts", "waiting", PURGE_COUNT};
    Str name = row->name;

    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (str_is(name, plain[i]))
            return 0;
    if (str_is(name, "compact"))
        *ret = row->number > 1 ? "says neither yes nor no" : NULL;
    else if (str_starts(name, STR("register.")))
        *ret = is_entered(v, name, row->number) ? NULL : "is not the last number that was given";
    else if (cut_word(&name, "number."))
        *ret = was_given(v, name, row->number) ? NULL : "is not the last number that was given";
    else
        *ret = "counts nothing";
    return 0;
}

static void check_series(Verify *v)
{
    for (size_t i = 0; i < v->series.n; i++) {
        const Series *s = series_at(v, i);
        if (str_starts(str_of(s->name), STR("register.")) &&
            store_count(v->txn, str_of(s->name)) != s->most)
            verify_fault(v, "counts", str_of(s->name), "is not the last number that was given");
    }
}

/* Each case that was ever filed has one case number, and nothing else has. */
int verify_numbers_end(Verify *v)
{
    const uint64_t cases = store_count(v->txn, STR("case"));
    MarkSum filed = {.n = 0};

    check_series(v);
    if (v->numbered.n != cases) {
        verify_fault(v, "numbers", STR("table"),
                     v->numbered.n > cases ? "has more case numbers than cases were filed"
                                           : "has fewer case numbers than cases were filed");
        return 0;
    }
    for (uint64_t id = 1; id <= cases; id++)
        marks_add_number(v, &filed, id);
    if (!marks_eq(&filed, &v->numbered))
        verify_fault(v, "numbers", STR("table"),
                     "two numbers lead to one case, and none to another");
    return 0;
}
