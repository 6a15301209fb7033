# SPDX-License-Identifier: Apache-2.0
"""Cases that lead to others: a general complaint moved to the protected channel, a report of
retaliation beside a corruption case, two complaints about one matter."""
import datetime
import re
import signal
import time

import pytest

import photos
from markers import Markers, files_below
from office import G1
from steps import JPEG, refused, seen, take_up

NEW = {"corruption.allegation_type": "bribe", "corruption.accused": "kitti"}
REPORT = {"allegation_type": "bribe", "accused_unknown": "1", "when": "เดือนก่อน",
          "what_happened": "เจ้าหน้าที่เรียกเงินเพื่อเร่งใบอนุญาต"}
JSON = "application/json"


def fields(more):
    return [word for name, value in more.items() for word in ("--field", f"{name}={value}")]


def move(office, number, who="somsri", ok=True, **more):
    return office.cli("do", number, "reclassify", *fields({**NEW, **more}), "--field",
                      "reason=เป็นเรื่องทุจริต", who=who, ok=ok)


def numbers(office, who):
    return {c["number"] for c in office.json("cases", who=who)["cases"]}


def do(office, code, action, files=None, **more):
    return office.post("/track/do", data={"code": code, "action": action, **more}, files=files,
                       accept=JSON)


def settled(office, seconds=10):
    """Files that had to go are gone."""
    end = time.time() + seconds
    while time.time() < end:
        counts = office.json("verify")
        if not counts["faults"]:
            return
        time.sleep(0.2)
    raise AssertionError(counts)


# ---- general to corruption ----

@pytest.fixture(scope="module")
def moved(office):
    """A complaint with a marker in every field, worked on and moved."""
    m = Markers()
    typed = {"subject": m.word(), "details": m.word(3), "wanted": m.word(), "place": m.word(),
             "already_sent_to": m.word(), "name": m.word(), "phone": "0812345678",
             "contact_address": m.word(), "category": "conduct", "occurred_on": "2026-01-02",
             "identity_mode": "confidential", "notice_version": "1"}
    receipt = office.file(files=[("attachments", ("a.jpg", JPEG + m.bytes(3000), "image/jpeg"))],
                          **typed)
    number = receipt["case_number"]
    office.cli("do", number, "start_screening", who="somsri")
    answer = m.word()
    office.cli("do", number, "ask_info", "--message", "ขอทราบวันที่", who="somsri")
    office.post("/track/reply", data={"code": receipt["code"], "text": answer}, accept=JSON)
    note = m.word()
    office.cli("note", number, note, who="somsri")
    before = {who: numbers(office, who) for who in ("somsri", "malee", "prasert", "wipa", "prasit")}
    files = {f.name for f in (office.path / "files").iterdir()}
    mine = {f.name for f in (office.path / "files").iterdir() if f.stat().st_mtime > time.time() - 60}
    told = move(office, number).stdout
    return dict(receipt=receipt, number=number, typed=typed, told=told, before=before, files=files,
                answer=answer, note=note, markers=m, mine=mine)


def case_of(office, moved, who="wipa"):
    fresh = numbers(office, who) - moved["before"][who]
    assert len(fresh) == 1, fresh
    return fresh.pop()


def test_it_has_left_the_general_channel(office, moved):
    assert "moved" in moved["told"]
    for who in ("somsri", "malee", "prasert", "kitti"):
        assert "no case" in refused(office, "case", moved["number"], who=who)
        assert moved["number"] not in office.cli("cases", "--closed", who=who).stdout
        assert moved["number"] not in office.cli("overdue", who=who).stdout
    assert numbers(office, "somsri") == moved["before"]["somsri"] - {moved["number"]}


def test_its_officers_read_all_of_it(office, moved):
    number = case_of(office, moved)
    typed = moved["typed"]
    for who in ("wipa", "prasit"):
        case = seen(office, number, who)
        assert case["workflow"] == "corruption"
        told = case["fields"]["what_happened"]
        assert all(typed[f] in told for f in ("subject", "details", "wanted"))
        assert typed["place"] in case["fields"]["where"]
        assert case["fields"]["already_reported_to"] == typed["already_sent_to"]
        assert "kitti" in str(case["fields"]["accused"])
        text = str(case)
        assert moved["answer"] in text and moved["note"] in text and "เป็นเรื่องทุจริต" in text
        assert typed["name"] not in text and typed["contact_address"] not in text  # in the vault
    assert numbers(office, "somsri") == moved["before"]["somsri"] - {moved["number"]}
    refused(office, "case", number, who="somsri")
    refused(office, "case", number, who="kitti")


def test_the_attachment_went_along_sealed_anew(office, moved, tmp_path):
    number = case_of(office, moved)
    office.cli("case", number, "--save", str(tmp_path / "out"), who="wipa")
    saved = list((tmp_path / "out").iterdir())
    assert len(saved) == 1 and saved[0].read_bytes() == JPEG + moved["markers"].bytes(3000)
    now = {f.name for f in (office.path / "files").iterdir()}
    assert len(now) == len(moved["files"]) and len(moved["files"] - now) == 1


def test_what_the_complainant_wrote_lies_beside(office, moved):
    """As it was sent, whatever the officer wrote into the other form; but no name."""
    typed = moved["typed"]
    for who in ("wipa", "prasit"):
        number = case_of(office, moved, who)
        original = seen(office, number, who)["original"]
        assert original["whole"] and original["changed"] == []
        told = [p["th"] for p in original["parts"] if p.get("th") and p["of_complainant"]]
        assert not any("ได้รับข้อมูลเพิ่มเติมของท่านแล้ว" in t for t in told)  # the office's own words
        assert any("ได้รับข้อมูลเพิ่มเติมของท่านแล้ว" in p.get("th", "") for p in original["parts"])
        said = {f["id"]: f["value"] for p in original["parts"] if p["of_complainant"]
                for f in p["fields"]}
        assert all(said[f] == typed[f] for f in ("subject", "details", "wanted", "place"))
        assert [p["is_here"] for p in original["parts"] if "name" in p] == [True]
        text = office.cli("case", number, who=who).stdout
        assert typed["details"] in text and moved["answer"] in text
        assert typed["name"] not in text and typed["contact_address"] not in text


def test_its_date_is_the_first_one(office, moved):
    case = seen(office, case_of(office, moved), "wipa")
    assert case["received"] == moved["receipt"]["received"]
    due = {d["id"]: d["due"] for d in case["deadlines"]}
    first = datetime.date.fromisoformat(moved["receipt"]["received"])
    assert due["inform"] == str(first + datetime.timedelta(days=15))


def test_nothing_readable_is_left(office, moved):
    assert not office.json("verify")["faults"]
    for path in files_below(office.path / "db", office.path / "files"):
        assert not moved["markers"].found_in(path.read_bytes()), path
    data = (office.path / "db" / "data.mdb").read_bytes()
    assert moved["receipt"]["code"].encode() not in data


def test_the_old_code_hands_over_the_new_one(office, moved):
    old = moved["receipt"]["code"]
    answer = office.post("/track", data={"code": old}, accept=JSON)
    assert answer.status_code == 200
    told = answer.json()
    assert set(told) == {"moved", "code", "message", "actions"} and told["moved"] is True
    assert "corruption" not in answer.text and "ทุจริต" not in answer.text
    new = told["code"]
    assert new != old and re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){6}", new)
    for lang, words in (("th", "เพื่อความปลอดภัยของท่าน"), ("en", "For your safety")):
        page = office.post(f"/track?lang={lang}", data={"code": old}).text
        assert words in page and new in page and "ทุจริต" not in page and "orruption" not in page
        once = {"th": "รหัสเดิมจะใช้ไม่ได้อีก", "en": "the old code works no more"}[lang]
        assert page.index(once) < page.index("button big")  # said before, not after
    case = office.track(new)
    assert case["workflow"] == "corruption"
    assert case["received"] == moved["receipt"]["received"]
    # Nothing else can be done with the old one.
    again = office.post("/track/reply", data={"code": old, "text": "x"}, accept=JSON).json()
    assert again["code"] == new
    assert office.track(new)["messages"] == case["messages"]
    assert do(office, old, "code_noted").json() == {"noted": True}
    unknown = office.post("/track", data={"code": old}, accept=JSON)
    nobody = office.post("/track", data={"code": "0000-0000-0000-0000-0000-0000-0000"}, accept=JSON)
    assert (unknown.status_code, unknown.text) == (404, nobody.text if nobody.status_code == 404
                                                   else unknown.text)
    dead = do(office, old, "code_noted")
    assert (dead.status_code, dead.text) == (unknown.status_code, unknown.text)
    assert office.track(new)["workflow"] == "corruption"
    assert not office.json("verify")["faults"]


def test_other_words_are_found_out(office):
    """One officer alone, with the program as it is, and every field filled by his own hand."""
    m = Markers()
    before = numbers(office, "wipa")
    photo = photos.camera_jpeg()
    receipt = office.file(files=[("attachments", ("a.jpg", photo, "image/jpeg"))],
                          **{**G1, "details": m.word(), "name": "สมหญิง เปิดเผย",
                             "identity_mode": "open", "category": "conduct"})
    office.cli("do", receipt["case_number"], "reclassify", "--strip-metadata", "--field", "reason=x",
               *fields({**NEW, "corruption.when": "-", "corruption.what_happened": "ไม่มีอะไร"}),
               who="somsri")
    number, = numbers(office, "wipa") - before
    case = seen(office, number, "wipa")
    assert case["fields"]["what_happened"] == "ไม่มีอะไร"
    original = case["original"]
    assert original["whole"] and original["changed"] == ["what_happened"]
    assert m.latin in str(original["parts"])
    assert [p["is_here"] for p in original["parts"] if "name" in p] == [False]
    text = office.cli("case", number, who="wipa").stdout
    assert text.count("!!") == 2 and "is not what the complainant wrote" in text
    assert "สมหญิง" not in str(case)  # who filed openly is in the vault there, too
    assert not office.json("verify")["faults"]


def test_what_the_other_form_needs_is_asked(office):
    number = office.new_case(category="conduct")
    said = office.cli("do", number, "reclassify", "--field", "reason=x", who="somsri", ok=False)
    assert said.returncode == 1 and "allegation_type" in said.stderr and "when" in said.stderr
    assert "--field corruption." in said.stderr
    assert seen(office, number, "somsri")["state"]["id"] == "received"
    move(office, number, **{"corruption.when": "เมื่อวาน"})
    refused(office, "case", number, who="somsri")


def test_only_who_may_moves_it(office):
    number = office.new_case()
    take_up(office, number)
    said = move(office, number, who="kitti", ok=False, **{"corruption.when": "เมื่อวาน"})
    assert said.returncode == 1
    assert seen(office, number, "kitti")["number"] == number


def test_killed_right_after_the_answer(fresh_office):
    office = fresh_office
    had = {f.name for f in (office.path / "files").iterdir()}
    receipt = office.file(files=[("attachments", ("a.jpg", JPEG, "image/jpeg"))],
                          **{**G1, "category": "conduct"})
    old = {f.name for f in (office.path / "files").iterdir()} - had
    move(office, receipt["case_number"], **{"corruption.when": "เมื่อวาน"})
    office.stop(signal.SIGKILL)
    office.start()
    settled(office)
    new = office.post("/track", data={"code": receipt["code"]}, accept=JSON).json()["code"]
    assert office.track(new)["workflow"] == "corruption"
    now = {f.name for f in (office.path / "files").iterdir()} - had
    assert len(old) == len(now) == 1 and old != now


# ---- retaliation ----

@pytest.fixture(scope="module")
def reported(office):
    receipt = office.file("corruption", **REPORT)
    number = receipt["case_number"]
    office.cli("do", number, "check_coi", "--field", "accused_unknown=1", who="wipa")
    return receipt


def opens(office, code):
    actions = office.track(code)["actions"]
    return next(a for a in actions if a.get("opens") == "retaliation")


def test_a_second_case_that_its_handlers_cannot_see(office, reported):
    m = Markers()
    before = numbers(office, "nonglak")
    answer = do(office, reported["code"], "report_retaliation", facts=m.word(),
                files=[("evidence", ("a.jpg", JPEG + m.bytes(2000), "image/jpeg"))])
    assert answer.status_code == 201, answer.text
    second = answer.json()
    assert set(second) == {"code", "case_number", "received", "deadlines"}
    assert [d["id"] for d in second["deadlines"]] == ["contact"]
    assert numbers(office, "nonglak") - before == {second["case_number"]}
    case = seen(office, second["case_number"], "nonglak")
    assert m.latin in case["fields"]["facts"] and len(case["files"]) == 1
    assert reported["case_number"] in str(case)  # sealed inside
    for who in ("wipa", "prasit", "somsri", "prasert"):
        refused(office, "case", second["case_number"], who=who)
    first = seen(office, reported["case_number"], "wipa")
    assert m.latin not in str(first) and second["case_number"] not in str(first)
    assert first["events"][-1]["id"] == "report_retaliation"
    told = office.track(reported["code"])["messages"][-1]
    assert told["from"] == "office" and "3" in told["text_en"]
    assert m.latin not in str(office.track(reported["code"]))
    assert office.track(second["code"])["workflow"] == "retaliation"
    assert not office.json("verify")["faults"]


def test_a_lost_answer_loses_nothing(office, reported):
    offered = opens(office, reported["code"])
    sent = dict(facts="อีกครั้ง", new_code=offered["new_code"], new_code_mac=offered["new_code_mac"])
    first = do(office, reported["code"], "report_retaliation", **sent)
    before = office.stored()
    again = do(office, reported["code"], "report_retaliation", **sent)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() and first.json()["code"] == offered["new_code"]
    assert office.stored() == before
    forged = do(office, reported["code"], "report_retaliation", facts="x",
                new_code=offered["new_code"], new_code_mac="AAAA").json()
    assert forged["code"] != offered["new_code"]


def test_who_retaliates_is_off_both(office):
    receipt = office.file("corruption", **REPORT)
    assert seen(office, receipt["case_number"], "prasit")
    answer = do(office, receipt["code"], "report_retaliation", facts="ถูกย้าย", retaliator="prasit")
    assert answer.status_code == 201, answer.text
    refused(office, "case", receipt["case_number"], who="prasit")
    refused(office, "case", answer.json()["case_number"], who="prasit")
    assert seen(office, receipt["case_number"], "wipa")
    # The auditor sits in the same unit: those outside step in.
    refused(office, "case", answer.json()["case_number"], who="nonglak")
    assert seen(office, answer.json()["case_number"], "benjawan")
    assert not office.json("verify")["faults"]


def test_nobody_left_is_a_kind_refusal(fresh_office):
    office = fresh_office
    receipt = office.file("corruption", **REPORT)
    for name in ("nonglak", "arthit", "benjawan"):
        office.cli("recuse", receipt["case_number"], name, who="wipa")
    before = office.stored()
    answer = do(office, receipt["code"], "report_retaliation", facts="x")
    assert answer.status_code == 503
    page = office.post("/track/do", data={"code": receipt["code"], "facts": "x",
                                          "action": "report_retaliation"})
    assert page.status_code == 503 and "1205" in page.text
    assert office.stored() == before


def test_the_form_shows_the_code_before_it_is_sent(office, reported):
    page = office.post("/track?lang=en", data={"code": reported["code"]}).text
    shown = re.search(r'name="new_code" value="([^"]+)"', page).group(1)
    mac = re.search(r'name="new_code_mac" value="([^"]+)"', page).group(1)
    assert page.count(shown) == 2  # to be read, and to be sent
    receipt = office.post("/track/do", data={"code": reported["code"], "facts": "ข้อเท็จจริง",
                                             "action": "report_retaliation", "new_code": shown,
                                             "new_code_mac": mac})
    assert receipt.status_code == 201 and f'id="tracking-code" translate="no">{shown}<' in receipt.text


# ---- two complaints about one matter ----

def test_the_second_complainant_follows_the_first_case(office):
    main, second = office.file(**G1), office.file(**G1)
    office.cli("do", second["case_number"], "merge", "--field",
               f"main_case={main['case_number']}", who="somsri")
    take_up(office, main["case_number"])
    first, follower = office.track(main["code"]), office.track(second["code"])
    assert follower["state"] == first["state"]
    assert follower["state"]["id"] == "in_progress"
    assert not office.json("verify")["faults"]


def test_a_protected_case_is_no_case_to_join(office, reported):
    number = office.new_case()
    real, none = (refused(office, "do", number, "merge", "--field", f"main_case={n}",
                          who="somsri").replace(n, "X")
                  for n in (reported["case_number"], "C-0000-0000"))
    assert real == none
    assert seen(office, number, "somsri")["state"]["id"] == "received"
