"""A determination in words: what is said, and what is kept from steering the terminal."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest
from rich.console import Console

from rules.determination import Evidence
from worker.explain.text import explain
from worker.explain.words import deciding_finding, why

MET = {"answer": "met", "because": "it holds"}
NOT_MET = {"answer": "not_met", "because": "PET stands"}
UNKNOWN = {"answer": "unknown", "because": "no report"}


def make_finding(criterion: str, **changes: Any) -> dict[str, Any]:
    finding = {"criterion": criterion, "section": "I.A", "evidence": [], "parameters": {}}
    return finding | MET | changes


def make_data(**changes: Any) -> dict[str, Any]:
    return {
        "claim_id": "C-1",
        "member_id": "M-1",
        "line": 1,
        "procedure": "76390",
        "revision": 1,
        "change": "initial",
        "outcome": "approved",
        "reason": "CRITERIA_MET",
        "group": None,
        "carc": None,
        "rarc": [],
        "needs": [],
        "due_on": None,
        "recommended": None,
        "post_payment_review": False,
        "policy": {"id": "6.01.03", "version": "2025-03-17", "library": "sha256:0123456789abcdef"},
        "review": None,
        "findings": [],
        "caused_by": {"source": "/edi", "id": "e-1"},
        "record_version": 1,
        "digests": {"record": "sha256:00", "previous": None},
    } | changes


def said(*history: dict[str, Any]) -> str:
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        for part in explain(history):
            console.print(part)
    return capture.get()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([MET, NOT_MET, UNKNOWN], 1, id="not_met_before_unknown"),
        pytest.param(
            [UNKNOWN, NOT_MET, NOT_MET], 1, id="the_first_not_met_though_unknown_is_earlier"
        ),
        pytest.param([MET, UNKNOWN, UNKNOWN], 1, id="the_first_unknown"),
        pytest.param([MET, MET], None, id="none"),
    ],
)
def test_the_first_not_met_decides_and_else_the_first_unknown(answers, expected):
    findings = [make_finding("coding", **answer) for answer in answers]

    deciding = deciding_finding(make_data(outcome="denied", findings=findings))

    assert deciding is (None if expected is None else findings[expected])


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"outcome": "approved"}, id="approved"),
        pytest.param({"outcome": "not_applicable"}, id="not_applicable"),
        pytest.param({"outcome": "denied", "review": {}}, id="by_a_reviewer"),
    ],
)
def test_no_finding_decides_what_no_criterion_decided(changes):
    findings = [make_finding("coding", **NOT_MET)]

    assert deciding_finding(make_data(findings=findings, **changes)) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "every criterion is met", id="approved"),
        pytest.param(
            {
                "outcome": "denied",
                "reason": "REVIEWED",
                "review": {"role": "physician", "decision": "denied", "reason": "no question"},
            },
            "a reviewer (physician) denied it: no question",
            id="reviewed",
        ),
        pytest.param(
            {
                "outcome": "pended",
                "reason": "PEER_REVIEW",
                "findings": [make_finding("indication", **NOT_MET)],
            },
            "a clinical denial that a peer reviewer has to confirm first: PET stands",
            id="waits_for_a_peer",
        ),
        pytest.param(
            {
                "outcome": "denied",
                "reason": "PET_EXCLUSIVE",
                "findings": [make_finding("pet_exclusivity", **NOT_MET)],
            },
            "PET stands",
            id="denied",
        ),
        pytest.param(
            {"outcome": "pended", "reason": "SOMETHING_NEW"}, "see the findings", id="unheard_of"
        ),
    ],
)
def test_an_outcome_is_said_in_words(changes, expected):
    assert expected == why(make_data(**changes))


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ({"kind": "line", "claim_id": "C-2", "line": 3}, "line 3 of claim C-2"),
        ({"kind": "report", "id": "S-9"}, "report S-9"),
        ({"kind": "authorization", "id": "A-5"}, "authorization A-5"),
        ({"kind": "authority", "reference": "220.2.1"}, "rule 220.2.1"),
        ({"kind": "coverage", "plan_id": "sample"}, "enrolment with plan sample"),
        (
            {"kind": "attestation", "claim_id": "C-2", "reference": "PWK-7"},
            "attestation PWK-7 on claim C-2",
        ),
        (
            {"kind": "attestation", "claim_id": "C-2", "reference": None},
            "attestation on claim C-2",
        ),
        ({"kind": "review", "claim_id": "C-2", "line": 1}, "review of line 1 of claim C-2"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_each_kind_of_evidence_is_named(evidence, expected):
    finding = make_finding("conventional_imaging", evidence=[evidence])

    assert f"looked at: {expected}\n" in said(make_data(findings=[finding]))


def test_a_pend_says_what_it_waits_for_and_until_when():
    text = said(
        make_data(
            outcome="pended",
            reason="PEER_REVIEW",
            due_on="2025-08-15",
            recommended={"outcome": "denied", "reason": "PET_EXCLUSIVE"},
            needs=[{"code": "review", "text": "A reviewer's decision."}],
        )
    )

    assert "Due by 2025-08-15." in text
    assert "Recommended to the reviewer: denied, PET_EXCLUSIVE." in text
    assert "- A reviewer's decision. (review)" in text


def test_a_date_without_a_version_is_said():
    policy = {"id": "6.01.03", "version": None, "library": "sha256:00"}

    assert "version none in force on the date of service" in said(make_data(policy=policy))


def test_parameters_are_shown_with_their_values():
    parameters = {"exclusivity_window_days": 90, "exclusive_indications": [1, 3]}

    text = said(make_data(findings=[make_finding("pet_exclusivity", parameters=parameters)]))

    assert "by: exclusivity_window_days = 90, exclusive_indications = [1, 3]" in text


def test_a_revision_that_a_new_library_made_says_so():
    before = make_data()
    after = make_data(
        revision=2, change="adverse", caused_by={"library": "sha256:1", "generation": 3}
    )

    assert "library of generation 3" in said(before, after)


def test_nothing_from_a_claim_reaches_the_terminal_as_it_is():
    escape = "\x1b[2J"
    evidence = [{"kind": "report", "id": escape}]
    finding = make_finding(
        "coding", section=escape, because=escape, evidence=evidence, parameters={"days": [escape]}
    )

    text = said(
        make_data(
            claim_id=escape,
            member_id=escape,
            procedure=escape,
            findings=[finding | NOT_MET | {"because": escape}],
            outcome="denied",
            reason="PET_EXCLUSIVE",
            needs=[{"code": "review", "text": escape}],
            caused_by={"source": escape, "id": escape},
        )
    )

    assert "\x1b" not in text
    assert 11 == text.count(r"\x1b[2J")


@pytest.mark.parametrize("kind", get_args(get_type_hints(Evidence)["kind"]))
def test_every_kind_of_evidence_has_words(kind):
    evidence = {"kind": kind, "claim_id": "C-1", "line": 1, "id": "X-1", "reference": "R-1"}
    finding = make_finding("conventional_imaging", evidence=[evidence | {"plan_id": "P-1"}])

    text = said(make_data(findings=[finding]))

    assert any(name in text for name in ("C-1", "X-1", "R-1", "P-1"))
