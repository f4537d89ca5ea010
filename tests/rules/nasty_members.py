"""Draws members whose few dates, ids and codes lie at the edges of the rules and collide often."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from rules.facts import Claim, ClaimType, Event, Fact, Frequency, Line
from rules.library_model import Library
from tests.rules.builders import (
    NPI,
    OTHER_NPI,
    attestation,
    authorization,
    coverage,
    day,
    finalization,
    instant,
    report,
    review,
)
from tests.rules.deciding import authority_row, library

_Test = TypeVar("_Test", bound=Callable[..., Any])


def effort(examples: int) -> Callable[[_Test], _Test]:
    """How many members a property is tried on; PROPERTY_EFFORT=100 tries a hundred times more."""
    return settings(
        max_examples=examples * int(os.environ.get("PROPERTY_EFFORT", "1")),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@cache
def nasty_library() -> Library:
    """The shipped one with rows that govern or exclude, and a plan that knows only late claims."""
    rows = (
        authority_row("eMedNY", "medicaid", effect="governs", since=-45, until=45),
        authority_row("LCD", "medicare", since=-45, until=1),
    )
    own = library(rows=rows)
    late = replace(own.plans["sample-essential"], claims_known_from=day(0))
    return replace(own, plans={**own.plans, late.plan_id: late})


class Theme(NamedTuple):
    """What a member's events are mostly about; a word that stands twice is drawn twice as often."""

    procedures: tuple[str, ...]
    modifiers: tuple[tuple[str, ...], ...] = ((), (), (), ("26",), ("TC",))
    days: tuple[int, ...] = (-91, -90, -45, -1, 0, 0, 0, 0, 1, 45, 90, 91)
    diagnoses: tuple[str, ...] = ("C71.1", "C71.1", "C71.1", "C79.31", "R56.9", "C61", "D49.6")
    plans: tuple[str, ...] = ("sample-commercial", "sample-commercial", "sample-ny-commercial")
    frequencies: tuple[str, ...] = ("1", "1", "1", "1", "1", "7", "8")
    studies: tuple[str, ...] = ("70553", "70450")
    pet_days: tuple[int, ...] = (-90, -45, -1, 0, 0)


THEMES = {
    "PET or MRS": Theme(
        ("76390", "76390", "76390", "78608", "78608", "78816", "61510", "77402"),
        diagnoses=("C71.1", "C71.1", "C71.1", "C71.1", "C79.31", "R56.9", "C34.11"),
        studies=("70553", "78608", "78608", "78816", "76390"),
    ),
    "billed before": Theme(
        ("76390",),
        modifiers=((), (), (), ("26",), ("26",), ("TC",), ("TC",), ("76",), ("53",), ("50",)),
        days=(0, 0, 0, 0, 0, -1),
        plans=("sample-commercial", "sample-commercial", "sample-essential", "nobody-knows"),
        frequencies=("1", "1", "1", "7", "7", "8"),
    ),
    "limited information": Theme(
        ("76390", "76390", "70553", "70450", "78816"),
        modifiers=((), (), (), ("XS",), ("53",)),
        days=(0, 0, 0, -1, -180, -181),
        frequencies=("1", "1", "1", "1", "8"),
        studies=("70553", "70553", "70450", "70460", "78816"),
        pet_days=(-181, -180, -45, -1, 0, 0, 1),
    ),
    "anything": Theme(
        (
            *("76390", "76390", "76390", "0609T", "78608", "78608", "78816", "78815"),
            *("70553", "61510", "77402", "99213"),
        ),
        modifiers=((), (), (), ("26",), ("TC",), ("53",), ("76",), ("50",), ("26", "TC")),
        # -183 is the day before the version, 400 lies beyond what the diagnosis table knows
        days=(-200, -183, -181, -90, -45, -1, 0, 0, 0, 0, 1, 45, 91, 400),
        diagnoses=(
            *("C71.1", "C71.1", "C79.31", "R56.9", "G40.209", "I67.89", "G03.9", "B20", "G06.0"),
            *("C61", "C71", "R51.9", "Z92.3", "E75.25", "G35"),
        ),
        plans=(
            *("sample-commercial", "sample-commercial", "sample-ny-commercial", "sample-essential"),
            *("sample-medicare", "sample-dsnp-no-medicare-mrs", "sample-no-mrs", "nobody-knows"),
            "sample-medicaid",
        ),
        frequencies=("1", "1", "1", "7", "7", "8"),
        studies=("70553", "70450", "78608", "78816", "76390", "72148"),
    ),
}

CLAIM_IDS = ("C-1", "C-2", "C-3", "C-4", "C-5")
_TIMES = st.sampled_from([instant(offset) for offset in (-20, -1, 0, 1, 20, 21, 22)])
_NPIS = st.sampled_from((NPI, NPI, NPI, OTHER_NPI, None))
_ATTESTED = st.sampled_from(((), (), (attestation(-1),), (attestation(-181),)))
_CLAIM_TYPES: st.SearchStrategy[ClaimType] = st.sampled_from(
    ("professional", "professional", "professional", "institutional")
)
_RECEIVED_AFTER = st.sampled_from((0, 4, 29, 30))


@st.composite
def _line(draw: st.DrawFn, theme: Theme, number: int, diagnoses: int) -> Line:
    pointers = st.lists(st.integers(1, max(diagnoses, 1)), max_size=2, unique=True)
    return Line(
        number,
        draw(st.sampled_from(theme.procedures)),
        draw(st.sampled_from(theme.modifiers)),
        day(draw(st.sampled_from(theme.days))),
        tuple(draw(pointers)) if diagnoses else (),
        draw(st.sampled_from((1, 1, 1, 1, 1, 1, 1, 2))),
        None,
        draw(_NPIS),
    )


@st.composite
def _claim(draw: st.DrawFn, theme: Theme, own_id: str) -> Claim:
    """A claim with an id of its own, or now and then with that of another."""
    claim_id = draw(st.sampled_from((*[own_id] * 7, "C-1")))
    frequency = draw(st.sampled_from(theme.frequencies))
    others = [other for other in ("C-0", *CLAIM_IDS) if other != claim_id]
    diagnoses = tuple(draw(st.lists(st.sampled_from(theme.diagnoses), min_size=1, max_size=2)))
    numbers = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2, unique=True))
    lines = tuple(draw(_line(theme, number, len(diagnoses))) for number in numbers)
    last = max(line.date_of_service for line in lines)
    return Claim(
        claim_id,
        cast("Frequency", frequency),
        None if frequency == "1" else draw(st.sampled_from(others)),
        draw(_CLAIM_TYPES),
        draw(st.sampled_from(theme.plans)),
        last + timedelta(days=draw(_RECEIVED_AFTER)),
        diagnoses,
        lines,
        None,
        draw(_ATTESTED),
    )


def _study(theme: Theme) -> st.SearchStrategy[Fact]:
    return st.builds(
        report,
        st.sampled_from(("S-1", "S-2", "S-3")),
        st.sampled_from(theme.studies),
        on=st.sampled_from(theme.pet_days),
        status=st.sampled_from(
            ("performed", "paid", "paid", "allowed", "denied", "pending", "other_payer", "voided")
        ),
        result=st.sampled_from(("limited", "limited", "conclusive", "unknown")),
        modifiers=st.sampled_from(((), (), (), ("53",), ("XS",))),
        diagnoses=st.lists(st.sampled_from(theme.diagnoses), max_size=2).map(tuple),
    )


_WORDS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        finalization,
        st.sampled_from(CLAIM_IDS),
        st.integers(1, 2),
        st.sampled_from(("paid", "paid", "allowed", "denied")),
    ),
    st.builds(
        coverage,
        st.sampled_from((-800, -800, -45)),
        st.sampled_from((None, None, 0)),
        st.sampled_from(("sample-commercial", "sample-commercial", "sample-ny-commercial")),
    ),
    st.builds(
        authorization,
        st.sampled_from(("A-1", "A-2")),
        st.sampled_from(("76390", "76390", "78608")),
        since=st.sampled_from((-90, -1, 0)),
        through=st.sampled_from((0, 1, 91)),
        status=st.sampled_from(("approved", "approved", "denied", "cancelled")),
    ),
    st.builds(
        review,
        st.sampled_from(CLAIM_IDS),
        st.integers(1, 2),
        st.sampled_from(("approved", "denied")),
    ),
)


@st.composite
def members(draw: st.DrawFn, most: int = 10) -> list[Event]:
    """Events of one member, each identity once, in the order in which they come."""
    theme = THEMES[draw(st.sampled_from(("PET or MRS", *THEMES)))]
    claims = [draw(_claim(theme, own_id)) for own_id in CLAIM_IDS[: draw(st.integers(1, 5))]]
    words = st.lists(st.one_of(_study(theme), _study(theme), _WORDS), max_size=most - 5)
    facts = [*claims, *draw(words), *draw(st.sampled_from(_IMAGED))]
    return [
        Event("M-1", f"e-{n}", draw(st.sampled_from(("/a", "/b"))), draw(_TIMES), fact)
        for n, fact in enumerate(draw(st.permutations(facts)))
    ]


@st.composite
def originals(draw: st.DrawFn) -> Claim:
    """A claim that no other names and whose id no other has."""
    theme = THEMES[draw(st.sampled_from(("PET or MRS", *THEMES)))]
    return draw(_claim(theme, "C-9"))._replace(claim_id="C-9", frequency="1", replaces=None)


_IMAGED: tuple[list[Fact], ...] = (
    [],
    [report("S-0", on=-45)],
    [report("S-0", on=-45), report("S-00", on=-180), report("S-000", on=0)],
)
"""Without an MRI of limited result few spectroscopies would be approved."""
