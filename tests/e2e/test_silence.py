# SPDX-License-Identifier: Apache-2.0
"""A manager answers an alert with a note: the next ones wait, the case stays late."""
import datetime

from staff import Staff
from steps import refused, seen, take_up

DEADLINE = "first_result"


def alerted(office, who, number):
    rows = Staff(office, who).get("/api/alerts").json()["alerts"]
    return sum(r["number"] == number and r["deadline"] == DEADLINE for r in rows)


def late(office, number):
    line, = [l for l in office.json("overdue", who="prasert")["overdue"]
             if l["number"] == number and l["deadline"]["id"] == DEADLINE]
    return line


def clock(office, number):
    clock, = [d for d in seen(office, number, "prasert")["deadlines"] if d["id"] == DEADLINE]
    return clock


def test_an_alert_answered_with_a_note_comes_later(fresh_office):
    office = fresh_office
    number = office.new_case()
    take_up(office, number)
    note = ("--note", "สั่งเร่งรัดแล้ว")
    refused(office, "silence", number, DEADLINE, *note, who="prasert", says="no alert")
    office.cli("demo", "advance", "16d")
    assert alerted(office, "anucha", number) and not alerted(office, "wichai", number)
    before = late(office, number)
    assert before["silent_until"] is None and clock(office, number)["silent_until"] is None
    assert f"krading silence {number} {DEADLINE}" in office.cli("case", number, who="prasert").stdout
    assert "krading silence" not in office.cli("case", number, who="kitti").stdout
    refused(office, "silence", number, DEADLINE, *note, who="kitti", says="role")
    refused(office, "silence", number, DEADLINE, *note, "--for", "9 working days", who="prasert",
            says="at most 3 working days")
    refused(office, "silence", number, "work", *note, who="prasert", says="cannot be silenced")

    office.cli("silence", number, DEADLINE, *note, "--for", "1 calendar days", who="prasert")
    quiet = late(office, number)
    until = datetime.date.fromisoformat(before["due"]) + datetime.timedelta(days=2)
    assert quiet == {**before, "silent_until": until.isoformat()}  # as late as before
    assert clock(office, number)["overdue"]
    text = office.cli("case", number, who="prasert").stdout
    assert f"silent until {until}" in text and "alert answered with a note" in text
    assert str(until) in office.cli("overdue", who="prasert").stdout
    refused(office, "silence", number, DEADLINE, *note, who="somkiat", says="answered already")
    office.cli("demo", "advance", "1d")
    assert not alerted(office, "wichai", number) and late(office, number)["days_late"] == 2
    office.cli("verify")
    office.cli("demo", "advance", "1d")
    assert alerted(office, "wichai", number) == 1  # a day later than it would have been
    assert late(office, number)["silent_until"] is None
    office.cli("verify")


def test_a_step_ends_the_silence(fresh_office):
    office = fresh_office
    number = office.new_case()
    office.cli("do", number, "start_screening", who="somsri")
    office.cli("demo", "advance", "16d")
    office.cli("silence", number, DEADLINE, "--note", "รับทราบ", who="somkiat")
    assert clock(office, number)["silent_until"]
    office.cli("demo", "advance", "1d")
    assert not alerted(office, "wichai", number)
    office.cli("do", number, "quick_assign", "--field", "unit=public_works", who="somsri")
    assert clock(office, number)["silent_until"] is None
    assert alerted(office, "wichai", number) == 1
    office.cli("verify")


def test_what_silence_asks_of_the_command_line(office):
    number, _ = office.sample("G4")
    for wrong in ((), ("--note", ""), ("--note", "x", "--for", "soon"),
                  ("--note", "x", "--for", "0 working days")):
        done = office.cli("silence", number, DEADLINE, *wrong, who="prasert", ok=False)
        assert done.returncode == 2 and done.stderr, wrong
    refused(office, "silence", number, "nothing", "--note", "x", who="prasert", says="no deadline")
