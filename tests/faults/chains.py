"""Follows each member's events one by one and holds what was published against what follows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from rules.adjudicate import adjudicate
from rules.facts import Event
from rules.library_model import Library
from rules.member.member import Applied, Member, Publication, line_key
from rules.member.open_member import apply, readjudicate
from rules.member.published import content_of
from tests.faults.verdict import Verdict
from tests.support.remittance import CODES
from worker.determinations.publish import event_of
from worker.events.decode import decode


class Switch(NamedTuple):
    """When a member was first decided by the later library."""

    version: int
    """Number of events that the record held."""
    is_by_order: bool
    """By an order, without a further event; else by the next event."""


class Told(NamedTuple):
    """What a member's events lead to, step by step."""

    publications: list[tuple[Publication, Library]]
    member: Member
    reused_claim_ids: int
    states: list[tuple[Member, Library]]
    """The member after each event and at the end, and the library in use by then."""


def follow(
    verdict: Verdict,
    member: Member,
    published: Sequence[bytes],
    raw_by_digest: Mapping[bytes, bytes],
    libraries: Sequence[Library],
) -> Told | None:
    """
    What the record's events lead to, if that is what was published.

    With two libraries there must be one moment at which the later took over.
    """
    entries = member.record.entries()
    unknown = [origin for origin, _ in entries if origin.digest not in raw_by_digest]
    if unknown:
        verdict.wrong.append(f"{len(unknown)} events in a record that nobody sent")
        return None
    raws = [raw_by_digest[origin.digest] for origin, _ in entries]
    told: Told | None = None
    for switch in _switches(len(raws), libraries):
        told = _tell(raws, libraries, switch)
        if _retold(told, published) == published and told.member == _without_chain(member):
            if any(_differs_from_scratch(*state) for state in told.states):
                verdict.wrong.append("a line was not decided as from the whole record")
            return told
    _say_how(verdict, told, member, published)
    return told


def _switches(events: int, libraries: Sequence[Library]) -> Iterator[Switch | None]:
    yield None
    if len(libraries) > 1:
        for version in range(events + 1):
            yield Switch(version, is_by_order=False)
            yield Switch(version, is_by_order=True)


def _tell(raws: Sequence[bytes], libraries: Sequence[Library], switch: Switch | None) -> Told:
    library, member = libraries[0], Member()
    publications: list[tuple[Publication, Library]] = []
    reused = 0
    states: list[tuple[Member, Library]] = []
    for position in range(len(raws) + 1):
        steps: list[Applied] = []
        if switch is not None and switch.version == position:
            library = libraries[-1]
            if switch.is_by_order and position:
                steps.append(readjudicate(member, library))
                member = steps[-1].member
        if position < len(raws):
            event = decode(raws[position], CODES)
            assert isinstance(event, Event)
            steps.append(apply(member, event, sha256(raws[position]).digest(), library))
            member = steps[-1].member
        for step in steps:
            publications += [(publication, library) for publication in step.publications]
            reused += step.claim_id_reused
        states.append((member, library))
    return Told(publications, member, reused, states)


def _differs_from_scratch(member: Member, library: Library) -> bool:
    """Whether a line is not as it is decided from the whole record."""
    if not member.library:
        return False
    whole = {line_key(line): content_of(line) for line in adjudicate(member.record, library)}
    decided = {line_key(line): line.content for line in member.published}
    return member.library == library.digest and whole != decided


def _retold(told: Told, published: Sequence[bytes]) -> list[bytes]:
    """The determinations as they should stand in the stream, with the times that they have."""
    previous: bytes | None = None
    retold = []
    for (publication, library), actual in zip(told.publications, published, strict=False):
        event = event_of(
            publication,
            _member_of(actual),
            library,
            time=json.loads(actual)["time"],
            previous=previous,
        )
        retold.append(event)
        previous = sha256(event).digest()
    # One that is missing has no time that it could be told with.
    return retold + [b"missing"] * (len(told.publications) - len(published))


def _member_of(actual: bytes) -> str:
    return json.loads(actual)["data"]["member_id"]


def _without_chain(member: Member) -> Member:
    return member._replace(previous=None)


def _say_how(
    verdict: Verdict, told: Told | None, member: Member, published: Sequence[bytes]
) -> None:
    """A repeated revision is doubled, a missing one lost, and the rest is wrong."""
    assert told is not None
    expected = [
        (p.determination.claim_id, p.determination.line, p.revision) for p, _ in told.publications
    ]
    found = [_revision(json.loads(event)["data"]) for event in published]
    verdict.doubled += [
        f"revision {revision[2]} of a line was published twice"
        for revision in set(found)
        for _ in range(found.count(revision) - 1)
    ]
    verdict.lost += [
        f"revision {revision[2]} of a line was never published"
        for revision in expected
        if revision not in found
    ]
    if sorted(expected) == sorted(found):
        same = told.member == _without_chain(member)
        verdict.wrong.append(
            "a determination is not what `decide` says of the events before it"
            if same
            else "a member's state is not what its events lead to"
        )
    elif not set(found) <= set(expected):
        verdict.wrong.append("a revision was published that no event led to")


def _revision(data: Mapping[str, Any]) -> tuple[str, int, int]:
    return (data["claim_id"], data["line"], data["revision"])
