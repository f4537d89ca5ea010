"""`adjudicator audit verify`: derives determinations again, from Redis or from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

import click
import msgspec
from rich.text import Text

from worker.archive.shard_archives import ShardArchives
from worker.audit.anchors import NotAnAnchor, read_anchor
from worker.audit.evidence_file import NotEvidence, Opened, open_evidence
from worker.audit.extent import AuditExtent, extent_of, extent_of_all
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
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.determinations.parse import named
from worker.determinations.sharded_claims import members_of_claim
from worker.events.files import event_lines
from worker.processes.graceful_exit import ends_in_good_order
from worker.processes.partitions import Partitions
from worker.processes.processors import usable_processors
from worker.store.shard_presence import PresentShards
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
        _conclude(ctx, asked, _verify_files(asked, libraries, notes), notes)
    with answering_shards(load_settings()) as shards:
        _conclude(ctx, asked, _verify_recorded(asked, libraries, shards), notes)


def _conclude(
    ctx: click.Context, asked: VerificationRequest, outcome: AuditOutcome, notes: Sequence[str]
) -> NoReturn:
    """Says what was found, and ends with the exit code for it."""
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


def _verify_recorded(
    asked: VerificationRequest, libraries: LibrariesGiven, shards: PresentShards
) -> AuditOutcome:
    archives = ShardArchives(asked.archive) if asked.archive else None
    with (
        ends_in_good_order(),
        Partitions() as parts,
        ProgressBars() as bars,
        ExitStack() as stack,
    ):
        sources = {
            shard.number: AuditSource(shard.redis, shard.keys, archives and archives.of(shard))
            for shard in shards.answering
        }
        for each in sources.values():
            if each.archive is not None:
                stack.enter_context(each.archive.unchanged())
        verification = Verification(libraries, asked.anchor)
        if asked.claim or asked.member:
            members = _members(shards, asked)
            stages = _stages(asked, AuditExtent(), bars)
            for number, some in members.items():
                deal_out_some(sources[number], some, parts)
            wanted = frozenset(chain.from_iterable(members.values()))
            deal_out_originals(asked.events, parts, stages, wanted.__contains__)
            return run(verification, parts, stages, asked.jobs)
        return _verify_all(asked, verification, shards, sources, parts, bars)


def _verify_all(
    asked: VerificationRequest,
    verification: Verification,
    shards: PresentShards,
    sources: Mapping[int, AuditSource],
    parts: Partitions,
    bars: ProgressBars,
) -> AuditOutcome:
    """Everything that is recorded in the shards that answer."""
    readings = list(sources.values())
    for each in readings:
        must_be_whole(each)
    count = EventCount(readings)
    extent = extent_of_all(
        [extent_of(each.redis, each.keys, each.archive, ()) for each in readings], asked.events
    )
    stages = _stages(asked, extent, bars)
    strays = deal_out_all(readings, parts, extent, stages)

    def is_read(member_id: str) -> bool:
        return shards.of_member(member_id).number in sources

    deal_out_originals(asked.events, parts, stages, is_read)
    outcome = run(verification, parts, stages, asked.jobs)
    found = [*strays, *outcome.findings, *count.findings(outcome.totals.events)]
    outcome = outcome._replace(findings=found)
    # Of a shard that is away nobody can say that its members are gone.
    return outcome if shards.away else with_those_gone(outcome, asked.anchor)


def _stages(asked: VerificationRequest, extent: AuditExtent, bars: ProgressBars) -> WeightedStages:
    weights = extent.weights(asked.jobs or usable_processors())
    return WeightedStages(bars.begin_share("verifying"), weights)


def _members(shards: PresentShards, asked: VerificationRequest) -> Mapping[int, Sequence[str]]:
    """Those that were named, by the number of their shard."""
    members = set(asked.member)
    for claim_id in asked.claim:
        having = members_of_claim(shards, claim_id)
        if not having:
            raise NotFound(f"No claim {printable(claim_id)} is known.")
        members.update(having)
    by_shard: dict[int, list[str]] = {}
    for member_id in sorted(members):
        shard = shards.with_member(member_id)
        if not shard.redis.exists(shard.keys.record(member_id)):
            raise NotFound(f"Nothing is recorded of member {printable(member_id)}.")
        by_shard.setdefault(shard.number, []).append(member_id)
    return by_shard
