"""The policy beside its reading: every section, criterion, reason and parameter told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.determination import ParameterValue
from rules.policy.change_log import LibraryChange
from rules.policy.reading import Reading, SectionLine, in_words, read_out
from tests.rules.proof_libraries import shipped_open

DOCUMENT = shipped_open().documents[0]


def reading() -> Reading:
    return read_out(DOCUMENT, shipped_open().library)


def section(name: str) -> SectionLine:
    (found,) = [one for one in reading().sections if one.id == name]
    return found


def test_sections_stand_in_the_policys_order() -> None:
    assert [one.id for one in DOCUMENT.sections] == [one.id for one in reading().sections]


def test_sections_that_nothing_leans_on_are_told_apart() -> None:
    not_automated = [one.id for one in reading().not_automated]

    assert "CMS paragraph" in not_automated
    assert len(reading().sections) == len(not_automated) + len(reading().automated)


def test_every_criterion_is_told_once_in_the_order_asked() -> None:
    told = [criterion for one in reading().sections for criterion in one.criteria]

    assert {(number, one.name) for number, one in enumerate(DOCUMENT.criteria, start=1)} == {
        (one.number, one.name) for one in told
    }
    assert 9 == len(told)


def test_a_criterion_is_named_in_every_other_section_that_it_leans_on() -> None:
    assert (("indication", "I.A.1"),) == section("I.A.6").told_elsewhere
    assert ("pet_exclusivity", "Policy guidelines") in section("I.A.1").told_elsewhere


def test_every_reason_and_parameter_is_told_once() -> None:
    sections = reading().sections
    reasons = [r.code for one in sections for c in one.criteria for r in c.reasons]
    reasons += [r.code for one in sections for r in one.reasons]
    parameters = [p.name for one in sections for p in one.parameters]

    assert sorted(shipped_open().library.reasons) == sorted(reasons)
    assert sorted(p.name for p in DOCUMENT.parameters) == sorted(parameters)


def test_a_reason_says_what_it_follows_from_and_its_codes() -> None:
    (imaging,) = section("I.A").criteria
    told = {reason.code: reason for reason in imaging.reasons}

    absent = told["CONVENTIONAL_IMAGING_ABSENT"]
    assert ("not met", "CO, CARC 50, RARC N674") == (absent.follows, absent.codes)
    assert "unknown" == told["CONVENTIONAL_IMAGING_UNKNOWN"].follows
    assert "conventional_imaging_report" in absent.needs


def test_a_group_by_contract_is_said_in_words() -> None:
    told = {r.code: r for c in section("I.A.1").criteria for r in c.reasons}

    assert "the plan's group for investigational services, CARC 55, RARC N623" == (
        told["INVESTIGATIONAL_INDICATION"].codes
    )


def test_a_reason_that_no_criterion_gives_follows_from_nothing() -> None:
    told = {reason.code: reason for reason in section("I").reasons}

    assert ("", "") == (told["CRITERIA_MET"].follows, told["CRITERIA_MET"].codes)


def test_a_reason_of_a_section_that_is_not_numbered_is_told_there() -> None:
    odd = replace(shipped_open().library.reasons["CRITERIA_MET"], section="II")
    library = replace(shipped_open().library, reasons={"CRITERIA_MET": odd})

    told = read_out(DOCUMENT, library)

    assert ["II"] == [one.id for one in told.sections if one.reasons]


def test_a_parameter_has_its_question_its_answer_and_the_others() -> None:
    told = {p.name: p for one in reading().sections for p in one.parameters}

    assert ("180", "any number from 0 to 3650") == (
        told["conventional_lookback_days"].answer,
        told["conventional_lookback_days"].others,
    )
    assert ("pend", "stands, ignore") == (
        told["limited_first_study"].answer,
        told["limited_first_study"].others,
    )
    assert ("no", "yes") == (
        told["skull_base_pet_counts"].answer,
        told["skull_base_pet_counts"].others,
    )
    assert "any of: 1, 2, 3, 4, 5, 6" == told["exclusive_indications"].others
    assert told["exclusive_indications"].question.endswith("?")


def test_open_questions_are_named_where_they_belong() -> None:
    assert "limited information" in section("I.A").questions
    assert reading().questions == DOCUMENT.open_questions


def test_the_latest_change_is_told_first() -> None:
    changes = [LibraryChange(n, date(2026, n, 1), "Ann", f"Change {n}.") for n in (1, 2, 3)]

    told = read_out(DOCUMENT, shipped_open().library, changes)

    assert [3, 2, 1] == [change.generation for change in told.changes]


def test_a_code_set_is_told_with_each_section_that_it_puts_into_codes() -> None:
    told = {held.name: held for held in section("II").code_sets}

    assert ("indication",) == told["unrelated"].criteria
    assert "unrelated" not in {held.name for held in section("I.A.1").code_sets}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "yes"), (False, "no"), (90, "90"), ("pend", "pend"), ((1, 3), "1, 3"), ((), "none")],
    ids=["yes", "no", "number", "word", "list", "empty_list"],
)
def test_an_answer_is_said_as_people_write_it(value: ParameterValue, expected: str) -> None:
    assert expected == in_words(value)
