"""`adjudicator library check`: proves a library, and writes its witnesses as scenarios."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.text import Text

from rules.proof.check import OpenLibrary, Proof
from rules.proof.library_check import LibraryCheck, open_library
from worker.commands.options import library_folders, library_options
from worker.determinations.data import Data
from worker.policy_tests.check import checks_of_scenarios
from worker.replay.witness_scenarios import scenario_of_witness, scenarios_of_breaches
from worker.terminal.console import console
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line
from worker.terminal.progress import busy

WITNESSES, BREACHES = "witnesses.jsonl", "breaches.jsonl"


@click.command("check")
@library_options
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day for which to check what has ended or is due.  [default: today]",
)
@click.option(
    "--witnesses",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Write the smallest situation of each outcome and reason as a scenario to "
    f"{WITNESSES} in this folder, and situations that show a fault to {BREACHES}.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a check, then totals.")
@click.pass_context
def command(
    ctx: click.Context,
    library: Path | None,
    plans: Path | None,
    as_of: datetime | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """
    Prove a rule library: every combination ends in one outcome and one reason.

    Each policy is proved as if it were alone, by the answers of its criteria. Of one with the
    criteria of 6.01.03 all classes of facts are run through the real kernel: every reason is
    reached, no row, code or parameter is dead. Nothing overlaps in time, no remittance code has
    ended, and the scenarios beside each policy hold. Lists gaps and contradictions.

    Exit 0: everything holds (a stale version is a warning); 1: something does not; 3: the library
    is refused. Takes one to two minutes.
    """
    began = time.monotonic()
    opened = open_library(*library_folders(library, plans))
    proof = LibraryCheck(opened, as_of.date() if as_of else datetime.now(UTC).date())
    out = console(to_stderr=as_json)
    made = _one_by_one(chain(proof.checks(), checks_of_scenarios(*library_folders(library, plans))))
    checks = list(_written(made) if as_json else _told(made, out, len(opened.library.policies)))
    if folder is not None:
        _write(folder, proof, opened, checks, out)
    faults = sum(len(check.faults) for check in checks)
    warnings = sum(len(check.warnings) for check in checks)
    seconds = time.monotonic() - began
    if as_json:
        totals = {"checks": len(checks), "faults": faults, "warnings": warnings}
        click.echo(json_line(totals | {"seconds": round(seconds, 1)}))
    else:
        out.print(
            f"{counted(len(checks), 'check')}, {counted(faults, 'fault')}, "
            f"{counted(warnings, 'warning')}, {seconds:.0f} seconds."
        )
    ctx.exit(1 if faults else 0)


def _one_by_one(checks: Iterable[Proof]) -> Iterator[Proof]:
    """Makes each check when it is asked for, and shows meanwhile that it goes on."""
    waiting = iter(checks)
    while True:
        with busy("proving the library: all combinations take one to two minutes"):
            check = next(waiting, None)
        if check is None:
            return
        yield check


def _written(checks: Iterable[Proof]) -> Iterable[Proof]:
    """Writes each check as soon as it is done."""
    for check in checks:
        said = check._asdict() | {"faults": [fault.what for fault in check.faults]}
        click.echo(json_line(said))
        yield check


def _told(checks: Iterable[Proof], out: Console, policies: int) -> Iterable[Proof]:
    """Shows each check as soon as it is done; of several policies, with the one that it is of."""
    for check in checks:
        word = Text("FAULT", style="bold red") if check.faults else Text("holds", style="green")
        of = f"{check.policy}, " if check.policy and policies > 1 else ""
        out.print(Text.assemble(word, f"  {of}{check.name}: {check.asks}"))
        out.print(Text(f"         {check.looked_at}", style="dim"))
        for fault in check.faults:
            out.print(Text(f"         - {fault.what}", style="red"))
        for warning in check.warnings:
            out.print(Text(f"         warning: {warning}", style="yellow"))
        for note in check.notes:
            out.print(Text(f"         {note}"))
        yield check


def _write(
    folder: Path, proof: LibraryCheck, opened: OpenLibrary, checks: list[Proof], out: Console
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sections = [section.id for document in opened.documents for section in document.sections]
    witnesses = [
        scenario_of_witness(witness, opened.library, sections) for witness in proof.witnesses()
    ]
    written = [(WITNESSES, witnesses)]
    breaches = list(scenarios_of_breaches(checks))
    if breaches:
        written.append((BREACHES, breaches))
    for name, scenarios in written:
        (folder / name).write_bytes(_lines(scenarios))
        out.print(Text(f"Written: {folder / name}, {counted(len(scenarios), 'scenario')}"))


def _lines(scenarios: Iterable[Data]) -> bytes:
    return b"".join(msgspec.json.encode(scenario) + b"\n" for scenario in scenarios)
