# SPDX-License-Identifier: Apache-2.0
"""The staff API fed with broken tokens, missing and senseless parameters, and bundles that are
random, cut, altered or played again: refused in one shape, and nothing changes."""
import os
import random
import time
import urllib.parse

import pytest
import requests

import reader
from office import run_krading
from rawhttp import check_error, exchange, request
from staff import Staff, Tap, b64, passphrase_of, unb64

ROUNDS = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 150
FORM = "application/x-www-form-urlencoded"
STAFF_ROUTES = [
    ("GET", "/api/staff"), ("GET", "/api/settings"), ("GET", "/api/definition/general"),
    ("GET", "/api/calendar/th_government"), ("GET", "/api/cases"),
    ("POST", "/api/uploads"), ("GET", "/api/uploads/X"), ("POST", "/api/uploads/X"),
    ("POST", "/api/cases"), ("GET", "/api/cases/X"), ("GET", "/api/cases/X/readers"),
    ("POST", "/api/cases/X/do"), ("GET", "/api/cases/X/files/0"), ("GET", "/api/overdue"),
    ("GET", "/api/alerts"), ("GET", "/api/log/checkpoint/now"), ("GET", "/api/log/proof"),
]


@pytest.fixture(scope="module")
def officer(office):
    """The intake officer of the demo office, and a step of theirs as the command line sent it."""
    name = office.holder("intake_officer")
    number = office.new_case()
    office.trust()
    tap = Tap(office.port)
    done = run_krading("--server", f"http://127.0.0.1:{tap.port}", "--as", name,
                       "--passphrase-file", office.path / "demo" / f"{name}.pass",
                       "note", number, "บันทึกหนึ่ง", env={"HOME": str(office.home)})
    assert done.returncode == 0, done.stderr
    path, form = tap.forms("/api/cases/")[-1]
    tap.close()
    staff = Staff(office, name)
    staff.number, staff.do, staff.form = number, path, form
    return staff


@pytest.fixture(autouse=True)
def nothing_changes(office, officer):
    before = office.stored(), officer.get(f"/api/cases/{officer.number}").json()["rev"]
    yield
    assert office.daemon.poll() is None, office.log.read_text()[-2000:]
    now = office.stored(), officer.get(f"/api/cases/{officer.number}").json()["rev"]
    assert now == before


def check(answer, allowed=range(400, 500)):
    assert answer.headers["Content-Type"] == "application/json"
    check_error(answer.status_code, answer.headers, answer.text, allowed)


@pytest.mark.parametrize("token", [
    None, "", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer " + "A" * 43,
    "Bearer " + "A" * 43,
    "Bearer " + "A" * 10000, "Bearer \xff\xfe", "Bearer " + "A" * 43 + " B", "Bearer ====",
    "Bearer " + "=" * 43,
], ids=range(13))
def test_broken_tokens(office, token):
    more = "" if token is None else f"Authorization: {token}\r\n"
    seen = set()
    for method, path in STAFF_ROUTES:
        raw = request(method, path, kind=FORM if method == "POST" else "", more=more)
        answer = exchange(office.port, raw)[0]
        check_error(answer.status, answer.headers, answer.text, (401,))
        assert answer.header("WWW-Authenticate") == "Bearer"
        seen.add(answer.body)
    assert len(seen) == 1


def test_a_token_that_was_given_back(office, officer):
    other = Staff(office, officer.name)
    assert other.get("/api/cases").status_code == 200
    assert other.post("/api/session/end").status_code == 200
    check(other.get("/api/cases"), (401,))


def challenge(officer, name):
    return officer.post("/api/session/challenge", name=name).json()


def attempt(officer, **form):
    """A second after a wrong one for the name: waits as a client does."""
    answer = officer.post("/api/session/answer", **form)
    if answer.status_code == 429:
        time.sleep(float(answer.headers["Retry-After"]) + 0.1)
        answer = officer.post("/api/session/answer", **form)
    return answer


def test_signing_in_with_garbage(office, officer):
    begin, real = challenge(officer, "nobody_at_all"), challenge(officer, officer.name)
    assert set(begin) == set(real) and len(begin["challenge"]) == len(real["challenge"])
    for form in ({}, {"name": officer.name}, {"name": officer.name, "challenge": "x"},
                 {"name": officer.name, "challenge": real["challenge"]},
                 {"name": officer.name, "challenge": "!" * 43, "auth": b64(bytes(32))},
                 {"name": "x" * 5000, "challenge": real["challenge"], "auth": b64(bytes(32))},
                 {"name": officer.name, "challenge": real["challenge"],
                  "signature": b64(bytes(64))},
                 {"name": officer.name, "challenge": real["challenge"], "auth": b64(bytes(31))},
                 {"name": officer.name, "challenge": real["challenge"], "auth": "ก" * 43}):
        check(officer.post("/api/session/answer", **form), (403, 422))
    check(officer.post("/api/session/challenge"), (422,))
    wrong = {b64(bytes(32)), b64(os.urandom(32))}
    texts = {attempt(officer, name=n, challenge=b["challenge"], auth=a).text
             for n, b in ((officer.name, real), ("nobody_at_all", begin)) for a in wrong}
    assert len(texts) == 1 and '"sign_in"' in texts.pop()


def test_a_signature_without_the_passphrase(office, officer):
    begin = challenge(officer, officer.name)
    answer = officer.post("/api/session/answer", name=officer.name, challenge=begin["challenge"],
                          signature=b64(os.urandom(64)))
    check(answer, (403,))


def test_one_wrong_attempt_a_second_for_a_name(office, officer):
    for name in ("somebody_else", officer.name):
        begin = challenge(officer, name)
        answers = [officer.post("/api/session/answer", name=name, challenge=begin["challenge"],
                                auth=b64(os.urandom(32))) for _ in range(5)]
        late = [a for a in answers if a.status_code == 429]
        assert answers[0].status_code == 403 and late, [a.status_code for a in answers]
        check(late[0], (429,))
        assert int(late[0].headers["Retry-After"]) >= 1


def test_wrong_keys_for_a_name_keep_its_owner_from_nothing(office, officer):
    """A stranger sends them without a pause; the right one is answered at once, and not later."""
    begin = challenge(officer, officer.name)
    auth, _ = reader.login_stretch(passphrase_of(office, officer.name).encode(), begin["tenant"],
                                   officer.name)
    for _ in range(3):
        begin, other = challenge(officer, officer.name), challenge(officer, officer.name)
        said = [officer.post("/api/session/answer", name=officer.name,
                             challenge=other["challenge"], auth=b64(os.urandom(32))).status_code
                for _ in range(4)]
        right = officer.post("/api/session/answer", name=officer.name,
                             challenge=begin["challenge"], auth=b64(auth))
        assert 429 in said and right.status_code == 200, (said, right.text)
        assert right.json()["wrapped"]


def test_made_up_names_push_nobody_out(office, officer):
    """Somebody types a passphrase while a stranger asks for challenges under thousands of names."""
    begun = challenge(officer, officer.name)
    with requests.Session() as stranger:
        for i in range(1500):
            answer = stranger.post(office.url + "/api/session/challenge",
                                   data={"name": f"nobody{i}"}, timeout=20)
            assert answer.status_code == 200
        for i in range(200):  # nor by asking under the name itself
            stranger.post(office.url + "/api/session/challenge", data={"name": officer.name},
                          timeout=20)
    again = Staff(office, officer.name, begun)
    assert again.get("/api/cases").status_code == 200
    assert passphrase_of(office, officer.name)  # and others are not held up
    assert Staff(office, next(n for n in office.names() if n != officer.name)).token


@pytest.mark.parametrize("query", [
    {"limit": "-1"}, {"limit": "x"}, {"limit": "99999999999"}, {"due_before": "2026-02-30"},
    {"due_before": "x"}, {"after": "!"}, {"after": b64(bytes(500))}, {"state": "\0"},
    {"workflow": "../../settings"}, {"assignee": "ก" * 500}, {"closed": "maybe"},
])
def test_lists_with_senseless_filters(officer, query):
    answer = officer.get("/api/cases", **query)
    if answer.status_code != 200:
        check(answer, (404, 422))
    else:
        assert set(answer.json()) == {"cases", "after"}


@pytest.mark.parametrize("path", [
    "/api/cases/NONE", "/api/cases/%00", "/api/cases/" + "x" * 3000, "/api/cases/../staff",
    "/api/cases/{n}/files/999", "/api/cases/{n}/files/-1", "/api/cases/{n}/files/x",
    "/api/cases/{n}/files/99999999999999999999", "/api/cases/{n}/none", "/api/definition/none",
    "/api/definition/" + "0" * 64, "/api/definition/../../keys/pepper", "/api/calendar/none",
    "/api/calendar/..%2f..%2fsettings", "/api/calendar/../office", "/api/cases//do",
], ids=lambda path: path[:40])
def test_unknown_things(officer, path):
    raw = request("GET", path.replace("{n}", officer.number),
                  more=f"Authorization: Bearer {officer.token}\r\n")
    answer = exchange(officer.office.port, raw)[0]
    check_error(answer.status, answer.headers, answer.text, (404, 405, 422))


def test_readers_of_senseless_steps(officer):
    path = f"/api/cases/{officer.number}/readers"
    for query in ({}, {"kind": "x"}, {"kind": "action"}, {"kind": "action", "id": "none"},
                  {"kind": "assign", "target": "nobody"}, {"kind": "extend", "id": "\0"},
                  {"kind": "action", "id": "start_screening", "unit": "none"}):
        answer = officer.get(path, **query)
        assert answer.status_code == 200 or check(answer, (404, 422)) is None


def test_steps_without_their_parameters(officer):
    for name in ("kind", "if_rev", "request_id", "bundle"):
        for value in (None, "", "\0", "!", "ก" * 300, "-1", "9" * 30):
            form = {**officer.form, "request_id": os.urandom(8).hex(), name: value}
            if name == "request_id" and value not in (None, "", "\0", "!", "ก" * 300):
                continue  # any short word is a request id
            check(officer.post(officer.do, **{k: v for k, v in form.items() if v is not None}),
                  (404, 409, 422))
    check(officer.post(officer.do), (422,))
    check(officer.post("/api/cases"), (404, 422))
    check(officer.post("/api/cases/NONE/do", **{**officer.form, "request_id": "n" * 16}), (404,))


def test_the_same_request_again_gives_the_first_answer(officer):
    again = officer.post(officer.do, **officer.form)
    assert again.status_code == 200 and again.json()["rev"] >= int(officer.form["if_rev"])
    moved = officer.post(officer.do, **{**officer.form, "request_id": os.urandom(8).hex()})
    check(moved, (409,))
    assert moved.json()["error"]["code"] == "moved"
    other = officer.post(officer.do, **{**officer.form, "bundle": b64(b"other")})
    check(other, (409, 422))


def bundles(real: bytes, count: int):
    """Random ones, and real ones that were cut, lengthened or altered."""
    chance = random.Random(7)
    yield from (b"", b"\0", bytes(64), b"\xff" * 64, real[:-1], real + b"\0", real * 2, real[1:])
    for _ in range(count):
        data = bytearray(real if chance.random() < 0.8 else chance.randbytes(len(real)))
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield bytes(data[:chance.randint(0, len(data))] if chance.random() < 0.2 else data)


def test_broken_bundles_in_a_step(officer):
    rev = officer.get(f"/api/cases/{officer.number}").json()["rev"]
    real = unb64(officer.form["bundle"])
    for data in bundles(real, ROUNDS):
        form = {**officer.form, "request_id": os.urandom(8).hex(), "bundle": b64(data),
                "if_rev": str(rev)}
        check(officer.post(officer.do, **form), (404, 409, 413, 422))


def test_broken_bundles_of_new_cases(officer):
    real = unb64(officer.form["bundle"])
    for workflow in ("general", "corruption", "none", "", "\0"):
        for data in bundles(real, ROUNDS // 5):
            check(officer.post("/api/cases", workflow=workflow, request_id=os.urandom(8).hex(),
                               bundle=b64(data)), (403, 404, 409, 413, 422))


def test_the_demo_clock_is_for_this_machine_alone(officer):
    answer = officer.post("/api/demo/advance", seconds="86400")
    check(answer, (403, 404))


def test_bodies_that_are_no_forms(officer):
    auth = {"Authorization": f"Bearer {officer.token}"}
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=b"):
        for path in ("/api/cases", officer.do, "/api/session/challenge"):
            check(requests.post(officer.office.url + path, data=b"{}", timeout=20,
                                headers={**auth, "Content-Type": kind}), (415,))
    raw = urllib.parse.urlencode(officer.form).encode() + b"&%ff=%zz"
    check(requests.post(officer.office.url + officer.do, data=raw, timeout=20,
                        headers={**auth, "Content-Type": FORM}), (422,))
