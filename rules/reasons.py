"""Why a line is decided as it is: the reasons of a library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A stable id for why, with what it carries (`reasons.csv`)."""

    code: str
    criterion: str
    """The criterion that gives it; empty for reasons that no criterion gives."""
    section: str
    label: str
    """Our own few words for a table."""
    group: str | None
    """A group code, `plan:investigational`, `plan:non_covered`, or None."""
    carc: str | None
    rarc: tuple[str, ...]
    needs: tuple[str, ...]
    """Codes of what the requester could supply, in the order of `contract.md` 2."""
