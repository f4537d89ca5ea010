"""Draws what became of some traces: a row each, a mark for each place where they were seen."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

PLACES = {
    "producer": "#57606a",
    "lane": "#9a6700",
    "worker-1": "#0969da",
    "worker-2": "#8250df",
    "published": "#1a7f37",
    "consumer": "#cf222e",
}
_LEFT, _RIGHT, _TOP, _ROW = 110, 30, 64, 22
_WIDTH = 900


class Seen(NamedTuple):
    """A trace was at a place."""

    milliseconds: float
    place: str


class FollowedTrace(NamedTuple):
    """A trace, and where it was seen, in the order of time."""

    trace_id: str
    seen: Sequence[Seen]


def trace_picture(traces: Sequence[FollowedTrace]) -> str:
    """An SVG; the first moment of all stands on the left."""
    first = min(seen.milliseconds for trace in traces for seen in trace.seen)
    last = max(seen.milliseconds for trace in traces for seen in trace.seen)
    scale = (_WIDTH - _LEFT - _RIGHT) / max(1.0, last - first)
    height = _TOP + _ROW * len(traces) + 34
    rows = [_row(trace, _TOP + _ROW * number, first, scale) for number, trace in enumerate(traces)]
    axis = _text(_LEFT, height - 10, "0 ms") + _text(
        _WIDTH - 80, height - 10, f"{last - first:.0f} ms"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="monospace" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n'
        f"{_text(10, 20, 'Traces from a sample producer through two workers to a consumer')}\n"
        f"{_legend()}\n" + "\n".join(rows) + f"\n{axis}\n</svg>\n"
    )


def _legend() -> str:
    marks = []
    for number, (place, colour) in enumerate(PLACES.items()):
        x = _LEFT + 120 * number
        marks.append(f'<circle cx="{x}" cy="40" r="5" fill="{colour}"/>{_text(x + 9, 44, place)}')
    return "".join(marks)


def _row(trace: FollowedTrace, y: int, first: float, scale: float) -> str:
    at = [(_LEFT + (seen.milliseconds - first) * scale, seen.place) for seen in trace.seen]
    line = f'<path d="M{at[0][0]:.1f} {y}H{at[-1][0]:.1f}" stroke="#d0d7de" stroke-width="3"/>'
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{PLACES[place]}">'
        f"<title>{place}, {(x - _LEFT) / scale:.0f} ms</title></circle>"
        for x, place in at
    )
    return f"{_text(10, y + 4, trace.trace_id[:12])}{line}{marks}"


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x}" y="{y}">{escape(words)}</text>'
