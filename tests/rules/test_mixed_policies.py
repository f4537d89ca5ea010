"""What must hold of every member whose plans mix policies, two of which hold PET against MRS."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.determination import Determination
from rules.facts import Event
from rules.member.member import Member
from rules.member.open_member import OpenMember, apply
from tests.rules.builders import digest_of, record_of
from tests.rules.mixed_members import mixed_library, mixed_members
from tests.rules.nasty_members import effort
from tests.rules.stepping import check_each_step, check_open
from tests.support.libraries import SHIPPED_POLICY

BRAIN_PET = "example-brain-pet"
MEMBERS = mixed_members()


def decided(events: Iterable[Event]) -> tuple[Determination, ...]:
    return adjudicate(record_of(events), mixed_library())


@given(MEMBERS, st.randoms(use_true_random=False))
@effort(60)
def test_any_order_ends_in_the_same_determinations(events: list[Event], random: Random) -> None:
    as_given = decided(events)
    disordered = list(events)
    random.shuffle(disordered)

    assert as_given == decided(disordered)


@given(MEMBERS, st.randoms(use_true_random=False))
@effort(50)
def test_event_by_event_each_of_three_orders_ends_where_the_whole_record_does(
    events: list[Event], random: Random
) -> None:
    """PROPERTY_EFFORT=1000 tries it on fifty thousand members."""
    whole = decided(events)
    for order in (events, *(random.sample(events, len(events)) for _ in range(2))):
        check_open(order, mixed_library())

        assert whole == decided(order)


@given(MEMBERS, st.randoms(use_true_random=False))
@effort(60)
def test_one_event_at_a_time_ends_where_the_whole_record_does(
    events: list[Event], random: Random
) -> None:
    random.shuffle(events)

    check_each_step(events, mixed_library())


@given(MEMBERS, st.randoms(use_true_random=False))
@effort(50)
def test_a_member_that_stays_open_is_told_what_one_that_was_closed_is(
    events: list[Event], random: Random
) -> None:
    random.shuffle(events)
    opened, closed = OpenMember(Member(), mixed_library()), Member()
    for one in [*events, *events[:2]]:
        expected = apply(closed, one, digest_of(one), mixed_library())
        closed = expected.member

        assert expected == opened.apply(one, digest_of(one))


def test_the_library_has_two_policies_that_hold_pet_and_spectroscopy_against_each_other() -> None:
    assert [policy.policy_id for policy in mixed_library().walking] == [SHIPPED_POLICY, BRAIN_PET]
