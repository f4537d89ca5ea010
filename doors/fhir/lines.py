"""The lines of a claim out of its items."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any, Final

from doors.fhir import systems
from doors.fhir.codings import code_of, modifier_in, procedure_in
from doors.fhir.datatypes import CodeableConcept, Money
from doors.fhir.days import day_served
from doors.fhir.diagnoses import ReadDiagnoses, pointers_of
from doors.fhir.providers import ordering_provider, rendering_npi
from doors.fhir.reading import ResourceReading
from doors.fhir.resources import ClaimItem, ClaimResource

_CURRENCIES: Final = ("USD", None)


def lines_of(
    claim: ClaimResource, diagnoses: ReadDiagnoses, reading: ResourceReading
) -> list[dict[str, Any]]:
    """The lines, in the order of the items; some may be incomplete after faults were noted."""
    counts = Counter(item.sequence for item in claim.item)
    for index, item in enumerate(claim.item):
        if counts[item.sequence] > 1:
            reading.refuse(f"item[{index}].sequence", "duplicate", "Two items have this sequence.")
    return [
        _line(item, f"item[{index}]", claim, diagnoses, reading)
        for index, item in enumerate(claim.item)
    ]


def place_of_service(claim: ClaimResource) -> str | None:
    """The place of service, where all items that have one have the same."""
    found = {
        code_of(item.locationCodeableConcept, systems.PLACE_SYSTEMS) for item in claim.item
    } - {None}
    return found.pop() if len(found) == 1 else None


def _line(
    item: ClaimItem,
    path: str,
    claim: ClaimResource,
    diagnoses: ReadDiagnoses,
    reading: ResourceReading,
) -> dict[str, Any]:
    if item.detail:
        reading.refuse(f"{path}.detail", "not-supported", "Send each billed service as an item.")
    revenue = code_of(item.revenue, [systems.REVENUE])
    ordering_npi, ordering_specialty = ordering_provider(item, claim, reading)
    is_bare = revenue is not None and _is_absent(item.productOrService)
    line: dict[str, Any] = {
        "line": item.sequence,
        "procedure": None
        if is_bare
        else procedure_in(item.productOrService, f"{path}.productOrService", reading),
        "modifiers": [
            modifier_in(each, f"{path}.modifier[{index}]", reading)
            for index, each in enumerate(item.modifier)
        ],
        "date_of_service": day_served(item, path, claim, reading),
        "diagnosis_pointers": pointers_of(item, path, diagnoses, reading),
        "units": _units(item),
        "charge": _charge(item, path, reading),
        "rendering_npi": rendering_npi(item, path, claim, reading),
        "revenue_code": revenue,
        "ordering_npi": ordering_npi,
        "ordering_specialty": ordering_specialty,
    }
    return {name: value for name, value in line.items() if value is not None}


def _is_absent(concept: CodeableConcept) -> bool:
    """Whether a service has no code of its own, as on a line that has a revenue code alone."""
    named = {coding.system for coding in concept.coding}
    return bool(named) and named <= {systems.DATA_ABSENT, systems.REVENUE}


def _units(item: ClaimItem) -> int | float:
    units = item.quantity.value if item.quantity and item.quantity.value is not None else Decimal(1)
    return int(units) if units == int(units) else float(units)


def _charge(item: ClaimItem, path: str, reading: ResourceReading) -> str | None:
    """What is asked for the line: its net, else its price for all units."""
    for name, money in (("net", item.net), ("unitPrice", item.unitPrice)):
        if money is not None and money.currency not in _CURRENCIES:
            reading.refuse(f"{path}.{name}.currency", "not-supported", "Dollars (USD) are needed.")
    net = _value(item.net)
    if net is None and item.factor in (None, 1):  # what another factor means, a contract says
        price = _value(item.unitPrice)
        net = None if price is None else price * Decimal(str(_units(item)))
    return None if net is None else f"{net:f}"


def _value(money: Money | None) -> Decimal | None:
    return money.value if money else None
