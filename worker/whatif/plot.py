"""Draws a sweep as an SVG picture: lines over the swept values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

_WIDTH: Final = 860
_PANEL_HEIGHT: Final = 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 190, 40, 50
_GRID_LINES: Final = 4
_LABELS_MAX: Final = 10
"""If there are more, only some are labelled on the axis; each point has its own label."""
_COLOURS: Final = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e")
_STEPS: Final = (1, 2, 5)


class Series(NamedTuple):
    """One line of a picture: a value for each position on the axis."""

    name: str
    values: Sequence[int]


class Panel(NamedTuple):
    """One frame of a picture."""

    title: str
    series: Sequence[Series]


class Axis(NamedTuple):
    """The horizontal axis: numbers to scale, or words at equal distances."""

    title: str
    labels: Sequence[str]
    places: Sequence[float]
    """Each from 0 to 1."""


def axis_of(title: str, labels: Sequence[str]) -> Axis:
    """Places numbers to scale, and anything else at equal distances."""
    try:
        numbers = [float(label) for label in labels]
    except ValueError:
        numbers = [float(number) for number in range(len(labels))]
    least, span = min(numbers), (max(numbers) - min(numbers)) or 1.0
    return Axis(title, labels, [(number - least) / span for number in numbers])


def picture(title: str, axis: Axis, panels: Sequence[Panel]) -> str:
    """Returns the picture as the text of a file."""
    height = _TOP + len(panels) * (_PANEL_HEIGHT + _BOTTOM)
    size = f'width="{_WIDTH}" height="{height}"'
    box = f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        _text(_LEFT, 20, title, weight="bold"),
    ]
    for number, panel in enumerate(panels):
        top = _TOP + number * (_PANEL_HEIGHT + _BOTTOM)
        lines += _panel(panel, axis, top)
    return "\n".join([*lines, "</svg>", ""])


def _panel(panel: Panel, axis: Axis, top: int) -> Iterator[str]:
    most = _round_up(max((value for each in panel.series for value in each.values), default=0))
    bottom = top + _PANEL_HEIGHT - 20

    def at(place: float, value: float) -> tuple[float, float]:
        across = _LEFT + 10 + place * (_WIDTH - _LEFT - _RIGHT - 20)
        return across, bottom - value / most * (_PANEL_HEIGHT - 50)

    yield _text(_LEFT, top + 16, panel.title)
    for step in range(_GRID_LINES + 1):
        value = most * step / _GRID_LINES
        _, height = at(0, value)
        yield f'<path d="M{_LEFT} {height:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
        yield _text(_LEFT - 8, height + 4, f"{value:,.10g}", anchor="end")
    shown = -(-len(axis.labels) // _LABELS_MAX)
    for label, place in [*zip(axis.labels, axis.places, strict=True)][::shown]:
        yield _text(at(place, 0)[0], bottom + 18, label, anchor="middle")
    yield _text(_LEFT, bottom + 36, axis.title, colour="#555")
    for number, each in enumerate(panel.series):
        colour = _COLOURS[number % len(_COLOURS)]
        points = [at(place, value) for place, value in zip(axis.places, each.values, strict=True)]
        path = " ".join(f"{across:.1f},{up:.1f}" for across, up in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for (across, up), value, label in zip(points, each.values, axis.labels, strict=True):
            told = escape(f"{label}: {each.name} {value:,}")
            yield (
                f'<circle cx="{across:.1f}" cy="{up:.1f}" r="3.5" fill="{colour}">'
                f"<title>{told}</title></circle>"
            )
        yield _text(_WIDTH - _RIGHT + 12, top + 40 + 18 * number, each.name, colour=colour)


def _text(
    across: float,
    down: float,
    text: str,
    *,
    anchor: str = "start",
    colour: str = "black",
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}" fill="{colour}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )


def _round_up(value: int) -> int:
    """Returns the next round number for a grid: 1, 2 or 5 with zeros, or 4."""
    unit = 1
    while True:
        for step in _STEPS:
            if step * unit >= max(value, _GRID_LINES):
                return step * unit
        unit *= 10
