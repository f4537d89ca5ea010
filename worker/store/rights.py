"""Asks Redis whether this login may do everything that a worker's scripts do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from redis import Redis
from redis.exceptions import NoPermissionError

from worker.failures import RightsMissing
from worker.store.keys import DOOR, Keys, lane_name
from worker.store.scripts import Scripts, failures_in_our_words

SCRATCH: Final = "rights"
"""The place whose lease is the scratch key; no entry waits there."""

_NAMED_COMMAND: Final = re.compile(r"'([a-z|]+)' command")
_WITHOUT_KEY: Final = ("PING", "INFO", "TIME", "EVALSHA", "SCRIPT")


class Right(NamedTuple):
    """A command, and a key on which a worker uses it."""

    command: str
    kind: str
    """The kind of the key; empty for a command without one."""
    key: str = ""

    def __str__(self) -> str:
        return f"{self.command} on {self.kind}" if self.kind else self.command


def worker_rights(keys: Keys) -> tuple[Right, ...]:
    """All rights that a worker's scripts and reads need, as in `deploy/users.acl`."""
    return (*(Right(command, "") for command in _WITHOUT_KEY), *_on_keys(keys))


def require_rights(client: Redis, scripts: Scripts, keys: Keys) -> None:
    """Raises `RightsMissing`, naming each right that is missing, or `StoreUnavailable`."""
    rights = worker_rights(keys)
    scratch = keys.lease(SCRATCH)
    names = [scratch, *dict.fromkeys(right.key for right in rights if right.key)]
    asked = [
        argument
        for right in rights
        for argument in (right.command, names.index(right.key) + 1 if right.key else 0)
    ]
    with failures_in_our_words(client), _refusals_named():
        can_be_asked, positions = scripts.run_raw("rights", names, *asked)
        if not can_be_asked:
            client.script_load("return 1")
    if positions:
        raise RightsMissing([str(rights[position]) for position in positions])


def _on_keys(keys: Keys) -> Iterator[Right]:
    lane = lane_name(0)
    streams = "XLEN XRANGE XDEL XINFO TYPE"
    for kind, key, commands in (
        ("events", keys.door, f"{streams} XREAD"),
        ("lanes", keys.stream(lane), f"{streams} XADD"),
        ("determinations", keys.determinations, "XADD XINFO TYPE"),
        ("dead-letters", keys.dead_letters, "XADD XINFO TYPE"),
        ("dead-letters-by-member", keys.dead_letters_by_member, "ZADD TYPE"),
        ("leases", keys.lease(DOOR), "GET SET DEL PEXPIRE PTTL TYPE"),
        ("marks", keys.mark(DOOR), "GET SET DEL PEXPIRE PTTL TYPE"),
        ("attempts", keys.attempts(DOOR), "HGET HSET HDEL TYPE"),
        ("takes", keys.takes, "HGET HINCRBY HDEL TYPE"),
        ("counters", keys.counters, "HGET HINCRBY TYPE"),
        ("exemplars", keys.exemplars, "HSET"),
        ("meta", keys.meta, "HGET HGETALL HMGET HSET TYPE"),
        ("workers", keys.workers, "PEXPIRE ZADD ZREM ZREMRANGEBYSCORE TYPE"),
        ("records", keys.record(SCRATCH), "GET GETRANGE SET STRLEN TYPE"),
        ("index", keys.index(SCRATCH), "RPUSH TYPE"),
        ("received", keys.received(SCRATCH), "RPUSH TYPE"),
        ("claims", keys.claim(SCRATCH), "ZADD TYPE"),
        ("pends", keys.pends(SCRATCH, ""), "ZADD ZREM TYPE"),
    ):
        for command in commands.split():
            yield Right(command, kind, key)


@contextmanager
def _refusals_named() -> Iterator[None]:
    try:
        yield
    except NoPermissionError as refused:
        raise RightsMissing([_named(str(refused))]) from None


def _named(refused: str) -> str:
    """The command that Redis named when it refused to run the script itself."""
    found = _NAMED_COMMAND.search(refused)
    return found[1].replace("|", " ").upper() if found else "EVALSHA or SCRIPT LOAD"
