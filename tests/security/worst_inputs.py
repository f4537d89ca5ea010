"""
Measures what the worst events that are let in cost: time, memory, and how long Redis is held.

    python -m tests.security.worst_inputs

Each runs on an empty Redis of its own, through the worker's own code in a process of its own.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from typing import Any, Final, NamedTuple

from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import CLAIM, COVERAGE, REPORT, encoded, event_of
from tests.support.remittance import CODES
from worker.config.settings import load_settings
from worker.events.decode import EVENT_BYTES_MAX, Event, decode
from worker.intake.runtime import make_runtime
from worker.logs.logs import set_up_logs
from worker.sandbox.redis_server import embedded_redis

HELD_MILLISECONDS_MAX: Final = 500
"""Longer than this no script may hold Redis, whatever is let in: a lease is 10 seconds."""

_LINE: Final[dict[str, Any]] = event_of(CLAIM)["data"]["lines"][0]


class Cost(NamedTuple):
    """What some events cost."""

    events: int
    bytes: int
    """Of all of them."""
    seconds: float
    """From the door to the last commit."""
    peak_mib: float
    """By which the process grew, at most."""
    record_bytes: int
    held_milliseconds: float
    """By the slowest single call of Redis."""
    held_by: str
    dead_letters: int


def most_lines() -> Iterator[bytes]:
    """A claim of 999 lines, all of them MRS, each another day's question of the others."""
    lines = [_LINE | {"line": number, "modifiers": []} for number in range(1, 1000)]
    yield _claim(lines=lines)


def most_diagnoses() -> Iterator[bytes]:
    """A claim of as many diagnoses as fit, all of them pointed at."""
    count = 20_000
    pointers = list(range(1, 1000))
    line = _LINE | {"diagnosis_pointers": pointers}
    yield _claim(diagnoses=[f"C71.{number % 10}" for number in range(count)], lines=[line])


def most_bytes() -> Iterator[bytes]:
    """A claim of exactly as many bytes as are let in, in fields that nobody reads."""
    event = event_of(CLAIM)
    room = EVENT_BYTES_MAX - len(encoded(event | {"filler": ""}))
    yield encoded(event | {"filler": "x" * room})


def most_events_of_one_member() -> Iterator[bytes]:
    """1,000 claims of one member, each on a day of its own."""
    for number in range(1000):
        day = str(date(2023, 1, 1) + timedelta(days=number))
        lines = [_LINE | {"date_of_service": day}]
        claim = event_of(CLAIM, claim_id=f"C-{number}", lines=lines, received_at=day)
        claim["data"]["attestations"] = []
        yield encoded(claim | {"id": f"e-{number}"})


def claims_of_one_day() -> Iterator[bytes]:
    """1,000 claims of one member for the same service on one day: each is a rival of all others."""
    for number in range(1000):
        claim = event_of(CLAIM, claim_id=f"C-{number}", attestations=[])
        yield encoded(claim | {"id": f"e-{number}"})


def lines_against_reports() -> Iterator[bytes]:
    """Reports of one member, and then a claim of 999 lines that each looks at all of them."""
    for number in range(200):
        yield encoded(event_of(REPORT, study_id=f"S-{number}") | {"id": f"r-{number}"})
    yield from most_lines()


def spans_and_lines() -> Iterator[bytes]:
    """A claim of 999 lines, and then coverage that has all of them decided anew, 20 times."""
    yield from most_lines()
    for number in range(20):
        yield encoded(event_of(COVERAGE, plan_id=f"plan-{number}") | {"id": f"c-{number}"})


def deepest() -> Iterator[bytes]:
    """JSON nested as deep as its parser follows, in a field that nobody reads."""
    for depth in (190, 1000, 100_000):
        yield encoded(event_of(CLAIM))[:-1] + b', "x": ' + b"[" * depth + b"]" * depth + b"}"


WORST: Final[tuple[Callable[[], Iterator[bytes]], ...]] = (
    most_bytes,
    most_lines,
    most_diagnoses,
    lines_against_reports,
    spans_and_lines,
    most_events_of_one_member,
    claims_of_one_day,
    deepest,
)


def measure(worst: Callable[[], Iterator[bytes]]) -> Cost:
    """Sends events to a Redis of their own, has them worked off, and looks at the cost."""
    set_up_logs("json", "error")
    load_library(SHIPPED)  # so that it counts for none of them
    events = list(worst())
    with embedded_redis() as server, Redis(unix_socket_path=str(server.socket_path)) as client:
        client.config_set("slowlog-log-slower-than", 500)
        runtime = make_runtime(load_settings(redis_url=server.url, lanes=1, lease_seconds=60))
        for event in events:
            client.xadd("mrs:events", {"event": event})
        before, began_at = _peak_mib(), time.perf_counter()
        while client.xlen("mrs:events") + client.xlen("mrs:lane:00"):
            runtime.route()
            runtime.drain(0)
        seconds = time.perf_counter() - began_at
        slowest = max(client.slowlog_get(128), key=lambda entry: entry["duration"], default=None)
        return Cost(
            events=len(events),
            bytes=sum(map(len, events)),
            seconds=seconds,
            peak_mib=_peak_mib() - before,
            record_bytes=client.strlen("mrs:record:M-1"),
            held_milliseconds=slowest["duration"] / 1000 if slowest else 0.0,
            held_by=slowest["command"].split()[0].decode() if slowest else "-",
            dead_letters=client.xlen("mrs:dead-letters"),
        )


def _claim(**data: Any) -> bytes:
    event = encoded(event_of(CLAIM, attestations=[], **data)).replace(b", ", b",")
    decoded = decode(event, CODES)
    assert isinstance(decoded, Event), decoded
    return event


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    print(f"{'worst input':28}{'events':>7}{'KiB':>7}{'s':>8}{'+MiB':>7}{'record KiB':>12}"
          f"{'Redis held ms':>15}  by        dead")  # fmt: skip
    too_slow = False
    one_each = ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1)
    for worst in WORST:
        cost = one_each.submit(measure, worst).result()
        print(f"{worst.__name__:28}{cost.events:7}{cost.bytes / 1024:7.0f}{cost.seconds:8.2f}"
              f"{cost.peak_mib:7.1f}{cost.record_bytes / 1024:12.0f}{cost.held_milliseconds:15.1f}"
              f"  {cost.held_by:9}{cost.dead_letters:5}", flush=True)  # fmt: skip
        too_slow |= cost.held_milliseconds > HELD_MILLISECONDS_MAX
    sys.exit(too_slow)


if __name__ == "__main__":
    main()
