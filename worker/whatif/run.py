"""Runs a trial: distributes the input by member, tries each part, adds up the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from rules.library_model import RemittanceCodes
from worker.determinations.rules_form import RulesForm, rules_form
from worker.events.decode import Refusal, decode, read_member_id
from worker.events.files import event_lines, known_size
from worker.processes.parallel import SMALL_BYTES, sized_results_of
from worker.processes.partitions import Partitions, bytes_of
from worker.processes.processors import usable_processors
from worker.replay.in_memory import refusal_line
from worker.terminal.progress import Watcher
from worker.terminal.stages import WeightedStages
from worker.whatif.tally import FlipTotals
from worker.whatif.trial import Trial, event_frame, member_frame

READING, DIVIDING, DECIDING = "reading", "dividing", "deciding"
_DIVIDING: Final = 0.25
_EACH_LIBRARY: Final[Mapping[RulesForm, float]] = {"compiled": 6.0, "pure Python": 12.0}
_DECODING: Final = 2.5
"""Time that deciding by a library, and decoding, take; reading the same events takes 1."""


def weights(
    libraries: int, processes: int, size: int = 0, form: RulesForm | None = None
) -> Mapping[str, float]:
    """Returns the weight of each stage of a trial of so many libraries and bytes, if known."""
    deciding = _DECODING + _EACH_LIBRARY[form or rules_form()] * libraries
    return {
        READING: 1.0,
        DIVIDING: _DIVIDING if Partitions.divides(size) else 0.0,
        DECIDING: deciding / processes,
    }


class TrialResult(NamedTuple):
    """The result of all parts."""

    counts: Counter[str]
    """members, applied, duplicate, refused."""
    tallies: list[FlipTotals]
    """One for each library that was tried."""


def deal_out_events(
    files: Sequence[str],
    codes: RemittanceCodes,
    parts: Partitions,
    watcher: Watcher,
    stages: WeightedStages,
) -> int:
    """Puts the events of files into parts; returns how many name no member and are refused."""
    done = stages.begin(READING, known_size(files))
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
    stages: WeightedStages,
    jobs: int | None = None,
) -> TrialResult:
    """
    Tries all parts; `keep` receives every flip, if the trial keeps them.

    Without `jobs` there is one process per processor, or only one if there is little to do.
    """
    paths = parts.parts(stages.begin(DIVIDING, parts.parts_at_first))
    done = stages.begin(DECIDING, bytes_of(paths))
    found = TrialResult(Counter(), [FlipTotals(trial.examples) for _ in trial.tried])
    enough = 1 if parts.size < SMALL_BYTES else usable_processors()
    for part, size in sized_results_of(trial, paths, jobs or enough):
        found.counts.update(part.counts)
        for refusal in part.refusals:
            watcher.refused(refusal)
        for tally, more in zip(found.tallies, part.tallies, strict=True):
            tally.add(more)
        keep(part.flips)
        done(size)
    return found
