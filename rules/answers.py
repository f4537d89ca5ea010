"""How a criterion words its finding: one constructor for each answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from rules.criterion import Criterion
from rules.determination import Evidence, Finding, ParameterValue
from rules.library_model import Library
from rules.remembered import Memo
from rules.truth import Truth

NO_PARAMETERS: Mapping[str, ParameterValue] = {}
_MET: Memo[tuple[Criterion[Any], str], Finding] = Memo("findings of what is met")
"""One object for the thousands of lines of which the same is said."""


def met(
    criterion: Criterion[Any],
    library: Library,
    because: str,
    evidence: tuple[Evidence, ...] = (),
    parameters: Mapping[str, ParameterValue] = NO_PARAMETERS,
) -> Finding:
    """The criterion is met."""
    if evidence or parameters:
        return Finding(
            criterion.name, criterion.section, Truth.MET, because, None, evidence, parameters
        )
    remembered = library.remembered(_MET)
    key = (criterion, because)
    return remembered.get(key) or remembered.keep(
        key, Finding(criterion.name, criterion.section, Truth.MET, because)
    )


def not_met(
    criterion: Criterion[Any],
    role: str,
    because: str,
    evidence: tuple[Evidence, ...] = (),
    parameters: Mapping[str, ParameterValue] = NO_PARAMETERS,
    *,
    rarc: tuple[str, ...] | None = None,
    needs: tuple[str, ...] | None = None,
) -> Finding:
    """
    The criterion is not met; codes and needs where more than the reason decides.

    `role`: what its kind calls the reason.
    """
    reason = criterion.reasons[role].code
    return Finding(
        criterion.name,
        criterion.section,
        Truth.NOT_MET,
        because,
        reason,
        evidence,
        parameters,
        needs,
        rarc,
    )


def unknown(
    criterion: Criterion[Any],
    role: str,
    because: str,
    evidence: tuple[Evidence, ...] = (),
    parameters: Mapping[str, ParameterValue] = NO_PARAMETERS,
    *,
    needs: tuple[str, ...] | None = None,
) -> Finding:
    """Not found out; `needs` where what would resolve it depends on more than the reason."""
    reason = criterion.reasons[role].code
    return Finding(
        criterion.name,
        criterion.section,
        Truth.UNKNOWN,
        because,
        reason,
        evidence,
        parameters,
        needs=needs,
    )


def denied_or_held(
    criterion: Criterion[Any],
    role: str,
    choice: Literal["deny", "pend"],
    because: str,
    evidence: tuple[Evidence, ...] = (),
    parameters: Mapping[str, ParameterValue] = NO_PARAMETERS,
) -> Finding:
    """Not met where the policy denies for it; unknown where it leaves it to a person."""
    answer = not_met if choice == "deny" else unknown
    return answer(criterion, role, because, evidence, parameters)


def not_asked(criterion: Criterion[Any], because: str) -> Finding:
    """The criterion stands behind a closed gate."""
    return Finding(criterion.name, criterion.section, Truth.NOT_ASKED, because)


def authorized(criterion: Criterion[Any], library: Library, ids: tuple[str, ...]) -> Finding:
    """Met, because the service was authorized for the date of service."""
    because = "a prior authorization holds"
    return met(criterion, library, because, authorization_evidence(ids))


def authorization_evidence(ids: tuple[str, ...]) -> tuple[Evidence, ...]:
    """A pointer to each authorization."""
    return tuple([Evidence("authorization", None, None, each) for each in ids])
