"""How many days there have to be since the last such service."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.terms_of_history import CountTerms, IntervalTerms
from tests.rules.asking import said
from tests.rules.asking_of_history import ask, pointed
from tests.rules.builders import Sending, authorization, claim, finalization, report

MET = ("met", None)
TOO_SOON = ("not_met", "TOO_SOON")
HELD = ("unknown", "TOO_SOON")
UNCLEAR = ("unknown", "UNCLEAR")
YEARLY = IntervalTerms(counted=frozenset({"78608", "78609"}), least_days=365, sooner="deny")


def scan(name: str, on: int, status: str = "paid") -> Sending:
    return report(name, "78608", on=on, status=status)


@pytest.mark.parametrize(
    ("terms", "facts", "expected"),
    [
        pytest.param(YEARLY, [], MET, id="none before"),
        pytest.param(YEARLY, [scan("a", -365)], MET, id="365 days after"),
        pytest.param(YEARLY, [scan("a", -364)], TOO_SOON, id="364 days after"),
        pytest.param(YEARLY, [scan("a", -1)], TOO_SOON, id="the day after"),
        pytest.param(YEARLY, [scan("a", 1)], MET, id="before a later one"),
        pytest.param(replace(YEARLY, sooner="pend"), [scan("a", -1)], HELD, id="held"),
        pytest.param(YEARLY, [report("a", "70553", on=-1)], MET, id="one that does not count"),
        pytest.param(YEARLY, [scan("a", -1, "pending")], UNCLEAR, id="pending"),
        pytest.param(YEARLY, [scan("a", -1, "other_payer")], UNCLEAR, id="with another payer"),
        pytest.param(YEARLY, [scan("a", -1, "denied")], MET, id="denied"),
        pytest.param(YEARLY, [scan("a", -365, "pending")], MET, id="pending, long before"),
        pytest.param(
            YEARLY, [scan("a", -1, "pending"), scan("b", -9)], TOO_SOON, id="pending after a paid"
        ),
        pytest.param(YEARLY, [scan("a", 0)], UNCLEAR, id="another of the same day"),
        pytest.param(replace(YEARLY, least_days=1), [scan("a", 0)], UNCLEAR, id="a day between"),
        pytest.param(replace(YEARLY, least_days=0), [scan("a", 0)], MET, id="no day between"),
    ],
)
def test_there_have_to_be_so_many_days_since_the_last(
    terms: IntervalTerms, facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    found = ask("interval", terms, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param("paid", TOO_SOON, id="paid"),
        pytest.param("denied", MET, id="denied by the core system"),
    ],
)
def test_without_a_set_the_procedures_of_the_lines_own_service_count(
    status: str, expected: tuple[str, str | None]
) -> None:
    terms = replace(YEARLY, counted=None)
    facts = (claim("C-0", on=-9), finalization("C-0", status=status), scan("a", -5))

    found = ask("interval", terms, claim(), *facts)

    assert expected == said(found)


@pytest.mark.parametrize("days", [1, 2, 30])
@pytest.mark.parametrize("before", [0, 1, 2, 29, 30, 31])
def test_it_says_the_same_as_one_in_as_many_days(days: int, before: int) -> None:
    interval = replace(YEARLY, least_days=days)
    count = CountTerms(
        counted=interval.counted, most=1, span="rolling", span_days=days, beyond="deny"
    )

    facts = (claim(), scan("a", -before))

    assert ask("count", count, *facts).answer == ask("interval", interval, *facts).answer


@pytest.mark.parametrize(
    ("facts", "because", "names", "parameters"),
    [
        pytest.param(
            [scan("a", -7), scan("b", -5)],
            "78608 of 2025-09-10 was 5 days before, not 365",
            ["b"],
            {"the_least_days": 365, "the_sooner": "deny"},
            id="too soon after the last",
        ),
        pytest.param(
            [scan("a", -7, "pending"), scan("b", -5, "pending")],
            "it is not known whether 78608 of 2025-09-08, 78608 of 2025-09-10 counts;"
            " 365 days are to lie between",
            ["a", "b"],
            {"the_least_days": 365},
            id="perhaps too soon after any",
        ),
        pytest.param(
            [scan("a", -400)],
            "none in the 365 days up to it",
            [],
            {"the_least_days": 365},
            id="late enough",
        ),
    ],
)
def test_what_it_leaned_on_is_named(
    facts: list[Sending], because: str, names: list[str], parameters: dict[str, object]
) -> None:
    found = ask("interval", YEARLY, claim(), *facts)

    assert (because, names, parameters) == (found.because, pointed(found), dict(found.parameters))


def test_an_authorization_lifts_it() -> None:
    found = ask("interval", YEARLY, claim(), scan("a", -1), authorization())

    assert MET == said(found)
    assert ["A-1"] == pointed(found)
