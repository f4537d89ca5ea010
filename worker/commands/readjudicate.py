"""`adjudicator readjudicate`: decides recorded members again after a library change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import click

from rules.library_model import Library
from worker.commands.completion import complete_plans, complete_policies, complete_reasons
from worker.commands.failures import NotFound
from worker.commands.options import chosen_library, must_be_known
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.operations.readjudication import (
    LineChange,
    Selection,
    StrangeWords,
    carry_out,
    give_orders,
    procedures_of,
    what_would_change,
)
from worker.operations.recorded_shards import RecordedShards
from worker.processes.interruption import says_when_stopped
from worker.replay.queue_watch import QueueWatch
from worker.terminal.console import console, printable
from worker.terminal.counts import counted
from worker.terminal.json_lines import json_line
from worker.terminal.progress import ProgressBars
from worker.terminal.table import FittingTable

_STOPPED = (
    "What was ordered until now is carried out by the workers; "
    "`adjudicator readjudicate --outdated` orders the rest."
)


class ReadjudicationRequest(NamedTuple):
    """The selection of members as typed."""

    everyone: bool
    members: Sequence[str]
    claims: Sequence[str]
    plans: Sequence[str]
    policies: Sequence[str]
    reasons: Sequence[str]
    is_outdated: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether the selection is narrower than all members."""
        return any(self[1:])

    @property
    def has_words(self) -> bool:
        """Whether it has words of a library."""
        return bool(self.plans or self.policies or self.reasons)


@click.command("readjudicate")
@click.option("--all", "everyone", is_flag=True, help="All members with a record.")
@click.option("--member", multiple=True, metavar="MEMBER", help="This member.")
@click.option("--claim", multiple=True, metavar="CLAIM", help="Members with a claim with this id.")
@click.option(
    "--plan",
    multiple=True,
    metavar="PLAN",
    shell_complete=complete_plans,
    help="Members with a claim or enrolment in this plan.",
)
@click.option(
    "--policy",
    multiple=True,
    metavar="POLICY",
    shell_complete=complete_policies,
    help="Members with a claim line whose procedure this policy decides or watches.",
)
@click.option(
    "--reason",
    multiple=True,
    metavar="REASON",
    shell_complete=complete_reasons,
    help="Members with a line decided for this reason.",
)
@click.option("--outdated", is_flag=True, help="Members last decided by an older library.")
@click.option("--dry-run", is_flag=True, help="Order nothing; say what would change.")
@click.option(
    "--wait/--no-wait", default=True, help="Return when everything is done, or once it is ordered."
)
@click.option("--json", "as_json", is_flag=True, help="Write the summary as one JSON object.")
@click.pass_context
def command(  # noqa: PLR0913, PLR0917  # click passes each option by its name
    ctx: click.Context,
    everyone: bool,
    member: Sequence[str],
    claim: Sequence[str],
    plan: Sequence[str],
    policy: Sequence[str],
    reason: Sequence[str],
    outdated: bool,
    dry_run: bool,
    wait: bool,
    as_json: bool,
) -> None:
    """
    Decide members again with the library that the workers use now, and publish what differs.

    A new library does not decide anyone again by itself. Start the workers with it first, use
    --dry-run to see what would change (with this machine's library, MRS_LIBRARY), then order it.
    The orders go through the lanes, between the events. Options may be repeated; options of
    different kinds narrow the selection. If this is interrupted, --outdated continues.
    """
    asked = ReadjudicationRequest(everyone, member, claim, plan, policy, reason, outdated)
    if everyone == asked.is_narrowed:
        raise click.UsageError("Select members: --all, or a selection (see --help).")
    with _here() as here:
        with ProgressBars() as bars:
            chosen = _chosen(here, asked, bars)
            if dry_run:
                said = _try(here, chosen, chosen_library(None, None), bars)
            else:
                with says_when_stopped(lambda: _STOPPED):
                    said = _order(here, chosen, bars, wait=wait)
        if as_json:
            click.echo(json_line(said.as_json))
        else:
            for part in said.in_words:
                console().print(part)
        ctx.exit(1 if said.as_json.get("set_aside") else 0)


class _Said(NamedTuple):
    """The result, for people and for programs."""

    in_words: Sequence[str | FittingTable]
    as_json: Mapping[str, Any]


@contextmanager
def _here() -> Iterator[RecordedShards]:
    with answering_shards(load_settings()) as shards:
        agreed = (shard.store.agreed() for shard in shards.answering)
        terms = next((each for each in agreed if each is not None), None)
        if terms is None:
            raise NotFound("No worker has ever been ready here, so nothing is recorded.")
        yield RecordedShards(shards, terms)


def _chosen(here: RecordedShards, asked: ReadjudicationRequest, bars: ProgressBars) -> list[str]:
    """Returns the selected members' ids, each once; raises `NotFound` for an unknown one."""
    named = _named(here, asked)
    candidates = here.recorded() if named is None else iter(named)
    if not (asked.has_words or asked.is_outdated):
        return list(dict.fromkeys(candidates))
    library = chosen_library(None, None) if asked.has_words else None
    selection = Selection(
        frozenset(asked.plans),
        frozenset(asked.reasons),
        _procedures(asked.policies, library),
        here.terms.digest if asked.is_outdated else None,
    )
    strange = StrangeWords(asked.plans, asked.reasons, library)
    advance = bars.begin("selecting members", None)
    chosen = []
    for member_id, member in here.states(candidates):
        advance(1)
        strange.found_in(member)
        if selection.includes(member):
            chosen.append(member_id)
    must_be_known("--plan", strange.plans, strange.known_plans)
    must_be_known("--reason", strange.reasons, strange.known_reasons)
    return chosen


def _procedures(policies: Sequence[str], library: Library | None) -> frozenset[str]:
    """Those that the policies decide or watch; raises `click.BadParameter` for an unknown one."""
    if library is None:
        return frozenset()
    must_be_known("--policy", policies, [policy.policy_id for policy in library.policies])
    return procedures_of(policies, library)


def _named(here: RecordedShards, asked: ReadjudicationRequest) -> list[str] | None:
    """Returns members that are named or have a named claim; None: none are named."""
    if not asked.members and not asked.claims:
        return None
    having: set[str] = set()
    for claim_id in asked.claims:
        members = here.members_with(claim_id)
        if not members:
            raise NotFound(f"No claim {printable(claim_id)} is recorded.")
        having.update(members)
    for member_id in asked.members:
        shard = here.shards.with_member(member_id)
        if not shard.redis.exists(shard.keys.record(member_id)):
            raise NotFound(f"Nothing is recorded of member {printable(member_id)}.")
    if not asked.claims:
        return sorted(set(asked.members))
    return sorted(having.intersection(asked.members) if asked.members else having)


def _try(
    here: RecordedShards, chosen: Sequence[str], library: Library, bars: ProgressBars
) -> _Said:
    """Tries what this machine's library would publish for the selected members."""
    advance = bars.begin("deciding (dry run)", len(chosen))
    changes: Counter[LineChange] = Counter()
    for _, member in here.states(chosen):
        changes.update(what_would_change(member, library))
        advance(1)
    is_in_use = library.digest == here.terms.digest
    rows = sorted(changes.items(), key=lambda row: (-row[1], row[0]))
    return _Said(
        [
            *([_table(rows)] if rows else []),
            *_tried(len(chosen), changes, library, is_in_use=is_in_use),
        ],
        {
            "members": len(chosen),
            "determinations": changes.total(),
            "library_in_use": is_in_use,
            "changes": [change._asdict() | {"lines": count} for change, count in rows],
        },
    )


def _table(rows: Sequence[tuple[LineChange, int]]) -> FittingTable:
    table = FittingTable("lines", "change", "from", "to")
    for change, count in rows:
        table.add_row(str(count), change.kind, change.before, change.after)
    return table


def _tried(
    members: int, changes: Counter[LineChange], library: Library, *, is_in_use: bool
) -> Iterator[str]:
    yield (
        f"{counted(members, 'member')} would be decided again; "
        f"{counted(changes.total(), 'determination')} would be published. Nothing was ordered."
    )
    yield (
        f"Tried with this machine's library, generation {library.generation}, which is "
        f"{'' if is_in_use else 'NOT '}the one that the workers use."
    )


def _order(here: RecordedShards, chosen: Sequence[str], bars: ProgressBars, *, wait: bool) -> _Said:
    """Orders the decisions, and waits for them if asked to."""
    if not wait:
        give_orders(here, here.terms.lanes, chosen)
        return _Said(
            [f"{counted(len(chosen), 'member')} ordered to be decided again."],
            {"members": len(chosen)},
        )
    watches = [
        QueueWatch(each.redis, each.keys, here.terms.lanes) for each in here.shards.answering
    ]
    before = here.published()
    advance, told = bars.begin("decided again", len(chosen)), 0

    def tell(done: int) -> None:
        nonlocal told
        advance(done - told)
        told = done

    carry_out(here, here.terms.lanes, chosen, here.order_tally, tell)
    published = here.published() - before
    set_aside = sum(b"order" in fields for watch in watches for fields in watch.dead_letters())
    return _Said(
        list(_in_words(len(chosen), published, set_aside)),
        {"members": len(chosen), "published": dict(published), "set_aside": set_aside},
    )


def _in_words(members: int, published: Counter[str], set_aside: int) -> Iterator[str]:
    yield f"{counted(members, 'member')} decided again."
    if published:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(published.items()))
        yield f"Published meanwhile, including the results of events: {kinds}."
    else:
        yield "Nothing was published meanwhile."
    if set_aside:
        yield (
            f"{counted(set_aside, 'order')} could not be done and "
            f"{'was' if set_aside == 1 else 'were'} set aside: `adjudicator dead-letters "
            "list --type 'internal order'`."
        )
