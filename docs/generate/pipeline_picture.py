"""Draws the way of an event, from the producers to the determinations, as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

from worker.config.settings import Settings
from worker.store.keys import Keys, lane_name

_WIDTH: Final = 1000
_HEIGHT: Final = 470
_INK: Final = "#1f2933"
_LINE: Final = "#52606d"
_FONT: Final = "font-family='Helvetica, Arial, sans-serif'"

_STORED: Final = "#e3f1fc"
"""What stands in Redis."""
_WORK: Final = "#e8f5e4"
"""What a worker does."""
_PURE: Final = "#fdf0d5"
"""What `rules/` decides."""
_OUTSIDE: Final = "#f0f0f0"


class _Box(NamedTuple):
    x: int
    y: int
    width: int
    height: int
    fill: str
    title: str
    lines: tuple[str, ...] = ()

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def centre(self) -> int:
        return self.x + self.width // 2


def pipeline_picture() -> str:
    """The picture; the names in it are those of the keys and settings."""
    prefix = Settings.model_fields["prefix"].default
    lanes = Settings.model_fields["lanes"].default
    boxes = _boxes(Keys(prefix), lanes)
    drawn = (part for box in boxes for part in _drawn(box))
    return "\n".join([*_opening(), *_arrows(*boxes), *drawn, *_notes(), *_legend(), "</svg>", ""])


def _boxes(keys: Keys, lanes: int) -> tuple[_Box, ...]:
    """In the order in which an event comes through them."""
    names = f"{keys.stream(lane_name(0))} … {lane_name(lanes - 1)}"
    holders = (f"{lanes} lanes, one holder each", "by a fenced lease")
    script = ("one Lua script a batch;", "last, out of the lane")
    function = ("pure: the record and", "the library")
    return (
        _Box(20, 60, 170, 76, _OUTSIDE, "producers", ("any language", "XADD")),
        _Box(270, 60, 190, 76, _STORED, keys.door, ("the door: a stream",)),
        _Box(620, 60, 250, 76, _STORED, names, holders),
        _Box(20, 236, 150, 84, _WORK, "decode", ("bytes to an event,", "every fault named")),
        _Box(220, 236, 150, 84, _WORK, "load", ("records of", "the members")),
        _Box(420, 236, 170, 84, _PURE, "rules.adjudicate", function),
        _Box(640, 236, 230, 84, _WORK, "commit", script),
        _Box(20, 384, 190, 62, _STORED, keys.dead_letters, ("what can never succeed",)),
        _Box(420, 384, 170, 62, _STORED, keys.record("…"), ("one value a member",)),
        _Box(640, 384, 230, 62, _STORED, keys.determinations, ("read by consumer groups",)),
    )


def _arrows(  # noqa: PLR0913, PLR0917  # one for each box
    producers: _Box,
    door: _Box,
    lane: _Box,
    decode: _Box,
    load: _Box,
    decide: _Box,
    commit: _Box,
    dead: _Box,
    records: _Box,
    published: _Box,
) -> Iterator[str]:
    for one, next_one in ((producers, door), (door, lane), (decode, load), (load, decide)):
        yield _path(f"M {one.right} {one.middle} H {next_one.x}")
    yield _path(f"M {decide.right} {decide.middle} H {commit.x}")
    yield _path(f"M {lane.centre} {lane.bottom} V 190 H {decode.centre} V {decode.y}")
    yield _path(f"M {decode.centre} {decode.bottom} V {dead.y}")
    yield _path(f"M {commit.centre} {commit.bottom} V {published.y}")
    yield _path(f"M {commit.x + 30} {commit.bottom} V 352 H {records.centre} V {records.y}")


def _notes() -> Iterator[str]:
    yield _text(540, 86, "route", weight="bold")
    yield _text(540, 116, "by member")
    yield _text(510, 182, "drain: the head of a lane, in batches and in order", weight="bold")
    yield _text(
        _WIDTH // 2, 30, "Celery carries dispatches that say where work waits, never a claim."
    )


def _opening() -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" role="img" aria-label="The way of an event" {_FONT}>'
    )
    yield (
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M 0 0 L 10 5 L 0 10 z" fill="{_LINE}"/>'
        "</marker></defs>"
    )
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'


def _drawn(box: _Box) -> Iterator[str]:
    yield (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6" '
        f'fill="{box.fill}" stroke="{_LINE}"/>'
    )
    top = box.middle - 9 * len(box.lines) + 5
    yield _text(box.centre, top, box.title, weight="bold")
    for number, line in enumerate(box.lines, start=1):
        yield _text(box.centre, top + 19 * number, line)


def _legend() -> Iterator[str]:
    names = ((_STORED, "in Redis"), (_WORK, "worker/"), (_PURE, "rules/"))
    for number, (fill, name) in enumerate(names):
        y = 60 + 26 * number
        yield f'<rect x="900" y="{y}" width="16" height="16" fill="{fill}" stroke="{_LINE}"/>'
        yield _text(922, y + 13, name, anchor="start")


def _path(way: str) -> str:
    return f'<path d="{way}" fill="none" stroke="{_LINE}" marker-end="url(#tip)"/>'


def _text(x: int, y: int, words: str, *, weight: str = "normal", anchor: str = "middle") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="14" fill="{_INK}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )
