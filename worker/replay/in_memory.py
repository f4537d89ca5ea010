"""Decides events in order, in memory, for `decide` and for the comparisons of `replay`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

import msgspec

from rules.library_model import Library
from rules.member.member import Member
from rules.member.open_member import OpenMembers
from worker.determinations.data import MemberLineKey, line_key
from worker.determinations.publish import data_of
from worker.events.decode import Refusal, decode, reused_identity
from worker.events.files import EventLine
from worker.replay.comparison import DecidedEvents
from worker.terminal.json_lines import json_line


class Deciding:
    """The state of each member, and the latest determination of each claim line."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._open = OpenMembers(library)
        self._members: dict[str, Member] = {}
        # Kept as bytes: a tenth of the objects' size, and usually they are only written out.
        self._final: dict[MemberLineKey, bytes] = {}

    def take(self, raw: bytes) -> Refusal | None:
        """Applies one event as received; returns the refusal if it is refused."""
        event = decode(raw, self._library.remittance)
        if isinstance(event, Refusal):
            return event
        member = self._members.get(event.member_id, Member())
        applied = self._open.apply(member, event, sha256(raw).digest())
        if applied.recognition == "reused":
            return reused_identity(event)
        self._members[event.member_id] = applied.member
        for publication in applied.publications:
            determination = publication.determination
            key = (determination.claim_id, determination.line, event.member_id)
            self.note(
                key, msgspec.json.encode(data_of(publication, event.member_id, self._library))
            )
        return None

    def note(self, key: MemberLineKey, data: bytes) -> None:
        """Keeps a determination, replacing the previous one of the same line."""
        self._final[key] = data

    def member(self, member_id: str) -> Member:
        """Returns the current state of a member."""
        return self._members[member_id]

    def final(self) -> Iterator[bytes]:
        """Returns the latest `data` object of every line as JSON, by claim, line and member."""
        return (data for _, data in self.final_by_line())

    def final_by_line(self) -> Iterator[tuple[MemberLineKey, bytes]]:
        """Returns the same, each with its claim, line and member."""
        return ((key, self._final[key]) for key in sorted(self._final))


def decide_all(events: Iterable[bytes], library: Library) -> DecidedEvents:
    """Decides some events, for a comparison."""
    deciding = Deciding(library)
    refused: dict[bytes, str | None] = {}
    for raw in events:
        refusal = deciding.take(raw)
        if refusal is not None:
            refused[raw] = refusal.event_id
    final = (msgspec.json.decode(data) for data in deciding.final())
    return DecidedEvents({line_key(data): data for data in final}, refused)


def refusal_line(line: EventLine, refusal: Refusal) -> bytes:
    """Returns the report of a refused event for stderr, as one line of ASCII JSON."""
    said = json_line(
        {
            "file": line.file,
            "row": line.row,
            "id": refusal.event_id,
            "source": refusal.source,
            "reason": refusal.reason,
            "faults": [
                {"path": fault.path, "expected": fault.expected, "found": fault.found}
                for fault in refusal.faults
            ],
        }
    )
    return said.encode()
