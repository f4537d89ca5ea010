"""A criterion is printed with every slot and reason of its kind, and needs no more than filling."""

from __future__ import annotations

import tomllib

import pytest

from rules.criteria.kinds import KINDS
from rules.loading.slots import slots_of
from worker.policy_drafts.kind_text import USUAL, criterion_text, parameters_text, reasons_rows


def written(kind: str) -> dict:
    (criterion,) = tomllib.loads(criterion_text(kind))["criterion"]
    return criterion


@pytest.mark.parametrize("kind", KINDS)
def test_each_slot_stands_where_the_policy_fills_it(kind):
    slots = slots_of(KINDS[kind].terms).values()

    criterion = written(kind)

    assert {(slot.filled_by, slot.name) for slot in slots if slot.filled_by != "part"} == {
        (key, name) for key in ("parameters", "words", "sets") for name in criterion.get(key, ())
    }
    assert any(slot.filled_by == "part" for slot in slots) is ("part" in criterion)


@pytest.mark.parametrize("kind", KINDS)
def test_each_reason_that_has_no_usual_one_gets_a_code_and_a_row(kind):
    roles = {role for role, usual in KINDS[kind].reasons.items() if not usual}

    reasons = written(kind).get("reasons", {})

    assert roles == set(reasons)
    assert [f"{code},{kind},,,,,," for code in reasons.values()] == list(reasons_rows(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_each_parameter_that_it_names_is_there_to_be_filled(kind):
    named = set(written(kind).get("parameters", {}).values())

    assert named == set(tomllib.loads(parameters_text(kind)).get("parameter", {}))


@pytest.mark.parametrize(
    ("kind", "parameter", "type_", "others"),
    [
        pytest.param("age", "age_least_years", "years", {"least": "", "most": ""}, id="years"),
        pytest.param("count", "count_span_days", "days", {"least": "", "most": ""}, id="days"),
        pytest.param("count", "count_most", "count", {"least": "", "most": ""}, id="a count"),
        pytest.param("measured", "measured_most", "measure", {"least": "", "most": ""}, id="kg"),
        pytest.param("sex", "sex_sex", "choice", ["female", "male"], id="a choice"),
        pytest.param(
            "earlier_study", "earlier_study_must_answer", "yes_no", [True, False], id="yes or no"
        ),
        pytest.param("exclusivity", "exclusivity_purposes", "any_of", {"any_of": []}, id="a list"),
    ],
)
def test_a_parameter_has_the_type_of_its_slot(kind, parameter, type_, others):
    found = tomllib.loads(parameters_text(kind))["parameter"][parameter]

    assert (type_, others) == (found["type"], found["other_answers"])


def test_words_of_a_closed_list_are_listed():
    found = tomllib.loads(parameters_text("exclusivity"))["parameter"]

    assert "performed" in found["exclusivity_standing_statuses"]["other_answers"]["any_of"]


def test_what_every_policy_asks_first_has_its_gate_and_its_words():
    assert ["benefit", "authority", "policy_in_force", "coding", "not_duplicate"] == list(USUAL)
    assert all(written(kind)["gate"] and written(kind)["met"] for kind in USUAL)
    assert "gate" not in written("never")
