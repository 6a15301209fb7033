# SPDX-License-Identifier: Apache-2.0
"""Commands that need no office: workflow files checked, drawn and tried, and how every command
answers wrong usage."""
import json
import re
import shutil
import time
import xml.etree.ElementTree as xml

import pytest
import yaml

from office import TOP, run_krading

WORKFLOWS = TOP / "workflows"
SHIPPED = [WORKFLOWS / "general.yaml", WORKFLOWS / "corruption.yaml"]
FAULT = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?P<col>\d+): error: (?P<text>.+)$", re.M)


def faults(done):
    return [(m["file"], int(m["line"]), int(m["col"]), m["text"])
            for m in FAULT.finditer(done.stderr + done.stdout)]


@pytest.fixture
def tree(tmp_path):
    """The shipped workflows, to be broken."""
    shutil.copytree(WORKFLOWS, tmp_path / "workflows")
    return tmp_path / "workflows"


def replaced(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return text[:text.index(old)].count("\n") + 1


def test_shipped_files_are_in_order():
    files = [*SHIPPED, WORKFLOWS / "office" / "settings.yaml",
             WORKFLOWS / "calendars" / "th_government.yaml"]
    done = run_krading("workflow", "check", *files)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_every_fault_of_every_file_in_one_run(tree):
    general, corruption = tree / "general.yaml", tree / "corruption.yaml"
    line = replaced(general, "    to: screening\n", "    to: screenign\n")
    replaced(general, "    limit: 15 calendar days\n", "    limit: 15 days\n")
    replaced(general, "    by: [unit_head]\n", "    by: [unit_haed]\n")
    replaced(corruption, "channel: protected", "channel: secret")
    done = run_krading("workflow", "check", general, corruption)
    found = faults(done)
    assert done.returncode == 1
    assert {f for f, *_ in found} == {str(general), str(corruption)}
    first = next(f for f in found if "screenign" in f[3])
    assert first[1] == line + 0 and first[2] == 9, first
    assert "screening" in first[3].split("screenign", 1)[1]  # did you mean
    assert any("calendar days" in text for *_, text in found)
    assert any("unit_haed" in text for *_, text in found)
    assert any("secret" in text for f, *_, text in found if f == str(corruption))


def test_the_caret_stands_under_the_fault(tree):
    general = tree / "general.yaml"
    replaced(general, "label: {th: เริ่มคัดกรอง, en: Start screening}",
             "label: {th: เริ่มคัดกรอง, en: Start screening, ms: x}")
    done = run_krading("workflow", "check", general)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    at = next(i for i, l in enumerate(lines) if FAULT.match(l))
    shown, caret = lines[at + 1], lines[at + 2]
    assert "ms" in shown and caret.strip().startswith("^")


def test_paths_are_shown_as_given(tree, monkeypatch):
    monkeypatch.chdir(tree)
    (tree / "bad.yaml").write_text("schema: krading/1\nschema: krading/1\n")
    for given in ("bad.yaml", "./bad.yaml", "../workflows/bad.yaml"):
        assert {f for f, *_ in faults(run_krading("workflow", "check", given))} == {given}


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_an_empty_file(tmp_path, text):
    path = tmp_path / "empty.yaml"
    path.write_text(text)
    done = run_krading("workflow", "check", path)
    assert done.returncode == 1 and faults(done)[0][:3] == (str(path), 1, 1), done.stderr


HOSTILE = {
    "brackets": "[" * 200_000, "maps": "a: " * 60_000, "braces": "{" * 200_000,
    "dashes": "- " * 100_000, "anchors": "&a [" * 50_000, "alias": "a: &x b\nc: *x\n",
    "tag": "schema: !!python/object x\n", "nul": "\x00", "not utf-8": b"a: b\xff",
    "long": "schema: krading/1\n" + "x" * (300 << 10), "directive": "%YAML 9.9\n---\na: b\n",
    "open quote": "a: 'never closed\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_quickly(tmp_path, text):
    path = tmp_path / "hostile.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    start = time.monotonic()
    done = run_krading("workflow", "check", path)
    assert time.monotonic() - start < 2
    assert done.returncode == 1 and faults(done), done.stderr
    assert not done.stdout


def test_files_that_are_not_there(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        done = run_krading("workflow", "check", path, SHIPPED[0])
        assert done.returncode == 1 and str(path) in done.stderr
        assert str(SHIPPED[0]) in done.stdout  # the others are still looked at


# ---- pictures ----
def state_words(path, lang):
    with open(path, encoding="utf-8") as f:
        return [s["staff"][lang] for s in yaml.safe_load(f)["states"].values()]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
@pytest.mark.parametrize("lang", ["th", "en"])
def test_svg(path, lang):
    done = run_krading("workflow", "graph", path, "--lang", lang)
    assert done.returncode == 0 and not done.stderr
    root = xml.fromstring(done.stdout)
    assert root.tag.endswith("svg") and root.get("viewBox")
    words = re.sub(r"\s+", "", "".join(root.itertext()))
    for state in state_words(path, lang):
        assert re.sub(r"\s+", "", state) in words
    assert not re.search(r"<script|href=\"http|\son\w+=", done.stdout)
    assert done.stdout == run_krading("workflow", "graph", path, "--lang", lang).stdout


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_dot(path):
    done = run_krading("workflow", "graph", path, "--format", "dot")
    assert done.returncode == 0 and done.stdout.startswith("digraph")
    with open(path, encoding="utf-8") as f:
        definition = yaml.safe_load(f)
    for state in definition["states"]:
        assert re.search(rf"\b{state}\b", done.stdout)
    for action in definition["actions"].values():
        if action.get("to") in definition["states"] and isinstance(action["from"], list):
            assert re.search(rf'"?{action["from"][0]}"? -> "?{action["to"]}"?', done.stdout)
    if shutil.which("dot"):
        import subprocess
        subprocess.run(["dot", "-Tsvg"], input=done.stdout, text=True, check=True,
                       capture_output=True)


def test_a_faulty_file_gives_no_picture(tree):
    replaced(tree / "general.yaml", "channel: open", "channel: opne")
    done = run_krading("workflow", "graph", tree / "general.yaml")
    assert done.returncode == 1 and not done.stdout and faults(done)


# ---- stories ----
def test_shipped_stories_hold():
    done = run_krading("workflow", "test", *WORKFLOWS.glob("*.scenario"))
    assert done.returncode == 0 and not done.stderr
    assert all(int(n) > 3 for n in re.findall(r"(\d+) stories", done.stdout))


def test_a_story_that_does_not_hold(tree):
    scenario = tree / "general.scenario"
    line = replaced(scenario, "due: {first_result: 2026-09-02, ack: 2026-08-19}",
                    "due: {first_result: 2026-09-03, ack: 2026-08-19}")
    done = run_krading("workflow", "test", scenario, tree / "corruption.scenario")
    assert done.returncode == 1
    assert re.search(rf"^{re.escape(str(scenario))}:\d+:\d+: story lamp_repaired", done.stderr, re.M)
    assert "2026-09-03" in done.stderr and "2026-09-02" in done.stderr
    place = int(re.search(r":(\d+):\d+: story", done.stderr).group(1))
    assert abs(place - line) < 12
    assert str(tree / "corruption.scenario") in done.stdout  # the other file still ran


def test_a_changed_workflow_is_noticed_by_its_stories(tree):
    replaced(tree / "general.yaml", "approve: {by: [clerk], not_same_person: yes}",
             "approve: {by: [clerk]}", 2)
    assert run_krading("workflow", "test", tree / "general.scenario").returncode == 1


# ---- usage ----
@pytest.mark.parametrize("args", [
    [], ["nothing"], ["workflow"], ["workflow", "chekc", "x"], ["workflow", "check"],
    ["workflow", "graph"], ["workflow", "graph", "a", "b"], ["due"], ["case"], ["do", "X"],
    ["extend", "X", "first_result"], ["decline", "X"], ["cases", "--frm", "x"], ["init"],
    ["workflow", "graph", str(SHIPPED[0]), "--format", "png"], ["cases", "--calendar", "x"],
    ["--as"], ["assign", "X"], ["demo", "advance"], ["demo", "advance", "soon"],
])
def test_wrong_usage(args, tmp_path):
    done = run_krading(*args, env={"HOME": str(tmp_path), "KRADING_DATA": str(tmp_path / "none")})
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stderr and not done.stdout


def test_help():
    whole = run_krading("--help")
    assert whole.returncode == 0 and not whole.stderr
    for command in ("init", "demo advance", "workflow check", "workflow graph", "workflow test",
                    "workflow diff", "workflow replay",
                    "due", "submit", "track", "cases", "case", "do", "approve", "decline", "extend",
                    "assign", "note", "overdue", "verify"):
        assert f"krading {command}" in whole.stdout
        one = run_krading(*command.split(), "--help")
        assert one.returncode == 0 and "example" in one.stdout, command


def test_json_is_one_document(office):
    _, code = office.sample("G1")
    for args, who in ((["cases"], "somsri"), (["overdue"], "somsri"), (["verify"], None),
                      (["staff", "list"], "somsri")):
        done = office.cli(*args, "--json", who=who)
        json.loads(done.stdout)
        assert not done.stderr
    done = office.cli("track", "--json", stdin=code + "\n")
    assert json.loads(done.stdout)["state"]["id"] == "received" and not done.stderr
    refused = office.cli("case", "G99-9999", "--json", who="somsri", ok=False)
    assert refused.returncode == 1 and refused.stderr and not refused.stdout
