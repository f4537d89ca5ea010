"""Facts that lead to each answer of the kinds that look at diagnoses and at other studies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import get_args

from rules.code_sets import Purpose
from rules.criterion import Criterion
from rules.facts import Attestation, Coverage, Report, StudyResult, StudyStatus
from rules.proof.arrangements import Arrangement, Candidate
from rules.proof.facts_of_gates import authorized, modifiers_of
from rules.proof.imaging import study_of
from rules.proof.varied_lines import VariedLine
from rules.terms import EarlierStudyTerms, ExclusivityTerms, PurposeTerms
from rules.truth import Truth

_SOON = 5
"""So many days lie between two studies where nothing depends on it."""


def facts_of_purpose(line: VariedLine, _: Criterion[PurposeTerms]) -> Iterator[Candidate]:
    """A diagnosis of each purpose and support, one of none, one that nobody has classed."""
    seen: set[tuple[str, Purpose]] = set()
    for support in ("listed", "documented", "suggested"):
        for code, purposes in line.billable(support):
            if any((support, purpose) not in seen for purpose in purposes):
                seen |= {(support, purpose) for purpose in purposes}
                expected = Truth.MET if support == "listed" else None
                yield _diagnosed(f"{code}, {support}", expected, code)
    for rule in line.codes.company:
        for other in sorted(rule.beside)[:1]:
            yield _diagnosed(f"{rule.code} beside {other}", None, rule.code, other)
    for code in _first_unrelated(line):
        yield _diagnosed(f"{code}, unrelated", Truth.NOT_MET, code)
    for code in _first_unclassed(line):
        yield _diagnosed(f"{code}, not classed", Truth.UNKNOWN, code)


def purposes_without_codes(line: VariedLine) -> list[Purpose]:
    """The purposes that no diagnosis documents that is billable on the line's day."""
    known = {purpose for _, purposes in line.billable() for purpose in purposes}
    known |= {rule.indication for rule in line.codes.company}
    return [purpose for purpose in line.codes.indication_names if purpose not in known]


def facts_of_earlier_study(
    line: VariedLine, row: Criterion[EarlierStudyTerms]
) -> Iterator[Candidate]:
    """Nothing on record; a study of each result at both ends of each span; an attestation."""
    yield Candidate("no study on record")
    yield from _enrolled(line, row)
    imaging = line.codes.conventional_imaging
    scans = sorted(imaging, key=lambda code: (imaging[code].may_be_attenuation, code))[:1]
    for scan, ago, result in product(scans, _days_of_studies(row.terms), get_args(StudyResult)):
        study = _study(line, row, scan, ago, result)
        yield Candidate(f"{scan} {ago} days before, {result}", Arrangement(beside=(study,)))
    for scan, broken_off in product(scans, modifiers_of(line, "discontinued")):
        study = _study(line, row, scan, _days_of_studies(row.terms)[0], "unknown")
        study = study._replace(modifiers=(broken_off,))
        yield Candidate(f"{scan} broken off", Arrangement(beside=(study,)))
    for scan in scans:
        of_another = _study(line, row, scan, 0, "conclusive")._replace(diagnoses=())
        yield Candidate("conclusive, for another question", Arrangement(beside=(of_another,)))
    for ago in _days_of_studies(row.terms):
        word = Attestation(row.terms.attestation, line.setting.day(-ago), f"{row.name} {ago}")
        yield Candidate(f"attested for {ago} days before", Arrangement(attestations=(word,)))


def facts_of_exclusivity(line: VariedLine, row: Criterion[ExclusivityTerms]) -> Iterator[Candidate]:
    """A study of the other service in each status and result, at both ends of the window."""
    yield Candidate("no study of the other service", expected=Truth.MET)
    window = row.terms.window_days
    results: dict[StudyStatus, tuple[StudyResult, ...]] = {"performed": get_args(StudyResult)}
    for procedure, ago, status in product(
        _rivals(line), (min(_SOON, window), 0, window, window + 1), get_args(StudyStatus)
    ):
        for result in results.get(status, ("unknown",)):
            rival = _rival(line, row, procedure, ago)._replace(status=status, result=result)
            words = f"{procedure} {ago} days before, {status}, {result}"
            expected = Truth.MET if ago > window else None
            yield Candidate(words, Arrangement(beside=(rival,)), expected)
    yield from _for_other_questions(line, row)


def _for_other_questions(line: VariedLine, row: Criterion[ExclusivityTerms]) -> Iterator[Candidate]:
    """Both studies and the other alone for each of the purposes; a line that is authorized."""
    codes = {purposes: code for code, purposes in line.billable()}.values()
    for procedure in _rivals(line)[:1]:
        rival = _rival(line, row, procedure, min(_SOON, row.terms.window_days))
        more = authorized(line)
        yield Candidate("authorized", more._replace(beside=(*more.beside, rival)))
        for code in codes:
            other = rival._replace(diagnoses=(code,))
            yield Candidate(f"the other for {code}", Arrangement(beside=(other,)))
            both = Arrangement({"diagnoses": (code,)}, beside=(other,))
            yield Candidate(f"both for {code}", both)


def _rival(line: VariedLine, row: Criterion[ExclusivityTerms], procedure: str, ago: int) -> Report:
    on, codes = line.setting.day(-ago), line.setting.diagnoses
    return Report(f"{row.name}-1", procedure, (), on, "performed", "unknown", codes)


def _enrolled(line: VariedLine, row: Criterion[EarlierStudyTerms]) -> Iterator[Candidate]:
    """Enrolled all through the span or a day less, and the claim received late enough or not."""
    setting, lookback, lag = line.setting, row.terms.lookback_days, row.terms.claim_lag_days
    for since, received in ((lookback, lag), (lookback - 1, lag), (lookback, lag - 1)):
        if received >= 0:
            coverage = Coverage(setting.plan, setting.day(-since), None)
            facts = Arrangement({"received_days": received}, beside=(coverage,))
            words = f"enrolled since {since} days before, received {received} days after"
            yield Candidate(f"no study on record, {words}", facts)


def _days_of_studies(terms: EarlierStudyTerms) -> list[int]:
    """A day in the span; the last of each span, and the one before it."""
    spans = terms.lookback_days, terms.unusable_lookback_days
    edges = [ago for span in spans for ago in (span, span + 1)]
    return list(dict.fromkeys((min(_SOON, terms.lookback_days), *edges)))


def _study(
    line: VariedLine, row: Criterion[EarlierStudyTerms], scan: str, ago: int, result: StudyResult
) -> Report:
    diagnoses = line.setting.diagnoses
    return study_of(line.setting, scan, ago, result, f"{row.name}-1", diagnoses=diagnoses)


def _rivals(line: VariedLine) -> list[str]:
    """The first watched procedure of each class; of a watched line, the first that is decided."""
    codes = line.codes
    if line.is_watched:
        return [code for code in sorted(codes.decided) if not codes.decided[code].investigational][
            :1
        ]
    firsts = {codes.watched[code].pet_class: code for code in sorted(codes.watched, reverse=True)}
    return sorted(firsts.values())


def _diagnosed(words: str, expected: Truth | None, *codes: str) -> Candidate:
    return Candidate(words, Arrangement({"diagnoses": codes}), expected)


def _first_unrelated(line: VariedLine) -> list[str]:
    unrelated = line.codes.unrelated
    return _first(
        code for code in line.table.codes() if code in unrelated and line.is_billable(code)
    )


def _first_unclassed(line: VariedLine) -> list[str]:
    """Of a code that names no symptom or circumstance, and is in no set."""
    codes = line.codes
    return _first(
        code
        for code in line.table.codes()
        if code[0] not in codes.symptom_chapters
        and code[0] not in codes.circumstances
        and code not in codes.indications
        and code not in codes.in_company
        and code not in codes.unrelated
        and line.is_billable(code)
    )


def _first(codes: Iterator[str]) -> list[str]:
    return [code for code in (next(codes, None),) if code is not None]
