"""Facts that lead to each answer of the kinds that look at a line, its claim and its plan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from rules.criterion import Criterion
from rules.facts import Attestation, Authorization, Claim, Fact, Finalization, Line
from rules.proof.arrangements import Arrangement, Candidate
from rules.proof.facts_of_gates import authorized
from rules.proof.varied_lines import VariedLine
from rules.terms import NoTerms
from rules.terms_of_lines import (
    AttestedTerms,
    AuthorizationTerms,
    CompanionTerms,
    MeasuredTerms,
    OrderedByTerms,
    PlaceTerms,
    ReferredTerms,
    UnitsTerms,
)
from rules.truth import Truth

_PLACES = [f"{number:02}" for number in range(1, 100)]
_NO_SPECIALTY = "no specialty of the set"
_NO_UNIT = "no unit of the policy"


def facts_of_never(line: VariedLine, _: Criterion[NoTerms]) -> Iterator[Candidate]:
    """Authorized, and not."""
    yield Candidate("not authorized", expected=Truth.NOT_MET)
    yield Candidate("authorized", authorized(line), Truth.MET)


def facts_of_referred(_: VariedLine, __: Criterion[ReferredTerms]) -> Iterator[Candidate]:
    """Whatever the line is."""
    yield Candidate("any line", expected=Truth.UNKNOWN)


def facts_of_units(_: VariedLine, row: Criterion[UnitsTerms]) -> Iterator[Candidate]:
    """As many as are allowed, and one more."""
    most = row.terms.most
    for units, expected in ((most, Truth.MET), (most + 1, Truth.NOT_MET)):
        if units > 0:
            yield Candidate(f"{units} units", Arrangement({"units": Decimal(units)}), expected)


def facts_of_place(_: VariedLine, row: Criterion[PlaceTerms]) -> Iterator[Candidate]:
    """One of the places, another one, none; and an institutional claim."""
    places, accepts = row.terms.places, row.terms.institutional == "accept"
    chosen = [place for place in _PLACES if place in places][:1]
    others = [place for place in _PLACES if place not in places][:1]
    for place, expected in (
        *((place, Truth.MET) for place in chosen),
        *((place, Truth.NOT_MET) for place in others),
        (None, Truth.UNKNOWN),
    ):
        sets = {"place_of_service": place, "claim_type": "professional"}
        yield Candidate(f"at place {place}", Arrangement(sets), expected)
    institutional = Arrangement({"claim_type": "institutional"})
    expected = Truth.MET if accepts else Truth.UNKNOWN
    yield Candidate("on an institutional claim", institutional, expected)


def facts_of_ordered_by(_: VariedLine, row: Criterion[OrderedByTerms]) -> Iterator[Candidate]:
    """Someone of the specialties, someone else, nobody knows whom."""
    for specialty, expected in (
        *((code, Truth.MET) for code in sorted(row.terms.specialties)[:1]),
        (_NO_SPECIALTY, Truth.NOT_MET),
        (None, Truth.UNKNOWN),
    ):
        facts = Arrangement({"ordering_specialty": specialty})
        yield Candidate(f"ordered by {specialty}", facts, expected)


def facts_of_authorization(
    line: VariedLine, row: Criterion[AuthorizationTerms]
) -> Iterator[Candidate]:
    """None, one of the day, and one that ended on the day before."""
    without = Truth.MET if row.terms.rule == "waived" else _held(row.terms.missing)
    yield Candidate("not authorized", expected=without)
    yield Candidate("authorized", authorized(line), Truth.MET)
    before = line.setting.day(-1)
    ended = Authorization("A-1", line.setting.procedure, before, before, "approved")
    yield Candidate("authorized up to the day before", Arrangement(beside=(ended,)), without)


def facts_of_attested(line: VariedLine, row: Criterion[AttestedTerms]) -> Iterator[Candidate]:
    """Nothing, and a word of each day on which something changes."""
    terms = row.terms
    missing, days = _held(terms.missing), terms.within_days
    yield Candidate("nothing attested", expected=missing)
    for ago, expected in (
        (0, Truth.MET),
        (-1, missing),
        *(() if days is None else ((days, Truth.MET), (days + 1, missing))),
    ):
        word = Attestation(terms.attestation, line.setting.day(-ago), f"{row.name} {ago}")
        facts = Arrangement(attestations=(word,))
        yield Candidate(f"attested for {ago} days before", facts, expected)


def facts_of_measured(line: VariedLine, row: Criterion[MeasuredTerms]) -> Iterator[Candidate]:
    """Values at both sides of each bound, in the unit and in none, of days at both sides."""
    terms, days = row.terms, row.terms.within_days
    yield Candidate("nothing measured", expected=Truth.UNKNOWN)
    for value in _values(terms):
        is_inside = (terms.least is None or terms.least <= value) and (
            terms.most is None or value <= terms.most
        )
        expected = Truth.MET if is_inside else Truth.NOT_MET
        yield _measured(line, row, value, terms.unit, 0, expected)
        if days is not None:
            yield _measured(line, row, value, terms.unit, days, expected)
            yield _measured(line, row, value, terms.unit, days + 1, Truth.UNKNOWN)
        yield _measured(line, row, value, _NO_UNIT, 0, Truth.UNKNOWN)
        yield _measured(line, row, value, terms.unit, -1, Truth.UNKNOWN)


def facts_of_companion(line: VariedLine, row: Criterion[CompanionTerms]) -> Iterator[Candidate]:
    """None, one of the day, one that the core system denied, one of the day before."""
    missing = _held(row.terms.missing)
    yield Candidate("billed alone", expected=missing)
    for procedure in sorted(row.terms.companions)[:1]:
        for ago, status in product((0, 1), (None, "denied")):
            billed = _billed(line, procedure, ago, f"{row.name}-1")
            facts: tuple[Fact, ...] = (billed,)
            if status is not None:
                facts = (billed, Finalization(billed.claim_id, 1, "denied"))
            expected = missing
            if ago == 0:
                expected = Truth.MET if status is None else Truth.UNKNOWN
            words = f"billed with {procedure}, {ago} days before, {status}"
            yield Candidate(words, Arrangement(beside=facts), expected)


def _held(choice: str) -> Truth:
    return Truth.NOT_MET if choice == "deny" else Truth.UNKNOWN


def _values(terms: MeasuredTerms) -> list[Decimal]:
    """Each bound, and the next value below and above it; any, where there is no bound."""
    found: list[Decimal] = []
    for bound in (terms.least, terms.most):
        if bound is not None:
            step = Decimal((0, (1,), int(bound.as_tuple().exponent)))
            found += [bound, bound - step, bound + step]
    return list(dict.fromkeys(found)) or [Decimal(1)]


def _measured(
    line: VariedLine,
    row: Criterion[MeasuredTerms],
    value: Decimal,
    unit: str,
    ago: int,
    expected: Truth,
) -> Candidate:
    on = line.setting.day(-ago)
    word = Attestation(row.terms.attestation, on, f"{row.name} {ago}", value, unit)
    words = f"{value} {unit}, {ago} days before"
    return Candidate(words, Arrangement(attestations=(word,)), expected)


def _billed(line: VariedLine, procedure: str, ago: int, claim_id: str) -> Claim:
    setting, on = line.setting, line.setting.day(-ago)
    billed = Line(1, procedure, (), on, ())
    return Claim(
        claim_id, "1", None, "professional", setting.plan, on, setting.diagnoses, (billed,)
    )
