"""Counts of lines by plan, state, reason, quarter and so on; they add up in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final, Literal, NamedTuple, get_args

Dimension = Literal["service", "plan", "line_of_business", "state", "reason", "quarter", "policy"]
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
GROUPS: Final[tuple[Dimension, ...]] = DIMENSIONS[1:-1]
"""What every report is divided by; by service and policy only where there are several."""

CountName = Literal[
    "received",
    "approved",
    "denied_by_rules",
    "denied_by_person",
    "pended",
    "not_applicable",
    "overturned_on_review",
    "upheld_on_review",
    "overturned_on_appeal",
    "upheld_on_appeal",
]
COUNTS: Final[tuple[CountName, ...]] = get_args(CountName)

ENDINGS: Final[tuple[CountName, ...]] = COUNTS[1:6]
"""How lines stand now: each line that was received counts in one of them."""

UNKNOWN: Final = "unknown"
"""Group of lines whose claim or plan is not known."""


class LineGroup(NamedTuple):
    """What a line is counted under."""

    service: str
    plan: str
    line_of_business: str
    state: str
    """That of the plan; `none` where it names none."""
    reason: str
    """Of the present determination."""
    quarter: str
    """In which the claim was received, as `2026-Q1`."""
    policy: str
    """The id of the one by which the library looks the line up."""


class Figures:
    """The counts of some lines, and after how many days they were first decided."""

    __slots__ = ("counts", "days")

    def __init__(self) -> None:
        self.counts: Counter[CountName] = Counter()
        self.days: Counter[int] = Counter()
        """Days from receipt to the first approval or denial -> lines."""

    def add(self, other: Figures) -> None:
        """Adds the lines of others."""
        self.counts.update(other.counts)
        self.days.update(other.days)

    @property
    def denied(self) -> int:
        """Lines that stand denied, whoever denied them."""
        return self.counts["denied_by_rules"] + self.counts["denied_by_person"]

    @property
    def timed(self) -> int:
        """Lines of which the days are known."""
        return self.days.total()

    @property
    def mean_days(self) -> float | None:
        """The mean, to a hundredth; None where no line is timed."""
        if not self.timed:
            return None
        total = sum(days * lines for days, lines in self.days.items())
        return float(round(Fraction(total, self.timed), 2))

    @property
    def median_days(self) -> float | None:
        """The middle value, or the mean of the two middle ones; None where no line is timed."""
        if not self.timed:
            return None
        return (self._day_at((self.timed - 1) // 2) + self._day_at(self.timed // 2)) / 2

    def _day_at(self, place: int) -> int:
        """The days of the line at a place, the quickest first."""
        so_far = 0
        for days, lines in sorted(self.days.items()):
            so_far += lines
            if place < so_far:
                return days
        raise AssertionError

    def __eq__(self, other: object) -> bool:
        """Whether all counts are the same; a count of 0 is as none."""
        if not isinstance(other, Figures):
            return NotImplemented
        return self.counts == other.counts and self.days == other.days

    __hash__ = None  # type: ignore[assignment]  # it changes


class Cube:
    """Figures by every combination of groups that occurs; those of several parts add up."""

    def __init__(self) -> None:
        self._cells: dict[LineGroup, Figures] = {}

    def add(self, group: LineGroup, figures: Figures) -> None:
        """Adds lines of one combination."""
        self._cells.setdefault(group, Figures()).add(figures)

    def cells(self) -> Iterator[tuple[LineGroup, Figures]]:
        """All combinations, sorted."""
        return iter(sorted(self._cells.items(), key=lambda cell: cell[0]))

    def total(self) -> Figures:
        """All lines."""
        return _sum(self._cells.values())

    def by(self, dimension: Dimension) -> dict[str, Figures]:
        """The lines of each group of a dimension, sorted by its name."""
        groups: dict[str, Figures] = {}
        for group, figures in self._cells.items():
            groups.setdefault(getattr(group, dimension), Figures()).add(figures)
        return dict(sorted(groups.items()))

    def only(self, wanted: Mapping[Dimension, str]) -> Cube:
        """The lines that are in all of some groups."""
        chosen = Cube()
        for group, figures in self._cells.items():
            if all(getattr(group, name) == value for name, value in wanted.items()):
                chosen.add(group, figures)
        return chosen

    def coarser(self, fine: Dimension, coarse: Dimension) -> dict[str, str] | None:
        """Maps each group of one dimension to its group of another; None if one has several."""
        found: dict[str, str] = {}
        for group in self._cells:
            name, above = getattr(group, fine), getattr(group, coarse)
            if found.setdefault(name, above) != above:
                return None
        return found

    def __eq__(self, other: object) -> bool:
        """Whether all figures are the same."""
        return isinstance(other, Cube) and self._cells == other._cells

    __hash__ = None  # type: ignore[assignment]  # it changes


def _sum(figures: Iterable[Figures]) -> Figures:
    total = Figures()
    for each in figures:
        total.add(each)
    return total
