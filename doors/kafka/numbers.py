"""What the bridge shows of itself: whether it is alive and ready, and its metrics."""

from __future__ import annotations

from time import time
from typing import Final, Literal

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    start_http_server,
)

from worker.config.settings import Settings
from worker.metrics import catalog
from worker.metrics.head import answer_head
from worker.processes.health import show_alive, show_ready

BridgeDirection = Literal["in", "out"]
BridgeSide = Literal["redis", "kafka"]

SIDES: Final[tuple[BridgeSide, ...]] = ("redis", "kafka")

_log = structlog.get_logger(__name__)


class BridgeNumbers:
    """The metrics of one bridge; `docs/kafka.md` says what each means."""

    def __init__(self, direction: BridgeDirection) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._messages = self._counter(catalog.BRIDGED).labels(direction)
        self._failures = self._counter(catalog.BRIDGE_FAILURES)
        self._paused = self._gauge(catalog.BRIDGE_PAUSED)
        self._lag = self._gauge(catalog.BRIDGE_LAG)
        self._moved_at = self._gauge(catalog.BRIDGE_LAST)
        for side in SIDES:
            self._failures.labels(side)

    def carried(self, count: int) -> None:
        """Counts messages that have arrived."""
        self._messages.inc(count)
        self._moved_at.set(time())

    def failed(self, side: BridgeSide, cause: str) -> None:
        """Counts and logs a failure; `cause` is the name of an error and holds no data."""
        self._failures.labels(side).inc()
        _log.warning("the bridge waits", cause=cause, reason=side)

    def pause(self, *, is_paused: bool) -> None:
        """Shows whether the bridge takes messages."""
        self._paused.set(is_paused)

    def lag(self, count: int) -> None:
        """Shows how many messages are left."""
        self._lag.set(count)

    def _counter(self, metric: catalog.Metric) -> Counter:
        return Counter(metric.name, metric.meaning, metric.labels, registry=self.registry)

    def _gauge(self, metric: catalog.Metric) -> Gauge:
        return Gauge(metric.name, metric.meaning, registry=self.registry)


def show_health(settings: Settings, *, is_ready: bool) -> None:
    """For `adjudicator health`; to be repeated each second."""
    show_alive(settings.state_dir)
    show_ready(settings.state_dir, ready=is_ready)


def show_numbers(settings: Settings, numbers: BridgeNumbers) -> None:
    """Serves them at MRS_METRICS_PORT; if that fails, the bridge goes on without."""
    if not settings.metrics_port:
        return
    try:
        server, _ = start_http_server(
            settings.metrics_port, settings.metrics_host, numbers.registry
        )
        answer_head(server)
    except OSError as failure:
        _log.error(
            "this bridge shows no metrics: MRS_METRICS_HOST and MRS_METRICS_PORT cannot be used",
            port=settings.metrics_port,
            cause=failure.strerror,
        )
