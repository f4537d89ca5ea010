"""A process works with connections of its own, at the pace that its settings allow."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.processes import eventually, is_running
from worker.config.connections import impatient_client
from worker.config.connections import redis_client as client_of
from worker.config.settings import Settings, load_settings
from worker.intake.runtime import Runtimes, library_of, limits_of, make_runtime
from worker.processes.deadline import NO_DEADLINE, deadline
from worker.processes.orphans import end_with_parent
from worker.processes.shutdown import end_in_time


@pytest.fixture
def settings(redis_url: str, tmp_path: Path) -> Settings:
    return load_settings(redis_url=redis_url, state_dir=tmp_path, accept_risks="persistence")


def in_a_child(act: Callable[[], object]) -> int:
    """What a forked child came to that did something: its exit code, or minus its signal."""
    pid = os.fork()
    if pid == 0:  # pragma: no cover  # another process
        try:
            act()
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def test_a_turn_at_the_door_goes_on_in_the_lanes_that_it_reached(settings, redis_client: Redis):
    redis_client.xadd("mrs:events", {"event": encoded(event_of(CLAIM))})

    make_runtime(settings).route()

    assert 1 == redis_client.xlen("mrs:determinations")
    assert [] == [key for key in redis_client.scan_iter() if b":lease:" in key]


def test_a_turn_in_a_lane_works_there_alone(settings, redis_client: Redis):
    for lane in ("00", "01"):
        event = encoded(event_of(CLAIM, member_id=f"M-{lane}"))
        redis_client.xadd(f"mrs:lane:{lane}", {"event": event})

    make_runtime(settings).drain(1)

    assert (1, 0) == (redis_client.xlen("mrs:lane:00"), redis_client.xlen("mrs:lane:01"))


@pytest.mark.parametrize("lane", [-1, 16, "x", None, [1]])
def test_an_order_for_a_lane_that_there_is_not_does_nothing(settings, redis_client: Redis, lane):
    make_runtime(settings).drain(lane)

    assert [] == redis_client.keys()


def test_a_process_keeps_its_runtime_and_a_child_makes_its_own(settings: Settings):
    runtimes = Runtimes(settings)
    mine = runtimes.current()

    def of_the_child() -> None:  # pragma: no cover  # another process
        its = runtimes.current()
        is_right = its is not mine and its.library is mine.library and its.guard is not NO_DEADLINE
        os._exit(7 if is_right else 1)

    assert mine is runtimes.current()
    assert NO_DEADLINE is mine.guard
    assert 7 == in_a_child(of_the_child)


def test_the_library_is_loaded_once(settings: Settings):
    assert library_of(settings) is library_of(settings)


def test_a_worker_asks_once_where_others_ask_again(settings: Settings):
    with impatient_client(settings) as client, client_of(settings) as patient:
        assert 0 == client.get_retry().get_retries()
        assert 0 < patient.get_retry().get_retries()


@pytest.mark.parametrize(
    ("lease_seconds", "slice_seconds"),
    [
        pytest.param(0.5, 0.25, id="the shortest lease"),
        pytest.param(9.9, 4.95, id="half of the lease"),
        pytest.param(10.0, 5.0, id="as shipped"),
        pytest.param(600.0, 5.0, id="never longer than some seconds"),
    ],
)
def test_a_slice_ends_well_before_its_lease(settings: Settings, lease_seconds, slice_seconds):
    pace = limits_of(load_settings(lease_seconds=lease_seconds))

    assert slice_seconds == pace.slice_seconds
    assert lease_seconds * 1000 == pace.lease_milliseconds


def test_work_that_ends_in_time_is_left_alone():
    def quick() -> None:  # pragma: no cover  # another process
        guard = deadline(0.2)
        for _ in range(3):
            with guard():
                pass
        time.sleep(0.4)

    assert 0 == in_a_child(quick)


def test_work_that_never_ends_ends_its_process():
    def endless() -> None:  # pragma: no cover  # another process
        with deadline(0.1)():
            while True:
                pass

    assert -signal.SIGALRM == in_a_child(endless)


def test_work_that_never_comes_back_to_python_ends_its_process():
    def stuck() -> None:  # pragma: no cover  # another process
        with deadline(0.1)():
            "x" in iter(int, 1)  # noqa: B015  # an endless loop in C

    assert -signal.SIGALRM == in_a_child(stuck)


def test_a_child_ends_when_its_parent_has(tmp_path: Path):
    told = tmp_path / "pid"

    def parent() -> None:  # pragma: no cover  # another process
        itself = os.getpid()
        if os.fork() == 0:
            end_with_parent(itself, lease_seconds=0.2)
            told.write_text(str(os.getpid()))
            time.sleep(30)
        eventually(told.exists)

    in_a_child(parent)

    assert eventually(lambda: not is_running(int(told.read_text())), 20)


def test_a_child_ends_whose_parent_died_before_it_could_look(tmp_path: Path):
    told = tmp_path / "pid"

    def parent() -> None:  # pragma: no cover  # another process
        itself = os.getpid()
        if os.fork() == 0:
            eventually(lambda: os.getppid() != itself)
            told.write_text(str(os.getpid()))
            end_with_parent(itself, lease_seconds=0.2)
            time.sleep(120)

    in_a_child(parent)

    assert eventually(told.exists, 60)
    assert eventually(lambda: not is_running(int(told.read_text())), 60)


def test_a_child_whose_parent_lives_goes_on():
    parent = os.getpid()

    def child() -> None:  # pragma: no cover  # another process
        end_with_parent(parent, lease_seconds=0.05)
        time.sleep(0.3)
        os._exit(7)

    assert 7 == in_a_child(child)


def test_a_worker_that_cannot_end_is_ended_in_good_order():
    def hanging() -> None:  # pragma: no cover  # another process
        end_in_time("SIGTERM", 0.1)
        time.sleep(30)
        os._exit(7)

    assert 0 == in_a_child(hanging)
