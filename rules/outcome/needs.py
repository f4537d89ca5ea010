"""
What the requester can supply that would resolve or reopen a line (`contract.md` 2).

The rule below is quick; that it names exactly what some smallest set of facts needs to turn the
line is proved by `rules/analysis/needs_proved.py`, in `library check` and in a property test.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence

from rules.criterion import Criterion
from rules.determination import Finding, Need
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.outcome.judgement import Judgement
from rules.remembered import Memo
from rules.terms import Terms
from rules.truth import Truth

_NEEDS: Memo[tuple[Hashable, ...], tuple[Need, ...]] = Memo("needs")
_MOOT = ("authorization",)
"""What betters even a finding that does not matter, so that a reviewer's denial is looked at."""
_ON_THE_CLAIM_AGAIN = frozenset(
    (
        *("conventional_imaging_attestation", "attestation", "measurement"),
        *("ordering_provider", "place_of_service", "units"),
    )
)
"""What stands on the claim, which is sent again with it."""
_ON_A_CORRECTED_CLAIM = ("diagnosis", "modifier_or_provider")
_FLAGS = ("code_flag", "never")
"""Kinds that say "no" of the service itself, so that nothing else about a line is looked at."""
FINAL = (*_FLAGS, "age", "sex", "measured", "ordered_by", "place_of_service")
"""Kinds whose "no" nothing else about the line can change: an authorization lifts it, or nobody."""
_NOT_LIFTED = ("exclusivity", "companion", "referred")
"""Kinds that an authorization does not answer, so that they are told beside such a "no"."""


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
        line.claim.standing,
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
    if _waits_again(line, codes):
        codes.update(line.policy.reasons["ORIGINAL_NOT_FOUND"].needs)
    words = library.needs_of(line.policy).items()
    return tuple([Need(code, text) for code, text in words if code in codes])


def _waits_again(line: ClaimLine, codes: Collection[str]) -> bool:
    """
    Whether its claim would wait for its original once more with what is asked for.

    The review that ended its waiting does not carry over to the claim that is sent again.
    """
    if line.claim.standing != "waiting":
        return False
    is_corrected = any(code in _ON_A_CORRECTED_CLAIM for code in codes)
    changes_plan = line.plan is not None and "plan_enrollment" in codes
    return is_corrected or changes_plan or not _ON_THE_CLAIM_AGAIN.isdisjoint(codes)


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
    moot = _moot(line, findings, judgement)
    for finding in findings:
        if finding.reason is not None:
            is_moot = finding.criterion in moot
            needs = _MOOT if is_moot else _needs_of(finding, line)
            if judgement.reason == "REVIEWED":
                yield from _reopening(needs, finding, line, findings, judgement)
            elif not is_moot:
                yield from needs


def _moot(line: ClaimLine, findings: Sequence[Finding], judgement: Judgement) -> frozenset[str]:
    """
    The criteria whose answers do not matter.

    Where a "no" is final they are all others that a person may judge, but those that what lifts it
    leaves open; a denial by a reviewer is reopened by anything, unless the service is flagged.
    Where no diagnosis can be used it is the purpose: one that can be used answers both.
    """
    rows = () if line.asked is None else line.asked.criteria
    final = _final(line, findings)
    is_reviewed = judgement.reason == "REVIEWED"
    if any(row.kind in _FLAGS or not is_reviewed for row in final):
        others = [row for row in rows if row.gate is None and row.kind not in _NOT_LIFTED]
        return frozenset([row.name for row in others if row not in final])
    if "DIAGNOSIS_UNVERIFIED" in [finding.reason for finding in findings]:
        return frozenset([row.name for row in rows if row.kind == "purpose"])
    return frozenset()


def _final(line: ClaimLine, findings: Sequence[Finding]) -> list[Criterion[Terms]]:
    """The criteria whose "no" nothing else about the line can change."""
    rows = () if line.asked is None else line.asked.criteria
    return [row for row, one in zip(rows, findings, strict=False) if _is_final(row, one)]


def _is_final(row: Criterion[Terms], finding: Finding) -> bool:
    if finding.answer is not Truth.NOT_MET:
        return False
    if row.kind == "after_treatment":
        return finding.reason == row.reasons["too_early"].code
    return row.kind in FINAL


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
        if need in _ON_THE_CLAIM_AGAIN:
            if _helps_sent_again(finding, line, findings):
                yield need
        elif helps or need in _ON_A_CORRECTED_CLAIM:
            yield need


def _is_sent_again(beside: Finding, line: ClaimLine, findings: Sequence[Finding]) -> bool:
    """Whether a word on the claim is asked for, with which it would be sent again."""
    others = [one for one in findings if one.criterion != beside.criterion]
    return any(
        one.reason is not None
        and not _ON_THE_CLAIM_AGAIN.isdisjoint(_needs_of(one, line))
        and _helps_sent_again(one, line, findings)
        for one in others
    )


def _helps_sent_again(told: Finding, line: ClaimLine, findings: Sequence[Finding]) -> bool:
    """Whether a word on the claim leads further than sending it again without that."""
    purposes = _answers("purpose", line, findings)
    if all(answer is Truth.MET for answer in purposes) and not _final(line, findings):
        return True
    others = [one.answer for one in findings if one.criterion != told.criterion]
    return told.answer is Truth.NOT_MET and Truth.NOT_MET not in others


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
