"""Reads the codes that a reviewer may give to a denial."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from worker.events.codes import REMITTANCE
from worker.events.context import EVENT_DAY, Context
from worker.events.fields import NO_CODE, NO_TIME, Fields

_IN_FORCE: Final = f"in force on {EVENT_DAY}"
_REVIEWER_CODES: Final = {
    "carc": "a claim adjustment reason code",
    "rarc": "a list of remittance advice remark codes, which may be empty",
}


def read_reviewer_codes(
    data: Fields, context: Context
) -> tuple[str | None, tuple[str, ...] | None]:
    """The codes of a denial: both kinds or none."""
    has_carc, has_rarc = not data.blank("carc"), not data.missing("rarc")
    if data.says("decision", "approved"):
        for name, is_given in (("carc", has_carc), ("rarc", has_rarc)):
            if is_given:
                data.refuse(name, "null: only a denial has codes")
        return None, None
    if has_carc != has_rarc:
        missing, given = ("rarc", "carc") if has_carc else ("carc", "rarc")
        data.refuse(missing, f"{_REVIEWER_CODES[missing]}, beside {given}")
    carc = data.optional_code("carc", REMITTANCE)
    rarc = data.entries("rarc", REMITTANCE) if has_rarc else None
    _refuse_codes_not_in_force(data, carc, rarc or (), context)
    return carc, None if rarc is None else tuple(rarc)


def _refuse_codes_not_in_force(
    data: Fields, carc: str | None, rarc: Iterable[str], context: Context
) -> None:
    """Checks the readable codes; without a readable day, only empty ones are refused."""
    on, has_day = context.time.date(), context.time is not NO_TIME
    if carc not in (None, NO_CODE) and has_day and not context.codes.is_carc(carc, on):
        data.refuse("carc", f"{_REVIEWER_CODES['carc']} {_IN_FORCE}")
    for index, code in enumerate(rarc):
        if not code or (code != NO_CODE and has_day and not context.codes.is_rarc(code, on)):
            data.refuse_entry("rarc", index, f"a remittance advice remark code {_IN_FORCE}")
