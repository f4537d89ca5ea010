"""Before it sends, `submit` refuses what `decide` would refuse, in the same order."""

from __future__ import annotations

import pytest

from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import CLAIM, REPORT, denial, encoded, event_of, with_value
from worker.events.precheck import IdentityCheck
from worker.replay.in_memory import Deciding

CLAIMED = event_of(CLAIM)
WITH_EMPTY_PLACES = with_value(
    event_of(CLAIM, diagnoses=[None, "c711", "", "I67.89"]),
    "data.lines[0].diagnosis_pointers",
    [2, 4],
)


@pytest.fixture(scope="module")
def library():
    return load_library(SHIPPED)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([CLAIMED, CLAIMED], [None, None], id="the_same_again"),
        pytest.param(
            [CLAIMED, CLAIMED | {"subject": "x"}], [None, None], id="but_for_what_is_ignored"
        ),
        pytest.param(
            [CLAIMED, with_value(CLAIMED, "time", "2025-06-20T16:03:00+02:00")],
            [None, None],
            id="the_same_instant",
        ),
        pytest.param(
            [CLAIMED, with_value(CLAIMED, "data.lines[0].units", 1.0)], [None, None], id="units"
        ),
        pytest.param(
            [CLAIMED, with_value(CLAIMED, "data.lines[0].units", 1.5)],
            [None, "EVENT_ID_REUSED"],
            id="half_a_unit_more",
        ),
        pytest.param(
            [CLAIMED, with_value(CLAIMED, "data.lines[0].charge", "0850.0")],
            [None, None],
            id="the_same_money",
        ),
        pytest.param(
            [CLAIMED, with_value(CLAIMED, "data.lines[0].modifiers", [None, "26", " "])],
            [None, None],
            id="but_for_entries_that_are_left_out",
        ),
        pytest.param(
            [CLAIMED, WITH_EMPTY_PLACES], [None, None], id="but_for_places_that_are_left_out"
        ),
        pytest.param(
            [CLAIMED, with_value(CLAIMED, "data.lines[0].procedure", " 76390")],
            [None, None],
            id="the_same_code",
        ),
        pytest.param(
            [denial(), denial(carc="50 ", rarc=["n661"], level=None)],
            [None, None],
            id="the_same_codes_of_a_reviewer",
        ),
        pytest.param(
            [denial(), denial(rarc=["N706"])], [None, "EVENT_ID_REUSED"], id="another_remark"
        ),
        pytest.param(
            [denial(carc="999"), denial()], ["INVALID_DATA", None], id="a_code_that_is_none"
        ),
        pytest.param(
            [CLAIMED, with_value(CLAIMED, "data.lines[0].units", 2), CLAIMED],
            [None, "EVENT_ID_REUSED", None],
            id="another_body",
        ),
        pytest.param([CLAIMED, event_of(REPORT)], [None, "EVENT_ID_REUSED"], id="another_type"),
        pytest.param(
            [CLAIMED, with_value(event_of(REPORT), "data.member_id", "M-2")],
            [None, None],
            id="another_member",
        ),
        pytest.param(
            [CLAIMED, with_value(event_of(REPORT), "source", "/other")],
            [None, None],
            id="another_source",
        ),
        pytest.param(
            [with_value(CLAIMED, "data.lines[0].units", -1), CLAIMED],
            ["INVALID_DATA", None],
            id="a_refused_event_uses_up_no_identity",
        ),
    ],
)
def test_each_event_is_refused_or_not_as_decide_does(events, expected, library):
    check, deciding = IdentityCheck(library.remittance), Deciding(library)

    by_check = [check.refusal_of(encoded(event)) for event in events]
    by_decide = [deciding.take(encoded(event)) for event in events]

    assert expected == [refusal and refusal.reason for refusal in by_check]
    assert by_decide == by_check
