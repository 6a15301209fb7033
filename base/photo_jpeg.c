/* SPDX-License-Identifier: Apache-2.0 */
/* ISO/IEC 10918-1 annex B: SOI, segments of a marker and a length, scans between them, EOI. Kept
 * are the tables and frames, JFIF without its thumbnail, Adobe's colour transform and colour
 * profiles; and one EXIF segment of our own that says the orientation and nothing else. */
#include "base/photo_inner.h"

#include <string.h>

enum { AT_START, AT_MARKER, AT_LENGTH, AT_SEGMENT };
enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP0 = 0xe0, APP1 = 0xe1, APP2 = 0xe2, APP14 = 0xee };

typedef struct Tiff {
    const uint8_t *ptr;
    size_t len;
    bool little;
} Tiff;

static uint32_t number(const Tiff *t, size_t at, size_t width)
{
    uint32_t v = 0;

    if (at > t->len || t->len - at < width)
        return 0;
    for (size_t i = 0; i < width; i++)
        v = v << 8 | t->ptr[t->little ? at + width - 1 - i : at + i];
    return v;
}

/* The orientation of TIFF 6.0 page 36 in the first directory, or 0. */
static uint8_t orientation(const uint8_t *ptr, size_t len)
{
    enum { TAG = 0x112, SHORT = 3, ENTRY = 12, MOST = 8 };
    Tiff t = {ptr, len, len > 0 && ptr[0] == 'I'};

    if (len < 8 || number(&t, 2, 2) != 42)
        return 0;
    size_t at = number(&t, 4, 4);
    uint32_t n = number(&t, at, 2);
    for (uint32_t i = 0; i < n; i++) {
        size_t entry = at + 2 + (size_t)i * ENTRY;
        if (number(&t, entry, 2) != TAG)
            continue;
        uint32_t value = number(&t, entry + 8, 2);
        bool fits = number(&t, entry + 2, 2) == SHORT && number(&t, entry + 4, 4) == 1;
        return fits && value <= MOST ? (uint8_t)value : 0;
    }
    return 0;
}

/* One that stands upright (1) needs no saying. */
static int keep_orientation(PhotoFilter *f, size_t len)
{
    uint8_t exif[] = {0xff, APP1, 0, 34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                      0,    1,    1, 0x12, 0,   3,   0,   0,   0, 1, 0,   0,   0, 0,  0, 0, 0, 0};
    enum { VALUE = 29 };
    uint8_t turned = orientation(f->hold + 10, len - 10);

    if (turned < 2 || f->oriented)
        return 0;
    f->oriented = true;
    exif[VALUE] = turned;
    return photo_keep(f, exif, sizeof(exif));
}

/* len: of the whole segment, marker included. Its beginning, with the length set right. */
static int keep_start(PhotoFilter *f, size_t len)
{
    f->hold[2] = (uint8_t)((len - 2) >> 8);
    f->hold[3] = (uint8_t)(len - 2);
    return photo_keep(f, f->hold, len);
}

static bool begins(const PhotoFilter *f, size_t len, const char *word, size_t word_len)
{
    return len >= 4 + word_len && memcmp(f->hold + 4, word, word_len) == 0;
}

/* A segment that is kept for what it says first, or changed. len: with the marker. */
static int segment(PhotoFilter *f, size_t len)
{
    enum { JFIF = 18, ADOBE = 16 };

    switch (f->hold[1]) {
    case APP0:
        if (!begins(f, len, "JFIF", 5) || len < JFIF)
            return 0;
        f->hold[16] = f->hold[17] = 0; /* the thumbnail's width and height */
        return keep_start(f, JFIF);
    case APP1:
        return begins(f, len, "Exif\0", 6) ? keep_orientation(f, len) : 0;
    case APP2:
        return begins(f, len, "ICC_PROFILE", 12) ? photo_keep(f, f->hold, len) : 0;
    default: /* APP14 */
        return begins(f, len, "Adobe", 5) && len >= ADOBE ? keep_start(f, ADOBE) : 0;
    }
}

static bool makes_the_picture(uint8_t marker)
{
    /* frames and tables C0-CF but the reserved C8; SOS, DQT, DNL, DRI, DHP, EXP */
    return (marker >= 0xc0 && marker <= 0xcf && marker != 0xc8) ||
           (marker >= SOS && marker <= 0xdf);
}

static int at_marker(PhotoFilter *f)
{
    uint8_t marker = f->hold[1];

    if (f->hold[0] != 0xff)
        return 1;
    if (marker == 0xff) { /* a fill byte */
        photo_want(f, 1, 2);
        return 0;
    }
    if (marker == EOI) {
        f->closing = true;
        return photo_keep(f, f->hold, 2);
    }
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= SOI))
        return 1;
    f->step = AT_LENGTH;
    photo_want(f, 2, 4);
    return 0;
}

static int at_length(PhotoFilter *f)
{
    uint8_t marker = f->hold[1];
    size_t len = (size_t)f->hold[2] << 8 | f->hold[3];

    if (len < 2)
        return 1;
    f->step = AT_MARKER;
    if (marker == APP0 || marker == APP1 || marker == APP2 || marker == APP14) {
        f->step = AT_SEGMENT;
        photo_want(f, 4, len + 2);
        return len == 2 ? photo_jpeg(f) : 0;
    }
    int r = makes_the_picture(marker) ? photo_keep(f, f->hold, 4) : 0;
    photo_piece(f, len - 2, makes_the_picture(marker), 2);
    f->scans = marker == SOS;
    return r;
}

int photo_jpeg(PhotoFilter *f)
{
    size_t len = f->want;

    switch (f->step) {
    case AT_START:
        if (f->hold[0] != 0xff || f->hold[1] != SOI)
            return 1;
        f->step = AT_MARKER;
        photo_want(f, 0, 2);
        return photo_keep(f, f->hold, 2);
    case AT_MARKER:
        return at_marker(f);
    case AT_LENGTH:
        return at_length(f);
    default:
        f->step = AT_MARKER;
        photo_want(f, 0, 2);
        return segment(f, len);
    }
}

/* In a scan FF stands before 00 (a data byte), before a restart marker, or before the next one. */
int photo_jpeg_scan(PhotoFilter *f, Str *in)
{
    if (f->saw_ff) {
        uint8_t both[2] = {0xff, (uint8_t)in->ptr[0]};
        f->saw_ff = both[1] == 0xff;
        if (both[1] != 0 && both[1] != 0xff && (both[1] < 0xd0 || both[1] > 0xd7)) {
            f->scans = false;
            f->hold[0] = 0xff;
            photo_want(f, 1, 2);
            return 0;
        }
        *in = (Str){in->ptr + 1, in->len - 1};
        return f->saw_ff ? 0 : photo_keep(f, both, 2);
    }
    const char *ff = memchr(in->ptr, 0xff, in->len);
    Str data = {in->ptr, ff ? (size_t)(ff - in->ptr) : in->len};
    size_t used = data.len + (ff ? 1 : 0);
    f->saw_ff = ff != NULL;
    *in = (Str){in->ptr + used, in->len - used};
    return photo_keep(f, data.ptr, data.len);
}
