"""
Clients of a Redis Cluster: each follows the one slot that its shard lies in.

All keys of a shard begin with the same hash tag, so they are in one slot, and a slot is on one node
at a time. A shard therefore needs no client for a whole cluster: pipelines, scripts, `INFO` and
blocking reads are those of a plain Redis, asked of the node that has the slot now. Which one that
is, redis-py's own map of the cluster knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeVar

from redis import Redis
from redis._parsers import Encoder
from redis.client import Pipeline
from redis.cluster import ClusterNode, NodesManager
from redis.connection import ConnectionPool
from redis.crc import key_slot
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MovedError,
    NoPermissionError,
    RedisClusterException,
    RedisError,
)
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

from worker.config.cluster_map import first_to_answer
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
        self._nodes: NodesManager | None = None
        self._learning = Lock()
        self._learned_at = 0.0

    @property
    def masked(self) -> str:
        """The address, without its password."""
        return self._address.masked

    def pool_of(self, slot: int) -> ConnectionPool:
        """The connections to the node that has a slot, as far as is known; raises `RedisError`."""
        nodes = self._map()
        with _as_lost():
            return _pool(nodes, nodes.get_node_from_slot(slot))

    def pool_at(self, host: str, port: int) -> ConnectionPool:
        """The connections to a node that another named."""
        nodes = self._map()
        node = nodes.get_node(host=host, port=port)
        if node is None:
            self.learn(0)
            node = nodes.get_node(host=host, port=port)
        if node is None:
            raise ConnectionLost("a node that another named is not in the map of the cluster")
        return _pool(nodes, node)

    def follow(self, moved: MovedError) -> None:
        """Notes that a slot is on another node."""
        nodes = self._map()
        if nodes.get_node(host=moved.host, port=moved.port) is None:
            self.learn(0)
        else:
            nodes.move_slot(moved)

    def learn(self, seconds: float = LEARN_SECONDS) -> None:
        """Reads the map of the cluster again, unless that was done a moment ago."""
        nodes = self._map()
        # Whoever is not sent elsewhere does not wait for another that looks: a node that hangs
        # would hold up the shards of all others.
        if not self._learning.acquire(blocking=not seconds):
            return
        try:
            if monotonic() - self._learned_at >= seconds:
                with _as_lost(), self._asking_one_that_answers(nodes):
                    nodes.initialize()
                self._learned_at = monotonic()
        finally:
            self._learning.release()

    def _map(self) -> NodesManager:
        if self._nodes is not None:
            return self._nodes
        with self._learning:
            if self._nodes is None:
                hosts = first_to_answer(self._address.hosts, self._how)
                # Not by redis-py's client of a cluster, which asks for a list of all commands.
                with _as_lost():
                    self._nodes = NodesManager(
                        [ClusterNode(*host) for host in hosts],  # type: ignore[no-untyped-call]  # as below
                        require_full_coverage=False,
                        **self._how,
                    )
                self._learned_at = monotonic()
            return self._nodes

    @contextmanager
    def _asking_one_that_answers(self, nodes: NodesManager) -> Iterator[None]:
        """redis-py asks them in any order, and waits for each in turn."""
        known = nodes.startup_nodes
        hosts = first_to_answer([(each.host, each.port) for each in known.values()], self._how)
        nodes.startup_nodes = {
            name: each for name, each in known.items() if (each.host, each.port) in hosts
        }
        try:
            yield
        except Exception:
            nodes.startup_nodes = known
            raise


@contextmanager
def _as_lost() -> Iterator[None]:
    """What redis-py says of a cluster is none of its errors of a Redis."""
    try:
        yield
    except RedisClusterException as failure:
        raise ConnectionLost("no node of the cluster can be asked") from failure


def _pool(nodes: NodesManager, node: ClusterNode) -> ConnectionPool:
    if node.redis_connection is None:
        nodes.create_redis_connections([node])  # type: ignore[no-untyped-call]  # redis-py's
    client: Redis = node.redis_connection
    return client.connection_pool


class ShardRedis(DiscreetRedis):
    """A client of the node that has a shard's slot, wherever that goes."""

    def __init__(self, nodes: ClusterNodes, prefix: str) -> None:
        """`prefix`: that of the shard, with the hash tag that all its keys begin with."""
        self._nodes = nodes
        self._prefix = prefix
        self._slot = key_slot(prefix.encode())
        self._asked: tuple[str, int] | None = None
        """The node that the slot was last on its way to."""
        # redis-py looks at the pool while it makes a client: this one connects to nothing.
        self._idle = ConnectionPool(protocol=2)
        self._is_made = False
        super().__init__(connection_pool=self._idle)
        self._is_made = True

    @property
    def connection_pool(self) -> ConnectionPool:
        """The connections to the node that has the slot now."""
        return self._nodes.pool_of(self._slot) if self._is_made else self._idle

    @connection_pool.setter
    def connection_pool(self, unused: ConnectionPool) -> None:
        """redis-py sets it once."""

    @property
    def masked_address(self) -> str:
        """The address of the cluster, without its password."""
        return self._nodes.masked

    def get_encoder(self) -> Encoder:
        """How arguments become bytes, on every node alike."""
        return self._idle.get_encoder()

    def close(self) -> None:
        """Closes nothing: other shards use the connections too."""

    def set_retry(self, retry: Retry) -> None:
        """Changes nothing: a command follows its slot, and is not tried again otherwise."""

    def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # redis-py's own
        """One command, on whichever node has the slot."""
        if args[0] in OF_A_NODE:
            return self._followed(lambda: self._of_the_owner(args, options), None)
        if args[0] == "SCRIPT LOAD":
            self._load_ahead(args)
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
        # Where the login may not ask for that key, the node has to be believed.
        is_fine = isinstance(here, NoPermissionError) or type(here) is AskError
        if isinstance(here, Exception) and not is_fine:
            raise here
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _load_ahead(self, command: tuple[Any, ...]) -> None:
        """A script has no key, so that nothing would send it where the slot is going."""
        if self._asked is not None:
            (host, port), self._asked = self._asked, None
            with suppress(RedisError):
                there = DiscreetRedis(connection_pool=self._nodes.pool_at(host, port))
                there.execute_command(*command)  # type: ignore[no-untyped-call]

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
            except (ConnectionLost, NoAnswer, ClusterDownError):
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
        self._asked = asked.host, asked.port
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

        def ask(asked: AskError) -> list[Any]:
            # WAIT is for what its own connection wrote; what goes with it is of one key.
            if any(args[0] == "WAIT" for args, _ in commands):
                return self._client._ask(asked, commands)  # noqa: SLF001  # as below
            return [self._client.execute_command(*args, **how) for args, how in commands]

        return self._client._followed(run, ask)  # noqa: SLF001  # one client, in two classes
