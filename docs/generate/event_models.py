"""Writes `worker/events/models.py`: a class for each type of event, from the same schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from worker.contract.event_schemas import data_schema
from worker.events.types import TABLE

_HEAD: Final = '''\
"""
A class for each type of event, with its fields and their types, for Python programs that send them.

Written by `make docs` from the table of event types; edit the table or its readers, not this file.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from worker.events.typed import (
    Amount,
    EventPart,
    Identifier,
    LineNumber,
    OutgoingEvent,
    Text,
    Units,
)
'''
_TYPES: Final = {
    "identifier": "Identifier",
    "text": "Text",
    "day": "date",
    "amount": "Amount",
    "measure": "Amount",
    "units": "Units",
    "pointer": "int",
    "procedure": "str",
    "modifier": "str",
    "diagnosis": "str",
    "remittance": "str",
    "taxonomy": "str",
    "therapy": "str",
}
"""Each kind of value as a Python type."""


class _Field(NamedTuple):
    name: str
    type: str
    is_optional: bool

    def __str__(self) -> str:
        kind = self.type.removesuffix(" | None") if self.is_optional else self.type
        return f"    {self.name}: {kind}{' | None = None' if self.is_optional else ''}"


def event_models() -> str:
    """The whole module."""
    classes = [text for event_type in TABLE for text in _classes(event_type.name)]
    names = sorted(name for text in classes for name in re.findall(r"^class (\w+)", text))
    listed = "".join(f'    "{name}",\n' for name in names)
    return f"{_HEAD}\n__all__ = [\n{listed}]\n" + "".join(f"\n\n{text}\n" for text in classes)


def _classes(event_type: str) -> Iterator[str]:
    """The classes of a type: of the objects in its data, of the data, of the event."""
    noun, verb, _ = event_type.split(".")
    name = f"{noun.capitalize()}{verb.capitalize()}"
    [event] = [each for each in TABLE if each.name == event_type]
    yield from _of_object(f"{name}Data", f"The `data` of `{name}`.", data_schema(event), name)
    yield (
        f'class {name}(OutgoingEvent):\n    """The event `{event_type}`."""\n\n'
        f'    type: Literal["{event_type}"] = "{event_type}"\n    data: {name}Data'
    )


def _of_object(
    name: str,
    said: str,
    schema: Any,  # noqa: ANN401  # JSON
    prefix: str = "",
) -> Iterator[str]:
    fields = []
    for field, part in schema["properties"].items():
        inner = _items(part)
        if inner.get("type") == "object":
            of_item = f"{prefix}{field.removesuffix('s').capitalize()}"
            yield from _of_object(of_item, f"One of the `{field}` of `{prefix}`.", inner)
            fields.append(_Field(field, f"tuple[{of_item}, ...]", _is_optional(schema, field)))
        else:
            fields.append(_Field(field, _type(part), _is_optional(schema, field)))
    fields.sort(key=lambda field: field.is_optional)
    lines = "\n".join(map(str, fields))
    yield f'class {name}(EventPart):\n    """{said}"""\n\n{lines}'


def _is_optional(schema: Any, field: str) -> bool:  # noqa: ANN401  # JSON
    return field not in schema["required"]


def _present(part: Any) -> Any:  # noqa: ANN401  # JSON
    """The part without its being null or blank."""
    return part["anyOf"][0] if "anyOf" in part else part


def _items(part: Any) -> Any:  # noqa: ANN401  # JSON
    return _present(part).get("items", {})


def _type(part: Any) -> str:  # noqa: ANN401  # JSON
    part = _present(part)
    if "$ref" in part:
        return _TYPES[part["$ref"].removeprefix("#/$defs/")]
    if "enum" in part:
        words = ", ".join(f'"{word}"' for word in part["enum"])
        return f"Literal[{words}]"
    if part.get("type") == "array":
        return f"tuple[{_type(part['items'])}, ...]"
    if part.get("type") == "integer":
        return "LineNumber"
    return "str | None" if part.get("type") == ["string", "null"] else "str"
