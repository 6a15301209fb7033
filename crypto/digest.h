/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of bytes that are public, where other programs have to come to the same: the version of
 * a workflow file is its `sha256sum`. */
#pragma once

#include "crypto/secret.h"

Hash digest_of(Str bytes);
