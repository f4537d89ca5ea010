"""What the revisions of a line count for, and that figures add up in any order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from worker.report.figures import COUNTS, DIMENSIONS, Cube, Figures
from worker.report.revisions import (
    LineClaim,
    NoDetermination,
    Revision,
    figures_of,
    group_of,
    is_whole,
    quarter_of,
    read_revision,
)

RECEIVED = date(2026, 1, 10).toordinal()
RULES: Any = {"decided_by": "rules"}
PENDED: Any = {"outcome": "pended", "decided_by": "nobody"}


def revision(number: int, outcome: str = "denied", after: int = 5, **other: Any) -> Revision:
    """One determination, published so many days after receipt."""
    given = {
        "claim_id": "C-1",
        "line": 1,
        "revision": number,
        "procedure": "76390",
        "outcome": outcome,
        "reason": "PET_EXCLUSIVE",
        "decided_by": "rules",
        "level": None,
        "review": None,
        "published": RECEIVED + after,
    }
    return Revision(**{**given, **other})


def reviewed(number: int, outcome: str, level: str, name: str = "r-1", after: int = 9) -> Revision:
    """A determination by a person."""
    other: Any = {"decided_by": "person", "level": level, "review": ("/review", name)}
    return revision(number, outcome, after, **other)


def counted(*revisions: Revision) -> dict[str, int]:
    return {str(name): lines for name, lines in figures_of(revisions, RECEIVED).counts.items()}


@pytest.mark.parametrize(
    ("now", "ending"),
    [
        (revision(1, "approved"), "approved"),
        (revision(1, "denied"), "denied_by_rules"),
        (reviewed(1, "denied", "first"), "denied_by_person"),
        (reviewed(1, "approved", "first"), "approved"),
        (revision(1, **PENDED), "pended"),
        (revision(1, "not_applicable"), "not_applicable"),
        (reviewed(1, "not_applicable", "first"), "not_applicable"),
    ],
    ids=[
        *("approved by the rules", "denied by the rules", "denied by a person"),
        *("approved by a person", "pended", "not applicable", "not applicable by a person"),
    ],
)
def test_a_line_counts_once_by_how_it_stands(now: Revision, ending: str) -> None:
    assert counted(now) == {"received": 1, ending: 1}


@pytest.mark.parametrize(
    ("revisions", "what"),
    [
        ((revision(1), reviewed(2, "approved", "first")), {"overturned_on_review"}),
        ((revision(1), reviewed(2, "denied", "first")), {"upheld_on_review"}),
        ((revision(1), reviewed(2, "approved", "appeal")), {"overturned_on_appeal"}),
        ((revision(1), reviewed(2, "denied", "appeal")), {"upheld_on_appeal"}),
        (
            (revision(1), reviewed(2, "denied", "first"), reviewed(3, "approved", "appeal", "r-2")),
            {"upheld_on_review", "overturned_on_appeal"},
        ),
        (
            (reviewed(1, "denied", "appeal"), reviewed(2, "approved", "appeal", "r-2")),
            {"overturned_on_appeal"},
        ),
        ((revision(1, **PENDED), reviewed(2, "approved", "first")), set()),
        ((revision(1), revision(2, "approved")), set()),
        ((reviewed(1, "denied", "first"), reviewed(2, "denied", "first")), set()),
        ((revision(1), reviewed(3, "approved", "first")), set()),
    ],
    ids=[
        *("review approves", "review denies again", "appeal approves", "appeal denies again"),
        *("review, then appeal", "second appeal", "review of a pend", "new facts, no review"),
        *("same review under a new library", "a revision between them is missing"),
    ],
)
def test_a_review_of_a_denial_counts_by_level_and_outcome(
    revisions: tuple[Revision, ...], what: set[str]
) -> None:
    names = {name for name in counted(*revisions) if name.startswith(("overturned", "upheld"))}

    assert names == what


def test_of_two_appeals_the_last_counts() -> None:
    found = counted(
        revision(1), reviewed(2, "denied", "appeal"), reviewed(3, "approved", "appeal", "r-2")
    )

    assert found == {"received": 1, "approved": 1, "overturned_on_appeal": 1}


@pytest.mark.parametrize(
    ("revisions", "days"),
    [
        ([revision(1, "approved", 3)], [3]),
        ([revision(1, after=2, **PENDED), revision(2, "denied", 30)], [30]),
        ([revision(1, "denied", 4), reviewed(2, "approved", "appeal")], [4]),
        ([revision(1, "approved", 0)], [0]),
        ([revision(1, **PENDED)], []),
        ([revision(1, "not_applicable")], []),
        ([revision(2, "approved", 3)], []),
        ([revision(1, "approved", published=None)], []),
    ],
    ids=[
        *("decided at once", "pended first", "first decision, not the appeal", "same day"),
        *("waits still", "not decided", "earlier ones are missing", "no day of publication"),
    ],
)
def test_days_end_with_the_first_approval_or_denial(
    revisions: list[Revision], days: list[int]
) -> None:
    assert sorted(figures_of(revisions, RECEIVED).days.elements()) == days


def test_without_the_claim_there_are_no_days() -> None:
    assert not figures_of([revision(1, "approved")], None).days


@pytest.mark.parametrize(
    ("days", "mean", "median"),
    [([4], 4.0, 4.0), ([1, 2], 1.5, 1.5), ([1, 1, 10], 4.0, 1.0), ([0, 1, 1], 0.67, 1.0)],
    ids=["one line", "two lines", "one takes long", "a third"],
)
def test_mean_and_median_are_exact(days: list[int], mean: float, median: float) -> None:
    figures = Figures()
    figures.days.update(days)

    assert (figures.mean_days, figures.median_days) == (mean, median)


def test_nothing_has_no_mean_and_no_median() -> None:
    assert (Figures().mean_days, Figures().median_days) == (None, None)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
    ids=["first day of a year", "last of March", "first of April", "last day of a year"],
)
def test_a_quarter_has_three_months(day: date, quarter: str) -> None:
    assert quarter_of(day.toordinal()) == quarter


def test_a_line_is_whole_where_no_revision_is_missing() -> None:
    assert is_whole([revision(1), revision(2)])
    assert not is_whole([revision(1), revision(3)])


def cube_of(*lines: tuple[str, str, Revision]) -> Cube:
    """Plan, state and determination of each line."""
    cube = Cube()
    for plan, state, now in lines:
        terms = LineClaim("6.01.03", "mrs", plan, "commercial", state, RECEIVED)
        cube.add(group_of(terms, now.reason), figures_of([now], RECEIVED))
    return cube


def test_each_table_adds_up_to_the_total() -> None:
    cube = cube_of(
        ("one", "NY", revision(1)),
        ("one", "NY", revision(1, "approved")),
        ("two", "TX", revision(1)),
    )

    for dimension in DIMENSIONS:
        for count in COUNTS:
            groups = cube.by(dimension).values()
            assert sum(each.counts[count] for each in groups) == cube.total().counts[count]
    assert {name: each.counts["received"] for name, each in cube.by("plan").items()} == {
        "one": 2,
        "two": 1,
    }
    assert cube.only({"plan": "one"}).by("state").keys() == {"NY"}


def test_a_plan_lies_in_its_state_but_a_state_in_no_plan() -> None:
    cube = cube_of(
        ("one", "NY", revision(1)), ("two", "NY", revision(1)), ("three", "TX", revision(1))
    )

    assert cube.coarser("plan", "state") == {"one": "NY", "two": "NY", "three": "TX"}
    assert cube.coarser("state", "plan") is None


def test_figures_are_equal_to_nothing_else() -> None:
    assert Figures() != 0
    assert Cube() != 0


DATA = (
    b'{"claim_id":"C","member_id":"M","line":1,"revision":1,"outcome":"denied",'
    b'"reason":"PET_EXCLUSIVE","decided_by":"rules","procedure":"76390","review":null}'
)
EVENT = b'{"type":"claim.determined.v1","time":"2026-01-02T23:59:59.999Z","data":%b}' % DATA


@pytest.mark.parametrize(
    ("raw", "day"),
    [(DATA, None), (EVENT, "2026-01-02"), (b'{"entry":"1-0","event":%b}' % EVENT, "2026-01-02")],
    ids=["of decide", "of the stream", "of an archive"],
)
def test_a_determination_is_read_in_each_form(raw: bytes, day: str | None) -> None:
    member_id, found = read_revision(raw)

    assert (member_id, found.name, found.outcome) == ("M", ("C", 1), "denied")
    assert found.published == (day and date.fromisoformat(day).toordinal())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"\xff",
        DATA.replace(b"denied", b"refused"),
        EVENT.replace(b"2026-01-02T", b"yesterdayT"),
        EVENT.replace(b"determined", b"submitted"),
    ],
    ids=["nothing", "a list", "not UTF-8", "an unknown outcome", "no day", "another event"],
)
def test_what_is_no_determination_is_refused(raw: bytes) -> None:
    with pytest.raises(NoDetermination):
        read_revision(raw)
