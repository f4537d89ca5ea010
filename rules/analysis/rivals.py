"""What could change about the studies of the other technique that stand against a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rules.analysis.open_line import Correction, OpenLine, Supply
from rules.facts import Claim, Finalization, Report
from rules.history.studies import ClaimLine, Study

_LIMITED = "gave limited information"
_RESULTS = ("pet_result", "other_study_result")
"""Needs that ask what became of the other study; a policy names one of them, or none."""


def for_want_of_rivals(case: OpenLine) -> Iterator[Supply]:
    """What would take each rival away, or make it stand less."""
    for study in rivals_of(case):
        yield from _without_rival(study, case)


def against_rivals(case: OpenLine) -> Iterator[Supply]:
    """What would make each rival stand certainly."""
    for study in rivals_of(case):
        yield from _paid_rival(study)


def rivals_of(case: OpenLine) -> list[Study]:
    """Studies of the other technique within the window, the latest first."""
    version, codes = case.version, case.codes
    if version is None or version.exclusivity is None or case.line.asked is None:
        return []
    others = codes.watched if case.line.is_decided else codes.decided
    first = case.on - timedelta(days=version.exclusivity.terms.window_days)
    near = [
        study
        for (procedure, on), study in sorted(case.view.studies.items())
        if procedure in others and first <= on <= case.on
    ]
    return sorted(near, key=lambda study: study.on, reverse=True)


def void_of(claim: Claim, named: str, case: OpenLine) -> Supply:
    """A void of another claim."""
    void = claim._replace(
        claim_id=f"{case.unused}-void-of-{claim.claim_id}",
        frequency="8",
        replaces=claim.claim_id,
        attestations=(),
    )
    return Supply(f"a void of claim {claim.claim_id} ({named})", None, (void,))


def _without_rival(study: Study, case: OpenLine) -> Iterator[Supply]:
    named = f"{study.procedure} of {study.on}"
    need = _result_of_own(study.procedure, study.lines, case)
    for line in study.lines:
        yield _without_line(line, named, case)
        claim_id, number = line.name
        text = f"the core system denies line {number} of claim {claim_id} ({named})"
        yield Supply(text, None, (Finalization(claim_id, number, "denied"),))
    for report in study.reports:
        text = f"a report that the {named} ({report.study_id}) was not done"
        yield Supply(text, need, (report._replace(status="voided"),))
        if report.result == "unknown":
            text = f"a report that the {named} ({report.study_id}) {_LIMITED}"
            yield Supply(text, need, (report._replace(result="limited"),))
    if study.lines and not study.reports:
        limited = Report(
            f"{case.unused}-pet", study.procedure, (), study.on, "performed", "limited", ()
        )
        yield Supply(f"a report that the {named} {_LIMITED}", need, (limited,))


def _without_line(line: ClaimLine, named: str, case: OpenLine) -> Supply:
    """A void of its claim, or the claim again without it where that has other lines too."""
    need = _result_of_own(line.procedure, [line], case)
    claim, number = line.claim.content, line.billed.number
    if claim.claim_id == case.claim.claim_id:
        text = f"the claim again, without line {number} ({named}), which was not done"
        return Supply(text, need, correction=Correction(without=number))
    others = tuple(other for other in claim.lines if other.number != number)
    if not others:
        return void_of(claim, named, case)._replace(need=need)
    again = claim._replace(
        claim_id=f"{case.unused}-again-{claim.claim_id}",
        frequency="7",
        replaces=claim.claim_id,
        lines=others,
    )
    text = f"claim {claim.claim_id} again without line {number} ({named}), which was not done"
    return Supply(text, need, (again,))


def _result_of_own(
    procedure: str, lines: tuple[ClaimLine, ...] | list[ClaimLine], case: OpenLine
) -> str | None:
    """What became of a watched study is asked of whoever rendered both, by its policy's code."""
    row = None if case.version is None else case.version.exclusivity
    is_own = procedure in case.codes.watched and not _npis(lines).isdisjoint(_own_npis(case))
    if row is None or not is_own:
        return None
    return next((need for need in row.reasons["unclear"].needs if need in _RESULTS), None)


def _own_npis(case: OpenLine) -> set[str]:
    """The providers of the line's study."""
    study = case.view.imaging.study(case.line.key)
    return _npis(study.lines if study is not None else (case.line,))


def _npis(lines: tuple[ClaimLine, ...] | list[ClaimLine]) -> set[str]:
    npis = (line.billed.rendering_npi for line in lines)
    return {npi for npi in npis if npi is not None}


def _paid_rival(study: Study) -> Iterator[Supply]:
    named = f"{study.procedure} of {study.on}"
    for line in study.lines:
        claim_id, number = line.name
        text = f"the core system pays line {number} of claim {claim_id} ({named})"
        yield Supply(text, None, (Finalization(claim_id, number, "paid"),))
    for report in study.reports:
        text = f"a report that the {named} ({report.study_id}) was paid"
        yield Supply(text, None, (report._replace(status="paid"),))
