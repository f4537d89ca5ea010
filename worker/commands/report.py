"""`adjudicator report`: what was received, decided and overturned, and in how many days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

import click

from rules.library_model import Library
from rules.proof.library_check import open_library
from worker.archive.shard_archives import ShardArchives
from worker.commands.completion import complete_policies, complete_services
from worker.commands.failures import FOUND_WANTING
from worker.commands.options import (
    FILE,
    FOLDER,
    chosen_library,
    library_folders,
    library_options,
    must_be_known,
)
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.determinations.data import Data
from worker.nearest import offered
from worker.processes.graceful_exit import ends_in_good_order
from worker.report.figures import GROUPS, Dimension
from worker.report.pack import (
    NOT_IN_A_PACK,
    PackExists,
    PackIdentity,
    digest_of_pack,
    figures_part,
    must_be_new,
    packed,
    write_pack,
)
from worker.report.pack_proof import defects_part, proof_part, proved, scenarios_part
from worker.report.pack_rules import rules_part
from worker.report.sources import (
    CountedReport,
    RecordedSource,
    report_of_files,
    report_of_recorded,
)
from worker.report.suppression import DEFAULT_THRESHOLD
from worker.report.tables import report_csv, show
from worker.report.view import ALL_SERVICES, ReportRequest, report_view, service_asked
from worker.store.shard_presence import PresentShards
from worker.terminal.console import console, printable
from worker.terminal.json_lines import json_line
from worker.terminal.progress import ProgressBars, busy

_OUT: Final = click.Path(dir_okay=False, writable=True, path_type=Path)


class ReportOptions(NamedTuple):
    """The arguments as typed."""

    files: tuple[str, ...]
    events: tuple[str, ...]
    archive: Path | None
    service: str | None
    policy: str | None
    only: tuple[str, ...]
    hide_below: int
    as_json: bool
    csv: Path | None
    pack: Path | None
    scenarios: tuple[str, ...]
    as_of: datetime | None
    proof: bool
    library: Path | None
    plans: Path | None


@click.command("report")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@click.option(
    "--events",
    multiple=True,
    type=FILE,
    help="With FILE: the events that led to its determinations, which say plan and day of receipt.",
)
@click.option("--archive", type=FOLDER, help="Also read the archive in this folder.")
@click.option(
    "--service",
    shell_complete=complete_services,
    help="The service whose lines are counted; all: of every one.  "
    "[default: that which the policy, or the first, decides]",
)
@click.option(
    "--policy", shell_complete=complete_policies, help="Only lines that this policy looks at."
)
@click.option(
    "--only",
    multiple=True,
    metavar="NAME=GROUP",
    help="Only lines of a group: plan, line_of_business, state, reason or quarter.",
)
@click.option(
    "--hide-below",
    type=click.IntRange(0),
    default=DEFAULT_THRESHOLD,
    show_default=True,
    help="Counts from 1 up to below this are not shown, nor what would give them away; 0: all are.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--csv", type=_OUT, help="Also write the report to a file, as CSV.")
@click.option(
    "--pack",
    type=click.Path(path_type=Path),
    help="Write an evidence pack for a regulator: a new folder, or a file that ends in .zip.",
)
@click.option(
    "--scenarios",
    multiple=True,
    type=FILE,
    help="With --pack: decide the scenarios of this file and add how they came out.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="With --pack: the day for which the library is proved.  [default: today in UTC]",
)
@click.option(
    "--proof/--no-proof",
    default=True,
    help="With --pack: prove the library, which takes one to two minutes.  [default: proof]",
)
@library_options
@click.pass_context
def command(ctx: click.Context, /, **typed: object) -> None:
    """
    Count what was received, approved, pended, denied and overturned, and in how many days.

    Without FILE, counts everything recorded in Redis and its --archive, and compares with the
    counters of the metrics. FILE has determinations, one a line: as `adjudicator decide` writes
    them, or events of the stream. What `decide` writes says how lines stand, and neither days nor
    what was overturned.

    With --pack, also writes the evidence of how claims are decided: the inventory and the change
    log of the rules, the library proved anew, scenarios decided anew, the list of seeded defects,
    and these figures, with a digest of each file. docs/report.md has more.

    Exit code 1 if the counters say otherwise, or a line is no determination.
    """
    asked = ReportOptions(**typed)  # type: ignore[arg-type]  # click has checked them
    if asked.events and not asked.files:
        raise click.UsageError("--events goes with a FILE of determinations.")
    if asked.files and asked.archive:
        raise click.UsageError("--archive adds to what is in Redis; a FILE does not use Redis.")
    if asked.pack is not None:
        _must_be_new(asked.pack)
    only = _only(asked.only)
    library = chosen_library(asked.library, asked.plans)
    request = ReportRequest(_service(asked, library), only, asked.hide_below, asked.policy)
    if asked.files:
        with ends_in_good_order():
            report = _of_files(asked, library)
        _conclude(ctx, asked, library, report, request)
    with answering_shards(load_settings()) as shards:
        with ends_in_good_order():
            report = _recorded(asked, library, shards)
        _conclude(ctx, asked, library, report, request)


def _conclude(
    ctx: click.Context,
    asked: ReportOptions,
    library: Library,
    report: CountedReport,
    request: ReportRequest,
) -> NoReturn:
    """Writes what was asked for, and ends with the exit code for it."""
    view = report_view(report, library, request)
    if asked.csv is not None:
        asked.csv.write_text(report_csv(view), encoding="utf-8")
    if asked.pack is not None:
        click.echo(f"Written: {asked.pack}, {_write_pack(asked, library, view)}", err=asked.as_json)
    if asked.as_json:
        click.echo(json_line(view))
    else:
        out = console()
        for part in show(view):
            out.print(part)
    ctx.exit(FOUND_WANTING if report.agrees is False or report.unreadable else 0)


def _must_be_new(pack: Path) -> None:
    try:
        must_be_new(pack)
    except PackExists as error:
        raise click.BadParameter(str(error), param_hint="'--pack'") from error


def _write_pack(asked: ReportOptions, library: Library, view: Data) -> str:
    """Writes the pack; returns its digest."""
    assert asked.pack is not None
    folders = library_folders(asked.library, asked.plans)
    as_of = (asked.as_of or datetime.now(UTC)).date()
    parts = [figures_part(view), rules_part(*folders, library), defects_part()]
    missing = list(NOT_IN_A_PACK)
    if asked.proof:
        with busy("proving the library: all combinations take one to two minutes"):
            parts.append(proof_part(proved(open_library(*folders), as_of), folders))
    else:
        missing.append("The proof of the library: --no-proof was given.")
    if asked.scenarios:
        parts.append(scenarios_part(asked.scenarios, folders))
    files = packed(PackIdentity(library, as_of), parts, missing)
    write_pack(files, asked.pack)
    return digest_of_pack(files)


def _recorded(asked: ReportOptions, library: Library, shards: PresentShards) -> CountedReport:
    archives = ShardArchives(asked.archive) if asked.archive else None
    sources = [
        RecordedSource(each.redis, each.keys, archives and archives.of(each))
        for each in shards.answering
    ]
    with ProgressBars() as bars:
        return report_of_recorded(sources, library, bars)


def _of_files(asked: ReportOptions, library: Library) -> CountedReport:
    with ProgressBars() as bars:
        return report_of_files(asked.files, asked.events, library, bars, _unreadable)


def _unreadable(file: str, row: int) -> None:
    click.echo(f"{printable(file)}, line {row}: it is no determination.", err=True)


def _service(asked: ReportOptions, library: Library) -> str:
    """The service that is meant; raises `click.BadParameter` where there is no such one."""
    if asked.service is not None:
        must_be_known("--service", [asked.service], (*library.services, ALL_SERVICES))
    if asked.policy is not None:
        policies = [policy.policy_id for policy in library.policies]
        must_be_known("--policy", [asked.policy], policies)
    return service_asked(asked.service, asked.policy, library)


def _only(typed: Sequence[str]) -> Mapping[Dimension, str]:
    """The groups as typed; raises `click.BadParameter`."""
    only: dict[Dimension, str] = {}
    for each in typed:
        name, is_given, group = each.partition("=")
        dimension = next((known for known in GROUPS if known == name), None)
        if dimension is None or not is_given:
            raise click.BadParameter(
                f"{printable(each)!r} is not NAME=GROUP.{offered(name, GROUPS)} "
                f"Names are: {', '.join(GROUPS)}.",
                param_hint="'--only'",
            )
        only[dimension] = group
    return only
