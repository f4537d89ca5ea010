"""Two voices of what would change a line: the examiner's, and the notice's."""

from __future__ import annotations

import pytest

from rules.analysis.counterfactual import Notice, notice_of
from rules.analysis.supplies import against_the_line, for_the_line
from rules.facts import Attestation
from tests.rules.builders import (
    OTHER_NPI,
    authorization,
    claim,
    day,
    finalization,
    pet,
    pet_report,
    record,
    report,
)
from tests.rules.deciding import library, shipped
from tests.rules.turning import kind, opened, turned


def test_the_notice_has_the_words_of_the_needs_and_no_others() -> None:
    needs = shipped().needs
    found = turned(claim())

    notice = notice_of(found)

    assert (
        Notice(
            (
                (needs["conventional_imaging_report"],),
                (needs["conventional_imaging_attestation"],),
                (needs["authorization"],),
            ),
            True,
        )
        == notice
    )


def test_what_only_others_could_supply_is_no_word_of_the_notice() -> None:
    found = turned(claim(), report(), pet(on=-10, received=-5, npi=OTHER_NPI))

    assert Notice(((shipped().needs["authorization"],),), True) == notice_of(found)


def test_documents_that_are_needed_together_stand_together() -> None:
    needs = shipped().needs

    notice = notice_of(turned(claim(), pet(on=0)))

    alone = ("conventional_imaging_report", "conventional_imaging_attestation", "authorization")
    expected = [
        tuple(needs[code] for code in needs if code in (one, "pet_result")) for one in alone
    ]
    assert Notice(tuple(expected), True) == notice


@pytest.mark.parametrize("plan", ["nobody's", "sample-no-mrs"])
def test_a_notice_names_what_opens_a_gate_and_not_what_is_asked_only_then(plan: str) -> None:
    notice = notice_of(turned(claim(plan=plan)))

    assert Notice(((shipped().needs["plan_enrollment"],),), False) == notice


def test_what_speaks_against_a_line_is_never_the_requesters_to_supply() -> None:
    case = opened(record(claim(), report(), pet_report()))

    needs = [supply.need for supply in against_the_line(case)]

    assert [None, None, None, "review"] == needs


def test_of_a_pet_of_the_same_provider_only_the_core_system_s_word_is_another_s() -> None:
    known = record(claim(), report(), pet(on=-10, received=-5), finalization("P-1"))
    case = opened(known)

    needs = {kind(supply): supply.need for supply in for_the_line(case)}

    assert ("pet_result", None) == (needs["void"], needs["core system"])
    assert Attestation("conventional_imaging_limited", day(0)) in [
        supply.correction.attestation for supply in for_the_line(case) if supply.correction
    ]
    assert authorization("supplied-authorization", since=0, through=0) in [
        fact for supply in for_the_line(case) for fact in supply.facts
    ]


def test_no_word_that_a_notice_may_say_names_a_code_or_a_disease() -> None:
    for text in shipped().needs.values():
        assert not any(letter.isdigit() for letter in text)
        assert "HIV" not in text


def test_of_hiv_disease_the_notice_asks_no_more_than_of_any_other_diagnosis() -> None:
    found = turned(claim(diagnoses=("B20",)), report(), using=library(exclusive_indications=(1, 5)))

    notice = notice_of(found)

    said = {text for texts in notice.documents for text in texts}
    assert said <= {shipped().needs[code] for code in ("clinical_records", "authorization")}
