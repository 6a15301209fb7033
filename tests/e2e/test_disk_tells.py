# SPDX-License-Identifier: Apache-2.0
"""Raw bytes of databases that differ in nothing but in who is accused, who reads and who acts: a
disk without the pepper tells them apart by nothing, and names nobody."""
import re
import struct
from typing import Callable, NamedTuple

import pytest

import reader
from office import Office
from store import Store, fields, number

REPORT = {"allegation_type": "bribe", "when": "เดือนก่อน", "identity_mode": "anonymous",
          "what_happened": "เจ้าหน้าที่เรียกเงินห้าพันบาทเพื่อเร่งใบอนุญาต"}
ORDER = "ORDER-77/2569"
# Lists of everybody, of all units and roles: the same whatever is reported.
NAMING = {"meta", "defs", "staff"}


class Story(NamedTuple):
    name: str
    accused: dict
    actor: str
    then: Callable = lambda *_: None


def check(office, case, story, accused=None):
    again = [w for k, v in (accused or story.accused).items() for w in ("--field", f"{k}={v}")]
    office.cli("do", case, "check_coi", *again, who=story.actor)


def walk(office, case, story):
    """The first steps of a case, by whoever has it."""
    check(office, case, story)
    office.cli("do", case, "start_screening", "--declare", who=story.actor)
    office.cli("note", case, "บันทึก", who=story.actor)


def routed(office, case, story):
    check(office, case, story)
    office.cli("note", case, "บันทึก", who=story.actor)


def overdue(office, case, story):
    """Time passes and nobody does anything more: reminders and alerts ring."""
    check(office, case, story)
    office.cli("demo", "advance", "60d")


def named_later(who):
    """Nobody who reads it is named: nothing has to be sealed anew."""
    def then(office, case, story):
        check(office, case, story)
        office.cli("do", case, "name_accused", "--field", f"accused={who}", who=story.actor)
    return then


def taken_off(who):
    def then(office, case, story):
        check(office, case, story)
        office.cli("recuse", case, who, who=story.actor)
    return then


NOBODY = {"accused_unknown": "1"}
# Within one group a disk must not tell one story from another.
GROUPS = [
    [Story("an officer", {"accused": "kitti"}, "prasit", walk),
     Story("the clerk", {"accused": "prasert"}, "prasit", walk),
     Story("a reader of the channel", {"accused": "wipa"}, "prasit", walk),
     Story("the other one acts", {"accused": "kitti"}, "wipa", walk),
     Story("a longer name", {"accused": "kanchana"}, "wipa", walk),
     Story("a whole unit", {"accused_unit": "public_works"}, "wipa", walk),
     Story("not known", NOBODY, "prasit", walk)],
    [Story("an officer", {"accused": "kitti"}, "prasit", routed),
     Story("the chief executive", {"accused": "somkiat"}, "prasit", routed),
     Story("a council member", {"accused": "boonmee"}, "wipa", routed)],
    [Story("an officer", {"accused": "kitti"}, "prasit", overdue),
     Story("the clerk", {"accused": "prasert"}, "prasit", overdue),
     Story("a reader of the channel", {"accused": "wipa"}, "prasit", overdue),
     Story("a whole unit", {"accused_unit": "public_works"}, "wipa", overdue)],
    [Story("an officer", {"accused": "kitti"}, "prasit", overdue),
     Story("the chief executive", {"accused": "somkiat"}, "prasit", overdue),
     Story("a council member", {"accused": "boonmee"}, "wipa", overdue)],
    [Story("one", NOBODY, "prasit", named_later("kitti")),
     Story("a chief with a unit", NOBODY, "prasit", named_later("anucha")),
     Story("an executive", NOBODY, "wipa", named_later("pranee"))],
    [Story("wipa", NOBODY, "prasit", taken_off("wipa")),
     Story("prasit", NOBODY, "wipa", taken_off("prasit"))],
    [Story("somebody without a key", NOBODY, "prasit", taken_off("kitti")),
     Story("an outsider", NOBODY, "prasit", taken_off("benjawan"))],
]


@pytest.fixture(scope="module")
def base(demo_template, tmp_path_factory):
    """The demo office with an order by which one protected officer stands in for the other."""
    office = Office.copy_of(demo_template, tmp_path_factory.mktemp("base"))
    with Store(office.path) as store:
        return office.path, store.entries()


def told(base, story, tmp_path, settings=None):
    """What the story wrote: (table, key) -> value; and the office."""
    path, before = base
    folder = tmp_path / str(len(list(tmp_path.iterdir())))  # short: a socket's path has 107 bytes
    folder.mkdir()
    office = Office.copy_of(path, folder)
    if settings:
        settings(office)
    with office:
        case = office.file("corruption", **REPORT, **story.accused)["case_number"]
        story.then(office, case, story)
    with Store(office.path) as store:
        after = store.entries()
    return office, case, {k: v for k, v in after.items() if before.get(k) != v}


def sizes(written):
    found = {}
    for (table, key), value in written.items():
        found.setdefault(table, []).append((len(key), len(value)))
    return {table: sorted(all_) for table, all_ in found.items()}


def rings(written):
    """Keys that say when which deadline of which case rings: these lie in the clear, so they have to
    be the same. Every story's case is the next one of the same office."""
    return sorted(entry for entry in written if entry[0] in ("due", "listed"))


def words_of(office):
    """Logins, units and roles of everybody."""
    with open(office.path / "demo" / "people.txt", encoding="utf-8") as f:
        names = {line.split()[0] for line in f if line.strip()}
    settings = (office.path / "settings.yaml").read_text(encoding="utf-8")
    units = set(re.findall(r"(?m)^  (\w+): \{", settings.partition("\nunits:")[2].partition("\nlists:")[0]))
    roles = {"protected_officer", "internal_auditor", "clerk", "chief_executive", "custodian"}
    assert len(names) == 27 and "public_works" in units
    return {w for w in names | units | roles if len(w) > 4} | {ORDER}


def named_in(written, words):
    return [(table, w) for (table, key), value in written.items() if table not in NAMING
            for w in words if w.encode() in key + value]


def without_open_cases(office, written):
    """Time passes for the general complaints of the office too, and these lie in the clear."""
    with Store(office.path) as store:
        general = {struct.pack(">Q", h.id) for h in store.heads() if h.workflow == "general"}

    def is_theirs(table, key, value):
        if table == "alerts":
            return fields(value[1:]).get(2, b"").rjust(8, b"\0") in general
        return table in ("heads", "events", "parts", "seals") and key[:8] in general
    return {(t, k): v for (t, k), v in written.items() if not is_theirs(t, k, v)}


@pytest.mark.parametrize("group", GROUPS, ids=lambda g: g[0].name + " or " + g[-1].name)
def test_one_story_looks_like_another(base, tmp_path, group):
    """As many entries of the same sizes in every table, and no word that names anybody."""
    seen = {}
    for story in group:
        office, _, written = told(base, story, tmp_path)
        seen[story.name] = sizes(written), rings(written)
        assert named_in(without_open_cases(office, written), words_of(office)) == []
        assert not office.json("verify")["faults"]
    first = seen[group[0].name]
    assert {"heads", "events", "seals", "parts"} <= set(first[0]) and first[1]
    assert ("alerts" in first[0]) == (group[0].then is overdue)
    for name, shape in seen.items():
        assert shape == first, name


def test_two_cases_share_nothing(base, tmp_path):
    """The same people in two cases of one office: no 16 bytes of one case's records come back in
    those of the other, so no tag, key or number ties them together."""
    story = Story("twice", {"accused": "kitti"}, "prasit", walk)

    def then(office, case, story_):
        walk(office, case, story_)
        walk(office, office.file("corruption", **REPORT, **story_.accused)["case_number"], story_)
    _, _, written = told(base, story._replace(then=then), tmp_path)
    by_case = {}
    for (table, key), value in written.items():
        if table in ("events", "parts", "seals", "heads"):
            by_case.setdefault(key[:8], []).append(value)
    first, second = (b"".join(v) for v in by_case.values())
    # What the workflow's and the settings' own hashes are, every case of the channel has.
    with Store(base[0]) as store:
        public = {key[:32] for table, key in store.entries() if table == "defs"}
    public.add(reader.blake(reader.listed(b"krading/1|content", b"", b"")))  # a step without words
    for own in public:
        first, second = first.replace(own, b""), second.replace(own, b"")
    blocks = {first[i:i + 16] for i in range(len(first) - 16)}
    shared = {second[i:i + 16] for i in range(len(second) - 16)} & blocks
    telling = {s for s in shared if len(set(s)) >= 13}
    assert not telling, telling  # lengths, zeros, the workflow's name


def reveal_and_grant(office, case, story):
    check(office, case, story)
    office.cli("reveal", case, "--reason", "ศาลสั่ง", who=story.actor)
    for who in ("sunee", "chaiwat", "lamai"):
        office.cli("custodian", "answer", case, "--agree", who=who, ok=False)
    office.cli("grant", case, "--to", "nonglak", "--reason", "ช่วยตรวจ", who=story.actor)
    office.cli("note", case, "บันทึก", who=story.actor)


@pytest.mark.parametrize("accused", ["kitti", "bussaba", "wipa", "somkiat"])
def test_no_tag_comes_back_in_a_case(base, tmp_path, accused):
    """Nobody counts custodians or readers: whoever holds several halves and keys has another tag in
    each row, like the random ones that fill the rest. (sunee works below bussaba.)"""
    actor = "prasit" if accused == "wipa" else "wipa"
    office, number_, _ = told(base, Story(accused, {"accused": accused}, actor, reveal_and_grant),
                              tmp_path)
    with Store(office.path) as store:
        head = next(h for h in store.heads() if h.number == number_)
        parts, seals = store.parts(head.id), store.seals(head.id)
        givers = [f[9] for f in store.records("seals") if number(f, 1) == head.id and 9 in f]
    tags = [p.holder for p in parts if p.holder] + [s.reader for s in seals] + givers
    assert sum(p.kind == 11 and p.holder != b"" for p in parts) >= 3  # one ground for each asked
    assert len(seals) >= 17 and givers and sum(p.kind == 3 for p in parts) >= 6
    assert len(set(tags)) == len(tags)
    assert not office.json("verify")["faults"]


def by_order(office):
    """prasit acts for wipa by a dated order; he holds no key of his own right then."""
    settings = office.path / "settings.yaml"
    order = (f'[{{from: wipa, to: prasit, role: protected_officer, order_no: "{ORDER}", '
             "since: 2020-01-01, until: 2099-12-31}]")
    text = settings.read_text(encoding="utf-8")
    assert "delegations: []" in text
    settings.write_text(text.replace("delegations: []", f"delegations: {order}"), encoding="utf-8")


def test_no_order_number_in_the_clear(base, tmp_path):
    """Who acts by delegation looks like whoever acts by right."""
    plain = Story("by right", {"accused": "kitti"}, "prasit", walk)
    office, _, own = told(base, plain, tmp_path)
    stood_in, case, written = told(base, plain._replace(name="by order"), tmp_path, by_order)
    assert named_in(written, words_of(office)) == []
    without = {k: v for k, v in sizes(written).items() if k not in NAMING}
    assert without == {k: v for k, v in sizes(own).items() if k not in NAMING}
    events = opened_events(stood_in, case)
    assert any(e.get(18, b"").decode() == ORDER for e in events), events


def test_an_open_case_does_tell(base, tmp_path):
    """The scanner sees what lies in the clear: the same steps of a general case name the unit."""
    path, before = base
    office = Office.copy_of(path, tmp_path)
    with office:
        case = office.new_case()
        office.cli("do", case, "start_screening", who="somsri")
    with Store(office.path) as store:
        written = {k: v for k, v in store.entries().items() if before.get(k) != v}
    assert ("events", "clerk_office") in named_in(written, words_of(office))


# ---- and whoever has the pepper reads it ----

def opened_events(office, case):
    """The covered parts of a case's events, by the second implementation."""
    key = reader.veil_key((office.path / "keys" / "pepper").read_bytes())
    with Store(office.path) as store:
        head = next(h for h in store.heads() if h.number == case)
        found = []
        for record in store.records("events"):
            if number(record, 1) != head.id:
                continue
            assert 3 not in record and 18 not in record
            place = b"e" + struct.pack(">QI", head.id, number(record, 2))
            found.append(fields(reader.open_veil(key, place, record[29])))
        return found


def test_with_the_pepper_a_second_reader_opens_it(base, tmp_path):
    story = Story("kitti", {"accused": "kitti"}, "prasit", walk)
    office, case, _ = told(base, story, tmp_path)
    key = reader.veil_key((office.path / "keys" / "pepper").read_bytes())
    events = opened_events(office, case)
    assert len(events) == 4 and all(3 in e for e in events)
    with Store(office.path) as store:
        record = next(r for r in store.records("heads") if r[6].decode() == case)
        place = b"h" + r_id(record) + b"\xff" * 4
        inside = fields(reader.open_veil(key, place, record[18]))
        assert number(inside, 2) == 4
        for other in (b"e" + place[1:], b"h" + struct.pack(">Q", 1) + b"\xff" * 4):
            with pytest.raises(reader.Refused):
                reader.open_veil(key, other, record[18])
        with pytest.raises(reader.Refused):
            reader.open_veil(bytes(32), place, record[18])


def test_the_outbox_names_no_protected_case(base, tmp_path):
    """A row of it has one size and says nothing; with the pepper it is read."""
    story = Story("kitti", {"accused": "kitti"}, "prasit", overdue)
    office, case, written = told(base, story, tmp_path)
    key = reader.veil_key((office.path / "keys" / "pepper").read_bytes())
    rows = {k: v for k, v in without_open_cases(office, written).items() if k[0] == "alerts"}
    assert rows
    assert not [w for w in (case, "corruption", *words_of(office))
                if any(w.encode() in v for v in rows.values())]
    with Store(office.path) as store:
        id_ = next(h.id for h in store.heads() if h.number == case)
        covered = [r for r in store.records("alerts") if 17 in r]
        assert covered and all(set(r) <= {1, 17} for r in covered)
        assert len({len(r[17]) for r in covered}) == 1
        opened = [fields(reader.open_veil(key, b"a" + r[1].rjust(8, b"\0") + b"\xff\xff\xff\xfe",
                                          r[17])) for r in covered if 1 in r]
    ours = [a for a in opened if number(a, 2) == id_]
    assert ours and all(a[3].decode() == case and a[4] == b"corruption" for a in ours)


def r_id(record):
    return struct.pack(">Q", number(record, 1))
