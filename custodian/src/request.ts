/* SPDX-License-Identifier: Apache-2.0 */
/* A request to open an identity: what is shown is what the officer signed, and nothing is shown that
 * they did not (docs/custodians.md). */
import { boxPublic, type Context, openRecord, signPublic, verify } from "./crypto.ts";
import { type Directory, find, mayAsk, openDirectory, type Person } from "./directory.ts";
import { Fault } from "./fault.ts";
import type { Keys } from "./key.ts";
import { type Bytes, fromBase64url, fromHex, number, Reader, same, text, utf8 } from "./wire.ts";

export const REQUEST_FORMAT = "krading reveal request 1";
export const GROUNDS = ["inquiry", "law", "court", "protect", "consent"] as const;
export type Ground = (typeof GROUNDS)[number];

const DAYS = 7; /* a request lasts no longer (engine/core/reveal.h) */
const ZONES = 1; /* where this device is the office's day may have begun, or not be over */
export const CLASS_IDENTITY = 3;
export const PART_HALF = 3;
const PART_GROUND = 11;

export type Part = {
  no: number;
  kind: number;
  cls: number;
  epoch: number;
  slot: number;
  commit: Bytes;
  sealed: Bytes;
};

export type Request = {
  tenant: string;
  number: string;
  sealId: Bytes;
  rev: number;
  officer: Person; /* of the list in force: what is opened goes to this key */
  office: Bytes; /* of the same list: the answer goes to this key first */
  ground: Ground;
  until: string; /* YYYY-MM-DD */
  reason: string;
  sealed: Bytes; /* the reason as it came */
  halves: Part[];
};

type Json = Record<string, unknown>;

function words(o: Json, name: string): string {
  const value = o[name];
  if (typeof value !== "string") throw new Fault("damaged");
  return value;
}

function whole(o: Json, name: string, below: number): number {
  const value = o[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= below)
    throw new Fault("damaged");
  return value;
}

/* Days since 1970-01-01. */
export function day(iso: string): number {
  const moment = Date.parse(`${iso}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso) || Number.isNaN(moment)) throw new Fault("damaged");
  return moment / 86400000;
}

/* By this device, where it is. */
function today(): number {
  const now = new Date();
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 86400000;
}

function part(value: unknown): Part {
  if (typeof value !== "object" || value === null) throw new Fault("damaged");
  const o = value as Json;
  const commit = fromBase64url(o.commit);
  if (commit.length !== 32) throw new Fault("damaged");
  return {
    no: whole(o, "no", 2 ** 31),
    kind: whole(o, "kind", 256),
    cls: whole(o, "class", 256),
    epoch: whole(o, "epoch", 65536),
    slot: whole(o, "slot", 256),
    commit,
    sealed: fromBase64url(o.sealed),
  };
}

export const placeOf = (tenant: string, sealId: Bytes, p: Part): Context => ({
  tenant,
  sealId,
  cls: p.cls,
  epoch: p.epoch,
  kind: p.kind,
  seq: p.no,
});

/* The list in force, and the one of the day it was asked: keys may have changed in between. */
function people(file: Json, keys: Keys): { now: Directory; then: Directory } {
  const open = (name: string): Directory =>
    openDirectory(fromBase64url(file[name]), keys.tenant, keys.org);
  const now = open("directory");
  if (now.version < keys.version) throw new Fault("older");
  const asked = whole(file, "asked", 2 ** 32);
  const then = asked === now.version ? now : open("asked_directory");
  if (then.version !== asked || asked > now.version) throw new Fault("damaged");
  return { now, then };
}

function isMine(list: Directory, keys: Keys): boolean {
  const me = find(list, keys.name);
  return (
    me !== undefined &&
    same(me.box, boxPublic(keys.boxes[0]!)) &&
    same(me.sign, signPublic(keys.seed))
  );
}

/* The words, if exactly this was signed. */
function reasonOf(claimed: Omit<Request, "reason" | "halves">, ground: Part, keys: Keys, by: Person) {
  const place = placeOf(claimed.tenant, claimed.sealId, ground);
  for (const box of keys.boxes) {
    const opened = openRecord(box, place, ground.sealed);
    if (!opened) continue;
    const r = new Reader(opened);
    const reason = r.lengthed();
    const signature = r.raw(64);
    r.end();
    const said = [
      claimed.sealId,
      utf8(claimed.number),
      number(claimed.rev, 8),
      utf8(claimed.ground),
      number(day(claimed.until), 8),
      reason,
    ];
    if (verify(by.sign, signature, "reveal", claimed.tenant, said)) return text(reason);
  }
  throw new Fault("altered");
}

export function openRequest(file: Json, keys: Keys): Request {
  if (words(file, "tenant") !== keys.tenant) throw new Fault("office");
  const custodian = words(file, "custodian");
  if (custodian !== keys.name) throw new Fault("person", custodian);
  const { now, then } = people(file, keys);
  if (!isMine(now, keys)) throw new Fault("renewed");
  const officer = find(now, words(file, "officer"));
  const signer = find(then, words(file, "officer"));
  if (!mayAsk(now, officer) || !mayAsk(then, signer)) throw new Fault("officer");
  const ground = GROUNDS.find((g) => g === file.ground);
  if (!ground || !Array.isArray(file.content)) throw new Fault("damaged");
  const parts = file.content.map(part);
  const asking = parts.find((p) => p.kind === PART_GROUND);
  if (!asking) throw new Fault("damaged");
  const claimed = {
    tenant: keys.tenant,
    number: words(file, "number"),
    sealId: fromHex(file.seal_id, 8),
    rev: whole(file, "rev", 2 ** 28),
    officer,
    office: now.office,
    ground,
    until: words(file, "until"),
    sealed: asking.sealed,
  };
  const reason = reasonOf(claimed, asking, keys, signer);
  const left = day(claimed.until) - today();
  if (left < -ZONES || left > DAYS + ZONES) throw new Fault("term");
  return { ...claimed, reason, halves: parts.filter((p) => p.kind === PART_HALF) };
}
