"""What a member's record holds of long ago, when only later days are decided again."""

from __future__ import annotations

import pytest

from rules.adjudicate import adjudicate
from rules.history.history import History
from tests.rules.builders import claim, finalization, pet_report, record, report
from tests.rules.deciding import seen, shipped
from tests.rules.member_steps import tell

WINDOW = 730
"""Days, of the longest window of the shipped library: that of imaging which is of no use."""


def test_a_study_of_long_ago_stands_as_it_was_decided_when_its_time_comes_up_again():
    known = [
        pet_report(on=-400),
        claim("C-1", on=-395),
        claim("C-2", on=0),
        finalization("C-1", status="paid"),
    ]

    told = tell(*known)

    decided = {(d.claim_id, d.line): (d.outcome, d.reason) for d in adjudicate_all(known)}
    assert decided == {(p.claim_id, p.line): (p.outcome, p.reason) for p in told.member.published}


def test_what_was_found_of_a_study_known_from_reports_is_kept_however_long_ago():
    told = tell(pet_report(on=-400), claim("C-1", on=0))

    assert [on for _, on, _ in told.member.strengths] == [
        r.date_of_service for _, r in told.member.record.reports
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(-WINDOW, 1, id="on the first day of the window"),
        pytest.param(-WINDOW - 1, 0, id="the day before"),
    ],
)
def test_studies_are_gathered_as_far_back_as_a_window_reaches(on: int, expected: int) -> None:
    known = record(report(on=on), claim(on=0))
    since = known.claims[0][1].lines[0].date_of_service

    history = History(known, shipped(), since)

    assert expected == sum(study.procedure == "70553" for study in seen(history).studies.values())


def test_on_the_first_day_that_there_is_nothing_is_left_out():
    known = record(report(on=-WINDOW - 1), claim(on=0))

    assert 2 == len(seen(History(known, shipped())).studies)


def adjudicate_all(known):
    return adjudicate(record(*known), shipped())
