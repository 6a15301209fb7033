/* SPDX-License-Identifier: Apache-2.0 */
/* The slow part on a thread of its own, from the page's own text; where a browser gives a page from
 * disk no thread, the page waits for it itself. */
import { stretch, type Told, type Typed } from "./argon.ts";
import type { Bytes } from "./wire.ts";

declare const WORKER: string; /* worker.ts, put in by build.mjs */

export function stretchAside(typed: Typed, told: Told): Promise<Bytes> {
  const url = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  return new Promise<Bytes>((resolve, reject) => {
    const worker = new Worker(url);
    worker.onerror = () => {
      worker.terminate();
      reject(new Error("no thread"));
    };
    worker.onmessage = (event: MessageEvent<number | Bytes>) => {
      if (typeof event.data === "number") {
        told(event.data);
        return;
      }
      worker.terminate();
      resolve(event.data);
    };
    worker.postMessage(typed);
  })
    .catch(() => stretch(typed, told))
    .finally(() => URL.revokeObjectURL(url));
}
