"""Small counts are hidden, and nothing that is shown gives one away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.report.figures import GROUPS, Cube, Figures, LineGroup
from worker.report.intervals import wilson
from worker.report.suppression import (
    Equation,
    TableCell,
    equations_of,
    hidden_cells,
    values_of,
)

TABLES = GROUPS


def cube_of(*lines: tuple[str, str, str, int]) -> Cube:
    """Plan, state, ending, number of lines."""
    cube = Cube()
    for plan, state, ending, number in lines:
        figures = Figures()
        counts: Any = {"received": number, ending: number}
        figures.counts.update(counts)
        cube.add(LineGroup("mrs", plan, "commercial", state, "ANY", "2026-Q1", "6.01.03"), figures)
    return cube


def hidden_in(cube: Cube, threshold: int = 11) -> frozenset[TableCell]:
    equations = tuple(equations_of(cube, TABLES))
    return hidden_cells(values_of(cube, TABLES), equations, threshold)


@pytest.mark.parametrize(
    ("lines", "is_hidden"),
    [(0, False), (1, True), (10, True), (11, False)],
    ids=["none", "one", "ten", "eleven"],
)
def test_a_count_from_one_to_ten_is_hidden(lines: int, is_hidden: bool) -> None:
    cube = cube_of(("a", "NY", "approved", 500), ("a", "NY", "denied_by_rules", lines))

    assert (TableCell("plan", "a", "denied_by_rules") in hidden_in(cube)) is is_hidden


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    cube = cube_of(("a", "NY", "approved", 50), ("b", "TX", "pended", 40))

    assert not hidden_in(cube)


def test_a_threshold_of_nothing_hides_nothing() -> None:
    assert not hidden_in(cube_of(("a", "NY", "approved", 1)), threshold=0)


def test_the_smallest_other_count_is_hidden_with_a_small_one() -> None:
    cube = cube_of(
        ("a", "NY", "approved", 3), ("b", "NY", "approved", 30), ("c", "NY", "approved", 300)
    )

    hidden = hidden_in(cube)

    assert {name for table, name, count in hidden if table == "plan" and count == "approved"} == {
        "a",
        "b",
    }


def test_a_state_of_one_plan_does_not_give_the_plan_away() -> None:
    """Plan b is hidden beside a; were state TX shown, which b alone is in, so would both be."""
    cube = cube_of(
        ("a", "NY", "approved", 3), ("b", "TX", "approved", 30), ("c", "NY", "approved", 300)
    )

    assert TableCell("state", "TX", "approved") in hidden_in(cube)


def test_a_few_small_counts_are_not_hidden_alone() -> None:
    """Two counts of 1 that add up to 2 can be nothing else."""
    cube = cube_of(
        ("a", "NY", "approved", 1), ("b", "NY", "approved", 1), ("c", "NY", "approved", 300)
    )

    assert TableCell("plan", "c", "approved") in hidden_in(cube)


ENDINGS = st.sampled_from(["approved", "denied_by_rules", "denied_by_person", "pended"])
PLANS = st.sampled_from(["a", "b", "c", "d"])
LINES = st.lists(st.tuples(PLANS, ENDINGS, st.integers(1, 40)), min_size=1, max_size=12)
STATES = {"a": "NY", "b": "NY", "c": "TX", "d": "PA"}


@given(lines=LINES)
@settings(max_examples=40, deadline=None)
def test_no_hidden_count_follows_from_what_is_shown(lines: list[tuple[str, str, int]]) -> None:
    cube = cube_of(*((plan, STATES[plan], ending, number) for plan, ending, number in lines))
    values = values_of(cube, TABLES)
    equations = tuple(equations_of(cube, TABLES))

    hidden = hidden_cells(values, equations, 11)

    assert hidden >= {cell for cell, value in values.items() if 0 < value < 11}
    assert not {cell for cell in hidden if _is_determined(cell, hidden, equations)}


@given(lines=LINES)
@settings(max_examples=30, deadline=None)
def test_every_equation_holds_of_the_true_counts(lines: list[tuple[str, str, int]]) -> None:
    """An equation that did not hold would hide nothing and prove nothing."""
    cube = cube_of(*((plan, STATES[plan], ending, number) for plan, ending, number in lines))
    values = values_of(cube, TABLES)

    for whole, parts in equations_of(cube, TABLES):
        assert values[whole] == sum(values[part] for part in parts)


def _is_determined(
    cell: TableCell, hidden: Collection[TableCell], equations: Iterable[Equation]
) -> bool:
    """Whether the rank of the sums stays the same with one more, that gives the count itself."""
    order = {each: place for place, each in enumerate(sorted(hidden))}
    rows = []
    for whole, parts in equations:
        row = [Fraction(0)] * len(order)
        for each in parts:
            if each in order:
                row[order[each]] += 1
        if whole in order:
            row[order[whole]] -= 1
        rows.append(row)
    one = [Fraction(int(each == cell)) for each in order]
    return _rank(rows) == _rank([*rows, one])


def _rank(rows: list[list[Fraction]]) -> int:
    left = [row[:] for row in rows]
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        rank += 1
        left.remove(pivot)
        for row in left:
            if row[column]:
                times = row[column] / pivot[column]
                row[:] = [a - times * b for a, b in zip(row, pivot, strict=True)]
    return rank


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 10, (0.0, 0.0, 0.278)),
        (10, 10, (1.0, 0.722, 1.0)),
        (1, 10, (0.1, 0.018, 0.404)),
        (50, 100, (0.5, 0.404, 0.596)),
    ],
    ids=["none", "all", "one of ten", "half"],
)
def test_intervals_are_those_of_the_literature(
    part: int, whole: int, expected: tuple[float, float, float]
) -> None:
    assert wilson(part, whole) == expected


def test_nothing_has_no_share() -> None:
    assert wilson(0, 0) is None
