"""Checks the lanes: their number, newer libraries in use, and work that kills workers."""

from __future__ import annotations

from collections.abc import Iterator

from worker.doctor.diagnostic import Diagnostic, Examined
from worker.intake.consumer import SINGLY_FROM_TAKES
from worker.metrics.snapshot import LANES_MAX
from worker.store.keys import DOOR, Place, lane_name
from worker.terminal.counts import counted

_ABOUT = "lanes"


def examine_number(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that the installation has as many lanes as this machine is configured for."""
    known = examined.client.hget(examined.keys.meta, "lanes")
    lanes = examined.setting("lanes")
    if known is None:
        yield Diagnostic("ok", _ABOUT, f"{lanes}, to be recorded by the first worker")
    elif int(known) == lanes:
        yield Diagnostic("ok", _ABOUT, f"{lanes}")
    else:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"This installation has {int(known)}, and MRS_LANES says {lanes}: no worker with that "
            "setting works.",
            f"Set MRS_LANES to {int(known)}. To change the number, let the queue run empty, stop "
            "all workers and remove the field `lanes` of the meta key.",
        )


def examine_strays(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that nothing waits in a lane that no worker reads."""
    known = examined.client.hget(examined.keys.meta, "lanes")
    first_beyond = examined.setting("lanes") if known is None else int(known)
    for lane in range(first_beyond, LANES_MAX):
        length = examined.client.xlen(examined.keys.stream(lane_name(lane)))
        if length:
            yield Diagnostic(
                "fault",
                _ABOUT,
                f"{counted(length, 'entry', 'entries')} in lane {lane_name(lane)}, but there "
                f"{'is' if first_beyond == 1 else 'are'} {counted(first_beyond, 'lane')}: no "
                "worker reads it.",
                "The number was changed on a queue that was not empty. Set it back on all workers "
                "until the lane is empty.",
            )


def examine_deaths(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether some work kills the processes that take it."""
    for place, takes in examined.client.hgetall(examined.keys.takes).items():
        if int(takes) >= SINGLY_FROM_TAKES:
            yield Diagnostic(
                "warning",
                _ABOUT,
                f"{_named(place.decode())} was taken {int(takes)} times with nothing finished: "
                "something there may kill the processes.",
                "It is now tried event by event, and the culprit is set aside. Look at the "
                "workers' logs.",
            )


def examine_generations(examined: Examined) -> Iterator[Diagnostic]:
    """Checks whether a lane has seen a newer library than this machine's."""
    own = examined.library.generation
    newest = max(
        (
            int(generation)
            for field, generation in examined.client.hgetall(examined.keys.meta).items()
            if field.startswith(b"lane:")
        ),
        default=0,
    )
    if newest > own:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"Generation {newest} of the library is in use, but this machine has {own}: a worker "
            "here would do nothing.",
            "Update this machine's library.",
        )


def _named(place: Place) -> str:
    return "The door" if place == DOOR else f"Lane {place}"
