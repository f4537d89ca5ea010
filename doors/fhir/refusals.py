"""OperationOutcomes: why a message is not taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from doors.fhir.faults import ResourceFault


def operation_outcome(faults: Iterable[ResourceFault]) -> dict[str, Any]:
    """Every fault as an issue, with its FHIRPath."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(fault) for fault in faults]}


def _issue(fault: ResourceFault) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "severity": "error",
        "code": fault.code,
        "diagnostics": fault.text,
    }
    if fault.expression:
        issue["expression"] = [fault.expression]
    return issue
