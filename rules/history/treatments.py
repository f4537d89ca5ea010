"""Treatments that start a new episode, from claims with us and from reports (`rules.md` 4.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from rules.code_sets import Purpose, ResetKind
from rules.determination import Evidence
from rules.facts import Origin, Treatment
from rules.history.diagnoses import Diagnoses
from rules.history.studies import ClaimLine


class TreatmentDay(NamedTuple):
    """One treatment, by the day of its service."""

    on: date
    kind: ResetKind
    indications: frozenset[Purpose]
    """Those of its own diagnoses, of any support."""
    evidence: Evidence

    def resets(self, exclusive: frozenset[Purpose]) -> bool:
        """
        Whether it starts a new episode.

        Surgery always does; radiosurgery and radiotherapy only for an indication that PET and MRS
        may both answer, so a breast's radiotherapy does not.
        """
        return self.kind == "surgery" or not self.indications.isdisjoint(exclusive)


def performed_treatments(entries: Sequence[tuple[Origin, Treatment]]) -> tuple[Treatment, ...]:
    """The latest report of each treatment id, where it says that it was performed; by id."""
    if not entries:
        return ()
    latest = {fact.treatment_id: fact for _, fact in sorted(entries, key=_by_origin)}
    return tuple(latest[key] for key in sorted(latest) if latest[key].status == "performed")


def treatment_days(
    lines: Sequence[ClaimLine], reported: Sequence[Treatment], diagnoses: Diagnoses
) -> tuple[TreatmentDay, ...]:
    """The treatments among live lines and reports, by day, as a policy sees them."""
    library, policy = diagnoses.library, diagnoses.policy
    days: list[TreatmentDay] = []
    for line in lines:
        if line.policy is not policy:
            line_day = _of_another(line, diagnoses)
            if line_day is not None:
                days.append(line_day)
        elif line.terms.reset is not None:
            numbers = diagnoses.choose(line.terms.meaning, line.on, line.codes).every
            days.append(TreatmentDay(line.on, line.terms.reset, numbers, line.evidence))
    for report in reported:
        codes = policy.codes_on(report.date_of_service)
        kind = codes.episode_reset.get(report.procedure)
        if kind is not None:
            on = report.date_of_service
            numbers = diagnoses.meaning(report.diagnoses, on, library.epoch_of(on), codes).every
            evidence = Evidence("treatment", id=report.treatment_id)
            days.append(TreatmentDay(on, kind, numbers, evidence))
    return tuple(sorted(days, key=_by_day))


def _of_another(line: ClaimLine, diagnoses: Diagnoses) -> TreatmentDay | None:
    """The treatment that a line is which another policy decides."""
    codes = diagnoses.policy.codes_on(line.on)
    kind = None if line.is_discontinued else codes.episode_reset.get(line.procedure)
    if kind is None:
        return None
    epoch = diagnoses.library.epoch_of(line.on)
    numbers = diagnoses.meaning(line.diagnoses, line.on, epoch, codes).every
    return TreatmentDay(line.on, kind, numbers, line.evidence)


def resetting(
    treatments: Iterable[TreatmentDay], earlier: date, later: date, exclusive: frozenset[Purpose]
) -> list[TreatmentDay]:
    """Those after one day, up to and on another, that start a new episode."""
    return [
        treatment
        for treatment in treatments
        if earlier < treatment.on <= later and treatment.resets(exclusive)
    ]


def _by_day(treatment: TreatmentDay) -> date:
    return treatment.on


def _by_origin(entry: tuple[Origin, Treatment]) -> Origin:
    return entry[0]
