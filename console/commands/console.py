"""`adjudicator console`: serves the pages for reviewers, appeals nurses and auditors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from typing import Final, get_args

import click

from console.access.admittance import Entrance
from console.access.one_time_login import OneTimeLogin
from console.access.proxy_login import ProxyLogin
from console.access.tokens import OneTimeTokens
from console.access.viewers import ALL_ROLES, Role, Viewer
from console.app import build
from console.commands.sample_day import sample_installation
from console.logins import Logins
from console.server import address_of, listening, listening_at, serve_console
from worker.commands.options import chosen_library
from worker.config.settings import Settings, load_settings
from worker.logs.logs import set_up_logs

_SOCKET: Final = click.Path(dir_okay=False, path_type=Path)


@click.command("console")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8321,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--socket",
    "path",
    type=_SOCKET,
    help="Unix socket to listen at instead, for a login proxy; its group may open it.",
)
@click.option(
    "--role",
    "roles",
    type=click.Choice(get_args(Role)),
    multiple=True,
    help="Role for which a one-time token is printed; repeat it for more.  [default: reviewer]",
)
@click.option("--id", "person", default="local", show_default=True, help="Id of that person.")
@click.option("--credential", help="Credential of that person, such as RN.")
@click.option(
    "--sample-day",
    is_flag=True,
    help="On an embedded Redis with workers and the sample day, all gone at the end.",
)
def command(  # one for each option
    host: str,
    port: int,
    path: Path | None,
    roles: tuple[Role, ...],
    person: str,
    credential: str | None,
    sample_day: bool,
) -> None:
    """
    Serve pages for people: what is pended, each claim, deciding, letters.

    Without a login proxy it listens on this machine only and prints an address with a token that
    lets one person in, once. Behind one (--socket, or MRS_CONSOLE_PROXY_SECRET) who somebody is
    and may do comes from the proxy. docs/console.md says how. Runs until SIGTERM or Ctrl-C.
    """
    with _settings(sample_day) as settings:
        set_up_logs(settings.log_format, settings.log_level)
        entrance = _entrance(settings, host, path)
        with _bound(host, port, path) as bound, Logins(settings) as logins:
            told = _told(entrance, address_of(bound), roles, person, credential)
            app = build(settings, chosen_library(None, None), entrance, logins)
            serve_console(app, bound, lambda: click.echo("\n".join(told)))


@contextmanager
def _settings(sample_day: bool) -> Iterator[Settings]:
    if not sample_day:
        yield load_settings()
        return
    with sample_installation() as settings:
        yield settings


@contextmanager
def _bound(host: str, port: int, path: Path | None) -> Iterator[socket]:
    with listening(host, port) if path is None else listening_at(path) as bound:
        yield bound


def _entrance(settings: Settings, host: str, path: Path | None) -> Entrance:
    secret = settings.console_proxy_secret
    if path is not None or secret is not None:
        shared = secret.get_secret_value() if secret else None
        return ProxyLogin(settings.console_groups, shared)
    if not _is_of_this_machine(host):
        raise click.UsageError(
            "Without a login proxy it listens on this machine only: set MRS_CONSOLE_PROXY_SECRET, "
            "or use --socket."
        )
    return OneTimeLogin(OneTimeTokens())


def _told(
    entrance: Entrance,
    address: str,
    roles: tuple[Role, ...],
    person: str,
    credential: str | None,
) -> Sequence[str]:
    """What is printed once it serves: tokens go to the terminal, and into no log."""
    if not isinstance(entrance, OneTimeLogin):
        return [f"The console is at {address}, for its login proxy."]
    lines = ["The console is open. Each address lets one person in, once:"]
    wanted = [role for role in ALL_ROLES if role in roles] or [ALL_ROLES[0]]
    for role in wanted:
        name = person if len(wanted) == 1 else f"{person}-{role}"
        token = entrance.tokens.issue(Viewer(name, role, credential))
        lines.append(f"  {role:<9} {address}/login?token={token}")
    return [*lines, "Ctrl-C ends it."]


def _is_of_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
