"""The policy beside its reading, as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from rules.policy.reading import Reading


def json_view(reading: Reading) -> dict[str, Any]:
    """Returns the whole reading, each part with the names of its fields."""
    document = reading.document
    return {
        "policy": document.policy_id,
        "version": document.version,
        "effective_from": _plain(document.effective_from),
        "effective_to": _plain(document.effective_to),
        "next_review": document.next_review,
        "generation": reading.generation,
        "library": reading.digest,
        "sections": _plain(reading.sections),
        "open_questions": _plain(reading.questions),
        "jurisdictions": _plain(reading.jurisdictions),
        "persons": _plain(reading.persons),
        "needs": [{"code": code, "text": text} for code, text in reading.needs],
        "changes": _plain(reading.changes),
    }


def _plain(value: object) -> Any:  # noqa: ANN401  # what JSON has: objects, lists, texts, numbers
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list | frozenset | set):
        return [
            _plain(one) for one in (value if isinstance(value, tuple | list) else sorted(value))
        ]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value
