"""`adjudicator console`: serves the pages for reviewers, appeals nurses and auditors."""

from __future__ import annotations

from typing import get_args

import click

from console.access.one_time_login import OneTimeLogin
from console.access.tokens import OneTimeTokens
from console.access.viewers import Role, Viewer
from console.app import build
from console.logins import Logins
from console.server import served
from worker.commands.options import chosen_library
from worker.config.settings import load_settings
from worker.logs.logs import set_up_logs


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
    "--role",
    type=click.Choice(get_args(Role)),
    default="reviewer",
    show_default=True,
    help="Role of whoever uses the token.",
)
@click.option("--id", "person", default="local", show_default=True, help="Their id.")
@click.option("--credential", help="Their credential, such as RN.")
def command(host: str, port: int, role: Role, person: str, credential: str | None) -> None:
    """
    Serve pages for people: what is pended, each claim, deciding, letters.

    Prints an address with a token that lets one person in, once. Runs until SIGTERM or Ctrl-C.
    """
    settings = load_settings()
    set_up_logs(settings.log_format, settings.log_level)
    tokens = OneTimeTokens()
    token = tokens.issue(Viewer(person, role, credential))
    with Logins(settings) as logins:
        app = build(settings, chosen_library(None, None), OneTimeLogin(tokens), logins)
        served(app, host, port, lambda address: click.echo(f"{address}/login?token={token}"))
