# SPDX-License-Identifier: Apache-2.0
"""What set-up says on a machine that lacks something."""
import os
import shutil
import subprocess

import pytest

from office import TOP

FAKES = {"dpkg-query": "exit 1", "id": "echo 0", "node": "exit 1", "npm": "exit 1",
         "apt-get": "echo Temporary failure resolving >&2; exit 100",
         "meson": "echo built >&2; exit 3"}


@pytest.fixture
def machine(tmp_path):
    """A checkout and programs that are not what they should be; runs a script of the checkout."""
    (tmp_path / "bin").mkdir()
    for name, does in FAKES.items():
        program = tmp_path / "bin" / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    for name in ("setup", "custodian/build", "custodian/package-lock.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(TOP / name, tmp_path / name)

    def run(script, *args, path=None):
        return subprocess.run([tmp_path / script, *args], capture_output=True, text=True,
                              timeout=60, env={"PATH": f"{tmp_path / 'bin'}:{path or '/usr/bin:/bin'}"})
    return run


@pytest.mark.parametrize("what", ["run", "page", "test"])
def test_without_a_network(machine, what):
    done = machine("setup", what)
    assert done.returncode == 1
    assert "libsodium-dev" in done.stderr and "Temporary failure" in done.stderr
    assert "once, over the network or on a medium" in done.stderr
    assert "built" not in done.stderr


def test_to_serve_takes_no_node(machine):
    done = machine("setup", "run")
    wanted = done.stdout.partition("== installing:")[2].split()
    assert "libevent-dev" in wanted and not {"node", "nodejs", "npm", "chromium"} & set(wanted)


def test_the_page_without_libraries_or_network(machine):
    done = machine("custodian/build", "out.html")
    assert done.returncode == 1
    assert "takes the network, once" in done.stderr and "./run" in done.stderr
