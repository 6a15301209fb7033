/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as the office's programs write them (base/wire.h): big-endian, a u32 length before names and
 * texts, a u64 length before each part of a list that is hashed or signed. */
import { Fault } from "./fault.ts";

export type Bytes = Uint8Array;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export const utf8 = (text: string): Bytes => encoder.encode(text);

export function join(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

export function number(value: bigint | number, width: number): Bytes {
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

export const lengthed = (bytes: Bytes): Bytes => join(number(bytes.length, 4), bytes);

export const list = (parts: Bytes[]): Bytes =>
  join(...parts.flatMap((p) => [number(p.length, 8), p]));

export const same = (a: Bytes, b: Bytes): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/* Whatever is short, long or no text is a fault; nothing is guessed. */
export class Reader {
  private at = 0;
  constructor(private readonly bytes: Bytes) {}

  raw(length: number): Bytes {
    if (length > this.bytes.length - this.at) throw new Fault("damaged");
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }
  number(width: number): number {
    return this.raw(width).reduce((n, byte) => n * 256 + byte, 0);
  }
  lengthed(): Bytes {
    return this.raw(this.number(4));
  }
  text(): string {
    return text(this.lengthed());
  }
  rest(): Bytes {
    return this.raw(this.bytes.length - this.at);
  }
  end(): void {
    if (this.at !== this.bytes.length) throw new Fault("damaged");
  }
}

export function text(bytes: Bytes): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Fault("damaged");
  }
}

export function fromBase64url(words: unknown): Bytes {
  if (typeof words !== "string" || !/^[A-Za-z0-9_-]*$/.test(words)) throw new Fault("damaged");
  try {
    const plain = atob(words.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
  } catch {
    throw new Fault("damaged");
  }
}

export function toBase64url(bytes: Bytes): string {
  let plain = "";
  for (const byte of bytes) plain += String.fromCharCode(byte);
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function fromHex(words: unknown, length: number): Bytes {
  if (typeof words !== "string" || words.length !== 2 * length || !/^[0-9a-f]*$/.test(words))
    throw new Fault("damaged");
  return Uint8Array.from({ length }, (_, i) => parseInt(words.slice(2 * i, 2 * i + 2), 16));
}
