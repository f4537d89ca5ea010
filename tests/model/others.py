"""Whoever acts besides the workers: producers, operators, a worker's main process."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

from click.exceptions import Exit
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

from tests.model.actors import BROKER, THREAD, YES, Unit, Worker
from tests.model.keyspaces import KEYS
from tests.model.recorded import Script, recorded_client
from worker import app, client
from worker.commands import submit
from worker.failures import RetryableError
from worker.intake.celery_dispatch import CeleryDispatch
from worker.intake.main_loop import STANDS_SECONDS_MAX, MainLoop
from worker.metrics.counters import Tally
from worker.processes.interruption import said_when_stopped
from worker.store.protocol import Command
from worker.store.redis import RedisStore
from worker.store.worker_registry import Announcer, presence_of

_LINE: Final = re.compile(r"from line (\d+) of")
_MISLEADS: Final = "a worker counts as ready although it gets no dispatches"


class Send:
    """A producer that sends events one after the other, each until it is acknowledged."""

    wrong = ""

    def __init__(self, script: Script, events: Sequence[bytes]) -> None:
        self._client = recorded_client(script)
        self._events = events

    def play(self, script: Script) -> Unit | None:
        """All of them."""
        del script
        for event in self._events:
            while True:
                try:
                    self._client.xadd(KEYS.door, {"event": event})
                except RedisError:
                    continue
                break
        return None


class Order:
    """An operator who has a member decided again, once."""

    wrong = ""

    def __init__(self, store: RedisStore, lanes: int, lane: int, member_id: str) -> None:
        self._store = store
        self._lanes = lanes
        self._order = lane, Command("readjudicate", member_id)

    def play(self, script: Script) -> Unit | None:
        """The order; where no answer comes, it is given again."""
        del script
        while True:
            try:
                self._store.add_commands(self._lanes, [self._order])
            except RetryableError:
                continue
            return None


class Redrive:
    """An operator who puts a dead letter back to the door as soon as there is one."""

    wrong = ""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def play(self, script: Script) -> Unit | None:
        """The first; where there is none or no answer comes, it begins anew."""
        del script
        try:
            letters = self._store.dead_letters(None, 1)
            return None if letters and self._store.redrive(letters[0].id) else self
        except RetryableError:
            return self


class Submit:
    """The command `submit`; where it is stopped, it is given the file from the line that it names.

    Each event is a batch of its own, so that each can be under way when it is stopped.
    """

    wrong = ""

    def __init__(self, kind: Worker, events: Sequence[bytes], folder: Path) -> None:
        self._client = recorded_client(kind.script)
        self._settings = kind.settings
        self._from: dict[int, Submit] = {}
        self._events = events
        self._folder = folder
        self._first = 1

    def play(self, script: Script) -> Unit | None:
        """All lines of the file."""
        del script
        file = self._folder / f"from-line-{self._first}.jsonl"
        if not file.exists():
            file.write_bytes(b"".join(event + b"\n" for event in self._events[self._first - 1 :]))
        try:
            self._send(file)
        except (KeyboardInterrupt, RedisError) as stopped:
            (line,) = _LINE.findall(said_when_stopped(stopped))
            return self._again(self._first + int(line) - 1)
        return None

    def _send(self, file: Path) -> None:
        doors = partial(client.Doors, connect=lambda _: self._client)
        with (
            patch.object(client, "Doors", doors),
            patch.object(client, "BATCH", 1),
            patch.object(submit, "load_settings", lambda: self._settings),
            submit.command.make_context("submit", [str(file), "--raw"]) as context,
        ):
            try:
                submit.command.invoke(context)
            except Exit as ended:
                assert not ended.exit_code  # noqa: PT017  # no test asserts on what it raised

    def _again(self, first: int) -> Submit:
        if first not in self._from:
            following = Submit.__new__(Submit)
            vars(following).update(vars(self), _first=first)
            self._from[first] = following
        return self._from[first]


class Look:
    """A worker's main process, which looks whether the worker is ready and says so in Redis."""

    def __init__(self, kind: Worker, folder: Path, wrong: str = "") -> None:
        self.wrong = wrong
        self._kind = kind
        self._folder = folder

    def play(self, script: Script) -> Unit | None:
        """Once, by the checks of a real worker."""
        reaches = script.answer(BROKER.encode()) == YES
        turns = script.answer(THREAD.encode()) == YES
        main_loop = MainLoop(self._folder, self._kind.settings.lease_seconds)
        main_loop._beaten_at -= 0 if turns else 2 * STANDS_SECONDS_MAX
        announcer = Announcer(
            recorded_client(script), KEYS, presence_of(self._kind.library, "A worker")
        )
        has_room = SimpleNamespace(must_have_room=lambda: None)
        runtime = replace(self._kind.runtime(Tally()), headroom=has_room)
        with patch.object(app, "announcer_of", lambda *_: announcer):
            watch = app._watch(0, runtime, _carrier(reaches=reaches), main_loop)
        watch.backlog()
        if watch.reason is None and not (reaches and turns):
            return Look(self._kind, self._folder, _MISLEADS)
        return self


def _carrier(*, reaches: bool) -> CeleryDispatch:
    """Celery as it is connected, or not."""
    consumes = SimpleNamespace(consuming_from=lambda _: True)
    consumer = SimpleNamespace(
        connection=object() if reaches else None,
        away_because=None if reaches else NoConnection("Connection refused."),
        task_consumer=consumes if reaches else None,
        call_soon=lambda *_: None,
    )
    return CeleryDispatch(SimpleNamespace(app=None, consumer=consumer), "redis://broker")
