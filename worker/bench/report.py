"""The results of a benchmark run, as JSON with stable keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from worker.bench.comparison import FormComparison
from worker.bench.latency import Latency
from worker.bench.memory import Memory
from worker.bench.policies import PolicyRate
from worker.bench.shard_cost import ShardCost
from worker.bench.spread import Spread
from worker.bench.throughput import Throughput


class BenchReport(msgspec.Struct, kw_only=True):
    """All numbers of one run; parts that were not requested are None."""

    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    library: str
    """The digest of the library that every contender used."""
    rounds: int
    events: int
    """Per round, for contenders that take batches."""
    seconds: float = 0.0
    """How long the whole run took."""
    throughput: Throughput | None = None
    kernel: Mapping[str, Spread] | None = None
    growth: Mapping[str, Spread] | None = None
    policies: Mapping[str, PolicyRate] | None = None
    latency: Mapping[str, Latency] | None = None
    memory: Memory | None = None
    startup: Mapping[str, Spread] | None = None
    tracing: Mapping[str, Spread] | None = None
    shards: Mapping[str, ShardCost] | None = None
    comparison: FormComparison | None = None

    def as_json(self) -> dict[str, Any]:
        """Returns the object that `adjudicator bench --json` writes."""
        return {
            "machine": self.machine,
            "versions": self.versions,
            "library": self.library,
            "run": {"rounds": self.rounds, "events": self.events, "seconds": self.seconds},
            **_by_contender(self.throughput),
            "kernel": _plain(self.kernel),
            "growth": _plain(self.growth),
            "policies": _plain(self.policies),
            "latency": _plain(self.latency),
            "memory": _plain(self.memory),
            "startup": _plain(self.startup),
            "tracing": _plain(self.tracing),
            "shards": _plain(self.shards),
            "comparison": _plain(self.comparison),
        }


def _by_contender(throughput: Throughput | None) -> dict[str, Any]:
    """Returns events per second of each contender, with its variants beside it."""
    if throughput is None:
        return dict.fromkeys(("peer", "floor", "ours_1", "ours_2", "ratios"))
    rates = _plain(throughput.rates)
    return {
        "peer": rates["peer"] | {"without_persistence": rates["peer_without_persistence"]},
        "floor": rates["floor"] | {"one_at_a_time": rates["floor_one_at_a_time"]},
        "ours_1": rates["ours_1"],
        "ours_2": rates["ours_2"] | {"without_persistence": rates["ours_2_without_persistence"]},
        "ratios": _plain(throughput.ratios),
    }


def _plain(found: object) -> Any:  # noqa: ANN401  # what JSON has: objects, lists, texts, numbers
    return msgspec.to_builtins(found)
