# SPDX-License-Identifier: Apache-2.0
"""Words typed into every field, name of a file, reply, note and message, then looked for in the
data directory, the log, folders for everybody and the daemon's memory. And what headers and error
answers tell."""
import base64
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import lmdb
import pytest

import photos
import reader
from markers import Markers, files_below, memory_of, written_since
from office import G1, Office
from rawhttp import SECURITY_HEADERS, connect, exchange, read_answer, request
from test_limits import some_codes

FORM = "application/x-www-form-urlencoded"
COMMON = {**SECURITY_HEADERS, "cross-origin-opener-policy": "same-origin"}
MAY = {"content-type", "content-length", "date", "connection", "location", "retry-after", "allow",
       "www-authenticate"}


def texts(m, *names):
    return {name: m.word(40 if name in ("details", "what_happened") else 1) for name in names}


def who_i_am(m):
    return f"{m.word()} {m.citizen}"


def jpeg(m):
    """In the clear both in the picture and beside it."""
    inside = m.bytes(60_000).replace(b"\xff", b"\xff\0")
    return photos.jpeg(photos.segment(0xfe, m.bytes(10_000)), data=inside)


def general(m, mode):
    return {**G1, "identity_mode": mode,
            "phone": m.citizen, "name": who_i_am(m),
            **texts(m, "subject", "details", "place", "wanted", "already_sent_to",
                    "contact_address", "accused_staff_other")}


def corruption(m, mode):
    return {"identity_mode": mode, "allegation_type": "bribe",
            "contact": m.citizen, "name": who_i_am(m),
            **texts(m, "when", "where", "what_happened", "already_reported_to", "witnesses",
                    "accused_other")}


def file_by_hand(office, m, workflow, form):
    """As a browser without JavaScript does: the form, a fault first, then the whole."""
    field = "attachments" if workflow == "general" else "evidence"
    page = office.get(f"/report/{workflow}").text
    code = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)
            for name in ("code", "code_mac")}
    files = [(field, (f"{m.word()}.jpg", jpeg(m)))]
    faulty = office.post(f"/report/{workflow}", {**form, **code, "in_court": "perhaps"},
                         files=files)
    assert faulty.status_code == 422 and m.latin in faulty.text
    done = office.post(f"/report/{workflow}", {**form, **code}, files=files)
    assert done.status_code == 201, done.text
    return code["code"]


@pytest.fixture(scope="module")
def lived(demo_template, tmp_path_factory):
    """An office in which people have written marked words everywhere."""
    root, start, m = tmp_path_factory.mktemp("secrecy"), time.time(), Markers()
    office = Office.copy_of(demo_template, root)
    with office:
        codes = [file_by_hand(office, m, w, form(m, mode))
                 for w, form in (("general", general), ("corruption", corruption))
                 for mode in ("open", "confidential", "anonymous")]
        for code in codes:
            answer = office.post("/track/reply", {"code": code, "text": m.word(30)},
                                 files=[("files", (f"{m.word()}.jpg", jpeg(m)))])
            assert answer.status_code == 200 and m.latin in answer.text
            assert office.post("/track/reply", {"code": code, "text": m.word()}).status_code == 200
            office.post("/track", {"code": code[:-1] + m.word()})
        office.post("/nowhere?" + m.latin, {"x": m.word()})
        office.get("/nowhere/" + m.latin, headers={"User-Agent": m.latin, "Referer": m.latin,
                                                   "Cookie": m.latin, "X-Forwarded-For": m.latin})
        codes.append(officers_words(office, m, root))
        yield office, m, codes, start, root


def officers_words(office, m, root):
    """Entry on behalf, notes, messages, fields of steps, over the command line."""
    who = office.holder("intake_officer")
    scan = root / "scan.jpg"
    scan.write_bytes(jpeg(m))
    code = office.cli("submit", "general", "--field", "category=light", "--field", "channel=phone",
                      "--field", f"subject={m.word()}", "--field", f"details={m.word(20)}",
                      "--field", f"name={m.word()}", "--field", "notice_version=1", "--file",
                      f"scan={scan}", "--received", time.strftime("%Y-%m-%d"), who=who).stdout
    scan.unlink()
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}", code).group(0)
    number = office.json("cases", who=who)["cases"][-1]["number"]
    office.cli("note", number, m.word(), who=who)
    number = office.new_case()
    office.cli("do", number, "start_screening", who=who)
    office.cli("do", number, "ask_info", "--message", m.word(), "--note", m.word(), who=who)
    assert m.latin in office.cli("case", number, who=who).stdout
    return code


def check(m, name, data):
    assert not m.found_in(data), (name, m.found_in(data))


def test_the_search_finds_what_is_there():
    m = Markers()
    for name, spelled in m.spellings().items():
        assert len(spelled) >= 8, name
    for data in (m.word().encode(), m.bytes(100), m.word().encode("utf-16-le"),
                 *(base64.b64encode(bytes(i) + m.word().encode()) for i in range(3)),
                 m.citizen.encode(), hashlib.sha256(m.citizen.encode()).digest(),
                 hashlib.blake2b(m.citizen.encode(), digest_size=32).hexdigest().encode()):
        assert m.found_in(b"xx" + data + b"yy")
    assert not m.found_in(os.urandom(1 << 16)) and not m.found_in(Markers().word().encode())


def test_the_search_looks_into_memory(tmp_path):
    m = Markers()
    hold = "import sys; a = sys.stdin.readline(); print('read', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as child:
        child.stdin.write(m.word().encode() + b"\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"read\n"
        for name, memory in memory_of(child.pid, tmp_path):
            assert m.found_in(memory), name
        child.stdin.close()


def test_nothing_typed_is_in_the_data_directory(lived):
    office, m, codes, _, _ = lived
    seen = 0
    for path in files_below(office.path):
        check(m, path, path.read_bytes())
        check(m, path, str(path).encode())
        seen += path.stat().st_size
    assert seen > 500_000 and len(list((office.path / "files").iterdir())) >= 12


def test_nothing_typed_is_in_the_log_or_left_behind(lived):
    office, m, codes, start, root = lived
    log = office.log.read_bytes()
    assert b"serving" in log
    check(m, "log", log)
    for path in files_below(office.home):
        check(m, path, path.read_bytes())
    for place in ("/tmp", "/var/tmp", "/dev/shm"):
        for path in written_since(start, pathlib.Path(place), root):
            try:
                check(m, path, path.read_bytes())
            except OSError:
                pass


def test_nothing_typed_stays_in_the_daemons_memory(lived, tmp_path):
    office, m, _, _, _ = lived
    for _ in range(5):  # as a living daemon would be found: others came since
        office.get("/report/general")
    for name, memory in memory_of(office.daemon.pid, tmp_path):
        assert len(memory) > 1 << 20 and b"krading" in memory
        check(m, name, memory)


def spelled(code):
    bare = code.replace("-", "")
    entropy = reader.parse_code(code)
    for text in (code, bare, code.lower(), bare.lower()):
        yield text.encode()
        yield text.encode("utf-16-le")
    yield entropy
    yield entropy.hex().encode()
    yield entropy.hex().upper().encode()


def test_codes_are_nowhere(lived, tmp_path):
    office, _, codes, _, _ = lived
    where = [(p, p.read_bytes()) for p in files_below(office.path) if p.parent.name != "demo"]
    where += [("log", office.log.read_bytes())]
    where += [(f"home {p}", p.read_bytes()) for p in files_below(office.home)
              if office.path not in p.parents]
    where += memory_of(office.daemon.pid, tmp_path)
    for code in codes:
        for form in spelled(code):
            for name, data in where:
                assert form not in data, name
    for line in pathlib.Path(f"/proc/{office.daemon.pid}/cmdline").read_bytes().split(b"\0"):
        assert not any(c.encode() in line for c in codes)


def test_codes_are_in_no_address(lived):
    office, _, codes, _, _ = lived
    for code in codes[:4]:
        for answer in (office.post("/track", {"code": code}),
                       office.post("/track/reply", {"code": code, "text": ""})):
            for address in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text):
                assert code not in address and code.replace("-", "") not in address
            assert not any(code in v for v in answer.headers.values())
    # a code in an address is not looked at
    answer = office.get("/track", params={"code": codes[0]})
    assert answer.status_code == 200 and codes[0] not in answer.text


ROUTES = [
    ("GET", "/", 200), ("HEAD", "/", 200), ("GET", "/?lang=en", 200), ("GET", "/healthz", 200),
    ("GET", "/style.css", 200), ("GET", "/report/general", 200), ("GET", "/report/corruption", 200),
    ("POST", "/report/general", 422), ("GET", "/track", 200), ("POST", "/track", 422),
    ("GET", "/track/reply", 303), ("GET", "/track/do", 303), ("GET", "/track/survey", 303),
    ("POST", "/track/reply", 422), ("POST", "/track/do", 422), ("POST", "/track/survey", 422),
    ("GET", "/nowhere", 404), ("PUT", "/", 405), ("DELETE", "/track", 405),
    ("GET", "/api/cases", 401), ("GET", "/api/staff", 401), ("POST", "/api/session/challenge", 422),
    ("POST", "/api/session/answer", 403), ("POST", "/api/session/end", 200),
]


@pytest.mark.parametrize("method, path, status", ROUTES)
def test_headers_of_every_route(office, method, path, status):
    for more in ("", "Accept: application/json\r\n", "Cookie: a=b\r\nOrigin: null\r\n"):
        raw = request(method, path, kind=FORM if method == "POST" else "", more=more)
        (answer,) = exchange(office.port, raw)
        assert answer.status == status, answer
        headers = {k.lower(): v for k, v in answer.headers}
        assert len(headers) == len(answer.headers), "a header came twice"
        for name, value in COMMON.items():
            assert headers.pop(name) == value
        assert set(headers) <= MAY, set(headers) - MAY
        kind = headers["content-type"]
        assert kind.split(";")[0] in ("text/html", "text/css", "text/plain", "application/json")
        assert kind == "application/json" or kind.endswith("; charset=utf-8")
        assert "retry-after" not in headers or status in (429, 503)
        if kind.startswith("text/html"):
            # what the policy would block is not there in the first place
            assert not re.search(r'<script|<style|<[^>]*\s(on[a-z]+|style)=|javascript:|'
                                 r'(src|<link[^>]*href)="https?:', answer.text)


def revoke(office, code):
    """A revoked code is one that the index has no more."""
    keys = reader.parse_code(code)
    tenant = re.search(r"(?m)^tenant: *([a-z0-9-]+)",
                       (office.path / "settings.yaml").read_text(encoding="utf-8")).group(1)
    pepper = (office.path / "keys" / "pepper").read_bytes()
    index = reader.code_index(pepper, reader.derive_code(keys, tenant).lookup)
    with lmdb.open(str(office.path / "db"), max_dbs=32, map_size=1 << 30) as env:
        with env.begin(write=True, db=env.open_db(b"codes", create=False)) as txn:
            assert txn.delete(index)


def test_unknown_and_revoked_codes_are_answered_alike(demo_template, tmp_path):
    office = Office.copy_of(demo_template, tmp_path)
    _, code = office.sample("G1")
    revoke(office, code)
    unknown = next(iter(some_codes(1)))
    with office:
        for path in ("/track", "/track/reply", "/track/do", "/track/survey"):
            for more in ("", "Accept: application/json\r\n"):
                raw = [exchange(office.port, request(
                    "POST", path, f"code={c}&text=x&action=withdraw".encode(), kind=FORM,
                    more=more))[0] for c in (unknown, code)]
                assert raw[0].status == 404
                without_date = [[h for h in a.headers if h[0] != "Date"] for a in raw]
                assert without_date[0] == without_date[1]
                assert raw[0].body == raw[1].body
    shutil.rmtree(office.path)


TIMED = 1500  # pairs


def apart(office, first, second):
    """How far apart the answers to two codes come: the sum of ranks (Mann-Whitney) in standard
    deviations. Asked in turns over one connection, so that the machine's moods meet both."""
    bodies = [request("POST", "/track", f"code={c}".encode(), kind=FORM) for c in (first, second)]
    took = ([], [])
    with connect(office.port) as s, s.makefile("rb") as stream:
        for turn in range(2 * TIMED + 100):
            which = (turn ^ turn >> 1) & 1  # 0 1 1 0: neither always follows the other
            started = time.perf_counter_ns()
            s.sendall(bodies[which])
            read_answer(stream)
            if turn >= 100:
                took[which].append(time.perf_counter_ns() - started)
    ranked = sorted([(t, 0) for t in took[0]] + [(t, 1) for t in took[1]])
    n, m = len(took[0]), len(took[1])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    return abs(ranks - n * (n + m + 1) / 2) / (n * m * (n + m + 1) / 12) ** 0.5


def test_unknown_and_revoked_codes_take_as_long(demo_template, tmp_path):
    """Ranks of 3,000 answers; a code that opens something is told apart by the same measure."""
    office = Office.copy_of(demo_template, tmp_path)
    (_, known), (_, gone) = office.sample("G1"), office.sample("G2")
    revoke(office, gone)
    unknown = next(iter(some_codes(1)))
    with office:
        assert apart(office, known, unknown) > 10
        # by chance 5 comes once in two million; a busy machine may need a second look
        assert min(apart(office, unknown, gone) for _ in range(3)) < 5
    shutil.rmtree(office.path)
