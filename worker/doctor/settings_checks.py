"""Checks the settings: whether they are usable, and whether they are sensible."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from ipaddress import ip_address

from worker.config.redis_url import RedisAddress, parse_redis_url
from worker.config.settings import Settings
from worker.determinations.program import program
from worker.determinations.rules_form import rules_form
from worker.doctor.diagnostic import Diagnostic

_ABOUT = "settings"


def examine_settings(
    settings: Settings, refused: Collection[str] = frozenset()
) -> Iterator[Diagnostic]:
    """Checks addresses (hiding secrets) and the state folder; not those that are `refused`."""
    yield Diagnostic("ok", _ABOUT, f"Program: {program()}, rules: {rules_form()}")
    if not {"redis_url", "prefix"} & set(refused):
        said = f"Redis: {settings.masked_redis_url}, prefix {settings.prefix}"
        yield Diagnostic("ok", _ABOUT, said)
        yield from _address("MRS_REDIS_URL", settings.redis_url.get_secret_value())
    if settings.broker_url != settings.redis_url and "broker_url" not in refused:
        yield Diagnostic("ok", _ABOUT, f"Celery's orders: {settings.masked_broker_url}")
        yield from _address("MRS_BROKER_URL", settings.broker_url.get_secret_value())
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
