"""Runs the Lua scripts, and turns Redis's refusals into the store's exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, cast, get_args

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import NoScriptError, RedisError, ResponseError

from worker.config.connections import address_of
from worker.config.redis_failures import failure_in_words
from worker.failures import (
    ClockMoved,
    InstallationMismatch,
    LeaseLost,
    Mismatch,
    NotReplicated,
    RetryableError,
    RightsMissing,
    StaleRead,
    StoreUnavailable,
    WrongKeyType,
)

ScriptName = Literal[
    "accept",
    "add_commands",
    "agree",
    "commit",
    "count",
    "discard",
    "head",
    "load",
    "present",
    "redrive",
    "release",
    "restore",
    "rights",
    "ring",
    "route",
    "survey",
    "take",
    "try",
    "untry",
]
Argument = bytes | str | int

REPLICA_MILLISECONDS: Final = 1000
"""How long replicas have to acknowledge what was written."""

_LOADED_MAX: Final = 3
"""How often a script is loaded anew: its slot may go to a node that does not have it yet."""

_WRITE_MUCH: tuple[ScriptName, ...] = ("commit", "route", "take")
"""Scripts that do several things to a place, and so can be stopped in their middle."""


class Scripts:
    """All scripts, each prefixed with the common checks."""

    def __init__(self, client: Redis, replicas: int = 0) -> None:
        """`replicas`: how many must have what is run durably."""
        self._client = client
        self._replicas = replicas
        self._is_loaded = False
        """Whether what is run durably was loaded once."""
        self._scripts = {
            name: client.register_script(script_text(name)) for name in get_args(ScriptName)
        }

    def run(self, name: ScriptName, keys: Sequence[str], *arguments: Argument) -> Any:  # noqa: ANN401  # Lua's own
        """The result of a script."""
        with failures_in_our_words(self._client):
            return self.run_raw(name, keys, *arguments)

    def run_durably(self, name: ScriptName, keys: Sequence[str], *arguments: Argument) -> None:
        """Runs a script, and waits for replicas; `NotReplicated`: what it wrote stands yet."""
        if not self._replicas:
            self.run(name, keys, *arguments)
            return
        how = len(keys), *keys, *arguments
        if not self._is_loaded:  # or WAIT would wait for nothing first
            with failures_in_our_words(self._client):
                self._client.script_load(script_text(name))
            self._is_loaded = True
        with failures_in_our_words(self._client):
            acknowledged = self._waited(script_text(name), self._scripts[name].sha, *how)
        if acknowledged < self._replicas:
            raise NotReplicated(self._replicas)

    def _waited(self, text: str, *script: Argument) -> int:
        """One pipeline: WAIT is for what its own connection wrote."""
        pipeline: Any = self._client.pipeline(transaction=False)
        for _ in range(_LOADED_MAX):
            pipeline.execute_command("EVALSHA", *script)
            pipeline.wait(self._replicas, REPLICA_MILLISECONDS)
            ran, acknowledged = pipeline.execute(raise_on_error=False)
            if not isinstance(ran, NoScriptError):
                for answer in (ran, acknowledged):
                    if isinstance(answer, Exception):
                        raise answer
                return int(acknowledged)
            self._client.script_load(text)
        raise StoreUnavailable("The node of a script has changed too often.", "It is tried again.")

    def run_raw(self, name: ScriptName, keys: Sequence[str], *arguments: Argument) -> Any:  # noqa: ANN401  # as above
        """The same, with whatever redis-py raises."""
        script = self._scripts[name]
        for _ in range(_LOADED_MAX):
            with suppress(NoScriptError):  # loaded into one node of a cluster, and asked of another
                return script(keys=keys, args=arguments)
        return script(keys=keys, args=arguments)

    def add_to(
        self, pipeline: Pipeline, name: ScriptName, keys: Sequence[str], *arguments: Argument
    ) -> None:
        """Adds a script to a pipeline; a server that does not know it answers so."""
        pipeline.evalsha(self._scripts[name].sha, len(keys), *keys, *arguments)


@cache
def script_text(name: ScriptName) -> str:
    """A script as it is sent to Redis."""
    folder = files(__package__)
    parts = ("checks", "writes", name) if name in _WRITE_MUCH else ("checks", name)
    return "".join(folder.joinpath(f"{part}.lua").read_text(encoding="utf-8") for part in parts)


@contextmanager
def failures_in_our_words(client: Redis) -> Iterator[None]:
    """
    Turns what redis-py raises into a `RetryableError`.

    Whatever Redis refuses, no event is at fault: an unforeseen refusal must not turn a whole queue
    into dead letters.
    """
    try:
        yield
    except (RedisError, OSError) as failure:
        # The chain is cut: a Redis error may repeat arguments, and thus member data.
        raise _failure(failure, client) from None


@contextmanager
def wrong_type_named(kind: str) -> Iterator[None]:
    """Around a plain command: a key of a wrong type is named as in the scripts."""
    try:
        yield
    except ResponseError as refused:
        if str(refused).startswith("WRONGTYPE"):
            raise WrongKeyType(kind) from None
        raise


def _failure(failure: RedisError | OSError, client: Redis) -> RetryableError:
    ours = _OURS.match(str(failure)) if isinstance(failure, ResponseError) else None
    if ours is None:
        return StoreUnavailable(*failure_in_words(failure, address_of(client)))
    word, rest = ours.groups()
    return _REFUSALS[word](rest)


def _mismatch(rest: str) -> RetryableError:
    matter, _, found = rest.partition(" ")
    return InstallationMismatch(cast("Mismatch", matter), found)


_REFUSALS: Mapping[str, Callable[[str], RetryableError]] = {
    "WRONGKIND": WrongKeyType,
    "FENCED": lambda _: LeaseLost("The lease is no longer this worker's."),
    "STALE": lambda rest: StaleRead(f"Another {rest} than was read."),
    "CLOCK": lambda rest: ClockMoved(int(rest)),
    "DISAGREE": _mismatch,
    "NORIGHT": lambda rest: RightsMissing([rest.replace(" ", " on ", 1)]),
}
"""What each word of ours, with which a script refuses, becomes."""
_OURS = re.compile(rf"(?:ERR )?({'|'.join(_REFUSALS)})\b ?(.*)", re.DOTALL)
