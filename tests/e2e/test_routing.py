# SPDX-License-Identifier: Apache-2.0
"""Who is accused decides who may see and act: the routing matrix of the process, row by row, each
with a real report to the demo office; and a disk without the pepper on which all of them look the
same."""
import shutil
from typing import NamedTuple, Optional, Set

import pytest

from office import run_krading
from staff import Staff, Tap
from steps import refused, seen
from store import Store

REPORT = {"allegation_type": "bribe", "when": "เดือนก่อน", "identity_mode": "anonymous",
          "what_happened": "เจ้าหน้าที่เรียกเงินห้าพันบาทเพื่อเร่งใบอนุญาต"}
NOWHERE = "C-0000-0000"
OFFICERS = {"wipa", "prasit"}  # wipa under the clerk, prasit under the chief executive
WAY_OUT = {"route_out", "name_accused", "inform"}


class Row(NamedTuple):
    name: str
    accused: Optional[str]     # None: not known
    readers: Set[str]          # who gets a key, and for whom the report exists
    off: Set[str] = set()      # some of those for whom it must not
    only_out: bool = False     # nobody inside may decide
    unit: Optional[str] = None


MATRIX = [
    Row("unit officer", "kitti", OFFICERS, {"kitti", "anucha"}),
    Row("intake officer", "malee", {"prasit"}, {"malee", "somsri", "wipa"}),
    Row("head of the clerk's office", "wichai", {"prasit"}, {"wichai", "wipa", "prasert"}),
    Row("protected officer", "wipa", {"prasit"}, {"wipa"}),
    Row("the other protected officer", "prasit", {"wipa"}, {"prasit", "nonglak"}),
    Row("clerk", "prasert", {"prasit"}, {"prasert", "wipa", "wichai", "anucha"}),
    Row("chief executive", "somkiat", OFFICERS, {"somkiat"}, only_out=True),
    Row("deputy", "pranee", OFFICERS, {"pranee"}, only_out=True),
    Row("council member", "boonmee", OFFICERS, {"boonmee"}, only_out=True),
    Row("unknown", None, OFFICERS),
    Row("a unit", None, OFFICERS, {"anucha", "kitti"}, unit="public_works"),
]


class Filed(NamedTuple):
    row: Row
    number: str


@pytest.fixture(scope="module")
def people(office):
    return {name: Staff(office, name) for name in office.names()}


def answers_of(row):
    if row.unit:
        return {"accused_unit": row.unit}
    return {"accused": row.accused} if row.accused else {"accused_unknown": "1"}


@pytest.fixture(scope="module")
def filed(office, people):
    return {row.name: Filed(row, office.file("corruption", **REPORT, **answers_of(row))["case_number"])
            for row in MATRIX}


@pytest.mark.parametrize("row", MATRIX, ids=lambda r: r.name)
def test_for_whom_it_exists(office, people, filed, row):
    """A row in the list, a case behind it, its place among overdue and alerts: for its readers, and
    for everybody else the answer of a number that never was."""
    number = filed[row.name].number
    listed = {n for n, s in people.items()
              if number in {c["number"] for c in s.get("/api/cases").json()["cases"]}}
    assert listed == row.readers
    assert not row.off & listed
    for name, staff in people.items():
        told = staff.get(f"/api/cases/{number}")
        if name in row.readers:
            assert told.status_code == 200
            held = {r["name"] for r in told.json()["readers"]}
            assert held == row.readers, (name, held)
            continue
        nothing = staff.get(f"/api/cases/{NOWHERE}")
        assert told.status_code == 404 and told.text == nothing.text, name
        assert number not in staff.get("/api/overdue").text + staff.get("/api/alerts").text


@pytest.mark.parametrize("row", MATRIX, ids=lambda r: r.name)
def test_who_may_act(office, filed, row):
    """The conflict check says again who is accused; nobody who stays loses the case by it. With an
    executive among them only the way out is open."""
    number, reader = filed[row.name].number, sorted(row.readers)[0]
    for name in sorted(row.off - {"sunee"}):
        refused(office, "do", number, "check_coi", "--field", "accused_unknown=1", who=name,
                says="no case")
    again = [f"{k}={v}" for k, v in answers_of(row).items()]
    office.cli("do", number, "check_coi", "--field", *again, who=reader)
    case = seen(office, number, reader)
    steps = {s["id"] for s in case["steps"] if s["kind"] == "action"}
    assert "route_out" in steps
    assert (steps <= WAY_OUT) == row.only_out, steps
    if row.only_out:
        refused(office, "do", number, "start_screening", "--declare", who=reader)
    else:
        office.cli("do", number, "start_screening", "--declare", who=reader)


KINDS = ("action", "approve", "decline", "extend", "assign", "note", "declare", "recuse", "hold",
         "release", "silence", "reveal", "message", "survey", "linked", "migrate", "destroy")


def sent(office, number):
    """A reader's step as the command line sends it, whole and signed."""
    office.trust()
    tap = Tap(office.port)
    done = run_krading("--server", f"http://127.0.0.1:{tap.port}", "--as", "prasit",
                       "--passphrase-file", office.path / "demo" / "prasit.pass",
                       "note", number, "บันทึก", env={"HOME": str(office.home)})
    assert done.returncode == 0, done.stderr
    form = tap.forms("/api/cases/")[-1][1]
    tap.close()
    return form


def steps_into(staff, number, form, name):
    """What everything that would be a step, or goes along with one, is answered."""
    def told(answer):
        headers = {k: v for k, v in answer.headers.items() if k != "Date"}
        return answer.status_code, answer.text.replace(number, "X"), headers

    found = {}
    for i, kind in enumerate(KINDS):
        ask = {**form, "kind": kind, "id": {"action": "check_coi", "extend": "inform",
                                            "silence": "inform", "reveal": "court"}.get(kind, ""),
               "request_id": f"{name}-{number}-{i:02}-{kind}-0123456789"}
        found[kind] = told(staff.post(f"/api/cases/{number}/do", **ask))
    ask = {**form, "request_id": f"{name}-{number}-grant-0123456789"}
    found["grant"] = told(staff.post(f"/api/cases/{number}/grants", **ask))
    for path, query in ((f"/api/cases/{number}", {}), (f"/api/cases/{number}/files/0", {}),
                        (f"/api/cases/{number}/readers", {"kind": "action", "id": "check_coi"}),
                        (f"/api/custody/{number}", {}), (f"/api/custody/{number}", {"for": "sunee"})):
        found[path.replace(number, "X") + str(query)] = told(staff.get(path, **query))
    return found


def test_no_step_into_it_without_a_key(office, people):
    """Everybody of the office but its readers, whatever their part in it, with every kind of step:
    word for word what a number is answered that never was."""
    number = office.file("corruption", **REPORT, accused_unknown="1")["case_number"]
    form = sent(office, number)
    before = seen(office, number, "prasit")
    for name, staff in people.items():
        if name in OFFICERS:
            continue
        told = steps_into(staff, number, form, name)
        assert told == steps_into(staff, NOWHERE, form, name), name
        assert {status for status, _, _ in told.values()} == {404}, (name, told)
    assert seen(office, number, "prasit") == before
    again = steps_into(people["wipa"], number, form, "wipa")  # for a reader it is another matter
    assert all(status == 422 for status, _, _ in (again[k] for k in ("note", "hold", "approve")))


def test_with_every_officer_accused_those_outside_step_in(office, people):
    number = office.file("corruption", accused=sorted(OFFICERS), **REPORT)["case_number"]
    listed = {n for n, s in people.items()
              if number in {c["number"] for c in s.get("/api/cases").json()["cases"]}}
    assert listed == {"arthit", "benjawan"}


def test_a_committee_member_is_accused(fresh_office):
    """Who sits on the committee and is then accused leaves it at once."""
    office = fresh_office
    number = office.file("corruption", **REPORT, accused_unknown="1")["case_number"]
    office.cli("do", number, "check_coi", "--field", "accused_unknown=1", who="prasit")
    office.cli("do", number, "start_screening", "--declare", who="prasit")
    office.cli("do", number, "start_preliminary", *(
        a for item in ("specific", "ours", "not_in_court")
        for a in ("--field", f"checklist={item}")), who="prasit")
    office.cli("do", number, "propose", "--field", "memo=ปกปิดแล้ว", "--field", "finding=มีมูล",
               who="prasit")
    office.cli("do", number, "appoint", "--field", "order_no=1/2569", "--field",
               "order_date=2026-11-20", "--field", "chair=mongkol", "--field", "members=ratree",
               "--field", "members=bussaba", "--field", "secretary=jintana", "--field",
               "term=30 วัน", who="somkiat")
    assert seen(office, number, "ratree")["number"] == number
    office.cli("do", number, "name_accused", "--field", "accused=ratree", who="prasit")
    refused(office, "case", number, who="ratree", says="no case")
    assert number not in {c["number"] for c in office.json("cases", who="ratree")["cases"]}
    assert seen(office, number, "bussaba")["number"] == number
    office.cli("verify")


def shape(store, number):
    head = next(h for h in store.heads() if h.number == number)
    record = next(r for r in store.records("heads") if r[6].decode() == number)
    assert 15 not in record  # the case as it stands lies covered
    parts = [(p.kind, p.cls, p.epoch, p.slot, len(p.holder), len(p.commit), len(p.sealed))
             for p in store.parts(head.id)]
    seals = [(s.cls, s.epoch, s.slot, len(s.reader), len(s.sealed)) for s in store.seals(head.id)]
    return parts, seals, {tag: len(value) for tag, value in record.items()}


def test_a_disk_without_the_pepper_cannot_tell(fresh_office, tmp_path):
    """The same words against each of the matrix, an executive, a whole unit, or nobody: as many slots
    of the same sizes, and a head of one size; tags differ from case to case even for one person."""
    office = fresh_office
    numbers = {}
    for row in MATRIX:
        numbers[row.name] = office.file("corruption", **REPORT, **answers_of(row))["case_number"]
    path = tmp_path / "dump"
    shutil.copytree(office.path, path, ignore=shutil.ignore_patterns("krading.sock"))
    with Store(path) as store:
        shapes = {name: shape(store, number) for name, number in numbers.items()}
        tags = [s.reader for h in store.heads() if h.number in numbers.values()
                for s in store.seals(h.id)]
    first = shapes["unknown"]
    assert all(s == first for s in shapes.values())
    assert len(first[1]) == 16 and first[2][18] > 4096
    assert len(set(tags)) >= 8 * len(numbers)  # a person's tag is another one in each case
