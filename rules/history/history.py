"""What the rules look up in a member's record: live lines, studies, reviews, authorizations."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from rules.code_sets import ModifierMeaning
from rules.facts import (
    Authorization,
    Coverage,
    Line,
    Origin,
    Report,
    Review,
    StudyResult,
)
from rules.history.claims import ClaimBook, KnownClaim, settle_claims
from rules.history.record import Record
from rules.history.studies import HeldLine, Study, StudyKey
from rules.library_model import Library

_NOTHING_SAID: frozenset[ModifierMeaning] = frozenset()


class History:
    """
    Everything known about one member, looked up by what the criteria ask; built once.

    Where only days from `since` on are decided, studies of before `horizon` are left out: no
    window reaches back so far.
    """

    def __init__(self, record: Record, library: Library, since: date = date.min) -> None:
        self.library = library
        self.since = since
        self.horizon = _days_before(since, library.longest_window_days)
        self.book: ClaimBook = settle_claims(record.claims, library.plans)
        self.lines: tuple[HeldLine, ...] = tuple(self._held_lines())
        """Every line of every claim that holds, in claim order; then those that were displaced."""
        self.live: tuple[HeldLine, ...] = tuple(held for held in self.lines if held.known.is_live)
        self.treatments: tuple[HeldLine, ...] = tuple(
            held
            for held in self.live
            if held.line.procedure in library.episode_reset and not held.is_discontinued
        )
        self.reports: tuple[Report, ...] = _standing_reports(record)
        self.tumour_since: date | None = self._first_tumour_day()
        """The first day on which a live line or a report has a brain-tumour code."""
        self.finalized: dict[tuple[str, int], str] = {
            (fact.claim_id, fact.line): fact.status
            for _, fact in sorted(record.finalizations, key=_latest_last)
        }
        self.reviews: dict[tuple[str, int], tuple[Origin, Review]] = self._reviews(record)
        self.coverage: dict[str, Coverage] = {
            fact.plan_id: fact for _, fact in sorted(record.coverages, key=_latest_last)
        }
        self._authorizations = _by_authorization(record)
        self._studies: dict[StudyKey, Study] | None = None
        self._conventional: list[Study] | None = None
        self._conventional_days: list[date] = []
        self._indications: dict[StudyKey, dict[str, frozenset[int]]] = {}
        self._valid: dict[tuple[tuple[str, ...], date], tuple[str, ...]] = {}
        self._questions: dict[StudyKey, frozenset[int]] = {}
        self._statuses: dict[StudyKey, frozenset[str]] = {}

    @property
    def studies(self) -> dict[StudyKey, Study]:
        """
        The studies of either technique and of conventional imaging, by procedure and date.

        From `horizon` on.
        """
        if self._studies is None:
            self._studies = self._gather_studies()
        return self._studies

    def conventional_between(self, since: date, until: date) -> Sequence[Study]:
        """Studies of conventional imaging of a span, both ends included, by day and procedure."""
        if self._conventional is None:
            known = self.library.conventional_imaging
            studies = (study for study in self.studies.values() if study.procedure in known)
            self._conventional = sorted(studies, key=lambda study: (study.on, study.procedure))
            self._conventional_days = [study.on for study in self._conventional]
        first = bisect_left(self._conventional_days, since)
        return self._conventional[first : bisect_right(self._conventional_days, until)]

    def authorizations_for(self, procedure: str, on: date) -> tuple[str, ...]:
        """
        Ids of prior authorizations that approve a procedure on a date, sorted.

        Of one id the latest word counts, and also the latest up to the date of service: what was
        approved by then is not taken back by a later cancellation.
        """
        if not self._authorizations:
            return ()
        return tuple(
            authorization_id
            for authorization_id, entries in self._authorizations.items()
            if any(
                word.status == "approved"
                and word.procedure == procedure
                and word.valid_from <= on <= word.valid_through
                for word in _words_that_count(entries, on)
            )
        )

    def valid(self, diagnoses: tuple[str, ...], on: date) -> tuple[str, ...]:
        """Those of the diagnoses that are billable on a date, looked up once."""
        key = (diagnoses, on)
        if key not in self._valid:
            validity = self.library.icd10cm.validity
            self._valid[key] = tuple([c for c in diagnoses if validity(c, on) == "billable"])
        return self._valid[key]

    def indications(self, valid: tuple[str, ...], on: date) -> dict[str, frozenset[int]]:
        """
        The indications that each of some valid diagnoses has, of any support.

        `on` is the day of the line or study: some diagnoses have an indication only in company,
        on the line or study itself or in the history up to that day (`rules.md` 4.7).
        """
        known = self.library.indications
        found = {code: known[code].indications if code in known else frozenset() for code in valid}
        for code, indication in self.in_company(valid, on).items():
            found[code] |= {indication}
        return found

    def indications_of(self, study: Study) -> dict[str, frozenset[int]]:
        """The indications that each valid diagnosis of a study has, looked up once."""
        key = (study.procedure, study.on)
        if key not in self._indications:
            valid = self.valid(study.diagnoses, study.on)
            self._indications[key] = self.indications(valid, study.on)
        return self._indications[key]

    def questions_of(self, study: Study) -> frozenset[int]:
        """The indications that the valid diagnoses of a study have together, looked up once."""
        key = (study.procedure, study.on)
        if key not in self._questions:
            self._questions[key] = frozenset().union(*self.indications_of(study).values())
        return self._questions[key]

    def statuses_of(self, study: Study) -> frozenset[str]:
        """
        What is said of a study's parts, looked up once.

        A line with us is performed until the core system has said otherwise.
        """
        key = (study.procedure, study.on)
        if key not in self._statuses:
            names = (held.name for held in study.lines)
            self._statuses[key] = frozenset(
                [report.status for report in study.reports]
                + [self.finalized.get(name, "performed") for name in names]
            )
        return self._statuses[key]

    def in_company(self, valid: tuple[str, ...], on: date) -> dict[str, int]:
        """The diagnoses that are listed with an indication here only because of their company."""
        if self.library.in_company.isdisjoint(valid):
            return {}
        return {
            rule.code: rule.indication
            for rule in self.library.company
            if rule.code in valid
            and (
                not rule.beside.isdisjoint(valid)
                or (rule.in_history and self.tumour_since is not None and self.tumour_since <= on)
            )
        }

    def _held_lines(self) -> Iterable[HeldLine]:
        for known in sorted(self.book.known.values(), key=lambda known: known.place):
            for line in sorted(known.claim.lines):
                yield self._hold(known, line)
        for known, line in self.book.displaced:
            yield self._hold(known, line)

    def _hold(self, known: KnownClaim, line: Line) -> HeldLine:
        claim, library = known.claim, self.library
        diagnoses = claim.diagnoses
        if line.diagnosis_pointers:
            diagnoses = tuple(diagnoses[pointer - 1] for pointer in line.diagnosis_pointers)
        known_modifiers = library.modifiers
        return HeldLine(
            known,
            line,
            library.plans.get(claim.plan_id),
            library.service_of(line.procedure),
            diagnoses if len(diagnoses) == 1 else tuple(sorted(set(diagnoses))),
            frozenset(known_modifiers[m] for m in line.modifiers if m in known_modifiers)
            if line.modifiers
            else _NOTHING_SAID,
            (claim.claim_id, line.number),
            (line.procedure, line.date_of_service),
            library.version_on(line.date_of_service),
        )

    def _first_tumour_day(self) -> date | None:
        tumour = self.library.brain_tumour
        days = [
            held.line.date_of_service for held in self.live if not tumour.isdisjoint(held.diagnoses)
        ]
        days += [r.date_of_service for r in self.reports if not tumour.isdisjoint(r.diagnoses)]
        return min(days, default=None)

    def _reviews(self, record: Record) -> dict[tuple[str, int], tuple[Origin, Review]]:
        """The latest review of each line that counts: made when all contents were to be seen."""
        contested = self.book.contested_until
        return {
            (review.claim_id, review.line): (origin, review)
            for origin, review in sorted(record.reviews, key=_latest_last)
            if review.claim_id not in contested or origin.time > contested[review.claim_id]
        }

    def _gather_studies(self) -> dict[StudyKey, Study]:
        library = self.library
        lines: dict[StudyKey, list[HeldLine]] = {}
        reports: dict[StudyKey, list[Report]] = {}
        horizon = self.horizon
        for held in self.live:
            if held.line.date_of_service < horizon or held.line.procedure not in library.imaging:
                continue
            if not held.is_discontinued:
                lines.setdefault(held.key, []).append(held)
        for report in self.reports:
            if report.date_of_service < horizon or report.procedure not in library.imaging:
                continue
            if not _is_discontinued(report, library):
                key = (report.procedure, report.date_of_service)
                reports.setdefault(key, []).append(report)
        return {
            key: _study(key, lines.get(key, ()), reports.get(key, ()))
            for key in lines.keys() | reports.keys()
        }


def _study(key: StudyKey, lines: Sequence[HeldLine], reports: Sequence[Report]) -> Study:
    results = {report.result for report in reports}
    result: StudyResult = "conclusive" if "conclusive" in results else "unknown"
    return Study(*key, tuple(lines), tuple(reports), "limited" if "limited" in results else result)


def _days_before(day: date, days: int) -> date:
    """That many days before a day, or the first day that there is."""
    return day - timedelta(days=min(days, (day - date.min).days))


def _is_discontinued(report: Report, library: Library) -> bool:
    return bool(report.modifiers) and any(
        library.modifiers.get(modifier) == "discontinued" for modifier in report.modifiers
    )


def _latest_last(entry: tuple[Origin, object]) -> Origin:
    return entry[0]


def _standing_reports(record: Record) -> tuple[Report, ...]:
    """The latest report of each study id, without those that were voided; sorted by study id."""
    latest = {fact.study_id: fact for _, fact in sorted(record.reports, key=_latest_last)}
    return tuple(latest[key] for key in sorted(latest) if latest[key].status != "voided")


def _by_authorization(record: Record) -> dict[str, list[tuple[Origin, Authorization]]]:
    """The words on each authorization id, the latest last; ids sorted."""
    words: dict[str, list[tuple[Origin, Authorization]]] = {}
    for entry in sorted(record.authorizations, key=_latest_last):
        words.setdefault(entry[1].authorization_id, []).append(entry)
    return {key: words[key] for key in sorted(words)}


def _words_that_count(
    entries: list[tuple[Origin, Authorization]], on: date
) -> Iterable[Authorization]:
    yield entries[-1][1]
    until = [word for origin, word in entries if origin.time.date() <= on]
    if until:
        yield until[-1]
