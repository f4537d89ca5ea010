"""Runs the Lua scripts, and turns Redis's refusals into the store's exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from redis import Redis
from redis.exceptions import NoScriptError, RedisError, ResponseError

from worker.config.connections import address_of
from worker.config.redis_failures import failure_in_words
from worker.failures import (
    ClockMoved,
    InstallationMismatch,
    LeaseLost,
    Mismatch,
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

_WRITE_MUCH: tuple[ScriptName, ...] = ("commit", "route", "take")
"""Scripts that do several things to a place, and so can be stopped in their middle."""


class Scripts:
    """All scripts, each prefixed with the common checks."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._scripts = {
            name: client.register_script(script_text(name)) for name in get_args(ScriptName)
        }

    def run(self, name: ScriptName, keys: Sequence[str], *arguments: Argument) -> Any:  # noqa: ANN401  # Lua's own
        """The result of a script."""
        with failures_in_our_words(self._client):
            return self.run_raw(name, keys, *arguments)

    def run_raw(self, name: ScriptName, keys: Sequence[str], *arguments: Argument) -> Any:  # noqa: ANN401  # as above
        """The same, with whatever redis-py raises."""
        script = self._scripts[name]
        try:
            return script(keys=keys, args=arguments)
        except NoScriptError:  # loaded into one node of a cluster, and asked of another
            return self._client.eval(script_text(name), len(keys), *keys, *arguments)


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
