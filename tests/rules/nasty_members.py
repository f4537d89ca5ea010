"""Draws members whose few dates, ids and codes lie at the edges of the rules and collide often."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from rules.facts import Attestation, Claim, ClaimType, Event, Fact, Frequency, Line
from rules.library_model import Library
from tests.rules.builders import (
    NPI,
    OTHER_NPI,
    attestation,
    authorization,
    claim,
    coverage,
    day,
    finalization,
    instant,
    person,
    pet,
    report,
    review,
    treatment,
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
    """
    The shipped one with rows that govern or exclude, and a law that begins in the midst of claims.

    One plan knows only late claims, and names who may approve.
    """
    rows = (
        authority_row("eMedNY", "medicaid", effect="governs", since=-45, until=45),
        authority_row("LCD", "medicare", since=-45, until=1),
    )
    own = library(rows=rows)
    late = replace(
        own.plans["sample-essential"],
        claims_known_from=day(0),
        approving_roles=frozenset({"medical director"}),
    )
    laws = [
        replace(law, effective_from=day(4)) if law.state == "TX" else law
        for law in own.jurisdictions
    ]
    return replace(own, plans={**own.plans, late.plan_id: late}, jurisdictions=tuple(laws))


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
    attested: tuple[Attestation, ...] = (attestation(-1), attestation(-181), attestation(-731))
    """One of them stands on every second claim."""
    reviews: int = 1
    """How many times as often as any other word a review is drawn."""


THEMES = {
    "PET or MRS": Theme(
        ("76390", "76390", "76390", "78608", "78608", "78816", "61510", "77402"),
        diagnoses=("C71.1", "C71.1", "C71.1", "C71.1", "C79.31", "R56.9", "C34.11"),
        studies=("70553", "78608", "78608", "78816", "76390"),
    ),
    "billed before": Theme(
        ("76390",),
        modifiers=(
            *((), (), (), ("26",), ("26",), ("TC",), ("TC",), ("76",), ("53",), ("50",)),
            *(("59",), ("XU", "26")),
        ),
        days=(0, 0, 0, 0, 0, -1),
        plans=("sample-commercial", "sample-commercial", "sample-essential", "nobody-knows"),
        frequencies=("1", "1", "1", "7", "7", "8"),
    ),
    "limited information": Theme(
        ("76390", "76390", "70553", "70450", "78816"),
        modifiers=((), (), (), ("XS",), ("53",)),
        days=(0, 0, 0, -1, -180, -181, -730),
        diagnoses=("C71.1", "C71.1", "C79.31", "G06.0", "I67.89", "R56.9", "I10", "D49.6"),
        frequencies=("1", "1", "1", "1", "8"),
        studies=("70553", "70553", "70450", "70460", "78816"),
        pet_days=(-731, -730, -181, -180, -45, -1, 0, 0, 1),
    ),
    "a person decides": Theme(
        ("76390", "76390", "76390", "78608", "78815"),
        modifiers=((), (), (), (), ("26",), ("TC",), ("53",)),
        days=(-45, -1, 0, 0, 0),
        diagnoses=("C71.1", "C71.1", "C71.1", "C61", "D43.0"),
        plans=(
            *("sample-commercial", "sample-commercial", "sample-ny-commercial"),
            *("sample-ny-commercial", "sample-tx-commercial", "sample-essential"),
        ),
        frequencies=("1", "1", "1", "1", "1", "1", "1", "7", "8"),
        studies=("70553", "70553", "78608", "76390"),
        reviews=6,
    ),
    "anything": Theme(
        (
            *("76390", "76390", "76390", "0609T", "78608", "78608", "78816", "78815"),
            *("70553", "61510", "77402", "99213"),
        ),
        modifiers=((), (), (), ("26",), ("TC",), ("53",), ("76",), ("50",), ("26", "TC"), ("XE",)),
        # -183 is the day before the version, 400 lies beyond what the diagnosis table knows
        days=(-730, -200, -183, -181, -90, -45, -1, 0, 0, 0, 0, 1, 45, 91, 400),
        diagnoses=(
            *("C71.1", "C71.1", "C79.31", "R56.9", "G40.209", "I67.89", "G03.9", "B20", "G06.0"),
            *("C61", "C71", "R51.9", "Z92.3", "E75.25", "G35", "I10", "Z79.01", "I63.9"),
        ),
        plans=(
            *("sample-commercial", "sample-commercial", "sample-ny-commercial", "sample-essential"),
            *("sample-medicare", "sample-dsnp-no-medicare-mrs", "sample-no-mrs", "nobody-knows"),
            *("sample-medicaid", "sample-tx-commercial"),
        ),
        frequencies=("1", "1", "1", "7", "7", "8"),
        studies=("70553", "70450", "78608", "78816", "76390", "72148"),
    ),
}

CLAIM_IDS = ("C-1", "C-2", "C-3", "C-4", "C-5")
_TIMES = st.sampled_from([instant(offset) for offset in (-20, -1, 0, 1, 20, 21, 22)])
_NPIS = st.sampled_from((NPI, NPI, NPI, OTHER_NPI, None))
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
        Decimal(draw(st.sampled_from(("1", "1", "1", "1", "1", "1", "1", "0.5")))),
        None,
        draw(_NPIS),
    )


def _attested(theme: Theme) -> st.SearchStrategy[tuple[Attestation, ...]]:
    alone = [(each,) for each in theme.attested]
    return st.sampled_from((*[()] * len(alone), *alone))


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
        draw(_attested(theme)),
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


_REVIEWS: st.SearchStrategy[Fact] = st.builds(
    review,
    st.sampled_from(("C-1", "C-1", "C-1", *CLAIM_IDS)),
    st.sampled_from((1, 1, 1, 2)),
    st.sampled_from(("approved", "denied", "denied")),
    role=st.sampled_from(
        ("physician reviewer", "physician reviewer", " Medical Director", "nurse")
    ),
    by=st.sampled_from(("R-1", "R-1", "R-2", None)),
    level=st.sampled_from(("first", "first", "appeal")),
)


@st.composite
def _treatments(draw: st.DrawFn, theme: Theme) -> Fact:
    given = treatment(
        draw(st.sampled_from(("T-8", "T-9"))),
        draw(st.sampled_from(("61510", "61510", "77373", "77402", "99213", ""))),
        on=draw(st.sampled_from((-91, -90, -60, -45, -1, 0, 1))),
        status=draw(st.sampled_from(("performed", "performed", "performed", "voided"))),
        diagnoses=tuple(draw(st.lists(st.sampled_from(theme.diagnoses), max_size=2))),
    )
    ended = draw(st.sampled_from((None, None, day(0), day(1))))
    therapy = None if given.procedure else "N03AX09"
    return given._replace(ended_on=ended, therapy=therapy)


_OTHER_WORDS: tuple[st.SearchStrategy[Fact], ...] = (
    st.builds(person, st.sampled_from((None, -9000)), st.sampled_from(("female", "unknown"))),
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
)


def _words(theme: Theme) -> st.SearchStrategy[Fact]:
    """What is said of claims: payments, enrolments, authorizations, treatments and reviews."""
    return st.one_of(*_OTHER_WORDS, _treatments(theme), *[_REVIEWS] * theme.reviews)


@st.composite
def members(draw: st.DrawFn, most: int = 10, about: Theme | None = None) -> list[Event]:
    """
    Events of one member, each identity once, in the order in which they come.

    `about` one theme, or else any of those that there are.
    """
    theme = about or THEMES[draw(st.sampled_from(("PET or MRS", "a person decides", *THEMES)))]
    claims = [draw(_claim(theme, own_id)) for own_id in CLAIM_IDS[: draw(st.integers(1, 5))]]
    words = st.lists(st.one_of(_study(theme), _study(theme), _words(theme)), max_size=most - 5)
    usual = draw(st.sampled_from(_IMAGED)) + draw(st.sampled_from(_REVIEWED))
    facts = [*claims, *draw(words), *usual]
    return [
        Event("M-1", f"e-{n}", draw(st.sampled_from(("/a", "/b"))), draw(_TIMES), fact)
        for n, fact in enumerate(draw(st.permutations(facts)))
    ]


@st.composite
def originals(draw: st.DrawFn) -> Claim:
    """A claim that no other names and whose id no other has."""
    theme = THEMES[draw(st.sampled_from(("PET or MRS", "a person decides", *THEMES)))]
    return draw(_claim(theme, "C-9"))._replace(claim_id="C-9", frequency="1", replaces=None)


_IMAGED: tuple[list[Fact], ...] = (
    [],
    [report("S-0", on=-45)],
    [report("S-0", on=-45), report("S-00", on=-180), report("S-000", on=0)],
    [report("S-0", on=-730)],
    [report("S-0", on=-731), report("S-00", on=-20, result="conclusive")],
)
"""Without an MRI of limited result few spectroscopies would be approved."""

_REVIEWED: tuple[list[Fact], ...] = (
    [],
    [claim("C-6"), review("C-6", decision="denied")],
    [claim("C-6", plan="sample-ny-commercial", on=-1), review("C-6"), review("C-6")],
    [pet("C-6"), review("C-6", decision="denied", by="R-1")],
)
"""Few reviews that are drawn find a line that they could resolve."""
