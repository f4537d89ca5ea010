"""Orders go to Celery's queue with no more than a place in them; taking them can be stopped."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from redis import Redis

from worker.app import make_app
from worker.config.settings import load_settings
from worker.failures import BrokerUnavailable, WorkerStarting
from worker.intake.celery_dispatch import CeleryDispatch
from worker.intake.shard_watch import ShardPlace
from worker.store.keys import DOOR

BROKER = "redis://broker:6379/0"


class Consumer:
    """What Celery has inside a worker: the part that takes messages."""

    def __init__(self) -> None:
        self.task_consumer: Consumer | None = self
        self.connection: object | None = self
        self.away_because: BaseException | None = None
        self.is_consuming = True
        self.done: list[str] = []

    def call_soon(self, act: Any, *arguments: Any) -> None:
        act(*arguments)

    def consuming_from(self, queue: str) -> bool:
        return self.is_consuming

    def add_task_queue(self, queue: str) -> None:
        self.is_consuming = True
        self.done.append(f"add {queue}")

    def cancel_task_queue(self, queue: str) -> None:
        self.is_consuming = False
        self.done.append(f"cancel {queue}")


class Worker:
    """What Celery gives to a bootstep."""

    def __init__(self, app: Any = None) -> None:
        self.app = app
        self.consumer: Consumer | None = Consumer()


@pytest.mark.parametrize(
    ("place", "task", "arguments"),
    [
        pytest.param(DOOR, "mrs.route", [], id="the door"),
        pytest.param("07", "mrs.drain", [7], id="a lane"),
    ],
)
def test_an_order_names_its_place_and_nothing_else(
    redis_url: str, redis_client: Redis, place, task, arguments
):
    app = make_app(load_settings(redis_url=redis_url))

    went_off = CeleryDispatch(Worker(app), BROKER).send(ShardPlace(0, place))

    assert went_off
    (message,) = (json.loads(raw) for raw in redis_client.lrange("mrs:celery:drain", 0, -1))
    assert task == message["headers"]["task"]
    assert None is message["headers"]["expires"]
    assert arguments == json.loads(base64.b64decode(message["body"]))[0]


def test_an_order_that_the_broker_does_not_take_is_no_surprise():
    app = make_app(load_settings(redis_url="unix:///nowhere/redis.sock"))

    assert not CeleryDispatch(Worker(app), BROKER).send(ShardPlace(0, DOOR))


def test_all_of_celerys_keys_stand_under_the_prefix(redis_url: str, redis_client: Redis):
    app = make_app(load_settings(redis_url=redis_url, prefix="{mrs-1}"))

    CeleryDispatch(Worker(app), BROKER).send(ShardPlace(0, DOOR))

    keys = set(redis_client.scan_iter())
    assert b"{mrs-1}:celery:drain" in keys
    assert all(key.startswith(b"{mrs-1}:celery:") for key in keys)


def test_a_worker_is_told_once_that_it_takes_orders_again_and_each_time_that_it_does_not():
    worker = Worker()
    carrier = CeleryDispatch(worker, BROKER)

    for wanted in (True, False, False, True, True):
        carrier.accept_dispatches(wanted)

    assert worker.consumer is not None
    assert ["cancel drain", "add drain"] == worker.consumer.done


def test_a_worker_that_reconnected_is_told_anew():
    worker = Worker()
    carrier = CeleryDispatch(worker, BROKER)
    carrier.accept_dispatches(False)
    worker.consumer = Consumer()

    carrier.accept_dispatches(False)

    assert ["cancel drain"] == worker.consumer.done


def test_a_worker_without_a_connection_is_left_alone():
    worker = Worker()
    carrier = CeleryDispatch(worker, BROKER)
    assert worker.consumer is not None

    worker.consumer.task_consumer = None
    carrier.accept_dispatches(False)
    worker.consumer = None
    carrier.accept_dispatches(True)

    assert None is worker.consumer


def test_a_worker_that_consumes_has_nothing_against_it():
    CeleryDispatch(Worker(), BROKER).must_reach_broker()


@pytest.mark.parametrize("has_consumer", [True, False], ids=["not_connected", "not_set_up"])
def test_a_worker_that_never_tried_to_connect_is_starting(has_consumer):
    worker = Worker()
    assert worker.consumer is not None
    worker.consumer.connection = None
    worker.consumer = worker.consumer if has_consumer else None

    with pytest.raises(WorkerStarting):
        CeleryDispatch(worker, BROKER).must_reach_broker()


def test_why_the_broker_is_away_and_where_it_was_looked_for_is_said():
    worker = Worker()
    assert worker.consumer is not None
    worker.consumer.connection = None
    worker.consumer.away_because = ConnectionRefusedError("Connection refused.")

    with pytest.raises(BrokerUnavailable, match=f"at {BROKER} refused the connection"):
        CeleryDispatch(worker, BROKER).must_reach_broker()


def test_a_consumer_that_somebody_cancelled_is_named():
    worker = Worker()
    assert worker.consumer is not None
    worker.consumer.cancel_task_queue("drain")

    with pytest.raises(BrokerUnavailable, match="its consumer was cancelled"):
        CeleryDispatch(worker, BROKER).must_reach_broker()


def test_a_consumer_that_this_worker_stopped_itself_is_not_held_against_it():
    worker = Worker()
    carrier = CeleryDispatch(worker, BROKER)
    carrier.accept_dispatches(False)

    carrier.must_reach_broker()


def test_a_broker_that_would_not_take_a_dispatch_is_unusable_until_it_takes_one(
    redis_url: str, redis_client: Redis
):
    carrier = CeleryDispatch(Worker(make_app(load_settings(redis_url=redis_url))), BROKER)
    redis_client.config_set("maxmemory", 1)
    assert not carrier.send(ShardPlace(0, DOOR))
    with pytest.raises(BrokerUnavailable, match="is full and takes no more data"):
        carrier.must_reach_broker()

    redis_client.config_set("maxmemory", 0)

    carrier.must_reach_broker()
    assert 1 == redis_client.llen("mrs:celery:drain")


@pytest.mark.parametrize(("lease_seconds", "limit"), [(0.5, 15.5), (10, 25), (600, 25)])
def test_a_childs_time_limit_is_above_its_slice_and_ends_within_the_minute(lease_seconds, limit):
    app = make_app(load_settings(lease_seconds=lease_seconds))

    assert limit == app.conf.task_time_limit


def test_celery_is_set_to_carry_orders_that_may_be_lost():
    configuration = make_app(load_settings()).conf

    assert False is configuration.task_acks_late
    assert True is configuration.task_ignore_result
    assert ["json"] == configuration.accept_content
    assert 1 == configuration.worker_prefetch_multiplier
    assert None is configuration.broker_connection_max_retries
    assert False is configuration.worker_enable_remote_control
    assert {"mrs.route", "mrs.drain"} <= set(make_app(load_settings()).tasks)
