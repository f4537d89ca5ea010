"""What counts as a difference between a scenario, `decide` and the queue."""

from __future__ import annotations

from typing import Any

import pytest

from worker.determinations.data import line_key
from worker.replay.comparison import (
    DecidedEvents,
    FieldDifference,
    ScenarioResult,
    compare,
    summary,
)
from worker.replay.scenarios import Scenario

DIGESTS = {"record": "sha256:1", "previous": None}


def make_data(**changes: Any) -> dict[str, Any]:
    return {
        "claim_id": "C-1",
        "line": 1,
        "member_id": "M-1",
        "outcome": "approved",
        "reason": "CRITERIA_MET",
        "revision": 1,
        "digests": DIGESTS,
    } | changes


def make_decided(*determinations: dict[str, Any], **more: Any) -> DecidedEvents:
    return DecidedEvents(
        {line_key(data): data for data in determinations}, **{"refused": {}} | more
    )


def make_scenario(*expect: dict[str, Any], **more: Any) -> Scenario:
    return Scenario(name="n", events=[], expect=list(expect), **more)


def expected(**fields: Any) -> dict[str, Any]:
    return {"claim_id": "C-1", "line": 1} | fields


@pytest.mark.parametrize("queue", [None, make_decided(make_data())], ids=["decide", "queue_too"])
def test_what_is_as_expected_everywhere_is_no_difference(queue):
    scenario = make_scenario(expected(outcome="approved"))

    assert () == compare(scenario, "given", make_decided(make_data()), queue).differences


def test_a_field_that_is_not_as_expected_is_shown_side_by_side():
    scenario = make_scenario(expected(outcome="denied"))
    queue = make_decided(make_data())

    compared = compare(scenario, "given", make_decided(make_data()), queue)

    assert (FieldDifference("C-1", 1, "outcome", "denied", "approved", "approved"),) == (
        compared.differences
    )


def test_a_field_in_which_only_the_queue_is_wrong_is_a_difference_even_if_nothing_expects_it():
    queue = make_decided(make_data(reason="REVIEWED"))

    compared = compare(make_scenario(), "given", make_decided(make_data()), queue)

    assert (FieldDifference("C-1", 1, "reason", None, "REVIEWED", "CRITERIA_MET"),) == (
        compared.differences
    )


def test_the_link_to_the_determination_before_may_differ_and_the_record_may_not():
    linked = make_decided(make_data(digests=DIGESTS | {"previous": "sha256:2"}))
    other = make_decided(make_data(digests=DIGESTS | {"record": "sha256:2"}))
    decide = make_decided(make_data())

    assert () == compare(make_scenario(), "given", decide, linked).differences
    assert ["digests"] == [
        one.field for one in compare(make_scenario(), "given", decide, other).differences
    ]


@pytest.mark.parametrize(
    ("decide", "queue", "shown"),
    [
        pytest.param([make_data()], [], (None, "approved CRITERIA_MET"), id="missing_in_the_queue"),
        pytest.param([], [make_data()], ("approved CRITERIA_MET", None), id="only_in_the_queue"),
    ],
)
def test_a_line_that_one_side_does_not_have_is_one_difference(decide, queue, shown):
    compared = compare(make_scenario(), "given", make_decided(*decide), make_decided(*queue))

    assert (FieldDifference("C-1", 1, "determination", None, *shown),) == compared.differences


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"line": 2}, None, id="no_such_line"),
        pytest.param({"member_id": "M-2"}, None, id="no_such_member"),
    ],
)
def test_an_expectation_that_fits_no_line_is_a_difference(fields, said):
    one = expected(outcome="approved") | fields

    compared = compare(make_scenario(one), "given", make_decided(make_data()), None)

    assert [("determination", one, said)] == [
        (one.field, one.expected, one.decide) for one in compared.differences
    ]


def test_an_expectation_that_fits_the_lines_of_two_members_has_to_say_whose():
    decide = make_decided(make_data(), make_data(member_id="M-2", outcome="denied"))

    vague = compare(make_scenario(expected(outcome="denied")), "given", decide, None)
    exact = compare(
        make_scenario(expected(outcome="denied", member_id="M-2")), "given", decide, None
    )

    assert ["several members have this line"] == [one.decide for one in vague.differences]
    assert () == exact.differences


def test_a_field_that_no_determination_has_is_a_difference():
    compared = compare(
        make_scenario(expected(outcom="approved")), "given", make_decided(make_data()), None
    )

    assert (FieldDifference("C-1", 1, "outcom", "approved", None, None),) == compared.differences


@pytest.mark.parametrize(("order", "differs"), [("given", True), ("reversed", False)])
def test_what_may_depend_on_the_order_is_expected_in_the_order_given_only(order, differs):
    scenario = make_scenario(expected(revision=7))

    assert differs is bool(compare(scenario, order, make_decided(make_data()), None).differences)


def test_a_gap_in_the_revisions_of_a_line_is_a_difference():
    queue = make_decided(make_data(), gaps=(("C-1", 1, "M-1"),))

    compared = compare(make_scenario(), "given", make_decided(make_data()), queue)

    assert [("C-1", 1, "revisions")] == [one[:3] for one in compared.differences]


@pytest.mark.parametrize(
    ("wanted", "decide", "queue", "differing"),
    [
        pytest.param(["e-1"], {b"1": "e-1"}, {b"1": "e-1"}, [], id="as_expected"),
        pytest.param(["e-1"], {}, {}, ["event e-1"], id="accepted_by_both"),
        pytest.param(["e-1"], {b"1": "e-1"}, {}, ["event e-1"], id="accepted_by_the_queue"),
        pytest.param([], {b"1": "e-1"}, {b"1": "e-1"}, ["event e-1"], id="refused_by_both"),
        pytest.param(None, {b"1": "e-1"}, {b"1": "e-1"}, [], id="nothing_said"),
        pytest.param(None, {b"1": None}, {}, ["event None"], id="nothing_said_but_they_differ"),
    ],
)
def test_events_have_to_be_refused_as_the_scenario_says(wanted, decide, queue, differing):
    scenario = make_scenario(refused=wanted)

    compared = compare(scenario, "given", make_decided(refused=decide), make_decided(refused=queue))

    assert differing == [one.field for one in compared.differences]


def test_the_last_object_counts_what_was_tried_and_what_was_not():
    difference = FieldDifference("C-1", 1, "outcome", "a", "b", "c")
    results = [
        ScenarioResult("1", "given", (difference, difference)),
        ScenarioResult("2", "given", ()),
    ]

    assert {"scenarios": 3, "differences": 2, "skipped": 1} == summary(results, skipped=1)


FOUND = {
    "findings": [
        {"criterion": "indication", "answer": "met"},
        {"criterion": "coding", "answer": "unknown"},
    ],
    "needs": [{"code": "diagnosis", "text": "A diagnosis."}],
}


@pytest.mark.parametrize(
    ("fields", "differing"),
    [
        pytest.param({"answers": {"indication": "met"}}, [], id="an_answer"),
        pytest.param(
            {"answers": {"indication": "met", "coding": "met"}}, ["answers"], id="another"
        ),
        pytest.param({"answers": {"benefit": "met"}}, ["answers"], id="of_none"),
        pytest.param({"needs": ["diagnosis"]}, [], id="needs_as_codes"),
        pytest.param({"needs": []}, ["needs"], id="no_needs"),
        pytest.param({"needs": ["review"]}, ["needs"], id="other_needs"),
        pytest.param({"needs": FOUND["needs"]}, [], id="needs_with_their_texts"),
    ],
)
def test_answers_and_needs_are_compared_as_they_are_expected(fields, differing):
    decided = make_decided(make_data(**FOUND))

    for queue in (None, decided):
        compared = compare(make_scenario(expected(**fields)), "given", decided, queue)

        assert differing == [one.field for one in compared.differences]


def test_answers_that_differ_are_shown_as_far_as_they_are_expected():
    scenario = make_scenario(expected(answers={"coding": "met"}))

    (difference,) = compare(scenario, "given", make_decided(make_data(**FOUND)), None).differences

    assert ({"coding": "met"}, {"coding": "unknown"}) == (difference.expected, difference.decide)
