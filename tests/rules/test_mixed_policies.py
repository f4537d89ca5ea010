"""What must hold of every member whose plans mix policies, two of which hold PET against MRS."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.determination import Determination
from rules.facts import Event
from rules.library_model import Library
from rules.loading.files import load_library
from rules.member.member import Member
from rules.member.open_member import OpenMember, apply
from tests.rules.builders import digest_of, record_of
from tests.rules.nasty_members import Theme, effort, members
from tests.rules.stepping import check_each_step
from tests.support.libraries import EXAMPLES, SHIPPED_POLICY, with_examples

BRAIN_PET = "example-brain-pet"
MIXED = Theme(
    ("76390", "76390", "76390", "78608", "78608", "78609", "78816", "61510", "77402", "70553"),
    modifiers=((), (), (), ("26",), ("TC",), ("53",), ("PI",), ("PI",), ("PS",)),
    days=(-91, -90, -61, -60, -45, -1, 0, 0, 0, 1, 45),
    diagnoses=("C71.1", "C71.1", "C71.1", "C79.31", "G40.219", "G30.9", "R56.9", "C61", "D43.2"),
    plans=(
        *("example-two-policies", "example-two-policies", "example-brain-pet"),
        *("example-brain-pet", "sample-commercial", "sample-commercial"),
        *("sample-ny-commercial", "example-never", "nobody-knows"),
        *("example-prior-study", "example-count", "example-count"),
    ),
    frequencies=("1", "1", "1", "1", "1", "1", "7", "8"),
    studies=("70553", "70553", "78608", "76390", "78816"),
    pet_days=(-181, -91, -90, -60, -45, -1, 0, 0, 1),
)
MEMBERS = members(about=MIXED)


@cache
def mixed_library() -> Library:
    with TemporaryDirectory() as folder:
        names = sorted(each.name for each in (EXAMPLES / "policies").iterdir())
        return load_library(with_examples(Path(folder) / "library", *names))


def decided(events: Iterable[Event]) -> tuple[Determination, ...]:
    return adjudicate(record_of(events), mixed_library())


@given(MEMBERS, st.randoms(use_true_random=False))
@effort(80)
def test_any_order_ends_in_the_same_determinations(events: list[Event], random: Random) -> None:
    as_given = decided(events)
    disordered = list(events)
    random.shuffle(disordered)

    assert as_given == decided(disordered)


@given(MEMBERS, st.randoms(use_true_random=False))
@effort(100)
def test_one_event_at_a_time_ends_where_the_whole_record_does(
    events: list[Event], random: Random
) -> None:
    random.shuffle(events)

    check_each_step(events, mixed_library())


@given(MEMBERS, st.randoms(use_true_random=False))
@effort(80)
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
