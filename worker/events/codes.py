"""
The forms of codes: what is a valid code, and the normal form in which codes are compared.

The form is checked before the case is changed: the upper case of some non-ASCII letters is ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

_FIVE: Final = re.compile(r"[0-9A-Za-z]{5}")
_TWO: Final = re.compile(r"[0-9A-Za-z]{2}")
_ONE_TO_FIVE: Final = re.compile(r"[0-9A-Za-z]{1,5}")
_ONE_TO_EIGHT: Final = re.compile(r"[0-9A-Za-z]{1,8}")


class CodeForm(NamedTuple):
    """One kind of code."""

    expected: str
    """What a refusal names as expected."""
    compared: Callable[[str], str | None]
    """The normal form of a stripped text; None if it is not such a code."""


def _upper(form: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text.upper() if form.fullmatch(text) else None


def _with_its_dot(text: str) -> str | None:
    """Puts the dot after the third character, wherever the sender put it."""
    bare = text.replace(".", "", 1)
    if not _ONE_TO_EIGHT.fullmatch(bare):
        return None
    bare = bare.upper()
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


PROCEDURE: Final = CodeForm("a procedure code: five letters or digits of ASCII", _upper(_FIVE))
MODIFIER: Final = CodeForm("a modifier: two letters or digits of ASCII", _upper(_TWO))
DIAGNOSIS: Final = CodeForm(
    "a diagnosis code: one to eight letters or digits of ASCII, with at most one dot",
    _with_its_dot,
)
REMITTANCE: Final = CodeForm("a code: one to five letters or digits of ASCII", _upper(_ONE_TO_FIVE))
