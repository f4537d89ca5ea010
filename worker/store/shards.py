"""All shards of an installation, opened together: what is asked of it is asked of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Final, NamedTuple, cast

from redis import Redis
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from worker.config.connections import impatient_client, redis_client
from worker.config.settings import Settings, SettingsRefused
from worker.config.shards import shard_of, shards_of, shards_said
from worker.failures import other_shards
from worker.store.keys import Keys
from worker.store.redis import RedisStore

NUMBER_SECONDS: Final = 3.0
"""How long the first shard may take to say how many there are."""


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

    @property
    def label(self) -> str:
        """How it is named before something of it; empty where it is the only one."""
        return f"shard {self.number}, " if self.is_of_several else ""


class Shards(tuple[Shard, ...]):
    """The shards in order."""

    __slots__ = ()

    def of_member(self, member_id: str) -> Shard:
        """The shard that has a member."""
        return self[shard_of(member_id, len(self))]


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
            _ask_the_first(said, shards[0])
        yield shards


def _ask_the_first(said: int, first: Shard) -> None:
    """For so many: where its node hangs it is not waited for, and what is asked next says it."""

    def ask() -> None:
        with impatient_client(first.settings) as client:
            must_be_so_many(said, client, first.keys)

    thread = ThreadPoolExecutor(1, thread_name_prefix="mrs-number")
    asked = thread.submit(ask)
    thread.shutdown(wait=False)
    with suppress(ConnectionLost, NoAnswer, TimeoutError):
        asked.result(NUMBER_SECONDS)
