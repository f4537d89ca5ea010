"""Every open line of every scenario has a set that turns it, or a sentence why none does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.adjudicate import adjudicate
from rules.analysis.counterfactual import Counterfactual, notice_of, what_would_change
from rules.analysis.open_line import OpenLine
from rules.analysis.sufficient_sets import open_line, supplied
from rules.facts import Authorization, Claim, Fact, Report
from rules.history.record import Record, append, recognise
from rules.library_model import Library
from rules.loading.files import SHIPPED
from tests.support.remittance import CODES
from worker.events.decode import Refusal, decode
from worker.events.encode import as_cloudevent
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import Scenario, read_scenarios

FOLDER = Path(__file__).parent
SCENARIOS = list(read_scenarios([str(FOLDER / f) for f in ("open.jsonl", "witnesses.jsonl")]))


@pytest.fixture(scope="module")
def libraries() -> Iterator[ScenarioLibraries]:
    with ScenarioLibraries(SHIPPED, None) as chosen:
        yield chosen


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.name for one in SCENARIOS])
def test_every_open_line_has_a_set_that_turns_it_or_a_sentence(
    scenario: Scenario, libraries: ScenarioLibraries
) -> None:
    using = libraries.choose(scenario).library
    for known in _records(scenario):
        for now in adjudicate(known, using):
            found = what_would_change(known, using, (now.claim_id, now.line))

            assert (found is None) is (now.outcome not in ("denied", "pended"))
            if found is not None:
                assert bool(found.for_it) is not bool(found.why_none)
                _check_honest(known, using, found)
                _check_notice(found, using)


def _records(scenario: Scenario) -> list[Record]:
    records: dict[str, Record] = {}
    for raw in scenario.events:
        event = decode(bytes(raw), CODES)
        if isinstance(event, Refusal):
            continue
        held = records.get(event.member_id, Record())
        if recognise(held, event) == "new":
            records[event.member_id] = append(held, event, b"")
    return list(records.values())


def _check_honest(known: Record, using: Library, found: Counterfactual) -> None:
    """Each set could be sent: acceptable events, no other procedure or date of service."""
    case = open_line(known, using, (found.now.claim_id, found.now.line))
    assert case is not None
    for turn in (*found.for_it, *found.against_it):
        for event in supplied(known, case, turn.supplies):
            sent = as_cloudevent(event._replace(member_id="M-1"))
            assert not isinstance(decode(json.dumps(sent).encode(), CODES), Refusal)
            _check_fact(event.fact, known, case)


def _check_fact(fact: Fact, known: Record, case: OpenLine) -> None:
    if isinstance(fact, Claim):
        services = {(line.procedure, line.date_of_service) for line in fact.lines}
        billed = [line for _, one in known.claims for line in one.lines]
        assert services <= {(line.procedure, line.date_of_service) for line in billed}
        _check_diagnoses(fact, known, case)
    if isinstance(fact, Authorization):
        assert (case.line.procedure, case.on) == (fact.procedure, fact.valid_from)
    if isinstance(fact, Report):
        known_codes = {code for _, one in known.reports for code in one.diagnoses}
        assert known_codes.issuperset(fact.diagnoses) or case.line.diagnoses == fact.diagnoses
        is_imaging = fact.procedure in case.library.policies[0].conventional_imaging
        assert is_imaging or (fact.procedure, fact.date_of_service) in case.view.studies


def _check_diagnoses(claim: Claim, known: Record, case: OpenLine) -> None:
    """Another diagnosis only where none of the line's own can be used."""
    billed = {code for _, one in known.claims for code in one.diagnoses}
    if not billed.issuperset(claim.diagnoses):
        validity = case.library.icd10cm.validity
        assert all(validity(code, case.on) != "billable" for code in case.line.diagnoses)


def _check_notice(found: Counterfactual, using: Library) -> None:
    """It asks for nothing that the line itself does not need: no code, id or day can be in it."""
    notice = notice_of(found)
    said = {text for texts in notice.documents for text in texts}
    assert said <= {need.text for need in found.now.needs}
    assert len(notice.documents) == len(set(notice.documents))
