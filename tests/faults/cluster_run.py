"""One run of one fault in a cluster: some shards, each with a client and a judgement of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from zlib import crc32

from redis import Redis
from redis.exceptions import AskError, MovedError, RedisError

from rules.library_model import Library
from tests.faults.checker import Sent, consistent, judge
from tests.faults.fates import Key, key_of
from tests.faults.observed import Observed, observe, survey
from tests.faults.run import IMPATIENT, Run, client_of
from tests.faults.verdict import Verdict
from tests.faults.workers import Nursery
from tests.faults.workload import Fields, event_in
from tests.support.cluster_nodes import ServerNode
from tests.support.clusters import OwnCluster, until
from worker.config.connections import slot_of
from worker.config.settings import load_settings
from worker.config.shards import shard_of, shards_of
from worker.events.decode import read_member_id
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.keys import Keys

_T = TypeVar("_T")

LEASE_SECONDS = 4
"""Six servers and their workers have few processors: a slow batch is not to lose its lease."""
_REPLICA_MILLISECONDS = 500


class ShardSide:
    """
    A shard as the judge sees it.

    Its client is no code of ours and hides nothing: each failure shows, so that the producer knows
    what is in doubt, and the next use looks up anew who has the slot.
    """

    def __init__(self, cluster: OwnCluster, prefix: str) -> None:
        self.keys = Keys(prefix)
        self.slot = slot_of(prefix)
        self._cluster = cluster
        self._client: Any = None

    @property
    def client(self) -> Any:
        """A client of the node that has the slot."""
        if self._client is None:
            self._client = _client_at(self.master.server.port)
        return self._client

    @property
    def master(self) -> ServerNode:
        """The node that has the slot."""
        return self._cluster.master_of(self.slot)

    def forget(self) -> None:
        """Whoever was asked is no longer."""
        if self._client is not None:
            self._client.close()
        self._client = None

    def reach(self) -> None:
        """Raises `RedisError` while the shard takes nothing."""
        try:
            self.client.xlen(self.keys.door)
        except AskError as asked:
            if isinstance(asked, MovedError):
                self.forget()
                raise
        except RedisError:
            self.forget()
            raise

    def add(self, fields: Fields, replicas: int) -> bool:
        """Whether an entry was added and so many replicas have it; raises what refused it."""
        try:
            return _added(self.client, self.keys.door, fields, replicas)
        except AskError as asked:
            if isinstance(asked, MovedError):
                self.forget()
                raise
            with _client_at(asked.port) as target:
                return _added(target, self.keys.door, fields, replicas, "ASKING")
        except RedisError:
            self.forget()
            raise


class ClusterRun(Run):
    """An installation with several shards; dispatches go by a Redis that is no cluster."""

    def __init__(
        self,
        nursery: Nursery,
        cluster: OwnCluster,
        broker: EmbeddedRedis,
        *,
        seed: int,
        prefix: str,
        shards: int,
        settings: dict[str, str],
    ) -> None:
        super().__init__(
            nursery,
            broker.folder,
            lambda: client_of(broker),
            seed=seed,
            url=cluster.url,
            broker_url=broker.url,
            prefix=prefix,
            lanes=2,
            lease_seconds=LEASE_SECONDS,
            settings={"shards": str(shards), **settings},
        )
        self.cluster = cluster
        self.broker = broker
        self.replicas = 1
        whole = load_settings(
            redis_url=cluster.url, broker_url=broker.url, prefix=prefix, shards=shards
        )
        self.sides = [ShardSide(cluster, each.prefix) for each in shards_of(whole)]
        self._shards_of_keys: dict[Key, int] = {}

    @property
    def settings(self) -> dict[str, str]:
        """Those of the installation, as environment variables."""
        return dict(self._environment)

    def any_side(self) -> ShardSide:
        """A shard, drawn by lot."""
        return self.lots.choice(self.sides)

    def wait_until_remembered(self) -> None:
        """
        Returns when each shard has its id, and a replica has that too.

        A worker may be ready before, by another shard. What a failover takes in the first moments
        of an installation is an operator's to accept, and no fault to be judged here.
        """
        until(lambda: all(map(self._is_remembered, self.sides)), "each shard has its id")

    def _is_remembered(self, side: ShardSide) -> bool:
        pipeline = side.client.pipeline(transaction=False)  # on one connection
        meta = pipeline.hget(side.keys.meta, "installation").wait(1, _REPLICA_MILLISECONDS)
        found, replicas = meta.execute()
        return found is not None and replicas > 0

    def close(self) -> None:
        """Ends workers and connections."""
        self.end_workers()
        self.client.close()
        for side in self.sides:
            side.forget()

    def verdict(self, libraries: Sequence[Library]) -> Verdict:
        found = self._judged(judge, libraries)
        for guilt, sentences in self.trouble.findings().items():
            found.findings()[guilt] += sentences
        return found

    def consistent(self, libraries: Sequence[Library]) -> Verdict:
        """What is wrong with a state that may lack some of what was sent."""
        return self._judged(consistent, libraries)

    def received(self) -> int:
        """How many entries the shards know of, whatever became of them."""
        return sum(
            self._asked(side, lambda side=side: survey(side.client, side.keys)).received
            for side in self.sides
        )

    def published(self) -> int:
        """How many determinations the shards hold."""
        return sum(
            self._asked(side, lambda side=side: side.client.xlen(side.keys.determinations))
            for side in self.sides
        )

    def _judged(
        self,
        judging: Callable[[Observed, Sent, Sequence[Library]], Verdict],
        libraries: Sequence[Library],
    ) -> Verdict:
        found = Verdict()
        for shard, side in enumerate(self.sides):
            of_it = judging(self._observe(side), self._arrived(shard), libraries)
            for guilt, sentences in of_it.findings().items():
                found.findings()[guilt] += [f"shard {shard}: {each}" for each in sentences]
        return found

    def _observe(self, side: ShardSide) -> Observed:
        return self._asked(side, lambda: observe(side.client, side.keys, self.lanes))

    def _arrived(self, shard: int) -> Sent:
        return Sent(
            entries=[fields for fields in self.sent if self._shard(fields) == shard],
            doubtful={
                key: times
                for key, times in self.doubtful.items()
                if self._shards_of_keys[key] == shard
            },
            in_order=self.in_order,
        )

    def _shard(self, fields: Fields) -> int:
        """As `client.submit` chooses it."""
        raw = event_in(fields)
        member_id = None if raw is None else read_member_id(raw)
        if member_id is None:
            return crc32(raw or b"") % len(self.sides)
        return shard_of(member_id, len(self.sides))

    def note(self, entries: Iterable[Fields]) -> None:
        """Notes where entries go that are not sent by this run."""
        for fields in entries:
            self._shards_of_keys[key_of(fields)] = self._shard(fields)

    def _reach(self, fields: Fields) -> None:
        self.note([fields])
        self.sides[self._shard(fields)].reach()

    def _add(self, fields: Fields) -> bool:
        return self.sides[self._shard(fields)].add(fields, self.replicas)

    def _waiting(self) -> int:
        return sum(
            self._waiting_in(self._asked(side, lambda side=side: survey(side.client, side.keys)))
            for side in self.sides
        )

    def _is_at_rest(self) -> bool:
        return not sum(
            self._asked(side, lambda side=side: side.client.exists(*self._leases(side.keys)))
            for side in self.sides
        )

    def _asked(self, side: ShardSide, ask: Callable[[], _T]) -> _T:
        def once() -> _T:
            try:
                return ask()
            except Exception:
                side.forget()
                raise

        return self.patiently(once)


@contextmanager
def started_in_cluster(
    nursery: Nursery,
    cluster: OwnCluster,
    seed: int,
    prefix: str,
    *,
    shards: int = 4,
    settings: dict[str, str] | None = None,
) -> Iterator[ClusterRun]:
    """A run in a cluster that others used before; its workers end with the block."""
    with embedded_redis({"appendonly": "no"}) as broker:
        run = ClusterRun(
            nursery,
            cluster,
            broker,
            seed=seed,
            prefix=prefix,
            shards=shards,
            settings=settings or {},
        )
        try:
            yield run
        finally:
            run.close()


def _client_at(port: int) -> Redis:
    return Redis(port=port, **IMPATIENT)


def _added(client: Any, door: str, fields: Fields, replicas: int, *before: str) -> bool:
    pipeline = client.pipeline(transaction=False)  # all on one connection
    for word in before:
        pipeline.execute_command(word)
    pipeline.xadd(door, dict(fields))
    if replicas:
        pipeline.wait(replicas, _REPLICA_MILLISECONDS)
    entry_id, *reached = pipeline.execute(raise_on_error=False)[len(before) :]
    if isinstance(entry_id, Exception):
        raise entry_id
    # A master that is replaced wakes those who wait for its replicas with an error.
    return all(isinstance(each, int) and each >= replicas for each in reached)
