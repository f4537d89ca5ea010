"""`adjudicator pends`: lists pended lines, when they are due, and what they wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from heapq import merge
from itertools import chain, islice
from typing import Any, Final

import click
from rich.text import Text

from worker.commands.completion import complete_policies, complete_reasons, complete_services
from worker.commands.options import chosen_library, must_be_known
from worker.commands.shard_answers import answering_shards
from worker.config.settings import load_settings
from worker.dead_letters.inspect import reasons_by_member
from worker.dead_letters.sharded import dead_letters_of
from worker.dead_letters.warnings import in_words
from worker.determinations.open_pends import (
    OpenPend,
    PublishedPend,
    contested_claims,
    open_pends,
    today,
    told,
    waited_for,
)
from worker.explain.words import NEEDS_IN_SHORT, due_words
from worker.store.keys import CONTESTED
from worker.store.shard_presence import PresentShards
from worker.store.shards import Shard
from worker.terminal.console import console, printable
from worker.terminal.json_lines import json_line
from worker.terminal.progress import busy
from worker.terminal.table import FittingTable

_WARNINGS_MAX: Final = 10
_BATCH: Final = 500


@click.command("pends")
@click.option("--overdue", is_flag=True, help="Only lines whose due date has passed.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Count from this day.  [default: today in UTC, by Redis' clock]",
)
@click.option(
    "--service", shell_complete=complete_services, help="Only lines of this service of a policy."
)
@click.option(
    "--policy", shell_complete=complete_policies, help="Only lines that this policy looks at."
)
@click.option(
    "--reason",
    multiple=True,
    shell_complete=complete_reasons,
    help="Only lines pended for this reason; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per pended line.")
@click.option(
    "--limit", type=click.IntRange(0), default=50, show_default=True, help="Rows of the table."
)
def command(
    overdue: bool,
    as_of: datetime | None,
    service: str | None,
    policy: str | None,
    reason: Sequence[str],
    as_json: bool,
    limit: int,
) -> None:
    """
    List the pended claim lines, when each is due, and what would resolve it.

    The soonest due come first. A line is overdue from the day after its due date. `adjudicator
    explain CLAIM` says more about one of them.
    Claims are named whose id came again with other content, of which only the first is decided.
    Members with events in the dead letters are named: those events are not part of the decisions.
    """
    _must_be_of_library(service, policy)
    with answering_shards(load_settings()) as shards:
        day = today(shards.answering[0].redis) if as_of is None else as_of.date()
        is_meant = _is_meant(day if overdue else None, service, reason)
        _must_be_reasons(shards, reason)
        is_of_lines = overdue or service or policy or (reason and CONTESTED[1] not in reason)
        with busy("reading the pended lines"):
            pends = _merged(shards, lambda each: open_pends(each.redis, each.keys, is_meant))
            pends = pends if policy is None else _of_policy(shards, pends, policy)
            contested = [] if is_of_lines else _merged(shards, _contested)
            members = {pend.member_id for pend in (*pends, *contested)}
            dead_letters = reasons_by_member(dead_letters_of(shards), members)
        if as_json:
            lines = (_as_json(each, day) for each in _told(shards, pends))
            _write_json(chain(lines, map(_contested_as_json, contested)), dead_letters)
        else:
            _show(shards, pends, day, limit)
            _tell_of_contested(contested)
            _warn_of_dead_letters(dead_letters)


def _is_meant(
    before: date | None, service: str | None, reasons: Collection[str]
) -> Callable[[OpenPend], bool]:
    """Whether a line is due before a day, of a service, and for one of some reasons, if given."""
    return lambda pend: (
        (before is None or pend.due_on < before)
        and service in (None, pend.service)
        and (not reasons or pend.reason in reasons)
    )


def _merged(shards: PresentShards, read: Callable[[Shard], list[OpenPend]]) -> list[OpenPend]:
    """Those of all shards, the soonest due first."""
    return list(merge(*map(read, shards.answering)))


def _contested(shard: Shard) -> list[OpenPend]:
    return contested_claims(shard.redis, shard.keys)


def _told(shards: PresentShards, pends: Iterable[OpenPend]) -> Iterator[PublishedPend]:
    """Each with its determination, from the shard of its member, in the same order."""
    rest = iter(pends)
    while batch := list(islice(rest, _BATCH)):
        by_shard: dict[int, list[OpenPend]] = {}
        for pend in batch:
            by_shard.setdefault(shards.of_member(pend.member_id).number, []).append(pend)
        found = {
            each.pend: each
            for number, some in by_shard.items()
            for each in told(shards.every[number].redis, shards.every[number].keys, some)
        }
        yield from (found[pend] for pend in batch if pend in found)


def _of_policy(shards: PresentShards, pends: Iterable[OpenPend], policy: str) -> list[OpenPend]:
    """Those that a policy has pended; of what the stream no longer holds nobody can tell."""
    return [pend for pend, data in _told(shards, pends) if data and _policy(data) == policy]


def _policy(data: Mapping[str, Any]) -> str:
    policy: str = data["policy"]["id"]
    return policy


def _must_be_of_library(service: str | None, policy: str | None) -> None:
    if service is None and policy is None:
        return
    library = chosen_library(None, None)
    must_be_known("--service", [service] if service else [], library.services)
    policies = [each.policy_id for each in library.policies]
    must_be_known("--policy", [policy] if policy else [], policies)


def _must_be_reasons(shards: PresentShards, reasons: Sequence[str]) -> None:
    """Refuses what is neither a reason of the library nor one for which a line ever pended."""
    ever = {CONTESTED[1]}
    for shard in shards.answering:
        ever |= {reason for _, reason, _ in waited_for(shard.redis, shard.keys)}
    if not ever.issuperset(reasons):
        must_be_known("--reason", reasons, sorted(ever | set(chosen_library(None, None).reasons)))


def _write_json(
    objects: Iterable[dict[str, Any]], dead_letters: Mapping[str, Counter[str]]
) -> None:
    for data in objects:
        count = dead_letters.get(data["member_id"], Counter()).total()
        click.echo(json_line({**data, "dead_letters": count}))


def _tell_of_contested(claims: Sequence[OpenPend]) -> None:
    """Names the claims that came again with other content, the first of many."""
    for claim in claims[:_WARNINGS_MAX]:
        click.echo(
            f"Claim {printable(claim.claim_id)} of member {printable(claim.member_id)} came again "
            f"with other content on {claim.due_on}; only the first is decided "
            f"({CONTESTED[1]}). See ops/runbooks/MrsClaimIdReused.md."
        )
    if len(claims) > _WARNINGS_MAX:
        more = len(claims) - _WARNINGS_MAX
        click.echo(f"The same is true of {more} more claims (--json lists all).")


def _contested_as_json(claim: OpenPend) -> dict[str, Any]:
    """As a pended line has it, with nothing of a line; `since` instead of a due date."""
    of_no_line = ("due_on", "overdue", "days_overdue", "policy", "service", "line", "procedure")
    return {
        **dict.fromkeys((*of_no_line, "needs", "recommended")),
        "reason": claim.reason,
        "member_id": claim.member_id,
        "claim_id": claim.claim_id,
        "since": claim.due_on.isoformat(),
    }


def _warn_of_dead_letters(by_member: Mapping[str, Counter[str]]) -> None:
    """Names the members of whom an event lies in the dead letters, the first of many."""
    for member_id, reasons in islice(by_member.items(), _WARNINGS_MAX):
        click.echo(in_words(member_id, reasons))
    if len(by_member) > _WARNINGS_MAX:
        more = len(by_member) - _WARNINGS_MAX
        click.echo(f"The same is true of {more} more of these members (--json lists all).")


def _as_json(told_of: PublishedPend, day: date) -> dict[str, Any]:
    pend, data = told_of
    known = data or {}
    return {
        "due_on": pend.due_on.isoformat(),
        "overdue": pend.due_on < day,
        "days_overdue": (day - pend.due_on).days,
        "policy": None if data is None else _policy(data),
        "service": pend.service,
        "reason": pend.reason,
        "member_id": pend.member_id,
        "claim_id": pend.claim_id,
        "line": pend.line,
        "procedure": known.get("procedure"),
        "needs": known.get("needs"),
        "recommended": known.get("recommended"),
    }


def _show(shards: PresentShards, pends: Sequence[OpenPend], day: date, limit: int) -> None:
    out = console()
    shown = list(_told(shards, pends[:limit]))
    if shown:
        out.print(_table(shown, day))
    for line in _totals(pends, day):
        out.print(line)
    if len(pends) > limit:
        out.print(f"The {limit} soonest due are shown: --limit, filters or --json for more.")


def _table(shown: Iterable[PublishedPend], day: date) -> FittingTable:
    resolves = "what would resolve it"
    rows = list(shown)
    policies = {_policy(data) for _, data in rows if data}
    of_policy = ("policy",) if len(policies) > 1 else ()
    headings = ("due on", "that is", *of_policy, "reason", "claim", "line", "member", resolves)
    table = FittingTable(*headings, prose=(resolves,), later=(resolves, "member"))
    for pend, data in rows:
        style = "bold red" if pend.due_on < day else ""
        table.add_row(
            Text(pend.due_on.isoformat()),
            Text(due_words((pend.due_on - day).days), style=style),
            *(Text("" if data is None else _policy(data)) for _ in of_policy),
            Text(printable(pend.reason)),
            Text(printable(pend.claim_id)),
            Text(str(pend.line)),
            Text(printable(pend.member_id)),
            Text("no longer in the stream" if data is None else _needs(data)),
        )
    return table


def _needs(data: dict[str, Any]) -> str:
    codes = [need["code"] for need in data["needs"]]
    needs = ", ".join(NEEDS_IN_SHORT.get(code, code) for code in codes)
    recommended = data["recommended"]
    if recommended is None:
        return needs
    return f"{needs} (recommended: {recommended['outcome']}, {recommended['reason']})"


def _totals(pends: Sequence[OpenPend], day: date) -> Iterator[str]:
    overdue = sum(pend.due_on < day for pend in pends)
    yield f"{len(pends)} open, {overdue} of them overdue on {day}."
    if pends:
        by_reason = Counter(pend.reason for pend in pends).most_common()
        yield "By reason: " + ", ".join(f"{printable(name)} {count}" for name, count in by_reason)
