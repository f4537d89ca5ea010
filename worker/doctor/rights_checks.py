"""Checks what this login may do in Redis: enough, but not everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from redis.exceptions import NoPermissionError, RedisError

from worker.config.redis_url import parse_redis_url
from worker.doctor.diagnostic import Diagnostic, Examined

_ABOUT = "login"
_NO_SUCH_SCRIPT: Final = "0" * 40


def examine_rights(examined: Examined) -> Iterator[Diagnostic]:
    """Tries a harmless form of each kind of command that a worker needs."""
    login = _login(examined)
    missing = [name for name, words in _tries(examined) if _is_refused(examined, words)]
    for name in missing:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"{login} may not {name}.",
            "Give it the rights of its role (deploy/), or use the login of that role.",
        )
    if not missing:
        yield Diagnostic("ok", _ABOUT, f"{login} may read and run our scripts")


def _tries(examined: Examined) -> tuple[tuple[str, tuple[str, ...]], ...]:
    keys = examined.keys
    return (
        ("run scripts", ("EVALSHA", _NO_SUCH_SCRIPT, "1", keys.door)),
        ("load scripts", ("SCRIPT", "LOAD", "return 1")),
        ("read the door", ("XLEN", keys.door)),
        ("read the determinations", ("XLEN", keys.determinations)),
        ("read members' records", ("STRLEN", keys.record("doctor"))),
        ("read Celery's keys", ("EXISTS", f"{keys.celery}drain")),
    )


def _is_refused(examined: Examined, words: tuple[str, ...]) -> bool:
    try:
        examined.client.execute_command(*words)
    except NoPermissionError:
        return True
    except RedisError:
        return False  # no such script or key: access itself was allowed
    return False


def _login(examined: Examined) -> str:
    name = parse_redis_url(examined.settings.redis_url.get_secret_value()).username
    return f"user {name}" if name else "the default user"
