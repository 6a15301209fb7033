# SPDX-License-Identifier: Apache-2.0
"""Files of staff: sealed on their machine, sent in parts, gone on with after a break, fetched and
opened in portions. Neither side ever holds a file."""
import hashlib
import os
import re
import signal
import subprocess
import time

import pytest

import reader
from office import G1, KRADING, Office
from page import check
from rawhttp import check_error
from staff import Staff
from steps import refused

MB = 1 << 20
PDF = b"%PDF-1.7\n"
ENTRY = ["--field", "subject=ถนนเป็นหลุม", "--field", "details=ถนนหน้าวัดเป็นหลุมใหญ่ น้ำขัง ขอให้ซ่อม",
         "--field", "category=road", "--field", "channel=phone", "--field", "notice_version=1"]


def sealed_len(size, name=0, kind=0):
    padded = reader.bucket(size + name + kind + 12, reader.CHUNK)
    return 25 + padded + -(-padded // reader.CHUNK) * 17


def takes_films(office):
    """A general workflow whose attachments may be films of 500 MB."""
    path = office.path / "workflows" / "general.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("accepts: [jpg, png, pdf]\n    max_mb: 10",
                        "accepts: [jpg, png, pdf, mp4]\n    max_mb: 500", 1)
    assert "max_mb: 500" in text
    path.write_text(text, encoding="utf-8")
    return office


def film(path, size, chance=b""):
    """Mostly holes, so that the disk of the tests has little to do."""
    with open(path, "wb") as f:
        f.write(b"\0\0\0\x18ftypmp42" + chance)
        f.truncate(size)
        f.seek(size // 2)
        f.write(os.urandom(MB))
    return path


def digest(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest() if hasattr(hashlib, "file_digest") \
            else hashlib.sha256(f.read()).hexdigest()


def command(office, who, *args):
    return [str(KRADING), "--data", str(office.path), "--as", who, *map(str, args)]


def run_measured(office, who, *args):
    """(stdout, largest resident set in bytes)"""
    child = subprocess.Popen(command(office, who, *args), stdout=subprocess.PIPE, text=True,
                             env={**os.environ, "HOME": str(office.home)})
    out = child.stdout.read()
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    assert child.returncode == 0, out
    return out, use.ru_maxrss << 10


def daemon_peak(office):
    text = open(f"/proc/{office.daemon.pid}/status", encoding="utf-8").read()
    return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) << 10


def today(office):
    return office.track(office.sample("G1")[1])["received"]


def entry(office, *files):
    more = [x for f in files for x in ("--file", f"attachments={f}")]
    return ["submit", "general", *ENTRY, "--received", today(office), *more]


@pytest.fixture
def films(demo_template, tmp_path):
    with takes_films(Office.copy_of(demo_template, tmp_path)) as office:
        yield office


# ---- the protocol ----

@pytest.fixture(scope="module")
def two(office):
    return Staff(office, "somsri"), Staff(office, "kitti")


def begin(staff, size):
    answer = staff.post("/api/uploads", size=size)
    assert answer.status_code == 201, answer.text
    return answer.json()


def part(staff, upload, offset, data):
    return staff.post(f"/api/uploads/{upload['id']}", files={"part": ("s", data)}, offset=offset)


def test_part_by_part(two, office):
    staff, size = two[0], sealed_len(100)
    data = b"\1" + os.urandom(size - 1)
    up = begin(staff, size)
    assert up["have"] == 0 and up["size"] == size and "place" not in up
    lying = office.path / "files" / up["id"]
    assert lying.stat().st_size == 0 and lying.stat().st_mode & 0o777 == 0o600
    assert part(staff, up, 0, data[:1000]).json()["have"] == 1000
    for offset in (0, 999, 1001, size):
        check_error(*three(part(staff, up, offset, b"x")), (409,))
    check_error(*three(part(staff, up, 1000, data[1000:] + b"x")), (422,))
    state = staff.get(f"/api/uploads/{up['id']}").json()
    assert state["have"] == 1000 and "place" not in state
    done = part(staff, up, 1000, data[1000:]).json()
    assert done["have"] == size and re.fullmatch("[0-9a-f]{24}", done["place"])
    assert (office.path / "files" / done["place"]).read_bytes() == data
    assert not lying.exists()
    assert staff.get(f"/api/uploads/{up['id']}").json() == done
    check_error(*three(part(staff, up, size, b"x")), (409,))


def three(answer):
    return answer.status_code, answer.headers, answer.text


def test_what_is_no_upload(two):
    staff = two[0]
    for size in ("", "x", "-1", "0", "1000", str(sealed_len(1) + 1), str(sealed_len(900 * MB)),
                 "99999999999999999999"):
        check_error(*three(staff.post("/api/uploads", size=size)), (422,))
    assert begin(staff, sealed_len(500 * MB))["size"] > 500 * MB
    up = begin(staff, sealed_len(100))
    for files in ({"part": ("s", b"")}, {"other": ("s", b"x")},
                  [("part", ("a", b"x")), ("part", ("b", b"y"))],
                  {"part": ("s", bytes((8 * MB) + 1))}):
        check_error(*three(staff.post(f"/api/uploads/{up['id']}", files=files, offset=0)), (422,))
    for offset in ("", "x", "-1", "1e3", str(1 << 70)):
        check_error(*three(part(staff, up, offset, b"x")), (422,))
    check_error(*three(staff.post(f"/api/uploads/{up['id']}", offset=0)), (415, 422))
    for name in ("x", up["id"] + "0", up["id"][:-1], up["id"].upper(), "0" * 24 + "-10029",
                 up["id"].split("-")[0], ".." + up["id"]):
        check_error(*three(staff.get(f"/api/uploads/{name}")), (404,))
    assert staff.get(f"/api/uploads/{up['id']}").json()["have"] == 0


def test_an_upload_is_its_owners(two):
    mine, other = two
    up = begin(mine, sealed_len(100))
    check_error(*three(other.get(f"/api/uploads/{up['id']}")), (404,))
    check_error(*three(part(other, up, 0, b"x")), (404,))
    assert mine.get(f"/api/uploads/{up['id']}").json()["have"] == 0


def test_a_day_takes_so_much(demo_template, tmp_path):
    office = Office.copy_of(demo_template, tmp_path)
    with office.with_options("--day-files", "1"):
        staff, other = Staff(office, "somsri"), Staff(office, "kitti")
        size = sealed_len(300_000)
        assert 2 * size < MB < 3 * size
        begin(staff, size)
        begin(staff, size)
        answer = staff.post("/api/uploads", size=size)
        check_error(*three(answer), (503,))
        assert answer.json()["error"]["code"] == "budget" and int(answer.headers["Retry-After"]) > 0
        begin(other, size)  # everybody has a day of their own
        office.cli("demo", "advance", "1d")
        begin(staff, size)


def test_the_publics_day_takes_so_much(demo_template, tmp_path):
    """Words are taken all the same, and nothing typed is lost."""
    office = Office.copy_of(demo_template, tmp_path)
    film_ = {"attachments": ("a.pdf", PDF + bytes(700_000))}
    with office.with_options("--day-files", "1"):
        assert office.file(files=film_, **G1)["code"]
        before = office.stored()
        answer = office.post("/report/general?lang=en", G1, files=film_)
        check_error(*three(answer), (503,))
        page = check(answer.text, "en")
        assert "without them" in page.ids["attachments-fault"].text
        assert page.value_of("details") == [G1["details"]] and int(answer.headers["Retry-After"]) > 0
        answer = office.post("/report/general", G1, files=film_, accept="application/json")
        check_error(*three(answer), (503,))
        assert set(answer.json()["error"]["fields"]) == {"attachments"}
        assert office.stored() == before
        code = office.file(**G1)["code"]
        answer = office.post("/track/reply", {"code": code, "text": "x"},
                             files={"files": film_["attachments"]}, accept="application/json")
        check_error(*three(answer), (503,))
        begin(Staff(office, "somsri"), sealed_len(300_000))  # staff have a day of their own
        office.cli("demo", "advance", "1d")
        assert office.file(files=film_, **G1)["code"]


def test_given_up(demo_template, tmp_path):
    """What nobody went on with for a day is gone; what is younger stays."""
    office = Office.copy_of(demo_template, tmp_path)
    with office:
        staff = Staff(office, "somsri")
        old, young = begin(staff, sealed_len(100)), begin(staff, sealed_len(100))
        part(staff, old, 0, b"\1" * 500)
    files = office.path / "files"
    past = time.time() - 25 * 3600
    os.utime(files / old["id"], (past, past))
    with office:
        end = time.time() + 10
        while (files / old["id"]).exists() and time.time() < end:
            time.sleep(0.1)
        assert not (files / old["id"]).exists() and (files / young["id"]).exists()
        staff = Staff(office, "somsri")
        check_error(*three(staff.get(f"/api/uploads/{old['id']}")), (404,))
        assert staff.get(f"/api/uploads/{young['id']}").json()["have"] == 0
        assert office.stored()


# ---- the command line ----

def test_a_film_of_100_megabytes(films, tmp_path):
    path, to = film(tmp_path / "ภาพ.mp4", 100 * MB), tmp_path / "saved"
    daemon_before = daemon_peak(films)
    small, rss_small = run_measured(films, "somsri", *entry(films))
    large, rss_large = run_measured(films, "somsri", *entry(films, path))
    assert daemon_peak(films) - daemon_before < 40 * MB
    assert rss_large - rss_small < 24 * MB, (rss_small, rss_large)
    number = large.split()[0]
    _, rss_saved = run_measured(films, "somsri", "case", number, "--save", to)
    assert rss_saved - rss_small < 24 * MB and daemon_peak(films) - daemon_before < 40 * MB
    (saved,) = to.iterdir()
    assert saved.name.endswith("-ภาพ.mp4") and digest(saved) == digest(path)
    (sealed,) = [f for f in (films.path / "files").iterdir() if f.stat().st_size > 100 * MB]
    assert sealed.stat().st_mode & 0o777 == 0o400
    assert not list((films.home / ".local/state/krading").rglob("uploads/*"))


def in_parts(films):
    """Bytes that have come of the upload under way."""
    sizes = [f.stat().st_size for f in (films.path / "files").iterdir() if "-" in f.name]
    return max(sizes, default=0)


def start_upload(films, path):
    child = subprocess.Popen(command(films, "somsri", *entry(films, path)), text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env={**os.environ, "HOME": str(films.home)})
    end = time.time() + 60
    while in_parts(films) < 4 * MB:
        assert time.time() < end and child.poll() is None
        time.sleep(0.002)
    return child


def saved_is(films, number, path, to):
    films.cli("case", number, "--save", to, who="somsri")
    (saved,) = to.iterdir()
    assert digest(saved) == digest(path)


def test_the_client_is_killed(films, tmp_path):
    path = film(tmp_path / "a.mp4", 120 * MB)
    child = start_upload(films, path)
    child.kill()
    child.communicate()
    had = in_parts(films)
    assert 4 * MB <= had < 120 * MB
    done = films.cli(*entry(films, path), who="somsri")
    assert "going on" in done.stderr, done.stderr
    saved_is(films, done.stdout.split()[0], path, tmp_path / "saved")
    assert len([f for f in (films.path / "files").iterdir() if f.stat().st_size > MB]) == 1
    # the same again is another upload, with another key
    again = films.cli(*entry(films, path), who="somsri")
    assert "going on" not in again.stderr
    both = [f for f in (films.path / "files").iterdir() if f.stat().st_size > MB]
    assert len(both) == 2 and both[0].read_bytes()[:4096] != both[1].read_bytes()[:4096]


def test_the_daemon_is_killed(films, tmp_path):
    path = film(tmp_path / "a.mp4", 120 * MB)
    child = start_upload(films, path)
    films.stop(signal.SIGKILL)
    films.start()
    _, told = child.communicate(timeout=60)
    assert child.returncode == 1 and "run the same command again" in told, told
    done = films.cli(*entry(films, path), who="somsri")
    assert "going on" in done.stderr
    saved_is(films, done.stdout.split()[0], path, tmp_path / "saved")


def test_a_file_that_changed_begins_again(films, tmp_path):
    path = film(tmp_path / "a.mp4", 120 * MB)
    child = start_upload(films, path)
    child.kill()
    child.communicate()
    film(path, 120 * MB, chance=b"other")
    done = films.cli(*entry(films, path), who="somsri")
    assert "going on" not in done.stderr
    saved_is(films, done.stdout.split()[0], path, tmp_path / "saved")


def test_a_refused_step_need_not_send_again(films, tmp_path):
    path = film(tmp_path / "a.mp4", 20 * MB)
    before = entry(films, path)
    before[before.index("--received") + 1] = "2569-99-99"
    assert films.cli(*before, who="somsri", ok=False).returncode == 2
    twice = films.cli(*entry(films, path, path), who="somsri")
    number = twice.stdout.split()[0]
    films.cli("case", number, "--save", tmp_path / "saved", who="somsri")
    assert [digest(f) for f in (tmp_path / "saved").iterdir()] == [digest(path)] * 2


def test_what_the_field_allows_fits(films, tmp_path):
    """Files just under the field's limit lie in a larger bucket than they are; longer ones are
    refused before a byte is sent."""
    near = film(tmp_path / "b.mp4", 16 * MB - 3)
    done = films.cli(*entry(films, near), who="somsri")
    saved_is(films, done.stdout.split()[0], near, tmp_path / "saved")
    too_long = film(tmp_path / "c.mp4", 500 * MB + 1)
    assert "too large" in refused(films, *entry(films, too_long), who="somsri")
    assert not in_parts(films)


def test_a_larger_file_than_the_workflow_takes(films, tmp_path):
    """A client that knows nothing of the field's limit meets the daemon's."""
    path = film(tmp_path / "a.mp4", 120 * MB)
    before = films.stored()[0]
    child = start_upload(films, path)
    workflow = films.path / "workflows" / "general.yaml"
    text = workflow.read_text(encoding="utf-8")
    workflow.write_text(text.replace("max_mb: 500", "max_mb: 10"), encoding="utf-8")
    films.daemon.send_signal(signal.SIGHUP)
    _, told = child.communicate(timeout=120)
    assert child.returncode == 1 and "larger than this workflow takes" in told, told
    assert films.stored()[0] == before


# ---- what lies on the disk is exchanged or damaged ----

def lies(office):
    return {f.name for f in (office.path / "files").iterdir()}


def with_file(office, data):
    """Number of a case and where its file lies."""
    before = lies(office)
    number = office.file(files={"attachments": ("a.pdf", data)}, **G1)["case_number"]
    (place,) = lies(office) - before
    return number, office.path / "files" / place


def not_saved(office, number, to):
    told = refused_quietly(office, number, to)
    assert "damaged, cut off or another one" in told, told
    assert not list(to.iterdir()), "nothing in the clear is left, under no name"


def refused_quietly(office, number, to):
    to.mkdir(exist_ok=True)
    done = office.cli("case", number, "--save", to, who="somsri", ok=False)
    assert done.returncode == 1, done.stdout
    return done.stderr


def overwrite(path, data):
    path.chmod(0o600)
    path.write_bytes(data)


def test_files_of_two_cases_exchanged(office, tmp_path):
    (one, here), (two, there) = (with_file(office, PDF + os.urandom(150_000)) for _ in "ab")
    first, second = here.read_bytes(), there.read_bytes()
    assert len(first) == len(second)
    overwrite(here, second)
    overwrite(there, first)
    not_saved(office, one, tmp_path / "to")
    not_saved(office, two, tmp_path / "to")
    overwrite(here, first)
    overwrite(there, second)
    for number in (one, two):
        office.cli("case", number, "--save", tmp_path / number, who="somsri")
        assert len(list((tmp_path / number).iterdir())) == 1


def test_a_damaged_file_leaves_nothing(office, tmp_path):
    """A chunk is 65553 bytes; the head 25."""
    number, path = with_file(office, PDF + os.urandom(400_000))
    whole, chunk = path.read_bytes(), 65553
    parts = [whole[:25]] + [whole[i:i + chunk] for i in range(25, len(whole), chunk)]
    assert len(parts) >= 7
    flips = [0, 1, 24, 25, 41, 42, 25 + chunk - 1, 25 + chunk, len(whole) // 2, len(whole) - 1]
    damaged = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1:] for i in flips]
    damaged += [b"".join(parts[:n]) for n in (0, 1, 2, len(parts) - 1)] + [whole[:-1], whole + b"x"]
    damaged += [b"".join([*parts[:2], parts[3], parts[2], *parts[4:]]),
                b"".join([*parts[:2], parts[2], *parts[2:]]), b"".join([*parts[:2], *parts[3:]]),
                whole + whole, b"".join([*parts[:-2], parts[-1], parts[-2]])]
    for data in damaged:
        overwrite(path, data)
        not_saved(office, number, tmp_path / "to")
    overwrite(path, whole)
    office.cli("case", number, "--save", tmp_path / "to", who="somsri")
    assert len(list((tmp_path / "to").iterdir())) == 1
