"""What a check reports, and what it can examine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from redis import Redis
from redis.exceptions import RedisError

from rules.library_model import Library
from worker.config.settings import Settings
from worker.metrics.snapshot import QueueSnapshot
from worker.store.keys import Keys
from worker.store.redis_info import Facts

Level = Literal["ok", "warning", "fault"]


class Diagnostic(NamedTuple):
    """One sentence on the state of something, and one on what to do if it is wrong."""

    level: Level
    about: str
    said: str
    to_do: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An installation that can be examined: Redis answers, and the library could be read."""

    settings: Settings
    library: Library
    client: Any
    """A Redis client that returns bytes, which its type does not say."""
    keys: Keys
    facts: Facts
    survey: QueueSnapshot


DoctorCheck = Callable[[Examined], Iterable[Diagnostic]]


def configured(client: Redis, name: str) -> str | None:
    """Returns a Redis setting; None: the login may not read it."""
    try:
        found = client.config_get(name)
    except RedisError:
        return None
    value = found.get(name)
    return None if value is None else str(value)
