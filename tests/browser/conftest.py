# SPDX-License-Identifier: Apache-2.0
"""The offices of tests/e2e, and one browser for all tests of a worker."""
import importlib.util
import pathlib
import sys

import pytest

E2E = pathlib.Path(__file__).resolve().parents[1] / "e2e"
sys.path.insert(0, str(E2E))
_spec = importlib.util.spec_from_file_location("e2e_conftest", E2E / "conftest.py")
_e2e = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_e2e)
demo_template, office = _e2e.demo_template, _e2e.office
pytest_configure, pytest_unconfigure = _e2e.pytest_configure, _e2e.pytest_unconfigure

from browser import Browser, missing  # noqa: E402  (needs the path above)


@pytest.fixture(scope="session")
def browser():
    if missing():
        pytest.skip(f"not installed: {missing()}")
    with Browser() as b:
        yield b
