# SPDX-License-Identifier: Apache-2.0
"""An office and its people: they come, change and go by `krading staff ...`, beside the daemon and
without it, and the signatures are read a second time."""
import json
import re
import shutil
import signal
import struct
import time

import pytest
import requests
from nacl import bindings as na
from nacl.exceptions import BadSignatureError

import reader
import staff
import test_corruption
from office import Office
from page import check
from town import FIRST, SECOND, new_town, person, protected_report, set_up


# ---- from nothing to a served office ----

def test_an_office_is_set_up_with_these_commands_alone(tmp_path):
    town = new_town(tmp_path)
    set_up(town)
    keys = tmp_path / "stick"
    shutil.move(town.path / "safe", keys)  # off the machine; the office runs without
    with town:
        receipt = town.file(subject="ไฟดับ", details="มืดมาก", category="light",
                            identity_mode="anonymous", notice_version="1")
        number = receipt["case_number"]
        listed = json.loads(town.by("somsri", "cases", "--json").stdout)
        assert number in str(listed)
        seen = town.by("somsri", "case", number).stdout
        assert "มืดมาก" in seen
        town.by("somsri", "do", number, "start_screening")
        page = town.get("/report/corruption")
        assert page.status_code == 200 and "<form" in page.text  # the protected channel is open
        assert town.json("verify")["faults"] == 0
        assert town.track(receipt["code"])["workflow"] == "general"


def test_guarded_changes_take_both_keys(tmp_path):
    town = new_town(tmp_path)
    town.add("sunee", "ผู้เก็บกุญแจ / Custodian", "custodian")
    before = town.document()
    for keys in ([FIRST], [SECOND], [FIRST, FIRST]):
        refused = town.sign(*keys, ok=False)
        assert refused.returncode == 1
        assert town.document() == before
    shown = town.sign(FIRST, ok=False)
    assert "+ sunee: new" in shown.stdout and "both keys" in shown.stderr
    (tmp_path / "elsewhere").mkdir()
    other = new_town(tmp_path / "elsewhere")
    foreign = town.cli("staff", "sign", "--key", other.path / FIRST, ok=False)
    assert foreign.returncode == 1 and "org.pub" in foreign.stderr
    town.sign(FIRST, SECOND)
    assert town.document() != before
    assert not (town.path / "directory.draft").exists()


def test_what_is_wrong_is_said(tmp_path):
    town = new_town(tmp_path)

    def refused(*words):
        done = town.cli("staff", *words, ok=False)
        assert done.returncode in (1, 2) and done.stderr, words
        return done.stderr

    add = ["add", "nipa", "--position", "a / b", "--role", "unit_officer"]
    assert "login" in refused("add", "Nipa!", "--position", "a", "--role", "clerk")
    assert "no workflow" in refused("add", "nipa", "--position", "a", "--role", "emperor")
    assert "no workflow" in refused("add", "nipa", "--position", "a", "--role", "system")
    assert "settings.yaml" in refused(*add, "--unit", "moon")
    assert "not in the directory" in refused(*add, "--superior", "nobody")
    assert "nothing to sign" in refused("sign", "--key", town.path / FIRST)
    assert "not in the directory" in refused("disable", "nobody")
    town.cli("staff", *add)
    assert "there already" in refused(*add)
    town.add("orathai", "c / d", "unit_head", superior="nipa")
    assert "circle" in refused("change", "nipa", "--superior", "orathai")


# ---- beside a daemon ----

def test_a_newcomer_signs_in_at_once(town):
    town.add("kitti", "นายช่าง / Technician", "unit_officer", unit="public_works")
    assert town.by("kitti", "cases", ok=False).returncode == 1  # not signed yet
    shown = town.sign(FIRST).stdout
    assert "+ kitti: new" in shown and "Takes one signature" in shown
    assert "kitti" in town.by("kitti", "staff", "list").stdout
    refused = town.by("kitti", "cases", ok=False, file=town.pass_file("nipa"))
    assert refused.returncode == 1 and "wrong" in refused.stderr
    assert town.json("verify")["faults"] == 0


def test_a_change_of_position_is_shown_in_words(town):
    town.cli("staff", "change", "nipa", "--unit", "welfare", "--position", "ย้าย / Moved")
    shown = town.sign(FIRST).stdout
    assert "~ nipa: unit health -> welfare" in shown and "Moved" in shown
    listed = json.loads(town.by("nipa", "staff", "list", "--json").stdout)
    assert next(p for p in listed["staff"] if p["name"] == "nipa")["unit"] == "welfare"


def test_closing_a_channel_is_said_before_it_is_signed(town):
    town.cli("staff", "disable", "lamai")
    town.cli("staff", "disable", "chaiwat")
    shown = town.sign(FIRST, SECOND)
    assert "corruption WOULD CLOSE" in shown.stderr
    assert "<form" not in town.get("/report/corruption").text


def test_whoever_is_disabled_is_out_at_once(town):
    number = town.file(subject="ไฟดับ", details="มืด", category="light",
                       identity_mode="anonymous", notice_version="1")["case_number"]
    them = person(town, "somsri")
    assert them.get("/api/cases").status_code == 200
    town.by("malee", "do", number, "start_screening")
    town.by("malee", "assign", number, "somsri")
    assert number in town.cli("staff", "disable", "somsri").stdout  # to be given to others
    assert them.get("/api/cases").status_code == 401  # before anything is signed
    refused = town.by("somsri", "cases", ok=False)
    assert refused.returncode == 1 and "wrong" in refused.stderr
    town.sign(FIRST)
    after = town.file(subject="ไฟดับ", details="อีกครั้ง", category="light",
                      identity_mode="anonymous", notice_version="1")["case_number"]
    names = {r["name"] for r in readers_of(town, "malee", after)}
    assert "malee" in names and "somsri" not in names  # no seal any more
    town.cli("staff", "change", "somsri", "--enable")
    town.sign(FIRST)
    assert town.by("somsri", "cases").returncode == 0
    assert town.json("verify")["faults"] == 0


def readers_of(town, name, number):
    return person(town, name).get(f"/api/cases/{number}").json()["readers"]


def test_the_directory_in_force_lets_nobody_in_again(town):
    """Everybody of the staff has it, whoever is disabled too; and sending it takes no sign-in."""
    town.cli("staff", "disable", "somsri")
    before = log_size(town)
    for _ in range(3):
        again = town.post("/api/directory", data=directory_form(town.document()))
        assert again.status_code == 200  # an answer that was lost loses nothing
    refused = town.by("somsri", "cases", ok=False)
    assert refused.returncode == 1 and "wrong" in refused.stderr
    assert log_size(town) == before
    assert town.json("verify")["faults"] == 0


def log_size(town):
    note = person(town, "prasit").get("/api/log/checkpoint/now").text  # an auditor
    return int(note.splitlines()[1])


def test_a_letter_to_cut_and_hand_over(town):
    sheet = town.home / "letter.html"
    done = town.cli("staff", "add", "thawat", "--position", "ก / <b>", "--role", "unit_officer",
                    "--sheet", sheet)
    text = sheet.read_text(encoding="utf-8")
    page = check(text)
    assert [p.text for p in page.all("p", class_="cut")] == ["ตัดตามรอย / cut here"] * 2
    assert all(s.text.strip() for s in page.all(None, class_="secret"))
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){6}", text).group(0)
    assert code not in done.stdout and "thawat" in text and sheet.stat().st_mode & 0o77 == 0
    again = town.cli("staff", "add", "ratree", "--position", "ก", "--role", "unit_officer",
                     "--sheet", sheet, ok=False)
    assert again.returncode == 1  # never over another's letter


# ---- somebody leaves ----

def test_a_leaver_hands_over(town):
    number = town.new_case()
    town.by("malee", "do", number, "start_screening")
    town.by("malee", "assign", number, "malee")
    town.add("ratree", "ธุรการใหม่ / Intake", "intake_officer", unit="clerk_office",
             superior="prasert")
    town.add("kanda", "ผู้อื่น / Other", "unit_officer", unit="welfare")
    town.sign(FIRST)
    assert "ไฟส่องสว่าง" not in town.by("ratree", "case", number, ok=False).stdout
    nobody = town.by("malee", "staff", "handover", "malee", "--to", "nobody", ok=False)
    assert nobody.returncode == 1
    kept = town.by("malee", "staff", "handover", "malee", "--to", "kanda", ok=False)
    assert kept.returncode == 1 and re.search("may not read|cannot be chosen", kept.stderr)  # who may not read gets nothing
    assert town.by("malee", "cases").returncode == 0
    done = town.by("malee", "staff", "handover", "malee", "--to", "ratree").stdout
    assert "1 cases assigned to ratree" in done and "0 cases could not" in done
    assert "ไฟส่องสว่าง" in town.by("ratree", "case", number).stdout
    assert person(town, "ratree").get(f"/api/cases/{number}").json()["assignee"] == "ratree"
    assert town.by("malee", "cases", ok=False).returncode == 1
    assert "malee: DISABLED" in town.sign(FIRST).stdout
    assert town.json("verify")["faults"] == 0


# ---- what nobody may do ----

def test_an_older_or_altered_directory_is_refused(town):
    old = town.document()
    town.add("kitti", "นายช่าง / Technician", "unit_officer", unit="public_works")
    town.sign(FIRST)
    now = town.document()
    rolled_back = town.post("/api/directory", data=directory_form(old))
    assert rolled_back.status_code == 422 and "newer" in rolled_back.text
    for at in (5, 40, len(now) // 2, len(now) - 1):
        bad = bytearray(now)
        bad[at] ^= 1
        assert town.post("/api/directory", data=directory_form(bytes(bad))).status_code == 422
    assert town.post("/api/directory", data=directory_form(now)).status_code == 200  # the same
    # The file alone, put back by somebody at the machine, takes nothing back either.
    (town.path / "directory.signed").write_bytes(old)
    town.stop()
    town.start()
    assert town.by("kitti", "cases").returncode == 0


def test_a_client_takes_no_older_directory(town):
    """A daemon that shows yesterday's people, even signed ones, is not believed."""
    town.trust()
    old = town.path.parent / "old"
    shutil.copytree(town.path, old, ignore=shutil.ignore_patterns("krading.sock"))
    server = ("--server", town.url)
    assert town.cli(*server, "--passphrase-file", town.pass_file("nipa"), "staff", "list",
                    who="nipa").returncode == 0
    town.add("kitti", "นายช่าง / Technician", "unit_officer", unit="public_works")
    town.sign(FIRST)
    assert "kitti" in town.cli(*server, "--passphrase-file", town.pass_file("nipa"), "staff",
                               "list", who="nipa").stdout
    town.stop()
    past = Office(old, port=town.port, home=town.home)
    with past:
        refused = town.cli(*server, "--passphrase-file", town.pass_file("nipa"), "staff", "list",
                           who="nipa", ok=False)
        assert refused.returncode == 1 and "older than the one seen before" in refused.stderr


@pytest.mark.parametrize("signed, edited", [
    ("\nworkflow: ", "\n# as somebody would have it\nworkflow: "),
    ("\nchannel: protected", "\nchannel: open"),
])
def test_a_protected_text_that_nobody_signed_is_not_sealed_under(town, signed, edited):
    """Whoever edits `access`, or makes the daemon serve another text, gets no seal: neither of an
    officer nor of a report that comes in."""
    path = town.path / "workflows" / "corruption.yaml"
    text = path.read_text(encoding="utf-8")
    first = protected_report(town)
    path.write_text(text.replace(signed, edited, 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    reload(town)
    town.by("wipa", "note", first, "เดิม")  # runs on the text that was signed
    closed = town.get("/report/corruption")
    assert closed.status_code == 503 and "<form" not in closed.text
    assert "channel corruption is closed" in town.log.read_text(encoding="utf-8")
    sent = requests.post(town.url + "/report/corruption", timeout=20,
                         data={**test_corruption.REPORT, "accused": "nipa"},
                         headers={"Accept": "application/json"})
    assert sent.status_code == 503
    entry = town.by("wipa", "submit", "corruption", "--field", "subject=x", ok=False)
    assert entry.returncode == 1 and "nothing was sealed" in entry.stderr
    if "open" in edited:
        return  # nothing that both keys would sign
    one = town.sign(FIRST, ok=False)
    assert one.returncode == 1 and "protected workflow corruption" in one.stdout
    town.sign(FIRST, SECOND)
    town.by("wipa", "note", protected_report(town), "ใหม่")
    town.by("wipa", "note", first, "ยังใช้ได้")  # earlier texts stay good
    # An open channel is the office's own to edit.
    general = town.path / "workflows" / "general.yaml"
    general.write_text(general.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    reload(town)
    town.by("malee", "do", town.new_case(), "start_screening")


def reload(town):
    before = town.log.read_text(encoding="utf-8").count("reloaded")
    town.daemon.send_signal(signal.SIGHUP)
    for _ in range(200):
        if town.log.read_text(encoding="utf-8").count("reloaded") > before:
            return
        time.sleep(0.05)
    raise AssertionError(town.log.read_text(encoding="utf-8"))


def test_the_signatures_hold_when_read_a_second_time(town_template):
    """The document as engine/vault/directory.h describes it, with PyNaCl alone."""
    document = town_template.document()
    keys = [bytes.fromhex(line) for line in
            (town_template.path / "org.pub").read_text(encoding="ascii").split()]
    (length,) = struct.unpack(">I", document[1:5])
    body, tail = document[5:5 + length], document[5 + length:]
    assert document[0] == 3 and tail[0] == 2 and len(tail) == 1 + 128
    tenant = body[4:4 + struct.unpack(">I", body[:4])[0]]

    def verify(key, kind, *parts):
        signed = reader.blake(reader.listed(b"krading/1", kind, tenant, *parts))
        return na.crypto_sign_open(tail[1:65] + signed if kind == b"directory"
                                   else tail[65:] + signed, key)

    verify(keys[0], b"directory", body)
    with pytest.raises(BadSignatureError):
        verify(keys[1], b"directory", body)
    with pytest.raises(BadSignatureError):
        verify(keys[0], b"directory", body + b"\0")
    digest, since = guarded_part(body, len(tenant))
    verify(keys[1], b"guarded", digest, struct.pack(">I", since))
    with pytest.raises(BadSignatureError):
        verify(keys[1], b"guarded", digest, struct.pack(">I", since + 1))


def guarded_part(body, tenant_len):
    """What the second key vouches for, and since which version."""
    at = 4 + tenant_len
    version, since = struct.unpack(">II", body[at:at + 8])
    assert version >= since > 0
    at += 8

    def text(at):
        (n,) = struct.unpack(">I", body[at:at + 4])
        return body[at + 4:at + 4 + n], at + 4 + n

    begin = at
    roles, at = set(), at + 1
    for _ in range(body[begin]):
        role, at = text(at)
        roles.add(role)
    part = body[begin:at]
    (people,) = struct.unpack(">H", body[at:at + 2])
    at += 2
    for _ in range(people):
        start, own = at, set()
        for _ in range(5):
            _, at = text(at)
        n, at = body[at], at + 1
        for _ in range(n):
            role, at = text(at)
            own.add(role)
        at += 1 + 64
        if own & roles:
            part += body[start:at]
    texts = body[at:]
    assert texts and b"corruption" in texts
    part += texts
    return reader.blake(reader.listed(part)), since


def directory_form(document, enrolments=b"\0\0"):
    return {"document": staff.b64(document), "enrolments": staff.b64(enrolments)}
