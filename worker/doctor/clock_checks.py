"""Checks the clocks: Redis' clock is the one that counts, and it must not go back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from redis.exceptions import ResponseError

from worker.doctor.diagnostic import Diagnostic, Examined
from worker.metrics import counters
from worker.store.stream_ids import milliseconds_of

_ABOUT = "clock"
_APART_SECONDS_MAX = 2.0
_AHEAD_SECONDS_MAX = 1.0


def examine_clock(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that Redis' time matches ours, and is not before its own latest stamps."""
    apart = examined.survey.now - time.time()
    if abs(apart) > _APART_SECONDS_MAX:
        yield Diagnostic(
            "warning",
            _ABOUT,
            f"Redis' clock is {abs(apart):.0f} seconds {'ahead of' if apart > 0 else 'behind'} "
            "this machine's.",
            "Due dates and ages use Redis' clock: synchronise both (NTP).",
        )
    else:
        yield Diagnostic("ok", _ABOUT, "Redis' time matches this machine's")
    for name, stream in (
        ("events", examined.keys.door),
        ("determinations", examined.keys.determinations),
    ):
        ahead = _last_stamp(examined, stream) - examined.survey.now
        if ahead > _AHEAD_SECONDS_MAX:
            yield Diagnostic(
                "fault",
                _ABOUT,
                f"The last of the {name} is stamped {ahead:.0f} seconds after Redis' time: the "
                "clock was set back, or somebody chose their own ids.",
                "Set Redis' clock right. Until it has caught up, ages and times are those of the "
                "last stamp.",
            )


def _last_stamp(examined: Examined, stream: str) -> float:
    try:
        facts: Any = examined.client.xinfo_stream(stream)
    except ResponseError:
        return 0.0
    return milliseconds_of(facts["last-generated-id"]) / 1000


def examine_stamps(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether producers stamp events far after their arrival, and which events these are."""
    start = f"{counters.STAMPED_AHEAD}{counters.SEPARATOR}"
    ahead = {
        field.removeprefix(start): count
        for field, count in examined.survey.counters.items()
        if field.startswith(start) and count
    }
    if ahead:
        by_type = ", ".join(f"{name} {count}" for name, count in sorted(ahead.items()))
        yield Diagnostic(
            "ok",
            _ABOUT,
            f"so far {sum(ahead.values())} events had a time more than "
            f"{counters.AHEAD_SECONDS // 60} minutes after their arrival, by which they are the "
            f"latest for too long ({by_type})",
        )
