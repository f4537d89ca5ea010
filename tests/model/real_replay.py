"""Replays a way through the states on real processes, in the same order of requests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.faults.checker import Sent, judge
from tests.faults.fates import Key, key_of_kept
from tests.faults.observed import Observed, observe
from tests.faults.workload import entry_of
from tests.model.actors import INNER
from tests.model.bounds import Bounds
from tests.model.configurations import SMALL
from tests.model.gate import Gate
from tests.model.keyspaces import KEYS
from tests.model.world import CUT_FROM, CUT_OFF, EMPTIED
from worker.config.settings import load_settings
from worker.intake.route import lane_of
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.compatibility import Compatibility
from worker.store.installation import KnownInstallation
from worker.store.protocol import Command
from worker.store.redis import RedisStore
from worker.store.scripts import ScriptName, script_text

_NOTHING: Final = (("PING",), ("PING",))
_FATES: Final = {
    "": _NOTHING,
    "answer lost": _NOTHING,
    "request lost": _NOTHING,
    "full": (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
    "rights": (
        ("ACL", "SETUSER", "default", "-xdel", "-hincrby"),
        ("ACL", "SETUSER", "default", "+@all"),
    ),
}
"""What is done to Redis before and after a request."""
_BEFALLS: Final = {CUT_FROM, CUT_OFF, EMPTIED}


class Deed(NamedTuple):
    """One step of a way, without anything of the exploration."""

    who: str
    """A worker by its letter, `producer`, `operator`, or empty."""
    what: str
    place: str
    fate: str


def can_be_replayed(deed: Deed) -> bool:
    """Whether real processes can be led to it."""
    if not deed.who:
        return "lease" in deed.what or deed.what in _BEFALLS
    if deed.what in INNER:
        return deed.fate == "yes"
    return deed.fate in _FATES


def replay(deeds: Sequence[Deed], bounds: Bounds) -> tuple[str, bytes]:
    """What the judge says of the end, and what Redis answered last."""
    config = {"appendonly": "no", "enable-debug-command": "yes"}
    with (
        embedded_redis(config) as server,
        Redis(unix_socket_path=str(server.socket_path)) as redis,
    ):
        return _Replay(server, redis, bounds).run(deeds)


class _Replay:
    def __init__(self, server: EmbeddedRedis, redis: Redis, bounds: Bounds) -> None:
        assert server.socket_path is not None
        self._socket = server.socket_path
        self._folder = server.folder
        self._redis = redis
        self._bounds = bounds
        self._store = RedisStore(redis, KEYS)
        self._gates: dict[str, Gate] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._begun: list[tuple[Gate, subprocess.Popen[bytes]]] = []
        self._to_send = iter(bounds.events)
        self._sent: list[bytes] = []
        self._on_disk: list[bytes] = []
        """What had been sent when Redis last wrote to its disk."""
        self._redriven = 0
        self._installation = ""
        self._library = load_library(SHIPPED)

    def run(self, deeds: Sequence[Deed]) -> tuple[str, bytes]:
        self._install()
        try:
            for deed in deeds:
                self._do(deed)
            observed = observe(self._redis, KEYS, self._bounds.lanes)
        finally:
            for gate, process in self._begun:
                process.kill()
                process.wait()
                gate.close()
        last = self._gates[deeds[-1].who].answer if deeds[-1].who in self._gates else b""
        return str(judge(observed, self._arrived(observed), [self._library])), last

    def _install(self) -> None:
        library = self._library
        terms = Compatibility(self._bounds.lanes, library.generation, library.digest)
        self._installation = self._store.agree(terms)
        for name in get_args(ScriptName):
            self._redis.script_load(script_text(name))

    def _do(self, deed: Deed) -> None:
        if deed.what in INNER:
            return
        if not deed.who:
            self._befall(deed)
        elif deed.who == "producer":
            self._sent.append(next(self._to_send))
            self._redis.xadd(KEYS.door, {"event": self._sent[-1]})
        elif deed.who == "operator":
            self._operate(deed.what)
        else:
            self._work(deed)

    def _befall(self, deed: Deed) -> None:
        if "lease" in deed.what:
            self._redis.delete(KEYS.lease(deed.place))
        elif deed.what == CUT_FROM:
            self._redis.save()
            self._on_disk = list(self._sent)
        elif deed.what == CUT_OFF:
            self._redis.execute_command("DEBUG", "RELOAD", "NOSAVE")
            self._sent = self._on_disk
        else:
            self._redis.flushall()

    def _operate(self, what: str) -> None:
        if what == "redrive":
            (letter,) = self._store.dead_letters(None, 1)
            self._redriven += self._store.redrive(letter.id)
        elif what == "add_commands":
            (member_id,) = self._bounds.orders
            lane = lane_of(member_id, self._bounds.lanes)
            order = lane, Command("readjudicate", member_id)
            self._store.add_commands(self._bounds.lanes, [order])

    def _work(self, deed: Deed) -> None:
        if deed.what == "dies":
            self._processes[deed.who].kill()
            return
        if deed.place:
            self._begin(deed)
        before, after = _FATES[deed.fate]
        self._redis.execute_command(*before)
        is_lost = deed.fate.endswith("lost")
        self._gates[deed.who].step(deed.what, deed.fate if is_lost else "")
        self._redis.execute_command(*after)

    def _begin(self, deed: Deed) -> None:
        path = self._folder / f"gate-{len(self._begun)}"
        gate = Gate(self._socket, path)
        url = f"unix://{path}?db=0"
        known = load_settings(redis_url=url, state_dir=self._folder, accept_risks="persistence")
        KnownInstallation.of(known).learn(self._installation)
        bounds = (str(self._bounds.lanes), str(self._bounds.attempts))
        arguments = (url, str(self._folder), *bounds, deed.place)
        process = subprocess.Popen([sys.executable, "-m", "tests.model.real_worker", *arguments])
        self._begun.append((gate, process))
        self._gates[deed.who], self._processes[deed.who] = gate, process

    def _arrived(self, observed: Observed) -> Sent:
        """As for the exploration: what was put back is one more arrival of the one event."""
        again = self._sent[:1] * self._redriven
        set_aside = Counter[Key](
            key_of_kept(fields)
            for _, fields in observed.letters
            if fields[b"reason"] == b"ATTEMPTS_EXHAUSTED"
        )
        redriven = Counter[Key](again)
        poison = set_aside + redriven if self._redriven else Counter[Key]()
        entries = [entry_of(raw) for raw in [*self._sent, *again]]
        return Sent(entries=entries, poison=poison, redriven=redriven)


def main() -> None:
    """Replays the deeds that are given as JSON with the name of their configuration."""
    name, told = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    (bounds,) = (each for each in SMALL if each.name == name)
    wrong, answer = replay([Deed(*each) for each in told], bounds)
    said: dict[str, Any] = {"wrong": wrong, "answer": answer.decode(errors="replace")}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
