"""Decides the members of one part under two or more libraries, and counts what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from rules.analysis.two_libraries import (
    MemberComparison,
    MemberDecisions,
    changed_details,
    compare,
    decide,
)
from rules.history.record import Record
from rules.library_model import Library, RemittanceCodes
from rules.loading.files import load_library
from worker.events.decode import Refusal, decode, reused_identity
from worker.events.files import EventLine
from worker.processes.partitions import frames_of
from worker.replay.in_memory import refusal_line
from worker.store.member_state import decode_member
from worker.whatif.collection import Gathering
from worker.whatif.flips import billed_lines, ending_of, flip_data, order_of, service_of
from worker.whatif.tally import Cell, Example, FlipTotals

UNKNOWN_PLAN = "(unknown to both)"
"""Used for every plan that no library has, so that a table cannot grow without bound."""


class LibraryFolder(NamedTuple):
    """Where a library is, and its name in tables."""

    name: str
    folder: Path
    plans: Path | None

    def load(self) -> Library:
        """Loads the library; raises `LibraryRefused`."""
        return load_library(self.folder, self.plans)


class PartTried(NamedTuple):
    """The result of one part."""

    counts: Counter[str]
    """members, applied, duplicate, refused."""
    refusals: list[bytes]
    """What to report about each refused event."""
    tallies: list[FlipTotals]
    """One for each library that was tried."""
    flips: list[bytes]
    """All flips as JSON, if requested."""


class Trial(NamedTuple):
    """What to try; it can be sent to another process."""

    in_use: LibraryFolder
    tried: tuple[LibraryFolder, ...]
    holds: Literal["events", "members"]
    """What the frames hold: lines of files, or members' recorded states."""
    examples: int
    keeps_flips: bool

    def prepare(self) -> Callable[[Path], PartTried]:
        """Loads the libraries; raises `LibraryRefused`."""
        return _Trying(self).part


def event_frame(line: EventLine) -> bytes:
    """Returns a line of a file as a frame."""
    return msgspec.msgpack.encode([line.file, line.row, line.raw])


def member_frame(member_id: str, state: bytes) -> bytes:
    """Returns a member's recorded state as a frame."""
    return msgspec.msgpack.encode([member_id, state])


class _Trying:
    """The libraries, loaded."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._in_use = trial.in_use.load()
        self._tried = [(tried.name, tried.load()) for tried in trial.tried]

    def part(self, part: Path) -> PartTried:
        """Tries the members of a part one by one."""
        tallies = [FlipTotals(self._trial.examples) for _ in self._tried]
        tried = PartTried(Counter(), [], tallies, [])
        if self._trial.holds == "events":
            members = _from_events(part, self._in_use.remittance, tried)
        else:
            members = _from_states(part, tried)
        for member_id, record in members:
            tried.counts["members"] += 1
            self._member(member_id, record, tried)
        return tried

    def _member(self, member_id: str, record: Record, tried: PartTried) -> None:
        before = decide(record, self._in_use)
        if not before.determinations:
            return
        for (name, library), tally in zip(self._tried, tried.tallies, strict=True):
            after = decide(record, library)
            compared = compare(record, before, after, library)
            tally.undone += compared.undone
            found = _Found(member_id, record, before, after, compared)
            for flip in self._count(found, library, tally):
                if self._trial.keeps_flips:
                    tried.flips.append(msgspec.json.encode({"library": name, **flip}))

    def _count(
        self, found: _Found, library: Library, tally: FlipTotals
    ) -> Iterator[dict[str, object]]:
        """Counts each line of a member; returns the flips."""
        flips = {(flip.before.claim_id, flip.before.line): flip for flip in found.compared.flips}
        billed = billed_lines(found.record, self._in_use)
        for was, now in zip(found.before.determinations, found.after.determinations, strict=True):
            key = (was.claim_id, was.line)
            flip = flips.get(key)
            order = "same" if flip is None else order_of(flip)
            plan = self._plan(billed[key].claim.plan_id, library)
            endings = (ending_of(was), ending_of(now))
            cell = Cell(service_of(was), plan, *endings, order, service_of(now))
            tally.count(cell, billed[key].line.charge)
            if flip is None:
                details = list(changed_details(was, now))
                tally.details.update(details)
                tally.reworded += bool(details)
            else:
                data = flip_data(flip, billed[key], found.member_id)
                tally.keep(cell, Example(found.record.version, *key, found.member_id, data))
                yield data

    def _plan(self, plan_id: str, library: Library) -> str:
        is_known = plan_id in self._in_use.plans or plan_id in library.plans
        return plan_id if is_known else UNKNOWN_PLAN


class _Found(NamedTuple):
    """A member and the results of their lines."""

    member_id: str
    record: Record
    before: MemberDecisions
    after: MemberDecisions
    compared: MemberComparison


def _from_events(
    part: Path, codes: RemittanceCodes, tried: PartTried
) -> Iterator[tuple[str, Record]]:
    """Returns members in order of id; refuses what `decide` refuses with the library in use."""
    members: dict[str, Gathering] = {}
    for frame in frames_of(part):
        line = EventLine(*msgspec.msgpack.decode(frame))
        refusal = _take(line.raw, codes, members, tried.counts)
        if refusal is not None:
            tried.counts["refused"] += 1
            tried.refusals.append(refusal_line(line, refusal))
    for member_id in sorted(members):
        yield member_id, members[member_id].record()


def _take(
    raw: bytes, codes: RemittanceCodes, members: dict[str, Gathering], counts: Counter[str]
) -> Refusal | None:
    event = decode(raw, codes)
    if isinstance(event, Refusal):
        return event
    recognition = members.setdefault(event.member_id, Gathering()).take(event, sha256(raw).digest())
    if recognition == "reused":
        return reused_identity(event)
    counts["applied" if recognition == "new" else "duplicate"] += 1
    return None


def _from_states(part: Path, tried: PartTried) -> Iterator[tuple[str, Record]]:
    """Returns members in order of id; a scan of Redis may name one twice."""
    states: dict[str, bytes] = dict(map(msgspec.msgpack.decode, frames_of(part)))
    for member_id in sorted(states):
        record = decode_member(states[member_id]).record
        tried.counts["applied"] += record.version
        yield member_id, record
