"""What `library diff --json` writes."""

from __future__ import annotations

from rules.determination import Outcome, Service
from worker.contract.document import Count, Day, Digest, Document


class ComparedLibrary(Document):
    """One of two libraries."""

    generation: int
    digest: Digest


class ClassDecision(Document):
    """How a library decides a class of claims."""

    service: Service
    outcome: Outcome
    reason: str
    group: str | None
    carc: str | None
    rarc: tuple[str, ...]
    needs: tuple[str, ...]
    due_on: Day | None


class LibraryCauseOutput(Document):
    """Something of which the libraries say different things."""

    kind: str
    name: str
    before: str
    after: str
    alike: tuple[str, ...]


class DecidedClass(Document):
    """A class of claims that the libraries decide differently."""

    policy: str
    before: ClassDecision
    after: ClassDecision
    details: tuple[str, ...]
    turns_on: tuple[LibraryCauseOutput, ...]
    situations: Count
    smallest: tuple[str, ...]


class LibraryDiffOutput(Document):
    """The result of `library diff`."""

    before: ComparedLibrary
    after: ComparedLibrary
    policies_added: tuple[str, ...]
    """Those that the second library alone has; they are not compared."""
    policies_removed: tuple[str, ...]
    situations: Count
    differing: Count
    classes: tuple[DecidedClass, ...]
