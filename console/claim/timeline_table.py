"""The timeline of a member as rows: the same as the picture, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from console.deciding.cases import Case
from rules.determination import Evidence
from worker.explain.timeline import (
    KnownPerson,
    KnownStudy,
    MemberTimeline,
    StudyPart,
    Window,
)
from worker.explain.words import evidence_words

_COMPONENTS: Mapping[str, str] = {
    "professional": "professional part",
    "technical": "technical part",
    "global": "both parts",
}


class EntryPart(NamedTuple):
    """Something that an entry is known from."""

    words: str
    case: Case | None
    """The line that it is; None: it is a report or an authorization."""


class TimelineEntry(NamedTuple):
    """One thing on the timeline."""

    first: date
    last: date
    """The same day but for an authorization and a therapy."""
    kind: str
    """A key of `kinds`."""
    what: str
    said: str
    """Status and result."""
    parts: tuple[EntryPart, ...]
    is_asked: bool
    is_firm: bool
    """Whether it was done or approved; else it is drawn hollow."""
    within: tuple[str, ...] = ()
    """The windows of the line in question that it lies in, in words."""
    apart: str = ""
    """How far it is from the line in question, in words."""


def kinds(timeline: MemberTimeline) -> Mapping[str, str]:
    """What can be known by day, with its name; services have the words of the policy."""
    own, watched = timeline.words
    services = {"watched": watched, "decided": own}
    return {
        "conventional": "MRI or CT",
        **{kind: word for kind, word in services.items() if word},
        "treatment": "Treatment",
        "therapy": "Therapy",
        "authorization": "Authorization",
        "attestation": "Attestation",
    }


def window_words(window: Window, timeline: MemberTimeline) -> str:
    """A window of the line in question, and what it is for."""
    own, watched = timeline.words
    purpose = {
        "conventional_lookback": "MRI or CT is looked for",
        "exclusivity": f"{watched} and {own} are held against each other",
    }[window.kind]
    return f"the {window.days} days in which {purpose}"


def entries(timeline: MemberTimeline, member_id: str) -> list[TimelineEntry]:
    """Everything that is known by day, the latest first."""
    found = [
        *(_study(study, timeline, member_id) for study in timeline.studies),
        *_treatments(timeline, member_id),
        *_therapies(timeline),
        *_authorizations(timeline),
        *_attested(timeline, member_id),
    ]
    placed = (
        one._replace(apart=_apart(one, timeline.line_on)) if not one.is_asked else one
        for one in found
    )
    return sorted(placed, key=lambda one: (one.first, one.kind, one.what), reverse=True)


def _study(study: KnownStudy, timeline: MemberTimeline, member_id: str) -> TimelineEntry:
    said = [status.replace("_", " ") for status in study.statuses]
    if study.kind == "conventional":
        known = study.result != "unknown"
        said.append(f"{study.result} result" if known else "result not known")
    elif study.result != "unknown":
        said.append(f"{study.result} result")
    if study.is_discontinued:
        said = ["begun and broken off"]
    return TimelineEntry(
        study.on,
        study.on,
        study.kind,
        study.procedure,
        ", ".join(said),
        tuple(_part(part, member_id) for part in study.parts),
        study.is_asked,
        bool({"performed", "allowed", "paid"} & set(study.statuses)),
        tuple(_within(study, timeline)),
    )


def _within(study: KnownStudy, timeline: MemberTimeline) -> Iterator[str]:
    for window in timeline.windows:
        if study.kind == window.looks_at and window.first <= study.on <= window.last:
            yield window_words(window, timeline)


def _part(part: StudyPart, member_id: str) -> EntryPart:
    words = evidence_words(part.evidence._asdict())
    if part.component is not None:
        words = f"{words} ({_COMPONENTS[part.component]}, plan {part.plan_id})"
    return EntryPart(words, _case(part.evidence, member_id))


def _case(evidence: Evidence, member_id: str) -> Case | None:
    if evidence.claim_id is None or evidence.line is None:
        return None
    return Case(member_id, evidence.claim_id, evidence.line)


def _treatments(timeline: MemberTimeline, member_id: str) -> Iterator[TimelineEntry]:
    for one in timeline.treatments:
        part = EntryPart(evidence_words(one.evidence._asdict()), _case(one.evidence, member_id))
        yield TimelineEntry(
            one.on, one.on, "treatment", one.kind, "performed", (part,), False, True
        )


def _therapies(timeline: MemberTimeline) -> Iterator[TimelineEntry]:
    """One whose end is not known stands at its first day."""
    for one in timeline.therapies:
        part = EntryPart(f"treatment {one.treatment_id}", None)
        ended = "end not known" if one.last is None else "ended"
        said = ended if one.outcome == "unknown" else f"{ended}, {one.outcome.replace('_', ' ')}"
        yield TimelineEntry(
            *(one.first, one.last or one.first, "therapy", one.what, said), (part,), False, True
        )


def person_words(person: KnownPerson) -> str:
    """Who the member is, in a sentence; empty where nothing is known."""
    age = "" if person.age_years is None else f"age {person.age_years} on the day of this line"
    sex = "" if person.sex == "unknown" else f"sex {person.sex}"
    said = ", ".join(filter(None, (age, sex)))
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _authorizations(timeline: MemberTimeline) -> Iterator[TimelineEntry]:
    for one in timeline.authorizations:
        part = EntryPart(f"authorization {one.authorization_id}", None)
        is_firm = one.status == "approved"
        yield TimelineEntry(
            *(one.first, one.last, "authorization", one.procedure, one.status),
            (part,),
            False,
            is_firm,
        )


def _attested(timeline: MemberTimeline, member_id: str) -> Iterator[TimelineEntry]:
    for one in timeline.attested:
        words = f"attestation {one.reference or ''} on claim {one.claim_id}"
        part = EntryPart(" ".join(words.split()), Case(member_id, one.claim_id, 1))
        yield TimelineEntry(
            *(one.on, one.on, "attestation", "MRI or CT", "attested: limited result"),
            (part,),
            False,
            False,
        )


def _apart(one: TimelineEntry, line_on: date | None) -> str:
    if line_on is None:
        return ""
    if one.first <= line_on <= one.last:
        return "the same day" if one.first == one.last else "covers the day"
    days = (line_on - one.last).days if one.last < line_on else (one.first - line_on).days
    unit = "day" if days == 1 else "days"
    return f"{days} {unit} {'before' if one.last < line_on else 'after'}"
