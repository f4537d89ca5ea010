"""Lines that become known after others of their procedure and date."""

from __future__ import annotations

from rules.analysis.sufficient_sets import open_line
from rules.criteria.duplicates import EarlierLines
from tests.rules.builders import claim, record
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
