/* SPDX-License-Identifier: Apache-2.0 */
/* The wire form of a bundle:
 *   u8 version=1, then tagged fields (base/wire.h). Single fields come at most once, lists as one
 *   field an entry in their order. A reader skips tags it does not know.
 *   1 seal_id u64 | 2 inputs | 3 received i32 | 4 target name | 5 linked name | 6 lookup 32 |
 *   7 code box 32 | 8 code sign 32 | 9 person: u8 field, name | 10 excluded: name |
 *   11 key: u8 class, u16 epoch, 32 bytes, 64 bytes |
 *   12 part: u8 kind, u8 class, u16 epoch, u8 slot, holder, 32 bytes commit, file, lp sealed |
 *   13 seal: u8 class, u16 epoch, u8 slot, reader, i64 expires, 32 bytes nonce, 64 bytes signature,
 *      lp sealed | 14 signature 64
 *   inputs: u64 u64 fields given | u8 flags (1 message, 2 note, 4 declared, 8 executive) | u16
 *      count, u8 unit of `by` | u8 n, each: u8 field, i64 number, name of choice
 *   name: u32 length, bytes. Empty and zero single fields are left out. */
#pragma once

#include "engine/vault/bundle.h"

/* What a person says with a step: every field but 6, 12, 13 and 14, then the holders and readers that
 * bundle_content leaves out. All of it can be made again from the records of a case: the lookup id is
 * no part of it, because what is kept of it is a keyed hash; the code's keys (7, 8) stand for it. */
void bundle_put_said(Buf *out, const Bundle *b);
