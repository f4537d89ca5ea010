"""Checks a member's determinations, and their order, against their chain of digests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice, pairwise

from rules.member.member import Member
from worker.audit.discrepancies import Discrepancy, of_determination, of_key
from worker.audit.evidence import MemberEvidence
from worker.determinations.parse import PublishedDetermination, named
from worker.determinations.publish import determination_id
from worker.store.stream_ids import is_before, milliseconds_of

_SECOND = 1.0
_NAMED_MAX = 20
"""The most missing revisions listed for one line."""


def check_links(
    evidence: MemberEvidence, told: Sequence[PublishedDetermination]
) -> Iterator[Discrepancy]:
    """Finds what is missing, added, reordered or changed, from digests and numbers alone."""
    for one in told:
        yield from _own(one, evidence.member_id)
    added = list(_added(evidence, told))
    yield from added
    missing = list(_missing(evidence, told))
    yield from missing
    surplus = {finding.entry for finding in added}
    kept = [one for one in told if one.found.entry_id not in surplus]
    if list(_breaks(kept, evidence.member.previous)):
        yield from _broken(kept, evidence.member, is_missing=bool(missing))
    yield from _ids_in_order(kept)


def _own(one: PublishedDetermination, member_id: str) -> Iterator[Discrepancy]:
    """Checks a determination against its own entry."""
    if one.member_id != member_id:
        yield of_determination("changed", one, "it names another member")
    if one.id != determination_id(one.member_id, one.claim_id, one.line, one.revision):
        yield of_determination("changed", one, "its id does not match its line and revision")
    milliseconds = milliseconds_of(one.found.entry_id)
    if milliseconds and abs(_seconds(one.time) - milliseconds / 1000) > _SECOND:
        yield of_determination("changed", one, "its time does not match its entry")


def _seconds(time: str) -> float:
    try:
        return datetime.fromisoformat(time).timestamp()
    except ValueError:
        return -1.0


def _added(
    evidence: MemberEvidence, told: Sequence[PublishedDetermination]
) -> Iterator[Discrepancy]:
    """Finds determinations that the record does not know, and duplicates."""
    known = {(p.claim_id, p.line): p.revision for p in evidence.member.published}
    linked = {one.previous for one in told} | {evidence.member.previous}
    seen: dict[tuple[str, int, int], PublishedDetermination] = {}
    for one in told:
        other = seen.setdefault(one.key, one)
        if other is not one:
            forged = one if other.digest in linked else other
            yield of_determination("added", forged, "its line has this revision twice")
        elif evidence.has_state and not 1 <= one.revision <= known.get(one.key[:2], 0):
            detail = "the record has no such revision of its line"
            yield of_determination("added", one, detail)


def _missing(
    evidence: MemberEvidence, told: Sequence[PublishedDetermination]
) -> Iterator[Discrepancy]:
    """Finds missing revisions, from 1 to the last known one of each line."""
    last: dict[tuple[str, int], int] = {}
    for one in told:
        last[one.key[:2]] = max(last.get(one.key[:2], 0), one.revision)
    if evidence.has_state:
        last = {(p.claim_id, p.line): p.revision for p in evidence.member.published}
    there = {one.key for one in told}
    for line, revisions in sorted(last.items()):
        gone = (n for n in range(1, revisions + 1) if (*line, n) not in there)
        for revision in islice(gone, _NAMED_MAX):
            yield of_key("missing", (*line, revision), "it was published and is not there")


def _breaks(told: Sequence[PublishedDetermination], end: bytes | None) -> Iterator[int]:
    """Returns the positions before which the chain breaks; past the end if its end differs."""
    before: bytes | None = None
    for number, one in enumerate(told):
        if one.previous != before or one.has_previous != (before is not None):
            yield number
        before = one.digest
    if before != end:
        yield len(told)


def _broken(
    told: Sequence[PublishedDetermination], member: Member, *, is_missing: bool
) -> Iterator[Discrepancy]:
    """Names what breaks the chain: the order, or an entry next to each break."""
    order = _linked(told, member.previous)
    if order is not None:
        displaced = [one for one, other in zip(told, order, strict=True) if one is not other]
        for one in displaced[:2]:
            yield of_determination("reordered", one, "it was not published at this place")
        return
    digests = {one.digest for one in told}
    for number in _breaks(told, member.previous):
        if number == len(told):
            yield from _broken_end(told, member, digests, is_missing=is_missing)
        elif number and told[number].previous not in digests and not is_missing:
            detail = "its bytes are not the ones that the next determination was chained to"
            yield of_determination("changed", told[number - 1], detail)
        elif not number or told[number].previous in digests:
            yield of_determination("changed", told[number], "it names a different predecessor")


def _broken_end(
    told: Sequence[PublishedDetermination], member: Member, digests: set[bytes], *, is_missing: bool
) -> Iterator[Discrepancy]:
    """Handles a record that names a different last determination."""
    end = member.previous
    if end is None:
        yield Discrepancy("changed", "record", "it names no last determination, but there are some")
    elif end in digests:
        at = next(number for number, one in enumerate(told) if one.digest == end)
        for one in told[at + 1 :]:
            yield of_determination("added", one, "it comes after the record's last determination")
    elif told and not is_missing:
        detail = f"the record names {named(end)[:19]}… as its last determination, but it is not"
        yield of_determination("changed", told[-1], detail)


def _linked(
    told: Sequence[PublishedDetermination], end: bytes | None
) -> list[PublishedDetermination] | None:
    """Returns the determinations in chain order, if all of them are chained."""
    following = {one.previous: one for one in told}
    order: list[PublishedDetermination] = []
    digest: bytes | None = None
    while digest in following and len(order) < len(told):
        order.append(following[digest])
        digest = order[-1].digest
    return order if len(order) == len(told) and digest == end else None


def _ids_in_order(told: Sequence[PublishedDetermination]) -> Iterator[Discrepancy]:
    """Checks that later determinations are later in the stream."""
    for before, after in pairwise(told):
        if is_before(after.found.entry_id, before.found.entry_id):
            yield of_determination("reordered", after, "an earlier determination comes after it")
