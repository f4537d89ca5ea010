"""Draws a comparison of forms of the program as SVG: how many times as fast, and what grows how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import log10
from typing import Any, Final

from worker.bench.comparison import LATENCY, MEMORY, FormComparison
from worker.bench.comparison_rows import FORM_NAMES, WORKLOADS
from worker.bench.growth import CURVES, GrowthCurve

_WIDTH: Final = 1000
_LEFT: Final = 330
_BAR: Final = 16
_GAP: Final = 14
_TOP: Final = 70
_CHART: Final = 190
"""Side of a chart of growth, axes included."""
_COLOURS: Final = {
    "compiled": "#1b6ca8",
    "pure": "#7fb2d9",
    "against": "#9aa5b1",
    "peer": "#d9822b",
}
_INK: Final = "#1f2933"


def speed_picture(comparison: FormComparison, machine: Mapping[str, Any]) -> str:
    """Returns the text of the file: bars on top, below them a chart for each growth curve."""
    bars = list(_bars(comparison))
    below = _TOP + sum(len(each) * _BAR + _GAP for _, each in bars) + 40
    height = below + _CHART + 70
    cores = f"{machine.get('processor', '')}, {machine.get('cores', '')} cores"
    box = f'viewBox="0 0 {_WIDTH} {height}" font-family="Helvetica, Arial, sans-serif"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        _text(20, 28, _title(comparison), size=17),
        _text(20, 48, f"Medians, measured in turn on one machine: {cores}", colour="#52606d"),
    ]
    lines += _drawn_bars(bars)
    lines.append(_text(20, below - 10, "Seconds by size, both axes logarithmic", size=15))
    for number, (curve, by_form) in enumerate(comparison.curves.items()):
        lines += _chart(20 + number * (_WIDTH - 40) // len(CURVES), below, curve, by_form)
    return "\n".join([*lines, "</svg>", ""])


def _title(comparison: FormComparison) -> str:
    if "against" not in comparison.forms:
        return "How fast it is"
    ours, other = (comparison.forms[name]["version"] for name in (_shipped(comparison), "against"))
    return f"How many times as fast {ours} is as {other}, and as one Celery task per claim"


def _shipped(comparison: FormComparison) -> str:
    return next(iter(comparison.forms))


def _bars(comparison: FormComparison) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """The ratios to draw for each workload: to the other release, or else to pure Python."""
    base = "against" if "against" in comparison.forms else "pure"
    workloads = (*comparison.measured, *comparison.curves)
    for workload in workloads:
        found = {
            one: comparison.ratios.get(f"{one}_to_{other}", {}).get(workload)
            for one, other in ((form, base) for form in comparison.forms)
        }
        of_peer = comparison.ratios.get(f"{_shipped(comparison)}_to_peer", {}).get(workload)
        drawn = [(form, ratio.median) for form, ratio in found.items() if ratio is not None]
        if of_peer is not None:
            drawn.append(("peer", of_peer.median))
        if drawn and workload not in {LATENCY, MEMORY}:
            yield WORKLOADS[workload], drawn


def _drawn_bars(bars: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> Iterator[str]:
    most = max((ratio for _, drawn in bars for _, ratio in drawn), default=1.0)
    down = float(_TOP)
    for name, drawn in bars:
        yield _text(20, down + 12, name)
        for form, ratio in drawn:
            # A logarithm from a tenth on: ratios of 1 and 40 are both to be seen.
            share = max(log10(max(ratio, 0.1) * 10), 0.02) / log10(most * 10)
            wide = share * (_WIDTH - _LEFT - 210)
            fill = f'height="{_BAR - 3}" fill="{_COLOURS[form]}"'
            yield f'<rect x="{_LEFT}" y="{down:.0f}" width="{wide:.1f}" {fill}/>'
            to = "one task per claim" if form == "peer" else FORM_NAMES[form]
            yield _text(_LEFT + wide + 8, down + 11, f"{ratio:.1f} times ({to})", size=12)
            down += _BAR
        down += _GAP


def _chart(
    left: float, top: float, curve: str, by_form: Mapping[str, GrowthCurve]
) -> Iterator[str]:
    """A chart of one growth curve: a line for each form, with its exponent."""
    points = {
        form: [(log10(int(size)), log10(each.median)) for size, each in grown.seconds.items()]
        for form, grown in by_form.items()
    }
    across = [x for line in points.values() for x, _ in line]
    up = [y for line in points.values() for _, y in line]
    side = _CHART - 30

    def at(x: float, y: float) -> str:
        right = (x - min(across)) / ((max(across) - min(across)) or 1)
        high = (y - min(up)) / ((max(up) - min(up)) or 1)
        return f"{left + right * side:.1f},{top + 24 + (1 - high) * (side - 24):.1f}"

    yield _text(left, top + 12, WORKLOADS[curve], size=12)
    yield f'<path d="M{left} {top + 24}v{side - 24}h{side}" stroke="#ccc" fill="none"/>'
    yield _text(
        left, top + side + 14, f"{10 ** min(across):.0f} to {10 ** max(across):.0f}", size=11
    )
    for number, (form, line) in enumerate(points.items()):
        places = " ".join(at(*point) for point in line)
        yield (
            f'<polyline points="{places}" fill="none" stroke="{_COLOURS[form]}" stroke-width="2"/>'
        )
        label = f"{FORM_NAMES[form]}: n to the {by_form[form].exponent:.1f}"
        yield _text(left, top + side + 30 + 15 * number, label, colour=_COLOURS[form], size=11)


def _text(x: float, y: float, text: str, *, size: int = 13, colour: str = _INK) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"'
    return f"<text {place}>{escape(text)}</text>"
