"""`adjudicator decide`: reads events from a file, writes determinations to standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from rules.library_model import Library
from worker.commands.options import FILE, chosen_library, library_folders, library_options
from worker.events.files import event_lines
from worker.replay.comparison import compare, summary
from worker.replay.in_memory import Deciding, decide_all, refusal_line
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import read_scenarios
from worker.terminal.json_lines import in_ascii


@click.command("decide")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@library_options
@click.option(
    "--scenarios",
    multiple=True,
    type=FILE,
    help="A file of scenarios instead of events: reports decisions that are not as expected.",
)
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    library: Path | None,
    plans: Path | None,
    scenarios: tuple[str, ...],
) -> None:
    """
    Decide the events of FILE (or - for standard input) without Redis or Celery.

    FILE has one event per line, as JSON (CloudEvents). The output is the final determination of
    each claim line, one per line, sorted by claim, line and member. Events that cannot be accepted
    are reported on standard error, one JSON object each, and the exit code is then 1.
    """
    if bool(files) == bool(scenarios):
        raise click.UsageError("Name a FILE of events (- for standard input), or --scenarios FILE.")
    if files:
        is_clean = _decide_events(files, chosen_library(library, plans))
    else:
        is_clean = _decide_scenarios(scenarios, *library_folders(library, plans))
    ctx.exit(0 if is_clean else 1)


def _decide_events(files: Iterable[str], library: Library) -> bool:
    deciding = Deciding(library)
    is_clean = True
    with _shown() as advance:
        for line in event_lines(files):
            refusal = deciding.take(line.raw)
            advance(1)
            if refusal is not None:
                is_clean = False
                click.echo(refusal_line(line, refusal), err=True)
    out = sys.stdout.buffer
    for data in deciding.final():
        out.write(in_ascii(data) + b"\n")
    out.flush()
    return is_clean


@contextmanager
def _shown() -> Iterator[Callable[[int], object]]:
    """Shows how many events were decided, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda more: more
        return
    # Imported only then: it takes as long as many events.
    from worker.terminal.progress import ProgressBars  # noqa: PLC0415  # as the line above says

    with ProgressBars() as bars:
        yield bars.begin("events decided", None)


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
