"""`decide` holds the members' states and nothing else: its memory is measured, not its time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import chain, repeat
from pathlib import Path

import pytest

from tests.support.sources import ROOT
from worker.bench.plan import plan_events

FEW, MANY = 1_000, 10_000
EVENT_BYTES_MAX = 4_096
"""What an event may leave behind; it has some 700 bytes itself."""
SLACK_BYTES = 4 * 1024 * 1024
"""What two runs of the same may differ by."""

SCRIPT = """
import sys
from worker.cli import adjudicator
adjudicator(["decide", sys.argv[1]], standalone_mode=False)
status = open("/proc/self/status").read()
print(status.split("VmHWM:")[1].split()[0], file=sys.stderr)
"""
"""Not by `getrusage`: what that says of a process includes the one that started it."""

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="reads the peak in /proc")


def peak_bytes(file: Path) -> int:
    """The most memory that `decide` had at one time."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(file)],
        env=ours | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    return int(done.stderr.splitlines()[-1]) * 1024


def write(file: Path, lines: Iterable[bytes]) -> Path:
    with file.open("wb") as out:
        out.writelines(line + b"\n" for line in lines)
    return file


@pytest.fixture(scope="module")
def events() -> list[bytes]:
    return list(plan_events("memory", MANY))


@pytest.fixture(scope="module")
def peak_of_few(events, tmp_path_factory) -> int:
    return peak_bytes(write(tmp_path_factory.mktemp("few") / "events.jsonl", events[:FEW]))


def test_ten_times_the_events_leave_no_more_than_their_members_states(
    events, peak_of_few, tmp_path
):
    peak = peak_bytes(write(tmp_path / "events.jsonl", events))

    assert peak - peak_of_few < (MANY - FEW) * EVENT_BYTES_MAX


def test_the_same_events_ten_times_over_leave_nothing_more(events, peak_of_few, tmp_path):
    again = chain.from_iterable(repeat(events[:FEW], MANY // FEW))

    peak = peak_bytes(write(tmp_path / "events.jsonl", again))

    assert peak - peak_of_few < SLACK_BYTES


def test_a_line_without_an_end_is_not_held(events, peak_of_few, tmp_path):
    file = write(tmp_path / "events.jsonl", events[:FEW])
    with file.open("ab") as out:
        out.truncate(file.stat().st_size + 256 * 1024 * 1024)

    peak = peak_bytes(file)

    assert peak - peak_of_few < SLACK_BYTES
