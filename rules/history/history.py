"""What the rules look up in a member's record: live lines, studies, treatments, authorizations."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import TypeVar

from rules.facts import (
    Authorization,
    Claim,
    Coverage,
    Event,
    Line,
    Origin,
    Person,
    Report,
    Treatment,
)
from rules.history.claims import EffectiveClaim, ResolvedClaims, resolve_claims
from rules.history.days import days_before
from rules.history.imaging import is_discontinued
from rules.history.line_terms import terms_of
from rules.history.policy_view import PolicyView
from rules.history.record import Record, latest_person
from rules.history.reviews import (
    NO_REVIEWS,
    GivenReview,
    LineReviews,
    reviews_by_line,
    what_counts,
)
from rules.history.studies import ClaimLine, LineKey
from rules.history.treatments import performed_treatments
from rules.library_model import Library
from rules.policy_version import Policy

_F = TypeVar("_F")


class History:
    """
    Everything known about one member, looked up by what the criteria ask.

    Where only days from `since` on are decided, studies of before `horizon` are left out: no
    window reaches back so far. A fact that stands alone can be added to it.
    """

    def __init__(self, record: Record, library: Library, since: date = date.min) -> None:
        self.record = record
        self.library = library
        self.since = since
        """The first day that is decided."""
        self.horizon: date = days_before(since, library.longest_window_days)
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
        self.person: Person = latest_person(record)
        self._authorizations = _by_authorization(record)
        self._views: dict[str, PolicyView] = {}
        self._views_of: tuple[PolicyView, ...] | None = None
        self._lines_of: dict[date, list[ClaimLine]] | None = None
        self._days: list[date] = []
        self._live_of: dict[date, list[ClaimLine]] = {}
        self._live_filed: int = 0
        self._taken: set[str] | None = None

    def add(self, record: Record, event: Event) -> bool:
        """
        Takes in a claim or a report to which nothing else that is known belongs.

        `record` holds the event already. False: it is not such a fact, and nothing was done; then
        the history is to be built anew.
        """
        fact = event.fact
        if isinstance(fact, Report):
            is_added = self._add_report(fact)
        elif isinstance(fact, Claim):
            is_added = self._add_claim(fact, event.time)
        else:
            return False
        if is_added:
            self.record = record
        return is_added

    def lines_to_decide(self) -> list[ClaimLine]:
        """The lines of `since` and later, in no order."""
        if self.since == date.min:
            return self.lines
        if self._lines_of is None:
            self._lines_of = {}
            for line in self.lines:
                self._lines_of.setdefault(line.on, []).append(line)
            self._days = sorted(self._lines_of)
        first = bisect_left(self._days, self.since)
        return [line for day in self._days[first:] for line in self._lines_of[day]]

    def live_on(self, day: date) -> Sequence[ClaimLine]:
        """The live lines of a day, in no order."""
        for line in self.live[self._live_filed :]:
            self._live_of.setdefault(line.on, []).append(line)
        self._live_filed = len(self.live)
        return self._live_of.get(day, ())

    @property
    def views(self) -> tuple[PolicyView, ...]:
        """
        What each policy sees that decides, or watches, a line of the member; by policy id.

        And each that holds studies against each other: what it makes of those that are known from
        reports alone is kept for the lines that may come.
        """
        if self._views_of is None:
            policies = {line.policy.policy_id: line.policy for line in self.lines}
            policies |= {policy.policy_id: policy for policy in self.library.walking}
            self._views_of = tuple([self.of(policies[key]) for key in sorted(policies)])
        return self._views_of

    def of(self, policy: Policy) -> PolicyView:
        """What a policy sees of the member."""
        found = self._views.get(policy.policy_id)
        if found is None:
            found = self._views[policy.policy_id] = PolicyView(policy, self)
        return found

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

    def _add_report(self, report: Report) -> bool:
        if (
            report.study_id in self._names()
            or report.status == "voided"
            or is_discontinued(report, self.library)
            or not self._stand_with(report.diagnoses, report.date_of_service)
        ):
            return False
        self._names().add(report.study_id)
        self.reports.append(report)
        for view in self._views.values():
            view.imaging.add_report(report)
        return True

    def _add_claim(self, claim: Claim, time: datetime) -> bool:
        if (
            claim.frequency != "1"
            or claim.claim_id in self._names()
            or claim.claim_id in self.claims.known
        ):
            return False
        known = EffectiveClaim(claim, time, "active")
        lines = [self._claim_line(known, line, claim.plan_id) for line in claim.lines]
        for line in lines:
            if not self._is_plain(line) or not self._stand_with(line.diagnoses, line.on):
                return False
        self.claims.known[claim.claim_id] = known
        self.lines += lines
        self.live += lines
        self._views_of = None
        for line in lines:
            for view in self._views.values():
                view.imaging.add_line(line)
            self._note_day(line)
        return True

    def _is_plain(self, line: ClaimLine) -> bool:
        """Whether a line is neither broken off nor, to any policy that looks, a treatment."""
        if line.is_discontinued or line.terms.reset is not None:
            return False
        on, procedure = line.on, line.procedure
        return all(
            procedure not in view.policy.codes_on(on).episode_reset
            for view in self._views.values()
            if view.policy is not line.policy
        )

    def _stand_with(self, diagnoses: tuple[str, ...], on: date) -> bool:
        """Whether to every policy that looks all else means the same with further diagnoses."""
        return all(view.diagnoses.stand_with(diagnoses, on) for view in self._views.values())

    def _names(self) -> set[str]:
        """Ids of studies that are known, and of claims that others replace or reviews speak of."""
        if self._taken is None:
            record = self.record
            self._taken = {report.study_id for _, report in record.reports}
            self._taken.update(review.claim_id for _, review in record.reviews)
            self._taken.update(claim.replaces or "" for _, claim in record.claims)
        return self._taken

    def _note_day(self, line: ClaimLine) -> None:
        if self._lines_of is not None:
            if line.on not in self._lines_of:
                self._lines_of[line.on] = []
                insort(self._days, line.on)
            self._lines_of[line.on].append(line)

    def _claim_lines(self) -> list[ClaimLine]:
        found: list[ClaimLine] = []
        for known in sorted(self.claims.known.values(), key=_place):
            plan_id, lines = known.content.plan_id, known.content.lines
            ordered = sorted(lines) if len(lines) > 1 else lines
            found += [self._claim_line(known, line, plan_id) for line in ordered]
        for known, line in self.claims.displaced:
            holder = self.claims.known[known.content.claim_id].content
            found.append(self._claim_line(known, line, holder.plan_id))
        return found

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
