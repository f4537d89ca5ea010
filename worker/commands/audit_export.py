"""`adjudicator audit export`: one claim's evidence in one file."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from worker.archive.shard_archives import ShardArchives
from worker.audit.evidence import MemberEvidence
from worker.audit.evidence_file import libraries_of, write_evidence
from worker.audit.library_in_file import pack_library
from worker.audit.members import LibrariesGiven, read_state
from worker.audit.originals import Originals, by_digest, kept_originals
from worker.audit.recorded_state import MemberState, recorded
from worker.audit.run import AuditSource, archived_of
from worker.commands.failures import COULD_NOT_BE_DONE, NotFound
from worker.commands.libraries import libraries_given
from worker.commands.names import only_member
from worker.commands.options import FILE, FOLDER
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.determinations.parse import StreamedDetermination
from worker.determinations.sharded_claims import members_of_claim
from worker.events.files import event_lines
from worker.processes.interruption import says_when_stopped
from worker.store.shard_presence import PresentShards
from worker.terminal.console import printable

_OUT: Final = click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)
_ONLY_MINE: Final = 0o600


@click.command("export")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--member", help="The member's id, if several members have a claim with this id.")
@click.option("--out", type=_OUT, default="-", help="The file to write.  [default: stdout]")
@click.option(
    "--events",
    multiple=True,
    type=FILE,
    help="Events as they were sent, one per line, for those in the record whose bytes were not "
    "kept.",
)
@click.option(
    "--library",
    multiple=True,
    type=FOLDER,
    help="A library that decided, to include.  [default: the one in use]",
)
@click.option(
    "--plans",
    multiple=True,
    type=FOLDER,
    help="Plan files that were used instead of a library's own.  [default: MRS_PLANS]",
)
@click.option("--without-library", is_flag=True, help="Include no library.")
@click.option("--archive", type=FOLDER, help="Also read the archive in this folder.")
@click.pass_context
def export(  # noqa: PLR0913, PLR0917  # click passes each option by its name
    ctx: click.Context,
    claim_id: str,
    member: str | None,
    out: Path,
    events: tuple[str, ...],
    library: tuple[Path, ...],
    plans: tuple[Path, ...],
    without_library: bool,
    archive: Path | None,
) -> None:
    """
    Write the evidence for CLAIM into one file, which `adjudicator audit verify FILE` verifies.

    It holds everything recorded and published about the claim's member: a decision depends on the
    member's whole history, and a member's determinations are one chain. It also holds the events'
    bytes as they were received, and the libraries that decided. Handle it as a medical record.

    Exit code 3: the file was written, but lacks the bytes of some events or a library, so that on
    its own it does not prove everything.
    """
    archives = ShardArchives(archive) if archive else None
    with answering_shards(load_settings()) as shards:
        evidence = _evidence(shards, claim_id, member, archives)
        originals = _originals(evidence, events)
        packed = {} if without_library else _packed(evidence, libraries_given(library, plans))
        _write(out, write_evidence(claim_id, evidence, originals, packed))
        is_whole = _tell_what_is_missing(
            evidence, originals, packed, without_library=without_library
        )
        ctx.exit(0 if is_whole else COULD_NOT_BE_DONE)


def _evidence(
    shards: PresentShards, claim_id: str, member: str | None, archives: ShardArchives | None
) -> MemberEvidence:
    """Everything of the claim's member; raises `NotFound`."""
    member = member or only_member(claim_id, members_of_claim(shards, claim_id))
    shard = shards.with_member(member)
    redis, keys, archive = shard.redis, shard.keys, archives and archives.of(shard)
    (found,) = recorded(redis, keys, [member])
    published = _published(AuditSource(redis, keys, archive), found)
    if found.state is None:
        raise NotFound(f"Nothing is recorded of member {printable(member)}.")
    state, _ = read_state(found.state)
    if not any(kept.claim_id == claim_id for kept in state.published):
        raise NotFound(
            f"Claim {printable(claim_id)} does not belong to member {printable(member)}."
        )
    return MemberEvidence(member, state, True, published, found.received)


def _tell_what_is_missing(
    evidence: MemberEvidence,
    originals: Originals,
    packed: Mapping[str, str],
    *,
    without_library: bool,
) -> bool:
    """Whether all is there that proves it; says what is not."""
    events = evidence.member.record.version - len(originals)
    if events:
        click.echo(
            f"The bytes of {events} of {evidence.member.record.version} events as they were "
            "received are not kept: give them with --events. Without them it can only be said of "
            "this file: derivation holds, facts not proved.",
            err=True,
        )
    libraries = [] if without_library else sorted(set(libraries_of(evidence)) - packed.keys())
    for digest in libraries:
        click.echo(f"The library {digest} decided too: give its folder with --library.", err=True)
    return not events and not libraries


def _packed(evidence: MemberEvidence, given: LibrariesGiven) -> dict[str, str]:
    """Those of the libraries that its determinations name."""
    wanted = set(libraries_of(evidence))
    return {
        digest: pack_library(*place) for digest, place in given.places().items() if digest in wanted
    }


def _published(reading: AuditSource, found: MemberState) -> tuple[StreamedDetermination, ...]:
    """Returns the member's determinations from Redis and from the archive, in order."""
    events = dict(found.entries) | dict(archived_of(reading, found))
    return tuple(
        StreamedDetermination(each, events[each]) for each in found.published if each in events
    )


def _originals(evidence: MemberEvidence, files: Sequence[str]) -> Originals:
    """Returns the sent events whose digests are in the record."""
    wanted = {origin.digest for origin, _ in evidence.member.record.entries()}
    kept, _ = kept_originals(evidence)
    known = {**by_digest(line.raw for line in event_lines(files)), **kept}
    return {digest: raw for digest, raw in known.items() if digest in wanted}


def _write(out: Path, content: bytes) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(content)
        return
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_MINE)
    not_complete = f"{printable(out)} is not complete. Run the command again."
    with says_when_stopped(lambda: not_complete), os.fdopen(handle, "wb") as file:
        file.write(content)
