"""Anything at the door is refused with a reason or decided; it is never denied for our reasons."""

from __future__ import annotations

import json
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.loading.files import SHIPPED, load_library
from tests.security.hostile import FIELDS, hostile_event, hostile_texts
from tests.support.event_builders import encoded
from tests.support.remittance import CODES
from tests.support.turns import work_off
from tests.support.worlds import MemoryWorld, RedisWorld, World
from tests.worker.events.test_events_properties import changed_events
from worker.events.decode import Refusal, decode
from worker.events.refusals import REFUSAL_REASONS

EXAMPLES = int(os.environ.get("MRS_TESTS_FUZZ", "150"))
"""`make fuzz` sets more."""

LIBRARY = load_library(SHIPPED)

raw_events = (
    changed_events().map(encoded)
    | st.builds(
        lambda event_type, text, number: encoded(hostile_event(event_type, text, number)),
        st.sampled_from(sorted(FIELDS)),
        hostile_texts,
        st.integers(0, 5),
    )
    | st.binary(max_size=80)
)


several_events = st.lists(raw_events, min_size=1, max_size=8)


@settings(max_examples=EXAMPLES, deadline=None)
@given(events=several_events)
def test_whatever_comes_to_the_door_is_decided_or_refused_with_a_reason(events):
    _assert_decided_or_refused(MemoryWorld(), events)


@settings(
    max_examples=EXAMPLES // 15,  # each waits a moment for more, at the door and in each lane
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=several_events)
def test_so_it_is_in_redis(redis_client, events):
    redis_client.flushall()

    _assert_decided_or_refused(RedisWorld(redis_client), events)


def _assert_decided_or_refused(world: World, events: list[bytes]) -> None:
    work_off(world, LIBRARY, *events)

    letters = world.letters()
    reasons = {letter[b"reason"].decode() for letter in letters}
    refused = sum(isinstance(decode(event, CODES), Refusal) for event in events)
    assert reasons <= set(REFUSAL_REASONS)
    assert refused <= len(letters)
    assert all(letter[b"event"] in events for letter in letters)
    assert len(events) == _finished(world)
    for raw in world.determinations():
        _assert_denied_for_a_reason(json.loads(raw)["data"])


def _finished(world: World) -> int:
    counters = world.counters().items()
    return sum(count for field, count in counters if field.startswith("mrs_events_total"))


def _assert_denied_for_a_reason(data):
    if data["outcome"] != "denied":
        return
    assert data["review"] is not None or "not_met" in {
        finding["answer"] for finding in data["findings"]
    }
    assert data["section"]
    assert data["carc"]
