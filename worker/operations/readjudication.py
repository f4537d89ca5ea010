"""Has recorded members decided again: who is meant, and orders for them, so many at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from rules.library_model import Library
from rules.member.member import Member, readjudicate
from worker.failures import RetryableError
from worker.intake.commit_builder import READJUDICATE
from worker.intake.route import lane_of
from worker.store.protocol import Command, Store

UNDER_WAY_MAX: Final = 2_000
"""Orders that stand in the lanes at a time: an event that comes meanwhile waits behind no more."""

STANDS_SECONDS: Final = 60.0
"""Orders of which none is done for so long will not be done."""

_BATCH = 250
_LOAD_BYTES_MAX = 16 * 1024 * 1024
_POLL_SECONDS = 0.05

_decode_member = msgspec.msgpack.Decoder(Member).decode


class CommandsPending(RetryableError):
    """No order has been done for a while."""

    def __init__(self, under_way: int) -> None:
        super().__init__(
            f"No order has been done for {STANDS_SECONDS:.0f} seconds; {under_way} wait in the "
            "lanes until a worker is ready. `adjudicator doctor` says what is wrong."
        )


class OrderTally(NamedTuple):
    """How many orders were ever given, and how many of them are done."""

    added: int
    done: int


class Selection(NamedTuple):
    """Which members are meant: those with one of the values of each kind that is given."""

    plans: frozenset[str] = frozenset()
    """They have a claim or an enrolment under one."""
    reasons: frozenset[str] = frozenset()
    """A line of theirs is decided for one at present."""
    other_than: str | None = None
    """Digest of a library: another one decided them last."""

    def includes(self, member: Member) -> bool:
        """Whether a member is meant."""
        return (
            (not self.plans or not self.plans.isdisjoint(_plans_of(member)))
            and (not self.reasons or any(line.reason in self.reasons for line in member.published))
            and self.other_than != member.library
        )


class RecordedMember(NamedTuple):
    """A member with the state that is recorded."""

    member_id: str
    member: Member


class LineChange(NamedTuple):
    """What becomes of a line, for a dry run."""

    kind: str
    """Favourable, adverse or neutral, or initial."""
    before: str
    after: str


def states(store: Store, member_ids: Iterable[str]) -> Iterator[RecordedMember]:
    """The states of some members; of who has no record, none."""
    rest = iter(dict.fromkeys(member_ids))
    while batch := list(islice(rest, _BATCH)):
        while batch:
            loaded = store.load(batch, _LOAD_BYTES_MAX).members
            for member_id, stored in zip(batch, loaded, strict=False):
                if stored.body is not None:
                    yield RecordedMember(member_id, _decode_member(stored.body))
            batch = batch[len(loaded) :]


def what_would_change(member: Member, library: Library) -> Iterator[LineChange]:
    """The determinations that a library would publish for a member, if it decided them now."""
    for publication in readjudicate(member, library).publications:
        before, after = publication.before, publication.now
        was = f"{before.outcome} {before.reason}" if before else "-"
        yield LineChange(publication.change, was, f"{after.outcome} {after.reason}")


def give_orders(store: Store, lanes: int, member_ids: Sequence[str]) -> None:
    """Orders the lanes to decide members again, all at once; raises `Disagreement`."""
    for first in range(0, len(member_ids), _BATCH):
        _give(store, lanes, member_ids[first : first + _BATCH])


def carry_out(
    store: Store,
    lanes: int,
    member_ids: Sequence[str],
    tally: Callable[[], OrderTally],
    tell: Callable[[int], None],
) -> None:
    """
    Orders members to be decided again, so many at a time, and returns when no order is left.

    Tells how many are done. Raises `CommandsPending` and `InstallationMismatch`; what is ordered
    stays ordered.
    """
    given, done_before, since = 0, -1, time.monotonic()
    while True:
        added, done = tally()
        under_way = added - done
        tell(max(given - under_way, 0))
        if done != done_before:
            done_before, since = done, time.monotonic()
        if given < len(member_ids) and under_way + _BATCH <= UNDER_WAY_MAX:
            batch = member_ids[given : given + _BATCH]
            _give(store, lanes, batch)
            given += len(batch)
        elif not under_way:
            return
        elif time.monotonic() - since > STANDS_SECONDS:
            raise CommandsPending(under_way)
        else:
            time.sleep(_POLL_SECONDS)


def _give(store: Store, lanes: int, member_ids: Iterable[str]) -> None:
    orders = [(lane_of(each, lanes), Command(READJUDICATE, each)) for each in member_ids]
    store.order(lanes, orders)


def _plans_of(member: Member) -> set[str]:
    claimed = {claim.plan_id for _, claim in member.record.claims}
    return claimed | {coverage.plan_id for _, coverage in member.record.coverages}
