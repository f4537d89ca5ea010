"""The doors of an installation of several shards: each claim goes to its member's shard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from doors.fhir.desk import WITH_HISTORY, QueueDesk, claim_event, determined
from doors.fhir.terms import DoorTerms
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.doors.x12.files_837 import SIMPLE, events_of
from tests.support.archives import PUBLISHED, run
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.fhir_messages import day_as_fhir
from tests.support.sharded_days import ShardedDay, worked_off
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.config.settings import load_settings
from worker.config.shards import shard_of
from worker.sandbox.redis_server import embedded_redis
from worker.store.shards import open_shards

pytestmark = pytest.mark.xdist_group("test_sharded_doors")

SHARDS = 4


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.fixture(scope="module", autouse=True)
def day(library) -> Iterator[ShardedDay]:
    """The day, decided in four shards on one server, which the settings name."""
    with embedded_redis({"appendonly": "no"}) as server, pytest.MonkeyPatch.context() as patch:
        where = {"redis_url": server.url, "broker_url": server.url, "shards": SHARDS, "lanes": 4}
        worked_off(where, library)
        day = ShardedDay(where, (server,))
        for name, value in day.environment.items():
            patch.setenv(name, value)
        yield day


def waiting() -> list[int]:
    """How many events are at the door of each shard."""
    with open_shards(load_settings()) as shards:
        return [each.redis.xlen(each.keys.door) for each in shards]


def decide_all(library: Library) -> None:
    with open_shards(load_settings()) as shards:
        for each in shards:
            work_off(RedisWorld(each.redis, each.keys.prefix), library)


@pytest.mark.parametrize(("door", "ending"), [("x12", "*.277"), ("fhir", "*.json")])
def test_the_determinations_of_all_shards_are_answered(door, ending, tmp_path):
    result = run(door, "answers", str(tmp_path), "--idle-seconds", "3")

    answered = {path.name.partition(".")[0] for path in tmp_path.glob(ending)}
    assert 0 == result.exit_code, result.output
    assert PUBLISHED == len(answered)


def test_what_fhir_brings_waits_in_the_shards_of_its_members(library, tmp_path):
    messages, _ = day_as_fhir()
    file = tmp_path / "day.ndjson"
    file.write_bytes(b"\n".join(map(encoded, messages)))

    result = run("fhir", "read", "--submit", str(file))

    assert 0 == result.exit_code, result.output
    assert 2 < len([count for count in waiting() if count])
    decide_all(library)
    assert [0] * SHARDS == waiting()


@pytest.mark.parametrize("member", ["M-1", "M-2", "M-3", "M-5"])
def test_a_claim_at_the_fhir_door_is_previewed_sent_and_found_decided(library, member):
    desk = QueueDesk(load_settings(), DoorTerms(), lambda: library)
    event = claim_event(encoded(event_of(CLAIM, member_id=member)))

    assert desk.is_there()
    previewed, said = desk.preview(event)
    desk.send(event)
    assert determined(desk.watch(event), event) is None
    decide_all(library)

    found = determined(desk.watch(event), event)
    assert WITH_HISTORY == said
    assert found is not None
    assert [each["outcome"] for each in previewed] == [each["outcome"] for each in found]


def test_a_folder_of_x12_is_sent_to_the_shards_of_its_members(tmp_path):
    before = waiting()
    (tmp_path / "a.837").write_text(SIMPLE)
    (sent,) = events_of(SIMPLE)

    result = run("x12", "watch", str(tmp_path), "--once", "--settle", "0")

    assert 0 == result.exit_code, result.output
    own = shard_of(sent["data"]["member_id"], SHARDS)
    grown = [after - count for after, count in zip(waiting(), before, strict=True)]
    assert [int(number == own) for number in range(SHARDS)] == grown
