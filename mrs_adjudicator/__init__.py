"""
What Python programs use: `submit` sends events, `consume` reads determinations.

`decide` decides events without a queue.

    from mrs_adjudicator import consume, decide, submit

The packages `worker` and `rules`, which do the work, are found beside this one. Each name is
imported when it is first used, so that `decide` needs neither Redis nor Celery.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from mrs_adjudicator.neighbours import must_be_ours

if TYPE_CHECKING:
    from mrs_adjudicator.decision import Decided, RefusedEvent, decide
    from rules.determination import DecidedBy, Outcome, Service
    from rules.loading.faults import LibraryRefused
    from worker.client import submit
    from worker.config.settings import SettingsRefused
    from worker.config.shards import shard_of
    from worker.consumption import NotADetermination, consume
    from worker.contract.determination import DeterminedEvent, DeterminedLine
    from worker.events.collection import NotEncodable
    from worker.events.faults import FieldFault
    from worker.failures import AdjudicatorError, NotReplicated

__all__ = [
    "AdjudicatorError",
    "Decided",
    "DecidedBy",
    "DeterminedEvent",
    "DeterminedLine",
    "FieldFault",
    "LibraryRefused",
    "NotADetermination",
    "NotEncodable",
    "NotReplicated",
    "Outcome",
    "RefusedEvent",
    "Service",
    "SettingsRefused",
    "consume",
    "decide",
    "shard_of",
    "submit",
]

_HOMES: Final = {
    "AdjudicatorError": "worker.failures",
    "Decided": "mrs_adjudicator.decision",
    "DecidedBy": "rules.determination",
    "DeterminedEvent": "worker.contract.determination",
    "DeterminedLine": "worker.contract.determination",
    "FieldFault": "worker.events.faults",
    "LibraryRefused": "rules.loading.faults",
    "NotADetermination": "worker.consumption",
    "NotEncodable": "worker.events.collection",
    "NotReplicated": "worker.failures",
    "Outcome": "rules.determination",
    "RefusedEvent": "mrs_adjudicator.decision",
    "Service": "rules.determination",
    "SettingsRefused": "worker.config.settings",
    "consume": "worker.consumption",
    "decide": "mrs_adjudicator.decision",
    "shard_of": "worker.config.shards",
    "submit": "worker.client",
}
"""Each public name, and the module that defines it."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    must_be_ours("rules", "worker")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
