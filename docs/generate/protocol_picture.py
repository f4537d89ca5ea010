"""Draws what a worker asks of Redis for one event, and each point at which it may die, as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

_WIDTH: Final = 1000
_TOP: Final = 84
_STEP: Final = 46
_INK: Final = "#1f2933"
_LINE: Final = "#52606d"
_DEATH: Final = "#b42318"
_WRITES: Final = "#e3f1fc"
_FONT: Final = "font-family='Helvetica, Arial, sans-serif'"

_ASKER, _REDIS, _TEXT = 60, 470, 520
"""Where the lines of whoever asks and of Redis stand, and what is said beside them."""


class _Step(NamedTuple):
    asks: str
    does: str
    """What the script does in Redis; empty: it only reads."""
    after: str
    """Why a death after it harms nothing."""


STEPS: Final = (
    _Step("XADD", "the event is at the door", "unanswered: it is sent again, a duplicate"),
    _Step("take door", "lease of the door, takes + 1", "the lease runs out; the next one takes it"),
    _Step("head door", "", "nothing was changed"),
    _Step("route", "into the lane, out of the door", "it is in the lane, and only there"),
    _Step("take lane", "lease of the lane, takes + 1", "at the second take the next goes singly"),
    _Step("head lane", "", "nothing was changed"),
    _Step("load", "", "what was decided is forgotten with the process"),
    _Step("commit: checks", "", "the script is one step: no death is in it"),
    _Step("commit: writes", "record, determinations, counters; event out", "all of it stands"),
    _Step("release", "lease deleted, takes deleted", "the place is free"),
)
"""In the order in which one worker asks them for one event; the points of death are between."""


def protocol_picture() -> str:
    """The picture; its points have the numbers that `docs/protocol.md` explains."""
    height = _TOP + _STEP * len(STEPS) + 30
    rows = (part for number, step in enumerate(STEPS) for part in _row(number, step))
    return "\n".join([*_opening(height), *rows, "</svg>", ""])


def _opening(height: int) -> Iterator[str]:
    yield (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        f"width='{_WIDTH}' height='{height}' role='img' "
        "aria-label='The steps of one event, and what stands in Redis after each'>"
    )
    yield f"<rect width='{_WIDTH}' height='{height}' fill='white'/>"
    yield (
        f"<defs><marker id='tip' markerWidth='9' markerHeight='9' refX='7' refY='4' orient='auto'>"
        f"<path d='M0,0 L8,4 L0,8 z' fill='{_LINE}'/></marker></defs>"
    )
    for x, title in ((_ASKER, "producer, then worker"), (_REDIS, "Redis")):
        yield _text(x, 34, title, "middle" if x == _REDIS else "start", weight="bold")
        line_x = _ASKER + 40 if x == _ASKER else x
        yield (
            f"<line x1='{line_x}' y1='46' x2='{line_x}' y2='{height - 16}' stroke='{_LINE}' "
            "stroke-dasharray='4 4'/>"
        )
    yield _text(_TEXT + 20, 34, "what stands, and why a death here harms nothing", weight="bold")


def _row(number: int, step: _Step) -> Iterator[str]:
    y = _TOP + _STEP * number
    left = _ASKER + 40
    yield (
        f"<line x1='{left}' y1='{y}' x2='{_REDIS - 2}' y2='{y}' stroke='{_LINE}' "
        "stroke-width='1.5' marker-end='url(#tip)'/>"
    )
    yield _text(left + 14, y - 6, step.asks)
    if step.does:
        yield (
            f"<rect x='{_TEXT}' y='{y - 17}' width='{_WIDTH - _TEXT - 20}' height='20' rx='4' "
            f"fill='{_WRITES}'/>"
        )
    yield _text(_TEXT + 20, y - 3, step.does or "only read", colour=_INK if step.does else _LINE)
    yield f"<circle cx='{left}' cy='{y + 20}' r='9' fill='{_DEATH}'/>"
    yield _text(left, y + 24, str(number + 1), "middle", colour="white", size=11)
    yield _text(_TEXT + 20, y + 22, step.after, colour=_DEATH, size=13)


def _text(
    x: int,
    y: int,
    text: str,
    anchor: str = "start",
    *,
    weight: str = "normal",
    colour: str = _INK,
    size: int = 14,
) -> str:
    return (
        f"<text x='{x}' y='{y}' {_FONT} font-size='{size}' font-weight='{weight}' "
        f"fill='{colour}' text-anchor='{anchor}'>{escape(text)}</text>"
    )
