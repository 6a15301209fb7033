# SPDX-License-Identifier: Apache-2.0
"""The real programs on loopback: a demo office made once, copied for each test that changes it."""
import os
import pathlib
import shutil
import tempfile

import pytest

from office import Office, BUILD, run_krading


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory):
    """A fresh demo office that no test touches; made once for all workers."""
    root = pathlib.Path(tempfile.gettempdir()) / f"krading-e2e-{os.getppid()}-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    template, mark = root / "office", root / "ready"
    try:
        (root / "maker").mkdir()
        made = run_krading("init", str(template), "--demo")
        assert made.returncode == 0, made.stderr
        mark.touch()
    except FileExistsError:
        import time
        for _ in range(1200):
            if mark.exists():
                break
            time.sleep(0.1)
        assert mark.exists(), "the other worker could not make the demo office"
    yield template


@pytest.fixture(scope="session", autouse=True)
def clean_up_template():
    yield
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(pathlib.Path(tempfile.gettempdir()) /
                      f"krading-e2e-{os.getppid()}-{os.getuid()}", ignore_errors=True)


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
