"""The closed vocabulary: every kind of criterion that a policy may have (`docs/policies.md`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.criteria.authority import ask_authority
from rules.criteria.benefit import ask_benefit
from rules.criteria.coding import ask_coding
from rules.criteria.conventional_imaging import ask_conventional_imaging
from rules.criteria.criterion_kind import CriterionKind
from rules.criteria.duplicates import say_of_earlier
from rules.criteria.indication import ask_indication
from rules.criteria.kinds_of_history import HISTORY_KINDS
from rules.criteria.kinds_of_lines import LINE_KINDS
from rules.criteria.policy_in_force import ask_policy_in_force
from rules.criteria.proven_service import ask_proven_service
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms import EarlierStudyTerms, ExclusivityTerms, NoTerms, PurposeTerms


def _ask_not_duplicate(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    assert asked.earlier is not None  # asked after those that look at no other line
    return say_of_earlier(asked.line, asked.earlier, criterion, asked.library)


KINDS: Final[Mapping[str, CriterionKind]] = {
    "benefit": CriterionKind(
        NoTerms,
        ask_benefit,
        {"excluded": "NON_COVERED_BENEFIT", "plan_unknown": "PLAN_UNKNOWN"},
        is_by_itself=True,
    ),
    "authority": CriterionKind(
        NoTerms,
        ask_authority,
        {
            "NCD": "NCD_NON_COVERED",
            "LCD": "LCD_NON_COVERED",
            "eMedNY": "MEDICAID_GUIDELINE",
            "governs": "OTHER_AUTHORITY",
        },
        is_by_itself=True,
    ),
    "policy_in_force": CriterionKind(
        NoTerms, ask_policy_in_force, {"no_version": "NO_POLICY_VERSION"}, is_by_itself=True
    ),
    "coding": CriterionKind(
        NoTerms,
        ask_coding,
        {
            "modifier": "MODIFIER_INVALID",
            "invalid": "DIAGNOSIS_INVALID",
            "unverified": "DIAGNOSIS_UNVERIFIED",
        },
        is_by_itself=True,
    ),
    "not_duplicate": CriterionKind(
        NoTerms,
        _ask_not_duplicate,
        {
            "duplicate": "DUPLICATE",
            "component_included": "COMPONENT_INCLUDED",
            "suspect": "SUSPECT_DUPLICATE",
            "repeat": "REPEAT_SAME_DAY",
        },
    ),
    "code_flag": CriterionKind(NoTerms, ask_proven_service, {"flagged": ""}),
    "purpose": CriterionKind(
        PurposeTerms,
        ask_indication,
        {"unrelated": "", "unclear": ""},
        code_sets=(
            "brain_tumour",
            "company",
            "indication_names",
            "indications",
            "symptom_chapters",
            "unrelated",
        ),
    ),
    "earlier_study": CriterionKind(
        EarlierStudyTerms,
        ask_conventional_imaging,
        dict.fromkeys(("conclusive", "absent", "incomplete", "unusable", "no_result"), ""),
        code_sets=("conventional_imaging", "episode_reset"),
    ),
    "exclusivity": CriterionKind(
        ExclusivityTerms,
        None,
        dict.fromkeys(("stands", "stands_same_day", "unclear"), ""),
        code_sets=("episode_reset",),
    ),
    **LINE_KINDS,
    **HISTORY_KINDS,
}
"""By name."""
