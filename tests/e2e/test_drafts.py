# SPDX-License-Identifier: Apache-2.0
"""Drafts as an administrator could write them who wants signatures for more than is said: whatever a
draft changes is in the words that `staff sign` shows, and what nobody should sign is not signed."""
import os
import struct

import pytest

import store
from town import FIRST, SECOND


def lengthed(data):
    return struct.pack(">I", len(data)) + data


def redraw(town, change):
    """The draft that lies there, its body changed by somebody's own program."""
    path = town.path / "directory.draft"
    draft, at, parts = path.read_bytes(), 1, []
    for _ in range(2):
        (length,) = struct.unpack(">I", draft[at:at + 4])
        parts.append(draft[at + 4:at + 4 + length])
        at += 4 + length
    base, body = parts
    path.write_bytes(draft[:1] + lengthed(base) + lengthed(change(body)) + draft[at:])


def drawn(town):
    """Something harmless that both keys have to sign, as a cover."""
    town.add("ratree", "ก / A", "custodian", outside=True)
    return store.directory(town.document())


def test_a_protected_workflow_does_not_end_unseen(town):
    own = drawn(town).office
    redraw(town, lambda body: body[:body.index(own) + 32] + b"\0")
    path = town.path / "workflows" / "corruption.yaml"
    text = path.read_text(encoding="utf-8")
    assert "\nchannel: protected" in text
    path.write_text(text.replace("\nchannel: protected", "\nchannel: open", 1), encoding="utf-8")
    shown = town.sign(FIRST, ok=False).stdout
    assert "- NO LONGER AGREED TO: protected workflow corruption, version 1, text" in shown


def test_nor_does_it_get_another_name(town):
    drawn(town)
    redraw(town, lambda body: body.replace(lengthed(b"corruption"), lengthed(b"corruptiom")))
    shown = town.sign(FIRST, ok=False).stdout
    assert "- NO LONGER AGREED TO: protected workflow corruption," in shown
    assert "+ protected workflow corruptiom," in shown


@pytest.mark.parametrize("who", ["wipa", "ratree"])
def test_nobody_gets_a_key_that_is_not_theirs(town, who):
    """Of two keys the one that is sealed to: the other stays as everybody knows it."""
    drawn(town)
    before = town.document()

    def other_box(body):
        people = store.directory(b"\3" + lengthed(body)).people
        return body.replace(next(p.box for p in people if p.name == who), os.urandom(32))

    redraw(town, other_box)
    done = town.sign(FIRST, SECOND, ok=False)
    assert done.returncode == 1 and f"{who}: has keys but nothing to sign in with" in done.stderr
    assert town.document() == before


def test_another_key_of_the_office_is_not_signed(town):
    own, before = drawn(town).office, town.document()
    redraw(town, lambda body: body.replace(own, os.urandom(32)))
    done = town.sign(FIRST, SECOND, ok=False)
    assert done.returncode == 1 and "ANOTHER KEY OF THE OFFICE" in done.stdout
    assert "Nothing is signed" in done.stderr and town.document() == before


@pytest.mark.parametrize("version", [0, 4, 2**32 - 1])
def test_no_version_is_left_out(town, version):
    tenant, before = lengthed(drawn(town).tenant.encode()), town.document()
    redraw(town, lambda body: tenant + struct.pack(">I", version) + body[len(tenant) + 4:])
    done = town.sign(FIRST, SECOND, ok=False)
    assert done.returncode == 1 and "Nothing is signed" in done.stderr
    assert town.document() == before
