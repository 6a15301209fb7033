/* SPDX-License-Identifier: Apache-2.0 */
/* Takes out of a photo what tells where, when and with what it was taken, as its bytes pass: EXIF,
 * XMP, IPTC, comments, thumbnails, second pictures and films behind the first. What makes the
 * picture (ISO/IEC 10918-1, PNG third edition, RFC 9649) goes through as it is, byte by byte;
 * nothing is decoded, nothing allocated. Kept is only what is known to be needed, so that what
 * nobody thought of goes too. Colour profiles stay; of EXIF in a JPEG the orientation alone is
 * written anew, because many cameras turn the picture by that tag only. In PNG and WebP hardly any
 * program turns by it: there EXIF goes whole. */
#pragma once

#include "base/str.h"
#include <stdint.h>

typedef enum PhotoKind {
    PHOTO_NONE, /* no picture that is known: nothing can be said about it */
    PHOTO_JPEG,
    PHOTO_PNG,
    PHOTO_WEBP,
    PHOTO_OTHER, /* a picture that may tell as much and cannot be cleaned: HEIC, AVIF, TIFF (most
                    raw formats), JPEG 2000, JPEG XL, JPEG XR, PSD, GIF */
} PhotoKind;

enum { PHOTO_HEAD = 16, PHOTO_HELD = 65536 + 2 };

/* By the first PHOTO_HEAD bytes, whatever the name says. */
PhotoKind photo_kind(Str head);

/* Called with what is kept, in order; returns 0 or a fatal error that ends the filter. */
typedef int (*PhotoSink)(void *to, Str bytes);

/* A WebP begins with its own length, so a file goes through twice: once to learn how long it will
 * be (whole 0, sink NULL), once for its bytes. 66 KB. */
typedef struct PhotoFilter {
    PhotoSink sink;
    void *to;
    uint64_t whole;
    uint64_t out;                   /* bytes kept so far */
    uint64_t left;                  /* of the piece that passes or is dropped */
    uint64_t riff_left, frame_left; /* WebP: of the file, of a frame of a moving picture */
    size_t held, want;              /* what is gathered before the next decision */
    uint8_t kind, step;
    bool passes;                  /* the piece of `left` bytes is kept */
    bool closing;                 /* nothing is kept after it */
    bool scans, saw_ff, oriented; /* JPEG */
    uint8_t hold[PHOTO_HELD];
} PhotoFilter;

/* kind: JPEG, PNG or WebP. whole: bytes of the result as the first time told, or 0. sink may be
 * NULL. */
void photo_begin(PhotoFilter *f, PhotoKind kind, uint64_t whole, PhotoSink sink, void *to);
/* The file's bytes, in any portions. 0; 1: not well-formed, so nothing is known about it; the
 * sink's error. */
int photo_add(PhotoFilter *f, Str bytes);
/* 0; 1: it ended too early. ret_len: how long the result is. Wipes what was held in any case. */
int photo_end(PhotoFilter *f, uint64_t *ret_len);
