#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_alive.py RUNNER WORKFLOWS N: N random workflow files in the whole language, through the real
loader and lint. Whatever passes the lint is gone through by RUNNER (tests/property/alive.c): it must
never get stuck, and no open case may be without an owner or a clock that somebody watches. The
shipped files of the folder WORKFLOWS are gone through as well."""
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROLES = ["desk", "worker", "boss", "panel"]  # worker: of the unit; panel: named for the case
FIELDS = ["kind", "grade", "where", "who", "on", "words"]
A_RUN = 40


def some(chance, things, least=1, most=3):
    things = list(things)
    return chance.sample(things, min(len(things), chance.randint(least, most)))


def listed(things):
    return "[" + ", ".join(things) + "]"


class File:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        c = self.chance
        self.open = ["received"] + [f"s{i}" for i in range(c.randint(1, 3))]
        self.waiting = [s for s in self.open[1:] if c.random() < 0.3]
        self.final = ["closed"] + (["refused"] if c.random() < 0.4 else [])
        self.deadlines = ["promise"] + [f"d{i}" for i in range(c.randint(1, 4))]
        self.actions, self.acting = [], {s: ["desk"] for s in self.open}

    def maybe(self, share):
        return self.chance.random() < share

    def span(self):
        return f"{self.chance.randint(1, 20)} {self.chance.choice(['calendar', 'working'])} days"

    def roles(self, more=()):
        pool = ["desk"] * 5 + ["boss"] * 2 + ["worker"] * 2 + ["panel"] + list(more)
        return listed(sorted(set(some(self.chance, pool, 1, 2))))

    def condition(self):
        c = self.chance
        kind = c.random()
        if kind < 0.5:
            return f"{{kind: {c.choice(['a', 'b', '[a, b]'])}}}"
        if kind < 0.7:
            return f"{{grade: {c.choice(['yes', 'no'])}}}"
        if kind < 0.85:
            return f"{{on: {c.choice(['given', 'missing'])}}}"
        return f"{{on: {{{c.choice(['before', 'after'])}: {c.choice(self.deadlines)}}}}}"

    # ---- actions
    def action(self, name, sources, to):
        c = self.chance
        by = self.roles(["complainant", "complainant"] if set(sources) & set(self.waiting) else [])
        for state in sources:
            self.acting[state] = [r for r in ROLES if r in by] or self.acting[state]
        parts = [f"label: {{th: ก, en: {name}}}", f"from: {listed(sources)}", f"by: {by}"]
        if to:
            parts.insert(2, f"to: {to}")
        needed, may = [], []
        for field in FIELDS:
            if self.maybe(0.12):
                (needed if self.maybe(0.6) else may).append(field)
        effects = []
        if self.maybe(0.25) and "complainant" not in by:
            field, effect = c.choice([("where", "unit: where"), ("who", "assignee: who"),
                                      ("who", "members: {panel: who}")])
            if field not in needed:
                needed.append(field)
            if field in may:
                may.remove(field)
            effects.append(effect)
        if self.maybe(0.15):
            effects.append("number: register")
        if needed:
            parts.append(f"needs: {{fields: {listed(needed)}}}")
        if may:
            parts.append(f"may: {{fields: {listed(may)}}}")
        if effects:
            parts.append("effects: {" + ", ".join(effects) + "}")
        if self.maybe(0.12) and "complainant" not in by:
            parts.append("approve: {by: [boss], not_same_person: yes}")
        if self.maybe(0.2):
            parts.append(f"only_if: {self.condition()}")
        if self.maybe(0.12):
            parts.append(f"{c.choice(['after', 'until'])}: {c.choice(self.deadlines)}")
        if self.maybe(0.12):
            parts.append(f"times: {c.randint(1, 2)}")
        if self.maybe(0.12):
            parts.append(f"restarts: {listed(some(c, self.deadlines, 1, 1))}")
        if self.maybe(0.1):
            parts.append(f"sets: {{grade: {c.choice(['yes', 'no'])}}}")
        self.actions.append(name)
        return f"  {name}: {{{', '.join(parts)}}}"

    def all_actions(self):
        c, n, lines = self.chance, 0, []
        for i, state in enumerate(self.open):  # a chain, and whatever else
            to = self.open[i + 1] if i + 1 < len(self.open) else "closed"
            if state in self.waiting and i and self.maybe(0.6):
                to = "previous"
            lines.append(self.action(f"a{n}", [state], to))
            n += 1
        for _ in range(c.randint(1, 6)):
            to = c.choice(self.open[1:] + self.final * 2 + [None, None])
            lines.append(self.action(f"a{n}", some(c, self.open), to))
            n += 1
        return lines

    # ---- deadlines
    def beginning(self, name):
        c = self.chance
        if name == "promise":
            return "from: received"
        kind = c.random()
        if kind < 0.5:
            return f"stage: {c.choice(self.open)}"
        if kind < 0.7:
            return f"from: {{action: {c.choice(self.actions)}}}"
        if kind < 0.85:
            return "from_field: on"
        other = c.choice([d for d in self.deadlines if d != name])
        return f"from: {{overdue: {other}}}"

    def met_by(self):
        c, parts = self.chance, []
        if self.maybe(0.6):
            parts.append(f"enter: {listed(some(c, self.open[1:] + self.final))}")
        if self.maybe(0.3):
            parts.append(f"leave: {listed(some(c, self.open, 1, 2))}")
        if self.maybe(0.3) or not parts:
            parts.append(f"actions: {listed(some(c, self.actions, 1, 2))}")
        return "met_by: {" + ", ".join(parts) + "}"

    def deadline(self, name):
        c, beginning = self.chance, self.beginning(name)
        lines = [f"  {name}:", f"    label: {{th: ก, en: {name}}}", f"    {beginning}",
                 f"    limit: {self.span()}"]
        if name == "promise":
            lines.append("    shown: yes")
            lines.append("    met_by: {enter: " + listed(self.final) + "}" if self.maybe(0.6)
                         else "    " + self.met_by())
        elif not beginning.startswith("stage"):
            lines.append("    " + self.met_by())
        if self.maybe(0.2):
            lines.append("    duty: complainant")
        if self.maybe(0.15) and name != "promise":
            lines.append(f"    only_if: {self.condition()}")
        if self.maybe(0.3):
            lines.append(f"    stops_in: {listed(some(c, self.open, 1, 2))}")
            if self.maybe(0.5):
                lines.append(f"    stops_for_at_most: {c.randint(1, 20)} calendar days")
        if self.maybe(0.2):
            lines.append(f"    renewed_by: {{{c.choice(self.actions)}: {self.span()}}}")
        if self.maybe(0.1):
            lines.append("    due_override: on")
        if self.maybe(0.15):
            lines.append(f"    repeat_by: {listed(some(c, self.actions, 1, 1))}")
        if self.maybe(0.15):
            lines += ["    extend:", f"      in: {listed(some(c, self.open))}", "      by: [desk]",
                      "      by_at_most: 9 calendar days", "      times: 1",
                      "      needs: {message: M2}"]
        if self.maybe(0.8):
            lines.append("    overdue: [{after: 0 calendar days, alert: [boss]}]")
        return lines

    def state(self, name):
        c = self.chance
        if name in self.final:
            more = "kind: final"
        else:
            owner = c.choice(self.acting[name])
            kind = ("kind: initial, " if name == "received" else
                    "kind: waiting, " if name in self.waiting else "")
            more = f"{kind}owner: {owner}"
        return f"  {name}: {{{more}, staff: {{th: ก, en: {name}}}, public: {{th: ก, en: {name}}}}}"

    def text(self):
        actions = self.all_actions()
        every = listed(ROLES)
        intake = ", ".join(f"{f}: {self.chance.choice(['yes', 'no'])}" for f in
                           ["words"] + some(self.chance, ["kind", "grade", "on"], 0, 3))
        lines = ["schema: krading/1", "workflow: random", "version: 1",
                 "title: {th: ทดลอง, en: Random}", "channel: open", "calendar: th_government",
                 "roles:", "  desk: {th: ก, en: Desk}", "  worker: {scope: unit, th: ก, en: Worker}",
                 "  boss: {th: ก, en: Boss}", "  panel: {scope: case, th: ก, en: Panel}",
                 f"access: {{identity: [desk], confidential: {every}, open: {every}}}", "intake:",
                 "  identity: {modes: [anonymous], default: anonymous}",
                 "  by: [complainant, desk]", f"  asks: {{{intake}}}", "fields:",
                 "  kind: {type: choice, class: open, label: {th: ก, en: Kind}, choices: "
                 "{a: {th: ก, en: A}, b: {th: ข, en: B}, c: {th: ค, en: C}}}",
                 "  grade: {type: yes_no, class: open, label: {th: ก, en: Grade}}",
                 "  where: {type: unit, class: open, label: {th: ก, en: Where}}",
                 "  who: {type: staff, class: confidential, label: {th: ก, en: Who}}",
                 "  on: {type: date, class: open, label: {th: ก, en: On}}",
                 "  words: {type: text, class: confidential, label: {th: ก, en: Words}}",
                 "states:", *(self.state(s) for s in self.open + self.final),
                 "actions:", *actions, "deadlines:"]
        for name in self.deadlines:
            lines += self.deadline(name)
        lines += ["alerts: {include: [case_number, deadline]}", "retention:",
                  "  confidential: {keep: 10 years after final, then: destroy_key}",
                  "  open: {keep: 10 years after final, then: delete}", "messages:",
                  '  M2: {th: "ช้า {words}", en: "Late {words}", asks: words}']
        return "\n".join(lines) + "\n"


def look(runner, calendars, seeds, folder):
    """How many were accepted, gone through wholly, and refused by which fault."""
    paths = []
    for seed in seeds:
        path = folder / f"{seed}.yaml"
        path.write_text(File(seed).text(), encoding="utf-8")
        paths.append(path)
    done = subprocess.run([runner, calendars, *paths], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{seeds}: {done.returncode} {done.stderr}")
    told = [line.partition(": ")[2] for line in done.stdout.splitlines()]
    for path, words in zip(paths, told):
        if not words.startswith(("refused", "alive", "large")):
            sys.exit(f"{path.read_text(encoding='utf-8')}\nseed {path.stem}: {words}")
        path.unlink()
    assert len(told) == len(paths), done.stderr
    return told


def look_at_shipped(runner, shipped):
    settings = {**os.environ, "KRADING_SETTINGS": str(shipped / "office" / "settings.yaml")}
    files = sorted(shipped.glob("*.yaml"))
    done = subprocess.run([runner, shipped / "calendars", *files], capture_output=True, text=True,
                          env=settings)
    told = done.stdout.splitlines()
    if done.returncode or len(told) != len(files) or any(": refused" in t for t in told):
        sys.exit(done.stdout + done.stderr)


def main():
    runner, shipped = sys.argv[1], pathlib.Path(sys.argv[2])
    n = int(os.environ.get("KRADING_LIVES") or sys.argv[3])
    first = int(os.environ.get("KRADING_SEED", "0"))
    look_at_shipped(runner, shipped)
    told = []
    with tempfile.TemporaryDirectory(prefix="krading-alive-") as place:
        for i in range(first, first + n, A_RUN):
            told += look(runner, shipped / "calendars", range(i, min(i + A_RUN, first + n)),
                         pathlib.Path(place))
    alive = sum(t.startswith("alive") for t in told)
    large = sum(t.startswith("large") for t in told)
    if "--why" in sys.argv:
        names = re.compile(r"\b[asd]\d\b|promise|received|closed")
        whys = collections.Counter(names.sub("X", t) for t in told if t.startswith("refused: "))
        for why, k in whys.most_common(30):
            print(k, why)
    if alive * 20 < n:
        sys.exit(f"only {alive} of {n} files pass the lint and are gone through")
    print(f"{n} files, {alive + large} of them accepted and alive ({large} too large to the end)")


if __name__ == "__main__":
    main()
