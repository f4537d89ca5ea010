"""How many services there may be in a life, in so many days, or in an episode."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from rules.terms_of_history import CountTerms
from tests.rules.asking import said
from tests.rules.asking_of_history import ask, pointed
from tests.rules.builders import (
    Sending,
    authorization,
    claim,
    finalization,
    line,
    report,
    treatment,
    void,
)

MET = ("met", None)
TOO_MANY = ("not_met", "TOO_MANY")
HELD = ("unknown", "TOO_MANY")
UNCLEAR = ("unknown", "UNCLEAR")
PET = frozenset({"78608", "78609"})
LIFETIME = CountTerms(counted=PET, most=2, span="lifetime", beyond="deny")
ROLLING = replace(LIFETIME, most=1, span="rolling", span_days=365)
EPISODE = replace(LIFETIME, most=1, span="episode")
SUBSEQUENT = replace(LIFETIME, most=1, modifier="PS")
OWN = replace(LIFETIME, most=1, counted=None)


def scan(name: str, on: int, status: str = "paid", **others: str) -> Sending:
    return report(name, "78608", on=on, status=status, **others)


@pytest.mark.parametrize(
    ("terms", "facts", "expected"),
    [
        pytest.param(LIFETIME, [], MET, id="none before"),
        pytest.param(LIFETIME, [scan("a", -9000)], MET, id="the second of two"),
        pytest.param(LIFETIME, [scan("a", -9000), scan("b", -1)], TOO_MANY, id="the third of two"),
        pytest.param(
            LIFETIME, [scan("a", -5), scan("b", -1), scan("c", -9)], TOO_MANY, id="the fourth"
        ),
        pytest.param(
            replace(LIFETIME, beyond="pend"), [scan("a", -5), scan("b", -1)], HELD, id="held"
        ),
        pytest.param(LIFETIME, [scan("a", -5), scan("b", 1)], MET, id="one is later"),
        pytest.param(
            LIFETIME, [scan("a", -5), report("b", "70553", on=-1)], MET, id="one is not counted"
        ),
        pytest.param(replace(LIFETIME, most=0), [], TOO_MANY, id="none is allowed"),
        pytest.param(ROLLING, [scan("a", -364)], TOO_MANY, id="364 days before, of 365"),
        pytest.param(ROLLING, [scan("a", -365)], MET, id="365 days before, of 365"),
        pytest.param(
            replace(ROLLING, span_days=None), [scan("a", -365)], UNCLEAR, id="without any days"
        ),
    ],
)
def test_the_line_is_one_of_so_many(
    terms: CountTerms, facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    found = ask("count", terms, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param("performed", TOO_MANY, id="performed"),
        pytest.param("allowed", TOO_MANY, id="allowed"),
        pytest.param("paid", TOO_MANY, id="paid"),
        pytest.param("pending", UNCLEAR, id="pending"),
        pytest.param("other_payer", UNCLEAR, id="with another payer"),
        pytest.param("denied", MET, id="denied"),
        pytest.param("voided", MET, id="voided"),
    ],
)
def test_its_status_says_whether_a_service_counts(
    status: str, expected: tuple[str, str | None]
) -> None:
    terms = replace(LIFETIME, most=1)

    found = ask("count", terms, claim(), scan("a", -5, status))

    assert expected == said(found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], TOO_MANY, id="until the core system has said otherwise"),
        pytest.param([finalization("P-1", status="paid")], TOO_MANY, id="paid"),
        pytest.param([finalization("P-1", status="denied")], MET, id="denied"),
        pytest.param([void("P-2", "P-1")], MET, id="taken back"),
    ],
)
def test_a_line_with_us_counts(facts: list[Sending], expected: tuple[str, str | None]) -> None:
    terms = replace(LIFETIME, most=1)

    found = ask("count", terms, claim(), claim("P-1", "78608", on=-5), *facts)

    assert expected == said(found)


@pytest.mark.parametrize("modifier", ["53", "73"])
def test_what_was_broken_off_does_not_count(modifier: str) -> None:
    terms = replace(LIFETIME, most=1)
    broken_off = claim("P-1", "78608", on=-5, modifiers=(modifier,))
    reported = report("a", "78608", on=-6, modifiers=(modifier,))

    found = ask("count", terms, claim(), broken_off, reported)

    assert MET == said(found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([scan("a", 0)], UNCLEAR, id="of another procedure"),
        pytest.param([scan("a", 0, "denied")], MET, id="of another procedure, denied"),
        pytest.param([claim("C-2", "76390", modifiers=("26",))], MET, id="the line's own study"),
    ],
)
def test_nobody_knows_which_of_one_day_was_first(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    terms = replace(LIFETIME, counted=PET | {"76390"}, most=1)

    found = ask("count", terms, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim("C-0", on=-5)], TOO_MANY, id="of its service"),
        pytest.param([claim("C-0", "0609T", on=-5)], TOO_MANY, id="another of its service"),
        pytest.param([scan("a", -5)], MET, id="of the watched service"),
    ],
)
def test_without_a_set_the_procedures_of_the_lines_own_service_count(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    found = ask("count", OWN, claim(), *facts)

    assert expected == said(found)


def test_of_a_watched_line_the_watched_procedures_count() -> None:
    found = ask("count", OWN, claim(procedure="78608"), scan("a", -5), claim("C-0", on=-5))

    assert TOO_MANY == said(found)
    assert ["a"] == pointed(found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([scan("a", -31)], TOO_MANY, id="no treatment"),
        pytest.param([scan("a", -31), treatment(on=-30)], MET, id="treated since"),
        pytest.param([scan("a", -30), treatment(on=-30)], TOO_MANY, id="treated the same day"),
        pytest.param([scan("a", -31), treatment(on=0)], MET, id="treated on the line's day"),
        pytest.param([scan("a", -31), treatment(on=1)], TOO_MANY, id="treated later"),
        pytest.param(
            [scan("a", -31), treatment(procedure="77301", on=-30, diagnoses=("C50.911",))],
            TOO_MANY,
            id="treated, which resets nothing",
        ),
    ],
)
def test_an_episode_begins_with_the_last_treatment_that_resets(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    found = ask("count", EPISODE, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("own", "earlier", "expected"),
    [
        pytest.param(("PS",), ("PS",), TOO_MANY, id="both have it"),
        pytest.param((), ("PS",), MET, id="the line has not"),
        pytest.param(("PS",), (), MET, id="the earlier one has not"),
        pytest.param(("PS",), ("PI",), MET, id="the earlier one has another"),
    ],
)
def test_with_a_modifier_only_lines_that_have_it_count(
    own: tuple[str, ...], earlier: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    found = ask(
        "count", SUBSEQUENT, claim(modifiers=own), claim("P-1", "78608", on=-5, modifiers=earlier)
    )

    assert expected == said(found)


def test_of_a_study_only_the_parts_with_the_modifier_say_whether_it_counts() -> None:
    parts = claim(
        "P-1",
        lines=(
            line(1, "78608", on=-5, modifiers=("TC", "PS")),
            line(2, "78608", on=-5, modifiers=("26",)),
        ),
    )

    found = ask(
        "count", SUBSEQUENT, claim(modifiers=("PS",)), parts, finalization("P-1", 1, "denied")
    )

    assert MET == said(found)


def test_an_authorization_lifts_it() -> None:
    found = ask("count", replace(LIFETIME, most=0), claim(), authorization())

    assert MET == said(found)
    assert ["A-1"] == pointed(found)


# ---------------------------------------------------------------------------- what it leaned on


@pytest.mark.parametrize(
    ("terms", "parameters"),
    [
        pytest.param(LIFETIME, {"the_most": 2, "the_span": "lifetime"}, id="a lifetime"),
        pytest.param(
            replace(ROLLING, most=2),
            {"the_most": 2, "the_span": "rolling", "the_span_days": 365},
            id="so many days",
        ),
        pytest.param(
            ROLLING,
            {
                "the_most": 1,
                "the_span": "rolling",
                "the_span_days": 365,
                "the_beyond": "deny",
            },
            id="beyond it",
        ),
        pytest.param(
            replace(ROLLING, span_days=None), {"the_span": "rolling"}, id="days that are not said"
        ),
    ],
)
def test_the_parameters_are_those_that_the_answer_leaned_on(
    terms: CountTerms, parameters: dict[str, object]
) -> None:
    found = ask("count", terms, claim(), scan("a", -5))

    assert parameters == dict(found.parameters)


@pytest.mark.parametrize(
    ("terms", "names", "because"),
    [
        pytest.param(
            replace(LIFETIME, most=5),
            ["d", "c", "b", "a"],
            "4 before it of 5 allowed in a lifetime",
            id="met by all",
        ),
        pytest.param(
            replace(LIFETIME, most=4),
            ["d", "c", "b", "a"],
            "it is not known whether 78608 of 2025-09-10 counts; 4 allowed in a lifetime",
            id="unclear by all",
        ),
        pytest.param(
            replace(LIFETIME, most=1),
            ["b"],
            "78608 of 2025-09-09 of 1 allowed in a lifetime: the line is beyond",
            id="too many by the latest",
        ),
        pytest.param(
            replace(LIFETIME, most=1, span="rolling", span_days=10),
            ["b"],
            "78608 of 2025-09-09 of 1 allowed in 10 days: the line is beyond",
            id="in so many days",
        ),
        pytest.param(
            replace(LIFETIME, most=0),
            [],
            "none before it of 0 allowed in a lifetime: the line is beyond",
            id="none is allowed",
        ),
    ],
)
def test_the_evidence_is_what_counts_by_day(
    terms: CountTerms, names: list[str], because: str
) -> None:
    facts = [scan("a", -5, "pending"), scan("b", -6), scan("c", -7), scan("d", -8)]

    found = ask("count", terms, claim(), *facts)

    assert names == pointed(found)
    assert because == found.because


def test_of_many_three_are_named() -> None:
    facts = [scan(name, -5 - at) for at, name in enumerate("abcde")]

    found = ask("count", replace(LIFETIME, most=5), claim(), *facts)

    assert (
        "78608 of 2025-09-06, 78608 of 2025-09-07, 78608 of 2025-09-08 and 2 more"
        " of 5 allowed in a lifetime: the line is beyond"
    ) == found.because


def test_the_treatment_that_began_the_episode_is_evidence() -> None:
    treatments = [treatment("T-1", on=-90), treatment("T-2", on=-30), treatment("T-3", on=-30)]

    found = ask("count", EPISODE, claim(), *treatments, scan("a", -5))

    assert ["T-2", "T-3", "a"] == pointed(found)
    assert "78608 of 2025-09-10 of 1 allowed in an episode: the line is beyond" == found.because


def test_the_order_of_arrival_does_not_matter() -> None:
    facts = (claim(), claim("P-1", "78608", on=-5), scan("a", -5), scan("b", -6, "pending"))

    found = [ask("count", LIFETIME, *some) for some in permutations(facts)]

    assert [found[0]] * 24 == found
    assert ["b", "P-1", "a"] == pointed(found[0])
