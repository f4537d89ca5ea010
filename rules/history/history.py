"""What the rules look up in a member's record: live lines, studies, treatments, authorizations."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from rules.code_sets import CodeSets, ModifierMeaning
from rules.determination import Service
from rules.facts import Authorization, Coverage, Line, Origin, Report
from rules.history.claims import EffectiveClaim, ResolvedClaims, resolve_claims
from rules.history.diagnoses import Diagnoses, Meaning
from rules.history.record import Record
from rules.history.reviews import (
    NO_REVIEWS,
    GivenReview,
    LineReviews,
    reviews_by_line,
    what_counts,
)
from rules.history.studies import (
    ClaimLine,
    DiscontinuedImaging,
    LineKey,
    Study,
    StudyKey,
    discontinued_imaging,
    gather_studies,
)
from rules.history.treatments import TreatmentDay, performed_treatments, resetting, treatment_days
from rules.library_model import Library, PolicyVersion
from rules.plans import Plan
from rules.remembered import Memo

_F = TypeVar("_F")
_NO_MEANINGS: frozenset[ModifierMeaning] = frozenset()


class _Terms(NamedTuple):
    """What a plan, a procedure and a stretch of days come to."""

    plan: Plan | None
    service: Service
    version: PolicyVersion | None
    codes: CodeSets


_TERMS: Memo[tuple[str, str, int], _Terms] = Memo("terms of lines")


class History:
    """
    Everything known about one member, looked up by what the criteria ask; built once.

    Where only days from `since` on are decided, studies of before `horizon` are left out: no
    window reaches back so far.
    """

    def __init__(self, record: Record, library: Library, since: date = date.min) -> None:
        self.library = library
        self.since = since
        self._terms = library.remembered(_TERMS)
        self.horizon = _days_before(since, library.longest_window_days)
        self.claims: ResolvedClaims = resolve_claims(record.claims, library.plans)
        self.lines: tuple[ClaimLine, ...] = tuple(self._claim_lines())
        """Every line of every claim that holds, in claim order; then those that were displaced."""
        self.live: tuple[ClaimLine, ...] = tuple(line for line in self.lines if line.claim.is_live)
        self.reports: tuple[Report, ...] = _standing_reports(record)
        self._reported_treatments = performed_treatments(record.treatments)
        self._tumour_days: dict[int, date | None] = {}
        self.diagnoses = Diagnoses(library, self._first_tumour_day)
        self.treatments: tuple[TreatmentDay, ...] = treatment_days(
            self.live, self._reported_treatments, library, self.diagnoses
        )
        self.reviews: dict[LineKey, LineReviews] = self._reviews(record)
        """Only of lines that have any."""
        self.finalized: dict[LineKey, str] = {
            (fact.claim_id, fact.line): fact.status for _, fact in _in_order(record.finalizations)
        }
        self.coverage: dict[str, Coverage] = {
            fact.plan_id: fact for _, fact in _in_order(record.coverages)
        }
        self._authorizations = _by_authorization(record)
        self._studies: dict[StudyKey, Study] | None = None
        self._conventional: list[Study] | None = None
        self._conventional_days: list[date] = []
        self._discontinued: tuple[DiscontinuedImaging, ...] | None = None
        self._meanings: dict[StudyKey, Meaning] = {}
        self._statuses: dict[StudyKey, frozenset[str]] = {}

    @property
    def studies(self) -> dict[StudyKey, Study]:
        """
        The studies of either technique and of conventional imaging, by procedure and date.

        From `horizon` on.
        """
        if self._studies is None:
            self._studies = gather_studies(self.live, self.reports, self.library, self.horizon)
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

    def discontinued_between(self, since: date, until: date) -> list[DiscontinuedImaging]:
        """Imaging of a span that was begun and broken off, both ends included, by day."""
        if self._discontinued is None:
            self._discontinued = discontinued_imaging(self.live, self.reports, self.library)
        return [imaging for imaging in self._discontinued if since <= imaging.on <= until]

    def reviews_of(self, line: ClaimLine) -> LineReviews:
        """What the reviews of a line come to."""
        return self.reviews.get(line.name, NO_REVIEWS)

    def authorizations_for(self, procedure: str, on: date) -> tuple[str, ...]:
        """
        Ids of prior authorizations that approve a procedure on a date, sorted.

        Of one id the latest event counts, and also the latest up to the date of service: what was
        approved by then is not taken back by a later cancellation.
        """
        if not self._authorizations:
            return ()
        return tuple(
            authorization_id
            for authorization_id, entries in self._authorizations.items()
            if any(
                authorization.status == "approved"
                and authorization.procedure == procedure
                and authorization.valid_from <= on <= authorization.valid_through
                for authorization in _that_count(entries, on)
            )
        )

    def meaning_of(self, study: Study) -> Meaning:
        """What the diagnoses of a study come to."""
        found = self._meanings.get(study.key)
        if found is None:
            found = self._meanings[study.key] = self.diagnoses.meaning(
                study.diagnoses, study.on, study.epoch, study.codes
            )
        return found

    def meaning_of_line(self, line: ClaimLine) -> Meaning:
        """What the diagnoses of a line come to."""
        return self.diagnoses.meaning(line.diagnoses, line.on, line.epoch, line.codes)

    def questions_of(self, study: Study) -> frozenset[int]:
        """The indications that the valid diagnoses of a study have together."""
        return self.meaning_of(study).every

    def statuses_of(self, study: Study) -> frozenset[str]:
        """
        What is said of a study's parts.

        A line with us is performed until the core system has said otherwise.
        """
        found = self._statuses.get(study.key)
        if found is None:
            names = (line.name for line in study.lines)
            found = frozenset(
                [report.status for report in study.reports]
                + [self.finalized.get(name, "performed") for name in names]
            )
            self._statuses[study.key] = found
        return found

    def treated_between(self, earlier: date, later: date, exclusive: frozenset[int]) -> bool:
        """Whether a treatment after one day, up to and on another, starts a new episode."""
        return bool(self.treatments) and bool(resetting(self.treatments, earlier, later, exclusive))

    def _claim_lines(self) -> Iterable[ClaimLine]:
        for known in sorted(self.claims.known.values(), key=lambda known: known.place):
            lines = known.content.lines
            for line in sorted(lines) if len(lines) > 1 else lines:
                yield self._claim_line(known, line)
        for known, line in self.claims.displaced:
            holder = self.claims.known[known.content.claim_id].content
            yield self._claim_line(known, line, holder.plan_id)

    def _claim_line(
        self, known: EffectiveClaim, line: Line, plan_id: str | None = None
    ) -> ClaimLine:
        """`plan_id`: that of the content that holds, where it is another one (`rules.md` 4)."""
        claim, library = known.content, self.library
        diagnoses = claim.diagnoses
        if line.diagnosis_pointers:
            diagnoses = tuple(diagnoses[pointer - 1] for pointer in line.diagnosis_pointers)
        on, procedure = line.date_of_service, line.procedure
        epoch = library.epoch_of(on)
        asked = (plan_id or claim.plan_id, procedure, epoch)
        terms = self._terms.get(asked)
        if terms is None:
            terms = self._terms.keep(asked, _terms(asked[0], procedure, on, library))
        known_modifiers = library.modifiers
        return ClaimLine(
            known,
            line,
            terms.plan,
            terms.service,
            diagnoses if len(diagnoses) == 1 else tuple(sorted(set(diagnoses))),
            frozenset(known_modifiers[m] for m in line.modifiers if m in known_modifiers)
            if line.modifiers
            else _NO_MEANINGS,
            (claim.claim_id, line.number),
            (procedure, on),
            terms.version,
            terms.codes,
            procedure,
            on,
            epoch,
        )

    def _first_tumour_day(self, codes: CodeSets) -> date | None:
        """The first day on which a live line or a report has a brain-tumour code."""
        key = id(codes)
        if key not in self._tumour_days:
            tumour = codes.brain_tumour
            days = [line.on for line in self.live if not tumour.isdisjoint(line.diagnoses)]
            days += [r.date_of_service for r in self.reports if not tumour.isdisjoint(r.diagnoses)]
            days += [
                treatment.date_of_service
                for treatment in self._reported_treatments
                if not tumour.isdisjoint(treatment.diagnoses)
            ]
            self._tumour_days[key] = min(days, default=None)
        return self._tumour_days[key]

    def _reviews(self, record: Record) -> dict[LineKey, LineReviews]:
        if not record.reviews:
            return {}
        by_line = reviews_by_line(record.reviews, self.claims.contested_until)
        return {
            line.name: _reviews_of(line, by_line[line.name])
            for line in self.lines
            if line.name in by_line
        }


def _terms(plan_id: str, procedure: str, on: date, library: Library) -> _Terms:
    plan, version = library.plans.get(plan_id), library.version_on(on)
    codes = library.codes_on(on)
    at_the_time = plan.on(on) if plan is not None else None
    return _Terms(at_the_time, codes.service_of(procedure), version, codes)


def _reviews_of(line: ClaimLine, reviews: Sequence[GivenReview]) -> LineReviews:
    """No review counts on a PET line that is not walked (`rules.md` 5)."""
    found = what_counts(reviews, line.plan)
    if line.service == "pet" and not line.is_walked:
        return found._replace(settling=None)
    return found


def _days_before(day: date, days: int) -> date:
    """That many days before a day, or the first day that there is."""
    return day - timedelta(days=min(days, (day - date.min).days))


def _in_order(entries: tuple[tuple[Origin, _F], ...]) -> Sequence[tuple[Origin, _F]]:
    """Facts of one kind, the latest last."""
    return sorted(entries, key=_by_origin) if len(entries) > 1 else entries


def _by_origin(entry: tuple[Origin, object]) -> Origin:
    return entry[0]


def _standing_reports(record: Record) -> tuple[Report, ...]:
    """The latest report of each study id, without those that were voided; sorted by study id."""
    latest = {fact.study_id: fact for _, fact in _in_order(record.reports)}
    return tuple(latest[key] for key in sorted(latest) if latest[key].status != "voided")


def _by_authorization(record: Record) -> dict[str, list[tuple[Origin, Authorization]]]:
    """The events of each authorization id, the latest last; ids sorted."""
    found: dict[str, list[tuple[Origin, Authorization]]] = {}
    for entry in _in_order(record.authorizations):
        found.setdefault(entry[1].authorization_id, []).append(entry)
    return {key: found[key] for key in sorted(found)}


def _that_count(entries: list[tuple[Origin, Authorization]], on: date) -> Iterable[Authorization]:
    yield entries[-1][1]
    until = [authorization for origin, authorization in entries if origin.time.date() <= on]
    if until:
        yield until[-1]
