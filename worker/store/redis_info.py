"""Reads what matters here from Redis's `INFO`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from redis import Redis

from worker.failures import Risk
from worker.store.scripts import failures_in_our_words

Facts = Mapping[str, Any]


def redis_facts(client: Redis) -> Facts:
    """Everything in `INFO`; raises `StoreUnavailable`."""
    with failures_in_our_words(client):
        facts: Facts = client.info()
    return facts


def persistence_faults(facts: Facts) -> Iterator[str]:
    """Reasons why Redis might lose what it has acknowledged."""
    if not is_appending(facts):
        yield "the append-only file is off"
    elif facts.get("aof_last_write_status") != "ok":
        yield "the last write to the append-only file failed"
    elif facts.get("aof_last_bgrewrite_status") != "ok":
        yield "the last rewrite of the append-only file failed"
    if facts.get("rdb_last_bgsave_status") != "ok":
        yield "the last snapshot failed"


def risks_in(facts: Facts) -> Iterator[Risk]:
    """What makes wrong decisions possible: a record that is known must be found again."""
    if is_evicting(facts):
        yield "eviction"
    if not is_appending(facts):
        yield "persistence"
    if is_replica(facts):
        yield "replica"


def is_evicting(facts: Facts) -> bool:
    """Whether it removes keys when it is full."""
    return facts.get("maxmemory_policy") not in {"noeviction", None}


def is_appending(facts: Facts) -> bool:
    """Whether it writes what it acknowledges to an append-only file."""
    return bool(facts.get("aof_enabled"))


def is_replica(facts: Facts) -> bool:
    """Whether it follows another, so that it cannot be written to."""
    return facts.get("role") not in {"master", None}


def memory_ratio(facts: Facts) -> float:
    """Share of `maxmemory` in use, as Redis counts it; 0 where none is set."""
    allowed = facts.get("maxmemory", 0)
    if not allowed:
        return 0.0
    return float((facts["used_memory"] - facts.get("mem_not_counted_for_evict", 0)) / allowed)


def version_of(facts: Facts) -> tuple[int, ...]:
    """The server's Redis version, or the one that it is compatible with."""
    return tuple(int(part) for part in str(facts["redis_version"]).split("."))
