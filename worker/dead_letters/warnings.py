"""Warns that members have dead letters: no output about these members includes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from worker.dead_letters.inspect import reasons_by_member
from worker.dead_letters.sharded import DeadLetters
from worker.terminal.console import printable
from worker.terminal.counts import counted


def put_aside(store: DeadLetters, member_ids: Iterable[str]) -> Iterator[str]:
    """A sentence for each of the members that has dead letters."""
    for member_id, reasons in reasons_by_member(store, member_ids).items():
        yield in_words(member_id, reasons)


def in_words(member_id: str, reasons: Mapping[str, int]) -> str:
    """How many dead letters a member has, why, and how to see them."""
    by_reason = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    entries = counted(sum(reasons.values()), "entry", "entries")
    return (
        f"Member {printable(member_id)} has {entries} in the dead letters ({by_reason}), which no "
        "decision includes. `adjudicator dead-letters list --member` shows them."
    )
