"""All shards of an installation, opened together: what is asked of it is asked of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple, cast

from redis import Redis
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from worker.config.connections import redis_client
from worker.config.settings import Settings, SettingsRefused
from worker.config.shards import shard_of, shards_of, shards_said
from worker.failures import other_shards
from worker.store.keys import Keys
from worker.store.redis import RedisStore


class Shard(NamedTuple):
    """One shard, with a client of the node that has it."""

    number: int
    settings: Settings
    redis: Redis
    keys: Keys
    is_of_several: bool = False

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


def must_be_so_many(said: int, client: Redis, keys: Keys) -> bool:
    """
    Whether a shard says how many there are: raises `SettingsRefused` if that is another number.

    A login that may not ask is told nothing. Raises `RedisError`.
    """
    found = 0
    with suppress(ResponseError):
        found = int(cast("bytes | None", client.hget(keys.meta, "shards")) or 0)
    if found not in {0, said}:
        raise SettingsRefused([other_shards(found)], ["shards"])
    return found > 0


@contextmanager
def open_shards(
    settings: Settings, connect: Callable[[Settings], Redis] = redis_client
) -> Iterator[Shards]:
    """
    The shards of an installation, while the block runs.

    Where there are several, or it is in a cluster, the first is asked for their number: raises
    `SettingsRefused` if that is another.
    """
    with ExitStack() as opened:
        shards = Shards(
            Shard(
                number,
                each,
                opened.enter_context(connect(each)),
                Keys(each.prefix),
                settings.shards > 1,
            )
            for number, each in enumerate(shards_of(settings))
        )
        if said := shards_said(settings):
            with suppress(ConnectionLost, NoAnswer):  # what is asked next says it
                must_be_so_many(said, shards[0].redis, shards[0].keys)
        yield shards
