"""Checks Redis itself: whether it keeps its data, and has room for it."""

from __future__ import annotations

from collections.abc import Iterator

from worker.doctor.diagnostic import Diagnostic, Examined, configured
from worker.store.arguments import ARGUMENT_BYTES_MAX, STAMP_BYTES
from worker.store.redis_info import (
    is_appending,
    is_evicting,
    is_replica,
    memory_ratio,
    persistence_faults,
    version_of,
)

_ABOUT = "Redis"
_OLDEST = (6, 2)
_COUNTS_FROM = (7, 0)
_MEMORY_WARNING = 0.75
_ABOUT_TO_FILL = "Give it more memory, or archive determinations: `adjudicator archive`."


def examine_version(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that it has the required commands, and counts the entries added to the door."""
    version = str(examined.facts["redis_version"])
    if version_of(examined.facts)[:2] < _OLDEST:
        yield Diagnostic("fault", _ABOUT, f"Version {version} is too old.", "Use 6.2 or later.")
    elif version_of(examined.facts)[:2] < _COUNTS_FROM:
        yield Diagnostic(
            "warning",
            _ABOUT,
            f"Version {version} does not count the events added to the door: one that is lost "
            "there, before it is routed, cannot be noticed.",
            "Use version 7 or later, or Valkey.",
        )
    else:
        yield Diagnostic("ok", _ABOUT, f"version {version}")


def examine_role(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that it can be written to."""
    facts = examined.facts
    if facts.get("loading"):
        yield Diagnostic("fault", _ABOUT, "It is still loading its data.", "Wait until it is done.")
    if is_replica(facts):
        yield Diagnostic(
            "fault",
            _ABOUT,
            "It is a replica: it cannot be written to.",
            "Set MRS_REDIS_URL to the master, or to its Sentinels: sentinel://host:port/service.",
        )
    if facts.get("cluster_enabled") and "{" not in examined.settings.prefix:
        yield Diagnostic(
            "fault",
            _ABOUT,
            "It is a Redis Cluster, and MRS_PREFIX has no hash tag: our keys would be spread.",
            "Set MRS_PREFIX to {mrs-0}, {mrs-1} ..., one for each shard.",
        )


def examine_persistence(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that acknowledged writes survive a crash."""
    faults = [*persistence_faults(examined.facts)]
    for fault in faults:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"It does not keep what it acknowledges: {fault}.",
            "Check its log and disk; see ops/runbooks/MrsRedisPersistence.md.",
        )
    if not is_appending(examined.facts):
        return
    yield from _how_often(configured(examined.client, "appendfsync"), is_sound=not faults)


def _how_often(appendfsync: str | None, *, is_sound: bool) -> Iterator[Diagnostic]:
    if appendfsync == "always" and is_sound:
        yield Diagnostic("ok", _ABOUT, "each write is on disk before it is acknowledged")
    elif appendfsync == "everysec":
        yield Diagnostic(
            "warning",
            _ABOUT,
            "Writes go to disk once a second: a power cut loses up to two seconds.",
            "`appendfsync always` costs little here. With everysec producers must send those "
            "seconds again.",
        )
    elif appendfsync == "no":
        yield Diagnostic(
            "fault",
            _ABOUT,
            "Writes go to disk whenever the operating system decides (appendfsync no).",
            "CONFIG SET appendfsync always, and set it in its file (deploy/redis.conf).",
        )
    elif appendfsync is None:
        yield Diagnostic(
            "warning",
            _ABOUT,
            "This login may not read how often writes go to disk.",
            "Run doctor with a login that may use CONFIG GET.",
        )


def examine_eviction(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that it would not evict records."""
    facts = examined.facts
    if is_evicting(facts):
        yield Diagnostic(
            "fault" if facts.get("maxmemory") else "warning",
            _ABOUT,
            f"When it is full it evicts keys ({facts['maxmemory_policy']}): a record that is gone "
            "makes wrong determinations.",
            "CONFIG SET maxmemory-policy noeviction, and set it in its file (deploy/redis.conf).",
        )


def examine_memory(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that there is memory left, and that the longest values fit."""
    ratio, high = memory_ratio(examined.facts), examined.setting("memory_high")
    if not examined.facts.get("maxmemory"):
        yield Diagnostic(
            "warning",
            _ABOUT,
            "It has no maxmemory: it grows until the system kills it.",
            "CONFIG SET maxmemory to what the machine can spare; workers stop before that.",
        )
    elif ratio >= high:
        yield Diagnostic(
            "fault", _ABOUT, f"{ratio:.0%} of its memory is used: workers stop.", _ABOUT_TO_FILL
        )
    elif ratio > min(_MEMORY_WARNING, high):
        yield Diagnostic("warning", _ABOUT, f"{ratio:.0%} of its memory is used.", _ABOUT_TO_FILL)
    else:
        yield Diagnostic("ok", _ABOUT, f"{ratio:.0%} of its memory is used")
    yield from _of_long_answers(configured(examined.client, "client-output-buffer-limit"))
    longest = configured(examined.client, "proto-max-bulk-len")
    if longest is not None and int(longest) < ARGUMENT_BYTES_MAX + STAMP_BYTES:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"It accepts values of at most {longest} bytes; a member's record may be longer.",
            "CONFIG SET proto-max-bulk-len 72mb, and set it in its file (deploy/redis.conf).",
        )


def _of_long_answers(limits: str | None) -> Iterator[Diagnostic]:
    """`limits`: for each class of clients its name, a hard limit, a soft one, and seconds."""
    words = (limits or "").split()
    hard = int(words[words.index("normal") + 1]) if "normal" in words else 0
    if 0 < hard < ARGUMENT_BYTES_MAX + STAMP_BYTES:
        yield Diagnostic(
            "warning",
            _ABOUT,
            f"It cuts answers off at {hard:,} bytes: workers then read less at once, and what is "
            "longer by itself, such as a member with very many events, cannot be read at all.",
            'CONFIG SET client-output-buffer-limit "normal 0 0 0", which is the default.',
        )
