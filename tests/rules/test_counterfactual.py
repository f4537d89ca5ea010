"""What would change a determination: the smallest honest sets, decided again, in two voices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from rules.counterfactual import (
    SET_SIZE_MAX,
    Counterfactual,
    Notice,
    _case,
    _decided,
    notice_of,
    supplied,
    what_would_change,
)
from rules.facts import Attestation, Claim, Coverage, Report
from rules.library import Library
from rules.library_files import SHIPPED
from rules.record import Record, append, recognise
from rules.supplies import Supply, against_the_line, for_the_line
from tests.rules.builders import (
    OTHER_NPI,
    Sending,
    attestation,
    authorization,
    claim,
    coverage,
    day,
    finalization,
    line,
    pet,
    pet_report,
    record,
    replacement,
    report,
    review,
    void,
)
from tests.rules.deciding import authority_row, library, shipped, with_plan
from worker.event_writing import as_cloudevent
from worker.events import Refusal, decode
from worker.scenario_libraries import ScenarioLibraries
from worker.scenarios import Scenario, read_scenarios

SCENARIOS = list(read_scenarios([str(Path(__file__).parents[1] / "scenarios" / "open.jsonl")]))
UNLISTED = ("C61",)


def turned(
    *sendings: Sending, using: Library | None = None, of: tuple[str, int] = ("C-1", 1)
) -> Counterfactual:
    found = what_would_change(record(*sendings), using or shipped(), of)
    assert found is not None
    return found


def sets(found: Counterfactual) -> list[tuple[str, ...]]:
    """Each set by the beginnings of its texts."""
    return [tuple(_kind(supply) for supply in turn.supplies) for turn in found.for_it]


def against(found: Counterfactual) -> list[tuple[str, ...]]:
    return [tuple(_kind(supply) for supply in turn.supplies) for turn in found.against_it]


def _kind(supply: Supply) -> str:
    kinds = {
        "a report that the": "report",
        "the report of": "report of another",
        "the claim again, stating": "attestation",
        "the claim again, under": "another plan",
        "a prior authorization": "authorization",
        "a reviewer": "review",
        "the original": "original",
        "a plan file": "plan file",
        "a void": "void",
        "the core system": "core system",
        "an enrolment": "enrolment",
    }
    return next(kind for start, kind in kinds.items() if supply.text.startswith(start))


# ------------------------------------------------------------------------------- the smallest sets


@pytest.mark.parametrize(
    ("sendings", "expected"),
    [
        pytest.param(
            [claim()],
            [("report of another",), ("attestation",), ("authorization",), ("review",)],
            id="no_imaging_on_record",
        ),
        pytest.param(
            [claim(), report(result="unknown")],
            [
                ("report",),
                ("report of another",),
                ("attestation",),
                ("authorization",),
                ("review",),
            ],
            id="an_mri_without_its_result",
        ),
        pytest.param(
            [claim(), claim("I-1", "70553", on=-14, received=-10)],
            [
                ("report",),
                ("report of another",),
                ("attestation",),
                ("authorization",),
                ("review",),
            ],
            id="an_mri_known_from_its_claim",
        ),
        pytest.param(
            [claim(diagnoses=UNLISTED), report()],
            [("authorization",), ("review",)],
            id="no_purpose_of_the_policy",
        ),
        pytest.param(
            [claim(), report(), pet(on=-10, received=-5)],
            [("void",), ("core system",), ("review",)],
            id="a_pet_of_a_claim",
        ),
        pytest.param(
            [claim(), report(), pet_report()],
            [("report",), ("review",)],
            id="a_pet_of_a_report",
        ),
        pytest.param(
            [claim("C-0", received=1), claim(), report()],
            [("void",)],
            id="billed_before",
        ),
        pytest.param(
            [replacement("C-1", "C-0"), report()],
            [("original",), ("review",)],
            id="an_original_that_is_not_known",
        ),
        pytest.param([void("C-1", "C-0")], [("original",), ("review",)], id="a_void_that_waits"),
        pytest.param([claim(plan="nobody's"), report()], [("plan file",)], id="an_unknown_plan"),
        pytest.param(
            [claim(plan="nobody's")],
            [
                ("report of another", "plan file"),
                ("attestation", "plan file"),
                ("authorization", "plan file"),
                ("plan file", "review"),
            ],
            id="an_unknown_plan_and_no_imaging",
        ),
        pytest.param(
            [claim(plan="sample-no-mrs"), report()], [("another plan",)], id="an_excluded_service"
        ),
        pytest.param(
            [claim(plan="sample-no-mrs")],
            [
                ("report of another", "another plan"),
                ("attestation", "another plan"),
                ("authorization", "another plan"),
                ("another plan", "review"),
            ],
            id="an_excluded_service_and_no_imaging",
        ),
        pytest.param(
            [claim(), report(), review(decision="denied")], [("review",)], id="denied_by_a_reviewer"
        ),
        pytest.param(
            [claim(on=-200, received=-190), report(on=-210)], [("review",)], id="no_version"
        ),
        pytest.param(
            [claim(plan="sample-ny-commercial", diagnoses=UNLISTED), report()],
            [("authorization",), ("review",)],
            id="awaits_a_peer",
        ),
    ],
)
def test_the_smallest_sets_turn_the_line(
    sendings: Sequence[Sending], expected: list[tuple[str, ...]]
) -> None:
    found = turned(*sendings)

    assert expected == sets(found)
    assert found.why_none is None
    assert {turn.outcome for turn in found.for_it} <= {"approved", "not_applicable"}


def test_two_things_are_supplied_together_where_one_is_not_enough() -> None:
    found = turned(claim("C-0", received=1), claim(), pet_report())

    assert ("report", "report of another", "void") in [tuple(sorted(one)) for one in sets(found)]
    assert all(len(one) > 1 for one in sets(found))


def test_a_pet_is_freed_by_what_frees_it_of_the_spectroscopy() -> None:
    found = turned(claim("M-1", on=-10, received=-5), report(on=-20), pet("C-1"))

    assert [("void",), ("core system",), ("review",)] == sets(found)


def test_a_study_of_the_same_claim_cannot_be_voided_apart() -> None:
    found = turned(claim(lines=(line(1), line(2, "78608"))), report())

    assert [("core system",), ("review",)] == sets(found)


def test_an_answer_of_the_first_study_counts_where_the_library_lets_it() -> None:
    first = pet_report(result="unknown")

    found = turned(claim(), report(), first, using=library(limited_first_study="ignore"))

    assert 2 == sets(found).count(("report",))


@pytest.mark.parametrize("size", range(1, SET_SIZE_MAX + 1))
def test_no_smaller_part_of_a_set_turns_the_line(size: int) -> None:
    rivals = [pet_report(f"S-{number}", on=-number) for number in range(10, 10 + size)]
    known = record(claim(), report(), *rivals)
    case = _case(known, shipped(), ("C-1", 1))

    found = turned(claim(), report(), *rivals)

    assert size in {len(turn.supplies) for turn in found.for_it}
    for turn in found.for_it:
        for fewer in range(len(turn.supplies)):
            for part in combinations(turn.supplies, fewer):
                assert _decided(known, case, part).outcome == "denied"


def test_what_is_too_many_facts_is_not_tried() -> None:
    rivals = [pet_report(f"S-{number}", on=-number) for number in range(10, 15)]

    assert [("review",)] == sets(turned(claim(), report(), *rivals))


def test_the_reports_that_would_help_are_dated_from_the_last_conclusive_one() -> None:
    conclusive = report(result="conclusive", on=-20)

    texts = [turn.supplies[0].text for turn in turned(claim(), conclusive).for_it]

    assert f"of {day(-20)} to {day(0)}" in texts[0]
    assert f"of {day(-19)} to {day(0)}" in texts[1]


@pytest.mark.parametrize(("days", "is_turned"), [(-20, True), (-21, False)])
def test_and_the_kernel_agrees_with_that_day(days: int, is_turned: bool) -> None:
    known = record(claim(), report(result="conclusive", on=-20), report("S-2", on=days))

    assert is_turned is (what_would_change(known, shipped(), ("C-1", 1)) is None)


@pytest.mark.parametrize(("days", "is_turned"), [(-19, True), (-20, False)])
def test_and_with_the_day_of_an_attested_study(days: int, is_turned: bool) -> None:
    stated = claim(attestations=(attestation(days),))
    known = record(stated, report(result="conclusive", on=-20))

    assert is_turned is (what_would_change(known, shipped(), ("C-1", 1)) is None)


def test_after_a_conclusive_study_of_the_day_itself_no_statement_helps() -> None:
    assert ("attestation",) not in sets(turned(claim(), report(result="conclusive", on=0)))


def test_without_any_imaging_code_nothing_of_imaging_is_asked_for() -> None:
    bare = replace(shipped(), conventional_imaging={})

    found = sets(turned(claim(), using=bare))

    assert [("attestation",), ("authorization",), ("review",)] == found


# ----------------------------------------------------------------------------------- what is honest


def test_a_claim_sent_again_without_more_is_no_way_past_a_reviewer() -> None:
    found = turned(claim(), report(), coverage(), review(decision="denied"))

    assert [("review",)] == sets(found)


def test_a_claim_sent_again_takes_the_place_of_what_it_replaced() -> None:
    known = record(claim("C-0", received=1), replacement("C-1", "C-0"))
    case = _case(known, shipped(), ("C-1", 1))
    (stated,) = [one for one in for_the_line(case) if one.attestation is not None]

    (event,) = supplied(known, case, [stated], is_sent_again=True)

    assert isinstance(event.fact, Claim)
    assert ("7", "C-0") == (event.fact.frequency, event.fact.replaces)


def test_a_reviewer_sees_the_claim_that_was_sent_again() -> None:
    old = day(-200)
    found = turned(claim(plan="sample-no-mrs", on=old, received=-190))

    assert [("another plan", "review")] == sets(found)


def test_a_plan_of_the_same_line_of_business_is_tried_first() -> None:
    (turn,) = turned(claim(plan="sample-no-mrs"), report()).for_it

    assert "sample-commercial" == turn.supplies[0].plan_id
    assert (Coverage("sample-commercial", day(0), None),) == turn.supplies[0].facts


def test_a_dual_plan_excludes_what_both_its_sides_do() -> None:
    dual = with_plan(
        "sample-dsnp-no-medicare-mrs", medicaid_excluded_procedures=frozenset({"76390"})
    )

    found = turned(claim(plan="sample-dsnp-no-medicare-mrs"), report(), using=dual)

    assert [("another plan",)] == sets(found)


def test_ids_that_are_supplied_are_nobody_elses() -> None:
    known = record(claim(), report("supplied-study", result="unknown"), report("supplied'x"))
    case = _case(known, shipped(), ("C-1", 1))

    ids = {event.id for event in supplied(known, case, for_the_line(case), is_sent_again=True)}

    assert all(one.startswith("supplied''") for one in ids)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.name for one in SCENARIOS])
def test_every_open_line_of_every_scenario_has_a_set_that_turns_it_or_a_sentence(
    scenario: Scenario, libraries: ScenarioLibraries
) -> None:
    using = libraries.choose(scenario).library
    for known in _records(scenario):
        for key in _lines(known):
            found = what_would_change(known, using, key)
            if found is None:
                continue
            assert bool(found.for_it) is not bool(found.why_none)
            _check_honest(known, using, key, found)
            _check_notice(notice_of(found, using), using)


@pytest.fixture(scope="module")
def libraries() -> Any:
    with ScenarioLibraries(SHIPPED, None) as chosen:
        yield chosen


def _records(scenario: Scenario) -> list[Record]:
    records: dict[str, Record] = {}
    for raw in scenario.events:
        event = decode(bytes(raw))
        if isinstance(event, Refusal):
            continue
        held = records.get(event.member_id, Record())
        if recognise(held, event) == "new":
            records[event.member_id] = append(held, event, b"")
    return list(records.values())


def _lines(known: Record) -> set[tuple[str, int]]:
    return {(one.claim_id, held.number) for _, one in known.claims for held in one.lines}


def _check_honest(
    known: Record, using: Library, key: tuple[str, int], found: Counterfactual
) -> None:
    """Each set could be sent: acceptable events, no other diagnosis, procedure or date."""
    case = _case(known, using, key)
    for turn in (*found.for_it, *found.against_it):
        is_sent_again = any(supply.corrects_the_claim for supply in turn.supplies)
        for event in supplied(known, case, turn.supplies, is_sent_again=is_sent_again):
            sent = as_cloudevent(event._replace(member_id="M-1"))
            assert not isinstance(decode(_encoded(sent)), Refusal)
            if isinstance(event.fact, Claim):
                assert _billed(event.fact) in [_billed(one) for _, one in known.claims]
            if isinstance(event.fact, Report):
                codes = {code for _, one in known.reports for code in one.diagnoses}
                assert codes.issuperset(event.fact.diagnoses)


def _billed(one: Claim) -> tuple[object, ...]:
    return (one.diagnoses, one.lines)


def _encoded(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


# ---------------------------------------------------------------------------------- what is against


@pytest.mark.parametrize(
    ("sendings", "expected"),
    [
        pytest.param(
            [claim(received=40)],
            [("enrolment",), ("report of another",), ("review",)],
            id="no_imaging_on_record",
        ),
        pytest.param(
            [claim(), report(), pet_report(status="pending")],
            [("report",), ("review",)],
            id="a_pending_pet",
        ),
        pytest.param(
            [claim(), report(), pet(on=0)],
            [("core system",), ("review",)],
            id="a_pet_of_the_same_day",
        ),
        pytest.param(
            [claim("M-1", on=0), report(), pet("C-1")], [("core system",), ("review",)], id="a_pet"
        ),
        pytest.param([claim(on=-200, received=-190)], [("review",)], id="no_version"),
    ],
)
def test_what_would_deny_a_line_that_waits_is_told_to_the_examiner(
    sendings: Sequence[Sending], expected: list[tuple[str, ...]]
) -> None:
    assert expected == against(turned(*sendings))


def test_of_a_denied_line_nothing_is_looked_for_that_would_deny_it() -> None:
    assert () == turned(claim(diagnoses=UNLISTED), report()).against_it


# ------------------------------------------------------------------------------------ no way at all


@pytest.mark.parametrize(
    ("sendings", "using", "words"),
    [
        pytest.param([claim(diagnoses=())], None, "its own codes", id="coding"),
        pytest.param([claim(modifiers=("50",))], None, "its own codes", id="modifier"),
        pytest.param(
            [claim(plan="sample-medicaid"), report()],
            library(rows=(authority_row("eMedNY", "medicaid"),)),
            "Another authority",
            id="authority",
        ),
        pytest.param(
            [claim(plan="sample-no-mrs", diagnoses=())], None, "another plan", id="benefit"
        ),
        pytest.param([claim(lines=(line(1), line(2))), report()], None, "voided", id="duplicate"),
    ],
)
def test_where_nothing_turns_a_line_a_sentence_says_why(
    sendings: Sequence[Sending], using: Library | None, words: str
) -> None:
    of = ("C-1", 2) if "voided" in words else ("C-1", 1)

    found = turned(*sendings, using=using, of=of)

    assert () == found.for_it
    assert words in str(found.why_none)


def test_and_another_one_where_there_is_no_single_reason() -> None:
    found = turned(replacement("C-1", "C-0", diagnoses=()), using=shipped())

    assert [] == sets(found)
    assert "could honestly be supplied" in str(found.why_none)


@pytest.mark.parametrize(
    ("sendings", "of"),
    [
        pytest.param([claim(), report()], ("C-1", 1), id="approved"),
        pytest.param([pet("C-1")], ("C-1", 1), id="not_applicable"),
        pytest.param([claim()], ("C-9", 1), id="no_such_line"),
    ],
)
def test_a_line_that_is_neither_denied_nor_pended_is_not_turned(
    sendings: Sequence[Sending], of: tuple[str, int]
) -> None:
    assert what_would_change(record(*sendings), shipped(), of) is None


# ----------------------------------------------------------------------------------- the two voices


def test_the_notice_has_the_words_of_the_needs_and_no_others() -> None:
    needs = shipped().needs
    found = turned(claim())

    notice = notice_of(found, shipped())

    assert (
        Notice(
            (
                (needs["conventional_imaging_report"],),
                (needs["conventional_imaging_attestation"],),
                (needs["authorization"],),
            ),
            True,
        )
        == notice
    )


def test_what_only_others_could_supply_is_no_word_of_the_notice() -> None:
    found = turned(claim(), report(), pet(on=-10, received=-5, npi=OTHER_NPI))

    assert Notice((), True) == notice_of(found, shipped())


def test_documents_that_are_needed_together_stand_together() -> None:
    needs = shipped().needs

    notice = notice_of(turned(claim(), pet(on=0)), shipped())

    alone = ("conventional_imaging_report", "conventional_imaging_attestation", "authorization")
    expected = [
        tuple(needs[code] for code in needs if code in (one, "pet_result")) for one in alone
    ]
    assert Notice(tuple(expected), True) == notice


def test_what_the_needs_do_not_name_is_not_in_the_notice() -> None:
    notice = notice_of(turned(claim(plan="nobody's")), shipped())

    assert Notice((), False) == notice


def _check_notice(notice: Notice, using: Library) -> None:
    """No code, id or day can be in it: all its words stand in the library."""
    assert {text for texts in notice.documents for text in texts} <= set(using.needs.values())
    assert len(notice.documents) == len(set(notice.documents))


def test_what_speaks_against_a_line_is_never_the_requesters_to_supply() -> None:
    case = _case(record(claim(), report(), pet_report()), shipped(), ("C-1", 1))

    needs = [supply.need for supply in against_the_line(case)]

    assert [None, None, None, "review"] == needs


def test_of_a_pet_of_the_same_provider_only_the_core_system_s_word_is_another_s() -> None:
    known = record(claim(), report(), pet(on=-10, received=-5), finalization("P-1"))
    case = _case(known, shipped(), ("C-1", 1))

    needs = {_kind(supply): supply.need for supply in for_the_line(case)}

    assert ("pet_result", None) == (needs["void"], needs["core system"])
    assert Attestation("conventional_imaging_limited", day(0)) in [
        supply.attestation for supply in for_the_line(case)
    ]
    assert authorization("supplied-authorization", since=0, through=0) in [
        fact for supply in for_the_line(case) for fact in supply.facts
    ]
