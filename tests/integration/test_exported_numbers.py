"""What the exporter shows after a replay is what a recount of the published determinations says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from redis import Redis

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.support.scrapes import Scrape, scrape
from tests.support.services import service_of
from tests.support.sources import ROOT
from worker.client import submit
from worker.config.connections import impatient_client
from worker.metrics.exporter import Exporter
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import cases_of
from worker.replay.scenarios import ARRIVAL_ORDERS, read_scenarios
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

pytestmark = pytest.mark.uncounted

DAY = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()
KEYS = Keys("mrs")

Labels = tuple[str, ...]


class Replayed(NamedTuple):
    """An installation that has worked something off."""

    seen: Scrape
    published: Sequence[Mapping[str, Any]]
    """The `data` of each determination, in the order of the stream."""
    letters: int
    pending: Sequence[tuple[bytes, float]]
    """Each line that waits, with its due day; line 0: a claim id with several contents."""


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    with installation(workers=2) as own:
        yield own


@pytest.fixture(scope="module")
def day(running: Installation, library: Library) -> Replayed:
    """The sample day, then half of it again, and what nobody can read."""
    return work_off(running, library, [*DAY, *DAY[::2], b"{", b"\xff"])


@pytest.fixture(scope="module")
def scenarios(library: Library) -> Iterator[Replayed]:
    """Every scenario that needs no library of its own, in each order."""
    chosen = [
        scenario
        for scenario in read_scenarios([str(ROOT / "tests/scenarios/open.jsonl")])
        if not scenario.needs_own_library
    ]
    events = [
        event
        for number, scenario in enumerate(chosen)
        for case in cases_of(scenario, ARRIVAL_ORDERS, "exported", number * len(ARRIVAL_ORDERS))
        for event in case.events
    ]
    with installation(workers=2) as own:
        yield work_off(own, library, events)


def work_off(own: Installation, library: Library, events: Iterable[bytes]) -> Replayed:
    with impatient_client(own.settings) as redis:
        watch = QueueWatch(redis, KEYS, own.settings.lanes)
        submit(events, redis_url=own.redis.url)
        watch.wait_until_drained(lambda waiting: own.mend())
        return Replayed(
            scrape(Exporter([(redis, KEYS)], library)),
            [json.loads(event)["data"] for event in watch.determinations()],
            len(list(watch.dead_letters())),
            list(all_pending(redis)),
        )


def all_pending(redis: Redis) -> Iterator[tuple[bytes, float]]:
    for key in redis.scan_iter("mrs:pends:*"):
        yield from redis.zrange(key, 0, -1, withscores=True)


def latest(replayed: Replayed) -> list[Mapping[str, Any]]:
    """The last determination of each line."""
    return list(
        {(d["member_id"], d["claim_id"], d["line"]): d for d in replayed.published}.values()
    )


@pytest.fixture(params=["day", "scenarios"])
def replayed(request: pytest.FixtureRequest) -> Replayed:
    return request.getfixturevalue(request.param)


def test_enough_was_published_to_count(day, scenarios):
    assert len(day.published) > 50
    assert len(scenarios.published) > 1000
    assert {"initial", "favourable", "adverse", "neutral"} == {
        d["change"] for d in scenarios.published
    }


def test_determinations(replayed, library):
    recount = Counter(
        (
            service_of(library, d),
            d["outcome"],
            d["reason"],
            d["change"],
            d["policy"]["version"] or "none",
        )
        for d in replayed.published
    )

    assert recount == replayed.seen.counted(
        "mrs_determinations_total", "service", "outcome", "reason", "change", "policy_version"
    )


def test_lines_by_their_present_determination(replayed, library):
    recount = Counter((service_of(library, d), d["outcome"], d["reason"]) for d in latest(replayed))

    assert recount == replayed.seen.counted("mrs_lines_current", "service", "outcome", "reason")
    assert min(replayed.seen.counted("mrs_lines_current", "reason").values()) > 0


def test_the_line_of_business_is_that_of_the_claims_plan(day, library):
    plans = {
        (event["data"]["member_id"], event["data"]["claim_id"]): event["data"]["plan_id"]
        for event in map(json.loads, DAY)
        if event["type"] == "claim.submitted.v1"
    }
    recount: Counter[Labels] = Counter()
    for d in latest(day):
        plan = library.plans.get(plans[d["member_id"], d["claim_id"]])
        line_of_business = plan.line_of_business if plan else "unknown"
        recount[service_of(library, d), d["outcome"], line_of_business] += 1

    assert recount == day.seen.counted(
        "mrs_lines_current", "service", "outcome", "line_of_business"
    )
    assert len({line_of_business for _, _, line_of_business in recount}) > 3


def test_findings(replayed):
    recount = Counter(
        (finding["criterion"], finding["answer"])
        for d in replayed.published
        for finding in d["findings"]
    )

    assert recount == replayed.seen.counted("mrs_findings_total", "criterion", "answer")


def test_pends(replayed, library):
    waiting = [d for d in latest(replayed) if d["outcome"] == "pended"]
    recount = Counter((service_of(library, d), d["reason"]) for d in waiting)

    assert recount == replayed.seen.counted("mrs_pends_open", "service", "reason")
    assert recount == replayed.seen.counted("mrs_pends_overdue", "service", "reason")
    lines = [line for line, _ in replayed.pending if json.loads(line)[2]]
    assert len(waiting) == len(lines)
    claims = len(replayed.pending) - len(lines)
    assert claims == replayed.seen.value("mrs_claim_ids_contested")


def test_events_of_the_day(day):
    types = Counter(json.loads(event)["type"] for event in DAY)
    again = Counter(json.loads(event)["type"] for event in DAY[::2])
    shown = day.seen.counted("mrs_events_total", "type", "result")
    refused = sum(count for (_, result), count in shown.items() if result == "refused")
    for kind, count in types.items():
        both = [shown[kind, result] for result in ("applied", "duplicate", "refused")]
        assert count + again[kind] == sum(both)
    assert 2 == shown["unknown", "refused"]
    assert refused == day.letters == day.seen.value("mrs_dead_letters")
    assert len(DAY) + len(DAY[::2]) + 2 == sum(shown.values())
    assert sum(shown.values()) == day.seen.value("mrs_event_age_seconds_count")
    assert sum(shown.values()) == day.seen.value("mrs_batch_events_sum")


def test_nothing_is_missing_and_no_label_was_unforeseen(replayed, library):
    assert 0 == replayed.seen.value("mrs_conservation_difference")
    assert 0 == replayed.seen.value("mrs_queue_events")
    fresh = known_series(library)

    assert set() == set(replayed.seen.values) - fresh


def known_series(library: Library) -> set[Any]:
    """The series of an installation in which nothing has happened."""
    with installation(workers=0) as own, impatient_client(own.settings) as redis:
        return set(scrape(Exporter([(redis, KEYS)], library)).values)
