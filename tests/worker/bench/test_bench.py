"""The form of what `adjudicator bench` says, and that all whom it measures decide the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from rules.adjudicate import adjudicate
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.support.closed_schemas import faults
from tests.support.libraries import EXAMPLE_NAMES, with_examples
from tests.support.sources import text_of
from worker.bench.comparison import FormComparison
from worker.bench.contenders import VOLATILE, ours, peer
from worker.bench.floor import floor
from worker.bench.kernel import JUDGED, growth, lines_a_second
from worker.bench.latency import Latency, latency_at
from worker.bench.memory import Memory, ProcessSize, member_parts, process_sizes
from worker.bench.plan import member_events, plan_events
from worker.bench.policies import PolicyRate, members_by_policy, rates_by_policy
from worker.bench.processes import Running
from worker.bench.report import BenchReport
from worker.bench.shard_cost import ShardCost, shard_costs
from worker.bench.shard_cost_rows import shard_rows
from worker.bench.spread import Spread, percentile, spread_of
from worker.bench.table import table_of
from worker.bench.throughput import CONTENDERS, RATIOS, Throughput
from worker.bench.trace_cost import OFF, ON, tracing
from worker.determinations.data import ORDER_DEPENDENT, line_key
from worker.replay.in_memory import decide_all
from worker.terminal.console import console

EVENTS = [msgspec.json.encode(event) for member in range(8) for event in member_events("x", member)]

LINK = "previous"
"""What `decide` cannot say of a determination: it publishes none."""


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.fixture(scope="module")
def worker() -> Iterator[Running]:
    with ours(1, VOLATILE) as running:
        yield running


def final(running: Running) -> dict[Any, Any]:
    """The latest determination of each line."""
    entries: Any = running.redis.xrange("mrs:determinations")
    latest: dict[Any, Any] = {}
    for _, fields in entries:
        data = msgspec.json.decode(fields[b"event"])["data"]
        del data["digests"][LINK]
        latest[line_key(data)] = data
    return latest


def decided(library: Library) -> dict[Any, Any]:
    found = decide_all(EVENTS, library).final
    for data in found.values():
        del data["digests"][LINK]
    return dict(found)


def in_any_order(found: dict[Any, Any]) -> dict[Any, Any]:
    return {
        key: {name: data[name] for name in data if name not in ORDER_DEPENDENT}
        for key, data in found.items()
    }


def test_the_worker_as_it_is_measured_decides_as_decide_does(worker, library):
    seconds = worker.work_off(EVENTS)

    assert seconds > 0
    assert decided(library) == final(worker)


@pytest.mark.parametrize("batch", [1, 50], ids=["one_at_a_time", "in_batches"])
def test_the_floor_decides_as_decide_does(library, batch):
    with floor(library, batch) as running:
        running.work_off(EVENTS[:20])
        running.work_off(EVENTS[20:])

        assert decided(library) == final(running)


def test_the_peer_decides_as_decide_does_in_whatever_order_its_tasks_run(library):
    with peer(VOLATILE) as running:
        running.work_off(EVENTS)

        assert in_any_order(decided(library)) == in_any_order(final(running))


def test_latency_is_that_of_the_events_that_led_to_a_determination(worker):
    found = latency_at(worker, rate=200, seconds=1, sent_before=0)

    assert 0 < found.p50 <= found.p99
    assert 0 < found.determinations <= 200


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc")
def test_a_workers_processes_have_their_sizes(worker):
    main_process, *children = process_sizes(worker.pid)

    assert 1 == len(children)
    for size in (main_process, *children):
        assert 0 < size.unique_bytes <= size.proportional_bytes <= size.resident_bytes


def test_what_a_member_takes_is_said_by_kind_of_key(library):
    parts = member_parts(library, members=2)

    assert {"record", "index", "claims", "pends", "received"} == set(parts)
    assert all(parts[kind] > 0 for kind in ("record", "index", "claims"))


def test_deciding_alone_is_measured_by_studies_and_by_events(library):
    kernel = lines_a_second(library, rounds=1, tell=lambda: None, seconds=0.001)
    grown = growth(library, sizes=(10,), rounds=1)

    assert ["1", "10", "100", "1000", JUDGED] == list(kernel)
    assert ["10"] == list(grown)
    assert all(spread.low > 0 for spread in (*kernel.values(), *grown.values()))


def test_the_cost_of_spans_is_measured_with_and_without_traces(library):
    found = tracing(library, rounds=1, events=100, tell=lambda: None)

    assert [*OFF, *ON] == list(found)
    assert all(spread.low > 0 for spread in found.values())


def test_without_open_telemetry_only_what_it_costs_without_spans_is_measured(library, monkeypatch):
    monkeypatch.setitem(sys.modules, "worker.bench.unsent_spans", None)

    assert [*OFF] == list(tracing(library, rounds=1, events=100, tell=lambda: None))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc")
def test_what_an_event_costs_with_shards_is_measured_of_worker_redis_memory_and_disk():
    found = shard_costs(1, 200, lambda: None, counts=[2])

    assert ["2"] == list(found)
    cost = found["2"]
    for each in (cost.worker, cost.redis, cost.memory, cost.disk):
        assert each.low > 0


@pytest.mark.parametrize(
    ("several", "expected"),
    [
        pytest.param(1.10, "at most 1.1: reached", id="just_flat"),
        pytest.param(1.11, "at most 1.1: NOT REACHED", id="not_flat"),
    ],
)
def test_the_processor_time_of_several_shards_is_held_against_that_of_one(several, expected):
    def cost(seconds: float) -> ShardCost:
        return ShardCost(*[Spread(seconds, seconds, seconds)] * 6)

    report = BenchReport(machine={}, versions={}, library="", rounds=1, events=1)
    report.shards = {"1": cost(1.0), "4": cost(several)}

    assert expected in [row.wanted for row in shard_rows(report)]


def test_each_policy_is_measured_by_lines_that_it_decides_on_a_day_of_its_own(tmp_path):
    library = load_library(with_examples(tmp_path / "library", *EXAMPLE_NAMES))

    for policy_id, record in members_by_policy(library):
        lines = [one for one in adjudicate(record, library) if one.service != "other"]

        assert {(policy_id, True)} == {(one.policy.id, bool(one.policy.version)) for one in lines}
        assert 3 <= len(lines)


def test_rates_by_policy_are_beside_those_of_the_first_policy(tmp_path):
    library = load_library(with_examples(tmp_path / "library", "example-never"))

    found = rates_by_policy(library, 1, lambda: None)

    assert ["6.01.03", "example-never"] == list(found)
    assert Spread(1.0, 1.0, 1.0) == found["6.01.03"].to_first
    ratio = found["example-never"].lines_a_second.median / found["6.01.03"].lines_a_second.median
    assert ratio == pytest.approx(found["example-never"].to_first.median)


def test_the_command_writes_every_key_and_nothing_for_what_was_not_asked_for():
    asked = ["bench", "--only", "startup", "--rounds", "1", "--json", "-"]

    # In a process of its own, as it sets up the logs.
    done = subprocess.run(
        [sys.executable, "-m", "worker.cli", *asked], capture_output=True, check=True
    )

    said = json.loads(done.stdout)
    assert set(KEYS) == set(said)
    assert {"worker", "decide"} == set(said["startup"])
    assert {None} == {said[key] for key in MEASURED if key != "startup"}


def test_a_full_report_has_median_low_and_high_of_each_contender():
    said = json.loads(msgspec.json.encode(full_report().as_json()))

    assert [] == faults("output.bench", said)
    assert set(KEYS) == set(said)
    for name in ("peer", "floor", "ours_1", "ours_2"):
        assert {"median": 2.0, "low": 1.0, "high": 3.0}.items() <= said[name].items()
    assert {"p50", "p99"} <= set(said["latency"]["100"])
    assert set(RATIOS) == set(said["ratios"])


def test_the_contract_names_every_key():
    (row,) = re.findall(r"^\| `adjudicator bench .*$", text_of("docs/contract.md"), re.MULTILINE)

    assert set(KEYS) <= set(re.findall(r"`([a-z_0-9]+)`", row))


@pytest.mark.parametrize(
    ("median", "expected"),
    [
        pytest.param(30.0, "at least 30: reached", id="just_reached"),
        pytest.param(29.9, "at least 30: NOT REACHED", id="just_missed"),
    ],
)
def test_the_table_says_what_is_reached_and_what_is_not(median, expected):
    out = console()

    with out.capture() as shown:
        out.print(table_of(full_report(ours_2_to_peer=Spread(median, 1, 20))))

    assert expected in shown.get()


def test_a_spread_is_the_middle_and_both_ends():
    assert Spread(2, 1, 9) == spread_of([9, 1, 2])


@pytest.mark.parametrize(("share", "expected"), [(0.5, 51), (0.99, 100)], ids=["half", "most"])
def test_a_percentile_is_what_so_many_do_not_exceed(share, expected):
    assert expected == percentile(range(1, 101), share)


def test_the_same_seed_makes_the_same_plan():
    assert list(plan_events("same", 300)) == list(plan_events("same", 300))


def test_a_member_without_any_event_is_no_fault():
    assert [] == member_events("bench", 371)


MEASURED = (
    *("peer", "floor", "ours_1", "ours_2", "ratios"),
    *("kernel", "growth", "policies", "latency", "memory", "startup", "tracing", "shards"),
    "comparison",
)
KEYS = ("machine", "versions", "library", "run", *MEASURED)


def full_report(**ratios: Spread) -> BenchReport:
    some = Spread(2, 1, 3)
    return BenchReport(
        machine={},
        versions={},
        library=f"sha256:{0:064x}",
        rounds=1,
        events=1,
        throughput=Throughput(
            dict.fromkeys(CONTENDERS, some), dict.fromkeys(RATIOS, some) | ratios
        ),
        kernel={"1": some, JUDGED: some},
        growth={"10": some},
        policies={"6.01.03": PolicyRate(some, some)},
        latency={"100": Latency(0.01, 0.02, 5, 100.0)},
        memory=Memory(3000, {"record": 3000}, 3, ProcessSize(3, 2, 1), ProcessSize(3, 2, 1)),
        startup={"worker": some, "decide": some},
        tracing=dict.fromkeys((*OFF, *ON), some),
        shards={"1": ShardCost(*[some] * 6), "4": ShardCost(*[Spread(2.1, 1, 3)] * 6)},
        comparison=FormComparison({"pure": {"version": "1", "rules": "pure Python"}}, {}, {}, {}),
    )
