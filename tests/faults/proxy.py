"""Stands between workers and their Redis, sees each command and each answer, and may meddle."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from hashlib import sha1
from pathlib import Path
from threading import Thread
from typing import get_args

from tests.faults.resp import command_bytes, take_answer, take_command
from worker.store.scripts import ScriptName, script_text

_CHUNK = 65536
_NO_ANSWER_OF_THEIR_OWN = {"subscribe", "psubscribe", "unsubscribe", "punsubscribe"}


class Act(Enum):
    """What becomes of a command or of an answer."""

    PASS = "goes on"
    CUT = "is dropped, and its connection closed"
    HALF = "is dropped after half of its bytes, and its connection closed"
    SILENCE = "is dropped, and nothing more is heard of its connection, which stays open"


@dataclass(frozen=True)
class Call:
    """One command of one process."""

    pid: int
    words: list[bytes]

    @property
    def name(self) -> str:
        """The script that it calls, or else the command, in lower case."""
        first = self.words[0].decode().lower()
        if first == "evalsha":
            return _script_names().get(self.words[1].decode(), first)
        return first


class Meddler:
    """Lets everything pass; others look and do otherwise."""

    def command(self, call: Call) -> Act:
        """A command has come; Redis has not seen it."""
        del call
        return Act.PASS

    def answer(self, call: Call, answer: bytes) -> Act:
        """Redis has done it and answered; the process does not know yet."""
        del call, answer
        return Act.PASS


@dataclass
class Proxy:
    """Listens on a socket of its own for as long as `running` is entered."""

    server: Path
    """The socket of Redis."""
    path: Path
    meddler: Meddler = field(default_factory=Meddler)

    @property
    def url(self) -> str:
        """Where it is, as `MRS_REDIS_URL` has it."""
        return f"unix://{self.path}?db=0"

    @contextmanager
    def running(self) -> Iterator[Proxy]:
        """Runs it in a thread of its own."""
        loop = asyncio.new_event_loop()
        thread = Thread(target=loop.run_forever, name="proxy", daemon=True)
        thread.start()
        listening = _on(loop, asyncio.start_unix_server(self._serve, self.path))
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(listening.close)
            _on(loop, _end_all_tasks())
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, _pid_of(writer))
        try:
            with suppress(OSError, asyncio.CancelledError):
                server_reader, server_writer = await asyncio.open_unix_connection(self.server)
                try:
                    await _until_either_ends(
                        connection.carry_commands(reader, server_writer),
                        connection.carry_answers(server_reader, writer),
                    )
                finally:
                    server_writer.close()
        finally:
            writer.close()


class _Connection:
    def __init__(self, proxy: Proxy, pid: int) -> None:
        self._proxy = proxy
        self._pid = pid
        self._waiting: deque[Call] = deque()
        self._is_subscribed = False

    async def carry_commands(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter
    ) -> None:
        said = bytearray()
        while chunk := await reader.read(_CHUNK):
            said += chunk
            while (words := take_command(said)) is not None:
                call = Call(self._pid, words)
                self._is_subscribed |= call.name in _NO_ANSWER_OF_THEIR_OWN
                if self._proxy.meddler.command(call) is not Act.PASS:
                    await server.drain()
                    return
                self._waiting.append(call)
                server.write(command_bytes(words))
            await server.drain()

    async def carry_answers(
        self, server: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        said = bytearray()
        while chunk := await server.read(_CHUNK):
            if self._is_subscribed:
                writer.write(bytes(said) + chunk)
                said.clear()
                await writer.drain()
                continue
            said += chunk
            while (answer := take_answer(said)) is not None:
                act = self._proxy.meddler.answer(self._waiting.popleft(), answer)
                if act is Act.SILENCE:
                    await asyncio.Event().wait()
                if act is not Act.PASS:
                    writer.write(answer[: len(answer) // 2] if act is Act.HALF else b"")
                    await writer.drain()
                    return
                writer.write(answer)
            await writer.drain()


async def _until_either_ends(*ways: object) -> None:
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _end_all_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _on(loop: asyncio.AbstractEventLoop, what: object) -> object:
    return asyncio.run_coroutine_threadsafe(what, loop).result(10)


def _pid_of(writer: asyncio.StreamWriter) -> int:
    """Of the process at the other end."""
    end = writer.get_extra_info("socket")
    credentials = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[0]


@cache
def _script_names() -> dict[str, str]:
    return {
        sha1(script_text(name).encode()).hexdigest(): name  # Redis names scripts so
        for name in get_args(ScriptName)
    }
