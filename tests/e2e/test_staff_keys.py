# SPDX-License-Identifier: Apache-2.0
"""Keys of people that change: passphrases, recovery codes, rotation, and who may enrol whom."""
import json
import re
import shutil
import struct
import time

import requests
from nacl import bindings as na

import reader
import staff
from town import FIRST, SECOND, person, protected_report


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


# ---- enrolments ----

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


def share_of(town, name):
    key = (town.path / "keys" / "share").read_bytes()
    return reader.blake(reader.listed(b"krading/1|share", name.encode()), key)


def wrap_person(keys, half, share, name):
    kek = reader.blake(half + share)
    nonce = bytes(range(24))
    return b"\x01" + nonce + na.crypto_aead_xchacha20poly1305_ietf_encrypt(
        keys.box_secret + keys.sign_seed, reader.listed(b"krading/1|person", name.encode()), nonce,
        kek)
