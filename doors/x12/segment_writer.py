"""
Writes X12: elements, segments, and the envelopes around them.

What we write always has the same separators, of which no value may contain one. The same values
give the same bytes: no clock is asked and no number is drawn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from typing import Final, NamedTuple

ELEMENT: Final = "*"
COMPONENT: Final = ":"
REPETITION: Final = "^"
TERMINATOR: Final = "~"

CONTROL_NUMBER_MAX: Final = 999_999_999
"""ISA13 has nine digits."""

Simple = str | int | Decimal | date | None
Element = Simple | tuple[Simple, ...]
"""A value, or the components of one; None and what is empty take a place without text."""

_SEPARATOR: Final = re.compile(r"[*:^~\x00-\x1f]")
_UNWRITABLE: Final = re.compile(r"[^ -~]")
_AGREED: Final = "ZZ"
_QUALIFIERS: Final = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", _AGREED})
_ISA_ID_LENGTH: Final = 15
_LINES_AT_ONCE: Final = 1_000


class Address(NamedTuple):
    """One side of an interchange."""

    qualifier: str
    """ISA05 or ISA07; what is none of its codes is written as `ZZ`, what both sides agreed on."""
    id: str
    """ISA06 or ISA08, of at most 15 characters."""
    application: str
    """GS02 or GS03."""


class Envelope(NamedTuple):
    """What is written around the groups of an interchange."""

    sender: Address
    receiver: Address
    written_at: datetime
    control_number: int
    """From 1 to `CONTROL_NUMBER_MAX`."""
    usage: str = "P"
    """ISA15: `P` or `T`, as in what is answered."""


class OutgoingSet(NamedTuple):
    """A transaction set without its `ST` and `SE`."""

    code: str
    segments: Iterable[str]


class OutgoingGroup(NamedTuple):
    """A functional group of transaction sets of one guide."""

    function: str
    """GS01."""
    guide: str
    """GS08, and ST03 where the guide has one."""
    sets: Iterable[OutgoingSet]


def segment(name: str, *elements: Element) -> str:
    """One segment, without empty elements at its end."""
    written = [_element(each) for each in elements]
    while written and not written[-1]:
        written.pop()
    return ELEMENT.join((name, *written)) + TERMINATOR


def interchange(
    envelope: Envelope, groups: Sequence[OutgoingGroup] = (), *, heads: Sequence[str] = ()
) -> bytes:
    """An interchange with its groups; `heads` are segments before them, which are `TA1` alone."""
    return b"".join(interchange_in_pieces(envelope, groups, heads=heads))


def interchange_in_pieces(
    envelope: Envelope, groups: Iterable[OutgoingGroup] = (), *, heads: Sequence[str] = ()
) -> Iterator[bytes]:
    """The same in pieces of a bounded size."""
    number = f"{envelope.control_number:09d}"
    place = 0
    yield _lines([_isa(envelope), *heads])
    for place, group in enumerate(groups, 1):
        yield from _group(envelope, group, place)
    yield _lines([segment("IEA", place, number)])


def control_number(*identity: str) -> int:
    """A number for ISA13 that is always the same for the same identity, and hardly for another."""
    digest = sha256("\x1f".join(identity).encode()).digest()
    return int.from_bytes(digest[:8], "big") % CONTROL_NUMBER_MAX + 1


def money(amount: Decimal) -> Decimal:
    """An amount without zeros at its end, as X12 writes it."""
    short = amount.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _isa(envelope: Envelope) -> str:
    sender, receiver, at = envelope.sender, envelope.receiver, envelope.written_at
    elements = (
        *("00", " " * 10, "00", " " * 10),
        *(_qualifier(sender), _padded(sender.id), _qualifier(receiver), _padded(receiver.id)),
        *(f"{at:%y%m%d}", f"{at:%H%M}", REPETITION, "00501", f"{envelope.control_number:09d}"),
        *("0", envelope.usage if envelope.usage in {"P", "T"} else "P", COMPONENT),
    )
    return ELEMENT.join(("ISA", *elements)) + TERMINATOR


def _qualifier(address: Address) -> str:
    return address.qualifier if address.qualifier in _QUALIFIERS else _AGREED


def _padded(identity: str) -> str:
    return f"{text(identity):{_ISA_ID_LENGTH}.{_ISA_ID_LENGTH}}"


def _group(envelope: Envelope, group: OutgoingGroup, place: int) -> Iterator[bytes]:
    at = envelope.written_at
    sides = (envelope.sender.application.strip(), envelope.receiver.application.strip())
    when = (f"{at:%Y%m%d}", f"{at:%H%M}")
    number = 0
    yield _lines([segment("GS", group.function, *sides, *when, place, "X", group.guide)])
    for number, each in enumerate(group.sets, 1):
        # The guide of remittances has no ST03.
        guide = None if each.code == "835" else group.guide
        yield _lines([segment("ST", each.code, f"{number:04d}", guide)])
        segments, length = iter(each.segments), 2
        while some := list(islice(segments, _LINES_AT_ONCE)):
            length += len(some)
            yield _lines(some)
        yield _lines([segment("SE", length, f"{number:04d}")])
    yield _lines([segment("GE", number, place)])


def _lines(segments: Iterable[str]) -> bytes:
    return "".join(f"{each}\n" for each in segments).encode("ascii")


def _element(value: Element) -> str:
    if isinstance(value, tuple):
        parts = [_simple(each) for each in value]
        while parts and not parts[-1]:
            parts.pop()
        return COMPONENT.join(parts)
    return _simple(value)


def _simple(value: Simple) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{money(value):f}"
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    return text(str(value)).strip()


def text(value: str) -> str:
    """
    A text of printable ASCII without a separator.

    A separator becomes a blank, a letter with marks the letter, and what is still not ASCII `?`.
    """
    if value.isascii() and value.isprintable() and not _SEPARATOR.search(value):
        return value
    plain = unicodedata.normalize("NFKD", value)
    without_marks = "".join(each for each in plain if not unicodedata.combining(each))
    return _UNWRITABLE.sub("?", _SEPARATOR.sub(" ", without_marks))
