"""A typed event is sent as any other, and cannot be made where a worker would refuse it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from mrs_adjudicator import decide, submit
from mrs_adjudicator.events import (
    ClaimSubmitted,
    ClaimSubmittedData,
    ClaimSubmittedLine,
    CoverageRecorded,
    CoverageRecordedData,
)
from tests.support.bad_input import EVERY_FIELD
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.remittance import CODES
from tests.support.sources import ROOT
from worker.events import models
from worker.events.decode import Event, decode
from worker.events.remittance import EVERY_CODE
from worker.events.typed import OutgoingEvent
from worker.events.types import EVENT_TYPES

NOON = datetime(2025, 6, 20, 12, tzinfo=UTC)
OF_TYPE: dict[str, type[OutgoingEvent]] = {
    model.model_fields["type"].default: model
    for model in map(vars(models).get, models.__all__)
    if issubclass(model, OutgoingEvent)
}


def claim(**fields) -> ClaimSubmitted:
    """A claim with one line, with other values where the test says so."""
    line = ClaimSubmittedLine(
        line=1,
        procedure="76390",
        date_of_service=date(2025, 6, 16),
        units=Decimal("1.5"),
        charge=Decimal("850.00"),
    )
    data = ClaimSubmittedData(
        member_id="M-1",
        claim_id="C-1",
        frequency="1",
        claim_type="professional",
        plan_id="sample-commercial",
        received_at=date(2025, 6, 20),
        diagnoses=("C71.1",),
        lines=(line,),
    )
    return ClaimSubmitted(**{"id": "e-1", "source": "/x", "time": NOON, "data": data} | fields)


def test_there_is_a_class_for_each_type_of_event():
    assert set(EVENT_TYPES) == set(OF_TYPE)


def test_the_events_of_the_day_are_the_same_when_they_are_typed():
    day = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()

    typed = [OF_TYPE[json.loads(raw)["type"]].model_validate_json(raw) for raw in day]

    assert [decode(raw, CODES) for raw in day] == [decode(e.to_json(), CODES) for e in typed]


def test_what_can_be_made_of_malformed_fields_is_accepted():
    made = []
    for raw in EVERY_FIELD:
        with suppress(ValidationError):
            made.append(OF_TYPE[json.loads(raw)["type"]].model_validate_json(raw).to_json())

    # Such as a number in a text, which pydantic reads as the number that was meant.
    assert len(made) < len(EVERY_FIELD) / 10
    assert {Event} == {type(decode(raw, EVERY_CODE)) for raw in made}


@pytest.mark.parametrize(
    ("make", "path"),
    [
        pytest.param(
            lambda: claim(data=claim().data.model_copy(update={"received_at": date(2025, 6, 1)})),
            "data.lines[0].date_of_service",
            id="a_line_after_its_claim",
        ),
        pytest.param(
            lambda: claim(data=claim().data.model_copy(update={"frequency": "7"})),
            "data.replaces",
            id="a_replacement_of_nothing",
        ),
        pytest.param(
            lambda: CoverageRecorded(
                id="e-1",
                source="/x",
                time=NOON,
                data=CoverageRecordedData(
                    member_id="M-1",
                    plan_id="P-1",
                    enrolled_from=date(2025, 1, 2),
                    enrolled_through=date(2025, 1, 1),
                ),
            ),
            "data.enrolled_through",
            id="a_span_that_ends_before_it_begins",
        ),
    ],
)
def test_what_contradicts_itself_is_named_without_its_values(make, path):
    with pytest.raises(ValidationError, match=r"data\.") as raised:
        make()

    assert path in str(raised.value)
    assert not [value for value in ("M-1", "C-1", "2025-") if value in str(raised.value)]


def test_a_field_that_there_is_not_is_refused():
    with pytest.raises(ValidationError):
        claim(subjekt="C-1")


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValidationError):
        claim(time=datetime(2025, 6, 20, 12))  # noqa: DTZ001  # that is the test


def test_typed_events_are_decided_and_sent_like_others(redis_url, redis_client):
    decided = decide([claim()])
    submit([claim()], redis_url=redis_url)

    ((_, fields),) = redis_client.xrange("mrs:events")
    assert ("C-1", ()) == (decided.lines[0].claim_id, decided.refused)
    assert claim().to_json() == fields[b"event"]
    assert {"units": 1.5, "charge": "850.00"}.items() <= json.loads(fields[b"event"])["data"][
        "lines"
    ][0].items()


@pytest.mark.parametrize("function", [decide, submit], ids=["decide", "submit"])
def test_one_typed_event_is_no_collection(function):
    with pytest.raises(TypeError, match="list"):
        function(claim())


def test_an_untyped_event_can_be_read_into_its_class():
    event = ClaimSubmitted.model_validate_json(encoded(event_of(CLAIM)))

    assert Decimal("850.00") == event.data.lines[0].charge
