"""What scenarios can reach of a policy: answers, reasons and edges; and which of them none does."""

from __future__ import annotations

from typing import NamedTuple

from rules.determination import ParameterValue
from rules.truth import Truth

GapKey = tuple[str, str, str]
"""`criterion`, `reason` or `parameter`; its name; the answer, or the neighbour in words."""


class AnswerReached(NamedTuple):
    """An answer that a criterion can give, and how many scenarios it is given in."""

    criterion: str
    answer: Truth
    scenarios: int
    accepted: str = ""
    """Why a gap is accepted; empty: it is not."""


class ReasonReached(NamedTuple):
    """A reason, and how many scenarios have a line that ends for it."""

    reason: str
    scenarios: int
    accepted: str = ""


class RoleReached(NamedTuple):
    """An answer with a reason that a criterion can give, and how many scenarios it is given in."""

    criterion: str
    answer: Truth
    reason: str
    scenarios: int


class EdgeReached(NamedTuple):
    """A value that a parameter might have, and how many scenarios would notice."""

    parameter: str
    value: ParameterValue
    instead: ParameterValue
    scenarios: int
    accepted: str = ""
    """Why it is accepted that none notices; empty: it is not."""


Reached = AnswerReached | ReasonReached | EdgeReached


def is_gap(one: Reached) -> bool:
    """Whether no scenario reaches something, and nobody accepts that."""
    return not (one.scenarios or one.accepted)


def gap_of(one: Reached) -> GapKey:
    """Returns what identifies something that can be reached."""
    match one:
        case AnswerReached():
            return ("criterion", one.criterion, one.answer.value)
        case ReasonReached():
            return ("reason", one.reason, "")
        case EdgeReached():
            return ("parameter", one.parameter, value_in_words(one.instead))


def value_in_words(value: ParameterValue) -> str:
    """Returns a parameter's value as it would be said."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
