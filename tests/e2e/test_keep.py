# SPDX-License-Identifier: Apache-2.0
"""Retention and erasure: what is due is listed by one person, approved by another, and then gone
from every byte of the office; a legal hold keeps it."""
import re
import time

import pytest

from ledger import Hand
from office import G1, Office
from page import check
from steps import JPEG, refused
from store import Store

LISTS, APPROVES = "pongsak", "prasert"
KEYS = "working confidential identity".split()


def lines(text):
    return {line.split(" ")[0]: line.rsplit(": ", 1)[1]
            for line in text.splitlines() if ": " in line}


def listed(office):
    return lines(office.json("purge", "--list", who=LISTS)["list"])


def approved(office):
    done = office.json("purge", "--approve", who=APPROVES)
    assert done["state"] == "settled"
    return lines(done["list"])


def rejected(office, **kw):
    """A complaint with a file that was not accepted: its keys are kept for a year, the rest for
    ten."""
    receipt = office.file(**{**G1, **kw}, files={"attachments": ("a.jpg", JPEG, "image/jpeg")})
    number = receipt["case_number"]
    office.cli("do", number, "start_screening", who="somsri")
    office.cli("do", number, "reject", "--field", "reject_code=NOT_OURS", "--field",
               "where_else=อำเภอ", "--message", "อยู่นอกเขต", who="somsri")
    office.cli("approve", number, who=APPROVES)
    return number, receipt["code"]


def case_of(store, number):
    return next(h.id for h in store.heads() if h.number == number)


def sealed_of(office, number):
    """Sealed parts and seals of a case, as they lie in the database, read a second time; and the
    names of its files."""
    with Store(office.path) as store:
        case = case_of(store, number)
        parts = store.parts(case)
        return ([p.sealed for p in parts if p.sealed] + [s.sealed for s in store.seals(case)],
                [p.file for p in parts if p.file])


def raw(office):
    return {f.name: f.read_bytes() for f in (office.path / "db").iterdir()}


def pieces(sealed):
    """As long values lie in pages: no piece of them may stay."""
    return [s[at:at + 64] for s in sealed for at in range(0, max(len(s) - 63, 1), 512)]


def present(office, wanted):
    everything = b"".join(raw(office).values())
    return sum(piece in everything for piece in wanted)


def settle(office, seconds=10):
    """Until what an old file held has been overwritten."""
    end = time.time() + seconds
    while (office.path / "db" / "data.new").exists():
        assert time.time() < end
        time.sleep(0.05)


def test_keys_then_everything(fresh_office):
    o = fresh_office
    number, code = rejected(o)
    sealed, files = sealed_of(o, number)
    wanted = pieces(sealed)
    assert len(sealed) > 5 and len(files) == 1
    assert present(o, wanted) == len(wanted)
    assert number not in listed(o)
    o.cli("demo", "advance", "370d")
    assert listed(o)[number] == "confidential,identity"
    assert approved(o)[number] == "confidential,identity"
    settle(o)
    assert present(o, wanted) == 0
    assert not (o.path / "files" / files[0]).exists()
    assert not o.json("verify")["faults"]

    # the head stays: its state, no words, and nobody goes on with it
    case = o.json("case", number, who="somsri")
    assert case["state"]["id"] == "rejected" and not case["files"] and not case["messages"]
    refused(o, "note", number, "x", who="somsri", says="destroyed")
    refused(o, "hold", number, "--reason", "x", who=APPROVES, says="destroyed")
    status = o.track(code)
    assert status["state"]["id"] == "rejected" and status["messages"] == []
    assert status["destroyed"] and not status["survey"] and not status["actions"]
    for lang, words in (("th", "ส่งข้อมูลเพิ่มที่นี่ไม่ได้"), ("en", "nothing can be added here")):
        page = check(o.post(f"/track?lang={lang}", data={"code": code}).text, lang)
        assert words in page.one("main").text and not page.all("textarea")  # nobody types in vain
        switch = next(f for f in page.all("form") if f.all("button", class_="lang"))
        assert switch.one("input", name="code")["value"] == code
    assert number not in listed(o)

    o.cli("demo", "advance", "3400d")
    assert listed(o)[number] == "everything"
    assert number.encode() in b"".join(raw(o).values())
    approved(o)
    settle(o)
    refused(o, "case", number, who="somsri")
    gone = o.post("/track", data={"code": code}, accept="application/json")
    unknown = o.post("/track", data={"code": code[:-1]}, accept="application/json")
    assert gone.status_code == 404 and unknown.status_code in (404, 422)
    assert not o.json("verify")["faults"]
    with Store(o.path) as store:
        assert number not in [h.number for h in store.heads()]
        assert all(row.get(3) != number.encode() for row in store.records("alerts"))
    ledger = (o.path / "db" / "purges").read_text()
    assert ledger.count("everything") >= 1 and number not in ledger


def test_protected_cases_show_nothing_they_could_be_told_by(fresh_office):
    """Who lists and who approves are no readers of them."""
    o = fresh_office
    o.cli("demo", "advance", "1100d")
    numbers = [c["number"] for c in o.json("cases", "--closed", who="wipa")["cases"]]
    texts = []
    for _ in range(2):
        text = o.json("purge", "--list", who=LISTS)["list"]
        hidden = [line for line in text.splitlines() if " protected" in line]
        assert hidden and hidden == sorted(hidden)
        for line in hidden:
            handle, rest = line.split(" ", 1)
            assert rest == "protected: identity" and re.fullmatch("[0-9a-f]{16}", handle)
        assert not any(number in text for number in numbers)
        texts.append({line.split(" ")[0] for line in hidden})
        o.cli("demo", "advance", "1d")
    assert not texts[0] & texts[1]  # nor from one list to the next
    listed(o)
    approved(o)
    assert not o.json("verify")["faults"]
    with Store(o.path) as store:
        gone = [h.number for h in store.heads() if h.number in numbers and
                any(p.kind == 2 and not p.sealed for p in store.parts(h.id))]
    assert len(gone) == len(texts[0])
    for number in gone:  # the file itself is kept, and read as before
        assert o.json("case", number, who="wipa")["number"] == number


def test_a_purge_is_tied_to_its_approval(fresh_office, tmp_path):
    """Who said that it shall go, is in the log: it cannot be changed or left out afterwards."""
    o = fresh_office
    rejected(o)
    for days in ("370d", "3400d"):
        o.cli("demo", "advance", days)
    assert "everything" in listed(o).values()
    approved(o)
    settle(o)
    assert not o.json("verify")["faults"]
    o.stop()
    with Hand(o.path) as hand:
        metas = [k for k in hand.keys("meta")
                 if k.startswith((b"approval.", b"purged.", b"approvals"))]
        assert len(metas) >= 3
    for key in metas:
        for i, change in enumerate((lambda h, k: h.drop("meta", k),
                                    lambda h, k: h.put("meta", k, h.get("meta", k)[:-1] + b"9"),
                                    lambda h, k: h.put("meta", k, b"moved"))):
            copy = Office.copy_of(o.path, tmp_path / f"{key.hex()}{i}")
            with Hand(copy.path) as hand:
                change(hand, key)
            done = copy.cli("verify", ok=False)
            assert done.returncode == 1, (key, i)
            assert any(w in done.stderr for w in ("approval", "purge", "ground")), done.stderr


def test_who_may(fresh_office):
    o = fresh_office
    number, _ = rejected(o)
    o.cli("demo", "advance", "370d")
    refused(o, "purge", "--approve", who=APPROVES, says="no list waits")
    for nobody in ("somsri", "wipa", "kitti"):
        refused(o, "purge", "--list", who=nobody)
        refused(o, "purge", "--approve", who=nobody)
    assert number in listed(o)
    refused(o, "purge", "--approve", who=LISTS)  # whoever lists does not approve
    assert o.json("purge", "--list", who=APPROVES)["state"] == "listed"
    # a list that is not what is due any more is not approved
    o.cli("hold", number, "--reason", "คำสั่งศาล", who=APPROVES)
    refused(o, "purge", "--approve", who=APPROVES, says="make it again")
    assert number not in listed(o)
    assert o.json("case", number, who="somsri")["state"]["id"] == "rejected"


def test_hold_keeps(fresh_office):
    o = fresh_office
    number, _ = rejected(o)
    refused(o, "hold", number, "--reason", "x", who="kitti")
    assert o.cli("hold", number, who=APPROVES, ok=False).returncode == 2  # a reason is needed
    o.cli("hold", number, "--reason", "คำสั่งศาล 12/2570", who=APPROVES)
    refused(o, "hold", number, "--reason", "x", who=APPROVES)
    sealed, _ = sealed_of(o, number)
    o.cli("demo", "advance", "2000d")
    o.cli("demo", "advance", "2000d")
    assert number not in listed(o)
    approved(o)
    assert present(o, pieces(sealed)) == len(pieces(sealed))
    assert not o.json("verify")["faults"]
    with Store(o.path) as store:  # the reason is sealed
        assert "คำสั่งศาล".encode() not in b"".join(raw(o).values())
        assert case_of(store, number)
    o.cli("hold", number, "--release", "--reason", "เสร็จแล้ว", who=APPROVES)
    assert listed(o)[number] == "everything"
    approved(o)
    settle(o)
    assert present(o, pieces(sealed)) == 0
    assert not o.json("verify")["faults"]


def test_a_hold_that_was_edited_is_found(fresh_office):
    """on_hold follows from the events: it is no flag that somebody could clear on disk."""
    o = fresh_office
    number, _ = rejected(o)
    before = o.json("verify")["events"]
    o.cli("hold", number, "--reason", "x", who=APPROVES)
    assert o.json("verify")["events"] == before + 1
    case = o.json("case", number, who="somsri")
    assert [e["kind"] for e in case["events"]][-1] == "hold"


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.1])
def test_killed_while_destroying(fresh_office, after):
    """kill -9 at any moment: the office is whole, and goes on destroying where it stood."""
    import signal
    import threading
    o = fresh_office
    numbers = [rejected(o)[0] for _ in range(3)]
    wanted = [p for n in numbers for p in pieces(sealed_of(o, n)[0])]
    o.cli("demo", "advance", "370d")
    o.cli("purge", "--list", who=LISTS)
    approving = threading.Thread(target=lambda: o.cli("purge", "--approve", who=APPROVES, ok=False))
    approving.start()
    time.sleep(0.3 + after)  # signing in takes most of it
    o.stop(signal.SIGKILL)
    o.start()
    approving.join()
    state = o.json("purge", "--list", who=APPROVES)["state"]
    if state == "listed":  # the approval had not come
        approved(o)
    end = time.time() + 10
    while o.json("purge", "--list", who=APPROVES)["state"] != "settled":
        assert time.time() < end
        time.sleep(0.1)
    settle(o)
    assert present(o, wanted) == 0
    assert not o.json("verify")["faults"]
