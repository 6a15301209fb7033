# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent to the public pages: a clear refusal in one shape, nothing stored, no crash."""
import os
import random
import socket
import urllib.parse

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from office import G1
from rawhttp import THAI, check_error, connect, exchange, read_answer, request, send_all

EXAMPLES = 400 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 60
FORM = "application/x-www-form-urlencoded"
MIXED = "multipart/form-data"
RANDOM = settings(max_examples=EXAMPLES, deadline=None, database=None,
                  suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def nothing_stored(office):
    before = office.stored()
    yield
    assert office.daemon.poll() is None, office.log.read_text()[-2000:]
    assert office.stored() == before


def encoded(form) -> bytes:
    return urllib.parse.urlencode(form).encode()


def refused(office, raw: bytes, allowed=range(400, 500)):
    """Sends it; the one answer is a refusal in proper shape."""
    answers = exchange(office.port, raw, close=False)
    assert answers, "no answer"
    check_error(answers[0].status, answers[0].headers, answers[0].text, allowed)
    return answers[0]


def post(office, path, body, kind=FORM, allowed=range(400, 500), json=False):
    more = "Accept: application/json\r\n" if json else ""
    return refused(office, request("POST", path, body, kind=kind, more=more), allowed)


# ---- content types and sizes ----

@pytest.mark.parametrize("path, kind", [
    ("/report/general", "text/plain"), ("/report/general", "application/json"),
    ("/report/general", ""), ("/report/general", "multipart/form-data"),
    ("/report/general", "multipart/form-data; boundary="),
    ("/report/general", "multipart/form-data; boundary=" + "b" * 71),
    ("/report/general", "multipart/mixed; boundary=b"),
    ("/track", "multipart/form-data; boundary=b"),
    ("/track", "text/xml"), ("/track/reply", "a" * 4000), ("/track/do", ";;;"),
    ("/track/survey", "application/x-www-form-urlencodedx"),
])
def test_wrong_content_type(office, path, kind):
    post(office, path, encoded(G1), kind, allowed=(415,))
    post(office, path, encoded(G1), kind, allowed=(415,), json=True)


def test_ten_megabytes_of_fields(office):
    for form in ({"details": "x" * (10 << 20)}, {f"f{i}": "x" * 50000 for i in range(200)}):
        post(office, "/report/general", encoded({**G1, **form}), allowed=(413,))


def test_more_fields_than_anybody_has(office):
    body = encoded(list(G1.items()) + [(f"f{i}", "x") for i in range(600)])
    post(office, "/report/general", body, allowed=(413,))


def part(name, value=b"x", more="", file=None):
    name = f'; name="{name}"' if name is not None else ""
    file = f'; filename="{file}"' if file is not None else ""
    return (f"--b\r\nContent-Disposition: form-data{name}{file}\r\n{more}\r\n".encode() +
            value + b"\r\n")


GOOD = b"".join(part(k, v.encode()) for k, v in G1.items())
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_two_hundred_files(office):
    body = GOOD + b"".join(part("attachments", PNG, file=f"{i}.png") for i in range(201))
    post(office, "/report/general", body + b"--b--\r\n", MIXED + "; boundary=b", allowed=(413,))
    body = GOOD + b"".join(part("attachments", PNG, file=f"{i}.png") for i in range(60))
    answer = post(office, "/report/general", body + b"--b--\r\n", MIXED + "; boundary=b",
                  allowed=(422,), json=True)
    assert "attachments" in answer.text


def test_more_than_sixteen_megabytes(office):
    photo = part("attachments", b"\xff\xd8\xff" + bytes(18 << 20), file="a.jpg")
    answer = post(office, "/report/general", GOOD + photo + b"--b--\r\n", MIXED + "; boundary=b", allowed=(413,))
    assert THAI.search(answer.text) and 'lang="en"' in answer.text


BROKEN_MULTIPART = {
    "nothing": b"",
    "no boundary at all": b"subject=x",
    "another boundary": GOOD.replace(b"--b", b"--c") + b"--c--\r\n",
    "cut in the boundary": GOOD + b"--",
    "cut in a header": GOOD + b"--b\r\nContent-Dispo",
    "cut after a header": GOOD + b'--b\r\nContent-Disposition: form-data; name="x"\r\n',
    "cut in a value": GOOD + b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nval',
    "no end": GOOD,
    "bare line feeds": (GOOD + b"--b--\r\n").replace(b"\r\n", b"\n"),
    "no disposition": GOOD + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n",
    "empty header": GOOD + b"--b\r\n\r\nx\r\n--b--\r\n",
    "no name": GOOD + part(None) + b"--b--\r\n",
    "name without quotes' end": GOOD + part('x"; name="y')[:-9] + b"--b--\r\n",
    "no form-data": GOOD + part("x").replace(b"form-data", b"attachment") + b"--b--\r\n",
    "a header without colon": GOOD + part("x", more="nonsense\r\n") + b"--b--\r\n",
    "a header of 5000 bytes": GOOD + part("x", more="X: " + "y" * 5000 + "\r\n") + b"--b--\r\n",
    "a name that is no text": GOOD + b'--b\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n'
                              b"\r\nx\r\n--b--\r\n",
    "a quote that does not end": GOOD + b'--b\r\nContent-Disposition: form-data; name="x\r\n\r\nx'
                                 b"\r\n--b--\r\n",
    "words after the boundary": GOOD + b"--b words\r\n" + part("x")[5:] + b"--b--\r\n",
    "only the end": b"--b--\r\n",
    "600 parts": GOOD + b"".join(part(f"f{i}") for i in range(600)) + b"--b--\r\n",
    "nested": GOOD + part("x", more="Content-Type: multipart/mixed; boundary=c\r\n")[:-3] +
              b"--c\r\n\r\n--c--",
}


@pytest.mark.parametrize("name", BROKEN_MULTIPART)
def test_broken_multipart(office, name):
    body = BROKEN_MULTIPART[name]
    for path in ("/report/general", "/track/reply", "/track/do"):
        post(office, path, body, MIXED + "; boundary=b", allowed=(413, 422))
        post(office, path, body, MIXED + "; boundary=b", allowed=(413, 422), json=True)


def test_declared_length_that_never_comes(office):
    raw = request("POST", "/report/general", encoded(G1), kind=FORM)
    cut = raw.replace(b"Content-Length: ", b"Content-Length: 9")
    assert not exchange(office.port, cut, close=True)


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999",
                                    "18446744073709551616", "17000000", "2147483648"])
def test_nonsense_lengths(office, length):
    raw = (f"POST /report/general HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"
           f"Content-Length: {length}\r\n\r\nsubject=x").encode()
    for answer in exchange(office.port, raw, close=True):
        assert 400 <= answer.status < 500


# ---- what is in the fields ----

@pytest.mark.parametrize("value", [
    b"%ff%fe", b"%c3%28", b"%c0%af", b"%ed%a0%80", b"%f8%88%80%80%80", b"%e0%b8", b"a%00b", b"%00",
    b"\xff\xfe", b"\xe0\xb8", b"a\x00b", b"%1b%5b2J",
])
def test_values_that_are_no_text(office, value):
    body = encoded({k: v for k, v in G1.items() if k != "subject"}) + b"&subject=" + value
    answer = post(office, "/report/general", body, allowed=(422,), json=True)
    assert "subject" in answer.text
    page = post(office, "/report/general", body, allowed=(422,))
    assert THAI.search(page.text) and "<form" in page.text
    mixed = b"".join(part(k, v.encode()) for k, v in G1.items() if k != "subject") + part(
        "subject", urllib.parse.unquote_to_bytes(value)) + b"--b--\r\n"
    post(office, "/report/general", mixed, MIXED + "; boundary=b", allowed=(422,), json=True)


@pytest.mark.parametrize("body", [b"subject=%", b"subject=%f", b"subject=%zz", b"%ff=1", b"%00=1"])
def test_broken_escapes_and_names(office, body):
    post(office, "/report/general", encoded(G1) + b"&" + body, allowed=(422,), json=True)


def test_missing_fields(office):
    for name in ("subject", "details", "category", "notice_version"):
        answer = office.post("/report/general", {k: v for k, v in G1.items() if k != name},
                             accept="application/json")
        check_error(answer.status_code, answer.headers, answer.text, (422,))
        assert set(answer.json()["error"]["fields"]) == {name}
    answer = office.post("/report/corruption", {"identity_mode": "anonymous"},
                         accept="application/json")
    assert set(answer.json()["error"]["fields"]) == {"allegation_type", "when", "what_happened"}
    post(office, "/report/general", b"", kind=FORM, allowed=(422,))


def test_every_fault_at_once_with_what_was_typed(office):
    typed = {"subject": "ก" * 201, "details": "ยังอยู่ <b>&amp;</b>", "category": "no-such",
             "occurred_on": "31/02/2569", "identity_mode": "nobody", "phone": "081<script>"}
    answer = office.post("/report/general", typed)
    check_error(answer.status_code, answer.headers, answer.text, (422,))
    fields = office.post("/report/general", typed,
                         accept="application/json").json()["error"]["fields"]
    assert set(fields) == {"subject", "category", "occurred_on", "identity_mode", "notice_version"}
    assert "ยังอยู่ &lt;b&gt;&amp;amp;&lt;/b&gt;" in answer.text
    assert "<script" not in answer.text and "ก" * 201 in answer.text


@pytest.mark.parametrize("name", ["subject", "details", "category", "occurred_on", "in_court",
                                  "identity_mode"])
def test_repeated_fields(office, name):
    values = {"occurred_on": "2026-01-02", "in_court": "no"}
    value = {**G1, **values}[name]
    body = encoded(list({**G1, name: value}.items()) + [(name, value)])
    answer = post(office, "/report/general", body, allowed=(422,), json=True)
    assert name in answer.text


@pytest.mark.parametrize("name, value", [
    ("occurred_on", "2026-13-01"), ("occurred_on", "9999-01-01"), ("occurred_on", "-1"),
    ("in_court", "maybe"), ("category", "light "[::-1]), ("moo", "moo_99"), ("category", "light\0"),
    ("accused_staff", "no_such_person"), ("accused_staff_unit", "no_such_unit"),
    ("contact_pref", "pigeon"), ("name", "x" * 151), ("details", "ก" * 20001),
])
def test_values_outside_the_field(office, name, value):
    answer = office.post("/report/general", {**G1, "identity_mode": "open", name: value},
                         accept="application/json")
    check_error(answer.status_code, answer.headers, answer.text, (422,))


def test_files_that_are_not_what_they_say(office):
    for name, data in (("a.png", b"MZ\x90\0" + bytes(50)), ("a.jpg", b"<html>"), ("empty.png", b""),
                       ("a.pdf", b"%PD"), ("big.png", PNG + bytes(11 << 20))):
        answer = office.post("/report/general", G1, files={"attachments": (name, data)},
                             accept="application/json")
        check_error(answer.status_code, answer.headers, answer.text, (422,))
        assert set(answer.json()["error"]["fields"]) == {"attachments"}, name


# ---- chance ----

NAMES = st.sampled_from([*G1, "code", "code_mac", "attachments", "accused_staff", "action", "text",
                         "challenge", "auth", "signature", "bundle", "", "\0", "ก", "x" * 300])
VALUES = st.one_of(st.binary(max_size=60),
                   st.text(max_size=40).map(lambda t: t.encode("utf-8", "ignore")),
                   st.sampled_from([b"", b"\0", b"1", b"light", b"\xff" * 40, b"A" * 34]))
FORMS = ["/report/general", "/report/corruption", "/track", "/track/reply", "/track/do",
         "/track/survey", "/api/session/challenge", "/api/session/answer"]


@RANDOM
@given(st.sampled_from(FORMS), st.lists(st.tuples(NAMES, VALUES), max_size=12), st.booleans())
def test_random_forms(office, path, fields, mixed):
    fields = [(k, v) for k, v in fields if k not in ("details", "allegation_type")]  # never whole
    if mixed:
        kind = MIXED + "; boundary=b"
        body = b"".join(part(k, v) for k, v in fields) + b"--b--\r\n"
    else:
        kind, body = FORM, urllib.parse.urlencode(fields).encode()
    answer = exchange(office.port, request("POST", path, body, kind=kind))[0]
    if path == "/api/session/challenge" and answer.status == 200:
        return
    check_error(answer.status, answer.headers, answer.text)


@RANDOM
@given(st.sampled_from(FORMS), st.binary(max_size=400),
       st.sampled_from([FORM, MIXED + "; boundary=b"]))
def test_random_bodies(office, path, body, kind):
    answer = exchange(office.port, request("POST", path, body, kind=kind))[0]
    check_error(answer.status, answer.headers, answer.text)


@RANDOM
@given(st.integers(0, 1 << 30))
def test_mutated_requests(office, seed):
    chance = random.Random(seed)
    body = GOOD + part("attachments", PNG, file="a.png")
    raw = bytearray(request("POST", "/report/general", body, kind=MIXED + "; boundary=b"))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw))
        if chance.random() < 0.3:
            del raw[at:at + chance.randint(1, 40)]
        else:
            raw[at] = chance.randrange(256)
    with connect(office.port) as s:  # the end of the body is missing: never a whole complaint
        send_all(s, bytes(raw))
        s.shutdown(socket.SHUT_WR)
        with s.makefile("rb") as stream:
            answer = read_answer(stream)
    assert answer is None or answer.status < 500
