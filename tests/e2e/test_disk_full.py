# SPDX-License-Identifier: Apache-2.0
"""A disk that fills up, and one that gives back other bytes than it was given: a clear word,
nothing half-written, and never wrong data."""
import os
import random
import shutil
import signal
import subprocess

import lmdb
import pytest

from office import G1, KRADINGD, Office
from rawhttp import THAI, check_error

MIB = 1 << 20
RESERVE = 64 * MIB
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100_000)


# ---- no room ----

@pytest.fixture
def small_disk(demo_template, tmp_path):
    """An office on a file system of its own of 160 MiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=700", "tmpfs", str(place)],
                          capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    office = Office.copy_of(demo_template, place)
    try:
        with office:
            yield office
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


class Ballast:
    """A file that leaves so many bytes free."""

    def __init__(self, office):
        self.path = office.path.parent / "ballast"

    def leave(self, free: int) -> None:
        self.drop()
        info = os.statvfs(self.path.parent)
        with open(self.path, "wb") as f:
            size = info.f_bavail * info.f_frsize - free
            if size > 0:
                os.posix_fallocate(f.fileno(), 0, size)

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)


def turned_away(office, **more):
    answer = office.post("/report/general", {**G1, "details": "ยังพิมพ์อยู่"}, **more)
    check_error(answer.status_code, answer.headers, answer.text, (503,))
    assert int(answer.headers["Retry-After"]) > 0
    return answer


def test_a_disk_that_fills_up(small_disk):
    office, ballast = small_disk, Ballast(small_disk)
    officer, number = office.holder("intake_officer"), office.new_case()
    _, code = office.sample("G1")
    before = office.stored()

    ballast.leave(RESERVE - 4 * MIB)
    assert THAI.search(turned_away(office).text)
    assert turned_away(office, accept="application/json").json()["error"]["code"] == "full"
    turned_away(office, files={"attachments": ("a.png", PNG)})
    assert office.stored() == before, "nothing of them stays, no file either"
    for path in ("/", "/track", "/healthz"):
        assert office.get(path).status_code == 200
    page = office.get("/report/general")  # said before anybody types
    check_error(page.status_code, page.headers, page.text, (503,))
    assert office.track(code)["workflow"] == "general"
    # the reserve is for the office: it goes on
    office.cli("do", number, "start_screening", who=officer)
    assert office.json("case", number, who=officer)["state"]["id"] == "screening"
    entered = office.cli("note", number, "พื้นที่เหลือน้อย", who=officer)
    assert entered.returncode == 0
    middle = office.stored()

    ballast.leave(0)
    turned_away(office)
    done = office.cli("note", number, "ก" * 20_000, who=officer, ok=False)
    assert done.returncode in (0, 1) and (done.returncode == 0 or done.stderr)
    assert office.daemon.poll() is None
    assert office.track(code)["workflow"] == "general"
    counts = office.stored()
    if done.returncode:
        assert counts == middle, "a refused step leaves nothing"
    # and a full disk is no reason not to start
    assert office.stop(signal.SIGKILL) == -signal.SIGKILL
    office.start()
    assert office.track(code)["workflow"] == "general"
    turned_away(office)

    ballast.drop()
    assert office.file(files={"attachments": ("a.png", PNG)}, **G1)["code"]
    office.cli("note", number, "มีที่ว่างแล้ว", who=officer)
    assert office.stored()[0]["cases"] == counts[0]["cases"] + 1


def test_filling_up_while_people_file(small_disk):
    """Every one is either answered with a code that leads to it, or turned away."""
    office, ballast = small_disk, Ballast(small_disk)
    ballast.leave(RESERVE + MIB)
    before, codes, away = office.stored()[0]["cases"], [], 0
    for _ in range(60):
        answer = office.post("/report/general", G1, accept="application/json",
                             files={"attachments": ("a.png", PNG)})
        if answer.status_code == 201:
            codes.append(answer.json()["code"])
        else:
            check_error(answer.status_code, answer.headers, answer.text, (503,))
            away += 1
    assert codes and away
    assert office.stored()[0]["cases"] == before + len(codes)
    for code in codes:
        assert office.track(code)["state"]["id"] == "received"


# ---- other bytes ----

@pytest.fixture
def copied(demo_template, tmp_path):
    return Office.copy_of(demo_template, tmp_path)


def spoil(office, table: str, nth: float) -> bool:
    """Another byte in the value of a row of this table, or the row gone when it has none."""
    with lmdb.open(str(office.path / "db"), max_dbs=32, map_size=1 << 30) as env:
        db = env.open_db(table.encode(), create=False)
        with env.begin(write=True, db=db) as txn:
            rows = [(bytes(k), bytes(v)) for k, v in txn.cursor()]
            if not rows:
                return False
            key, value = rows[int(nth * len(rows))]
            if not value:
                return txn.delete(key)
            data = bytearray(value)
            data[len(data) // 2] ^= 0x41
            return txn.put(key, bytes(data))


def answers(office):
    """What the holders of all sample codes see; or how the daemon ended."""
    found = {}
    for name in ("G1", "G2", "G3", "G4", "G5", "G6", "C1", "C2", "C3", "C4", "C5", "C6"):
        answer = office.post("/track", {"code": office.sample(name)[1]}, accept="application/json")
        found[name] = answer.json() if answer.status_code == 200 else answer.status_code
        if isinstance(found[name], dict):
            for action in found[name]["actions"]:  # one that opens a case: another each time
                action.pop("new_code", None)
                action.pop("new_code_mac", None)
    return found


@pytest.fixture(scope="module")
def right_answers(office):
    return answers(office)


def never_wrong(office, right):
    """Serves what it served, or says that it cannot, or does not start at all."""
    try:
        office.start()
    except RuntimeError:
        assert office.daemon.returncode not in (0, None)
        assert office.log.read_text().strip()
        return
    try:
        for name, answer in answers(office).items():
            if isinstance(answer, dict):
                assert answer == right[name]
            else:
                assert answer in (404, 503), (name, answer)
    finally:
        office.stop()


@pytest.mark.parametrize("table, word", [
    ("heads", "case"), ("events", "event"), ("parts", "part"), ("seals", "seal"),
    ("alerts", "outbox"), ("leaves", "log"), ("codes", "code"), ("numbers", "number"),
    ("due", "due"), ("listed", "list"), ("staff", "staff"), ("defs", "definition"),
])
def test_a_broken_record_is_named(copied, right_answers, table, word):
    assert spoil(copied, table, 0.5)
    done = copied.cli("verify", ok=False)
    assert done.returncode == 1
    assert any(line.startswith(word) for line in done.stderr.splitlines()), done.stderr
    counts = copied.cli("verify", "--json", ok=False)
    assert '"faults":0' not in counts.stdout and '"where":[]' not in counts.stdout
    if table not in ("codes",):  # a code that leads to another case opens nothing there
        never_wrong(copied, right_answers)


def test_a_code_led_to_another_case_opens_nothing(copied):
    """Two entries of the code index exchanged: the codes' keys do not open the other's words."""
    with lmdb.open(str(copied.path / "db"), max_dbs=32, map_size=1 << 30) as env:
        db = env.open_db(b"codes", create=False)
        with env.begin(write=True, db=db) as txn:
            rows = [(bytes(k), bytes(v)) for k, v in txn.cursor()]
            for (key, _), (_, value) in zip(rows, rows[1:] + rows[:1]):
                txn.put(key, value)
    assert copied.cli("verify", ok=False).returncode == 1
    with copied:
        for name, answer in answers(copied).items():
            assert answer in (404, 503), (name, answer)


@pytest.mark.parametrize("table", [
    "alerts", "codes", "counts", "defs", "due", "events", "expiry", "handovers", "heads", "leaves",
    "listed", "meta", "numbers", "parts", "requests", "seals", "staff", "waiting"])
def test_rows_of_no_known_key(copied, table):
    """Of every length there is a reader for, at both ends: verify comes to an end and tells it."""
    with lmdb.open(str(copied.path / "db"), max_dbs=32, map_size=1 << 30) as env:
        db = env.open_db(table.encode(), create=False)
        with env.begin(write=True, db=db) as txn:
            for size in (1, 7, 8, 9, 12, 13, 16, 31, 32, 33, 36, 40):
                for byte in (b"\0", b"\xff"):
                    txn.put(byte * size, b"\0\xff" * 20)
    done = copied.cli("verify", ok=False)
    if table not in ("counts", "defs", "expiry", "meta", "requests", "staff"):
        assert done.returncode == 1 and done.stderr and "error" not in done.stderr


def test_pages_of_the_database_overwritten(copied, right_answers, tmp_path):
    """At random places of the file. Loud or right, in verify and in the daemon; never wrong."""
    chance = random.Random("pages")
    whole = (copied.path / "db" / "data.mdb").read_bytes()
    loud = 0
    for turn in range(12):
        data = bytearray(whole)
        for _ in range(8):
            at = chance.randrange(8192, len(data) - 64)  # the two first pages say where to look
            data[at:at + 16] = chance.randbytes(16)
        (copied.path / "db" / "data.mdb").write_bytes(data)
        done = copied.cli("verify", ok=False)
        if done.returncode:
            loud += 1
            assert done.stderr or done.returncode < 0
        if turn % 4 == 0:
            try:
                never_wrong(copied, right_answers)
            except OSError:  # it ended at the broken page, which is loud
                assert copied.daemon.wait(10) != 0
    assert loud >= 6


def test_a_database_cut_off(copied):
    path = copied.path / "db" / "data.mdb"
    whole = path.read_bytes()
    for keep in (0, 100, 4096, 8192, len(whole) // 2):
        path.write_bytes(whole[:keep])
        if keep == 0:  # no database at all: a new one would look like an office without cases
            started = subprocess.run([str(KRADINGD), "--data", str(copied.path), "--listen",
                                      f"127.0.0.1:{copied.port}"], capture_output=True, text=True,
                                     timeout=20)
            assert started.returncode == 1 and str(copied.path) in started.stderr
        assert copied.cli("verify", ok=False).returncode != 0, keep


def test_a_database_of_another_office(copied):
    with lmdb.open(str(copied.path / "db"), max_dbs=32, map_size=1 << 30) as env:
        with env.begin(write=True, db=env.open_db(b"meta", create=False)) as txn:
            assert txn.put(b"tenant\0", b"\0another-office", overwrite=True)
    with pytest.raises(RuntimeError, match="belongs to another office"):
        copied.start()
    done = copied.cli("verify", ok=False)
    assert done.returncode == 1 and "belongs to another office" in done.stderr


# ---- files ----

@pytest.mark.parametrize("how", ["cut", "changed", "gone", "longer"])
def test_a_sealed_file_that_was_damaged(fresh_office, tmp_path, how):
    office, officer = fresh_office, fresh_office.holder("intake_officer")
    number = office.file(files={"attachments": ("รูป.png", PNG)}, **G1)["case_number"]
    to = tmp_path / "saved"
    to.mkdir()
    office.cli("case", number, "--save", to, who=officer)
    assert [f.read_bytes() for f in to.iterdir()] == [PNG]
    shutil.rmtree(to)
    to.mkdir()

    (sealed,) = [f for f in (office.path / "files").iterdir() if f.stat().st_size > 1000]
    data = bytearray(sealed.read_bytes())
    if how == "gone":
        sealed.unlink()
    elif how == "changed":
        data[len(data) // 2] ^= 1
        sealed.write_bytes(data)
    else:
        sealed.write_bytes(data[:-5000] if how == "cut" else data + b"x")
    done = office.cli("case", number, "--save", to, who=officer, ok=False)
    assert done.returncode == 1 and done.stderr
    assert not [f for f in to.iterdir() if f.stat().st_size], "a part of a file is no file"
    if how != "changed":  # its bytes are the officers' to check, its length is anybody's
        found = office.cli("verify", ok=False)
        assert found.returncode == 1 and number in found.stderr
    assert office.get("/healthz").text.strip() == "ok"
