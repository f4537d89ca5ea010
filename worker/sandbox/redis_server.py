"""
Runs a private Redis server for as long as it is needed, and never longer.

The server is the child of a supervisor (`worker/processes/supervisor.py`), which ends it when this
process ends, even by SIGKILL.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from worker.failures import RetryableError
from worker.processes import supervisor
from worker.sandbox.server_binary import find_server_binary

DURABLE: Mapping[str, str] = {
    "appendonly": "yes",
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
    "proto-max-bulk-len": "72mb",
    "save": "",
}
"""The same as in `deploy/redis.conf`: no acknowledged write is lost, and no key is evicted."""

_SOCKET_PATH_MAX = 100
"""Bytes; the kernels' limits are 104 and 108."""
_POLL_SECONDS = 0.01
_END_SECONDS_MAX = 10


class EmbeddedRedisFailed(RetryableError):
    """An embedded server did not start, or has lost its supervisor."""


class EmbeddedRedis:
    """A running Redis; `kill` and `restart` are for tests of crashes."""

    def __init__(
        self, config: Mapping[str, str], *, tcp: bool, binary: Path, start_seconds_max: float
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mrs-redis-", dir=_short_temporary_folder()))
        self.socket_path = None if tcp else self.folder / "redis.sock"
        self.port = free_port() if tcp else 0
        self.pid = 0
        """Pid of the server; 0 after a kill."""
        self._start_seconds_max = start_seconds_max
        settings = {**DURABLE, **self._place(), **config}
        arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self._keeper = _start_keeper(self.folder, [str(binary), *arguments])
        self._requests, self._answers = _pipes(self._keeper)

    @property
    def url(self) -> str:
        """Its address, in the form of `MRS_REDIS_URL`."""
        if self.socket_path is None:
            return f"redis://127.0.0.1:{self.port}/0"
        return f"unix://{self.socket_path}?db=0"

    def start(self) -> None:
        """Starts the server and returns when it answers; raises `EmbeddedRedisFailed`."""
        self.pid = int(self._ask("start"))
        given_up_at = time.monotonic() + self._start_seconds_max
        while not self._is_up():
            if self._ask("look") == "ended" or time.monotonic() > given_up_at:
                raise EmbeddedRedisFailed(f"The embedded Redis did not start: {self._last_words()}")
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """Kills the server by SIGKILL; its files stay in its folder."""
        self._ask("kill")
        self.pid = 0

    def restart(self) -> None:
        """Kills the server if it runs, and starts it again with the same data and address."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Ends the server and its supervisor and removes the folder; repeating it does nothing."""
        with suppress(OSError):
            self._requests.close()
        try:
            self._keeper.wait(_END_SECONDS_MAX)
        except subprocess.TimeoutExpired:  # pragma: no cover  # never seen to hang
            self._keeper.kill()
            self._keeper.wait()
        self._answers.close()
        shutil.rmtree(self.folder, ignore_errors=True)  # in case the supervisor was killed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _place(self) -> dict[str, str]:
        place = {"dir": str(self.folder), "daemonize": "no"}
        if self.socket_path is None:
            return place | {"bind": "127.0.0.1", "port": str(self.port)}
        return place | {"port": "0", "unixsocket": str(self.socket_path), "unixsocketperm": "700"}

    def _ask(self, word: str) -> str:
        try:
            self._requests.write(f"{word}\n")
            self._requests.flush()
        except OSError:
            raise EmbeddedRedisFailed("The embedded Redis has lost its supervisor.") from None
        return self._answers.readline().strip()

    def _is_up(self) -> bool:
        try:
            with self._connect() as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False

    def _connect(self) -> socket.socket:
        if self.socket_path is None:
            return socket.create_connection(("127.0.0.1", self.port), timeout=1)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(1)
        try:
            connection.connect(str(self.socket_path))
        except OSError:
            connection.close()
            raise
        return connection

    def _last_words(self) -> str:
        log = self.folder / supervisor.LOG
        lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "it said nothing")


@contextmanager
def embedded_redis(
    config: Mapping[str, str] | None = None,
    *,
    tcp: bool = False,
    binary: Path | None = None,
    start_seconds_max: float = 10,
) -> Iterator[EmbeddedRedis]:
    """
    A private Redis, on a socket or with `tcp` on a free port, while the block runs.

    `config` adds to or overrides `DURABLE`. Raises `NoServerBinary` if no server is found, and
    `EmbeddedRedisFailed`.
    """
    with EmbeddedRedis(
        config or {},
        tcp=tcp,
        binary=binary or find_server_binary(),
        start_seconds_max=start_seconds_max,
    ) as server:
        server.start()
        yield server


def free_port() -> int:
    """A port of this machine that is not in use at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _start_keeper(folder: Path, command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", supervisor.__file__, str(os.getpid()), str(folder), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Outside the terminal's group: Ctrl-C must not end the server before its users.
        start_new_session=True,
    )


def _pipes(keeper: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    return keeper.stdin, keeper.stdout


def _short_temporary_folder() -> str:
    folder = tempfile.gettempdir()
    longest = Path(folder) / "mrs-redis-12345678" / "redis.sock"
    return folder if len(os.fsencode(longest)) <= _SOCKET_PATH_MAX else "/tmp"  # noqa: S108  # mkdtemp makes a folder of our own in it
