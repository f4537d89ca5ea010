"""What one more event publishes: revisions, changes, versions, digests and causes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256

import pytest

from rules.facts import Fact
from rules.member.member import EventCause
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    authorization,
    claim,
    coverage,
    digest_of,
    event,
    finalization,
    line,
    pet,
    pet_report,
    replacement,
    report,
    review,
    sent,
    treatment,
    void,
)
from tests.rules.member_steps import history_of, newer, tell


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([claim()], [("pended", "initial", 1)], id="first"),
        pytest.param(
            [claim(), LIMITED_MRI],
            [("pended", "initial", 1), ("approved", "favourable", 2)],
            id="pended to approved",
        ),
        pytest.param(
            [claim(diagnoses=("C61",)), authorization()],
            [("denied", "initial", 1), ("approved", "favourable", 2)],
            id="denied to approved",
        ),
        pytest.param(
            [LIMITED_MRI, claim(), pet_report(status="pending")],
            [("approved", "initial", 1), ("pended", "adverse", 2)],
            id="approved to pended",
        ),
        pytest.param(
            [LIMITED_MRI, claim(), pet_report()],
            [("approved", "initial", 1), ("denied", "adverse", 2)],
            id="approved to denied",
        ),
        pytest.param(
            [claim(), report(result="conclusive")],
            [("pended", "initial", 1), ("denied", "adverse", 2)],
            id="pended to denied",
        ),
        pytest.param(
            [
                claim(),
                sent(report(result="conclusive"), 20, "e-a"),
                sent(report(result="unknown"), 21, "e-b"),
            ],
            [("pended", "initial", 1), ("denied", "adverse", 2), ("pended", "favourable", 3)],
            id="denied to pended",
        ),
        pytest.param(
            [claim(), report(result="unknown")],
            [("pended", "initial", 1), ("pended", "neutral", 2)],
            id="pended for another reason",
        ),
        pytest.param(
            [claim(diagnoses=("C61",)), LIMITED_MRI],
            [("denied", "initial", 1), ("denied", "neutral", 2)],
            id="denied, another finding",
        ),
        pytest.param(
            [LIMITED_MRI, claim(), void("C-2", "C-1")],
            [("approved", "initial", 1), ("not_applicable", "neutral", 2)],
            id="approved to voided",
        ),
        pytest.param(
            [claim(diagnoses=("C61",)), replacement("C-2", "C-1")],
            [("denied", "initial", 1), ("not_applicable", "neutral", 2)],
            id="denied to superseded",
        ),
        pytest.param(
            [
                claim(),
                replacement("C-2", "C-1", received=5),
                void("C-3", "C-1", received=6),
            ],
            [
                ("pended", "initial", 1),
                ("not_applicable", "neutral", 2),
                ("not_applicable", "neutral", 3),
            ],
            id="superseded to voided",
        ),
    ],
)
def test_a_determination_that_differs_is_the_next_revision(
    events: list[Sending], expected: list[tuple[str, str, int]]
) -> None:
    told = tell(*events)

    assert expected == history_of(told)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [pet(), claim(on=-10), LIMITED_MRI],
            [
                ("not_applicable", "initial", 1),
                ("pended", "adverse", 2),
                ("denied", "adverse", 3),
            ],
            id="no conflict to pended to denied",
        ),
        pytest.param(
            [LIMITED_MRI, claim(on=-10), pet(), finalization(status="denied")],
            [("denied", "initial", 1), ("not_applicable", "favourable", 2)],
            id="denied to no conflict",
        ),
    ],
)
def test_no_conflict_is_better_than_a_pend_and_worse_than_nothing_of_a_pet(
    events: list[Sending], expected: list[tuple[str, str, int]]
) -> None:
    told = tell(*events)

    assert expected == history_of(told, "P-1")


def test_a_spectroscopy_whose_content_turns_into_a_void_is_worse_than_approved() -> None:
    facts: list[Sending] = [LIMITED_MRI, claim("C-0", on=-1), sent(claim(), 20, "e-2")]

    told = tell(*facts, sent(void("C-1", "C-0"), 19, "e-1"))

    assert [("approved", "initial", 1), ("not_applicable", "adverse", 2)] == history_of(told)
    assert "VOID_PROCESSED" == told.of()[-1].determination.reason


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param(pet(), "PET_EXCLUSIVE", id="the best of its lines"),
        pytest.param(pet(diagnoses=("R56.9",)), "NO_CONFLICT", id="for the same question only"),
    ],
)
def test_what_was_decided_of_earlier_days_stands_against_a_later_event(
    later: Sending, expected: str
) -> None:
    parts = [
        claim("C-1", on=-10, modifiers=("26",)),
        claim("C-2", on=-10, modifiers=("TC",), npi=None, diagnoses=("C61",)),
    ]

    told = tell(LIMITED_MRI, *parts, later)

    assert expected == told.of("P-1")[-1].determination.reason


@pytest.mark.parametrize(
    "no_news",
    [
        pytest.param(coverage(plan="sample-essential"), id="an enrolment with another plan"),
        pytest.param(claim("C-9", "99213", on=-3), id="an office visit"),
        pytest.param(finalization(), id="its own payment"),
        pytest.param(report("S-5", "72148", on=-3), id="a lumbar MRI"),
        pytest.param(review("C-9"), id="a review of nothing known"),
        pytest.param(authorization(since=1), id="an authorization of other days"),
        pytest.param(treatment(), id="a treatment, where no PET or conclusive MRI is on record"),
    ],
)
def test_what_changes_nothing_publishes_nothing_of_a_line(no_news: Fact) -> None:
    told = tell(LIMITED_MRI, claim(), no_news)

    assert [("approved", "initial", 1)] == history_of(told)


def test_a_change_of_evidence_alone_is_a_revision() -> None:
    told = tell(LIMITED_MRI, claim(), report("S-2", "70551"))

    assert [("approved", "initial", 1), ("approved", "neutral", 2)] == history_of(told)


def test_a_publication_carries_the_record_s_version_and_its_digest() -> None:
    first, second = event(claim(), 1), event(LIMITED_MRI, 2)

    told = tell(claim(), LIMITED_MRI)

    after_one = sha256(bytes(32) + digest_of(first)).digest()
    after_two = sha256(after_one + digest_of(second)).digest()
    assert [(1, after_one), (2, after_two)] == [
        (one.record_version, one.record_digest) for one in told.of()
    ]
    assert after_two == told.member.chain


def test_a_publication_names_the_event_that_caused_it() -> None:
    told = tell(sent(claim(), 20, "e-7", "/edi"), sent(LIMITED_MRI, 21, "e-8", "/ris"))

    assert [EventCause("/edi", "e-7"), EventCause("/ris", "e-8")] == [
        one.caused_by for one in told.of()
    ]


def test_a_publication_names_what_it_takes_the_place_of() -> None:
    first, second = tell(claim(), LIMITED_MRI).of()

    assert (None, first.now) == (first.before, second.before)
    assert (2, "approved", "CRITERIA_MET") == (
        second.now.revision,
        second.now.outcome,
        second.now.reason,
    )


def test_one_event_may_publish_several_lines() -> None:
    told = tell(LIMITED_MRI, pet(on=-10), claim(), void("P-2", "P-1"))

    published = {
        one.determination.claim_id: one.determination.reason for one in told.last.publications
    }
    assert {"C-1": "CRITERIA_MET", "P-1": "VOIDED", "P-2": "VOID_PROCESSED"} == published


@pytest.mark.parametrize(
    "fact",
    [claim(), LIMITED_MRI, coverage(), authorization(), review(), finalization(), treatment()],
    ids=["claim", "report", "coverage", "authorization", "review", "finalization", "treatment"],
)
def test_a_duplicate_changes_nothing(fact: Fact) -> None:
    told = tell(claim("C-0", on=-1), sent(fact, 20, "e-9"))

    again = tell(sent(fact, 20, "e-9"), member=told.member)

    assert ("duplicate", (), told.member) == (
        again.last.recognition,
        again.last.publications,
        again.member,
    )


def test_a_duplicate_is_none_the_less_one_under_a_new_library() -> None:
    told = tell(sent(claim(), 20, "e-9"))

    again = tell(sent(claim(), 20, "e-9"), member=told.member, using=newer(pend_due_days=5))

    assert ("duplicate", (), told.member) == (
        again.last.recognition,
        again.last.publications,
        again.member,
    )


def test_an_identity_that_is_used_with_another_body_changes_nothing() -> None:
    told = tell(sent(claim(), 20, "e-9"))

    reused = tell(sent(claim(units=2), 20, "e-9"), member=told.member)

    assert ("reused", (), told.member) == (
        reused.last.recognition,
        reused.last.publications,
        reused.member,
    )


@pytest.mark.parametrize(
    ("known", "fact", "expected"),
    [
        pytest.param([], claim(), False, id="the first content"),
        pytest.param([claim()], claim(), False, id="the same content again"),
        pytest.param([claim()], claim(units=2), True, id="another content"),
        pytest.param([claim(), claim(units=2)], claim(units=2), False, id="a second one again"),
        pytest.param([claim(), claim(units=2)], claim(units=3), True, id="a third one"),
        pytest.param([claim()], claim("C-2"), False, id="another claim id"),
        pytest.param([claim()], review(), False, id="another fact"),
    ],
)
def test_an_event_tells_that_it_reuses_a_claim_id(
    known: list[Fact], fact: Fact, expected: bool
) -> None:
    told = tell(*known, fact)

    assert expected is told.last.claim_id_reused


TWICE = (sent(claim(), 20, "e-1"), sent(claim(units=2), 21, "e-2"))


@pytest.mark.parametrize(
    ("events", "begun", "ended"),
    [
        pytest.param(TWICE, {"C-1"}, (), id="it begins with the second content"),
        pytest.param(TWICE[:1], (), (), id="not with the first"),
        pytest.param([*TWICE[:1], sent(claim(), 21, "e-2")], (), (), id="nor with the same again"),
        pytest.param(
            [*TWICE, sent(claim(units=3), 22, "e-3")], (), (), id="a third makes no difference"
        ),
        pytest.param([*TWICE, replacement("C-2", "C-1")], (), {"C-1"}, id="a replacement ends it"),
        pytest.param([*TWICE, void("C-2", "C-1")], (), {"C-1"}, id="so does a void"),
        pytest.param(
            [TWICE[0], replacement("C-2", "C-1"), TWICE[1]], (), (), id="that came before too"
        ),
        pytest.param([*TWICE, sent(review(), 22, "e-3")], (), {"C-1"}, id="a later review ends it"),
        pytest.param([*TWICE, sent(review(), 21, "e-3")], (), (), id="one as late does not"),
        pytest.param(
            [*TWICE, sent(review("C-2"), 22, "e-3")], (), (), id="nor one of another claim"
        ),
        pytest.param(
            [*TWICE, sent(review(), 22, "e-3"), sent(claim(units=3), 23, "e-4")],
            {"C-1"},
            (),
            id="content after the review begins it again",
        ),
        pytest.param([*TWICE, coverage()], (), (), id="another fact says nothing"),
    ],
)
def test_it_is_open_which_of_several_contents_is_meant_until_somebody_says_so(
    events: Sequence[Sending], begun: Collection[str], ended: Collection[str]
) -> None:
    last = tell(*events).last

    assert ({*begun}, {*ended}) == (last.contests_begun, last.contests_ended)


def test_lines_that_only_a_displaced_content_has_stay_published() -> None:
    longer = claim(lines=(line(1), line(2, on=-1)))

    told = tell(sent(longer, 20, "e-2"), LIMITED_MRI, sent(claim(), 19, "e-1"))

    assert "SUPERSEDED" == told.of("C-1", 2)[-1].determination.reason
    assert [("C-1", 1), ("C-1", 2)] == [(one.claim_id, one.line) for one in told.member.published]
