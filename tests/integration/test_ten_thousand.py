"""
Ten thousand events of an invented plan through two worker processes, held against `decide`.

Among them are duplicates, ids used again and what is no event. All is sent at once; each test looks
at one thing that must be true of what came out.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.faults.fates import Fates, fates_of
from tests.faults.observed import Observed, observe
from tests.faults.recount import recount
from tests.faults.verdict import Verdict
from tests.faults.workload import Fields, entries_of
from worker.config.connections import redis_client
from worker.determinations.data import MemberLineKey, line_key
from worker.metrics.counters import EVENTS
from worker.replay.in_memory import Deciding
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import installation
from worker.store.keys import Keys

SEED = "ten thousand"
COUNT = 10_000
KEYS = Keys("mrs")
Data = Mapping[str, Any]

pytestmark = [pytest.mark.timeout(300), pytest.mark.uncounted]


class Played(NamedTuple):
    """What stood there when all was worked off."""

    sent: Sequence[Fields]
    fates: Fates
    observed: Observed
    published: Sequence[bytes]
    logs: Sequence[str]

    @property
    def data(self) -> Iterator[Data]:
        """That of each determination."""
        return (json.loads(event)["data"] for event in self.published)

    @property
    def raws(self) -> Sequence[bytes]:
        """The events of those entries that have one."""
        return [fields[b"event"] for fields in self.sent if b"event" in fields]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.fixture(scope="module")
def played() -> Played:
    sent = entries_of(SEED, COUNT)
    with installation(workers=2) as own, redis_client(own.settings) as redis:
        pipeline = redis.pipeline(transaction=False)
        for fields in sent:
            pipeline.xadd(KEYS.door, dict(fields))
        pipeline.execute()
        QueueWatch(redis, KEYS, own.settings.lanes).wait_until_drained(lambda _: own.mend())
        observed = observe(redis, KEYS, own.settings.lanes)
        logs = [(worker.folder / "log").read_text() for worker in own.workers]
    events = [fields[b"event"] for _, fields in observed.determinations]
    return Played(sent, fates_of(sent, {}), observed, events, logs)


@pytest.fixture(scope="module")
def decided(played: Played, library: Library) -> Mapping[MemberLineKey, Data]:
    """What `decide` says in the end of the same events in the same order."""
    deciding = Deciding(library)
    for raw in played.raws:
        deciding.take(raw)
    return {line_key(data): data for data in map(json.loads, deciding.final())}


def test_both_processes_took_part(played: Played):
    assert [True, True] == ['"event":"batch"' in log for log in played.logs]


def test_there_is_something_of_every_kind_among_the_events(played: Played, decided):
    reasons = {reason for _, reason in played.fates.refused}

    assert {"NO_EVENT_FIELD", "NOT_JSON", "NOT_UTF8", "EVENT_ID_REUSED", "INVALID_DATA"} <= reasons
    assert 100 < sum(played.fates.duplicates.values())
    assert {"approved", "denied", "pended", "not_applicable"} == {
        data["outcome"] for data in decided.values()
    }
    assert 20 < len({data["reason"] for data in decided.values()})


def test_what_is_published_last_of_each_line_equals_decide(played: Played, decided):
    final = {line_key(data): data for data in played.data}

    assert decided.keys() == final.keys()
    assert [] == [key for key in decided if _told(decided[key]) != _told(final[key])]


def test_each_revision_is_published_once_and_none_is_missing(played: Played):
    revisions: defaultdict[MemberLineKey, list[int]] = defaultdict(list)
    for data in played.data:
        revisions[line_key(data)].append(data["revision"])

    assert [] == [each for each in revisions.values() if each != list(range(1, len(each) + 1))]
    ids = [json.loads(event)["id"] for event in played.published]
    assert len(ids) == len(set(ids))


def test_a_determination_at_record_version_n_equals_decide_on_the_first_n_events(
    played: Played, library: Library
):
    raws = {sha256(raw).digest(): raw for raw in played.raws}
    published: defaultdict[tuple[str, int], list[Data]] = defaultdict(list)
    for data in played.data:
        published[data["member_id"], data["record_version"]].append(data)
    wrong = []

    for member_id, member in played.observed.members.items():
        deciding = Deciding(library)
        for origin, _ in member.record.entries():
            deciding.take(raws[origin.digest])
            new = published.pop((member_id, origin.sequence), [])
            now = {line_key(data): data for data in map(json.loads, deciding.final())}
            anew = sum(data["record_version"] == origin.sequence for data in now.values())
            wrong += [data for data in new if _told(data) != _told(now[line_key(data)])]
            wrong += [] if anew == len(new) else [new]

    assert [] == wrong
    assert {} == published


def test_the_digests_of_each_member_are_one_chain(played: Played):
    ends: dict[str, str | None] = defaultdict(lambda: None)
    broken = []

    for event in played.published:
        data = json.loads(event)["data"]
        broken += [] if data["digests"]["previous"] == ends[data["member_id"]] else [data]
        ends[data["member_id"]] = f"sha256:{sha256(event).hexdigest()}"

    assert [] == broken
    assert ends == {
        member_id: f"sha256:{member.previous.hex()}"
        for member_id, member in played.observed.members.items()
        if member.previous is not None
    }


def test_the_digest_of_each_record_is_chained_over_its_events(played: Played):
    expected = {}
    for member_id, member in played.observed.members.items():
        chain = bytes(32)
        for origin, _ in member.record.entries():
            chain = sha256(chain + origin.digest).digest()
            expected[member_id, origin.sequence] = f"sha256:{chain.hex()}"

    assert [] == [
        data
        for data in played.data
        if data["digests"]["record"] != expected[data["member_id"], data["record_version"]]
    ]


def test_each_members_events_stand_in_the_record_in_the_order_in_which_they_came(played: Played):
    recorded = {
        member_id: [origin.digest for origin, _ in member.record.entries()]
        for member_id, member in played.observed.members.items()
    }

    assert played.fates.applied == recorded


def test_what_was_refused_stands_in_the_dead_letters_once_for_each_time_it_came(played: Played):
    found = Counter(
        (fields.get(b"event"), fields[b"reason"].decode()) for _, fields in played.observed.letters
    )

    expected: Counter[tuple[bytes | None, str]] = Counter()
    for (key, reason), count in played.fates.refused.items():
        expected[key if isinstance(key, bytes) else None, reason] += count
    assert expected == found


def test_the_counters_of_events_equal_a_recount(played: Played):
    counted = Counter()
    for field, count in played.observed.survey.counters.items():
        name, *labels = field.split("|")
        if name == EVENTS:
            counted[labels[1]] += count

    assert {
        "applied": sum(map(len, played.fates.applied.values())),
        "duplicate": sum(played.fates.duplicates.values()),
        "refused": sum(played.fates.refused.values()),
    } == counted
    assert COUNT == counted.total()
    assert 0 == played.observed.survey.conservation_difference


def test_the_counters_of_determinations_pends_and_indexes_equal_a_recount(
    played: Played, library: Library
):
    verdict = Verdict()

    recount(verdict, played.observed, library)

    assert Verdict() == verdict


def _told(data: Data) -> Data:
    """Without the link to the determination before, which `decide` does not have."""
    return {**data, "digests": data["digests"]["record"]}
