"""A kind of criterion: a service that goes with this one is billed too."""

from __future__ import annotations

import pytest

from rules.history.history import History
from rules.terms_of_lines import CompanionTerms
from tests.rules.asking import said
from tests.rules.asking_of_lines import ask, criterion, lines, whole
from tests.rules.builders import (
    OTHER_NPI,
    authorization,
    claim,
    day,
    event,
    finalization,
    line,
    record,
    replacement,
    report,
    void,
)
from tests.rules.deciding import shipped

MET, MISSING, OPEN = ("met", None), ("not_met", "missing"), ("unknown", "missing")
MRI, OTHER_MRI = "70551", "70553"


def companion(missing="deny"):
    terms = CompanionTerms(companions=frozenset({MRI, OTHER_MRI}), missing=missing)
    return criterion("companion", terms, filled=["missing"])


def with_line(*others, **fields):
    return claim(lines=(line(1), *others), **fields)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([with_line(line(2, MRI))], MET, id="on the claim"),
        pytest.param([with_line(line(2, OTHER_MRI))], MET, id="another of the set"),
        pytest.param([with_line(line(2, MRI, on=-1))], MET, id="on the claim, the day before"),
        pytest.param([with_line(line(2, MRI, on=1))], MISSING, id="on the claim, the day after"),
        pytest.param([with_line(line(2, "99213"))], MISSING, id="a line of something else"),
        pytest.param(
            [with_line(line(2, MRI, modifiers=("53",)))], MISSING, id="broken off, on the claim"
        ),
        pytest.param([claim(), claim("C-2", MRI)], MET, id="on another claim of the day"),
        pytest.param(
            [claim(), claim("C-2", MRI, npi=OTHER_NPI, plan="sample-no-mrs")],
            MET,
            id="of another provider and plan",
        ),
        pytest.param([claim(), claim("C-2", MRI, on=-1)], MISSING, id="the day before"),
        pytest.param([claim(), claim("C-2", MRI, on=1)], MISSING, id="the day after"),
        pytest.param(
            [claim(), claim("C-2", MRI, modifiers=("53",))], MISSING, id="broken off, on another"
        ),
        pytest.param([claim(), claim("C-2", "99213")], MISSING, id="a claim for something else"),
        pytest.param([claim(), claim("C-2", MRI), void("C-3", "C-2")], MISSING, id="voided"),
        pytest.param(
            [claim(), claim("C-2", MRI), replacement("C-3", "C-2", procedure="99213")],
            MISSING,
            id="replaced by something else",
        ),
        pytest.param(
            [claim(), replacement("C-3", "C-9", procedure=MRI)],
            MET,
            id="a replacement that waits for its original",
        ),
        pytest.param([claim(), report(procedure=MRI, on=0)], MISSING, id="a report is no line"),
        pytest.param([claim()], MISSING, id="nothing"),
    ],
)
def test_a_line_of_the_day_or_of_the_claim_is_enough(facts, expected):
    assert expected == said(ask(companion(), *facts))


def test_a_line_is_no_companion_of_itself():
    terms = CompanionTerms(companions=frozenset({"76390"}), missing="deny")
    itself = criterion("companion", terms, filled=["missing"])

    assert MISSING == said(ask(itself, claim()))
    assert MET == said(ask(itself, with_line(line(2))))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([finalization("C-2", status="paid")], MET, id="paid"),
        pytest.param([finalization("C-2", status="allowed")], MET, id="allowed"),
        pytest.param([finalization("C-2", status="denied")], OPEN, id="denied"),
        pytest.param(
            [finalization("C-2", status="denied"), claim("C-3", OTHER_MRI)],
            MET,
            id="one of two denied",
        ),
    ],
)
def test_of_one_that_the_core_system_denied_nobody_knows_if_it_was_done(facts, expected):
    assert expected == said(ask(companion(), claim(), claim("C-2", MRI), *facts))


def test_it_names_what_goes_with_it():
    found = ask(
        companion(),
        with_line(line(3, MRI), line(2, OTHER_MRI, on=-1)),
        claim("C-3", MRI),
        claim("C-2", MRI),
        finalization("C-2", status="denied"),
    )

    evidence = lines(("C-1", 2), ("C-1", 3), ("C-3", 1))
    because = "billed with 70553 of 2025-09-14, 70551 of 2025-09-15"
    assert (MET, because, evidence) == whole(found)
    assert {} == found.parameters


def test_it_names_what_the_core_system_denied():
    denied = finalization("C-1", 2, status="denied")

    found = ask(companion(), with_line(line(2, MRI)), denied)

    because = "billed with 70551 of 2025-09-15, which the core system denied"
    assert (OPEN, because, lines(("C-1", 2))) == whole(found)
    assert {} == found.parameters


@pytest.mark.parametrize(
    ("missing", "expected"),
    [pytest.param("deny", MISSING, id="denied"), pytest.param("pend", OPEN, id="held")],
)
def test_its_absence_counts_as_the_policy_says(missing, expected):
    found = ask(companion(missing), claim())

    because = "nothing that goes with 76390 is billed for 2025-09-15 or on its claim"
    assert (expected, because, ()) == whole(found)
    assert {"own_missing": missing} == found.parameters


def test_an_authorization_says_nothing_of_it():
    assert MISSING == said(ask(companion(), claim(), authorization()))


def test_a_history_knows_the_live_lines_of_a_day_as_claims_are_added():
    one, other = claim(), claim("C-2", MRI)
    history = History(record(one), shipped())
    before = [known.name for known in history.known.live_on(day(0))]

    history.add(record(one, other), event(other, 2))

    assert [("C-1", 1)] == before
    assert [("C-1", 1), ("C-2", 1)] == [known.name for known in history.known.live_on(day(0))]
    assert () == history.known.live_on(day(1))
