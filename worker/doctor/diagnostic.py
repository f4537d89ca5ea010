"""What a check reports, and what it can examine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple, TypeVar

from redis import Redis
from redis.exceptions import RedisError

from rules.library_model import Library
from worker.config.settings import Settings
from worker.failures import MissingError
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


class NotKnown(MissingError):
    """Something that a check needs could not be read; that is reported already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What could be read of an installation; None is what could not."""

    client: Any = None
    """A Redis client that returns bytes, which its type does not say."""
    facts: Facts | None = None
    survey: QueueSnapshot | None = None
    library: Library | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An installation to examine. Whatever could not be read raises `NotKnown` when asked for."""

    settings: Settings
    keys: Keys
    known: Readings
    refused: frozenset[str] = frozenset()
    """The settings that cannot be used; their defaults are in `settings`."""

    @property
    def client(self) -> Any:  # noqa: ANN401  # as in `Readings`
        """The client of the installation's Redis, if that answers."""
        return _known(self.known.client)

    @property
    def facts(self) -> Facts:
        """What Redis says of itself."""
        return _known(self.known.facts)

    @property
    def survey(self) -> QueueSnapshot:
        """The numbers of the queue."""
        return _known(self.known.survey)

    @property
    def library(self) -> Library:
        """The library of this machine."""
        return _known(self.known.library)

    @property
    def today(self) -> date:
        """The day in UTC: Redis's, or this machine's where that is not known."""
        return self.known.survey.today if self.known.survey else datetime.now(UTC).date()

    def setting(self, name: str) -> Any:  # noqa: ANN401  # of whatever type the setting has
        """A setting, unless it is one of those that cannot be used."""
        return _known(None if name in self.refused else getattr(self.settings, name))


_T = TypeVar("_T")


def _known(value: _T | None) -> _T:
    if value is None:
        raise NotKnown
    return value


DoctorCheck = Callable[[Examined], Iterable[Diagnostic]]


def configured(client: Redis, name: str) -> str | None:
    """Returns a Redis setting; None: the login may not read it."""
    try:
        found = client.config_get(name)
    except RedisError:
        return None
    value = found.get(name)
    return None if value is None else str(value)
