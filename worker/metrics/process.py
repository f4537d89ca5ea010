"""Exports metrics of the processes of one worker: the main process and its children.

Only the main process answers. It reads the children's usage from the kernel, so that a dead child
leaves nothing behind and the processes share nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from worker.config.settings import Settings
from worker.metrics import catalog
from worker.metrics.build import build_family
from worker.metrics.families import gauge
from worker.metrics.head import answer_head

_PROC = Path("/proc")

_log = structlog.get_logger(__name__)


def show_own_metrics(settings: Settings) -> None:
    """Starts to serve on MRS_METRICS_PORT; if that fails, the worker goes on without metrics."""
    if not settings.metrics_port:
        return
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(OwnProcesses(os.getpid()))
    try:
        server, _ = start_http_server(settings.metrics_port, settings.metrics_host, registry)
        answer_head(server)
    except OSError as failure:
        _log.error(
            "this worker shows no metrics: MRS_METRICS_HOST and MRS_METRICS_PORT cannot be used",
            port=settings.metrics_port,
            cause=failure.strerror,
        )


class OwnProcesses(Collector):
    """Children, processor time and memory; nothing if the kernel has no `/proc`."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seconds = 0.0

    def collect(self) -> Iterator[Family]:
        """The present values."""
        main = _used(self._pid)
        if main is None:
            return
        children = [used for pid in _children(self._pid) if (used := _used(pid)) is not None]
        seconds = main.seconds + main.ended_seconds + sum(child.seconds for child in children)
        # A child that ended between the two reads is in neither, but a counter must not fall.
        self._seconds = max(self._seconds, seconds)
        yield build_family("worker")
        yield gauge(catalog.WORKER_PROCESSES, len(children))
        yield gauge(catalog.WORKER_CPU, self._seconds)
        yield gauge(
            catalog.WORKER_MEMORY,
            main.resident_bytes + sum(child.resident_bytes for child in children),
        )


class _Used(NamedTuple):
    """What one process has used."""

    seconds: float
    ended_seconds: float
    """Of its children that have ended."""
    resident_bytes: int


def _children(pid: int) -> Iterator[int]:
    for path in _PROC.glob(f"{pid}/task/*/children"):
        try:
            yield from map(int, path.read_text().split())
        except OSError:
            continue  # the thread has ended


def _used(pid: int) -> _Used | None:
    try:
        # The program's name, before the last bracket, may contain anything.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    user, system, ended_user, ended_system = map(int, fields[11:15])
    return _Used(
        seconds=(user + system) / ticks,
        ended_seconds=(ended_user + ended_system) / ticks,
        resident_bytes=int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
    )
