"""A scraper that asks for OpenMetrics gets traces of events beside their ages, another none."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.samples import Exemplar

from rules.library_model import Library
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.scrapes import scrape
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from tests.worker.events.test_trace import PARENT
from worker.intake.commit_builder import FinishedEvent
from worker.intake.traced_events import exemplars_of
from worker.metrics.counters import BEYOND, SECONDS_BUCKETS, Result
from worker.metrics.exemplars import TracedAge, traced_ages
from worker.metrics.exporter import Exporter, serve
from worker.store.protocol import QueueEntry

TRACE_ID = PARENT[3:35]
ASKED = "application/openmetrics-text; version=1.0.0"
TRACED = encoded(event_of(CLAIM) | {"traceparent": PARENT})
UNTRACED = encoded(event_of(CLAIM))
UNSAMPLED = encoded(event_of(CLAIM) | {"traceparent": f"{PARENT[:-2]}00"})
REFUSED = encoded(event_of(CLAIM, plan_id=None) | {"traceparent": PARENT})
BUCKETS = {*map(str, SECONDS_BUCKETS), BEYOND}


@pytest.fixture
def address(redis_world: RedisWorld, library: Library) -> Iterator[str]:
    server = serve(Exporter([(redis_world.client, redis_world.keys)], library), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.server_port}/metrics"
    server.shutdown()
    server.server_close()


def scraped(address: str, accept: str) -> tuple[str, str]:
    """The kind of the answer, and the answer."""
    with urlopen(Request(address, headers={"Accept": accept}), timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def exemplars(address: str) -> dict[tuple[str, str], Exemplar]:
    """By series and bound."""
    kind, text = scraped(address, ASKED)
    assert kind.startswith("application/openmetrics-text")
    return {
        (sample.name, sample.labels["le"]): sample.exemplar
        for family in open_metrics(text)
        for sample in family.samples
        if sample.exemplar
    }


def left(event: bytes | None, *, age: int = 50, result: Result = "applied") -> FinishedEvent:
    """An event that leaves the queue at 1,000,000 ms."""
    return FinishedEvent(QueueEntry("1-1", 1_000_000 - age, event, 0), "x", result, None, None)


def test_open_metrics_has_the_trace_of_an_event_in_the_bucket_of_its_age(
    address, redis_world, library
):
    before = redis_world.now()
    work_off(redis_world, library, TRACED)

    (((name, bound), found),) = exemplars(address).items()

    assert ("mrs_event_age_seconds_bucket", {"trace_id": TRACE_ID}) == (name, found.labels)
    assert found.value <= float(bound)
    assert before / 1000 <= float(found.timestamp) <= redis_world.now() / 1000 + 1


def test_the_plain_text_has_no_trace(address, redis_world, library):
    work_off(redis_world, library, TRACED)

    kind, text = scraped(address, "text/plain")

    assert kind.startswith("text/plain")
    assert "mrs_event_age_seconds_bucket" in text
    assert TRACE_ID not in text


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(TRACED, 1, id="recorded"),
        pytest.param(REFUSED, 1, id="refused"),
        pytest.param(UNSAMPLED, 0, id="not_recorded"),
        pytest.param(UNTRACED, 0, id="no_trace"),
    ],
)
def test_only_recorded_traces_are_kept_and_without_any_there_is_no_hash(
    redis_world, library, event, expected
):
    work_off(redis_world, library, event)

    assert expected == redis_world.client.hlen(redis_world.keys.exemplars)
    assert expected == redis_world.client.exists(redis_world.keys.exemplars)


@pytest.mark.parametrize(
    ("age", "bucket"),
    [
        pytest.param(-5, "0.001", id="an arrival after now counts as now"),
        pytest.param(50, "0.05", id="a bound belongs to its bucket"),
        pytest.param(51, "0.1", id="just beyond a bound"),
        pytest.param(3_600_000, "3600.0", id="the last bound"),
        pytest.param(3_600_001, "+Inf", id="beyond all bounds"),
    ],
)
def test_a_trace_stands_in_the_bucket_in_which_its_age_counts(age, bucket):
    found = exemplars_of([left(TRACED, age=age)], 1_000_000)

    assert {bucket: f"{TRACE_ID} {max(age, 0)} 1000000"} == found


def test_a_bucket_keeps_the_last_trace_and_so_there_are_no_more_than_buckets():
    other = TRACED.replace(TRACE_ID.encode(), b"a" * 32)
    many = [left(TRACED, age=age) for age in range(0, 4_000_000, 500)]

    found = exemplars_of([*many, left(TRACED), left(other), left(UNTRACED)], 1_000_000)

    assert found["0.05"].startswith("a" * 32)
    assert found.keys() <= BUCKETS


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(left(TRACED, result="set_aside"), id="set_aside"),
        pytest.param(left(None, result="refused"), id="an entry without an event"),
    ],
)
def test_what_must_not_or_cannot_be_read_has_no_trace(event):
    assert {} == exemplars_of([event], 1_000_000)


def test_the_next_trace_replaces_that_of_its_bucket(redis_world):
    for stored in ("one", "two"):
        redis_world.store.keep_exemplars({"0.05": stored, "0.1": stored})

    assert {b"0.05": b"two", b"0.1": b"two"} == redis_world.client.hgetall("mrs:exemplars")


def test_a_trace_that_cannot_be_kept_costs_no_determination(redis_world, library):
    redis_world.client.set(redis_world.keys.exemplars, "spoiled")

    work_off(redis_world, library, TRACED, UNTRACED)

    assert 1 == len(redis_world.determinations())
    assert not any(field.startswith("mrs_retries") for field in redis_world.counters())


def test_a_key_of_another_kind_is_told(redis_world, library):
    redis_world.client.set(redis_world.keys.exemplars, "spoiled")

    seen = scrape(Exporter([(redis_world.client, redis_world.keys)], library))

    assert 1 == seen.value("mrs_redis_unsafe", risk="foreign_keys")


def test_what_is_not_ours_in_the_hash_is_not_shown(address, redis_world):
    ours = TracedAge(TRACE_ID, 2500, 1_790_000_000_123)
    redis_world.client.hset(
        redis_world.keys.exemplars,
        mapping={"2.5": ours.stored, "7.0": ours.stored, "5.0": "nonsense", b"\xff": "x"},
    )

    (((_, bound), found),) = exemplars(address).items()

    assert ("2.5", {"trace_id": TRACE_ID}, 2.5) == (bound, found.labels, found.value)
    assert 1_790_000_000.123 == pytest.approx(float(found.timestamp))


def test_an_age_with_its_trace_is_read_back_as_it_was_stored():
    one = TracedAge(TRACE_ID, 0, 1_790_000_000_123)

    assert {"0.001": one} == traced_ages({b"0.001": one.stored.encode()})
