/* SPDX-License-Identifier: Apache-2.0 */
/* login_stretch of crypto/login.h: what a key file is wrapped with. It takes seconds. */
import { argon2id } from "@noble/hashes/argon2";
import { blake2b } from "@noble/hashes/blake2";

import { type Bytes, list, utf8 } from "./wire.ts";

const PASSES = 3;
const MEMORY_KIB = 65536;

export type Typed = { passphrase: string; tenant: string; name: string };
/* Hears of how much is done, from 0 to 1. */
export type Told = (done: number) => void;

export function stretch({ passphrase, tenant, name }: Typed, told: Told): Bytes {
  const salt = blake2b(list([utf8(tenant), utf8(name)]), { dkLen: 16 });
  const options = { t: PASSES, m: MEMORY_KIB, p: 1, dkLen: 64, onProgress: told };
  const both = argon2id(utf8(passphrase), salt, options);
  const half = both.slice(32);
  both.fill(0);
  return half;
}
