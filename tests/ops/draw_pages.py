"""Draws both dashboards over a replay: `python -m tests.ops.draw_pages` writes ops/pictures.

The sample day and the scenarios go through real workers for some minutes, with a real Prometheus
beside them; each panel is drawn from the answers to its own expressions.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.grafana.picture import Series, draw
from tests.ops.expressions import chosen
from tests.support.exporters import running_exporter
from tests.support.processes import eventually
from tests.support.prometheus import Prometheus, running_prometheus
from tests.support.sources import ROOT
from tests.support.week_before import week_before
from worker.client import submit
from worker.config.connections import impatient_client
from worker.replay.replay import cases_of
from worker.replay.scenarios import ARRIVAL_ORDERS, read_scenarios
from worker.sandbox.installation import Installation, installation
from worker.sandbox.redis_server import free_port
from worker.store.keys import Keys
from worker.store.upkeep import JOBS, note_success

PAGES = ROOT / "ops" / "grafana" / "dashboards"
PICTURES = ROOT / "ops" / "pictures"
WAVE_SECONDS = 60.0


def main() -> None:
    """Replays, and writes one picture a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=420)
    seconds = parser.parse_args().seconds
    own_port = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        installation(workers=1, settings={"metrics_port": own_port}) as own,
        running_exporter(own.redis.url, workers_wanted=1) as exporter,
        running_prometheus(
            Path(folder),
            {"mrs-exporter": [exporter.address], "mrs-worker": [f"127.0.0.1:{own_port}"]},
            history=week_before(time.time()),
        ) as prometheus,
    ):
        assert eventually(lambda: prometheus.healthy_targets() == 2, 30)
        began = time.time()
        _replay(own, seconds)
        PICTURES.mkdir(exist_ok=True)
        for file in sorted(PAGES.glob("*.json")):
            page = json.loads(file.read_text())
            picture = draw(page, lambda target: _answer(prometheus, target, began))
            (PICTURES / f"{file.stem}.svg").write_text(picture)


def _replay(own: Installation, seconds: float) -> None:
    """In waves, so that there is something to see; some events nobody can read are among them."""
    with impatient_client(own.settings) as redis:
        stream = Keys(own.settings.prefix).determinations
        redis.xgroup_create(stream, "payments", id="0", mkstream=True)
        redis.xgroup_create(stream, "letters", id="0")
        for job in JOBS:
            note_success(redis, Keys(own.settings.prefix), job)
        began = time.monotonic()
        for number, event in enumerate(_events()):
            elapsed = time.monotonic() - began
            if elapsed > seconds:
                return
            submit([event, *([b"{"] if number % 900 == 0 else [])], redis_url=own.redis.url)
            if number % 50 == 0:
                redis.xreadgroup("payments", "one", {stream: ">"}, count=1000)
                own.mend()
            time.sleep(0.02 + 0.015 * math.sin(elapsed / WAVE_SECONDS * 2 * math.pi))


def _events() -> Iterator[bytes]:
    yield from (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()
    scenarios = list(read_scenarios([str(ROOT / "tests/scenarios/open.jsonl")]))
    for turn in range(1000):
        for number, scenario in enumerate(scenarios):
            for case in cases_of(
                scenario, ARRIVAL_ORDERS, f"turn{turn}", number * len(ARRIVAL_ORDERS)
            ):
                yield from case.events


def _answer(prometheus: Prometheus, target: Mapping[str, Any], began: float) -> Sequence[Series]:
    legend = target.get("legendFormat", "")
    if target.get("range"):
        found = prometheus.query_range(chosen(target["expr"]), began, time.time(), 2)
        return [Series(_named(legend, labels), labels, points) for labels, points in found]
    return [
        Series(_named(legend, sample.labels), sample.labels, [(0.0, sample.value)])
        for sample in prometheus.query(chosen(target["expr"]))
    ]


def _named(legend: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"{{(\w+)}}", lambda found: labels.get(found[1], ""), legend)


if __name__ == "__main__":
    main()
