"""The check for processes that tests leave behind finds them, ends them, and finds no others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.leftovers import end_leftovers, mark_this_run

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="it looks into /proc, which Linux has"
)


@pytest.fixture(autouse=True)
def _a_run_of_its_own(monkeypatch):
    monkeypatch.setenv("MRS_TESTS_RUN", "to be put back")
    mark_this_run()


def test_a_process_that_is_left_behind_is_named_and_ended():
    with subprocess.Popen(["sleep", "60"]) as process:
        left = end_leftovers(grace_seconds=0.1)

        status = process.wait(5)

    assert [f"{process.pid} sleep 60 "] == left
    assert -9 == status


def test_a_child_of_a_child_that_is_gone_is_found_too():
    subprocess.run(["sh", "-c", "sleep 61 &"], check=True)

    left = end_leftovers(grace_seconds=0.1)

    assert ["sleep 61 "] == [line.partition(" ")[2] for line in left]


def test_a_process_that_ends_within_the_grace_is_none():
    with subprocess.Popen(["sleep", "0.2"]) as process:
        process.poll()
        left = end_leftovers(grace_seconds=10)

    assert [] == left


def test_processes_of_others_are_none_of_ours(monkeypatch):
    with subprocess.Popen(["sleep", "60"]) as process:
        monkeypatch.setenv("MRS_TESTS_RUN", "another run")

        left = end_leftovers(grace_seconds=0.1)
        process.kill()

    assert [] == left
