"""
Reads the fields of one JSON object of an event: text, codes, numbers, days, money.

A missing or malformed field is named as a fault, and a placeholder of the same type is returned, so
that all other fields are read too: empty text, number 0, `NO_DAY`, the first of several choices.
An event with a fault is never accepted, so no placeholder leaves the decoder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeGuard, TypeVar

from worker.events.codes import CodeForm
from worker.events.faults import FieldFaults, shown
from worker.events.numbers import DECIMALS_MAX, read_amount, read_measure, read_units, read_whole
from worker.events.times import read_day, read_time

IDENTIFIER_CHARACTERS_MAX: Final = 256

NO_DAY: Final = date.min
"""Placeholder for a day that could not be read; earlier than any valid day."""

NO_TIME: Final = datetime.min.replace(tzinfo=UTC)
"""Placeholder for a time that could not be read; its day is `NO_DAY`."""

NO_CODE: Final = "?"
"""Placeholder for a list entry that could not be read; unlike an empty one, it is not left out."""

_MISSING: Final = object()
_ONE_UNIT: Final = Decimal(1)

_IDENTIFIER: Final = f"text of 1 to {IDENTIFIER_CHARACTERS_MAX} characters, not blank"
_TEXT: Final = "text, not blank"
_OPTIONAL_TEXT: Final = "text or null"
_CODES: Final = "a list of codes"
_DAY: Final = "a date as YYYY-MM-DD, of the years 1900 to 2199"
_TIME: Final = "a time as 2025-06-20T14:03:00Z (RFC 3339), of the years 1900 to 2199"
_UNITS: Final = f"a number, 0 or more, with at most {DECIMALS_MAX} decimals, or null"
_AMOUNT: Final = 'a decimal number as text, such as "850.00" or "-12.5", or null'
_MEASURE: Final = 'a decimal number as text, such as "23.5", or null'
_OBJECT: Final = "an object"

_Choice = TypeVar("_Choice", bound=str)


def is_identifier(value: object) -> TypeGuard[str]:
    """Whether a value is an id: text in any script, neither trimmed nor case-folded."""
    return (
        type(value) is str and 0 < len(value) <= IDENTIFIER_CHARACTERS_MAX and not value.isspace()
    )


class Fields:
    """One JSON object of an event, read field by field."""

    __slots__ = ("_faults", "_path", "_values")

    def __init__(self, values: Mapping[str, Any], path: str, faults: FieldFaults) -> None:
        self._values = values
        self._path = path
        self._faults = faults

    def refuse(self, name: str, expected: str) -> None:
        """Name a fault of the field, with its value as found."""
        value = self._values.get(name, _MISSING)
        self.refuse_as(name, expected, "nothing" if value is _MISSING else shown(value))

    def refuse_as(self, name: str, expected: str, found: str) -> None:
        """Name a fault of the field, or of a part of it, and say what was found."""
        self._faults.name(f"{self._path}{name}", expected, found)

    def refuse_entry(self, name: str, index: int, expected: str) -> None:
        """Name a fault of one entry of a list."""
        self.refuse_as(f"{name}[{index}]", expected, shown(self._values[name][index]))

    def identifier(self, name: str) -> str:
        """An id, exactly as received."""
        value = self._values.get(name)
        if is_identifier(value):
            return value
        self.refuse(name, _IDENTIFIER)
        return ""

    def text(self, name: str) -> str:
        """Text of any length, exactly as received."""
        value = self._values.get(name)
        if type(value) is str and value.strip():
            return value
        self.refuse(name, _TEXT)
        return ""

    def optional_text(self, name: str) -> str | None:
        """Text that may be missing; blank text counts as missing."""
        value = self._values.get(name)
        if value is None:
            return None
        if type(value) is str:
            return value if value.strip() else None
        self.refuse(name, _OPTIONAL_TEXT)
        return None

    def one_of(self, name: str, choices: tuple[_Choice, ...]) -> _Choice:
        """One of a closed list of words, in exact spelling."""
        value = self._values.get(name)
        for choice in choices:
            if value == choice:
                return choice
        self.refuse(name, " or ".join(f'"{choice}"' for choice in choices))
        return choices[0]

    def optional_one_of(self, name: str, choices: tuple[_Choice, ...]) -> _Choice:
        """One of a closed list of words; the first if it is missing or blank."""
        return choices[0] if self.blank(name) else self.one_of(name, choices)

    def whole(self, name: str, most: int) -> int:
        """A whole number, 1 or more."""
        number = read_whole(self._values.get(name))
        if 1 <= number <= most:
            return number
        self.refuse(name, f"a whole number from 1 to {most}")
        return 0

    def units(self, name: str) -> Decimal:
        """A quantity, to the thousandth; 1 if it is missing."""
        value = self._values.get(name)
        if value is None:
            return _ONE_UNIT
        units = read_units(value)
        if units is None:
            self.refuse(name, _UNITS)
            return _ONE_UNIT
        return units

    def day(self, name: str) -> date:
        """A calendar date."""
        value = self._values.get(name)
        day = read_day(value) if type(value) is str else None
        if day is None:
            self.refuse(name, _DAY)
        return day or NO_DAY

    def day_not_after(self, name: str, last: date, called: str) -> date:
        """A calendar date, not after `last`."""
        day = self.day(name)
        if NO_DAY < last < day:
            self.refuse(name, f"a day not after {called}")
        return day

    def day_not_before(self, name: str, first: date, called: str) -> date:
        """A calendar date, not before `first`."""
        day = self.day(name)
        if NO_DAY < day < first:
            self.refuse(name, f"a day not before {called}")
        return day

    def time(self, name: str) -> datetime:
        """An instant, in UTC, to the microsecond."""
        value = self._values.get(name)
        time = read_time(value) if type(value) is str else None
        if time is None:
            self.refuse(name, _TIME)
        return time or NO_TIME

    def amount(self, name: str) -> Decimal | None:
        """Money that may be missing."""
        return self._number(name, read_amount, _AMOUNT)

    def measure(self, name: str) -> Decimal | None:
        """A measured number that may be missing."""
        return self._number(name, read_measure, _MEASURE)

    def code(self, name: str, form: CodeForm) -> str:
        """A code in its normal form."""
        code = self.optional_code(name, form)
        if code is None:
            self.refuse(name, form.expected)
            return ""
        return code

    def optional_code(self, name: str, form: CodeForm) -> str | None:
        """A code in its normal form; it may be missing or blank."""
        value = self._values.get(name)
        code = _compared(value, form)
        if code is None:
            self.refuse(name, form.expected)
            return NO_CODE
        return code or None

    def codes(self, name: str, form: CodeForm) -> tuple[str, ...]:
        """The codes of a required list, in their normal form, without empty entries."""
        return tuple(filter(None, self.entries(name, form) or ()))

    def entries(self, name: str, form: CodeForm) -> list[str] | None:
        """Every entry of such a list, empty ones as empty text; None if it is not a list."""
        values = self._values.get(name)
        if type(values) is not list:
            self.refuse(name, _CODES)
            return None
        return [self._entry(f"{name}[{index}]", value, form) for index, value in enumerate(values)]

    def pointers(self, name: str, places: Sequence[int] | None) -> tuple[int, ...]:
        """
        Positions in a list, from 1; they may be missing.

        `places` has the effective position of each entry of that list, 0 for an entry that cannot
        be pointed to. If it is None, the list is unknown, and any position is accepted.
        """
        values = self._values.get(name)
        if values is None:
            return ()
        if type(values) is not list:
            self.refuse(name, "a list of positions in diagnoses")
            return ()
        pointers = []
        for index, value in enumerate(values):
            if self._faults.full:
                break
            place = _place(read_whole(value), places)
            if not place:
                expected = "the position of a diagnosis of the claim, from 1"
                self.refuse_as(f"{name}[{index}]", expected, shown(value))
            pointers.append(place)
        return tuple(pointers)

    def says(self, name: str, word: str) -> bool:
        """Whether the field itself holds exactly this word; a placeholder does not count."""
        return bool(self._values.get(name) == word)

    def missing(self, name: str) -> bool:
        """Left out, or null."""
        return self._values.get(name) is None

    def blank(self, name: str) -> bool:
        """Left out, null, or text of blanks alone."""
        value = self._values.get(name)
        return value is None or (type(value) is str and not value.strip())

    def count(self, name: str) -> int | None:
        """The number of entries of a list, readable or not; None if it is not a list."""
        values = self._values.get(name)
        return len(values) if type(values) is list else None

    def objects(self, name: str) -> Iterator[Fields]:
        """The objects of a list, one by one; the caller has checked that it is a list."""
        for index, value in enumerate(self._values[name]):
            if self._faults.full:
                return
            if type(value) is dict:
                yield Fields(value, f"{self._path}{name}[{index}].", self._faults)
            else:
                self.refuse_as(f"{name}[{index}]", _OBJECT, shown(value))

    def _number(
        self, name: str, read: Callable[[str], Decimal | None], expected: str
    ) -> Decimal | None:
        if self.blank(name):
            return None
        value = self._values[name]
        number = read(value) if type(value) is str else None
        if number is None:
            self.refuse(name, expected)
        return number

    def _entry(self, place: str, value: object, form: CodeForm) -> str:
        code = _compared(value, form)
        if code is None:
            self.refuse_as(place, form.expected, shown(value))
            return NO_CODE
        return code


def _place(position: int, places: Sequence[int] | None) -> int:
    """The effective position of a pointer; 0 if it points to nothing."""
    if places is None:
        return max(position, 0)
    return places[position - 1] if 1 <= position <= len(places) else 0


def _compared(value: object, form: CodeForm) -> str | None:
    """A code in its normal form; empty for null or blank; None if it is not a code."""
    if value is None:
        return ""
    text = value.strip() if type(value) is str else None
    return form.compared(text) if text else text
