"""The lines that are varied, and facts arranged around them where something is out of the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.proof.arrangements import Arrangement, together
from rules.proof.check import OpenLibrary
from rules.proof.classes import code_not_in
from rules.proof.facts_by_kind import FACTS_BY_KIND
from rules.proof.policy_check import PolicyCheck
from rules.proof.varied_lines import VariedLine, first_billable, varied_lines
from rules.terms import NoTerms
from rules.terms_of_history import AfterTreatmentTerms, AgeTerms, CountTerms
from rules.terms_of_lines import NOfTerms, UnitsTerms
from tests.rules.proof_examples import example_alone
from tests.rules.proof_libraries import table_of
from tests.rules.proof_policies import criterion_of_kind, policy_asking, with_codes, with_policy

CODES = frozenset({"99213", "99214"})


def lines(opened: OpenLibrary) -> list[VariedLine]:
    (version,) = opened.library.versions
    return list(varied_lines(version, opened.library, opened.table))


def candidates(kind: str, terms: Any, line: VariedLine | None = None) -> list[str]:
    chosen = line or lines(example_alone("example-never"))[0]
    row = criterion_of_kind(kind, terms)
    return [each.words for each in FACTS_BY_KIND[kind](chosen, row)]


def test_a_line_of_each_service_is_varied_under_a_plan_of_the_policy() -> None:
    decided, watched = lines(example_alone("example-brain-pet"))

    assert ("78608", "brain_pet", False) == _said(decided)
    assert ("76390", "spectroscopy", True) == _said(watched)
    assert ("C71.1",) == decided.setting.diagnoses
    assert "example-brain-pet" == decided.setting.plan
    assert () == decided.setting.plans


def _said(line: VariedLine) -> tuple[str, str, bool]:
    return line.setting.procedure, line.service, line.is_watched


def test_a_service_without_procedures_has_no_line() -> None:
    assert [] == lines(with_codes(example_alone("example-never"), decided={}))


def test_where_no_plan_leaves_it_to_the_policy_one_is_supposed() -> None:
    opened = example_alone("example-never")
    plans = {
        name: replace(plan, excluded_procedures=frozenset({"76390"}))
        for name, plan in opened.library.plans.items()
    }

    (line,) = lines(opened._replace(library=replace(opened.library, plans=plans)))

    assert line.setting.plan == line.setting.plans[0].plan_id == "supposed * commercial"


def test_where_no_purpose_is_exclusive_any_diagnosis_of_a_purpose_is_taken() -> None:
    (line,) = lines(example_alone("example-prior-study"))

    assert next(code for code, _ in line.billable()) == line.setting.diagnoses[0]


def test_of_a_table_without_billable_codes_one_is_taken_that_it_does_not_have() -> None:
    table = table_of("C71,heading,,")

    assert code_not_in(table) == first_billable(table, date(2025, 6, 12))


def test_facts_that_contradict_each_other_are_not_together() -> None:
    one, other = Arrangement({"units": 1}), Arrangement({"units": 2})

    assert together((one, other, Arrangement())) is None
    assert Arrangement({"units": 1}) == together((one, one))


def test_a_library_without_modifiers_has_no_line_that_one_stands_on() -> None:
    opened = example_alone("example-never")
    (line,) = lines(opened._replace(library=replace(opened.library, modifiers={})))

    assert not any("modifiers" in words for words in candidates("coding", NoTerms(), line))


def test_of_a_leap_day_the_birthday_is_the_day_before_march() -> None:
    (line,) = lines(example_alone("example-never"))
    leap = line._replace(setting=line.setting._replace(on=date(2028, 2, 29)))
    row = criterion_of_kind("age", AgeTerms(least_years=18))

    born = {
        each.words: each.facts.sets["birth_date"]
        for each in FACTS_BY_KIND["age"](leap, row)
        if each.facts.sets
    }

    assert {"18 years": date(2010, 2, 28), "17 years": date(2010, 3, 1)} == born


@pytest.mark.parametrize(
    ("kind", "terms", "wanted"),
    [
        pytest.param("units", UnitsTerms(most=0), ["1 units"], id="no-units"),
        pytest.param(
            "after_treatment",
            AfterTreatmentTerms(treatments=frozenset({"77402"}), least_days=0),
            ["not treated", "77402 ended 0 days before"],
            id="no-day-after-the-line",
        ),
        pytest.param(
            "count",
            CountTerms(counted=CODES, most=2, span="rolling", span_days=2, beyond="deny"),
            [
                "none before",
                "2 before, one of them performed",
                "1 before, one of them performed",
                "2 before, one of them pending",
                "2 before, one of them denied",
                "2 before, the first 2 days",
            ],
            id="two-of-the-only-day-before",
        ),
    ],
)
def test_no_facts_are_made_that_cannot_be(kind: str, terms: Any, wanted: list[str]) -> None:
    assert wanted == candidates(kind, terms)


def test_parts_that_exclude_each_other_are_not_made_met_together() -> None:
    parts = (
        criterion_of_kind("age", AgeTerms(least_years=60), "old"),
        criterion_of_kind("age", AgeTerms(most_years=20), "young"),
        criterion_of_kind("not_duplicate", NoTerms(), "first"),
    )

    found = candidates("n_of", NOfTerms(least=2, parts=parts))

    assert "no birth date; 20 years; the first line" in found
    assert not any("60 years; 20 years" in words for words in found)


def test_facts_that_contradict_what_opens_the_gates_are_not_tried() -> None:
    opened = policy_asking("age", AgeTerms(most_years=20))
    (policy,) = opened.library.policies
    (version,) = policy.versions
    gate = version.criteria[-1].with_fields(gate="must_be_met")
    behind = gate.with_fields(gate=None, terms=AgeTerms(least_years=18))
    rows = (*version.criteria[:-1], gate, behind)
    changed = replace(policy, versions=(replace(version, criteria=rows),))

    (service,) = PolicyCheck(with_policy(opened, changed), has_product=False).reached

    assert {"20 years", "21 years"} == _ages(service.criteria[-2])
    assert set() == _ages(service.criteria[-1])


def _ages(criterion: Any) -> set[str]:
    return {each.words for each in criterion.decided if each.words.endswith(" years")}
