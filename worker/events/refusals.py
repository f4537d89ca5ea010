"""The closed list of reasons why an event becomes a dead letter, in the order they apply."""

from __future__ import annotations

from typing import Literal, get_args

RefusalReason = Literal[
    "TOO_LARGE",
    "NO_EVENT_FIELD",
    "NOT_UTF8",
    "NOT_JSON",
    "NOT_AN_EVENT",
    "UNKNOWN_TYPE",
    "INVALID_DATA",
    "EVENT_ID_REUSED",
]
"""The event is at fault: its result is `refused`."""

SetAsideReason = Literal["ATTEMPTS_EXHAUSTED"]
"""The event could not be processed: its result is `set_aside`."""

DeadLetterReason = RefusalReason | SetAsideReason

REFUSAL_REASONS: tuple[RefusalReason, ...] = get_args(RefusalReason)
SET_ASIDE_REASONS: tuple[SetAsideReason, ...] = get_args(SetAsideReason)
DEAD_LETTER_REASONS: tuple[DeadLetterReason, ...] = (*REFUSAL_REASONS, *SET_ASIDE_REASONS)
