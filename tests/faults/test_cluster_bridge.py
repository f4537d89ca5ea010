"""The bridge from Kafka dies at each step, and nodes of the cluster under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, islice
from threading import Thread

import pytest

from tests.faults.cluster_run import ClusterRun
from tests.faults.fates import key_of
from tests.faults.seeds import seeds
from tests.faults.workload import Fields, entries_of, event_in
from tests.support.dying import Mother, mother
from tests.support.kafka_broker import RdkafkaBroker, rdkafka_broker

EVENTS_A_STEP, EVENTS_MAX, MEMBERS = 12, 1000, 6
STEPS_APART = 6
"""One run tries each sixth step; six seeds try them all."""
STEPS_MIN = 20
EVENTS = 150
SENT_AGAIN_MAX = 40
"""So often a batch may come again: as often as the bridge starts, fails or follows a slot."""
REACHING = {"sendall", "commit"}
NEVER = 1_000_000

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("cluster")]


@pytest.fixture(scope="module")
def kafka() -> Iterator[RdkafkaBroker]:
    with rdkafka_broker() as one:
        yield one


@pytest.fixture
def mum(cluster_run: ClusterRun, kafka: RdkafkaBroker) -> Iterator[Mother]:
    """Makes bridges for the run's installation."""
    settings = cluster_run.settings | {
        "MRS_KAFKA_BROKERS": kafka.address,
        "MRS_KAFKA_SESSION_SECONDS": "1",
    }
    with mother(settings) as one:
        yield one


@pytest.mark.parametrize("seed", seeds(1))
def test_a_bridge_may_die_before_each_thing_that_it_does(
    seed, cluster_run, kafka, mum, report, library
):
    run = cluster_run
    events = _events(seed)
    for dies_at in count(1 + seed % STEPS_APART, STEPS_APART):
        topic, entries = kafka.topic(), list(islice(events, EVENTS_A_STEP))
        kafka.put(topic, [event_in(fields) for fields in entries])
        run.note(entries)
        is_at_the_end = mum.survives(_words(topic), dies_at, REACHING)
        run.kills += not is_at_the_end
        while kafka.committed(topic, topic) < len(entries):
            assert mum.survives(_words(topic), NEVER, REACHING)
        _arrived(run, entries)
        if is_at_the_end:
            break
    run.drained()

    report("cluster: bridge killed at step n", run, run.verdict([library]))
    assert STEPS_MIN < dies_at


@pytest.mark.parametrize("seed", seeds(1))
def test_a_bridge_follows_the_nodes_of_its_cluster(
    seed, cluster_run, cluster, kafka, mum, report, library
):
    run, topic, entries = cluster_run, kafka.topic(), list(islice(_events(seed), EVENTS))
    run.note(entries)
    ended: list[bool] = []
    words = _words(topic, batch=10, idle_seconds=2)
    bridge = Thread(target=lambda: ended.append(mum.survives(words, NEVER, REACHING)), daemon=True)
    bridge.start()
    steps = [_kill, _take_over, _move]
    run.lots.shuffle(steps)
    for number, step in enumerate(steps):
        share = entries[number :: len(steps)]
        kafka.put(topic, [event_in(fields) for fields in share[: len(share) // 2]])
        step(run)
        kafka.put(topic, [event_in(fields) for fields in share[len(share) // 2 :]])
        _arrived(run, share)
    bridge.join(300)
    while kafka.committed(topic, topic) < len(entries):
        assert mum.survives(words, NEVER, REACHING)
    run.drained()

    report("cluster: nodes change under the bridge", run, run.verdict([library]))
    assert [True] == ended


def _kill(run: ClusterRun) -> None:
    side = run.any_side()
    gone = side.master
    gone.kill()
    run.kills += 1
    run.cluster.wait_until_replaced(side.slot, gone)
    run.cluster.heal()


def _take_over(run: ClusterRun) -> None:
    run.cluster.fail_over(run.any_side().slot)
    run.cluster.wait_until_whole()


def _move(run: ClusterRun) -> None:
    side = run.any_side()
    others = [node for node in run.cluster.masters() if node is not side.master]
    run.cluster.move(side.slot, run.lots.choice(others), pause=0.02)


def _events(seed: int) -> Iterator[Fields]:
    """What Kafka can carry: entries with an event."""
    found = entries_of(f"bridge {seed}", EVENTS_MAX, MEMBERS)
    return (fields for fields in found if event_in(fields))


def _arrived(run: ClusterRun, entries: Sequence[Fields]) -> None:
    run.sent += entries
    run.doubtful.update({key_of(fields): SENT_AGAIN_MAX for fields in entries})


def _words(topic: str, batch: int = 500, idle_seconds: float = 0.2) -> list[str]:
    given = {"--topic": topic, "--group": topic, "--batch": batch, "--idle-seconds": idle_seconds}
    return ["bridge", "kafka", *(str(word) for pair in given.items() for word in pair)]
