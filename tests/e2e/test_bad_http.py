# SPDX-License-Identifier: Apache-2.0
"""Addresses, methods and bytes that are hardly HTTP: a clear refusal, nothing stored, no crash."""
import re

import pytest

from rawhttp import (SECURITY_HEADERS, THAI, check_error, check_headers, connect, exchange,
                     read_answer, request)
from test_bad_input import FORM, nothing_stored, refused

__all__ = ["nothing_stored"]  # watches each test here too


@pytest.mark.parametrize("path", [
    "/report/none", "/report/", "/report", "/report/general/", "/report/General",
    "/report/%67eneral",
    "/report/general%00", "/report/%2e%2e/track", "/report/../track", "//", "//track", "/track/",
    "/.", "/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd",
    "/report/..%5c..%5csettings.yaml", "/settings.yaml", "/db/data.mdb", "/keys/pepper",
    "/style.css/", "/style.css%00.html", "/api", "/api/", "/api/none", "/report/" + "x" * 5000,
    "/report/\xe0\xb8\x81", "/track/none", "/%", "/%zz", "/report/general;x=1", "/*", "/\\track",
    "/files/", "/report/general/x/y/z", "/manual/", "/manual/none/x",
], ids=lambda path: path[:40])
def test_paths_that_lead_nowhere(office, path):
    for method in ("GET", "HEAD", "POST"):
        raw = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
        for answer in exchange(office.port, raw):
            assert answer.status in (400, 401, 404), (path, answer.status)
            assert answer.status == 400 or dict(answer.headers)["Cache-Control"] == "no-store"


def test_a_query_that_is_garbage_changes_nothing(office):
    for query in ("?", "?lang=xx", "?lang=en&lang=th", "?%ff%00=%zz&&&=", "?" + "a" * 3000):
        answer = exchange(office.port, request("GET", "/track" + query))[0]
        assert answer.status == 200 and "<form" in answer.text
        check_headers(answer.headers)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW",
                                    "get", "G" * 3000, "PROPFIND"], ids=lambda m: m[:20])
def test_other_methods(office, method):
    for path in ("/", "/report/general", "/track", "/api/cases"):
        for answer in exchange(office.port, request(method, path), close=True):
            assert answer.status in (400, 401, 405, 501), answer
            assert "subject" not in answer.text
            if answer.status == 405:
                assert set(answer.header("Allow").split(", ")) <= {"GET", "HEAD", "POST"}


def test_methods_the_page_does_not_have(office):
    for method, path, allow in (("POST", "/", "GET, HEAD"), ("POST", "/style.css", "GET, HEAD"),
                                ("GET", "/api/session/challenge", "POST")):
        answer = refused(office, request(method, path), (405,))
        assert answer.header("Allow") == allow


@pytest.mark.parametrize("raw", [
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
    b"GET / HTTP/1.1 x\r\n\r\n", b"GET  /  HTTP/1.1\r\n\r\n", b"\0" * 5000,
    b"PRI * HTTP/2.0\r\n\r\n",
    b"GET / HTTP/1.1\r\n: empty\r\n\r\n", b"GET / HTTP/1.1\r\nA\r\n\r\n", b"GET /" + b"a" * 70000,
    b"GET / HTTP/1.1\r\nA: \0\xff\r\n\r\n", b"GET / HTTP/1.1\r\n b: folded\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"y" * 100000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(20000)) + b"\r\n",
    b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    b"POST /track HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx\r\n",
    b"POST /track HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n0\r\n\r\n",
    b"POST /track HTTP/1.1\r\nExpect: 200-ok\r\nContent-Length: 5\r\n\r\ncode=",
], ids=range(20))
def test_what_is_hardly_http(office, raw):
    for answer in exchange(office.port, raw, close=True):
        if answer.status != 417:  # of libevent itself
            check_headers(answer.headers)
        assert answer.status in (200, 400, 404, 417), answer
    assert office.get("/healthz").text.strip() == "ok"


def test_old_http(office):
    with connect(office.port) as s, s.makefile("rb") as stream:
        s.sendall(b"GET /track HTTP/1.0\r\n\r\n")
        answer = read_answer(stream)
        assert answer.status == 200 and "<form" in answer.text
        assert stream.read() == b""


def test_pipelined_requests_are_answered_in_order(office):
    pages = ["/track", "/nowhere", "/healthz", "/report/corruption"] * 5
    answers = exchange(office.port, b"".join(request("GET", p) for p in pages), answers=20)
    assert [a.status for a in answers] == [200, 404, 200, 200] * 5
    assert answers[2].text.strip() == "ok" and "what_happened" in answers[3].text
    bad = request("POST", "/report/general", b"subject=x", kind=FORM)
    answers = exchange(office.port, (bad + request("GET", "/healthz")) * 5, answers=10)
    assert [a.status for a in answers] == [422, 200] * 5


def test_a_request_in_single_bytes(office):
    with connect(office.port) as s, s.makefile("rb") as stream:
        for byte in request("POST", "/track", b"code=x", kind=FORM):
            s.sendall(bytes([byte]))
        answer = read_answer(stream)
    check_error(answer.status, answer.headers, answer.text, (422,))


def test_error_pages_speak_both_languages(office):
    for path in ("/nowhere", "/report/none", "/manual/none"):
        thai, english = office.get(path), office.get(path + "?lang=en")
        for answer in (thai, english):
            check_error(answer.status_code, answer.headers, answer.text, (404,))
        assert '<html lang="th"' in thai.text and THAI.search(thai.text)
        assert '<html lang="en"' in english.text
        assert re.search(r"<h1>[^<]*[a-z]{3}[^<]*</h1>", english.text)
        assert office.get(path, headers={"Accept": "application/json"}).json()["error"]["code"]
    assert set(SECURITY_HEADERS) <= {k.lower() for k in office.get("/").headers}
