"""Under which number we know what others identify."""

from __future__ import annotations

from typing import Final

from doors.fhir import systems
from doors.fhir.datatypes import FhirIdentifier

_PAYERS_NUMBER: Final = {
    (systems.IDENTIFIER_TYPE, "FILL"),
    (systems.CARIN_IDENTIFIER_TYPE, "uc"),
}
_OUT_OF_USE: Final = ("old", "temp")


def number_in(identifiers: tuple[FhirIdentifier, ...]) -> str:
    """
    Under which number we know what is identified; empty if there is none.

    It is the payer's own number as it is, else the sender's with its system: `system|value`.
    """
    usable = [each for each in identifiers if each.value and each.use not in _OUT_OF_USE]
    for each in usable:
        if each.type and any((one.system, one.code) in _PAYERS_NUMBER for one in each.type.coding):
            return str(each.value)
    official = [each for each in usable if each.use == "official"]
    first = next(iter([*official, *usable]), None)
    return f"{first.system or ''}|{first.value}" if first else ""
