"""A scenario in short becomes the events that a producer would send, with what is expected."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from rules.facts import Event
from worker.events.decode import decode
from worker.events.types import EVENT_TYPES
from worker.policy_tests.short_events import SHORT_NAMES, NotShort
from worker.policy_tests.short_form import read_short
from worker.replay.scenarios import Scenario

USUAL = """
[usual]
day = 2025-09-15
plan = "sample-commercial"
[usual.claim]
procedure = "76390"
diagnoses = ["C71.1"]
[usual.imaging]
procedure = "70553"
days_before = 14
"""
DAY = date(2025, 9, 15)
EXPECT = 'expect = { outcome = "approved", reason = "CRITERIA_MET" }'


def read(text: str) -> Scenario:
    (one,) = read_short(f'{USUAL}\n[[scenario]]\nname = "a"\n{text}')
    assert isinstance(one.scenario, Scenario), one
    return one.scenario


def refusal(text: str) -> str:
    (one,) = read_short(f'{USUAL}\n[[scenario]]\nname = "a"\n{text}')
    assert isinstance(one.scenario, NotShort), one
    return str(one.scenario)


def data_of(scenario: Scenario) -> list[dict]:
    return [msgspec.json.decode(raw)["data"] for raw in scenario.events]


def test_each_type_of_event_has_a_short_name():
    assert set(EVENT_TYPES) == set(SHORT_NAMES.values())
    assert "claim.submitted.v1" == SHORT_NAMES["claim"]
    assert "claim.finalized.v1" == SHORT_NAMES["finalized"]


def test_a_claim_needs_nothing_that_is_usual():
    scenario = read(f"[scenario.claim]\n{EXPECT}")

    (claim,) = data_of(scenario)
    assert ("M-1", "C-1", "1", "sample-commercial") == (
        claim["member_id"],
        claim["claim_id"],
        claim["frequency"],
        claim["plan_id"],
    )
    assert "2025-09-19" == claim["received_at"]
    assert [{"line": 1, "procedure": "76390", "date_of_service": "2025-09-15"}] == claim["lines"]
    assert [
        {"claim_id": "C-1", "line": 1, "outcome": "approved", "reason": "CRITERIA_MET"}
    ] == scenario.expect


EVERY_EVENT = """
[scenario.claim]
attestations = [{ kind = "conventional_imaging_limited", days_before = 3 }]
[scenario.finalized]
status = "paid"
[scenario.imaging]
[scenario.coverage]
[scenario.treatment]
procedure = "61510"
[scenario.authorization]
procedure = "76390"
[scenario.review]
decision = "approved"
[scenario.member]
birth_date = 1960-02-29
sex = "female"
"""


def test_every_kind_of_event_is_accepted_as_it_is_filled_in(library):
    scenario = read(EVERY_EVENT)

    decoded = [decode(bytes(raw), library.remittance) for raw in scenario.events]
    assert [] == [one for one in decoded if not isinstance(one, Event)]
    assert len(SHORT_NAMES) == len(decoded)


def test_events_of_a_kind_are_numbered_and_later_ones_are_told_later():
    scenario = read("[[scenario.claim]]\n[[scenario.claim]]\n[[scenario.imaging]]")

    events = [msgspec.json.decode(raw) for raw in scenario.events]
    assert ["C-1", "C-2"] == [each["data"]["claim_id"] for each in events[:2]]
    assert "S-1" == events[2]["data"]["study_id"]
    assert ["2025-09-19T12:00:01Z", "2025-09-19T12:00:02Z"] == [each["time"] for each in events[:2]]
    assert ["e-001", "e-002", "e-003"] == [each["id"] for each in events]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param("", DAY - timedelta(14), id="as_usual"),
        pytest.param("days_before = 90", DAY - timedelta(90), id="days_before"),
        pytest.param("days_after = 1", DAY + timedelta(1), id="days_after"),
        pytest.param("day = 2025-06-02", date(2025, 6, 2), id="a_day"),
        pytest.param("date_of_service = 2025-06-02", date(2025, 6, 2), id="by_its_full_name"),
    ],
)
def test_a_day_is_told_in_several_ways_and_takes_the_place_of_the_usual(written, day):
    (report,) = data_of(read(f"[scenario.imaging]\n{written}"))

    assert day.isoformat() == report["date_of_service"]


def test_what_becomes_known_later_is_sent_later():
    scenario = read("[scenario.imaging]\nsent = 2025-10-01")

    assert msgspec.json.decode(scenario.events[0])["time"].startswith("2025-10-01T12:00:01")


def test_a_claim_has_several_lines_each_with_what_is_expected_of_it():
    own = '{ procedure = "99213", days_before = 2 }'
    lines = f'lines = [{{ expect = {{ outcome = "denied", reason = "A" }} }}, {own}]'
    scenario = read(f'[scenario.claim]\nmodifiers = ["26"]\n{lines}')

    (claim,) = data_of(scenario)
    first, second = claim["lines"]
    assert (1, "76390", ["26"]) == (first["line"], first["procedure"], first["modifiers"])
    assert (2, "99213", "2025-09-13") == (
        second["line"],
        second["procedure"],
        second["date_of_service"],
    )
    assert [("C-1", 1)] == [(each["claim_id"], each["line"]) for each in scenario.expect]


def test_a_scenario_may_expect_of_any_line_and_bring_its_own_library():
    scenario = read(
        "parameters = { pend_due_days = 7 }\n"
        '[scenario.claim]\n[[scenario.expect]]\nclaim_id = "C-1"\nline = 1\ndue_on = 2025-10-01'
    )

    assert {"pend_due_days": 7} == scenario.parameters
    assert [{"claim_id": "C-1", "line": 1, "due_on": "2025-10-01"}] == scenario.expect


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("[scenario.claims]", "'claims' is not known. Did you mean claim?", id="kind"),
        pytest.param(
            '[scenario.imaging]\nresults = "limited"',
            "imaging: 'results' is not known. Did you mean result?",
            id="field",
        ),
        pytest.param(
            '[scenario.claim]\nlines = [{ procedur = "76390" }]',
            "Did you mean procedure?",
            id="field_of_a_line",
        ),
        pytest.param(
            "[scenario.imaging]\nday = 2025-01-01\ndays_before = 3",
            "day and days_before are both given",
            id="two_days",
        ),
        pytest.param('[scenario.imaging]\ndays_before = "3"', "not a whole number", id="no_number"),
        pytest.param('[scenario.imaging]\nday = "soon"\nsent = "x"', "is not a date", id="no_date"),
        pytest.param("day = 12\n[scenario.claim]", "has no day", id="no_day"),
        pytest.param('imaging = "limited"', "imaging is not a table", id="no_table"),
        pytest.param("why = 3", "Expected `str`, got `int`", id="no_text"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_nearest_word(written, said):
    assert said in refusal(written)


def test_each_scenario_is_read_whatever_is_wrong_with_the_one_before():
    text = f'{USUAL}\n[[scenario]]\nname = "a"\nwhi = ""\n\n[[scenario]]\nname = "b"\n'

    first, second = read_short(text)

    assert isinstance(first.scenario, NotShort)
    assert isinstance(second.scenario, Scenario)
    rows = text.splitlines()
    assert ["[[scenario]]"] * 2 == [rows[one.row - 1] for one in (first, second)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[usual", "is not TOML", id="no_toml"),
        pytest.param("[usuals]", "'usuals' is not known. Did you mean usual?", id="table"),
        pytest.param("[usual]\ndai = 1", "'dai' is not known. Did you mean day?", id="usual"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_is_said(text, said):
    with pytest.raises(NotShort, match=said.replace("?", r"\?")):
        list(read_short(text))
