"""
Measures the console's pages as a browser gets them: `make console-bench`.

A Redis that keeps everything on disk, events decided by the real lane handler, and `adjudicator
console` as a process of its own. Before each request of the worklist a new determination is
published, so that more is done than to repeat what is remembered. Nothing judges a time: the table
is to be read.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
import structlog
from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.bench.machine import machine, versions
from worker.bench.members import member_with
from worker.sandbox.redis_server import embedded_redis
from worker.terminal.console import console
from worker.terminal.table import FittingTable

PENDS = 10_000
ROUNDS = 60
LONG, SHORT = "M-long", "M-7"
CLAIMS_OF_LONG, REPORTS_OF_LONG = 520, 600
_AT_ONCE = 500
_FIRST_DAY = date(2025, 6, 20)


class PageTimes(NamedTuple):
    """How long one page took, request by request, in seconds."""

    page: str
    seconds: list[float]
    cpu_each: float = 0.0
    """Time of a processor that the console took for each request, in seconds."""
    wanted: float | None = None

    def at(self, share: float) -> str:
        """The time within which so many of the requests were answered."""
        ordered = sorted(self.seconds)
        return f"{1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]:.0f} ms"


def main() -> None:
    """Builds what is measured, measures it, and prints a table."""
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    before = machine()
    with embedded_redis() as server, Redis(unix_socket_path=str(server.socket_path)) as redis:
        world, library = RedisWorld(redis), load_library(SHIPPED)

        def decide(*events: bytes) -> None:
            work_off(world, library, *events)

        for first in range(0, PENDS, _AT_ONCE):
            decide(*(_pending(number) for number in range(first, first + _AT_ONCE)))
        events = member_with(CLAIMS_OF_LONG, REPORTS_OF_LONG, LONG)
        for first in range(0, len(events), _AT_ONCE):
            decide(*events[first : first + _AT_ONCE])
        with _served(server.url) as served:
            times = list(_measured(served, decide))
            studies = _studies(served.browser)
    _print(times, studies, before)


def _pending(number: int) -> bytes:
    received = _FIRST_DAY + timedelta(days=number % 60)
    plan = ("sample-commercial", "sample-essential", "unheard-of")[number % 3]
    event = event_of(
        CLAIM,
        claim_id=f"C-{number}",
        member_id=f"M-{number}",
        attestations=[],
        plan_id=plan,
        received_at=received.isoformat(),
    )
    return encoded(event | {"id": f"e-{number}"})


class _Served(NamedTuple):
    browser: httpx2.Client
    pid: int


@contextmanager
def _served(url: str) -> Iterator[_Served]:
    """A console of its own, and a browser that is logged in to it."""
    arguments = [sys.executable, "-m", "worker.cli", "console", "--port", "0", "--credential", "RN"]
    environment = os.environ | {"MRS_REDIS_URL": url, "MRS_CONSOLE_VIEWS_A_MINUTE": "10000"}
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) as program:
        try:
            address = urlsplit(_address_in(program))
            here = f"{address.scheme}://{address.netloc}"
            headers = {"Sec-Fetch-Site": "same-origin"}
            with httpx2.Client(base_url=here, headers=headers, timeout=120) as browser:
                token = address.query.removeprefix("token=")
                assert 303 == browser.post("/login", data={"token": token}).status_code
                yield _Served(browser, program.pid)
        finally:
            program.terminate()


def _address_in(program: subprocess.Popen[str]) -> str:
    """Of the line that has the token."""
    assert program.stdout is not None
    for line in program.stdout:
        if "/login?token=" in line:
            return line.split()[-1]
    raise AssertionError("the console has printed no address")


class _Measuring:
    """Asks for pages of a console, with something done before each request."""

    def __init__(self, served: _Served, before: Callable[[], None]) -> None:
        self._served = served
        self._before = before

    def times(self, page: str, address: str, rounds: int, wanted: float | None) -> PageTimes:
        """How long so many requests of an address took, one after the other."""
        seconds = []
        cpu = _cpu_seconds(self._served.pid)
        for _ in range(rounds):
            self._before()
            since = perf_counter()
            answer = self._served.browser.get(address)
            seconds.append(perf_counter() - since)
            assert 200 == answer.status_code
        used = _cpu_seconds(self._served.pid) - cpu
        return PageTimes(page, seconds, used / rounds, wanted)


def _cpu_seconds(pid: int) -> float:
    """Time of a processor that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


_WORKLISTS: Mapping[str, str] = {
    "worklist": "/worklist",
    "worklist, page 150": "/worklist?page=150",
    "worklist, by plan and due": "/worklist?plan=unheard-of&due=overdue",
    "worklist, what is free": "/worklist?who=free",
    "worklist, searched": "/worklist?search=M-777",
}


def _measured(served: _Served, decide: Callable[..., None]) -> Iterator[PageTimes]:
    more = count(PENDS)
    lists = _Measuring(served, lambda: decide(_pending(next(more))))
    yield lists.times("worklist, the first request of a console", "/worklist", 1, None)
    for page, address in _WORKLISTS.items():
        yield lists.times(page, address, ROUNDS, 0.2)
    claims = _Measuring(served, lambda: None)
    short = f"/claim?member={SHORT}&claim=C-7"
    yield claims.times("claim of a member with one claim", short, ROUNDS, None)
    yield claims.times("claim of the member with 1,000 studies", _long_claim(1), ROUNDS, 0.5)


def _long_claim(number: int) -> str:
    return f"/claim?member={LONG}&claim=C-{LONG}-{number}"


def _studies(browser: httpx2.Client) -> int:
    """How many studies the page of that member's claim really shows."""
    found = re.search(r"The same as a table \((\d+)\)", browser.get(_long_claim(1)).text)
    assert found
    return int(found[1])


def _print(times: list[PageTimes], studies: int, before: Any) -> None:
    out = console()
    load = ", ".join(f"{each:.2f}" for each in before["load"])
    after = ", ".join(f"{each:.2f}" for each in machine()["load"])
    software = ", ".join(f"{name} {number}" for name, number in versions().items())
    out.print(f"{before['processor']}, {before['cores']} cores; {software}")
    out.print(f"Load of the machine (1, 5, 15 minutes) before: {load}; after: {after}")
    out.print(f"{PENDS:,} pends and more with each request; a member with {studies:,} studies.")
    out.print("processor: what the console itself needs for each, whatever else the machine does.")
    table = FittingTable(
        "page", "requests", "half within", "95 % within", "slowest", "processor", "wanted"
    )
    for each in times:
        wanted = "" if each.wanted is None else f"95 % within {1000 * each.wanted:.0f} ms"
        table.add_row(
            *(each.page, str(len(each.seconds)), each.at(0.5), each.at(0.95), each.at(1)),
            *(f"{1000 * each.cpu_each:.0f} ms", wanted),
        )
    out.print(table)


if __name__ == "__main__":
    main()
