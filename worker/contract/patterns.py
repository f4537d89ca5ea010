r"""
Texts as regular expressions that mean the same in every language a validator may be written in.

They use neither `\s` nor `\d`, which differ between languages, nor look-around, which Go lacks.
`$` also stands before a last line end in some languages, so line ends are excluded apart.
"""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]
"""A JSON Schema, or a part of one, in the dialect 2020-12."""

BLANKS: Final = (
    "\t-\r\x1c- \x85\xa0\N{OGHAM SPACE MARK}\N{EN QUAD}-\N{HAIR SPACE}\N{LINE SEPARATOR}"
    "\N{PARAGRAPH SEPARATOR}\N{NARROW NO-BREAK SPACE}\N{MEDIUM MATHEMATICAL SPACE}"
    "\N{IDEOGRAPHIC SPACE}"
)
"""What is trimmed off and counts as blank, as the inside of a character class."""

NOT_BLANK: Final = f"[^{BLANKS}]"
"""Found in each text that is not blank."""

BLANK: Final = f"^[{BLANKS}]*$"

_YEAR: Final = "(?:19|20|21)[0-9]{2}"
_LEAP_YEAR: Final = "(?:2000|(?:19|20|21)(?:0[48]|[2468][048]|[13579][26]))"
DAY: Final = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
)
"""A day that there is, of the years 1900 to 2199."""

TIME: Final = (
    f"{DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{{1,9}})?"
    "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)

_LINE_END: Final = "[\n\r\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]"


def exactly(pattern: str) -> Schema:
    """A text that is nothing but this."""
    return {"type": "string", "pattern": f"^(?:{pattern})$", "not": {"pattern": _LINE_END}}


def trimmed(pattern: str) -> Schema:
    """A text that is this once the blanks around it are taken off."""
    return {"type": "string", "pattern": f"^[{BLANKS}]*(?:{pattern})[{BLANKS}]*$"}


def trimmed_or_blank(pattern: str) -> Schema:
    """As `trimmed`; it may be blank too."""
    return {"type": "string", "pattern": f"^[{BLANKS}]*(?:{pattern})?[{BLANKS}]*$"}
