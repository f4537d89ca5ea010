"""Parses the address of a Redis, and shows it without its secrets.

redis://[user:password@]host[:port][/database]
rediss://…                    the same over TLS; the server's certificate is always verified
unix://[user:password@]/path/of/the/socket[?db=database]
sentinel://[user:password@]host[:port],host[:port]…/service[/database]
redis+cluster://[user:password@]host[:port],host[:port]…   some nodes of a Redis Cluster
rediss+cluster://…            the same over TLS
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast, get_args
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from worker.failures import RefusedError

Scheme = Literal["redis", "rediss", "unix", "sentinel", "redis+cluster", "rediss+cluster"]

_TLS_OPTIONS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_OPTIONS: dict[Scheme, tuple[str, ...]] = {
    "redis": (),
    "rediss": _TLS_OPTIONS,
    "unix": ("db",),
    "sentinel": ("sentinel_username", "sentinel_password"),
    "redis+cluster": (),
    "rediss+cluster": _TLS_OPTIONS,
}
_DEFAULT_PORTS: dict[Scheme, int] = {
    "redis": 6379,
    "rediss": 6379,
    "unix": 0,
    "sentinel": 26379,
    "redis+cluster": 6379,
    "rediss+cluster": 6379,
}
_SEVERAL_HOSTS: tuple[Scheme, ...] = ("sentinel", "redis+cluster", "rediss+cluster")


class RedisUrlRefused(RefusedError):
    """The text is not a Redis address. The message never repeats it: it may hold a password."""


class Host(NamedTuple):
    """One host to connect to."""

    name: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAddress:
    """Where a Redis is and how to log in; its `repr` has no secrets."""

    scheme: Scheme
    hosts: tuple[Host, ...] = ()
    """One host; several for Sentinel and clusters; none for a socket."""
    path: str = ""
    """Path of the socket."""
    service: str = ""
    """The name of the Redis at the Sentinels."""
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    options: dict[str, str] = field(default_factory=dict, repr=False, hash=False)

    @property
    def is_cluster(self) -> bool:
        """Whether it names nodes of a Redis Cluster."""
        return self.scheme in {"redis+cluster", "rediss+cluster"}

    @property
    def masked(self) -> str:
        """The address for display, without password and options."""
        return (
            f"{self.scheme}://{self._masked_login()}"
            f"{','.join(f'{_bracketed(host.name)}:{host.port}' for host in self.hosts)}"
            f"{self.path}{'/' + self.service if self.service else ''}/{self.database}"
        )

    def _masked_login(self) -> str:
        if self.username is None and self.password is None:
            return ""
        return f"{quote(self.username or '')}{':***' if self.password is not None else ''}@"


def parse_redis_url(text: str) -> RedisAddress:
    """Parses a URL; raises `RedisUrlRefused`."""
    try:
        url = urlsplit(text)
    except ValueError:
        raise RedisUrlRefused("it is not a URL") from None
    if url.scheme not in get_args(Scheme):
        raise RedisUrlRefused(
            "it must begin with redis://, rediss://, unix://, sentinel://, redis+cluster:// or "
            "rediss+cluster://"
        )
    scheme = cast("Scheme", url.scheme)
    options = _options(scheme, url.query)
    login, _, hosts = url.netloc.rpartition("@")
    username, has_password, password = login.partition(":")
    service, database = _service_and_database(scheme, url, options.pop("db", ""))
    return RedisAddress(
        scheme=scheme,
        hosts=_hosts(scheme, hosts),
        path=_socket_path(url) if scheme == "unix" else "",
        service=service,
        database=database,
        username=unquote(username) or None,
        password=unquote(password) if has_password else None,
        options=options,
    )


def masked_url(text: str) -> str:
    """A Redis URL without its secrets; any other text is not repeated at all."""
    try:
        return parse_redis_url(text).masked
    except RedisUrlRefused:
        return "(not the address of a Redis)"


def _options(scheme: Scheme, query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if not options.keys() <= set(_OPTIONS[scheme]):
        known = ", ".join(_OPTIONS[scheme]) or "none"
        raise RedisUrlRefused(f"it has an unknown option after '?'; known for {scheme}: {known}")
    return options


def _hosts(scheme: Scheme, text: str) -> tuple[Host, ...]:
    if scheme == "unix":
        if text:
            raise RedisUrlRefused("a socket's path is absolute: unix:///path, with three slashes")
        return ()
    parts = text.split(",")
    if len(parts) > 1 and scheme not in _SEVERAL_HOSTS:
        raise RedisUrlRefused("only sentinel:// and clusters take several hosts")
    return tuple(_host(part, _DEFAULT_PORTS[scheme]) for part in parts)


def _host(text: str, default_port: int) -> Host:
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port
    except ValueError:
        raise RedisUrlRefused("a port is a number from 1 to 65535") from None
    if not parts.hostname or port == 0:
        raise RedisUrlRefused("it needs a host, and a port from 1 to 65535 if any")
    return Host(unquote(parts.hostname), port or default_port)


def _socket_path(url: SplitResult) -> str:
    if url.path in {"", "/"}:
        raise RedisUrlRefused("it needs the path of a socket: unix:///path")
    return unquote(url.path)


def _service_and_database(scheme: Scheme, url: SplitResult, option: str) -> tuple[str, int]:
    if scheme == "unix":
        return "", _database(option)
    if scheme.endswith("+cluster") and url.path not in {"", "/", "/0"}:
        raise RedisUrlRefused("a cluster has no databases but 0")
    if scheme != "sentinel":
        return "", _database(url.path.removeprefix("/"))
    service, _, database = url.path.removeprefix("/").partition("/")
    if not service:
        raise RedisUrlRefused("it needs the service's name: sentinel://host:port/service")
    return unquote(service), _database(database)


def _database(text: str) -> int:
    if text and not (text.isascii() and text.isdigit()):
        raise RedisUrlRefused("the database is a number from 0")
    return int(text or 0)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
