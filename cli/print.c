/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Sheet {
    struct libscols_table *table;
    size_t n;
};

int sheet_new(const char *const *columns, size_t n, Sheet **ret)
{
    Sheet *s = calloc(1, sizeof(*s));

    if (!s || !(s->table = scols_new_table())) {
        free(s);
        return err_origin(-ENOMEM);
    }
    s->n = n;
    for (size_t i = 0; i < n; i++) {
        if (!scols_table_new_column(s->table, columns[i], 0, 0)) {
            sheet_free(s);
            return err_origin(-ENOMEM);
        }
    }
    *ret = s;
    return 0;
}

Sheet *sheet_free(Sheet *s)
{
    if (s)
        scols_unref_table(s->table);
    free(s);
    return NULL;
}

int sheet_add(Sheet *s, const char *const *cells)
{
    struct libscols_line *line = scols_table_new_line(s->table, NULL);

    if (!line)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < s->n; i++)
        if (scols_line_set_data(line, i, cells[i] ? cells[i] : ""))
            return err_origin(-ENOMEM);
    return 0;
}

int sheet_print(Sheet *s)
{
    return scols_print_table(s->table);
}

void day_text(Day day, char ret[DAY_TEXT])
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, DAY_TEXT - 1);
    buf_addf(&out, "%s ", day_name_thai(day_weekday(day)));
    day_put_thai(&out, day);
    buf_adds(&out, " (");
    day_put_iso(&out, day);
    buf_adds(&out, ")");
    snprintf(ret, DAY_TEXT, "%s", out.err ? "-" : (const char *)out.ptr);
}

void iso_text(const char *iso, char ret[DAY_TEXT])
{
    Day day;

    if (day_parse_iso(str_of(iso), &day) == 0)
        day_text(day, ret);
    else
        snprintf(ret, DAY_TEXT, "-");
}

void put_shown(FILE *to, Str text)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, 3 * text.len + 1);
    text_put_shown(&out, text);
    if (out.len && !out.err)
        fwrite(out.ptr, 1, out.len, to);
}

void print_block(Str text, int indent)
{
    while (text.ptr && text.len) {
        printf("%*s", indent, "");
        put_shown(stdout, str_cut(&text, '\n'));
        putchar('\n');
    }
}
