# SPDX-License-Identifier: Apache-2.0
"""Backup beside a running daemon, restore into an empty place, and what was destroyed since stays
destroyed."""
import datetime
import hashlib
import json
import os
import re
import tarfile
import threading

import pytest

import reader
from office import G1, Office, run_krading
from staff import Staff
from test_keep import approved, listed, pieces, present, rejected, sealed_of


@pytest.fixture
def kept(fresh_office, tmp_path):
    """An office with a case of one file, its backup and its keys."""
    folder = tmp_path / "backups"
    folder.mkdir()
    number, code = rejected(fresh_office)
    fresh_office.cli("backup", folder / "a.krading", "--with-keys", folder / "keys")
    return fresh_office, folder, number, code


def restore(folder, to, *more, ok=True, name="a.krading"):
    done = run_krading("restore", folder / name, to, *more)
    assert (done.returncode == 0) == ok, (done.stdout, done.stderr)
    return done


def members(path):
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}


def with_manifest(path, to, change):
    """The same archive with another manifest, whose sum is right again."""
    found = members(path)
    text = change(found["manifest"].decode().rsplit("end ", 1)[0])
    text += "end " + hashlib.sha256(text.encode()).hexdigest() + "\n"
    whole = path.read_bytes()
    at = whole.rindex(found["manifest"])
    length = -(-len(found["manifest"]) // 512) * 512
    assert len(text) <= length
    header = bytearray(whole[at - 512:at])
    header[124:136] = b"%011o\0" % len(text)
    header[148:156] = b" " * 8
    header[148:155] = b"%06o\0" % sum(header)
    to.write_bytes(whole[:at - 512] + bytes(header) + text.encode().ljust(length, b"\0")
                   + b"\0" * 1024)


def test_there_and_back(kept, tmp_path):
    o, folder, number, code = kept
    found = members(folder / "a.krading")
    assert {"settings.yaml", "org.pub", "directory.signed", "db/data.mdb", "db/purges",
            "manifest"} <= set(found)
    assert not [n for n in found if n.startswith(("keys/", "safe/", "demo/"))]
    assert {"keys/pepper", "keys/share", "keys/mac", "keys/log"} <= set(members(folder / "keys"))
    for secret in (o.path / "keys").iterdir():
        assert secret.read_bytes() not in (folder / "a.krading").read_bytes()
    for line in found["manifest"].decode().splitlines():
        if line.startswith("file "):
            _, digest, size, name = line.split(" ")
            assert hashlib.sha256(found[name]).hexdigest() == digest and len(found[name]) == int(size)
    done = restore(folder, tmp_path / "again", "--keys", folder / "keys")
    assert ", 0 faults" in done.stdout
    counts = o.json("verify")
    copy = Office(tmp_path / "again")
    assert {k: copy.json("verify")[k] for k in ("cases", "events", "faults")} == {
        k: counts[k] for k in ("cases", "events", "faults")}
    with copy:
        assert copy.track(code)["state"]["id"] == "rejected"
    restore(folder, tmp_path / "again", "--keys", folder / "keys", ok=False)  # never over another
    again = o.cli("backup", folder / "a.krading", ok=False)
    assert again.returncode == 1 and "never written over" in again.stderr


def test_under_load(kept, tmp_path):
    o, folder, *_ = kept
    stop, filed = threading.Event(), []

    def load():
        while not stop.is_set():
            filed.append(o.file(**G1)["case_number"])
    workers = [threading.Thread(target=load) for _ in range(2)]
    for w in workers:
        w.start()
    try:
        for i in range(3):
            o.cli("backup", folder / f"load{i}")
    finally:
        stop.set()
        for w in workers:
            w.join()
    assert len(filed) > 3
    for i in range(3):
        done = restore(folder, tmp_path / f"load{i}", "--keys", folder / "keys", name=f"load{i}")
        assert ", 0 faults" in done.stdout


def test_purges_are_done_again(kept, tmp_path):
    o, folder, number, _ = kept
    sealed, files = sealed_of(o, number)
    o.cli("demo", "advance", "370d")
    assert number in listed(o)
    approved(o)
    o.cli("backup", folder / "b.krading")  # writes the newest list of purges beside
    for name, more in (("x", ()), ("y", ("--purges", o.path / "db" / "purges"))):
        done = restore(folder, tmp_path / name, "--keys", folder / "keys", *more)
        assert ", 0 faults" in done.stdout
        copy = Office(tmp_path / name)
        assert present(copy, pieces(sealed)) == 0
        assert not (copy.path / "files" / files[0]).exists()
        assert (copy.path / "db" / "purges").read_text() == (o.path / "db" / "purges").read_text()
    # without the keys it is served only after the same
    restore(folder, tmp_path / "z")
    copy = Office(tmp_path / "z")
    assert present(copy, pieces(sealed)) > 0
    (tmp_path / "z" / "keys").mkdir()
    for name, content in members(folder / "keys").items():
        if name.startswith("keys/"):
            (tmp_path / "z" / name).write_bytes(content)
    waiting = json.loads(copy.cli("verify", "--json", ok=False).stdout)
    assert waiting["faults"] == 1
    assert re.search(r"^purges db/purges: \d+ purges wait", waiting["where"][0])
    with copy:
        assert copy.get("/healthz").status_code == 200
    assert present(copy, pieces(sealed)) == 0
    assert not copy.json("verify")["faults"]


def test_a_list_of_purges_that_the_office_did_not_write(kept, tmp_path):
    """Whoever writes to the disk, or to the backups, has no case destroyed by the office itself."""
    o, folder, number, code = kept
    seal_id = Staff(o, o.holder("intake_officer")).get(f"/api/cases/{number}").json()["seal_id"]
    tenant = re.search(r"(?m)^tenant: (\S+)", (o.path / "settings.yaml").read_text("utf-8")).group(1)
    mark = reader.blake(reader.listed(b"krading/1|purged", tenant.encode(), bytes.fromhex(seal_id)))
    purges = o.path / "db" / "purges"
    o.stop()
    for end in ("", " " + "0" * 64):
        purges.write_text(f"krading purges 1\noffice {tenant}\n2026-01-01 {mark.hex()} everything"
                          f"{end}\n", encoding="ascii")
        done = restore(folder, tmp_path / f"again{len(end)}", "--keys", folder / "keys", "--purges",
                       purges, ok=False)
        assert "somebody has changed it" in done.stderr
        with pytest.raises(RuntimeError, match="somebody has changed it"):
            o.start()
    purges.unlink()
    with o:
        assert o.track(code)["state"]["id"] == "rejected"


def test_what_lies_in_its_way_is_not_written_through(kept, tmp_path):
    """The folder of backups may be somebody else's: a link laid there leads nowhere."""
    o, folder, _, _ = kept
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    for name in ("b.krading.part", f"{next(folder.glob('*.purges')).name}.new"):
        (folder / name).symlink_to(victim)
    o.cli("backup", folder / "b.krading")
    assert victim.read_text() == "untouched"
    assert not (folder / "b.krading").is_symlink() and members(folder / "b.krading")


def test_damage_is_refused(kept, tmp_path):
    _, folder, *_ = kept
    whole = (folder / "a.krading").read_bytes()
    spots = [0, 10, 130, 300, 600, len(whole) // 3, len(whole) // 2, len(whole) - 1500,
             len(whole) - 1, *range(777, len(whole), len(whole) // 12)]
    for i, at in enumerate(spots):
        bad = bytearray(whole)
        bad[at] ^= 1 << (i % 8)
        (folder / "bad").write_bytes(bad)
        done = restore(folder, tmp_path / "bad", "--keys", folder / "keys", ok=False, name="bad")
        assert done.returncode == 1 and ("damaged" in done.stderr or "no backup" in done.stderr)
        assert not (tmp_path / "bad").exists()
    for cut in (0, 511, len(whole) // 2, len(whole) - 512):
        (folder / "bad").write_bytes(whole[:cut])
        restore(folder, tmp_path / "bad", ok=False, name="bad")


def test_expiry(kept, tmp_path):
    o, folder, *_ = kept
    text = members(folder / "a.krading")["manifest"].decode()
    made, expires = (datetime.date.fromisoformat(re.search(word + r" (\S+)", text).group(1))
                     for word in ("made", "expires"))
    assert (expires - made).days == 35

    def older(old):
        return old.replace(str(expires), str(made - datetime.timedelta(days=1)))
    with_manifest(folder / "a.krading", folder / "old", older)
    (folder / "mine.txt").write_text("not a backup")
    done = restore(folder, tmp_path / "old", "--keys", folder / "keys", ok=False, name="old")
    assert "expired" in done.stderr and not (tmp_path / "old").exists()
    restore(folder, tmp_path / "old", "--keys", folder / "keys", "--expired", name="old")
    done = o.cli("backup", folder / "a.krading", "--expire")
    assert "1 expired" in done.stdout
    assert not (folder / "old").exists()
    assert (folder / "mine.txt").exists() and (folder / "a.krading").exists()
    assert (folder / "keys").exists()


def test_keys_of_another_office(kept, tmp_path):
    """Put beside a database they do not belong to: nothing is served or judged, nothing changes."""
    o, *_ = kept
    o.stop()
    other = Office.copy_of(o.path, tmp_path / "other")
    (other.path / "keys" / "pepper").write_bytes(os.urandom(32))
    database = other.path / "db" / "data.mdb"
    before = database.read_bytes()
    for command in (["verify"], ["check"], ["backup", str(tmp_path / "b.krading")]):
        done = other.cli(*command, ok=False)
        assert done.returncode == 1, command
        assert "not the keys this office was made with" in done.stderr and not done.stdout, command
    with pytest.raises(RuntimeError, match="not the keys this office was made with"):
        other.start()
    assert database.read_bytes() == before
