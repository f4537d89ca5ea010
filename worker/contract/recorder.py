"""
Writes down, as a JSON Schema, what the reader of a type of event asks of its data.

The readers of the table of event types are run on an object that answers every question so that
the reader asks for everything there is, and notes each question. So a field that a reader begins to
ask for, or a word that it begins to accept, is in the schema by itself. What a reader makes depend
on something else (`replaces` on `frequency`) is added in `event_schemas`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NoReturn, TypeVar

from worker.contract.patterns import (
    BLANK,
    DAY,
    NOT_BLANK,
    TIME,
    Schema,
    exactly,
    trimmed,
    trimmed_or_blank,
)
from worker.events.codes import (
    DIAGNOSIS,
    MODIFIER,
    PROCEDURE,
    REMITTANCE,
    TAXONOMY,
    THERAPY,
    CodeForm,
)
from worker.events.faults import FieldFaults
from worker.events.fields import IDENTIFIER_CHARACTERS_MAX, Fields
from worker.events.numbers import AMOUNT_PATTERN, DECIMALS_MAX

SOME_DAY: Final = date(2000, 1, 1)

_Choice = TypeVar("_Choice", bound=str)

_NULL: Final[Schema] = {"type": "null"}
_BLANK: Final[Schema] = {"type": "string", "pattern": BLANK}

DEFINITIONS: Final[dict[str, Schema]] = {
    "identifier": {
        "description": "An id: any script, compared exactly, not blank.",
        "type": "string",
        "maxLength": IDENTIFIER_CHARACTERS_MAX,
        "pattern": NOT_BLANK,
    },
    "text": {"description": "Not blank.", "type": "string", "pattern": NOT_BLANK},
    "day": {
        "description": "A calendar date of the years 1900 to 2199.",
        "format": "date",
        **exactly(DAY),
    },
    "time": {
        "description": "RFC 3339, of the years 1900 to 2199; upper-case T and Z.",
        "format": "date-time",
        **exactly(TIME),
    },
    "amount": {"description": "Money, as a decimal number.", **exactly(AMOUNT_PATTERN)},
    "measure": {
        "description": "What was measured, as a decimal number.",
        **exactly(AMOUNT_PATTERN),
    },
    "units": {
        "description": f"A quantity with at most {DECIMALS_MAX} decimals.",
        "type": "number",
        "minimum": 0,
    },
    "pointer": {
        "description": "The position of a diagnosis of the claim, from 1.",
        "type": "integer",
        "minimum": 1,
    },
    "procedure": {"description": PROCEDURE.expected, **trimmed(PROCEDURE.pattern)},
    "modifier": {"description": MODIFIER.expected, **trimmed(MODIFIER.pattern)},
    "diagnosis": {"description": DIAGNOSIS.expected, **trimmed(DIAGNOSIS.pattern)},
    "remittance": {"description": REMITTANCE.expected, **trimmed(REMITTANCE.pattern)},
    "taxonomy": {"description": TAXONOMY.expected, **trimmed(TAXONOMY.pattern)},
    "therapy": {"description": THERAPY.expected, **trimmed(THERAPY.pattern)},
}
"""The kinds of value, by name."""

_NAMES: Final = {
    PROCEDURE: "procedure",
    MODIFIER: "modifier",
    DIAGNOSIS: "diagnosis",
    REMITTANCE: "remittance",
    TAXONOMY: "taxonomy",
    THERAPY: "therapy",
}


def reference(name: str) -> Schema:
    """One of the definitions, by its place in the schema that holds it."""
    return {"$ref": f"#/$defs/{name}"}


class FieldRecorder(Fields):
    """One JSON object of an event, of which only the questions are known."""

    __slots__ = ("_asked", "_inner", "_may_be_blank", "_may_be_missing")

    def __init__(self) -> None:
        super().__init__({}, "", FieldFaults())
        self._asked: dict[str, Schema] = {}
        self._inner: dict[str, FieldRecorder] = {}
        self._may_be_missing: set[str] = set()
        self._may_be_blank: set[str] = set()

    def schema(self) -> Schema:
        """The object as it was asked for; other fields of it are ignored by the reader."""
        return {
            "type": "object",
            "required": [name for name in self._asked if name not in self._may_be_missing],
            "properties": {name: self._field(name) for name in self._asked},
        }

    def _field(self, name: str) -> Schema:
        field = deepcopy(self._asked[name])
        if name in self._inner:
            field["items"] = self._inner[name].schema()
        if name not in self._may_be_missing:
            return field
        if field == {"type": "string"}:
            return {"type": ["string", "null"]}
        blank = [_BLANK] if name in self._may_be_blank else []
        return {"anyOf": [field, *blank, _NULL]}

    def refuse_as(self, name: str, expected: str, found: str) -> NoReturn:
        """No answer that was given here is refused."""
        raise AssertionError(f"{name}: {expected}, found {found}")

    def identifier(self, name: str) -> str:
        """An id, unlike every other."""
        self._asked[name] = reference("identifier")
        return name

    def text(self, name: str) -> str:
        """Some text."""
        self._asked[name] = reference("text")
        return name

    def optional_text(self, name: str) -> str:
        """Text that may be missing or blank."""
        self._asked[name] = {"type": "string"}
        self._may_be_missing.add(name)
        return name

    def one_of(self, name: str, choices: tuple[_Choice, ...]) -> _Choice:
        """The last of the choices: a reader asks most of it."""
        self._asked[name] = {"type": "string", "enum": list(choices)}
        return choices[-1]

    def whole(self, name: str, most: int) -> int:
        """A number."""
        self._asked[name] = {"type": "integer", "minimum": 1, "maximum": most}
        return 1

    def units(self, name: str) -> Decimal:
        """A quantity that may be missing."""
        self._asked[name] = reference("units")
        self._may_be_missing.add(name)
        return Decimal(1)

    def day(self, name: str) -> date:
        """The same day for every field, so that none contradicts another."""
        self._asked[name] = reference("day")
        return SOME_DAY

    def day_not_after(self, name: str, last: date, called: str) -> date:
        """A day; what it may not be after is told to people only."""
        day = super().day_not_after(name, last, called)
        self._asked[name] |= {"description": f"Not after {called}."}
        return day

    def day_not_before(self, name: str, first: date, called: str) -> date:
        """A day; what it may not be before is told to people only."""
        day = super().day_not_before(name, first, called)
        self._asked[name] |= {"description": f"Not before {called}."}
        return day

    def time(self, name: str) -> datetime:
        """An instant is asked of the envelope alone, which `event_schemas` writes."""
        raise NotImplementedError(name)

    def amount(self, name: str) -> Decimal:
        """Money that may be missing or blank."""
        self.blank(name)
        self._asked[name] = reference("amount")
        return Decimal(1)

    def measure(self, name: str) -> Decimal:
        """A measured number that may be missing or blank."""
        self.blank(name)
        self._asked[name] = reference("measure")
        return Decimal(1)

    def optional_code(self, name: str, form: CodeForm) -> str:
        """A code that may be missing or blank."""
        self.blank(name)
        return self.code(name, form)

    def code(self, name: str, form: CodeForm) -> str:
        """Some code."""
        self._asked[name] = reference(_NAMES[form])
        return name

    def entries(self, name: str, form: CodeForm) -> list[str]:
        """A list with one code; entries of such a list may be empty."""
        entry = trimmed_or_blank(form.pattern)
        items = {"description": form.expected, **entry, "type": ["string", "null"]}
        self._asked[name] = {"type": "array", "items": items}
        return [name]

    def pointers(self, name: str, places: Sequence[int] | None) -> tuple[int, ...]:
        """Positions that may be missing."""
        del places
        self._asked[name] = {"type": "array", "items": reference("pointer")}
        self._may_be_missing.add(name)
        return (1,)

    def says(self, name: str, word: str) -> bool:
        """Never: what a word forbids is no field."""
        del name, word
        return False

    def missing(self, name: str) -> bool:
        """Never; but whoever asks lets it be missing."""
        self._may_be_missing.add(name)
        return False

    def blank(self, name: str) -> bool:
        """Never; but whoever asks lets it be missing or blank."""
        self._may_be_missing.add(name)
        self._may_be_blank.add(name)
        return False

    def count(self, name: str) -> int:
        """A list of one."""
        self._asked[name] = {"type": "array"}
        return 1

    def objects(self, name: str) -> Iterator[Fields]:
        """The one object of a list."""
        self._asked[name] = {"type": "array"}
        self._inner[name] = FieldRecorder()
        yield self._inner[name]
