# SPDX-License-Identifier: Apache-2.0
"""A sealed identity is opened by two custodians for one officer, or by nobody."""
import datetime
import json

import pytest

import forge
import reader
import staff
from staff import Staff
from steps import refused, seen

REPORT = {"allegation_type": "bribe", "when": "เดือนก่อน",
          "what_happened": "เรียกค่าน้ำมันห้าพันบาท", "identity_mode": "confidential",
          "name": "สมหญิง ใจกล้า", "contact": "080-111-2222"}
REASON = "ศาลมีหมายเรียกพยาน ขอทราบตัวผู้แจ้ง"
CUSTODIANS = ["sunee", "chaiwat", "lamai"]
NOTHING = "waits for you"
OVER = "does not wait any more"


def report(office, **more):
    answer = office.file("corruption", **{**REPORT, **more})
    return answer["case_number"], answer["code"]


def ask(office, number, who="wipa", ground="court"):
    office.cli("reveal", number, "--reason", REASON, "--ground", ground, who=who)


def request(office, number, who, folder, nth=0):
    path = folder / f"{who}-{number}-{nth}.json"
    office.cli("custodian", "request", number, "--save", str(path), who=who)
    return path


def agree(office, number, who, folder):
    path = request(office, number, who, folder)
    office.cli("custodian", "answer", str(path), "--agree", who=who)


def identity(office, number, who):
    shown = office.json("reveal", number, who=who)
    assert shown["opened"] == ("identity" in shown)
    return {f["id"]: f["value"] for f in shown["identity"]} if shown["opened"] else None


def asked_of(office, who):
    return {r["number"]: r for r in office.json("custodian", "list", who=who)["requests"]}


def told(office, code):
    return [m["text"] for m in office.track(code)["messages"]]


def test_two_custodians_open_it_for_one_officer(office, tmp_path):
    number, code = report(office)
    assert identity(office, number, "wipa") is None
    before = told(office, code)
    ask(office, number)
    for who in CUSTODIANS:
        line = asked_of(office, who)[number]
        assert line["officer"] == "wipa" and line["ground"]["id"] == "court"
        assert not line["answered"]
    path = tmp_path / "sunee"
    shown = office.cli("custodian", "request", number, "--save", str(path), who="sunee").stdout
    assert REASON in shown and "wipa" in shown and number in shown and "หมายเรียกของศาล" in shown
    for secret in (REPORT["name"], REPORT["contact"], REPORT["what_happened"]):
        assert secret not in shown and secret not in path.read_text(encoding="utf-8")
    assert REASON not in path.read_text(encoding="utf-8")
    assert not asked_of(office, "sunee")[number]["answered"]
    answered = office.cli("custodian", "answer", str(path), "--agree", who="sunee").stdout
    assert REASON in answered and "sealed to wipa" in answered
    assert asked_of(office, "sunee")[number]["answered"]
    assert identity(office, number, "wipa") is None
    assert told(office, code) == before
    agree(office, number, "lamai", tmp_path)
    assert identity(office, number, "wipa")["name"] == REPORT["name"]
    assert identity(office, number, "wipa")["contact"] == REPORT["contact"]
    assert REPORT["name"] in office.cli("reveal", number, who="wipa").stdout
    assert identity(office, number, "prasit") is None
    news = [m for m in told(office, code) if m not in before]
    assert len(news) == 1 and "หมายเรียกของศาล" in news[0] and REASON not in news[0]
    assert not asked_of(office, "chaiwat") and not asked_of(office, "sunee")
    kinds = [e["kind"] for e in seen(office, number, "wipa")["events"]]
    assert kinds[-3:] == ["reveal", "reveal_answer", "reveal_answer"]
    assert office.json("verify")["faults"] == 0


def test_one_signature_opens_nothing(office, tmp_path):
    number, _ = report(office)
    ask(office, number)
    first = request(office, number, "chaiwat", tmp_path)
    office.cli("custodian", "answer", str(first), "--agree", who="chaiwat")
    refused(office, "custodian", "answer", str(first), "--agree", who="chaiwat",
            says="as often as it may be")
    refused(office, "custodian", "answer", str(first), "--agree", who="sunee",
            says="is for chaiwat")
    assert identity(office, number, "wipa") is None
    assert office.json("reveal", number, who="prasit")["reveal"]["answers"] == 1
    refused(office, "reveal", number, "--reason", "x", who="prasit", says="is open already")
    office.cli("verify")


def test_a_custodian_has_no_case(office, tmp_path):
    number, _ = report(office)
    refused(office, "custodian", "request", number, "--save", str(tmp_path / "a"), who="sunee",
            says=NOTHING)
    refused(office, "case", number, who="sunee", says="no case")
    ask(office, number)
    refused(office, "case", number, who="sunee", says="no case")
    refused(office, "reveal", number, who="sunee", says="no case")
    assert number not in {c["number"] for c in office.json("cases", who="sunee")["cases"]}
    for who in ("prasit", "wipa", "kitti", "prasert"):
        assert Staff(office, who).get(f"/api/custody/{number}").status_code == 404
    unknown = Staff(office, "kitti").get("/api/custody/C-0000-0000")
    assert unknown.json() == Staff(office, "kitti").get(f"/api/custody/{number}").json()
    part = Staff(office, "sunee").get(f"/api/custody/{number}").json()
    assert {p["kind"] for p in part["content"]} == {3, 11}
    assert set(part) == {"number", "officer", "custodian", "ground", "day", "until", "answered",
                         "seal_id", "rev", "directory", "today", "content"}


def test_an_accused_custodian_is_never_asked(office, tmp_path):
    number, _ = report(office, accused="bussaba")  # sunee works below her
    ask(office, number)
    assert set(office.json("reveal", number, who="wipa")["reveal"]["custodians"]) == {
        "chaiwat", "lamai"}
    assert number not in asked_of(office, "sunee")
    refused(office, "custodian", "request", number, "--save", str(tmp_path / "a"), who="sunee",
            says=NOTHING)
    agree(office, number, "chaiwat", tmp_path)
    agree(office, number, "lamai", tmp_path)
    assert identity(office, number, "wipa")["name"] == REPORT["name"]


def test_a_refusal_ends_it(office, tmp_path):
    number, code = report(office)
    ask(office, number)
    first = request(office, number, "sunee", tmp_path)
    second = request(office, number, "lamai", tmp_path)
    office.cli("custodian", "answer", str(first), "--decline", who="sunee")
    refused(office, "custodian", "answer", str(second), "--agree", who="lamai", says=OVER)
    assert office.json("reveal", number, who="wipa")["reveal"]["state"] == "declined"
    assert not any("หมายเรียก" in text for text in told(office, code))
    ask(office, number, who="prasit", ground="law")
    # the earlier request is over: its file answers nothing
    refused(office, "custodian", "answer", str(second), "--agree", who="lamai",
            says="an earlier request")
    agree(office, number, "chaiwat", tmp_path)
    path = request(office, number, "lamai", tmp_path, nth=1)
    office.cli("custodian", "answer", str(path), "--agree", who="lamai")
    assert identity(office, number, "prasit")["name"] == REPORT["name"]
    assert identity(office, number, "wipa") is None
    office.cli("verify")


def test_for_another_case(office, tmp_path):
    one, _ = report(office)
    other, _ = report(office)
    ask(office, one)
    ask(office, other)
    path = request(office, one, "sunee", tmp_path)
    words = json.loads(path.read_text(encoding="utf-8"))
    foreign = json.loads(request(office, other, "sunee", tmp_path).read_text(encoding="utf-8"))
    changes = [{"number": other}, {"officer": "prasit"}, {"until": "2099-01-01"},
               {"ground": "consent"}, {"seal_id": foreign["seal_id"]}, {"rev": words["rev"] + 1},
               {"content": foreign["content"]}]
    for change in changes:
        path.write_text(json.dumps({**words, **change}), encoding="utf-8")
        refused(office, "custodian", "answer", str(path), "--agree", who="sunee",
                says="do not answer it")
    path.write_text(json.dumps({**words, "officer": "sunee"}), encoding="utf-8")
    refused(office, "custodian", "answer", str(path), "--agree", who="sunee", says="do not answer")
    path.write_text(json.dumps({**words, "tenant": "elsewhere"}), encoding="utf-8")
    refused(office, "custodian", "answer", str(path), "--agree", who="sunee", says="another office")
    path.write_text("{}", encoding="utf-8")
    refused(office, "custodian", "answer", str(path), "--agree", who="sunee",
            says="not a file of the form")
    assert not asked_of(office, "sunee")[one]["answered"]


def test_it_is_shown_before_it_is_answered(office, tmp_path):
    number, _ = report(office)
    ask(office, number)
    path = request(office, number, "sunee", tmp_path)
    shown = office.cli("custodian", "answer", str(path), who="sunee").stdout
    for part in (REASON, "wipa", "roles: protected_officer", "--agree", "--decline"):
        assert part in shown, part
    assert not asked_of(office, "sunee")[number]["answered"]
    for wrong in (["--agree", "--decline"], ["--save", str(tmp_path / "x")]):
        done = office.cli("custodian", "answer", str(path), *wrong, who="sunee", ok=False)
        assert done.returncode == 2, wrong
    assert not (tmp_path / "x").exists()
    assert not asked_of(office, "sunee")[number]["answered"]
    assert "answers so far: 0" in office.cli("reveal", number, who="wipa").stdout


def test_a_request_that_nobody_asked(office, tmp_path):
    """Sealed to the custodian and signed by staff, as whoever saw the disk could make it."""
    number, _ = report(office, accused="kitti")
    ask(office, number)
    genuine = json.loads(request(office, number, "sunee", tmp_path).read_text(encoding="utf-8"))
    later = (datetime.date.fromisoformat(genuine["until"]) + datetime.timedelta(days=1)).isoformat()
    path, out = tmp_path / "forged.request", tmp_path / "answer"
    for who, change, says in (
            ("kitti", {}, "not an officer of a protected channel"),
            ("somsri", {}, "not an officer of a protected channel"),
            ("prasit", {}, "another request waits"),
            ("wipa", {}, "another request waits"),  # other words than those at the office
            ("wipa", {"rev": genuine["rev"] + 1}, "an earlier request"),
            ("wipa", {"until": later}, "longer than 7 days")):
        path.write_text(json.dumps(forge.request(genuine, Staff(office, who), **change)),
                        encoding="utf-8")
        for more in ([], ["--agree", "--save", str(out)], ["--decline", "--save", str(out)]):
            refused(office, "custodian", "answer", str(path), *more, who="sunee", says=says)
        assert not out.exists()
    mixed = [p for p in genuine["content"] if p["kind"] == 11]
    path.write_text(json.dumps({**genuine, "content": mixed}), encoding="utf-8")
    refused(office, "custodian", "answer", str(path), who="sunee", says="another request waits")
    path.write_text(json.dumps(genuine), encoding="utf-8")
    office.cli("custodian", "answer", str(path), "--agree", who="sunee")


def test_through_the_hands_of_the_officer(office, tmp_path):
    """Requests and answers as files: whoever carries them reads nothing and changes nothing."""
    number, _ = report(office)
    other, _ = report(office)
    ask(office, number)
    ask(office, other)
    for nth, who in enumerate(("sunee", "lamai")):
        wanted, got = tmp_path / f"{who}.request", tmp_path / f"{who}.answer"
        shown = office.cli("custodian", "request", number, "--save", str(wanted), "--for", who,
                           who="wipa").stdout
        assert REASON not in shown
        refused(office, "custodian", "answer", str(wanted), "--agree", who="wipa",
                says=f"is for {who}")
        office.cli("custodian", "answer", str(wanted), "--agree", "--save", str(got), who=who)
        assert office.json("reveal", number, who="wipa")["reveal"]["answers"] == nth
        office.cli("note", number, "ระหว่างนั้นงานเดินต่อ", who="prasit")  # the case moves on
        refused(office, "custodian", "send", str(got), who="prasit", says="does not wait")
        answer = json.loads(got.read_text(encoding="utf-8"))
        for change in ({"custodian": "chaiwat"}, {"kind": "reveal_decline"}, {"number": other},
                       {"rev": answer["rev"] + 1}):
            bad = tmp_path / "bad"
            bad.write_text(json.dumps({**answer, **change}), encoding="utf-8")
            refused(office, "custodian", "send", str(bad), who="wipa")
        office.cli("custodian", "send", str(got), who="wipa")
        refused(office, "custodian", "send", str(got), who="wipa")
    assert identity(office, number, "wipa")["name"] == REPORT["name"]
    assert office.json("reveal", other, who="wipa")["reveal"]["answers"] == 0
    for who in ("prasit", "kitti", "prasert", "sunee"):  # not theirs to carry
        gone = Staff(office, who).get(f"/api/custody/{other}", **{"for": "lamai"})
        assert gone.status_code == 404
    assert office.json("verify")["faults"] == 0


def test_asked_anew_by_the_same_officer(office, tmp_path):
    number, code = report(office)
    ask(office, number)
    old = request(office, number, "sunee", tmp_path)
    agree(office, number, "lamai", tmp_path)
    ask(office, number, ground="protect")
    refused(office, "custodian", "answer", str(old), "--agree", who="sunee",
            says="an earlier request")
    assert office.json("reveal", number, who="wipa")["reveal"]["answers"] == 0
    for nth, who in enumerate(("sunee", "lamai"), 1):
        path = request(office, number, who, tmp_path, nth=nth)
        office.cli("custodian", "answer", str(path), "--agree", who=who)
    assert identity(office, number, "wipa")["name"] == REPORT["name"]
    assert "คุ้มครองความปลอดภัย" in told(office, code)[-1] + told(office, code)[0]
    office.cli("verify")


def test_it_ends_after_seven_days(fresh_office, tmp_path):
    office = fresh_office
    waiting, code = report(office)
    opened, _ = report(office)
    ask(office, waiting)
    path = request(office, waiting, "sunee", tmp_path)
    ask(office, opened)
    agree(office, opened, "sunee", tmp_path)
    agree(office, opened, "lamai", tmp_path)
    office.cli("demo", "advance", "7d")
    assert identity(office, opened, "wipa")["name"] == REPORT["name"]
    assert asked_of(office, "sunee")[waiting]
    office.cli("demo", "advance", "1d")
    assert identity(office, opened, "wipa") is None
    assert office.json("reveal", opened, who="wipa")["reveal"]["state"] == "ended"
    refused(office, "custodian", "answer", str(path), "--agree", who="sunee", says=OVER)
    assert not asked_of(office, "sunee")
    assert not any("หมายเรียก" in text for text in told(office, code))
    ask(office, opened, who="prasit")
    assert office.json("verify")["faults"] == 0


def test_not_for_an_officer_who_is_off_the_case(office, tmp_path):
    number, _ = report(office)
    ask(office, number)
    agree(office, number, "sunee", tmp_path)
    path = request(office, number, "lamai", tmp_path)
    office.cli("recuse", number, "wipa", who="wipa")
    refused(office, "custodian", "answer", str(path), "--agree", who="lamai", says=OVER)
    assert office.json("reveal", number, who="prasit")["reveal"]["state"] == "none"
    refused(office, "reveal", number, who="wipa", says="no case")
    office.cli("verify")


def test_opened_and_then_off_the_case(office, tmp_path):
    number, _ = report(office)
    ask(office, number)
    agree(office, number, "sunee", tmp_path)
    agree(office, number, "chaiwat", tmp_path)
    assert identity(office, number, "wipa")
    office.cli("recuse", number, "wipa", who="wipa")
    refused(office, "reveal", number, who="wipa", says="no case")
    assert identity(office, number, "prasit") is None
    office.cli("verify")


def renew(office, who, folder):
    """New keys and a new passphrase, in force."""
    wish = folder / f"{who}.rotation"
    paper = json.loads(office.cli("staff", "rotate", str(wish), "--json", who=who).stdout)
    keys = [w for k in ("first", "second")
            for w in ("--key", str(office.path / "safe" / f"org-{k}.key"))]
    office.cli("staff", "sign", str(wish), *keys)
    (office.path / "demo" / f"{who}.pass").write_text(paper["passphrase"] + "\n",
                                                      encoding="utf-8")
    wish.unlink()


def test_keys_may_change_on_the_way(fresh_office, tmp_path):
    """Halves, reasons and answers were sealed and signed with keys that are others' by now."""
    office = fresh_office
    number, _ = report(office)
    renew(office, "sunee", tmp_path)  # what she holds of this case is sealed to the key before
    ask(office, number)
    waiting = request(office, number, "lamai", tmp_path)
    renew(office, "wipa", tmp_path)  # the request is signed with the key before
    renew(office, "lamai", tmp_path)  # and the reason sealed to the key before
    agree(office, number, "sunee", tmp_path)
    office.cli("custodian", "answer", str(waiting), "--agree", who="lamai")
    assert identity(office, number, "wipa")["name"] == REPORT["name"]
    renew(office, "wipa", tmp_path)  # the halves are sealed to the key before
    office.cli("staff", "rotate", "--reseal", who="wipa")
    assert identity(office, number, "wipa")["name"] == REPORT["name"]
    assert office.json("verify")["faults"] == 0


def test_new_keys_year_after_year(fresh_office, tmp_path):
    """What custodians hold is sealed to the key of the day of the report, and never anew."""
    office = fresh_office
    number, _ = report(office)
    for _ in range(13):
        renew(office, "sunee", tmp_path)
    ask(office, number)
    agree(office, number, "sunee", tmp_path)
    agree(office, number, "chaiwat", tmp_path)
    assert identity(office, number, "wipa")["name"] == REPORT["name"]
    saved = tmp_path / "sunee.key"
    office.cli("custodian", "export-key", "--save", str(saved), who="sunee")
    assert saved.stat().st_size > 13 * 32
    assert office.json("verify")["faults"] == 0


def test_after_the_name_is_destroyed(fresh_office, tmp_path):
    """What was said about a name that is gone stays provable as far as it is there."""
    office = fresh_office
    running = [c["number"] for c in office.json("cases", who="wipa")["cases"]]
    closed = [c["number"] for c in office.json("cases", "--closed", who="wipa")["cases"]
              if c["workflow"] == "corruption" and c["number"] not in running]
    opened, declined = closed[0], closed[-1]
    assert opened != declined
    for number in (opened, declined):
        ask(office, number)
    agree(office, opened, "sunee", tmp_path)
    agree(office, opened, "lamai", tmp_path)
    path = request(office, declined, "chaiwat", tmp_path)
    office.cli("custodian", "answer", str(path), "--decline", who="chaiwat")
    office.cli("demo", "advance", "1100d")
    due = office.json("purge", "--list", who="pongsak")["list"]
    assert due.count("protected: identity") >= 2
    office.cli("purge", "--approve", who="prasert")
    assert office.json("verify")["faults"] == 0
    for number in (opened, declined):
        refused(office, "reveal", number, "--reason", "x", who="wipa", says="custodians")


def test_keys_for_the_page(office, tmp_path):
    path = tmp_path / "sunee.key"
    made = office.json("custodian", "export-key", "--save", str(path), who="sunee")
    assert len(made["passphrase"].split("-")) == 6
    file = json.loads(path.read_text(encoding="utf-8"))
    assert set(file) == {"format", "tenant", "name", "office_th", "office_en", "sealed"}
    assert made["passphrase"] not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    refused(office, "custodian", "export-key", "--save", str(path), who="sunee", says="written")
    refused(office, "custodian", "export-key", "--save", str(tmp_path / "x"), who="wipa",
            says="is no custodian")
    half = reader.login_stretch(made["passphrase"].encode(), file["tenant"], "sunee")[1]
    ad = reader.listed(*[file[k].encode() for k in
                         ("format", "tenant", "name", "office_th", "office_en")])
    secrets = reader.open_wrapped(half, ad, staff.unb64(file["sealed"]))
    me = Staff(office, "sunee").keys
    assert secrets[:65] == b"\x01" + me.box_secret + me.sign_seed
    with pytest.raises(reader.Refused):
        reader.open_wrapped(half, ad + b"x", staff.unb64(file["sealed"]))


def test_a_general_complaint_is_as_its_file_says(office):
    number = office.new_case(name="ประชา ตัวอย่าง", identity_mode="confidential")
    shown = office.json("reveal", number, who="somsri")
    assert {f["id"]: f["value"] for f in shown["identity"]}["name"] == "ประชา ตัวอย่าง"
    assert "reveal" not in shown
    refused(office, "reveal", number, "--reason", "x", who="somsri", says="custodians keep no")


@pytest.mark.parametrize("bad", [["--ground", "court"], ["--reason", " "],
                                 ["--reason", "x", "--ground", "curiosity"]])
def test_words_are_asked_for(office, bad):
    assert office.cli("reveal", "C-0000-0000", *bad, who="wipa", ok=False).returncode == 2
    done = office.cli("custodian", "request", "C-0000-0000", who="sunee", ok=False)
    assert done.returncode == 2


# ---- custodians are told ----

def alerts_of(office, who):
    return [(a["number"], a["kind"]) for a in office.json("alerts", who=who)["alerts"]]


def test_custodians_are_told_of_a_request(office, tmp_path):
    """Those who were asked, as long as their answer is waited for; nobody else, and in no other
    words than number, day and last day."""
    number, _ = report(office)
    told = {who: alerts_of(office, who) for who in ("sunee", "chaiwat", "lamai")}
    assert all((number, "reveal") not in a for a in told.values())
    ask(office, number)
    asked = [who for who in told if (number, "reveal") in alerts_of(office, who)]
    assert len(asked) >= 2
    row = next(a for a in office.json("alerts", who=asked[0])["alerts"] if a["number"] == number)
    assert set(row) == {"number", "workflow", "deadline", "kind", "day", "due", "days"}
    assert row["days"] < 0 and not row["deadline"]
    assert number in office.cli("alerts", who=asked[0]).stdout
    for who in ("wipa", "prasit", "somsri", "prasert"):
        assert (number, "reveal") not in alerts_of(office, who)
    agree(office, number, asked[0], tmp_path)
    assert (number, "reveal") not in alerts_of(office, asked[0])
    assert (number, "reveal") in alerts_of(office, asked[1])
    assert not office.json("verify")["faults"]
