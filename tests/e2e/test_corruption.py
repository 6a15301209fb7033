# SPDX-License-Identifier: Apache-2.0
"""The protected channel: a report exists for the officers it was sealed to, and for nobody else."""
import re

import pytest

from staff import Staff
from steps import advance_past, refused, seen, unchanged

NOWHERE = "C-0000-0000"
REPORT = {
    "allegation_type": "bribe",
    "accused": "kitti",
    "when": "เดือนก่อน",
    "what_happened": "เจ้าหน้าที่เรียกเงินห้าพันบาทเพื่อเร่งใบอนุญาต",
    "how_known": "saw",
    "name": "ผู้แจ้งลับ",
    "contact": "0899999999",
}
PROTECTED = {"wipa", "prasit"}  # its officers inside the office
OUTSIDE = {"arthit", "benjawan"}  # readers who step in when nobody inside is left


def report(office, **more):
    return office.file("corruption", **{**REPORT, **more})


@pytest.fixture(scope="module")
def filed(office):
    """A report against kitti, and what everybody of the office sees afterwards."""
    before = {n: Staff(office, n) for n in office.names()}
    had = {n: [c["number"] for c in s.get("/api/cases").json()["cases"]]
           for n, s in before.items()}
    return report(office), before, had


def answers(staff, number):
    """Everything the API tells one person about a number."""
    return [(a.status_code, re.sub(re.escape(number), "X", a.text)) for a in (
        staff.get(f"/api/cases/{number}"),
        staff.get(f"/api/cases/{number}/readers", kind="action", id="check_coi"),
        staff.get(f"/api/cases/{number}/files/0"),
        staff.post(f"/api/cases/{number}/do", kind="note", id="", if_rev="1",
                   request_id="0123456789abcdef", bundle="AA"))]


def test_listed_for_its_officers_and_nobody_else(office, filed):
    receipt, people, had = filed
    number = receipt["case_number"]
    assert set(people) >= PROTECTED and len(people) > 20
    sees = {n for n, s in people.items()
            if number in [c["number"] for c in s.get("/api/cases").json()["cases"]]}
    assert sees == PROTECTED
    for name, staff in people.items():
        now = [c["number"] for c in staff.get("/api/cases").json()["cases"]]
        assert now == had[name] if name not in PROTECTED else set(now) == {*had[name], number}


def test_for_everybody_else_it_is_no_case(office, filed):
    receipt, people, _ = filed
    number = receipt["case_number"]
    known = re.sub(r"[0-9A-Z](?=[^0-9A-Z]*$)", lambda m: "9" if m[0] != "9" else "8", number)
    for name, staff in people.items():
        told = answers(staff, number)
        if name in PROTECTED:
            assert told[0][0] == 200
            continue
        assert told == answers(staff, known), name
        assert all(status == 404 for status, _ in told[:3]), (name, told)
        for what, rows in (("overdue", "overdue"), ("alerts", "alerts")):
            assert number not in staff.get(f"/api/{what}").text, (name, what)


def test_the_command_line_says_the_same_of_it_as_of_nothing(office, filed):
    number = filed[0]["case_number"]
    for who in ("kitti", "prasert", "somkiat", "somsri"):
        real, none = (refused(office, "case", n, who=who).replace(n, "X")
                      for n in (number, NOWHERE))
        assert real == none
        real, none = (refused(office, "note", n, "ก", who=who).replace(n, "X")
                      for n in (number, NOWHERE))
        assert real == none


def test_an_accused_protected_officer_sees_nothing(office, filed):
    _, people, _ = filed
    number = report(office, accused="wipa")["case_number"]
    sees = {n for n, s in people.items()
            if number in [c["number"] for c in s.get("/api/cases").json()["cases"]]}
    assert "wipa" not in sees and sees == PROTECTED - {"wipa"}
    real, none = (refused(office, "case", n, who="wipa").replace(n, "X")
                  for n in (number, NOWHERE))
    assert real == none
    case = seen(office, number, "prasit")
    assert case["fields"]["what_happened"] == REPORT["what_happened"]
    assert all(r["name"] != "wipa" for r in case["readers"])


def test_with_both_officers_accused_those_outside_step_in(office, filed):
    _, people, _ = filed
    number = report(office, accused=["wipa", "prasit"])["case_number"]
    sees = {n for n, s in people.items()
            if number in [c["number"] for c in s.get("/api/cases").json()["cases"]]}
    assert sees == OUTSIDE
    assert seen(office, number, "arthit")["fields"]["what_happened"] == REPORT["what_happened"]


def test_numbers_tell_nothing(office):
    """The general numbers run on over protected reports, whose own are random."""
    def serial(number):
        return int(re.search(r"(\d+)$", number).group(1))

    first = serial(office.new_case())
    numbers = [report(office)["case_number"] for _ in range(3)]
    assert serial(office.new_case()) == first + 1
    assert len(set(numbers)) == 3
    tails = [re.sub(r"^.*-", "", n) for n in numbers]
    assert len({t[:4] for t in tails}) == 3, numbers  # not one after the other


def test_no_general_list_or_count_changes(office):
    who = ("somsri", "prasert", "somkiat", "pongsak")
    def all_seen():
        return {n: (office.json("cases", "--closed", who=n), office.json("overdue", who=n))
                for n in who}

    before = all_seen()
    home = office.get("/").text
    report(office)
    assert all_seen() == before and office.get("/").text == home


def test_the_informant_reads_coarse_words(office):
    receipt = report(office)
    number, code = receipt["case_number"], receipt["code"]
    assert [d["id"] for d in receipt["deadlines"]] == ["inform"]
    status = office.track(code)
    words = {"th": "ได้รับเรื่องแล้ว", "en": "Received"}
    assert {k: status["state"][k] for k in words} == words
    office.cli("do", number, "check_coi", "--field", "accused=kitti", who="wipa")
    status = office.track(code)
    assert {k: status["state"][k] for k in words} == words
    office.cli("do", number, "start_screening", "--declare", who="wipa")
    status = office.track(code)
    assert status["state"]["th"] == "อยู่ระหว่างตรวจสอบเบื้องต้น"
    assert status["state"]["en"] == "Preliminary check"
    for lang, text in (("th", "อยู่ระหว่างตรวจสอบเบื้องต้น"), ("en", "Preliminary check")):
        page = office.post(f"/track?lang={lang}", data={"code": code})
        assert page.status_code == 200 and text in page.text
        # everybody can be named as retaliating, and nobody is ticked beforehand
        choice = '<input type="checkbox" name="retaliator" value="{}">'
        assert all(choice.format(n) in page.text for n in ("kitti", "somsri", "wipa"))
        rest = page.text.replace(choice.format("kitti"), "")
        for secret in (REPORT["what_happened"], REPORT["name"], REPORT["contact"], "kitti"):
            assert secret not in rest


def test_not_accepted_by_two(office):
    receipt = report(office, accused="", accused_unknown="1", what_happened="โกงกันทั้งนั้น")
    number, code = receipt["case_number"], receipt["code"]
    refused(office, "do", number, "start_screening", "--declare", who="prasit")
    office.cli("do", number, "check_coi", "--field", "accused_unknown=1", who="prasit")
    with unchanged(office, number, "prasit"):
        refused(office, "do", number, "start_screening", who="prasit",  # without a declaration
                says="I declare that I have no interest in this matter")
        refused(office, "do", number, "route_out", "--field", "agency=nacc", who="prasit")
    office.cli("do", number, "start_screening", "--declare", who="prasit")
    office.cli("do", number, "not_accept", "--field", "not_accept_code=ANON_NO_SPECIFICS",
               "--field", "reason=ไม่ระบุพฤติการณ์", "--message", "ไม่มีรายละเอียดให้ตรวจสอบ",
               who="prasit")
    assert office.track(code)["state"]["en"] == "Preliminary check"  # only proposed
    refused(office, "approve", number, who="prasit")
    office.cli("approve", number, who="wipa")
    status = office.track(code)
    assert status["state"]["en"] == "Cannot be taken up"
    assert any("1205" in m["text"] and "ไม่มีรายละเอียดให้ตรวจสอบ" in m["text"]
               for m in status["messages"])
    assert any(a["id"] == "withdraw_request" for a in status["actions"]) is False
    office.cli("verify")


def test_an_accused_executive_leaves_only_the_way_out(office):
    receipt = report(office, accused="somkiat")
    number, code = receipt["case_number"], receipt["code"]
    refused(office, "case", number, who="somkiat")
    office.cli("do", number, "check_coi", "--field", "accused=somkiat", who="wipa")
    open_steps = {s["id"] for s in seen(office, number, "wipa")["steps"] if s["kind"] == "action"}
    assert "route_out" in open_steps
    assert open_steps <= {"route_out", "name_accused", "inform"}, open_steps
    with unchanged(office, number, "wipa"):
        refused(office, "do", number, "start_screening", "--declare", who="wipa")
    office.cli("do", number, "route_out", "--field", "agency=nacc", "--field", "letter_no=ลับ 1",
               "--field", "redaction=full", who="wipa")
    refused(office, "approve", number, who="wipa")
    office.cli("approve", number, who="prasit")
    assert office.track(code)["state"]["en"] == "Passed to the competent authority"


def test_an_identity_stays_closed(office):
    receipt = report(office)
    for who in PROTECTED:
        case = seen(office, receipt["case_number"], who)
        assert REPORT["what_happened"] in str(case)
        assert REPORT["name"] not in str(case) and REPORT["contact"] not in str(case)


def test_what_the_informant_adds(office):
    receipt = report(office)
    number, code = receipt["case_number"], receipt["code"]
    office.post("/track/reply", data={"code": code, "text": "มีพยานอีกคน"},
                accept="application/json").raise_for_status()
    assert "มีพยานอีกคน" in str(seen(office, number, "wipa"))
    asked = office.post("/track/do", data={"code": code, "action": "withdraw_request"},
                        accept="application/json")
    assert asked.status_code == 200 and asked.json()["state"]["en"] == "Received"
    assert any("P10" not in m["text"] and "ถอนเรื่อง" in m["text"]
               for m in asked.json()["messages"])


def test_closing(fresh_office):
    """Screened, examined, decided and closed; alerts go to cleared people alone."""
    office = fresh_office
    receipt = report(office)
    number, code = receipt["case_number"], receipt["code"]
    office.cli("do", number, "check_coi", "--field", "accused=kitti", who="wipa")
    office.cli("do", number, "start_screening", "--declare", who="wipa")
    office.cli("do", number, "start_preliminary", *(
        a for item in ("specific", "ours", "not_in_court") for a in ("--field",
                                                                     f"checklist={item}")),
        who="wipa")
    office.cli("do", number, "propose", "--field", "memo=มีผู้แจ้งเรื่องเงิน", "--field",
               "finding=ควรพิจารณา", who="wipa")
    case = seen(office, number, "somkiat")  # decides on the redacted copy
    assert "มีผู้แจ้งเรื่องเงิน" in str(case) and REPORT["what_happened"] not in str(case)
    office.cli("do", number, "order_end", "--field", "grounds=ไม่มีหลักฐาน", who="somkiat")
    office.cli("do", number, "decide_no_grounds", "--field", "grounds=ไม่มีมูล", who="somkiat")
    assert office.track(code)["state"]["en"] == "Result available"
    close = ["do", number, "close", "--field", "root_cause=ไม่มี", "--field", "control_gap=ไม่มี"]
    advance_past(office, number, "settle", "wipa", lambda: refused(office, *close, who="wipa"))
    office.cli(*close, who="wipa")
    status = office.track(code)
    assert status["state"]["en"] == "Finished" and status["survey"]
    rows = {n: number in Staff(office, n).get("/api/alerts").text for n in ("wipa", "kitti",
                                                                            "prasert", "somsri")}
    assert rows == {"wipa": True, "kitti": False, "prasert": False, "somsri": False}
    office.cli("verify")
