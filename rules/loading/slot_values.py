"""Checks what a policy says to one criterion against the rest that it says to it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rules.loading.version_places import VersionPlaces
from rules.policy.document import PolicyCriterion, PolicyDocument, PolicyParameter

_BOUNDS = (("least", "most"), ("least_years", "most_years"), ("least_days", "most_days"))
"""Slots of which the first is a lower bound and the second an upper one, of one thing."""


def check_values(places: VersionPlaces, document: PolicyDocument) -> None:
    """Records bounds that nothing can lie between, and a span that is not said."""
    parameters = {parameter.name: parameter for parameter in document.parameters}
    for criterion in document.criteria:
        for row in criterion.with_parts:
            filled = {slot: parameters[name] for slot, name in row.slots.items()}
            _check_bounds(places, row, filled)
            _check_span(places, row, filled)


def _check_bounds(
    places: VersionPlaces, row: PolicyCriterion, filled: Mapping[str, PolicyParameter]
) -> None:
    for lower, upper in _BOUNDS:
        least, most = filled.get(lower), filled.get(upper)
        if least is None or most is None or _number(least) <= _number(most):
            continue
        wrong = f"is {least.value}, above {most.name}, which is {most.value}"
        to_do = f"Lower it, or raise {most.name}: criterion {row.name} asks for what is between."
        places.fault(f"parameter.{least.name}", "value", wrong, to_do)


def _check_span(
    places: VersionPlaces, row: PolicyCriterion, filled: Mapping[str, PolicyParameter]
) -> None:
    span = filled.get("span")
    if span is not None and span.value == "rolling" and "span_days" not in filled:
        wrong = f"lacks span_days, although {span.name} is rolling"
        to_do = "Add span_days to `parameters`: how many days the rolling span has."
        places.fault(f"criterion {row.name}", "parameters", wrong, to_do)


def _number(parameter: PolicyParameter) -> Decimal:
    """The value of a bound, which is read as a number."""
    return Decimal(str(parameter.value))
