"""Under every example policy a line asks for what some smallest set of facts needs to turn it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.analysis.needs_proved import needs_proved
from rules.analysis.sufficient_sets import SET_SIZE_MAX
from rules.determination import Determination
from rules.facts import Attestation, Claim, Event, Line
from rules.history.record import Record
from rules.library_model import Library
from rules.truth import Truth
from tests.rules.builders import attestation, day, record_of
from tests.rules.exercise_members import weak
from tests.rules.mixed_members import mixed_library
from tests.rules.nasty_members import Theme, effort, members
from tests.rules.waiting_members import waits_settled


class About(NamedTuple):
    """What the members of an example are about, and how many are tried."""

    theme: Theme
    tried: int = 40
    more: Callable[[st.DrawFn, list[Event]], list[Event]] = lambda _, events: events
    """What their claims say besides."""

    def members(self) -> st.SearchStrategy[list[Event]]:
        """Events of one member each."""

        @st.composite
        def drawn(draw: st.DrawFn) -> list[Event]:
            return self.more(draw, draw(members(most=7, about=self.theme)))

        return drawn()


def score(value: str, on: int) -> Attestation:
    return Attestation("mental_status_score", day(on), None, Decimal(value), "points")


OPEN = (Truth.UNKNOWN, Truth.NOT_MET)
BRAIN_PET = Theme(
    ("78608", "78608", "78608", "78609", "76390"),
    modifiers=((), (), (), ("26",), ("50",)),
    days=(-61, -60, -1, 0, 0, 0, 0),
    diagnoses=("C71.1", "D43.2", "D49.6", "G30.9", "G40.219", "R41.3", "R56.9", "C61"),
    plans=("example-brain-pet", "example-brain-pet", "example-brain-pet", "nobody-knows"),
    studies=("70553", "70553", "76390", "78608"),
    attested=(
        *(attestation(-1, "mri_indeterminate"), attestation(-400, "mri_indeterminate")),
        *(score("26", -1), score("27", -1), score("20", -400)),
    ),
)
# Without intensive exercise and plans of New York: where a person or an authorization alone helps,
# a line asks for more than the sets prove. Nor is any heart too strong: beside a repair that is too
# recent only an authorization helps.
EXERCISE = Theme(
    ("93798", "93798", "93798", "93797"),
    modifiers=((), (), (), ("50",)),
    days=(298, 299, 300, 300, 300, 300),
    diagnoses=("I25.10", "I50.22", "I25"),
    plans=(*["example-heart-exercise"] * 5, "nobody-knows"),
    studies=("92928", "93015", "93015", "93798"),
    # of 300: a repair of long ago, two in time and one too recent; a test too old, others in time
    pet_days=(-66, 209, 210, 286, 287, 299),
)


def with_exercise(draw: st.DrawFn, events: list[Event]) -> list[Event]:
    """
    Who ordered it and where it was done, what is attested, and perhaps rhythm strips.

    All claims attest the same, and have a strip or none: a void of another claim takes nothing away
    that a line lives on.
    """
    plan = attestation(290, "exercise_plan")
    told = draw(st.sampled_from(((plan,), (plan, weak("35", 290)), (weak("35", 118),), ())))
    has_strips = draw(st.booleans())
    return [
        one._replace(fact=_exercise(draw, one.fact, told, has_strips=has_strips))
        if isinstance(one.fact, Claim)
        else one
        for one in events
    ]


def _exercise(
    draw: st.DrawFn, claim: Claim, told: tuple[Attestation, ...], *, has_strips: bool
) -> Claim:
    by = draw(st.sampled_from((*["207RC0000X"] * 5, "207Q00000X", None)))
    lines = tuple(each._replace(ordering_specialty=by) for each in claim.lines)
    if has_strips:
        days = sorted({each.date_of_service for each in lines})
        lines += tuple(Line(9 + at, "93040", (), on, ()) for at, on in enumerate(days))
    place = draw(st.sampled_from((*["22"] * 5, "12", None)))
    return claim._replace(lines=lines, place_of_service=place, attestations=told)


EXAMPLES = {
    "example-brain-pet": About(BRAIN_PET),
    "example-two-policies": About(
        BRAIN_PET._replace(
            procedures=("76390", "76390", "78608"), plans=("example-two-policies",), reviews=2
        )
    ),
    "example-count": About(
        Theme(
            ("78816", "78816", "78815"),
            modifiers=(("PI",), ("PI",), ("PS",), ("PS",), (), ("PI", "26")),
            diagnoses=("C61",),
            plans=("example-count", "example-count", "example-count", "nobody-knows"),
            studies=("78816", "78815"),
        )
    ),
    "example-prior-study": About(
        Theme(
            ("76390",),
            diagnoses=("C71.1", "D43.2", "G06.0", "R56.9", "C61", "C71"),
            plans=("example-prior-study",),
            attested=(attestation(-1, "lesion_not_characterised"), attestation(-91)),
            studies=("70553", "70450", "76390"),
        )
    ),
    "example-never": About(
        Theme(
            ("76390",),
            days=(300, 300, 299),
            diagnoses=("C71.1", "C71"),
            plans=("example-never", "example-never", "nobody-knows"),
        )
    ),
    "example-heart-exercise": About(EXERCISE, tried=80, more=with_exercise),
}


@pytest.mark.parametrize("about", EXAMPLES.values(), ids=EXAMPLES)
def test_a_line_asks_for_all_that_would_help_and_for_nothing_else(about: About) -> None:
    @given(about.members())
    @effort(about.tried)
    def each(events: list[Event]) -> None:
        known, using = record_of(events), mixed_library()
        for one in adjudicate(known, using):
            if one.outcome in ("pended", "denied") and is_within_reach(one, known, using):
                proved = needs_proved(known, using, (one.claim_id, one.line))

                asked = frozenset(need.code for need in one.needs)

                assert proved.own <= asked <= proved.any

    each()


def is_within_reach(one: Determination, known: Record, using: Library) -> bool:
    """
    Whether no more is open than is changed together, and each claim has such a service alone.

    Sent again, a claim that waits wants its original too, whose place another's may come to share.
    """
    services = [
        sum(_is_ours(line.procedure, using) for line in claim.lines) for _, claim in known.claims
    ]
    still_open = sum(finding.answer in OPEN for finding in one.findings)
    others = len([*known.reports]) + sum(services) - 1
    if waits_settled(one, known):
        still_open += 1
        if sum(services) > 1:
            return False
    return max(services) <= 1 and still_open + max(others - 1, 0) <= SET_SIZE_MAX


def _is_ours(procedure: str, using: Library) -> bool:
    return any(version.service_of(procedure) != "other" for version in using.versions)
