"""What could honestly be supplied for a criterion of each kind, and that every kind says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from rules.analysis.counterfactual import what_would_change
from rules.analysis.offers import NOTHING, OF_THE_LINE, OFFERS
from rules.criteria.kinds import KINDS
from rules.criterion import Criterion
from rules.facts import Attestation
from rules.library_model import Library
from rules.outcome.needs import FINAL
from rules.terms_of_history import (
    AfterTreatmentTerms,
    AgeTerms,
    CountTerms,
    EvaluationTerms,
    IntervalTerms,
    SexTerms,
    TriedTerms,
)
from rules.terms_of_lines import (
    AttestedTerms,
    CompanionTerms,
    MeasuredTerms,
    NOfTerms,
    OrderedByTerms,
    PlaceTerms,
    ReferredTerms,
    UnitsTerms,
)
from tests.rules.asking import criterion_of, reason_of
from tests.rules.builders import Sending, claim, day, line, person, record, report, treatment
from tests.rules.deciding import shipped

LIFTED = [("authorization",), ("review",)]
"""What turns a line whose criterion an authorization lifts, or a person."""
MEDICINES = frozenset({"N03AX09", "N03AX14", "61510"})
DIABETOLOGIST = "207RE0101X"


class Offered(NamedTuple):
    """A kind with what a policy says to it, what is known, and the needs of each smallest set."""

    kind: str
    terms: Any
    known: Sequence[Sending]
    sets: list[tuple[str | None, ...]]


def score(value: str, on: int = -1) -> Attestation:
    return Attestation("score", day(on), None, Decimal(value), "points")


def billed(attested: Attestation) -> list[Sending]:
    return [claim(attestations=(attested,))]


MEASURED = MeasuredTerms(attestation="score", unit="points", least=Decimal(10), most=Decimal(26))
TRIED = TriedTerms(therapies=MEDICINES, least=2, missing="pend")
AFTER = AfterTreatmentTerms(treatments=frozenset({"77402"}), least_days=30, most_days=90)
ONCE = CountTerms(counted=frozenset({"99213"}), most=1, span="lifetime", beyond="deny")
ROLLING = replace(ONCE, span="rolling", span_days=30)
MONTH = IntervalTerms(counted=frozenset({"99213"}), least_days=30, sooner="deny")
PLACES = PlaceTerms(places=frozenset({"22"}))
ORDERED = OrderedByTerms(specialties=frozenset({DIABETOLOGIST}))
ELSEWHERE = [claim()]
NOWHERE = [claim()._replace(place_of_service=None)]
AT_A_CLINIC = [claim(claim_type="institutional")]

OFFERED = {
    "a word that is missing": Offered(
        "attested",
        AttestedTerms(attestation="visit", missing="deny"),
        [claim()],
        [("attestation",), *LIFTED],
    ),
    "a word that is too old": Offered(
        "attested",
        AttestedTerms(attestation="visit", missing="pend", within_days=30),
        billed(Attestation("visit", day(-31))),
        [("attestation",), *LIFTED],
    ),
    "a value that nobody attests": Offered(
        "measured", MEASURED, [claim()], [("measurement",), *LIFTED]
    ),
    "a value without bounds that nobody attests": Offered(
        "measured",
        MeasuredTerms(attestation="score", unit="points"),
        [claim()],
        [("measurement",), *LIFTED],
    ),
    "a value outside the bounds stays": Offered("measured", MEASURED, billed(score("27")), LIFTED),
    "a companion that is not billed": Offered(
        "companion",
        CompanionTerms(companions=frozenset({"99213", "99214"}), missing="deny"),
        [claim()],
        [("companion_claim",), ("review",)],
    ),
    "a line that does not say who ordered it": Offered(
        "ordered_by", ORDERED, [claim()], [("ordering_provider",), *LIFTED]
    ),
    "another one ordered it": Offered(
        "ordered_by",
        ORDERED,
        [claim(lines=(line()._replace(ordering_specialty="208D00000X"),))],
        LIFTED,
    ),
    "a claim that does not say where": Offered(
        "place_of_service", PLACES, NOWHERE, [("place_of_service",), *LIFTED]
    ),
    "it was elsewhere": Offered("place_of_service", PLACES, ELSEWHERE, LIFTED),
    "a clinic's claim has no such place": Offered("place_of_service", PLACES, AT_A_CLINIC, LIFTED),
    "a unit too many, which may also be a repeat": Offered(
        "units",
        UnitsTerms(most=1),
        [claim(units=2)],
        [("units",), *[("modifier_or_provider",)] * 4, ("review",)],
    ),
    "no unit is allowed": Offered("units", UnitsTerms(most=0), [claim()], [("review",)]),
    "a birth date that is not known": Offered(
        "age", AgeTerms(least_years=50), [claim()], [("member_record",), *LIFTED]
    ),
    "a birth date that is not known, and may be any": Offered(
        "age", AgeTerms(), [claim()], [("member_record",), *LIFTED]
    ),
    "too young": Offered("age", AgeTerms(least_years=65), [claim(), person()], LIFTED),
    "a sex that is not known": Offered(
        "sex", SexTerms(sex="male"), [claim()], [("member_record",), *LIFTED]
    ),
    "the other sex": Offered("sex", SexTerms(sex="male"), [claim(), person()], LIFTED),
    "no evaluation": Offered(
        "evaluated",
        EvaluationTerms(evaluations=frozenset({"99213"}), within_days=30, missing="deny"),
        [claim()],
        [("evaluation",), *LIFTED],
    ),
    "no therapy": Offered("tried_and_failed", TRIED, [claim()], [("treatment_record",), *LIFTED]),
    "one therapy of which nobody knows": Offered(
        "tried_and_failed",
        TRIED,
        [claim(), treatment("T-1", "", on=-90)._replace(therapy="N03AX14")],
        [("treatment_record",), *LIFTED],
    ),
    "fewer therapies than are asked for": Offered(
        "tried_and_failed", replace(TRIED, least=4), [claim()], LIFTED
    ),
    "no treatment before": Offered(
        "after_treatment", AFTER, [claim()], [("treatment_record",), *LIFTED]
    ),
    "the treatment was too long ago": Offered(
        "after_treatment",
        AFTER,
        [claim(), treatment("T-1", "77402", on=-91)],
        [("treatment_record",), *LIFTED],
    ),
    "the treatment was a moment ago": Offered(
        "after_treatment", AFTER, [claim(), treatment("T-1", "77402", on=-29)], LIFTED
    ),
    "one that a report counts": Offered(
        "count", ONCE, [claim(), report("S-9", "99213", on=-40)], [(None,), *LIFTED]
    ),
    "one that a claim counts": Offered(
        "count", ROLLING, [claim(), claim("C-2", "99213", on=-29)], [(None,), *LIFTED]
    ),
    "sooner than a month": Offered(
        "interval", MONTH, [claim(), claim("C-2", "99213", on=-29)], [(None,), *LIFTED]
    ),
    "somebody else's criteria": Offered("referred", ReferredTerms(), [claim()], [("review",)]),
}


@pytest.mark.parametrize("offered", OFFERED.values(), ids=OFFERED)
def test_a_line_is_turned_by_what_can_honestly_be_supplied_and_by_nothing_else(
    offered: Offered,
) -> None:
    assert offered.sets == sets_of(offered, criterion(offered.kind, offered.terms))


PARTS = {
    "one of two is enough": (1, [("attestation",), ("measurement",), *LIFTED]),
    "both are needed": (2, [*LIFTED, ("attestation", "measurement")]),
}


@pytest.mark.parametrize(("least", "expected"), PARTS.values(), ids=PARTS)
def test_what_a_part_lacks_is_supplied_for_the_whole(
    least: int, expected: list[tuple[str, ...]]
) -> None:
    parts = (
        criterion("attested", AttestedTerms(attestation="visit", missing="deny"), "visit"),
        criterion("measured", MEASURED, "score"),
    )
    whole = criterion("n_of", NOfTerms(parts=parts, least=least))

    assert expected == sets_of(Offered("n_of", None, [claim()], []), whole)


def test_of_a_part_that_is_met_nothing_is_supplied() -> None:
    parts = (
        criterion("attested", AttestedTerms(attestation="visit", missing="deny"), "visit"),
        criterion("never", KINDS["never"].terms(), "never"),
        criterion("measured", MEASURED, "score"),
    )
    known = billed(Attestation("visit", day(-1)))
    whole = criterion("n_of", NOfTerms(parts=parts, least=2))

    assert [("measurement",), *LIFTED] == sets_of(Offered("n_of", None, known, []), whole)


def test_every_kind_says_what_is_supplied_or_why_nothing() -> None:
    told = [*OFFERS, *OF_THE_LINE, *NOTHING]

    assert sorted(KINDS) == sorted(told)
    assert all([*OF_THE_LINE.values(), *NOTHING.values()])


def test_a_no_that_is_final_is_offered_nothing() -> None:
    final = {each.kind for each in OFFERED.values() if each.sets == LIFTED}

    assert set(FINAL) <= {*final, *NOTHING}


def sets_of(offered: Offered, asked: Criterion[Any]) -> list[tuple[str | None, ...]]:
    """The needs of each smallest set that resolves the line."""
    known = record(*offered.known, report())
    found = what_would_change(known, asking(asked), ("C-1", 1))
    assert found is not None
    return [tuple(supply.need for supply in one.supplies) for one in found.for_it]


def criterion(kind: str, terms: Any, name: str = "asked") -> Criterion[Any]:
    row = KINDS[kind]
    return criterion_of(kind, row, terms, {role: reason_of(role) for role in row.reasons}, {}, name)


def asking(asked: Criterion[Any]) -> Library:
    """The shipped library with one more criterion, asked before what is asked of the study."""
    own = shipped()
    (policy,) = own.policies
    (version,) = policy.versions
    criteria = (*version.criteria[:-1], asked, version.criteria[-1])
    reasons = {reason.code: reason for reason in asked.reasons.values()}
    changed = replace(
        policy,
        versions=(replace(version, criteria=criteria),),
        reasons={**policy.reasons, **reasons},
    )
    return replace(own, policies=(changed,))
