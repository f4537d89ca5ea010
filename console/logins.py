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

Login = Literal["view", "decide", "evidence", "log"]
"""`view` reads; `decide` also keeps drafts and sends; `evidence` sends; `log` records views."""


class Logins:
    """Clients and settings by login; a login without an address of its own uses MRS_REDIS_URL."""

    def __init__(self, settings: Settings) -> None:
        self._settings: Mapping[str, Settings] = {
            login: _under(settings, login) for login in CONSOLE_LOGINS
        }
        self._clients = {login: impatient_client(each) for login, each in self._settings.items()}

    def client(self, login: str) -> Redis:
        """A client that returns bytes and never tries a command twice; threads may share it."""
        return self._clients[login]

    def settings(self, login: str) -> Settings:
        """The settings of the installation, with the address of this login."""
        return self._settings[login]

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
