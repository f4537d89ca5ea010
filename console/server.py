"""Serves the console by uvicorn until it is told to end."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from starlette.applications import Starlette

from worker.failures import RetryableError

CONNECTIONS_MAX: Final = 200
_WAITING_MAX: Final = 128
_MASK: Final = 0o117
"""The socket is for its owner and its group: the login proxy is one of the two."""


class ConsoleNotServed(RetryableError):
    """The address cannot be listened on: another program does, or it is none of this machine."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A port that listens; raises `ConsoleNotServed`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], socket.SOCK_STREAM) as bound:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(found[4])
            bound.listen(_WAITING_MAX)
            yield bound
    except OSError:
        raise ConsoleNotServed(f"Nothing can listen on port {port} of {host}.") from None


@contextmanager
def listening_at(path: Path) -> Iterator[socket.socket]:
    """A Unix socket that listens, removed afterwards; raises `ConsoleNotServed`."""
    _remove_if_left(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound:
        mask = os.umask(_MASK)
        try:
            bound.bind(str(path))
        except OSError as failure:
            raise ConsoleNotServed(
                f"Nothing can listen at {path} ({failure.strerror}): is a console there already?"
            ) from None
        finally:
            os.umask(mask)
        try:
            bound.listen(_WAITING_MAX)
            yield bound
        finally:
            path.unlink(missing_ok=True)


def address_of(bound: socket.socket) -> str:
    """Where a socket listens, as a browser or a proxy is told."""
    if bound.family == socket.AF_UNIX:
        return f"unix://{bound.getsockname()}"
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve_console(app: Starlette, bound: socket.socket, tell: Callable[[], None]) -> None:
    """Serves until SIGTERM or Ctrl-C (`KeyboardInterrupt`); `tell` is called once it does."""
    config = uvicorn.Config(
        app,
        log_config=None,  # ours is set up, and lets no word of a page through
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    server = _ConsoleServer(config, tell)
    # The library lives as long as the process: a collection over it takes a tenth of a second.
    gc.freeze()
    server.run(sockets=[bound])
    if server.number == signal.SIGINT:
        raise KeyboardInterrupt


def _remove_if_left(path: Path) -> None:
    """What a console that was killed has left: a socket at which nobody answers."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        try:
            asked.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)


class _ConsoleServer(uvicorn.Server):
    """Says that it serves once it does, and ends in good order."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell
        self.number = 0
        """The signal that ended it."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._end)
        yield

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self.handle_exit(number, frame)
