"""Stands between one worker process and Redis, and lets a request through when it is told to."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Final

from tests.faults.proxy import Call
from tests.faults.resp import command_bytes, take_answer, take_command
from tests.faults.traps import STEPS

_STEPS: Final = STEPS - {"info"} | {"xadd", "rpush", "xrange", "xdel"}
"""What a worker of ours asks, and what one with a defect might."""
_CHUNK: Final = 1 << 16
_SECONDS_MAX: Final = 120


class Gate:
    """A socket for a worker; what is no step of its way passes unasked."""

    def __init__(self, server: Path, path: Path) -> None:
        self.answer = b""
        """To the last step."""
        self._server = server
        self._arrived: Queue[str] = Queue()
        self._fates: Queue[str] = Queue()
        self._done: Queue[bytes] = Queue()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        Thread(target=self._accept, daemon=True).start()

    def step(self, name: str, fate: str) -> None:
        """Lets the next step through, which must have this name, to this fate."""
        arrived = self._arrived.get(timeout=_SECONDS_MAX)
        assert arrived == name, f"{arrived} instead of {name}"
        self._fates.put(fate)
        self.answer = self._done.get(timeout=_SECONDS_MAX)

    def close(self) -> None:
        """Lets nobody in any more."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, worker: socket.socket) -> None:
        said, answered = bytearray(), bytearray()
        with worker, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(str(self._server))
            while chunk := worker.recv(_CHUNK):
                said += chunk
                while (words := take_command(said)) is not None:
                    call = Call(0, words)
                    is_step = call.name in _STEPS
                    fate = self._fate(call.name) if is_step else ""
                    answer = b"" if fate == "request lost" else _ask(server, words, answered)
                    if is_step:
                        self._done.put(answer)
                    if fate:
                        return
                    worker.sendall(answer)

    def _fate(self, name: str) -> str:
        self._arrived.put(name)
        return self._fates.get()


def _ask(server: socket.socket, words: list[bytes], answered: bytearray) -> bytes:
    server.sendall(command_bytes(words))
    while (answer := take_answer(answered)) is None:
        answered += server.recv(_CHUNK)
    return answer
