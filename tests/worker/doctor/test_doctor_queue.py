"""What the doctor finds wrong with queue, lanes, workers, library, readers and broker."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from rules.loading.icd10cm import Icd10cmTable
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.libraries import with_versions
from tests.support.patients import changed, examined, found
from tests.support.turns import route, work_off
from worker.doctor.broker_checks import examine_broker
from worker.doctor.lanes_checks import (
    examine_deaths,
    examine_generations,
    examine_number,
    examine_strays,
)
from worker.doctor.library_checks import examine_diagnosis_table, examine_library, examine_review
from worker.doctor.queue_checks import (
    examine_conservation,
    examine_dead_letters,
    examine_door,
    examine_queue,
)
from worker.doctor.reader_checks import examine_readers
from worker.doctor.worker_checks import examine_this_machine, examine_workers
from worker.metrics import consumer_lag
from worker.processes.health import show_alive, show_ready
from worker.sandbox.redis_server import embedded_redis
from worker.store.worker_registry import Announcer, WorkerEntry, presence_of

EVENT = encoded(event_of(CLAIM))


def announce(world, presence):
    Announcer(world.client, world.keys, presence)(True)


def test_a_queue_that_is_empty_and_whole(redis_world, library):
    patient = examined(redis_world, library)

    assert [("ok", "nothing waits")] == found(examine_queue, patient)
    assert [
        ("ok", "0 received = 0 finished + 0 waiting (dead letters: 0 redriven, 0 discarded)")
    ] == found(examine_conservation, patient)
    assert [] == found(examine_dead_letters, patient)
    assert [] == found(examine_door, patient)


def test_events_that_wait_for_nobody(redis_world, library):
    redis_world.send({b"event": EVENT})

    ((level, said),) = found(examine_queue, examined(redis_world, library))

    assert "fault" == level
    assert said == "1 event waits, the oldest for 0 seconds, and no worker is ready."


@pytest.mark.parametrize(
    ("seconds", "level"),
    [pytest.param(299, "ok", id="in_time"), pytest.param(302, "warning", id="too_long")],
)
def test_events_that_wait_for_long(redis_world, library, seconds, level):
    announce(redis_world, presence_of(library, "one"))
    arrival = redis_world.now() - seconds * 1000
    redis_world.client.xadd(redis_world.keys.door, {"event": EVENT}, id=f"{arrival}-0")

    ((seen, _),) = found(examine_queue, examined(redis_world, library))

    assert level == seen


@pytest.mark.parametrize(
    ("in_lanes", "said"),
    [
        pytest.param(0, "1 received = 0 finished + 0 waiting + 1", id="lost"),
        pytest.param(2, "1 received = 0 finished + 2 waiting - 1", id="doubled"),
    ],
)
def test_events_that_are_missing_or_too_many(redis_world, library, in_lanes, said):
    redis_world.send({b"event": EVENT})
    route(redis_world)
    patient = changed(examined(redis_world, library), in_lanes=in_lanes)

    assert [("fault", f"Events are missing, or there are too many: {said}.")] == found(
        examine_conservation, patient
    )


def test_dead_letters_wait_for_someone(redis_world, library):
    work_off(redis_world, library, b"{")

    assert [("warning", "1 dead letter waits for a person.")] == found(
        examine_dead_letters, examined(redis_world, library)
    )


def test_a_group_at_the_door_will_not_see_all(redis_world, library):
    redis_world.client.xgroup_create(redis_world.keys.door, "curious", id="0", mkstream=True)

    ((level, said),) = found(examine_door, examined(redis_world, library))

    assert "warning" == level
    assert said.startswith("1 consumer groups read mrs:events")


@pytest.mark.parametrize(
    ("known", "level"),
    [
        pytest.param(None, "ok", id="not_written_down_yet"),
        pytest.param(16, "ok", id="the_same"),
        pytest.param(8, "fault", id="another"),
    ],
)
def test_the_number_of_lanes(redis_world, library, known, level):
    if known is not None:
        redis_world.client.hset(redis_world.keys.meta, "lanes", known)

    ((seen, _),) = found(examine_number, examined(redis_world, library))

    assert level == seen


@pytest.mark.parametrize(
    ("lane", "expected"),
    [pytest.param("15", 0, id="the_last_lane"), pytest.param("16", 1, id="beyond_it")],
)
def test_what_waits_where_nobody_looks(redis_world, library, lane, expected):
    redis_world.client.xadd(redis_world.keys.stream(lane), {"event": EVENT})

    assert expected == len(found(examine_strays, examined(redis_world, library)))


@pytest.mark.parametrize(
    ("place", "takes", "expected"),
    [
        pytest.param("03", 1, [], id="taken_once"),
        pytest.param("03", 2, ["Lane 03 was taken 2 times"], id="taken_twice"),
        pytest.param("door", 3, ["The door was taken 3 times"], id="the_door"),
    ],
)
def test_work_that_its_processes_may_die_of(redis_world, library, place, takes, expected):
    redis_world.client.hset(redis_world.keys.takes, place, takes)

    findings = found(examine_deaths, examined(redis_world, library))

    assert expected == [said.partition(" with")[0] for _, said in findings]


@pytest.mark.parametrize(
    ("generation", "expected"),
    [pytest.param(1, 0, id="the_same"), pytest.param(2, 1, id="newer")],
)
def test_a_newer_library_works_in_a_lane(redis_world, library, generation, expected):
    redis_world.client.hset(redis_world.keys.meta, "lane:07", generation)

    assert expected == len(found(examine_generations, examined(redis_world, library)))


def test_no_worker_is_ready(redis_world, library):
    assert [("warning", "None is ready.")] == found(examine_workers, examined(redis_world, library))


def test_workers_that_decide_alike_and_one_that_does_not(redis_world, library):
    for name in ("one", "two"):
        announce(redis_world, presence_of(library, name))
    alike = found(examine_workers, examined(redis_world, library))
    announce(redis_world, WorkerEntry("three", 2, "sha256:two", {}))

    differing = found(examine_workers, examined(redis_world, library))

    assert [("ok", "2 ready")] == alike
    assert [
        ("ok", "3 ready"),
        ("warning", "They use libraries of different generations: 1, 2."),
    ] == differing


@pytest.mark.parametrize(
    ("is_alive", "ready", "expected"),
    [
        pytest.param(False, False, 0, id="there_is_none"),
        pytest.param(True, True, 0, id="alive_and_ready"),
        pytest.param(True, False, 1, id="alive_and_not_ready"),
    ],
)
def test_the_worker_of_this_machine(redis_world, library, tmp_path, is_alive, ready, expected):
    folder = tmp_path / "state"
    if is_alive:
        show_alive(folder)
        show_ready(folder, ready=ready)

    findings = found(examine_this_machine, examined(redis_world, library, state_dir=folder))

    assert expected == len(findings)


@pytest.mark.parametrize(
    ("digest", "level"),
    [
        pytest.param(None, "ok", id="nobody_used_the_generation"),
        pytest.param("own", "ok", id="this_one_has_it"),
        pytest.param("sha256:other", "fault", id="another_one_has_it"),
    ],
)
def test_the_library_of_a_generation(redis_world, library, digest, level):
    if digest is not None:
        own = library.digest if digest == "own" else digest
        redis_world.client.hset(redis_world.keys.meta, "generation:1", own)

    ((seen, _),) = found(examine_library, examined(redis_world, library))

    assert level == seen


@pytest.mark.parametrize(
    ("next_review", "expected"),
    [
        pytest.param(None, 0, id="no_review"),
        pytest.param("2199-12", 0, id="to_come"),
        pytest.param("2025-12", 1, id="past"),
    ],
)
def test_a_version_past_its_review(redis_world, library, next_review, expected):
    versions = tuple(
        dataclasses.replace(version, next_review=next_review) for version in library.versions
    )
    patient = examined(redis_world, with_versions(library, versions))

    assert expected == len(found(examine_review, patient))


@pytest.mark.parametrize(
    ("days", "level"),
    [
        pytest.param(1, "ok", id="last_day"),
        pytest.param(0, "warning", id="first_day_that_it_does_not_know"),
    ],
)
def test_a_table_of_diagnoses_past_its_end(redis_world, library, days, level):
    today = examined(redis_world, library).survey.today
    table = Icd10cmTable([], date(2024, 10, 1), today + timedelta(days=days))
    patient = examined(redis_world, dataclasses.replace(library, icd10cm=table))

    ((seen, said),) = found(examine_diagnosis_table, patient)

    assert level == seen
    assert f"{table.knows_to}" in said


def test_nothing_published_has_no_readers_to_miss(redis_world, library):
    assert [] == found(examine_readers, examined(redis_world, library))


def test_determinations_that_nobody_reads(redis_world, library):
    work_off(redis_world, library, EVENT)

    ((level, said),) = found(examine_readers, examined(redis_world, library))

    assert "warning" == level
    assert said.startswith("No consumer group reads the determinations")


@pytest.mark.parametrize(
    ("published", "delivered", "acknowledged", "level", "said"),
    [
        pytest.param(1000, 0, 0, "ok", "1000 unread", id="some_unread"),
        pytest.param(1001, 0, 0, "warning", "has not received 1001", id="too_many_unread"),
        pytest.param(1001, 1001, 1, "ok", "1000 unacknowledged", id="some_unacknowledged"),
        pytest.param(1001, 1001, 0, "warning", "not acknowledged 1001", id="too_many_of_them"),
    ],
)
def test_a_group_that_does_not_keep_up(
    redis_world, library, published, delivered, acknowledged, level, said
):
    stream = redis_world.keys.determinations
    pipeline = redis_world.client.pipeline(transaction=False)
    for number in range(1, published + 1):
        pipeline.xadd(stream, {"event": "{}"}, id=f"{number}-0")
    pipeline.xgroup_create(stream, "payments", id="0")
    pipeline.execute()
    if delivered:
        redis_world.client.xreadgroup("payments", "one", {stream: ">"}, count=delivered)
    for number in range(1, acknowledged + 1):
        redis_world.client.xack(stream, "payments", f"{number}-0")

    ((seen, words),) = found(examine_readers, examined(redis_world, library))

    assert level == seen
    assert said in words


def test_each_of_very_many_groups_is_looked_at(redis_world, library):
    stream = redis_world.keys.determinations
    pipeline = redis_world.client.pipeline(transaction=False)
    for number in range(1, 1002):
        pipeline.xadd(stream, {"event": "{}"}, id=f"{number}-0")
    for number in range(101):
        pipeline.xgroup_create(stream, f"group-{number:03}", id="$")
    pipeline.xgroup_create(stream, "last", id="0")
    pipeline.execute()

    behind = [
        said
        for level, said in found(examine_readers, examined(redis_world, library))
        if level == "warning"
    ]

    assert ["Group last has not received 1001 determinations."] == behind


def test_an_estimate_is_called_one(redis_world, library, monkeypatch):
    monkeypatch.setattr(consumer_lag, "COUNTED_MAX", 2)
    stream = redis_world.keys.determinations
    for number in range(1, 11):
        redis_world.client.xadd(stream, {"event": "{}"}, id=f"{number}-0")
    redis_world.client.xgroup_create(stream, "payments", id="5-0")

    ((_, said),) = found(examine_readers, examined(redis_world, library))

    assert "group payments: about 6 unread, 0 unacknowledged" == said


def test_a_broker_of_its_own_that_answers_and_then_does_not(redis_world, library):
    with embedded_redis() as broker:
        patient = examined(redis_world, library, broker_url=broker.url)
        answers = found(examine_broker, patient)

    away = found(examine_broker, patient)

    assert [("ok", "it answers")] == answers
    assert ["fault"] == [level for level, _ in away]


@pytest.mark.parametrize(
    ("maxmemory", "expected"),
    [pytest.param(0, 0, id="no_limit"), pytest.param(1, 1, id="a_limit")],
)
def test_orders_through_a_redis_that_may_be_full(redis_world, library, maxmemory, expected):
    patient = examined(redis_world, library, {"maxmemory": maxmemory})

    assert expected == len(found(examine_broker, patient))
