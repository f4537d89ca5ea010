"""What the doctor finds wrong with Redis, its clock and the login there."""

from __future__ import annotations

import time

import pytest
from redis import Redis

from tests.support.patients import changed, examined, found, knowing
from tests.support.worlds import RedisWorld
from worker.doctor.clock_checks import examine_clock, examine_stamps
from worker.doctor.redis_checks import (
    examine_eviction,
    examine_memory,
    examine_persistence,
    examine_role,
    examine_version,
)
from worker.doctor.rights_checks import examine_rights
from worker.metrics import counters
from worker.store.arguments import ARGUMENT_BYTES_MAX

SPREAD = "It is a Redis Cluster, and MRS_PREFIX has no hash tag: our keys would be spread."
SOUND = {
    "aof_enabled": 1,
    "aof_last_write_status": "ok",
    "aof_last_bgrewrite_status": "ok",
    "rdb_last_bgsave_status": "ok",
}


@pytest.mark.parametrize(
    ("version", "level"),
    [
        pytest.param("6.0.20", "fault", id="too_old"),
        pytest.param("6.2.0", "warning", id="does_not_count_what_comes"),
        pytest.param("7.0.0", "ok", id="counts_it"),
        pytest.param("8.2.1", "ok", id="newer"),
    ],
)
def test_the_version(redis_world, library, version, level):
    ((seen, _),) = found(
        examine_version, examined(redis_world, library, {"redis_version": version})
    )

    assert level == seen


@pytest.mark.parametrize(
    ("facts", "prefix", "expected"),
    [
        pytest.param({"role": "master"}, "mrs", [], id="a_master"),
        pytest.param(
            {"role": "slave"},
            "mrs",
            [("fault", "It is a replica: it cannot be written to.")],
            id="a_replica",
        ),
        pytest.param(
            {"loading": 1}, "mrs", [("fault", "It is still loading its data.")], id="loading"
        ),
        pytest.param(
            {"cluster_enabled": 1},
            "mrs",
            [("fault", SPREAD)],
            id="a_cluster_without_hash_tag",
        ),
        pytest.param({"cluster_enabled": 1}, "{mrs-0}", [], id="a_cluster_with_hash_tag"),
    ],
)
def test_whether_it_can_be_written(redis_world, library, facts, prefix, expected):
    patient = examined(redis_world, library, facts, prefix=prefix)

    assert expected == found(examine_role, patient)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({"aof_enabled": 0}, "the append-only file is off", id="off"),
        pytest.param(
            {"aof_last_write_status": "err"},
            "the last write to the append-only file failed",
            id="write_failed",
        ),
        pytest.param(
            {"aof_last_bgrewrite_status": "err"},
            "the last rewrite of the append-only file failed",
            id="rewrite_failed",
        ),
        pytest.param({"rdb_last_bgsave_status": "err"}, "the last snapshot failed", id="snapshot"),
    ],
)
def test_persistence_that_is_off_or_fails_is_a_fault(redis_world, library, facts, said):
    patient = examined(redis_world, library, SOUND | facts)

    findings = found(examine_persistence, patient)

    assert ("fault", f"It does not keep what it acknowledges: {said}.") in findings


@pytest.mark.parametrize(
    ("appendfsync", "level"),
    [
        pytest.param("always", "ok", id="always"),
        pytest.param("everysec", "warning", id="everysec"),
        pytest.param("no", "fault", id="no"),
    ],
)
def test_how_often_writes_go_to_disk(redis_server, library, appendfsync, level):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        client.config_set("appendfsync", appendfsync)
        ((seen, _),) = found(examine_persistence, examined(RedisWorld(client), library))

    assert level == seen


@pytest.mark.parametrize(
    ("policy", "maxmemory", "expected"),
    [
        pytest.param("noeviction", 1, [], id="never"),
        pytest.param("allkeys-lru", 1, ["fault"], id="when_full"),
        pytest.param("allkeys-lru", 0, ["warning"], id="were_there_a_limit"),
    ],
)
def test_a_redis_that_throws_records_away(redis_world, library, policy, maxmemory, expected):
    patient = examined(redis_world, library, {"maxmemory_policy": policy, "maxmemory": maxmemory})

    assert expected == [level for level, _ in found(examine_eviction, patient)]


@pytest.mark.parametrize(
    ("used", "maxmemory", "level"),
    [
        pytest.param(75, 100, "ok", id="three_quarters"),
        pytest.param(76, 100, "warning", id="more"),
        pytest.param(84, 100, "warning", id="just_below_the_mark"),
        pytest.param(85, 100, "fault", id="at_the_mark_where_workers_stop"),
        pytest.param(1, 0, "warning", id="no_limit"),
    ],
)
def test_memory(redis_server, library, used, maxmemory, level):
    facts = {"used_memory": used, "mem_not_counted_for_evict": 0, "maxmemory": maxmemory}
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        patient = examined(RedisWorld(client), library, facts)

        assert [level] == [seen for seen, _ in found(examine_memory, patient)]


def test_texts_that_are_shorter_than_a_record_may_be(redis_server, library):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        client.config_set("proto-max-bulk-len", "64mb")
        findings = found(examine_memory, examined(RedisWorld(client), library))

    assert (
        "fault",
        "It accepts values of at most 67108864 bytes; a member's record may be longer.",
    ) in findings


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        pytest.param("normal 0 0 0", False, id="none"),
        pytest.param(f"normal {ARGUMENT_BYTES_MAX} 0 0", True, id="just_too_small"),
        pytest.param(f"normal {2 * ARGUMENT_BYTES_MAX} 0 0", False, id="large_enough"),
    ],
)
def test_answers_may_be_as_long_as_a_record(redis_server, library, limits, expected):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        client.config_set("client-output-buffer-limit", limits)
        findings = found(examine_memory, examined(RedisWorld(client), library))

    cut_off = [said for level, said in findings if level == "warning" and "cuts answers" in said]
    assert expected is bool(cut_off)


@pytest.mark.parametrize(
    ("seconds", "level"),
    [
        pytest.param(0, "ok", id="the_same"),
        pytest.param(10, "warning", id="ahead"),
        pytest.param(-10, "warning", id="behind"),
    ],
)
def test_a_clock_that_is_not_this_machines(redis_world, library, seconds, level):
    patient = changed(examined(redis_world, library), now=time.time() + seconds)

    ((seen, said),) = found(examine_clock, patient)

    assert level == seen
    assert ("ahead of" in said) is (seconds > 0)


@pytest.mark.parametrize("stream", ["events", "determinations"])
def test_a_clock_that_was_set_back(redis_world, library, stream):
    later = redis_world.now() + 60_000
    redis_world.client.xadd(f"mrs:{stream}", {"event": "{}"}, id=f"{later}-0")

    _, (level, said) = found(examine_clock, examined(redis_world, library))

    assert level == "fault"
    assert f"The last of the {stream} is stamped" in said


def test_a_login_that_may_do_what_a_worker_does(redis_world, library):
    assert [("ok", "the default user may read and run our scripts")] == found(
        examine_rights, examined(redis_world, library)
    )


def test_a_login_that_may_not(redis_server, library):
    socket = str(redis_server.socket_path)
    with Redis(unix_socket_path=socket) as owner:
        allow(owner, "reader", ["mrs:events"], "+@connection", "+xlen", "+evalsha", "+script")
        patient = examined(
            RedisWorld(owner), library, redis_url=f"unix://reader:secret@{socket}?db=0"
        )
    with Redis(unix_socket_path=socket, username="reader", password="secret") as reader:
        findings = found(examine_rights, knowing(patient, client=reader))

    assert [
        ("fault", "user reader may not read the determinations."),
        ("fault", "user reader may not read members' records."),
        ("fault", "user reader may not read Celery's keys."),
    ] == findings


def test_a_login_that_may_not_ask_how_redis_is_configured(redis_server, library):
    socket = str(redis_server.socket_path)
    with Redis(unix_socket_path=socket) as owner:
        allow(owner, "worker", ["*"], "+@all", "-config")
    with Redis(unix_socket_path=socket, username="worker", password="secret") as worker:
        findings = found(examine_persistence, examined(RedisWorld(worker), library))

    assert [("warning", "This login may not read how often writes go to disk.")] == findings


def allow(owner: Redis, user: str, keys: list[str], *commands: str) -> None:
    owner.acl_setuser(user, enabled=True, passwords=["+secret"], keys=keys, commands=commands)


def test_events_stamped_ahead_of_their_arrival_are_named_by_type(redis_world, library):
    none = found(examine_stamps, examined(redis_world, library))
    for name, count in (("claim.submitted.v1", 2), ("imaging.reported.v1", 1)):
        field = f"{counters.STAMPED_AHEAD}{counters.SEPARATOR}{name}"
        redis_world.client.hincrby(redis_world.keys.counters, field, count)

    ((level, said),) = found(examine_stamps, examined(redis_world, library))

    assert [] == none
    assert "ok" == level
    assert "so far 3 events had a time more than 10 minutes after their arrival" in said
    assert "(claim.submitted.v1 2, imaging.reported.v1 1)" in said
