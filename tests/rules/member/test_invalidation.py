"""The first date of service that an event can touch."""

from __future__ import annotations

from datetime import date

import pytest

from rules.member.invalidation import first_affected_day
from tests.rules.builders import (
    Day,
    Sending,
    authorization,
    claim,
    coverage,
    day,
    events,
    finalization,
    line,
    person,
    record,
    replacement,
    report,
    review,
    sent,
    treatment,
    void,
)

NOTHING = date.max


@pytest.mark.parametrize(
    ("known", "fact", "expected"),
    [
        pytest.param(
            [], claim(lines=(line(1, on=3), line(2, on=-3))), -3, id="a claim's first line"
        ),
        pytest.param(
            [claim("C-2", on=-50)], claim(on=-3), -3, id="a claim that no other names, its own"
        ),
        pytest.param(
            [claim("C-1", on=-50)], replacement("C-2", "C-1", on=-3), -50, id="what it replaces"
        ),
        pytest.param([replacement("C-2", "C-1", on=-50)], claim(on=-3), -50, id="what replaces it"),
        pytest.param(
            [replacement("C-2", "C-1", on=-50)],
            void("C-3", "C-1", on=-3),
            -50,
            id="what names the same unknown claim",
        ),
        pytest.param(
            [
                claim("C-1", on=-50),
                replacement("C-2", "C-1", on=-40),
                replacement("C-3", "C-2", on=-30),
            ],
            void("C-4", "C-3", on=-3),
            -50,
            id="all of a chain, whatever the order",
        ),
        pytest.param([claim(on=-50)], claim(on=-3), -50, id="another content of its id"),
        pytest.param(
            [claim("C-5", on=-50), replacement("C-1", "C-5", on=-40)],
            claim("C-1", on=-3),
            -50,
            id="what another content of its id replaces",
        ),
        pytest.param([], report(on=-20), -20, id="a report's day"),
        pytest.param(
            [sent(report(on=-50), 20, "e-a")],
            sent(report(on=-20), 21, "e-b"),
            -50,
            id="the day that the report named before",
        ),
        pytest.param([report("S-2", on=-50)], report(on=-20), -20, id="not another study's"),
        pytest.param([claim(on=-5)], finalization(), -5, id="the finalized line"),
        pytest.param([claim(on=-5)], review(), -5, id="the reviewed line"),
        pytest.param(
            [claim(lines=(line(1, on=-5), line(2, on=-9)))], review("C-1", 1), -5, id="that alone"
        ),
        pytest.param([claim(on=-5)], review("C-2"), NOTHING, id="a review of an unknown claim"),
        pytest.param([claim(on=-5)], review("C-1", 2), NOTHING, id="or of an unknown line"),
        pytest.param([claim(on=-5)], finalization("C-2"), NOTHING, id="a word on an unknown claim"),
        pytest.param(
            [claim(on=-5), claim("C-2", on=-50, plan="sample-essential")],
            coverage(),
            -5,
            id="claims of the plan of an enrolment",
        ),
        pytest.param(
            [claim(on=-5)], coverage(plan="sample-essential"), NOTHING, id="of a plan without any"
        ),
        pytest.param([claim(on=-5)], authorization(since=-10), -10, id="an authorized span"),
        pytest.param(
            [sent(authorization(since=-50), 20, "e-a")],
            sent(authorization(since=-10), 21, "e-b"),
            -50,
            id="the span that it named before",
        ),
        pytest.param(
            [authorization("A-2", since=-50)], authorization(since=-10), -10, id="not another's"
        ),
        pytest.param([], treatment(on=-30), -30, id="a treatment's day"),
        pytest.param([], treatment(on=-30, status="voided"), -30, id="one that is taken back"),
        pytest.param(
            [sent(treatment(on=-50), 20, "e-a")],
            sent(treatment(on=-30), 21, "e-b"),
            -50,
            id="the day that the treatment had before",
        ),
        pytest.param(
            [sent(treatment(on=-10), 20, "e-a")],
            sent(treatment(on=-30), 21, "e-b"),
            -30,
            id="the earlier of both",
        ),
        pytest.param(
            [treatment("T-8", on=-50)], treatment(on=-30), -30, id="not another treatment's"
        ),
        pytest.param(
            [sent(treatment(on=-50), 20, "e-a")],
            sent(treatment(on=-50)._replace(ended_on=day(-20)), 21, "e-b"),
            -50,
            id="the end of a treatment, from its beginning",
        ),
        pytest.param(
            [claim(on=-5), claim("C-2", on=-50, plan="sample-essential")],
            person(),
            -50,
            id="every line, when it becomes known who the member is",
        ),
        pytest.param([report(on=-50)], person(), NOTHING, id="of a member without claims"),
    ],
)
def test_nothing_before_that_day_can_change(
    known: list[Sending], fact: Sending, expected: Day
) -> None:
    whole = record(*known, fact)
    newest = events(*known, fact)[-1]

    actual = first_affected_day(whole, newest)

    assert day(expected) == actual
