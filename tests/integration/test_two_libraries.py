"""
Workers with two libraries at one queue: the later takes over once, and no line goes back.

`rules.md` 7: a generation belongs to one digest, a worker that meets a later generation than its
own does nothing more, and a rollback is old content under a higher number.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.faults.checker import Sent, judge
from tests.faults.nursery import Birth
from tests.faults.observed import observe
from tests.faults.verdict import Verdict
from tests.faults.workers import Nursery, Worker
from tests.support.event_builders import CLAIM, COVERAGE, REPORT, encoded, event_of
from tests.support.libraries import other_library
from tests.support.processes import eventually
from worker.sandbox.redis_server import embedded_redis
from worker.store.keys import Keys

LANES = 4
MEMBERS = 40
SECONDS_MAX = 60
SHORT_LOOKBACK = {"conventional_lookback_days": 10}
"""The MRI of two weeks before no longer counts."""

GAVE_WAY = "works with generation 2 of the library, which is newer"
"""On a busy machine a worker may also be without its readiness for other reasons."""

Line = tuple[str, str, int]

pytestmark = pytest.mark.timeout(300)


class Libraries:
    """Folders of libraries: the one shipped, one that decides otherwise, and the first again."""

    def __init__(self, folder: Path) -> None:
        self.first = SHIPPED
        self.second = other_library(folder / "second", SHORT_LOOKBACK, generation=2)
        self.back = other_library(folder / "back", {}, generation=3)
        self.rival = other_library(folder / "rival", SHORT_LOOKBACK, generation=1)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory) -> Libraries:
    return Libraries(tmp_path_factory.mktemp("libraries"))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


class Queue:
    """An installation without workers at first."""

    def __init__(self, nursery: Nursery, client: Any, url: str, folder: Path) -> None:
        self.client = client
        self.keys = Keys("mrs")
        self.workers: list[Worker] = []
        self.sent: list[Mapping[bytes, bytes]] = []
        self._nursery = nursery
        self._url = url
        self._folder = folder

    def start(self, library: Path, lanes: int = LANES) -> Worker:
        """One more worker."""
        folder = self._folder / f"worker-{len(self.workers)}"
        folder.mkdir()
        settings = {"REDIS_URL": self._url, "LANES": str(lanes), "LIBRARY": str(library)}
        environment = {f"MRS_{name}": value for name, value in settings.items()}
        worker = Worker(self._nursery, Birth(str(folder), environment, 1))
        self.workers.append(worker)
        return worker

    def send(self, make: Callable[[str], bytes]) -> None:
        """One event for each member."""
        for number in range(MEMBERS):
            fields = {b"event": make(f"M-{number}")}
            self.client.xadd(self.keys.door, fields)
            self.sent.append(fields)

    def send_enrolments_until(self, holds: Callable[[], bool]) -> None:
        """Rounds of events, while workers come and go."""
        for number in range(SECONDS_MAX):
            self.send(enrolment(number))
            if eventually(holds, seconds_max=0.5):
                return
        raise AssertionError([worker.log() for worker in self.workers])

    def drained(self) -> None:
        places = ["events", *(f"lane:{lane:02d}" for lane in range(LANES))]
        leases = ["mrs:lease:door", *(f"mrs:lease:{lane:02d}" for lane in range(LANES))]
        assert eventually(
            lambda: not any(self.client.xlen(f"mrs:{place}") for place in places), SECONDS_MAX
        ), [worker.log() for worker in self.workers]
        assert eventually(lambda: not self.client.exists(*leases), SECONDS_MAX)

    def histories(self) -> Mapping[Line, Sequence[Mapping[str, Any]]]:
        """What was published of each line, in order."""
        found: defaultdict[Line, list[Mapping[str, Any]]] = defaultdict(list)
        for _, fields in self.client.xrange(self.keys.determinations):
            data = json.loads(fields[b"event"])["data"]
            found[data["member_id"], data["claim_id"], data["line"]].append(data)
        return found

    def verdict(self, *libraries: Library) -> Verdict:
        return judge(observe(self.client, self.keys, LANES), Sent(entries=self.sent), libraries)


@pytest.fixture
def queue(nursery: Nursery) -> Iterator[Queue]:
    with (
        embedded_redis() as server,
        Redis(unix_socket_path=str(server.socket_path)) as client,
    ):
        queue = Queue(nursery, client, server.url, server.folder)
        yield queue
        for worker in queue.workers:
            worker.kill()


def mri(member: str) -> bytes:
    return encoded(event_of(REPORT, member_id=member) | {"id": "mri"})


def claim(member: str) -> bytes:
    return encoded(event_of(CLAIM, member_id=member, attestations=[]) | {"id": "claim"})


def enrolment(number: int) -> Callable[[str], bytes]:
    def make(member: str) -> bytes:
        return encoded(
            event_of(COVERAGE, member_id=member, plan_id=f"plan-{number}")
            | {"id": f"enrolment-{number}"}
        )

    return make


def outcomes(history: Sequence[Mapping[str, Any]]) -> list[str]:
    return [data["outcome"] for data in history]


def test_the_later_generation_takes_over_once_while_both_work(queue, libraries):
    old = queue.start(libraries.first)
    old.wait_until_ready()
    queue.send(mri)
    queue.send(claim)
    queue.drained()

    queue.start(libraries.second)
    queue.send_enrolments_until(lambda: GAVE_WAY in old.log())
    queue.drained()  # the older ends what it has begun, and takes nothing more
    queue.send(enrolment(-1))
    queue.drained()

    later = load_library(libraries.second)
    histories = queue.histories()
    assert MEMBERS == len(histories)
    assert [["approved", "pended"]] * MEMBERS == [outcomes(each) for each in histories.values()]
    for history in histories.values():
        assert {"library": later.digest, "generation": 2} == history[-1]["caused_by"]
    assert Verdict() == queue.verdict(load_library(libraries.first), later)
    assert 0 == queue.client.xlen(queue.keys.dead_letters)


def test_the_older_says_that_it_is_not_ready_and_why_and_does_nothing_more(queue, libraries):
    old = queue.start(libraries.first)
    old.wait_until_ready()
    new = queue.start(libraries.second)
    queue.send_enrolments_until(lambda: GAVE_WAY in old.log())
    queue.drained()

    assert eventually(lambda: not old.is_ready, SECONDS_MAX)
    new.kill()
    queue.send(mri)

    assert not eventually(lambda: queue.client.xlen("mrs:events") < MEMBERS, seconds_max=2)
    assert old.is_running


def test_old_content_under_a_higher_number_takes_over_again(queue, libraries):
    first = queue.start(libraries.first)
    first.wait_until_ready()
    queue.send(mri)
    queue.send(claim)
    queue.drained()
    for number, folder in enumerate((libraries.second, libraries.back)):
        queue.workers[-1].kill()
        queue.start(folder).wait_until_ready()
        queue.send(enrolment(number))
        queue.drained()

    histories = queue.histories().values()
    assert [["approved", "pended", "approved"]] * MEMBERS == list(map(outcomes, histories))
    assert [[None, 2, 3]] * MEMBERS == [
        [data["caused_by"].get("generation") for data in history] for history in histories
    ]
    assert {("adverse", True), ("favourable", False)} == {
        (data["change"], data["post_payment_review"])
        for history in histories
        for data in history[1:]
    }


def test_another_digest_of_the_same_generation_is_not_ready_and_says_why(queue, libraries):
    queue.start(libraries.first).wait_until_ready()
    rival = queue.start(libraries.rival)
    assert eventually(lambda: "Another library" in rival.log(), SECONDS_MAX)

    queue.send(mri)
    queue.send(claim)
    queue.drained()

    shipped = load_library(libraries.first)
    said = rival.log()
    assert f"({shipped.digest}) has the generation of this worker's library" in said
    assert "Give the changed library a higher `generation` in library.toml" in said
    assert (True, False) == (rival.is_running, rival.is_ready)
    assert [["approved"]] * MEMBERS == [outcomes(each) for each in queue.histories().values()]
    assert Verdict() == queue.verdict(shipped)


def test_without_the_first_digest_at_work_the_other_does_not_step_in(queue, libraries, tmp_path):
    first = queue.start(libraries.first)
    first.wait_until_ready()
    first.kill()
    rival = queue.start(libraries.rival)
    assert eventually(lambda: "Another library" in rival.log(), SECONDS_MAX)

    queue.send(mri)
    queue.send(claim)
    stands = not eventually(lambda: queue.client.xlen("mrs:events") < 2 * MEMBERS, seconds_max=1)
    rival.kill()
    queue.start(other_library(tmp_path / "mended", SHORT_LOOKBACK, generation=2))
    queue.drained()

    assert stands
    assert [["pended"]] * MEMBERS == [outcomes(each) for each in queue.histories().values()]


def test_another_number_of_lanes_is_not_ready_and_says_why_until_it_is_mended(queue, libraries):
    queue.start(libraries.first).wait_until_ready()
    other = queue.start(libraries.first, lanes=LANES + 1)
    assert eventually(lambda: "MRS_LANES" in other.log(), SECONDS_MAX)

    queue.send(mri)
    queue.send(claim)
    queue.drained()

    was_ready, said = other.is_ready, other.log()
    other.kill()
    queue.start(libraries.first).wait_until_ready()
    assert (False, True) == (was_ready, f"has {LANES} lanes; set MRS_LANES to that" in said)
    assert Verdict() == queue.verdict(load_library(libraries.first))
