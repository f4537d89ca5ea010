"""Nodes of a cluster are killed, replaced, stopped and emptied under load, and the broker goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.seeds import seeds
from tests.faults.workload import entries_of

EVENTS = 200
SECONDS = 2

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("cluster")]


@pytest.mark.parametrize("seed", seeds(1))
def test_a_killed_master_is_followed_by_its_replica(seed, cluster_run, cluster, report, library):
    run = cluster_run
    with run.sending(entries_of(seed, EVENTS), SECONDS):
        for _ in range(2):
            run.pause(0.2, 1)
            side = run.any_side()
            gone = side.master
            gone.kill()
            run.kills += 1
            cluster.wait_until_replaced(side.slot, gone)
            cluster.heal()
    run.drained()

    report("cluster: SIGKILL of a master", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_a_replica_that_takes_over_by_hand_is_followed(seed, cluster_run, cluster, report, library):
    run = cluster_run
    with run.sending(entries_of(seed, EVENTS), SECONDS):
        for _ in range(2):
            run.pause(0.2, 1)
            cluster.fail_over(run.any_side().slot)
    run.drained()

    report("cluster: manual failover", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_a_master_that_was_replaced_while_it_stood_still_gives_way(
    seed, cluster_run, cluster, report, library
):
    run = cluster_run
    with run.sending(entries_of(seed, EVENTS), SECONDS):
        run.pause(0.2, 1)
        side = run.any_side()
        gone = side.master
        gone.halt()
        cluster.wait_until_replaced(side.slot, gone)
        run.pause(0, 1)
        gone.go_on()
    run.drained()

    report("cluster: SIGSTOP of a master", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_slots_move_while_their_shards_are_worked_on(seed, cluster_run, cluster, report, library):
    run = cluster_run
    with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
        while producer.is_alive():
            side = run.any_side()
            others = [node for node in cluster.masters() if node is not side.master]
            cluster.move(side.slot, run.lots.choice(others), pause=0.01)
            run.pause(0, 0.1)
    run.drained()

    report("cluster: slots moved", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_workers_are_killed_while_slots_move_under_them(
    seed, cluster_run, cluster, report, library
):
    run = cluster_run
    with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
        while producer.is_alive():
            side = run.any_side()
            others = [node for node in cluster.masters() if node is not side.master]
            target = run.lots.choice(others)
            with ThreadPoolExecutor(1) as mover:
                moved = mover.submit(cluster.move, side.slot, target, pause=0.02)
                run.pause(0.01, 0.2)
                run.lots.choice(run.workers).kill()
                run.kills += 1
                moved.result()
            run.mend()
    run.drained()

    report("cluster: SIGKILL of workers, slots moving", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_a_node_is_added_takes_shards_and_is_emptied_again(
    seed, cluster_run, cluster, report, library
):
    run = cluster_run
    with run.sending(entries_of(seed, EVENTS), SECONDS):
        before = {side.slot: side.master for side in run.sides}
        added = cluster.add_pair()
        replica = cluster.replica_of(added)
        for side in run.sides:
            cluster.move(side.slot, added)
        run.pause(0.1, 0.5)
        for side in run.sides:
            cluster.move(side.slot, before[side.slot])
        run.pause(0, 0.3)
        cluster.remove(added, replica)
    run.drained()

    report("cluster: node added, emptied", run, run.verdict([library]))


@pytest.mark.parametrize("seed", seeds(1))
def test_a_broker_that_is_gone_and_comes_back_empty_costs_time_only(
    seed, cluster_run, report, library
):
    run = cluster_run
    with run.sending(entries_of(seed, EVENTS), SECONDS):
        for _ in range(2):
            run.pause(0.2, 1)
            run.broker.kill()
            run.kills += 1
            run.pause(0.1, 1)
            run.broker.start()
    run.drained()

    report("cluster: broker gone", run, run.verdict([library]))
