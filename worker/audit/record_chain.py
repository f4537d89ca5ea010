"""Checks a record's events, and their order, against the chain of its digests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from rules.facts import Origin
from rules.member.member import NOTHING_YET, Member
from worker.audit.discrepancies import Discrepancy, of_determination, of_event
from worker.determinations.parse import PublishedDetermination
from worker.terminal.counts import counted

_TRIED_MAX = 64
"""In a longer record only neighbours are tried as swapped: the rest would take too long."""


class Sound(NamedTuple):
    """How far a record can be relied upon, and its discrepancies."""

    until: int
    """The version up to which every digest agrees."""
    findings: tuple[Discrepancy, ...]


class _Anchor(NamedTuple):
    """A digest stated for the events up to a version."""

    version: int
    digest: bytes | None


def check_events(member: Member, told: Sequence[PublishedDetermination]) -> Sound:
    """
    Compares the chain over the events with the digests in the determinations and the record.

    The determinations take precedence: whoever changes a record can rewrite the end of its chain.
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
        detail = "the end of its chain does not match its events"
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
    """Checks that every number from 1 and every identity occurs once."""
    for before, after in pairwise([_NO_ORIGIN, *origins]):
        if after.sequence == before.sequence:
            yield of_event("added", after, f"two events have the number {after.sequence}")
        if after.sequence > before.sequence + 1:
            first, last = before.sequence + 1, after.sequence - 1
            numbers = f"number {first} is" if first == last else f"numbers {first} to {last} are"
            yield Discrepancy("missing", "event", f"{numbers} missing", sequence=first)
    seen: set[tuple[str, str]] = set()
    for origin in origins:
        if (origin.source, origin.id) in seen:
            yield of_event("added", origin, "the record has its identity twice")
        seen.add((origin.source, origin.id))


def _unknown_causes(
    origins: Sequence[Origin], told: Sequence[PublishedDetermination]
) -> Iterator[Discrepancy]:
    """Checks that events named as causes by determinations exist, in the right place."""
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
    """Finds determinations with a wrong digest where a later one proves the record right."""
    for one in told:
        if one.version <= until and not _holds(_Anchor(one.version, one.record), links):
            detail = "its digest of the record does not match the events up to its version"
            yield of_determination("changed", one, detail)


def _holds(anchor: _Anchor, links: Sequence[bytes]) -> bool:
    return 0 <= anchor.version < len(links) and links[anchor.version] == anchor.digest


def _explained(
    origins: Sequence[Origin], anchors: Sequence[_Anchor], until: int
) -> Iterator[Discrepancy]:
    """Finds the single change of the events that would make every digest agree."""
    later = [anchor for anchor in anchors if anchor.version > until]
    for one, other, order in _exchanges(origins, until):
        if _agree(order, later):
            detail = f"it and event {other.sequence} were swapped"
            yield of_event("reordered", one, detail)
            return
    shorter = [a._replace(version=min(a.version, len(origins) - 1)) for a in later]
    for number in range(until, len(origins)):
        if _agree([*origins[:number], *origins[number + 1 :]], shorter):
            yield of_event("added", origins[number], "without it, every digest agrees")
            return


def _exchanges(
    origins: Sequence[Origin], until: int
) -> Iterator[tuple[Origin, Origin, list[Origin]]]:
    """Returns each pair of events from a position on, with the order after swapping them."""
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
    """Names the events among which something is not as it was."""
    wrong = min(anchor.version for anchor in broken)
    spoken_of = max(anchor.version for anchor in broken)
    where = f"event {wrong}" if wrong == until + 1 else f"one of the events {until + 1} to {wrong}"
    if spoken_of > len(origins):
        detail = (
            f"determinations refer to {counted(spoken_of, 'event')}, the record holds "
            f"{len(origins)}: "
            f"the first missing one was {where}"
        )
        return Discrepancy("missing", "event", detail)
    if wrong == until + 1:
        return of_event("changed", origins[until], "its digest is not the one that was chained")
    detail = f"{where} is not as it was chained: changed, swapped or removed"
    return of_event("changed", origins[until], detail)


_NO_ORIGIN = Origin(None, "", "", 0, b"")  # type: ignore[arg-type]  # stands before the first
