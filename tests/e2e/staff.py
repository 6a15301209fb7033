# SPDX-License-Identifier: Apache-2.0
"""A staff member without the command line: signs in from the openapi text and reader.py alone."""
import base64
import socket
import threading
import time
import urllib.parse

import requests
from nacl import bindings as na

import reader


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def passphrase_of(office, name: str) -> str:
    return (office.path / "demo" / f"{name}.pass").read_text(encoding="utf-8").strip()


class Staff:
    """`keys` holds the person's own keys, unwrapped."""

    def __init__(self, office, name: str, begun=None):
        self.office, self.name = office, name
        passphrase = passphrase_of(office, name)
        begin = begun or self.post("/api/session/challenge", name=name).json()
        auth, half = reader.login_stretch(passphrase.encode(), begin["tenant"], name)
        both = self.post("/api/session/answer", name=name, challenge=begin["challenge"],
                         auth=b64(auth))
        if both.status_code == 429:
            time.sleep(float(both.headers["Retry-After"]) + 0.1)
            both = self.post("/api/session/answer", name=name, challenge=begin["challenge"],
                             auth=b64(auth))
        both = both.json()
        self.tenant = begin["tenant"]
        self.keys = reader.unwrap_person(unb64(both["wrapped"]), half, unb64(both["share"]), name)
        origin = urllib.parse.urlsplit(office.url).netloc
        signed = reader.blake(reader.listed(
            b"krading/1", b"session", self.tenant.encode(), begin["challenge"].encode(),
            origin.encode(), str(begin["expires"]).encode()))
        public, secret = na.crypto_sign_seed_keypair(self.keys.sign_seed)
        signature = na.crypto_sign(signed, secret)[:64]
        self.token = self.post("/api/session/answer", name=name, challenge=begin["challenge"],
                               signature=b64(signature)).json()["token"]

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {}

    def get(self, path, **query):
        return requests.get(self.office.url + path, params=query, headers=self.headers(),
                            timeout=20)

    def post(self, path, files=None, **form):
        return requests.post(self.office.url + path, data=form, files=files,
                             headers=self.headers(), timeout=20)


class Tap:
    """Passes a connection on to the office and keeps what the client sent."""

    def __init__(self, port: int):
        self.to = port
        self.sent = bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to))
            for source, sink, keep in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pump, args=(source, sink, keep), daemon=True).start()

    def _pump(self, source, sink, keep):
        try:
            while data := source.recv(65536):
                if keep:
                    self.sent += data
                sink.sendall(data)
        except OSError:
            pass
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def forms(self, path_start: str):
        """(path, form) of every POST that was sent to such a path."""
        found = []
        for piece in bytes(self.sent).split(b"POST ")[1:]:
            path = piece.split(b" ", 1)[0].decode()
            head, _, body = piece.partition(b"\r\n\r\n")
            if not path.startswith(path_start):
                continue
            length = next(int(l.split(b":")[1]) for l in head.split(b"\r\n")
                          if l.lower().startswith(b"content-length:"))
            form = urllib.parse.parse_qsl(body[:length].decode(), keep_blank_values=True)
            found.append((path, dict(form)))
        return found

    def close(self):
        self.listener.close()
