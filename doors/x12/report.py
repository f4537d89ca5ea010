"""What is told of a file that was read, without any member's data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from doors.x12.reading import FileReading, Verdict
from worker.terminal.console import printable
from worker.terminal.counts import counted


class Counts(NamedTuple):
    """How the claims of a file ended."""

    accepted: int
    rejected: int


def counts_of(reading: FileReading) -> Counts:
    """Counts the claims of a file."""
    rejected = total = 0
    for outcome in reading.outcomes():
        total += 1
        rejected += bool(outcome.reasons)
    return Counts(total - rejected, rejected)


def rejections_of(reading: FileReading) -> Iterator[dict[str, Any]]:
    """Each claim that is rejected, by its place, with every reason."""
    for outcome in reading.outcomes():
        if outcome.reasons:
            yield {
                "file": reading.name,
                "interchange": outcome.interchange.elements[12],
                "group": (*outcome.group.elements, *[""] * 6)[5],
                "transaction_set": outcome.transaction_set.control_number,
                "claim": outcome.claim.position,
                "codes": [fault.code for fault in outcome.claim.faults],
                "reasons": outcome.reasons,
            }


def sentences_of(reading: FileReading, counts: Counts) -> Iterator[str]:
    """What became of a file, and what its sender or an operator should know."""
    name = printable(reading.name)
    claims = counted(counts.accepted + counts.rejected, "claim")
    yield f"{name}: {claims}, {counts.accepted} accepted, {counts.rejected} rejected."
    if reading.fault is not None:
        yield f"{name}: {printable(reading.fault)}"
    for reason in _reasons_without_claims(reading):
        yield f"{name}: {printable(reason)}"
    for note in reading.notes:
        yield f"{name}: {printable(note)}"


def _reasons_without_claims(reading: FileReading) -> Iterator[str]:
    """Faults of the envelope, each once: a file may be rejected and hold no claim."""
    texts: dict[str, None] = {}
    for interchange in reading.interchanges:
        texts.update(dict.fromkeys(fault.text for fault in interchange.faults))
        for group in interchange.groups:
            texts.update(dict.fromkeys(fault.text for fault in group.faults))
            for each in group.sets:
                texts.update(dict.fromkeys(fault.text for fault in each.faults))
                texts.update(dict.fromkeys(fault.text for fault in each.segment_faults))
    return iter(texts)


def is_clean(reading: FileReading, counts: Counts) -> bool:
    """Whether everything in a file was read and accepted."""
    if reading.fault is not None or counts.rejected:
        return False
    return "rejected" not in _verdicts_of(reading)


def _verdicts_of(reading: FileReading) -> Iterator[Verdict]:
    for interchange in reading.interchanges:
        yield interchange.verdict
        for group in interchange.groups:
            yield group.verdict
            yield from (each.verdict for each in group.sets)
