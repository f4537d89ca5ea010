"""Counts lines under two libraries: all pairs of endings, with a few examples of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Context, Decimal
from typing import Any, Literal, NamedTuple, TypeVar

from worker.whatif.flips import Direction, FlipEnding, FlipOrder, PolicyService, direction

K = TypeVar("K", bound=Hashable)

_EXACT = Context(prec=200)
"""Charges have as many digits as their senders like; sums keep them all."""


_ANY = PolicyService("", "")
"""Examples are kept by their endings alone."""


class Cell(NamedTuple):
    """All lines that share the same pair of endings under the two libraries."""

    ruled: PolicyService
    """By the library in use."""
    plan_id: str
    before: FlipEnding
    after: FlipEnding
    order: FlipOrder | Literal["same"]
    ruled_then: PolicyService
    """By the library that is tried."""

    @property
    def direction(self) -> Direction:
        """Whether the other library is better or worse for the provider."""
        return direction(self.before.outcome, self.after.outcome)


class Sum(NamedTuple):
    """A number of lines and their charges."""

    lines: int = 0
    charge: Decimal = Decimal(0)
    uncharged: int = 0
    """How many of the lines have no charge."""

    def plus(self, other: Sum) -> Sum:
        """Both together."""
        charge = _EXACT.add(self.charge, other.charge)
        return Sum(self.lines + other.lines, charge, self.uncharged + other.uncharged)


class Example(NamedTuple):
    """A flip to show; the smallest is the one with the fewest events."""

    size: int
    """Number of events known about the member."""
    claim_id: str
    line: int
    member_id: str
    data: Mapping[str, Any]


class FlipTotals:
    """The counts so far; those of several parts can be added up."""

    def __init__(self, examples: int) -> None:
        self.cells: dict[Cell, Sum] = {}
        self.details: Counter[str] = Counter()
        """Lines with the same outcome and reason, counted by the other fields that differ."""
        self.reworded = 0
        """The number of those lines."""
        self.undone = 0
        """Lines that would flip on their own, but do not because other lines flip too."""
        self.examples: dict[tuple[FlipOrder, FlipEnding, FlipEnding], list[Example]] = {}
        self._examples_max = examples

    def count(self, cell: Cell, charge: Decimal | None) -> None:
        """Counts one more line."""
        one = Sum(1, Decimal(0), 1) if charge is None else Sum(1, charge)
        self.cells[cell] = self.cells.get(cell, Sum()).plus(one)

    def keep(self, cell: Cell, example: Example) -> None:
        """Keeps a flip as an example if it is among the smallest of its kind."""
        assert cell.order != "same"  # only a flip can be an example of one
        kept = self.examples.setdefault((cell.order, cell.before, cell.after), [])
        kept.append(example)
        kept.sort(key=_smallest_first)
        del kept[self._examples_max :]

    def add(self, other: FlipTotals) -> None:
        """Adds the counts of another part."""
        for cell, sums in other.cells.items():
            self.cells[cell] = self.cells.get(cell, Sum()).plus(sums)
        for (order, before, after), examples in other.examples.items():
            for example in examples:
                self.keep(Cell(_ANY, "", before, after, order, _ANY), example)
        self.details += other.details
        self.reworded += other.reworded
        self.undone += other.undone

    def sums(
        self, key: Callable[[Cell], K], keep: Callable[[Cell], bool] = lambda _: True
    ) -> dict[K, Sum]:
        """Groups the lines by a key of their cell, sorted by that key."""
        found: dict[K, Sum] = {}
        for cell in sorted(self.cells):
            if keep(cell):
                found[key(cell)] = found.get(key(cell), Sum()).plus(self.cells[cell])
        return found

    def total(self, keep: Callable[[Cell], bool] = lambda _: True) -> Sum:
        """Returns the total of all cells that `keep` selects."""
        return added_up(sums for cell, sums in self.cells.items() if keep(cell))

    @property
    def flips(self) -> int:
        """The number of lines that flip."""
        return self.total(is_flip).lines


def added_up(sums: Iterable[Sum]) -> Sum:
    """Returns the total of several sums."""
    total = Sum()
    for each in sums:
        total = total.plus(each)
    return total


def is_flip(cell: Cell) -> bool:
    """Whether the lines of the cell flip."""
    return cell.order != "same"


def _smallest_first(example: Example) -> tuple[int, str, int, str]:
    return example[:4]
