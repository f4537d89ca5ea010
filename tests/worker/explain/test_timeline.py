"""What is known of a member by day, around one line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.facts import Event
from rules.history.record import Record, append
from rules.library_model import Library
from tests.rules.second_policy import SECOND_PLAN, two_policies
from tests.support.event_builders import (
    AUTHORIZATION,
    CLAIM,
    PERSON,
    REPORT,
    TREATMENT,
    encoded,
    event_of,
)
from worker.events.decode import decode
from worker.events.remittance import EVERY_CODE
from worker.explain.timeline import KnownPerson, member_timeline


def record_of(*events: dict[str, Any]) -> Record:
    record = Record()
    for number, event in enumerate(events):
        decoded = decode(encoded(event | {"id": f"e-{number}"}), EVERY_CODE)
        assert isinstance(decoded, Event)
        record = append(record, decoded, b"")
    return record


def _line(**data: Any) -> dict[str, Any]:
    (line,) = event_of(CLAIM)["data"]["lines"]
    return {**line, **data}


def test_parts_and_reports_of_a_study_are_one_thing(library: Library) -> None:
    record = record_of(
        event_of(CLAIM, claim_id="C-1", lines=[_line(modifiers=["26"])]),
        event_of(CLAIM, claim_id="C-2", lines=[_line(modifiers=["TC"])]),
        event_of(REPORT, study_id="S-1", procedure="76390", date_of_service="2025-06-16"),
    )

    (study,) = member_timeline(record, library, ("C-1", 1)).studies

    assert ("decided", True) == (study.kind, study.is_asked)
    assert ["professional", "technical", None] == [part.component for part in study.parts]
    assert "S-1" == study.parts[2].evidence.id


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param("sample-commercial", ("MRS", "PET"), id="the_shipped_policy"),
        pytest.param(SECOND_PLAN, ("spectroscopy", "positron"), id="another_policy"),
        pytest.param("nobody-knows-it", ("MRS", "PET"), id="the_first_where_no_plan_is_known"),
    ],
)
def test_services_have_the_words_of_the_policy_of_the_line(plan, expected):
    record = record_of(event_of(CLAIM, plan_id=plan))

    assert expected == member_timeline(record, two_policies(), ("C-1001", 1)).words


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        pytest.param(
            "76390",
            [("conventional_lookback", "conventional"), ("exclusivity", "watched")],
            id="mrs",
        ),
        pytest.param("78608", [("exclusivity", "decided")], id="pet"),
        pytest.param("99213", [], id="neither"),
    ],
)
def test_a_line_looks_back_on_what_its_criteria_look_at(procedure, expected, library):
    record = record_of(event_of(CLAIM, lines=[_line(procedure=procedure)]))

    windows = member_timeline(record, library, ("C-1001", 1)).windows

    assert expected == [(window.kind, window.looks_at) for window in windows]
    assert all(window.last == date(2025, 6, 16) for window in windows)
    assert all((window.last - window.first).days == window.days for window in windows)


def test_treatments_authorizations_and_attestations_have_their_days(library: Library) -> None:
    record = record_of(
        event_of(CLAIM),
        event_of(TREATMENT),
        event_of(AUTHORIZATION),
        event_of(AUTHORIZATION, status="cancelled") | {"time": "2030-01-01T00:00:00Z"},
    )

    timeline = member_timeline(record, library, ("C-1001", 1))

    assert [(date(2025, 6, 2), "surgery")] == [(t.on, t.kind) for t in timeline.treatments]
    assert [("A-5", "cancelled")] == [
        (a.authorization_id, a.status) for a in timeline.authorizations
    ]
    assert [(date(2025, 6, 2), "C-1001")] == [(a.on, a.claim_id) for a in timeline.attested]


def test_therapies_have_their_span_and_outcome(library: Library) -> None:
    record = record_of(
        event_of(TREATMENT, treatment_id="T-1", procedure=None, ended_on="2025-06-09"),
        event_of(TREATMENT, treatment_id="T-2", therapy=None, outcome=None),
        event_of(TREATMENT, treatment_id="T-3", therapy=None, outcome="succeeded"),
        event_of(TREATMENT, treatment_id="T-4", status="voided"),
    )

    timeline = member_timeline(record, library, ("C-1001", 1))

    assert [
        (date(2025, 6, 2), date(2025, 6, 9), "T-1", "L01AX03", "failed"),
        (date(2025, 6, 2), None, "T-3", "61510", "succeeded"),
    ] == [tuple(one) for one in timeline.therapies]


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        pytest.param("1961-06-16", 64, id="on a birthday"),
        pytest.param("1961-06-17", 63, id="a day before one"),
        pytest.param("2025-06-16", 0, id="on the day of birth"),
        pytest.param("2025-06-17", None, id="before it"),
        pytest.param(None, None, id="unknown"),
    ],
)
def test_the_age_is_that_on_the_day_of_the_line(born, expected, library):
    record = record_of(event_of(CLAIM), event_of(PERSON, birth_date=born))

    timeline = member_timeline(record, library, ("C-1001", 1))

    assert KnownPerson(expected, "female") == timeline.person


def test_without_the_line_there_is_no_age(library: Library) -> None:
    timeline = member_timeline(record_of(event_of(PERSON)), library, ("C-1001", 1))

    assert KnownPerson(None, "female") == timeline.person


def test_imaging_that_was_broken_off_is_shown_as_such(library: Library) -> None:
    record = record_of(event_of(CLAIM), event_of(REPORT, modifiers=["53"]))

    broken_off, _ = member_timeline(record, library, ("C-1001", 1)).studies

    assert broken_off.is_discontinued
    assert "S-9" == broken_off.parts[0].evidence.id


def test_a_line_that_is_not_known_has_no_day_and_no_windows(library: Library) -> None:
    timeline = member_timeline(record_of(event_of(REPORT)), library, ("C-1001", 1))

    assert (None, ()) == (timeline.line_on, timeline.windows)
    assert 1 == len(timeline.studies)


def test_before_the_first_version_there_are_no_windows(library: Library) -> None:
    record = record_of(event_of(CLAIM, lines=[_line(date_of_service="2010-01-01")]))

    assert () == member_timeline(record, library, ("C-1001", 1)).windows
