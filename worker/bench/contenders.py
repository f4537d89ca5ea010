"""The Celery contenders: our worker as shipped, and the peer with one task per event."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from worker.bench.processes import FILLED, PREFIX, Finish, Running, fill_stream
from worker.config.connections import redis_client
from worker.config.settings import load_settings
from worker.processes.supervisor import die_with_parent
from worker.sandbox.installation import environment_of, installation
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.keys import Keys

VOLATILE: Final[Mapping[str, str]] = {"appendonly": "no"}
"""A Redis that keeps nothing on disk: a power cut loses everything."""

_PEER_PROCESSES: Final = 2


@contextmanager
def ours(processes: int, redis_config: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Runs the worker as shipped, with the given number of deciding processes."""
    with (
        installation(
            workers=1, size=processes, settings={"prefix": PREFIX}, redis_config=redis_config
        ) as own,
        redis_client(own.settings) as redis,
    ):
        finish = Finish(redis, own.workers[0].last_words)

        def work_off(events: Sequence[bytes]) -> float:
            fill_stream(redis, FILLED, events)
            return finish.time(len(events), lambda: redis.rename(FILLED, Keys(PREFIX).door))

        yield Running(redis, own.settings, work_off, own.workers[0].pid)


@contextmanager
def peer(redis_config: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Runs the peer: one Celery task per claim, with two processes."""
    # Imported here, as nothing else in the command needs Celery.
    from worker.bench.peer import LEASE, QUEUE, send  # noqa: PLC0415

    with embedded_redis(redis_config) as server, _peer_worker(server) as last_words:
        settings = load_settings(redis_url=server.url, broker_url=server.url, prefix=PREFIX)
        with redis_client(settings) as redis:
            value = f"{LEASE.token} {LEASE.milliseconds}"
            redis.set(Keys(PREFIX).lease(LEASE.place), value, px=LEASE.milliseconds)
            finish = Finish(redis, last_words)

            def work_off(events: Sequence[bytes]) -> float:
                send(events, settings, FILLED)
                return finish.time(len(events), lambda: redis.rename(FILLED, QUEUE))

            yield Running(redis, settings, work_off)


@contextmanager
def _peer_worker(server: EmbeddedRedis) -> Iterator[Callable[[], str]]:
    """Runs a peer worker; it and its children end with the block, or with this process."""
    given = {"redis_url": server.url, "broker_url": server.url, "prefix": PREFIX}
    log = server.folder / "peer.log"

    def last_words() -> str:
        lines = log.read_text("utf-8", "replace").splitlines()
        return next((line for line in reversed(lines) if line.strip()), "it wrote no log")

    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  # our own arguments only
            [sys.executable, "-P", "-m", "worker.bench.peer", str(_PEER_PROCESSES)],
            # What Celery leaves behind when it is killed is removed with the server's folder.
            env=environment_of(given) | {"TMPDIR": str(server.folder)},
            cwd=server.folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two system calls
        )
    try:
        yield last_words
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # nothing in it is needed any more
        process.wait()
