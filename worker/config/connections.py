"""Turns the addresses in the settings into what redis-py and Celery need.

The two read URLs differently (sockets, Sentinels, TLS), so neither gets ours unchanged.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, assert_never
from urllib.parse import quote, urlencode

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.connection import ConnectionPool, SSLConnection, UnixDomainSocketConnection
from redis.crc import key_slot
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

from worker.config.cluster import ClusterNodes, ShardRedis
from worker.config.discreet_redis import DiscreetRedis
from worker.config.redis_url import Host, RedisAddress, RedisUrlRefused, Scheme, parse_redis_url
from worker.config.settings import Settings, SettingsRefused
from worker.config.shards import is_sharded

_ANSWER_SECONDS = 5.0
"""A half-open connection is detected after this; no command may block for longer."""
_CONNECT_SECONDS = 3.0
_RETRIES = 3
_ONE_OF_SEVERAL = (
    "This cannot ask all shards yet, and one of them would answer for itself only. To ask one, set "
    "MRS_SHARDS=1 and its prefix, such as MRS_PREFIX={mrs-0}."
)


def redis_client(settings: Settings) -> Redis:
    """
    A client of the installation's Redis that returns bytes.

    A command whose answer was lost is sent again: every script here may safely run twice. No error
    repeats the arguments of a command. Where there are shards, the settings must be those of one
    (`shards_of`): raises `SettingsRefused`, as what asks one of several would answer for it alone.
    """
    if is_sharded(settings) and "{" not in settings.prefix:
        raise SettingsRefused([_ONE_OF_SEVERAL])
    address = parse_redis_url(settings.redis_url.get_secret_value())
    if address.scheme == "sentinel":
        return _sentinel_client(address)
    if address.is_cluster:
        return ShardRedis(_nodes(os.getpid(), address), settings.prefix)
    if "{" in settings.prefix:  # one of several shards
        return DiscreetRedis(connection_pool=_shared_pool(os.getpid(), address, is_impatient=False))
    return DiscreetRedis(connection_pool=_pool(address))


def slot_of(prefix: str) -> int:
    """The slot of a cluster in which all keys under a prefix with a hash tag lie."""
    return key_slot(prefix.encode())


def impatient_client(settings: Settings) -> Redis:
    """A client that never retries a command: the caller starts over if Redis does not answer."""
    address = parse_redis_url(settings.redis_url.get_secret_value())
    if "{" in settings.prefix and not address.is_cluster and address.scheme != "sentinel":
        return DiscreetRedis(connection_pool=_shared_pool(os.getpid(), address, is_impatient=True))
    client = redis_client(settings)
    client.set_retry(Retry(NoBackoff(), 0))
    return client


def address_of(client: Redis) -> str:
    """Where a client connects to, for display: no password is in it."""
    if isinstance(client, ShardRedis):
        return client.masked_address
    pool = client.connection_pool
    if isinstance(pool, SentinelConnectionPool):
        sentinels = [
            each.connection_pool.connection_kwargs for each in pool.sentinel_manager.sentinels
        ]
        return _displayed("sentinel", pool.connection_kwargs, sentinels, pool.service_name)
    if issubclass(pool.connection_class, UnixDomainSocketConnection):
        return _displayed("unix", pool.connection_kwargs, ())
    is_tls = issubclass(pool.connection_class, SSLConnection)
    return _displayed(
        "rediss" if is_tls else "redis", pool.connection_kwargs, [pool.connection_kwargs]
    )


def broker_of(settings: Settings) -> Settings:
    """The same settings with the broker in place of the installation's Redis."""
    return settings.model_copy(update={"redis_url": settings.broker_url, "shards": 1})


def celery_broker_url(settings: Settings) -> str:
    """The broker's address in Celery's form. It contains the password: never log it."""
    address = parse_redis_url(settings.broker_url.get_secret_value())
    match address.scheme:
        case "unix":
            query = urlencode({"virtual_host": address.database})
            return f"redis+socket://{_login(address)}{quote(address.path)}?{query}"
        case "sentinel":
            return ";".join(_celery_url(address, each) for each in range(len(address.hosts)))
        case "rediss":
            # Without this option Celery would not verify the server's certificate.
            options = {"ssl_cert_reqs": "required"} | address.options
            return f"{_celery_url(address)}?{urlencode(options)}"
        case "redis":
            return _celery_url(address)
        case "redis+cluster" | "rediss+cluster":
            raise RedisUrlRefused("Celery cannot use a Redis Cluster")
        case never:
            assert_never(never)


def celery_broker_options(settings: Settings) -> Mapping[str, object]:
    """The parts of the broker's address that do not fit in Celery's URL, as transport options."""
    address = parse_redis_url(settings.broker_url.get_secret_value())
    if address.scheme != "sentinel":
        return {}
    return {"master_name": address.service, "sentinel_kwargs": _sentinel_login(address)}


def _pool(address: RedisAddress) -> ConnectionPool:
    return ConnectionPool(**_where(address), **_how(address))


@lru_cache(maxsize=8)
def _shared_pool(_process: int, address: RedisAddress, *, is_impatient: bool) -> ConnectionPool:
    """The connections of all shards on one server; a forked child must not share its parent's."""
    pool = _pool(address)
    if is_impatient:
        pool.set_retry(Retry(NoBackoff(), 0))
    return pool


@lru_cache(maxsize=8)
def _nodes(_process: int, address: RedisAddress) -> ClusterNodes:
    """One map of a cluster for all its shards; a forked child must not share its parent's."""
    how = _how(address) | _patience() | {"socket_keepalive": True}
    del how["db"], how["retry"]  # a command follows its slot instead
    if address.scheme == "rediss+cluster":
        how |= {"ssl": True, "ssl_cert_reqs": "required", **address.options}
    return ClusterNodes(address, how)


def _where(address: RedisAddress) -> dict[str, Any]:
    if address.scheme == "unix":
        local = {"connection_class": UnixDomainSocketConnection, "path": address.path}
        return local | {"socket_timeout": _ANSWER_SECONDS}
    host, port = address.hosts[0]
    where: dict[str, Any] = {"host": host, "port": port}
    if address.scheme == "rediss":
        where |= {"connection_class": SSLConnection, "ssl_cert_reqs": "required", **address.options}
    return where | _patience() | {"socket_keepalive": True}


def _how(address: RedisAddress) -> dict[str, Any]:
    return {
        "db": address.database,
        "username": address.username,
        "password": address.password,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=1), _RETRIES),
        "health_check_interval": 5,
        # With RESP3 redis-py asks for maintenance notifications, a command that a user with few
        # rights may not run. RESP2 needs no such right.
        "protocol": 2,
    }


def _patience() -> dict[str, Any]:
    return {"socket_timeout": _ANSWER_SECONDS, "socket_connect_timeout": _CONNECT_SECONDS}


def _sentinel_client(address: RedisAddress) -> Redis:
    sentinel = Sentinel(  # type: ignore[no-untyped-call]  # redis-py has no types for it
        list(address.hosts),
        # Each is asked once: the next one may know, and the command itself is tried again.
        sentinel_kwargs=_patience()
        | {"protocol": 2, "retry": Retry(NoBackoff(), 0)}
        | _sentinel_login(address),
        **_patience(),
        socket_keepalive=True,
        **_how(address),
    )
    client: Redis = sentinel.master_for(  # type: ignore[no-untyped-call]  # nor for this
        address.service, redis_class=DiscreetRedis
    )
    return client


def _sentinel_login(address: RedisAddress) -> dict[str, Any]:
    return {
        name.removeprefix("sentinel_"): value
        for name, value in address.options.items()
        if name.startswith("sentinel_")
    }


def _displayed(
    scheme: Scheme, how: Mapping[str, Any], hosts: Iterable[Mapping[str, Any]], service: str = ""
) -> str:
    return RedisAddress(
        scheme=scheme,
        hosts=tuple(Host(each.get("host", "localhost"), each.get("port", 6379)) for each in hosts),
        path=how.get("path", ""),
        service=service,
        database=how.get("db") or 0,
        username=how.get("username"),
        password=how.get("password"),
    ).masked


def _celery_url(address: RedisAddress, host: int = 0) -> str:
    name, port = address.hosts[host]
    bracketed = f"[{name}]" if ":" in name else name
    return f"{address.scheme}://{_login(address)}{bracketed}:{port}/{address.database}"


def _login(address: RedisAddress) -> str:
    if address.username is None and address.password is None:
        return ""
    password = "" if address.password is None else f":{quote(address.password, safe='')}"
    return f"{quote(address.username or '', safe='')}{password}@"
