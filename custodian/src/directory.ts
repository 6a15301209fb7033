/* SPDX-License-Identifier: Apache-2.0 */
/* The office's people, believed only as the organisation signed them (engine/vault/directory.h). */
import { hash, verify } from "./crypto.ts";
import { Fault } from "./fault.ts";
import { type Bytes, lengthed, number, Reader, join, text } from "./wire.ts";

export type Person = {
  name: string;
  th: string;
  en: string;
  roles: string[];
  disabled: boolean;
  box: Bytes;
  sign: Bytes;
  bytes: Bytes; /* as it stands in the document */
};

export type Directory = {
  tenant: string;
  version: number;
  guarded: string[]; /* roles of the protected channels */
  people: Person[];
  office: Bytes; /* the office's own key */
};
export type OrgKeys = { first: Bytes; second: Bytes };

const FORM = 3;
const DISABLED = 1;

/* Also tells which bytes were read. */
class Tracing {
  private readonly read: Bytes[] = [];
  constructor(private readonly from: Reader) {}
  number(width: number): number {
    const value = this.from.number(width);
    this.read.push(number(value, width));
    return value;
  }
  raw(length: number): Bytes {
    const bytes = this.from.raw(length);
    this.read.push(bytes);
    return bytes;
  }
  text(): string {
    const bytes = this.from.lengthed();
    this.read.push(lengthed(bytes));
    return text(bytes);
  }
  names(): string[] {
    return Array.from({ length: this.number(1) }, () => this.text());
  }
  bytes(): Bytes {
    return join(...this.read);
  }
}

function person(from: Reader): Person {
  const r = new Tracing(from);
  const name = r.text();
  const th = r.text();
  const en = r.text();
  r.text(); /* unit */
  r.text(); /* superior */
  const roles = r.names();
  const disabled = (r.number(1) & DISABLED) !== 0;
  const box = r.raw(32);
  const sign = r.raw(32);
  return { name, th, en, roles, disabled, box, sign, bytes: r.bytes() };
}

/* The second key vouches for the guarded roles, everybody who holds one, the office's key and the
 * protected texts. */
function guarded(roles: Tracing, names: string[], people: Person[], rest: Bytes): Bytes {
  const held = people.filter((p) => p.roles.some((role) => names.includes(role)));
  return hash([join(roles.bytes(), ...held.map((p) => p.bytes), rest)]);
}

export function openDirectory(document: Bytes, tenant: string, org: OrgKeys): Directory {
  const whole = new Reader(document);
  const form = whole.number(1);
  const body = whole.lengthed();
  const signatures = whole.number(1);
  const first = whole.raw(64);
  const second = signatures === 2 ? whole.raw(64) : null;
  whole.end();
  if (form !== FORM || signatures < 1 || signatures > 2) throw new Fault("damaged");

  const r = new Reader(body);
  const own = r.text();
  const version = r.number(4);
  const since = r.number(4);
  const roles = new Tracing(r);
  const names = roles.names();
  const people = Array.from({ length: r.number(2) }, () => person(r));
  const office = r.raw(32);
  const texts = r.rest();

  if (own !== tenant) throw new Fault("office");
  if (!verify(org.first, first, "directory", tenant, [body])) throw new Fault("people");
  const digest = guarded(roles, names, people, join(office, texts));
  const holds =
    second !== null &&
    since <= version &&
    verify(org.second, second, "guarded", tenant, [digest, number(since, 4)]);
  if (!holds) throw new Fault("people");
  return { tenant, version, guarded: names, people, office };
}

const CUSTODIAN = "custodian";

/* Whom the reports of a protected channel may reach; nobody else has anything to ask. A request is
 * sealed to public keys and signed by whoever wrote it, so that alone says little. */
export const mayAsk = (d: Directory, p: Person | undefined): p is Person =>
  p !== undefined &&
  !p.disabled &&
  !p.roles.includes(CUSTODIAN) &&
  p.roles.some((role) => d.guarded.includes(role));

export const find = (d: Directory, name: string): Person | undefined =>
  d.people.find((p) => p.name === name);
