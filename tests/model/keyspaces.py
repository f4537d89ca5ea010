"""Keyspaces of a real Redis: each known by its content, restored and stepped at will."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from threading import Thread
from typing import Any, Final, NamedTuple, get_args

import hiredis

from tests.faults.false_clocks import FalseClock
from tests.faults.resp import command_bytes, take_answer, take_command
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store import scripts
from worker.store.keys import Keys
from worker.store.scripts import ScriptName

PREFIX: Final = "mrs"
KEYS: Final = Keys(PREFIX)
STANDS_AT: Final = 1_790_000_000_000
"""Milliseconds: after every event that is sent here."""

_LEASE: Final = KEYS.lease("").encode()
_HEAD: Final = Struct(">IIq")
_TOLD_BYTES: Final = 40
FENCED: Final[tuple[ScriptName, ...]] = ("commit", "release", "route", "try")
_CHUNK: Final = 1 << 16
_AT_ONCE: Final = 64
"""Requests that are sent before the answers are read."""


class Disturbance(NamedTuple):
    """What is done to Redis before and after a request, which then begins with the name."""

    name: bytes
    words: tuple[bytes, ...]
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]


FULL: Final = Disturbance(b"full ", (b"CONFIG", b"SET", b"maxmemory"), (b"1",), (b"0",))
NO_RIGHT: Final = Disturbance(
    b"no right ", (b"ACL", b"SETUSER", b"default"), (b"-xdel", b"-hincrby"), (b"+@all",)
)


class Held(NamedTuple):
    """What one key holds."""

    milliseconds: int
    content: bytes
    told: bytes
    """Tells the content from another's."""


class Keyspace:
    """All that Redis holds, what was sent to the door so far, and the time that its clock shows."""

    __slots__ = (
        *("arrived", "clock", "id", "is_of_another", "leases", "redriven"),
        *("restoring", "restoring_commands"),
    )

    def __init__(
        self,
        number: int,
        held: Mapping[bytes, Held],
        clock: int,
        arrived: tuple[bytes, ...],
        redriven: tuple[bytes, ...],
        is_of_another: bool,
    ) -> None:
        self.id = number
        self.is_of_another = is_of_another
        """Whether it is that of a Redis which lost everything."""
        self.clock = clock
        self.arrived = arrived
        """The events that arrived at the door, in their order."""
        self.redriven = redriven
        """Those among them that were dead letters before."""
        self.leases = {
            name.removeprefix(_LEASE).decode(): _token_in(one.content)
            for name, one in held.items()
            if name.startswith(_LEASE)
        }
        """Place -> token of the lease that stands there."""
        restoring = [command_bytes([b"FLUSHDB"])]
        for name, one in held.items():
            milliseconds = b"%d" % max(one.milliseconds, 0)
            restoring.append(command_bytes([b"RESTORE", name, milliseconds, one.content]))
        self.restoring = b"".join(restoring)
        """What makes Redis hold it."""
        self.restoring_commands = len(restoring)


class Outcome(NamedTuple):
    """What Redis made of a request."""

    answer: bytes
    after: Keyspace


class Keyspaces:
    """One Redis that steps from one keyspace to another; each request in each is run once."""

    def __init__(self, server: EmbeddedRedis, clock: FalseClock, left_out: str) -> None:
        self.server = server
        self.runs = 0
        """Requests that Redis has run."""
        self.known: list[Keyspace] = []
        self.unfenced: set[tuple[int, int]] = set()
        """Before and after what a script wrote for somebody without the lease of the place."""
        self._clock = clock
        self._by_content: dict[bytes, Keyspace] = {}
        self._outcomes: dict[tuple[int, bytes], Outcome] = {}
        self._moved: dict[tuple[int, int], Keyspace] = {}
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(server.socket_path))
        self._said = bytearray()
        self.scripts = self._load_scripts()
        self._dump = command_bytes([b"EVALSHA", self._load("dump"), b"0", left_out.encode()])
        self._read = command_bytes([b"EVALSHA", self._load("read"), b"0"])
        self._clock.stand(STANDS_AT)

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()

    def taken_over(self) -> Keyspace:
        """What Redis holds now, whoever wrote it."""
        self._socket.sendall(self._dump)
        return self._known_as(_held(self._one()), STANDS_AT, (), ())

    def step(self, before: Keyspace, request: bytes) -> Outcome:
        """What Redis answers to a request, and what it holds then."""
        if (before.id, request) not in self._outcomes:
            self.step_all([(before, request)])
        return self._outcomes[before.id, request]

    def step_all(self, wanted: Iterable[tuple[Keyspace, bytes]]) -> None:
        """The same for many at once, to be asked for singly afterwards."""
        new = {(k.id, request): k for k, request in wanted if (k.id, request) not in self._outcomes}
        for clock in {before.clock for before in new.values()}:
            asked = [
                (before, [*_disturbed(request), self._dump])
                for (_, request), before in new.items()
                if before.clock == clock
            ]
            pairs = [one for one in new.items() if one[1].clock == clock]
            for ((_, request), before), (*answers, dumped) in zip(
                pairs, self._run(clock, asked), strict=True
            ):
                answer = answers[len(answers) // 2]
                redriven = self._redriven(before, request, answer)
                arrived = before.arrived + _arrived(request) + redriven
                after = self._known_as(
                    *(_held(dumped), clock, arrived, before.redriven + redriven),
                    is_of_another=before.is_of_another,
                )
                self._outcomes[before.id, request] = Outcome(answer, after)
                if self._is_unfenced(before, request, answer):
                    self.unfenced.add((before.id, after.id))
        self.runs += len(new)

    def at(self, before: Keyspace, milliseconds: int) -> Keyspace:
        """The same keyspace once the clock shows another time."""
        if (before.id, milliseconds) not in self._moved:
            self._clock.stand(before.clock)
            self._exchange([(before, [])])
            self._clock.stand(milliseconds)
            self._socket.sendall(self._dump)
            self._moved[before.id, milliseconds] = self._known_as(
                *(_held(self._one()), milliseconds, before.arrived, before.redriven),
                is_of_another=before.is_of_another,
            )
        return self._moved[before.id, milliseconds]

    def emptied(self, before: Keyspace) -> Keyspace:
        """A Redis that came back without any data, at the same time."""
        return self._known_as({}, before.clock, (), (), is_of_another=True)

    def read_all(
        self, wanted: Sequence[Keyspace], also: bytes
    ) -> Iterator[tuple[Keyspace, list[bytes]]]:
        """Each of them with all that it holds and the answer to a further request."""
        for clock in {one.clock for one in wanted}:
            asked = [(one, [self._read, also]) for one in wanted if one.clock == clock]
            answers = self._run(clock, asked)
            yield from zip((one for one, _ in asked), answers, strict=True)

    def _run(
        self, clock: int, asked: Sequence[tuple[Keyspace, list[bytes]]]
    ) -> Iterator[list[bytes]]:
        self._clock.stand(clock)
        for start in range(0, len(asked), _AT_ONCE):
            yield from self._exchange(asked[start : start + _AT_ONCE])

    def _exchange(self, asked: Sequence[tuple[Keyspace, list[bytes]]]) -> list[list[bytes]]:
        said = b"".join(part for one, requests in asked for part in (one.restoring, *requests))
        if len(asked) == 1:  # Redis reads all of it before it answers
            self._socket.sendall(said)
            return [self._answers_to(*asked[0])]
        writing = Thread(target=self._socket.sendall, args=(said,))
        writing.start()
        answers = [self._answers_to(one, requests) for one, requests in asked]
        writing.join()
        return answers

    def _answers_to(self, one: Keyspace, requests: list[bytes]) -> list[bytes]:
        for _ in range(one.restoring_commands):
            answer = self._one()
            assert answer == b"+OK\r\n", answer
        return [self._one() for _ in requests]

    def _redriven(self, before: Keyspace, request: bytes, answer: bytes) -> tuple[bytes, ...]:
        words = _words_of(request)
        if self.scripts.get(words[1]) != "redrive" or answer != b":1\r\n":
            return ()
        (event,) = set(before.arrived)  # where dead letters are put back, there is one event
        return (event,)

    def _is_unfenced(self, before: Keyspace, request: bytes, answer: bytes) -> bool:
        words = _words_of(request)
        if self.scripts.get(words[1]) not in FENCED or answer.startswith(b"-"):
            return False
        place = words[3].decode().removeprefix(KEYS.lease(""))
        return before.leases.get(place) != words[3 + int(words[2])].decode()

    def _known_as(
        self,
        held: Mapping[bytes, Held],
        clock: int,
        arrived: tuple[bytes, ...],
        redriven: tuple[bytes, ...],
        *,
        is_of_another: bool = False,
    ) -> Keyspace:
        digest = blake2b(digest_size=16)
        digest.update(repr((clock, arrived, redriven, is_of_another)).encode())
        for name, one in held.items():
            digest.update(b"%d %d " % (len(name), one.milliseconds) + name + one.told)
        content = digest.digest()
        known = self._by_content.get(content)
        if known is None:
            known = Keyspace(len(self.known), held, clock, arrived, redriven, is_of_another)
            self._by_content[content] = known
            self.known.append(known)
        return known

    def _load_scripts(self) -> dict[bytes, ScriptName]:
        """The scripts by the names that Redis gives them."""
        return {self._loaded(scripts.script_text(name)): name for name in get_args(ScriptName)}

    def _load(self, name: str) -> bytes:
        return self._loaded(Path(__file__).with_name(f"{name}.lua").read_text("utf-8"))

    def _loaded(self, text: str) -> bytes:
        self._socket.sendall(command_bytes([b"SCRIPT", b"LOAD", text.encode()]))
        return self._one().splitlines()[1]

    def _one(self) -> bytes:
        while (answer := take_answer(self._said)) is None:
            self._said += self._socket.recv(_CHUNK)
        return answer


@contextmanager
def keyspaces(folder: Path, left_out: str = ":mark:") -> Iterator[Keyspaces]:
    """Keyspaces of a Redis of their own, whose clock stands still; marks are left out of them."""
    clock = FalseClock(folder)
    with embedded_redis({"appendonly": "no"}, binary=clock.redis_server()) as server:
        spaces = Keyspaces(server, clock, left_out)
        try:
            yield spaces
        finally:
            spaces.close()


def hiredis_answer(raw: bytes, errors: Callable[[str], Exception] = Exception) -> Any:
    """An answer as redis-py's own parser reads it."""
    reader = hiredis.Reader(replyError=errors)
    reader.feed(raw)
    return reader.gets()


def _held(dumped: bytes) -> Mapping[bytes, Held]:
    held = {}
    at = dumped.index(b"\r\n") + 2
    while at < len(dumped) - 2:
        name_size, size, milliseconds = _HEAD.unpack_from(dumped, at)
        told_at = at + _HEAD.size
        name_at = told_at + _TOLD_BYTES
        content_at = name_at + name_size
        at = content_at + size
        held[dumped[name_at:content_at]] = Held(
            milliseconds, dumped[content_at:at], dumped[told_at:name_at]
        )
    return held


def _disturbed(request: bytes) -> list[bytes]:
    """The commands that a request is carried out by."""
    for name, words, before, after in (FULL, NO_RIGHT):
        if request.startswith(name):
            return [
                command_bytes([*words, *before]),
                request.removeprefix(name),
                command_bytes([*words, *after]),
            ]
    return [request]


def _words_of(request: bytes) -> list[bytes]:
    return take_command(bytearray(request[request.index(b"*") :])) or []


def _token_in(content: bytes) -> str:
    """DUMP says the kind of a text in one byte and its length in one, as it is shorter than 64."""
    return content[2 : 2 + content[1]].decode().rpartition(" ")[0]


def _arrived(request: bytes) -> tuple[bytes, ...]:
    words = take_command(bytearray(request)) if b"XADD" in request[:16] else None
    return (words[-1],) if words and words[1] == KEYS.door.encode() else ()
