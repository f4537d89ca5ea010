"""`adjudicator bridge kafka`: events from a topic to the queue, determinations to a topic."""

from __future__ import annotations

import signal
from socket import gethostname
from time import monotonic
from types import FrameType
from typing import Protocol

import click

from doors.kafka.inbound import EventBridge
from doors.kafka.numbers import BridgeNumbers, show_health, show_numbers
from doors.kafka.outbound import DeterminationBridge
from worker.client import BATCH
from worker.config.settings import Settings, load_settings
from worker.consumption import NotADetermination
from worker.logs.logs import set_up_logs
from worker.terminal.counts import counted


@click.command("kafka")
@click.option("--out", "is_out", is_flag=True, help="Carry determinations to Kafka.")
@click.option("--brokers", metavar="HOST:PORT,…", help="[default: MRS_KAFKA_BROKERS]")
@click.option("--topic", help="[default: MRS_KAFKA_TOPIC; with --out MRS_KAFKA_OUT_TOPIC]")
@click.option("--group", help="The consumer group.  [default: MRS_KAFKA_GROUP]")
@click.option(
    "--consumer",
    metavar="NAME",
    help="Its name in the group, under which a restart goes on: each bridge has its own.  "
    "[default: none; with --out this host's]",
)
@click.option(
    "--batch",
    type=click.IntRange(1, BATCH),
    default=BATCH,
    show_default=True,
    help="Most events that are sent together.",
)
@click.option(
    "--idle-seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="End after so long without a message.  [default: go on]",
)
def command(
    is_out: bool,
    brokers: str | None,
    topic: str | None,
    group: str | None,
    consumer: str | None,
    batch: int,
    idle_seconds: float | None,
) -> None:
    """
    Carry the events of a Kafka topic to the queue, or with --out determinations to a topic.

    A message counts as taken once the other side has acknowledged it, so each arrives at least
    once; an event that comes twice has one effect, and a determination keeps its id. What is no
    event goes to the dead letters, as from any producer. Runs until SIGTERM or Ctrl-C.
    """
    where = "kafka_out_topic" if is_out else "kafka_topic"
    given = {"kafka_brokers": brokers, where: topic, "kafka_group": group}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    set_up_logs(settings.log_format, settings.log_level)
    numbers = BridgeNumbers("out" if is_out else "in")
    show_numbers(settings, numbers)
    if is_out:
        out = DeterminationBridge(settings, consumer or gethostname(), numbers)
        _run(out, settings, idle_seconds, f"Determinations go to {settings.kafka_out_topic}.")
    else:
        bridge = EventBridge(settings, consumer, batch, numbers)
        _run(bridge, settings, idle_seconds, f"Events come from {settings.kafka_topic}.")


class _Bridge(Protocol):
    """Either direction."""

    carried: int

    @property
    def is_ready(self) -> bool: ...
    @property
    def is_idle(self) -> bool: ...
    def turn(self) -> None: ...
    def close(self) -> None: ...


class _Ending:
    """Notes SIGTERM and Ctrl-C; the turn that is under way comes to its end."""

    def __init__(self) -> None:
        self.number = 0
        """The signal that asked for the end."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.number = number


def _run(bridge: _Bridge, settings: Settings, idle_seconds: float | None, told: str) -> None:
    ending = _Ending()
    click.echo(told)
    try:
        _carry(bridge, settings, ending, idle_seconds)
    except NotADetermination as error:
        raise click.ClickException(str(error)) from error
    finally:
        bridge.close()
        click.echo(f"{counted(bridge.carried, 'message')} carried.")
    if ending.number == signal.SIGINT:
        raise KeyboardInterrupt


def _carry(
    bridge: _Bridge, settings: Settings, ending: _Ending, idle_seconds: float | None
) -> None:
    carried, moved_at = 0, monotonic()
    while not ending.number:
        bridge.turn()
        show_health(settings, is_ready=bridge.is_ready)
        if bridge.carried != carried or not bridge.is_idle:
            carried, moved_at = bridge.carried, monotonic()
        elif idle_seconds is not None and monotonic() - moved_at >= idle_seconds:
            return
