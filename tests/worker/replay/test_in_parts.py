"""`decide` on a large input: the same as at once, in the same order, in bounded memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED
from tests.support.sources import ROOT
from worker.bench.plan import plan_events
from worker.cli import adjudicator
from worker.commands import decide
from worker.events.files import event_lines
from worker.processes.frames import read_frames
from worker.processes.partitions import PART_BYTES, PARTS, Partitions, frames_of
from worker.replay.in_parts import PartsJob, PartsOutput, decide_in_parts, weights
from worker.replay.sorted_runs import merged_runs, passes_over, write_run
from worker.terminal.stages import WeightedStages

EVENTS = list(plan_events("parts", 1_500))
REFUSED = [b"{", EVENTS[3].replace(b'"specversion":"1.0"', b'"specversion":"2.0"'), b"[]", b"\xff"]
MIXED = [*REFUSED[:1], *EVENTS[:700], *REFUSED[1:], *EVENTS[700:], REFUSED[0]]


def in_parts(file: Path, part_bytes: int) -> tuple[bytes, bytes]:
    refused: list[bytes] = []
    determined: list[bytes] = []
    stages = WeightedStages(lambda *_: None, weights(1))
    output = PartsOutput(refused.append, determined.append)
    decide_in_parts(
        event_lines([str(file)]),
        file.stat().st_size,
        PartsJob(SHIPPED, None),
        output,
        stages,
        processes=1,
        part_bytes=part_bytes,
    )
    return b"\n".join([*determined, b""]), b"\n".join([*refused, b""])


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    written = tmp_path_factory.mktemp("plan") / "events.jsonl"
    written.write_bytes(b"\n".join(MIXED))
    return written


@pytest.fixture(scope="module")
def at_once(file) -> tuple[bytes, bytes]:
    done = CliRunner().invoke(adjudicator, ["decide", str(file)])
    assert 1 == done.exit_code
    return done.stdout_bytes, done.stderr_bytes


@pytest.mark.parametrize(
    "part_bytes",
    [
        pytest.param(1_000_000, id="parts_that_are_not_split_again"),
        pytest.param(1_000, id="parts_of_a_member_or_two"),
    ],
)
def test_what_comes_out_in_parts_is_what_comes_out_at_once(file, at_once, part_bytes):
    assert at_once == in_parts(file, part_bytes)


def test_two_processes_decide_the_same(file, at_once):
    command = [sys.executable, "-m", "worker.cli", "decide", "--jobs", "2", str(file)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)

    assert (1, *at_once) == (done.returncode, done.stdout, done.stderr)


def test_the_command_takes_a_larger_input_in_parts(file, at_once, monkeypatch):
    monkeypatch.setattr(decide, "SMALL_BYTES", 1_000)
    monkeypatch.setattr(decide, "Deciding", None)  # what decides a small one

    done = CliRunner().invoke(adjudicator, ["decide", "--jobs", "1", str(file)])

    assert (1, *at_once) == (done.exit_code, done.stdout_bytes, done.stderr_bytes)


def test_standard_input_is_taken_in_parts_too(at_once, monkeypatch):
    monkeypatch.setattr(decide, "SMALL_BYTES", 1_000)

    done = CliRunner().invoke(adjudicator, ["decide", "--jobs", "1", "-"], input=b"\n".join(MIXED))

    assert at_once[0] == done.stdout_bytes


# ---------------------------------------------------------------------------------- parts and runs


def test_a_part_that_grew_too_large_is_split_and_a_member_stays_in_one():
    members = [f"M-{number}" for number in range(5_000)]
    with Partitions(part_bytes=200) as parts:
        for turn in (b"1", b"2"):
            for member in members:
                parts.add(member, member.encode() + b" " + turn)
        paths = parts.parts()
        found = [list(frames_of(path)) for path in paths]
        sizes = [path.stat().st_size for path in paths]

    assert len(paths) > 256
    assert max(sizes) < 800
    assert 2 * len(members) == sum(map(len, found))
    for frames in found:
        whose = [frame.partition(b" ")[0] for frame in frames]
        assert sorted(whose) == sorted([*{*whose}, *{*whose}])
        for member in {*whose}:
            assert [b"1", b"2"] == [
                f.partition(b" ")[2] for f in frames if f.startswith(member + b" ")
            ]


def test_a_member_with_more_than_a_part_may_have_stays_whole():
    with Partitions(part_bytes=100) as parts:
        for number in range(50):
            parts.add("M-1", b"%02d" % number * 10)
        (path,) = parts.parts()

        assert [b"%02d" % number * 10 for number in range(50)] == list(frames_of(path))


def test_parts_number_no_more_than_is_asked_for():
    with Partitions(parts=3) as parts:
        for number in range(100):
            parts.add(f"M-{number}", b"x")

        assert 3 == len(parts.parts())


def test_each_part_at_first_is_told_of_also_where_it_is_divided():
    told: list[int] = []
    with Partitions(part_bytes=100, parts=3) as parts:
        for number in range(100):
            parts.add(f"M-{number}", b"0123456789")

        assert 3 == parts.parts_at_first
        assert 3 < len(parts.parts(told.append))
        assert [1, 1, 1] == told


@pytest.mark.parametrize(
    ("size", "is_divided"),
    [
        pytest.param(2 * PARTS * PART_BYTES - 1, False, id="a_byte_less_than_two_parts_for_each"),
        pytest.param(2 * PARTS * PART_BYTES, True, id="two_parts_for_each"),
    ],
)
def test_what_makes_parts_twice_as_large_as_they_should_be_is_divided_again(size, is_divided):
    assert is_divided is Partitions.divides(size)


@pytest.mark.parametrize(
    ("runs", "passes"),
    [(0, 1), (1, 1), (100, 1), (101, 2), (10_000, 2), (10_001, 3)],
)
def test_a_hundred_runs_are_one_pass(runs, passes):
    assert passes == passes_over(runs)


@pytest.mark.parametrize("at_once", [2, 3, 100], ids=["by_twos", "by_threes", "all_at_once"])
def test_runs_are_merged_in_order_and_removed(tmp_path, at_once):
    entries = [(f"C-{number % 7}", number, f"M-{number}", b"d") for number in range(100)]
    runs = [tmp_path / str(number) for number in range(10)]
    for number, run in enumerate(runs):
        write_run(run, sorted(entries[number::10]))

    told: list[int] = []
    assert sorted(map(list, entries)) == list(merged_runs(runs, at_once, told.append))
    assert [] == list(tmp_path.iterdir())
    assert len(entries) * passes_over(len(runs), at_once) == sum(told)


def test_a_run_without_entries_has_none(tmp_path):
    write_run(tmp_path / "empty", [])

    assert [] == list(read_frames(tmp_path / "empty"))
    assert [] == list(merged_runs([tmp_path / "empty"]))
    assert [] == list(merged_runs([]))


# ----------------------------------------------------------------------------------------- memory

SCRIPT = """
import sys
from pathlib import Path
from rules.loading.files import SHIPPED
from worker.events.files import event_lines
from worker.replay.in_parts import PartsJob, PartsOutput, decide_in_parts, weights
from worker.terminal.stages import WeightedStages
out = PartsOutput(lambda said: None, lambda data: None)
stages = WeightedStages(lambda *_: None, weights(1))
lines = event_lines([sys.argv[1]])
decide_in_parts(lines, 1, PartsJob(SHIPPED, None), out, stages, processes=1, part_bytes=100_000)
status = open("/proc/self/status").read()
print(status.split("VmHWM:")[1].split()[0])
"""
FEW, MANY = 4_000, 16_000
SLACK_BYTES = 6 * 1024 * 1024
"""What two runs of the same may differ by; at once, those would take three times it."""


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads the peak in /proc")
def test_four_times_the_events_take_no_more_memory(tmp_path):
    few, many = (
        peak_bytes(write(tmp_path / f"{count}.jsonl", islice(plan_events("memory"), count)))
        for count in (FEW, MANY)
    )

    assert many - few < SLACK_BYTES


def peak_bytes(file: Path) -> int:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(file)],
        env=ours | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    return int(done.stdout) * 1024


def write(file: Path, lines: Iterator[bytes]) -> Path:
    with file.open("wb") as out:
        out.writelines(line + b"\n" for line in lines)
    return file
