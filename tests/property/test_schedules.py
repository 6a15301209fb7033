#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_schedules.py RUNNER N: N random lives of cases, through the real loader and core (RUNNER is
tests/property/schedules.c) and through the model below, which was written from the rules in
docs/workflow-language.md and the law they name, not from the C. Both tell every clock after every
step; the first difference is shown with the life that led to it.

What varies: limits in calendar days, working days and months, by a choice too; standing still with
and without a bound; renewals; extensions in each unit; reopenings; repetitions; an outside letter's
date; a field's date; conditions; two persons; another calendar in the middle; last days that roll."""
import calendar as months
import datetime
import os
import pathlib
import random
import subprocess
import sys
import tempfile

EPOCH = datetime.date(1970, 1, 1)
FIRST, LAST = 19700, 23700  # the model's tables; cases live in the first half of it
COVERS = (datetime.date(2024, 7, 1), datetime.date(2033, 12, 31))
A_DEFINITION = 250          # lives played on each
NONE = None


def date_of(day):
    return EPOCH + datetime.timedelta(days=day)


# ---------------------------------------------------------------- the model: days
class Table:
    """The working days of one calendar."""

    def __init__(self, holidays):
        self.off = set(holidays)
        self.upto, self.nth = {}, []
        for day in range(FIRST, LAST):
            if date_of(day).weekday() < 5 and day not in self.off:
                self.nth.append(day)
            self.upto[day] = len(self.nth)

    def plus(self, day, count, unit):
        """The last day of a term; the day it begins on is not counted (Civil Code s.193/3)."""
        if unit == "c":
            return day + count
        if unit == "w":
            return self.nth[self.upto[day] + count - 1] if count else day
        # s.193/5: begins on the morrow, ends before the day of that number; or on the last of a
        # month that has no such day
        begins = date_of(day + 1)
        month = begins.month - 1 + count
        year, month = begins.year + month // 12, month % 12 + 1
        if begins.day <= months.monthrange(year, month)[1]:
            return (datetime.date(year, month, begins.day) - EPOCH).days - 1
        return (datetime.date(year, month, months.monthrange(year, month)[1]) - EPOCH).days

    def counted(self, after, to, unit):
        """How many days of a term lie after one day, up to another."""
        if to <= after:
            return 0
        return self.upto[to] - self.upto[after] if unit == "w" else to - after

    def counted_back(self, day, count, unit):
        """The day after which this many counted days have gone by, up to `day`."""
        return day - count if unit == "c" else self.nth[self.upto[day] - count - 1]

    def on_or_after(self, day):
        return self.nth[self.upto[day - 1]]


# ---------------------------------------------------------------- the model: one clock
class Clock:
    def __init__(self, rules):
        self.rules = rules
        self.how = "off"
        self.rounds = self.late_rounds = self.extensions = 0
        self.verdict = 0
        self.letter = NONE      # the date of an outside letter
        self.last_promise = NONE
        self.met_due = NONE
        self.begun_on = NONE

    def open(self):
        return self.how in ("runs", "still")

    def begin(self, day, limit):
        self.how, self.verdict, self.extensions, self.last_promise = "runs", 0, 0, NONE
        self.rounds += 1
        self.total, self.unit = limit
        self.spent, self.stood = 0, 0   # counted days before `since`; calendar days stood still
        self.since = self.begun_on = day
        self.met_due = NONE

    def plain_end(self, table, since):
        """Neither letter nor rolling: the day on which the term is used up."""
        left = self.total - self.spent
        if self.unit == "m" or left >= 0:
            return table.plus(since, left, self.unit)
        return table.counted_back(since, -left, self.unit)

    def due(self, table):
        if self.how == "met":
            return self.met_due
        if not self.open():
            return NONE
        if self.letter is not NONE:
            return self.letter
        since = self.since
        if self.how == "still":
            if self.rules["bound"] is NONE:
                return NONE
            since += max(0, self.rules["bound"] - self.stood)
        end = self.plain_end(table, since)
        return table.on_or_after(end) if self.rules["rolls"] else end

    def overdue(self, table, today):
        due = self.due(table)
        return self.how != "met" and due is not NONE and today > due

    def stand(self, table, today):
        """What is late already is not excused by asking something."""
        if self.overdue(table, today):
            return
        if self.unit == "m":  # a month cannot be cut; what the calendar made of it can
            self.total, self.unit, self.spent = self.plain_end(table, self.since) - self.since, "c", 0
        self.spent += table.counted(self.since, today, self.unit)
        self.since = max(self.since, today)
        self.how = "still"

    def run_on(self, today):
        stood = max(0, today - self.since)
        if self.rules["bound"] is not NONE:
            stood = min(stood, max(0, self.rules["bound"] - self.stood))
        self.stood += stood
        self.since += stood
        self.how = "runs"

    def judge(self, late):
        self.verdict = 2 if late else self.verdict
        self.late_rounds += late

    def meet(self, table, judged):
        due = self.due(table)
        late = due is not NONE and judged > due
        self.verdict = 2 if late else 1
        self.late_rounds += late
        self.met_due, self.how = due, "met"

    def end(self, table, judged):
        self.judge(self.overdue(table, judged))
        self.how = "ended"

    def extend(self, table, count, unit):
        self.last_promise = self.due(table)
        self.extensions += 1
        if self.letter is not NONE:
            self.letter = table.plus(self.letter, count, unit)
        elif unit == self.unit:
            self.total += count
        else:
            end = table.plus(self.plain_end(table, self.since), count, unit)
            self.total, self.unit, self.spent = end - self.since, "c", 0

    def told(self, table, today):
        due = self.due(table)
        return (f"{self.how},{'-' if due is NONE else due},{self.verdict},{self.rounds},"
                f"{self.late_rounds},{self.extensions},"
                f"{'-' if self.last_promise is NONE else self.last_promise},"
                f"{'!' if self.overdue(table, today) else '.'}")


# ---------------------------------------------------------------- the model: one case
# action: from, to (None: stays), fields it may bring
ACTIONS = {
    "start": (("received",), "working"),
    "ask": (("received", "working", "review"), "asking"),
    "answer": (("asking",), "back"),
    "finish": (("working", "review"), "told"),
    "object": (("told",), "review"),
    "close": (("told", "review"), "closed"),
    "reopen": (("closed", "told"), "working"),
    "report": (("working", "review", "told"), NONE),
    "record": (("received", "working", "asking", "review", "told"), NONE),
}
NAMES = ("promise", "work", "reply", "copy", "penalty", "urgent", "explain")


class Life:
    """Written as the language page says: what values begin, what is met, what an action begins
    anew, what the stage begins; last what the state stops and ends."""

    def __init__(self, rules, table):
        self.rules, self.table = rules, table
        self.clocks = {name: Clock(rules[name]) for name in NAMES}
        self.fields = {}
        self.state = self.back = NONE
        self.proposed = NONE

    def limit(self, name):
        by = self.rules[name].get("by_kind")
        kind = self.fields.get("kind")
        return by[kind] if by and kind in by else self.rules[name]["limit"]

    def begin(self, name, day, limit, judged):
        if self.state == "closed":
            return
        clock = self.clocks[name]
        if clock.open():
            clock.meet(self.table, judged)
        clock.begin(day, limit)

    def meet(self, name, judged):
        if self.clocks[name].open():
            self.clocks[name].meet(self.table, judged)

    def values(self, given, judged):
        self.fields.update(given)
        for name in ("promise", "urgent"):
            applies = name == "promise" or self.fields.get("kind") == "hot"
            if self.clocks[name].how == "off" and applies:
                self.begin(name, self.received, self.limit(name), judged)
        penalty = self.clocks["penalty"]
        if "found_on" in self.fields and (penalty.how == "off" or (
                "found_on" in given and given["found_on"] != penalty.begun_on)):
            self.begin("penalty", self.fields["found_on"], self.limit("penalty"), judged)
        if "letter" in given:
            self.clocks["promise"].letter = given["letter"]

    def met(self, action, came, went, judged):
        moved = came != went
        enters = self.rules["promise"]["enter"]
        if moved and went in enters:
            self.meet("promise", judged)
        # a stage lasts through the states its clock stands still in
        inside = {"working"} | set(self.rules["work"]["stops"])
        if moved and came in inside and went not in inside:
            self.meet("work", judged)
        if moved and came == "asking":
            self.meet("reply", judged)
        if action == "report":
            self.meet("penalty", judged)
        if moved and went in ("working", "told", "closed"):
            self.meet("urgent", judged)
        if moved and came == "told":
            self.meet("explain", judged)
        if action == "close":
            self.meet("copy", judged)

    def anew(self, action, today, judged):
        renew = self.rules["promise"]["renew"]
        clock = self.clocks["promise"]
        if action == "ask" and renew and clock.open():
            promised = clock.due(self.table)
            self.begin("promise", today, renew, judged)
            if promised is not NONE and clock.how == "runs" and clock.letter is NONE:
                if promised > clock.due(self.table):
                    clock.total, clock.unit = promised - today, "c"
        if action == "finish" or (action == "report" and self.clocks["copy"].open()):
            self.begin("copy", today, self.limit("copy"), judged)
        if action == "reopen":
            for name, own in self.rules["restarts"]:
                again = self.clocks[name]
                if again.how in ("met", "ended"):
                    again.letter = NONE  # it was answered
                self.begin(name, today, own or self.limit(name), judged)

    def stage(self, today, judged):
        for name, state in (("work", "working"), ("reply", "asking"), ("explain", "told")):
            if self.state == state and not self.clocks[name].open():
                self.begin(name, today, self.limit(name), judged)

    def settle(self, today, judged):
        for name, clock in self.clocks.items():
            stands = self.state in self.rules[name]["stops"]
            if self.state == "closed":
                if clock.open():
                    clock.end(self.table, judged)
            elif stands and clock.how == "runs":
                clock.stand(self.table, today)
            elif not stands and clock.how == "still":
                clock.run_on(today)

    def submit(self, day, received, given):
        self.state, self.received = "received", min(received, day)
        self.values(given, day)
        self.settle(day, day)
        return True

    def act(self, action, today, given, judged=NONE):
        judged = today if judged is NONE else judged
        came, to = self.state, ACTIONS[action][1]
        went = came if to is NONE else self.back if to == "back" else to
        if went == "asking" and came != "asking":
            self.back = came
        self.state = went
        if came != went:
            self.proposed = NONE
        self.values(given, judged)
        self.met(action, came, went, judged)
        self.anew(action, today, judged)
        if came != went:
            self.stage(today, judged)
        self.settle(today, judged)

    def do(self, action, today, given):
        if self.state not in ACTIONS[action][0]:
            return False
        if action == "finish" and self.rules["two_persons"]:
            if self.proposed is not NONE:
                return False
            self.proposed = today
            return True
        self.act(action, today, given)
        return True

    def approve(self, today):
        if self.proposed is NONE:
            return False
        judged, self.proposed = self.proposed, NONE
        self.act("finish", today, {}, judged)
        return True

    def extend(self, name, today, count, unit):
        clock = self.clocks[name]
        more = self.rules[name].get("extend")
        if not more or self.state not in more["in"] or clock.how != "runs":
            return False
        if clock.overdue(self.table, today) or clock.extensions >= more["times"]:
            return False
        clock.extend(self.table, count, unit)
        self.settle(today, today)
        return True

    def told(self, today):
        return " ".join([self.state] + [self.clocks[n].told(self.table, today) for n in NAMES])


# ---------------------------------------------------------------- workflows
UNITS = {"c": "calendar days", "w": "working days", "m": "months"}


def length(span):
    return f"{span[0]} {UNITS[span[1]]}"


def some_limit(chance, month=0.2):
    return ((chance.randint(1, 3), "m") if chance.random() < month else
            (chance.randint(1, 30), chance.choice("ccw")))


def some_rules(chance):
    def clock(stops=(), by_kind=False, month=0.2):
        stops = [s for s in stops if chance.random() < 0.7]
        rules = {"limit": some_limit(chance, month), "stops": stops, "rolls": chance.random() < 0.4,
                 "bound": chance.randint(1, 25) if stops and chance.random() < 0.5 else NONE}
        if by_kind and chance.random() < 0.5:
            rules["by_kind"] = {"hot": some_limit(chance, month), "cold": some_limit(chance, month)}
        return rules

    rules = {"promise": clock(["asking", "review"], True), "work": clock(["asking"], True),
             "reply": clock(month=0.1), "copy": clock(["asking"]), "penalty": clock(["asking"]),
             "urgent": clock(["asking"], month=0), "explain": clock()}
    rules["promise"]["enter"] = ["told", "closed"] if chance.random() < 0.8 else ["closed"]
    rules["promise"]["renew"] = some_limit(chance) if chance.random() < 0.6 else NONE
    for name in ("promise", "penalty"):
        if chance.random() < 0.8:
            states = chance.sample(["received", "working", "asking", "review"], 3)
            rules[name]["extend"] = {"in": states, "times": chance.choice([1, 2, 5])}
    own = chance.random() < 0.4
    rules["restarts"] = [(name, some_limit(chance) if own else NONE)
                         for name in ("promise", "penalty", "copy") if name == "promise"
                         or chance.random() < 0.3]
    rules["two_persons"] = chance.random() < 0.4
    return rules


def yaml_of_clock(name, rules, beginning, met_by="", label=True):
    lines = [f"  {name}:", f"    label: {{th: กำหนด, en: {name}}}", f"    {beginning}",
             f"    limit: {length(rules['limit'])}"]
    if "by_kind" in rules:
        lines.append("    limit_by: {kind: {" + ", ".join(
            f"{k}: {length(v)}" for k, v in rules["by_kind"].items()) + "}}")
    if met_by:
        lines.append(f"    met_by: {met_by}")
    if rules["stops"]:
        lines.append(f"    stops_in: [{', '.join(rules['stops'])}]")
    if rules["bound"] is not NONE:
        lines.append(f"    stops_for_at_most: {rules['bound']} calendar days")
    if rules["rolls"]:
        lines.append("    last_day_on_holiday: next_working_day")
    if rules.get("renew"):
        lines.append(f"    renewed_by: {{ask: {length(rules['renew'])}}}")
    if rules.get("extend"):
        more = rules["extend"]
        lines += ["    extend:", f"      in: [{', '.join(more['in'])}]", "      by: [head]",
                  "      by_at_most: 90 months", "      needs: {message: M2}",
                  f"      times: {more['times']}"]
    lines.append("    overdue: [{after: 0 calendar days, alert: [head]}]")
    return lines


def yaml_of(rules):
    def state(name, more):
        return f"  {name}: {{{more}, staff: {{th: ก, en: {name}}}, public: {{th: ก, en: {name}}}}}"

    def action(name, more):
        places, to = ACTIONS[name]
        to = "" if to is NONE else f", to: {'previous' if to == 'back' else to}"
        return (f"  {name}: {{label: {{th: ก, en: {name}}}, from: [{', '.join(places)}]{to}, "
                f"by: [head]{more}}}")

    restarts = ", ".join(f"{n}: {length(own)}" if own else n for n, own in rules["restarts"])
    restarts = f"{{{restarts}}}" if rules["restarts"][0][1] else f"[{restarts}]"
    lines = ["schema: krading/1", "workflow: generated", "version: 1",
             "title: {th: ทดลอง, en: Generated}", "channel: open", "calendar: days", "receipt: M1",
             "roles: {head: {th: หัวหน้า, en: Head}}",
             "access: {identity: [head], confidential: [head], open: [head]}",
             "intake:", "  identity: {modes: [anonymous], default: anonymous}", "  by: [head]",
             "  asks: {subject: yes, kind: no, letter: no}",
             "fields:",
             "  subject: {type: text, class: confidential, label: {th: เรื่อง, en: Subject}}",
             "  kind: {type: choice, class: open, label: {th: ชนิด, en: Kind}, choices: "
             "{hot: {th: ร้อน, en: Hot}, cold: {th: เย็น, en: Cold}}}",
             "  letter: {type: date, class: open, label: {th: หนังสือ, en: Letter}}",
             "  found_on: {type: date, class: open, label: {th: พบ, en: Found}}",
             "states:",
             state("received", "kind: initial, owner: head"), state("working", "owner: head"),
             state("asking", "kind: waiting, owner: head"), state("told", "owner: head"),
             state("review", "owner: head"), state("closed", "kind: final"),
             "actions:",
             action("start", ""), action("ask", ", needs: {message: M2}"), action("answer", ""),
             action("finish", ", approve: {by: [head], not_same_person: yes}"
                    if rules["two_persons"] else ""),
             action("object", ""), action("close", ""),
             action("reopen", f", restarts: {restarts}"), action("report", ""),
             action("record", ", may: {fields: [kind, letter, found_on]}"),
             "deadlines:"]
    promise = yaml_of_clock("promise", rules["promise"], "from: received",
                            f"{{enter: [{', '.join(rules['promise']['enter'])}]}}")
    lines += promise[:2] + ["    shown: yes", "    due_override: letter"] + promise[2:]
    lines += yaml_of_clock("work", rules["work"], "stage: working")
    lines += yaml_of_clock("reply", rules["reply"], "stage: asking")
    copy = yaml_of_clock("copy", rules["copy"], "from: {action: finish}", "{actions: [close]}")
    lines += copy + ["    repeat_by: [report]"]
    lines += yaml_of_clock("penalty", rules["penalty"], "from_field: found_on",
                           "{actions: [report]}")
    urgent = yaml_of_clock("urgent", rules["urgent"], "from: received",
                           "{enter: [working, told, closed]}")
    lines += urgent + ["    only_if: {kind: hot}"]
    lines += yaml_of_clock("explain", rules["explain"], "stage: told")
    for place in ("received", "review", "asking"):
        lines += [f"  at_{place}:", f"    stage: {place}", "    limit: 90 months"]
    lines += ["alerts: {include: [case_number, deadline]}", "retention:",
              "  confidential: {keep: 10 years after final, then: destroy_key}",
              "  open: {keep: 10 years after final, then: delete}", "messages:",
              '  M1: {th: "รับ {code}", en: "Got {code}"}',
              '  M2: {th: "ถาม {words}", en: "Ask {words}", asks: words}']
    return "\n".join(lines) + "\n"


def yaml_of_calendar(holidays):
    days = "".join(f"  {date_of(d)}: {{th: หยุด, en: Off, kind: special, confirmed: yes}}\n"
                   for d in sorted(holidays))
    return ("schema: krading-calendar/1\ncalendar: days\n"
            f"covers: {{from: {COVERS[0]}, to: {COVERS[1]}}}\nweekend: [saturday, sunday]\n"
            f"days:\n{days}")


# ---------------------------------------------------------------- lives
def some_values(chance, today):
    given = {}
    if chance.random() < 0.5:
        given["kind"] = chance.choice(["hot", "cold"])
    if chance.random() < 0.3:
        given["letter"] = today + chance.randint(-5, 40)
    return given


def words(given):
    return "".join(f" {k}={v}" for k, v in given.items())


def play(chance, rules, tables, lines, answers):
    """One life: the lines for the runner, and what the model tells after each."""
    today = chance.randint(20100, 21000)
    life, table = Life(rules, tables[0]), 0
    lines += ["new", "calendar 0"]

    def step(line, done):
        lines.append(line)
        answers.append(life.told(today) if done else "refused")

    received, given = today - chance.choice([0, 0, chance.randint(1, 40), -3]), some_values(chance, today)
    step(f"submit {today} {received}{words(given)}", life.submit(today, received, given))
    for _ in range(chance.randint(3, 11)):
        today += chance.choice([0, 1, 1, 2, 3, 5, 8, 13, 21, chance.randint(0, 60)])
        what = chance.random()
        if what < 0.07:
            table = chance.randrange(len(tables))
            life.table = tables[table]
            lines.append(f"calendar {table}")
        if what < 0.15:
            step(f"tick {today}", True)
        elif what < 0.27:
            name, count, unit = chance.choice(NAMES), chance.randint(1, 20), chance.choice("ccwwm")
            count = count if unit != "m" else chance.randint(1, 2)
            if not rules[name].get("extend") and chance.random() < 0.9:
                continue
            step(f"extend {name} {today} {count} {unit}", life.extend(name, today, count, unit))
        elif what < 0.36 and (life.proposed is not NONE or what < 0.28):
            step(f"approve {today}", life.approve(today))
        else:
            fitting = [a for a, (places, _) in ACTIONS.items() if life.state in places]
            action = chance.choice(fitting if chance.random() < 0.95 else list(ACTIONS))
            given = {}
            if action == "record":
                given = some_values(chance, today)
                if chance.random() < 0.4:
                    given["found_on"] = today + chance.randint(-30, 10)
            step(f"do {action} {today}{words(given)}", life.do(action, today, given))


def some_holidays(chance):
    """Sixteen a year or so, now and then a week of them; 0 at times."""
    days = set()
    for day in range(19910, LAST - 1400):
        if chance.random() < 0.04:
            days.update(range(day, day + chance.choice([1, 1, 1, 2, 4])))
    return days if chance.random() < 0.95 else {20000}


def difference(lines, answers, told):
    """Of the first answer that is another, the life up to it."""
    n, life, at = 0, [], 0
    for line in lines:
        if line == "new":
            life = []
        life.append(line)
        if line == "new" or line.startswith("calendar"):
            continue
        if n >= len(told) or answers[n] != told[n]:
            return "\n".join(life) + (f"\nmodel:  {answers[n]}\nengine: "
                                      f"{told[n] if n < len(told) else 'nothing'}")
        n += 1
    return f"{len(told)} answers, {len(answers)} expected"


def run(runner, seed, lives, folder):
    """Returns how many steps were compared; exits on a difference."""
    chance = random.Random(seed)
    base = some_holidays(chance)
    calendars = [base] + [(base | some_holidays(chance)) if chance.random() < 0.5 else
                          set(chance.sample(sorted(base), len(base) // 2)) or {20000}
                          for _ in range(2)]
    rules = some_rules(chance)
    workflow = folder / "generated.yaml"
    workflow.write_text(yaml_of(rules), encoding="utf-8")
    for i, days in enumerate(calendars):
        (folder / str(i)).mkdir(exist_ok=True)
        (folder / str(i) / "days.yaml").write_text(yaml_of_calendar(days), encoding="utf-8")
    lines, answers, tables = [], [], [Table(days) for days in calendars]
    for _ in range(lives):
        play(chance, rules, tables, lines, answers)
    done = subprocess.run([runner, workflow, *(folder / str(i) for i in range(len(calendars)))],
                          input="\n".join(lines) + "\n", capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"definition {seed}: {done.stderr}\n{yaml_of(rules)}")
    told = done.stdout.splitlines()
    if told != answers:
        sys.exit(f"definition {seed}:\n{yaml_of(rules)}\n{difference(lines, answers, told)}")
    return len(answers), sum(a == "refused" for a in answers)


def main():
    runner, n = sys.argv[1], int(os.environ.get("KRADING_SCHEDULES") or sys.argv[2])
    first = int(os.environ.get("KRADING_SEED", "0"))
    steps = refused = 0
    with tempfile.TemporaryDirectory(prefix="krading-schedules-") as place:
        for i in range(0, n, A_DEFINITION):
            one, no = run(runner, first + i // A_DEFINITION, min(A_DEFINITION, n - i),
                          pathlib.Path(place))
            steps, refused = steps + one, refused + no
    if refused * 3 > steps:
        sys.exit(f"{refused} of {steps} steps were refused: too few lives get on")
    print(f"{n} schedules, {steps} steps, {refused} of them refused; model and engine agree")


if __name__ == "__main__":
    main()
