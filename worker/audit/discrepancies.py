"""The discrepancies that an audit finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from rules.facts import Origin
from worker.determinations.parse import PublishedDetermination

DiscrepancyKind = Literal["changed", "missing", "added", "reordered"]
Subject = Literal["determination", "event", "record", "file"]


class Discrepancy(NamedTuple):
    """One entry that is not as it was recorded, and how that is known."""

    kind: DiscrepancyKind
    subject: Subject
    detail: str
    claim_id: str | None = None
    line: int | None = None
    revision: int | None = None
    entry: str | None = None
    """The id in the stream of determinations."""
    sequence: int | None = None
    """The number of the event in the record."""
    source: str | None = None
    event_id: str | None = None

    @property
    def name(self) -> str:
        """Describes the entry in words."""
        match self.subject:
            case "determination":
                at = f" (entry {self.entry})" if self.entry else ""
                if self.claim_id is None:
                    return f"determination{at}"
                return (
                    f"determination of claim {self.claim_id} line {self.line}, "
                    f"revision {self.revision}{at}"
                )
            case "event":
                number = f" {self.sequence}" if self.sequence else ""
                whose = f" (id {self.event_id} of {self.source})" if self.event_id else ""
                return f"event{number} of the record{whose}"
            case _:
                return self.subject

    def as_json(self, member_id: str) -> dict[str, Any]:
        """Returns the discrepancy as JSON data, without the fields that are not set."""
        set_of_it = {name: value for name, value in self._asdict().items() if value is not None}
        return {"member_id": member_id, **set_of_it}


def of_determination(
    kind: DiscrepancyKind, told: PublishedDetermination, detail: str
) -> Discrepancy:
    """Returns a discrepancy of a determination that is there."""
    return Discrepancy(
        kind,
        "determination",
        detail,
        claim_id=told.claim_id,
        line=told.line,
        revision=told.revision,
        entry=told.found.entry_id,
    )


def of_key(kind: DiscrepancyKind, key: tuple[str, int, int], detail: str) -> Discrepancy:
    """Returns a discrepancy of a determination that is missing."""
    claim_id, line, revision = key
    return Discrepancy(kind, "determination", detail, claim_id, line, revision)


def of_event(kind: DiscrepancyKind, origin: Origin, detail: str) -> Discrepancy:
    """Returns a discrepancy of an event of the record."""
    return Discrepancy(
        kind,
        "event",
        detail,
        sequence=origin.sequence,
        source=origin.source,
        event_id=origin.id,
    )


def each_once(findings: Iterable[Discrepancy]) -> tuple[Discrepancy, ...]:
    """Merges discrepancies of the same kind about the same entry, keeping all their details."""
    kept: dict[Discrepancy, Discrepancy] = {}
    for finding in findings:
        same = finding._replace(detail="", entry=None)
        known = kept.setdefault(same, finding)
        if finding.detail not in known.detail:
            kept[same] = known._replace(detail=f"{known.detail}; {finding.detail}")
    return tuple(kept.values())
