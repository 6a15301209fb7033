# SPDX-License-Identifier: Apache-2.0
"""The audit log from outside: what it shows is checked by a second implementation, and whatever is
changed behind the office's back is found, by verify, by an old checkpoint, by a witness."""
import datetime
import http.server
import shutil
import struct
import threading
import time

import pytest
import requests

import ledger
from ledger import Hand, fields_of, key_of, leaf_of, opened, path, proof_of, root_of, subproof
from office import G1, Office, run_krading
from staff import Staff
from steps import take_up

AUDITOR, OFFICER = "nonglak", "somsri"
C1 = {"allegation_type": "bribe", "when": "เดือนก่อน", "what_happened": "เรียกค่าน้ำมันห้าพันบาท",
      "where": "ร้านกาแฟหน้าตลาด", "identity_mode": "anonymous", "notice_version": "1"}
READ, REFUSAL, WRONG_SIGN_INS, FILLER, EVENT = 2, 5, 11, 10, 1


def kinds(entries):
    return [e.get(2, b"\0")[0] for e in entries]


@pytest.fixture(scope="module")
def worked(demo_template, tmp_path_factory):
    """An office with some days behind it: open cases and protected ones, nights, and entries that
    wait for the next one. Not served; never changed."""
    office = Office.copy_of(demo_template, tmp_path_factory.mktemp("worked"))
    with office:
        take_up(office, office.new_case())
        office.file("corruption", **C1)
        office.cli("demo", "advance", "16d")
        office.new_case()
        for _ in range(2):
            office.file("corruption", **C1)
    assert office.cli("verify").returncode == 0
    return office


@pytest.fixture
def mine(worked, tmp_path):
    """A copy that this test may spoil."""
    return Office.copy_of(worked.path, tmp_path)


def verify(office, *more):
    done = office.cli("verify", *more, ok=False)
    assert done.returncode in (0, 1), done.stderr
    return done


# ---- a second implementation ----

def test_what_the_log_shows_is_checked_by_others(mine):
    with mine:
        name, key = key_of(mine.get("/api/log/key").text)
        night = opened(mine.get("/api/log/checkpoint").text, name, key)
        auditor = Staff(mine, AUDITOR)
        now = opened(auditor.get("/api/log/checkpoint/now").text, name, key)
        proofs = {i: proof_of(auditor.get("/api/log/proof", leaf=i).text)
                  for i in (0, 1, night.size // 2, night.size - 1)}
        late = proof_of(auditor.get("/api/log/proof", leaf=now.size - 1, size=now.size).text)
        ways = {n: proof_of(mine.get(f"/api/log/consistency?from={n}").text)
                for n in (1, 2, 64, night.size - 1, night.size)}
        short = proof_of(mine.get("/api/log/consistency?from=3&to=7").text)
    assert name == night.origin == now.origin
    with Hand(mine.path) as hand:
        entries = hand.entries()
    leaves = [e[9] for e in entries]
    assert all(leaf_of(e) == e[9] for e in entries)
    assert night.root == root_of(leaves[:night.size]) and now.root == root_of(leaves[:now.size])
    for index, proof in {**proofs, now.size - 1: late}.items():
        of = opened(proof.note, name, key)
        assert proof.number == index and proof.leaf == leaves[index]
        assert proof.hashes == path(index, leaves[:of.size])
        assert ledger.root_by_path(proof.leaf, index, of.size, proof.hashes) == of.root
    for old, proof in {**ways, 3: short}.items():
        to = opened(proof.note, name, key)
        assert to.size == (7 if old == 3 else night.size) and proof.number == old
        assert proof.hashes == subproof(old, leaves[:to.size], True)
        held = root_of(leaves[:old])
        assert ledger.roots_by_subproof(held, old, to.size, proof.hashes) == (held, to.root)


def test_proofs_for_strangers_have_their_measure(mine):
    """Whoever asks for ever other ones is told to wait; what was just given is given again."""
    with mine, requests.Session() as stranger:
        def ask(**query):
            return stranger.get(mine.url + "/api/log/consistency", params=query, timeout=20)

        size = opened(mine.get("/api/log/checkpoint").text, *key_of(mine.get("/api/log/key").text)).size
        first = ask(**{"from": 1, "to": size})
        assert first.status_code == 200
        said = [ask(**{"from": 1 + i % (size - 1), "to": size - i % 7}) for i in range(400)]
        late = [a for a in said if a.status_code == 429]
        assert late and int(late[0].headers["Retry-After"]) == 1
        assert late[0].json()["error"]["code"] == "too_soon"
        end = time.time() + 5
        while (again := ask(**{"from": 1, "to": size})).status_code == 429 and time.time() < end:
            time.sleep(0.1)
        assert again.text == first.text
        assert {ask(**{"from": 1, "to": size}).text for _ in range(200)} == {first.text}
        assert mine.get("/healthz").status_code == 200


def test_who_may_ask_for_what(mine):
    with mine:
        size = int(mine.get("/api/log/checkpoint").text.splitlines()[1])
        for path_, status in (("/api/log/proof?leaf=0", 401), ("/api/log/checkpoint/now", 401),
                              (f"/api/log/consistency?from=1&to={size + 1}", 422),
                              ("/api/log/consistency?from=0", 422),
                              ("/api/log/consistency", 422),
                              (f"/api/log/consistency?from={size}&to=1", 422),
                              ("/api/log/consistency?from=x", 422),
                              ("/api/log/consistency?from=99999999999999999999", 422)):
            assert mine.get(path_).status_code == status, path_
        officer, auditor = Staff(mine, OFFICER), Staff(mine, AUDITOR)
        assert officer.get("/api/log/proof", leaf=0).status_code == 403
        assert officer.get("/api/log/checkpoint/now").status_code == 403
        assert auditor.get("/api/log/proof", leaf=size).status_code == 422
        assert auditor.get("/api/log/proof").status_code == 422
        assert auditor.get("/api/log/proof", leaf=0, size=10 ** 9).status_code == 422
        # What strangers see does not move while staff work.
        before = mine.get("/api/log/checkpoint").text
        take_up(mine, mine.new_case())
        assert mine.get("/api/log/checkpoint").text == before
        live = auditor.get("/api/log/checkpoint/now").text
        assert int(live.splitlines()[1]) > size


# ---- what is an entry ----

def test_readings_and_refusals_of_staff_are_entries(mine, tmp_path):
    photo = tmp_path / "p.pdf"
    photo.write_bytes(b"%PDF-1.4\n%%EOF\n")
    with mine:
        receipt = mine.file(**G1, files={"attachments": ("p.pdf", photo.read_bytes(), "application/pdf")})
        number = receipt["case_number"]
        hidden = mine.file("corruption", **C1)["case_number"]
        with Hand(mine.path) as hand:
            before, waiting = kinds(hand.entries()), len(hand.keys("waiting"))
        officer = Staff(mine, OFFICER)
        case = officer.get(f"/api/cases/{number}").json()
        part = next(p for p in case["content"] if p["file"])
        assert officer.get(f"/api/cases/{number}/files/{part['no']}").status_code == 200
        with Hand(mine.path) as hand:
            read = kinds(hand.entries())[len(before):]
        assert read.count(READ) == 2, read
        # No such case, and one that does not exist for this person: the same answer, and alike an
        # entry that waits for the night.
        answers = {officer.get(f"/api/cases/{n}{tail}").text
                   for n in (hidden, "C-0000-0000") for tail in ("", "/readers", "/files/0")}
        assert len(answers) == 1
        with Hand(mine.path) as hand:
            rows = [fields_of(hand.get("waiting", k)) for k in hand.keys("waiting")][waiting:]
        assert kinds(rows) == [REFUSAL] * 6
        assert len({e[7] for e in rows}) == 6  # what was asked is in each
        # A step that is not open.
        done = mine.cli("do", number, "close", who=OFFICER, ok=False)
        assert done.returncode == 1
        with Hand(mine.path) as hand:
            assert kinds(hand.entries())[-1] == REFUSAL
    assert verify(mine).returncode == 0


def test_refusals_cannot_fill_the_log(mine):
    with mine:
        officer = Staff(mine, OFFICER)
        with Hand(mine.path) as hand:
            waiting = len(hand.keys("waiting"))
        for i in range(50):
            assert officer.get(f"/api/cases/C-0000-{i:04}").status_code == 404
        with Hand(mine.path) as hand:
            assert len(hand.keys("waiting")) == waiting + 32
        # Nor do failed sign-ins cost more than a number a day, for names known or not.
        for name in (OFFICER, "nobody_here"):
            begin = mine.post("/api/session/challenge", data={"name": name}).json()
            form = {"name": name, "challenge": begin["challenge"], "auth": "A" * 43}
            assert mine.post("/api/session/answer", data=form).status_code == 403
        with Hand(mine.path) as hand:
            assert WRONG_SIGN_INS not in kinds(hand.entries())
        mine.cli("demo", "advance", "1d")
        with Hand(mine.path) as hand:
            entries = hand.entries()
        failed = [e for e in entries if e.get(2) == bytes([WRONG_SIGN_INS])]
        assert [int.from_bytes(e[7][24:], "big") for e in failed] == [2]
        more = [e for e in entries if e.get(2) == bytes([REFUSAL]) and
                e.get(4) == b"\xff\xff\xff\xff"]
        assert [int.from_bytes(e[7][24:], "big") for e in more] == [18]
    assert verify(mine).returncode == 0


# ---- nights ----

def protected_cases(office):
    """Ids of the cases whose workflow is protected."""
    with Hand(office.path) as hand:
        heads = [fields_of(hand.get("heads", k)) for k in hand.keys("heads")]
    texts = {f.stem: f.read_text(encoding="utf-8") for f in (office.path / "workflows").glob("*.yaml")}
    return {h[1] for h in heads if "\nchannel: protected" in texts[h[3].decode()]}


def test_nights_tell_neither_order_nor_number(mine):
    """Protected entries come at night, in multiples of 64, mixed with fillers; so it is when there
    was one and when there was none."""
    with mine:
        with Hand(mine.path) as hand:
            begin = len(hand.leaves())
        sizes = []
        for reports in (3, 0, 1):
            for _ in range(reports):
                mine.file("corruption", **C1)
            with Hand(mine.path) as hand:
                before = len(hand.leaves())
            assert before == (sizes[-1] if sizes else begin)  # nothing by day
            mine.cli("demo", "advance", "1d")
            with Hand(mine.path) as hand:
                sizes.append(len(hand.leaves()))
                assert not hand.keys("waiting")
                night = hand.entries()[before:]
            hidden = protected_cases(mine)
            ours = [e for e in night if e[2][0] == FILLER or e.get(3) in hidden]
            assert len(ours) % 64 == 0 and len(ours) >= 64
            events = [i for i, e in enumerate(ours) if e[2][0] == EVENT]
            assert len(events) >= reports
            if reports == 3:
                assert events != list(range(len(events)))
    assert verify(mine).returncode == 0


def test_files_of_a_day_bear_one_time(mine):
    """A directory shows when its files came: after the night it shows a day."""
    def times():
        return [f.stat() for f in sorted((mine.path / "files").iterdir())]

    pdf = ("p.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n", "application/pdf")
    with mine:
        mine.cli("demo", "advance", "1h")
        came = time.time()
        for workflow, form, field in (("corruption", C1, "evidence"),
                                      ("general", G1, "attachments")):
            mine.file(workflow, files={field: pdf}, **form)
            time.sleep(1.1)
        fresh = [s for s in times() if s.st_ctime >= came - 1]
        assert len(fresh) == 2 and fresh[0].st_mtime != fresh[1].st_mtime
        mine.cli("demo", "advance", "1d")
        end = time.time() + 5
        while time.time() < end and any(s.st_mtime_ns % 10 ** 9 for s in times()):
            time.sleep(0.1)
        after_ = [s for s in times() if s.st_ctime >= came - 1]
    assert len(after_) == 2
    assert {s.st_mtime_ns % (86400 * 10 ** 9) for s in after_} == {17 * 3600 * 10 ** 9}  # in Thailand
    assert abs(after_[0].st_ctime - after_[1].st_ctime) < 0.5


# ---- hands that change rows ----

def flip(value):
    return bytes([value[0] ^ 1]) + value[1:] if value else b"\1"


def up(value):
    return (int.from_bytes(value, "big") + 1).to_bytes(max(len(value), 4), "big")


EDITS = {  # table: (row, field of its record, change)
    "heads": (0, 12, up), "events": (1, 23, flip), "parts": (0, 11, flip), "seals": (0, 12, flip),
    "alerts": (0, 9, up), "leaves": (3, 7, flip), "waiting": (0, 7, flip), "staff": (0, 1, flip)}


def row(hand, table, nth=0, field=None):
    """The nth row, of those that have this field: what is covered has others."""
    return [k for k in hand.keys(table) if not field or field in fields_of(hand.get(table, k))][nth]


def edit_meta(hand, name, change):
    key = name.encode() + b"\0"
    hand.put("meta", key, change(hand.get("meta", key)))


def shift_index(hand, table):
    key = row(hand, table)
    value = hand.get(table, key)
    hand.drop(table, key)
    hand.put(table, flip(key), value)


def low_count(hand, name):
    key = next(k for k in hand.keys("counts") if k.startswith(name.encode()))
    value = int.from_bytes(hand.get("counts", key), "big")
    hand.put("counts", key, (value - 1).to_bytes(8, "big"))


def dup(hand, table, to):
    key = row(hand, table)
    hand.put(table, to, hand.get(table, key))


def cut(hand, table, nth=0):
    key = row(hand, table, nth)
    value = hand.get(table, key)
    hand.put(table, key, value[:len(value) // 2])


def last_out(hand, table):
    hand.drop(table, row(hand, table, -1))


def swap(hand, table):
    first, second = row(hand, table, 0), row(hand, table, 1)
    a, b = hand.get(table, first), hand.get(table, second)
    hand.put(table, first, b)
    hand.put(table, second, a)


def after(hand, table):
    """A key that no row has, behind the last one of the first case."""
    key = row(hand, table)
    if len(key) == 12:
        mine_ = [k for k in hand.keys(table) if k[:8] == key[:8]]
        return key[:8] + struct.pack(">I", len(mine_))
    return up(row(hand, table, -1)).rjust(8, b"\0")


TAMPERS = {}
for _t, (_n, _f, _c) in EDITS.items():
    TAMPERS[f"{_t}: edit"] = (
        lambda h, t=_t, n=_n, f=_f, c=_c: h.edit(t, row(h, t, n, f), f, c), _t)
    TAMPERS[f"{_t}: cut"] = (lambda h, t=_t, n=_n: cut(h, t, n), _t)
for _t in ("heads", "events", "parts", "seals", "alerts", "leaves", "waiting"):
    TAMPERS[f"{_t}: drop"] = (lambda h, t=_t: h.drop(t, row(h, t)), _t)
    TAMPERS[f"{_t}: drop the last"] = (lambda h, t=_t: last_out(h, t), _t)
    TAMPERS[f"{_t}: dup"] = (lambda h, t=_t: dup(h, t, after(h, t)), _t)
    if _t != "waiting":  # the night shuffles them: their order says nothing
        TAMPERS[f"{_t}: swap"] = (lambda h, t=_t: swap(h, t), _t)
for _t in ("codes", "numbers", "due", "listed"):
    TAMPERS[f"{_t}: drop"] = (lambda h, t=_t: h.drop(t, row(h, t)), _t)
    TAMPERS[f"{_t}: edit"] = (lambda h, t=_t: shift_index(h, t), _t)
    TAMPERS[f"{_t}: dup"] = (lambda h, t=_t: dup(h, t, flip(row(h, t))), _t)
TAMPERS["alerts: edit what is covered"] = (
    lambda h: h.edit("alerts", row(h, "alerts", field=17), 17, flip), "alerts")
for _name in ("tree", "checkpoint", "directory.1", "tenant", "waited"):
    TAMPERS[f"meta {_name}: edit"] = (lambda h, n=_name: edit_meta(h, n, flip), "meta")
for _name in ("tree", "checkpoint", "directory.1", "tenant", "waited"):
    TAMPERS[f"meta {_name}: drop"] = (
        lambda h, n=_name: h.drop("meta", n.encode() + b"\0"), "meta")
for _name in ("case", "alerts", "waiting", "number.general", "register.general"):
    TAMPERS[f"counts {_name}: back"] = (lambda h, n=_name: low_count(h, n), "counts")
TAMPERS["defs: edit"] = (lambda h: [h.put("defs", k, h.get("defs", k) + b"\n# x\n")
                                    for k in h.keys("defs")], "defs")
TAMPERS["defs: drop"] = (lambda h: [h.drop("defs", k) for k in h.keys("defs")], "defs")

SAYS = {  # what verify calls a table, where it has other words for it
    "heads": ("case", "number", "code", "due", "list", "event"), "events": ("event", "log", "case"),
    "parts": ("part", "event"), "seals": ("seal", "event"), "alerts": ("outbox", "counter"),
    "leaves": ("log", "event"), "waiting": ("waiting", "event", "counter"), "staff": ("staff",),
    "codes": ("code",), "numbers": ("number",), "due": ("due",), "listed": ("list",),
    "meta": ("log", "directory", "waiting", "office", "empty", "missing"),
    "counts": ("counter", "waiting"), "defs": ("definition", "defs", "case", "workflow", "calendar")}


@pytest.mark.parametrize("how", sorted(TAMPERS))
def test_whatever_is_changed_is_found(mine, how):
    change, table = TAMPERS[how]
    with Hand(mine.path) as hand:
        change(hand)
    done = verify(mine)
    assert done.returncode == 1, (how, done.stdout)
    assert any(word in done.stderr for word in SAYS[table]), (how, done.stderr)


def test_where_it_is_is_said(mine):
    with Hand(mine.path) as hand:
        hand.edit("leaves", row(hand, "leaves", 5), 7, flip)
        day = datetime.date(1970, 1, 1) + datetime.timedelta(
            int.from_bytes(hand.entries()[5][5], "big"))
    assert f"log 5 ({day})" in verify(mine).stderr


# ---- older checkpoints, and a witness ----

def checkpoint(office):
    with Hand(office.path) as hand:
        return hand.get("meta", b"checkpoint\0").decode()


def rewritten(office, index):
    """By somebody who has all of it, the log's key too: one entry says something else, and all that
    lies on this machine fits."""
    seed = (office.path / "keys" / "log").read_bytes()
    origin = checkpoint(office).splitlines()[0]
    with Hand(office.path) as hand:
        entries = hand.entries()
        index = next(i for i in range(index, len(entries)) if entries[i][2][0] == FILLER)
        entry = {**entries[index], 7: bytes(31) + b"\1"}
        entry[9] = leaf_of(entry)
        hand.put("leaves", row(hand, "leaves", index), ledger.record_of(entry))
        leaves = hand.leaves()
        night = int(checkpoint_of(hand).splitlines()[1])
        hand.put("meta", b"tree\0", ledger.edge_of(leaves))
        hand.put("meta", b"checkpoint\0",
                 ledger.signed(origin, night, root_of(leaves[:night]), seed).encode())
        for key in hand.keys("meta"):
            if key.startswith(b"node.8."):
                at = int(key[7:-1]) * 256
                hand.put("meta", key, root_of(leaves[at:at + 256]))
    return index


def checkpoint_of(hand):
    return hand.get("meta", b"checkpoint\0").decode()


def test_an_older_checkpoint_finds_what_fits_together(mine, tmp_path):
    kept = tmp_path / "mail"
    first = checkpoint(mine)
    with mine:
        mine.cli("demo", "advance", "1d")
    second = checkpoint(mine)
    kept.write_text("\n" + first + "\n" + second.replace("\n", "\r\n"), encoding="utf-8")
    done = verify(mine, "--checkpoint", kept)
    assert done.returncode == 0 and "2 checkpoints" in done.stdout, done.stdout + done.stderr
    sizes = [int(c.splitlines()[1]) for c in (first, second)]
    rewritten(mine, sizes[0])
    assert verify(mine).returncode == 0  # all that lies here fits
    done = verify(mine, "--checkpoint", kept)
    assert done.returncode == 1
    assert f"log {sizes[0]}-{sizes[1] - 1}: " in done.stderr, done.stderr
    kept.write_text(first, encoding="utf-8")
    assert verify(mine, "--checkpoint", kept).returncode == 0  # so far it is the old log
    for text, says in ((first.replace("krading/", "kradimg/"), "none of this office"),
                       ("no checkpoint at all\n", "none of this office"),
                       (ledger.signed(first.splitlines()[0], 5, bytes(32), bytes(32)),
                        "not signed with the key"),
                       ("", "no checkpoint")):
        kept.write_text(text, encoding="utf-8")
        done = verify(mine, "--checkpoint", kept)
        assert done.returncode == 1 and says in done.stderr, (text, done.stderr)
    assert verify(mine, "--checkpoint", tmp_path / "nowhere").returncode == 1


def test_a_log_put_back_to_an_older_day(mine, tmp_path):
    old = Office.copy_of(mine.path, tmp_path / "old")
    with mine:
        mine.cli("demo", "advance", "2d")
    kept = tmp_path / "mail"
    kept.write_text(checkpoint(mine), encoding="utf-8")
    assert verify(old).returncode == 0
    done = verify(old, "--checkpoint", kept)
    assert done.returncode == 1 and "the log ends before" in done.stderr, done.stderr


def witness(office, folder, ok=True):
    done = run_krading("witness", folder, "--server", office.url)
    assert done.returncode == (0 if ok else 1), (done.stdout, done.stderr)
    return done


def test_a_witness_remembers(mine, tmp_path):
    seen, backup = tmp_path / "seen", tmp_path / "backup"
    with mine:
        first = witness(mine, seen)
        assert "first contact" in first.stderr and mine.get("/api/log/key").text.strip() in first.stderr
        witness(mine, seen)
        shutil.copytree(mine.path, backup / "office", ignore=shutil.ignore_patterns("*.sock"))
        for _ in range(2):
            mine.cli("demo", "advance", "1d")
            assert "goes on from what was signed" in witness(mine, seen).stdout
    kept = (seen / "checkpoint").read_text()
    assert kept == checkpoint(mine)
    assert (seen / "history").read_text().count("\u2014 ") == 3
    assert len((seen / "log").read_text().splitlines()) == 4
    assert verify(mine, "--checkpoint", seen / "history").returncode == 0

    def refuses(office, says):
        for evidence in seen.glob("refused-*"):
            evidence.unlink()
        done = witness(office, seen, ok=False)
        assert "CANNOT BE BELIEVED" in done.stderr and says in done.stderr, done.stderr
        (evidence,) = seen.glob("refused-*")
        text = evidence.read_text()
        assert kept in text and text.count("\u2014 ") >= 2
        assert (seen / "checkpoint").read_text() == kept  # what held stays

    with Office(backup / "office") as cut_back:
        refuses(cut_back, "it was cut")
    rewritten(mine, 0)
    with Office(mine.path) as same_size:
        refuses(same_size, "another root for the same size")
        same_size.cli("demo", "advance", "1d")
        refuses(same_size, "does not go on from what was signed")
        refuses(same_size, "does not go on")  # every time
    # Another key is another log.
    (mine.path / "keys" / "log").write_bytes(bytes(range(32)))
    with Hand(mine.path) as hand:
        hand.drop("meta", b"checkpoint\0")
        hand.drop("meta", b"night\0")
    with Office(mine.path) as other_key:
        refuses(other_key, "not signed with the key")


def test_a_witness_shows_no_commands_to_the_terminal(mine, tmp_path):
    """A server's key line is shown to somebody who has never seen one."""
    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"\x1b]0;owned\x07krading/x+00000000+" + b"A" * 44 + b"\n\x1b[2J\n")

        def log_message(self, *words):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Evil) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = run_krading("--server", f"http://127.0.0.1:{server.server_port}", "witness",
                           str(tmp_path / "seen"))
        server.shutdown()
    assert done.returncode == 1 and "not a key of a log" in done.stderr, done.stderr
    assert "\x1b" not in done.stderr + done.stdout and not (tmp_path / "seen" / "key").exists()


def test_a_witness_needs_somebody_to_watch(mine, tmp_path):
    done = run_krading("witness", tmp_path / "w", "--server", mine.url)
    assert done.returncode == 1 and done.stderr
    assert not list((tmp_path / "w").glob("refused-*"))  # nobody answered: nothing to accuse
    assert run_krading("witness").returncode == 2
