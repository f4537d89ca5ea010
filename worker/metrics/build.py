"""The metric with the name and version of the running program."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

from prometheus_client.core import Metric as Family

from worker.metrics.catalog import BUILD
from worker.metrics.families import gauges

Program = Literal["exporter", "worker"]


def build_family(program: Program) -> Family:
    """The installed version."""
    return gauges(BUILD, [((version("mrs-adjudicator"), program), 1)])
