"""
What the requester can supply that would resolve or reopen a line (`contract.md` 2).

The rule below is quick; that it names exactly what some smallest set of facts needs to turn the
line is proved by `rules/analysis/needs_proved.py`, in `library check` and in a property test.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from rules.determination import Finding, Need
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.outcome.judgement import Judgement
from rules.remembered import Memo
from rules.truth import Truth

_NEEDS: Memo[tuple[Hashable, ...], tuple[Need, ...]] = Memo("needs")
_MOOT = ("authorization",)
"""What betters even a finding that does not matter, so that a reviewer's denial is looked at."""
_WORD = "conventional_imaging_attestation"
_ON_A_CORRECTED_CLAIM = ("diagnosis", "modifier_or_provider")
_CLINICAL = ("indication", "conventional_imaging")


def needs_of(
    judgement: Judgement, line: ClaimLine, findings: Sequence[Finding], library: Library
) -> tuple[Need, ...]:
    """All that would resolve or reopen the line, each once, in the order of the library's list."""
    if judgement.outcome not in ("pended", "denied"):
        return ()
    if judgement.reason == "MODIFIER_INVALID":  # alone looks at the diagnoses too
        return _needs(judgement, line, findings, library)
    key = (
        judgement.reason,
        judgement.is_beyond_review,
        judgement.known_to_reviewer,
        line.plan is None,
        line.policy.policy_id,
        line.service if line.is_decided else line.is_walked,
        line.claim.content.frequency == "8",
        tuple([one.reason if one.needs is None else (one.reason, one.needs) for one in findings]),
    )
    remembered = library.remembered(_NEEDS)
    found = remembered.get(key)
    if found is None:
        found = remembered.keep(key, _needs(judgement, line, findings, library))
    return found


def _needs(
    judgement: Judgement, line: ClaimLine, findings: Sequence[Finding], library: Library
) -> tuple[Need, ...]:
    codes = set(_codes(judgement, line, findings, library))
    if judgement.is_beyond_review or (line.is_watched and not line.is_walked):
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
    if line.plan is None and line.is_decided and line.claim.content.frequency != "8":
        yield from reasons["PLAN_UNKNOWN"].needs
    moot: tuple[str, ...] = ()
    if "INVESTIGATIONAL_SERVICE" in given:
        moot = _CLINICAL  # the code itself is flagged, so neither would change anything
    elif "DIAGNOSIS_UNVERIFIED" in given:
        moot = _CLINICAL[:1]  # a diagnosis that can be used answers both
    for finding in findings:
        if finding.reason is not None:
            is_moot = finding.criterion in moot
            needs = _MOOT if is_moot else _needs_of(finding, library)
            if judgement.reason == "REVIEWED":
                yield from _reopening(needs, finding, findings, judgement)
            elif not is_moot:
                yield from needs


def _reopening(
    needs: Iterable[str], finding: Finding, findings: Sequence[Finding], judgement: Judgement
) -> Iterable[str]:
    """
    Of what is needed, what reopens a denial by a reviewer.

    What the reviewer knew to be met reopens nothing by being met again. A corrected claim does: the
    review does not carry over to it, but then all else that is not met denies it again.
    """
    was_met = finding.criterion in _met_before(judgement, findings)
    for need in needs:
        if need == _WORD:
            if _helps_sent_again(finding, findings):
                yield need
        elif not was_met or need in _ON_A_CORRECTED_CLAIM:
            yield need


def _helps_sent_again(imaging: Finding, findings: Sequence[Finding]) -> bool:
    """Whether an attestation leads further than sending the claim again without it."""
    answers = {finding.criterion: finding.answer for finding in findings}
    if answers["indication"] is Truth.MET:
        return True
    others = (answers["indication"], answers["pet_exclusivity"])
    return imaging.answer is Truth.NOT_MET and Truth.NOT_MET not in others


def _met_before(judgement: Judgement, findings: Sequence[Finding]) -> frozenset[str]:
    """Criteria that were met when a reviewer denied the line."""
    then = zip(findings, judgement.known_to_reviewer, strict=False)
    return frozenset(finding.criterion for finding, answer in then if answer is Truth.MET)


def _needs_of(finding: Finding, library: Library) -> Iterable[str]:
    return library.reasons[str(finding.reason)].needs if finding.needs is None else finding.needs
