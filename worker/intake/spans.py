"""Where the spans of a batch go: nowhere, unless a setting names a place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol

from worker.config.settings import Settings
from worker.store.keys import Place
from worker.store.protocol import QueueEntry


class Spans(Protocol):
    """Takes down how long a batch and its stages take; nothing of an event but its trace."""

    def batch(
        self, name: str, place: Place, entries: Sequence[QueueEntry]
    ) -> AbstractContextManager[object]:
        """The span of a batch, linked to the traces of its events: it has many parents."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """The span of a stage, within that of its batch."""


class NoSpans:
    """Takes nothing down."""

    _NOTHING: Final = nullcontext()

    def batch(
        self, name: str, place: Place, entries: Sequence[QueueEntry]
    ) -> AbstractContextManager[object]:
        """Nothing."""
        del name, place, entries
        return self._NOTHING

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Nothing."""
        del name
        return self._NOTHING


NO_SPANS: Final[Spans] = NoSpans()


def spans_of(settings: Settings) -> Spans:
    """What the settings ask for."""
    if settings.traces == "off":
        return NO_SPANS
    from worker.intake.otel_spans import exporting_spans  # noqa: PLC0415  # needs an extra

    return exporting_spans()
