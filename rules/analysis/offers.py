"""
What could honestly be supplied for a criterion, by its kind: every kind says how, or why nothing.

`supplies.py` puts it together with what is supplied for a line as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from rules.analysis.offers_of_earlier_study import a_report_or_a_word
from rules.analysis.offers_of_history import (
    a_member_record_with_the_birth_date,
    a_member_record_with_the_sex,
    a_treatment_before,
    an_evaluation,
    failed_therapies,
    no_earlier_services,
)
from rules.analysis.offers_of_lines import (
    a_companion,
    a_measurement,
    a_place,
    an_attestation,
    an_orderer,
    fewer_units,
)
from rules.analysis.open_line import OpenLine, Supply
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms_of_lines import NOfTerms
from rules.truth import Truth

Offer = Callable[[OpenLine, Criterion[Any], Finding], Iterator[Supply]]


def offers(case: OpenLine) -> Iterator[Supply]:
    """What each criterion of a line that is not met lacks, in the order of the table below."""
    if not case.is_asked_clinically:
        return
    for kind in OFFERS:
        for criterion, finding in zip(case.asked, case.now.findings, strict=False):
            if criterion.kind == kind and _may_be_open(case, criterion, finding):
                yield from OFFERS[kind](case, criterion, finding)


def _may_be_open(case: OpenLine, criterion: Criterion[Any], finding: Finding) -> bool:
    """Whether it is not met, or may be asked once it is known what the line was for."""
    if finding.answer is not Truth.MET or criterion.kind == "earlier_study":
        return True
    purposes = [purpose.answer for purpose in case.answered("purpose")]
    return bool(criterion.only_purposes) and Truth.MET not in purposes


def _of_parts(case: OpenLine, criterion: Criterion[NOfTerms], _: Finding) -> Iterator[Supply]:
    """What each of its parts that is not met lacks; a part is asked for itself."""
    question = Question(case.line, case.view, None, (), case.library)
    for part in criterion.terms.parts:
        offer = OFFERS.get(part.kind)
        if offer is not None and part.ask is not None:
            finding = part.ask(question, part)
            if finding.answer is not Truth.MET:
                yield from offer(case, part, finding)


OFFERS: Final[Mapping[str, Offer]] = {
    "earlier_study": a_report_or_a_word,
    "attested": an_attestation,
    "measured": a_measurement,
    "evaluated": an_evaluation,
    "tried_and_failed": failed_therapies,
    "after_treatment": a_treatment_before,
    "companion": a_companion,
    "ordered_by": an_orderer,
    "place_of_service": a_place,
    "units": fewer_units,
    "age": a_member_record_with_the_birth_date,
    "sex": a_member_record_with_the_sex,
    "count": no_earlier_services,
    "interval": no_earlier_services,
    "n_of": _of_parts,
}
"""By kind: what is offered for each of a line's criteria, in the order in which a person asks."""

OF_THE_LINE: Final[Mapping[str, str]] = {
    "benefit": "a plan file, or the claim again under another plan of the member",
    "authority": "what the other authority's rule says, by which a person approves",
    "coding": "the claim again with a diagnosis and modifiers that can stand",
    "not_duplicate": "the claim again, told apart from the others; voids of these",
    "purpose": "clinical records that show a purpose",
    "exclusivity": "what became of the other study: a void, a report, a word of the core system",
    "authorization": "the prior authorization",
}
"""By kind: how it is supplied for the line as a whole (`supplies.py`)."""

NOTHING: Final[Mapping[str, str]] = {
    "policy_in_force": "no version of ours holds; nobody else can supply one",
    "code_flag": "the policy says so of the code; only an authorization or a person lifts it",
    "never": "the policy says so of the service; only an authorization or a person lifts it",
    "referred": "a person applies somebody else's criteria, and says so by a review",
}
"""By kind: why nothing can be supplied but an authorization or a person's decision."""
