"""How many other therapies were tried, and failed or were not tolerated."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from rules.terms_of_history import TriedTerms
from tests.rules.asking import said
from tests.rules.asking_of_history import ask, pointed
from tests.rules.builders import Sending, authorization, claim, treatment

MET = ("met", None)
TOO_FEW = ("not_met", "TOO_FEW")
HELD = ("unknown", "TOO_FEW")
CODES = frozenset({"N02AA01", "N02BE01", "97110", "76390"})
ONE = TriedTerms(therapies=CODES, least=1, missing="deny")
TWO = replace(ONE, least=2)
YEAR = replace(ONE, within_days=365)


def tried(name: str, code: str = "N02AA01", outcome: str = "failed", **others: Any) -> Sending:
    return treatment(name, "", therapy=code, outcome=outcome, **others)


@pytest.mark.parametrize(
    ("terms", "facts", "expected"),
    [
        pytest.param(ONE, [], TOO_FEW, id="none of one"),
        pytest.param(ONE, [tried("a")], MET, id="one of one"),
        pytest.param(TWO, [tried("a")], TOO_FEW, id="one of two"),
        pytest.param(TWO, [tried("a"), tried("b")], TOO_FEW, id="the same twice"),
        pytest.param(TWO, [tried("a"), tried("b", "N02BE01")], MET, id="two of two"),
        pytest.param(ONE, [tried("a", "L01AX03")], TOO_FEW, id="one that does not count"),
        pytest.param(
            ONE, [treatment("a", "97110", outcome="failed")], MET, id="one that is a procedure"
        ),
        pytest.param(
            ONE,
            [treatment("a", "97110", therapy="L01AX03", outcome="failed")],
            MET,
            id="one whose procedure counts",
        ),
        pytest.param(ONE, [tried("a", status="voided")], TOO_FEW, id="taken back"),
        pytest.param(ONE, [tried("a", on=0)], MET, id="begun the same day"),
        pytest.param(ONE, [tried("a", on=1)], TOO_FEW, id="begun the day after"),
        pytest.param(replace(ONE, missing="pend"), [], HELD, id="held"),
        pytest.param(replace(ONE, least=0), [], MET, id="none of none"),
    ],
)
def test_so_many_different_ones_failed(
    terms: TriedTerms, facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    found = ask("tried_and_failed", terms, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param("failed", MET, id="failed"),
        pytest.param("not_tolerated", MET, id="not tolerated"),
        pytest.param("succeeded", TOO_FEW, id="succeeded"),
        pytest.param("unknown", HELD, id="nobody knows"),
    ],
)
def test_what_came_of_it_counts(outcome: str, expected: tuple[str, str | None]) -> None:
    found = ask("tried_and_failed", ONE, claim(), tried("a", outcome=outcome))

    assert expected == said(found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([tried("a", on=-900, ended=-365)], MET, id="ended 365 days before"),
        pytest.param([tried("a", on=-900, ended=-366)], TOO_FEW, id="ended 366 days before"),
        pytest.param([tried("a", on=-365)], MET, id="begun 365 days before"),
        pytest.param([tried("a", on=-366)], HELD, id="begun 366 days before, end not known"),
        pytest.param([tried("a", on=-9, ended=0)], MET, id="ended the same day"),
        pytest.param([tried("a", on=-9, ended=1)], HELD, id="went on that day"),
        pytest.param(
            [tried("a", outcome="unknown", on=-900, ended=-366)],
            TOO_FEW,
            id="outcome not known, ended 366 days before",
        ),
        pytest.param(
            [tried("a", outcome="unknown", on=-900, ended=-365)],
            HELD,
            id="outcome not known, ended 365 days before",
        ),
        pytest.param([claim("X-1", "97110", on=-365)], HELD, id="billed 365 days before"),
        pytest.param([claim("X-1", "97110", on=-366)], TOO_FEW, id="billed 366 days before"),
    ],
)
def test_it_failed_in_so_many_days(facts: list[Sending], expected: tuple[str, str | None]) -> None:
    found = ask("tried_and_failed", YEAR, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim("X-1", "97110", on=-5)], HELD, id="a claim does not say"),
        pytest.param(
            [claim("X-1", "97110", on=-5), treatment("a", "97110", outcome="failed")],
            MET,
            id="a report says",
        ),
        pytest.param([claim("X-0", modifiers=("26",))], TOO_FEW, id="the line's own study"),
    ],
)
def test_a_claim_does_not_say_what_came_of_a_therapy(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    found = ask("tried_and_failed", ONE, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("terms", "because", "names", "parameters"),
    [
        pytest.param(
            ONE,
            "1 (N02AA01) of 1 therapies failed or were not tolerated",
            ["a", "b"],
            {"the_least": 1},
            id="enough",
        ),
        pytest.param(
            replace(TWO, within_days=365),
            "1 (N02AA01) of 2 therapies failed or were not tolerated;"
            " it is not known what came of 97110, N02BE01",
            ["a", "b", "X-1", "c"],
            {"the_least": 2, "the_within_days": 365},
            id="perhaps enough",
        ),
        pytest.param(
            replace(ONE, least=4),
            "1 (N02AA01) of 4 therapies failed or were not tolerated",
            ["a", "b", "X-1", "c"],
            {"the_least": 4, "the_missing": "deny"},
            id="too few",
        ),
    ],
)
def test_what_it_leaned_on_is_named_in_any_order_of_arrival(
    terms: TriedTerms, because: str, names: list[str], parameters: dict[str, object]
) -> None:
    facts = (
        tried("a"),
        tried("b", outcome="not_tolerated"),
        tried("c", "N02BE01", "unknown"),
        claim("X-1", "97110", on=-5),
    )

    found = [ask("tried_and_failed", terms, claim(), *some) for some in permutations(facts)]

    assert [found[0]] * 24 == found
    assert because == found[0].because
    assert names == pointed(found[0])
    assert parameters == dict(found[0].parameters)


def test_none_is_said_as_none() -> None:
    found = ask("tried_and_failed", ONE, claim())

    assert "none of 1 therapies failed or were not tolerated" == found.because


def test_an_authorization_lifts_it() -> None:
    found = ask("tried_and_failed", ONE, claim(), authorization())

    assert MET == said(found)
    assert ["A-1"] == pointed(found)
