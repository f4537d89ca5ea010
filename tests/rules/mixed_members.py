"""Draws members whose plans mix the shipped policy with all examples, with every kind of fact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from rules.facts import Attestation, Claim, Event, Fact
from rules.library_model import Library
from rules.loading.files import load_library
from tests.rules import exercise_members
from tests.rules.builders import (
    attestation,
    authorization,
    coverage,
    day,
    instant,
    person,
    treatment,
)
from tests.rules.exercise_members import exercise, with_medicare
from tests.rules.nasty_members import Theme, members
from tests.support.libraries import EXAMPLE_NAMES, with_examples

EXAMPLE_PLANS = (
    *("example-two-policies", "example-two-policies", "example-brain-pet", "example-brain-pet"),
    *("example-prior-study", "example-count", "example-count", "example-never"),
    *exercise_members.PLANS,
)
MIXED = Theme(
    (
        *("76390", "76390", "76390", "78608", "78608", "78609", "78816", "78815"),
        *("61510", "77402", "70553"),
    ),
    modifiers=((), (), (), ("26",), ("TC",), ("53",), ("PI",), ("PI",), ("PS",), ("PI", "PS")),
    # 108 is the first day of the example that never covers, -182 that of six months
    days=(-182, -181, -91, -90, -61, -60, -45, -1, 0, 0, 0, 1, 45, 107, 108),
    diagnoses=(
        *("C71.1", "C71.1", "C71.1", "C79.31", "G40.219", "G40.919", "G30.9", "G30.9", "R56.9"),
        *("C61", "D43.2", "G06.0"),
    ),
    plans=(*EXAMPLE_PLANS, "sample-commercial", "sample-ny-commercial", "nobody-knows"),
    frequencies=("1", "1", "1", "1", "1", "1", "7", "8"),
    studies=("70553", "70553", "70450", "78608", "76390", "78816"),
    pet_days=(-182, -181, -91, -90, -60, -45, -1, 0, 0, 1),
)


@cache
def mixed_library() -> Library:
    """The shipped library with all examples, of which one has a plan of Medicare too."""
    with TemporaryDirectory() as folder:
        every = load_library(with_examples(Path(folder) / "library", *EXAMPLE_NAMES))
    return with_medicare(every)


@st.composite
def mixed_members(draw: st.DrawFn) -> list[Event]:
    """Events of one member, each identity once, in the order in which they come."""
    exercises = draw(_EXERCISES)
    told = [_mixed(draw, one) for one in draw(members(most=6 if exercises else 10, about=MIXED))]
    more = exercises + draw(st.lists(_MORE, max_size=4))
    told += [
        Event("M-1", f"m-{n}", "/a", instant(draw(st.sampled_from((-20, 0, 21)))), fact)
        for n, fact in enumerate(more)
    ]
    return draw(st.permutations(told)) if more else told


def _mixed(draw: st.DrawFn, one: Event) -> Event:
    """A claim mostly under a plan whose policies know it, attesting what these ask for."""
    if not isinstance(one.fact, Claim):
        return one
    claim = one.fact
    plan = draw(st.sampled_from((claim.plan_id, *_KNOWING.get(claim.lines[0].procedure, ()))))
    attested = draw(st.sampled_from((claim.attestations, claim.attestations, *_ATTESTED)))
    if plan == "example-never":  # whose only version begins later
        on = day(draw(st.sampled_from((107, 108, 108, 109))))
        lines = tuple(line._replace(date_of_service=on) for line in claim.lines)
        claim = claim._replace(lines=lines, received_at=on)
    return one._replace(fact=claim._replace(plan_id=plan, attestations=attested))


_EXERCISES: st.SearchStrategy[list[Fact]] = st.sampled_from((False, True)).flatmap(
    lambda does: exercise() if does else st.just([])
)
"""Every second member exercises."""
_PETS = ("example-two-policies", "example-brain-pet", "example-brain-pet", "example-brain-pet")
_KNOWING = {
    "76390": ("sample-commercial", *EXAMPLE_PLANS, "example-prior-study", "example-never"),
    "78608": _PETS,
    "78609": _PETS,
    "78815": ("example-count",) * 6,
    "78816": ("example-count",) * 3,
}
"""By procedure; a plan that stands twice is drawn twice as often."""
_ATTESTED: tuple[tuple[Attestation, ...], ...] = (
    (),
    (attestation(-1, "mri_indeterminate"),),
    (attestation(-1, "lesion_not_characterised"), attestation(0, "member_notice")),
    (attestation(-14, "mental_status_score")._replace(value=Decimal(26), unit="points"),),
    (attestation(-14, "mental_status_score")._replace(value=Decimal("26.5"), unit="points"),),
    (attestation(-366, "mental_status_score")._replace(value=Decimal(20), unit="points"),),
)
_THERAPIES = ("N03AX09", "N03AX09", "N03AX14", "N03AF01")
_BORN = (None, date(1975, 9, 15), date(1975, 9, 16), date(1950, 1, 1))
"""Who is fifty on the day that most lines are of, who is on the day after, and one of old age."""
_MORE: st.SearchStrategy[Fact] = st.one_of(
    st.builds(person, st.sampled_from(_BORN), st.sampled_from(("female", "unknown"))),
    st.builds(
        treatment,
        st.sampled_from(("T-1", "T-2", "T-3")),
        st.just(""),
        on=st.sampled_from((-300, -60, 0, 1)),
        status=st.sampled_from(("performed", "performed", "performed", "voided")),
        diagnoses=st.just(("G40.919",)),
        ended=st.sampled_from((None, -30, 0, 1)),
        outcome=st.sampled_from(("failed", "failed", "not_tolerated", "succeeded", "unknown")),
        therapy=st.sampled_from(_THERAPIES),
    ),
    st.builds(
        coverage,
        st.sampled_from((-800, -800, -45)),
        st.sampled_from((None, None, 0)),
        st.sampled_from(EXAMPLE_PLANS),
    ),
    st.builds(
        authorization,
        st.sampled_from(("A-1", "A-3")),
        st.sampled_from(("76390", "78608", "78815")),
        since=st.sampled_from((-90, 0)),
        through=st.sampled_from((0, 108)),
        status=st.sampled_from(("approved", "approved", "denied", "cancelled")),
    ),
)
