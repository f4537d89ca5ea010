"""Draws a dashboard's file as SVG from the answers to its own expressions, without a Grafana."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final, NamedTuple

COLUMN, ROW, GAP = 50, 28, 6
PAGE_WIDTH: Final = 24 * COLUMN
COLOURS: Final = (
    *("#5794f2", "#73bf69", "#f2cc0c", "#ff7383", "#b877d9", "#ff9830", "#8ab8ff"),
    *("#96d98d", "#c4a6ff", "#ffa6b0", "#37872d", "#1f60c4", "#e0b400", "#c4162a"),
)
NAMED: Final = {
    "green": "#73bf69",
    "yellow": "#f2cc0c",
    "orange": "#ff9830",
    "red": "#f2495c",
    "blue": "#5794f2",
    "gray": "#8e8e99",
}
LEGEND_MAX: Final = 7
TABLE_MAX: Final = 7
LETTER: Final = 7.2
"""Width of a letter, more or less: rather more."""

Point = tuple[float, float]


class Series(NamedTuple):
    """One line of a panel: its name, its labels, and its values over time."""

    name: str
    labels: Mapping[str, str]
    points: Sequence[Point]

    @property
    def last(self) -> float:
        """Its present value."""
        return self.points[-1][1]


Answers = Callable[[Mapping[str, Any]], Sequence[Series]]
"""What a target of a panel was answered."""


def draw(page: Mapping[str, Any], answers: Answers) -> str:
    """The page as SVG."""
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in page["panels"])
    height = bottom * ROW + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PAGE_WIDTH} {height}"',
        f'width="{PAGE_WIDTH}" font-family="sans-serif" font-size="11" fill="#ccccdc">',
        f'<rect width="{PAGE_WIDTH}" height="{height}" fill="#111217"/>',
        _text(10, 26, page["title"], size=18),
    ]
    for panel in page["panels"]:
        parts += _panel(panel, answers)
    return "\n".join([*parts, "</svg>", ""])


def shown(value: float, unit: str) -> str:
    """A value as a person reads it."""
    match unit:
        case "percentunit":
            return f"{value:.1%}"
        case "s":
            return f"{value * 1000:.1f} ms" if abs(value) < 1 else f"{value:.1f} s"
        case "cps":
            return f"{value:.3g}/s"
        case "bytes":
            return f"{value / 2**20:.0f} MiB"
        case _:
            is_whole = value == round(value) or abs(value) >= 1000
            return f"{value:,.0f}" if is_whole else f"{value:.3g}"


def _panel(panel: Mapping[str, Any], answers: Answers) -> Iterator[str]:
    place = panel["gridPos"]
    x, y = place["x"] * COLUMN, 40 + place["y"] * ROW
    width, height = place["w"] * COLUMN - GAP, place["h"] * ROW - GAP
    if panel["type"] == "row":
        yield _text(x + 6, y + 16, panel["title"], size=13)
        return
    yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="3" fill="#181b1f"/>'
    yield _text(x + 8, y + 15, panel["title"], size=12)
    series = [one for target in panel["targets"] for one in answers(target)]
    box = (x + 8, y + 24, width - 16, height - 32)
    yield from _BODIES[panel["type"]](panel, series, box)


Box = tuple[float, float, float, float]


def _stat(panel: Mapping[str, Any], series: Sequence[Series], box: Box) -> Iterator[str]:
    x, y, width, height = box
    for number, one in enumerate(series):
        left = x + number * width / len(series)
        colour = _own_colour(one.name, panel) or _colour_of(one.last, panel)
        size = 30 if len(series) == 1 else 16
        yield _text(left, y + height / 2 + 10, shown(one.last, _unit(panel)), colour, size)
        if len(series) > 1:
            yield _text(left, y + height - 4, one.name)


def _lines(panel: Mapping[str, Any], series: Sequence[Series], box: Box) -> Iterator[str]:
    x, y, width, height = box
    named = sorted(series, key=lambda one: -one.last)[:LEGEND_MAX]
    plot = (x + 52, y + 4, width - 56, height - 18 - 13 * ((len(named) + 1) // 2))
    drawn = _stacked(series) if _is_stacked(panel) else series
    values = [value for one in drawn for _, value in one.points]
    top = max([*values, 0.0]) * 1.05 or 1.0
    times = [at for one in drawn for at, _ in one.points]
    span = (min(times, default=0), max(times, default=1), top)
    yield from _axes(panel, plot, span)
    for number, one in reversed(list(enumerate(drawn))):
        colour = _own_colour(one.name, panel) or COLOURS[number % len(COLOURS)]
        fill = colour + "55" if _is_stacked(panel) else "none"
        yield _curve(one.points, plot, span, colour, fill)
    for position, one in enumerate(named):
        colour = _own_colour(one.name, panel) or COLOURS[series.index(one) % len(COLOURS)]
        left = x + (position % 2) * width / 2
        top_of_text = y + height - 13 * ((len(named) + 1) // 2) + 13 * (position // 2) + 8
        value = shown(one.last, _unit(panel))
        name = _fitting(one.name, width / 2, len(value) + 4, 6.3)
        yield _text(left, top_of_text, f"— {name}: {value}", colour)


def _axes(panel: Mapping[str, Any], plot: Box, span: tuple[float, float, float]) -> Iterator[str]:
    x, y, width, height = plot
    for share in (0.0, 0.5, 1.0):
        level = y + height * (1 - share)
        yield _rule(x, level, x + width, level, "#2c3235")
        yield _text(x - 50, level + 4, shown(span[2] * share, _unit(panel)), "#8e8e99", 9)
    for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1:]:
        if 0 < step["value"] < span[2]:
            level = y + height * (1 - step["value"] / span[2])
            yield _rule(x, level, x + width, level, NAMED[step["color"]], "4 4")
    minutes = (span[1] - span[0]) / 60
    yield _text(x + width - 60, y + height + 11, f"{minutes:.0f} minutes", "#8e8e99", 9)


def _bars(panel: Mapping[str, Any], series: Sequence[Series], box: Box) -> Iterator[str]:
    x, y, width, height = box
    ordered = sorted(series, key=lambda one: -abs(one.last))
    fitting = ordered[: max(int(height // 17), 1)]
    longest = max((abs(one.last) for one in fitting), default=1) or 1
    for number, one in enumerate(fitting):
        top = y + number * 17
        length = abs(one.last) / longest * width * 0.24
        colour = _own_colour(one.name, panel) or _colour_of(one.last, panel)
        yield _text(x, top + 12, _fitting(one.name, width * 0.62))
        left = x + width * 0.62
        yield f'<rect x="{left}" y="{top + 3}" width="{length}" height="11" fill="{colour}"/>'
        yield _text(left + length + 4, top + 12, shown(one.last, _unit(panel)))


def _table(panel: Mapping[str, Any], series: Sequence[Series], box: Box) -> Iterator[str]:
    x, y, width, _ = box
    columns = [label for label in series[0].labels if label != "__name__"] if series else []
    rows = [
        [*columns, "value"],
        *(
            [*(one.labels[label] for label in columns), shown(one.last, _unit(panel))]
            for one in series[:TABLE_MAX]
        ),
    ]
    letters = [max(len(cell) for cell in column) + 1 for column in zip(*rows, strict=True)]
    for position, cells in enumerate(rows):
        left = x
        for cell, share in zip(cells, letters, strict=True):
            room = share / sum(letters) * width
            colour = "#ccccdc" if position else "#8e8e99"
            yield _text(left, y + 10 + position * 17, _fitting(cell, room), colour)
            left += room


_BODIES: Final[Mapping[str, Callable[..., Iterator[str]]]] = {
    "stat": _stat,
    "timeseries": _lines,
    "bargauge": _bars,
    "table": _table,
}


def _stacked(series: Sequence[Series]) -> list[Series]:
    """Each on top of those before it."""
    below: dict[float, float] = {}
    stacked = []
    for one in series:
        points = [(at, value + below.get(at, 0.0)) for at, value in one.points]
        below |= dict(points)
        stacked.append(one._replace(points=points))
    return stacked


def _curve(
    points: Sequence[Point],
    plot: Box,
    span: tuple[float, float, float],
    colour: str,
    fill: str,
) -> str:
    x, y, width, height = plot
    first, last, top = span
    placed = [
        (x + (at - first) / max(last - first, 1) * width, y + height * (1 - max(value, 0) / top))
        for at, value in points
    ]
    if fill != "none":
        placed = [(placed[0][0], y + height), *placed, (placed[-1][0], y + height)]
    path = " ".join(f"{across:.1f},{down:.1f}" for across, down in placed)
    return f'<polyline points="{path}" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'


def _colour_of(value: float, panel: Mapping[str, Any]) -> str:
    colour = "blue"
    for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            colour = step["color"]
    return NAMED[colour]


def _own_colour(name: str, panel: Mapping[str, Any]) -> str | None:
    """The colour that means something: of a series by its name, or of all of a panel."""
    for override in panel["fieldConfig"]["overrides"]:
        if re.fullmatch(override["matcher"]["options"].strip("/"), name):
            return NAMED[override["properties"][0]["value"]["fixedColor"]]
    shades = panel["fieldConfig"]["defaults"].get("color", {}).get("fixedColor")
    return NAMED[shades] if shades else None


def _is_stacked(panel: Mapping[str, Any]) -> bool:
    custom = panel["fieldConfig"]["defaults"].get("custom", {})
    return bool(custom.get("stacking", {}).get("mode") == "normal")


def _fitting(text: str, room: float, others: int = 0, letter: float = LETTER) -> str:
    """As much of a text as there is room for, beside so many other letters."""
    letters = int(room / letter) - others
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _unit(panel: Mapping[str, Any]) -> str:
    return str(panel["fieldConfig"]["defaults"]["unit"])


def _text(x: float, y: float, text: str, colour: str = "#ccccdc", size: int = 11) -> str:
    words = escape(text)
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" font-size="{size}">{words}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashed}/>'
    )
