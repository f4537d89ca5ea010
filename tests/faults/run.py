"""One run of one fault: an installation, what was sent to it, what was done to it, the verdict."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, TypeVar

from click.testing import CliRunner, Result
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from rules.library_model import Library
from tests.faults.checker import Sent, judge
from tests.faults.fates import Key, key_of
from tests.faults.nursery import Birth
from tests.faults.observed import Observed, observe, survey
from tests.faults.verdict import Verdict
from tests.faults.workers import Nursery, Worker
from tests.faults.workload import Fields, texts_in
from tests.security.searched import Search, needles_of, search, without_instants_of_now
from tests.support.processes import eventually
from worker.cli import adjudicator
from worker.config.setting_names import PREFIX
from worker.failures import RetryableError
from worker.metrics.snapshot import QueueSnapshot
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.keys import Keys

_T = TypeVar("_T")

STANDS_SECONDS = 45
"""A queue that has not moved for so long will not move again."""
LOG_LEVELS = ("debug", "info")
"""One after the other; all logs are searched for what stands of members in them."""
_ANSWER_SECONDS = 60
_POLL_SECONDS = 0.02
_REPLICA_MILLISECONDS = 500


class Run:
    """What stands between a test and its installation; `url` is where workers find Redis."""

    def __init__(
        self,
        nursery: Nursery,
        folder: Path,
        connect: Callable[[], Redis],
        *,
        seed: int,
        url: str,
        broker_url: str = "",
        prefix: str = "mrs",
        lanes: int = 4,
        lease_seconds: float = 1,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.lots = Random(seed)
        self.keys = Keys(prefix)
        self.lanes = lanes
        self.lease_seconds = lease_seconds
        self.workers: list[Worker] = []
        self.kills = 0
        self.poison: Counter[Key] = Counter()
        self.redriven: Counter[Key] = Counter()
        self.in_order = True
        self.trouble = Verdict()
        """What was seen to be wrong on the way."""
        self.sent: list[Fields] = []
        self.doubtful: Counter[Key] = Counter()
        self.replicas = 0
        """An event counts as acknowledged when so many replicas have it."""
        self.client: Any = connect()
        self._nursery = nursery
        self._folder = folder
        given = {"redis_url": url, "broker_url": broker_url or url, "prefix": prefix}
        given |= {"lanes": str(lanes), "lease_seconds": str(lease_seconds)}
        given |= {"log_level": LOG_LEVELS[seed % len(LOG_LEVELS)], **(settings or {})}
        self._environment = {f"{PREFIX}{name.upper()}": value for name, value in given.items()}

    # ---------------------------------------------------------------------------------- workers

    def start_workers(
        self, count: int = 1, *, size: int = 1, nursery: Nursery | None = None, **birth: Any
    ) -> list[Worker]:
        """Starts more workers and returns when they can do their work."""
        born = [self._bear(size, nursery or self._nursery, birth) for _ in range(count)]
        for worker in born:
            worker.wait_until_ready()
        return born

    def mend(self) -> None:
        """Starts workers again that have ended, as a supervisor would."""
        for worker in self.workers:
            if not worker.is_running:
                worker.start()

    def end_workers(self) -> None:
        """Kills all workers; it is no fault, the run is over."""
        for worker in self.workers:
            if worker.is_running:
                worker.kill()

    def command(self, *words: str) -> Result:
        """What `adjudicator` says to these words, in this installation."""
        return CliRunner().invoke(adjudicator, words, env=self._environment)

    def pause(self, least: float, most: float) -> None:
        """Waits for some time, drawn by lot."""
        time.sleep(self.lots.uniform(least, most))

    # ----------------------------------------------------------------------------------- events

    def send(self, entries: Iterable[Fields]) -> None:
        """Adds entries at the door, each until it is acknowledged, as a producer must."""
        for fields in entries:
            self._send(fields)

    @contextmanager
    def sending(self, entries: Sequence[Fields], seconds: float) -> Iterator[Thread]:
        """Sends entries in the meantime, over some seconds."""

        given_up = Event()

        def send() -> None:
            began_at = time.monotonic()
            for position, fields in enumerate(entries):
                ahead = began_at + seconds * position / len(entries) - time.monotonic()
                if given_up.wait(max(ahead, 0)):
                    return
                try:
                    self._send(fields)
                except RedisError:
                    if not given_up.is_set():  # else the servers of a failed test are gone
                        raise

        thread = Thread(target=send, name="producer", daemon=True)
        thread.start()
        try:
            yield thread
        except BaseException:
            given_up.set()
            raise
        thread.join(_ANSWER_SECONDS + seconds)
        assert not thread.is_alive(), "the producer found no Redis to send to"

    def _send(self, fields: Fields) -> None:
        key = key_of(fields)
        given_up_at = time.monotonic() + _ANSWER_SECONDS
        while True:
            self.patiently(lambda: self._reach(fields))
            assert time.monotonic() < given_up_at, "Redis takes no events"
            try:
                if self._add(fields):
                    self.sent.append(fields)
                    return
                self.doubtful[key] += 1
            except ResponseError:
                time.sleep(_POLL_SECONDS)  # it was refused, so it has not arrived
            except RedisError:
                self.doubtful[key] += 1

    def _reach(self, fields: Fields) -> None:
        """Raises while nothing can be sent."""
        self.client.ping()

    def _add(self, fields: Fields) -> bool:
        if not self.replicas:
            return bool(self.client.xadd(self.keys.door, dict(fields)))
        pipeline = self.client.pipeline(transaction=False)  # both on one connection
        pipeline.xadd(self.keys.door, dict(fields))
        pipeline.wait(self.replicas, _REPLICA_MILLISECONDS)
        return pipeline.execute()[1] >= self.replicas

    # --------------------------------------------------------------------------------- the end

    def drained(self) -> None:
        """Returns when nothing waits; who died is started again. A queue that stands is lost."""
        fewest, since = None, time.monotonic()
        while waiting := self._waiting():
            self.mend()
            if fewest is None or waiting < fewest:
                fewest, since = waiting, time.monotonic()
            elif time.monotonic() - since > STANDS_SECONDS:
                self.trouble.lost += ["an event that waits and is not worked on"] * waiting
                for worker in self.workers:
                    print(worker.log())
                return
            time.sleep(_POLL_SECONDS)
        eventually(self._is_at_rest, 2 * self.lease_seconds)

    def verdict(self, libraries: Sequence[Library]) -> Verdict:
        """The judge's, and what was seen on the way."""
        found = judge(self.observe(), self.arrived(), libraries)
        for guilt, sentences in self.trouble.findings().items():
            found.findings()[guilt] += sentences
        return found

    def search_logs(self) -> Search:
        """What stands of members in all that the workers of this run have said so far."""
        said = {
            f"life {life} of worker {number}": without_instants_of_now(text)
            for number, worker in enumerate(self.workers, 1)
            for life, text in worker.logs().items()
        }
        return search(said, needles_of(texts_in(self.sent)))

    def observe(self) -> Observed:
        """All that stands in Redis."""
        return self.patiently(lambda: observe(self.client, self.keys, self.lanes))

    def arrived(self) -> Sent:
        """What is known of what arrived."""
        return Sent(
            entries=self.sent,
            doubtful=self.doubtful,
            poison=self.poison,
            redriven=self.redriven,
            in_order=self.in_order,
        )

    def patiently(self, ask: Callable[[], _T]) -> _T:
        """What Redis answers, when it does."""
        given_up_at = time.monotonic() + _ANSWER_SECONDS
        while True:
            try:
                return ask()
            except (RedisError, RetryableError, OSError):
                if time.monotonic() > given_up_at:
                    raise
                time.sleep(_POLL_SECONDS)

    def _waiting(self) -> int:
        return self._waiting_in(self.patiently(lambda: survey(self.client, self.keys)))

    def _waiting_in(self, found: QueueSnapshot) -> int:
        if found.conservation_difference:
            self.trouble.wrong.append(
                f"conservation difference {found.conservation_difference} at some instant"
            )
        return found.at_door + found.in_lanes

    def _is_at_rest(self) -> bool:
        return not self.patiently(lambda: self.client.exists(*self._leases(self.keys)))

    def _leases(self, keys: Keys) -> list[str]:
        return [keys.lease(place) for place in ("door", *self._lane_names())]

    def _lane_names(self) -> list[str]:
        return [f"{lane:02d}" for lane in range(self.lanes)]

    def _bear(self, size: int, nursery: Nursery, birth: dict[str, Any]) -> Worker:
        folder = self._folder / f"{self.keys.prefix}-worker-{len(self.workers) + 1}"
        environment = self._environment | birth.get("environment", {})
        whole = birth | {"folder": str(folder), "environment": environment, "size": size}
        worker = Worker(nursery, Birth(**whole))
        self.workers.append(worker)
        return worker


@contextmanager
def started(
    nursery: Nursery, seed: int, server: EmbeddedRedis | None = None, url: str = "", **given: Any
) -> Iterator[Run]:
    """A run with a Redis of its own, or in a given server; its workers end with the block."""
    with ExitStack() as stack:
        own = server or stack.enter_context(embedded_redis())
        run = Run(
            nursery, own.folder, lambda: client_of(own), seed=seed, url=url or own.url, **given
        )
        stack.callback(run.client.close)
        stack.callback(run.end_workers)
        yield run


def client_of(server: EmbeddedRedis) -> Redis:
    """A client of a server that asks once."""
    where = (
        {"unix_socket_path": str(server.socket_path)}
        if server.socket_path
        else {"host": "127.0.0.1", "port": server.port}
    )
    return Redis(**where, **IMPATIENT)


IMPATIENT: Mapping[str, Any] = {
    "socket_timeout": 3,
    "retry": Retry(NoBackoff(), 0),
    "protocol": 2,
}
"""For a client of the tests, which themselves ask again."""
