"""What a check has found, and what it may look at."""

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
    """One sentence on how something stands, and one on what to do where it is wrong."""

    level: Level
    about: str
    said: str
    to_do: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An installation that can be looked at: Redis answers, and the library could be read."""

    settings: Settings
    library: Library
    client: Any
    """A client of Redis that answers with bytes, which its types do not tell."""
    keys: Keys
    facts: Facts
    survey: QueueSnapshot


DoctorCheck = Callable[[Examined], Iterable[Diagnostic]]


def configured(client: Redis, name: str) -> str | None:
    """How Redis is configured; None where the login may not ask."""
    try:
        found = client.config_get(name)
    except RedisError:
        return None
    value = found.get(name)
    return None if value is None else str(value)
