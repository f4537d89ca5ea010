"""Says of members that something of them was put aside: it is in nothing that is shown of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from worker.dead_letters.inspect import reasons_by_member
from worker.store.protocol import Store
from worker.terminal.console import printable


def put_aside(store: Store, member_ids: Iterable[str]) -> Iterator[str]:
    """A sentence for each of the members of whom something lies in the dead letters."""
    for member_id, reasons in reasons_by_member(store, member_ids).items():
        yield in_words(member_id, reasons)


def in_words(member_id: str, reasons: Mapping[str, int]) -> str:
    """What lies there of a member, why, and how it is looked at."""
    counted = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    count = sum(reasons.values())
    lie = "1 entry lies" if count == 1 else f"{count} entries lie"
    return (
        f"Of member {printable(member_id)} {lie} in the dead letters ({counted}): nothing of that "
        "is in what was decided. `adjudicator dead-letters list --member` shows which."
    )
