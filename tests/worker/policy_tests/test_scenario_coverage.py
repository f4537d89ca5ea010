"""What scenarios can reach: answers, reasons and neighbours of parameters."""

from __future__ import annotations

import pytest

from rules.policy.document import PolicyParameter
from rules.truth import Truth
from worker.policy_tests.coverage import answers_reached, possible_answers, reasons_reached
from worker.policy_tests.edges import neighbours
from worker.policy_tests.files import PolicyScenario
from worker.policy_tests.run import Tried
from worker.replay.scenarios import Scenario

NO_SCENARIO = PolicyScenario("6.01.03", "a.toml", 1, Scenario("a", [], []))


def test_answers_and_reasons_of_lines_of_another_policy_are_not_counted(library):
    finding = {"criterion": "benefit", "answer": "met"}
    lines = {
        ("C-1", line, "M-1"): {
            "policy": {"id": policy},
            "findings": [finding],
            "reason": "PLAN_UNKNOWN",
        }
        for line, policy in enumerate(("6.01.03", "another"), 1)
    }
    scenarios = [Tried(NO_SCENARIO, (), {key: lines[key]}) for key in lines]
    (policy,) = [one for one in library.policies if one.policy_id == "6.01.03"]

    answers, reasons = answers_reached(policy, scenarios), reasons_reached(policy, scenarios)

    assert ("benefit", Truth.MET, 1) == answers[0][:3]
    assert [("PLAN_UNKNOWN", 1)] == [one[:2] for one in reasons if one.scenarios]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param(["NO_POLICY_VERSION"], "met unknown", id="of_a_question"),
        pytest.param(["INVESTIGATIONAL_SERVICE"], "met not_met", id="of_a_denial"),
        pytest.param(["DUPLICATE", "SUSPECT_DUPLICATE"], "met not_met unknown", id="of_both"),
        pytest.param([], "met", id="none"),
    ],
)
def test_a_criterion_can_give_the_answers_that_it_has_reasons_for(library, codes, expected):
    reasons = [library.reasons[code] for code in codes]

    assert expected == " ".join(possible_answers(reasons))


def _parameter(value, **others) -> PolicyParameter:
    kind = {"name": "p", "type": "days", "section": "I", "question": "", "source": ""}
    bounds = {"least": None, "most": None, "other_answers": ()}
    return PolicyParameter(**{**kind, **bounds, "value": value, **others})


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param(_parameter(90, least=0, most=365), (89, 91), id="days"),
        pytest.param(_parameter(0, least=0, most=365), (1,), id="least_days"),
        pytest.param(_parameter(365, least=0, most=365), (364,), id="most_days"),
        pytest.param(_parameter("a", other_answers=("b", "c")), ("b", "c"), id="a_choice"),
        pytest.param(_parameter(True, other_answers=(False,)), (False,), id="yes_or_no"),
        pytest.param(
            _parameter((1, 3), other_answers=(1, 2, 3)), ((3,), (1,), (1, 2, 3)), id="a_list"
        ),
        pytest.param(_parameter(("a",), other_answers=("a", "b")), (("a", "b"),), id="one_item"),
    ],
)
def test_the_neighbours_of_a_value_are_those_next_to_it(parameter, expected):
    assert expected == neighbours(parameter)
