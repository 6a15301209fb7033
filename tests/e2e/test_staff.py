# SPDX-License-Identifier: Apache-2.0
"""People come, change, forget and go: `krading staff ...` on a real office, beside the daemon and
without it, and the signatures read a second time."""
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
from office import Office, run_krading

FIRST, SECOND = "safe/org-first.key", "safe/org-second.key"


class Town(Office):
    """An office that was set up from nothing; keeps what was handed over on paper."""

    def __init__(self, path):
        super().__init__(path)
        self.paper = {}
        self.served = False

    def add(self, name, position, *roles, **more):
        words = ["staff", "add", name, "--position", position]
        for role in roles:
            words += ["--role", role]
        for option, value in more.items():
            words += [f"--{option}"] + ([] if value is True else [value])
        self.keep(json.loads(self.cli(*words, "--json").stdout))

    def keep(self, paper):
        """Writes down what was handed over."""
        name = paper["name"]
        self.paper[name] = {**self.paper.get(name, {}), **paper}
        self.pass_file(name).write_text(self.paper[name]["passphrase"] + "\n", encoding="utf-8")

    def pass_file(self, name):
        return self.home / f"{name}.pass"

    def code_file(self, name, code=None):
        file = self.home / f"{name}.code"
        file.write_text((code or self.paper[name]["recovery"]) + "\n", encoding="utf-8")
        return file

    def sign(self, *keys, ok=True):
        words = [w for k in keys for w in ("--key", self.path / k)]
        return self.cli("staff", "sign", *words, ok=ok)

    def sign_words(self, wish, *keys, ok=True):
        words = [w for k in keys for w in ("--key", self.path / k)]
        return self.cli("staff", "sign", wish, *words, ok=ok)

    def by(self, name, *args, ok=True, file=None):
        """One attempt a second for each name: a second one waits inside the client."""
        return self.cli("--passphrase-file", file or self.pass_file(name), *args, who=name, ok=ok)

    def document(self):
        return (self.path / "directory.signed").read_bytes()


def new_town(root):
    made = run_krading("init", root / "town", "--org", "อบต.ตั้งใหม่")
    assert made.returncode == 0, made.stderr
    return Town(root / "town")


def set_up(town):
    """Everybody a small office needs for both channels."""
    town.add("pongsak", "ผู้ดูแลระบบ / Administrator", "administrator", unit="clerk_office")
    town.add("somkiat", "นายก / Chief executive", "chief_executive")
    town.add("prasert", "ปลัด / Clerk", "clerk", unit="clerk_office", superior="somkiat")
    town.add("somsri", "รับเรื่อง / Intake", "intake_officer", unit="clerk_office",
             superior="prasert")
    town.add("malee", "ธุรการ / Intake", "intake_officer", unit="clerk_office", superior="prasert")
    town.add("orathai", "ผอ.กองสาธารณสุข / Head of health", "unit_head", unit="health",
             superior="prasert")
    town.add("nipa", "นักวิชาการสาธารณสุข / Health officer", "unit_officer", unit="health",
             superior="orathai")
    town.add("wipa", "นิติกร / Legal", "protected_officer", unit="clerk_office",
             superior="prasert")
    town.add("prasit", "ตรวจสอบภายใน / Audit", "protected_officer", "auditor",
             unit="internal_audit", superior="somkiat")
    town.add("arthit", "ปลัดอำเภอ / District", "protected_officer", outside=True)
    town.add("benjawan", "เทศบาล / Neighbour", "internal_auditor", outside=True)
    for name in ("sunee", "chaiwat", "lamai"):
        town.add(name, "ผู้เก็บกุญแจ / Custodian", "custodian", outside=True)
    town.sign(FIRST, SECOND)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Set up without a daemon; never served."""
    town = new_town(tmp_path_factory.mktemp("town"))
    set_up(town)
    return town


@pytest.fixture
def town(template, tmp_path):
    shutil.copytree(template.path, tmp_path / "town")
    t = Town(tmp_path / "town")
    for paper in template.paper.values():
        t.keep(paper)
    with t:
        yield t


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


def readers_of(town, name, number):
    return person(town, name).get(f"/api/cases/{number}").json()["readers"]


def person(town, name):
    """Signs in without the command line."""
    (town.path / "demo").mkdir(exist_ok=True)
    shutil.copy(town.pass_file(name), town.path / "demo" / f"{name}.pass")
    try:
        return staff.Staff(town, name)
    finally:
        shutil.rmtree(town.path / "demo")


# ---- passphrases ----

def test_another_passphrase_ends_the_old_one_and_its_sessions(town):
    before = person(town, "nipa")
    assert before.get("/api/cases").status_code == 200
    old = town.home / "old.pass"
    shutil.copy(town.pass_file("nipa"), old)
    paper = json.loads(town.by("nipa", "staff", "passphrase", "--json").stdout)
    assert re.fullmatch(r"[a-z]+(-[a-z]+){5}", paper["passphrase"]) and "recovery" not in paper
    assert before.get("/api/cases").status_code == 401
    refused = town.by("nipa", "cases", ok=False, file=old)
    assert refused.returncode == 1 and "passphrase is wrong" in refused.stderr
    town.keep(paper)
    assert town.by("nipa", "cases").returncode == 0
    # The printed code is still good: it is not kept in the office.
    town.by("nipa", "staff", "recover", "nipa", "--code-file", town.code_file("nipa"))


def test_a_chosen_passphrase_is_measured(town):
    own = town.home / "own"
    own.write_text("password123\n", encoding="utf-8")
    refused = town.by("nipa", "staff", "passphrase", "--new-passphrase-file", own, ok=False)
    assert refused.returncode == 1 and "too easy" in refused.stderr
    own.write_text("Kx7#vQ2m!Lp9zR4tWb8\n", encoding="utf-8")
    done = town.by("nipa", "staff", "passphrase", "--new-passphrase-file", own)
    assert "Kx7" not in done.stdout + done.stderr
    assert town.by("nipa", "cases", file=own).returncode == 0


def test_the_recovery_code_serves_once(town):
    wrong = "0" * 4
    assert town.cli("staff", "recover", "nipa", "--code-file",
                    town.code_file("nipa", "-".join([wrong] * 7)), ok=False).returncode == 1
    other = town.cli("staff", "recover", "nipa", "--code-file", town.code_file("orathai"), ok=False)
    assert other.returncode == 1 and "recovery code is wrong" in other.stderr
    nobody = town.cli("staff", "recover", "nobody", "--code-file", town.code_file("orathai"),
                      ok=False)
    assert nobody.stderr == other.stderr  # alike for names that are none
    used = town.code_file("nipa")
    paper = json.loads(town.cli("staff", "recover", "nipa", "--code-file", used,
                                "--json").stdout)
    again = town.cli("staff", "recover", "nipa", "--code-file", used, ok=False)
    assert again.returncode == 1 and "recovery code is wrong" in again.stderr
    assert town.by("nipa", "cases", ok=False).returncode == 1
    town.keep(paper)
    assert town.by("nipa", "cases").returncode == 0
    assert town.json("verify")["faults"] == 0


def test_a_person_without_a_recovery_code_has_none_to_guess(fresh_office):
    """Everybody of a demo office: whoever has none is refused as everybody else is."""
    file = fresh_office.path.parent / "code"
    file.write_text("0000-0000-0000-0000-0000-0000-0000\n", encoding="utf-8")
    done = fresh_office.cli("staff", "recover", "nipa", "--code-file", file, ok=False)
    assert done.returncode == 1 and "recovery code is wrong" in done.stderr


def test_new_keys_for_somebody_who_lost_everything(town):
    before = town.document()
    paper = json.loads(town.cli("staff", "recover", "nipa", "--anew", "--json").stdout)
    assert town.by("nipa", "cases").returncode == 0  # until it is signed
    shown = town.sign(FIRST).stdout
    assert "nipa: NEW KEYS" in shown and town.document() != before
    assert town.by("nipa", "cases", ok=False).returncode == 1
    town.keep(paper)
    assert town.by("nipa", "cases").returncode == 0


def test_a_letter_to_cut_and_hand_over(town):
    sheet = town.home / "letter.html"
    done = town.cli("staff", "add", "thawat", "--position", "ก / <b>", "--role", "unit_officer",
                    "--sheet", sheet)
    text = sheet.read_text(encoding="utf-8")
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){6}", text).group(0)
    assert code not in done.stdout and "thawat" in text and sheet.stat().st_mode & 0o77 == 0
    again = town.cli("staff", "add", "ratree", "--position", "ก", "--role", "unit_officer",
                     "--sheet", sheet, ok=False)
    assert again.returncode == 1  # never over another's letter


# ---- new keys for oneself ----

def test_new_keys_read_what_the_old_ones_read(town):
    number = town.new_case()
    town.by("malee", "do", number, "start_screening")
    town.by("malee", "grant", number, "--to", "somsri", "--reason", "แทนกัน", ok=False)
    old_pass = town.home / "malee.old"
    shutil.copy(town.pass_file("malee"), old_pass)
    before = person(town, "malee")
    wish = town.home / "malee.rotation"
    paper = json.loads(town.by("malee", "staff", "rotate", wish, "--json").stdout)
    assert town.by("malee", "cases").returncode == 0  # the old keys hold until it is signed
    tampered = town.home / "tampered"
    tampered.write_bytes(wish.read_bytes()[:-1] + bytes([wish.read_bytes()[-1] ^ 1]))
    assert town.sign_words(tampered, FIRST, ok=False).returncode == 1
    shown = town.sign_words(wish, FIRST).stdout
    assert "malee: NEW KEYS" in shown
    assert before.get("/api/cases").status_code == 401  # sessions of the old key are over
    assert town.by("malee", "cases", ok=False, file=old_pass).returncode == 1
    town.keep(paper)
    assert "ไฟส่องสว่าง" in town.by("malee", "case", number).stdout
    after = person(town, "malee")
    assert not opens(after, number)  # with the new key alone nothing yet
    done = town.by("malee", "staff", "rotate", "--reseal").stdout
    assert re.match(r"[1-9]\d* keys sealed to your new key; 0 cases left", done), done
    assert opens(after, number)
    assert town.by("malee", "staff", "rotate", "--reseal").stdout.startswith("0 keys")
    assert "ไฟส่องสว่าง" in town.by("malee", "case", number).stdout
    town.by("malee", "note", number, "ยังทำงานได้")
    assert town.sign_words(wish, FIRST, ok=False).returncode == 1  # a wish serves once
    assert town.json("verify")["faults"] == 0


def opens(who, number):
    """How many seals of the case the keys of today open, read a second time."""
    view = who.get(f"/api/cases/{number}").json()
    count = 0
    for seal in view["seals"]:
        context = reader.Context(who.tenant, view["workflow"], int(view["seal_id"], 16),
                                 seal["class"], seal["epoch"], 0, seal["slot"])
        try:
            reader.open_seal(who.keys.box_secret, context, staff.unb64(seal["sealed"]))
            count += 1
        except reader.Refused:
            pass
    return count


def test_what_was_passed_on_before_a_rotation_still_opens(town):
    """The giver's old signature, to the receiver's old key: both have others by now."""
    number = protected_report(town)
    town.by("prasit", "do", number, "check_coi", "--field", "accused=nipa", ok=False)
    granted = town.by("wipa", "grant", number, "--to", "arthit", "--reason", "ช่วยกัน", ok=False)
    assert granted.returncode == 0, granted.stderr
    assert "เรียกเงิน" in town.by("arthit", "case", number).stdout
    for name in ("wipa", "arthit"):
        wish = town.home / f"{name}.rotation"
        paper = json.loads(town.by(name, "staff", "rotate", wish, "--json").stdout)
        one = town.sign_words(wish, FIRST, ok=False)
        assert one.returncode == 1 and "both keys" in one.stderr
        (town.path / "directory.draft").unlink(missing_ok=True)
        town.sign_words(wish, FIRST, SECOND)
        town.keep(paper)
        seen = town.by("arthit", "case", number)
        assert "เรียกเงิน" in seen.stdout and "not signed" not in seen.stderr
    assert "เรียกเงิน" in town.by("wipa", "case", number).stdout
    assert town.json("verify")["faults"] == 0


def test_keys_of_a_case_outlive_those_of_their_maker(town):
    """Whoever takes a colleague off makes the case new keys, and has other keys of their own since."""
    number = protected_report(town)
    town.by("prasit", "do", number, "check_coi", "--field", "accused_unknown=1")
    town.by("prasit", "do", number, "name_accused", "--field", "accused=wipa")
    town.by("prasit", "grant", number, "--to", "arthit", "--reason", "ช่วยกัน")
    assert {k["by"] for k in epochs(town, "arthit", number)} == {"prasit"}
    wish = town.home / "prasit.rotation"
    paper = json.loads(town.by("prasit", "staff", "rotate", wish, "--json").stdout)
    town.sign_words(wish, FIRST, SECOND)
    town.keep(paper)
    for name in ("arthit", "prasit"):
        assert "เรียกเงิน" in town.by(name, "case", number).stdout
    town.by("arthit", "note", number, "อ่านแล้ว")
    assert town.json("verify")["faults"] == 0


def epochs(town, name, number):
    keys = person(town, name).get(f"/api/cases/{number}").json()["keys"]
    return [k for k in keys if k["epoch"] > 1]


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

def directory_form(document, enrolments=b"\0\0"):
    return {"document": staff.b64(document), "enrolments": staff.b64(enrolments)}


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


def test_nobody_enrols_for_another(town):
    """An enrolment is signed by the key of the directory, and serves once."""
    them, other = person(town, "nipa"), person(town, "orathai")
    auth, half = reader.login_stretch(b"another passphrase altogether", them.tenant, "nipa")
    share = share_of(town, "nipa")

    def enrolment(name, keys, changed):
        box = na.crypto_scalarmult_base(keys.box_secret)
        public, secret = na.crypto_sign_seed_keypair(keys.sign_seed)
        wrapped = wrap_person(keys, half, share, name)
        body = (b"\x01" + struct.pack(">I", len(name)) + name.encode() +
                struct.pack(">q", changed) + box + public + auth + wrapped + b"\0" + b"\0")
        signed = reader.blake(reader.listed(b"krading/1", b"enrolment", them.tenant.encode(), body))
        return body + na.crypto_sign(signed, secret)[:64]

    def send(session, body):
        return session.post("/api/staff/keys", enrolment=staff.b64(body)).status_code

    later = int(time.time()) + 60
    assert send(other, enrolment("nipa", them.keys, later)) == 422    # not by oneself
    assert send(them, enrolment("nipa", other.keys, later)) == 422    # not one's own keys
    assert send(them, enrolment("nipa", them.keys, 5)) == 422         # an old one again
    assert send(them, enrolment("nipa", them.keys, later + 10**6)) == 422
    good = enrolment("nipa", them.keys, later)
    assert send(them, good[:-1] + bytes([good[-1] ^ 1])) == 422
    assert send(them, good) == 200
    file = town.home / "chosen"
    file.write_text("another passphrase altogether\n", encoding="utf-8")
    assert town.by("nipa", "cases", file=file).returncode == 0
    assert requests.post(town.url + "/api/staff/keys", data={"enrolment": "AA"},
                         timeout=20).status_code == 401
    assert town.post("/api/staff/block", data={"name": "nipa"}).status_code == 404  # local only


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


def protected_report(town):
    return town.file("corruption", **{**test_corruption.REPORT, "accused": "nipa"})["case_number"]


def share_of(town, name):
    key = (town.path / "keys" / "share").read_bytes()
    return reader.blake(reader.listed(b"krading/1|share", name.encode()), key)


def wrap_person(keys, half, share, name):
    kek = reader.blake(half + share)
    nonce = bytes(range(24))
    return b"\x01" + nonce + na.crypto_aead_xchacha20poly1305_ietf_encrypt(
        keys.box_secret + keys.sign_seed, reader.listed(b"krading/1|person", name.encode()), nonce,
        kek)


def test_the_signatures_hold_when_read_a_second_time(template):
    """The document as engine/vault/directory.h describes it, with PyNaCl alone."""
    document = template.document()
    keys = [bytes.fromhex(line) for line in
            (template.path / "org.pub").read_text(encoding="ascii").split()]
    (length,) = struct.unpack(">I", document[1:5])
    body, tail = document[5:5 + length], document[5 + length:]
    assert document[0] == 2 and tail[0] == 2 and len(tail) == 1 + 128
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
