"""What is wrong with a resource: where, by FHIRPath, and what is expected there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from worker.failures import RefusedError

IssueCode = Literal[
    "structure", "required", "value", "invariant", "not-supported", "code-invalid", "not-found",
    "duplicate", "too-long", "invalid", "login", "throttled", "transient", "exception",
]  # fmt: skip
"""Codes of the value set issue-type of FHIR R4."""

FAULTS_MAX: Final = 1_000
"""More than a reader mends at once; the last one then says that there may be more."""


class ResourceFault(NamedTuple):
    """One thing wrong. None of the three holds any part of what was sent but names of elements."""

    expression: str
    """A FHIRPath such as `Claim.item[0].servicedDate`; empty: the whole message."""
    code: IssueCode
    text: str


class ResourceFaults:
    """Collects the faults of one resource."""

    def __init__(self) -> None:
        self._found: list[ResourceFault] = []
        self.notes: set[str] = set()
        """Sentences on what was read all the same."""

    def __len__(self) -> int:
        return len(self._found)

    def add(self, expression: str, code: IssueCode, text: str) -> None:
        """Notes a fault, once."""
        fault = ResourceFault(expression, code, text)
        if len(self._found) < FAULTS_MAX and fault not in self._found:
            self._found.append(fault)

    def note(self, text: str) -> None:
        """Says something of what is read."""
        self.notes.add(text)

    def extend(self, faults: Iterable[ResourceFault]) -> None:
        """Notes several."""
        for fault in faults:
            self.add(*fault)

    def found(self) -> tuple[ResourceFault, ...]:
        """All of them, in the order in which they were found."""
        if len(self._found) < FAULTS_MAX:
            return tuple(self._found)
        return (*self._found, ResourceFault("", "too-long", "There may be more faults."))


class ResourceRefused(RefusedError):
    """A resource or a message that is not read; the text names elements and holds no values."""

    def __init__(self, *faults: ResourceFault) -> None:
        self.faults = faults
        super().__init__("; ".join(in_words(fault) for fault in faults))


def in_words(fault: ResourceFault) -> str:
    """A fault as part of a sentence."""
    return f"{fault.expression}: {fault.text}" if fault.expression else fault.text
