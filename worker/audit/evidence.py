"""What an audit examines: a member's record, and the determinations published from it."""

from __future__ import annotations

from typing import NamedTuple

from rules.member.member import Member
from worker.determinations.parse import StreamedDetermination


class MemberEvidence(NamedTuple):
    """Everything that is recorded about one member."""

    member_id: str
    member: Member
    """From an evidence file, only the record and the ends of the two chains are filled in."""
    has_state: bool
    """Whether the rest of the state is filled in too."""
    found: tuple[StreamedDetermination, ...]
    """In the order in which they claim to have been published."""
    received: tuple[bytes, ...] = ()
    """The events of the record as they were received, packed, as far as they are kept."""
