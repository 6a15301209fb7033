# SPDX-License-Identifier: Apache-2.0
"""With nothing but a copy of the data directory and the passphrases of people: each of them opens
exactly what was sealed to them, by a reader that shares no line with the C code."""
import itertools
import shutil

import pytest

import reader
from office import G1
from reader import Context, Refused
from staff import passphrase_of
from store import CLASSES, KINDS, WHOLE, Store, directory, items

C1 = {"allegation_type": "bribe", "when": "เดือนก่อน", "what_happened": "เรียกค่าน้ำมันห้าพันบาท",
      "where": "ร้านกาแฟหน้าตลาด", "identity_mode": "confidential", "name": "สมหญิง ใจกล้า",
      "contact": "080-000-0000"}


class Dump:
    """A copy of the data directory, and the keys that its people unwrap from it."""

    def __init__(self, path):
        self.path = path
        self.store = Store(path)
        self.tenant, self.people, _ = directory((path / "directory.signed").read_bytes())
        self.staff = self.store.staff()
        self.share = (path / "keys" / "share").read_bytes()
        self.pepper = (path / "keys" / "pepper").read_bytes()
        self.keys = {}

    def roles(self, name):
        return next(p.roles for p in self.people if p.name == name)

    def holders(self, role):
        return [p.name for p in self.people if role in p.roles]

    def person(self, name):
        """Both secret keys of a person, from the passphrase and the share beside the pepper."""
        if name not in self.keys:
            _, half = reader.login_stretch(passphrase_of(self, name).encode(), self.tenant, name)
            share = reader.blake(reader.listed(b"krading/1|share", name.encode()), self.share)
            self.keys[name] = reader.unwrap_person(self.staff[name], half, share, name)
        return self.keys[name]

    def head(self, number):
        return next(h for h in self.store.heads() if h.number == number)

    def tag(self, head, name):
        return reader.blake(reader.listed(b"tag", self.tenant.encode(),
                                          head.seal_id.to_bytes(8, "big"), name.encode()),
                            self.pepper)[:16]

    def unmask(self, head, what, no, tag):
        return reader.unmask(self.pepper, self.tenant, head.seal_id, what, no, tag)

    def reader_of(self, head, seal):
        """Bare in open cases, and where a version before this one wrote it."""
        return self.unmask(head, reader.READER, seal.no, seal.reader) if seal.masked else seal.reader

    def class_keys(self, head, secret):
        """(class, epoch) -> secret, of every seal of the case that this X25519 key opens."""
        found = {}
        for seal in self.store.seals(head.id):
            context = Context(self.tenant, head.workflow, head.seal_id, seal.cls, seal.epoch, 0, seal.slot)
            try:
                found[seal.cls, seal.epoch] = reader.open_seal(secret, context, seal.sealed)
            except Refused:
                pass
        return found

    def context(self, head, part):
        personal = part.kind in (KINDS["half"], KINDS["ground"])
        return Context(self.tenant, "" if personal else head.workflow, head.seal_id, part.cls,
                       part.epoch, part.kind, part.no)

    def opened(self, head, keys):
        """Part -> text, of every record of the case that one of these class keys opens."""
        found = {}
        for part in self.store.parts(head.id):
            if part.kind in (KINDS["identity"], KINDS["half"]):
                continue
            for secret in keys:
                try:
                    found[part.no] = part, reader.open_record(secret, self.context(head, part),
                                                              part.sealed)
                except Refused:
                    pass
        return found

    def fields(self, head, name):
        texts = self.opened(head, self.class_keys(head, self.person(name).box_secret).values())
        return {f: v for part, text in texts.values() if part.kind == KINDS["form"]
                for f, _, v in items(text)}

    def identity(self, head):
        return next(p for p in self.store.parts(head.id) if p.kind == KINDS["identity"])

    def half(self, head, part, name):
        try:
            half = reader.open_seal(self.person(name).box_secret, self.context(head, part),
                                    part.sealed)
        except Refused:
            return None
        assert reader.half_commit(half, self.context(head, part)) == part.commit
        assert part.masked and self.tag(head, name) == self.unmask(head, reader.HOLDER, part.no,
                                                                   part.holder)
        return half


@pytest.fixture(scope="module")
def filed(office):
    """Numbers and codes of what this test filed itself, over HTTP."""
    accused = office.holder("protected_officer")
    return {
        "general": office.file(**{**G1, "identity_mode": "open", "name": "สมชาย นามแฝง"}),
        "anonymous": office.file(**{**G1, "name": "ไม่ควรถูกเก็บ"}),
        "report": office.file("corruption", **C1),
        "nameless": office.file("corruption", **{**C1, "identity_mode": "anonymous"}),
        "accusing": office.file("corruption", accused=accused, **C1),
        "accused": accused,
    }


@pytest.fixture(scope="module")
def dump(office, filed, tmp_path_factory):
    path = tmp_path_factory.mktemp("dump") / "office"
    shutil.copytree(office.path, path, ignore=shutil.ignore_patterns("krading.sock"))
    yield Dump(path)


def head_of(dump, filed, name):
    return dump.head(filed[name]["case_number"])


def test_everybody_unwraps_their_own_keys_and_no_others(dump):
    for person in dump.people[:6]:
        keys = dump.person(person.name)
        assert reader.na.crypto_scalarmult_base(keys.box_secret) == person.box
        assert reader.na.crypto_sign_seed_keypair(keys.sign_seed)[0] == person.sign
    a, b = dump.people[0].name, dump.people[1].name
    _, half = reader.login_stretch(passphrase_of(dump, a).encode(), dump.tenant, a)
    share = reader.blake(reader.listed(b"krading/1|share", a.encode()), dump.share)
    with pytest.raises(Refused):
        reader.unwrap_person(dump.staff[b], half, share, b)
    with pytest.raises(Refused):
        reader.unwrap_person(dump.staff[a], half, bytes(32), a)


def test_an_officer_opens_what_was_filed(dump, filed):
    officer = dump.holders("intake_officer")[0]
    found = dump.fields(head_of(dump, filed, "general"), officer)
    assert found["subject"] == G1["subject"] and found["details"] == G1["details"]
    assert found["name"] == "สมชาย นามแฝง"  # who files openly lets the case workers see it
    assert "name" not in dump.fields(head_of(dump, filed, "anonymous"), officer)
    protected = dump.holders("protected_officer")[1]
    found = dump.fields(head_of(dump, filed, "accusing"), protected)
    assert found["what_happened"] == C1["what_happened"] and "name" not in found
    assert found["accused"] == filed["accused"]


def test_seals_open_for_their_readers_and_for_nobody_else(dump):
    """In all cases of the office: a person's key opens the seals tagged as theirs, and no other."""
    for head in dump.store.heads():
        seals = dump.store.seals(head.id)
        assert seals
        for person in dump.people:
            tag, secret = dump.tag(head, person.name), dump.person(person.name).box_secret
            mine = {(s.cls, s.epoch) for s in seals if dump.reader_of(head, s) == tag}
            assert set(dump.class_keys(head, secret)) == mine, (head.number, person.name)
        assert all(s.masked == (head.workflow == "corruption") for s in seals)
        if head.workflow == "corruption":
            slots = [s for s in seals if s.slot != 0xFF]
            assert len(slots) == 8 * len({(s.cls, s.epoch) for s in slots})
            assert len({len(s.sealed) for s in slots}) == 1


def test_whoever_holds_no_seal_opens_no_part(dump):
    for head in dump.store.heads():
        for person in dump.people:
            secret = dump.person(person.name).box_secret
            if dump.class_keys(head, secret):
                continue
            assert not dump.opened(head, [secret]), (head.number, person.name)
        if head.workflow == "corruption":
            for role in ("intake_officer", "unit_officer", "custodian", "administrator"):
                for name in dump.holders(role):
                    held = dump.class_keys(head, dump.person(name).box_secret)
                    # a committee may hold the redacted copy, and nothing more
                    assert {cls for cls, _ in held} <= {CLASSES["working"]}, (head.number, name)


def test_the_accused_open_nothing(dump, filed):
    head = head_of(dump, filed, "accusing")
    secret = dump.person(filed["accused"]).box_secret
    assert not dump.class_keys(head, secret)
    assert not dump.opened(head, [secret])
    for part in dump.store.parts(head.id):
        if part.kind == KINDS["half"]:
            assert dump.half(head, part, filed["accused"]) is None
    others = head_of(dump, filed, "report")
    assert dump.class_keys(others, secret), "not accused there: the same person reads that one"


def test_the_code_opens_messages_and_not_the_report(office, dump, filed):
    cases = [(filed[n]["case_number"], filed[n]["code"]) for n in ("general", "report")]
    cases += [office.sample(s) for s in ("G5", "C1", "C6")]
    for number, code in cases:
        head = dump.head(number)
        keys = reader.derive_code(reader.parse_code(code), dump.tenant)
        assert reader.code_index(dump.pepper, keys.lookup) == head.code_index
        assert not dump.class_keys(head, keys.box_secret)
        opened = dump.opened(head, [keys.box_secret])
        told = [m for m in office.track(code)["messages"]]
        assert len(told) == len(opened), number
        assert told or number in (cases[0][0], cases[1][0])
        kinds = {part.kind for part, _ in opened.values()}
        assert kinds <= {KINDS["to_code"], KINDS["reply_copy"]}
        assert all(part.cls == CLASSES["code"] for part, _ in opened.values())
        everything = b"".join(text for _, text in opened.values())
        for words in (G1["details"], C1["what_happened"], C1["name"]):
            assert words.encode() not in everything
    other = reader.derive_code(reader.parse_code(filed["nameless"]["code"]), dump.tenant)
    assert not dump.opened(head_of(dump, filed, "report"), [other.box_secret])


def pairs_of(dump, head):
    parts = [p for p in dump.store.parts(head.id) if p.kind == KINDS["half"]]
    return [sorted(pair, key=lambda p: p.slot)
            for _, pair in itertools.groupby(sorted(parts, key=lambda p: p.slot),
                                             key=lambda p: p.slot // 2)]


def test_two_custodians_open_an_identity_and_one_does_not(dump, filed):
    head = head_of(dump, filed, "report")
    blob, joined = dump.identity(head), 0
    custodians = dump.holders("custodian")
    assert len(custodians) >= 2
    for first, second in pairs_of(dump, head):
        holders = [[(c, h) for c in custodians if (h := dump.half(head, p, c)) is not None]
                   for p in (first, second)]
        if not holders[0]:
            continue  # a dummy pair
        ((a, half_a),), ((b, half_b),) = holders
        assert a != b
        for alone in (half_a, half_b):
            with pytest.raises(Refused):
                reader.open_identity(alone, dump.context(head, blob), blob.sealed)
        text = reader.open_identity(reader.join_halves(half_a, half_b), dump.context(head, blob),
                                    blob.sealed)
        assert {f: v for f, _, v in items(text)} == {"name": C1["name"], "contact": C1["contact"]}
        joined += 1
    assert joined >= 1
    assert not any(dump.class_keys(head, dump.person(c).box_secret) for c in custodians)


def test_no_officer_opens_a_protected_identity(dump, filed):
    head = head_of(dump, filed, "report")
    blob = dump.identity(head)
    for name in dump.holders("protected_officer") + dump.holders("internal_auditor"):
        keys = list(dump.class_keys(head, dump.person(name).box_secret).values())
        for secret in [dump.person(name).box_secret, *keys]:
            with pytest.raises(Refused):
                reader.open_identity(secret, dump.context(head, blob), blob.sealed)
            for part in (p for pair in pairs_of(dump, head) for p in pair):
                with pytest.raises(Refused):
                    reader.open_seal(secret, dump.context(head, part), part.sealed)


def test_on_disk_a_nameless_report_looks_like_any_other(dump, filed):
    def shape(name):
        head = head_of(dump, filed, name)
        return [(p.kind, p.cls, p.epoch, p.slot, len(p.sealed), len(p.commit), len(p.holder))
                for p in dump.store.parts(head.id)]

    named, nameless = shape("report"), shape("nameless")
    assert [p[:6] for p in named] == [p[:6] for p in nameless]
    assert len(dump.identity(head_of(dump, filed, "nameless")).sealed) == reader.IDENTITY_BLOB_LEN


def test_a_whole_key_opens_the_identity_of_a_general_complaint(office, tmp_path):
    receipt = office.file(**{**G1, "identity_mode": "confidential", "name": "สมปอง ไม่บอกใคร"})
    path = tmp_path / "office"
    shutil.copytree(office.path, path, ignore=shutil.ignore_patterns("krading.sock"))
    dump = Dump(path)
    head = dump.head(receipt["case_number"])
    whole = next(p for p in dump.store.parts(head.id)
                 if p.kind == KINDS["half"] and p.slot == WHOLE)
    blob = dump.identity(head)
    for person in dump.people:
        keys = dump.class_keys(head, dump.person(person.name).box_secret)
        secret = keys.get((CLASSES["identity"], 1))
        assert bool(secret) == ("intake_officer" in person.roles), person.name
        if secret:
            ki = reader.open_seal(secret, dump.context(head, whole), whole.sealed)
            text = reader.open_identity(ki, dump.context(head, blob), blob.sealed)
            assert items(text) == [("name", 0, "สมปอง ไม่บอกใคร")]
