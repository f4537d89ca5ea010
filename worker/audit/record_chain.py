"""Whether the events of a record are those, in that order, which its digests were chained over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from rules.facts import Origin
from rules.member.member import NOTHING_YET, Member
from worker.audit.discrepancies import Discrepancy, of_determination, of_event
from worker.determinations.parse import PublishedDetermination

_TRIED_MAX = 64
"""Of a longer record only neighbours are tried as exchanged: the rest would take too long."""


class Sound(NamedTuple):
    """How far a record can be relied upon, and what is wrong with it."""

    until: int
    """The version up to which every digest agrees."""
    findings: tuple[Discrepancy, ...]


class _Anchor(NamedTuple):
    """A digest that is said of the events up to a version."""

    version: int
    digest: bytes | None


def check_events(member: Member, told: Sequence[PublishedDetermination]) -> Sound:
    """
    Compares the chain over the events with what the determinations and the record say of it.

    The determinations go first: whoever changes a record can write the end of its chain anew.
    """
    origins = [origin for origin, _ in member.record.entries()]
    links = chain_over(origins)
    anchors = [_Anchor(one.version, one.record) for one in told]
    until = max((anchor.version for anchor in anchors if _holds(anchor, links)), default=0)
    end = _Anchor(len(origins), member.chain)
    broken = [anchor for anchor in anchors if anchor.version > until]
    findings = [*_numbering(origins), *_unknown_causes(origins, told)]
    findings += _wrong_digests(told, links, until)
    if not _holds(end, links):
        broken.append(end)
    if not broken:
        return Sound(len(origins), tuple(findings))
    if until == len(origins) and broken == [end]:
        detail = "the end of its chain over the events is not where its events lead"
        return Sound(until, (*findings, Discrepancy("changed", "record", detail)))
    if not any(finding.subject == "event" for finding in findings):
        explained = list(_explained(origins, [*anchors, *broken], until))
        findings += explained or [_unexplained(origins, broken, until)]
    return Sound(until, tuple(findings))


def chain_over(origins: Iterable[Origin]) -> list[bytes]:
    """d(0), d(1) … d(n)."""
    links = [NOTHING_YET]
    for origin in origins:
        links.append(sha256(links[-1] + origin.digest).digest())
    return links


def _numbering(origins: Sequence[Origin]) -> Iterator[Discrepancy]:
    """Every number from 1 once, every identity once."""
    for before, after in pairwise([_NO_ORIGIN, *origins]):
        if after.sequence == before.sequence:
            yield of_event("added", after, f"there are two with the number {after.sequence}")
        if after.sequence > before.sequence + 1:
            first, last = before.sequence + 1, after.sequence - 1
            numbers = f"number {first} is" if first == last else f"numbers {first} to {last} are"
            yield Discrepancy("missing", "event", f"{numbers} left out", sequence=first)
    seen: set[tuple[str, str]] = set()
    for origin in origins:
        if (origin.source, origin.id) in seen:
            yield of_event("added", origin, "the record holds its identity twice")
        seen.add((origin.source, origin.id))


def _unknown_causes(
    origins: Sequence[Origin], told: Sequence[PublishedDetermination]
) -> Iterator[Discrepancy]:
    """Events that determinations name as their cause must be there, and in their place."""
    places = {(origin.source, origin.id): origin for origin in origins}
    for one in told:
        if one.caused_by is None:
            continue
        origin = places.get(one.caused_by)
        if origin is None:
            source, event_id = one.caused_by
            detail = f"claim {one.claim_id} line {one.line}, revision {one.revision}, names it"
            yield Discrepancy("missing", "event", detail, source=source, event_id=event_id)


def _wrong_digests(
    told: Sequence[PublishedDetermination], links: Sequence[bytes], until: int
) -> Iterator[Discrepancy]:
    """Determinations that say another digest where a later one proves the record right."""
    for one in told:
        if one.version <= until and not _holds(_Anchor(one.version, one.record), links):
            detail = "its digest of the record is not that of the events up to its version"
            yield of_determination("changed", one, detail)


def _holds(anchor: _Anchor, links: Sequence[bytes]) -> bool:
    return 0 <= anchor.version < len(links) and links[anchor.version] == anchor.digest


def _explained(
    origins: Sequence[Origin], anchors: Sequence[_Anchor], until: int
) -> Iterator[Discrepancy]:
    """What single change of the events would make every digest agree."""
    later = [anchor for anchor in anchors if anchor.version > until]
    for one, other, order in _exchanges(origins, until):
        if _agree(order, later):
            detail = f"it and event {other.sequence} have changed places"
            yield of_event("reordered", one, detail)
            return
    shorter = [a._replace(version=min(a.version, len(origins) - 1)) for a in later]
    for number in range(until, len(origins)):
        if _agree([*origins[:number], *origins[number + 1 :]], shorter):
            yield of_event("added", origins[number], "without it every digest agrees")
            return


def _exchanges(
    origins: Sequence[Origin], until: int
) -> Iterator[tuple[Origin, Origin, list[Origin]]]:
    """Each two events from a place on, and the order with the two exchanged."""
    is_short = len(origins) <= _TRIED_MAX
    for one in range(until, len(origins)):
        for other in range(one + 1, len(origins) if is_short else min(one + 2, len(origins))):
            order = list(origins)
            order[one], order[other] = order[other], order[one]
            yield origins[one], origins[other], order


def _agree(origins: Sequence[Origin], anchors: Sequence[_Anchor]) -> bool:
    links = chain_over(origins)
    return all(_holds(anchor, links) for anchor in anchors)


def _unexplained(origins: Sequence[Origin], broken: Sequence[_Anchor], until: int) -> Discrepancy:
    """The events among which something is not as it was."""
    wrong = min(anchor.version for anchor in broken)
    spoken_of = max(anchor.version for anchor in broken)
    where = f"event {wrong}" if wrong == until + 1 else f"one of the events {until + 1} to {wrong}"
    if spoken_of > len(origins):
        detail = (
            f"determinations speak of {spoken_of} events, the record holds {len(origins)}: "
            f"the first that is not there was {where}"
        )
        return Discrepancy("missing", "event", detail)
    if wrong == until + 1:
        return of_event("changed", origins[until], "its digest is not the one that was chained")
    detail = f"{where} is not as it was chained: changed, exchanged or left out"
    return of_event("changed", origins[until], detail)


_NO_ORIGIN = Origin(None, "", "", 0, b"")  # type: ignore[arg-type]  # stands before the first
