"""Different ways of saying the same are decided alike."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.determination import Determination
from rules.facts import Claim, Event, Fact, Finalization, Review
from rules.member.published import content_of
from tests.rules.builders import (
    DAY,
    LIMITED_MRI,
    OTHER_NPI,
    event,
    instant,
    line,
    record_of,
    review,
)
from tests.rules.nasty_members import effort, members, nasty_library, originals
from tests.support.remittance import CODES
from worker.events.decode import decode

LineKey = tuple[str, int]


def decided(events: Iterable[Event]) -> dict[LineKey, Determination]:
    found = adjudicate(record_of(events), nasty_library())
    return {(one.claim_id, one.line): one for one in found}


@given(members(), originals())
@effort(60)
def test_voiding_a_claim_that_nothing_replaced_equals_its_absence_for_all_others(
    events: list[Event], original: Claim
) -> None:
    """Voided at once, that is: a review in between was given with the claim in view."""
    void = original._replace(claim_id="C-void", frequency="8", replaces="C-9")
    both = [
        Event("M-1", "e-9", "/a", instant(0), original),
        Event("M-1", "e-void", "/a", instant(0), void),
    ]

    voided = decided([*events, *both])
    absent = decided(events)

    assert {key: content_of(one) for key, one in absent.items()} == {
        key: content_of(one) for key, one in voided.items() if key[0] not in ("C-9", "C-void")
    }
    assert {"VOIDED", "VOID_PROCESSED"} == {
        one.reason for key, one in voided.items() if key[0] in ("C-9", "C-void")
    }


def in_components(events: list[Event], wanted: str) -> list[Event]:
    """The events with a global spectroscopy billed as 26 and TC, and each word on it twice."""
    split: list[Event] = []
    for one in events:
        for suffix, fact in _components(one.fact, wanted):
            split.append(one._replace(id=one.id + suffix, fact=fact))
    return split


def _components(fact: Fact, wanted: str) -> list[tuple[str, Fact]]:
    if not isinstance(fact, Claim | Review | Finalization) or fact.claim_id != wanted:
        return [("", fact)]
    if not isinstance(fact, Claim):
        return [("", fact), ("-technical", fact._replace(claim_id="C-technical"))]
    (whole,) = fact.lines
    technical = whole._replace(modifiers=(*whole.modifiers, "TC"), rendering_npi=OTHER_NPI)
    professional = whole._replace(modifiers=(*whole.modifiers, "26"))
    other_half = fact._replace(claim_id="C-technical", lines=(technical,))
    return [("", fact._replace(lines=(professional,))), ("-technical", other_half)]


CLINICAL = ("proven_service", "indication", "conventional_imaging", "pet_exclusivity")


SERVICE = ("76390", DAY)
MODIFIERS = st.sampled_from(((), (), (), ("53",), ("76",), ("50",)))


def is_of_the_study(fact: Fact) -> bool:
    """A claim that bills the study which is billed in two ways."""
    return isinstance(fact, Claim) and SERVICE in [
        (line.procedure, line.date_of_service) for line in fact.lines
    ]


@st.composite
def billed(draw: st.DrawFn) -> list[Event]:
    """A global spectroscopy, and now and then what the core system or a person said of it."""
    modifiers = draw(MODIFIERS)
    drawn = draw(originals())
    facts: list[Fact] = [
        drawn._replace(
            claim_type="professional",
            lines=(line(modifiers=modifiers),),
            received_at=DAY + timedelta(days=30),
        )
    ]
    if draw(st.booleans()):
        facts.append(Finalization("C-9", 1, draw(st.sampled_from(("paid", "allowed", "denied")))))
    if draw(st.booleans()):
        facts.append(review("C-9", 1, draw(st.sampled_from(("approved", "denied")))))
    return [Event("M-1", f"e-9{n}", "/a", instant(20), fact) for n, fact in enumerate(facts)]


@given(members(), billed())
@effort(80)
def test_professional_and_technical_component_equal_the_global_service_in_every_clinical_criterion(
    drawn: list[Event], of_study: list[Event]
) -> None:
    events = [*(one for one in drawn if not is_of_the_study(one.fact)), *of_study]

    whole = decided(events)
    split = decided(in_components(events, "C-9"))

    clinical = _clinical(whole[("C-9", 1)])
    assert clinical == _clinical(split[("C-9", 1)])
    assert clinical == _clinical(split[("C-technical", 1)])
    assert _others(whole) == _others(split)


def _clinical(one: Determination) -> list[tuple[str, str, str | None]]:
    return [
        (found.criterion, found.answer.value, found.reason)
        for found in one.findings
        if found.criterion in CLINICAL
    ]


def _others(decisions: dict[LineKey, Determination]) -> dict[LineKey, tuple[str, str]]:
    return {
        key: (one.outcome, one.reason)
        for key, one in decisions.items()
        if key[0] not in ("C-9", "C-technical")
    }


WRITTEN = st.sampled_from(("C71.1", "C79.31", "G40.209", "I67.89", "C71", "B20", "R56.9", "C61"))


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """A diagnosis as the policy writes it, and as a claim may."""
    code = draw(WRITTEN)
    other = code.replace(".", "") if draw(st.booleans()) else code
    other = other.lower() if draw(st.booleans()) else other
    blank = draw(st.sampled_from(("", " ", "  ")))
    return code, f"{blank}{other}{blank}"


def received(diagnoses: list[str]) -> Event:
    data = {
        "claim_id": "C-1",
        "member_id": "M-1",
        "frequency": "1",
        "replaces": None,
        "claim_type": "professional",
        "plan_id": "sample-commercial",
        "received_at": DAY.isoformat(),
        "diagnoses": diagnoses,
        "lines": [
            {
                "line": 1,
                "procedure": "76390",
                "date_of_service": DAY.isoformat(),
                "diagnosis_pointers": [],
            }
        ],
    }
    envelope = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/test",
        "type": "claim.submitted.v1",
        "time": "2025-09-16T12:00:00Z",
        "data": data,
    }
    decoded = decode(json.dumps(envelope).encode(), CODES)
    assert isinstance(decoded, Event), decoded
    return decoded


@given(st.lists(spellings(), max_size=4))
@effort(50)
def test_a_diagnosis_is_the_same_with_and_without_its_dot(spelt: list[tuple[str, str]]) -> None:
    dotted = received([code for code, _ in spelt])
    otherwise = received([other for _, other in spelt])

    as_written, as_spelt = (decided([one, event(LIMITED_MRI, 2)]) for one in (dotted, otherwise))

    assert as_written == as_spelt
