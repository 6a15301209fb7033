/* SPDX-License-Identifier: Apache-2.0 */
/* The custodian's key file, as krading custodian export-key writes it. */
import type { Told } from "./argon.ts";
import { stretchAside } from "./aside.ts";
import { openWrapped } from "./crypto.ts";
import type { OrgKeys } from "./directory.ts";
import { Fault } from "./fault.ts";
import { type Bytes, fromBase64url, Reader, utf8 } from "./wire.ts";

export const KEY_FORMAT = "krading custodian key 1";

export type Keys = {
  tenant: string;
  name: string;
  office: { th: string; en: string };
  boxes: Bytes[]; /* today's, then those from before rotations */
  seed: Bytes;
  org: OrgKeys;
  version: number; /* of the list of people, when the file was written */
};

const words = (o: Record<string, unknown>, name: string): string => {
  const value = o[name];
  if (typeof value !== "string") throw new Fault("no_key");
  return value;
};

/* Words are written with hyphens and small letters; whatever else was typed between them is meant
 * so. */
export const tidy = (passphrase: string): string =>
  passphrase.trim().toLowerCase().replace(/[\s\-_.,\u2010-\u2015]+/g, "-");

export async function openKeys(
  file: Record<string, unknown>,
  passphrase: string,
  told: Told,
): Promise<Keys> {
  const tenant = words(file, "tenant");
  const name = words(file, "name");
  const office = { th: words(file, "office_th"), en: words(file, "office_en") };
  const sealed = fromBase64url(words(file, "sealed"));
  const half = await stretchAside({ passphrase: tidy(passphrase), tenant, name }, told);
  const ad = [KEY_FORMAT, tenant, name, office.th, office.en].map(utf8);
  const opened = openWrapped(half, ad, sealed);
  half.fill(0);
  if (!opened) throw new Fault("passphrase");
  const r = new Reader(opened);
  if (r.number(1) !== 1) throw new Fault("no_key");
  const box = r.raw(32);
  const seed = r.raw(32);
  const org = { first: r.raw(32), second: r.raw(32) };
  const version = r.number(4);
  const earlier = Array.from({ length: r.number(1) }, () => r.raw(32));
  r.end();
  opened.fill(0);
  return { tenant, name, office, boxes: [box, ...earlier], seed, org, version };
}

export function wipe(keys: Keys): void {
  for (const secret of [...keys.boxes, keys.seed]) secret.fill(0);
}
