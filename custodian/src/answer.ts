/* SPDX-License-Identifier: Apache-2.0 */
/* The custodian's answer: what they held, sealed to the officer who asks; signed, together with all
 * that was shown of the request; and the whole sealed to the office, so that it opens nothing before
 * it is on record there. Bytes as in engine/vault/bundle.h. */
import { halfCommit, hash, openSeal, seal, sealRecord, sign } from "./crypto.ts";
import { Fault } from "./fault.ts";
import type { Keys } from "./key.ts";
import { CLASS_IDENTITY, day, type Part, PART_HALF, placeOf, type Request } from "./request.ts";
import { type Bytes, join, lengthed, number, same, toBase64url, utf8 } from "./wire.ts";

export const ANSWER_FORMAT = "krading reveal answer 1";
const STEP = { reveal_answer: 20, reveal_decline: 21 };
const VERSION = 1;
const TAG = { sealId: 1, inputs: 2, target: 4, part: 12, signature: 14 };
const NO_INPUTS = new Uint8Array(8 + 8 + 1 + 2 + 1 + 1);
const GIVEN = 2 ** 31;
const CLASS_TO_OFFICE = 0xc1;

type Given = { slot: number; commit: Bytes; sealed: Bytes };

const field = (tag: number, content: Bytes): Bytes => join(number(tag, 1), lengthed(content));

function half(request: Request, keys: Keys, p: Part): Bytes {
  const place = placeOf(request.tenant, request.sealId, p);
  for (const box of keys.boxes) {
    const opened = openSeal(box, place, p.sealed);
    if (opened && same(halfCommit(opened, place), p.commit)) return opened;
  }
  throw new Fault("half");
}

function given(request: Request, keys: Keys, p: Part): Given {
  const secret = half(request, keys, p);
  const place = {
    tenant: request.tenant,
    sealId: request.sealId,
    cls: CLASS_IDENTITY,
    epoch: 0,
    kind: PART_HALF,
    seq: GIVEN + request.rev * 8 + p.slot,
  };
  const sealed = seal(request.officer.box, place, secret);
  const commit = halfCommit(secret, place);
  secret.fill(0);
  return { slot: p.slot, commit, sealed };
}

/* What was shown: the daemon makes the same of what it keeps. */
const seen = (request: Request): Bytes =>
  hash([
    utf8("krading/1|seen"),
    utf8(request.number),
    utf8(request.officer.name),
    utf8(request.ground),
    number(day(request.until), 8),
    request.sealed,
  ]);

function content(list: Given[]): Bytes {
  return list.reduce(
    (before, g) =>
      hash([
        utf8("part"),
        before,
        Uint8Array.of(PART_HALF, CLASS_IDENTITY, g.slot),
        number(0, 8),
        g.commit,
        utf8(""),
        g.sealed,
      ]),
    hash([utf8("krading/1|content")]),
  );
}

function bundle(request: Request, keys: Keys, step: number, list: Given[]): Bytes {
  const to = utf8(list.length ? request.officer.name : "");
  const head = join(
    field(TAG.sealId, request.sealId),
    field(TAG.inputs, NO_INPUTS),
    list.length ? field(TAG.target, to) : utf8(""),
  );
  const said = join(number(VERSION, 1), head, ...list.map(() => lengthed(to)));
  const signature = sign(keys.seed, "step", request.tenant, [
    request.sealId,
    number(request.rev, 8),
    number(step, 1),
    seen(request),
    said,
    content(list),
  ]);
  const parts = list.map((g) =>
    field(
      TAG.part,
      join(
        Uint8Array.of(PART_HALF, CLASS_IDENTITY, 0, 0, g.slot),
        lengthed(to),
        g.commit,
        lengthed(utf8("")),
        lengthed(g.sealed),
      ),
    ),
  );
  return join(number(VERSION, 1), head, ...parts, field(TAG.signature, signature));
}

function toOffice(request: Request, bytes: Bytes): Bytes {
  const place = {
    tenant: request.tenant,
    sealId: number(0, 8), /* in the bundle: who opens it does not know the case yet */
    cls: CLASS_TO_OFFICE,
    epoch: 0,
    kind: PART_HALF,
    seq: request.rev,
  };
  return sealRecord(request.office, place, bytes);
}

export function answer(request: Request, keys: Keys, agree: boolean): Record<string, unknown> {
  const kind = agree ? "reveal_answer" : "reveal_decline";
  const list = agree ? request.halves.map((p) => given(request, keys, p)) : [];
  if (agree && !list.length) throw new Fault("half");
  return {
    format: ANSWER_FORMAT,
    tenant: request.tenant,
    number: request.number,
    custodian: keys.name,
    rev: request.rev,
    kind,
    answer: toBase64url(toOffice(request, bundle(request, keys, STEP[kind], list))),
  };
}
