# SPDX-License-Identifier: Apache-2.0
"""verify is silent on nothing that somebody could do to a row of the database without a key; what it
has to pass over is listed here, with the reason, and in docs/audit.md."""
import os
import random

import pytest

import mutate
from ledger import Hand
from office import Office
from steps import take_up
from test_audit import C1, verify
from test_keep import approved, listed, rejected
from test_linked import move

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SHORT = 24  # kinds of changes to a field, of some two hundred
WITH_SIGN_IN = "sunee"

JUNK = ("a key that is none", "a piece of nothing", "put twice", "lengthen", "add ")

ANSWER = "an answer kept for a week, should the same request come again: the case says what is so"
OWNER = "a sign-in as the office was made with it: nothing but that its owner cannot sign in"
PLACE = "where it lay; what it was is gone but for its hash"
ITSELF = "what happens by itself, too"
SILENT = {
    **{f"requests: {how} {field}": ANSWER for how in ("edit", "leave out") for field in (1, 3, 4)},
    **{f"staff: {how} {field}": OWNER for how in ("edit", "leave out") for field in (2, 3, 4)},
    **{f"{table}: {how} {field} of what was destroyed": PLACE for how in ("edit", "leave out")
       for table, fields in (("parts", (4, 5, 6, 7)), ("seals", (3, 4, 5))) for field in fields},
    "staff: drop": OWNER,
    "handovers: drop": ITSELF + ": whoever has noted the new code says so",
    "handovers: edit 2": "its end, within the half year that any has",
    "handovers: leave out 2": "the night gives it one",
    "waiting: put elsewhere": "the night shuffles them",
    "counts: raise the value of alerts": "the next row of the outbox has a greater number",
    "counts: edit the value of alerts": "the same, where it is one more",
    "counts: drop of compact": "a reminder to write the file anew; the bytes lie there for who reads it",
    "counts: edit the value of compact": "the same",
    "meta: drop of purge.files": "it is empty",
    "meta: drop of purge.hidden": "it is empty",
    "meta: one bit of demo_offset": "the clock of a demo office",
}


def begun(template, path):
    """An office with something in most tables."""
    office = Office.copy_of(template, path)
    office.start()
    take_up(office, office.new_case())
    move(office, office.new_case(category="conduct"), **{"corruption.when": "เมื่อวาน"})
    office.file("corruption", **C1)
    return office


def ended(office):
    """Today something waits for the night, and somebody has another sign-in."""
    office.cli("demo", "advance", "1d")
    office.file("corruption", **C1)
    take_up(office, office.new_case())
    office.cli("staff", "passphrase", who=WITH_SIGN_IN)
    assert office.stop() == 0
    return office


@pytest.fixture(scope="module")
def rows(demo_template, tmp_path_factory):
    return ended(begun(demo_template, tmp_path_factory.mktemp("rows")))


def unknown(found):
    """What nobody has judged."""
    return "\n".join(sorted({f"{kind} ({m.key.hex()})" for kind, m in found
                             if kind not in SILENT}))


def test_rows_of_no_known_key(rows):
    """In every table: junk, pieces of nothing, rows twice, and what no such row holds."""
    with Hand(rows.path) as hand:
        assert all(hand.keys(table) for table in mutate.TABLES)
        junk = [m for m in mutate.some_of(hand, 1, 7, str) if m.kind.startswith(JUNK)]
        found = mutate.silent(rows, hand, junk, verify)
    assert len(junk) > 60 and not unknown(found), unknown(found)


def test_fields_changed_or_left_out(rows):
    with Hand(rows.path) as hand:
        fields = [m for m in mutate.some_of(hand, 1, 7) if m.kind[-1].isdigit()]
        found = mutate.silent(rows, hand, random.Random(7).sample(fields, SHORT), verify)
    assert not unknown(found), unknown(found)


def test_a_sign_in_is_what_the_log_attests(rows):
    """An older one brought back too: a passphrase that was replaced opens nothing."""
    key = WITH_SIGN_IN.encode() + b"\0"
    with Hand(rows.path) as hand:
        changes = list(mutate.of_row(hand, "staff", key, set(hand.keys("staff"))))
        found = mutate.silent(rows, hand, changes, verify)
    assert len(changes) > 12 and not found, unknown(found)


@pytest.mark.skipif(not LONG, reason="every kind, of several rows: minutes")
def test_all_kinds(demo_template, tmp_path):
    office = begun(demo_template, tmp_path)
    rejected(office)
    office.cli("demo", "advance", "400d")
    listed(office)
    approved(office)
    with Hand(ended(office).path) as hand:
        found = mutate.silent(office, hand, mutate.some_of(hand, 3, 7), verify)
    assert not unknown(found), unknown(found)
