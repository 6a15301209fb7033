# SPDX-License-Identifier: Apache-2.0
"""Killed at random moments under load: what was answered is there, what was not is there whole or
not at all, and posting it again makes no second case."""
import os
import pathlib
import random
import re
import signal
import socket
import threading
import time

import requests

from office import G1
from rawhttp import read_answer, request
from store import Store

ROUNDS = int(os.environ.get("KRADING_CRASH_ROUNDS", "50"))
THREADS = 4
PNG = b"\x89PNG\r\n\x1a\n" + bytes(3000)
JSON = {"Accept": "application/json"}


def hidden(page: str, name: str) -> str:
    for tag in re.findall(r"<input[^>]*>", page):
        if f'name="{name}"' in tag:
            return re.search(r'value="([^"]*)"', tag).group(1)
    raise requests.ConnectionError("the page ends before its end")


class Complaint:
    def __init__(self, code, mac):
        self.form = {**G1, "code": code, "code_mac": mac}
        self.code = code
        self.number = None      # as answered
        self.with_file = False
        self.replies = 0        # answered
        self.last_reply = None  # sent, and no answer came


class Citizen(threading.Thread):
    """Files complaints and writes again, until the daemon is gone."""

    def __init__(self, office, seed):
        super().__init__()
        self.office, self.chance, self.mine = office, random.Random(seed), []
        self.wrong = None  # an answer that should not have come

    def run(self):
        with requests.Session() as self.session:
            try:
                while True:
                    self.one()
            except requests.RequestException:
                pass
            except AssertionError as wrong:
                self.wrong = wrong

    def post(self, path, data, files=None):
        return self.session.post(self.office.url + path, data=data, files=files, headers=JSON,
                                 timeout=20)

    def one(self):
        page = self.session.get(self.office.url + "/report/general", timeout=20).text
        mine = Complaint(hidden(page, "code"), hidden(page, "code_mac"))
        self.mine.append(mine)
        mine.with_file = self.chance.random() < 0.2
        answer = self.post("/report/general", mine.form, file_of(mine))
        assert answer.status_code == 201, answer.text
        mine.number = answer.json()["case_number"]
        if self.chance.random() < 0.4:
            other = self.chance.choice([c for c in self.mine if c.number])
            other.last_reply = f"เพิ่มเติม {other.replies}"
            answer = self.post("/track/reply", {"code": other.code, "text": other.last_reply})
            assert answer.status_code in (200, 201, 303), answer.text
            other.replies, other.last_reply = other.replies + 1, None
        time.sleep(self.chance.random() * 0.02)


def file_of(complaint):
    return {"attachments": ("a.png", PNG)} if complaint.with_file else None


def advance(path: pathlib.Path, seconds: int) -> None:
    """The demo office's clock, so that rungs fire among the complaints; the daemon may be gone."""
    raw = request("POST", "/api/demo/advance", f"seconds={seconds}".encode(),
                  kind="application/x-www-form-urlencoded")
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(20)
        try:
            s.connect(str(path))
            s.sendall(raw)
            with s.makefile("rb") as stream:
                read_answer(stream)
        except OSError:
            pass


def settle(office, complaint) -> None:
    """After the crash: the answered one is there; the other is posted again and is there once."""
    if complaint.number is None:
        answer = office.post("/report/general", complaint.form, accept="application/json",
                             files=file_of(complaint))
        assert answer.status_code == 201, answer.text
        assert answer.json()["code"] == complaint.code
        complaint.number = answer.json()["case_number"]
    seen = office.track(complaint.code)
    own = [m["text"] for m in seen["messages"] if m["from"] != "office"]
    texts = [f"เพิ่มเติม {i}" for i in range(complaint.replies)]
    found = [t if isinstance(t, str) else t["th"] for t in own]
    found = [t for t in found if t.startswith("เพิ่มเติม")]
    if complaint.last_reply and len(found) == len(texts) + 1:
        texts.append(complaint.last_reply)
        complaint.replies += 1
    complaint.last_reply = None
    assert found == texts, (complaint.number, seen)


def test_sudden_death(fresh_office):
    office, chance = fresh_office, random.Random(os.environ.get("KRADING_CRASH_SEED", "krading"))
    before = office.stored()[0]["cases"]
    all_mine, lost = [], 0
    for turn in range(ROUNDS):
        citizens = [Citizen(office, chance.random()) for _ in range(THREADS)]
        for citizen in citizens:
            citizen.start()
        time.sleep(0.05 + chance.random() * 0.15)
        clock = threading.Thread(target=advance, args=(office.path / "krading.sock", 6 * 3600))
        clock.start()
        time.sleep(chance.random() * 0.25)
        assert office.stop(signal.SIGKILL) == -signal.SIGKILL
        for thread in [*citizens, clock]:
            thread.join()
        assert not [c.wrong for c in citizens if c.wrong]
        if turn % 2:  # also before a daemon has put anything in order
            office.stored()
        office.start()
        mine = [c for citizen in citizens for c in citizen.mine]
        lost += sum(c.number is None for c in mine)
        for complaint in mine:
            settle(office, complaint)
        all_mine += mine
        for old in chance.sample(all_mine, min(5, len(all_mine))):
            settle(office, old)
        assert office.stored()[0]["cases"] == before + len(all_mine), turn
    numbers = [c.number for c in all_mine]
    assert len(set(numbers)) == len(numbers) >= ROUNDS
    assert len({c.code for c in all_mine}) == len(all_mine)
    # it did come between: posts without an answer, words added, clocks that rang
    assert ROUNDS < 10 or lost > ROUNDS / 2
    assert sum(c.replies for c in all_mine) > ROUNDS / 2
    with Store(office.path) as store:
        rang = [a for a in store.records("alerts") if a.get(3, b"").decode() in set(numbers)]
    assert ROUNDS < 50 or rang
    print(f"{len(numbers)} complaints, {lost} unanswered, {len(rang)} alerts")
    assert office.stop(signal.SIGTERM) == 0
    office.stored()
