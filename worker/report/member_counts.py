"""Counts lines from frames of members, one part at a time, so that memory does not grow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from rules.library_model import Library
from worker.processes.partitions import Partitions, frames_of
from worker.report.figures import Cube
from worker.report.revisions import (
    LineClaim,
    LineName,
    Revision,
    figures_of,
    group_of,
    is_whole,
)
from worker.report.terms import terms_of_events, terms_of_procedure

_REVISION, _TERMS, _EVENT = "revision", "terms", "event"
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(tuple[str, str, Any]).decode


class Counted(NamedTuple):
    """The figures, and of how many lines not all is known."""

    cube: Cube
    without_claim: int = 0
    """Lines whose claim is not known: no plan, no state, no day of receipt."""
    without_history: int = 0
    """Lines of which earlier determinations are missing: no days, no reviews."""


class Dealt:
    """Puts what is read about members into parts."""

    def __init__(self, parts: Partitions) -> None:
        self._parts = parts

    def revision(self, member_id: str, revision: Revision) -> None:
        """Adds a determination."""
        self._parts.add(member_id, _encode((member_id, _REVISION, revision)))

    def terms(self, member_id: str, terms: Mapping[LineName, LineClaim]) -> None:
        """Adds what is known of a member's lines."""
        listed = [(*name, *of_line) for name, of_line in terms.items()]
        self._parts.add(member_id, _encode((member_id, _TERMS, listed)))

    def event(self, member_id: str, raw: bytes) -> None:
        """Adds an event as it was sent; events of a member in their order."""
        self._parts.add(member_id, _encode((member_id, _EVENT, raw)))


def count(paths: Sequence[Path], library: Library) -> Iterator[Counted]:
    """The lines of each part."""
    for path in paths:
        yield _count_part(path, library)


def together(counted: Iterable[Counted]) -> Counted:
    """The lines of all parts."""
    cube = Cube()
    without_claim = without_history = 0
    for part in counted:
        for group, figures in part.cube.cells():
            cube.add(group, figures)
        without_claim += part.without_claim
        without_history += part.without_history
    return Counted(cube, without_claim, without_history)


class _Gathered:
    """What a part holds about one member."""

    def __init__(self) -> None:
        self.lines: dict[LineName, dict[int, Revision]] = {}
        self.terms: dict[LineName, LineClaim] = {}
        self.events: list[bytes] = []

    def take(self, kind: str, content: Any) -> None:  # noqa: ANN401  # what the frame holds
        """Keeps the content of a frame; a determination that comes again is the same."""
        match kind:
            case "revision":
                revision = msgspec.convert(content, Revision)
                self.lines.setdefault(revision.name, {})[revision.revision] = revision
            case "terms":
                for claim_id, line, *terms in content:
                    self.terms[claim_id, line] = LineClaim(*terms)
            case _:
                self.events.append(content)


def _count_part(path: Path, library: Library) -> Counted:
    cube = Cube()
    without_claim = without_history = 0
    for gathered in _members(path).values():
        terms = {**terms_of_events(gathered.events, library), **gathered.terms}
        for name, by_number in gathered.lines.items():
            revisions = [by_number[number] for number in sorted(by_number)]
            known = terms.get(name) or terms_of_procedure(revisions[-1], library)
            figures = figures_of(revisions, known.received)
            cube.add(group_of(known, revisions[-1].reason), figures)
            without_claim += known.received is None
            without_history += not is_whole(revisions)
    return Counted(cube, without_claim, without_history)


def _members(path: Path) -> dict[str, _Gathered]:
    members: dict[str, _Gathered] = {}
    for frame in frames_of(path):
        member_id, kind, content = _decode(frame)
        members.setdefault(member_id, _Gathered()).take(kind, content)
    return members
