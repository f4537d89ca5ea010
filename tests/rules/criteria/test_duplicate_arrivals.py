"""Lines that become known after others of their procedure and date."""

from __future__ import annotations

import pytest

from rules.analysis.sufficient_sets import open_line
from rules.criteria.duplicates import EarlierLines
from rules.criteria.line_findings import earlier_lines
from rules.exclusivity.line_interactions import AS_DECIDED
from rules.facts import Claim
from rules.history.history import History
from rules.history.record import Record, append
from tests.rules.builders import claim, digest_of, event, pet, record
from tests.rules.deciding import shipped


def test_a_line_takes_a_place_among_earlier_ones_unless_it_is_barred():
    known = record(claim("C-1"), claim("C-2"), claim("C-3"))
    case = open_line(known, shipped(), ("C-1", 1))
    assert case is not None
    study = case.history.imaging.study(case.line.key)
    assert study is not None
    _, second, third = study.lines
    barred = {third.name}
    earlier = EarlierLines(case.history, lambda line: line.name in barred)
    earlier.look_up([second])

    earlier.add(third)
    alone = earlier.against(third)
    late = EarlierLines(case.history, lambda line: line.name in barred)
    late.look_up([second])
    barred.clear()
    late.add(third)

    assert alone is not None
    assert late.against(third) is not None


def is_seen_by_others(one: Claim, *known: Claim) -> bool:
    """Whether a claim that comes after some others changes what is said of those."""
    before = record(*known)
    history = History(before, shipped())
    earlier = earlier_lines(history, AS_DECIDED.is_barred)
    earlier.look_up(history.lines)
    late = event(one, 9)
    assert history.add(append(before, late, digest_of(late)), late)
    return earlier.add(history.lines[-1])


@pytest.mark.parametrize(
    ("one", "known", "is_seen"),
    [
        pytest.param(claim("C-5"), [pet()], False, id="the only one of its day"),
        pytest.param(claim("C-5"), [claim("C-4", on=-9)], False, id="beside one of another day"),
        pytest.param(claim("C-5"), [claim("C-4")], False, id="after the other"),
        pytest.param(claim("C-5"), [claim("C-6", received=5)], True, id="before the other"),
        pytest.param(
            claim("C-5"), [claim("C-4"), claim("C-6", received=5)], False, id="between two"
        ),
        pytest.param(
            claim("C-5"),
            [claim("C-4", npi=None), claim("C-6", npi=None, received=5)],
            False,
            id="of another provider, between two",
        ),
        pytest.param(
            claim("C-5"),
            [claim("C-4", npi=None), claim("C-6", received=5)],
            True,
            id="the first of its provider",
        ),
        pytest.param(
            claim("C-5", modifiers=("26", "TC")),
            [claim("C-6", received=5)],
            False,
            id="before it, but barred",
        ),
    ],
)
def test_a_line_is_seen_by_others_that_find_it_the_first_of_its_kind(
    one: Claim, known: list[Claim], *, is_seen: bool
):
    assert is_seen == is_seen_by_others(one, *known)


def test_a_line_may_be_seen_by_others_that_nobody_has_looked_up():
    one, other = event(claim("C-1"), 1), event(claim("C-2"), 2)
    history = History(append(Record(), one, digest_of(one)), shipped())
    earlier = earlier_lines(history, AS_DECIDED.is_barred)
    assert history.add(append(history.record, other, digest_of(other)), other)

    assert earlier.add(history.lines[-1])
