"""Replays a way through the states on real processes, in the same order of requests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.faults.checker import Sent, judge
from tests.faults.observed import observe
from tests.faults.workload import entry_of
from tests.model.configurations import SMALL
from tests.model.gate import Gate
from tests.model.keyspaces import KEYS
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.protocol import Compatibility
from worker.store.redis import RedisStore
from worker.store.scripts import ScriptName, script_text


class Deed(NamedTuple):
    """One step of a way, without anything of the exploration."""

    who: str
    """A worker by its letter, `producer`, or empty."""
    what: str
    place: str
    fate: str


def replay(deeds: Sequence[Deed], events: Sequence[bytes], lanes: int) -> tuple[str, bytes]:
    """What the judge says of the end, and what Redis answered last."""
    with embedded_redis({"appendonly": "no"}) as server:
        return _Replay(server, lanes).run(deeds, events)


class _Replay:
    def __init__(self, server: EmbeddedRedis, lanes: int) -> None:
        assert server.socket_path is not None
        self._socket = server.socket_path
        self._lanes = lanes
        self._folder = server.folder
        self._gates: dict[str, Gate] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._library = load_library(SHIPPED)

    def run(self, deeds: Sequence[Deed], events: Sequence[bytes]) -> tuple[str, bytes]:
        to_send, sent = iter(events), []
        with Redis(unix_socket_path=str(self._socket)) as redis:
            library = self._library
            RedisStore(redis, KEYS).agree(
                Compatibility(self._lanes, library.generation, library.digest)
            )
            for name in get_args(ScriptName):
                redis.script_load(script_text(name))
            try:
                for deed in deeds:
                    if deed.who == "producer":
                        sent.append(next(to_send))
                        redis.xadd(KEYS.door, {"event": sent[-1]})
                    elif not deed.who:
                        redis.delete(KEYS.lease(deed.place))
                    else:
                        self._work(deed)
                observed = observe(redis, KEYS, self._lanes)
            finally:
                for process in self._processes.values():
                    process.kill()
                    process.wait()
                for gate in self._gates.values():
                    gate.close()
            judged = judge(observed, Sent(entries=[entry_of(raw) for raw in sent]), [library])
            last = self._gates[deeds[-1].who].answer if deeds[-1].who in self._gates else b""
            return str(judged), last

    def _work(self, deed: Deed) -> None:
        if deed.what == "dies":
            self._processes[deed.who].kill()
            return
        if deed.place:
            self._begin(deed)
        self._gates[deed.who].step(deed.what, deed.fate)

    def _begin(self, deed: Deed) -> None:
        path = self._folder / f"gate-{len(self._processes)}-{deed.who}"
        self._gates[deed.who] = Gate(self._socket, path)
        arguments = (f"unix://{path}?db=0", str(self._folder), str(self._lanes), deed.place)
        self._processes[deed.who] = subprocess.Popen(
            [sys.executable, "-m", "tests.model.real_worker", *arguments]
        )


def main() -> None:
    """Replays the deeds that are given as JSON with the name of their configuration."""
    name, told = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    (bounds,) = (each for each in SMALL if each.name == name)
    wrong, answer = replay([Deed(*each) for each in told], bounds.events, bounds.lanes)
    said: dict[str, Any] = {"wrong": wrong, "answer": answer.decode(errors="replace")}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
