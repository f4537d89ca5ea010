"""
Reads the fields of one JSON object of an event: text, codes, numbers, days, money.

What is missing or malformed is named as a fault, and a stand-in of the same kind is returned, so
that all other fields are read too: empty text, number 0, `NO_DAY`, the first of several choices.
An event with a fault is never accepted, so no stand-in leaves the decoder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeGuard, TypeVar

from worker.events.faults import Faults, shown

IDENTIFIER_CHARACTERS_MAX: Final = 256

NO_DAY: Final = date.min
"""Stands for a day that could not be read: before all that can."""

NO_TIME: Final = datetime.min.replace(tzinfo=UTC)
"""Stands for a time that could not be read; its day is `NO_DAY`."""

_MISSING: Final = object()
_WHOLE_MAX: Final = 2**63 - 1
_NO_AMOUNT: Final = Decimal("0.00")

_IDENTIFIER: Final = f"text of 1 to {IDENTIFIER_CHARACTERS_MAX} characters, not blank"
_TEXT: Final = "text, not blank"
_OPTIONAL_TEXT: Final = "text or null"
_CODE: Final = f"a code: text of 1 to {IDENTIFIER_CHARACTERS_MAX} characters, not blank"
_CODES: Final = "a list of codes"
_DAY: Final = "a date as YYYY-MM-DD, of the years 1900 to 2199"
_TIME: Final = "a time as 2025-06-20T14:03:00Z (RFC 3339), of the years 1900 to 2199"
_AMOUNT: Final = 'a decimal number as text, such as "850.00" or "-12.5", or null'
_OBJECT: Final = "an object"

_DAY_FORM: Final = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_TIME_FORM: Final = re.compile(
    r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_AMOUNT_FORM: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

_Choice = TypeVar("_Choice", bound=str)


def is_identifier(value: object) -> TypeGuard[str]:
    """An id of any script, compared exactly: neither trimmed nor folded."""
    return (
        type(value) is str and 0 < len(value) <= IDENTIFIER_CHARACTERS_MAX and not value.isspace()
    )


class Fields:
    """One JSON object of an event, read field by field."""

    __slots__ = ("_faults", "_path", "_values")

    def __init__(self, values: Mapping[str, Any], path: str, faults: Faults) -> None:
        self._values = values
        self._path = path
        self._faults = faults

    def refuse(self, name: str, expected: str) -> None:
        """Name a fault of the field, whatever it holds."""
        value = self._values.get(name, _MISSING)
        self.refuse_as(name, expected, "nothing" if value is _MISSING else shown(value))

    def refuse_as(self, name: str, expected: str, found: str) -> None:
        """Name a fault of the field, or of a part of it, and say what was found."""
        self._faults.name(f"{self._path}{name}", expected, found)

    def identifier(self, name: str) -> str:
        """An id, exactly as it came."""
        value = self._values.get(name)
        if is_identifier(value):
            return value
        self.refuse(name, _IDENTIFIER)
        return ""

    def text(self, name: str) -> str:
        """Text of any length, exactly as it came."""
        value = self._values.get(name)
        if type(value) is str and value.strip():
            return value
        self.refuse(name, _TEXT)
        return ""

    def optional_text(self, name: str) -> str | None:
        """Text that may be missing; blank text is none."""
        value = self._values.get(name)
        if value is None:
            return None
        if type(value) is str:
            return value if value.strip() else None
        self.refuse(name, _OPTIONAL_TEXT)
        return None

    def one_of(self, name: str, choices: tuple[_Choice, ...]) -> _Choice:
        """One of a closed list of words, in exactly this spelling."""
        value = self._values.get(name)
        for choice in choices:
            if value == choice:
                return choice
        self.refuse(name, " or ".join(f'"{choice}"' for choice in choices))
        return choices[0]

    def whole(self, name: str, most: int | None = None, default: int | None = None) -> int:
        """A whole number from 1; with a default it may be missing."""
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        number = _whole(value)
        if number >= 1 and (most is None or number <= most):
            return number
        self.refuse(name, "a whole number from 1" + ("" if most is None else f" to {most}"))
        return 0

    def day(self, name: str) -> date:
        """A calendar date."""
        value = self._values.get(name)
        if type(value) is str and _DAY_FORM.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass  # a day that its month does not have
        self.refuse(name, _DAY)
        return NO_DAY

    def day_not_after(self, name: str, last: date, called: str) -> date:
        """A calendar date, that one or earlier."""
        day = self.day(name)
        if NO_DAY < last < day:
            self.refuse(name, f"a day not after {called}")
        return day

    def day_not_before(self, name: str, first: date, called: str) -> date:
        """A calendar date, that one or later."""
        day = self.day(name)
        if NO_DAY < day < first:
            self.refuse(name, f"a day not before {called}")
        return day

    def time(self, name: str) -> datetime:
        """An instant, in UTC, to the microsecond."""
        value = self._values.get(name)
        if type(value) is str and _TIME_FORM.fullmatch(value):
            try:
                return datetime.fromisoformat(value).astimezone(UTC)
            except ValueError:
                pass  # a day that its month does not have
        self.refuse(name, _TIME)
        return NO_TIME

    def amount(self, name: str) -> Decimal | None:
        """Money that may be missing."""
        value = self._values.get(name)
        if value is None:
            return None
        if type(value) is str:
            if _AMOUNT_FORM.fullmatch(value):
                return _amount(value)
            if not value.strip():
                return None
        self.refuse(name, _AMOUNT)
        return None

    def code(self, name: str) -> str:
        """A procedure code in its compared form."""
        return self._code(name, self._values.get(name, _MISSING), _compared)

    def modifiers(self, name: str) -> tuple[str, ...]:
        """Codes in their compared form; they may be missing."""
        return () if self.missing(name) else self._codes(name, _compared)

    def diagnoses(self, name: str) -> tuple[str, ...]:
        """ICD-10-CM codes in their compared form; the list is required and may be empty."""
        return self._codes(name, _compared_diagnosis)

    def pointers(self, name: str, diagnosis_count: int | None) -> tuple[int, ...]:
        """Positions in the claim's diagnoses, from 1; they may be missing."""
        values = self._values.get(name)
        if values is None:
            return ()
        if type(values) is not list:
            self.refuse(name, "a list of positions in diagnoses")
            return ()
        pointers = tuple(_whole(value) for value in values)
        for index, pointer in enumerate(pointers):
            if self._faults.full:
                break
            if pointer < 1 or (diagnosis_count is not None and pointer > diagnosis_count):
                expected = "the position of a diagnosis of the claim, from 1"
                self.refuse_as(f"{name}[{index}]", expected, shown(values[index]))
        return pointers

    def missing(self, name: str) -> bool:
        """Left out, or null."""
        return self._values.get(name) is None

    def count(self, name: str) -> int | None:
        """How many a list holds, readable or not; none where it is no list."""
        values = self._values.get(name)
        return len(values) if type(values) is list else None

    def objects(self, name: str) -> Iterator[Fields]:
        """The objects of a list, one after the other; the caller has seen that it is a list."""
        for index, value in enumerate(self._values[name]):
            if self._faults.full:
                return
            if type(value) is dict:
                yield Fields(value, f"{self._path}{name}[{index}].", self._faults)
            else:
                self.refuse_as(f"{name}[{index}]", _OBJECT, shown(value))

    def _codes(self, name: str, compared: Callable[[str], str]) -> tuple[str, ...]:
        values = self._values.get(name)
        if type(values) is not list:
            self.refuse(name, _CODES)
            return ()
        return tuple(
            [self._code(f"{name}[{index}]", value, compared) for index, value in enumerate(values)]
        )

    def _code(self, place: str, value: object, compared: Callable[[str], str]) -> str:
        if type(value) is str and len(value) <= IDENTIFIER_CHARACTERS_MAX:
            code = compared(value)
            if code:
                return code
        self.refuse_as(place, _CODE, "nothing" if value is _MISSING else shown(value))
        return ""


def _whole(value: object) -> int:
    """The number, or 0; 1.0 is whole. More than a record can hold becomes the most that it can."""
    if type(value) is int or (type(value) is float and value.is_integer()):
        return min(int(value), _WHOLE_MAX)
    return 0


def _amount(text: str) -> Decimal:
    """Equal amounts get one form, with two decimals or more, so that equal events are equal."""
    units, _, fraction = text.partition(".")
    return Decimal(f"{units}.{fraction.rstrip('0').ljust(2, '0')}") or _NO_AMOUNT


def _compared(code: str) -> str:
    return code.strip().upper()


def _compared_diagnosis(code: str) -> str:
    """With its dot, wherever the sender put it."""
    bare = code.replace(".", "").strip().upper()
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare
