"""
`n_of`: at least so many of some criteria are met; with 1 any of them, with their number all.

    [[criterion]]
    name = "severity"
    kind = "n_of"
    parameters = { least = "signs_of_severity" }
    reasons = { fewer = "NOT_SEVERE", open = "SEVERITY_UNCLEAR" }

    [[criterion.part]]
    name = "body_mass_index"
    kind = "measured"
    …

A part is written as a criterion of its kind. Its gate is not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.answers import met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding, ParameterValue
from rules.terms_of_lines import NOfTerms
from rules.truth import Truth

_WORDS = {Truth.MET: "met", Truth.NOT_MET: "not met", Truth.UNKNOWN: "open"}


def ask_n_of(asked: Question, criterion: Criterion[NOfTerms]) -> Finding:
    """
    Not met only where too few can still be; a part's answer is its own.

    A prior authorization lifts what it lifts of each part.
    """
    parts, least = criterion.terms.parts, criterion.terms.least
    found = [_ask_part(asked, part) for part in parts]
    answers = [finding.answer for finding in found]
    are_met = answers.count(Truth.MET)
    can_be = are_met + answers.count(Truth.UNKNOWN)
    because = _because(found, least)
    evidence, used = _evidence(found), _parameters(found, criterion)
    if are_met >= least:
        return met(criterion, asked.library, because, evidence, used)
    role = "fewer" if can_be < least else "open"
    needs = (*criterion.reasons[role].needs, *_needs(found, parts))
    needs = tuple(dict.fromkeys(needs))
    if can_be < least:
        return not_met(criterion, role, because, evidence, used, needs=needs)
    return unknown(criterion, role, because, evidence, used, needs=needs)


def _ask_part(asked: Question, part: Criterion[object]) -> Finding:
    assert part.ask is not None  # what is asked of a study is no part
    return part.ask(asked, part)


def _because(found: Sequence[Finding], least: int) -> str:
    """Each part's answer, with its own because."""
    said = [f"{one.criterion} is {_WORDS[one.answer]} ({one.because})" for one in found]
    return f"{least} of {len(found)} needed: {'; '.join(said)}"


def _evidence(found: Sequence[Finding]) -> tuple[Evidence, ...]:
    """Each pointer once, in the order of the parts."""
    return tuple(dict.fromkeys(pointer for finding in found for pointer in finding.evidence))


def _parameters(
    found: Sequence[Finding], criterion: Criterion[NOfTerms]
) -> dict[str, ParameterValue]:
    """Its own parameter, and those of its parts."""
    used = dict(criterion.used("least"))
    for finding in found:
        used.update(finding.parameters)
    return used


def _needs(found: Sequence[Finding], parts: Sequence[Criterion[object]]) -> list[str]:
    """What would resolve a part that is not met."""
    needs: list[str] = []
    for finding, part in zip(found, parts, strict=True):
        if finding.needs is not None:
            needs += finding.needs
        elif finding.reason is not None:
            for reason in part.reasons.values():
                if reason.code == finding.reason:
                    needs += reason.needs
    return needs
