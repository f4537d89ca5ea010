"""What is known of a member, whichever policy looks: claims, lines, reports and all that counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter, itemgetter
from typing import TypeVar

from rules.facts import Authorization, Coverage, Line, Origin, Person, Report, Treatment
from rules.history.claims import EffectiveClaim, ResolvedClaims, resolve_claims
from rules.history.days import days_before
from rules.history.line_terms import terms_of
from rules.history.record import Record, latest_person
from rules.history.reviews import GivenReview, LineReviews, reviews_by_line, what_counts
from rules.history.studies import ClaimLine, LineKey
from rules.history.treatments import performed_treatments
from rules.library_model import Library

_F = TypeVar("_F")


class KnownFacts:
    """
    A member's facts as they count.

    Each policy's view leans on it, and it on none of them: no circle keeps a member in memory that
    is decided.
    """

    def __init__(self, record: Record, library: Library, since: date) -> None:
        self.library = library
        self.horizon: date = days_before(since, library.longest_window_days)
        """
        Studies of before it are left out: no window reaches back so far from `since`, the first day
        that is decided.
        """
        self.claims: ResolvedClaims = resolve_claims(record.claims, library.plans)
        self.lines: list[ClaimLine] = self._claim_lines()
        """Every line of every claim that holds, and those that were displaced."""
        self.live: list[ClaimLine] = [line for line in self.lines if line.claim.is_live]
        self.reports: list[Report] = _standing_reports(record)
        self.performed: tuple[Treatment, ...] = performed_treatments(record.treatments)
        """The treatments and therapies that were reported, by id."""
        self.reviews: dict[LineKey, LineReviews] = self._reviews(record)
        """Only of lines that have any."""
        self.finalized: dict[LineKey, str] = {
            (fact.claim_id, fact.line): fact.status for _, fact in _in_order(record.finalizations)
        }
        self.coverage: dict[str, Coverage] = {
            fact.plan_id: fact for _, fact in _in_order(record.coverages)
        }
        """The member's enrolment, by plan."""
        self.person: Person = latest_person(record)
        self._authorizations = _by_authorization(record)
        self._live_of: dict[date, list[ClaimLine]] = {}
        self._live_filed: int = 0

    def live_on(self, day: date) -> Sequence[ClaimLine]:
        """The live lines of a day, in no order."""
        for line in self.live[self._live_filed :]:
            self._live_of.setdefault(line.on, []).append(line)
        self._live_filed = len(self.live)
        return self._live_of.get(day, ())

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

    def claim_line(self, known: EffectiveClaim, line: Line, plan_id: str) -> ClaimLine:
        """A line of a claim; `plan_id`: that of the content that holds (`rules.md` 4)."""
        diagnoses = known.content.diagnoses
        if line.diagnosis_pointers:
            diagnoses = tuple([diagnoses[pointer - 1] for pointer in line.diagnosis_pointers])
        on, procedure, modifiers = line.date_of_service, line.procedure, line.modifiers
        terms = terms_of(plan_id, procedure, on, diagnoses, modifiers, self.library)
        return ClaimLine(known, line, terms)

    def _claim_lines(self) -> list[ClaimLine]:
        found: list[ClaimLine] = []
        for known in sorted(self.claims.known.values(), key=_place):
            plan_id, lines = known.content.plan_id, known.content.lines
            ordered = sorted(lines) if len(lines) > 1 else lines
            found += [self.claim_line(known, line, plan_id) for line in ordered]
        for known, line in self.claims.displaced:
            holder = self.claims.known[known.content.claim_id].content
            found.append(self.claim_line(known, line, holder.plan_id))
        return found

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
    if line.is_watched and not line.is_walked:
        return found._replace(resolving=None)
    return found


def _in_order(entries: tuple[tuple[Origin, _F], ...]) -> Sequence[tuple[Origin, _F]]:
    """Facts of one kind, the latest last."""
    return sorted(entries, key=_by_origin) if len(entries) > 1 else entries


def _standing_reports(record: Record) -> list[Report]:
    """The latest report of each study id, without those that were voided."""
    latest = {fact.study_id: fact for _, fact in record.reports}
    if len(latest) < len(record.reports):
        latest = {fact.study_id: fact for _, fact in _in_order(record.reports)}
    return [report for report in latest.values() if report.status != "voided"]


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
