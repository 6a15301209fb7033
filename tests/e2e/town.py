# SPDX-License-Identifier: Apache-2.0
"""An office that is set up with `krading staff ...` from nothing, and keeps what it was handed."""
import json
import shutil

import staff
import test_corruption
from office import Office, run_krading

FIRST, SECOND = "safe/org-first.key", "safe/org-second.key"


class Town(Office):
    """An office that was set up from nothing; keeps what was handed over on paper."""

    def __init__(self, path):
        super().__init__(path)
        self.paper = {}
        self.served = False

    def add(self, name, position, *roles, **more):
        words = ["staff", "add", name, "--position", position]
        for role in roles:
            words += ["--role", role]
        for option, value in more.items():
            words += [f"--{option}"] + ([] if value is True else [value])
        self.keep(json.loads(self.cli(*words, "--json").stdout))

    def keep(self, paper):
        """Writes down what was handed over."""
        name = paper["name"]
        self.paper[name] = {**self.paper.get(name, {}), **paper}
        self.pass_file(name).write_text(self.paper[name]["passphrase"] + "\n", encoding="utf-8")

    def pass_file(self, name):
        return self.home / f"{name}.pass"

    def code_file(self, name, code=None):
        file = self.home / f"{name}.code"
        file.write_text((code or self.paper[name]["recovery"]) + "\n", encoding="utf-8")
        return file

    def sign(self, *keys, ok=True):
        words = [w for k in keys for w in ("--key", self.path / k)]
        return self.cli("staff", "sign", *words, ok=ok)

    def sign_words(self, wish, *keys, ok=True):
        words = [w for k in keys for w in ("--key", self.path / k)]
        return self.cli("staff", "sign", wish, *words, ok=ok)

    def by(self, name, *args, ok=True, file=None):
        """One attempt a second for each name: a second one waits inside the client."""
        return self.cli("--passphrase-file", file or self.pass_file(name), *args, who=name, ok=ok)

    def document(self):
        return (self.path / "directory.signed").read_bytes()


def new_town(root):
    made = run_krading("init", root / "town", "--org", "อบต.ตั้งใหม่")
    assert made.returncode == 0, made.stderr
    return Town(root / "town")


def set_up(town):
    """Everybody a small office needs for both channels."""
    town.add("pongsak", "ผู้ดูแลระบบ / Administrator", "administrator", unit="clerk_office")
    town.add("somkiat", "นายก / Chief executive", "chief_executive")
    town.add("prasert", "ปลัด / Clerk", "clerk", unit="clerk_office", superior="somkiat")
    town.add("somsri", "รับเรื่อง / Intake", "intake_officer", unit="clerk_office",
             superior="prasert")
    town.add("malee", "ธุรการ / Intake", "intake_officer", unit="clerk_office", superior="prasert")
    town.add("orathai", "ผอ.กองสาธารณสุข / Head of health", "unit_head", unit="health",
             superior="prasert")
    town.add("nipa", "นักวิชาการสาธารณสุข / Health officer", "unit_officer", unit="health",
             superior="orathai")
    town.add("wipa", "นิติกร / Legal", "protected_officer", unit="clerk_office",
             superior="prasert")
    town.add("prasit", "ตรวจสอบภายใน / Audit", "protected_officer", "auditor",
             unit="internal_audit", superior="somkiat")
    town.add("arthit", "ปลัดอำเภอ / District", "protected_officer", outside=True)
    town.add("benjawan", "เทศบาล / Neighbour", "internal_auditor", outside=True)
    for name in ("sunee", "chaiwat", "lamai"):
        town.add(name, "ผู้เก็บกุญแจ / Custodian", "custodian", outside=True)
    town.sign(FIRST, SECOND)


def person(town, name):
    """Signs in without the command line."""
    (town.path / "demo").mkdir(exist_ok=True)
    shutil.copy(town.pass_file(name), town.path / "demo" / f"{name}.pass")
    try:
        return staff.Staff(town, name)
    finally:
        shutil.rmtree(town.path / "demo")


def protected_report(town):
    return town.file("corruption", **{**test_corruption.REPORT, "accused": "nipa"})["case_number"]
