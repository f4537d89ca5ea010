"""Each parameter of the shipped policy: every other answer that it names changes a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from rules.determination import ParameterValue
from rules.facts import Fact
from rules.loading.files import SHIPPED, read_policy
from rules.policy.document import PolicyParameter
from tests.rules.builders import (
    LIMITED_MRI,
    authorization,
    claim,
    coverage,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import Decided, decide, library, shipped

(DOCUMENT,) = read_policy(SHIPPED)

TUMOUR = claim()
LIMITED_PET: list[Fact] = [TUMOUR, LIMITED_MRI, pet_report(result="limited")]
PET_AFTER: list[Fact] = [claim(on=-10), LIMITED_MRI, pet()]
DOCUMENTED: list[Fact] = [claim(diagnoses=("G40.209",)), LIMITED_MRI]


def reported(status: str) -> list[Fact]:
    return [TUMOUR, LIMITED_MRI, pet_report(status=status)]


def asking(diagnosis: str) -> list[Fact]:
    """Both techniques for one diagnosis, of a member who had a brain tumour before."""
    one = (diagnosis,)
    had_a_tumour = report("S-0", on=-50, diagnoses=("C71.1",))
    return [claim(diagnoses=one), LIMITED_MRI, pet_report(diagnoses=one), had_a_tumour]


WITNESSES: Mapping[str, Mapping[ParameterValue, list[Fact]]] = {
    "conventional_lookback_days": {
        0: [TUMOUR, LIMITED_MRI],
        179: [TUMOUR, report(on=-180)],
        181: [TUMOUR, report(on=-181)],
        3650: [TUMOUR, report(on=-3650)],
    },
    "imaging_claim_lag_days": {
        0: [claim(received=0), coverage()],
        29: [claim(received=29), coverage()],
        31: [claim(received=30), coverage()],
        3650: [claim(received=3649), coverage()],
    },
    "exclusivity_window_days": {
        0: [TUMOUR, LIMITED_MRI, pet_report(on=-1)],
        89: [TUMOUR, LIMITED_MRI, pet_report(on=-90)],
        91: [TUMOUR, LIMITED_MRI, pet_report(on=-91)],
        365: [TUMOUR, LIMITED_MRI, pet_report(on=-365)],
    },
    "unusable_lookback_days": {
        0: [TUMOUR, report(on=-181)],
        729: [TUMOUR, report(on=-730)],
        731: [TUMOUR, report(on=-731)],
        3650: [TUMOUR, report(on=-3650)],
    },
    "conclusive_must_answer": {
        False: [TUMOUR, report(result="conclusive", diagnoses=("G06.0",))],
    },
    "exclusivity_questions": {
        "any": [claim(diagnoses=("C71.1", "R56.9")), LIMITED_MRI, pet_report()],
    },
    "body_pet_certainty": {"certain": [TUMOUR, LIMITED_MRI, pet_report(procedure="78816")]},
    "pend_due_days": {0: [TUMOUR], 29: [TUMOUR], 31: [TUMOUR], 365: [TUMOUR]},
    "unlisted_but_documented": {"accept": DOCUMENTED},
    "limited_first_study": {"stands": LIMITED_PET, "ignore": LIMITED_PET},
    "pet_after_mrs": {"pend": PET_AFTER, "ignore": PET_AFTER},
    "authorized_exclusivity": {"deny": [TUMOUR, authorization(), pet_report()]},
    "skull_base_pet_counts": {True: [TUMOUR, LIMITED_MRI, pet_report(procedure="78815")]},
    "standing_statuses": {
        ("performed", "allowed"): reported("paid"),
        ("performed", "paid"): reported("allowed"),
        ("allowed", "paid"): reported("performed"),
        ("performed", "allowed", "paid", "pending"): reported("pending"),
        ("performed", "allowed", "paid", "other_payer"): reported("other_payer"),
    },
    "exclusive_indications": {
        (3, 4, 6): asking("I67.89"),
        (1, 4, 6): asking("C79.32"),
        (1, 3, 4): asking("R56.9"),
        (1, 2, 3, 4, 6): asking("E75.25"),
        (1, 3, 4, 5, 6): asking("G06.0"),
    },
}
"""For each parameter and each other answer: a member whose determinations it changes."""


def others(parameter: PolicyParameter) -> list[ParameterValue]:
    """The other answers; of numbers the ends and the neighbours, of lists one item more or less."""
    value = parameter.value
    if parameter.type == "days":
        assert isinstance(value, int)
        assert parameter.least is not None
        assert parameter.most is not None
        return [parameter.least, value - 1, value + 1, parameter.most]
    if parameter.type != "any_of":
        return list(parameter.other_answers)
    assert isinstance(value, tuple)
    return [_toggled(value, item, parameter.other_answers) for item in parameter.other_answers]


def _toggled(value: tuple[Any, ...], item: Any, order: tuple[Any, ...]) -> ParameterValue:
    kept = set(value) ^ {item}
    return tuple(each for each in order if each in kept)


NOT_BY_ITSELF = {("exclusive_indications", (1, 3, 6))}
"""No code has indication 4 without 1 and 3: see the test of each indication alone."""

CASES = [
    (parameter.name, other)
    for parameter in DOCUMENT.parameters
    for other in others(parameter)
    if (parameter.name, other) not in NOT_BY_ITSELF
]


@pytest.mark.parametrize(
    ("name", "other"),
    [pytest.param(name, other, id=f"{name} as {other}") for name, other in CASES],
)
def test_every_other_answer_changes_a_decision(name: str, other: ParameterValue) -> None:
    facts = WITNESSES[name][other]

    as_shipped = decide(*facts)
    otherwise = decide(*facts, using=library((), **{name: other}))

    assert _said(as_shipped) != _said(otherwise)


@pytest.mark.parametrize(
    ("indication", "diagnosis"),
    [(1, "I67.89"), (2, "E75.25"), (3, "C79.32"), (4, "C71.1"), (5, "G06.0"), (6, "R56.9")],
)
def test_each_indication_alone_may_be_the_exclusive_one(indication: int, diagnosis: str) -> None:
    none = decide(*asking(diagnosis), using=library(exclusive_indications=()))
    alone = decide(*asking(diagnosis), using=library(exclusive_indications=(indication,)))

    assert "PET_EXCLUSIVE" not in [one.reason for one in none.values()]
    assert ["PET_EXCLUSIVE"] == [one.reason for one in alone.values()]


def _said(decided: Decided) -> list[tuple[object, ...]]:
    return [(key, one.outcome, one.reason, one.due_on) for key, one in decided.items()]


def test_every_parameter_of_the_rules_stands_in_the_policy_with_its_question() -> None:
    named = {parameter.name for parameter in DOCUMENT.parameters}

    assert shipped().versions[0].parameters.keys() == named == set(WITNESSES)
    assert all(parameter.question and parameter.section for parameter in DOCUMENT.parameters)


def test_every_witness_is_of_an_answer_that_the_policy_names() -> None:
    told = [(name, other) for name, of_name in WITNESSES.items() for other in of_name]

    assert sorted(CASES, key=str) == sorted(told, key=str)


def test_every_parameter_is_named_by_a_finding_that_used_it() -> None:
    facts: list[list[Fact]] = [
        [*DOCUMENTED, pet_report(diagnoses=("G40.209",)), authorization()],
        [*DOCUMENTED],
        PET_AFTER,
        [TUMOUR, authorization(), pet_report()],
        [claim(received=30), coverage()],
        [TUMOUR, report(result="conclusive")],
    ]

    used = {
        name
        for one in facts
        for determination in decide(*one).values()
        for finding in determination.findings
        for name in finding.parameters
    }

    assert shipped().versions[0].parameters.keys() - {"pend_due_days"} == used
