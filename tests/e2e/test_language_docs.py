# SPDX-License-Identifier: Apache-2.0
"""The language page and the tutorial hold what they say: examples load, every key of the reader is
explained, and the tutorial's commands print what it shows."""
import os
import re
import shutil
import subprocess

import pytest
import yaml

from office import KRADING, TOP, run_krading

PAGE = TOP / "docs" / "workflow-language.md"
PROCESSES = TOP / "docs" / "processes.md"
TUTORIAL = TOP / "docs" / "tutorial-th.md"
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


def blocks(path):
    return [(head.split(), body) for head, body in BLOCK.findall(path.read_text(encoding="utf-8"))]


def complete():
    return [body for head, body in blocks(PAGE) if head == ["yaml", "complete"]]


@pytest.mark.parametrize("number", range(len(complete())))
def test_complete_examples_load(tmp_path, number):
    shutil.copytree(TOP / "workflows", tmp_path / "workflows")
    path = tmp_path / "workflows" / "example.yaml"
    path.write_text(complete()[number], encoding="utf-8")
    done = run_krading("workflow", "check", path)
    assert done.returncode == 0 and not done.stderr, done.stderr


def explained(page=PAGE):
    """Every word in code type outside the examples."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    return set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", text))))


def test_there_is_an_example():
    assert complete()


def test_every_key_is_explained():
    words, keys = explained(), set()
    for path in [*(TOP / "engine" / "load").glob("wf_*.c"), TOP / "engine" / "load" / "workflow.c"]:
        keys |= set(re.findall(r'\{"(\w+)",\s*(?:true|false),', path.read_text(encoding="utf-8")))
    assert len(keys) > 90
    assert keys <= words, sorted(keys - words)


def test_every_word_of_a_closed_list_is_explained():
    words, known = explained(), set()
    for path in (TOP / "engine" / "load").glob("wf_*.c"):
        source = path.read_text(encoding="utf-8")
        for table in re.findall(r"static const Word \w+\[\] = \{(.*?)\};", source, re.S):
            known |= set(re.findall(r'\{"(\w+)"', table))
    assert len(known) > 30
    assert known <= words, sorted(known - words)


SHIPPED = sorted((TOP / "workflows").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_the_comparison_leaves_nothing_out(path):
    """Each step, term and role of a shipped file has its place in the comparison."""
    workflow, words = yaml.safe_load(path.read_text(encoding="utf-8")), explained(PROCESSES)
    for kind in ("actions", "deadlines", "roles"):
        assert set(workflow[kind]) <= words, sorted(set(workflow[kind]) - words)


def test_links_lead_somewhere():
    for page in (PAGE, TUTORIAL):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), target


def unplaced(text):
    """Lines of the shipped file may move."""
    return re.sub(r"(?m)^(\S+\.yaml):\d+:\d+:", r"\1:LINE:COLUMN:", text)


def test_the_tutorial(tmp_path):
    """Blocks in order: `csv file=NAME` writes, `yaml old` and the `yaml new` after it change
    trial/general.yaml, `console` runs each `$ command` and shows exactly its output."""
    shutil.copytree(TOP / "workflows", tmp_path / "workflows")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "krading").symlink_to(KRADING.resolve())
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KRADING_")}
    environment["PATH"] = f"{tmp_path / 'bin'}:{environment['PATH']}"
    old, ran = None, 0
    for head, body in blocks(TUTORIAL):
        if head[0] == "csv":
            (tmp_path / head[1].removeprefix("file=")).write_text(body, encoding="utf-8")
        elif head == ["yaml", "old"]:
            old = body
        elif head == ["yaml", "new"]:
            path = tmp_path / "trial" / "general.yaml"
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, old
            path.write_text(text.replace(old, body), encoding="utf-8")
        elif head == ["console"]:
            for command, shown in re.findall(r"^\$ ([^\n]+)\n((?:(?!\$ ).*\n)*)", body, re.M):
                done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment,
                                      text=True, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, check=False)
                assert unplaced(done.stdout) == unplaced(shown), command
                ran += 1
    assert ran >= 8
