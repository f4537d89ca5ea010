"""Decides events in this process: no Redis, no Celery, no state that outlives the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from rules.loading.files import SHIPPED, load_library
from worker.config.settings import load_settings
from worker.contract.determination import DeterminedLine
from worker.events.collection import as_bytes, must_be_many
from worker.events.faults import FieldFault
from worker.events.typed import OutgoingEvent
from worker.replay.in_memory import Deciding


class RefusedEvent(NamedTuple):
    """An event that cannot be accepted, and why. It holds parts of the event: do not log it."""

    number: int
    """Its place among the events given, from 1."""
    source: str | None
    id: str | None
    reason: str
    """One of the reasons of the contract, section 3."""
    faults: tuple[FieldFault, ...]


class Decided(NamedTuple):
    """What some events lead to."""

    determinations: tuple[Mapping[str, Any], ...]
    """The final determination of each claim line, the `data` object of the contract, section 2,
    sorted by claim, line and member."""
    refused: tuple[RefusedEvent, ...]

    @property
    def lines(self) -> tuple[DeterminedLine, ...]:
        """The determinations, typed."""
        return tuple(map(DeterminedLine.model_validate, self.determinations))


def decide(
    events: Iterable[bytes | str | Mapping[str, Any] | OutgoingEvent],
    *,
    library: Path | str | None = None,
    plans: Path | str | None = None,
) -> Decided:
    """
    Decides events in the order given, as `adjudicator decide` does.

    The folders default to those of the settings, else to the library that is shipped; it is loaded
    at each call. Raises `LibraryRefused`, `SettingsRefused`, `NotEncodable`, and `TypeError` for
    what is no collection of events.
    """
    must_be_many(events, "decide")
    settings = load_settings()
    folder, own_plans = library or settings.library or SHIPPED, plans or settings.plans
    deciding = Deciding(load_library(Path(folder), own_plans and Path(own_plans)))
    refused: list[RefusedEvent] = []
    for number, event in enumerate(events, 1):
        refusal = deciding.take(as_bytes(number, event))
        if refusal is not None:
            refused.append(
                RefusedEvent(
                    number, refusal.source, refusal.event_id, refusal.reason, refusal.faults
                )
            )
    return Decided(tuple(map(msgspec.json.decode, deciding.final())), tuple(refused))
