"""Alive and ready mean it: each cause is really brought about at a real worker."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.processes import eventually
from worker.app import make_app
from worker.client import submit
from worker.config.connections import broker_of, redis_client
from worker.metrics.snapshot import SnapshotReader
from worker.processes.health import is_ready
from worker.sandbox.installation import Installation, WorkerProcess, installation
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.keys import Keys

# One worker goes through them in their order, so one process runs them all.
pytestmark = pytest.mark.xdist_group("readiness")

LEASE_SECONDS = 1
START_SECONDS = 60
"""A busy machine takes its time to start a worker."""
LATE_SECONDS = 20
"""Less than the half minute for which a file is fresh, and enough on a busy machine."""

BLOCKED = """import signal, time
signal.signal(signal.SIGUSR2, lambda *_: time.sleep(60))
"""
"""What a worker imports first, so that a signal blocks its main thread."""

LIFE = {"starting", "ready", "not ready", "ready again", "stopping", "stopped"}


class Watched:
    """A worker with a broker of its own, seen from outside."""

    def __init__(self, own: Installation, broker: EmbeddedRedis, redis: Redis) -> None:
        self.own = own
        self.broker = broker
        self.redis = redis
        self._reader = SnapshotReader(redis, Keys("mrs"), ())

    @property
    def worker(self) -> WorkerProcess:
        return self.own.workers[0]

    @property
    def is_ready(self) -> bool:
        """As the probe and as the metric say it."""
        return is_ready(self.worker.folder, LEASE_SECONDS) and self.announced == 1

    @property
    def announced(self) -> int:
        return len(self._reader.look().workers)

    @property
    def is_out(self) -> bool:
        """Neither the probe nor the metric says that it is ready."""
        return not is_ready(self.worker.folder, LEASE_SECONDS) and self.announced == 0

    def beats(self, seconds_max: float = START_SECONDS) -> bool:
        """Whether its main thread goes on."""
        alive = self.worker.folder / "alive"
        before = alive.stat().st_mtime_ns
        return eventually(lambda: alive.stat().st_mtime_ns > before, seconds_max)

    def reasons(self) -> list[str]:
        """Why it was not ready, by its log."""
        return [line["reason"] for line in self.log() if line["event"] == "not ready"]

    def log(self) -> list[dict[str, Any]]:
        """All that it wrote, to standard output too: each line is JSON."""
        return list(map(json.loads, (self.worker.folder / "log").read_text().splitlines()))


@contextmanager
def _watched(**settings: Any) -> Iterator[Watched]:
    with (
        embedded_redis() as broker,
        installation(
            workers=1,
            settings={"lease_seconds": LEASE_SECONDS, "broker_url": broker.url, **settings},
        ) as own,
        redis_client(own.settings) as redis,
    ):
        watched = Watched(own, broker, redis)
        assert eventually(lambda: watched.is_ready, START_SECONDS)
        yield watched


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with _watched(log_level="debug") as watched:
        yield watched


def test_without_its_broker_a_worker_is_alive_and_not_ready_until_it_is_back(watched: Watched):
    watched.broker.kill()
    went_out = eventually(lambda: watched.is_out)
    beats = watched.beats()
    watched.broker.start()

    assert went_out
    assert beats
    assert eventually(lambda: watched.is_ready, START_SECONDS)
    assert (
        f"The broker cannot be used. Redis at {watched.own.settings.masked_broker_url} refused"
        in (watched.reasons()[-1])
    )


def test_a_login_that_the_broker_refuses_makes_not_ready(watched: Watched):
    with redis_client(broker_of(watched.own.settings)) as broker:
        broker.config_set("requirepass", "changed")
        broker.client_kill_filter(_type="normal", skipme=True)
        went_out = eventually(lambda: watched.is_out)
        beats = watched.beats()
        broker.config_set("requirepass", "")

    assert went_out
    assert beats
    assert "asks for a login, and MRS_BROKER_URL has none (NOAUTH)" in watched.reasons()[-1]
    assert eventually(lambda: watched.is_ready, START_SECONDS)


def test_a_consumer_is_not_cancelled_by_remote_control(watched: Watched):
    control = make_app(watched.own.settings).control

    control.cancel_consumer("drain")
    control.shutdown()
    submit([encoded(event_of(CLAIM))], redis_url=watched.own.settings.redis_url.get_secret_value())

    assert eventually(lambda: watched.redis.xlen("mrs:determinations") == 1)
    assert watched.beats()
    assert eventually(lambda: watched.is_ready, START_SECONDS)


def test_a_worker_whose_main_thread_is_blocked_is_not_ready_and_beats_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "sitecustomize.py").write_text(BLOCKED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with _watched() as watched:
        os.kill(watched.worker.pid, signal.SIGUSR2)

        assert eventually(lambda: watched.is_out)
        assert not watched.beats(3 * LEASE_SECONDS)
        assert "main thread is blocked" in watched.reasons()[-1]
        watched.worker.kill()


def test_a_worker_that_was_killed_is_not_ready_within_its_lease(watched: Watched):
    watched.worker.kill()

    assert eventually(lambda: watched.is_out, LEASE_SECONDS + LATE_SECONDS)
    watched.own.mend()
    assert eventually(lambda: watched.is_ready, START_SECONDS)


def test_the_log_is_json_from_the_first_byte_and_tells_a_workers_life(watched: Watched):
    settings = watched.own.settings
    submit(
        [encoded(event_of(CLAIM, member_id="M-LAST"))],
        redis_url=settings.redis_url.get_secret_value(),
    )
    determined = eventually(lambda: watched.redis.xlen("mrs:determinations") > 1, START_SECONDS)
    code = watched.worker.stop()
    log = watched.log()
    began = max(place for place, line in enumerate(log) if line["event"] == "starting")
    life = [line for line in log[began:] if line["event"] in LIFE]

    assert determined, log
    assert 0 == code
    assert "starting" == log[0]["event"]
    start, *between, stopping, stopped = life
    assert ["starting", "stopping", "stopped"] == [
        line["event"] for line in (start, stopping, stopped)
    ]
    # A busy machine may take its readiness for a while.
    assert {"ready"} <= {line["event"] for line in between} <= LIFE - {"starting"}
    assert {"redis": settings.masked_redis_url, "broker": settings.masked_broker_url} == {
        key: start[key] for key in ("redis", "broker")
    }
    assert {"version", "library", "generation", "lanes", "concurrency"} <= start.keys()
    assert "SIGTERM" == stopping["signal"]
    assert (1, 1) == (stopped["applied"], stopped["determinations"])
    assert {"worker"} == {line["logger"].partition(".")[0] for line in log}


def test_a_worker_that_never_reached_its_broker_was_never_ready(tmp_path: Path):
    nowhere = f"unix://{tmp_path}/redis.sock"
    with embedded_redis() as redis:
        settings = {"redis_url": redis.url, "broker_url": nowhere, "lease_seconds": LEASE_SECONDS}
        own = Installation(redis, settings, size=1)
        try:
            worker = own.start_worker()
            assert eventually((worker.folder / "alive").exists, START_SECONDS)
            with redis_client(own.settings) as client:
                watched = Watched(own, redis, client)
                assert eventually(lambda: watched.reasons() != [], START_SECONDS)
                assert watched.is_out
                assert watched.beats()
                assert nowhere in watched.reasons()[0]
        finally:
            own.stop()
