"""Readjudicates recorded members: selects them, and sends commands for some at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple, Protocol

from rules.library_model import Library
from rules.member.member import Member
from rules.member.open_member import readjudicate
from worker.failures import RetryableError
from worker.intake.commit_builder import READJUDICATE
from worker.intake.route import lane_of
from worker.store.member_state import decode_member
from worker.store.protocol import Command, Store

UNDER_WAY_MAX: Final = 2_000
"""Most commands in the lanes at a time, so that an event never waits behind more than these."""

STANDS_SECONDS: Final = 60.0
"""If no command is done for this long, the wait is given up."""

_BATCH = 250
_LOAD_BYTES_MAX = 16 * 1024 * 1024
_POLL_SECONDS = 0.05


class TakesCommands(Protocol):
    """What commands are given to: a store, or all shards together."""

    def add_commands(self, lanes: int, commands: Sequence[tuple[int, Command]]) -> None:
        """See `Store`."""


class CommandsPending(RetryableError):
    """No command has been done for a while."""

    def __init__(self, under_way: int) -> None:
        super().__init__(
            f"No command has been done for {STANDS_SECONDS:.0f} seconds; {under_way} wait in the "
            "lanes until a worker is ready. `adjudicator doctor` says what is wrong."
        )


class OrderTally(NamedTuple):
    """How many commands were ever given, and how many of them are done."""

    added: int
    done: int


class Selection(NamedTuple):
    """Selects members: each given filter must match with one of its values."""

    plans: frozenset[str] = frozenset()
    """Members with a claim or an enrolment under one of these plans."""
    reasons: frozenset[str] = frozenset()
    """Members with a line whose present reason is one of these."""
    procedures: frozenset[str] = frozenset()
    """Members with a claim line of one of these."""
    other_than: str | None = None
    """Digest of a library; selects members last decided by another one."""

    def includes(self, member: Member) -> bool:
        """Whether a member is selected."""
        return (
            (not self.plans or not self.plans.isdisjoint(_plans_of(member)))
            and (not self.reasons or any(line.reason in self.reasons for line in member.published))
            and (not self.procedures or not self.procedures.isdisjoint(_billed(member)))
            and self.other_than != member.library
        )


class StrangeWords:
    """
    Plans and reasons that are not the library's.

    They are misspelt, unless some member has them from an older library.
    """

    def __init__(
        self, plans: Iterable[str], reasons: Iterable[str], library: Library | None
    ) -> None:
        """`library`: may be left out where there are no words."""
        self.known_plans = sorted(library.plans) if library else []
        self.known_reasons = sorted(library.reasons) if library else []
        self.plans = set(plans).difference(self.known_plans)
        self.reasons = set(reasons).difference(self.known_reasons)

    def found_in(self, member: Member) -> None:
        """Takes out what a member has."""
        if self.plans:
            self.plans -= _plans_of(member)
        if self.reasons:
            self.reasons.difference_update(line.reason for line in member.published)


class RecordedMember(NamedTuple):
    """A member with its recorded state."""

    member_id: str
    member: Member


class LineChange(NamedTuple):
    """How a line would change, for a dry run."""

    kind: str
    """Favourable, adverse or neutral, or initial."""
    before: str
    after: str


def states(store: Store, member_ids: Iterable[str]) -> Iterator[RecordedMember]:
    """The states of some members; those without a record are left out."""
    rest = iter(dict.fromkeys(member_ids))
    while batch := list(islice(rest, _BATCH)):
        while batch:
            loaded = store.load(batch, _LOAD_BYTES_MAX).members
            for member_id, stored in zip(batch, loaded, strict=False):
                if stored.body is not None:
                    yield RecordedMember(member_id, decode_member(stored.body))
            batch = batch[len(loaded) :]


def what_would_change(member: Member, library: Library) -> Iterator[LineChange]:
    """The determinations that would be published if a library decided a member again now."""
    for publication in readjudicate(member, library).publications:
        before, after = publication.before, publication.now
        was = f"{before.outcome} {before.reason}" if before else "-"
        yield LineChange(publication.change, was, f"{after.outcome} {after.reason}")


def give_orders(store: TakesCommands, lanes: int, member_ids: Sequence[str]) -> None:
    """Puts commands for all members into the lanes at once; raises `InstallationMismatch`."""
    for first in range(0, len(member_ids), _BATCH):
        _give(store, lanes, member_ids[first : first + _BATCH])


def carry_out(
    store: TakesCommands,
    lanes: int,
    member_ids: Sequence[str],
    tally: Callable[[], OrderTally],
    tell: Callable[[int], None],
) -> None:
    """
    Has members decided again, some at a time, and returns when no command is left.

    Reports how many are done. Raises `CommandsPending` and `InstallationMismatch`; commands already
    given stay in the lanes.
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


def _give(store: TakesCommands, lanes: int, member_ids: Iterable[str]) -> None:
    orders = [(lane_of(each, lanes), Command(READJUDICATE, each)) for each in member_ids]
    store.add_commands(lanes, orders)


def procedures_of(policies: Collection[str], library: Library) -> frozenset[str]:
    """Every procedure that any version of some policies decides or watches."""
    return frozenset(
        procedure
        for policy in library.policies
        if policy.policy_id in policies
        for version in policy.versions
        for procedure in (*version.codes.decided, *version.codes.watched)
    )


def _billed(member: Member) -> set[str]:
    return {line.procedure for _, claim in member.record.claims for line in claim.lines}


def _plans_of(member: Member) -> set[str]:
    claimed = {claim.plan_id for _, claim in member.record.claims}
    return claimed | {coverage.plan_id for _, coverage in member.record.coverages}
