"""One look at an installation: every number of one instant, on each version of Redis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from redis import Redis

from rules.library_model import Library
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.programs import EVERY_SERVER
from tests.support.turns import drain, route, work_off
from tests.support.worlds import TERMS, RedisWorld
from worker.failures import WrongKeyType
from worker.metrics.labels import pend_places
from worker.metrics.snapshot import Pends, QueueSnapshot, SnapshotReader
from worker.sandbox.redis_server import embedded_redis
from worker.store.keys import lane_name
from worker.store.protocol import Command

DAY = timedelta(days=1)


@pytest.fixture(
    scope="module",
    params=EVERY_SERVER,
)
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    with embedded_redis({"appendonly": "no"}, binary=request.param()) as server:
        yield server


@pytest.fixture
def installation(server: Any) -> Iterator[RedisWorld]:
    with Redis(unix_socket_path=str(server.socket_path)) as client:
        client.flushall()
        yield RedisWorld(client)


def look(world: RedisWorld, library: Library) -> QueueSnapshot:
    return SnapshotReader(world.client, world.keys, pend_places(library)).look()


def claim(number: int = 1, **data: Any) -> bytes:
    ids = {"claim_id": f"C-{number}", "member_id": f"M-{number}"}
    event = event_of(CLAIM, **(ids | data))
    return encoded(event | {"id": f"e-{number}"})


def counts_what_came_to_the_door(world: RedisWorld) -> bool:
    return int(world.client.info("server")["redis_version"].split(".")[0]) >= 7


def test_an_empty_installation_has_nothing_and_lacks_nothing(installation, library):
    seen = look(installation, library)

    assert (0, 0, 0, 0, 0) == (
        seen.events,
        seen.events_in_lanes,
        seen.dead_letters,
        seen.received,
        seen.conservation_difference,
    )
    assert 0.0 == seen.oldest_seconds
    assert not seen.workers


def test_events_are_counted_where_they_wait_and_nothing_is_missing_on_the_way(
    installation, library
):
    seen = []
    for number in (1, 2, 3):
        installation.send({b"event": claim(number)})
    seen.append(look(installation, library))
    route(installation)
    installation.send({b"event": b"{"})
    seen.append(look(installation, library))
    drain(installation, library)
    seen.append(look(installation, library))
    route(installation)
    drain(installation, library)
    seen.append(look(installation, library))

    assert [(3, 0, 3), (4, 3, 4), (1, 0, 4), (0, 0, 4)] == [
        (each.events, each.events_in_lanes, each.received) for each in seen
    ]
    assert [0, 0, 3, 4] == [each.finished for each in seen]
    assert {0} == {each.conservation_difference for each in seen}
    assert 1 == seen[-1].dead_letters


def test_claim_ids_with_several_contents_are_counted_until_they_are_sorted_out(
    installation, library
):
    again = event_of(CLAIM, claim_id="C-1", member_id="M-1", received_at="2025-06-21")
    work_off(installation, library, claim(), encoded(again | {"id": "e-again"}))
    waits = look(installation, library)
    work_off(installation, library, claim(2, member_id="M-1", frequency="8", replaces="C-1"))

    assert (1, 0) == (waits.contested, look(installation, library).contested)


def test_a_redriven_event_came_twice_and_went_twice(installation, library):
    work_off(installation, library, b"{")
    (letter,) = installation.store.dead_letters(None, 10)
    assert installation.store.redrive(letter.id)
    waits = look(installation, library)
    work_off(installation, library)

    gone = look(installation, library)

    assert (1, 2, 0) == (waits.events, waits.received, waits.conservation_difference)
    assert (0, 2, 2, 0) == (gone.events, gone.received, gone.finished, gone.conservation_difference)


def test_internal_orders_are_no_events(installation, library):
    installation.store.add_commands(TERMS.lanes, [(0, Command("readjudicate", "M-1"))] * 3)

    waiting = look(installation, library)
    drain(installation, library)
    done = look(installation, library)

    assert (3, 0, 0.0, 0) == (
        waiting.in_lanes,
        waiting.events,
        waiting.oldest_seconds,
        waiting.conservation_difference,
    )
    assert (0, 0, 0) == (done.in_lanes, done.events, done.conservation_difference)


def test_an_event_taken_out_of_a_lane_is_missed(installation, library):
    installation.send({b"event": claim()})
    route(installation)
    ((lane, entry_id),) = (
        (lane, entry_id)
        for lane in ("00", "01", "02", "03")
        for entry_id, _ in installation.entries(lane)
    )
    installation.client.xdel(installation.keys.stream(lane), entry_id)

    assert 1 == look(installation, library).conservation_difference


def test_an_event_taken_from_the_door_is_missed_where_redis_counts_what_comes(
    installation, library
):
    entry_id = installation.send({b"event": claim()})
    installation.send({b"event": claim(2)})
    installation.client.xdel(installation.keys.door, entry_id)

    seen = look(installation, library)

    expected = 1 if counts_what_came_to_the_door(installation) else 0
    assert expected == seen.conservation_difference
    assert (seen.ever_added is not None) == counts_what_came_to_the_door(installation)


def test_a_door_that_was_deleted_is_missed_where_redis_counts_what_comes(installation, library):
    work_off(installation, library, claim())
    installation.client.delete(installation.keys.door)

    seen = look(installation, library)

    expected = -1 if counts_what_came_to_the_door(installation) else 0
    assert expected == seen.conservation_difference


def test_the_oldest_event_is_aged_from_its_arrival_at_the_door(installation, library):
    now = installation.now()
    installation.client.xadd(installation.keys.door, {"event": claim()}, id=f"{now - 90_000}-0")
    at_the_door = look(installation, library)
    route(installation)
    installation.send({b"event": claim(2)})

    in_a_lane = look(installation, library)

    assert 90 <= at_the_door.oldest_seconds < 100
    assert 90 <= in_a_lane.oldest_seconds < 100


def test_the_oldest_event_is_found_behind_orders(installation, library):
    orders = [(lane, Command("readjudicate", "M-1")) for lane in range(TERMS.lanes)] * 50
    installation.store.add_commands(TERMS.lanes, orders)
    now = installation.now()
    installation.client.xadd(installation.keys.door, {"event": claim()}, id=f"{now - 90_000}-0")
    route(installation)

    assert 90 <= look(installation, library).oldest_seconds < 100


def test_behind_very_many_orders_the_last_one_looked_at_stands_for_it(installation, library):
    installation.store.add_commands(TERMS.lanes, [(0, Command("readjudicate", "M-1"))] * 1100)

    assert 0 <= look(installation, library).oldest_seconds < 100


def test_pends_are_counted_by_how_soon_they_are_due(installation, library):
    today = look(installation, library).today
    assert abs(today - datetime.now(UTC).date()) <= DAY
    for days in (-31, -30, -1, 0, 7, 8):
        installation.client.zadd(
            installation.keys.pends("pet", "PEER_REVIEW"),
            {f"line {days}": (today + days * DAY).toordinal()},
        )

    (pends,) = (each for each in look(installation, library).pends if each.open)

    assert (
        Pends(
            "pet",
            "PEER_REVIEW",
            "6.01.03",
            {"over_30_days": 1, "overdue": 2, "within_7_days": 2, "later": 1},
        )
        == pends
    )
    assert (6, 3) == (pends.open, pends.overdue)


def test_a_line_that_waits_since_2025_is_overdue(installation, library):
    work_off(installation, library, claim(diagnoses=["R51.9", "R42"], attestations=[]))

    waiting = [each for each in look(installation, library).pends if each.open]

    assert [("mrs", "INDICATION_UNCLEAR", 1, 1)] == [
        (each.service, each.reason, each.open, each.overdue) for each in waiting
    ]
    assert look(installation, library).today > date(2025, 7, 20)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        pytest.param(lambda keys: keys.door, "stream", id="door"),
        pytest.param(lambda keys: keys.stream("02"), "stream", id="lane"),
        pytest.param(lambda keys: keys.stream("99"), "stream", id="last_possible_lane"),
        pytest.param(lambda keys: keys.dead_letters, "dead-letters", id="dead_letters"),
        pytest.param(lambda keys: keys.counters, "counters", id="counters"),
        pytest.param(lambda keys: keys.workers, "workers", id="workers"),
        pytest.param(lambda keys: keys.pends("mrs", "PEER_REVIEW"), "pends", id="pends"),
    ],
)
def test_a_key_that_is_not_ours_is_named_by_its_kind(installation, library, key, kind):
    installation.client.set(key(installation.keys), "spoiled")

    with pytest.raises(WrongKeyType) as found:
        look(installation, library)

    assert kind == found.value.kind


def test_a_look_writes_nothing(installation, library):
    installation.send({b"event": claim()})
    route(installation)
    # The mark that routing has left ends by itself within milliseconds.
    installation.client.delete(installation.keys.mark(lane_name(0)))
    before = installation.everything()

    look(installation, library)

    assert before == installation.everything()
