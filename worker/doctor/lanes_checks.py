"""Looks at the lanes: as many as are set, none ahead of its workers, none that kills them."""

from __future__ import annotations

from collections.abc import Iterator

from worker.doctor.diagnostic import Diagnostic, Examined
from worker.intake.consumer import SINGLY_FROM_TAKES
from worker.metrics.snapshot import LANES_MAX
from worker.store.keys import DOOR, Place, lane_name

_ABOUT = "lanes"


def examine_number(examined: Examined) -> Iterator[Diagnostic]:
    """Whether the installation has as many as this machine is set to."""
    known = examined.client.hget(examined.keys.meta, "lanes")
    lanes = examined.settings.lanes
    if known is None:
        yield Diagnostic("ok", _ABOUT, f"{lanes}, to be written down by the first worker")
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
    """Whether something waits in a lane that nobody looks at."""
    known = examined.client.hget(examined.keys.meta, "lanes")
    first_beyond = examined.settings.lanes if known is None else int(known)
    for lane in range(first_beyond, LANES_MAX):
        length = examined.client.xlen(examined.keys.stream(lane_name(lane)))
        if length:
            yield Diagnostic(
                "fault",
                _ABOUT,
                f"{length} entries wait in lane {lane_name(lane)}, and there are {first_beyond} "
                "lanes: nobody looks at it.",
                "The number was changed on a queue that was not empty. Set it back on all workers "
                "until the lane is empty.",
            )


def examine_deaths(examined: Examined) -> Iterator[Diagnostic]:
    """Whether work somewhere ends the processes that take it."""
    for place, takes in examined.client.hgetall(examined.keys.takes).items():
        if int(takes) >= SINGLY_FROM_TAKES:
            yield Diagnostic(
                "warning",
                _ABOUT,
                f"{_named(place.decode())} was taken {int(takes)} times with nothing finished: "
                "processes may die of what waits there.",
                "It is tried event by event now, and the culprit is set aside. Look at the "
                "workers' logs.",
            )


def examine_generations(examined: Examined) -> Iterator[Diagnostic]:
    """Whether a newer library has worked in a lane than this machine has."""
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
            f"Generation {newest} of the library works here, and this machine has {own}: a worker "
            "here would do nothing.",
            "Bring this machine's library up to date.",
        )


def _named(place: Place) -> str:
    return "The door" if place == DOOR else f"Lane {place}"
