"""What the rules look up in a member's record: live lines, studies, treatments, authorizations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from operator import attrgetter, itemgetter
from typing import TypeVar

from rules.code_sets import CodeSets
from rules.facts import Authorization, Coverage, Line, Origin, Report, Treatment
from rules.history.claims import EffectiveClaim, ResolvedClaims, resolve_claims
from rules.history.diagnoses import Diagnoses, Meaning
from rules.history.imaging import DiscontinuedImaging, Imaging, discontinued_imaging
from rules.history.line_terms import terms_of
from rules.history.record import Record
from rules.history.reviews import (
    NO_REVIEWS,
    GivenReview,
    LineReviews,
    reviews_by_line,
    what_counts,
)
from rules.history.studies import ClaimLine, LineKey, Study, StudyKey
from rules.history.treatments import TreatmentDay, performed_treatments, resetting, treatment_days
from rules.library_model import Library

_F = TypeVar("_F")


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
        self.claims: ResolvedClaims = resolve_claims(record.claims, library.plans)
        self.lines: tuple[ClaimLine, ...] = tuple(self._claim_lines())
        """Every line of every claim that holds, in claim order; then those that were displaced."""
        self.live: tuple[ClaimLine, ...] = tuple(
            [line for line in self.lines if line.claim.is_live]
        )
        self.reports: tuple[Report, ...] = _standing_reports(record)
        performed = performed_treatments(record.treatments)
        tumour_day = partial(_first_tumour_day, self.live, self.reports, performed)
        self.diagnoses = Diagnoses(library, tumour_day)
        self.treatments: tuple[TreatmentDay, ...] = treatment_days(
            self.live, performed, library, self.diagnoses
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
        self.imaging = Imaging(
            self.live, self.reports, self.finalized, self.diagnoses, self.horizon
        )
        """The studies from `horizon` on."""
        self._discontinued: tuple[DiscontinuedImaging, ...] | None = None

    @property
    def studies(self) -> dict[StudyKey, Study]:
        """The studies of either technique and of conventional imaging, from `horizon` on."""
        return self.imaging.all()

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

    def meaning_of_line(self, line: ClaimLine) -> Meaning:
        """What the diagnoses of a line come to."""
        return self.diagnoses.choose(line.terms.meaning, line.on, line.codes)

    def treated_between(self, earlier: date, later: date, exclusive: frozenset[int]) -> bool:
        """Whether a treatment after one day, up to and on another, starts a new episode."""
        return bool(self.treatments) and bool(resetting(self.treatments, earlier, later, exclusive))

    def _claim_lines(self) -> Iterable[ClaimLine]:
        for known in sorted(self.claims.known.values(), key=_place):
            lines = known.content.lines
            for line in sorted(lines) if len(lines) > 1 else lines:
                yield self._claim_line(known, line, known.content.plan_id)
        for known, line in self.claims.displaced:
            holder = self.claims.known[known.content.claim_id].content
            yield self._claim_line(known, line, holder.plan_id)

    def _claim_line(self, known: EffectiveClaim, line: Line, plan_id: str) -> ClaimLine:
        """`plan_id`: that of the content that holds (`rules.md` 4)."""
        diagnoses = known.content.diagnoses
        if line.diagnosis_pointers:
            diagnoses = tuple([diagnoses[pointer - 1] for pointer in line.diagnosis_pointers])
        on, procedure, modifiers = line.date_of_service, line.procedure, line.modifiers
        terms = terms_of(plan_id, procedure, on, diagnoses, modifiers, self.library)
        return ClaimLine(known, line, terms)

    def _reviews(self, record: Record) -> dict[LineKey, LineReviews]:
        if not record.reviews:
            return {}
        by_line = reviews_by_line(record.reviews, self.claims.contested_until)
        return {
            line.name: _reviews_of(line, by_line[line.name])
            for line in self.lines
            if line.name in by_line
        }


def _reviews_of(line: ClaimLine, reviews: Sequence[GivenReview]) -> LineReviews:
    """No review counts on a PET line that is not walked (`rules.md` 5)."""
    found = what_counts(reviews, line.plan)
    if line.service == "pet" and not line.is_walked:
        return found._replace(resolving=None)
    return found


def _first_tumour_day(
    live: Iterable[ClaimLine],
    reports: Iterable[Report],
    treatments: Iterable[Treatment],
    codes: CodeSets,
) -> date | None:
    """The first day on which a live line or a report has a brain-tumour code."""
    tumour = codes.brain_tumour
    days = [line.on for line in live if not tumour.isdisjoint(line.diagnoses)]
    days += [each.date_of_service for each in reports if not tumour.isdisjoint(each.diagnoses)]
    days += [each.date_of_service for each in treatments if not tumour.isdisjoint(each.diagnoses)]
    return min(days, default=None)


def _days_before(day: date, days: int) -> date:
    """That many days before a day, or the first day that there is."""
    return day - timedelta(days=min(days, (day - date.min).days))


def _in_order(entries: tuple[tuple[Origin, _F], ...]) -> Sequence[tuple[Origin, _F]]:
    """Facts of one kind, the latest last."""
    return sorted(entries, key=_by_origin) if len(entries) > 1 else entries


def _standing_reports(record: Record) -> tuple[Report, ...]:
    """The latest report of each study id, without those that were voided."""
    latest = {fact.study_id: fact for _, fact in record.reports}
    if len(latest) < len(record.reports):
        latest = {fact.study_id: fact for _, fact in _in_order(record.reports)}
    return tuple([report for report in latest.values() if report.status != "voided"])


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


_place = attrgetter("place")
_by_origin = itemgetter(0)
