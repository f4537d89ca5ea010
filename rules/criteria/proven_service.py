"""Criterion 6: the procedure is not flagged investigational (Codes; II)."""

from __future__ import annotations

from rules.answers import authorized, met, not_met
from rules.determination import Finding
from rules.history.studies import ClaimLine
from rules.library_model import Library


def ask_proven_service(line: ClaimLine, ids: tuple[str, ...], library: Library) -> Finding:
    """Whatever the diagnosis; `ids`: prior authorizations of the service."""
    if ids:
        return authorized(library, "proven_service", ids)
    procedure = line.procedure
    if line.codes.mrs[procedure].investigational:
        because = f"the policy's code table flags {procedure}"
        return not_met(library, "INVESTIGATIONAL_SERVICE", because)
    return met(library, "proven_service", f"the policy's code table does not flag {procedure}")
