"""`adjudicator replay`: runs scenarios through a real queue and compares the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

import click
import msgspec

from worker.client import send_in_batches
from worker.commands.completion import complete_orders
from worker.commands.options import library_folders, library_options, must_be_known
from worker.config.connections import redis_client
from worker.config.settings import Settings, load_settings
from worker.config.shards import shards_of
from worker.events.files import known_size
from worker.processes.graceful_exit import ends_in_good_order
from worker.replay.comparison import ScenarioResult, merged, summary
from worker.replay.loads import READING, REPLAYING, WEIGHTS, Load, Loads, ReplayLoad
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import Replayed, replay
from worker.replay.scenario_libraries import LibraryChoice, ScenarioLibraries
from worker.replay.scenarios import ARRIVAL_ORDERS, ArrivalOrder
from worker.replay.tables import show_replay
from worker.sandbox.guest import guest_keys, guest_prefix, guest_workers
from worker.sandbox.installation import OwnWorkers, installation
from worker.store.keys import Keys
from worker.terminal.console import console, printable
from worker.terminal.counts import counted
from worker.terminal.json_lines import in_ascii
from worker.terminal.progress import ProgressBars
from worker.terminal.stages import WeightedStages

LOADS_A_QUEUE = 64
"""As many parts of a large file, some 256 MiB of events, go through one queue."""
_FEW = 50
"""One worker finishes this few cases before a second one is ready."""


def _orders(
    _ctx: click.Context, _parameter: click.Parameter, value: str
) -> tuple[ArrivalOrder, ...]:
    """Reads a comma-separated list of orders."""
    names = {name.strip() for name in value.split(",")}
    must_be_known("--orders", sorted(names), ARRIVAL_ORDERS)
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
    "--embedded",
    is_flag=True,
    help="On a Redis of its own, which it starts and stops: the default.",
)
@click.option(
    "--live",
    metavar="PREFIX",
    help="On the Redis of the installation instead (MRS_REDIS_URL), whose prefix you type out.",
)
@click.option(
    "--orders",
    callback=_orders,
    shell_complete=complete_orders,
    default="given",
    show_default=True,
    help="Comma-separated orders of arrival to try: given, reversed, shuffled, doubled.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Write one JSON object per scenario and order."
)
@library_options
@click.pass_context
def command(  # noqa: PLR0913, PLR0917  # click passes each option by its name
    ctx: click.Context,
    files: tuple[str, ...],
    embedded: bool,
    live: str | None,
    orders: tuple[ArrivalOrder, ...],
    as_json: bool,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Run the scenarios or events of FILE through a real queue and real workers, and compare.

    FILE is a scenario (.json), scenarios one per line (.jsonl), or plain events one per line. The
    results are compared with what the scenario expects and with `adjudicator decide`; where they
    differ, all three are shown side by side and the exit code is 1. A large file of events is split
    by member into parts, so that memory does not grow with its size.

    It starts a Redis and workers of its own. With --live it uses the Redis of an installation, with
    workers of its own and under a prefix of its own, so that no consumer, metric or record of the
    installation sees any of it, and removes that prefix at the end.
    """
    host = _host(live, embedded=embedded)
    replayed = Replayed()
    with (
        ScenarioLibraries(*library_folders(library, plans)) as libraries,
        Loads(orders, libraries, may_derive=host is None) as loads,
        ProgressBars() as bars,
    ):
        advance = _add_all(files, loads, bars)
        results = merged(_results(loads.groups, replayed, host, advance), loads.in_parts)
    if as_json:
        _write_json(results, loads.skipped)
    else:
        show_replay(console(), results, loads.skipped, replayed)
    is_clean = not loads.skipped and not any(result.differences for result in results)
    ctx.exit(0 if is_clean else 1)


def _add_all(files: Sequence[str], loads: Loads, bars: ProgressBars) -> Callable[[int], None]:
    """Adds the files; call the returned function with each number of events replayed."""
    stages = WeightedStages(bars.begin_share("replaying"), WEIGHTS)
    done = stages.begin(READING, 2 * known_size(files))
    for file in files:
        loads.add(file, done)
    return stages.begin(REPLAYING, sum(group.events for group in loads.groups))


def _host(live: str | None, *, embedded: bool) -> Settings | None:
    """Returns the settings of the installation to be used, or None for a Redis of its own."""
    if live is None:
        return None
    if embedded:
        raise click.UsageError("Choose one of --embedded and --live.")
    settings = load_settings()
    if live != settings.prefix:
        raise click.UsageError(
            f"--live wants the prefix of the installation typed out. {printable(live)} is not it: "
            f"the settings name the prefix {settings.prefix} at {settings.masked_redis_url}."
        )
    return shards_of(settings)[0]  # its own prefix lies in one slot


def _results(
    groups: Sequence[ReplayLoad],
    replayed: Replayed,
    host: Settings | None,
    advance: Callable[[int], None],
) -> Iterator[ScenarioResult]:
    """
    Runs all cases.

    After so many loads a queue is replaced by a fresh one, so that Redis holds no more than those.
    """
    with ExitStack() as stack:
        for group in groups:
            loads = group.loads
            for first in range(0, len(loads), LOADS_A_QUEUE):
                if first:
                    stack.close()  # with the Redis that is full of the last ones
                queue = stack.enter_context(_queue(group, host))
                for load in loads[first : first + LOADS_A_QUEUE]:
                    yield from _through(queue, load, group.choice, advance, replayed)
                # Workers take a second or two to stop: the next ones need not wait for that.
                queue.ask_to_end()


def _through(
    queue: OwnWorkers,
    load: Load,
    choice: LibraryChoice,
    advance: Callable[[int], None],
    replayed: Replayed,
) -> Iterator[ScenarioResult]:
    settings = queue.settings
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
            lambda events: list(chain.from_iterable(send_in_batches(events, settings))),
            choice.library,
            look,
            replayed,
        )


@contextmanager
def _queue(group: ReplayLoad, host: Settings | None) -> Iterator[OwnWorkers]:
    """Starts workers that use the group's library, on a Redis of their own or the host's."""
    choice, is_small = group.choice, len(group.cases) <= _FEW and not group.parts
    folders = {"library": choice.folder, "plans": choice.plans}
    settings = {name: folder and folder.resolve() for name, folder in folders.items()}
    workers = 1 if is_small else 2
    if host is None:
        with installation(workers=workers, settings=settings) as own:
            yield own
        return
    prefix = guest_prefix(host.prefix)
    with ends_in_good_order(), guest_keys(host, prefix):
        _warn(host, prefix, group.events)
        with guest_workers(host, prefix, workers=workers, settings=settings) as own:
            yield own


def _warn(host: Settings, prefix: str, events: int) -> None:
    click.echo(
        f"Warning: {counted(events, 'event')} on the Redis of the installation {host.prefix}, "
        f"{host.masked_redis_url}, under the prefix {prefix}. They take its memory, its disk and "
        "its time, and are removed at the end. If this is killed, remove the keys of that prefix.",
        err=True,
    )


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
