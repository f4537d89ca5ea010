"""What would change a determination: the smallest sets that turn a line, decided again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from rules.analysis.counterfactual import what_would_change
from rules.analysis.sufficient_sets import SET_SIZE_MAX, decided_with
from tests.rules.builders import (
    Sending,
    attestation,
    claim,
    day,
    line,
    pet,
    pet_report,
    record,
    replacement,
    report,
    review,
    void,
)
from tests.rules.deciding import library, shipped
from tests.rules.turning import UNLISTED, opened, sets, turned
from tests.support.libraries import with_versions


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
            [("records",), ("authorization",), ("review",)],
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
            [("void",), ("modifiers", "review"), ("provider", "review")],
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
        pytest.param([claim(diagnoses=()), report()], [("diagnosis",)], id="no_diagnosis"),
        pytest.param(
            [claim(modifiers=("26", "TC", "50")), report()],
            [("modifiers",)],
            id="modifiers_that_cannot_stand",
        ),
        pytest.param(
            [claim(units=2), report()], [("modifiers",)] * 4 + [("review",)], id="two_units"
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
            [("records",), ("authorization",), ("review",)],
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

    assert [("without a line",), ("core system",), ("review",)] == sets(found)


def test_an_answer_of_the_first_study_counts_where_the_library_lets_it() -> None:
    first = pet_report(result="unknown")

    found = turned(claim(), report(), first, using=library(limited_first_study="ignore"))

    assert 2 == sets(found).count(("report",))


@pytest.mark.parametrize("size", range(1, SET_SIZE_MAX + 1))
def test_no_smaller_part_of_a_set_turns_the_line(size: int) -> None:
    rivals = [pet_report(f"S-{number}", on=-number) for number in range(10, 10 + size)]
    known = record(claim(), report(), *rivals)
    case = opened(known)

    found = turned(claim(), report(), *rivals)

    assert size in {len(turn.supplies) for turn in found.for_it}
    for turn in found.for_it:
        for fewer in range(len(turn.supplies)):
            for part in combinations(turn.supplies, fewer):
                assert decided_with(known, case, part).outcome == "denied"


def test_what_is_too_many_facts_is_not_tried() -> None:
    rivals = [pet_report(f"S-{number}", on=-number) for number in range(10, 15)]

    assert [("review",)] == sets(turned(claim(), report(), *rivals))


def test_the_reports_that_would_help_are_dated_from_the_last_conclusive_one() -> None:
    conclusive = report(result="conclusive", on=-20, diagnoses=("C71.1",))

    texts = [turn.supplies[0].text for turn in turned(claim(), conclusive).for_it]

    assert f"of {day(-20)} to {day(0)}" in texts[0]
    assert f"of {day(-20)} to {day(0)}" in texts[1]


CONCLUSIVE = report(result="conclusive", on=-20, diagnoses=("C71.1",))


@pytest.mark.parametrize(("days", "is_turned"), [(-20, True), (-21, False)])
def test_and_the_kernel_agrees_with_that_day(days: int, is_turned: bool) -> None:
    known = record(claim(), CONCLUSIVE, report("S-2", on=days))

    assert is_turned is (what_would_change(known, shipped(), ("C-1", 1)) is None)


@pytest.mark.parametrize(("days", "is_turned"), [(-19, True), (-20, False)])
def test_and_with_the_day_of_an_attested_study(days: int, is_turned: bool) -> None:
    stated = claim(attestations=(attestation(days),))
    known = record(stated, CONCLUSIVE)

    assert is_turned is (what_would_change(known, shipped(), ("C-1", 1)) is None)


def test_after_a_conclusive_study_of_the_day_itself_no_statement_helps() -> None:
    resolved = report(result="conclusive", on=0, diagnoses=("C71.1",))

    assert ("attestation",) not in sets(turned(claim(), resolved))


def test_without_any_imaging_code_nothing_of_imaging_is_asked_for() -> None:
    own = shipped()
    versions = tuple(
        replace(version, codes=replace(version.codes, conventional_imaging={}))
        for version in own.versions
    )
    bare = with_versions(own, versions)

    found = sets(turned(claim(), using=bare))

    assert [("attestation",), ("authorization",), ("review",)] == found
