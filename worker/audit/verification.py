"""Verifies one member: digests, order, facts, and every determination by deriving it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from worker.audit.anchors import ChainEnds, check_anchored
from worker.audit.discrepancies import Discrepancy, each_once
from worker.audit.evidence import MemberEvidence
from worker.audit.links import check_links
from worker.audit.originals import (
    Originals,
    check_originals,
    check_traces,
    kept_originals,
    proved,
    said_otherwise,
    unrecorded,
)
from worker.audit.record_chain import check_events
from worker.audit.rederivation import UNSOUND, Libraries, Rederiving
from worker.determinations.parse import PublishedDetermination, StreamedDetermination, read
from worker.events.remittance import InEach


class Verified(NamedTuple):
    """The result for one member."""

    findings: tuple[Discrepancy, ...]
    events: int
    """Events in the record."""
    proved: int
    """Those whose facts were compared with the bytes that were received."""
    checked: int
    """Determinations that were derived again together with everything before them."""
    by_themselves: int
    """Determinations that were derived again on their own: an earlier library is not given."""
    unchecked: Counter[str]
    """Determinations that were not derived again, by the digest of the library needed."""
    by_others: Counter[str] = Counter()  # noqa: RUF012  # nothing changes it
    """Of those derived again: that were compared apart from their wording, by their program."""
    reworded: int = 0
    """Of these: that say the same in other words."""
    anchored: int = 0
    """In how many anchors the member is."""
    departed: int = 0
    """In how many of these the chains are not as they were anchored."""


def verify(
    evidence: MemberEvidence,
    libraries: Libraries,
    originals: Originals | None = None,
    anchored: Sequence[ChainEnds] = (),
    *,
    surplus: Sequence[StreamedDetermination] = (),
) -> Verified:
    """
    Verifies everything that can be verified of one member with these libraries.

    `originals` are the member's events as they were sent, beside those that are kept. `anchored`
    is where the member's chains ended in files that were kept elsewhere. `surplus` are stream
    entries that name the member but are not in the member's index.
    """
    told = [one for one in map(read, evidence.found) if one is not None]
    findings = [_unreadable(found) for found in evidence.found if read(found) is None]
    findings += [_stray(found) for found in surplus]
    sound = check_events(evidence.member, told)
    findings += sound.findings
    findings += check_links(evidence, told)
    of_anchors = [list(check_anchored(evidence, ends)) for ends in anchored]
    findings += chain.from_iterable(of_anchors)
    record = evidence.member.record
    known = _compared_with_bytes(evidence, libraries, originals or {}, findings)
    findings += check_traces(told, record, known)
    again = _derived_again(evidence, told, libraries, sound.until, findings)
    return Verified(
        findings=each_once([*findings, *again.findings]),
        events=record.version,
        proved=proved(record, known),
        checked=again.checked,
        by_themselves=again.by_themselves,
        unchecked=again.unchecked,
        by_others=again.wording.by_others,
        reworded=again.wording.reworded,
        anchored=len(anchored),
        departed=sum(map(bool, of_anchors)),
    )


def _compared_with_bytes(
    evidence: MemberEvidence,
    libraries: Libraries,
    sent: Originals,
    findings: list[Discrepancy],
) -> Originals:
    """Compares the facts with the events as received and as sent; returns all of those."""
    record = evidence.member.record
    kept, of_kept = kept_originals(evidence)
    known = {**kept, **sent}
    codes = InEach([library.remittance for library in libraries.values()])
    findings += of_kept
    findings += check_originals(evidence.member_id, record, known)
    findings += said_otherwise(evidence.member_id, record, sent)
    findings += unrecorded(record, sent, codes)
    return known


def _derived_again(
    evidence: MemberEvidence,
    told: Sequence[PublishedDetermination],
    libraries: Libraries,
    until: int,
    findings: list[Discrepancy],
) -> Rederiving:
    again = Rederiving(evidence, told, libraries)
    try:
        again.run(until)
    except Exception as error:  # noqa: BLE001  # facts that no decoder accepted can break anything
        detail = f"its facts cannot be decided ({type(error).__name__})"
        findings.append(Discrepancy("changed", "record", detail))
        done = again.checked + again.by_themselves + again.unchecked.total()
        again.unchecked[UNSOUND] += len(told) - done
    return again


def _unreadable(found: StreamedDetermination) -> Discrepancy:
    return Discrepancy(
        "changed", "determination", "it cannot be read as a determination", entry=found.entry_id
    )


def _stray(found: StreamedDetermination) -> Discrepancy:
    told = read(found)
    detail = "it is in the stream, but not in its member's index"
    if told is None:
        return Discrepancy("added", "determination", detail, entry=found.entry_id)
    return Discrepancy("added", "determination", detail, *told.key, found.entry_id)
