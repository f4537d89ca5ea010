"""Criterion 6: codes that the policy's table flags are investigational, whatever the diagnosis."""

from __future__ import annotations

import pytest

from tests.rules.builders import LIMITED_MRI, authorization, claim, review
from tests.rules.deciding import answer, codes, decide_line, with_plan


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        pytest.param("76390", ("met", None), id="brain spectroscopy"),
        pytest.param("0609T", ("not_met", "INVESTIGATIONAL_SERVICE"), id="disc acquisition"),
        pytest.param("0610T", ("not_met", "INVESTIGATIONAL_SERVICE"), id="disc transmission"),
        pytest.param("0611T", ("not_met", "INVESTIGATIONAL_SERVICE"), id="disc processing"),
        pytest.param("0612T", ("not_met", "INVESTIGATIONAL_SERVICE"), id="disc interpretation"),
    ],
)
def test_disc_spectroscopy_is_investigational(
    procedure: str, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(procedure=procedure), LIMITED_MRI)

    assert expected == answer(decided, "proven_service")


def test_the_criteria_after_it_are_asked_all_the_same() -> None:
    decided = decide_line(claim(procedure="0609T", diagnoses=("C61",)))

    assert ["not_met", "not_met", "unknown", "met"] == [f.answer for f in decided.findings[5:]]
    assert "INVESTIGATIONAL_SERVICE" == decided.reason


@pytest.mark.parametrize("group", ["CO", "PR"])
def test_the_plan_says_who_bears_what_is_investigational(group: str) -> None:
    using = with_plan("sample-commercial", investigational_group=group, non_covered_group="OA")

    decided = decide_line(claim(procedure="0609T"), LIMITED_MRI, using=using)

    assert (group, "55", ("N623",)) == codes(decided)


def test_an_authorization_makes_it_proven() -> None:
    decided = decide_line(claim(procedure="0609T"), authorization(procedure="0609T"))

    assert ("approved", "CRITERIA_MET") == (decided.outcome, decided.reason)


def test_a_person_may_approve_it() -> None:
    decided = decide_line(claim(procedure="0609T"), LIMITED_MRI, review())

    assert ("approved", "REVIEWED") == (decided.outcome, decided.reason)
