"""Runs a real Prometheus with the rules as shipped, and asks it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import yaml

from tests.support.processes import eventually
from tests.support.programs import needed_program
from tests.support.sources import ROOT
from worker.processes.supervisor import die_with_parent
from worker.sandbox.redis_server import free_port

SHIPPED = ROOT / "ops" / "prometheus"
RULES = ("recording.yml", "alerts.yml")

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WINDOW = re.compile(r"(?<=\[)(\d+)([smhd])(?=\])|(?<=for: )(\d+)([smhd])")

Targets = Mapping[str, Sequence[str]]
"""Job -> addresses to scrape."""


class Sample(NamedTuple):
    """One series of an answer."""

    labels: Mapping[str, str]
    value: float


class Prometheus:
    """A running server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, expr: str) -> list[Sample]:
        """What an expression gives now."""
        return [
            Sample(one["metric"], float(one["value"][1]))
            for one in self._ask("query", query=expr)["result"]
        ]

    def query_range(
        self, expr: str, start: float, end: float, step: float
    ) -> list[tuple[Mapping[str, str], list[tuple[float, float]]]]:
        """What it gave over some time."""
        answer = self._ask("query_range", query=expr, start=start, end=end, step=step)
        return [
            (one["metric"], [(float(at), float(value)) for at, value in one["values"]])
            for one in answer["result"]
        ]

    def rules(self, kind: str) -> list[dict[str, Any]]:
        """The rules that it has loaded: `record` or `alert`."""
        groups = self._ask("rules", type=kind)["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def firing(self) -> list[Mapping[str, str]]:
        """The labels of the alerts that fire now."""
        alerts = self._ask("alerts")["alerts"]
        return [alert["labels"] for alert in alerts if alert["state"] == "firing"]

    def healthy_targets(self) -> int:
        """Targets whose last scrape succeeded."""
        targets = self._ask("targets", state="active")["activeTargets"]
        return sum(target["health"] == "up" for target in targets)

    def _ask(self, what: str, **words: object) -> Any:
        with urlopen(f"{self.url}/api/v1/{what}?{urlencode(words)}", timeout=30) as answer:
            return json.load(answer)["data"]


@contextmanager
def running_prometheus(
    folder: Path,
    targets: Targets,
    *,
    shortened: int = 1,
    history: Iterable[str] = (),
    scrape_seconds: int = 2,
) -> Iterator[Prometheus]:
    """
    A Prometheus on this machine, with the shipped rules.

    `shortened` divides every window and waiting time of the rules; `history` are lines of
    OpenMetrics that stand in its data from the start.
    """
    binary = needed_program("prometheus")
    _write(folder, targets, shortened, scrape_seconds)
    _backfill(folder, history)
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                binary,
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                "--storage.tsdb.retention.time=40d",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two calls of the kernel
        )
    try:
        server = Prometheus(f"http://127.0.0.1:{port}")
        assert eventually(lambda: _is_ready(server), 60), (folder / "log").read_text()
        yield server
    finally:
        process.terminate()
        process.wait(30)


def shorten(rules: str, divisor: int) -> str:
    """Rules with every window and waiting time divided, and the age of the oldest event too."""
    if divisor == 1:
        return rules

    def divided(found: re.Match[str]) -> str:
        count, unit = found[1] or found[3], found[2] or found[4]
        return f"{max(int(count) * _SECONDS[unit] // divisor, 1)}s"

    aged = rules.replace(
        "mrs_queue_oldest_seconds > 300", f"mrs_queue_oldest_seconds > {300 // divisor}"
    )
    return _WINDOW.sub(divided, aged)


def all_rules() -> list[dict[str, Any]]:
    """Every rule as shipped."""
    return [
        rule
        for name in RULES
        for group in yaml.safe_load((SHIPPED / "rules" / name).read_text())["groups"]
        for rule in group["rules"]
    ]


def alert_names() -> set[str]:
    """Every alert as shipped."""
    return {rule["alert"] for rule in all_rules() if "alert" in rule}


def _write(folder: Path, targets: Targets, shortened: int, scrape_seconds: int) -> None:
    """The shipped configuration, but for where to scrape and how often."""
    config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text())
    del config["alerting"]
    config["global"] = {"scrape_interval": f"{scrape_seconds}s", "evaluation_interval": "1s"}
    for job in config["scrape_configs"]:
        for found in ("static_configs", "dns_sd_configs"):
            job.pop(found, None)
        job["static_configs"] = [{"targets": list(targets.get(job["job_name"], ()))}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    (folder / "rules").mkdir()
    for name in RULES:
        text = shorten((SHIPPED / "rules" / name).read_text(), shortened)
        (folder / "rules" / name).write_text(text)


def _backfill(folder: Path, history: Iterable[str]) -> None:
    lines = list(history)
    if not lines:
        return
    promtool = needed_program("promtool")
    file = folder / "history"
    file.write_text("\n".join([*lines, "# EOF\n"]))
    subprocess.run(
        [promtool, "tsdb", "create-blocks-from", "openmetrics", file, folder / "data"],
        check=True,
        capture_output=True,
    )
    shutil.rmtree(folder / "data" / "wal", ignore_errors=True)


def _is_ready(server: Prometheus) -> bool:
    try:
        with urlopen(f"{server.url}/-/ready", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        time.sleep(0.05)
        return False
