"""What each login may do, in the words of Redis, and what none of them may."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError
from redis.retry import Retry

from tests.security.logins import (
    USERS,
    admin_of,
    guarded_redis,
)
from worker.sandbox.redis_server import EmbeddedRedis

RIGHTS = """
producer may XADD mrs:events * event {}
producer may WAIT 1 10
producer may not XRANGE mrs:events - +
producer may not XADD mrs:lane:00 * event {}
producer may not XADD mrs:determinations * event {}
producer may not EVAL return 1 0
worker may SET mrs:celery:unacked_mutex x
worker may not LPUSH mrs:determinations x
worker may not XADD mrs:events * event {}
worker may not XRANGE mrs:determinations - +
worker may not XRANGE mrs:dead-letters - +
worker may not XDEL mrs:determinations 0-1
worker may not SET other:key x
worker may not KEYS *
worker may HSET mrs:exemplars 0.05 x
worker may not HGETALL mrs:exemplars
celery may not XRANGE mrs:events - +
celery may not GET mrs:record:M-1
consumer may XGROUP CREATE mrs:determinations g 0
consumer may XREADGROUP GROUP g c STREAMS mrs:determinations >
consumer may XACK mrs:determinations g 0-1
consumer may XAUTOCLAIM mrs:determinations g c 60000 0
consumer may not XADD mrs:determinations * event {}
consumer may not XDEL mrs:determinations 0-1
consumer may not XTRIM mrs:determinations MAXLEN 0
consumer may not XGROUP DESTROY mrs:determinations g
consumer may not XREADGROUP GROUP g c STREAMS mrs:events >
consumer may not GET mrs:record:M-1
bridge may XADD mrs:events * event {}
bridge may XLEN mrs:events
bridge may INFO memory
bridge may not XRANGE mrs:events - +
bridge may not XDEL mrs:events 0-1
bridge may not XADD mrs:lane:00 * event {}
bridge may not XLEN mrs:determinations
bridge may not GET mrs:record:M-1
fhir may XADD mrs:events * event {}
fhir may LRANGE mrs:index:M-1 0 -1
fhir may XRANGE mrs:determinations - +
fhir may not XRANGE mrs:events - +
fhir may not XADD mrs:determinations * event {}
fhir may not GET mrs:record:M-1
fhir may not RPUSH mrs:index:M-1 x
console-view may GET mrs:record:M-1
console-view may XRANGE mrs:determinations - +
console-view may ZRANGE mrs:pends:s:r 0 -1
console-view may GET mrs:console:lease:x
console-view may PTTL mrs:console:lease:x
console-view may not SET mrs:console:lease:x y
console-view may not SADD mrs:console:deciders:x y
console-view may not XADD mrs:events * event {}
console-view may not XRANGE mrs:views - +
console-view may not XADD mrs:views * view {}
console-view may not EVAL return 1 0
console-decide may XADD mrs:events * event {}
console-decide may SET mrs:console:lease:x y
console-decide may SADD mrs:console:deciders:x y
console-decide may HSETNX mrs:console:sample x y
console-decide may not HDEL mrs:console:sample-judged x
console-decide may not HSET mrs:console:sample-judged x y
console-decide may not XADD mrs:determinations * event {}
console-decide may not SET mrs:record:M-1 x
console-decide may not XDEL mrs:events 0-1
console-decide may not XRANGE mrs:views - +
console-decide may not XADD mrs:views * view {}
console-evidence may XADD mrs:events * event {}
console-evidence may not XRANGE mrs:events - +
console-evidence may SET mrs:console:sent:x y
console-evidence may not GET mrs:record:M-1
console-evidence may not GET mrs:console:first:x
console-evidence may not SET mrs:console:lease:x y
console-log may XADD mrs:views * view {}
console-log may XREVRANGE mrs:views + - COUNT 1
console-log may not XDEL mrs:views 0-1
console-log may not XTRIM mrs:views MAXLEN 0
console-log may not DEL mrs:views
console-log may not XADD mrs:events * event {}
console-log may not GET mrs:record:M-1
operator may XRANGE mrs:views - +
operator may not XADD mrs:views * view {}
operator may not XDEL mrs:views 0-1
worker may not XADD mrs:views * view {}
exporter may not GET mrs:record:M-1
exporter may not XADD mrs:events * event {}
exporter may not HSET mrs:exemplars 0.05 x
exporter may not XRANGE mrs:celery:drain - +
exporter may not XRANGE mrs:dead-letters - +
operator may XDEL mrs:dead-letters 0-1
operator may not XDEL mrs:determinations 0-1
operator may not HSET mrs:archived files 0
archivist may XDEL mrs:determinations 0-1
archivist may not XADD mrs:determinations * event {}
archivist may not XTRIM mrs:determinations MAXLEN 0
archivist may not XREADGROUP GROUP g c STREAMS mrs:determinations >
archivist may not XACK mrs:determinations g 0-1
archivist may HKEYS mrs:counters
archivist may not HSET mrs:counters a 1
archivist may not GET mrs:record:M-1
archivist may not XRANGE mrs:events - +
operator may not XADD mrs:determinations * event {}
operator may not XDEL mrs:events 0-1
operator may not SET mrs:record:M-1 x
operator may not HINCRBY mrs:meta lanes 1
operator may not LPUSH mrs:celery:drain x
"""
"""Who may do what, in the words of Redis."""

ADMINISTRATION = [
    ("CONFIG", "SET", "dir", "/tmp"),
    ("CONFIG", "GET", "requirepass"),
    ("ACL", "LIST"),
    ("FLUSHALL",),
    ("KEYS", "*"),
    ("MONITOR",),
    ("DEBUG", "SLEEP", "1"),
    ("EVAL", "return 1", "0"),
    ("FUNCTION", "LIST"),
    ("MODULE", "LOAD", "/tmp/x.so"),
    ("REPLICAOF", "127.0.0.1", "1"),
    ("CLIENT", "KILL", "127.0.0.1:1"),
    ("SHUTDOWN",),
    ("MIGRATE", "127.0.0.1", "1", "mrs:events", "0", "1"),
    ("SELECT", "1"),
    ("SCRIPT", "FLUSH"),
    ("PUBLISH", "mrs:celery:/0.celery.pidbox", "{}"),
]
"""What is for the administrator alone."""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[EmbeddedRedis]:
    with guarded_redis(tmp_path_factory.mktemp("rights")) as server:
        yield server


@pytest.fixture
def admin(guarded: EmbeddedRedis) -> Iterator[Redis]:
    with admin_of(guarded) as client:
        yield client


def test_a_login_reaches_what_is_its_own(admin):
    found = []
    for right in RIGHTS.split("\n")[1:-1]:
        user, _, command = re.fullmatch(r"(\S+) (may not|may) (.+)", right).groups()
        answer = admin.execute_command("ACL", "DRYRUN", f"mrs-{user}", *command.split())
        found.append(f"{user} {'may' if answer == b'OK' else 'may not'} {command}")

    assert RIGHTS.split("\n")[1:-1] == found


def test_nobody_may_administer_or_command_workers(admin):
    allowed = [
        (user, *words)
        for user in USERS
        for words in ADMINISTRATION
        if admin.execute_command("ACL", "DRYRUN", user, *words) == b"OK"
    ]

    assert [] == allowed


def test_without_a_login_nothing_is_answered(guarded):
    with pytest.raises(AuthenticationError), _plain(guarded) as stranger:
        stranger.ping()


def test_as_shipped_nobody_has_a_password_and_so_nobody_can_log_in(guarded, admin):
    for name, rules in USERS.items():
        root = rules.split(" (", 1)[0].split()
        admin.execute_command("ACL", "SETUSER", f"bare-{name}", "on", *root)

    for name in USERS:
        with pytest.raises(AuthenticationError):
            _plain(guarded, username=f"bare-{name}", password="").ping()


def _plain(server: EmbeddedRedis, **login: str) -> Redis:
    """A client that asks once, as simply as can be."""
    path = str(server.socket_path)
    return Redis(unix_socket_path=path, protocol=2, retry=Retry(NoBackoff(), 0), **login)
