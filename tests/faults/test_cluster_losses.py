"""What a failover takes that comes before replication, and what it cannot take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Thread

import pytest
from redis.exceptions import RedisError

from tests.faults.cluster_run import ClusterRun
from tests.faults.fates import key_of
from tests.faults.seeds import seeds
from tests.faults.table import TAKEN
from tests.faults.workload import Fields, entries_of, event_in
from worker.client import NotReplicated, submit

EVENTS = 200
BATCH = 10
RETRIES_MAX = 8
"""So often the client may send a command again whose answer was lost: an event that came twice."""
GIVEN_UP_SECONDS = 120

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("cluster")]


@pytest.mark.parametrize("seed", seeds(1))
def test_what_a_failover_before_replication_takes_is_repaired_by_sending_again(
    seed, hasty_run, cluster, report, library, record_property
):
    run, entries = hasty_run, entries_of(seed, EVENTS)
    run.replicas = 0
    run.send(entries[: EVENTS // 2])
    run.drained()
    side = run.any_side()
    master = side.master
    cluster.cut_off_replicas(master)
    run.send(entries[EVENTS // 2 :])
    run.drained()
    acknowledged, published = run.received(), run.published()
    master.kill()
    run.kills += 1
    cluster.wait_until_replaced(side.slot, master)
    run.end_workers()
    run.trouble = run.consistent([library])
    taken = {
        "acknowledged": EVENTS // 2,
        "events": acknowledged - run.received(),
        "published": published,
        "determinations": published - run.published(),
    }

    cluster.heal()
    run.doubtful.update(map(key_of, entries))
    run.sent.clear()
    run.mend()
    run.send(entries)
    run.drained()
    record_property(TAKEN, taken)
    report("cluster: unlucky failover, sent again", run, run.verdict([library]))
    assert 0 < taken["events"] <= EVENTS // 2


@pytest.mark.parametrize("seed", seeds(1))
def test_what_submit_says_that_a_replica_has_the_unluckiest_failover_cannot_take(
    seed, cluster_run, cluster, report, library, monkeypatch
):
    run = cluster_run
    monkeypatch.setenv("MRS_SHARDS", str(len(run.sides)))
    monkeypatch.setenv("MRS_BROKER_URL", run.broker.url)
    entries = [fields for fields in entries_of(seed, EVENTS) if event_in(fields) is not None]
    half = len(entries) // 2
    refusals: list[str] = []
    _submit(run, entries[:half], refusals)
    run.drained()  # each shard has its id by then; a worker works in none that has lost it
    side = run.any_side()
    master = side.master
    cluster.cut_off_replicas(master)
    producer = Thread(target=_submit, args=(run, entries[half:], refusals), daemon=True)
    producer.start()
    given_up_at = time.monotonic() + GIVEN_UP_SECONDS
    while not refusals and time.monotonic() < given_up_at:
        time.sleep(0.02)
    master.kill()
    run.kills += 1
    cluster.wait_until_replaced(side.slot, master)
    cluster.heal()
    producer.join(GIVEN_UP_SECONDS)
    assert not producer.is_alive()
    run.drained()

    report("cluster: unlucky failover, replicas asked", run, run.verdict([library]))
    assert NotReplicated.__name__ in refusals


def _submit(run: ClusterRun, entries: Sequence[Fields], refusals: list[str]) -> None:
    """Sends as a producer does that takes exceptions for what they are."""
    given_up_at = time.monotonic() + GIVEN_UP_SECONDS
    for first in range(0, len(entries), BATCH):
        batch = entries[first : first + BATCH]
        while not _is_submitted(run, batch, refusals) and time.monotonic() < given_up_at:
            time.sleep(0.05)


def _is_submitted(run: ClusterRun, batch: Sequence[Fields], refusals: list[str]) -> bool:
    raws = [raw for fields in batch if (raw := event_in(fields)) is not None]
    run.note(batch)
    try:
        submit(raws, redis_url=run.cluster.url, prefix=run.keys.prefix, replicas=1)
    except (RedisError, NotReplicated) as refused:
        refusals.append(type(refused).__name__)
        # Once more for each time that the client sent it again by itself.
        run.doubtful.update({key_of(fields): 1 + RETRIES_MAX for fields in batch})
        return False
    run.doubtful.update({key_of(fields): RETRIES_MAX for fields in batch})
    run.sent += batch
    return True
