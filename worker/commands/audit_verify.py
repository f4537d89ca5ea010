"""`adjudicator audit verify`: derives determinations again, from Redis or from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

import click
import msgspec
from redis import Redis
from rich.text import Text

from worker.archive.archive import Archive
from worker.audit.anchors import NotAnAnchor, read_anchor
from worker.audit.evidence_file import NotEvidence, Opened, open_evidence
from worker.audit.extent import AuditExtent, extent_of
from worker.audit.file_verification import verify_opened
from worker.audit.members import LibrariesGiven, Totals, Verification, totals_of
from worker.audit.originals import by_digest
from worker.audit.run import (
    AuditOutcome,
    AuditSource,
    EventCount,
    deal_out_all,
    deal_out_originals,
    deal_out_some,
    must_be_whole,
    run,
    with_those_gone,
)
from worker.audit.tables import data_of_audit, show_audit, verdict_of
from worker.commands.failures import COULD_NOT_BE_DONE, FOUND_WANTING, NotFound
from worker.commands.libraries import libraries_given
from worker.commands.options import FILE, FOLDER
from worker.config.connections import redis_client
from worker.config.settings import load_settings
from worker.determinations.parse import named
from worker.determinations.read import members_with
from worker.events.files import event_lines
from worker.processes.graceful_exit import ends_in_good_order
from worker.processes.partitions import Partitions
from worker.processes.processors import usable_processors
from worker.store.keys import Keys
from worker.terminal.console import console, printable
from worker.terminal.progress import ProgressBars
from worker.terminal.stages import WeightedStages

_EVIDENCE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FINDINGS_SHOWN: Final = 50


class VerificationRequest(NamedTuple):
    """The arguments as typed."""

    files: tuple[Path, ...]
    claim: tuple[str, ...]
    member: tuple[str, ...]
    library: tuple[Path, ...]
    plans: tuple[Path, ...]
    events: tuple[str, ...]
    archive: Path | None
    anchor: tuple[Path, ...]
    as_json: bool
    jobs: int | None


@click.command("verify")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=_EVIDENCE)
@click.option("--claim", multiple=True, help="Only the members that have a claim with this id.")
@click.option("--member", multiple=True, help="Only this member.")
@click.option(
    "--library",
    multiple=True,
    type=FOLDER,
    help="A library that decided; repeat it if there were several.  [default: the one in use]",
)
@click.option(
    "--plans",
    multiple=True,
    type=FOLDER,
    help="Plan files that were used instead of a library's own.  [default: MRS_PLANS]",
)
@click.option(
    "--events",
    multiple=True,
    type=FILE,
    help="Events as they were sent, one per line, to compare with the record.",
)
@click.option("--archive", type=FOLDER, help="Also read the archive in this folder.")
@click.option(
    "--anchor",
    multiple=True,
    type=_EVIDENCE,
    help="A file from `adjudicator audit anchor`: what is there must begin with its contents.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one per processor]")
@click.pass_context
def verify(ctx: click.Context, /, **typed: object) -> None:
    """
    Derive determinations again from the recorded events and compare; check all digests.

    Without FILE, verifies everything recorded in Redis, or what --claim and --member select. With
    FILE, from `adjudicator audit export`, no Redis is needed. Each changed, missing, added or
    reordered entry is named. A determination whose library is not given is reported as not checked.
    If determinations were archived, --archive is required; damaged files in it are named.
    What another program published is compared without its wording.

    Exit code 0: everything was checked, and is correct; 1: there are discrepancies; 3: there are
    none, but not everything could be checked, or the recorded facts are not proved by the bytes.
    """
    asked = VerificationRequest(**typed)  # type: ignore[arg-type]  # click has checked them
    if asked.files and (asked.claim or asked.member or asked.archive):
        raise click.UsageError(
            "--claim, --member and --archive apply to Redis; a FILE is verified as a whole."
        )
    _must_be_anchors(asked.anchor)
    libraries = libraries_given(asked.library, asked.plans)
    notes: list[str] = []
    if asked.files:
        outcome = _verify_files(asked, libraries, notes)
    else:
        outcome = _verify_recorded(asked, libraries)
    if asked.as_json:
        click.echo(msgspec.json.encode(data_of_audit(outcome)))
    else:
        out = console()
        shown = show_audit(outcome, findings_max=_FINDINGS_SHOWN, anchors=len(asked.anchor))
        for part in (*shown, *map(Text, notes)):
            out.print(part)
    verdict = verdict_of(outcome)
    exit_codes = {"verified": 0, "found wanting": FOUND_WANTING}
    ctx.exit(exit_codes.get(verdict, COULD_NOT_BE_DONE))


def _must_be_anchors(files: Sequence[Path]) -> None:
    for file in files:
        try:
            read_anchor(file)
        except NotAnAnchor as error:
            raise click.BadParameter(str(error), param_hint=printable(file.name)) from error


def _verify_files(
    asked: VerificationRequest, libraries: LibrariesGiven, notes: list[str]
) -> AuditOutcome:
    """Verifies each file on its own; `notes` gets its chain ends, to compare with other copies."""
    originals = by_digest(line.raw for line in event_lines(asked.events))
    anchors = [read_anchor(path) for path in asked.anchor]
    outcome = AuditOutcome(Totals(), [])
    for file in asked.files:
        opened = _open(file)
        verified = verify_opened(opened, libraries.load, originals, anchors)
        member_id = opened.evidence.member_id
        outcome.findings.extend((member_id, finding) for finding in verified.findings)
        outcome = outcome._replace(totals=outcome.totals.plus(totals_of(verified)))
        notes += _ends(file, opened)
    return outcome


def _open(file: Path) -> Opened:
    try:
        return open_evidence(file.read_bytes())
    except NotEvidence as error:
        raise click.BadParameter(str(error), param_hint=printable(file.name)) from error


def _ends(file: Path, opened: Opened) -> Iterable[str]:
    member = opened.evidence.member
    last = "none" if member.previous is None else named(member.previous)
    yield f"{printable(file.name)} is about claim {printable(opened.claim_id)}."
    yield f"  The events' chain ends in {named(member.chain)}"
    yield f"  The last determination is {last}"
    yield "  Compare these with a copy that somebody else kept: docs/audit.md."


def _verify_recorded(asked: VerificationRequest, libraries: LibrariesGiven) -> AuditOutcome:
    settings = load_settings()
    keys = Keys(settings.prefix)
    archive = Archive(asked.archive) if asked.archive else None
    with (
        ends_in_good_order(),
        redis_client(settings) as redis,
        Partitions() as parts,
        ProgressBars() as bars,
        ExitStack() as stack,
    ):
        if archive is not None:
            stack.enter_context(archive.unchanged())
        reading = AuditSource(redis, keys, archive)
        verification = Verification(libraries, asked.anchor)
        if asked.claim or asked.member:
            members = _members(redis, keys, asked)
            stages = _stages(asked, AuditExtent(), bars)
            deal_out_some(reading, members, parts)
            deal_out_originals(asked.events, parts, stages, members)
            return run(verification, parts, stages, asked.jobs)
        must_be_whole(reading)
        count = EventCount(redis, keys)
        extent = extent_of(redis, keys, archive, asked.events)
        stages = _stages(asked, extent, bars)
        strays = deal_out_all(reading, parts, extent, stages)
        deal_out_originals(asked.events, parts, stages, None)
        outcome = run(verification, parts, stages, asked.jobs)
        found = [*strays, *outcome.findings, *count.findings(outcome.totals.events)]
        return with_those_gone(outcome._replace(findings=found), asked.anchor)


def _stages(asked: VerificationRequest, extent: AuditExtent, bars: ProgressBars) -> WeightedStages:
    weights = extent.weights(asked.jobs or usable_processors())
    return WeightedStages(bars.begin_share("verifying"), weights)


def _members(redis: Redis, keys: Keys, asked: VerificationRequest) -> Sequence[str]:
    members = list(asked.member)
    for claim_id in asked.claim:
        having = members_with(redis, keys, claim_id)
        if not having:
            raise NotFound(f"No claim {printable(claim_id)} is known.")
        members += having
    for member_id in members:
        if not redis.exists(keys.record(member_id)):
            raise NotFound(f"Nothing is recorded of member {printable(member_id)}.")
    return sorted(set(members))
