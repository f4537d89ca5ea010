"""Decides any number of events in bounded memory: members in parts, what comes out in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from rules.loading.files import load_library
from worker.determinations.rules_form import RulesForm, rules_form
from worker.events.decode import read_member_id
from worker.events.files import EventLine
from worker.processes.parallel import sized_results_of
from worker.processes.partitions import PART_BYTES, PARTS, Partitions, bytes_of, frames_of
from worker.replay.in_memory import Deciding, refusal_line
from worker.replay.sorted_runs import merged_runs, passes_over, write_run
from worker.terminal.stages import WeightedStages

READING, DIVIDING, DECIDING, WRITING = "reading", "dividing", "deciding", "writing"
_DIVIDING: Final = 0.25
_DECIDING: Final[Mapping[RulesForm, float]] = {"compiled": 25.0, "pure Python": 45.0}
_WRITING: Final = 0.5
"""Time that the same events take in a stage, writing in each pass, with one process; reading
them takes 1."""


class PartDecided(NamedTuple):
    """What one part led to, in files that are sorted."""

    decided: Path
    """Claim, line, member, determination."""
    refused: Path
    """Place in the input, report."""
    lines: int


class PartsJob(NamedTuple):
    """What to decide by; it can be sent to another process."""

    library: Path
    plans: Path | None

    def prepare(self) -> Callable[[Path], PartDecided]:
        """Loads the library; raises `LibraryRefused`."""
        library = load_library(self.library, self.plans)
        return lambda part: _decide(part, Deciding(library))


class PartsOutput(NamedTuple):
    """Receives what comes out."""

    refused: Callable[[bytes], object]
    """Reports of refused events, in the order of the input."""
    determined: Callable[[bytes], object]
    """Determinations, by claim, line and member."""


def weights(processes: int, size: int = 0, form: RulesForm | None = None) -> Mapping[str, float]:
    """Returns the weight of each stage of `decide_in_parts` for so many bytes, as far as known."""
    return {
        READING: 1.0,
        DIVIDING: _DIVIDING if Partitions.divides(size) else 0.0,
        DECIDING: _DECIDING[form or rules_form()] / processes,
        WRITING: _WRITING * passes_over(max(PARTS, size // PART_BYTES)),
    }


def decide_in_parts(
    lines: Iterable[EventLine],
    size: int,
    job: PartsJob,
    output: PartsOutput,
    stages: WeightedStages,
    *,
    processes: int,
    part_bytes: int = PART_BYTES,
) -> None:
    """
    Decides lines of files as `Deciding` does, the members of one part at a time.

    `size`: how many bytes there are to read, as far as is known. A private temporary folder holds
    all events, and then all determinations. Raises `LibraryRefused`.
    """
    with Partitions(part_bytes) as parts:
        _deal_out(lines, parts, stages.begin(READING, size))
        paths = parts.parts(stages.begin(DIVIDING, parts.parts_at_first))
        done = stages.begin(DECIDING, bytes_of(paths))
        decided: list[PartDecided] = []
        for part, size_of_part in sized_results_of(job, paths, processes):
            decided.append(part)
            done(size_of_part)
        for _, said in merged_runs([part.refused for part in decided]):
            output.refused(said)
        lines_read = sum(part.lines for part in decided) * passes_over(len(decided))
        done = stages.begin(WRITING, lines_read)
        for *_, data in merged_runs([part.decided for part in decided], done=done):
            output.determined(data)


def _deal_out(lines: Iterable[EventLine], parts: Partitions, done: Callable[[int], None]) -> None:
    for number, line in enumerate(lines):
        member_id = read_member_id(line.raw)
        # Where an event names no member, it will be refused, in whatever part.
        key = str(number) if member_id is None else member_id
        parts.add(key, msgspec.msgpack.encode([number, *line]))
        done(len(line.raw) + 1)


def _decide(part: Path, deciding: Deciding) -> PartDecided:
    found = PartDecided(part.with_suffix(".decided"), part.with_suffix(".refused"), 0)
    write_run(found.refused, _refusals(part, deciding))
    part.unlink()
    decided = [[*key, data] for key, data in deciding.final_by_line()]
    write_run(found.decided, decided)
    return found._replace(lines=len(decided))


def _refusals(part: Path, deciding: Deciding) -> Iterator[tuple[int, bytes]]:
    """Applies all events of a part; the refused ones come out."""
    for frame in frames_of(part):
        number, *of_line = msgspec.msgpack.decode(frame)
        line = EventLine(*of_line)
        refusal = deciding.take(line.raw)
        if refusal is not None:
            yield number, refusal_line(line, refusal)
