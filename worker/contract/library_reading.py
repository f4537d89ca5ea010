"""What `library show` and `library check` write for programs."""

from __future__ import annotations

from worker.contract.determination import NeededItem
from worker.contract.document import AnyJson, Count, Day, Digest, Document


class LibraryShowOutput(Document):
    """A version of the policy beside its reading."""

    policy: str
    version: str
    effective_from: Day
    effective_to: Day | None
    next_review: str
    """A month."""
    generation: int
    library: Digest
    sections: tuple[dict[str, AnyJson], ...]
    open_questions: tuple[dict[str, AnyJson], ...]
    jurisdictions: tuple[dict[str, AnyJson], ...]
    persons: tuple[dict[str, AnyJson], ...]
    """Plans that ask for more than one person, and how."""
    needs: tuple[NeededItem, ...]
    changes: tuple[dict[str, AnyJson], ...]


class LibraryCheckOutput(Document):
    """One check of a library."""

    name: str
    policy: str
    """The policy that it is of; empty: what all policies have in common."""
    asks: str
    looked_at: str
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


class LibraryChecksOutput(Document):
    """The last line: totals."""

    checks: Count
    faults: Count
    warnings: Count
    seconds: float
