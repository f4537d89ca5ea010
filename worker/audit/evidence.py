"""What an audit looks at: a member's record, and the determinations that were published from it."""

from __future__ import annotations

from typing import NamedTuple

from rules.member.member import Member
from worker.determinations.parse import StreamedDetermination


class MemberEvidence(NamedTuple):
    """Everything that is recorded of one member."""

    member_id: str
    member: Member
    """Of evidence from a file only the record and the ends of the two chains are filled in."""
    has_state: bool
    """Whether the rest of the state is there too."""
    found: tuple[StreamedDetermination, ...]
    """In the order in which they are said to have been published."""
