"""`adjudicator replay`: runs scenarios through a real queue and compares the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from worker.client import submit
from worker.commands.options import library_folders, library_options
from worker.config.connections import redis_client
from worker.config.settings import Settings, load_settings
from worker.replay.comparison import ScenarioResult, merged, summary
from worker.replay.loads import Load, Loads, ReplayLoad
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import Replayed, replay
from worker.replay.scenario_libraries import LibraryChoice, ScenarioLibraries
from worker.replay.scenarios import ARRIVAL_ORDERS, ArrivalOrder
from worker.replay.tables import show_replay
from worker.sandbox.installation import installation
from worker.store.keys import Keys
from worker.terminal.console import console
from worker.terminal.json_lines import in_ascii
from worker.terminal.progress import ProgressBars

_FEW = 50
"""One worker finishes this few cases before a second one is ready."""


def _orders(
    _ctx: click.Context, _parameter: click.Parameter, value: str
) -> tuple[ArrivalOrder, ...]:
    """Reads a comma-separated list of orders."""
    names = {name.strip() for name in value.split(",")}
    unknown = ", ".join(sorted(names.difference(ARRIVAL_ORDERS)))
    if unknown:
        raise click.BadParameter(f"{unknown!r}; known are {', '.join(ARRIVAL_ORDERS)}.")
    return tuple(order for order in ARRIVAL_ORDERS if order in names)


@click.command("replay")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False),
)
@click.option(
    "--embedded", is_flag=True, help="Start its own Redis and workers, and stop them afterwards."
)
@click.option(
    "--orders",
    callback=_orders,
    default="given",
    show_default=True,
    help="Comma-separated orders of arrival to try: given, reversed, shuffled, doubled.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Write one JSON object per scenario and order."
)
@library_options
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    embedded: bool,
    orders: tuple[ArrivalOrder, ...],
    as_json: bool,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Run the scenarios or events of FILE through a real queue and real workers, and compare.

    FILE is a scenario (.json), scenarios one per line (.jsonl), or plain events one per line. The
    results are compared with what the scenario expects and with `adjudicator decide`; where they
    differ, all three are shown side by side and the exit code is 1. Without --embedded it uses the
    configured queue (MRS_REDIS_URL), whose workers must use the same library. A large file of
    events is split by member into parts, so that memory does not grow with its size.
    """
    replayed = Replayed()
    with (
        ScenarioLibraries(*library_folders(library, plans)) as libraries,
        Loads(orders, libraries, may_derive=embedded) as loads,
    ):
        for file in files:
            loads.add(file)
        results = merged(_results(loads.groups, replayed, embedded=embedded), loads.in_parts)
    if as_json:
        _write_json(results, loads.skipped)
    else:
        show_replay(console(), results, loads.skipped, replayed)
    is_clean = not loads.skipped and not any(result.differences for result in results)
    ctx.exit(0 if is_clean else 1)


def _results(
    groups: Sequence[ReplayLoad], replayed: Replayed, *, embedded: bool
) -> Iterator[ScenarioResult]:
    """Runs all cases, with a progress bar on standard error."""
    with ExitStack() as stack:
        bars = stack.enter_context(ProgressBars())
        advance = bars.begin("events replayed", sum(group.events for group in groups))
        for group in groups:
            queue = stack.enter_context(_queue(group)) if embedded else _the_queue()
            for load in group.loads:
                yield from _through(queue, load, group.choice, advance, replayed)
            # Workers take a second or two to stop: the next ones need not wait for that.
            queue.let_go()


def _through(
    queue: _Queue,
    load: Load,
    choice: LibraryChoice,
    advance: Callable[[int], None],
    replayed: Replayed,
) -> Iterator[ScenarioResult]:
    settings = queue.settings
    url = settings.redis_url.get_secret_value()
    left = load.events

    def look(waiting: int) -> None:
        nonlocal left
        advance(left - waiting)
        left = waiting
        queue.mend()

    with redis_client(settings) as redis:
        watch = QueueWatch(redis, Keys(settings.prefix), settings.lanes)
        yield from replay(
            load.cases(),
            watch,
            lambda events: submit(events, redis_url=url, prefix=settings.prefix),
            choice.library,
            look,
            replayed,
        )


class _Queue(NamedTuple):
    """A queue with workers, and how to look after them."""

    settings: Settings
    mend: Callable[[], None]
    """To be called regularly: restarts workers that have stopped."""
    let_go: Callable[[], None]
    """To be called when the queue is no longer needed."""


def _the_queue() -> _Queue:
    """Returns the configured queue, whose workers we do not control."""
    return _Queue(load_settings(), mend=lambda: None, let_go=lambda: None)


@contextmanager
def _queue(group: ReplayLoad) -> Iterator[_Queue]:
    """Starts a queue whose workers use the group's library."""
    choice, is_small = group.choice, len(group.cases) <= _FEW and not group.parts
    folders = {"library": choice.folder, "plans": choice.plans}
    settings = {name: folder and folder.resolve() for name, folder in folders.items()}
    with installation(workers=1 if is_small else 2, settings=settings) as own:
        yield _Queue(own.settings, mend=own.mend, let_go=own.ask_to_end)


def _write_json(results: Sequence[ScenarioResult], skipped: dict[str, str]) -> None:
    for result in results:
        click.echo(in_ascii(msgspec.json.encode(result.as_json())))
    for name, reason in skipped.items():
        passed_over = ScenarioResult(name, None, ()).as_json() | {
            "passed": False,
            "skipped": reason,
        }
        click.echo(in_ascii(msgspec.json.encode(passed_over)))
    click.echo(in_ascii(msgspec.json.encode(summary(results, len(skipped)))))
