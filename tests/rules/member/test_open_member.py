"""A member that stays open from event to event: what is carried along changes nothing."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import Claim, Event
from rules.member.member import Applied, Member
from rules.member.open_member import OpenMember, OpenMembers, apply
from tests.rules.builders import (
    NPI,
    Sending,
    attestation,
    claim,
    digest_of,
    event,
    pet,
    pet_report,
    report,
    review,
)
from tests.rules.deciding import shipped
from tests.rules.nasty_members import effort, members, nasty_library


@given(members(), st.randoms(use_true_random=False))
@effort(80)
def test_each_event_does_what_it_does_to_a_member_that_was_closed(
    events: list[Event], random: Random
) -> None:
    random.shuffle(events)
    opened, closed = OpenMember(Member(), nasty_library()), Member()
    for one in [*events, *events[:2]]:
        expected = apply(closed, one, digest_of(one), nasty_library())
        closed = expected.member

        assert expected == opened.apply(one, digest_of(one))


OTHER_NPI = "1245319599"

CLAIMS_OF_A_DAY = st.lists(
    st.builds(
        claim,
        st.integers(10, 99).map(lambda number: f"C-{number}"),
        on=st.sampled_from([0, 0, 0, 30]),
        modifiers=st.sampled_from([(), (), ("26",), ("TC",), ("26", "TC"), ("59",)]),
        npi=st.sampled_from([NPI, OTHER_NPI, None]),
        diagnoses=st.sampled_from([("C71.1",), ("C71.1",), ("G40.909",)]),
        claim_type=st.sampled_from(["professional", "professional", "institutional"]),
        plan=st.sampled_from(["sample-commercial", "sample-commercial", "sample-medicaid"]),
        received=st.sampled_from([4, 4, 5]),
        attestations=st.sampled_from([(), (), (), (attestation(),)]),
    ),
    max_size=12,
    unique_by=lambda each: each.claim_id,
)


@given(CLAIMS_OF_A_DAY)
@effort(80)
def test_claims_for_the_same_service_do_what_they_do_to_a_member_that_was_closed(
    claims: list[Claim],
) -> None:
    kept, anew = steps(*claims)

    assert kept == anew


def steps(*sendings: Sending) -> tuple[list[Applied], list[Applied]]:
    """What some events do to a member that stays open, and to one that is closed each time."""
    opened, closed = OpenMember(Member(), shipped()), Member()
    kept, anew = [], []
    for number, sending in enumerate(sendings, start=1):
        one = event(sending, number)
        kept.append(opened.apply(one, digest_of(one)))
        anew.append(apply(closed, one, digest_of(one), shipped()))
        closed = anew[-1].member
    return kept, anew


@pytest.mark.parametrize(
    ("then", "published"),
    [
        pytest.param(claim("C-3"), 1, id="after the others of its day: itself alone"),
        pytest.param(claim("C-3", received=-1), 3, id="before the others: they are duplicates"),
        pytest.param(claim("C-3", npi=OTHER_NPI), 1, id="of another provider"),
        pytest.param(claim("C-10"), 1, id="between them"),
        pytest.param(pet("C-3"), 2, id="of the other technique: the first and itself"),
        pytest.param(pet_report(on=0), 1, id="a report of the other technique"),
        pytest.param(report(on=0), 1, id="a report of a scan of the same day"),
        pytest.param(claim("C-3", on=30), 1, id="of a later day"),
        pytest.param(claim("C-3", "99213"), 1, id="of no imaging"),
        pytest.param(claim("C-3", "70553"), 2, id="of a scan: the first and itself"),
    ],
)
def test_one_more_fact_of_a_day_publishes_what_it_changes(then: Sending, published: int) -> None:
    kept, anew = steps(claim("C-1"), claim("C-2"), then)

    assert (published, anew) == (len(kept[-1].publications), kept)


@pytest.mark.parametrize(
    "sendings",
    [
        pytest.param(
            [claim("C-1"), claim("C-2", attestations=(attestation(),))],
            id="what a sibling attests holds for the study",
        ),
        pytest.param(
            [claim("C-1"), claim("C-2", diagnoses=("G40.909",))],
            id="a sibling with another diagnosis",
        ),
        pytest.param(
            [claim("C-1", diagnoses=("I67.89",)), claim("C-2", on=-9, diagnoses=("C71.1",))],
            id="a tumour that becomes known later",
        ),
        pytest.param(
            [claim("C-1"), review("C-1", 1, "denied"), claim("C-2")], id="beside a review"
        ),
        pytest.param(
            [review("C-2", 1, "denied"), claim("C-1"), claim("C-2")], id="reviewed before"
        ),
        pytest.param(
            [claim("C-1", replaces="C-2", frequency="7"), claim("C-2")], id="replaced before"
        ),
        pytest.param([pet_report(on=0), pet(), claim("C-2")], id="a claim of what was reported"),
        pytest.param(
            [
                claim("C-1", received=5, npi=OTHER_NPI),
                claim("C-2", received=5, npi=OTHER_NPI),
                claim("C-3", on=30),
                claim("C-4", modifiers=("26", "TC")),
                claim("C-5", received=5),
            ],
            id="of an earlier day, and cannot be used: it holds no place",
        ),
        pytest.param(
            [claim("C-2", modifiers=("26",)), claim("C-1", npi=OTHER_NPI), claim("C-3")],
            id="before another of its day, and of another provider",
        ),
    ],
)
def test_what_one_fact_changes_of_others_is_told(sendings: list[Sending]) -> None:
    kept, anew = steps(*sendings)

    assert kept == anew


def test_as_many_members_stay_open_as_may() -> None:
    opened = OpenMembers(shipped(), most=1)
    one, other = event(claim("C-1"), 1), event(claim("C-1"), 1)._replace(member_id="M-2")

    members_now = [opened.apply(Member(), each, digest_of(each)).member for each in (one, other)]
    later = event(claim("C-2"), 2)

    assert 1 == len(opened._open)
    assert opened.apply(members_now[0], later, digest_of(later)) == apply(
        members_now[0], later, digest_of(later), shipped()
    )
