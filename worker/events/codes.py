"""
The forms of codes: what is a valid code, and the normal form in which codes are compared.

The form is checked before the case is changed: the upper case of some non-ASCII letters is ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

_CHARACTER: Final = "[0-9A-Za-z]"
_FIVE: Final = f"{_CHARACTER}{{5}}"
_TWO: Final = f"{_CHARACTER}{{2}}"
_TEN: Final = f"{_CHARACTER}{{10}}"
_ONE_TO_FIVE: Final = f"{_CHARACTER}{{1,5}}"
_ONE_TO_EIGHT: Final = f"{_CHARACTER}{{1,8}}"
_WITH_A_DOT: Final = tuple(
    rf"{_CHARACTER}{{{before}}}\.{_CHARACTER}{{{max(0, 1 - before)},{8 - before}}}"
    for before in range(9)
)

_BARE_DIAGNOSIS: Final = re.compile(_ONE_TO_EIGHT)


class CodeForm(NamedTuple):
    """One kind of code."""

    expected: str
    """What a refusal names as expected."""
    compared: Callable[[str], str | None]
    """The normal form of a stripped text; None if it is not such a code."""
    pattern: str
    """The stripped texts that are such a code, as a regular expression for other languages too."""


def _upper(pattern: str) -> Callable[[str], str | None]:
    form = re.compile(pattern)
    return lambda text: text.upper() if form.fullmatch(text) else None


def _with_its_dot(text: str) -> str | None:
    """Puts the dot after the third character, wherever the sender put it."""
    bare = text.replace(".", "", 1)
    if not _BARE_DIAGNOSIS.fullmatch(bare):
        return None
    bare = bare.upper()
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


PROCEDURE: Final = CodeForm(
    "a procedure code: five letters or digits of ASCII", _upper(_FIVE), _FIVE
)
MODIFIER: Final = CodeForm("a modifier: two letters or digits of ASCII", _upper(_TWO), _TWO)
DIAGNOSIS: Final = CodeForm(
    "a diagnosis code: one to eight letters or digits of ASCII, with at most one dot",
    _with_its_dot,
    "|".join((_ONE_TO_EIGHT, *_WITH_A_DOT)),
)
TAXONOMY: Final = CodeForm(
    "a code of the provider taxonomy: ten letters or digits of ASCII", _upper(_TEN), _TEN
)
THERAPY: Final = CodeForm(
    "a code of a therapy, of ATC or RxNorm: one to eight letters or digits of ASCII",
    _upper(_ONE_TO_EIGHT),
    _ONE_TO_EIGHT,
)
REMITTANCE: Final = CodeForm(
    "a code: one to five letters or digits of ASCII", _upper(_ONE_TO_FIVE), _ONE_TO_FIVE
)
