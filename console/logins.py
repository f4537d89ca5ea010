"""The Redis logins of the console: each kind of page has its own, with the rights that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Literal, Self

from pydantic import SecretStr
from redis import Redis

from worker.config.connections import impatient_client
from worker.config.console_settings import CONSOLE_LOGINS
from worker.config.settings import Settings
from worker.config.shards import shards_of

Login = Literal["view", "decide", "evidence", "log"]
"""`view` reads; `decide` also keeps drafts and sends; `evidence` sends; `log` records views."""


class Logins:
    """Clients and settings by login; a login without an address of its own uses MRS_REDIS_URL."""

    def __init__(self, settings: Settings) -> None:
        self.shards = settings.shards
        """How many shards the installation has."""
        self._settings: Mapping[tuple[str, int], Settings] = {
            (login, shard): each
            for login in CONSOLE_LOGINS
            for shard, each in enumerate(shards_of(_under(settings, login)))
        }
        self._clients = {key: impatient_client(each) for key, each in self._settings.items()}

    def client(self, login: str, shard: int = 0) -> Redis:
        """A client that returns bytes and never tries a command twice; threads may share it."""
        return self._clients[login, shard]

    def settings(self, login: str, shard: int = 0) -> Settings:
        """The settings of a shard, with the address of this login."""
        return self._settings[login, shard]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            for client in self._clients.values():
                # Closing a client leaves the connections of other threads open.
                stack.callback(client.connection_pool.disconnect)
                stack.callback(client.close)


def _under(settings: Settings, login: str) -> Settings:
    own: SecretStr | None = getattr(settings, f"console_{login}_url")
    return settings if own is None else settings.model_copy(update={"redis_url": own})
