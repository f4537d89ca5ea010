"""The keeper answers its parent's three words and takes the server along when it ends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.processes import eventually, is_running
from worker.processes import supervisor


def test_a_keeper_starts_looks_kills_and_starts_again(tmp_path):
    with (tmp_path / "log").open("ab") as log:
        kept = supervisor.Keeper(["sleep", "60"], log)

        before = kept.answer("look")
        first = int(kept.answer("start"))
        running = kept.answer("look")
        killed = kept.answer("kill")
        after = kept.answer("look")
        second = int(kept.answer("start"))
        kept.end()

    assert ("ended", "running", "killed", "ended") == (before, running, killed, after)
    assert first != second
    assert not is_running(first)
    assert not is_running(second)


def test_a_server_that_ended_by_itself_is_seen(tmp_path):
    with (tmp_path / "log").open("ab") as log:
        kept = supervisor.Keeper(["true"], log)
        kept.answer("start")

        assert eventually(lambda: kept.answer("look") == "ended")


def test_killing_nothing_is_no_fault(tmp_path):
    with (tmp_path / "log").open("ab") as log:
        answer = supervisor.Keeper(["true"], log).answer("kill")

    assert "killed" == answer


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has the call for it")
def test_a_server_whose_keeper_died_first_does_not_start():
    not_our_parent = os.getpid() + 1_000_000

    child = subprocess.run(
        ["true"], preexec_fn=supervisor.die_with_parent(not_our_parent), check=False
    )

    assert 1 == child.returncode


def test_elsewhere_nothing_is_asked_of_the_kernel(monkeypatch):
    monkeypatch.setattr(supervisor.sys, "platform", "darwin")

    assert supervisor.die_with_parent(os.getpid()) is None
