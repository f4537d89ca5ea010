"""Runs a trial: distributes the input by member, tries each part, adds up the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from rules.library_model import RemittanceCodes
from worker.events.decode import Refusal, decode, read_member_id
from worker.events.files import event_lines
from worker.processes.parallel import SMALL_BYTES, results_of
from worker.processes.partitions import Partitions
from worker.processes.processors import usable_processors
from worker.replay.in_memory import refusal_line
from worker.terminal.progress import Watcher
from worker.whatif.tally import FlipTotals
from worker.whatif.trial import Trial, event_frame, member_frame


class TrialResult(NamedTuple):
    """The result of all parts."""

    counts: Counter[str]
    """members, applied, duplicate, refused."""
    tallies: list[FlipTotals]
    """One for each library that was tried."""


def deal_out_events(
    files: Sequence[str], codes: RemittanceCodes, parts: Partitions, watcher: Watcher
) -> int:
    """Puts the events of files into parts; returns how many name no member and are refused."""
    sizes = [Path(file).stat().st_size for file in files if file != "-"]
    done = watcher.begin("reading", sum(sizes) if "-" not in files else None)
    refused = 0
    for line in event_lines(files):
        done(len(line.raw) + 1)
        member_id = read_member_id(line.raw)
        if member_id is not None:
            parts.add(member_id, event_frame(line))
            continue
        refusal = decode(line.raw, codes)
        assert isinstance(refusal, Refusal)  # an accepted event always has a member
        refused += 1
        watcher.refused(refusal_line(line, refusal))
    return refused


def deal_out_members(
    states: Iterable[tuple[str, bytes]], parts: Partitions, watcher: Watcher
) -> None:
    """Puts recorded states into parts."""
    done = watcher.begin("reading members", None)
    for member_id, state in states:
        parts.add(member_id, member_frame(member_id, state))
        done(1)


def run(
    trial: Trial,
    parts: Partitions,
    watcher: Watcher,
    keep: Callable[[Iterable[bytes]], None],
    jobs: int | None = None,
) -> TrialResult:
    """
    Tries all parts; `keep` receives every flip, if the trial keeps them.

    Without `jobs` there is one process per processor, or only one if there is little to do.
    """
    paths = parts.parts()
    done = watcher.begin("deciding", len(paths))
    found = TrialResult(Counter(), [FlipTotals(trial.examples) for _ in trial.tried])
    enough = 1 if parts.size < SMALL_BYTES else usable_processors()
    for part in results_of(trial, paths, jobs or enough):
        found.counts.update(part.counts)
        for refusal in part.refusals:
            watcher.refused(refusal)
        for tally, more in zip(found.tallies, part.tallies, strict=True):
            tally.add(more)
        keep(part.flips)
        done(1)
    return found
