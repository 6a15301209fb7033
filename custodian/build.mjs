// SPDX-License-Identifier: Apache-2.0
// usage: node build.mjs OUT.html
// One file with everything in it: the same sources and the locked libraries give the same bytes.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs OUT.html");

async function bundled(entry, define = {}) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    charset: "utf8",
    format: "iife",
    target: ["es2022"],
    legalComments: "inline",
    define,
  });
  return result.outputFiles[0].text.trim();
}

const hashed = (text) => "sha256-" + createHash("sha256").update(text, "utf8").digest("base64");

const worker = await bundled("src/worker.ts");
const script = await bundled("src/page.ts", { WORKER: JSON.stringify(worker) });
const style = await bundled("src/style.css");
if (script.includes("</script")) throw new Error("the script would end itself");
const filled = { SCRIPT: script, STYLE: style, SCRIPT_HASH: hashed(script), STYLE_HASH: hashed(style) };
const page = readFileSync(join(here, "src/page.html"), "utf8");
writeFileSync(out, page.replace(/@([A-Z_]+)@/g, (_, name) => filled[name]));
