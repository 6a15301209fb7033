/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay/csv.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { END = -1 }; /* of the file, where a byte is asked for */

int csv_init(Csv *c, int fd, size_t batch)
{
    memset(c, 0, sizeof(*c));
    c->piece = malloc(batch);
    if (!c->piece)
        return err_origin(-ENOMEM);
    c->fd = fd;
    c->batch = batch;
    c->line = 1;
    buf_init(&c->record, CSV_RECORD_MAX);
    return 0;
}

void csv_finish(Csv *c)
{
    buf_finish(&c->record);
    free(c->piece);
    c->piece = NULL;
}

/* Makes sure that a byte lies ready, unless the file has ended. */
static int fill(Csv *c)
{
    if (c->at < c->len || c->ended)
        return 0;
    ssize_t n;
    do
        n = read(c->fd, c->piece, c->batch);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_origin(-errno);
    c->at = 0;
    c->len = (size_t)n;
    c->ended = n == 0;
    return 0;
}

/* The next byte without taking it, or END. */
static int peek(Csv *c, int *ret)
{
    TRY(fill(c));
    *ret = c->ended ? END : c->piece[c->at];
    return 0;
}

static void take(Csv *c)
{
    c->line += c->piece[c->at] == '\n';
    c->at++;
}

static int fault(CsvFault *ret, uint32_t line, const char *text)
{
    *ret = (CsvFault){line, text};
    return 2;
}

/* Inside the quotes, to behind the closing one. */
static int read_quoted(Csv *c, CsvFault *no)
{
    uint32_t line = c->line;
    int byte = END;
    take(c);
    for (;;) {
        TRY(peek(c, &byte));
        if (byte == END)
            return fault(no, line, "a cell begins with a quotation mark that is never closed");
        take(c);
        if (byte != '"') {
            buf_add_u8(&c->record, (uint8_t)byte);
            continue;
        }
        TRY(peek(c, &byte));
        if (byte != '"')
            return 0;
        take(c);
        buf_add_u8(&c->record, '"');
    }
}

static int read_plain(Csv *c, CsvFault *no)
{
    int byte = END;
    for (;;) {
        TRY(peek(c, &byte));
        if (byte == END || byte == ',' || byte == '\n' || byte == '\r')
            return 0;
        if (byte == '"')
            return fault(no, c->line,
                         "a quotation mark inside a cell that does not begin with one");
        take(c);
        buf_add_u8(&c->record, (uint8_t)byte);
    }
}

/* One cell and what ends it: ',' is taken, a line end is left. */
static int read_cell(Csv *c, bool *ret_more, CsvFault *no)
{
    int byte = END;
    TRY(peek(c, &byte));
    int r = byte == '"' ? read_quoted(c, no) : read_plain(c, no);
    if (r)
        return r;
    TRY(peek(c, &byte));
    if (byte != ',' && byte != END && byte != '\n' && byte != '\r')
        return fault(no, c->line,
                     "expected a comma or the end of the line after a closing "
                     "quotation mark");
    *ret_more = byte == ',';
    if (*ret_more)
        take(c);
    return 0;
}

/* LF, CRLF or the end of the file. */
static int read_line_end(Csv *c, CsvFault *no)
{
    int byte = END;
    TRY(peek(c, &byte));
    if (byte == '\r') {
        take(c);
        TRY(peek(c, &byte));
        if (byte != '\n')
            return fault(no, c->line, "a carriage return without a line feed");
    }
    if (byte == '\n')
        take(c);
    return 0;
}

static int pass_mark(Csv *c)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    int byte = END;
    c->begun = true;
    TRY(peek(c, &byte));
    for (size_t i = 0; i < sizeof(mark) && byte == mark[i]; i++) {
        take(c);
        TRY(peek(c, &byte));
    }
    return 0;
}

static int pass_empty_lines(Csv *c, CsvFault *no, bool *ret_ended)
{
    int byte = END;
    TRY(peek(c, &byte));
    while (byte == '\n' || byte == '\r') {
        int r = read_line_end(c, no);
        if (r)
            return r;
        TRY(peek(c, &byte));
    }
    *ret_ended = byte == END;
    return 0;
}

static int read_cells(Csv *c, uint8_t *ret_n, CsvFault *no)
{
    uint8_t n = 0;
    bool more = true;
    buf_reset(&c->record);
    while (more) {
        if (n == CSV_FIELDS_MAX)
            return fault(no, c->line, "more than 64 columns");
        int r = read_cell(c, &more, no);
        if (r)
            return r;
        c->ends[n++] = (uint32_t)c->record.len;
    }
    *ret_n = n;
    return read_line_end(c, no);
}

int csv_next(Csv *c, CsvRecord *ret, CsvFault *ret_fault)
{
    bool ended = false;
    uint8_t n = 0;
    if (!c->begun)
        TRY(pass_mark(c));
    int r = pass_empty_lines(c, ret_fault, &ended);
    if (r || ended)
        return r ? r : 1;
    uint32_t line = c->line;
    r = read_cells(c, &n, ret_fault);
    if (r)
        return r;
    if (c->record.err == -EMSGSIZE)
        return fault(ret_fault, line, "a record of more than 64 KiB");
    TRY(c->record.err);
    if (!text_is_valid(buf_str(&c->record)))
        return fault(ret_fault, line, "not UTF-8 text; save the file as \"CSV UTF-8\"");
    ret->line = line;
    ret->n = n;
    const char *text = buf_str(&c->record).ptr;
    for (uint32_t i = 0, from = 0; i < n; from = c->ends[i++])
        ret->cells[i] = (Str){text ? text + from : "", c->ends[i] - from};
    return 0;
}

void csv_put(Buf *out, Str text)
{
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++)
        quoted = quoted || strchr(",\"\r\n", text.ptr[i]);
    if (!quoted) {
        buf_add_str(out, text);
        return;
    }
    buf_adds(out, "\"");
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_adds(out, "\"");
        buf_add_u8(out, (uint8_t)text.ptr[i]);
    }
    buf_adds(out, "\"");
}
