"""
Which cells of the tables are not shown, so that nobody can be made out.

A count below the threshold is hidden, unless it is 0. Totals would give away what is hidden alone,
so others are hidden with it: until no sum that a reader knows leaves a hidden count determined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from worker.report.figures import COUNTS, ENDINGS, CountName, Cube, Dimension, Figures

DEFAULT_THRESHOLD: Final = 11
"""Counts of 1 to 10 are hidden, as CMS asks of those who publish its data."""

TOTAL: Final = "total"


class TableCell(NamedTuple):
    """One count of a table."""

    dimension: str
    group: str
    counted: CountName


class Equation(NamedTuple):
    """What a reader knows of the tables: a whole is the sum of its parts."""

    whole: TableCell
    parts: tuple[TableCell, ...]

    @property
    def cells(self) -> tuple[TableCell, ...]:
        """All of them."""
        return (self.whole, *self.parts)


Values = Mapping[TableCell, int]


def values_of(cube: Cube, dimensions: Iterable[Dimension]) -> dict[TableCell, int]:
    """Every count of the tables."""
    values = dict(_row(TOTAL, "", cube.total()))
    for dimension in dimensions:
        for group, figures in cube.by(dimension).items():
            values.update(_row(dimension, group, figures))
    return values


def equations_of(cube: Cube, dimensions: Collection[Dimension]) -> Iterator[Equation]:
    """
    What a reader knows of the tables beside what is in them.

    Each table adds up to the total; the endings of a row to what was received; and where each group
    of a table lies in one of another (a plan in its state), those add up too.
    """
    yield from _endings(TOTAL, "")
    for dimension in dimensions:
        groups = cube.by(dimension)
        for count in COUNTS:
            parts = tuple(TableCell(dimension, group, count) for group in groups)
            yield Equation(TableCell(TOTAL, "", count), parts)
        for group in groups:
            yield from _endings(dimension, group)
    for fine in dimensions:
        for coarse in dimensions:
            if fine != coarse:
                yield from _nested(cube, fine, coarse)


def hidden_cells(
    values: Values, equations: Collection[Equation], threshold: int
) -> frozenset[TableCell]:
    """The counts that are not shown; `threshold`: the smallest that is shown, beside 0."""
    hidden = {cell for cell, value in values.items() if 0 < value < threshold}
    if not hidden:
        return frozenset()
    while True:
        _hide_with_others(hidden, values, equations, threshold)
        exposed = _exposed(hidden, equations)
        if exposed is None:
            return frozenset(hidden)
        hidden.add(_next(_with(exposed, hidden, equations), hidden, values))


def _row(dimension: str, group: str, figures: Figures) -> Iterator[tuple[TableCell, int]]:
    for count in COUNTS:
        yield TableCell(dimension, group, count), figures.counts[count]


def _endings(dimension: str, group: str) -> Iterator[Equation]:
    received = TableCell(dimension, group, "received")
    yield Equation(received, tuple(TableCell(dimension, group, count) for count in ENDINGS))


def _nested(cube: Cube, fine: Dimension, coarse: Dimension) -> Iterator[Equation]:
    above = cube.coarser(fine, coarse)
    if above is None:
        return
    for group in sorted(set(above.values())):
        inside = [name for name, of in above.items() if of == group]
        for count in COUNTS:
            parts = tuple(TableCell(fine, name, count) for name in sorted(inside))
            yield Equation(TableCell(coarse, group, count), parts)


def _hide_with_others(
    hidden: set[TableCell], values: Values, equations: Collection[Equation], threshold: int
) -> None:
    """Hides more until no sum by itself gives a hidden count away, or nearly."""
    changed = True
    while changed:
        changed = False
        for equation in equations:
            while _is_weak(equation, hidden, values, threshold):
                hidden.add(_next(equation, hidden, values))
                changed = True


def _is_weak(
    equation: Equation, hidden: Collection[TableCell], values: Values, threshold: int
) -> bool:
    """One alone is the difference of the others; a few small ones can hardly be anything else."""
    cells = [cell for cell in equation.cells if cell in hidden]
    if len(cells) < 2 or equation.whole in hidden:
        return len(cells) == 1
    return sum(values[cell] for cell in cells) < threshold and len(cells) < len(equation.parts)


def _next(equation: Equation, hidden: Collection[TableCell], values: Values) -> TableCell:
    """What to hide next of a sum: its smallest part, rather than the whole or a part of 0."""
    shown = [cell for cell in equation.cells if cell not in hidden]
    return min(
        shown, key=lambda cell: (not values[cell], cell == equation.whole, values[cell], cell)
    )


def _exposed(hidden: Collection[TableCell], equations: Iterable[Equation]) -> TableCell | None:
    """
    A hidden count that all sums together determine; None: there is none.

    The sums are reduced by Gauss and Jordan; a row that is left with one unknown determines it.
    """
    rows: dict[TableCell, dict[TableCell, Fraction]] = {}
    for equation in equations:
        row = _unknowns(equation, hidden)
        for pivot in [cell for cell in row if cell in rows]:
            _subtract(row, rows[pivot], pivot)
        if not row:
            continue
        pivot = min(row)
        row = {cell: factor / row[pivot] for cell, factor in row.items()}
        for other in rows.values():
            if pivot in other:
                _subtract(other, row, pivot)
        rows[pivot] = row
    return min((pivot for pivot, row in rows.items() if len(row) == 1), default=None)


def _unknowns(equation: Equation, hidden: Collection[TableCell]) -> dict[TableCell, Fraction]:
    row = {cell: Fraction(1) for cell in equation.parts if cell in hidden}
    if equation.whole in hidden:
        row[equation.whole] = Fraction(-1)
    return row


def _subtract(
    row: dict[TableCell, Fraction], by: Mapping[TableCell, Fraction], pivot: TableCell
) -> None:
    """Removes the pivot from a row."""
    times = row[pivot]
    for cell, factor in by.items():
        left = row.get(cell, Fraction(0)) - times * factor
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def _with(
    exposed: TableCell, hidden: Collection[TableCell], equations: Iterable[Equation]
) -> Equation:
    """A sum of the exposed count in which there is something left to hide."""
    return min(
        (
            equation
            for equation in equations
            if exposed in equation.cells and any(cell not in hidden for cell in equation.cells)
        ),
        key=lambda equation: len(equation.cells),
    )
