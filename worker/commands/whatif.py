"""`adjudicator whatif`: decides the same events with two libraries, before one goes live."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

import click
import msgspec

from rules.library_model import Library, RemittanceCodes
from worker.commands.completion import complete_policies, complete_sweep
from worker.commands.options import FILE, FOLDER, library_folders
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.determinations.data import Data
from worker.determinations.records import member_states
from worker.events.files import known_size
from worker.processes.graceful_exit import ends_in_good_order
from worker.processes.partitions import Partitions
from worker.processes.processors import usable_processors
from worker.store.shards import Shard
from worker.terminal.console import console
from worker.terminal.progress import ProgressBars
from worker.terminal.stages import WeightedStages
from worker.whatif.changed import changed_policies, policy_digests
from worker.whatif.result import result_of
from worker.whatif.run import TrialResult, deal_out_events, deal_out_members, run, weights
from worker.whatif.sweep import NotASweep, Variation, read_sweeps, variations
from worker.whatif.sweep_table import (
    SweepRow,
    counted_lines,
    sweep_csv,
    sweep_data,
    sweep_picture,
    sweep_table,
    sweep_title,
)
from worker.whatif.tables import show
from worker.whatif.trial import LibraryFolder, Trial

_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


class WhatIfRequest(NamedTuple):
    """The arguments as typed."""

    files: tuple[str, ...]
    recorded: bool
    library: Path | None
    plans: Path | None
    sweep: tuple[str, ...]
    policy: str | None
    as_json: bool
    csv: Path | None
    plot: Path | None
    flips: Path | None
    examples: int
    jobs: int | None


@click.command("whatif")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@click.option("--recorded", is_flag=True, help="Use the records of all members, not a FILE.")
@click.option("--library", type=FOLDER, help="The library to try.  [default: the one in use]")
@click.option("--plans", type=FOLDER, help="The plan files to try.  [default: MRS_PLANS]")
@click.option(
    "--sweep",
    multiple=True,
    metavar="NAME=VALUE,…",
    shell_complete=complete_sweep,
    help="Try a parameter with each of several values; several sweeps try every combination. "
    "Join the items of one list value with +.",
)
@click.option(
    "--policy",
    shell_complete=complete_policies,
    help="Whose parameters to sweep; needed only where several policies have one of that name.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--csv", type=_OUT, help="Write the table of a sweep to a file.")
@click.option("--plot", type=_OUT, help="Draw a sweep as an SVG picture.")
@click.option("--flips", type=_OUT, help="Write every line that flips to a file, as JSON lines.")
@click.option(
    "--examples",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Number of examples of each kind of flip.",
)
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one per processor]")
@click.pass_context
def command(ctx: click.Context, /, **typed: object) -> None:
    """
    Decide the events of FILE (- for standard input) by two libraries and compare.

    The library in use is the one that MRS_LIBRARY and MRS_PLANS name, else the shipped one. A line
    flips if its outcome or reason changes: on its own, or cascaded, only because other lines of the
    member flip too. Charges are those billed. Nothing is published or recorded.

    Exit code 1 if any line flips or an event was refused.
    """
    asked = WhatIfRequest(**typed)  # type: ignore[arg-type]  # click has checked them
    _check(asked)
    with ends_in_good_order(), ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mrs-whatif-")))
        swept, trial = _trial(asked, folder)
        libraries = [each.load() for each in (trial.in_use, *trial.tried)]
        shards: Sequence[Shard] = ()
        if asked.recorded:
            shards = stack.enter_context(answering_shards(load_settings())).answering
        found = _try(asked, trial, libraries[0].remittance, shards)
        in_use, *tried = [policy_digests(each.folder) for each in (trial.in_use, *trial.tried)]
        changed = [changed_policies(in_use, each) for each in tried]
        _conclude(ctx, asked, found, libraries, changed, swept)


def _conclude(
    ctx: click.Context,
    asked: WhatIfRequest,
    found: TrialResult,
    libraries: Sequence[Library],
    changed: Sequence[Sequence[str]],
    swept: Sequence[Variation],
) -> None:
    """Says what was found, and ends with the exit code for it."""
    reports = [
        result_of(tally, found.counts, libraries[0], library, policies)
        for tally, library, policies in zip(found.tallies, libraries[1:], changed, strict=True)
    ]
    if swept:
        _tell_of_sweep(asked, swept, reports, libraries[1])
    else:
        _tell(asked, reports[0])
    is_same = not any(tally.flips for tally in found.tallies)
    ctx.exit(0 if is_same and not found.counts["refused"] else 1)


def _check(asked: WhatIfRequest) -> None:
    if bool(asked.files) == asked.recorded:
        raise click.UsageError("Name a FILE of events (- for standard input), or --recorded.")
    if not (asked.library or asked.plans or asked.sweep):
        raise click.UsageError("Name what to try: --library DIR, --plans DIR or --sweep.")
    if (asked.csv or asked.plot) and not asked.sweep:
        raise click.UsageError("--csv and --plot need a --sweep.")
    if asked.policy is not None and not asked.sweep:
        raise click.UsageError("--policy says whose parameters to --sweep.")


def _trial(asked: WhatIfRequest, folder: Path) -> tuple[tuple[Variation, ...], Trial]:
    """Returns what to try; libraries of a sweep are created in a folder."""
    in_use = LibraryFolder("in use", *library_folders(None, None))
    other = LibraryFolder("tried", *library_folders(asked.library, asked.plans))
    try:
        sweeps = read_sweeps(asked.sweep, other.folder, asked.policy)
        swept = variations(sweeps, other, folder) if sweeps else ()
    except NotASweep as refused:
        raise click.BadParameter(str(refused), param_hint="--sweep") from refused
    tried = tuple(each.library for each in swept) or (other,)
    holds: Literal["events", "members"] = "members" if asked.recorded else "events"
    return swept, Trial(in_use, tried, holds, asked.examples, asked.flips is not None)


def _try(
    asked: WhatIfRequest, trial: Trial, codes: RemittanceCodes, shards: Sequence[Shard]
) -> TrialResult:
    """`shards`: those that answer, for what is recorded."""
    with Partitions() as parts, ProgressBars() as bars, ExitStack() as stack:
        processes = asked.jobs or usable_processors()
        expected = weights(1 + len(trial.tried), processes, known_size(asked.files))
        stages = WeightedStages(bars.begin_share("deciding"), expected)
        refused = 0
        if asked.recorded:
            states = (member_states(each.redis, each.keys) for each in shards)
            deal_out_members(chain.from_iterable(states), parts, bars)
        else:
            refused = deal_out_events(asked.files, codes, parts, bars, stages)
        found = run(trial, parts, bars, _keeper(asked.flips, stack), stages, asked.jobs)
    found.counts["refused"] += refused
    return found


def _keeper(file: Path | None, stack: ExitStack) -> Callable[[Iterable[bytes]], None]:
    """Returns what to do with flips: write them to a file, if one was named."""
    if file is None:
        return lambda _: None
    stream = stack.enter_context(file.open("wb"))
    return lambda flips: stream.writelines(flip + b"\n" for flip in flips)


def _tell(asked: WhatIfRequest, data: Data) -> None:
    if asked.as_json:
        click.echo(msgspec.json.encode(data))
        return
    out = console()
    for part in show(data):
        out.print(part)


def _tell_of_sweep(
    asked: WhatIfRequest,
    swept: Sequence[Variation],
    reports: Sequence[Data],
    library: Library,
) -> None:
    policies = swept[0].policies
    columns = counted_lines(library, frozenset(policies.values()))
    title = sweep_title(policies, library)
    rows = [SweepRow(each.values, data) for each, data in zip(swept, reports, strict=True)]
    if asked.csv is not None:
        asked.csv.write_text(sweep_csv(rows, columns), encoding="utf-8")
    if asked.plot is not None:
        asked.plot.write_text(sweep_picture(title, rows, columns), encoding="utf-8")
    if asked.as_json:
        click.echo(msgspec.json.encode({"sweep": [sweep_data(row) for row in rows]}))
    else:
        console().print(sweep_table(title, rows, columns))
