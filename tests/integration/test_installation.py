"""An installation of one's own: it gets ready, is mended, and ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.processes import eventually, is_running
from worker.config.connections import redis_client
from worker.replay.queue_watch import QueueStands, QueueWatch
from worker.sandbox.installation import NotStarted, installation
from worker.sandbox.server_binary import NoServerBinary
from worker.store.keys import Keys


def test_workers_are_ready_and_end_with_exit_0_and_all_is_gone_after():
    with installation(workers=2) as own:
        folder = own.redis.folder
        pids = [worker.pid for worker in own.workers]
        were_ready = [worker.is_ready for worker in own.workers]
        codes = [worker.stop() for worker in own.workers]

    assert [True, True] == were_ready
    assert [0, 0] == codes
    assert not any(map(is_running, pids))
    assert not folder.exists()


def test_a_worker_that_was_killed_is_started_again():
    with installation(workers=1) as own:
        worker = own.workers[0]
        before = worker.pid
        worker.kill()
        was_running = worker.is_running
        own.mend()
        own.wait_until_ready()
        after = worker.pid

    assert not was_running
    assert after not in (0, before)


def test_a_worker_that_runs_is_left_alone_by_mending():
    with installation(workers=1) as own:
        before = own.workers[0].pid
        own.mend()

        assert before == own.workers[0].pid


def test_the_settings_of_the_environment_do_not_count_for_its_workers(monkeypatch):
    monkeypatch.setenv("MRS_PREFIX", "somebody-elses")
    monkeypatch.setenv("mrs_lanes", "3")

    with installation(workers=1) as own, redis_client(own.settings) as redis:
        keys = {key.split(b":")[0] for key in redis.scan_iter()}
        lanes = redis.hget(Keys("mrs").meta, "lanes")

    assert ({b"mrs"}, b"16") == (keys, lanes)


def test_a_worker_that_cannot_work_is_named_with_its_last_words(tmp_path):
    refused = installation(workers=1, settings={"library": tmp_path})

    with pytest.raises(NotStarted, match=r"worker-1 did not get ready: .*refused"), refused:
        pass


def test_a_worker_that_does_not_end_in_time_is_killed(monkeypatch):
    monkeypatch.setattr("worker.sandbox.installation.END_SECONDS", 0.2)

    with installation(workers=1) as own:
        pid = own.workers[0].pid
        os.kill(pid, signal.SIGSTOP)
        code = own.workers[0].stop()

    assert -signal.SIGKILL == code
    assert not is_running(pid)


def test_without_a_server_to_run_nothing_is_started(monkeypatch):
    def find_none() -> Path:
        raise NoServerBinary

    monkeypatch.setattr("worker.sandbox.redis_server.find_server_binary", find_none)

    with pytest.raises(NotStarted, match="Install one"), installation():
        pass


def test_asked_to_end_it_ends_in_good_order_and_what_was_set_before_holds_again():
    before = signal.getsignal(signal.SIGTERM)
    folder, code = Path(), None

    try:
        with installation(workers=0) as own:
            folder = own.redis.folder
            os.kill(os.getpid(), signal.SIGTERM)
            eventually(lambda: False, seconds_max=5)
    except SystemExit as ended:
        code = ended.code

    assert 128 + signal.SIGTERM == code
    assert not folder.exists()
    assert before is signal.getsignal(signal.SIGTERM)


def test_a_queue_that_nobody_works_off_is_said_to_stand(redis_client):
    keys = Keys("mrs")
    redis_client.xadd(keys.door, {"event": b"{}"})
    redis_client.xadd(keys.stream("07"), {"event": b"{}"})
    watch = QueueWatch(redis_client, keys, lanes=16)
    looked: list[int] = []

    with pytest.raises(QueueStands, match="2 events in it"):
        watch.wait_until_drained(looked.append, seconds_without_progress=0.1)

    assert {2} == set(looked)


def test_the_number_of_lanes_that_the_installation_keeps_outweighs_ours(redis_client):
    keys = Keys("mrs")
    redis_client.hset(keys.meta, "lanes", 20)
    redis_client.xadd(keys.stream("19"), {"event": b"{}"})

    assert 1 == QueueWatch(redis_client, keys, lanes=16).waiting()
