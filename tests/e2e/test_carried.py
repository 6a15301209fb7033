# SPDX-License-Identifier: Apache-2.0
"""Custodians' answers as files in the hands of the officer who asked: with a program of their own the
officer opens nothing that is not on record at the office. Read by a reader that shares no line with
the C code, and, to know that it would find what is there, with the server's pepper."""
import json
import os

import pytest

import forge
import reader
import store
from answers import HALF, IDENTITY, TO_OFFICE, halves, office_secret
from nacl import bindings as na
from staff import Staff, b64, unb64
from steps import refused
from test_reveal import REPORT, ask, identity, report, request

PAIR = ("sunee", "lamai")


def carried(office, number, folder, who=PAIR, word="--agree"):
    """Answers, as the officer brings them from elsewhere."""
    for name in who:
        wanted, got = folder / f"{name}.request", folder / f"{name}.answer"
        office.cli("custodian", "request", number, "--save", str(wanted), "--for", name, who="wipa")
        office.cli("custodian", "answer", str(wanted), word, "--save", str(got), who=name)
    return [folder / f"{name}.answer" for name in who]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def name_in(office, number, found):
    """The identity by the halves of one pair, if there are two; from a copy of the disk."""
    with store.Store(office.path) as disk:
        head = next(h for h in disk.heads() if h.number == number)
        part = next(p for p in disk.parts(head.id) if p.kind == store.KINDS["identity"])
    tenant = store.directory((office.path / "directory.signed").read_bytes()).tenant
    place = reader.Context(tenant, head.workflow, head.seal_id, part.cls, part.epoch, part.kind,
                           part.no)
    for slot in (0, 2, 4):
        if slot in found and slot + 1 in found:
            key = reader.join_halves(found[slot], found[slot + 1])
            return {f: v for f, _, v in store.items(reader.open_identity(key, place, part.sealed))}
    return None


def seal_id_of(folder):
    return int(read(folder / f"{PAIR[0]}.request")["seal_id"], 16)


def test_carried_and_never_sent(office, tmp_path):
    number, _ = report(office)
    ask(office, number)
    answers = [read(path) for path in carried(office, number, tmp_path)]
    case, wipa = seal_id_of(tmp_path), Staff(office, "wipa").keys.box_secret
    taken = [halves(a, case, [wipa]) for a in answers]
    assert taken == [{}, {}]
    # what the officer lacks is the office's own key, and nothing else
    whole = {}
    for answer in answers:
        whole.update(halves(answer, case, [wipa, office_secret(office)]))
    assert name_in(office, number, whole)["name"] == REPORT["name"]
    # nor does the server open anything with what it has
    assert halves(answers[0], case, [office_secret(office)]) == {}
    assert identity(office, number, "wipa") is None


def test_one_handed_in_and_one_kept(office, tmp_path):
    """What is on record of the one, a copy of the disk included, does not help with the other."""
    number, _ = report(office)
    ask(office, number)
    first, kept = carried(office, number, tmp_path)
    office.cli("custodian", "send", str(first), who="wipa")
    case, wipa = seal_id_of(tmp_path), Staff(office, "wipa").keys.box_secret
    assert halves(read(kept), case, [wipa]) == {}
    assert identity(office, number, "wipa") is None


@pytest.mark.parametrize("over", ["declined", "recused", "asked anew"])
def test_kept_until_it_is_over(office, tmp_path, over):
    number, _ = report(office)
    ask(office, number)
    kept = carried(office, number, tmp_path)
    if over == "declined":
        (tmp_path / "x").mkdir()
        office.cli("custodian", "send",
                   str(carried(office, number, tmp_path / "x", ["chaiwat"], "--decline")[0]),
                   who="wipa")
    elif over == "recused":
        office.cli("recuse", number, "wipa", who="wipa")
    else:
        ask(office, number)
    for path in kept:
        refused(office, "custodian", "send", str(path), who="wipa")
    if over != "recused":
        assert identity(office, number, "wipa") is None
    assert office.json("verify")["faults"] == 0


def test_given_to_two_requests_and_refused_in_both(office, tmp_path):
    """Each custodian agreed once and refused once: with a copy of the disk the officer joins nothing."""
    number, _ = report(office)
    wipa, revs = Staff(office, "wipa").keys.box_secret, []
    for yes, no in (("sunee", "lamai"), ("lamai", "sunee")):
        ask(office, number)
        for who, word in ((yes, "--agree"), (no, "--decline")):
            path = request(office, number, who, tmp_path, nth=len(revs))
            office.cli("custodian", "answer", str(path), word, who=who)
        revs.append(read(path)["rev"])
    assert identity(office, number, "wipa") is None
    with store.Store(office.path) as disk:
        head = next(h for h in disk.heads() if h.number == number)
        given = [p for p in disk.parts(head.id) if p.kind == HALF and p.event]
    tenant, found = store.directory((office.path / "directory.signed").read_bytes()).tenant, {}
    assert {p.slot // 2 for p in given} == {0, 1, 2}  # of each pair there would be something
    for part in given:
        for rev in revs:
            place = reader.Context(tenant, "", head.seal_id, IDENTITY, 0, HALF,
                                   1 << 31 | rev << 3 | part.slot)
            for seal in (part.sealed, b"\1" + part.sealed[1:]):
                try:
                    found[part.slot] = reader.open_seal(wipa, place, seal)
                except reader.Refused:
                    pass
    assert found == {} and name_in(office, number, found) is None
    assert office.json("verify")["faults"] == 0


def test_kept_beyond_the_last_day(fresh_office, tmp_path):
    office = fresh_office
    number, _ = report(office)
    ask(office, number)
    kept = carried(office, number, tmp_path)
    office.cli("demo", "advance", "8d")
    for path in kept:
        refused(office, "custodian", "send", str(path), who="wipa", says="does not wait any more")
    assert identity(office, number, "wipa") is None


def test_sealed_to_the_key_that_the_organisation_signed(office, tmp_path):
    """A request cannot name another one: the key is in the signed list, under both signatures."""
    number, _ = report(office)
    ask(office, number)
    path = tmp_path / "sunee.request"
    office.cli("custodian", "request", number, "--save", str(path), who="sunee")
    words = read(path)
    signed = unb64(words["directory"])
    own = store.directory(signed).office
    assert own == na.crypto_scalarmult_base(office_secret(office))
    assert signed.count(own) == 1
    mine = na.crypto_scalarmult_base(Staff(office, "wipa").keys.box_secret)
    got = tmp_path / "sunee.answer"
    path.write_text(json.dumps({**words, "office": b64(mine),
                                "directory": b64(signed.replace(own, mine))}), encoding="utf-8")
    # the command line takes the list from the office and heeds the file's as little
    office.cli("custodian", "answer", str(path), "--agree", "--save", str(got), who="sunee")
    case = int(words["seal_id"], 16)
    assert halves(read(got), case, [Staff(office, "wipa").keys.box_secret]) == {}
    assert halves(read(got), case, [office_secret(office),
                                    Staff(office, "wipa").keys.box_secret])


def test_what_is_not_sealed_to_this_office(office, tmp_path):
    number, _ = report(office)
    ask(office, number)
    path = carried(office, number, tmp_path, ["sunee"])[0]
    words = read(path)
    sealed = unb64(words["answer"])
    place = reader.Context(words["tenant"], "", 0, TO_OFFICE, 0, HALF, words["rev"])
    bundle = reader.open_record(office_secret(office), place, sealed)
    own = store.directory((office.path / "directory.signed").read_bytes()).office
    wrong = [b"", sealed[:-1], sealed + b"\0", bundle, os.urandom(len(sealed)),
             forge.record(os.urandom(32), place, bundle),
             forge.record(own, place._replace(seq=words["rev"] + 1), bundle),
             forge.record(own, place._replace(cls=IDENTITY), bundle),
             forge.record(own, place, bundle[:-1]), forge.record(own, place, b"")]
    wrong += [bytes(b ^ (i == at) for i, b in enumerate(sealed))
              for at in range(0, len(sealed), 7)]
    officer = Staff(office, "wipa")
    form = {"if_rev": str(words["rev"]), "kind": words["kind"], "custodian": "sunee"}
    for nth, data in enumerate(wrong):
        answer = officer.post(f"/api/custody/{number}", **form, answer=b64(data),
                              request_id=f"wrong-answer-{nth:04}")
        assert answer.status_code == 422, (nth, answer.text)
        assert answer.json()["error"]["field"] == "answer"
    bare = officer.post(f"/api/custody/{number}", **form, bundle=b64(bundle),
                        request_id="a-bundle-that-is-not-sealed")
    assert bare.status_code == 422
    assert office.json("reveal", number, who="wipa")["reveal"]["answers"] == 0
    done = officer.post(f"/api/custody/{number}", **form, answer=b64(forge.record(own, place, bundle)),
                        request_id="the-same-sealed-once-more")
    assert done.status_code == 200, done.text
