"""Serves the console by uvicorn until it is told to end."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket
from types import FrameType
from typing import Final

import uvicorn
from starlette.applications import Starlette

from worker.failures import RetryableError

CONNECTIONS_MAX: Final = 200


class ConsoleNotServed(RetryableError):
    """The address cannot be listened on: another program does, or it is none of this machine."""


def served(app: Starlette, host: str, port: int, tell: Callable[[str], None]) -> None:
    """
    Serves until SIGTERM or Ctrl-C; `tell` is given the address once it listens.

    Raises `ConsoleNotServed`, and `KeyboardInterrupt` at Ctrl-C.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,  # ours is set up, and lets no word of a page through
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS_MAX,
        lifespan="off",
    )
    server = _ConsoleServer(config, tell)
    try:
        server.run()
    except SystemExit:  # as uvicorn ends where it cannot listen
        raise ConsoleNotServed(f"Nothing can listen on port {port} of {host}.") from None
    if server.number == signal.SIGINT:
        raise KeyboardInterrupt


class _ConsoleServer(uvicorn.Server):
    """Says where it listens once it does, and ends in good order."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[str], None]) -> None:
        super().__init__(config)
        self._tell = tell
        self.number = 0
        """The signal that ended it."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
            self._tell(f"http://{host}:{port}")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._end)
        yield

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self.handle_exit(number, frame)
