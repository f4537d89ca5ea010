"""`adjudicator doctor`: says what is wrong with an installation, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import click
import msgspec
from rich.text import Text

from worker.config.settings import load_settings
from worker.doctor.diagnostic import Diagnostic, Level
from worker.doctor.rounds import make_rounds
from worker.store.installation import KnownInstallation, accept_installation
from worker.store.shards import open_shards
from worker.terminal.console import console, printable
from worker.terminal.json_lines import in_ascii
from worker.terminal.progress import busy
from worker.terminal.table import FittingTable

_STYLES: dict[Level, str] = {"ok": "green", "warning": "yellow", "fault": "bold red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per diagnostic.")
@click.option(
    "--accept-new-installation",
    "accept",
    is_flag=True,
    help="First accept what Redis holds as the installation, in place of the one that was lost.",
)
@click.pass_context
def command(ctx: click.Context, as_json: bool, accept: bool) -> None:
    """
    Say what is wrong with this installation and what to do. Exits 1 if there is a fault, else 0.

    Checks, from this machine, the settings, Redis (version, persistence, eviction, memory, login),
    the clock, the queue, the lanes, the workers, the library and the readers of the determinations.
    It changes nothing, unless told to accept, and shows no passwords and no members.

    When Redis has lost the installation that workers remember, nothing is decided until somebody
    has put it back, or accepts what is there: see ops/runbooks/MrsInstallationLost.md first.
    """
    if accept:
        _accept()
    with busy("examining the installation"):
        findings = list(make_rounds())
    if as_json:
        for finding in findings:
            click.echo(in_ascii(msgspec.json.encode(finding._asdict())))
    else:
        _show(findings)
    ctx.exit(1 if _count(findings, "fault") else 0)


def _accept() -> None:
    with open_shards(load_settings()) as shards:
        for shard in shards:
            known = KnownInstallation.of(shard.settings)
            before = known.id
            accepted = accept_installation(shard.redis, shard.keys, [before])
            known.learn(accepted)
            instead = f" in place of {before}" if before not in {"", accepted} else ""
            click.echo(f"Accepted: {shard.label}installation {accepted}{instead}.", err=True)


def _show(findings: Sequence[Diagnostic]) -> None:
    table = FittingTable("level", "about", "said", prose=("said",), has_header=False)
    for finding in findings:
        said = Text(printable(finding.said))
        if finding.to_do:
            said.append(f"\n{printable(finding.to_do)}", style="dim")
        table.add_row(Text(finding.level, style=_STYLES[finding.level]), finding.about, said)
    out = console()
    out.print(table)
    out.print(f"Faults: {_count(findings, 'fault')}, warnings: {_count(findings, 'warning')}.")


def _count(findings: Sequence[Diagnostic], level: Level) -> int:
    return sum(finding.level == level for finding in findings)
