"""`adjudicator exporter`: exports metrics of the queue and business counters to Prometheus."""

from __future__ import annotations

import signal
from threading import Event
from types import FrameType

import click

from worker.config.connections import impatient_client
from worker.config.settings import load_settings
from worker.config.shards import shards_of
from worker.intake.runtime import library_of
from worker.logs.logs import set_up_logs
from worker.metrics.exporter import Exporter, serve
from worker.metrics.safety import Expectations
from worker.store.installation import KnownInstallation
from worker.store.keys import Keys


@click.command("exporter")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.  [default: MRS_EXPORTER_PORT, else 9808]",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 for all addresses of this machine.",
)
def command(port: int | None, host: str) -> None:
    """
    Serve metrics of the queue and of decisions to Prometheus, at /metrics.

    One exporter is enough for an installation, however many workers it has: all business numbers
    are in Redis, written together with what they count. Each scrape reads Redis afresh. While Redis
    is unavailable, mrs_redis_up is 0. Runs until SIGTERM or Ctrl-C.
    """
    settings = load_settings()
    set_up_logs(settings.log_format, settings.log_level)
    shards = shards_of(settings)
    expected = Expectations(
        settings.workers_wanted,
        settings.accepted_risks,
        [KnownInstallation.of(shard) for shard in shards],
    )
    clients = [(impatient_client(shard), Keys(shard.prefix)) for shard in shards]
    exporter = Exporter(clients, library_of(settings), expected)
    server = serve(exporter, host, settings.exporter_port if port is None else port)
    click.echo(f"Metrics at http://{_in_url(host)}:{server.server_port}/metrics")
    number = _wait_for_the_end()
    server.shutdown()
    if number == signal.SIGINT:
        raise KeyboardInterrupt


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _wait_for_the_end() -> int:
    """Returns at SIGTERM or Ctrl-C; which one it was."""
    told, numbers = Event(), []

    def tell(number: int, frame: FrameType | None) -> None:
        del frame
        numbers.append(number)
        told.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, tell)
    told.wait()
    return numbers[0]
