"""The policy beside its reading: sections, criteria, parameters and open questions as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library, read_policy
from rules.loading.policy import is_stale
from rules.policy.document import PolicyDocument, PolicyParameter
from rules.policy.sections import named_sections
from rules.policy_version import PolicyVersion

NAMES = [
    "benefit",
    "authority",
    "policy_in_force",
    "coding",
    "not_duplicate",
    "proven_service",
    "indication",
    "conventional_imaging",
    "pet_exclusivity",
]


@pytest.fixture(scope="module")
def document() -> PolicyDocument:
    (shipped,) = read_policy(SHIPPED)
    return shipped


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


def test_the_sections_stand_in_the_policys_order(document: PolicyDocument) -> None:
    assert [section.id for section in document.sections] == [
        "header",
        "I",
        "I.A",
        *(f"I.A.{number}" for number in range(1, 7)),
        "II",
        "Related policies",
        "Policy guidelines",
        "Description",
        "Supportive literature",
        "Professional guidelines",
        "Regulatory status",
        "Codes",
        "References",
        "CMS paragraph",
        "Search terms",
        *(f"Product disclaimer {number}" for number in range(1, 6)),
        "Policy history",
    ]


def test_what_nothing_automates_is_said(document: PolicyDocument) -> None:
    by_hand = [section.id for section in document.sections if not section.automated]

    assert by_hand == [
        "Related policies",
        "Description",
        "Supportive literature",
        "Professional guidelines",
        "Regulatory status",
        "References",
        "CMS paragraph",
        "Search terms",
        "Policy history",
    ]


def test_every_section_has_a_reading_and_a_digest_of_its_own(document: PolicyDocument) -> None:
    digests = {section.digest for section in document.sections}

    assert len(digests) == len(document.sections)
    assert all(len(section.reading) > 20 for section in document.sections)


def test_the_criteria_stand_in_the_order_in_which_they_are_asked(
    document: PolicyDocument, library: Library
) -> None:
    assert [criterion.name for criterion in document.criteria] == NAMES
    assert list(library.policies[0].sections) == NAMES
    assert library.policies[0].sections["pet_exclusivity"] == "Policy guidelines"
    assert library.policies[0].sections["indication"] == "I.A.1-6; II"


def test_the_parameters_are_exactly_those_of_the_rules(document: PolicyDocument) -> None:
    in_slots = {name for criterion in document.criteria for name in criterion.parameters}

    assert {parameter.name for parameter in document.parameters} == in_slots | {"pend_due_days"}


def test_each_parameter_has_a_question_other_answers_and_a_section(
    document: PolicyDocument,
) -> None:
    sections = {section.id for section in document.sections}

    for parameter in document.parameters:
        assert parameter.question.endswith("?")
        assert parameter.section in sections
        assert len(parameter.source) > 20
        assert has_other_answers(parameter)


def has_other_answers(parameter: PolicyParameter) -> bool:
    """Whether the parameter says what else could stand there, within which its value lies."""
    value = parameter.value
    if parameter.type == "days":
        assert isinstance(value, int)
        assert parameter.least is not None
        assert parameter.most is not None
        return parameter.least <= value <= parameter.most and parameter.least < parameter.most
    if parameter.type == "any_of":
        assert isinstance(value, tuple)
        return set(value) < set(parameter.other_answers)
    return bool(parameter.other_answers) and value not in parameter.other_answers


def test_every_parameter_answers_an_open_question(document: PolicyDocument) -> None:
    asked = {name for question in document.open_questions for name in question.parameters}

    assert asked == {parameter.name for parameter in document.parameters}


def test_every_open_question_says_what_was_chosen(document: PolicyDocument) -> None:
    assert len(document.open_questions) >= 20
    for question in document.open_questions:
        assert question.readings
        assert question.chosen
        assert question.sections


def test_every_parameter_but_the_due_date_is_used_by_a_criterion(document: PolicyDocument) -> None:
    used = [name for criterion in document.criteria for name in criterion.parameters]

    unused = {parameter.name for parameter in document.parameters} - set(used)
    assert unused == {"pend_due_days"}
    assert len(used) == len(set(used))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2025, 3, 17), False, id="its_first_day"),
        pytest.param(date(2026, 1, 31), False, id="last_day_of_the_month_of_review"),
        pytest.param(date(2026, 2, 1), True, id="first_day_after_it"),
    ],
)
def test_a_version_is_stale_once_the_month_of_its_review_has_passed(
    library: Library, on: date, expected: bool
) -> None:
    assert expected is is_stale(library.versions[0], on)


def test_a_version_that_is_never_reviewed_is_never_stale(library: Library) -> None:
    version: PolicyVersion = replace(library.versions[0], next_review=None)

    assert is_stale(version, date(2199, 12, 31)) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("II", ("II",), id="one"),
        pytest.param("Codes; II", ("Codes", "II"), id="two"),
        pytest.param("I.A.1-3", ("I.A.1", "I.A.2", "I.A.3"), id="a_range"),
        pytest.param("Note 1, 3", ("Note 1", "Note 3"), id="two_numbers"),
        pytest.param("I.A.1-2; II", ("I.A.1", "I.A.2", "II"), id="a_range_and_one"),
        pytest.param("III", None, id="an_unknown_one"),
        pytest.param("I.A.1-4", None, id="a_range_that_is_too_long"),
        pytest.param("Note 1, 2", None, id="a_number_that_there_is_not"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_sections_can_be_named_together(text: str, expected: tuple[str, ...] | None) -> None:
    known = {"II", "Codes", "I.A.1", "I.A.2", "I.A.3", "Note 1", "Note 3"}

    assert expected == named_sections(text, known)
