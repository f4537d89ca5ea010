"""Celery's own keys of another type are named, to the worker that starts and by the doctor."""

from __future__ import annotations

import pytest
from redis import Redis

from tests.support.patients import examined, found
from worker.doctor.broker_checks import examine_celery_keys
from worker.intake.celery_keys import spoiled_celery_keys
from worker.intake.tasks import QUEUE
from worker.store.keys import Keys

KEYS = Keys("mrs")
NAMES = (QUEUE, "_kombu.binding.drain", "unacked", "unacked_index")


def test_where_there_is_none_yet_none_is_spoiled(redis_client):
    assert [] == spoiled_celery_keys(redis_client, KEYS)


@pytest.mark.parametrize("name", NAMES)
def test_one_of_another_type_is_named(redis_client, name):
    redis_client.xadd(f"mrs:celery:{name}", {"a": "stream"})

    assert [f"mrs:celery:{name}"] == spoiled_celery_keys(redis_client, KEYS)


def test_those_that_celery_writes_are_whole(redis_client):
    redis_client.lpush("mrs:celery:drain", "order")
    redis_client.sadd("mrs:celery:_kombu.binding.drain", "binding")
    redis_client.hset("mrs:celery:unacked", "tag", "order")
    redis_client.zadd("mrs:celery:unacked_index", {"tag": 1})

    assert [] == spoiled_celery_keys(redis_client, KEYS)


def test_a_login_that_may_not_look_is_no_finding(redis_client):
    redis_client.xadd("mrs:celery:drain", {"a": "stream"})
    redis_client.acl_setuser("blind", enabled=True, nopass=True, commands=["+get"], keys=["*"])
    path = redis_client.connection_pool.connection_kwargs["path"]

    with Redis(unix_socket_path=path, username="blind", password="") as blind:
        assert [] == spoiled_celery_keys(blind, KEYS)

    redis_client.acl_deluser("blind")


def test_a_broker_that_is_away_is_no_finding():
    with Redis(host="127.0.0.1", port=1, retry=None) as nobody:
        assert [] == spoiled_celery_keys(nobody, KEYS)


def test_the_doctor_names_it_and_says_what_to_do(redis_world, library, shared_redis):
    patient = examined(redis_world, library, redis_url=shared_redis.url)
    before = found(examine_celery_keys, patient)
    redis_world.client.set("mrs:celery:drain", "x")

    ((level, said),) = found(examine_celery_keys, patient)

    assert [] == before
    assert ("fault", True) == (level, "mrs:celery:drain" in said)
