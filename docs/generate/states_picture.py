"""Draws the states of an event, of a place and of a lease, with what leads on, as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

_WIDTH: Final = 1000
_HEIGHT: Final = 620
_BOX_WIDTH: Final = 150
_BOX_HEIGHT: Final = 44
_INK: Final = "#1f2933"
_LINE: Final = "#52606d"
_REST: Final = "#e8f5e4"
"""Where nothing has to be done."""
_STANDS: Final = "#e3f1fc"
"""What somebody will go on from."""
_DOUBT: Final = "#fde8e6"
"""A worker goes on that has lost its lease."""
_FONT: Final = "font-family='Helvetica, Arial, sans-serif'"


class _State(NamedTuple):
    x: int
    y: int
    title: str
    fill: str = _STANDS


class _Way(NamedTuple):
    begin: str
    end: str
    by: str
    bend: int = 0
    """How far below the middle of both it goes; 0: straight."""


EVENT: Final = (
    _State(20, 90, "sent"),
    _State(290, 90, "at the door"),
    _State(560, 90, "in a lane"),
    _State(830, 34, "applied", _REST),
    _State(830, 90, "duplicate", _REST),
    _State(830, 146, "refused, set aside", _REST),
)
EVENT_WAYS: Final = (
    _Way("sent", "sent", "no answer: again", 84),
    _Way("sent", "at the door", "XADD"),
    _Way("at the door", "in a lane", "route"),
    _Way("in a lane", "applied", ""),
    _Way("in a lane", "duplicate", "commit"),
    _Way("in a lane", "refused, set aside", ""),
    _Way("refused, set aside", "at the door", "redrive", 70),
)
PLACE: Final = (
    _State(20, 300, "empty", _REST),
    _State(290, 300, "waits"),
    _State(560, 300, "called"),
    _State(830, 300, "held"),
)
PLACE_WAYS: Final = (
    _Way("empty", "waits", "an entry comes"),
    _Way("waits", "called", "ring"),
    _Way("called", "held", "take"),
    _Way("called", "waits", "the mark runs out", 46),
    _Way("held", "waits", "release, or the lease runs out: more is there", 78),
    _Way("held", "empty", "release: nothing is there", 122),
)
LEASE: Final = (
    _State(20, 490, "free", _REST),
    _State(290, 490, "held by A"),
    _State(560, 490, "run out, A works on", _DOUBT),
    _State(830, 490, "B's, A works on", _DOUBT),
)
LEASE_WAYS: Final = (
    _Way("free", "held by A", "take"),
    _Way("held by A", "run out, A works on", "time"),
    _Way("run out, A works on", "B's, A works on", "take by B"),
    _Way("held by A", "free", "release", 46),
    _Way("run out, A works on", "free", "A asks: FENCED", 64),
    _Way("B's, A works on", "held by A", "A asks: FENCED; B is A now", 78),
)
_TITLES: Final = ((20, "an event"), (262, "a place: the door or a lane"), (452, "a lease"))


def states_picture() -> str:
    """The picture; `docs/protocol.md` says of each state what cannot happen."""
    drawn = [*_drawn(EVENT, EVENT_WAYS), *_drawn(PLACE, PLACE_WAYS), *_drawn(LEASE, LEASE_WAYS)]
    titles = (_text(20, y, title, "start", weight="bold") for y, title in _TITLES)
    return "\n".join([*_opening(), *titles, *drawn, "</svg>", ""])


def _opening() -> Iterator[str]:
    yield (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}' "
        f"width='{_WIDTH}' height='{_HEIGHT}' role='img' "
        "aria-label='The states of an event, of a place and of a lease'>"
    )
    yield f"<rect width='{_WIDTH}' height='{_HEIGHT}' fill='white'/>"
    yield (
        f"<defs><marker id='tip' markerWidth='9' markerHeight='9' refX='7' refY='4' orient='auto'>"
        f"<path d='M0,0 L8,4 L0,8 z' fill='{_LINE}'/></marker></defs>"
    )


def _drawn(states: tuple[_State, ...], ways: tuple[_Way, ...]) -> Iterator[str]:
    by_title = {state.title: state for state in states}
    for way in ways:
        yield from _path(by_title[way.begin], by_title[way.end], way)
    for state in states:
        yield (
            f"<rect x='{state.x}' y='{state.y}' width='{_BOX_WIDTH}' height='{_BOX_HEIGHT}' "
            f"rx='6' fill='{state.fill}' stroke='{_LINE}'/>"
        )
        yield _text(state.x + _BOX_WIDTH // 2, state.y + 27, state.title)


def _path(begin: _State, end: _State, way: _Way) -> Iterator[str]:
    if way.bend:
        left, right = begin.x + _BOX_WIDTH // 2, end.x + _BOX_WIDTH // 2
        if begin is end:
            left, right = left - 30, right + 30
        elif left > right:
            left, right = left - 20, right + 20
        from_y, to_y = begin.y + _BOX_HEIGHT, end.y + _BOX_HEIGHT
        low = max(from_y, to_y) + way.bend
        course = f"M{left},{from_y} C{left},{low} {right},{low} {right},{to_y + 3}"
        label = (left + right) // 2, (from_y + to_y) // 8 + 3 * low // 4 - 5
    else:
        from_x, to_x = begin.x + _BOX_WIDTH, end.x - 3
        from_y, to_y = begin.y + _BOX_HEIGHT // 2, end.y + _BOX_HEIGHT // 2
        course = f"M{from_x},{from_y} L{to_x},{to_y}"
        label = (from_x + to_x) // 2, (from_y + to_y) // 2 - 7
    yield (
        f"<path d='{course}' fill='none' stroke='{_LINE}' stroke-width='1.5' "
        "marker-end='url(#tip)'/>"
    )
    if way.by:
        yield _text(*label, way.by, size=12)


def _text(
    x: int, y: int, text: str, anchor: str = "middle", *, weight: str = "normal", size: int = 14
) -> str:
    return (
        f"<text x='{x}' y='{y}' {_FONT} font-size='{size}' font-weight='{weight}' fill='{_INK}' "
        f"text-anchor='{anchor}' stroke='white' stroke-width='{3 * (size < 14)}' "
        f"paint-order='stroke'>{escape(text)}</text>"
    )
