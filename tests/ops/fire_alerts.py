"""Fires the alerts by their causes: `python -m tests.ops.fire_alerts` prints the table of it.

`--shortened 10` divides the rules' windows and waiting times, as the test does; 1 leaves them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self

from tests.ops.alert_causes import (
    ALWAYS,
    BUSINESS,
    BY_SERIES_ONLY,
    MACHINE,
    Cause,
    Patient,
    patients,
)
from tests.support.processes import eventually
from tests.support.prometheus import Prometheus, all_rules, running_prometheus

POLL_SECONDS = 0.5

Name = tuple[str, str]
"""An alert and its urgency: one alert may have two."""


class Watch:
    """Notes each time when an alert began to fire."""

    def __init__(self, prometheus: Prometheus) -> None:
        self._began_at: dict[Name, list[float]] = {}
        self._prometheus = prometheus
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def seconds_since(self, cause_at: float, name: Name) -> float | None:
        """From a cause to when the alert began to fire; None if it has not, or only before."""
        later = [at - cause_at for at in self._began_at.get(name, ()) if at >= cause_at]
        return later[0] if later else None

    def has_seen(self, causes_at: Mapping[Name, float]) -> bool:
        """Whether each alert has begun to fire after its cause."""
        return all(self.seconds_since(at, name) is not None for name, at in causes_at.items())

    def _run(self) -> None:
        before: set[Name] = set()
        while not self._ended.wait(POLL_SECONDS):
            firing = {(each["alertname"], each["severity"]) for each in self._prometheus.firing()}
            for name in firing - before:
                self._began_at.setdefault(name, []).append(time.monotonic())
                print(*name, file=sys.stderr)
            before = firing


def names_of(cause: Cause) -> set[Name]:
    """The alerts of a cause with each of their urgencies."""
    return {
        (rule["alert"], rule["labels"]["severity"])
        for rule in all_rules()
        if rule.get("alert") in cause.alerts
    }


def fire_all(folder: Path, shortened: int) -> Mapping[Name, float | None]:
    """Seconds from each cause to its alert; None for those that did not fire."""
    with patients() as (business, machine), ThreadPoolExecutor() as both:
        found = both.map(
            lambda each: _go_through(folder / each[0], *each[1:], shortened),
            (("business", business, BUSINESS), ("machine", machine, MACHINE)),
        )
        return {name: seconds for part in found for name, seconds in part.items()}


def _go_through(
    folder: Path, patient: Patient, causes: Sequence[Cause], shortened: int
) -> dict[Name, float | None]:
    """Each patient has a Prometheus of its own: some alerts are about the sum of all exporters."""
    seconds_max = 60 + 600 / shortened
    scrape_seconds = 5 if shortened == 1 else 2
    targets = {
        "mrs-exporter": [patient.exporter.address],
        "mrs-worker": [f"127.0.0.1:{patient.metrics_port}"],
    }
    folder.mkdir()
    began: dict[Name, float] = {}
    with (
        running_prometheus(
            folder, targets, shortened=shortened, scrape_seconds=scrape_seconds
        ) as prometheus,
        Watch(prometheus) as watch,
    ):
        assert eventually(lambda: prometheus.healthy_targets() == len(targets), 60)
        assert ALWAYS in {each["alertname"] for each in prometheus.firing()}
        time.sleep(10)  # so that every counter has been seen before it grows
        for cause in causes:
            own = dict.fromkeys(names_of(cause), time.monotonic())
            began |= own
            cause.act(patient)
            if not cause.goes_on:
                eventually(partial(watch.has_seen, own), seconds_max)
        eventually(partial(watch.has_seen, began), seconds_max)
        return {name: watch.seconds_since(at, name) for name, at in began.items()}


def table(fired: Mapping[Name, float | None]) -> str:
    """One row an alert, as Markdown."""
    rows = ["| alert | urgency | cause | fired after |", "|---|---|---|---|"]
    for cause in (*BUSINESS, *MACHINE):
        for alert, severity in sorted(names_of(cause)):
            seconds = fired[alert, severity]
            after = "not" if seconds is None else f"{seconds:.0f} s"
            rows.append(f"| {_link(alert)} | {severity} | {cause.how} | {after} |")
    rows += [
        f"| {_link(alert)} | ticket | by promtool on series only: {why} | - |"
        for alert, why in BY_SERIES_ONLY.items()
    ]
    rows.append(f"| {_link(ALWAYS)} | none | nothing: it always fires | 0 s |")
    return "\n".join(rows)


def _link(alert: str) -> str:
    return f"[{alert}](runbooks/{alert}.md)"


def main() -> None:
    """Fires them all and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shortened", type=int, default=1)
    shortened = parser.parse_args().shortened
    with tempfile.TemporaryDirectory() as folder:
        print(table(fire_all(Path(folder), shortened)))


if __name__ == "__main__":
    main()
