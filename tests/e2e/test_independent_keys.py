# SPDX-License-Identifier: Apache-2.0
"""Keys passed on, new keys and identities, opened a second time by a reader that shares no line with
the C code: from a copy of the data directory and people's own passphrases."""
import itertools
import shutil
import struct

import pytest

import reader
from reader import Refused
from store import CLASSES, KINDS, items, number as number_of
from test_independent import C1, Dump, pairs_of

GRANTED = 0xFF


@pytest.fixture(scope="module")
def cases(office):
    """One report passed on; one whose reader was named later; one with an accused custodian."""
    passed = office.file("corruption", **C1)
    office.cli("grant", passed["case_number"], "--to", "nonglak", "--reason", "x", who="prasit")
    later = office.file("corruption", **C1)
    office.cli("do", later["case_number"], "check_coi", "--field", "accused_unknown=1",
               who="prasit")
    office.cli("do", later["case_number"], "name_accused", "--field", "accused=wipa", who="prasit")
    office.post("/track/reply", data={"code": later["code"], "text": "เพิ่มเติมหลังจากนั้น"})
    aside = office.file("corruption", **C1)
    office.cli("recuse", aside["case_number"], "wipa", who="wipa")
    accusing = office.file("corruption", **{**C1, "accused": "bussaba"})  # sunee works below her
    return {k: v["case_number"] for k, v in
            {"passed": passed, "later": later, "aside": aside, "accusing": accusing}.items()}


@pytest.fixture(scope="module")
def dump(office, cases, tmp_path_factory):
    path = tmp_path_factory.mktemp("dump") / "office"
    shutil.copytree(office.path, path, ignore=shutil.ignore_patterns("krading.sock"))
    return Dump(path)


def keys_of(dump, number, name):
    head = dump.head(number)
    return head, dump.class_keys(head, dump.person(name).box_secret)


def seal_records(dump, head):
    return [f for f in dump.store.records("seals") if number_of(f, 1) == head.id]


def uncovered(dump, head, what, number, covered):
    """A signature as it was made: on disk it is xored with a stream of the pepper's."""
    stream = b"".join(
        reader.blake(reader.listed(b"cover", dump.tenant.encode(),
                                   struct.pack(">BBQI", half, what, head.seal_id, number)),
                     dump.pepper) for half in range(2))
    return bytes(a ^ b for a, b in zip(covered, stream, strict=True))


def public(dump, name):
    return next(p for p in dump.people if p.name == name)


def test_a_key_that_was_passed_on_opens(dump, cases):
    head, keys = keys_of(dump, cases["passed"], "nonglak")
    assert set(keys) == {(CLASSES["confidential"], 1)}
    assert dump.fields(head, "nonglak")["what_happened"] == C1["what_happened"]
    assert keys == {k: v for k, v in keys_of(dump, cases["passed"], "prasit")[1].items()
                    if k[0] == CLASSES["confidential"]}


def test_it_is_signed_and_covered(dump, cases):
    head = dump.head(cases["passed"])
    (seal,) = [f for f in seal_records(dump, head) if number_of(f, 5) == GRANTED]
    for tag, what, name in ((6, reader.READER, "nonglak"), (9, reader.GIVER, "prasit")):
        assert dump.unmask(head, what, number_of(seal, 2), seal[tag]) == dump.tag(head, name)
    signed = [struct.pack(">Q", head.seal_id), struct.pack(">BH", number_of(seal, 3),
                                                            number_of(seal, 4)),
              public(dump, "nonglak").box, reader.blake(reader.listed(seal[12])),
              struct.pack(">Q", number_of(seal, 8)), seal[11]]
    signature = uncovered(dump, head, 1, number_of(seal, 2), seal[10])
    reader.verify(public(dump, "prasit").sign, "grant", dump.tenant, signed, signature)
    for by, to in itertools.product(dump.people, repeat=2):
        with pytest.raises(Refused):  # without the pepper: nobody for nobody
            reader.verify(by.sign, "grant", dump.tenant, signed[:2] + [to.box] + signed[3:],
                          seal[10])


def test_new_keys_open_for_those_who_read_on(dump, cases):
    head, stays = keys_of(dump, cases["later"], "prasit")
    _, goes = keys_of(dump, cases["later"], "wipa")
    confidential = CLASSES["confidential"]
    assert (confidential, 2) in stays and (CLASSES["working"], 2) in stays
    assert {epoch for _, epoch in goes} == {1}
    replies = [p for p in dump.store.parts(head.id) if p.kind == KINDS["reply"]]
    assert [p.epoch for p in replies] == [2]
    assert "เพิ่มเติมหลังจากนั้น".encode() in dump.opened(head, stays.values())[replies[0].no][1]
    assert replies[0].no not in dump.opened(head, goes.values())
    assert dump.fields(head, "wipa")["what_happened"]  # what was read stays read


def test_keys_that_the_daemon_made_open_likewise(dump, cases):
    _, stays = keys_of(dump, cases["aside"], "prasit")
    _, goes = keys_of(dump, cases["aside"], "wipa")
    assert {epoch for _, epoch in stays} == {1, 2} and {epoch for _, epoch in goes} == {1}


def test_slots_are_filled_whoever_reads_on(dump, cases):
    for name in ("later", "aside"):
        head = dump.head(cases[name])
        count = {}
        for seal in dump.store.seals(head.id):
            count[seal.cls, seal.epoch] = count.get((seal.cls, seal.epoch), 0) + 1
        assert len(count) == 4 and {n for (_, epoch), n in count.items() if epoch == 2} == {8}, count


def protected_heads(dump):
    return [h for h in dump.store.heads() if h.workflow == "corruption"]


def identity_with(dump, head, names):
    """The identity blob's fields, from these custodians' halves; None: they open nothing."""
    blob = dump.identity(head)
    for first, second in pairs_of(dump, head):
        for a, b in itertools.product(names, repeat=2):
            halves = dump.half(head, first, a), dump.half(head, second, b)
            if None in halves:
                continue
            text = reader.open_identity(reader.join_halves(*halves), dump.context(head, blob),
                                        blob.sealed)
            return {f: v for f, _, v in items(text)}
    return None


def test_any_two_custodians_who_are_not_accused_open_it(dump, cases):
    head = dump.head(cases["passed"])
    custodians = dump.holders("custodian")
    assert len(custodians) == 3
    for pair in itertools.combinations(custodians, 2):
        assert identity_with(dump, head, pair) == {"name": C1["name"], "contact": C1["contact"]}
    accusing = dump.head(cases["accusing"])
    inside = [c for c in custodians if c == "sunee"]
    assert inside and identity_with(dump, accusing, ["chaiwat", "lamai"])
    assert identity_with(dump, accusing, ["sunee", "chaiwat"]) is None
    assert identity_with(dump, accusing, ["sunee", "lamai"]) is None


def test_all_officers_and_one_custodian_open_none(dump):
    """Every key of everybody but two custodians, with the pepper and all that class keys open."""
    custodians = dump.holders("custodian")
    for head in protected_heads(dump):
        blob = dump.identity(head)
        for alone in custodians:
            secrets = []
            for person in dump.people:
                if person.name in custodians and person.name != alone:
                    continue
                own = dump.person(person.name)
                secrets += [own.box_secret, *dump.class_keys(head, own.box_secret).values()]
            halves = []
            for part in (p for pair in pairs_of(dump, head) for p in pair):
                for secret in set(secrets):
                    try:
                        halves.append(reader.open_seal(secret, dump.context(head, part),
                                                       part.sealed))
                    except Refused:
                        pass
            tries = set(secrets) | set(halves) | {reader.join_halves(a, b) for a, b in
                                                  itertools.combinations(halves, 2)}
            for ki in tries:
                with pytest.raises(Refused):
                    reader.open_identity(ki, dump.context(head, blob), blob.sealed)
