"""Stands between a client and Redis, and cuts the connection once, after a command was done."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread


@dataclass
class CuttingRelay:
    """The client never learns what became of the first command that holds `word`."""

    port: int
    """Of Redis, on this machine."""
    word: bytes
    cuts: int = 0
    _listening: socket.socket = field(
        default_factory=lambda: socket.create_server(("127.0.0.1", 0))
    )
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self._listening.getsockname()[1]}/0"

    @contextmanager
    def running(self) -> Iterator[CuttingRelay]:
        """Accepts connections until it is left."""
        Thread(target=self._accept, daemon=True).start()
        with self._listening:
            yield self

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One command, one answer, in turn; every client of these samples works so."""
        with (
            suppress(OSError),
            client,
            socket.create_connection(("127.0.0.1", self.port)) as server,
        ):
            Thread(target=_pump, args=(server, client, self._is_cut), daemon=True).start()
            held = b""
            while chunk := client.recv(65536):
                held = (held + chunk)[-200_000:]
                with self._lock:
                    if self.word in held and not self.cuts:
                        self.cuts = 1
                server.sendall(chunk)

    def _is_cut(self) -> bool:
        with self._lock:
            if self.cuts == 1:
                self.cuts = 2
                return True
        return False


def _pump(server: socket.socket, client: socket.socket, is_cut) -> None:
    with suppress(OSError):
        while chunk := server.recv(65536):
            if is_cut():
                client.shutdown(socket.SHUT_RDWR)
                return
            client.sendall(chunk)
