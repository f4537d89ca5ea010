"""Where each thing of a timeline is drawn: the numbers of a picture that a template writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from console.claim.timeline_table import TimelineEntry, kinds, window_words
from worker.explain.timeline import MemberTimeline, Window

WIDTH: Final = 960
LEFT: Final = 120
_RIGHT: Final = 24
_TOP: Final = 46
_ROW: Final = 44
_FOOT: Final = 30
_TRACKS: Final = ("conventional", "watched", "decided", "treatment", "authorization")
"""A policy that watches nothing leaves the second out."""
_BESIDE: Final = timedelta(days=45)
"""Shown at least before the windows and after the line."""
_SPAN_MAX: Final = timedelta(days=730)
"""What lies further from the line than this is in the table alone."""
_TOUCH: Final = 24.0
"""Marks that are nearer than this are drawn as one, with their number."""
_NAMED_MAX: Final = 10
"""So many things of one mark are named."""
_MONTHS_APART: Final = (1, 2, 3, 6, 12)
_TICKS_MAX: Final = 13


class Mark(NamedTuple):
    """One or several things that are drawn at one place."""

    x: float
    y: float
    kind: str
    text: str
    """What is written in it: a result, or how many there are."""
    title: str
    is_asked: bool
    is_firm: bool


class Bar(NamedTuple):
    """A span of days."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    text: str
    title: str
    is_firm: bool = True


class PictureRow(NamedTuple):
    """A row of the picture."""

    y: float
    kind: str
    name: str


class Tick(NamedTuple):
    """The first of a month on the axis."""

    x: float
    text: str


class TimelinePicture(NamedTuple):
    """A timeline, ready to be written as SVG."""

    width: int
    height: int
    tracks: tuple[PictureRow, ...]
    ticks: tuple[Tick, ...]
    windows: tuple[Bar, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    line_x: float | None
    """Where the line in question is."""
    line_on: date | None
    description: str
    left_out: int
    """How many things lie outside and stand in the table alone."""


def picture(timeline: MemberTimeline, told: Sequence[TimelineEntry]) -> TimelinePicture | None:
    """The picture; None: nothing is known by day."""
    if not told and timeline.line_on is None:
        return None
    names = kinds(timeline)
    scale = _scale(timeline, told, tuple(kind for kind in _TRACKS if kind in names))
    inside = [one for one in told if scale.first <= one.last and one.first <= scale.last]
    tracks = tuple(PictureRow(scale.y(kind), kind, names[kind]) for kind in scale.tracks)
    return TimelinePicture(
        width=WIDTH,
        height=_TOP + _ROW * len(tracks) + _FOOT,
        tracks=tracks,
        ticks=tuple(_ticks(scale)),
        windows=tuple(_window(window, timeline, scale) for window in timeline.windows),
        bars=tuple(_bar(one, scale) for one in inside if one.kind == "authorization"),
        marks=tuple(mark for kind in scale.tracks for mark in _marks(kind, inside, names, scale)),
        line_x=None if timeline.line_on is None else scale.x(timeline.line_on),
        line_on=timeline.line_on,
        description=_description(timeline, inside),
        left_out=len(told) - len(inside),
    )


class _Scale(NamedTuple):
    first: date
    last: date
    tracks: tuple[str, ...]

    def y(self, kind: str) -> float:
        """Where the row of a kind begins."""
        return _TOP + _ROW * self.tracks.index(kind)

    def x(self, day: date) -> float:
        """Where a day is, to a tenth."""
        day = min(max(day, self.first), self.last)
        share = (day - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - _RIGHT), 1)


def _scale(
    timeline: MemberTimeline, told: Sequence[TimelineEntry], tracks: tuple[str, ...]
) -> _Scale:
    """Around the line and its windows; wider for what is near, and no wider than `_SPAN_MAX`."""
    days = [one.first for one in told] + [one.last for one in told]
    around = timeline.line_on or max(days)
    starts = [window.first for window in timeline.windows]
    least = _earlier(min([around, *starts]), _BESIDE)
    most = _later(around, _BESIDE)
    near = [day for day in days if _earlier(around, _SPAN_MAX) <= day <= _later(around, _SPAN_MAX)]
    return _Scale(
        min([least, *(_earlier(day, timedelta(days=10)) for day in near)]),
        max([most, *(_later(day, timedelta(days=10)) for day in near)]),
        tracks,
    )


def _earlier(day: date, span: timedelta) -> date:
    return day - min(span, day - date.min)


def _later(day: date, span: timedelta) -> date:
    return day + min(span, date.max - day)


def _window(window: Window, timeline: MemberTimeline, scale: _Scale) -> Bar:
    first, last = scale.x(window.first), scale.x(window.last)
    return Bar(
        *(first, scale.y(window.looks_at) + 2, round(last - first, 1), _ROW - 4, window.kind),
        f"{window.days} days",
        f"{window.first} to {window.last}: {window_words(window, timeline)}",
    )


def _bar(one: TimelineEntry, scale: _Scale) -> Bar:
    first, last = scale.x(one.first), scale.x(one.last)
    return Bar(
        *(first, scale.y("authorization") + 14, max(round(last - first, 1), 4.0), 16, one.kind),
        one.what,
        f"{one.first} to {one.last}: authorization of {one.what}, {one.said}",
        one.is_firm,
    )


def _marks(
    kind: str, inside: Sequence[TimelineEntry], names: Mapping[str, str], scale: _Scale
) -> Iterator[Mark]:
    """By day; the line in question is a mark of its own, and the last."""
    meant = [one for one in inside if _track(one.kind) == kind and one.kind != "authorization"]
    ordered = sorted(meant, key=lambda one: one.first)
    near: list[TimelineEntry] = []
    for one in (one for one in ordered if not one.is_asked):
        if near and scale.x(one.first) - scale.x(near[0].first) >= _TOUCH:
            yield _mark(kind, near, names, scale)
            near = []
        near.append(one)
    if near:
        yield _mark(kind, near, names, scale)
    for one in ordered:
        if one.is_asked:
            yield _mark(kind, [one], names, scale)


def _track(kind: str) -> str:
    """An attestation speaks of an MRI or CT."""
    return "conventional" if kind == "attestation" else kind


_LETTERS: Mapping[str, str] = {"limited": "L", "conclusive": "C", "attested": "A"}


def _mark(
    kind: str, near: Sequence[TimelineEntry], names: Mapping[str, str], scale: _Scale
) -> Mark:
    days = [scale.x(one.first) for one in near]
    text = str(len(near)) if len(near) > 1 else _letter(near[0])
    return Mark(
        round(sum(days) / len(days), 1),
        scale.y(kind) + _ROW / 2,
        kind,
        text,
        _title(near, names),
        near[0].is_asked,
        all(one.is_firm for one in near),
    )


def _title(near: Sequence[TimelineEntry], names: Mapping[str, str]) -> str:
    named = [f"{one.first}: {_named(one, names)}" for one in near[:_NAMED_MAX]]
    more = len(near) - len(named)
    return "; ".join([*named, *([f"and {more} more"] if more else [])])


def _letter(one: TimelineEntry) -> str:
    if _track(one.kind) != "conventional":
        return ""
    return next((letter for word, letter in _LETTERS.items() if word in one.said), "?")


def _named(one: TimelineEntry, names: Mapping[str, str]) -> str:
    asked = ", the line in question" if one.is_asked else ""
    return f"{names[one.kind]} {one.what}, {one.said}{asked}"


def _ticks(scale: _Scale) -> Iterator[Tick]:
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month
    step = next((one for one in _MONTHS_APART if months / one <= _TICKS_MAX), 24)
    number = scale.first.year * 12 + scale.first.month - 1
    number += -number % step
    while (day := _first_of(number)) is not None and day <= scale.last:
        if day >= scale.first:
            yield Tick(scale.x(day), f"{day:%b %Y}")
        number += step


def _first_of(number: int) -> date | None:
    year, month = divmod(number, 12)
    return date(year, month + 1, 1) if date.min.year <= year <= date.max.year else None


def _description(timeline: MemberTimeline, inside: Sequence[TimelineEntry]) -> str:
    """The picture in a sentence or two, for whoever does not see it."""
    counts = ", ".join(
        f"{number} {name}"
        for kind, name in kinds(timeline).items()
        if (number := sum(one.kind == kind for one in inside))
    )
    asked = f"The line in question is of {timeline.line_on}. " if timeline.line_on else ""
    return f"{asked}Shown by day: {counts or 'nothing'}. The table below says the same."
