"""What could be supplied for an earlier study that is to have left the question open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from rules.analysis.open_line import Correction, OpenLine, Supply
from rules.criteria.attestations import attestations_of
from rules.criterion import Criterion
from rules.determination import Finding
from rules.facts import Attestation, Report, StudyResult
from rules.history.studies import Study
from rules.terms import EarlierStudyTerms

_REPORT: Final = "conventional_imaging_report"
_WORD: Final = "conventional_imaging_attestation"
_LIMITED: Final = "gave limited information"


def a_report_or_a_word(
    case: OpenLine, criterion: Criterion[EarlierStudyTerms], _: Finding
) -> Iterator[Supply]:
    """The report of a study on record, of one that is not, and a word on the claim itself."""
    terms = criterion.terms
    first = case.on - timedelta(days=terms.lookback_days)
    studies = case.view.imaging.conventional(first, case.on)
    resolved = [study.on for study in studies if study.result == "conclusive"]
    for study in studies:
        if study.result == "unknown":
            named = f"{study.procedure} of {study.on}"
            yield Supply(f"a report that the {named} {_LIMITED}", _REPORT, (_limited(study, case),))
    since = max([first, *resolved])
    named = f"an {terms.named} of {since} to {case.on}"
    text = f"the report of {named} that {_LIMITED}"
    yield from (Supply(text, _REPORT, (own,)) for own in own_study("limited", case))
    attested = attestations_of(case.line, case.view, terms.attestation)
    if not any(first <= word.on <= case.on for word in attested):
        word = Correction(attestation=Attestation(terms.attestation, case.on))
        text = f"the claim again, stating that {named} {_LIMITED}"
        yield Supply(text, _WORD, correction=word)


def own_study(result: StudyResult, case: OpenLine) -> Iterator[Report]:
    """A study of the line's own day and purpose, not on record, never another study's own."""
    scans = case.codes.conventional_imaging.items()
    study_id, diagnoses = f"{case.unused}-study", case.line.diagnoses
    for code in sorted(code for code, scan in scans if not scan.may_be_attenuation)[:1]:
        yield Report(study_id, code, (), case.on, "performed", result, diagnoses)


def _limited(study: Study, case: OpenLine) -> Report:
    """The report of a study on record: the latest word of one that there is, or the first."""
    for report in study.reports:
        return report._replace(result="limited")
    study_id = f"{case.unused}-report"
    return Report(study_id, study.procedure, (), study.on, "performed", "limited", ())
