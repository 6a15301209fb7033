/* SPDX-License-Identifier: Apache-2.0 */
/* Strict where senders agree (CRLF, form-data, a name), forgiving where they differ (preamble,
 * further header lines, quoting of the boundary). */
#include "daemon/params.h"

#include "base/text.h"
#include <errno.h>
#include <string.h>

enum { BOUNDARY_MAX = 70 };

/* One part's header, taken apart. */
typedef struct PartHead {
    Str name, filename, type;
    bool has_name, has_filename;
} PartHead;

/* Where the body is read. */
typedef struct Cursor {
    Str rest;
    char mark[BOUNDARY_MAX + 5]; /* CR LF - - boundary */
    size_t mark_len;
    Arena *arena;
    size_t bytes; /* of fields so far */
} Cursor;

static Str from(Str s, size_t at)
{
    return (Str){s.ptr + at, s.len - at};
}

/* Offset of `what` in s, or s.len + 1. */
static size_t offset_of(Str s, const char *what, size_t len)
{
    const char *at = s.len ? memmem(s.ptr, s.len, what, len) : NULL;

    return at ? (size_t)(at - s.ptr) : s.len + 1;
}

/* A token or quoted text at the start of *s, which moves past it. Inside quotes browsers write %22,
 * others a backslash: neither is undone but the backslash, which may stand before a quote. */
static int take_value(Str *s, Arena *arena, Str *ret)
{
    char *to = arena_alloc(arena, s->len + 1);
    size_t i = 0, n = 0;
    bool quoted = s->len && s->ptr[0] == '"';

    if (!to)
        return -ENOMEM;
    for (i = quoted; i < s->len; i++) {
        char c = s->ptr[i];
        if (quoted ? c == '"' : c == ';' || c == ' ' || c == '\t')
            break;
        if (quoted && c == '\\' && i + 1 < s->len && s->ptr[i + 1] == '"')
            c = s->ptr[++i];
        to[n++] = c;
    }
    if (quoted && i++ >= s->len)
        return 1;
    *s = from(*s, i);
    *ret = (Str){to, n};
    return 0;
}

/* The parameters after "form-data" or "multipart/form-data": ; name=value ... */
static int next_parameter(Str *s, Arena *arena, Str *ret_name, Str *ret_value)
{
    *s = str_trim(*s);
    if (!s->len || s->ptr[0] != ';')
        return 1;
    Str rest = str_trim(from(*s, 1));
    size_t equals = offset_of(rest, "=", 1);
    if (equals > rest.len)
        return 1;
    *ret_name = str_trim((Str){rest.ptr, equals});
    Str value = from(rest, equals + 1);
    int r = take_value(&value, arena, ret_value);
    if (!r)
        *s = value;
    return r;
}

static int read_disposition(Str value, Arena *arena, PartHead *head)
{
    Str kind = value, name, text;
    size_t end = offset_of(value, ";", 1);

    if (end > value.len)
        return PARAMS_MALFORMED;
    kind.len = end;
    if (!str_is_nocase(str_trim(kind), "form-data"))
        return PARAMS_MALFORMED;
    for (Str rest = from(value, end); str_trim(rest).len;) {
        int r = next_parameter(&rest, arena, &name, &text);
        if (r)
            return r < 0 ? r : PARAMS_MALFORMED;
        if (str_is_nocase(name, "name")) {
            head->name = text;
            head->has_name = true;
        } else if (str_is_nocase(name, "filename")) {
            head->filename = text;
            head->has_filename = true;
        }
    }
    return head->has_name && text_is_valid(head->name) ? PARAMS_OK : PARAMS_MALFORMED;
}

static int read_line(Str line, Arena *arena, PartHead *head)
{
    Str value = line;
    Str name = str_cut(&value, ':');

    if (!value.ptr)
        return PARAMS_MALFORMED;
    value = str_trim(value);
    if (str_is_nocase(name, "content-disposition"))
        return read_disposition(value, arena, head);
    if (str_is_nocase(name, "content-type"))
        head->type = value;
    return PARAMS_OK;
}

/* The header lines of one part; leaves the cursor at its content. */
static int read_head(Cursor *c, PartHead *head)
{
    size_t end = offset_of(c->rest, "\r\n\r\n", 4);

    if (end > c->rest.len || end > PART_HEAD_MAX)
        return PARAMS_MALFORMED;
    Str lines = {c->rest.ptr, end};
    c->rest = from(c->rest, end + 4);
    while (lines.len) {
        size_t stop = offset_of(lines, "\r\n", 2);
        Str line = {lines.ptr, stop < lines.len ? stop : lines.len};
        lines = stop < lines.len ? from(lines, stop + 2) : (Str){lines.ptr, 0};
        int r = read_line(line, c->arena, head);
        if (r)
            return r;
    }
    return head->has_name ? PARAMS_OK : PARAMS_MALFORMED;
}

static int keep_part(Cursor *c, const PartHead *head, Str content, Params *p)
{
    if (head->has_filename) {
        if (p->n_uploads == UPLOADS_MAX)
            return PARAMS_TOO_MANY;
        p->uploads[p->n_uploads++] = (Upload){
            .name = head->name, .filename = head->filename, .type = head->type, .bytes = content};
        return PARAMS_OK;
    }
    if (p->n == PARAMS_MAX)
        return PARAMS_TOO_MANY;
    c->bytes += head->name.len + content.len;
    if (c->bytes > PARAMS_BYTES_MAX)
        return PARAMS_TOO_LARGE;
    p->list[p->n++] = (Param){.name = head->name, .value = content};
    return PARAMS_OK;
}

/* From just after a delimiter. PARAMS_OK and *ret_more whether another part follows. */
static int read_part(Cursor *c, Params *p, bool *ret_more)
{
    PartHead head = {0};

    *ret_more = false;
    if (c->rest.len >= 2 && memcmp(c->rest.ptr, "--", 2) == 0)
        return PARAMS_OK;
    if (c->rest.len < 2 || memcmp(c->rest.ptr, "\r\n", 2) != 0)
        return PARAMS_MALFORMED;
    c->rest = from(c->rest, 2);
    int r = read_head(c, &head);
    if (r)
        return r;
    size_t end = offset_of(c->rest, c->mark, c->mark_len);
    if (end > c->rest.len)
        return PARAMS_MALFORMED;
    Str content = {c->rest.ptr, end};
    c->rest = from(c->rest, end + c->mark_len);
    *ret_more = true;
    return keep_part(c, &head, content, p);
}

int multipart_parse(Str body, Str boundary, Arena *arena, Params *ret)
{
    Cursor c = {.rest = body, .arena = arena};
    Params p = {0};
    bool more = true;

    if (!boundary.len || boundary.len > BOUNDARY_MAX)
        return PARAMS_MALFORMED;
    memcpy(c.mark, "\r\n--", 4);
    memcpy(c.mark + 4, boundary.ptr, boundary.len);
    c.mark_len = boundary.len + 4;
    p.list = arena_many(arena, PARAMS_MAX, Param);
    p.uploads = arena_many(arena, UPLOADS_MAX, Upload);
    if (!p.list || !p.uploads)
        return -ENOMEM;
    if (body.len >= c.mark_len - 2 && memcmp(body.ptr, c.mark + 2, c.mark_len - 2) == 0) {
        c.rest = from(body, c.mark_len - 2);
    } else {
        size_t start = offset_of(body, c.mark, c.mark_len);
        if (start > body.len)
            return PARAMS_MALFORMED;
        c.rest = from(body, start + c.mark_len);
    }
    while (more) {
        int r = read_part(&c, &p, &more);
        if (r)
            return r;
    }
    *ret = p;
    return PARAMS_OK;
}

static bool boundary_fits(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    }
    return s.len > 0 && s.len <= BOUNDARY_MAX;
}

int multipart_boundary(Str content_type, Str *ret)
{
    Str rest = content_type;
    Str kind = str_cut(&rest, ';');

    if (!str_is_nocase(str_trim(kind), "multipart/form-data"))
        return 1;
    while (rest.ptr) {
        Str value = str_trim(str_cut(&rest, ';'));
        Str name = str_cut(&value, '=');
        if (!str_is_nocase(str_trim(name), "boundary") || !value.ptr)
            continue;
        value = str_trim(value);
        if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
            value = (Str){value.ptr + 1, value.len - 2};
        if (!boundary_fits(value))
            return 1;
        *ret = value;
        return 0;
    }
    return 1;
}
