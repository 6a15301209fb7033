# SPDX-License-Identifier: Apache-2.0
"""A past register through a workflow, against an independent model of the general workflow's promise;
and what a change of the workflow is called in words."""
import csv
import datetime as dt
import io
import json
import random
import re
import shutil
import time

import pytest
import yaml

from office import TOP, run_krading

WORKFLOWS = TOP / "workflows"
GENERAL = WORKFLOWS / "general.yaml"
DAY = dt.timedelta(days=1)

with open(GENERAL, encoding="utf-8") as f:
    DEF = yaml.safe_load(f)
OPEN = [s for s, x in DEF["states"].items() if x.get("kind") != "final"]
WAITING = [s for s, x in DEF["states"].items() if x.get("kind") == "waiting"]
PROMISE = DEF["deadlines"]["first_result"]


def days(text):
    n, kind = text.split(" ", 1)
    assert kind == "calendar days"  # the promise is counted so
    return int(n) * DAY


class Case:
    """The path of a case and its promise, from the file's own words; nothing of the program."""

    def __init__(self, received):
        self.state, self.previous = "received", None
        self.due, self.promised_in = received + days(PROMISE["limit"]), True
        self.met, self.missed = None, None
        self.review_due = None  # of the clock that opens `close`
        self.reply_due = None
        self.extensions, self.done, self.refused = 0, {}, None

    def can(self, name, day):
        a = DEF["actions"][name]
        allowed = {"any_open": OPEN, "any": list(DEF["states"])}.get(a["from"], a["from"]) \
            if isinstance(a["from"], str) else a["from"]
        if self.state not in allowed or (a.get("to") == "previous" and not self.previous):
            return False
        if a.get("times") and self.done.get(name, 0) >= a["times"]:
            return False
        if a.get("after"):
            due = {"review": self.review_due, "reply": self.reply_due}.get(a["after"])
            return due is not None and day > due
        if a.get("until") == "review":
            return self.review_due is None or day <= self.review_due
        return True

    def settle(self, day):
        if self.met is None and self.promised_in:
            self.met = day
            if day > self.due and self.missed is None:
                self.missed = (self.due, day)

    def begin(self, day, span):
        if DEF["states"][self.state].get("kind") == "final":
            return
        self.settle(day)
        self.met, self.due, self.extensions = None, day + span, 0

    def do(self, name, day):
        if name.startswith("extend:"):
            return self.extend(day)
        if not self.can(name, day):
            return False
        a = DEF["actions"][name]
        before = self.state
        to = a.get("to", before)
        to = self.previous if to == "previous" else to
        if to != before:
            if to in WAITING and before not in WAITING:
                self.previous = before
            self.state = to
            if to in PROMISE["met_by"]["enter"]:
                self.settle(day)
            if to == "notified":
                self.review_due = rolled(day + 15 * DAY)
            if to == "need_info":
                self.reply_due = rolled(day + 15 * DAY)
        self.done[name] = self.done.get(name, 0) + 1
        if name in PROMISE["renewed_by"] and self.met is None:
            was = self.due
            self.begin(day, days(PROMISE["renewed_by"][name]))
            self.due = max(self.due, was)
        if "first_result" in a.get("restarts", []):
            self.begin(day, days(PROMISE["limit"]))
        return True

    def extend(self, day):
        e = PROMISE["extend"]
        if self.state not in e["in"] or self.met is not None or day > self.due or \
                self.extensions >= e["times"]:
            return False
        self.extensions += 1
        self.due += days(e["by_at_most"])
        return True

    def verdict(self, until, refused_on=None):
        if self.missed:
            return self.missed[0], self.missed[1], "late"
        if self.met is not None:
            return self.due, self.met, "met"
        if (refused_on or until) > self.due:
            return self.due, None, "late"
        return self.due, None, "refused" if refused_on else "open"


with open(WORKFLOWS / "calendars" / "th_government.yaml", encoding="utf-8") as f:
    CALENDAR = yaml.safe_load(f)
OFF = {d if isinstance(d, dt.date) else dt.date.fromisoformat(d)
       for d, x in CALENDAR["days"].items() if x.get("kind") != "provincial"}


def rolled(day):
    while day.weekday() >= 5 or day in OFF:
        day += DAY
    return day


def register(rng, cases):
    """Rows (case, time, action) of a register: mostly possible steps, some that are not."""
    rows, names = [], [*DEF["actions"], "extend:first_result"]
    usual = ["start_screening", "propose", "order_assign", "accept", "report_result", "notify"]
    for n in range(cases):
        at = dt.datetime(2025, 1, 6) + dt.timedelta(minutes=rng.randrange(500 * 1440))
        case, name = None, f"G-{n:04}"
        rows.append((name, at, "submit"))
        case = Case(at.date())
        for _ in range(rng.randrange(14)):
            at += dt.timedelta(minutes=rng.randrange(1, rng.choice([1, 5, 20]) * 1440))
            possible = [a for a in names if a in DEF["actions"] and case.can(a, at.date())]
            straight = [a for a in possible if a in usual]
            action = (rng.choice(names) if rng.random() < 0.04 else
                      "extend:first_result" if rng.random() < 0.08 else
                      rng.choice(straight) if straight and rng.random() < 0.7 else
                      rng.choice(possible) if possible else "note")
            rows.append((name, at, action))
            if action != "note" and not case.do(action, at.date()):
                break
    return rows


def expected(rows, until):
    """case -> (due, met, verdict) of first_result, by the model alone."""
    cases, refused = {}, {}
    for name, at, action in sorted(rows, key=lambda r: r[1]):  # stable
        day = at.date()
        if name in refused or day > until:
            continue
        if action == "submit" and name not in cases:
            cases[name] = Case(day)
        elif action != "note" and not (action != "submit" and cases[name].do(action, day)):
            refused[name] = day
    iso = lambda d: d.isoformat() if d else ""
    return {name: (iso(due), iso(met), verdict) for name, c in cases.items()
            for due, met, verdict in [c.verdict(until, refused.get(name))]}


def write(path, rows, rng=None):
    header = ["case", "time", "action"]
    order = list(range(3))
    if rng:
        rng.shuffle(order)
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator=rng.choice(["\n", "\r\n"]) if rng else "\n")
        out.writerow([header[i] for i in order])
        for name, at, action in rows:
            cells = [name, at.isoformat(), action]
            out.writerow([cells[i] for i in order])
    return path


def replayed(path, *options, workflow=GENERAL):
    done = run_krading("workflow", "replay", workflow, path, *options)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("seed", range(12))
def test_random_registers_agree_with_the_model(tmp_path, seed):
    rng = random.Random(seed)
    rows = register(rng, 150)
    # no two rows of one case at one time: then the order of the file says nothing
    rows = list({(n, t): (n, t, a) for n, t, a in rows}.values())
    until = dt.date(2025, 1, 6) + rng.randrange(100, 400) * DAY
    wanted = expected(rows, until)
    assert {v for *_, v in wanted.values()} == {"met", "late", "open", "refused"}
    rng.shuffle(rows)
    got = {r["case"]: (r["due"], r["met"], r["verdict"].split(":")[0])
           for r in table(replayed(write(tmp_path / "log.csv", rows, rng), "--until", until))
           if r["deadline"] == "first_result"}
    assert got == wanted


def test_json_says_the_same(tmp_path):
    rng = random.Random(99)
    log = write(tmp_path / "log.csv", register(rng, 120))
    rows, document = table(replayed(log)), json.loads(replayed(log, "--json"))
    assert [(r["case"], r["deadline"], r["due"] or None, r["met"] or None) for r in rows] == \
        [(r["case"], r["deadline"], r["due"], r["met"]) for r in document["rows"]]
    for text, x in zip(rows, document["rows"]):
        why = f"{x['verdict']}: {x['why']}" if x["verdict"] == "refused" else x["verdict"]
        assert text["verdict"] == why
    summary = document["summary"]
    assert summary["cases"] == 120 == len({r["case"] for r in rows})
    for line in summary["deadlines"]:
        mine = [r["verdict"] for r in document["rows"] if r["deadline"] == line["deadline"]]
        assert {v: mine.count(v) for v in ("met", "late", "open", "ended", "refused")} == \
            {v: line[v] for v in ("met", "late", "open", "ended", "refused")}
    assert sum(r["cases"] for r in summary["refusals"]) == summary["refused"] > 0


def test_days_of_stages(tmp_path):
    """Median and p90 as the least number of days within which that share was over."""
    rng = random.Random(5)
    took = [rng.randrange(30) for _ in range(57)]
    rows = []
    for n, d in enumerate(took):
        at = dt.datetime(2025, 3, 3, 9)
        rows += [(f"C{n}", at, "submit"), (f"C{n}", at + d * DAY, "start_screening")]
    stages = json.loads(replayed(write(tmp_path / "l.csv", rows), "--json"))["summary"]["stages"]
    took.sort()
    assert stages == [{"state": "received", "stays": 57, "median_days": took[28],
                       "p90_days": took[51]}]


def test_until_is_a_prefix(tmp_path):
    rows = sorted(register(random.Random(3), 100), key=lambda r: r[1])
    whole = write(tmp_path / "whole.csv", rows)
    for until in (dt.date(2025, 2, 1), dt.date(2025, 9, 30), dt.date(2026, 5, 1)):
        part = write(tmp_path / "part.csv", [r for r in rows if r[1].date() <= until])
        assert replayed(whole, "--until", until) == replayed(part, "--until", until)


def test_last_year_under_another_promise(tmp_path):
    """The clerk's question: who would have been late with 10 days instead of 15?"""
    shutil.copytree(WORKFLOWS, tmp_path / "workflows")
    changed = tmp_path / "workflows" / "general.yaml"
    text = changed.read_text(encoding="utf-8")
    at = text.index("  first_result:")
    part = text[at:].replace("limit: 15 calendar days", "limit: 10 calendar days", 1)
    part = part.replace("before: 5 working days", "before: 5 calendar days", 1)
    part = part.replace("before: 2 working days", "before: 2 calendar days", 1)
    changed.write_text((text[:at] + part).replace("\nversion: 1\n", "\nversion: 2\n", 1),
                       encoding="utf-8")
    rows = []
    for n, d in enumerate((8, 10, 11, 15, 16)):
        at = dt.datetime(2025, 3, 3, 9)
        steps = ["submit", "start_screening", "quick_assign", "accept", "report_result"]
        rows += [(f"C{n}", at, s) for s in steps] + [(f"C{n}", at + d * DAY, "notify")]
    log = write(tmp_path / "log.csv", rows)
    verdicts = {w: [r["verdict"] for r in table(replayed(log, workflow=w))
                    if r["deadline"] == "first_result"] for w in (GENERAL, changed)}
    assert verdicts[GENERAL] == ["met", "met", "met", "met", "late"]
    assert verdicts[changed] == ["met", "met", "late", "late", "late"]
    words = run_krading("workflow", "diff", GENERAL, changed)
    assert words.returncode == 0 and not words.stderr
    assert words.stdout.splitlines()[:2] == [
        "workflow: version 1 -> 2",
        "deadline first_result: limit 15 calendar days -> 10 calendar days"]
    summary = replayed(log, "--summary", workflow=changed)
    assert "deadline first_result: 2 met, 3 late" in summary.splitlines()


def test_faults_of_the_log(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("case,time,action\nA,2026-07-20,accept\nA,yesterday,submit\nB,2026-07-20\n")
    done = run_krading("workflow", "replay", GENERAL, log)
    assert done.returncode == 1 and not done.stdout
    assert re.findall(r"^(.+?):(\d+):(\d+): error: (?:time|2 cells)", done.stderr, re.M) == \
        [(str(log), "3", "1"), (str(log), "4", "1")]
    gone = run_krading("workflow", "replay", GENERAL, tmp_path / "none.csv")
    assert gone.returncode == 1 and "none.csv" in gone.stderr and not gone.stdout
    for args in (["--until", "soon"], ["--json", "--summary"]):
        assert run_krading("workflow", "replay", GENERAL, log, *args).returncode == 2
    assert run_krading("workflow", "replay", GENERAL).returncode == 2


def test_diff_of_a_file_with_itself():
    done = run_krading("workflow", "diff", GENERAL, GENERAL)
    assert done.returncode == 0 and done.stdout == "no difference\n"


def test_a_million_events_a_minute(tmp_path):
    """A tenth of that, in a tenth of the time; sanitizers are given five times as long."""
    log = tmp_path / "big.csv"
    path = ["submit", "start_screening", "propose", "order_assign", "accept", "log_action",
            "extend:first_result", "report_result", "notify", "note"]
    with open(log, "w", encoding="utf-8") as f:
        f.write("case,time,action\n")
        for step, action in enumerate(path):
            f.writelines(f"C{n},2025-03-{3 + step:02}T{n % 24:02}:00,{action}\n"
                         for n in range(10_000))
    start = time.monotonic()
    summary = json.loads(replayed(log, "--json"))["summary"]
    assert time.monotonic() - start < 30
    assert (summary["cases"], summary["events"], summary["refused"]) == (10_000, 100_000, 0)
