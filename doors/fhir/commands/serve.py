"""`adjudicator fhir serve`: takes Claims over HTTP."""

from __future__ import annotations

import signal
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from types import FrameType
from typing import Final

import click
import uvicorn
from starlette.applications import Starlette

from doors.fhir.access import TokenAccess
from doors.fhir.app import make_app
from doors.fhir.commands.options import door_terms, plan_option
from doors.fhir.desk import QueueDesk
from worker.commands.options import chosen_library
from worker.config.secret_files import SecretFileRefused, secret_in
from worker.config.settings import load_settings
from worker.failures import RetryableError
from worker.logs.logs import set_up_logs

TOKEN_CHARACTERS_MIN: Final = 32
_CONNECTIONS_MAX: Final = 200
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8443,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.",
)
@click.option("--token-file", type=_FILE, help="File that holds the token of those who may send.")
@click.option("--tls-certificate", type=_FILE, help="Certificate of this server, with its chain.")
@click.option("--tls-key", type=_FILE, help="Private key of the certificate.")
@click.option("--client-ca", type=_FILE, help="Authorities whose clients may send (mutual TLS).")
@plan_option
def command(  # one for each option
    host: str,
    port: int,
    token_file: Path | None,
    tls_certificate: Path | None,
    tls_key: Path | None,
    client_ca: Path | None,
    plan: str | None,
) -> None:
    """
    Take Claims of FHIR R4 at POST /Claim and POST /Claim/$submit, and put them into the queue.

    The answer is a ClaimResponse: queued, or complete if the determination is there within
    `?wait=n` seconds. Who may send shows a bearer token (--token-file), a certificate
    (--client-ca), or both; one of them is needed. Without --tls-certificate it listens on this
    machine only. Runs until SIGTERM or Ctrl-C.
    """
    _must_be_guarded(host, token_file, tls_certificate, tls_key, client_ca)
    app = _app(token_file, plan)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,  # ours is set up, and lets no word of a message through
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS_MAX,
        ssl_certfile=tls_certificate,
        ssl_keyfile=tls_key,
        ssl_ca_certs=str(client_ca) if client_ca else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if client_ca else ssl.CERT_NONE,
    )
    _serve(_ToldServer(config))


def _app(token_file: Path | None, plan: str | None) -> Starlette:
    settings = load_settings()
    set_up_logs(settings.log_format, settings.log_level)
    desk = QueueDesk(settings, door_terms(settings, plan), lambda: chosen_library(None, None))
    return make_app(desk, TokenAccess(_token_in(token_file)))


def _serve(server: _ToldServer) -> None:
    try:
        server.run()
    except SystemExit:  # as uvicorn ends where it cannot listen
        raise PortTaken(
            f"Nothing can listen on port {server.config.port} of {server.config.host}."
        ) from None
    if server.number == signal.SIGINT:
        raise KeyboardInterrupt


class PortTaken(RetryableError):
    """The address cannot be listened on: another program does, or it is none of this machine."""


class _ToldServer(uvicorn.Server):
    """Says where it listens once it does, and ends in good order at SIGTERM or Ctrl-C."""

    number = 0
    """The signal that ended it."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            scheme = "https" if self.config.is_ssl else "http"
            port = self.servers[0].sockets[0].getsockname()[1]
            host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
            click.echo(f"Claims are taken at {scheme}://{host}:{port}/Claim")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._end)
        yield

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self.handle_exit(number, frame)


def _must_be_guarded(
    host: str,
    token_file: Path | None,
    certificate: Path | None,
    key: Path | None,
    client_ca: Path | None,
) -> None:
    if token_file is None and client_ca is None:
        raise click.UsageError("Say who may send: --token-file or --client-ca.")
    if (certificate is None) is not (key is None):
        raise click.UsageError("--tls-certificate and --tls-key go together.")
    if client_ca is not None and certificate is None:
        raise click.UsageError("--client-ca needs --tls-certificate and --tls-key.")
    if certificate is None and not _is_of_this_machine(host):
        raise click.UsageError("Without --tls-certificate it listens on this machine only.")


def _is_of_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _token_in(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        token = secret_in(str(file))
    except SecretFileRefused as refused:
        raise click.UsageError(f"--token-file cannot be used: {refused}.") from None
    if len(token) < TOKEN_CHARACTERS_MIN:
        raise click.UsageError(
            f"The token of --token-file has fewer than {TOKEN_CHARACTERS_MIN} characters."
        )
    return token
