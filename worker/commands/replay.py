"""`adjudicator replay`: scenarios through a real queue, compared with what they expect."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import click
import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from worker.client import submit
from worker.commands.options import library_folders, library_options
from worker.comparing import Compared, summary
from worker.connections import redis_client
from worker.installation import installation
from worker.json_lines import in_ascii
from worker.keys import Keys
from worker.queue_watch import QueueWatch
from worker.replay import Case, MemberIdTooLong, cases_of, replay
from worker.scenario_libraries import LibraryChoice, ScenarioLibraries
from worker.scenarios import ORDERS, Order, Scenario, read_scenarios_or_events
from worker.settings import Settings, load_settings
from worker.terminal import console, printable

_SHOWN_MAX = 50
"""Differences shown to a person; `--json` has them all."""

_FEW = 50
"""So few cases one worker works off before a second one is ready."""

_NEEDS_OWN_WORKERS = "needs workers with a library of its own: run it with --embedded"
_ID_TOO_LONG = "a member id leaves no room for the prefix that makes it the replay's own"


def _orders(_ctx: click.Context, _parameter: click.Parameter, value: str) -> tuple[Order, ...]:
    """The orders that a text names, separated by commas."""
    names = {name.strip() for name in value.split(",")}
    unknown = ", ".join(sorted(names.difference(ORDERS)))
    if unknown:
        raise click.BadParameter(f"{unknown!r}; known are {', '.join(ORDERS)}.")
    return tuple(order for order in ORDERS if order in names)


@click.command("replay")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False),
)
@click.option(
    "--embedded", is_flag=True, help="Start a Redis and workers of its own, and end them after."
)
@click.option(
    "--orders",
    callback=_orders,
    default="given",
    show_default=True,
    help="The orders of arrival to try, separated by commas: given, reversed, shuffled, doubled.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a scenario and order.")
@library_options
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    embedded: bool,
    orders: tuple[Order, ...],
    as_json: bool,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Put the scenarios or events of FILE through a real queue and real workers, and compare.

    FILE is a scenario (.json), scenarios one a line (.jsonl), or plain events one a line. What
    comes out is held against what the scenario expects and against `adjudicator decide`; where
    they differ, all three are shown side by side and the exit code is 1. Without --embedded the
    queue is the one that is set (MRS_REDIS_URL); its workers have to use the same library.
    """
    scenarios = list(read_scenarios_or_events(files))
    with ScenarioLibraries(*library_folders(library, plans)) as libraries:
        prepared = _Prepared(scenarios, orders, libraries, may_derive=embedded)
        results = list(_results(prepared, embedded=embedded))
    if as_json:
        _write_json(results, prepared.skipped)
    else:
        _show(results, prepared.skipped)
    is_clean = not prepared.skipped and not any(result.differences for result in results)
    ctx.exit(0 if is_clean else 1)


class _Prepared:
    """The cases by the library that decides them, and the scenarios that cannot be replayed."""

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        orders: Sequence[Order],
        libraries: ScenarioLibraries,
        *,
        may_derive: bool,
    ) -> None:
        self.groups: list[tuple[LibraryChoice, list[Case]]] = []
        self.skipped: dict[str, str] = {}
        """Name of a scenario -> why it was skipped."""
        run = f"replay-{secrets.token_hex(4)}"
        by_library: dict[bytes, tuple[LibraryChoice, list[Case]]] = {}
        number = 0
        for scenario in scenarios:
            if scenario.needs_own_library and not may_derive:
                self.skipped[scenario.name] = _NEEDS_OWN_WORKERS
                continue
            try:
                cases = cases_of(scenario, orders, run, number)
            except MemberIdTooLong:
                self.skipped[scenario.name] = _ID_TOO_LONG
                continue
            number += len(cases)
            key = libraries.key_of(scenario)
            by_library.setdefault(key, (libraries.choose(scenario), []))[1].extend(cases)
        self.groups = list(by_library.values())


def _results(prepared: _Prepared, *, embedded: bool) -> Iterator[Compared]:
    """What comes of all cases, with a progress bar on standard error."""
    total = sum(len(case.events) for _, cases in prepared.groups for case in cases)
    on = console(to_stderr=True)
    with (
        ExitStack() as stack,
        Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=on,
            transient=True,
            disable=not on.is_terminal,
        ) as progress,
    ):
        bar = progress.add_task("events replayed", total=total)
        done = 0
        for choice, cases in prepared.groups:
            queue = stack.enter_context(_queue(choice, len(cases))) if embedded else _the_queue()
            done += sum(len(case.events) for case in cases)

            def look(waiting: int, queue: _Queue = queue, sent: int = done) -> None:
                progress.update(bar, completed=sent - waiting)
                queue.mend()

            yield from _through(queue.settings, cases, choice, look)
            # Workers take a second or two to end: the next ones need not wait for that.
            queue.let_go()


def _through(
    settings: Settings, cases: Sequence[Case], choice: LibraryChoice, look: Callable[[int], None]
) -> Iterator[Compared]:
    url = settings.redis_url.get_secret_value()
    with redis_client(settings) as redis:
        watch = QueueWatch(redis, Keys(settings.prefix), settings.lanes)
        yield from replay(
            cases,
            watch,
            lambda events: submit(events, redis_url=url, prefix=settings.prefix),
            choice.library,
            look,
        )


class _Queue(NamedTuple):
    """A queue with workers, and what to do about them."""

    settings: Settings
    mend: Callable[[], None]
    """Now and then: starts workers again that have ended."""
    let_go: Callable[[], None]
    """When the queue is no longer needed."""


def _the_queue() -> _Queue:
    """The one that is set; its workers are somebody else's."""
    return _Queue(load_settings(), mend=lambda: None, let_go=lambda: None)


@contextmanager
def _queue(choice: LibraryChoice, cases: int) -> Iterator[_Queue]:
    """One of its own, whose workers have this library."""
    folders = {"library": choice.folder, "plans": choice.plans}
    settings = {name: folder and folder.resolve() for name, folder in folders.items()}
    with installation(workers=2 if cases > _FEW else 1, settings=settings) as own:
        yield _Queue(own.settings, mend=own.mend, let_go=own.ask_to_end)


def _write_json(results: Sequence[Compared], skipped: dict[str, str]) -> None:
    for result in results:
        click.echo(in_ascii(msgspec.json.encode(result.as_json())))
    for name, reason in skipped.items():
        passed_over = Compared(name, None, ()).as_json() | {"passed": False, "skipped": reason}
        click.echo(in_ascii(msgspec.json.encode(passed_over)))
    click.echo(in_ascii(msgspec.json.encode(summary(results, len(skipped)))))


def _show(results: Sequence[Compared], skipped: dict[str, str]) -> None:
    out = console()
    differing = [result for result in results if result.differences]
    if differing:
        out.print(_side_by_side(differing))
    for name, reason in skipped.items():
        out.print(f"Skipped: {printable(name)} ({reason})")
    count = sum(len(result.differences) for result in results)
    out.print(
        f"{len(results)} replayed, {len(results) - len(differing)} as expected and as `decide` "
        f"says; {count} differences, {len(skipped)} skipped."
    )


def _side_by_side(differing: Sequence[Compared]) -> Table:
    rows = [(result, one) for result in differing for one in result.differences]
    caption = f"{len(rows) - _SHOWN_MAX} more: see --json" if len(rows) > _SHOWN_MAX else None
    table = Table(title="Differences", title_justify="left", caption=caption, show_lines=True)
    for heading in ("scenario", "claim, line", "field", "expected", "queue", "decide"):
        table.add_column(heading, overflow="fold")
    for result, one in rows[:_SHOWN_MAX]:
        where = "" if one.claim_id is None else f"{one.claim_id}, {one.line}"
        values = [_as_text(value) for value in (one.expected, one.queue, one.decide)]
        cells = [f"{result.name} ({result.order})", where, one.field, *values]
        table.add_row(*(Text(printable(cell)) for cell in cells))
    return table


def _as_text(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
