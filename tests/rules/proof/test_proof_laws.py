"""Each law of a determination: it holds of a good one, and is broken by one that is not."""

from __future__ import annotations

from typing import Any

import pytest

from rules.determination import Recommendation
from rules.proof.decisions import book_of
from rules.proof.laws import LAWS, Answer, Shape, breached, shape_of
from rules.truth import Truth
from tests.rules.builders import claim, pet, pet_report, report, review
from tests.rules.deciding import decide_line
from tests.rules.proof_libraries import shipped_open

CONCLUSIVE = report(result="conclusive", diagnoses=("C71.1",))
BOOK = book_of(shipped_open())


def approved(**changes: Any) -> Shape:
    return shape_of(decide_line(claim(), report()))._replace(**changes)


def denied(**changes: Any) -> Shape:
    return shape_of(decide_line(claim(diagnoses=("C61",)), report()))._replace(**changes)


def pended(**changes: Any) -> Shape:
    return shape_of(decide_line(claim()))._replace(**changes)


def with_answer(shape: Shape, number: int, **changes: Any) -> Shape:
    answers = list(shape.answers)
    answers[number] = answers[number]._replace(**changes)
    return shape._replace(answers=tuple(answers))


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(approved(), id="approved"),
        pytest.param(denied(), id="denied"),
        pytest.param(pended(), id="pended"),
        pytest.param(shape_of(decide_line(claim(), review())), id="approved_by_review"),
        pytest.param(
            shape_of(decide_line(claim(), review(decision="denied"))), id="denied_by_review"
        ),
        pytest.param(
            shape_of(decide_line(pet("C-1"), review(decision="denied"))), id="a_pet_by_review"
        ),
        pytest.param(shape_of(decide_line(pet("C-1"), review())), id="a_pet_freed_by_review"),
        pytest.param(shape_of(decide_line(claim(plan="nobody's"))), id="unknown_plan"),
        pytest.param(
            shape_of(decide_line(claim(plan="sample-ny-commercial"), CONCLUSIVE), "recommend"),
            id="awaits_a_peer",
        ),
        pytest.param(shape_of(decide_line(claim(procedure="99213"))), id="out_of_scope"),
        pytest.param(
            shape_of(decide_line(claim(), report(), pet_report(status="pending"))), id="unclear"
        ),
    ],
)
def test_every_law_holds_of_what_the_kernel_decides(shape: Shape) -> None:
    assert [] == breached(shape, BOOK)


NO_SUCH = "NO_SUCH_REASON"
BROKEN = {
    "known_reason": approved(reason=NO_SUCH),
    "whole_findings": approved(answers=approved().answers[1:]),
    "closed_gates": with_answer(approved(), 7, truth=Truth.NOT_ASKED),
    "own_reason": with_answer(pended(), 7, reason=None),
    "outcome_follows": approved(outcome="denied"),
    "pend_without_group": pended(group="CO"),
    "pend_has_due_date": pended(is_due=False),
    "pend_says_need": pended(needs=()),
    "need_is_open": approved(needs=("review",)),
    "denial_has_codes": denied(carc=None),
    "no_codes_otherwise": approved(carc="50"),
    "carc_demands": pended(rarc=()),
    "peer_review": denied(recommended=Recommendation("denied", "DUPLICATE")),
    "person_denies": denied(mode="findings_only"),
    "decided_by": denied(decided_by="nobody"),
    "citations": with_answer(approved(), 0, section="CMS paragraph"),
    "parameters": with_answer(approved(), 0, parameters=("pend_due_days",)),
}


@pytest.mark.parametrize("law", [law.name for law in LAWS])
def test_every_law_is_broken_by_what_it_forbids(law: str) -> None:
    assert law in [found.name for found in breached(BROKEN[law], BOOK)]


@pytest.mark.parametrize(
    ("shape", "law"),
    [
        pytest.param(denied(carc="18", group="CO"), "carc_demands", id="group_that_a_carc_bars"),
        pytest.param(
            with_answer(pended(), 7, reason="DUPLICATE"), "own_reason", id="reason_of_another"
        ),
        pytest.param(
            with_answer(denied(), 3, truth=Truth.UNKNOWN, reason="DIAGNOSIS_UNVERIFIED"),
            None,
            id="an_unknown_coding_closes_nothing",
        ),
        pytest.param(approved(answers=(), reviewed="approved"), "outcome_follows", id="review"),
        pytest.param(approved(service="other"), "whole_findings", id="findings_of_another_service"),
    ],
)
def test_a_law_sees_each_of_its_sides(shape: Shape, law: str | None) -> None:
    broken = [found.name for found in breached(shape, BOOK)]

    assert broken == [] if law is None else law in broken


def test_an_answer_is_a_finding_without_its_words() -> None:
    answer = approved().answers[7]

    assert Answer(
        "conventional_imaging", "I.A", Truth.MET, None, ("conventional_lookback_days",)
    ) == (answer)
