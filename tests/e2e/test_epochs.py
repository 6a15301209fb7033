# SPDX-License-Identifier: Apache-2.0
"""A case that has had new keys sixty times: nothing is stuck, everybody who stays opens all of it,
whoever comes late too, and who was taken off opens nothing later."""
import json

import pytest

from staff import Staff
from steps import refused, seen

REPORT = {"allegation_type": "bribe", "when": "เดือนก่อน", "identity_mode": "anonymous",
          "what_happened": "เรื่องที่แจ้งไว้แต่แรก", "accused_unknown": "1"}
ROUNDS = 30  # in each the daemon makes keys for whoever stays, and the next who acts makes signed ones


@pytest.fixture(scope="module")
def colleagues(office):
    """Internal auditors, one for each round, and one who comes last."""
    names = [f"aud_{i}" for i in range(ROUNDS + 1)]
    for name in names:
        told = office.cli("staff", "add", name, "--position", "ผู้ตรวจสอบ / Auditor", "--role",
                          "internal_auditor", "--unlisted", "--json")
        (office.path / "demo" / f"{name}.pass").write_text(
            json.loads(told.stdout)["passphrase"] + "\n", encoding="utf-8")
    office.cli("staff", "sign")
    return names


@pytest.fixture(scope="module")
def worn(office, colleagues):
    """Granted and taken off in turn; a word of the case after each."""
    number = office.file("corruption", **REPORT)["case_number"]
    for i, name in enumerate(colleagues[:-1]):
        office.cli("grant", number, "--to", name, "--reason", "ช่วยตรวจ", who="prasit")
        office.cli("recuse", number, name, "--reason", "พอแล้ว", who=name)
        office.cli("note", number, f"หลังรอบที่ {i}", who="prasit")
    return number


def epochs(view):
    return max(k["epoch"] for k in view["keys"])


def notes_of(case):
    return [i for i in range(ROUNDS) if f"หลังรอบที่ {i}\"" in json.dumps(case, ensure_ascii=False)]


def test_sixty_epochs_and_all_of_it_opens(office, worn):
    view = Staff(office, "prasit").get(f"/api/cases/{worn}").json()
    assert epochs(view) > 60 and len(view["keys"]) <= 24
    case = seen(office, worn, "prasit")
    assert case["fields"]["what_happened"] == REPORT["what_happened"]
    assert notes_of(case) == list(range(ROUNDS))
    assert notes_of(seen(office, worn, "wipa")) == list(range(ROUNDS))


def test_who_was_taken_off_has_no_case(office, worn, colleagues):
    for name in colleagues[0], colleagues[ROUNDS - 1]:
        refused(office, "case", worn, who=name, says="no case")


def test_who_comes_last_reads_from_the_beginning(office, worn, colleagues):
    office.cli("grant", worn, "--to", colleagues[-1], "--reason", "รับช่วง", who="prasit")
    case = seen(office, worn, colleagues[-1])
    assert case["fields"]["what_happened"] == REPORT["what_happened"]
    assert notes_of(case) == list(range(ROUNDS))


def test_verify_follows_all_of_it(office, worn):
    assert not office.json("verify")["faults"]


def test_the_case_goes_on(office, worn):
    office.cli("do", worn, "check_coi", "--field", "accused_unknown=1", who="prasit")
    office.cli("recuse", worn, "wipa", "--reason", "ลา", who="prasit")
    refused(office, "case", worn, who="wipa", says="no case")
    office.cli("note", worn, "ยังไปต่อได้", who="prasit")
    assert "ยังไปต่อได้" in json.dumps(seen(office, worn, "prasit"), ensure_ascii=False)
    assert not office.json("verify")["faults"]
