# SPDX-License-Identifier: Apache-2.0
"""A protected channel opens only when two readers and a pair of custodians remain whoever is
accused. Every protected workflow that is shipped is held against a second implementation of that
rule, in offices where one person or one unit too many is needed."""
import json
import pathlib
import re
import signal
import time
from typing import NamedTuple

import pytest
import yaml

import store
from office import TOP, Office, run_krading

DISABLED, OUTSIDE = 1, 2
SHARE = TOP / "workflows"


class Channel(NamedTuple):
    id: str
    readers: frozenset      # roles
    rules: frozenset        # how: staff_in, unit_of, subordinates_of
    executives: frozenset   # roles
    form: dict              # what a report has to say


def answer_of(field):
    if field["type"] == "choice":
        return next(iter(field["choices"]))
    return "1" if field["type"] == "notice" else "เมื่อเดือนก่อน"


def channel_of(path: pathlib.Path):
    text = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    if text["channel"] != "protected":
        return None
    asked = text["intake"]["asks"]
    conflict = text["conflict"]
    form = {k: answer_of(text["fields"][k]) for k, needed in asked.items() if needed == "yes"}
    return Channel(text["workflow"]["id"] if isinstance(text["workflow"], dict)
                   else text["workflow"], frozenset(text["access"]["confidential"]),
                   frozenset(how for rule in conflict["exclude"] for how in rule),
                   frozenset(conflict["executive"]["roles"]), form)


CHANNELS = {c.id: c for c in map(channel_of, sorted(SHARE.glob("*.yaml"))) if c}
IDS = sorted(CHANNELS)


def test_there_are_channels_to_judge():
    """Found by what their files say; the rules are those this file knows."""
    assert {"corruption", "retaliation", "eu_whistleblower"} <= set(IDS)
    for c in CHANNELS.values():
        assert c.rules <= {"staff_in", "unit_of", "subordinates_of"} and c.form


# ---- the rule a second time ----

def people_of(office):
    return store.directory((office.path / "directory.signed").read_bytes()).people


def chiefs(by_name, person):
    seen = set()
    while person.superior and person.superior not in seen:
        seen.add(person.superior)
        person = by_name[person.superior]
    return seen


def too_few(channel, people):
    """A line for each person or unit whose being accused leaves too few."""
    by_name = {p.name: p for p in people}
    may_act = [p for p in people if not p.flags & DISABLED]
    keepers = {p.name for p in may_act if "custodian" in p.roles}
    readers = {p.name for p in may_act if channel.readers & set(p.roles)} - keepers
    lines = []

    def judge(what, name, off):
        left, pair = len(readers - off), len(keepers - off)
        if left < 2:
            lines.append(f"{what} {name} accused: {left} of 2 readers remain")
        if pair < 2:
            lines.append(f"{what} {name} accused: no pair of custodians remains ({pair} left)")

    units = set()
    for accused in people:
        off = {accused.name}
        if "unit_of" in channel.rules and accused.unit:
            off |= {p.name for p in people if p.unit == accused.unit}
        if "subordinates_of" in channel.rules and not channel.executives & set(accused.roles):
            off |= {p.name for p in people if accused.name in chiefs(by_name, p)}
        judge("person", accused.name, off)
        if accused.unit and accused.unit not in units:
            units.add(accused.unit)
            judge("unit", accused.unit, {p.name for p in people if p.unit == accused.unit})
    return lines


# ---- offices in which somebody too many is needed ----

class Town(Office):
    def change(self, name, *words):
        self.cli("staff", "change", name, *words)

    def drop(self, *names):
        for name in names:
            self.cli("staff", "disable", name)

    def sign(self):
        return self.cli("staff", "sign")

    def judged(self):
        """Workflow -> why it is closed; only protected ones are told of."""
        done = self.cli("check", "--json", ok=False)
        told = {c["workflow"]: c for c in json.loads(done.stdout)["channels"]}
        assert all(c["open"] == (not c["why"]) for c in told.values())
        assert done.returncode == (0 if all(c["open"] for c in told.values()) else 1)
        return {name: c["why"] for name, c in told.items()}

    def log_text(self):
        return self.log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def served_all(demo_template, tmp_path_factory):
    """The demo office with every protected workflow that is shipped in service, and signed."""
    town = Town.copy_of(demo_template, tmp_path_factory.mktemp("all"))
    settings = town.path / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^serves: \[[^]]*\]", "serves: [general, %s]" % ", ".join(IDS),
                               text), encoding="utf-8")
    town.sign()
    return town.path


@pytest.fixture
def town(served_all, tmp_path):
    return Town.copy_of(served_all, tmp_path)


def readers_of(town, channel):
    return [p for p in people_of(town)
            if channel.readers & set(p.roles) and not p.flags & DISABLED]


def keepers_of(town):
    return [p for p in people_of(town) if "custodian" in p.roles and not p.flags & DISABLED]


def only_two_readers(town, channel):
    """Each of them alone is what the other's being accused leaves."""
    keep = readers_of(town, channel)[:2]
    town.drop(*(p.name for p in readers_of(town, channel) if p not in keep))
    return rf"person {keep[0].name} accused: [01] of 2 readers"


def readers_of_one_unit(town, channel):
    for p in readers_of(town, channel):
        town.change(p.name, "--unit", "welfare")
    return "unit welfare accused: 0 of 2 readers"


def readers_under_one_chief(town, channel):
    for p in readers_of(town, channel):
        town.change(p.name, "--superior", "prasert")
    return "person prasert accused: 0 of 2 readers"


def nobody_outside(town, channel):
    """Those inside do not stand apart enough."""
    for p in readers_of(town, channel):
        if not p.flags & OUTSIDE:
            town.change(p.name, "--unit", "finance")
    outside = [p.name for p in readers_of(town, channel) if p.flags & OUTSIDE]
    assert outside
    town.drop(*outside)
    return "unit finance accused: 0 of 2 readers"


def readers_who_are_custodians(town, channel):
    """Nobody guards the name and reads the report: they are no readers."""
    for p in readers_of(town, channel)[1:]:
        town.change(p.name, *(w for r in [*p.roles, "custodian"] for w in ("--role", r)))
    return "accused: [01] of 2 readers"


def two_custodians(town, _):
    town.drop(*(p.name for p in keepers_of(town)[2:]))
    return rf"person {keepers_of(town)[0].name} accused: no pair of custodians remains \(1 left\)"


def custodians_of_one_unit(town, _):
    for p in keepers_of(town):
        town.change(p.name, "--unit", "health")
    return r"unit health accused: no pair of custodians remains \(0 left\)"


def custodians_under_one_chief(town, _):
    for p in keepers_of(town)[:-1]:
        town.change(p.name, "--superior", "bussaba")
    return r"person bussaba accused: no pair of custodians remains \(1 left\)"


ROWS = [only_two_readers, readers_of_one_unit, readers_under_one_chief, nobody_outside,
        readers_who_are_custodians, two_custodians, custodians_of_one_unit,
        custodians_under_one_chief]


def test_the_demo_office_is_safe(town):
    assert town.judged() == {name: [] for name in IDS}
    assert all(too_few(c, people_of(town)) == [] for c in CHANNELS.values())
    with town:
        assert "is closed" not in town.log_text()
        for name, channel in CHANNELS.items():
            assert town.get(f"/report/{name}").status_code == 200
            assert town.file(name, accused_unknown="1", **channel.form)["code"]


def stays_closed(town, channel):
    """The form and what is posted: 503 with the authorities outside, and nothing is stored."""
    before = town.stored()
    page = town.get(f"/report/{channel.id}")
    assert page.status_code == 503 and "1205" in page.text and "<form" not in page.text
    assert town.post(f"/report/{channel.id}", data=channel.form).status_code == 503
    told = town.post(f"/report/{channel.id}", data=channel.form, accept="application/json")
    assert told.status_code == 503 and told.json()["error"]["code"] == "closed"
    assert town.stored() == before


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.__name__)
@pytest.mark.parametrize("name", IDS)
def test_one_too_few_keeps_it_closed(town, name, row):
    """Said line by line when it is signed, by `krading check` and in the daemon's log; and for
    each other channel exactly what follows for its own readers."""
    channel = CHANNELS[name]
    expected = row(town, channel)
    warned = town.sign().stderr
    people = people_of(town)
    model = {c: too_few(CHANNELS[c], people) for c in IDS}
    assert any(re.search(expected, line) for line in model[name]), model[name]
    assert town.judged() == model
    text = town.cli("check", ok=False)
    assert text.returncode == 1 and f"{name}: CLOSED" in text.stdout and "--outside" in text.stdout
    for c in IDS:
        assert (f"channel {c} " in warned) == bool(model[c])
        assert all(line in text.stdout for line in model[c])
    assert all(line in warned for line in model[name])
    with town:
        log = town.log_text()
        assert f"channel {name} is closed" in log
        assert all(f"channel {name}: {line}" in log for line in model[name][:12])
        stays_closed(town, channel)
        assert town.get("/report/general").status_code == 200


@pytest.mark.parametrize("name", IDS)
def test_people_outside_open_it_and_a_reload_judges_again(town, name):
    """The way to get it right, beside a daemon that serves: two readers and two custodians of
    other offices. And closed again by a text that nobody signed, at the next reload."""
    channel = CHANNELS[name]
    nobody_outside(town, channel)
    town.drop(*(p.name for p in keepers_of(town)[1:]))
    town.sign()
    role = sorted(channel.readers)[0]
    with town:
        stays_closed(town, channel)
        for new, roles in (("amphoe", role), ("nearby", role), ("temple", "custodian"),
                           ("school", "custodian")):
            town.cli("staff", "add", new, "--position", "คนนอก / Outside", "--outside", "--role",
                     roles)
        town.sign()
        for _ in range(100):
            if town.get(f"/report/{name}").status_code == 200:
                break
            time.sleep(0.05)
        assert town.judged()[name] == [] == too_few(channel, people_of(town))
        assert town.file(name, accused_unknown="1", **channel.form)["code"]
        file = town.path / "workflows" / f"{name}.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
        town.daemon.send_signal(signal.SIGHUP)
        for _ in range(100):
            if town.get(f"/report/{name}").status_code == 503:
                break
            time.sleep(0.05)
        stays_closed(town, channel)
        assert f"channel {name}: its text is not one that both keys" in town.log_text()
        assert "not one that both keys" in town.judged()[name][0]


def test_a_new_office_is_told_what_is_missing(tmp_path):
    made = run_krading("init", tmp_path / "town", "--org", "อบต.ใหม่")
    assert made.returncode == 0 and "krading check" in made.stdout
    told = run_krading("--data", tmp_path / "town", "check")
    assert told.returncode == 1 and "nobody is in the directory" in told.stdout


def test_no_second_case_in_a_closed_channel(town):
    """The complainant of an open channel asks for one in a channel that is closed: the page with the
    authorities outside, and the first case stays as it is."""
    town.change("benjawan", "--role", "protected_officer")
    town.sign()
    assert town.judged()["retaliation"] and not town.judged()["corruption"]
    with town:
        receipt = town.file("corruption", accused_unknown="1", **CHANNELS["corruption"].form)
        before = town.stored()
        sent = {"code": receipt["code"], "action": "report_retaliation", "facts": "ถูกย้าย"}
        page = town.post("/track/do", data=sent)
        assert page.status_code == 503 and "1205" in page.text
        assert town.post("/track/do", data=sent, accept="application/json").status_code == 503
        assert town.stored() == before
