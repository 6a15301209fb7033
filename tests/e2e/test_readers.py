# SPDX-License-Identifier: Apache-2.0
"""Who may open what, as it changes: keys passed on, people taken off."""
import pytest

from office import G1
from staff import Staff
from steps import JPEG, refused, seen, unchanged
from store import KINDS

C1 = {"allegation_type": "bribe", "when": "เดือนก่อน", "what_happened": "เรียกค่าน้ำมันห้าพันบาท",
      "where": "ร้านกาแฟหน้าตลาด", "identity_mode": "confidential", "name": "สมหญิง ใจกล้า",
      "contact": "080-000-0000"}
UNKNOWN = "no case"


def report(office, **more):
    answer = office.file("corruption", **{**C1, **more})
    return answer["case_number"], answer["code"]


def words(case):
    return {f["id"]: f["value"] for form in case["forms"] for f in form.get("fields", [])}


def test_a_key_is_passed_on(office):
    number, _ = report(office)
    refused(office, "case", number, who="nonglak", says=UNKNOWN)
    office.cli("grant", number, "--to", "nonglak", "--reason", "ช่วยตรวจเอกสาร", who="prasit")
    case = seen(office, number, "nonglak")
    assert words(case)["what_happened"] == C1["what_happened"]
    assert any(n["th"] == "ช่วยตรวจเอกสาร" for n in case["notes"])
    assert case["events"][-1]["kind"] == "grant" and case["events"][-1]["by"] == "prasit"
    assert number in {c["number"] for c in office.json("cases", who="nonglak")["cases"]}
    office.cli("verify")


@pytest.mark.parametrize("workflow, field, holder, other", [
    ("general", "attachments", "somsri", "prasert"),  # whose role shows the case and no word of it
    ("corruption", "evidence", "wipa", "prasert"),  # who was given the working copy alone
])
def test_a_file_is_for_those_who_hold_its_class(office, workflow, field, holder, other):
    fields = C1 if workflow == "corruption" else G1
    number = office.file(workflow, files=[(field, ("a.jpg", JPEG, "image/jpeg"))],
                         **fields)["case_number"]
    if workflow == "corruption":
        office.cli("grant", number, "--to", other, "--class", "working", "--reason", "x", who=holder)
    part = next(p["no"] for p in Staff(office, holder).get(f"/api/cases/{number}").json()["content"]
                if p["kind"] == KINDS["file"])
    path = f"/api/cases/{number}/files/{part}"
    assert Staff(office, holder).get(path).status_code == 200
    them = Staff(office, other)
    case = them.get(f"/api/cases/{number}")
    assert case.status_code == 200
    assert KINDS["file"] not in {p["kind"] for p in case.json()["content"]}
    none = them.get(path)
    assert none.status_code == 404
    assert none.json() == them.get(f"/api/cases/{number}/files/999").json()


def test_the_working_copy_alone(office):
    number, _ = report(office)
    office.cli("grant", number, "--to", "prasert", "--class", "working", "--reason", "x",
               who="wipa")
    case = seen(office, number, "prasert")
    assert case["number"] == number and "what_happened" not in words(case)
    refused(office, "grant", number, "--to", "nonglak", "--class", "confidential", "--reason", "x",
            who="prasert", says="you hold no key of this class")
    refused(office, "grant", number, "--to", "somkiat", "--class", "confidential", "--reason", "x",
            who="wipa", says="holds no role")
    office.cli("verify")


@pytest.mark.parametrize("to", ["kitti", "sunee", "pongsak", "lamai"])
def test_not_to_those_whose_role_does_not_read(office, to):
    number, _ = report(office)
    with unchanged(office, number, who="wipa"):
        refused(office, "grant", number, "--to", to, "--reason", "x", who="wipa",
                says="holds no role")


def test_not_to_the_accused(office):
    number, _ = report(office, accused="prasit")
    refused(office, "grant", number, "--to", "prasit", "--reason", "x", who="wipa",
            says="is taken off the case")
    refused(office, "case", number, who="prasit", says=UNKNOWN)


def test_a_grant_ends(fresh_office):
    office = fresh_office
    number, _ = report(office)
    office.cli("grant", number, "--to", "nonglak", "--reason", "x", "--expires", "2", who="prasit")
    assert words(seen(office, number, "nonglak"))
    office.cli("demo", "advance", "2d")
    assert words(seen(office, number, "nonglak"))
    office.cli("demo", "advance", "1d")
    refused(office, "case", number, who="nonglak", says=UNKNOWN)
    assert number not in {c["number"] for c in office.json("cases", who="nonglak")["cases"]}
    office.cli("verify")


def test_words_are_asked_for(office):
    number, _ = report(office)
    for bad in ([], ["--to", "nonglak"], ["--reason", "x"],
                ["--to", "nonglak", "--reason", "x", "--class", "open"],
                ["--to", "nonglak", "--reason", "x", "--expires", "0"],
                ["--to", "nonglak", "--reason", "x", "--expires", "soon"]):
        assert office.cli("grant", number, *bad, who="wipa", ok=False).returncode == 2, bad
    refused(office, "grant", number, "--to", "nobody_here", "--reason", "x", who="wipa",
            says="the directory knows no")


def test_a_general_case_is_passed_on(office):
    number = office.new_case()
    office.cli("do", number, "start_screening", who="somsri")
    office.cli("grant", number, "--to", "prasert", "--reason", "ขอให้ปลัดดู", who="somsri")
    assert words(seen(office, number, "prasert"))["details"]
    refused(office, "grant", number, "--to", "kitti", "--reason", "x", who="somsri")


def newest(case, cls):
    return max(k["epoch"] for k in case["keys"] if k["class"] == cls)


def test_who_is_named_later_opens_nothing_more(office):
    """The accused had a key, read, and is named after that: gone at once, and shut out of all that
    is written from then on. What was read stays read."""
    number, code = report(office)
    assert words(seen(office, number, "wipa"))
    office.cli("do", number, "check_coi", "--field", "accused_unknown=1", who="prasit")
    office.cli("do", number, "name_accused", "--field", "accused=wipa", who="prasit")
    refused(office, "case", number, who="wipa", says=UNKNOWN)
    assert number not in {c["number"] for c in office.json("cases", who="wipa")["cases"]}
    office.post("/track/reply", data={"code": code, "text": "เพิ่มเติมหลังจากนั้น"})
    case = seen(office, number, "prasit")
    assert case["replies"][-1]["th"] == "เพิ่มเติมหลังจากนั้น"
    office.cli("verify")


def test_stepping_aside(office):
    number, code = report(office)
    done = office.cli("recuse", number, "wipa", who="wipa")
    assert "what was read stays read" in done.stdout
    refused(office, "case", number, who="wipa", says=UNKNOWN)
    office.post("/track/reply", data={"code": code, "text": "อีกเรื่องหนึ่ง"})
    office.cli("note", number, "รับทราบ", who="prasit")
    case = seen(office, number, "prasit")
    assert case["replies"][-1]["th"] == "อีกเรื่องหนึ่ง" and case["notes"][-1]["th"] == "รับทราบ"
    refused(office, "recuse", number, "prasit", who="prasit", says="nobody else reads this case")
    office.cli("grant", number, "--to", "arthit", "--reason", "รับช่วง", who="prasit")
    assert words(seen(office, number, "arthit"))["what_happened"] == C1["what_happened"]
    office.cli("grant", number, "--to", "arthit", "--class", "working", "--reason", "รับช่วง",
               who="prasit")
    office.cli("recuse", number, "prasit", who="prasit")
    refused(office, "case", number, who="prasit", says=UNKNOWN)
    office.cli("note", number, "รับช่วงแล้ว", who="arthit")
    office.cli("verify")


def test_a_colleague_is_taken_off_a_general_case(office):
    number = office.new_case()
    office.cli("do", number, "start_screening", who="somsri")
    office.cli("recuse", number, "malee", "--reason", "เป็นญาติกับผู้ถูกร้อง", who="prasert")
    refused(office, "case", number, who="malee", says=UNKNOWN)
    refused(office, "recuse", number, "somsri", who="kitti", says=UNKNOWN)
    office.cli("note", number, "ต่อจากนี้", who="somsri")
    assert seen(office, number, "somsri")["notes"][-1]["th"] == "ต่อจากนี้"
    office.cli("verify")
