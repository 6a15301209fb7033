# SPDX-License-Identifier: Apache-2.0
"""`krading verify` needs no more memory for a large office than for a small one. What it may
allocate is bounded by the kernel (RLIMIT_DATA: heap and private mappings; the database is mapped
and shared, and does not count)."""
import resource
import subprocess

import pytest

import office

SMALL, LARGE = 1000, 5000  # general cases; each office has 1,000 protected ones besides
STEP = 64 << 10
ROOM = 512 << 10  # for what the allocator rounds up


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    """Cases, and two alerts for each deadline of theirs: 60 days have passed twice."""
    made = {}
    for cases in (SMALL, LARGE):
        path = tmp_path_factory.mktemp("verify") / "office"
        subprocess.run([office.BUILD / "tests/bench/bench_engine", office.TOP / "workflows", path,
                        str(cases)], check=True, stdout=subprocess.DEVNULL)
        made[cases] = path
    return made


def verifies_within(path, limit):
    def bound():
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    done = subprocess.run([office.KRADING, "--data", path, "verify"],
                          preexec_fn=bound, capture_output=True, text=True)
    return done.returncode == 0 and ", 0 faults" in done.stdout


def least(path):
    low, high = 0, 64 << 20
    assert verifies_within(path, high)
    while high - low > STEP:
        middle = (low + high) // 2
        low, high = (low, middle) if verifies_within(path, middle) else (middle, high)
    return high


def test_memory_does_not_grow_with_the_office(offices):
    assert verifies_within(offices[LARGE], least(offices[SMALL]) + ROOM)
