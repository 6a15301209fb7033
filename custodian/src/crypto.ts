/* SPDX-License-Identifier: Apache-2.0 */
/* What crypto/*.h say, a second time. Nothing here knows of the page. */
import { xchacha20poly1305 } from "@noble/ciphers/chacha";
import { ed25519, x25519 } from "@noble/curves/ed25519";
import { blake2b } from "@noble/hashes/blake2";

import { type Bytes, join, list, number, same, utf8 } from "./wire.ts";

const SEAL = 81;
const BODY = 32 + 24 + 4 + 16;

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

export function hash(parts: Bytes[]): Bytes {
  return blake2b(list(parts), { dkLen: 32 });
}

/* ---- signatures: Ed25519 over the hash of ("krading/1", type, tenant, parts...) ---- */

const signed = (type: string, tenant: string, parts: Bytes[]): Bytes =>
  hash([utf8("krading/1"), utf8(type), utf8(tenant), ...parts]);

export function sign(seed: Bytes, type: string, tenant: string, parts: Bytes[]): Bytes {
  return ed25519.sign(signed(type, tenant, parts), seed);
}

export function verify(
  by: Bytes,
  signature: Bytes,
  type: string,
  tenant: string,
  parts: Bytes[],
): boolean {
  try {
    return ed25519.verify(signature, signed(type, tenant, parts), by, { zip215: false });
  } catch {
    return false;
  }
}

export const signPublic = (seed: Bytes): Bytes => ed25519.getPublicKey(seed);
export const boxPublic = (secret: Bytes): Bytes => x25519.getPublicKey(secret);

/* ---- seals and records ---- */

export type Context = {
  tenant: string;
  sealId: Bytes;
  cls: number;
  epoch: number;
  kind: number;
  seq: number;
};

const contextBytes = (c: Context): Bytes =>
  list([
    utf8(c.tenant),
    c.sealId,
    number(c.cls, 1),
    number(c.epoch, 2),
    number(c.kind, 1),
    number(c.seq, 4),
  ]);

function wrapKey(shared: Bytes, ephemeral: Bytes, recipient: Bytes, context: Bytes): Bytes {
  return blake2b(join(shared, ephemeral, recipient, context), { dkLen: 32 });
}

function nonceOf(form: number): Bytes {
  const nonce = new Uint8Array(24);
  nonce[0] = form;
  return nonce;
}

function unwrap(secret: Bytes, context: Bytes, seal: Bytes, form: number): Bytes | null {
  if (seal.length !== SEAL || seal[0] !== 1) return null;
  const ephemeral = seal.slice(1, 33);
  try {
    const shared = x25519.getSharedSecret(secret, ephemeral);
    const key = wrapKey(shared, ephemeral, boxPublic(secret), context);
    return xchacha20poly1305(key, nonceOf(form), context).decrypt(seal.slice(33));
  } catch {
    return null;
  }
}

function wrap(to: Bytes, context: Bytes, secret: Bytes, form: number): Bytes {
  const own = random(32);
  const ephemeral = boxPublic(own);
  const key = wrapKey(x25519.getSharedSecret(own, to), ephemeral, to, context);
  const sealed = xchacha20poly1305(key, nonceOf(form), context).encrypt(secret);
  own.fill(0);
  key.fill(0);
  return join(Uint8Array.of(1), ephemeral, sealed);
}

/* null: not for this key or place, or damaged. */
export const openSeal = (secret: Bytes, context: Context, seal: Bytes): Bytes | null =>
  unwrap(secret, contextBytes(context), seal, 0);

export const seal = (to: Bytes, context: Context, secret: Bytes): Bytes =>
  wrap(to, contextBytes(context), secret, 0);

const commitOf = (key: Bytes): Bytes => blake2b(utf8("krading/1|commit"), { key, dkLen: 32 });

/* commit | nonce | ciphertext of: u32 length | text | zeros */
function openBody(key: Bytes, ad: Bytes, body: Bytes): Bytes | null {
  if (body.length < BODY) return null;
  if (!same(commitOf(key), body.slice(0, 32))) return null;
  try {
    const inner = xchacha20poly1305(key, body.slice(32, 56), ad).decrypt(body.slice(56));
    const length = new DataView(inner.buffer, inner.byteOffset).getUint32(0);
    const padding = inner.slice(4 + length);
    if (length > inner.length - 4 || padding.some((byte) => byte !== 0)) return null;
    return inner.slice(4, 4 + length);
  } catch {
    return null;
  }
}

export function openRecord(secret: Bytes, context: Context, record: Bytes): Bytes | null {
  if (record.length < 1 + SEAL + BODY || record[0] !== 1) return null;
  const place = contextBytes(context);
  const key = unwrap(secret, place, record.slice(1, 1 + SEAL), 1);
  return key && openBody(key, place, record.slice(1 + SEAL));
}

/* 256 bytes, then powers of two with halves between: the size says little of what is inside. */
function padded(length: number): number {
  for (let size = 256; ; size *= 2) {
    if (length <= size) return size;
    if (length <= size + size / 2) return size + size / 2;
  }
}

export function sealRecord(to: Bytes, context: Context, text: Bytes): Bytes {
  const place = contextBytes(context);
  const key = random(32);
  const nonce = random(24);
  const zeros = new Uint8Array(padded(text.length) - text.length);
  const inner = join(number(text.length, 4), text, zeros);
  const body = xchacha20poly1305(key, nonce, place).encrypt(inner);
  const whole = join(Uint8Array.of(1), wrap(to, place, key, 1), commitOf(key), nonce, body);
  key.fill(0);
  return whole;
}

export function halfCommit(half: Bytes, context: Context): Bytes {
  return blake2b(join(utf8("krading/1|half"), contextBytes(context)), { key: half, dkLen: 32 });
}

/* ---- the key file ---- */

export const openWrapped = (key: Bytes, ad: Bytes[], wrapped: Bytes): Bytes | null =>
  wrapped[0] === 1 ? openBody(key, list(ad), wrapped.slice(1)) : null;
