/* SPDX-License-Identifier: Apache-2.0 */
/* What can be wrong, as the custodian is told it (words.ts). */
export type FaultCode =
  | "no_request" /* not a request file, or none was chosen */
  | "no_key" /* likewise a key file */
  | "no_passphrase"
  | "passphrase" /* does not open the key file */
  | "office" /* key and request are of two offices */
  | "person" /* the request is for somebody else */
  | "people" /* the list of people is not signed by the office's own keys */
  | "older" /* an older list of people than the key file knows */
  | "renewed" /* the key file is of keys that have been replaced */
  | "officer" /* who asks is no officer of a protected channel, by the list */
  | "term" /* its last day is past, or further away than that of any request */
  | "altered" /* not what the officer signed for this custodian */
  | "half" /* the key opens nothing here */
  | "damaged";

export class Fault extends Error {
  constructor(
    readonly code: FaultCode,
    readonly name_: string = "",
  ) {
    super(code);
  }
}
