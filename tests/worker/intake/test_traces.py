"""The trace of an event goes with it: into the determinations it causes, and the dead letter."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from tests.support.closed_schemas import faults
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.turns import work_off
from tests.worker.events.test_trace import PARENT, STATE
from worker.contract.determination import DETERMINED

OTHER = PARENT.replace("4bf9", "aaaa")
TRACED = event_of(CLAIM) | {"traceparent": PARENT, "tracestate": STATE}


def traces(raws: list[bytes]) -> list[tuple[str | None, str | None]]:
    events = map(json.loads, raws)
    return [(event.get("traceparent"), event.get("tracestate")) for event in events]


def test_a_determination_has_the_trace_of_the_event_that_caused_it(world, library):
    report = event_of(REPORT, result="conclusive") | {"id": "e-2", "traceparent": OTHER}

    work_off(world, library, encoded(TRACED))
    work_off(world, library, encoded(report))

    assert [(PARENT, STATE), (OTHER, None)] == traces(world.determinations())
    assert [] == [
        said for raw in world.determinations() for said in faults(DETERMINED, json.loads(raw))
    ]


def test_each_event_of_a_batch_keeps_its_own_trace(world, library):
    members = {"M-1": PARENT, "M-2": OTHER, "M-3": None}
    events = [
        event_of(CLAIM, member_id=member_id) | ({"traceparent": parent} if parent else {})
        for member_id, parent in members.items()
    ]

    work_off(world, library, *map(encoded, events))

    found = {json.loads(raw)["data"]["member_id"]: raw for raw in world.determinations()}
    assert {m: (p, None) for m, p in members.items()} == {
        m: traces([raw])[0] for m, raw in found.items()
    }


def test_a_trace_that_cannot_be_read_is_not_carried_on(world, library):
    work_off(world, library, encoded(event_of(CLAIM) | {"traceparent": "nonsense"}))

    assert [(None, None)] == traces(world.determinations())


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(TRACED | {"id": ""}, (PARENT.encode(), STATE.encode()), id="traced"),
        pytest.param(
            event_of(CLAIM, plan_id=None) | {"traceparent": PARENT},
            (PARENT.encode(), None),
            id="without_state",
        ),
        pytest.param(event_of(CLAIM, plan_id=None), (None, None), id="untraced"),
    ],
)
def test_a_dead_letter_has_the_trace_of_its_event(world, library, event, expected):
    work_off(world, library, encoded(event))

    (letter,) = world.letters()
    assert expected == (letter.get(b"traceparent"), letter.get(b"tracestate"))


def test_the_line_of_an_event_in_the_log_has_its_trace(memory_world, library, caplog):
    caplog.set_level("DEBUG", logger="worker.intake.lane_handler")

    with capture_logs() as lines:
        work_off(memory_world, library, encoded(TRACED), encoded(event_of(REPORT) | {"id": "e-2"}))

    said = [line["trace_id"] for line in lines if line["event"] == "event"]
    assert [PARENT[3:35], None] == said
