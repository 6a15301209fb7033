/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures made of chunks, each with its name and length: PNG and WebP. A chunk that is not on the
 * list of those that make the picture is left out. */
#include "base/photo_inner.h"

#include <string.h>

enum { AT_START, AT_CHUNK, AT_FLAGS, AT_FRAME_CHUNK };

static bool is_among(const uint8_t *name, const char *names)
{
    for (; *names; names += 4) {
        if (memcmp(name, names, 4) == 0)
            return true;
    }
    return false;
}

static uint32_t big(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t little(const uint8_t *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

/* ---- PNG: length, name, bytes, CRC ---- */

static int png_chunk(PhotoFilter *f)
{
    static const char must[] = "IHDRPLTEIDATIEND";
    static const char kept[] = "tRNScHRMgAMAiCCPsBITsRGBcICPmDCVcLLIbKGDhISTpHYssPLTacTLfcTLfdAT";
    enum { CRC = 4, LONGEST = 0x7fffffff, ANCILLARY = 0x20 };
    uint32_t len = big(f->hold);
    const uint8_t *name = f->hold + 4;
    bool first = f->out == 8, needed = is_among(name, must);

    if (len > LONGEST || first != is_among(name, "IHDR") || (!needed && !(name[0] & ANCILLARY)))
        return 1;
    bool keeps = needed || is_among(name, kept);
    f->closing = is_among(name, "IEND");
    photo_piece(f, (uint64_t)len + CRC, keeps, 8);
    return keeps ? photo_keep(f, f->hold, 8) : 0;
}

int photo_png(PhotoFilter *f)
{
    if (f->step == AT_CHUNK)
        return png_chunk(f);
    if (memcmp(f->hold, "\x89PNG\r\n\x1a\n", 8) != 0)
        return 1;
    f->step = AT_CHUNK;
    photo_want(f, 0, 8);
    return photo_keep(f, f->hold, 8);
}

/* ---- WebP: name, length, bytes up to an even number ---- */

/* Takes a chunk with its header out of what is left of its container. */
static bool takes(uint64_t *left, uint64_t len)
{
    uint64_t whole = 8 + len + (len & 1);

    if (*left < whole)
        return false;
    *left -= whole;
    return true;
}

static int webp_start(PhotoFilter *f)
{
    uint32_t announced = (uint32_t)(f->whole ? f->whole - 8 : 0);

    if (memcmp(f->hold, "RIFF", 4) != 0 || memcmp(f->hold + 8, "WEBP", 4) != 0 ||
        little(f->hold + 4) < 4 + 8)
        return 1;
    f->riff_left = little(f->hold + 4) - 4;
    for (unsigned i = 0; i < 4; i++)
        f->hold[4 + i] = (uint8_t)(announced >> (8 * i));
    f->step = AT_CHUNK;
    photo_want(f, 0, 8);
    return photo_keep(f, f->hold, 12);
}

/* A frame: sixteen bytes about it, then chunks. Too much may lie in it to be held, so one with
 * anything but a picture is not taken apart. */
static int webp_frame(PhotoFilter *f, uint32_t len)
{
    enum { ABOUT = 16 };

    if (len < ABOUT + 8 || len & 1)
        return 1;
    f->frame_left = len - ABOUT;
    f->closing = false;
    f->step = AT_FRAME_CHUNK;
    photo_piece(f, ABOUT, true, 8);
    return photo_keep(f, f->hold, 8);
}

static int webp_chunk(PhotoFilter *f)
{
    static const char kept[] = "VP8 VP8LALPHANIMICCP";
    enum { FLAGS = 10 };
    uint32_t len = little(f->hold + 4);
    bool keeps = is_among(f->hold, kept);

    if (!takes(&f->riff_left, len))
        return 1;
    if (is_among(f->hold, "VP8X")) {
        f->step = AT_FLAGS;
        photo_want(f, 8, 8 + FLAGS);
        return len == FLAGS ? 0 : 1;
    }
    f->closing = f->riff_left == 0;
    if (is_among(f->hold, "ANMF"))
        return webp_frame(f, len);
    photo_piece(f, (uint64_t)len + (len & 1), keeps, 8);
    if (!keeps) /* nothing at all would be no picture */
        return f->closing && f->out == 12 ? 1 : 0;
    return photo_keep(f, f->hold, 8);
}

static int webp_frame_chunk(PhotoFilter *f)
{
    uint32_t len = little(f->hold + 4);

    if (!is_among(f->hold, "VP8 VP8LALPH") || !takes(&f->frame_left, len))
        return 1;
    if (!f->frame_left) {
        f->step = AT_CHUNK;
        f->closing = f->riff_left == 0;
    }
    photo_piece(f, (uint64_t)len + (len & 1), true, 8);
    return photo_keep(f, f->hold, 8);
}

int photo_webp(PhotoFilter *f)
{
    enum { SAYS_EXIF = 0x08, SAYS_XMP = 0x04 };

    switch (f->step) {
    case AT_START:
        return webp_start(f);
    case AT_CHUNK:
        return webp_chunk(f);
    case AT_FRAME_CHUNK:
        return webp_frame_chunk(f);
    default:
        f->hold[8] &= (uint8_t) ~(SAYS_EXIF | SAYS_XMP);
        f->step = AT_CHUNK;
        f->closing = f->riff_left == 0;
        photo_want(f, 0, 8);
        return photo_keep(f, f->hold, 18);
    }
}
