"""An installation is known by an id, and nothing is decided in another that takes its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from tests.support.worlds import TERMS, RedisWorld, take
from worker.config.settings import load_settings
from worker.failures import InstallationMismatch, WrongKeyType
from worker.store.compatibility import Compatibility
from worker.store.installation import KnownInstallation, accept_installation

DOOR_EVENT = {b"event": b"x"}


@pytest.fixture
def known(tmp_path: Path) -> KnownInstallation:
    return KnownInstallation(tmp_path / "known")


def terms(known: KnownInstallation | str) -> Compatibility:
    return TERMS._replace(installation=known if isinstance(known, str) else known.id)


def agree(world: RedisWorld, known: KnownInstallation) -> str:
    known.learn(world.store.agree(terms(known)))
    return known.id


def test_the_first_worker_of_an_empty_redis_gives_the_id_and_others_take_it_over(
    redis_world, known, tmp_path
):
    first = agree(redis_world, known)

    assert 32 == len(first)
    assert first == agree(redis_world, KnownInstallation(tmp_path / "of another machine"))
    assert first == KnownInstallation(tmp_path / "known").id


def test_an_installation_of_an_older_release_gets_an_id(redis_world, known):
    redis_world.client.hset("mrs:meta", mapping={"lanes": 4, "generation:1": "sha256:one"})
    redis_world.client.hset("mrs:counters", "routed", 7)

    assert agree(redis_world, known)


def test_events_that_came_before_the_first_worker_are_no_past(redis_world, known):
    redis_world.send(DOOR_EVENT)
    redis_world.client.xgroup_create("mrs:determinations", "billing", "0", mkstream=True)

    assert agree(redis_world, known)


@pytest.mark.parametrize("key", ["counters", "determinations"])
def test_decisions_without_an_installation_are_no_new_one(redis_world, known, key):
    """The meta key alone was deleted or evicted."""
    if key == "counters":
        redis_world.client.hset("mrs:counters", "routed", 7)
    else:
        redis_world.client.xadd("mrs:determinations", DOOR_EVENT)

    with pytest.raises(InstallationMismatch) as lost:
        agree(redis_world, known)

    assert ("installation", "none") == (lost.value.matter, lost.value.found)


def test_no_lane_is_taken_in_a_redis_that_lost_everything(redis_world, known):
    agree(redis_world, known)
    redis_world.client.flushdb()
    redis_world.send_to_lane(0, DOOR_EVENT)

    with pytest.raises(InstallationMismatch, match="its data was lost"):
        take(redis_world, "00", terms(known))
    assert 0 == redis_world.takes("00")


def test_no_lane_is_taken_in_another_redis(redis_world, known):
    agree(redis_world, known)
    redis_world.client.flushdb()
    other = redis_world.store.agree(TERMS)
    redis_world.send_to_lane(0, DOOR_EVENT)

    with pytest.raises(InstallationMismatch) as another:
        take(redis_world, "00", terms(known))
    assert other == another.value.found


def test_a_worker_that_remembers_stops_those_that_believed_the_empty_redis(
    redis_world, known, tmp_path
):
    agree(redis_world, known)
    redis_world.client.flushdb()
    fresh = KnownInstallation(tmp_path / "fresh disk")
    agree(redis_world, fresh)
    redis_world.send_to_lane(0, DOOR_EVENT)

    with pytest.raises(InstallationMismatch):
        agree(redis_world, known)

    with pytest.raises(InstallationMismatch):
        agree(redis_world, fresh)
    with pytest.raises(InstallationMismatch):
        take(redis_world, "00", terms(fresh))


def test_once_an_operator_has_accepted_it_all_go_on(redis_world, known, tmp_path):
    agree(redis_world, known)
    redis_world.client.flushdb()
    with pytest.raises(InstallationMismatch):
        agree(redis_world, known)

    accepted = accept_installation(redis_world.client, redis_world.keys, [])

    assert accepted == agree(redis_world, known)
    assert accepted == agree(redis_world, KnownInstallation(tmp_path / "fresh disk"))
    redis_world.send_to_lane(0, DOOR_EVENT)
    assert take(redis_world, "00", terms(known))


def test_who_comes_back_late_with_an_old_memory_stops_alone(redis_world, known, tmp_path):
    late = KnownInstallation(tmp_path / "off for a week")
    late.learn("0" * 32)
    agree(redis_world, known)
    accept_installation(redis_world.client, redis_world.keys, [])

    with pytest.raises(InstallationMismatch):
        agree(redis_world, late)

    assert agree(redis_world, known)
    accept_installation(redis_world.client, redis_world.keys, [])
    assert known.id == agree(redis_world, late)


def test_what_is_remembered_elsewhere_can_be_accepted_beforehand(redis_world, known):
    known.learn("0" * 32)

    accepted = accept_installation(redis_world.client, redis_world.keys, [known.id])

    assert accepted == agree(redis_world, known)


def test_accepting_twice_changes_nothing(redis_world, known):
    agree(redis_world, known)
    once = accept_installation(redis_world.client, redis_world.keys, [known.id])
    before = redis_world.everything()

    assert once == accept_installation(redis_world.client, redis_world.keys, [known.id])
    assert before == redis_world.everything()


def test_a_restored_backup_of_the_same_installation_needs_nobody(redis_world, known):
    agree(redis_world, known)
    backup = redis_world.client.dump("mrs:meta")
    redis_world.client.flushdb()
    with pytest.raises(InstallationMismatch):
        agree(redis_world, known)

    redis_world.client.restore("mrs:meta", 0, backup, replace=True)

    assert known.id == agree(redis_world, known)


@pytest.mark.parametrize(
    "content", ["", "of somebody", "0" * 31, "0" * 33, "G" * 32, "é" * 32], ids=repr
)
def test_a_file_that_holds_no_id_is_no_memory(tmp_path, content):
    (tmp_path / "known").write_text(content)

    assert "" == KnownInstallation(tmp_path / "known").id


def test_without_a_folder_to_write_to_the_process_remembers(redis_world, tmp_path):
    (tmp_path / "state").write_text("a file where a folder should be")
    known = KnownInstallation(tmp_path / "state" / "known")

    assert agree(redis_world, known)


def test_each_address_and_prefix_has_a_memory_of_its_own(tmp_path):
    def of(url: str, prefix: str) -> KnownInstallation:
        return KnownInstallation.of(load_settings(redis_url=url, prefix=prefix, state_dir=tmp_path))

    of("redis://a", "mrs").learn("0" * 32)

    assert "0" * 32 == of("redis://a", "mrs").id
    assert "" == of("redis://a", "mrs-1").id == of("redis://b", "mrs").id


@pytest.mark.parametrize("key", ["counters", "determinations", "dead-letters", "events", "takes"])
def test_keys_of_another_program_among_ours_keep_a_worker_from_agreeing(
    redis_client: Redis, redis_world, known, key
):
    agree(redis_world, known)
    redis_client.set(f"mrs:{key}", "of another")

    with pytest.raises(WrongKeyType, match="which program shares this Redis"):
        agree(redis_world, known)
