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
_FLAGS = frozenset({"code_flag", "never"})
"""Kinds whose "no" nothing else about the line can change."""


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
    reasons = line.policy.reasons
    if judgement.reason == "REVIEW_OUTDATED":
        return reasons[judgement.reason].needs  # a person is to look again, at all that came
    if line.plan is None and findings:
        return reasons["PLAN_UNKNOWN"].needs
    if judgement.is_beyond_review and judgement.codes_of is not None:
        return _of_gate(judgement.codes_of, line, library)
    return _of_open_line(judgement, line, findings)


def _of_gate(closing: Finding, line: ClaimLine, library: Library) -> Iterable[str]:
    """What opens the gate; behind it nothing was asked. Both faults of coding are told at once."""
    yield from _needs_of(closing, line)
    if closing.reason == "MODIFIER_INVALID":
        validity = library.icd10cm.validity
        if not any(validity(code, line.on) == "billable" for code in line.diagnoses):
            yield from line.policy.reasons["DIAGNOSIS_INVALID"].needs


def _of_open_line(
    judgement: Judgement, line: ClaimLine, findings: Sequence[Finding]
) -> Iterable[str]:
    reasons = line.policy.reasons
    given = {finding.reason for finding in findings}
    if judgement.reason not in given:
        yield from reasons[judgement.reason].needs
    if line.plan is None and line.is_decided and line.claim.content.frequency != "8":
        yield from reasons["PLAN_UNKNOWN"].needs
    moot = _moot(line, findings)
    for finding in findings:
        if finding.reason is not None:
            is_moot = finding.criterion in moot
            needs = _MOOT if is_moot else _needs_of(finding, line)
            if judgement.reason == "REVIEWED":
                yield from _reopening(needs, finding, line, findings, judgement)
            elif not is_moot:
                yield from needs


def _moot(line: ClaimLine, findings: Sequence[Finding]) -> frozenset[str]:
    """
    The criteria whose answers do not matter.

    Where the code itself is flagged they are all others that a person may judge, but exclusivity,
    which is told beside it. Where no diagnosis can be used it is the purpose: one that can be used
    answers both.
    """
    rows = () if line.asked is None else line.asked.criteria
    kinds = {row.name: row.kind for row in rows}
    closed = {kinds.get(one.criterion) for one in findings if one.answer is Truth.NOT_MET}
    if not closed.isdisjoint(_FLAGS):
        told = (*_FLAGS, "exclusivity")
        return frozenset([row.name for row in rows if row.gate is None and row.kind not in told])
    if "DIAGNOSIS_UNVERIFIED" in [finding.reason for finding in findings]:
        return frozenset([row.name for row in rows if row.kind == "purpose"])
    return frozenset()


def _reopening(
    needs: Iterable[str],
    finding: Finding,
    line: ClaimLine,
    findings: Sequence[Finding],
    judgement: Judgement,
) -> Iterable[str]:
    """
    Of what is needed, what reopens a denial by a reviewer.

    What the reviewer knew to be met reopens nothing by being met again. A corrected claim does: the
    review does not carry over to it, and so all else that is not met by now has to be met too.
    """
    was_met = finding.criterion in _met_before(judgement, findings)
    helps = not was_met or _is_sent_again(finding, line, findings)
    for need in needs:
        if need == _WORD:
            if _helps_sent_again(finding, line, findings):
                yield need
        elif helps or need in _ON_A_CORRECTED_CLAIM:
            yield need


def _is_sent_again(beside: Finding, line: ClaimLine, findings: Sequence[Finding]) -> bool:
    """Whether an attestation is asked for, with which the claim would be sent again."""
    others = [one for one in findings if one.criterion != beside.criterion]
    asked = [one for one in others if one.reason is not None and _WORD in _needs_of(one, line)]
    return any(_helps_sent_again(one, line, findings) for one in asked)


def _helps_sent_again(imaging: Finding, line: ClaimLine, findings: Sequence[Finding]) -> bool:
    """Whether an attestation leads further than sending the claim again without it."""
    purposes = _answers("purpose", line, findings)
    if all(answer is Truth.MET for answer in purposes):
        return True
    others = (*purposes, *_answers("exclusivity", line, findings))
    return imaging.answer is Truth.NOT_MET and Truth.NOT_MET not in others


def _answers(kind: str, line: ClaimLine, findings: Sequence[Finding]) -> list[Truth]:
    """What the criteria of a kind answer."""
    rows = () if line.asked is None else line.asked.criteria
    names = {row.name for row in rows if row.kind == kind}
    return [finding.answer for finding in findings if finding.criterion in names]


def _met_before(judgement: Judgement, findings: Sequence[Finding]) -> frozenset[str]:
    """Criteria that were met when a reviewer denied the line."""
    then = zip(findings, judgement.known_to_reviewer, strict=False)
    return frozenset(finding.criterion for finding, answer in then if answer is Truth.MET)


def _needs_of(finding: Finding, line: ClaimLine) -> Iterable[str]:
    reasons = line.policy.reasons
    return reasons[str(finding.reason)].needs if finding.needs is None else finding.needs
