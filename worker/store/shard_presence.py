"""Which shards answer: all are asked side by side, and in bounded time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, NamedTuple

from redis.exceptions import RedisError

from worker.config.connections import impatient_client
from worker.config.settings import Settings
from worker.failures import RetryableError
from worker.store.shards import Shard, Shards

ANSWER_SECONDS: Final = 4.0
"""How long all of them together may take."""

_AWAY = (RedisError, RetryableError)


class ShardsAway(RetryableError):
    """Some shards do not answer; what was said is of the others alone."""

    def __init__(self, away: tuple[int, ...], count: int, said: str = "") -> None:
        """`said`: what goes before it."""
        self.away = away
        names = ", ".join(map(str, away))
        super().__init__(
            f"{said}{len(away)} of {count} shards {'does' if len(away) == 1 else 'do'} not answer: "
            f"{names}. Nothing here is of {'it' if len(away) == 1 else 'them'}; run it again when "
            f"{'it is' if len(away) == 1 else 'they are'} back."
        )


class PresentShards(NamedTuple):
    """The shards of an installation, of which some may be away."""

    every: Shards
    away: tuple[int, ...] = ()
    """The numbers of those that do not answer."""

    @property
    def answering(self) -> tuple[Shard, ...]:
        """Those that answer, in order."""
        return tuple(each for each in self.every if each.number not in self.away)

    def of_member(self, member_id: str) -> Shard:
        """The shard that has a member, whether it answers or not."""
        return self.every.of_member(member_id)

    def with_member(self, member_id: str) -> Shard:
        """The same; raises `ShardsAway` if it does not answer."""
        shard = self.of_member(member_id)
        if shard.number in self.away:
            raise ShardsAway(self.away, len(self.every))
        return shard

    def failure(self) -> ShardsAway | None:
        """What is to be said of those that are away; None: all answer."""
        return ShardsAway(self.away, len(self.every)) if self.away else None


def look_for(shards: Shards) -> PresentShards:
    """
    Asks each of several shards whether it is there.

    Of one alone nothing is asked. Raises what the first raised if none answers.
    """
    if len(shards) == 1:
        return PresentShards(shards)
    return PresentShards(shards, numbers_away([each.settings for each in shards]))


def numbers_away(shards: Sequence[Settings]) -> tuple[int, ...]:
    """The numbers of those that do not answer; raises what the first raised if none does."""
    # A node that hangs holds its threads for as long as a connection waits, and nobody else.
    threads = ThreadPoolExecutor(len(shards), thread_name_prefix="mrs-presence")
    asked = [threads.submit(_ask(shard)) for shard in shards]
    wait(asked, ANSWER_SECONDS)
    threads.shutdown(wait=False, cancel_futures=True)
    away = tuple(number for number, each in enumerate(asked) if _is_away(each))
    if len(away) == len(shards):
        raise _first_failure(asked[0])
    return away


def _ask(shard: Settings) -> Callable[[], object]:
    def ask() -> object:
        with impatient_client(shard) as client:
            return client.ping()

    return ask


def _is_away(asked: Future[object]) -> bool:
    if not asked.done() or asked.cancelled():
        return True
    failure = asked.exception()
    if failure is not None and not isinstance(failure, _AWAY):
        raise failure
    return failure is not None


def _first_failure(asked: Future[object]) -> BaseException:
    failure = asked.exception() if asked.done() and not asked.cancelled() else None
    return failure or RetryableError("No shard answers in time.")
