# SPDX-License-Identifier: Apache-2.0
"""Days: `krading due` against a model of the same rules written here from the law alone, and what
a deadline does to a case when the days have gone by."""
import datetime
import json
import os

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings, strategies as st

from office import TOP, run_krading
from staff import Staff

CALENDAR = TOP / "workflows" / "calendars" / "th_government.yaml"
PROVINCES = [None, "pattani", "songkhla"]
EXAMPLES = 1500 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 120
DAY = datetime.timedelta(days=1)


def counted(day, limit, *more):
    done = run_krading("due", "--calendar", CALENDAR, "--from", day, "--limit", limit, "--json",
                       *more)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return json.loads(done.stdout)


# ---- the model: Civil Code ss.193/3, 193/5, 193/8 and Administrative Procedure Act s.64 ----
class Model:
    def __init__(self, province=None):
        with open(CALENDAR, encoding="utf-8") as f:
            text = yaml.safe_load(f)
        days = dict(text["days"])
        days.update(text["provinces"].get(province, {}))
        self.off = set(days)
        self.unsure = {d for d, what in days.items() if what["confirmed"] is not True}
        self.first, self.last = text["covers"]["from"], text["covers"]["to"]

    def works(self, day):
        return day.weekday() < 5 and day not in self.off

    def due(self, start, count, unit):
        if unit == "calendar days":
            return start + count * DAY
        if unit == "months":
            return self.months(start, count)
        day = start
        while count:
            day += DAY
            count -= self.works(day)
        return day

    @staticmethod
    def months(start, count):
        """The period begins on the day after and ends before the day of the same number."""
        begins = start + DAY
        months = begins.year * 12 + begins.month - 1 + count
        year, month = divmod(months, 12)
        try:
            return datetime.date(year, month + 1, begins.day) - DAY
        except ValueError:  # no such day in that month: its last one
            return datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY

    def work_by(self, day):
        while not self.works(day):
            day -= DAY
        return day

    def rolled(self, day):
        while not self.works(day):
            day += DAY
        return day

    def provisional(self, start, due, unit):
        """Whether a shown day may still move: days off between matter to working days alone."""
        first = start + DAY if unit.startswith("working") and start < due else self.work_by(due)
        last = self.rolled(due)
        return (first < self.first or last > self.last
                or any(first <= d <= last for d in self.unsure))

    def answer(self, start, count, unit):
        due = self.due(start, count, unit)
        return {"due": str(due), "work_by": str(self.work_by(due)),
                "rolled": str(self.rolled(due)), "provisional": self.provisional(start, due, unit)}


MODELS = {p: Model(p) for p in PROVINCES}

VECTORS = [  # received, +15 calendar, work-by, rolled forward, +7 calendar, +15 working
    ("2026-04-08", "2026-04-23", "2026-04-23", "2026-04-23", "2026-04-15", "2026-05-05"),
    ("2026-03-30", "2026-04-14", "2026-04-10", "2026-04-16", "2026-04-06", "2026-04-24"),
    ("2026-05-17", "2026-06-01", "2026-05-29", "2026-06-02", "2026-05-24", "2026-06-09"),
    ("2026-07-20", "2026-08-04", "2026-08-04", "2026-08-04", "2026-07-27", "2026-08-14"),
    ("2026-09-20", "2026-10-05", "2026-10-05", "2026-10-05", "2026-09-27", "2026-10-09"),
    ("2026-12-25", "2027-01-09", "2027-01-08", "2027-01-11", "2027-01-01", "2027-01-19"),
    ("2027-07-05", "2027-07-20", "2027-07-16", "2027-07-21", "2027-07-12", "2027-07-29"),
]


@pytest.mark.parametrize("received,due,work_by,rolled,week,working", VECTORS)
def test_known_dates(received, due, work_by, rolled, week, working):
    got = counted(received, "15 calendar days")
    assert (got["due"], got["work_by"], got["rolled"]) == (due, work_by, rolled)
    assert counted(received, "7 calendar days")["due"] == week
    assert counted(received, "15 working days")["due"] == working


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.dates(datetime.date(2024, 12, 1), datetime.date(2028, 3, 1)),
       count=st.integers(0, 120), unit=st.sampled_from(["calendar days", "working days", "months"]),
       province=st.sampled_from(PROVINCES))
@example(datetime.date(2026, 1, 15), 1, "months", None)
@example(datetime.date(2026, 1, 30), 1, "months", None)
@example(datetime.date(2026, 1, 31), 1, "months", None)
@example(datetime.date(2026, 4, 30), 1, "months", None)
@example(datetime.date(2027, 11, 30), 3, "months", None)
@example(datetime.date(2026, 3, 19), 1, "working days", "pattani")
@example(datetime.date(2026, 3, 19), 1, "working days", "songkhla")
def test_limits_agree_with_the_model(start, count, unit, province):
    got = counted(start, f"{count} {unit}", *(["--province", province] if province else []))
    assert got == MODELS[province].answer(start, count, unit)


def test_dates_as_people_write_them():
    want = counted("2026-07-20", "15 calendar days")
    for written in ("20/07/2569", "20/7/2026", "๒๐/๐๗/๒๕๖๙"):
        assert counted(written, "15 calendar days") == want


@pytest.mark.parametrize("wrong", [
    ["--from", "2026-02-30", "--limit", "1 calendar days"],
    ["--from", "29/02/2569", "--limit", "1 calendar days"],  # 2026 has no such day
    ["--from", "2026-02-01", "--limit", "15 days"],
    ["--from", "2026-02-01", "--limit", "-1 calendar days"],
    ["--from", "2026-02-01", "--limit", "99999 calendar days"],
    ["--from", "2026-02-01"],
    ["--limit", "1 months"],
])
def test_what_is_no_date_or_limit_is_wrong_usage(wrong):
    done = run_krading("due", "--calendar", CALENDAR, *wrong)
    assert done.returncode == 2 and done.stderr and not done.stdout


# ---- cases ----
def alerts(office, name, number):
    """(deadline, kind) of each row this person got for the case."""
    rows = Staff(office, name).get("/api/alerts").json()["alerts"]
    return [(r["deadline"], r["kind"]) for r in rows if r["number"] == number]


def listed(office, name, number, what="cases"):
    return [c for c in office.json(what, who=name)[what] if c["number"] == number]


def test_an_overdue_case_shows_everywhere(office):
    number, code = office.sample("G4")
    line, = listed(office, "prasert", number)
    assert line["overdue"] is True and line["days_left"] == -8
    late = {l["deadline"]["id"]: l for l in listed(office, "prasert", number, "overdue")}
    assert late["first_result"]["days_late"] == 8
    assert late["first_result"]["due"] == line["due"]
    assert late["first_result"]["assignee"] == "nipa" and late["first_result"]["unit"] == "health"
    for who in ("nipa", "orathai", "wichai", "prasert", "somkiat"):  # the whole ladder has fired
        assert any(d == "first_result" for d, _ in alerts(office, who, number)), who
    shown, = [d for d in office.track(code)["deadlines"] if d["id"] == "first_result"]
    assert shown["overdue"] is True and shown["due"] == line["due"]
    text = office.cli("overdue", who="prasert").stdout
    assert number in text
    others = [c["number"] for c in office.json("cases", who="somsri")["cases"] if c["overdue"]]
    assert others == [number]  # G4 alone
    assert json.loads(office.cli("verify", "--json").stdout)["faults"] == 0


def test_time_moves_and_the_ladder_climbs(fresh_office):
    office = fresh_office
    number = office.new_case()
    office.cli("do", number, "start_screening", who="somsri")
    office.cli("do", number, "quick_assign", "--field", "unit=public_works", who="somsri")
    office.cli("do", number, "accept", who="kitti")
    line, = listed(office, "kitti", number)
    assert not line["overdue"] and line["days_left"] == 15

    def climbed(days, *people):
        moved = office.json("demo", "advance", f"{days}d")
        assert set(moved) == {"now"}
        return {who: sum(d == "first_result" for d, _ in alerts(office, who, number))
                for who in people}

    everybody = ("kitti", "anucha", "wichai", "prasert", "somkiat")
    had = climbed(15, *everybody)  # the last day: reminded, not late
    assert had["kitti"] >= 2 and had["anucha"] >= 1
    assert not had["wichai"] and not had["prasert"] and not had["somkiat"]
    line, = listed(office, "kitti", number)
    assert not line["overdue"] and line["days_left"] == 0
    for days, who, above in ((1, "anucha", "wichai"), (1, "wichai", "prasert"),
                             (2, "prasert", "somkiat"), (4, "somkiat", None)):
        now = climbed(days, *filter(None, (who, above)))
        assert now[who] == had[who] + 1, (days, who, had, now)
        assert not above or now[above] == 0, (days, above)
        had.update(now)
    assert climbed(7, "somkiat")["somkiat"] == 2  # and again every week
    line, = listed(office, "kitti", number)
    assert line["overdue"] and line["days_left"] == -15
    office.cli("verify")


def test_moved_time_is_in_force_at_once_and_survives(fresh_office):
    office = fresh_office
    _, code = office.sample("G1")
    before = office.track(code)["deadlines"][0]
    assert not before["overdue"]
    office.cli("demo", "advance", "16d")
    assert office.track(code)["deadlines"][0]["overdue"]
    office.stop()
    office.cli("demo", "advance", "3h")  # without a daemon too
    office.start()
    assert office.track(code)["deadlines"][0]["overdue"]
    office.cli("verify")


def test_time_moves_in_demo_offices_only(tmp_path):
    made = run_krading("init", tmp_path / "real")
    assert made.returncode == 0, made.stderr
    done = run_krading("--data", tmp_path / "real", "demo", "advance", "16d")
    assert done.returncode == 1 and "demo" in done.stderr and not done.stdout
    for wrong in ("16", "d", "-1d", "16x", ""):
        assert run_krading("--data", tmp_path / "real", "demo", "advance",
                           wrong).returncode == 2, wrong
