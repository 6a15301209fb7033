# SPDX-License-Identifier: Apache-2.0
"""People who were custodians when a report came in and read the case now: what they held then opens
no name for them, alone or together."""
import reader
from staff import unb64
from test_reveal import REPORT
from town import FIRST, SECOND, person

def become_officers(town, *former):
    """Number of a report whose custodians have become officers of the channel, and read it."""
    filed = town.file("corruption", **{**REPORT, "accused": "nipa"})["case_number"]
    for name in ("ratree", "kanda"):
        town.add(name, "ก / A", "custodian", outside=True)
    for name in former:
        town.cli("staff", "change", name, "--role", "protected_officer")
    town.sign(FIRST, SECOND)
    for name in former:
        town.by("wipa", "grant", filed, "--to", name, "--reason", "ช่วยตรวจเอกสาร")
        assert REPORT["what_happened"] in town.by(name, "case", filed).stdout
    return filed


def served_halves(town, name, number):
    """Slot -> whether there is a commitment, and the half if this person's key opens it."""
    who = person(town, name)
    case = who.get(f"/api/cases/{number}").json()
    found = {}
    for part in case["content"]:
        if part["kind"] != 3:
            continue
        place = reader.Context(who.tenant, "", int(case["seal_id"], 16), part["class"],
                               part["epoch"], 3, part["no"])
        assert len(unb64(part["commit"])) == 32
        try:
            found[part["slot"]] = reader.open_seal(who.keys.box_secret, place,
                                                   unb64(part["sealed"]))
        except (reader.Refused, IndexError):
            found[part["slot"]] = None
    return found


def test_two_of_them_open_nothing(town):
    number = become_officers(town, "sunee", "chaiwat")
    for name in ("sunee", "chaiwat"):
        assert served_halves(town, name, number) == dict.fromkeys(range(6)), name
    assert town.json("verify")["faults"] == 0


def test_one_asks_for_no_second_half(town):
    """Two custodians are left who could be asked, by somebody else."""
    number = become_officers(town, "sunee")
    words = ["reveal", number, "--reason", "x", "--ground", "court"]
    assert town.by("sunee", *words, ok=False).returncode == 1
    town.by("wipa", *words)
    assert town.json("verify")["faults"] == 0
