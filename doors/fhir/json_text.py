"""Bytes to one FHIR resource: strictly UTF-8 and JSON, each key once, numbers kept exactly."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from pydantic_core import from_json

from doors.fhir.faults import IssueCode, ResourceFault, ResourceRefused

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class _Twice(ValueError):
    """A key that stands twice in one object."""


def resource_in(raw: bytes) -> dict[str, Any]:
    """
    The JSON object of some bytes, which says in `resourceType` what it is.

    Objects and lists may stand 200 deep in each other. Raises `ResourceRefused`, whose text holds
    nothing of the bytes.
    """
    text = raw.removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        _refuse("structure", "There is nothing in it.")
    value = _parsed(text)
    if not isinstance(value, dict):
        _refuse("structure", "It is no JSON object.")
    if not isinstance(value.get("resourceType"), str):
        _refuse("required", "It has no resourceType, so it is no FHIR resource.")
    return value


def _parsed(text: bytes) -> object:
    try:
        decoded = text.decode()
        from_json(text, allow_inf_nan=False)  # bounds the depth before Python's own parser runs
        return json.loads(decoded, parse_float=Decimal, object_pairs_hook=_each_key_once)
    except UnicodeDecodeError:
        _refuse("structure", "It is not UTF-8.")
    except _Twice:
        _refuse("duplicate", "A key stands twice in one object, so its meaning is open.")
    except (ValueError, InvalidOperation) as error:
        if "recursion" in str(error):
            _refuse("structure", "Objects and lists stand more than 200 deep in each other.")
        _refuse("structure", "It is not JSON, or ends too early.")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _Twice
    return values


def _refuse(code: IssueCode, text: str) -> NoReturn:
    raise ResourceRefused(ResourceFault("", code, text)) from None
