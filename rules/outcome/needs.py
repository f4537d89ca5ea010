"""
What the requester can supply that would settle or reopen a line (`contract.md` 2).

The rule below is quick; that it names exactly what some smallest set of facts needs to turn the
line is proved by `rules/analysis/counterfactual.py`, in `library check` and in a property test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.determination import Finding, Need
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.outcome.judgement import Judgement
from rules.truth import Truth

_ON_A_CORRECTED_CLAIM = (
    "conventional_imaging_attestation",
    "diagnosis",
    "modifier_or_provider",
)
_CLINICAL = ("indication", "conventional_imaging")


def needs_of(
    judgement: Judgement, line: ClaimLine, findings: Sequence[Finding], library: Library
) -> tuple[Need, ...]:
    """All that would settle or reopen the line, each once, in the order of the library's list."""
    if judgement.outcome not in ("pended", "denied"):
        return ()
    codes = set(_codes(judgement, line, findings, library))
    if judgement.is_beyond_review or (line.service == "pet" and not line.is_walked):
        codes.discard("review")
    return tuple([Need(code, text) for code, text in library.needs.items() if code in codes])


def _codes(
    judgement: Judgement, line: ClaimLine, findings: Sequence[Finding], library: Library
) -> Iterable[str]:
    reasons = library.reasons
    if judgement.reason == "REVIEW_OUTDATED":
        return reasons[judgement.reason].needs  # a person is to look again, at all that came
    if line.plan is None and findings:
        return reasons["PLAN_UNKNOWN"].needs
    if judgement.is_beyond_review and judgement.codes_of is not None:
        return _of_gate(judgement.codes_of, line, library)
    return _of_open_line(judgement, line, findings, library)


def _of_gate(closing: Finding, line: ClaimLine, library: Library) -> Iterable[str]:
    """What opens the gate; behind it nothing was asked. Both faults of coding are told at once."""
    yield from _needs_of(closing, library)
    if closing.reason == "MODIFIER_INVALID":
        validity = library.icd10cm.validity
        if not any(validity(code, line.on) == "billable" for code in line.diagnoses):
            yield from library.reasons["DIAGNOSIS_INVALID"].needs


def _of_open_line(
    judgement: Judgement, line: ClaimLine, findings: Sequence[Finding], library: Library
) -> Iterable[str]:
    reasons = library.reasons
    given = {finding.reason for finding in findings}
    if judgement.reason not in given:
        yield from reasons[judgement.reason].needs
    if line.plan is None and line.claim.content.frequency != "8":
        yield from reasons["PLAN_UNKNOWN"].needs
    moot: tuple[str, ...] = ()
    if "INVESTIGATIONAL_SERVICE" in given:
        moot = _CLINICAL  # the code itself is flagged, so neither would change anything
    elif "DIAGNOSIS_UNVERIFIED" in given:
        moot = _CLINICAL[:1]  # a diagnosis that can be used answers both
    was_met = _met_before(judgement, findings)
    for finding in findings:
        if finding.reason is None or finding.criterion in moot:
            continue
        needs = _needs_of(finding, library)
        if finding.criterion in was_met:
            yield from (need for need in needs if need in _ON_A_CORRECTED_CLAIM)
        else:
            yield from needs


def _met_before(judgement: Judgement, findings: Sequence[Finding]) -> frozenset[str]:
    """
    Criteria that a reviewer denied in spite of: that they are met again reopens nothing.

    A corrected claim does: the review of a claim does not carry over to it.
    """
    then = zip(findings, judgement.known_to_reviewer, strict=False)
    return frozenset(finding.criterion for finding, answer in then if answer is Truth.MET)


def _needs_of(finding: Finding, library: Library) -> Iterable[str]:
    return library.reasons[str(finding.reason)].needs if finding.needs is None else finding.needs
