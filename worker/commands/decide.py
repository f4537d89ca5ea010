"""`adjudicator decide`: reads events from a file, writes determinations to standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import click
import msgspec

from rules.library_model import Library
from rules.loading.files import load_library
from worker.commands.options import FILE, library_folders, library_options
from worker.events.files import EventLine, event_lines, known_size
from worker.processes.graceful_exit import ends_in_good_order
from worker.replay.comparison import compare, summary
from worker.replay.in_memory import Deciding, decide_all, refusal_line
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import read_scenarios
from worker.terminal.json_lines import in_ascii
from worker.terminal.stages import ShowShare, WeightedStages

LibraryFolders = tuple[Path, Path | None]
"""The library, and plans that replace its own."""

SMALL_BYTES = 2_000_000
"""An input up to this size is decided at once."""


@click.command("decide")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@library_options
@click.option(
    "--scenarios",
    multiple=True,
    type=FILE,
    help="A file of scenarios instead of events: reports decisions that are not as expected.",
)
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one per processor]")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    library: Path | None,
    plans: Path | None,
    scenarios: tuple[str, ...],
    jobs: int | None,
) -> None:
    """
    Decide the events of FILE (or - for standard input) without Redis or Celery.

    FILE has one event per line, as JSON (CloudEvents). The output is the final determination of
    each claim line, one per line, sorted by claim, line and member. Events that cannot be accepted
    are reported on standard error, one JSON object each, and the exit code is then 1.

    Any number of events is decided in bounded memory: a large input is divided by member into parts
    in the folder for temporary files (TMPDIR), which must have room for the events and for what
    comes out.
    """
    if bool(files) == bool(scenarios):
        raise click.UsageError("Name a FILE of events (- for standard input), or --scenarios FILE.")
    if files:
        is_clean = _decide_events(files, library_folders(library, plans), jobs)
    else:
        is_clean = _decide_scenarios(scenarios, *library_folders(library, plans))
    ctx.exit(0 if is_clean else 1)


def _decide_events(files: Sequence[str], folders: LibraryFolders, jobs: int | None) -> bool:
    library = load_library(*folders)
    lines = event_lines(files)
    few = _few(lines)
    writer = _Writer()
    if sum(len(line.raw) for line in few) < SMALL_BYTES and jobs is None:
        _decide_few(few, library, writer)
    else:
        _decide_many(files, chain(few, lines), folders, jobs, writer)
    writer.out.flush()
    return writer.is_clean


def _few(lines: Iterator[EventLine]) -> list[EventLine]:
    """The first lines, until they are more than a few; all of them if there are no more."""
    few: list[EventLine] = []
    size = 0
    for line in lines:
        few.append(line)
        size += len(line.raw)
        if size >= SMALL_BYTES:
            break
    return few


def _decide_few(lines: Iterable[EventLine], library: Library, writer: _Writer) -> None:
    deciding = Deciding(library)
    for line in lines:
        refusal = deciding.take(line.raw)
        if refusal is not None:
            writer.refused(refusal_line(line, refusal))
    for data in deciding.final():
        writer.determined(data)


def _decide_many(
    files: Sequence[str],
    lines: Iterable[EventLine],
    folders: LibraryFolders,
    jobs: int | None,
    writer: _Writer,
) -> None:
    # Imported only then: they take as long as many events.
    from worker.processes.processors import usable_processors  # noqa: PLC0415  # as above
    from worker.replay.in_parts import (  # noqa: PLC0415  # as above
        PartsJob,
        PartsOutput,
        decide_in_parts,
        weights,
    )

    processes, size = jobs or usable_processors(), known_size(files)
    output = PartsOutput(writer.refused, writer.determined)
    with ends_in_good_order(), _shown() as show:
        stages = WeightedStages(show, weights(processes, size))
        decide_in_parts(lines, size, PartsJob(*folders), output, stages, processes=processes)


class _Writer:
    """Writes what comes out: refusals to standard error, determinations to standard output."""

    def __init__(self) -> None:
        self.out = sys.stdout.buffer
        self.is_clean = True

    def refused(self, said: bytes) -> None:
        self.is_clean = False
        click.echo(said, err=True)

    def determined(self, data: bytes) -> None:
        self.out.write(in_ascii(data) + b"\n")


@contextmanager
def _shown() -> Iterator[ShowShare]:
    """Shows on a terminal how much is done."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from worker.terminal.progress import ProgressBars  # noqa: PLC0415  # as above

    with ProgressBars() as bars:
        yield bars.begin_share("deciding")


def _decide_scenarios(files: Iterable[str], library: Path, plans: Path | None) -> bool:
    """Decides each scenario in order; prints the same as `replay --json`, without a queue."""
    results = []
    with ScenarioLibraries(library, plans) as libraries:
        for scenario in read_scenarios(files):
            rules = libraries.choose(scenario).library
            decided = decide_all(map(bytes, scenario.events), rules)
            results.append(compare(scenario, "given", decided, None))
            click.echo(in_ascii(msgspec.json.encode(results[-1].as_json())))
    click.echo(in_ascii(msgspec.json.encode(summary(results, skipped=0))))
    return not any(result.differences for result in results)
