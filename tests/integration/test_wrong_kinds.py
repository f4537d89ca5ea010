"""
Each key of the installation is given a wrong type under real workers, and mended again.

Most have an installation of their own, so that all wait at the same time; a test looks at what
became of one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.faults.checker import Sent, judge
from tests.faults.nursery import Birth
from tests.faults.observed import observe
from tests.faults.verdict import Verdict
from tests.faults.workers import Nursery, Worker
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.processes import eventually
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.keys import Keys

MEMBER = "SECRET-member"
SECONDS_MAX = 60
LIBRARY = load_library(SHIPPED)

CLAIMED = {b"event": encoded(event_of(CLAIM, member_id=MEMBER, attestations=[]))}
REPORTED = {b"event": encoded(event_of(REPORT, member_id=MEMBER) | {"id": "e-2"})}
NO_EVENT = {b"event": b"{"}
CLAIMED_TOO = {b"event": encoded(event_of(CLAIM, member_id=MEMBER, claim_id="C-2") | {"id": "e-3"})}

KINDS = {
    "events": "stream",
    "lane:00": "stream",
    "determinations": "determinations",
    "dead-letters": "dead-letters",
    "counters": "counters",
    "takes": "takes",
    "meta": "meta",
    "attempts:door": "attempts",
    "attempts:00": "attempts",
    "lease:door": "lease",
    "lease:00": "lease",
    "mark:door": "mark",
    f"record:{MEMBER}": "record",
    f"index:{MEMBER}": "index",
    "claim:C-2": "claim",
    "pends:mrs:CONVENTIONAL_IMAGING_UNKNOWN": "pends",
}
"""Key without its prefix -> what the worker must say of it."""

STREAMS = ("events", "lane:00", "determinations", "dead-letters")

OF_NO_ACCOUNT = ("mark:00", "workers", "celery:unacked_mutex")
"""Keys that no decision leans on: events are decided all the while."""

OF_CELERY = (
    *("celery:drain", "celery:_kombu.binding.drain"),
    *("celery:unacked", "celery:unacked_index"),
)
"""Keys without which Celery does not run: a worker that is started under them says so and ends."""

SPOILED = {key: (key,) for key in KINDS} | {"no account": OF_NO_ACCOUNT, "Celery": OF_CELERY}
"""Each installation, with what is spoiled in it."""

_DECIDED = ("determinations", "dead-letters", "record:*", "index:*", "claim:*", "pends:*")

pytestmark = pytest.mark.timeout(300)


class Patient:
    """An installation with one worker, of which some keys are spoiled."""

    def __init__(
        self, server: EmbeddedRedis, nursery: Nursery, number: int, spoiled: Sequence[str]
    ) -> None:
        self.keys = Keys(f"k{number}")
        self.client: Any = Redis(unix_socket_path=str(server.socket_path))
        self.said = self.said_at_start = ""
        self.exit_code: int | None = None
        self.before: dict[bytes, bytes] = {}
        self.meanwhile: dict[bytes, bytes] = {}
        self.waiting_meanwhile = 0
        self._sent: list[Mapping[bytes, bytes]] = []
        self._saved: dict[str, bytes | None] = {
            f"{self.keys.prefix}:{key}": None for key in spoiled
        }
        folder = server.folder / self.keys.prefix
        folder.mkdir()
        environment = {
            "MRS_REDIS_URL": server.url,
            "MRS_PREFIX": self.keys.prefix,
            "MRS_LANES": "1",
        }
        self.worker = Worker(nursery, Birth(str(folder), environment, 1))

    def send(self, *entries: Mapping[bytes, bytes]) -> None:
        """Adds entries at the door, if that takes any."""
        if self.client.type(self.keys.door) in {b"stream", b"none"}:
            for fields in entries:
                self.client.xadd(self.keys.door, dict(fields))
            self._sent += entries

    def spoil(self) -> None:
        """Another type in the place of the keys, whether they are there or not."""
        self.before = self._decided()
        for key in self._saved:
            self._saved[key] = self.client.dump(key)
            at_once = self.client.pipeline()  # a key that is missing for a moment is another fault
            at_once.delete(key)
            if key.partition(":")[2] in STREAMS:
                at_once.set(key, "of another")
            else:
                at_once.xadd(key, {"of": "another"})
            at_once.execute()

    def look(self) -> None:
        """What the worker says, and whether anything was written."""
        self.said = self.worker.log()
        self.meanwhile = self._decided()
        self.waiting_meanwhile = self.waiting()

    def mend(self) -> None:
        """The keys as they were, and the worker started again if it has ended."""
        for key, saved in self._saved.items():
            if saved is not None and ":celery:" not in key:
                self.client.restore(key, 0, saved, replace=True)
            else:
                self.client.delete(key)
        if not self.worker.is_running:
            self.worker.start()

    def start_anew(self) -> None:
        """What a supervisor does, or whoever starts one more worker."""
        self.worker.kill()
        self.worker.start()
        assert eventually(lambda: self.worker.exit_code is not None, SECONDS_MAX)
        self.said_at_start, self.exit_code = self.worker.log(), self.worker.exit_code

    def waiting(self) -> int:
        """Entries in the queue, as far as it can be counted."""
        streams = (self.keys.door, self.keys.stream("00"))
        return sum(self.client.xlen(each) for each in streams if self._is_stream(each))

    def is_at_rest(self) -> bool:
        """Whether nothing waits, and nobody is still at a place where something did."""
        leases = (self.keys.lease("door"), self.keys.lease("00"))
        return not self.waiting() and not self.client.exists(*leases)

    def verdict(self) -> Verdict:
        """The judge's, on all that was sent."""
        return judge(observe(self.client, self.keys, 1), Sent(entries=self._sent), [LIBRARY])

    def _is_stream(self, key: str) -> bool:
        return bool(self.client.type(key) == b"stream")

    def _decided(self) -> dict[bytes, bytes]:
        """All that a decision writes, but for the spoiled keys themselves."""
        return {
            key: self.client.dump(key)
            for kind in _DECIDED
            for key in self.client.scan_iter(f"{self.keys.prefix}:{kind}", count=1000)
            if key.decode() not in self._saved
        }


@pytest.fixture(scope="module")
def patients() -> Iterator[dict[str, Patient]]:
    """Key -> what became of the installation in which it was spoiled."""
    with embedded_redis() as server, Nursery() as nursery, ExitStack() as stack:
        patients = {
            name: Patient(server, nursery, number, spoiled)
            for number, (name, spoiled) in enumerate(SPOILED.items())
        }
        for patient in patients.values():
            stack.callback(patient.client.close)
            stack.callback(patient.worker.kill)
        everyone(patients, lambda _, patient: patient.worker.wait_until_ready())
        everyone(patients, lambda _, patient: patient.send(CLAIMED))
        everyone(patients, lambda _, patient: wait_until(patient.is_at_rest))
        everyone(patients, lambda _, patient: patient.spoil())
        everyone(patients, lambda _, patient: patient.send(REPORTED, CLAIMED_TOO, NO_EVENT))
        everyone(patients, wait_until_met)
        everyone(patients, lambda _, patient: patient.look())
        patients["Celery"].start_anew()
        everyone(patients, lambda _, patient: patient.mend())
        patients["events"].send(REPORTED, CLAIMED_TOO, NO_EVENT)
        everyone(patients, lambda _, patient: wait_until(patient.is_at_rest))
        yield patients


def everyone(patients: dict[str, Patient], do: Callable[[str, Patient], object]) -> None:
    for key, patient in patients.items():
        do(key, patient)


def wait_until(holds: Callable[[], bool]) -> None:
    assert eventually(holds, SECONDS_MAX)


def wait_until_met(key: str, patient: Patient) -> None:
    """Until the worker has met the key: has said so, has gone on without it, or has ended."""

    def has_met() -> bool:
        log = patient.worker.log()
        match key:
            case "Celery":
                return not patient.worker.is_running or not patient.waiting()
            case "no account":
                return "kind 'workers'" in log and not patient.waiting()
            case _:
                return f"kind '{KINDS[key]}'" in log

    assert eventually(has_met, SECONDS_MAX), f"{key}: {patient.worker.log()}"


@pytest.mark.parametrize("key", KINDS)
def test_the_worker_says_of_which_kind_the_key_is_and_never_an_id(patients, key):
    assert f"A key of kind '{KINDS[key]}' does not hold what this worker writes there" in (
        patients[key].said
    )
    assert "mend or remove the key" in patients[key].said
    assert MEMBER not in patients[key].said


@pytest.mark.parametrize("key", KINDS)
def test_nothing_is_written_in_part_while_the_key_is_of_another_type(patients, key):
    patient = patients[key]

    assert patient.before
    assert patient.before == patient.meanwhile
    assert key in {"events", "lane:00"} or 3 == patient.waiting_meanwhile


def test_without_keys_that_no_decision_leans_on_events_are_decided_all_the_while(patients):
    patient = patients["no account"]

    assert 0 == patient.waiting_meanwhile
    assert "kind 'workers'" in patient.said
    assert MEMBER not in patient.said


def test_a_worker_that_is_started_under_spoiled_keys_of_celery_names_them_and_ends(patients):
    patient = patients["Celery"]

    for key in OF_CELERY:
        assert f'"{patient.keys.prefix}:{key}"' in patient.said_at_start
    assert "delete these keys" in patient.said_at_start
    assert 3 == patient.exit_code


@pytest.mark.parametrize("name", SPOILED)
def test_mended_it_goes_on_as_if_nothing_had_been(patients, name):
    assert Verdict() == patients[name].verdict()
    assert 4 == len(patients[name]._sent)
