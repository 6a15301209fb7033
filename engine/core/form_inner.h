/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "engine/core/form.h"

/* Digits, 0-9 or Thai, at most 12, with or without commas between thousands. */
bool form_number(Str s, int64_t *ret);
/* What a browser sends for a file input left empty. */
bool form_file_is_absent(const FormFile *f);
