# SPDX-License-Identifier: Apache-2.0
"""The daemon as the machine sees it: what the process has given up while it serves."""
import os
import pathlib
import signal
import time

import pytest

BUILT_FOR_CHECKING = "asan" in os.environ.get("KRADING_BUILD", "")


def status_of(office):
    lines = pathlib.Path(f"/proc/{office.daemon.pid}/status").read_text(encoding="ascii")
    return dict(line.split(":\t", 1) for line in lines.splitlines())


def limit_of(office, name):
    text = pathlib.Path(f"/proc/{office.daemon.pid}/limits").read_text(encoding="ascii")
    line = next(line for line in text.splitlines() if line.startswith(name))
    return line[len(name):].split()


def test_rights_are_given_up_for_good(office):
    assert status_of(office)["NoNewPrivs"].strip() == "1"


@pytest.mark.skipif(BUILT_FOR_CHECKING, reason="the sanitizers' runtime needs other system calls")
def test_system_calls_are_listed(office):
    assert status_of(office)["Seccomp"].strip() == "2"


def test_it_leaves_no_core(office):
    assert limit_of(office, "Max core file size")[:2] == ["0", "0"]
    # not dumpable: its /proc entries belong to root, whoever runs it
    assert pathlib.Path(f"/proc/{office.daemon.pid}/mem").stat().st_uid == 0


def test_the_log_says_what_is_in_force(office):
    log = office.log.read_text(encoding="utf-8")
    assert "sandbox: the data directory alone can be read" in log or "NOT IN FORCE" in log
    assert "sandbox: no programs, no calls out" in log or "NOT IN FORCE" in log


def test_files_replaced_by_an_editor_are_still_read(office):
    """An editor writes a new file and renames it: another inode than the one at the start."""
    settings = office.path / "settings.yaml"
    draft = office.path / "settings.new"
    draft.write_text(settings.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    draft.rename(settings)
    office.daemon.send_signal(signal.SIGHUP)
    for _ in range(100):
        if "reloaded" in office.log.read_text(encoding="utf-8"):
            return
        time.sleep(0.05)
    raise AssertionError(office.log.read_text(encoding="utf-8"))
