"""What the data of an event is checked against, beside itself."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from rules.library_model import RemittanceCodes

EVENT_DAY: Final = "the day (UTC) of the event's time"
"""What a refusal calls the day of `Context.time`."""


class Context(NamedTuple):
    """What the data of an event is checked against."""

    time: datetime
    """The event's time; `NO_TIME` if it cannot be read."""
    codes: RemittanceCodes
    """The codes that a reviewer may name."""
