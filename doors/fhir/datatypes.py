"""The data types of FHIR R4 that are read."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

from doors.fhir.elements import FhirElement

_DIGITS_MAX: Final = 18
_DAY: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_INSTANT: Final = re.compile(
    _DAY.pattern + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)


def _day(given: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise PydanticCustomError("fhir_date", "a whole date is needed, as YYYY-MM-DD")
    return given


def _day_or_instant(given: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(given, str) and not (_DAY.fullmatch(given) or _INSTANT.fullmatch(given)):
        raise PydanticCustomError(
            "fhir_date", "a whole date is needed, or a date and time with its time zone"
        )
    return given


def _number(given: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise PydanticCustomError("fhir_decimal", "a JSON number is needed")
    number = Decimal(given)
    if len(number.as_tuple().digits) > _DIGITS_MAX or abs(number.adjusted()) > _DIGITS_MAX:
        raise PydanticCustomError("fhir_decimal", "a number of at most 18 digits is needed")
    return number


DayText = Annotated[StrictStr, BeforeValidator(_day)]
"""A `date` with its day: a year or a month alone would be guessed at."""
TimeText = Annotated[StrictStr, BeforeValidator(_day_or_instant)]
"""A `dateTime` with its day."""
Number = Annotated[Decimal, BeforeValidator(_number)]
YesNo = StrictBool
Sequence = Annotated[StrictInt, Field(ge=1)]


class Coding(FhirElement):
    """A code of a system."""

    unread = "version display userSelected"

    system: StrictStr | None = None
    code: StrictStr | None = None


class CodeableConcept(FhirElement):
    """A meaning, as codes of one system or several."""

    unread = "text"

    coding: tuple[Coding, ...] = ()


class FhirIdentifier(FhirElement):
    """A number or name under which others know something."""

    unread = "period assigner"

    use: StrictStr | None = None
    type: CodeableConcept | None = None
    system: StrictStr | None = None
    value: StrictStr | None = None


class Reference(FhirElement):
    """What points at another resource."""

    unread = "type display"

    reference: StrictStr | None = None
    identifier: FhirIdentifier | None = None


class Period(FhirElement):
    """A time with a beginning and an end."""

    start: TimeText | None = None
    end: TimeText | None = None


class Money(FhirElement):
    """An amount."""

    value: Number | None = None
    currency: StrictStr | None = None


class Quantity(FhirElement):
    """A count; one that is only `less than` something is none."""

    unread = "unit system code"

    value: Number | None = None
    comparator: Annotated[None, BeforeValidator(lambda _: _no_comparator())] = None


class HumanName(FhirElement):
    """A name of a person."""

    unread = "text prefix period"

    use: StrictStr | None = None
    family: StrictStr | None = None
    given: tuple[StrictStr, ...] = ()
    suffix: tuple[StrictStr, ...] = ()


def _no_comparator() -> None:
    raise PydanticCustomError("fhir_comparator", "an exact quantity is needed, without comparator")
