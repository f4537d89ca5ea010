"""What a pended or denied line asks of the requester, all at once (`contract.md` 2)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    NPI,
    OTHER_NPI,
    Sending,
    attestation,
    authorization,
    claim,
    pet,
    pet_report,
    report,
    review,
    sent,
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

    expected = [*IMAGING, "clinical_records", "modifier_or_provider", "authorization", "review"]
    assert expected == actual


def test_a_denied_line_lists_what_would_reopen_it() -> None:
    actual = needs(claim(diagnoses=("C61",)), CONCLUSIVE)

    assert [*IMAGING, "clinical_records", "authorization", "review"] == actual


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


def test_no_result_of_a_pet_can_help_against_a_spectroscopy() -> None:
    actual = needs(pet(), claim(on=-10), NO_RESULT, of="P-1")

    assert ["review"] == actual


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


def test_what_is_resolved_needs_nothing() -> None:
    actual = [needs(claim(), LIMITED_MRI), needs(claim(procedure="99213"))]

    assert [[], []] == actual


@pytest.mark.parametrize(
    "diagnoses",
    [
        pytest.param(("D43.0",), id="documented, not listed"),
        pytest.param(("D49.6",), id="suggested"),
        pytest.param(("G46.0",), id="listed without a purpose"),
        pytest.param(("A50.40",), id="classed by nobody"),
        pytest.param(("Z92.3",), id="a circumstance"),
        pytest.param(("C61",), id="unrelated"),
    ],
)
def test_of_a_valid_code_records_are_asked_for_and_no_other_diagnosis(
    diagnoses: tuple[str, ...],
) -> None:
    actual = needs(claim(diagnoses=diagnoses), LIMITED_MRI)

    assert ["clinical_records", "authorization", "review"] == actual


def test_of_a_code_that_cannot_be_used_another_diagnosis_is_asked_for() -> None:
    actual = needs(claim(diagnoses=("C71",)), LIMITED_MRI)

    assert ["diagnosis"] == actual


UNVERIFIED = claim(on=date(2026, 10, 1), diagnoses=("C71",), received=400)
LIMITED_THEN = report(on=date(2026, 9, 20))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([UNVERIFIED, LIMITED_THEN], ["diagnosis", "review"], id="pended"),
        pytest.param(
            [
                sent(UNVERIFIED, 400, "e-1"),
                sent(LIMITED_THEN, 401, "e-2"),
                sent(review(decision="denied"), 402, "e-3"),
            ],
            ["diagnosis", "authorization", "review"],
            id="denied by a reviewer",
        ),
    ],
)
def test_an_authorization_for_an_unverified_diagnosis_only_reopens_a_reviewer_s_denial(
    facts: list[Sending], expected: list[str]
) -> None:
    actual = needs(*facts)

    assert expected == actual


def test_both_faults_of_coding_are_told_at_once() -> None:
    actual = needs(claim(modifiers=("50",), diagnoses=()))

    assert ["diagnosis", "modifier_or_provider"] == actual


@pytest.mark.parametrize("procedure", ["0609T", "0610T", "0611T", "0612T"])
@pytest.mark.parametrize("plan", ["sample-commercial", NY])
def test_of_a_flagged_code_no_imaging_and_no_records_are_asked_for(
    procedure: str, plan: str
) -> None:
    actual = needs(claim(procedure=procedure, plan=plan, diagnoses=("D43.0",)))

    assert ["authorization", "review"] == actual


def test_an_attestation_that_was_sent_is_not_asked_for_again() -> None:
    attested = claim(attestations=(attestation(-14),))

    actual = needs(attested, report(on=-10, result="conclusive", diagnoses=("C71.1",)))

    assert ["conventional_imaging_report", "authorization", "review"] == actual


def test_no_attestation_is_asked_for_that_could_speak_of_no_later_day() -> None:
    resolved = report("S-2", on=0, result="conclusive", diagnoses=("C71.1",))

    actual = needs(claim(), LIMITED_MRI, resolved)

    assert ["conventional_imaging_report", "authorization", "review"] == actual


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param(("26",), ["modifier_or_provider", "review"], id="a component"),
        pytest.param((), ["review"], id="the whole service"),
    ],
)
def test_a_suspected_duplicate_asks_for_a_modifier_only_where_one_would_help(
    earlier: tuple[str, ...], expected: list[str]
) -> None:
    before = claim("C-0", npi=OTHER_NPI, modifiers=earlier, received=1)

    actual = needs(before, claim(), LIMITED_MRI)

    assert expected == actual


def test_of_two_units_a_corrected_claim_is_asked_for_even_beside_the_whole_service() -> None:
    """Once the other line is voided, the units still stand in the way."""
    actual = needs(claim("C-0", npi=OTHER_NPI, received=1), claim(units=2), LIMITED_MRI)

    assert ["modifier_or_provider", "review"] == actual


def test_beside_both_components_no_modifier_would_help() -> None:
    before = [
        claim(f"C-{code}", npi=OTHER_NPI, modifiers=(code,), received=1) for code in ("26", "TC")
    ]

    actual = needs(*before, claim(), LIMITED_MRI)

    assert ["review"] == actual


def test_a_code_without_components_can_be_corrected_by_none() -> None:
    """Both are technical by nature, and cannot be anything else."""
    before = claim("C-0", "0609T", npi=OTHER_NPI, received=1, claim_type="institutional")

    actual = needs(before, claim(procedure="0609T", claim_type="institutional"))

    assert ["authorization", "review"] == actual


def test_an_authorization_reopens_what_a_pet_excludes() -> None:
    actual = needs(claim(), LIMITED_MRI, pet_report())

    assert ["authorization", "review"] == actual


def test_it_does_not_where_the_library_lets_no_authorization_stand_against_a_pet() -> None:
    using = library(authorized_exclusivity="deny")

    decided = decide_line(claim(), LIMITED_MRI, pet_report(), using=using)

    assert ["review"] == [need.code for need in decided.needs]


@pytest.mark.parametrize("mri", [LIMITED_MRI, NO_RESULT], ids=["it stands", "it may stand"])
def test_a_pet_that_a_spectroscopy_holds_up_waits_for_a_person(mri: Sending) -> None:
    using = library(pet_after_mrs="pend")

    decided = decide_line(claim(on=-10), mri, pet(), of="P-1", using=using)

    assert ["review"] == [need.code for need in decided.needs]


def test_what_a_review_no_longer_fits_waits_for_a_person_alone() -> None:
    actual = needs(
        sent(claim(diagnoses=("D43.0",)), 4, "e-1"),
        sent(review(decision="denied"), 6, "e-2"),
        sent(LIMITED_MRI, 8, "e-3"),
    )

    assert ["review"] == actual


def test_what_the_reviewer_knew_to_be_met_reopens_nothing() -> None:
    """The report came before the denial, and the later one says no more than was known then."""
    actual = needs(
        sent(claim(), 4, "e-1"),
        sent(LIMITED_MRI, 5, "e-2"),
        sent(review(decision="denied"), 6, "e-3"),
        sent(report("S-2", on=-1, result="conclusive", diagnoses=("C71.1",)), 8, "e-4"),
    )

    assert ["conventional_imaging_attestation", "review"] == actual


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param([], [*IMAGING, "pet_result", "authorization", "review"], id="and imaging"),
        pytest.param([sent(LIMITED_MRI, 5, "e-2")], ["review"], id="alone"),
    ],
)
def test_a_pet_that_came_after_the_denial_is_asked_about_where_the_claim_is_sent_again(
    known: list[Sending], expected: list[str]
) -> None:
    """An attestation comes on another claim, which no reviewer has denied and a PET holds up."""
    actual = needs(
        sent(claim(), 4, "e-1"),
        *known,
        sent(review(decision="denied"), 6, "e-3"),
        sent(pet(on=-10, frequency="7", replaces="P-0"), 8, "e-4"),
    )

    assert expected == actual
