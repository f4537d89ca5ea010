"""What a pended or denied line asks of the requester, all at once (`contract.md` 2)."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    NPI,
    OTHER_NPI,
    Sending,
    authorization,
    claim,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import decide_line, library

NY = "sample-ny-commercial"
CONCLUSIVE = report(result="conclusive")
NO_RESULT = report(result="unknown")


def needs(*facts: Sending, of: str = "C-1") -> list[str]:
    return [need.code for need in decide_line(*facts, of=of).needs]


IMAGING = ["conventional_imaging_report", "conventional_imaging_attestation"]


def test_a_pended_line_lists_what_every_unknown_needs_each_once_in_one_order() -> None:
    actual = needs(claim(diagnoses=("D43.0",), units=2), NO_RESULT, pet_report(status="pending"))

    expected = [*IMAGING, "diagnosis", "modifier_or_provider", "authorization", "review"]
    assert expected == actual


def test_a_denied_line_lists_what_would_reopen_it() -> None:
    actual = needs(claim(diagnoses=("C61",)), CONCLUSIVE)

    assert [*IMAGING, "diagnosis", "authorization", "review"] == actual


@pytest.mark.parametrize(
    ("rival", "expected"),
    [
        pytest.param(
            pet(on=-10, frequency="7", replaces="P-0"), ["pet_result", "review"], id="own"
        ),
        pytest.param(
            pet(on=-10, frequency="7", replaces="P-0", npi=OTHER_NPI), ["review"], id="another's"
        ),
        pytest.param(
            pet(on=-10, frequency="7", replaces="P-0", npi=None), ["review"], id="nobody's"
        ),
        pytest.param(pet_report(status="pending"), ["review"], id="known from a report"),
    ],
)
def test_another_provider_s_records_are_never_asked_of_the_requester(
    rival: Sending, expected: list[str]
) -> None:
    actual = needs(claim(), LIMITED_MRI, rival)

    assert expected == actual


@pytest.mark.parametrize("npi", [NPI, None], ids=["known", "unknown too"])
def test_without_a_provider_of_its_own_no_pet_is_the_requester_s(npi: str | None) -> None:
    rival = pet(on=-10, frequency="7", replaces="P-0", npi=npi)

    actual = needs(claim(npi=None), LIMITED_MRI, rival)

    assert ["review"] == actual


def test_one_of_several_pets_is_enough_to_ask_for_its_result() -> None:
    own = pet(on=-10, frequency="7", replaces="P-0")

    actual = needs(claim(), LIMITED_MRI, own, pet_report(on=-20, status="pending"))

    assert ["pet_result", "review"] == actual


def test_no_record_can_help_against_what_was_authorized() -> None:
    spectroscopy: list[Sending] = [claim(on=-10), LIMITED_MRI]
    using = library(pet_after_mrs="pend")

    decided = decide_line(
        *spectroscopy, pet(), authorization(procedure="78608"), of="P-1", using=using
    )

    assert ["review"] == [need.code for need in decided.needs]


def test_a_pet_that_is_unclear_needs_its_own_result() -> None:
    actual = needs(pet(), claim(on=-10), NO_RESULT, of="P-1")

    assert ["pet_result", "review"] == actual


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim(frequency="7", replaces="C-0")], "original_claim", id="original"),
        pytest.param([claim(plan="nobody-knows")], "plan_enrollment", id="plan"),
        pytest.param([claim(diagnoses=())], "diagnosis", id="diagnosis"),
        pytest.param([claim("C-0"), claim()], "modifier_or_provider", id="duplicate"),
        pytest.param([claim(plan=NY, procedure="0609T")], "review", id="peer review"),
    ],
)
def test_each_wait_names_what_ends_it(facts: list[Sending], expected: str) -> None:
    actual = needs(*facts)

    assert expected in actual


def test_what_is_settled_needs_nothing() -> None:
    actual = [needs(claim(), LIMITED_MRI), needs(claim(procedure="99213"))]

    assert [[], []] == actual
