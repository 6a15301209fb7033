# SPDX-License-Identifier: Apache-2.0
"""The real programs on loopback: a demo office made once, copied for each test that changes it."""
import fcntl
import os
import pathlib
import shutil
import tempfile

import pytest

from office import Office, run_krading
from town import Town, new_town, set_up


ROOT = "KRADING_E2E_ROOT"


def pytest_configure(config):
    """One folder for a run: the workers inherit its name."""
    if not hasattr(config, "workerinput") and ROOT not in os.environ:
        os.environ[ROOT] = tempfile.mkdtemp(prefix="krading-e2e-")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput") and ROOT in os.environ:
        shutil.rmtree(os.environ.pop(ROOT))


@pytest.fixture(scope="session")
def demo_template():
    """A fresh demo office that no test touches; made once for all workers."""
    root = pathlib.Path(os.environ[ROOT])
    with open(root / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "made").exists():
            made = run_krading("init", str(root / "office"), "--demo")
            (root / "made").write_text(made.stderr if made.returncode else "", encoding="utf-8")
    fault = (root / "made").read_text(encoding="utf-8")
    assert not fault, fault
    return root / "office"


@pytest.fixture(scope="module")
def office(demo_template, tmp_path_factory):
    """A demo office of this module's own, served."""
    with Office.copy_of(demo_template, tmp_path_factory.mktemp("office")) as o:
        yield o


@pytest.fixture
def fresh_office(demo_template, tmp_path):
    """A demo office of this test's own, served."""
    with Office.copy_of(demo_template, tmp_path) as o:
        yield o


@pytest.fixture(scope="module")
def town_template(tmp_path_factory):
    """Set up without a daemon; never served."""
    town = new_town(tmp_path_factory.mktemp("town"))
    set_up(town)
    return town


@pytest.fixture
def town(town_template, tmp_path):
    shutil.copytree(town_template.path, tmp_path / "town")
    t = Town(tmp_path / "town")
    for paper in town_template.paper.values():
        t.keep(paper)
    with t:
        yield t
