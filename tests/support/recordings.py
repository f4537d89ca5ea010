"""What would be recorded of a member, made without a store, and ways to disturb it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from rules.facts import Event
from rules.library_model import Library
from rules.member.member import Applied, Member, apply, readjudicate
from tests.support.remittance import CODES
from worker.audit.evidence import MemberEvidence
from worker.determinations.parse import StreamedDetermination
from worker.determinations.publish import event_of, instant
from worker.events.decode import decode

FIRST_MILLISECOND = 1_760_000_000_000


class Step(NamedTuple):
    """An event under a library; without an event the member is decided again."""

    library: Library
    event: bytes | None = None


def recording(member_id: str, steps: Sequence[Step]) -> MemberEvidence:
    """The evidence of a member after some steps, each a second later than the one before it."""
    member, found = Member(), []
    for number, (library, raw) in enumerate(steps):
        milliseconds = FIRST_MILLISECOND + 1000 * number
        applied = _applied(member, library, raw)
        member = applied.member
        for place, publication in enumerate(applied.publications):
            published = event_of(
                publication,
                member_id,
                library,
                time=instant(milliseconds),
                previous=member.previous,
            )
            found.append(StreamedDetermination(f"{milliseconds}-{place}", published))
            member = member._replace(previous=sha256(published).digest())
    return MemberEvidence(member_id, member, has_state=True, found=tuple(found))


def _applied(member: Member, library: Library, raw: bytes | None) -> Applied:
    if raw is None:
        return readjudicate(member, library) if member.record.version else Applied(member, "new")
    event = decode(raw, CODES)
    assert isinstance(event, Event)
    return apply(member, event, sha256(raw).digest(), library)
