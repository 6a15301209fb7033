# SPDX-License-Identifier: Apache-2.0
"""What strangers try on officers: words that a terminal obeys, servers that are not the office's,
sign-ins passed on under another name."""
import http.server
import json
import os
import pty
import subprocess
import threading
import time

import pytest
import requests

from office import G1, KRADING, Office, run_krading
from rawhttp import exchange
from staff import Staff, b64
from test_corruption import REPORT

FORM = "application/x-www-form-urlencoded"
# An escape in one character, a return to the line's beginning, a turned line, a rubout.
OBEYED = "\u009b2J", "อย่าเชื่อ\rบรรทัดนี้", "\u202eกลับ", "\u2066ข้าง", "ลบ\x7f"


def controls(text):
    return sorted({c for c in text if (ord(c) < 32 and c not in "\t\n") or 0x7f <= ord(c) <= 0x9f
                   or c in "\u061c\u200e\u200f" or "\u202a" <= c <= "\u202e"
                   or "\u2066" <= c <= "\u2069"})


@pytest.fixture(scope="module")
def hostile(office):
    """Number and code of a complaint whose every word is typed to mislead a terminal."""
    files = [("attachments", ("a\u202egpj\u009b.jpg", b"\xff\xd8\xff" + bytes(2000)))]
    filed = office.file(files=files, **{**G1, "subject": "x" + OBEYED[0],
                                        "details": "\r\n".join(OBEYED)})
    office.post("/track/reply", {"code": filed["code"], "text": "\n".join(OBEYED)})
    return filed["case_number"], filed["code"]


def test_words_do_not_move_an_officers_terminal(office, hostile):
    shown = subprocess.run(
        [str(KRADING), "--data", str(office.path), "--as", office.holder("intake_officer"), "case",
         hostile[0]], capture_output=True, timeout=60, env={**os.environ, "HOME": str(office.home)})
    text = shown.stdout.decode()
    assert shown.returncode == 0 and "อย่าเชื่อ" in text and "\ufffd2J" in text and ".jpg" in text
    assert controls(text) == []


def test_nor_a_complainants(office, hostile):
    text = office.cli("track", stdin=hostile[1] + "\n").stdout
    assert "อย่าเชื่อ" in text and controls(text) == []


def test_programs_get_what_was_typed(office, hostile):
    case = office.json("case", hostile[0], who=office.holder("intake_officer"))
    assert case["fields"]["subject"] == "x" + OBEYED[0]


def test_json_on_a_terminal_is_shown_only(office, hostile):
    main, of_program = pty.openpty()
    done = subprocess.Popen(
        [str(KRADING), "--data", str(office.path), "--as", office.holder("intake_officer"), "case",
         hostile[0], "--json"], stdout=of_program, stdin=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(office.home)})
    os.close(of_program)
    got = b""
    try:
        while piece := os.read(main, 65536):
            got += piece
    except OSError:
        pass
    os.close(main)
    assert done.wait(60) == 0
    text = got.decode().replace("\r\n", "\n")
    assert '"number"' in text and controls(text) == []


@pytest.mark.parametrize("url", [
    "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://localhost@evil.example",
    "http://127.0.0.1:80@evil.example", "http://evil.example", "https://a@evil.example", "https://",
    "https://office.example/path", "http://", "ftp://127.0.0.1", "http://127.0.0.1\\@evil.example",
])
def test_addresses_that_only_look_like_this_machine(url, tmp_path):
    start = time.time()
    done = run_krading("--server", url, "--as", "x", "cases", env={"HOME": str(tmp_path)})
    assert done.returncode == 1 and "--server takes an https:// address" in done.stderr
    assert time.time() - start < 5 and done.stdout == ""


@pytest.fixture
def liar():
    """A server that answers every request with what `tells` holds."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.server.asked.append(self.path)
            status, body = self.server.tells
            body = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("tenant", ["../../escaped", "a/b", "..", "", "A", "x\n", "t" * 33])
def test_a_server_names_no_folder(liar, tmp_path, tenant):
    liar.tells = 200, {"challenge": "A" * 43, "expires": 4102444800, "tenant": tenant}
    (tmp_path / "pass").write_text("six words that nobody has ever said\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    done = run_krading("--server", f"http://127.0.0.1:{liar.server_port}", "--as", "x",
                       "--passphrase-file", tmp_path / "pass", "cases", env={"HOME": str(home)})
    assert done.returncode == 1 and "cannot be read" in done.stderr, done.stderr
    assert liar.asked == ["/api/session/challenge"]      # nothing of the passphrase went out
    assert list(home.iterdir()) == [] and len(list(tmp_path.iterdir())) == 2


def test_a_servers_error_is_shown_only(liar, tmp_path):
    liar.tells = 422, {"error": {"code": "x", "message": "\x1b]0;owned\x07\x1b[2J" + OBEYED[0]}}
    done = run_krading("--server", f"http://127.0.0.1:{liar.server_port}", "track", stdin="A\n",
                       env={"HOME": str(tmp_path)})
    assert done.returncode == 1 and "owned" in done.stderr and controls(done.stderr) == []


# ---- a sign-in belongs to the address it was begun at ----

def challenge(office, host):
    raw = (f"POST /api/session/challenge HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM}\r\n"
           "Content-Length: 11\r\nConnection: close\r\n\r\nname=nobody").encode()
    return exchange(office.port, raw)[0]


def test_a_sign_in_passed_on_by_a_stranger_is_refused(office):
    """A server in the middle would be signed for under its own name; sending that name along as
    Host must not make it the office's."""
    for host in "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "":
        answer = challenge(office, host)
        assert answer.status == 421 and json.loads(answer.body)["error"]["code"] == "host"
    answer = requests.post(office.url + "/api/session/answer", headers={"Host": "evil.example"},
                           data={"name": "x", "challenge": "A" * 43, "auth": "A" * 43}, timeout=20)
    assert answer.status_code == 421


def test_the_office_is_known_by_the_names_it_was_given(demo_template, tmp_path):
    office = Office.copy_of(demo_template, tmp_path)
    try:
        office.start("--host", "office.example", "--host", "inside:8443")
        for host, status in (("office.example", 200), ("evil.example", 421)):
            assert challenge(office, host).status == status
            time.sleep(1.1)
        assert challenge(office, "inside:8443").status == 200
        assert office.cli("cases", who=office.holder("intake_officer")).returncode == 0
    finally:
        assert office.stop() == 0


# ---- a daemon in somebody else's hands, and an officer's program ----

class Between(http.server.ThreadingHTTPServer):
    """Passes requests on to the office under the same Host; `edit(path, answer)` changes answers
    in JSON."""

    def __init__(self, office):
        class Handler(http.server.BaseHTTPRequestHandler):
            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.server.sent.append((self.path, body))
                got = requests.request(self.command, office.url + self.path, data=body,
                                       headers=dict(self.headers), timeout=20)
                content = got.content
                if got.headers["Content-Type"] == "application/json":
                    content = json.dumps(self.server.edit(self.path, got.json())).encode()
                self.send_response(got.status_code)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = pass_on

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.sent, self.edit = [], lambda path, answer: answer
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def step(self, office, who, *args):
        return run_krading("--server", f"http://127.0.0.1:{self.server_port}", "--as", who,
                           "--passphrase-file", office.path / "demo" / f"{who}.pass", *args,
                           env={"HOME": str(office.home)})

    def bundles(self):
        return [body for path, body in self.sent if path.endswith("/do")]


@pytest.fixture
def between(office):
    office.trust()
    server = Between(office)
    yield server
    server.shutdown()
    server.server_close()


def test_an_honest_daemon_is_served(office, between):
    done = between.step(office, office.holder("intake_officer"), "note", office.new_case(), "ข้อความ")
    assert done.returncode == 0 and len(between.bundles()) == 1, done.stderr


def test_officers_seal_nothing_to_a_key_of_the_daemons(office, between):
    """The key that a case's words are sealed under is the one this officer holds, or none."""
    own = b64(bytes(os.urandom(32)))

    def swapped(answer, epoch):
        for key in answer.get("keys", []):
            key["public"], key["epoch"] = own, key["epoch"] + epoch
        return answer

    def added(answer):
        answer.get("keys", []).extend([{**k, "public": own, "epoch": 9} for k in
                                       answer.get("keys", [])[:1]])
        return answer

    for edit in (lambda p, a: swapped(a, 0), lambda p, a: swapped(a, 1), lambda p, a: added(a)):
        number = office.new_case()
        between.edit = edit
        done = between.step(office, office.holder("intake_officer"), "note", number, "ลับ")
        assert done.returncode == 1 and "do not go on" in done.stderr, done.stderr
        between.edit = lambda path, answer: answer
    assert between.bundles() == []


def test_officers_give_no_key_to_whom_the_daemon_names(office, between):
    """Somebody without a part in the process, and somebody the case is about."""
    who = office.holder("intake_officer")
    accused = next(n for n in office.names() if n != who and "unit_officer" in office.roles_of(n))
    apart = next(n for n in office.names() if set(office.roles_of(n)) & {"administrator", "auditor",
                                                                       "admin"})
    number = office.new_case(accused_staff=accused)
    for name in apart, accused:
        for level in 1, 2, 3, 0, 200:
            def edit(path, answer, name=name, level=level):
                if path.partition("?")[0].endswith("/readers"):
                    answer["missing"].append({"name": name, "class": level})
                return answer

            between.edit = edit
            done = between.step(office, who, "note", number, "ลับ")
            assert done.returncode == 1 and f"for {name}, who may not read it" in done.stderr, (
                name, level, done.stderr)
    assert between.bundles() == []


# ---- which workflow a case is of, and who is kept out of the next ----

AS_CLAIMED = ("definition", "workflow", "state", "open", "deadlines", "received", "unit")


@pytest.mark.parametrize("shown", ["all of it", "nothing sealed"])
def test_a_protected_case_does_not_pass_for_a_general_one(office, between, shown):
    """Under another workflow's name nothing of it opens, and nothing is sealed into it: neither with
    what is there, nor with what a daemon may leave out."""
    number = office.file("corruption", **REPORT)["case_number"]
    general = Staff(office, "somsri").get(f"/api/cases/{office.new_case()}").json()

    def edit(path, answer):
        if path.partition("?")[0] != f"/api/cases/{number}":
            return answer
        answer.update({k: general[k] for k in AS_CLAIMED if k in general})
        if shown == "nothing sealed":
            answer.update({"seals": [], "content": []})
        return answer

    honest = between.step(office, "prasit", "case", number, "--json")
    assert REPORT["what_happened"] in honest.stdout
    between.edit = edit
    seen = between.step(office, "prasit", "case", number, "--json")
    assert REPORT["what_happened"] not in seen.stdout
    for args in (("note", number, "ลับ"), ("do", number, "start_screening"),
                 ("do", number, "ask_info", "--message", "ลับ")):
        done = between.step(office, "prasit", *args)
        assert done.returncode == 1, args
    assert "you hold no key to this case" in between.step(office, "prasit", "note", number,
                                                          "ลับ").stderr
    assert all("ลับ".encode() not in body for _, body in between.sent)
    assert between.bundles() == []


def test_the_accused_are_kept_out_whatever_the_daemon_says(office, between):
    """Who is accused stands in what was reported; a daemon that names nobody gets no seal for them
    by it."""
    number = office.new_case(accused_staff="wipa")
    said = []

    def edit(path, answer):
        if "kept_out" in answer:
            said.extend(answer["kept_out"])
            answer["kept_out"] = []
        return answer

    move = ("do", number, "reclassify", "--field", "corruption.allegation_type=bribe", "--field",
            "corruption.when=เดือนก่อน", "--field", "reason=เป็นเรื่องทุจริต")
    between.edit = edit
    done = between.step(office, "somsri", *move)
    assert done.returncode == 1 and "wipa is accused in this case" in done.stderr, done.stderr
    assert "wipa" in said and between.bundles() == []
    between.edit = lambda path, answer: answer
    done = between.step(office, "somsri", *move)
    assert done.returncode == 0, done.stderr


def test_what_a_daemon_says_of_requests_is_shown_only(office, between, tmp_path):
    """Names and days in a list of requests, in one for somebody else, and where one stands."""
    number = office.file("corruption", allegation_type="bribe", when="x", what_happened="x",
                         identity_mode="anonymous")["case_number"]
    office.cli("reveal", number, "--reason", "x", who="wipa")

    def edit(path, answer):
        for one in [answer, answer.get("reveal", {}), *answer.get("requests", [])]:
            for name in {"officer", "by", "until", "custodian"} & set(one):
                one[name] += OBEYED[0] + "\x1b]0;owned\x07"
        return answer

    between.edit = edit
    for who, args in (("sunee", ["custodian", "list"]), ("wipa", ["reveal", number]),
                      ("wipa", ["custodian", "request", number, "--for", "sunee", "--save",
                                str(tmp_path / "request")])):
        done = between.step(office, who, *args)
        assert done.returncode == 0 and "owned" in done.stdout, (args, done.stderr)
        assert controls(done.stdout) == [], args
