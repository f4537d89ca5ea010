"""
The kinds of criteria that look at a member's history, or at who the member is.

None of them is by itself: what is kept by the terms of a line knows nothing of its member.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.criteria.after_treatment import ask_after_treatment
from rules.criteria.age import ask_age
from rules.criteria.count import ask_count
from rules.criteria.criterion_kind import CriterionKind
from rules.criteria.evaluated import ask_evaluated
from rules.criteria.interval import ask_interval
from rules.criteria.sex import ask_sex
from rules.criteria.tried_and_failed import ask_tried_and_failed
from rules.terms_of_history import (
    AfterTreatmentTerms,
    AgeTerms,
    CountTerms,
    EvaluationTerms,
    IntervalTerms,
    SexTerms,
    TriedTerms,
)

HISTORY_KINDS: Final[Mapping[str, CriterionKind]] = {
    "count": CriterionKind(
        CountTerms, ask_count, {"too_many": "", "unclear": ""}, code_sets=("episode_reset",)
    ),
    "interval": CriterionKind(IntervalTerms, ask_interval, {"too_soon": "", "unclear": ""}),
    "age": CriterionKind(AgeTerms, ask_age, {"outside": "", "unknown": ""}),
    "sex": CriterionKind(SexTerms, ask_sex, {"other": "", "unknown": ""}),
    "tried_and_failed": CriterionKind(TriedTerms, ask_tried_and_failed, {"too_few": ""}),
    "evaluated": CriterionKind(EvaluationTerms, ask_evaluated, {"none": ""}),
    "after_treatment": CriterionKind(
        AfterTreatmentTerms,
        ask_after_treatment,
        dict.fromkeys(("too_early", "too_late", "no_treatment"), ""),
    ),
}
"""By name."""
