"""Criterion 8: what a requester attests, against what reports say."""

from __future__ import annotations

import pytest

from rules.facts import Attestation
from tests.rules.builders import (
    OTHER_NPI,
    Sending,
    attestation,
    claim,
    coverage,
    line,
    pet,
    replacement,
    report,
    void,
)
from tests.rules.deciding import answer, decide_line, finding

MET = ("met", None)
CONCLUSIVE = ("not_met", "CONVENTIONAL_IMAGING_CONCLUSIVE")
ABSENT = ("not_met", "CONVENTIONAL_IMAGING_ABSENT")
NO_RESULT = ("unknown", "CONVENTIONAL_RESULT_UNKNOWN")
UNKNOWN = ("unknown", "CONVENTIONAL_IMAGING_UNKNOWN")
UNUSABLE = ("unknown", "CONVENTIONAL_IMAGING_UNUSABLE")


@pytest.mark.parametrize(
    ("attested", "expected"),
    [
        pytest.param([attestation(-180)], MET, id="180 days before"),
        pytest.param([attestation(-181)], UNUSABLE, id="181 days before"),
        pytest.param([attestation(0)], MET, id="the same day"),
        pytest.param([attestation(1)], ABSENT, id="the day after"),
        pytest.param([attestation(kind="other")], ABSENT, id="of another kind"),
        pytest.param([attestation(1), attestation(-180)], MET, id="one of two inside the span"),
    ],
)
def test_an_attestation_inside_the_span_is_enough(
    attested: list[Attestation], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(received=30, attestations=tuple(attested)), coverage())

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("attested", "studies", "expected"),
    [
        pytest.param([-14], [(-15, "conclusive")], MET, id="conclusive the day before"),
        pytest.param([-14], [(-14, "conclusive")], NO_RESULT, id="conclusive the same day"),
        pytest.param([-14], [(-13, "conclusive")], NO_RESULT, id="conclusive the day after"),
        pytest.param(
            [-20, -14], [(-15, "conclusive")], MET, id="the latest attested date is compared"
        ),
        pytest.param(
            [-14, 1], [(-13, "conclusive")], NO_RESULT, id="the latest inside the span, that is"
        ),
        pytest.param([-14], [(-10, "unknown")], MET, id="a later study without a result"),
        pytest.param([-14], [(-14, "unknown")], MET, id="the attested study without a result"),
        pytest.param(
            [-14],
            [(-20, "conclusive"), (-10, "unknown")],
            MET,
            id="conclusive before, unknown after",
        ),
        pytest.param(
            [-14],
            [(-20, "conclusive"), (-10, "conclusive")],
            NO_RESULT,
            id="the latest known result is compared",
        ),
        pytest.param(
            [-14], [(-13, "conclusive"), (-10, "limited")], MET, id="limited at last: no doubt"
        ),
        pytest.param(
            [-14], [(-20, "limited"), (-10, "conclusive")], NO_RESULT, id="limited, then conclusive"
        ),
        pytest.param([-14], [(-10, "limited")], MET, id="limited: both say so"),
        pytest.param(
            [-200], [(-10, "conclusive")], CONCLUSIVE, id="attested before the span: no word"
        ),
        pytest.param([-14], [(1, "conclusive")], MET, id="conclusive after the span: no word"),
    ],
)
def test_an_attestation_yields_to_a_conclusive_report_of_its_day_or_later(
    attested: list[int], studies: list[tuple[int, str]], expected: tuple[str, str | None]
) -> None:
    reports = [report(f"S-{on}", on=on, result=result) for on, result in studies]
    one = claim(attestations=tuple(attestation(on) for on in attested))

    decided = decide_line(one, *reports)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([claim("C-7", on=-1, attestations=(attestation(),))], id="another MRS claim"),
        pytest.param([pet(on=1, attestations=(attestation(),))], id="a PET claim"),
        pytest.param(
            [claim("C-7", "0609T", attestations=(attestation(),))], id="another code of that day"
        ),
        pytest.param(
            [report("S-7", "76390", on=0), claim("C-7", "99213", attestations=(attestation(),))],
            id="a claim without a line of the study",
        ),
    ],
)
def test_an_attestation_says_nothing_of_another_study(others: list[Sending]) -> None:
    decided = decide_line(claim(), *others)

    assert UNKNOWN == answer(decided, "conventional_imaging")


READING, SCAN = ("26",), ("TC",)


@pytest.mark.parametrize(
    ("siblings", "expected"),
    [
        pytest.param(
            [claim("C-2", modifiers=SCAN, npi=OTHER_NPI, attestations=(attestation(),))],
            MET,
            id="the other component",
        ),
        pytest.param(
            [claim("C-2", claim_type="institutional", attestations=(attestation(),))],
            MET,
            id="the hospital's claim",
        ),
        pytest.param(
            [claim("C-2", modifiers=SCAN, plan="sample-no-mrs", attestations=(attestation(),))],
            MET,
            id="of a plan that does not cover it",
        ),
        pytest.param(
            [
                claim(
                    "C-2",
                    lines=(line(1, "70553"), line(7, modifiers=SCAN)),
                    attestations=(attestation(),),
                )
            ],
            MET,
            id="another line of a claim",
        ),
        pytest.param(
            [replacement("C-2", "C-9", modifiers=SCAN, attestations=(attestation(),))],
            MET,
            id="one that waits for its original",
        ),
        pytest.param(
            [claim("C-2", modifiers=SCAN, attestations=(attestation(),)), void("C-3", "C-2")],
            UNKNOWN,
            id="a voided claim",
        ),
        pytest.param(
            [
                claim("C-2", modifiers=SCAN, attestations=(attestation(),)),
                replacement("C-3", "C-2", modifiers=SCAN),
            ],
            UNKNOWN,
            id="a claim that was replaced without it",
        ),
        pytest.param(
            [void("C-2", "C-9", modifiers=SCAN, attestations=(attestation(),))],
            UNKNOWN,
            id="a void",
        ),
        pytest.param(
            [claim("C-2", modifiers=("TC", "53"), attestations=(attestation(),))],
            UNKNOWN,
            id="a discontinued line is no part of the study",
        ),
        pytest.param(
            [claim("C-2", modifiers=SCAN, on=-1, attestations=(attestation(),))],
            UNKNOWN,
            id="a study of the day before",
        ),
        pytest.param(
            [claim("C-2", modifiers=SCAN, attestations=(attestation(kind="other"),))],
            UNKNOWN,
            id="of another kind",
        ),
    ],
)
def test_what_one_claim_attests_holds_for_the_whole_study(
    siblings: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(modifiers=READING), *siblings)

    assert expected == answer(decided, "conventional_imaging")


def test_a_discontinued_line_has_no_siblings_but_its_own_claim() -> None:
    sibling = claim("C-2", attestations=(attestation(),))

    alone = decide_line(claim(modifiers=("53",)), sibling)
    by_itself = decide_line(claim(modifiers=("53",), attestations=(attestation(),)))

    assert (UNKNOWN, MET) == (
        answer(alone, "conventional_imaging"),
        answer(by_itself, "conventional_imaging"),
    )


@pytest.mark.parametrize(
    ("own", "sibling_s", "expected", "named"),
    [
        pytest.param(-20, -10, MET, "C-2", id="the sibling's is later than the report"),
        pytest.param(-10, -20, MET, "C-1", id="the line's own is"),
        pytest.param(-20, -16, NO_RESULT, "C-2", id="neither is"),
    ],
)
def test_of_all_of_them_the_latest_is_held_against_the_reports(
    own: int, sibling_s: int, expected: tuple[str, str | None], named: str
) -> None:
    sibling = claim("C-2", modifiers=SCAN, attestations=(attestation(sibling_s),))
    mine = claim(modifiers=READING, attestations=(attestation(own),))

    decided = decide_line(mine, sibling, report(on=-15, result="conclusive"))

    assert expected == answer(decided, "conventional_imaging")
    attesting = [
        each.claim_id
        for each in finding(decided, "conventional_imaging").evidence
        if each.kind == "attestation"
    ]
    assert [named] == attesting


def test_an_attestation_makes_no_study_of_the_history() -> None:
    attesting = claim("C-7", on=-1, attestations=(attestation(),))

    decided = decide_line(claim(received=30), attesting, coverage())

    assert ABSENT == answer(decided, "conventional_imaging")


def test_of_two_attestations_of_one_day_the_same_is_named_in_any_order() -> None:
    one, other = attestation(reference=None), attestation(reference="PWK-9")

    given = decide_line(claim(attestations=(one, other)))
    reversed_order = decide_line(claim(attestations=(other, one)))

    assert given == reversed_order
    assert ["PWK-9"] == [each.reference for each in finding(given, "conventional_imaging").evidence]


@pytest.mark.parametrize("reference", ["PWK-77", None])
def test_a_finding_points_to_the_attestation_by_its_reference_if_it_has_one(
    reference: str | None,
) -> None:
    word = attestation(reference=reference)

    decided = decide_line(claim(attestations=(word,)))

    pointed_to = [one.reference for found in decided.findings for one in found.evidence]
    assert [reference] == pointed_to
