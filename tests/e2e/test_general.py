# SPDX-License-Identifier: Apache-2.0
"""A general complaint as its people live it: filed over HTTP, worked on the command line, answered
on the tracking page."""
import datetime
import json
import re

import pytest

from office import G1, run_krading
from staff import Staff, Tap, passphrase_of
from steps import (ANSWER, JPEG, PDF, PNG, advance_past, propose_notice, refused, report_result,
                   seen, take_up, unchanged)

CODE = re.compile(r'<output id="tracking-code"[^>]*>\s*([0-9A-Z]{4}(?:-[0-9A-Z]{4}){6})\s*</output>')
MONTHS = ("มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม "
          "พฤศจิกายน ธันวาคม").split()


def thai(iso):
    day = datetime.date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year + 543}"


def later(iso, days):
    return str(datetime.date.fromisoformat(iso) + datetime.timedelta(days=days))


def do_on_page(office, code, action, **fields):
    return office.post("/track/do", data={"code": code, "action": action, **fields},
                       accept="application/json")


# ---- filing ----
def test_filing_by_form_fields(office):
    page = office.post("/report/general", data=G1)
    assert page.status_code == 201 and page.headers["Content-Type"].startswith("text/html")
    code, = CODE.findall(page.text)
    status = office.track(code)
    assert status["workflow"] == "general" and status["state"]["id"] == "received"
    due, = [d["due"] for d in status["deadlines"]]
    assert due == later(status["received"], 15)
    assert thai(due) in page.text
    assert page.text.count(code) >= 1 and code not in page.headers.get("Location", "")


@pytest.mark.parametrize("name,content,kind", [
    ("เสาไฟ.jpg", JPEG, "image/jpeg"), ("p.png", PNG, "image/png"), ("p.pdf", PDF, "application/pdf"),
], ids=["jpg", "png", "pdf"])
def test_filing_with_a_file(office, name, content, kind, tmp_path):
    receipt = office.file(**G1, files={"attachments": (name, content, kind)})
    assert set(receipt) >= {"code", "case_number", "received", "deadlines"}
    assert [d["id"] for d in receipt["deadlines"]] == ["first_result"]
    file, = seen(office, receipt["case_number"], "somsri")["files"]
    assert file["name"] == name and file["size"] == len(content)
    office.cli("case", receipt["case_number"], "--save", tmp_path, who="somsri")
    saved = [f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()]
    assert content in saved


def test_the_same_form_twice_is_one_case(office):
    page = office.get("/report/general").text
    hidden = {n: re.search(rf'name="{n}" value="([^"]+)"', page).group(1)
              for n in ("code", "code_mac")}
    before = office.json("verify")["cases"]
    first, again = (office.post("/report/general", data={**G1, **hidden},
                                accept="application/json") for _ in range(2))
    assert first.status_code in (200, 201) and again.status_code in (200, 201)
    assert first.json() == again.json() and first.json()["code"] == hidden["code"]
    assert office.json("verify")["cases"] == before + 1
    other = office.file(**{**G1, **hidden, "code_mac": hidden["code_mac"][::-1]})
    assert other["code"] != hidden["code"]  # a MAC that does not hold: a code of its own


def test_entry_on_behalf(office):
    fields = {**G1, "channel": "letter", "original_doc_no": "ศดธ 1/2"}
    day = later(office.track(office.sample("G1")[1])["received"], -5)
    args = [a for k, v in fields.items() for a in ("--field", f"{k}={v}")]
    entered = office.json("submit", "general", *args, "--received", day, who="malee")
    assert entered["received"] == day
    status = office.track(entered["code"])
    assert status["received"] == day and status["deadlines"][0]["due"] == later(day, 15)
    case = seen(office, entered["case_number"], "malee")
    assert case["fields"]["details"] == G1["details"]
    missing = office.cli("submit", "general", "--field", "subject=x", who="malee", ok=False)
    assert missing.returncode == 1 and "details" in missing.stderr


# ---- the whole way ----
def test_from_filing_to_closing(fresh_office, tmp_path):
    office = fresh_office
    receipt = office.file(**G1)
    number, code = receipt["case_number"], receipt["code"]
    take_up(office, number)
    office.cli("do", number, "log_action", "--note", "ลงพื้นที่แล้ว", who="kitti")
    assert office.track(code)["state"]["id"] == "in_progress"
    report_result(office, number, tmp_path)
    proposed = propose_notice(office, number)
    assert "รอผู้อนุมัติ" in proposed.stdout
    with unchanged(office, number):
        refused(office, "approve", number, who="somsri")  # the maker
        refused(office, "approve", number, who="kitti")
    assert office.track(code)["state"]["id"] == "reviewing"
    assert not any(ANSWER in m["text"] for m in office.track(code)["messages"])
    office.cli("approve", number, who="prasert")
    status = office.track(code)
    assert status["state"] == {"id": "notified", "th": "แจ้งผลแล้ว", "en": "Result available"}
    assert any(ANSWER in m["text"] and m["from"] == "office" for m in status["messages"])
    thai_page, english = (office.post("/track" + q, data={"code": code}).text
                          for q in ("", "?lang=en"))
    assert "แจ้งผลแล้ว" in thai_page and ANSWER in thai_page
    assert "Result available" in english and "Result:" in english
    close = ["do", number, "close", "--field", "root_cause=หลอดเสื่อม", "--field",
             "prevention=ตรวจทุกไตรมาส", "--field", "close_code=DONE"]
    advance_past(office, number, "review", "somsri",
                 lambda: refused(office, *close, who="somsri", says="this step opens on"))
    office.cli(*close, who="somsri")
    status = office.track(code)
    assert status["state"]["id"] == "closed" and status["survey"] is True
    scores = {q: 5 for q in ("easy", "polite", "fast", "result", "overall")}
    assert office.post("/track/survey", data={"code": code, **scores},
                       accept="application/json").status_code == 200
    assert office.track(code)["survey"] is False  # once
    assert office.post("/track/survey", data={"code": code, **scores},
                       accept="application/json").status_code >= 400
    office.cli("verify")


def test_asking_for_a_review(fresh_office, tmp_path):
    office = fresh_office
    receipt = office.file(**G1)
    number, code = receipt["case_number"], receipt["code"]
    take_up(office, number)
    report_result(office, number, tmp_path)
    propose_notice(office, number)
    office.cli("approve", number, who="prasert")
    assert "ask_review" in [a["id"] for a in office.track(code)["actions"]]
    assert do_on_page(office, code, "ask_review").status_code == 422  # its reason is missing
    done = do_on_page(office, code, "ask_review", reason="ไฟยังกะพริบอยู่")
    assert done.status_code == 200 and done.json()["state"]["id"] == "screening"
    case = seen(office, number, "somsri")
    assert "ไฟยังกะพริบอยู่" in str(case["forms"]) + str(case["replies"])
    # once only: the second notice cannot be answered by another review
    office.cli("do", number, "quick_assign", "--field", "unit=public_works", who="somsri")
    office.cli("do", number, "accept", who="kitti")
    report_result(office, number, tmp_path)
    propose_notice(office, number)
    office.cli("approve", number, who="prasert")
    assert "ask_review" not in [a["id"] for a in office.track(code)["actions"]]
    assert do_on_page(office, code, "ask_review", reason="อีก").status_code in (409, 422)
    office.cli("verify")


# ---- the complainant ----
def test_question_and_answer(office):
    receipt = office.file(**G1)
    number, code = receipt["case_number"], receipt["code"]
    office.cli("do", number, "start_screening", who="somsri")
    question = "เสาไฟหมายเลขใด"
    office.cli("do", number, "ask_info", "--message", question, who="somsri")
    status = office.track(code)
    assert status["waiting_for_you"] and question in status["messages"][-1]["text"]
    words = "เสาหมายเลข 44/7 <b>&"
    said = office.post("/track/reply", data={"code": code, "text": words},
                       files={"files": ("เสา.jpg", JPEG, "image/jpeg")}, accept="application/json")
    assert said.status_code == 200, said.text
    status = office.track(code)
    assert not status["waiting_for_you"] and status["state"]["id"] == "screening"
    assert any(m["from"] == "you" and m["text"] == words for m in status["messages"])
    case = seen(office, number, "somsri")
    assert words in str(case["replies"]) + str(case["forms"]) + str(case["fields"])
    assert any(f["name"] == "เสา.jpg" for f in case["files"])
    page = office.post("/track", data={"code": code}).text
    assert "&lt;b&gt;&amp;" in page and "<b>&" not in page


def test_adding_words_and_withdrawing(office):
    receipt = office.file(**G1)
    number, code = receipt["case_number"], receipt["code"]
    added = office.post("/track/reply", data={"code": code, "text": "มีอีกต้นหนึ่งดับ"},
                        accept="application/json")
    assert added.status_code == 200 and added.json()["state"]["id"] == "received"
    assert "มีอีกต้นหนึ่งดับ" in str(seen(office, number, "somsri"))
    empty = office.post("/track/reply", data={"code": code, "text": " "}, accept="application/json")
    assert empty.status_code == 422
    gone = do_on_page(office, code, "withdraw", reason="แก้ไขแล้ว")
    assert gone.status_code == 200 and gone.json()["state"]["id"] == "withdrawn"
    assert do_on_page(office, code, "withdraw", reason="อีก").status_code in (409, 422)
    refused(office, "do", number, "start_screening", who="somsri")


# ---- more time ----
def test_extension_needs_a_reason_and_a_second_person(office):
    receipt = office.file(**G1)
    number, code = receipt["case_number"], receipt["code"]
    take_up(office, number)
    due = office.track(code)["deadlines"][0]["due"]
    ask = ["extend", number, "first_result", "--by", "7 calendar days"]
    why = ["--field", "extend_code=WAIT_BUDGET", "--message", "รออะไหล่จากส่วนกลาง"]
    with unchanged(office, number, "kitti"):
        refused(office, *ask, who="kitti")  # no ground, no explanation
        refused(office, *ask[:-1], "16 calendar days", *why, who="kitti")
        refused(office, *ask, *why, who="somsri")
    office.cli(*ask, *why, who="kitti")
    assert office.track(code)["deadlines"][0]["due"] == due
    refused(office, "approve", number, who="kitti")
    office.cli("approve", number, who="anucha")
    status = office.track(code)
    assert status["deadlines"][0]["due"] == later(due, 7)
    assert any("รออะไหล่จากส่วนกลาง" in m["text"] and thai(later(due, 7)) in m["text"]
               for m in status["messages"])
    page = office.post("/track", data={"code": code}).text
    assert thai(due) in page and thai(later(due, 7)) in page  # the old promise stays visible
    first = next(d for d in seen(office, number, "kitti")["deadlines"] if d["id"] == "first_result")
    assert first["promised"] == [due]


def test_declining_leaves_things_as_they_were(office):
    number = office.new_case()
    office.cli("do", number, "start_screening", who="somsri")
    office.cli("do", number, "reject", "--field", "reject_code=NOT_OURS", "--field",
               "where_else=การไฟฟ้า", "--message", "อยู่นอกเขต", who="somsri")
    assert seen(office, number, "prasert")["pending"]["maker"] == "somsri"
    office.cli("decline", number, "--note", "อยู่ในเขตเรา", who="prasert")
    case = seen(office, number, "somsri")
    assert case["pending"] is None and "screening" in str(case["state"])
    assert "อยู่ในเขตเรา" in str(case["notes"])


def test_assignment(office):
    number = office.new_case()
    take_up(office, number)
    assert seen(office, number, "kitti")["assignee"] == "kitti"
    with unchanged(office, number, "kitti"):
        refused(office, "assign", number, "nobody_here", who="anucha")
        refused(office, "assign", number, "nipa", who="kitti")
    office.cli("assign", number, "kitti", who="anucha")
    mine = office.json("cases", "--assignee", "kitti", who="kitti")["cases"]
    assert number in [c["number"] for c in mine]


# ---- refusals ----
def test_what_is_refused_changes_nothing(office):
    number = office.new_case()
    office.cli("do", number, "start_screening", who="somsri")
    with unchanged(office, number):
        refused(office, "do", number, "accept", who="somsri")           # state
        refused(office, "do", number, "start_screening", who="somsri")  # state
        refused(office, "do", number, "order_assign", who="prasert")    # state
        refused(office, "do", number, "quick_assign", "--field", "unit=nowhere", who="somsri")
        refused(office, "do", number, "propose", "--field", "category=light", who="somsri",
                says="opinion")                                         # input missing
        refused(office, "do", number, "ask_info", who="somsri")         # message missing
        refused(office, "do", number, "no_such_action", who="somsri")
        refused(office, "approve", number, who="prasert")               # nothing proposed
        refused(office, "do", number, "ask_info", "--message", "x", who="kitti")  # role, unit
        refused(office, "do", number, "merge", "--field", "main_case=G99-9999", who="somsri")
        # needs a case opened in the other workflow by the same step, which is not offered yet
        refused(office, "do", number, "reclassify", "--field", "reason=x", who="somsri")


def test_an_old_rev_is_refused_and_a_request_id_answers_twice(office):
    number, who = office.new_case(), "malee"
    tap = Tap(office.port)
    try:
        office.trust()
        done = run_krading("--server", f"http://127.0.0.1:{tap.port}", "--as", who,
                           "--passphrase-file", office.path / "demo" / f"{who}.pass", "do", number,
                           "start_screening", "--json", env={"HOME": str(office.home)})
        assert done.returncode == 0, done.stderr
        (path, form), = [f for f in tap.forms("/api/cases/") if f[0].endswith("/do")]
    finally:
        tap.close()
    staff = Staff(office, who)
    with unchanged(office, number):
        again = staff.post(path, **form)
        assert again.status_code == 200 and again.json() == json.loads(done.stdout)
        moved = staff.post(path, **{**form, "request_id": form["request_id"][::-1]})
        assert moved.status_code == 409 and moved.json()["error"]["code"] == "moved"
        other = staff.post(path, **{**form, "if_rev": "2"})
        assert other.status_code in (409, 422)
    assert passphrase_of(office, who) not in office.log.read_text(errors="replace")


def test_a_history_is_read_in_words(office):
    number, _ = office.sample("G4")
    case = office.cli("case", number, who="nipa").stdout
    history = [l for l in case.split("history")[1].splitlines() if l.startswith("- ")]
    assert any("ระบบ/system: ถึงวันเตือนของกำหนด" in l and "(Result or explanation)" in l
               for l in history), history
    assert any("nipa: รับดำเนินการ (Take up the work)" in l for l in history), history
    for event in office.json("case", number, who="nipa")["events"]:
        assert not any(f" {event['kind']} {event['id']}" in l for l in history), event


def test_a_group_of_commands_names_them(office):
    for args in (["workflow"], ["demo", "--help"]):
        answer = office.cli(*args, ok=False)
        assert answer.returncode == 2 and f"krading {args[0]} " in answer.stderr
