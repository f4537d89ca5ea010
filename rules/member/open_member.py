"""What one more event, or a new library, changes of a member (`rules.md` 7)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from rules.adjudicate import Earlier, adjudicate, adjudicate_history, adjudicate_lines
from rules.criteria.duplicates import EarlierLines
from rules.criteria.line_findings import earlier_lines
from rules.determination import Determination, Outcome
from rules.exclusivity.line_interactions import AS_DECIDED
from rules.facts import Claim, Event, Fact, Report
from rules.history.history import History
from rules.history.record import Record, append, recognise_again
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.member.alone import changes_itself_alone, studies_of
from rules.member.effect import (
    EventEffect,
    contested,
    displacing_lines,
    publication,
    reuses_claim_id,
    reviewed_line,
    state_after,
)
from rules.member.invalidation import first_affected_day
from rules.member.kept_strengths import KeptStrengths
from rules.member.member import Applied, EventCause, LibraryCause, Member, Publication, line_key
from rules.member.published import Published


def apply(member: Member, event: Event, digest: bytes, library: Library) -> Applied:
    """
    Adds one event to the member and decides again; `digest`: SHA-256 of its bytes as received.

    What a new library alone makes different is published with the library as its cause.
    """
    return OpenMember(member, library).apply(event, digest)


def readjudicate(member: Member, library: Library) -> Applied:
    """Decides the member again under another library, without an event."""
    return OpenMember(member, library).readjudicate()


class OpenMember:
    """
    A member with what the next event needs: its history by day, and what was published by line.

    All of it follows from `member`, which alone is stored; here it is carried from event to event.
    """

    def __init__(self, member: Member, library: Library) -> None:
        self.member = member
        self._library = library
        self._known = _identities(member.record)
        self._published = {line_key(last): last for last in member.published}
        self._lines = sorted(self._published)
        self._in_order = [self._published[key] for key in self._lines]
        self._outcomes: dict[LineKey, tuple[Outcome, str]] = {
            key: (last.outcome, last.reason) for key, last in self._published.items()
        }
        self._strengths = KeptStrengths(member.strengths)
        self._history: History | None = None
        self._billed: EarlierLines | None = None

    def apply(self, event: Event, digest: bytes) -> Applied:
        """Adds one event and decides again."""
        member = self.member
        known = self._known.get((event.source, event.id))
        if known is not None:
            return Applied(member, recognise_again(*known, event))
        self._known[event.source, event.id] = (event.time, event.fact)
        record = append(member.record, event, digest)
        chain = sha256(member.chain + digest).digest()
        self.member = member._replace(record=record, chain=chain)
        alone = self._apply_alone(record, event)
        if alone is not None:
            return alone
        self._history = History(record, self._library)
        self._billed = earlier_lines(self._history, AS_DECIDED.is_barred)
        before = contested(member.record, event, self._library)
        after = contested(record, event, self._library)
        return self._publish(self._history, self._effect(member, event))._replace(
            claim_id_reused=reuses_claim_id(member.record, event),
            contests_begun=after - before,
            contests_ended=before - after,
        )

    def readjudicate(self) -> Applied:
        """Decides all again under the library, without an event."""
        cause = LibraryCause(self._library.digest, self._library.generation)
        self._history = History(self.member.record, self._library)
        self._billed = earlier_lines(self._history, AS_DECIDED.is_barred)
        return self._publish(self._history, EventEffect(cause, cause))

    def _apply_alone(self, record: Record, event: Event) -> Applied | None:
        """Applies a fact to which nothing else that is known belongs; None if it is no such."""
        history, claim, billed = self._history, event.fact, self._billed
        if history is None or billed is None:
            return None
        before = studies_of(claim, history) if isinstance(claim, Claim) else {}
        count = len(history.lines)
        if not history.add(record, event):
            return None
        lines = history.lines[count:]
        seen_by_others = [billed.add(line) for line in lines]
        library = LibraryCause(self._library.digest, self._library.generation)
        effect = EventEffect(
            EventCause(event.source, event.id), library, min(_days(event.fact), default=date.max)
        )
        history.since = effect.since
        if (
            isinstance(claim, Claim)
            and not any(seen_by_others)
            and changes_itself_alone(claim, lines, before, history, effect.since)
        ):
            determinations = adjudicate_lines(lines, history, self._earlier(), billed)
            return self._told(determinations, effect)
        return self._publish(history, effect)

    def _earlier(self) -> Earlier:
        return Earlier(self._outcomes, self._strengths.by_study)

    def _effect(self, before: Member, event: Event) -> EventEffect:
        """The effect of an event on the member as it was."""
        library = self._library
        is_decided_by_it = before.library == library.digest
        return EventEffect(
            EventCause(event.source, event.id),
            LibraryCause(library.digest, library.generation),
            first_affected_day(self.member.record, event) if is_decided_by_it else date.min,
            {line_key(d): d for d in adjudicate(before.record, library)}
            if before.library and not is_decided_by_it
            else {},
            displacing_lines(before.record, event),
            reviewed_line(self._history, event) if self._history is not None else None,
        )

    def _publish(self, history: History, effect: EventEffect) -> Applied:
        """Decides what the effect can touch and publishes what differs from the last time."""
        history.since = effect.since
        decided = adjudicate_history(history, self._earlier(), AS_DECIDED, self._billed)
        self._strengths.renew(effect.since, decided.strengths)
        return self._told(decided.determinations, effect)

    def _told(self, determinations: tuple[Determination, ...], effect: EventEffect) -> Applied:
        """What is to be published of lines that were decided."""
        publications: list[Publication] = []
        for determination in determinations:
            key = line_key(determination)
            last = self._published.get(key)
            now = state_after(determination, last, effect)
            self._keep(key, now)
            if last is None or now.revision > last.revision:
                publications.append(publication(determination, last, now, self.member, effect))
        self.member = self.member._replace(
            published=tuple(self._in_order) if determinations else self.member.published,
            generation=self._library.generation,
            library=self._library.digest,
            strengths=self._strengths.stored,
        )
        return Applied(self.member, "new", tuple(publications))

    def _keep(self, key: LineKey, now: Published) -> None:
        at = bisect_left(self._lines, key)
        if key in self._published:
            self._in_order[at] = now
        else:
            self._lines.insert(at, key)
            self._in_order.insert(at, now)
        self._published[key] = now
        self._outcomes[key] = (now.outcome, now.reason)


KEPT_OPEN: Final = 256
"""As many members stay open at once."""


class OpenMembers:
    """The members for whom events came last, kept open for their next ones."""

    def __init__(self, library: Library, most: int = KEPT_OPEN) -> None:
        self._library = library
        self._most = most
        self._open: dict[str, OpenMember] = {}

    def apply(self, member: Member, event: Event, digest: bytes) -> Applied:
        """As `apply` does; if that raises, the member is opened anew for its next event."""
        opened = self._open.pop(event.member_id, None)
        if opened is None or opened.member is not member:
            opened = OpenMember(member, self._library)
        applied = opened.apply(event, digest)
        if len(self._open) >= self._most:
            del self._open[next(iter(self._open))]  # for whom no event came for the longest time
        self._open[event.member_id] = opened
        return applied


def _identities(record: Record) -> dict[tuple[str, str], tuple[datetime, Fact]]:
    """Time and fact of each event, by its identity."""
    return {
        (origin.source, origin.id): (origin.time, fact) for kind in record for origin, fact in kind
    }


def _days(fact: Fact) -> Iterable[date]:
    """The days of a claim or report."""
    if isinstance(fact, Claim):
        return [line.date_of_service for line in fact.lines]
    return [fact.date_of_service] if isinstance(fact, Report) else []
