"""What one policy sees of a member: imaging, treatments and diagnoses by its own code sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial

from rules.code_sets import CodeSets, Purpose
from rules.facts import Coverage, Report, Treatment
from rules.history.diagnoses import Diagnoses, Meaning
from rules.history.imaging import DiscontinuedImaging, Imaging, discontinued_imaging
from rules.history.known import KnownFacts
from rules.history.service_days import ServiceDays
from rules.history.studies import ClaimLine, Study, StudyKey
from rules.history.treatments import TreatmentDay, resetting, treatment_days
from rules.library_model import Library
from rules.policy_version import Policy


class PolicyView:
    """A member's history as a policy looks it up."""

    def __init__(self, policy: Policy, known: KnownFacts) -> None:
        self.policy: Policy = policy
        self.policy_id: str = policy.policy_id
        self.known: KnownFacts = known
        self.library: Library = known.library
        is_first = policy is known.library.policies[0]
        self._prefix: str = "" if is_first else f"{self.policy_id}:"
        performed = known.performed
        tumour_day = partial(_first_tumour_day, known.live, known.reports, performed)
        self.diagnoses: Diagnoses = Diagnoses(policy, known.library, tumour_day)
        self._treatments: tuple[TreatmentDay, ...] | None = None
        self.imaging: Imaging = Imaging(
            known.live, known.reports, known.finalized, self.diagnoses, known.horizon
        )
        """The studies from the history's `horizon` on."""
        self._service_days: ServiceDays | None = None
        self._discontinued: tuple[DiscontinuedImaging, ...] | None = None

    @property
    def treatments(self) -> tuple[TreatmentDay, ...]:
        """The treatments that can begin a new episode, by day; gathered when first asked for."""
        if self._treatments is None:
            known = self.known
            self._treatments = treatment_days(known.live, known.performed, self.diagnoses)
        return self._treatments

    @property
    def service_days(self) -> ServiceDays:
        """Whatever was done for the member, on any day; filed when first asked for."""
        if self._service_days is None:
            self._service_days = ServiceDays(self.known)
        return self._service_days

    def stored_name(self, key: StudyKey) -> StudyKey:
        """The name by which a member's state keeps what this policy makes of a study."""
        return (f"{self._prefix}{key[0]}", key[1]) if self._prefix else key

    @property
    def coverage(self) -> dict[str, Coverage]:
        """The member's enrolment, by plan."""
        return self.known.coverage

    @property
    def studies(self) -> dict[StudyKey, Study]:
        """The studies of either technique and of conventional imaging, from `horizon` on."""
        return self.imaging.all()

    def authorizations_for(self, procedure: str, on: date) -> tuple[str, ...]:
        """Ids of prior authorizations that approve a procedure on a date, sorted."""
        return self.known.authorizations_for(procedure, on)

    def discontinued_between(self, since: date, until: date) -> list[DiscontinuedImaging]:
        """Imaging of a span that was begun and broken off, both ends included, by day."""
        if self._discontinued is None:
            known = self.known
            self._discontinued = discontinued_imaging(
                known.live, known.reports, self.policy, known.library
            )
        return [imaging for imaging in self._discontinued if since <= imaging.on <= until]

    def meaning_of_line(self, line: ClaimLine) -> Meaning:
        """What the diagnoses of a line of this policy come to."""
        return self.diagnoses.choose(line.terms.meaning, line.on, line.codes)

    def treated_between(self, earlier: date, later: date, exclusive: frozenset[Purpose]) -> bool:
        """Whether a treatment after one day, up to and on another, starts a new episode."""
        treatments = self.treatments
        return bool(treatments) and bool(resetting(treatments, earlier, later, exclusive))


def _first_tumour_day(
    live: Sequence[ClaimLine],
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
