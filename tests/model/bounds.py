"""What is explored: who acts, on which events, and how often each thing may go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Faults(NamedTuple):
    """How often each of these may happen, at whatever moment."""

    crashes: int = 0
    """A worker process dies."""
    leases: int = 0
    """The lease of a worker that lives runs out."""
    lost: int = 0
    """A request or its answer is lost; whoever asked knows only that no answer came."""
    late: int = 0
    """A request is believed lost, and is carried out at any later moment or never."""
    forgotten: int = 0
    """Redis loses what it has just acknowledged."""
    clocks: int = 0
    """Redis's clock steps an hour on or back."""
    full: int = 0
    """Redis is full while it runs a request."""
    rights: int = 0
    """The workers' login may not remove entries or count while Redis runs a request."""
    emptied: int = 0
    """Redis comes back without any data."""
    ends: int = 0
    """A worker's time is up, or Redis has no room, before the next batch."""
    cut: int = 0
    """Redis restarts without what it was told since some moment."""
    memory: int = 0
    """A worker's memory is used up while it decodes or decides."""
    stops: int = 0
    """Somebody stops the command that sends, while it waits for an answer."""
    unreached: int = 0
    """When it looks whether it is ready, a worker does not reach its broker."""
    blocked: int = 0
    """When it looks whether it is ready, a worker's main thread is blocked."""


class Bounds(NamedTuple):
    """One configuration."""

    name: str
    events: Sequence[bytes]
    """In the order in which the producer sends them."""
    faults: Faults
    workers: int = 2
    newer: int = 0
    """So many of the workers have a newer generation of the library."""
    lanes: int = 2
    attempts: int = 3
    orders: Sequence[str] = ()
    """Members that an operator has decided again."""
    submits: bool = False
    """Whether the producer is the command `submit`, which may be stopped."""
    looks: bool = False
    """Whether a worker's main process looks again and again whether the worker is ready."""
    redrives: int = 0
    """So often an operator puts a dead letter back to the door."""
    kills: bool = False
    """Whether, on the way to the end, whoever has decided an event dies of it."""
    stays_full: bool = False
    """Whether, on the way to the end, Redis is full."""
    asks: bool = True
    """Whether Redis can say what a login may do; before version 7 it could not."""


def within(bounds: Bounds) -> str:
    """The bounds in words."""
    numbers = {
        "workers": bounds.workers,
        "of them newer": bounds.newer,
        "producer": 1,
        "events": len(bounds.events),
        "lanes": bounds.lanes,
        "orders": len(bounds.orders),
        "redrives": bounds.redrives,
    }
    faults = {**bounds.faults._asdict(), "kills": bounds.kills, "stays full": bounds.stays_full}
    wrong = ", ".join(f"{int(n)} {kind}" for kind, n in faults.items() if n) or "nothing"
    return ", ".join(f"{n} {kind}" for kind, n in numbers.items() if n) + f"; may fail: {wrong}"
