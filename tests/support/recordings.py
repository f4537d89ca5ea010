"""What would be recorded of a member, made without a store, and ways to disturb it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from rules.facts import Event
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.member.member import Applied, Member, Publication, line_key
from rules.member.open_member import apply, readjudicate
from tests.support.remittance import CODES
from worker.audit.evidence import MemberEvidence
from worker.audit.substance import at_rest, differences
from worker.audit.wording import with_revisions
from worker.determinations.parse import StreamedDetermination
from worker.determinations.publish import event_of, instant
from worker.events.decode import decode
from worker.events.trace import read_trace

FIRST_MILLISECOND = 1_760_000_000_000


class AnotherProgram(NamedTuple):
    """A program that publishes what this one would, in words of its own."""

    name: str | None
    """None: one of before programs named themselves."""
    words: str = ""
    """What it adds to every sentence."""
    is_terse: bool = False
    """It publishes nothing where only our words tell two revisions apart."""
    change: Callable[[dict[str, Any]], None] = lambda data: None
    """What else it says otherwise."""


class Step(NamedTuple):
    """An event under a library; without an event the member is decided again."""

    library: Library
    event: bytes | None = None
    program: AnotherProgram | None = None
    """None: this one."""


def recording(member_id: str, steps: Sequence[Step]) -> MemberEvidence:
    """The evidence of a member after some steps, each a second later than the one before it."""
    publisher = _Publisher(member_id)
    for number, step in enumerate(steps):
        publisher.take(step, FIRST_MILLISECOND + 1000 * number)
    member = publisher.seen_by("")
    return MemberEvidence(member_id, member, has_state=True, found=tuple(publisher.found))


class _Publisher:
    """Publishes as a worker does; of each line it remembers in whose words that was."""

    def __init__(self, member_id: str) -> None:
        self.found: list[StreamedDetermination] = []
        self._member_id = member_id
        self._member = Member()
        self._words: dict[LineKey, str] = {}
        self._last: dict[LineKey, dict[str, Any]] = {}

    def take(self, step: Step, milliseconds: int) -> None:
        words = step.program.words if step.program else ""
        applied = _applied(self.seen_by(words), step.library, step.event)
        self._member = self._in_our_words(applied.member)
        for place, publication in enumerate(applied.publications):
            entry_id = f"{milliseconds}-{place}"
            self._publish(publication, step, entry_id, instant(milliseconds))

    def _in_our_words(self, member: Member) -> Member:
        """With the digests of our own words again, for lines that were not decided anew."""
        own = {line_key(kept): kept.content for kept in self._member.published}
        return member._replace(
            published=tuple(
                kept._replace(content=own[line_key(kept)])
                if line_key(kept) in own and kept.content == self._mark_of(line_key(kept))
                else kept
                for kept in member.published
            )
        )

    def _mark_of(self, line: LineKey) -> bytes:
        return self._words[line].encode().ljust(12)

    def seen_by(self, words: str) -> Member:
        """The digest of what another published is none of ours."""
        return self._member._replace(
            published=tuple(
                kept
                if self._words[line_key(kept)] == words
                else kept._replace(content=self._mark_of(line_key(kept)))
                for kept in self._member.published
            )
        )

    def _publish(self, publication: Publication, step: Step, entry_id: str, time: str) -> None:
        key, program = line_key(publication.now), step.program
        previous = self._member.previous
        published = event_of(
            publication,
            self._member_id,
            step.library,
            time=time,
            previous=previous,
            trace=read_trace(step.event),
        )
        if program is not None:
            published = _said_by(program, published)
        data = msgspec.json.decode(published)["data"]
        last = self._last.get(key)
        is_silent = program is not None and program.is_terse and last is not None
        if is_silent and last and not differences(at_rest(last), at_rest(data)):
            revisions = {key: publication.revision - 1}
            self._member = with_revisions(self._member, revisions)
            return
        self._words[key], self._last[key] = (program.words if program else ""), data
        self.found.append(StreamedDetermination(entry_id, published))
        self._member = self._member._replace(previous=sha256(published).digest())


def _said_by(program: AnotherProgram, published: bytes) -> bytes:
    event = msgspec.json.decode(published)
    data = event["data"]
    if program.name is None:
        del data["policy"]["program"], data["decided_by"], data["review_ignored"]
    else:
        data["policy"]["program"] = program.name
    for finding in data["findings"]:
        finding["because"] += program.words
    for need in data["needs"]:
        need["text"] += program.words
    program.change(data)
    return msgspec.json.encode(event)


def _applied(member: Member, library: Library, raw: bytes | None) -> Applied:
    if raw is None:
        return readjudicate(member, library) if member.record.version else Applied(member, "new")
    event = decode(raw, CODES)
    assert isinstance(event, Event)
    return apply(member, event, sha256(raw).digest(), library)
