"""How the world of a seed is: its size, and how often each thing goes wrong in it."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Weather(NamedTuple):
    """How a seed's world is."""

    workers: int
    lanes: int
    events: int
    members: int
    crash: float
    """The share of calls after which a process dies."""
    lost: float
    """The share of calls whose answer or request is lost."""
    jump: float
    """The share of turns after which time has gone on for longer than a lease."""
    step: float
    """The share of turns after which Redis's clock steps an hour on or back."""
    cut: float
    """The share of turns after which Redis's disk gets nothing more, and those after which it then
    restarts without the rest."""
    no_room: float
    """The share of questions for room that are denied."""
    full: float
    """The share of turns after which Redis is full, and of those after which it has room again."""
    memory: float
    """The share of decodings and decisions in which a worker's memory is used up."""
    order: float
    """The share of turns in which a member is ordered to be decided again."""
    flood: int
    """The most events that are sent in one turn."""
    batch: int
    """The most entries of a batch."""
    commit: int
    """Once it has so many determinations, a commit is written."""


def weather_of(lots: Random) -> Weather:
    """Draws a world."""
    return Weather(
        workers=lots.randint(2, 6),
        lanes=lots.randint(1, 5),
        events=lots.randint(20, 120),
        members=lots.randint(2, 12),
        crash=lots.choice((0, 0.002, 0.02)),
        lost=lots.choice((0, 0.005, 0.05)),
        jump=lots.choice((0, 0.005, 0.05)),
        step=lots.choice((0, 0, 0.01)),
        cut=lots.choice((0, 0, 0.01, 0.05)),
        no_room=lots.choice((0, 0.02, 0.3)),
        full=lots.choice((0, 0, 0.02, 0.2)),
        memory=lots.choice((0, 0, 0.01, 0.2)),
        order=lots.choice((0, 0.01, 0.05)),
        flood=lots.choice((1, 3, 60)),
        batch=lots.choice((1, 2, 5, 500)),
        commit=lots.choice((1, 3, 300)),
    )
