"""What another program published holds if it says the same; its words are its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.builders import claim, coverage, event, pet, report, review
from tests.rules.deciding import shipped
from tests.support.event_builders import encoded
from tests.support.recordings import AnotherProgram, Step, recording
from worker.audit.evidence import MemberEvidence
from worker.audit.members import Totals, totals_of
from worker.audit.run import AuditOutcome
from worker.audit.tables import data_of_audit, show_audit, verdict_of
from worker.audit.verification import Verified, verify
from worker.audit.wording import UNNAMED
from worker.bench.plan import member_events
from worker.determinations.program import program
from worker.events.encode import as_cloudevent

pytestmark = pytest.mark.uncounted

OTHER = "0.1.0+sha256:other"
LIBRARIES = {shipped().digest: shipped()}


def sent(*facts: Any) -> list[bytes]:
    return [
        encoded(as_cloudevent(event(fact, number, "M-1"))) for number, fact in enumerate(facts, 1)
    ]


STORY = sent(
    claim(received=10),
    report(),
    pet(on=5, received=10),
    review("P-1"),
    report("S-2", on=-1, result="conclusive"),
)


def told_by(*programs: AnotherProgram | None, events: list[bytes] = STORY) -> MemberEvidence:
    """The events one after the other, each decided by the program that then was in use."""
    last = programs[-1]
    used = [*programs, *([last] * (len(events) - len(programs)))]
    steps = [Step(shipped(), raw, by) for raw, by in zip(events, used, strict=True)]
    return recording("M-1", steps)


def verified(evidence: MemberEvidence) -> Verified:
    return verify(evidence, LIBRARIES)


def outcome_of(found: Verified) -> AuditOutcome:
    findings = [("M-1", finding) for finding in found.findings]
    return AuditOutcome(Totals().plus(totals_of(found)), findings)


def test_the_same_words_by_another_program_are_no_fault_and_no_rewording():
    evidence = told_by(AnotherProgram(OTHER))

    found = verified(evidence)

    assert () == found.findings
    assert ({OTHER: len(evidence.found)}, 0) == (found.by_others, found.reworded)


def test_other_words_by_another_program_are_said_and_are_no_fault():
    evidence = told_by(AnotherProgram(OTHER, words=", as it was then"))

    found = verified(evidence)

    assert () == found.findings
    assert ({OTHER: len(evidence.found)}, len(evidence.found)) == (found.by_others, found.reworded)


def test_the_verdict_says_how_many_and_of_which_program():
    events = len(STORY)
    found = verified(told_by(AnotherProgram(OTHER, words=", then")))
    outcome = outcome_of(found._replace(proved=events))

    said = "\n".join(part.plain for part in show_audit(outcome, findings_max=9))
    data = data_of_audit(outcome)["determinations"]

    assert "verified" == verdict_of(outcome)
    assert f"published by {OTHER}: compared apart from wording" in said
    assert f"{found.reworded} of these say the same in other words: no fault" in said
    assert ({OTHER: found.checked}, found.reworded) == (
        data["by_other_programs"],
        data["in_other_words"],
    )


def test_a_program_of_before_programs_named_themselves_is_followed_too():
    evidence = told_by(AnotherProgram(None, words=", long ago"))

    found = verified(evidence)

    assert () == found.findings
    assert {UNNAMED: len(evidence.found)} == found.by_others


def _finding(data: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in data["findings"] if each["evidence"])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(lambda d: d.update(outcome="approved"), "outcome", id="an_outcome"),
        pytest.param(lambda d: d.update(reason="CRITERIA_MET"), "reason", id="a_reason"),
        pytest.param(lambda d: d.update(carc="96"), "carc", id="a_code"),
        pytest.param(lambda d: d.update(rarc=["N1"]), "rarc", id="a_remark"),
        pytest.param(lambda d: d.update(group="PR"), "group", id="a_group"),
        pytest.param(lambda d: d.update(due_on="2030-01-01"), "due_on", id="a_due_date"),
        pytest.param(lambda d: d.update(decided_by="person"), "decided_by", id="who_decided"),
        pytest.param(lambda d: d["needs"].append({"code": "x", "text": ""}), "needs", id="a_need"),
        pytest.param(lambda d: d.update(change="favourable"), "change", id="how_it_changed"),
        pytest.param(lambda d: d.update(note="by phone"), "note", id="something_more"),
        pytest.param(lambda d: d.pop("recommended"), "recommended", id="something_less"),
        pytest.param(lambda d: _finding(d).update(answer="met"), "findings", id="an_answer"),
        pytest.param(lambda d: _finding(d).update(evidence=[]), "findings", id="evidence"),
        pytest.param(lambda d: _finding(d).update(parameters={"a": 1}), "findings", id="parameter"),
        pytest.param(lambda d: d["findings"].reverse(), "findings", id="the_order_of_the_criteria"),
    ],
)
def test_what_another_program_says_otherwise_than_in_words_is_found(
    change: Callable[[dict[str, Any]], object], named: str
):
    def change_denied(data: dict[str, Any]) -> None:
        if (data["claim_id"], data["revision"]) == ("P-1", 1):
            change(data)

    found = verified(told_by(AnotherProgram(OTHER, words=", then", change=change_denied)))

    (finding,) = found.findings
    assert ("changed", "P-1", 1) == (finding.kind, finding.claim_id, finding.revision)
    assert named in finding.detail
    assert f"published by {OTHER}, derived by {program()}" in finding.detail


def test_what_is_no_form_of_a_determination_is_found():
    def shapeless(data: dict[str, Any]) -> None:
        data["findings"] = 7

    evidence = told_by(AnotherProgram(OTHER, change=shapeless))

    assert {"changed"} == {finding.kind for finding in verified(evidence).findings}


def test_the_same_program_must_match_to_the_byte():
    def reworded(data: dict[str, Any]) -> None:
        data["findings"][0]["because"] = "as it is"

    found = verified(told_by(AnotherProgram(program(), change=reworded)))

    assert found.findings
    assert {"changed"} == {finding.kind for finding in found.findings}
    assert all("findings" in finding.detail for finding in found.findings)


def test_a_revision_that_only_new_words_made_is_no_fault():
    """The new program sees another text than it would write, and publishes its own."""
    old = AnotherProgram(OTHER, words=", as it was then")
    events = sent(claim(received=10), report(), coverage())
    evidence = told_by(old, old, None, events=events)
    alone = told_by(None, events=events)

    found = verified(evidence)

    assert () == found.findings
    assert len(evidence.found) > len(alone.found)
    assert len(evidence.found) == found.checked


def test_a_revision_of_new_words_that_says_something_else_is_found():
    old = AnotherProgram(OTHER, words=", as it was then")

    def otherwise(data: dict[str, Any]) -> None:
        if data["change"] == "neutral":
            data["due_on"] = "2030-01-01"

    newer = AnotherProgram("0.3.0+sha256:newer", words=", now", change=otherwise)
    events = sent(claim(received=10), report(), coverage())

    assert verified(told_by(old, old, newer, events=events)).findings


def test_a_revision_that_nothing_made_is_found_though_a_program_is_another():
    evidence = told_by(AnotherProgram(OTHER))
    *others, last = evidence.found
    twice = last._replace(
        entry_id=f"{last.entry_id}9", event=last.event.replace(b'"revision":1', b'"revision":2')
    )

    found = verified(evidence._replace(found=(*others, last, twice)))

    assert found.findings


WORDS_ALONE = [encoded(told) for told in member_events("audit", 7)]
"""A story in which one revision differs from the one before it in words alone."""


def test_a_revision_that_only_our_words_would_make_is_not_missed():
    ours, theirs = (
        recording("M-0000007", [Step(shipped(), raw, by) for raw in WORDS_ALONE])
        for by in (None, AnotherProgram(OTHER, is_terse=True))
    )

    found = verify(theirs, LIBRARIES)

    assert len(theirs.found) < len(ours.found)
    assert ((), len(theirs.found)) == (found.findings, found.checked)


TERSE = AnotherProgram("0.1.1+sha256:terse", words=", in short", is_terse=True)
PROGRAMS = (
    None,
    AnotherProgram(None, words=", long ago"),
    AnotherProgram(OTHER, words=", as it was then"),
    TERSE,
    AnotherProgram("0.1.2+sha256:same"),
)


def is_terse(program: AnotherProgram | None) -> bool:
    return program is not None and program.is_terse


@given(st.integers(0, 400), st.data())
def test_whatever_programs_took_turns_nothing_is_found_and_each_is_counted(number, data):
    steps: list[Step] = []
    by = None
    for raw in (encoded(told) for told in member_events("audit", number)):
        # One that is silent where this one spoke last leaves no trace: see the next test.
        is_silence_told = all(step.program is not None for step in steps)
        programs = [each for each in (by, by, *PROGRAMS) if is_silence_told or not is_terse(each)]
        by = data.draw(st.sampled_from(programs))
        steps.append(Step(shipped(), raw, by))
    evidence = recording(f"M-{number:07d}", steps)

    found = verify(evidence, LIBRARIES)

    assert () == found.findings
    assert (len(evidence.found), 0) == (found.checked, found.unchecked.total())


def test_a_silence_that_no_determination_accounts_for_is_a_missing_revision():
    events = [encoded(told) for told in member_events("audit", 113)]
    steps = [Step(shipped(), raw, None if n < 9 else TERSE) for n, raw in enumerate(events)]

    found = verify(recording("M-0000113", steps), LIBRARIES)

    assert ["missing", "changed"] == [finding.kind for finding in found.findings]


@given(st.integers(0, 400), st.data())
def test_without_the_library_of_the_first_steps_the_rest_holds_by_itself(number, data):
    events = [encoded(told) for told in member_events("audit", number)]
    by = data.draw(st.sampled_from(PROGRAMS))
    evidence = recording(f"M-{number:07d}", [Step(shipped(), raw, by) for raw in events])

    found = verify(evidence, {})

    assert () == found.findings
    assert len(evidence.found) == found.unchecked.total()
