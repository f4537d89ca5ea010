"""What is known of a member by day: studies, treatments, authorizations, and a line's windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, NamedTuple

from rules.code_sets import ResetKind
from rules.determination import Evidence
from rules.facts import (
    Attestation,
    Authorization,
    AuthorizationStatus,
    Person,
    Sex,
    StudyResult,
    TreatmentOutcome,
)
from rules.history.days import days_before, years_between
from rules.history.history import History
from rules.history.policy_view import PolicyView
from rules.history.record import Record
from rules.history.studies import ClaimLine, Component, LineKey, Study
from rules.library_model import Library
from rules.terms import EarlierStudyTerms

ImagingKind = Literal["conventional", "watched", "decided"]
"""Of the policy that the line in question is looked up by."""
WindowKind = Literal["conventional_lookback", "exclusivity"]


class StudyPart(NamedTuple):
    """A line or a report that a study is known from."""

    evidence: Evidence
    component: Component | None
    """None: it is a report, which is of the whole study."""
    plan_id: str | None
    """The plan that a line was billed to."""


class KnownStudy(NamedTuple):
    """One examination: professional and technical lines and reports of it are one thing."""

    on: date
    kind: ImagingKind
    procedure: str
    parts: tuple[StudyPart, ...]
    statuses: tuple[str, ...]
    """Everything that is said of its parts, sorted."""
    result: StudyResult
    is_asked: bool
    """Whether the line in question is a part of it."""
    is_discontinued: bool = False
    """Begun and broken off: no rule takes it for a study."""


class KnownTreatment(NamedTuple):
    """A treatment, by the day of its service."""

    on: date
    kind: ResetKind
    evidence: Evidence


class KnownTherapy(NamedTuple):
    """A treatment of which more is known than its day, or a therapy that is no procedure."""

    first: date
    last: date | None
    """None: it goes on, or nobody says when it ended."""
    treatment_id: str
    what: str
    """The code of the therapy, else of the procedure."""
    outcome: TreatmentOutcome


class KnownPerson(NamedTuple):
    """Who the member is, without the day of birth."""

    age_years: int | None
    """On the day of the line in question; None: nobody says, or there is no such day."""
    sex: Sex


class KnownAuthorization(NamedTuple):
    """The latest word on a prior authorization."""

    authorization_id: str
    procedure: str
    first: date
    last: date
    status: AuthorizationStatus


class AttestedImaging(NamedTuple):
    """What the requester attests of imaging on a day."""

    on: date
    claim_id: str
    reference: str | None


class Window(NamedTuple):
    """The days that a criterion looks back from the line in question, both ends included."""

    kind: WindowKind
    looks_at: ImagingKind
    """The studies that it is about."""
    first: date
    last: date
    days: int


class MemberTimeline(NamedTuple):
    """What is known of a member by day, as the rules see it, for one line."""

    line_on: date | None
    """Day of service of the line in question; None: the line is in no claim that is known."""
    studies: tuple[KnownStudy, ...]
    """By day."""
    treatments: tuple[KnownTreatment, ...]
    """By day."""
    authorizations: tuple[KnownAuthorization, ...]
    """By their first day."""
    attested: tuple[AttestedImaging, ...]
    """By day."""
    windows: tuple[Window, ...]
    words: tuple[str, str]
    """How people name the services of that policy: its own, then the watched one, if any."""
    therapies: tuple[KnownTherapy, ...] = ()
    """By their first day."""
    person: KnownPerson = KnownPerson(None, "unknown")


def member_timeline(record: Record, library: Library, line: LineKey) -> MemberTimeline:
    """What the record says by day, around a line of it."""
    history = History(record, library)
    asked = next((one for one in history.lines if one.name == line), None)
    policy = library.policies[0] if asked is None else asked.policy
    seen = history.of(policy)
    studies = [*_studies(seen, line), *_discontinued(seen)]
    on = None if asked is None else asked.on
    return MemberTimeline(
        on,
        tuple(sorted(studies, key=lambda study: (study.on, study.kind, study.procedure))),
        tuple(KnownTreatment(one.on, one.kind, one.evidence) for one in seen.treatments),
        tuple(sorted(_authorizations(record), key=lambda one: (one.first, one.authorization_id))),
        tuple(sorted(_attested(history), key=lambda one: (one.on, one.claim_id))),
        () if asked is None else tuple(_windows(asked)),
        policy.versions[-1].words,
        tuple(sorted(_therapies(history), key=lambda one: (one.first, one.treatment_id))),
        _person(history.known.person, on),
    )


def _studies(seen: PolicyView, asked: LineKey) -> Iterator[KnownStudy]:
    for study in seen.studies.values():
        kind = _kind(study)
        if kind is not None:
            yield KnownStudy(
                study.on,
                kind,
                study.procedure,
                tuple(_parts(study)),
                tuple(sorted(study.statuses)),
                study.result,
                any(line.name == asked for line in study.lines),
            )


def _kind(study: Study) -> ImagingKind | None:
    """None: no version in force on its day takes it for imaging."""
    if study.procedure in study.codes.decided:
        return "decided"
    if study.procedure in study.codes.watched:
        return "watched"
    return "conventional" if study.procedure in study.codes.conventional_imaging else None


def _parts(study: Study) -> Iterator[StudyPart]:
    for line in study.lines:
        yield StudyPart(line.evidence, line.component, line.claim.content.plan_id)
    for report in study.reports:
        yield StudyPart(Evidence("report", id=report.study_id), None, None)


def _discontinued(seen: PolicyView) -> Iterator[KnownStudy]:
    for one in seen.discontinued_between(date.min, date.max):
        parts = (StudyPart(one.evidence, None, None),)
        yield KnownStudy(
            one.on, "conventional", one.procedure, parts, (), "unknown", False, is_discontinued=True
        )


def _therapies(history: History) -> Iterator[KnownTherapy]:
    for one in history.known.performed:
        if one.therapy is not None or one.ended_on is not None or one.outcome != "unknown":
            what = one.therapy or one.procedure
            yield KnownTherapy(
                one.date_of_service, one.ended_on, one.treatment_id, what, one.outcome
            )


def _person(person: Person, on: date | None) -> KnownPerson:
    born = person.birth_date
    if born is None or on is None or on < born:
        return KnownPerson(None, person.sex)
    return KnownPerson(years_between(born, on), person.sex)


def _authorizations(record: Record) -> Iterator[KnownAuthorization]:
    latest: dict[str, Authorization] = {
        fact.authorization_id: fact
        for _, fact in sorted(record.authorizations, key=lambda entry: entry[0])
    }
    for one in latest.values():
        yield KnownAuthorization(
            one.authorization_id, one.procedure, one.valid_from, one.valid_through, one.status
        )


_LIMITED: Final = "conventional_imaging_limited"


def _attested(history: History) -> Iterator[AttestedImaging]:
    for known in history.claims.known.values():
        if known.is_live:
            for one in filter(_is_of_imaging, known.content.attestations):
                yield AttestedImaging(one.date_of_service, known.content.claim_id, one.reference)


def _is_of_imaging(attestation: Attestation) -> bool:
    return attestation.kind == _LIMITED


def _windows(line: ClaimLine) -> Iterator[Window]:
    """Those of the version in force on its day; only decided lines look for earlier imaging."""
    if line.version is None:
        return
    on = line.on
    earlier, exclusivity = line.version.having(EarlierStudyTerms), line.version.exclusivity
    if line.is_decided and earlier is not None:
        days = earlier.terms.lookback_days
        first = days_before(on, days)
        yield Window("conventional_lookback", "conventional", first, on, days)
    if line.is_walked and exclusivity is not None:
        days = exclusivity.terms.window_days
        other: ImagingKind = "decided" if line.is_watched else "watched"
        yield Window("exclusivity", other, days_before(on, days), on, days)
