"""What one kind of criterion is, whatever a policy says to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding

Ask = Callable[[Question, Criterion[Any]], Finding]


class CriterionKind(NamedTuple):
    """A row of the closed vocabulary (`rules/criteria/kinds.py`)."""

    terms: type[Any]
    """The class of its terms: its fields are the slots that a policy fills."""
    ask: Ask | None
    """None: it is asked of a study, when the studies are walked (`rules/exclusivity/`)."""
    reasons: Mapping[str, str]
    """The roles of its reasons, each with the code that is given where a policy names none."""
    is_by_itself: bool = False
    """Whether it looks at nothing but the line itself."""
    code_sets: tuple[str, ...] = ()
    """The code sets that it looks codes up in, beside those that a policy names in its slots."""
