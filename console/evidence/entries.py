"""From the fields of a form to the data of its event, and from its faults back to the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from console.evidence.kinds import EvidenceField, FormKind
from worker.events.decode import Refusal

_APART = re.compile(r"[\s,;]+")
_LAST_NAME: Final = re.compile(r"([a-z_]+)(?:\[\d+\])?$")
OF_THE_FORM: Final = "form"
"""Where a fault is told that belongs to no field."""


def typed_in(kind: FormKind, fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by field; what the form lacks is empty."""
    return {field.name: fields.get(field.name, "") for field in kind.fields}


def stated(kind: FormKind, typed: Mapping[str, str]) -> dict[str, Any]:
    """The same as the event's data says it; whatever is wrong with it is the decoder's to say."""
    return {field.name: _value(field, typed[field.name]) for field in kind.fields}


def faults_by_field(kind: FormKind, refusal: Refusal) -> dict[str, str]:
    """What an event is refused for, beside the fields of its form."""
    names = {field.name for field in kind.fields}
    faults: dict[str, str] = {}
    for fault in refusal.faults:
        found = _LAST_NAME.search(fault.path)
        field = found[1] if found and found[1] in names else OF_THE_FORM
        words = f"Expected: {fault.expected}."
        if field == OF_THE_FORM:
            words = f"{fault.path}: expected {fault.expected}."
        if words not in faults.get(field, ""):
            faults[field] = f"{faults[field]} {words}" if field in faults else words
    return faults


def _value(field: EvidenceField, typed: str) -> Any:  # noqa: ANN401  # what JSON has
    if field.form == "codes":
        return [code for code in _APART.split(typed) if code]
    text = typed.strip()
    return None if field.is_optional and not text else text
