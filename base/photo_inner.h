/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/photo.h"

/* Each decides about what is held: keeps it, lets it go, or wants more. 0, 1, the sink's error. */
int photo_jpeg(PhotoFilter *f);
int photo_png(PhotoFilter *f);
int photo_webp(PhotoFilter *f);
/* Entropy-coded bytes up to the next marker. */
int photo_jpeg_scan(PhotoFilter *f, Str *in);

int photo_keep(PhotoFilter *f, const void *ptr, size_t len);
/* What comes next is gathered into hold up to `want`; the first `held` of it stay there. */
void photo_want(PhotoFilter *f, size_t held, size_t want);
/* The next bytes pass or go, then `want` are gathered. */
void photo_piece(PhotoFilter *f, uint64_t len, bool passes, size_t want);
