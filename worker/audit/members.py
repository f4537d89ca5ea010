"""Verifies the members of one part of the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from rules.library_model import Library
from rules.loading.faults import LibraryRefused
from rules.loading.files import load_library
from rules.member.member import Member
from worker.audit.anchors import Anchor, ends_in, read_anchor
from worker.audit.discrepancies import Discrepancy
from worker.audit.evidence import MemberEvidence
from worker.audit.originals import by_digest
from worker.audit.recorded_state import MemberState
from worker.audit.rederivation import UNSOUND
from worker.audit.verification import Verified, verify
from worker.determinations.parse import StreamedDetermination
from worker.processes.partitions import frames_of
from worker.store.member_state import decode_member

FINDINGS_MAX = 100
"""The most discrepancies listed for one member; more would add nothing."""

_encode = msgspec.msgpack.encode


class Totals(NamedTuple):
    """Totals of what was verified."""

    members: int = 0
    events: int = 0
    proved: int = 0
    checked: int = 0
    by_themselves: int = 0
    unchecked: Counter[str] = Counter()  # noqa: RUF012  # nothing changes it
    by_others: Counter[str] = Counter()  # noqa: RUF012  # nothing changes it
    reworded: int = 0
    anchored: int = 0
    departed: int = 0

    def plus(self, other: Totals) -> Totals:
        """Both together."""
        return Totals(
            self.members + other.members,
            self.events + other.events,
            self.proved + other.proved,
            self.checked + other.checked,
            self.by_themselves + other.by_themselves,
            self.unchecked + other.unchecked,
            self.by_others + other.by_others,
            self.reworded + other.reworded,
            self.anchored + other.anchored,
            self.departed + other.departed,
        )


class PartVerified(NamedTuple):
    """The result of one part."""

    totals: Totals
    findings: list[tuple[str, Discrepancy]]
    """Each with the member's id."""


class LibrariesGiven(NamedTuple):
    """Folders of libraries, each with its own plans and with each folder of plans."""

    folders: tuple[Path, ...]
    plans: tuple[Path, ...]

    def load(self) -> dict[str, Library]:
        """
        Loads the libraries, by digest; raises `LibraryRefused`.

        Plans that do not fit a library are skipped, as long as it loads with some.
        """
        return {digest: library for digest, (library, _) in self._loaded().items()}

    def places(self) -> dict[str, tuple[Path, Path | None]]:
        """By their digests where each lies, and the plans in the place of its own; raises so."""
        return {digest: place for digest, (_, place) in self._loaded().items()}

    def _loaded(self) -> dict[str, tuple[Library, tuple[Path, Path | None]]]:
        return {
            library.digest: (library, (folder, plans))
            for folder in self.folders
            for plans, library in _with_plans(folder, (None, *self.plans))
        }


class Verification(NamedTuple):
    """What to verify with; it can be sent to another process."""

    libraries: LibrariesGiven
    anchors: tuple[Path, ...] = ()

    def prepare(self) -> Callable[[Path], PartVerified]:
        """Loads the libraries and the anchors."""
        libraries = self.libraries.load()
        anchors = [read_anchor(path) for path in self.anchors]
        return lambda part: _verify_part(part, libraries, anchors)


def member_frame(recorded: MemberState) -> bytes:
    """Returns a member's stored state as a frame."""
    return _encode([recorded.member_id, "member", recorded])


def entry_frame(member_id: str, entry_id: str, event: bytes) -> bytes:
    """Returns an entry of the stream of determinations as a frame."""
    return _encode([member_id, "entry", [entry_id, event]])


def original_frame(member_id: str, raw: bytes) -> bytes:
    """Returns an event as it was sent, as a frame."""
    return _encode([member_id, "original", raw])


def totals_of(verified: Verified) -> Totals:
    """Returns the totals of one member."""
    counts = verified._asdict()
    del counts["findings"]
    return Totals(members=1, **counts)


class _Gathered:
    """What a part holds about one member."""

    def __init__(self) -> None:
        self.recorded: MemberState | None = None
        self.entries: dict[str, bytes] = {}
        self.originals: list[bytes] = []

    def verify(
        self, member_id: str, libraries: dict[str, Library], anchors: Sequence[Anchor]
    ) -> Verified:
        """Verifies everything that can be verified of the member."""
        recorded = self.recorded or MemberState(member_id, None, (), ())
        entries = self.entries | dict(recorded.entries)
        found = tuple(
            StreamedDetermination(id_, entries[id_]) for id_ in recorded.published if id_ in entries
        )
        named = set(recorded.published)
        surplus = [
            StreamedDetermination(*entry) for entry in self.entries.items() if entry[0] not in named
        ]
        anchored = ends_in(anchors, member_id)
        member, own = read_state(recorded.state)
        if own and (found or surplus):
            unchecked = Counter({UNSOUND: len(found) + len(surplus)})
            held = len(anchored)
            return Verified(tuple(own), 0, 0, 0, 0, unchecked, anchored=held, departed=held)
        has_state = recorded.state is not None
        evidence = MemberEvidence(member_id, member, has_state, found, recorded.received)
        return verify(evidence, libraries, by_digest(self.originals), anchored, surplus=surplus)


def _verify_part(
    part: Path, libraries: dict[str, Library], anchors: Sequence[Anchor]
) -> PartVerified:
    result = PartVerified(Totals(), [])
    totals = result.totals
    for member_id, gathered in _members(part):
        verified = gathered.verify(member_id, libraries, anchors)
        totals = totals.plus(totals_of(verified))
        result.findings.extend((member_id, finding) for finding in verified.findings[:FINDINGS_MAX])
    return result._replace(totals=totals)


def _members(part: Path) -> Iterator[tuple[str, _Gathered]]:
    """Returns members in order of id, each with all frames about them."""
    members: dict[str, _Gathered] = {}
    for frame in frames_of(part):
        member_id, kind, content = msgspec.msgpack.decode(frame)
        gathered = members.setdefault(member_id, _Gathered())
        match kind:
            case "member":
                gathered.recorded = msgspec.convert(content, MemberState)
            case "entry":
                gathered.entries[content[0]] = content[1]
            case _:
                gathered.originals.append(content)
    yield from sorted(members.items())


def read_state(state: bytes | None) -> tuple[Member, list[Discrepancy]]:
    """Reads a member's stored state, and finds discrepancies of it as a whole."""
    if state is None:
        detail = "it does not exist, but determinations name its member"
        return Member(), [Discrepancy("missing", "record", detail)]
    try:
        return decode_member(state), []
    except msgspec.DecodeError as error:
        detail = f"it cannot be read as a record ({type(error).__name__})"
        return Member(), [Discrepancy("changed", "record", detail)]


def _with_plans(folder: Path, plans: tuple[Path | None, ...]) -> list[tuple[Path | None, Library]]:
    loaded: list[tuple[Path | None, Library]] = []
    refused: list[LibraryRefused] = []
    for each in plans:
        try:
            loaded.append((each, load_library(folder, each)))
        except LibraryRefused as error:
            refused.append(error)
    if not loaded:
        raise refused[0]
    return loaded
