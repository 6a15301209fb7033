# SPDX-License-Identifier: Apache-2.0
"""A new version of a workflow: refused while it has a fault, in force for what is filed from then
on, and running cases moved to it when the operator says so, each as an event that verify follows."""
import datetime
import json
import random
import re
import shutil
import signal
import subprocess
import time

import requests

from office import G1, KRADING, Office
from steps import ANSWER, photo, propose_notice, seen, take_up
from versions import once, second

DAY = datetime.timedelta(days=1)


def general(office):
    return office.path / "workflows" / "general.yaml"


def edit(office, change):
    path = general(office)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def log_count(office, words):
    return office.log.read_text(encoding="utf-8").count(words)


def reload(office, expected="reloaded"):
    before = log_count(office, expected)
    office.daemon.send_signal(signal.SIGHUP)
    for _ in range(200):
        if log_count(office, expected) > before:
            return
        time.sleep(0.05)
    raise AssertionError(office.log.read_text(encoding="utf-8"))


def migrate(office, *more, rc=0, workflow="general"):
    path = office.path / "workflows" / f"{workflow}.yaml"
    done = office.cli("workflow", "migrate", path, *more, ok=False)
    assert done.returncode == rc, (done.returncode, done.stdout, done.stderr)
    return done


def migrated(office, *more, rc=0, workflow="general"):
    return json.loads(migrate(office, *more, "--json", rc=rc, workflow=workflow).stdout)


def faultless(office):
    counts = office.json("verify")
    assert counts["faults"] == 0, counts
    return counts


def line_of(report, number):
    return next(c for c in report["cases"] if c["number"] == number)


def dues(case):
    return {d["id"]: d["due"] for d in case["deadlines"] if not d.get("met")}


def test_a_new_version(fresh_office, tmp_path):
    office = fresh_office
    old = office.new_case()
    take_up(office, old)
    proposed = office.new_case()
    take_up(office, proposed)
    office.cli("extend", proposed, "first_result", "--by", "7 calendar days", "--field",
               "extend_code=weather", "--message", "ฝนตกหนัก", who="kitti")
    code = office.file(**G1)["code"]
    before = seen(office, old, "kitti")
    assert before["state"]["id"] == "in_progress"

    # a fault is told and keeps the file out; the office goes on with the old one
    good = general(office).read_text(encoding="utf-8")
    edit(office, lambda text: once(second(text), "to: on_site", "to: onsite"))
    reload(office, "reload refused")
    assert 'state "onsite" is not defined; did you mean "on_site"?' in office.log.read_text(
        encoding="utf-8")
    assert migrate(office, rc=1).stderr.count("onsite")
    assert len(office.track(code)["deadlines"]) == 1
    kept = office.new_case()
    general(office).write_text(good, encoding="utf-8")

    # what is in force for new cases leaves those that run alone
    edit(office, second)
    refused = migrate(office, rc=1)
    assert "another text of this workflow is in force" in refused.stderr and not refused.stdout
    reload(office)
    receipt = office.file(**G1)
    promise = datetime.date.fromisoformat(receipt["deadlines"][0]["due"])
    assert promise - datetime.date.fromisoformat(receipt["received"]) == 10 * DAY
    assert seen(office, old, "kitti") == before
    assert seen(office, kept, "somsri")["definition"] == before["definition"]

    # the dry run tells and changes nothing
    counts = faultless(office)
    told = migrated(office, "--dry-run")
    assert faultless(office) == counts and seen(office, old, "kitti") == before
    assert told["dry_run"] and told["stays"] == told["finishes"] == 0
    assert told["moves"] == len(told["cases"]) == 5 + 4  # of the demo office, and these
    assert receipt["case_number"] not in {c["number"] for c in told["cases"]}
    line = line_of(told, old)
    assert (line["from"], line["to"], line["version"]) == ("in_progress", "handling", 1)
    first = next(d for d in line["deadlines"] if d["id"] == "first_result")
    assert first["before"] == first["after"]
    words = migrate(office, "--dry-run").stdout
    assert f"{old}  version 1  in_progress -> handling\n" in words
    assert "nothing has been changed" in words

    # the same, in earnest, through the daemon that serves the office
    done = migrated(office)
    assert {**done, "dry_run": True} == told
    after = faultless(office)
    assert after["events"] == counts["events"] + told["moves"]
    now = seen(office, old, "kitti")
    assert now["state"]["id"] == "handling"
    assert dues(now) == dues(before)
    assert now["rev"] == before["rev"] + 1
    assert [e["id"] for e in now["events"] if e["kind"] == "action"] == [
        e["id"] for e in before["events"] if e["kind"] == "action"]
    assert now["events"][-1]["kind"] == "migrate" and not now["events"][-1]["by"]
    assert "moved to another version" in office.cli("case", old, who="kitti").stdout
    assert migrated(office)["moves"] == 0

    # officers go on by the new file, and so does what waited for a second person
    office.cli("do", old, "go_out", who="kitti")
    office.cli("do", old, "come_back", who="kitti")
    office.cli("do", old, "report_result", "--field", "result_code=FIXED", "--field",
               f"public_result={ANSWER}", "--file", f"photos={photo(tmp_path)}", who="kitti")
    propose_notice(office, old)
    assert any(office.cli("approve", proposed, who=n, ok=False).returncode == 0
               for n in office.names() if "unit_head" in office.roles_of(n))
    promised = dues(seen(office, proposed, "kitti"))["first_result"]
    assert (datetime.date.fromisoformat(promised)
            - datetime.date.fromisoformat(receipt["received"])) == 22 * DAY
    office.cli("demo", "advance", "30d")
    assert office.json("overdue", who="prasert")["overdue"]
    faultless(office)


def test_what_cannot_be_moved_stays(fresh_office):
    office = fresh_office
    number, waiting = office.new_case(), office.new_case()
    take_up(office, number)
    edit(office, lambda text: second(text, "replaces: {1: {running: migrate}}\n"))
    reload(office)
    told = migrated(office, "--dry-run", rc=1)
    why = 'its state "in_progress" is gone, and replaces names no other for it'
    assert line_of(told, number)["why"] == why and told["stays"] == 3  # two of the demo office
    assert f"{number}  version 1  in_progress: stays: {why}" in migrate(office, "--dry-run",
                                                                       rc=1).stdout
    done = migrated(office, rc=1)
    assert {**done, "dry_run": True} == told
    assert line_of(done, waiting)["verdict"] == "moves"
    faultless(office)
    office.cli("do", number, "log_action", "--note", "ตรวจแล้ว", who="kitti")  # on its own file
    assert seen(office, number, "kitti")["state"]["id"] == "in_progress"
    office.cli("do", waiting, "start_screening", who="somsri")

    # an edit without a higher version moves nobody
    edit(office, lambda text: text.replace("ลงพื้นที่ตรวจสอบ", "ออกตรวจพื้นที่"))
    reload(office)
    told = migrated(office, "--dry-run", rc=1)
    assert "bears the same number" in line_of(told, waiting)["why"]
    edit(office, lambda text: once(once(text, "\nversion: 2\n", "\nversion: 3\n"),
                                   "replaces: {1: {running: migrate}}",
                                   "replaces: {2: {running: finish}}"))
    reload(office)
    told = migrated(office, rc=1)
    assert line_of(told, waiting)["verdict"] == "finishes"
    assert line_of(told, number)["why"] == "replaces does not name version 1"
    faultless(office)


def test_protected_cases_are_counted(fresh_office):
    office = fresh_office
    path = office.path / "workflows" / "corruption.yaml"
    text = path.read_text(encoding="utf-8")
    version = int(re.search(r"(?m)^version: (\d+)$", text).group(1))
    path.write_text(once(text, f"\nversion: {version}\n",
                         f"\nversion: {version + 1}\nreplaces: {{{version}: "
                         "{running: migrate}}\n"), encoding="utf-8")
    number, _ = office.sample("C2")
    who = next(n for n in office.names()
               if office.cli("case", number, who=n, ok=False).returncode == 0)
    before = seen(office, number, who)
    reload(office)
    unsigned = migrate(office, "--dry-run", workflow="corruption", rc=1).stdout
    assert "krading staff sign" in unsigned, unsigned
    office.cli("staff", "sign", "--key", office.path / "safe/org-first.key", "--key",
               office.path / "safe/org-second.key")
    told = migrated(office, "--dry-run", workflow="corruption")
    assert told["protected"] and told["moves"] >= 4 and not told["cases"]
    words = migrate(office, "--dry-run", workflow="corruption").stdout
    assert not re.search(r"C-[0-9A-Z]{4}", words) and f"{told['moves']} would be moved" in words
    assert migrated(office, workflow="corruption")["moves"] == told["moves"]
    faultless(office)
    now = seen(office, number, who)
    assert now["state"] == before["state"] and now["rev"] == before["rev"] + 1
    office.cli("demo", "advance", "2d")  # the night takes their leaves into the log
    faultless(office)


def test_not_over_the_network(office):
    answer = requests.post(office.url + "/api/workflow/migrate",
                           data={"workflow": "general", "definition": "00" * 32, "from": "0"},
                           timeout=20)
    assert answer.status_code == 404


def test_a_file_that_is_not_the_offices(office, tmp_path):
    other = tmp_path / "general.yaml"
    other.write_text(second(general(office).read_text(encoding="utf-8")), encoding="utf-8")
    for more in ([], ["--dry-run"]):
        done = office.cli("workflow", "migrate", other, *more, ok=False)
        assert done.returncode == 1 and "another text of this workflow" in done.stderr
    assert office.cli("workflow", "migrate", other, "--force", ok=False).returncode == 2


def test_killed_in_the_middle_and_begun_again(demo_template, tmp_path):
    office = Office.copy_of(demo_template, tmp_path)
    with office:
        for _ in range(600):
            office.file(**G1)
    edit(office, second)
    total = migrated(office, "--dry-run")["moves"]
    assert total == 605
    (office.path / "krading.sock").unlink(missing_ok=True)

    def copy(name):
        return Office.copy_of(office.path, tmp_path / name)

    whole = copy("whole")
    began = time.monotonic()
    assert migrated(whole)["moves"] == total
    took = time.monotonic() - began
    chance, partly = random.Random(7), 0
    for i in range(40):
        one = copy(f"killed-{i}")
        run = subprocess.Popen([KRADING, "--data", one.path, "workflow", "migrate", general(one)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.1, 1) * took)
        run.kill()
        run.wait()
        faultless(one)
        left = migrated(one, "--dry-run")["moves"]
        partly += 0 < left < total
        assert migrated(one)["moves"] == left
        assert migrated(one)["moves"] == 0
        faultless(one)
        shutil.rmtree(one.path)
        if partly == 2:
            return
    raise AssertionError("never stopped in the middle")
