/* SPDX-License-Identifier: Apache-2.0 */
/* Runs beside the page, so that the page stays awake meanwhile. */
import { stretch, type Typed } from "./argon.ts";

onmessage = (event: MessageEvent<Typed>) => {
  const half = stretch(event.data, (done) => postMessage(done));
  postMessage(half);
};
