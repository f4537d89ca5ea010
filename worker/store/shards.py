"""All shards of an installation, opened together: what is asked of it is asked of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from redis import Redis

from worker.config.connections import redis_client
from worker.config.settings import Settings
from worker.config.shards import shard_of, shards_of
from worker.store.keys import Keys
from worker.store.redis import RedisStore


class Shard(NamedTuple):
    """One shard, with a client of the node that has it."""

    number: int
    settings: Settings
    redis: Redis
    keys: Keys

    @property
    def store(self) -> RedisStore:
        """The store of the shard."""
        return RedisStore(self.redis, self.keys)


class Shards(tuple[Shard, ...]):
    """The shards in order."""

    __slots__ = ()

    def of_member(self, member_id: str) -> Shard:
        """The shard that has a member."""
        return self[shard_of(member_id, len(self))]

    def label(self, shard: Shard) -> str:
        """How a shard is named before something of it; empty where it is the only one."""
        return f"shard {shard.number}, " if len(self) > 1 else ""


@contextmanager
def open_shards(
    settings: Settings, connect: Callable[[Settings], Redis] = redis_client
) -> Iterator[Shards]:
    """The shards of an installation, while the block runs; nothing is connected yet."""
    with ExitStack() as opened:
        yield Shards(
            Shard(number, each, opened.enter_context(connect(each)), Keys(each.prefix))
            for number, each in enumerate(shards_of(settings))
        )
