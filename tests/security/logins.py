"""A Redis that lets in only the users of `deploy/users.acl`, each with a password of the test's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from redis import Redis

from tests.support.programs import needed_program
from tests.support.sources import text_of
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis

SHIPPED = "deploy/users.acl"
ADMIN = "test-admin"
_USER = re.compile(r"^user (mrs-\S+) on (.+)$", re.MULTILINE)
USERS: Mapping[str, str] = dict(_USER.findall(text_of(SHIPPED)))
"""Each user of the file with what it is granted."""


def password_of(user: str) -> str:
    """One that shows wherever it is written, with letters that mean something in a URL."""
    return f"s3cret/{user}@:%"


def with_login(url: str, user: str) -> str:
    """An address for one user."""
    return url.replace("://", f"://{user}:{quote(password_of(user), safe='')}@", 1)


def url_of(server: EmbeddedRedis, user: str) -> str:
    """Where the server is, for one user."""
    return with_login(server.url, user)


def admin_of(server: EmbeddedRedis) -> Redis:
    """A client that may do everything."""
    path = str(server.socket_path)
    return Redis(unix_socket_path=path, username=ADMIN, password=password_of(ADMIN))


@contextmanager
def guarded_redis(folder: Path, config: Mapping[str, str] | None = None) -> Iterator[EmbeddedRedis]:
    """The server, with the shipped users and one more for the test itself."""
    file = folder / "users.acl"
    file.write_text(
        _with_passwords(text_of(SHIPPED)) + f"user {ADMIN} on {_hashed(ADMIN)} ~* &* +@all\n"
    )
    binary = needed_program("redis-server")
    with embedded_redis({"aclfile": str(file), **(config or {})}, binary=binary) as server:
        yield server


_BY_REDIS_PY = ("client", "client|setinfo")
"""Sent on each connection, and not missed: before Redis 7.2 there is no such command to refuse."""


def refusals(admin: Redis, user: str) -> list[str]:
    """What Redis has refused to a user, but for what the client library says of itself."""
    log: Any = admin.acl_log()
    return [
        f"{each['reason']} {each['object']}"
        for each in log
        if each["username"] == user and each["object"] not in _BY_REDIS_PY
    ]


def _with_passwords(users: str) -> str:
    """As SECURITY.md says that an operator does it: a hash after the word `on`."""
    return _USER.sub(lambda found: f"user {found[1]} on {_hashed(found[1])} {found[2]}", users)


def _hashed(user: str) -> str:
    return f"#{sha256(password_of(user).encode()).hexdigest()}"
