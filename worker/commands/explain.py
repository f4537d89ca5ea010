"""`adjudicator explain`: explains a claim's determinations in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from rules.analysis.counterfactual import notice_of, what_would_change
from rules.history.record import Record
from rules.history.studies import LineKey
from rules.library_model import Library
from worker.archive.shard_archives import ShardArchives
from worker.commands.claim_search import elsewhere, not_knowing
from worker.commands.failures import NotFound
from worker.commands.options import FILE, FOLDER, chosen_library, library_options
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.dead_letters.sharded import DeadLetters, dead_letters_of
from worker.dead_letters.warnings import put_aside
from worker.determinations.data import Data
from worker.events.decode import Refusal
from worker.events.files import EventLine
from worker.explain.claim_history import (
    ClaimHistory,
    claim_in_events,
    claim_in_shards,
)
from worker.explain.counterfactual import tell_examiner, tell_requester
from worker.explain.json_view import changes, explained
from worker.explain.text import explain
from worker.replay.in_memory import refusal_line
from worker.store.shard_presence import PresentShards
from worker.terminal.console import console, printable
from worker.terminal.json_lines import json_line
from worker.terminal.progress import busy


@click.command("explain")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--line", type=click.IntRange(1, 999), help="Only this line of the claim.")
@click.option("--member", help="The member's id, if several members have a claim with this id.")
@click.option(
    "--what-would-change",
    "with_turns",
    is_flag=True,
    help="For a denied or pended line, also show the smallest sets of facts that would change it.",
)
@click.option(
    "--events",
    multiple=True,
    type=FILE,
    help="Decide the events of this file (or - for standard input) instead of asking Redis.",
)
@click.option("--archive", type=FOLDER, help="Also read the archive in this folder.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line of the claim.")
@library_options
@click.pass_context
def command(  # noqa: PLR0913, PLR0917  # click passes each option by its name
    ctx: click.Context,
    claim_id: str,
    line: int | None,
    member: str | None,
    with_turns: bool,
    events: tuple[str, ...],
    archive: Path | None,
    as_json: bool,
    library: Path | None,
    plans: Path | None,
) -> None:
    """
    Explain how CLAIM was decided, and why.

    For each line: the outcome, each criterion with its answer, the evidence, the section of the
    policy and the parameters, what would resolve or reopen it, and the history of revisions.

    With --what-would-change, also what would change a denied or pended line; each set is decided
    again by the library in use. The examiner sees everything; a notice to the requester only what
    the requester can supply.
    """
    rules = chosen_library(library, plans) if events or with_turns else None
    if events and archive:
        raise click.UsageError("--archive adds to what is in Redis; --events does not use Redis.")
    turning = rules if with_turns else None

    def tell(known: ClaimHistory) -> None:
        show = _write_json if as_json else _show
        show(claim_id, known, _chosen(known, line, claim_id), turning)

    refused: list[bytes] = []
    if events and rules is not None:
        with _reported_at_the_end(refused), busy("deciding the events"):
            known = _decided(claim_id, member, events, rules, refused)
        tell(known)
        ctx.exit(1 if refused else 0)
    with answering_shards(load_settings()) as shards:
        tell(_recorded(shards, claim_id, member, ShardArchives(archive) if archive else None))


@contextmanager
def _reported_at_the_end(refused: list[bytes]) -> Iterator[None]:
    """Writes the refused events, also where the claim is not among the others."""
    try:
        yield
    finally:
        for said in refused:
            click.echo(said, err=True)


def _decided(
    claim_id: str,
    member: str | None,
    events: tuple[str, ...],
    rules: Library,
    refused: list[bytes],
) -> ClaimHistory:
    """Decides from events; refused ones are kept."""

    def on_refusal(line: EventLine, refusal: Refusal) -> None:
        refused.append(refusal_line(line, refusal))

    with not_knowing(claim_id, member, None):
        return claim_in_events(events, claim_id, member, rules, on_refusal)


def _recorded(
    shards: PresentShards, claim_id: str, member: str | None, archive: ShardArchives | None
) -> ClaimHistory:
    """Reads from Redis, and from an archive if there is one."""
    letters = dead_letters_of(shards)
    if member is not None:  # even if nothing else is known of the claim
        _warn_of_dead_letters(letters, member)
    with not_knowing(claim_id, member, archive):
        known = claim_in_shards(shards, claim_id, member, archive)
    if member is None:
        _warn_of_dead_letters(letters, known.member_id)
    if known.absent:
        click.echo(f"{known.absent} of the member's determinations {elsewhere(archive)}", err=True)
    return known


def _warn_of_dead_letters(store: DeadLetters, member_id: str) -> None:
    for warning in put_aside(store, [member_id]):
        click.echo(warning, err=True)


def _chosen(known: ClaimHistory, line: int | None, claim_id: str) -> dict[int, list[Data]]:
    if line is None:
        return known.lines
    if line not in known.lines:
        numbers = ", ".join(map(str, known.lines))
        raise NotFound(f"Claim {printable(claim_id)} has no line {line}; it has {numbers}.")
    return {line: known.lines[line]}


_Lines = dict[int, list[Data]]


def _show(claim_id: str, known: ClaimHistory, lines: _Lines, turning: Library | None) -> None:
    out = console()
    for number, (of_claim, history) in enumerate(lines.items()):
        if number:
            out.rule(style="dim")
        for part in explain(history):
            out.print(part)
        if turning is not None:
            _tell_turns(known.record, turning, (claim_id, of_claim))


def _write_json(claim_id: str, known: ClaimHistory, lines: _Lines, turning: Library | None) -> None:
    for of_claim, history in lines.items():
        said = explained(history)
        if turning is not None:
            with busy("looking for what would change it"):
                found = what_would_change(known.record, turning, (claim_id, of_claim))
            said["would_change"] = found and changes(found, notice_of(found))
        click.echo(json_line(said))


def _tell_turns(record: Record, rules: Library, line: LineKey) -> None:
    with busy("looking for what would change it"):
        found = what_would_change(record, rules, line)
    out = console()
    if found is None:
        out.print("\nIt is neither denied nor pended: there is nothing to change.")
        return
    for part in (*tell_examiner(found), *tell_requester(notice_of(found))):
        out.print(part)
