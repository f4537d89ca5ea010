"""`adjudicator bench`: measures this machine, and compares with the usual alternatives."""

from __future__ import annotations

from pathlib import Path
from typing import IO, NamedTuple

import click
import msgspec

from rules.loading.files import SHIPPED, load_library
from worker.bench.extent import Extent
from worker.bench.forms import NotAWheel
from worker.bench.latency import SECONDS
from worker.bench.picture import speed_picture
from worker.bench.report import BenchReport
from worker.bench.run import PARTS, Wheels, run
from worker.bench.table import table_of
from worker.bench.throughput import EVENTS
from worker.bench.trace_cost import NOT_INSTALLED, ON
from worker.commands.options import Word
from worker.config.settings import load_settings
from worker.logs.logs import set_up_logs
from worker.processes.graceful_exit import ends_in_good_order
from worker.sandbox.installation import NotStarted
from worker.sandbox.redis_server import EmbeddedRedisFailed
from worker.sandbox.server_binary import NoServerBinary
from worker.terminal.console import console
from worker.terminal.counts import counted
from worker.terminal.progress import ProgressBars

ROUNDS = 5
_WHEEL = click.Path(exists=True, dir_okay=False, path_type=Path)


class BenchRequest(NamedTuple):
    """The arguments as typed."""

    json_file: IO[bytes] | None
    parts: tuple[str, ...]
    rounds: int
    events: int
    seconds: float
    compiled: Path | None
    against: Path | None
    picture: Path | None
    policies_of: Path | None


@click.command("bench")
@click.option(
    "--json",
    "json_file",
    type=click.File("wb", lazy=True),
    help="Write the numbers to FILE (- for standard output).",
)
@click.option(
    "--only",
    "parts",
    type=Word(PARTS),
    multiple=True,
    help="Measure this part; may be repeated.  [default: all]",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 100),
    default=ROUNDS,
    show_default=True,
    help="Number of rounds; each measures everything in turn.",
)
@click.option(
    "--events",
    type=click.IntRange(10, 1_000_000),
    default=EVENTS,
    show_default=True,
    help="Events per round; contenders that take one at a time get a tenth.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 600),
    default=SECONDS,
    show_default=True,
    help="Seconds to measure latency at each rate.",
)
@click.option(
    "--compiled",
    type=_WHEEL,
    help="A wheel of `make wheel`: compare its compiled rules with the same in pure Python.",
)
@click.option(
    "--policies-of",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the library of which `policies` measures each policy.  [default: the shipped]",
)
@click.option("--against", type=_WHEEL, help="The wheel of another release to compare with.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Draw the comparison as an SVG picture.",
)
def command(**typed: object) -> None:
    """
    Measure throughput, latency, memory, start-up and the cost of spans on this machine.

    The worker as shipped is compared with one Celery task per claim with Celery's reliable settings
    (the peer), and with a plain loop without Celery (the floor). All have the same rules, the same
    commit and their own Redis with the same persistence, and take turns in each round. Everything
    that is started ends with the command. It takes about ten minutes, and four more for each form
    that is compared. Ratios are comparable between machines, rates are not.

    The part `policies` decides as many lines of each policy of a library, beside the first one's.
    The part `shards` has the same events in 1, 4, 16 and 64 shards on one Redis, with as many lanes
    in all, and reports processor time, memory and disk of an event.

    Forms of the program are compared in processes of their own, in turn each round, with the
    dependencies installed here: this release compiled and in pure Python, and with --against
    another release, whose rules may be older.
    """
    asked = BenchRequest(**typed)  # type: ignore[arg-type]  # click has checked them
    settings = load_settings()
    set_up_logs(settings.log_format, "warning")
    report = _report(asked)
    if asked.json_file is not None:
        asked.json_file.write(
            msgspec.json.format(msgspec.json.encode(report.as_json()), indent=2) + b"\n"
        )
    if asked.picture is not None and report.comparison is not None:
        asked.picture.write_text(speed_picture(report.comparison, report.machine), encoding="utf-8")
    if asked.json_file is None or asked.json_file.name != "-":
        _show(report)


def _report(asked: BenchRequest) -> BenchReport:
    with ends_in_good_order(), ProgressBars() as bars:
        try:
            return run(
                load_library(SHIPPED),
                asked.parts or PARTS,
                Extent(asked.rounds, asked.events, asked.seconds),
                bars,
                Wheels(asked.compiled, asked.against),
                None if asked.policies_of is None else load_library(asked.policies_of),
            )
        except NotAWheel as wrong:
            raise click.BadParameter(str(wrong)) from wrong
        except (NoServerBinary, EmbeddedRedisFailed) as missing:
            raise NotStarted(str(missing)) from missing


def _show(report: BenchReport) -> None:
    out = console()
    told = report.machine
    out.print(
        f"{told['processor']}, {counted(told['cores'], 'core')}, load {told['load'][0]} before; "
        + ", ".join(f"{name} {version}" for name, version in report.versions.items())
    )
    out.print(
        f"Library {report.library}; {counted(report.rounds, 'round')}, "
        f"{counted(report.events, 'event')}; "
        f"{report.seconds:.0f} s in all."
    )
    out.print(table_of(report))
    if report.tracing is not None and not set(ON) <= set(report.tracing):
        out.print(NOT_INSTALLED, markup=False)
