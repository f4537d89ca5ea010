"""Checks documents of the contract: an event by the decoder, a determination by its model."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from rules.library_model import RemittanceCodes
from worker.contract.determination import DETERMINED, DeterminedEvent
from worker.events.decode import Refusal
from worker.events.faults import WHOLE_EVENT, FieldFault, shown
from worker.events.precheck import IdentityCheck


class ContractCheck:
    """Checks documents one after the other, and counts what it accepts."""

    def __init__(self, codes: RemittanceCodes) -> None:
        self.accepted: Counter[str] = Counter()
        """Events and determinations that are as the contract says."""
        self.refused = 0
        self._identities = IdentityCheck(codes)

    def refusal_of(self, raw: bytes) -> Refusal | None:
        """What is wrong with a document, given the events before it; None if nothing is."""
        values = _determination_in(raw)
        if values is None:
            kind, refusal = "events", self._identities.refusal_of(raw)
        else:
            kind, refusal = "determinations", _refusal_of_determination(raw, values)
        if refusal is None:
            self.accepted[kind] += 1
        else:
            self.refused += 1
        return refusal


def _determination_in(raw: bytes) -> dict[str, Any] | None:
    """The object, if it calls itself a determination."""
    if DETERMINED.encode() not in raw:
        return None
    try:
        values = from_json(raw)
    except ValueError:
        return None
    return values if isinstance(values, dict) and values.get("type") == DETERMINED else None


def _refusal_of_determination(raw: bytes, values: dict[str, Any]) -> Refusal | None:
    try:
        DeterminedEvent.model_validate_json(raw, strict=True)
    except ValidationError as error:
        faults = tuple(
            FieldFault(_path(each["loc"]), each["msg"], shown(each["input"]))
            for each in error.errors(include_url=False, include_context=False)
        )
        named = {name: values[name] for name in ("id", "source") if type(values.get(name)) is str}
        return Refusal(
            "INVALID_DATA", faults, named.get("id"), named.get("source"), DETERMINED, None
        )
    return None


def _path(steps: tuple[int | str, ...]) -> str:
    """The place in the document, as faults of events name theirs."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".") or WHOLE_EVENT
