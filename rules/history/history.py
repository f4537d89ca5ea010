"""What the rules look up of a member: what is known by day, and what each policy sees of it."""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import date, datetime

from rules.facts import (
    Claim,
    Event,
    Report,
)
from rules.history.claims import EffectiveClaim, ResolvedClaims
from rules.history.imaging import is_discontinued
from rules.history.known import KnownFacts
from rules.history.policy_view import PolicyView
from rules.history.record import Record
from rules.history.reviews import (
    NO_REVIEWS,
    LineReviews,
)
from rules.history.studies import ClaimLine, LineKey
from rules.library_model import Library
from rules.policy_version import Policy


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
        known = KnownFacts(record, library, since)
        self.known: KnownFacts = known
        self.claims: ResolvedClaims = known.claims
        self.lines: list[ClaimLine] = known.lines
        self.live: list[ClaimLine] = known.live
        self.reports: list[Report] = known.reports
        self.reviews: dict[LineKey, LineReviews] = known.reviews
        self._views: dict[str, PolicyView] = {}
        self._views_of: tuple[PolicyView, ...] | None = None
        self._lines_of: dict[date, list[ClaimLine]] | None = None
        self._days: list[date] = []
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

    @property
    def views(self) -> tuple[PolicyView, ...]:
        """
        What each policy sees that decides, or watches, a line of the member; by policy id.

        And each that holds studies against each other: what it makes of those that are known from
        reports alone is kept for the lines that may come.
        """
        if self._views_of is None:
            policies = {policy.policy_id: policy for policy in self.library.walking}
            for line in self.lines:
                if line.policy_id not in policies:
                    policies[line.policy_id] = line.policy
            self._views_of = tuple([self.of(policies[key]) for key in sorted(policies)])
        return self._views_of

    def of(self, policy: Policy) -> PolicyView:
        """What a policy sees of the member."""
        found = self._views.get(policy.policy_id)
        if found is None:
            found = self._views[policy.policy_id] = PolicyView(policy, self.known)
        return found

    def reviews_of(self, line: ClaimLine) -> LineReviews:
        """What the reviews of a line come to."""
        return self.reviews.get(line.name, NO_REVIEWS)

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
        lines = [self.known.claim_line(known, line, claim.plan_id) for line in claim.lines]
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
