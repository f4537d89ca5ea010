"""The results of scenarios in words: what was expected, what came, and what none reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, get_args

from rules.determination import Outcome
from rules.truth import Truth
from worker.determinations.data import Data
from worker.policy_tests.gaps import ReasonReached, is_gap, value_in_words
from worker.policy_tests.results import PolicyResult
from worker.policy_tests.run import Tried
from worker.replay.comparison import FieldDifference

_WORDS: Final = {*Truth, *get_args(Outcome)}
"""Answers and outcomes, which are said with a space; codes are said as they are."""


def differences_in_words(tried: Tried) -> Iterator[str]:
    """Yields what was expected and what came, a line each, and why it came so."""
    if tried.refused:
        yield f"no library can be as it asks: {tried.refused}"
    explained: set[tuple[str | None, int | None]] = set()
    for one in tried.differences:
        yield f"{_place(one)}{_said(one)}"
        explained.add((one.claim_id, one.line))
    for data in tried.final.values():
        if (data["claim_id"], data["line"]) in explained:
            yield from _why(data)


def unreached_in_words(result: PolicyResult) -> Iterator[str]:
    """Yields what no scenario reaches: a line for each criterion, the reasons, each parameter."""
    missed = _by_name((one.criterion, one.answer.value) for one in result.answers if is_gap(one))
    for criterion, answers in missed.items():
        yield f"{criterion} is never {' and never '.join(_spaced(one) for one in answers)}"
    yield from reasons_in_words(result.reasons)
    values = {one.parameter: one.value for one in result.edges}
    untold = _by_name(
        (one.parameter, value_in_words(one.instead)) for one in result.edges if is_gap(one)
    )
    for parameter, instead in untold.items():
        value = value_in_words(values[parameter])
        yield f"{parameter} = {value} is not told from {' or from '.join(instead)}"


def unfound_in_words(result: PolicyResult) -> Iterator[str]:
    """Yields what no scenario's criteria find, where neither answer nor reason is missed anyway."""
    missed = {(one.criterion, one.answer) for one in result.answers if not one.scenarios}
    ended = {one.reason for one in result.reasons if one.scenarios}
    for one in result.roles:
        if not one.scenarios and one.reason in ended and (one.criterion, one.answer) not in missed:
            yield f"{one.criterion} is never {_spaced(one.answer.value)} for {one.reason}"


def reasons_in_words(reasons: Iterable[ReasonReached]) -> Iterator[str]:
    """Yields the reasons for which no line ends, in one line."""
    missed = [one.reason for one in reasons if is_gap(one)]
    if missed:
        yield f"no line ends for {', '.join(missed)}"


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _place(one: FieldDifference) -> str:
    return "" if one.claim_id is None else f"{one.claim_id}, line {one.line}: "


def _said(one: FieldDifference) -> str:
    if one.field == "determination":
        return "there is no such line" if one.decide is None else str(one.decide)
    if isinstance(one.expected, dict) and isinstance(one.decide, dict):
        return "; ".join(
            f"{name}: expected {_value(wanted)}, came {_value(one.decide.get(name))}"
            for name, wanted in one.expected.items()
            if one.decide.get(name) != wanted
        )
    return f"{one.field}: expected {_value(one.expected)}, came {_value(one.decide)}"


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "none"
    if isinstance(value, dict):
        return str(value.get("code") or value)
    return _spaced(str(value)) if str(value) in _WORDS else str(value)


def _why(data: Data) -> Iterator[str]:
    """Yields what the criteria said that were not met, or that are open."""
    for finding in data["findings"]:
        if finding["answer"] in ("not_met", "unknown"):
            answer = _spaced(finding["answer"])
            yield f"  {finding['criterion']} is {answer}: {finding['because']}"
