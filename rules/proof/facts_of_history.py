"""Facts that lead to each answer of the kinds that look at the history, or at who the member is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice, product
from typing import get_args

from rules.criterion import Criterion
from rules.facts import Report, Sex, StudyStatus, Treatment, TreatmentOutcome
from rules.proof.arrangements import Arrangement, Candidate
from rules.proof.varied_lines import VariedLine
from rules.terms_of_history import (
    AfterTreatmentTerms,
    AgeTerms,
    CountTerms,
    EvaluationTerms,
    IntervalTerms,
    SexTerms,
    TriedTerms,
)
from rules.truth import Truth

_LONG = 3650
"""So many days back there is room for as many services as a policy may count."""
_A_DAY = timedelta(days=1)


def facts_of_count(line: VariedLine, row: Criterion[CountTerms]) -> Iterator[Candidate]:
    """As many services as are allowed and one fewer, sure or not, at both ends of the span."""
    terms, most = row.terms, row.terms.most
    marked = () if terms.modifier is None else (terms.modifier,)
    own = Arrangement(modifiers=marked)
    beyond = Truth.NOT_MET if terms.beyond == "deny" else Truth.UNKNOWN
    days = terms.span_days if terms.span == "rolling" else None
    is_told = terms.span != "rolling" or days is not None
    if marked:
        yield Candidate(f"without modifier {marked[0]}", expected=Truth.MET)
    yield Candidate("none before", own, (Truth.MET if most else beyond) if is_told else None)
    last = _LONG if days is None else days - 1
    places = _places(line, terms.counted, last, most)
    if len(places) < most or not most:
        return
    cases: list[tuple[int, StudyStatus, Truth]] = [
        (0, "performed", beyond),
        (1, "performed", Truth.MET),
        (0, "pending", Truth.UNKNOWN),
        (0, "denied", Truth.MET),
    ]
    for fewer, status, expected in cases:
        reports = _reports(line, row.name, places[fewer:], marked, status)
        words = f"{most - fewer} before, one of them {status}"
        yield Candidate(words, own._replace(beside=reports), expected if is_told else None)
    yield from _at_the_ends(line, row, places)


def facts_of_interval(line: VariedLine, row: Criterion[IntervalTerms]) -> Iterator[Candidate]:
    """None before, and one at both sides of the number of days, sure or not."""
    terms, days = row.terms, row.terms.least_days
    sooner = Truth.NOT_MET if terms.sooner == "deny" else Truth.UNKNOWN
    yield Candidate("none before", expected=Truth.MET)
    procedure = next(iter(_counted(line, terms.counted)), "")
    cases: list[tuple[int, StudyStatus, Truth]] = [
        (days - 1, "performed", sooner),
        (days, "performed", Truth.MET),
        (days - 1, "pending", Truth.UNKNOWN),
    ]
    for ago, status, expected in cases:
        if ago > 0 and procedure:
            reports = _reports(line, row.name, [(ago, procedure)], (), status)
            words = f"one {ago} days before, {status}"
            yield Candidate(words, Arrangement(beside=reports), expected)


def facts_of_age(line: VariedLine, row: Criterion[AgeTerms]) -> Iterator[Candidate]:
    """No birth date, and one at both sides of each age."""
    on, least, most = line.setting.on, row.terms.least_years, row.terms.most_years
    yield Candidate("no birth date", expected=Truth.UNKNOWN)
    born: dict[date, int] = {}
    if least is not None:
        born |= {_birthday(on, least): least, _birthday(on, least) + _A_DAY: least - 1}
    if most is not None:
        born |= {_birthday(on, most + 1) + _A_DAY: most, _birthday(on, most + 1): most + 1}
    for birth_date, years in (born or {on: 0}).items():
        if birth_date <= on:
            is_within = (least is None or least <= years) and (most is None or years <= most)
            facts = Arrangement({"birth_date": birth_date})
            yield Candidate(f"{years} years", facts, Truth.MET if is_within else Truth.NOT_MET)


def facts_of_sex(_: VariedLine, row: Criterion[SexTerms]) -> Iterator[Candidate]:
    """Each that a record can say."""
    for sex in get_args(Sex):
        expected = Truth.MET if sex == row.terms.sex else Truth.NOT_MET
        if sex in ("unknown", "other"):
            expected = Truth.UNKNOWN
        yield Candidate(f"sex {sex}", Arrangement({"sex": sex}), expected)


def facts_of_tried(line: VariedLine, row: Criterion[TriedTerms]) -> Iterator[Candidate]:
    """As many therapies as are asked for and one fewer, failed or not, at both ends of the span."""
    terms, least = row.terms, row.terms.least
    few = Truth.NOT_MET if terms.missing == "deny" else Truth.UNKNOWN
    codes = sorted(terms.therapies)[:least]
    yield Candidate("none tried", expected=few if least else Truth.MET)
    if not codes or len(codes) < least:
        return
    ends: list[tuple[int, TreatmentOutcome, Truth]] = [
        (0, "failed", Truth.MET),
        (0, "not_tolerated", Truth.MET),
        (0, "unknown", Truth.UNKNOWN),
        (0, "succeeded", few),
    ]
    if terms.within_days is not None:
        ends += [(terms.within_days, "failed", Truth.MET), (terms.within_days + 1, "failed", few)]
    for ago, outcome, expected in ends:
        tried = [_therapy(line, row.name, code, 0, "failed") for code in codes[1:]]
        tried.append(_therapy(line, row.name, codes[0], ago, outcome))
        words = f"{least} tried, one of them {outcome}, ended {ago} days before"
        yield Candidate(words, Arrangement(beside=tuple(tried)), expected)


def facts_of_evaluated(line: VariedLine, row: Criterion[EvaluationTerms]) -> Iterator[Candidate]:
    """None, and one at both ends of the span."""
    terms = row.terms
    none = Truth.NOT_MET if terms.missing == "deny" else Truth.UNKNOWN
    yield Candidate("not evaluated", expected=none)
    for procedure in sorted(terms.evaluations)[:1]:
        for ago, expected in ((terms.within_days, Truth.MET), (terms.within_days + 1, none)):
            reports = _reports(line, row.name, [(ago, procedure)], (), "performed")
            words = f"evaluated {ago} days before"
            yield Candidate(words, Arrangement(beside=reports), expected)


def facts_of_after_treatment(
    line: VariedLine, row: Criterion[AfterTreatmentTerms]
) -> Iterator[Candidate]:
    """No treatment, and one that ended at both sides of each number of days."""
    least, most = row.terms.least_days, row.terms.most_days
    yield Candidate("not treated", expected=Truth.UNKNOWN)
    edges = [] if least is None else [least, least - 1]
    edges += [] if most is None else [most, most + 1]
    for code in sorted(row.terms.treatments)[:1]:
        for ago in edges or [0]:
            is_within = (least is None or least <= ago) and (most is None or ago <= most)
            if ago >= 0:
                treated = _therapy(line, row.name, code, ago, "unknown")
                words = f"{code} ended {ago} days before"
                expected = Truth.MET if is_within else Truth.NOT_MET
                yield Candidate(words, Arrangement(beside=(treated,)), expected)


def _at_the_ends(
    line: VariedLine, row: Criterion[CountTerms], places: Sequence[tuple[int, str]]
) -> Iterator[Candidate]:
    """Services at both sides of the first day of a rolling span, or of a treatment that resets."""
    terms = row.terms
    marked = () if terms.modifier is None else (terms.modifier,)
    beyond = Truth.NOT_MET if terms.beyond == "deny" else Truth.UNKNOWN
    procedure = places[0][1]
    if terms.span == "rolling" and terms.span_days is not None:
        for ago, expected in ((terms.span_days - 1, beyond), (terms.span_days, Truth.MET)):
            moved = [*places[: terms.most - 1], (ago, procedure)]
            if len(set(moved)) == len(moved):
                reports = _reports(line, row.name, moved, marked, "performed")
                facts = Arrangement(modifiers=marked, beside=reports)
                yield Candidate(f"{terms.most} before, the first {ago} days", facts, expected)
    reports = _reports(line, row.name, places, marked, "performed")
    for code in sorted(line.codes.episode_reset)[:1]:
        on, diagnoses = line.setting.on, line.setting.diagnoses
        reset = Treatment(f"{row.name}-reset", code, on, "performed", diagnoses)
        facts = Arrangement(modifiers=marked, beside=(*reports, reset))
        yield Candidate(f"{terms.most} before, then {code}", facts)


def _counted(line: VariedLine, counted: frozenset[str] | None) -> Sequence[str]:
    return line.procedures if counted is None else sorted(counted)


def _places(
    line: VariedLine, counted: frozenset[str] | None, last: int, most: int
) -> list[tuple[int, str]]:
    """The latest days with procedures of so many services as are allowed, all before the line."""
    days = product(range(1, last + 1), _counted(line, counted))
    return list(islice(days, most))


def _reports(
    line: VariedLine,
    name: str,
    places: Sequence[tuple[int, str]],
    modifiers: tuple[str, ...],
    status: StudyStatus,
) -> tuple[Report, ...]:
    """A service that was performed at each place; `status`: what is said of the last one."""
    codes = line.setting.diagnoses
    return tuple(
        Report(
            f"{name}-{number}",
            procedure,
            modifiers,
            line.setting.day(-ago),
            status if number == len(places) else "performed",
            "unknown",
            codes,
        )
        for number, (ago, procedure) in enumerate(places, 1)
    )


def _therapy(
    line: VariedLine, name: str, code: str, ago: int, outcome: TreatmentOutcome
) -> Treatment:
    ended = line.setting.day(-ago)
    return Treatment(f"{name}-{code}", "", ended, "performed", (), ended, outcome, code)


def _birthday(on: date, years: int) -> date:
    """The last day of birth of someone who has completed so many years on a day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February, in a year without one
        return date(on.year - years, 2, 28)
