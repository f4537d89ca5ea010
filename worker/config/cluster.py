"""
Clients of a Redis Cluster: each follows the one slot that its shard lies in.

All keys of a shard begin with the same hash tag, so they are in one slot, and a slot is on one node
at a time. A shard therefore needs no client for a whole cluster: pipelines, scripts, `INFO` and
blocking reads are those of a plain Redis, asked of the node that has the slot now. Which one that
is, redis-py's own map of the cluster knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeVar

from redis.client import Pipeline
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import ConnectionPool
from redis.crc import key_slot
from redis.exceptions import AskError, MovedError, RedisError
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import TimeoutError as NoAnswer

from worker.config.discreet_redis import DiscreetPipeline, DiscreetRedis
from worker.config.redis_url import RedisAddress

FOLLOWED_MAX: Final = 5
"""How often one command follows its slot to another node."""

OF_A_NODE: Final = frozenset({"INFO", "SCAN", "CONFIG GET"})
"""Commands that name no key: a node that has lost the slot would answer them all the same."""

LEARN_SECONDS: Final = 0.5
"""Between two looks at the map of the cluster, where a node does not answer."""

_T = TypeVar("_T")


class ClusterNodes:
    """Which node has which slot, with a pool of connections to each; shared by all shards."""

    def __init__(self, address: RedisAddress, how: Mapping[str, Any]) -> None:
        """`how`: the arguments of each connection. Nothing is connected yet."""
        self._address = address
        self._how = dict(how)
        self._cluster: RedisCluster | None = None
        self._lock = Lock()
        self._learned_at = 0.0

    def pool_of(self, slot: int) -> ConnectionPool:
        """The connections to the node that has a slot, as far as is known; raises `RedisError`."""
        cluster = self._map()
        node = cluster.nodes_manager.get_node_from_slot(slot)
        return self._pool(cluster, node)

    def pool_at(self, host: str, port: int) -> ConnectionPool:
        """The connections to a node that another named."""
        cluster = self._map()
        node = _node(cluster, host, port)
        if node is None:
            self.learn(0)
            node = _node(cluster, host, port)
        if node is None:
            raise ConnectionLost("a node that another named is not in the map of the cluster")
        return self._pool(cluster, node)

    def follow(self, moved: MovedError) -> None:
        """Notes that a slot is on another node."""
        cluster = self._map()
        if _node(cluster, moved.host, moved.port) is None:
            self.learn(0)
        else:
            cluster.nodes_manager.move_slot(moved)

    def learn(self, seconds: float = LEARN_SECONDS) -> None:
        """Reads the map of the cluster again, unless that was done a moment ago."""
        cluster = self._map()
        with self._lock:
            if monotonic() - self._learned_at >= seconds:
                cluster.nodes_manager.initialize()
                self._learned_at = monotonic()

    def close(self) -> None:
        """Closes all connections."""
        if self._cluster is not None:
            self._cluster.close()

    def _map(self) -> RedisCluster:
        with self._lock:
            if self._cluster is None:
                self._cluster = RedisCluster(
                    startup_nodes=[
                        ClusterNode(host.name, host.port)  # type: ignore[no-untyped-call]
                        for host in self._address.hosts
                    ],
                    require_full_coverage=False,
                    **self._how,
                )
                self._learned_at = monotonic()
        return self._cluster

    @staticmethod
    def _pool(cluster: RedisCluster, node: ClusterNode) -> ConnectionPool:
        return cluster.get_redis_connection(node).connection_pool


class ShardRedis(DiscreetRedis):
    """A client of the node that has a shard's slot, wherever that goes."""

    def __init__(self, nodes: ClusterNodes, prefix: str) -> None:
        """`prefix`: that of the shard, with the hash tag that all its keys begin with."""
        self._nodes = nodes
        self._prefix = prefix
        self._slot = key_slot(prefix.encode())
        # A pool that connects to nothing: `connection_pool` looks the right one up at each use.
        super().__init__(connection_pool=ConnectionPool(protocol=2))

    @property
    def connection_pool(self) -> ConnectionPool:
        """The connections to the node that has the slot now."""
        return self._nodes.pool_of(self._slot)

    @connection_pool.setter
    def connection_pool(self, unused: ConnectionPool) -> None:
        """redis-py sets it once."""

    def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # redis-py's own
        """One command, on whichever node has the slot."""
        if args[0] in OF_A_NODE:
            return self._followed(lambda: self._of_the_owner(args, options), None)
        return self._followed(
            lambda: super(ShardRedis, self).execute_command(*args, **options),  # type: ignore[no-untyped-call]
            lambda asked: self._ask(asked, [(args, options)])[0],
        )

    def pipeline(self, transaction: bool = True, shard_hint: object = None) -> Pipeline:
        """Returns a pipeline that is sent again, whole, if the slot has gone elsewhere."""
        return _ShardPipeline(self, transaction, shard_hint)

    def _of_the_owner(self, args: tuple[Any, ...], options: Mapping[str, Any]) -> Any:  # noqa: ANN401  # redis-py's own
        """
        A command without a key, after one with a key of ours.

        By the second a node that was replaced says so, and is not taken at its word: what it knows
        of itself is true of a replica, and what it holds may be old.
        """
        with DiscreetRedis(connection_pool=self.connection_pool).pipeline(False) as pipeline:
            pipeline.exists(self._prefix)
            pipeline.execute_command(*args, **options)  # type: ignore[no-untyped-call]
            here, answer = pipeline.execute(raise_on_error=False)
        if isinstance(here, Exception) and (
            isinstance(here, MovedError) or not isinstance(here, AskError)
        ):
            raise here
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _followed(self, run: Callable[[], _T], ask: Callable[[AskError], _T] | None) -> _T:
        for _ in range(FOLLOWED_MAX):
            try:
                return run()
            except MovedError as moved:  # before AskError, of which redis-py makes it one
                self._nodes.follow(moved)
            except AskError as asked:
                if ask is None:
                    raise
                return ask(asked)
            except (ConnectionLost, NoAnswer):
                before = self.connection_pool
                self._relearn()
                if self.connection_pool is before:
                    raise
        return run()

    def _relearn(self) -> None:
        try:
            self._nodes.learn()
        except RedisError:
            return  # no node answers: what was asked first says more

    def _ask(self, asked: AskError, commands: list[Any]) -> list[Any]:
        """Asks the node that the slot is on its way to: it may have the key already."""
        target = DiscreetRedis(connection_pool=self._nodes.pool_at(asked.host, asked.port))
        with target.pipeline(transaction=False) as pipeline:
            for args, options in commands:
                pipeline.execute_command("ASKING")  # type: ignore[no-untyped-call]
                pipeline.execute_command(*args, **options)  # type: ignore[no-untyped-call]
            return pipeline.execute()[1::2]


class _ShardPipeline(DiscreetPipeline):
    def __init__(self, client: ShardRedis, transaction: bool, shard_hint: object) -> None:
        self._client = client
        super().__init__(client.connection_pool, client.response_callbacks, transaction, shard_hint)

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """All commands; each alone while the slot is on its way to another node."""
        commands = list(self.command_stack)

        def run() -> list[Any]:
            self.command_stack = list(commands)
            self.connection_pool = self._client.connection_pool
            return super(_ShardPipeline, self).execute(raise_on_error)

        return self._client._followed(  # noqa: SLF001  # one client, in two classes
            run, lambda _: [self._client.execute_command(*args, **how) for args, how in commands]
        )


def _node(cluster: RedisCluster, host: str, port: int) -> ClusterNode | None:
    found: ClusterNode | None = cluster.get_node(  # type: ignore[no-untyped-call]  # redis-py's
        host=host, port=port
    )
    return found
