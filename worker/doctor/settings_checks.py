"""Checks the settings: whether they are usable, and whether they are sensible."""

from __future__ import annotations

import os
from collections.abc import Iterator
from ipaddress import ip_address

from worker.config.redis_url import RedisAddress, parse_redis_url
from worker.config.settings import PREFIX, Settings
from worker.doctor.diagnostic import Diagnostic

_ABOUT = "settings"
_OF_TESTS = f"{PREFIX}TESTS_"


def examine_settings(settings: Settings) -> Iterator[Diagnostic]:
    """Checks addresses (hiding secrets), unknown names, and the state folder."""
    yield Diagnostic("ok", _ABOUT, f"Redis: {settings.masked_redis_url}, prefix {settings.prefix}")
    yield from _address("MRS_REDIS_URL", settings.redis_url.get_secret_value())
    if settings.broker_url != settings.redis_url:
        yield Diagnostic("ok", _ABOUT, f"Celery's orders: {settings.masked_broker_url}")
        yield from _address("MRS_BROKER_URL", settings.broker_url.get_secret_value())
    yield from _unknown_names()
    yield from _state_folder(settings)


def _address(name: str, url: str) -> Iterator[Diagnostic]:
    address = parse_redis_url(url)
    if _is_of_this_machine(address):
        return
    if address.password is None:
        yield Diagnostic(
            "warning",
            _ABOUT,
            f"{name} has no password, and Redis is on another machine.",
            "Whoever reaches it reads members' data: give it users, and put the login into the "
            "address.",
        )
    if address.scheme == "redis":
        yield Diagnostic(
            "warning",
            _ABOUT,
            f"{name} connects to another machine without TLS.",
            "Use rediss://, or make sure that nobody can listen on the network in between.",
        )


def _is_of_this_machine(address: RedisAddress) -> bool:
    return all(_is_loopback(host.name) for host in address.hosts)


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _unknown_names() -> Iterator[Diagnostic]:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and not name.startswith(_OF_TESTS) and name not in known:
            yield Diagnostic(
                "warning",
                _ABOUT,
                f"{name} is not a setting; nothing reads it.",
                "Correct its name; docs/settings.md lists the settings.",
            )


def _state_folder(settings: Settings) -> Iterator[Diagnostic]:
    folder = settings.state_dir
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(nearest, os.W_OK) or not nearest.is_dir():
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"MRS_STATE_DIR ({folder}) cannot be written.",
            "A worker here could not show that it is alive: choose a folder that its user owns.",
        )
