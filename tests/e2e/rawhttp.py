# SPDX-License-Identifier: Apache-2.0
"""Bytes on a socket: what no HTTP library would send, and what it would hide of the answer."""
import re
import socket
from typing import List, NamedTuple, Optional, Tuple

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
                               "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
THAI = re.compile("[\u0e01-\u0e5b]{4}")


class Answer(NamedTuple):
    status: int
    headers: List[Tuple[str, str]]
    body: bytes

    def header(self, name: str) -> Optional[str]:
        found = [v for k, v in self.headers if k.lower() == name.lower()]
        assert len(found) <= 1, (name, found)
        return found[0] if found else None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def connect(port: int, timeout: float = 20) -> socket.socket:
    s = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def send_all(s: socket.socket, data: bytes) -> bool:
    """False when the other side would not take it all."""
    try:
        s.sendall(data)
        return True
    except (BrokenPipeError, ConnectionResetError):
        return False


def read_answer(stream, head: bool = False) -> Optional[Answer]:
    """The next answer; None at the end of the connection."""
    try:
        line = stream.readline()
        if not line:
            return None
        status = int(line.split()[1])
        headers = []
        while True:
            line = stream.readline()
            if line in (b"\r\n", b"\n", b""):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name.strip(), value.strip()))
        answer = Answer(status, headers, b"")
        length = answer.header("Content-Length")
        if head:
            return answer
        body = stream.read(int(length)) if length is not None else stream.read()
        return answer._replace(body=body)
    except ConnectionResetError:
        return None


def exchange(port: int, data: bytes, answers: int = 1, close: bool = False) -> List[Answer]:
    """Sends the bytes and reads so many answers, or fewer when the connection ends before."""
    found: List[Answer] = []
    with connect(port) as s:
        send_all(s, data)
        if close:
            try:
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        with s.makefile("rb") as stream:
            for _ in range(answers):
                answer = read_answer(stream, data.startswith(b"HEAD "))
                if answer is None:
                    break
                found.append(answer)
    return found


def request(method: str, path: str, body: bytes = b"", more: str = "", kind: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}"
    if kind:
        head += f"Content-Type: {kind}\r\n"
    if body or method == "POST":
        head += f"Content-Length: {len(body)}\r\n"
    return head.encode("utf-8") + b"\r\n" + body


def check_headers(headers) -> None:
    """Every answer carries these, and no answer sets a cookie."""
    lower = {k.lower(): v for k, v in dict(headers).items()}
    for name, value in SECURITY_HEADERS.items():
        assert lower.get(name) == value, (name, lower)
    assert "set-cookie" not in lower


def check_error(status: int, headers, text: str, allowed=range(400, 500)) -> None:
    """The one shape of errors in JSON, or a kind page in the reader's language."""
    import json
    assert status in allowed, (status, text[:300])
    check_headers(headers)
    kind = {k.lower(): v for k, v in dict(headers).items()}["content-type"]
    if kind.startswith("application/json"):
        error = json.loads(text)
        assert set(error) == {"error"}, error
        assert {"code", "message"} <= set(error["error"]) <= {
            "code", "message", "field", "fields", "missing"}, error
        assert re.fullmatch(r"[a-z_]+", error["error"]["code"]), error
        assert error["error"]["message"]
    else:
        assert kind == "text/html; charset=utf-8"
        assert "<h1>" in text
        assert THAI.search(text) or 'lang="en"' in text, text[:300]
