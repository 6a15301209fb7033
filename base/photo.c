/* SPDX-License-Identifier: Apache-2.0 */
#include "base/photo_inner.h"

#include <string.h>

typedef struct Mark {
    uint8_t kind, at, len;
    const char *bytes;
} Mark;

static bool has(Str head, const Mark *m)
{
    return head.len >= (size_t)m->at + m->len && memcmp(head.ptr + m->at, m->bytes, m->len) == 0;
}

/* ISO base media: a picture by its brand; films have others. */
static bool is_still_picture(Str head)
{
    static const Mark brands[] = {
        {0, 8, 3, "hei"}, {0, 8, 3, "hev"},  {0, 8, 3, "mif"},  {0, 8, 3, "msf"},
        {0, 8, 3, "avi"}, {0, 8, 4, "jxl "}, {0, 8, 4, "crx "}, {0, 8, 4, "miaf"},
    };
    static const Mark box = {0, 4, 4, "ftyp"};

    for (size_t i = 0; has(head, &box) && i < sizeof(brands) / sizeof(brands[0]); i++) {
        if (has(head, &brands[i]))
            return true;
    }
    return false;
}

PhotoKind photo_kind(Str head)
{
    static const Mark marks[] = {
        {PHOTO_JPEG, 0, 3, "\xff\xd8\xff"},
        {PHOTO_PNG, 0, 8, "\x89PNG\r\n\x1a\n"},
        {PHOTO_OTHER, 0, 4, "II*\0"},
        {PHOTO_OTHER, 0, 4, "MM\0*"},
        {PHOTO_OTHER, 0, 4, "II+\0"},
        {PHOTO_OTHER, 0, 4, "MM\0+"},
        {PHOTO_OTHER, 0, 4, "IIRO"},
        {PHOTO_OTHER, 0, 4, "IIU\0"},
        {PHOTO_OTHER, 0, 8, "FUJIFILM"},
        {PHOTO_OTHER, 0, 4, "GIF8"},
        {PHOTO_OTHER, 0, 12, "\0\0\0\x0cjP  \r\n\x87\n"},
        {PHOTO_OTHER, 0, 4, "\xff\x4f\xff\x51"},
        {PHOTO_OTHER, 0, 4, "8BPS"},
        {PHOTO_OTHER, 0, 3, "II\xbc"},
        {PHOTO_OTHER, 0, 2, "\xff\x0a"},
        {PHOTO_OTHER, 0, 12, "\0\0\0\x0cJXL \r\n\x87\n"},
    };
    static const Mark riff = {0, 0, 4, "RIFF"}, webp = {0, 8, 4, "WEBP"};

    if (has(head, &riff) && has(head, &webp))
        return PHOTO_WEBP;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (has(head, &marks[i]))
            return (PhotoKind)marks[i].kind;
    }
    return is_still_picture(head) ? PHOTO_OTHER : PHOTO_NONE;
}

int photo_keep(PhotoFilter *f, const void *ptr, size_t len)
{
    f->out += len;
    return f->sink && len ? f->sink(f->to, (Str){ptr, len}) : 0;
}

void photo_want(PhotoFilter *f, size_t held, size_t want)
{
    f->held = held;
    f->want = want;
}

void photo_piece(PhotoFilter *f, uint64_t len, bool passes, size_t want)
{
    f->left = len;
    f->passes = passes;
    photo_want(f, 0, want);
}

void photo_begin(PhotoFilter *f, PhotoKind kind, uint64_t whole, PhotoSink sink, void *to)
{
    static const uint8_t starts[] = {[PHOTO_JPEG] = 2, [PHOTO_PNG] = 8, [PHOTO_WEBP] = 12};

    /* What is held is written before it is read. */
    memset(f, 0, offsetof(PhotoFilter, hold));
    f->kind = (uint8_t)kind;
    f->whole = whole;
    f->sink = sink;
    f->to = to;
    f->want = starts[kind];
}

static Str advance(Str in, size_t n)
{
    return (Str){in.ptr + n, in.len - n};
}

static int piece(PhotoFilter *f, Str *in)
{
    size_t n = f->left < in->len ? (size_t)f->left : in->len;
    int r = f->passes ? photo_keep(f, in->ptr, n) : 0;

    f->left -= n;
    *in = advance(*in, n);
    return r;
}

static int gather(PhotoFilter *f, Str *in)
{
    size_t missing = f->want - f->held, n = missing < in->len ? missing : in->len;

    memcpy(f->hold + f->held, in->ptr, n);
    f->held += n;
    *in = advance(*in, n);
    if (f->held < f->want)
        return 0;
    if (f->kind == PHOTO_JPEG)
        return photo_jpeg(f);
    return f->kind == PHOTO_PNG ? photo_png(f) : photo_webp(f);
}

int photo_add(PhotoFilter *f, Str in)
{
    int r = 0;

    while (!r && in.len) {
        if (f->left)
            r = piece(f, &in);
        else if (f->closing)
            break; /* what lies behind the picture goes */
        else if (f->scans)
            r = photo_jpeg_scan(f, &in);
        else
            r = gather(f, &in);
    }
    return r;
}

int photo_end(PhotoFilter *f, uint64_t *ret_len)
{
    bool whole = f->closing && !f->left;
    uint64_t len = f->out;

    explicit_bzero(f, sizeof(*f));
    if (!whole)
        return 1;
    *ret_len = len;
    return 0;
}
