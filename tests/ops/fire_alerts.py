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

from tests.ops.alert_causes import BUSINESS, BY_SERIES_ONLY, MACHINE, Cause, Patient, patients
from tests.support.processes import eventually
from tests.support.prometheus import Prometheus, all_rules, running_prometheus

POLL_SECONDS = 0.5

Name = tuple[str, str]
"""An alert and its urgency: one alert may have two."""


class Watch:
    """Notes when each alert first fired."""

    def __init__(self, prometheus: Prometheus) -> None:
        self.fired_at: dict[Name, float] = {}
        self._prometheus = prometheus
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def has_seen(self, names: set[Name]) -> bool:
        """Whether all of them have fired."""
        return names <= set(self.fired_at)

    def _run(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            for labels in self._prometheus.firing():
                name = (labels["alertname"], labels["severity"])
                if name not in self.fired_at:
                    self.fired_at[name] = time.monotonic()
                    print(*name, file=sys.stderr)


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
    targets = {"mrs-exporter": [patient.exporter.address]}
    folder.mkdir()
    began: dict[Name, float] = {}
    with (
        running_prometheus(
            folder, targets, shortened=shortened, scrape_seconds=scrape_seconds
        ) as prometheus,
        Watch(prometheus) as watch,
    ):
        assert eventually(lambda: prometheus.healthy_targets() == len(targets), 30)
        time.sleep(10)  # so that every counter has been seen before it grows
        for cause in causes:
            began |= dict.fromkeys(names_of(cause), time.monotonic())
            cause.act(patient)
            if not cause.goes_on:
                eventually(partial(watch.has_seen, names_of(cause)), seconds_max)
        eventually(partial(watch.has_seen, set(began)), seconds_max)
        return {name: _seconds_between(at, watch.fired_at.get(name)) for name, at in began.items()}


def _seconds_between(began_at: float, fired_at: float | None) -> float | None:
    """None if it never fired, or did before there was its cause."""
    return None if fired_at is None or fired_at < began_at else fired_at - began_at


def table(fired: Mapping[Name, float | None]) -> str:
    """One row an alert, as Markdown."""
    rows = ["| alert | urgency | cause | fired after |", "|---|---|---|---|"]
    for cause in (*BUSINESS, *MACHINE):
        for alert, severity in sorted(names_of(cause)):
            seconds = fired[alert, severity]
            after = "not" if seconds is None else f"{seconds:.0f} s"
            rows.append(f"| {_link(alert)} | {severity} | {cause.how} | {after} |")
    rows += [
        f"| {_link(alert)} | ticket | by promtool on series only: it needs weeks | - |"
        for alert in BY_SERIES_ONLY
    ]
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
