"""A claim that comes by FHIR is decided as the one that comes as an event of ours."""

from __future__ import annotations

import json

import pytest

from doors.fhir.json_text import resource_in
from doors.fhir.messages import outcome_of
from doors.fhir.terms import DoorTerms
from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import encoded
from tests.support.fhir_messages import DAY, day_as_fhir
from worker.determinations.data import ORDER_DEPENDENT
from worker.replay.in_memory import decide_all


@pytest.fixture(scope="module")
def library():
    return load_library(SHIPPED)


def test_the_sample_day_by_fhir_is_decided_as_the_day_itself(library):
    messages, others = day_as_fhir()
    outcomes = [_outcome_of(message) for message in messages]
    read = [resource for outcome in outcomes for resource in outcome.resources]
    events = [resource.event for resource in read]
    lines = [event for event in DAY.read_bytes().splitlines() if b"attestation" not in event]
    attested = [encoded(event) for event in others if event["data"].get("attestations")]

    through_fhir = decide_all([*events, *map(encoded, others)], library)
    as_events = decide_all(DAY.read_bytes().splitlines(), library)

    assert [] == [resource.faults for resource in read if resource.faults]
    assert len(messages) == len(read) > 120
    assert len(attested) == 1
    assert len(lines) + 1 == len(messages) + len(others)
    assert _compared(as_events) == _compared(through_fhir)


def test_the_same_message_gives_the_same_event_whatever_stands_around_it(library):
    message = day_as_fhir()[0][50]
    turned = {name: message[name] for name in reversed(message)}

    first, again = (_outcome_of(each) for each in (message, turned))

    assert first == again
    assert json.loads(first.resources[0].event)["id"].startswith("fhir-")


def _outcome_of(message):
    return outcome_of(resource_in(encoded(message)), DoorTerms())


def _compared(decided):
    return {
        key: {name: value for name, value in data.items() if name not in ORDER_DEPENDENT}
        for key, data in decided.final.items()
    }
