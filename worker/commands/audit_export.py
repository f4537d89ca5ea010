"""`adjudicator audit export`: one claim's evidence in one file."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from worker.archive.archive import Archive
from worker.audit.evidence import MemberEvidence
from worker.audit.evidence_file import write_evidence
from worker.audit.members import read_state
from worker.audit.originals import Originals, by_digest
from worker.audit.recorded_state import MemberState, recorded
from worker.audit.run import AuditSource, archived_of
from worker.commands.failures import NotFound
from worker.commands.names import only_member
from worker.commands.options import FILE, FOLDER
from worker.config.connections import redis_client
from worker.config.settings import load_settings
from worker.determinations.parse import StreamedDetermination
from worker.determinations.read import members_with
from worker.events.files import event_lines
from worker.store.keys import Keys
from worker.terminal.console import printable
from worker.terminal.progress import ProgressBars

_OUT: Final = click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)
_ONLY_MINE: Final = 0o600


@click.command("export")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--member", help="The member's id, where several members have a claim of this id.")
@click.option("--out", type=_OUT, default="-", help="The file to write.  [default: stdout]")
@click.option(
    "--events",
    multiple=True,
    type=FILE,
    help="Events as they were sent, one a line: those of the record are put in as received, so "
    "that its facts are proved by their digests.",
)
@click.option("--archive", type=FOLDER, help="Read what `adjudicator archive` moved there, too.")
def export(
    claim_id: str,
    member: str | None,
    out: Path,
    events: tuple[str, ...],
    archive: Path | None,
) -> None:
    """
    Write the evidence for CLAIM into one file, which `adjudicator audit verify FILE` verifies.

    It holds everything that is recorded and was published of the claim's member: a decision rests
    on the member's whole history, and the determinations of a member are one chain. Handle it as
    what it is, a medical record.
    """
    settings = load_settings()
    keys = Keys(settings.prefix)
    with redis_client(settings) as redis:
        member = member or only_member(claim_id, members_with(redis, keys, claim_id))
        (found,) = recorded(redis, keys, [member])
        reading = AuditSource(redis, keys, ProgressBars(), Archive(archive) if archive else None)
        published = _published(reading, found)
    if found.state is None:
        raise NotFound(f"Nothing is recorded of member {printable(member)}.")
    state, _ = read_state(found.state)
    evidence = MemberEvidence(member, state, has_state=True, found=published)
    if not any(kept.claim_id == claim_id for kept in state.published):
        raise NotFound(f"Claim {printable(claim_id)} is none of member {printable(member)}'s.")
    originals = _originals(evidence, events)
    _write(out, write_evidence(claim_id, evidence, originals))
    missing = state.record.version - len(originals)
    if events and missing:
        click.echo(f"{missing} events of the record are not in the files given.", err=True)


def _published(reading: AuditSource, found: MemberState) -> tuple[StreamedDetermination, ...]:
    """What is there of it, from Redis and from the archive, in its order."""
    events = dict(found.entries) | dict(archived_of(reading, found))
    return tuple(
        StreamedDetermination(each, events[each]) for each in found.published if each in events
    )


def _originals(evidence: MemberEvidence, files: Sequence[str]) -> Originals:
    """Those of the events as sent that the record has the digests of."""
    wanted = {origin.digest for origin, _ in evidence.member.record.entries()}
    sent = by_digest(line.raw for line in event_lines(files))
    return {digest: raw for digest, raw in sent.items() if digest in wanted}


def _write(out: Path, content: bytes) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(content)
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_MINE), "wb") as file:
        file.write(content)
