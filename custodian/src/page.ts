/* SPDX-License-Identifier: Apache-2.0 */
/* The page itself: three things go in, one file comes out. Every text is set as text, never as
 * markup: reasons and names are somebody else's words. */
import { answer } from "./answer.ts";
import { Fault, type FaultCode } from "./fault.ts";
import { type Keys, KEY_FORMAT, openKeys, wipe } from "./key.ts";
import { openRequest, type Request, REQUEST_FORMAT } from "./request.ts";
import { FAULTS, GROUND_WORDS, type Lang, longDay, ROLE_WORDS, WORDS } from "./words.ts";

const FILE_MAX = 4 << 20;

type State =
  | { at: "start"; fault: Fault | null }
  | { at: "working" }
  | { at: "asked"; keys: Keys; request: Request; fault: Fault | null }
  | { at: "done"; request: Request; agreed: boolean; url: string };

let lang: Lang = "th";
let state: State = { at: "start", fault: null };

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/* ---- what is shown ---- */

const VIEWS = ["start", "working", "asked", "done"] as const;

/* Which box a fault is about; the others are told above all. */
const AT: Partial<Record<FaultCode, string>> = {
  no_request: "request",
  no_key: "key",
  no_passphrase: "passphrase",
  passphrase: "passphrase",
};

function showFault(fault: Fault | null): void {
  const box = element("fault");
  box.hidden = fault === null;
  const at = fault ? AT[fault.code] : undefined;
  (at ? element(at).parentElement! : element("main")).prepend(box); /* where the reader looks */
  box.textContent = fault ? FAULTS[fault.code][lang].replace("NAME", fault.name_) : "";
  for (const id of ["request", "key", "passphrase"]) {
    const wrong = at === id;
    element(id).setAttribute("aria-invalid", String(wrong));
    element(id).setAttribute("aria-describedby", wrong ? `fault ${id}-help` : `${id}-help`);
  }
}

function set(id: string, words: string): void {
  element(id).textContent = words;
}

/* The id stays beside the words: it is what the office's files say. */
function roleWords(id: string): string {
  const words = Object.hasOwn(ROLE_WORDS, id) ? ROLE_WORDS[id] : undefined;
  return words ? `${words[lang]} (${id})` : id;
}

function showRequest(keys: Keys, request: Request): void {
  const { officer } = request;
  const position = lang === "th" ? officer.th : officer.en || officer.th;
  set("v-office", keys.office[lang] || keys.office.th);
  set("v-case", request.number);
  set("v-officer", `${position} (${officer.name})`);
  set("v-roles", officer.roles.map(roleWords).join(", "));
  set("v-ground", GROUND_WORDS[request.ground][lang]);
  set("v-reason", request.reason);
  set("v-until", longDay(request.until, lang));
}

function showDone(done: Extract<State, { at: "done" }>): void {
  set("done-heading", WORDS[done.agreed ? "agreed" : "refused"][lang]);
  set("done-text", WORDS[done.agreed ? "send" : "sendRefused"][lang]);
  const { officer } = done.request;
  set("done-to", `${lang === "th" ? officer.th : officer.en || officer.th} (${officer.name})`);
}

function render(): void {
  document.documentElement.lang = lang;
  document.title = WORDS.title[lang];
  for (const e of document.querySelectorAll<HTMLElement>("[data-words]"))
    e.textContent = WORDS[e.dataset.words as keyof typeof WORDS][lang];
  element("language").lang = lang === "th" ? "en" : "th";
  for (const view of VIEWS) element(view).hidden = state.at !== view;
  showFault("fault" in state ? state.fault : null);
  if (state.at === "asked") showRequest(state.keys, state.request);
  if (state.at === "done") showDone(state);
}

/* The reader is taken to what is new. */
function go(next: State): void {
  state = next;
  render();
  const fault = "fault" in next ? next.fault : null;
  const to = fault ? (AT[fault.code] ?? "fault") : `${next.at}-heading`;
  element(to).focus();
  if (!fault) window.scrollTo(0, 0);
}

/* ---- what goes in ---- */

async function read(id: string, format: string, missing: FaultCode) {
  const file = element<HTMLInputElement>(id).files?.[0];
  if (!file || file.size > FILE_MAX) throw new Fault(missing);
  try {
    const value: unknown = JSON.parse(await file.text());
    if (typeof value === "object" && value !== null && "format" in value)
      if (value.format === format) return value as Record<string, unknown>;
  } catch {
    /* no JSON: some other file */
  }
  throw new Fault(missing);
}

const faultOf = (e: unknown): Fault => (e instanceof Fault ? e : new Fault("damaged"));

async function open(): Promise<void> {
  const progress = element<HTMLProgressElement>("progress");
  let keys: Keys | null = null;
  progress.value = 0;
  go({ at: "working" }); /* at once: nobody presses twice */
  try {
    const request = await read("request", REQUEST_FORMAT, "no_request");
    const key = await read("key", KEY_FORMAT, "no_key");
    const passphrase = element<HTMLInputElement>("passphrase").value;
    if (!passphrase.trim()) throw new Fault("no_passphrase");
    if (request.tenant !== key.tenant) throw new Fault("office");
    if (request.custodian !== key.name) throw new Fault("person", String(request.custodian));
    keys = await openKeys(key, passphrase, (done) => {
      progress.value = done;
    });
    const opened = openRequest(request, keys);
    element<HTMLInputElement>("passphrase").value = "";
    go({ at: "asked", keys, request: opened, fault: null });
  } catch (e) {
    if (keys) wipe(keys);
    go({ at: "start", fault: faultOf(e) });
  }
}

/* ---- what comes out ---- */

function decide(agreed: boolean): void {
  if (state.at !== "asked") return;
  const { keys, request } = state;
  try {
    const file = answer(request, keys, agreed);
    const blob = new Blob([JSON.stringify(file, null, 2)], { type: "application/json" });
    const url = URL.createObjectURL(blob);
    const link = element<HTMLAnchorElement>("save");
    link.href = url;
    link.download = `${request.number}-${keys.name}.answer`;
    wipe(keys);
    go({ at: "done", request, agreed, url });
  } catch (e) {
    go({ at: "asked", keys, request, fault: faultOf(e) });
  }
}

function again(): void {
  if (state.at === "asked") wipe(state.keys);
  if (state.at === "done") URL.revokeObjectURL(state.url);
  element<HTMLFormElement>("form").reset();
  showPassphrase();
  go({ at: "start", fault: null });
}

function showPassphrase(): void {
  const shown = element<HTMLInputElement>("show").checked;
  element<HTMLInputElement>("passphrase").type = shown ? "text" : "password";
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void open();
});
element("language").addEventListener("click", () => {
  lang = lang === "th" ? "en" : "th";
  render();
});
element("show").addEventListener("change", showPassphrase);
element("agree").addEventListener("click", () => decide(true));
element("refuse").addEventListener("click", () => decide(false));
for (const button of document.querySelectorAll(".again")) button.addEventListener("click", again);
window.addEventListener("pagehide", () => {
  if (state.at === "asked") wipe(state.keys);
});
render();
