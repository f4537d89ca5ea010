"""The parameters of a policy version: each with its question, its answer and the other answers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple, TypeVar, get_args, get_origin

from rules.code_sets import Purpose
from rules.determination import ParameterValue
from rules.loading.blocks import Block
from rules.loading.words import one_of
from rules.policy.document import ParameterType, PolicyParameter

AnswerT = TypeVar("AnswerT", str, int, bool)
_NUMBERS: tuple[ParameterType, ...] = ("days", "years", "count")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
PEND_DUE_DAYS = "pend_due_days"
"""The one parameter that no criterion leans on: every policy has it."""


def names_in(policies: Iterable[bytes]) -> tuple[str, ...]:
    """The names of the parameters in some `policy.toml`, as far as they can be read."""
    found: dict[str, None] = {}
    for content in policies:
        try:
            held = tomllib.loads(content.decode()).get("parameter")
        except (UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue  # whoever reads the policy says what is wrong with it
        found |= dict.fromkeys(held if isinstance(held, dict) else ())
    return tuple(found)


def read_parameters(
    block: Block, types: Mapping[str, object], purposes: Sequence[Purpose]
) -> tuple[PolicyParameter, ...]:
    """
    Reads every parameter that the criteria name, in file order.

    `types` are theirs by name, `purposes` what a list of purposes may hold.
    """
    kinds = {**types, PEND_DUE_DAYS: int}
    for name in kinds:
        if not block.has(name):
            block.fault(name, "is missing", f"Add [{block.path}.{name}] with its question.")
    read: list[PolicyParameter] = []
    for name in block.keys():  # noqa: SIM118 - a block is not a mapping: it tracks what was read
        if name in kinds:
            read.append(_read(name, block.block(name), kinds[name], purposes))
        else:
            block.fault(name, "is not a parameter", one_of(name, tuple(kinds)))
    return tuple(read)


class _Answers(NamedTuple):
    """The chosen answer, and the alternatives."""

    value: ParameterValue
    others: tuple[ParameterValue, ...] = ()
    least: int | Decimal | None = None
    most: int | Decimal | None = None


def _read(name: str, block: Block, kind: object, purposes: Sequence[Purpose]) -> PolicyParameter:
    types, answers = _answers(block, kind, purposes)
    read = PolicyParameter(
        name=name,
        type=block.choice("type", types),
        value=answers.value,
        section=block.text("section"),
        question=block.text("question"),
        least=answers.least,
        most=answers.most,
        other_answers=answers.others,
        source=block.text("source"),
    )
    block.close()
    return read


def _answers(
    block: Block, kind: object, purposes: Sequence[Purpose]
) -> tuple[tuple[ParameterType, ...], _Answers]:
    """Reads the answers according to the parameter's type in the rules."""
    if kind is int:
        return _NUMBERS, _numbers(block)
    if kind is Decimal:
        return ("measure",), _measure(block)
    if kind is bool:
        return ("yes_no",), _one_of(block, bool, block.flag("value"), (False, True))
    if get_origin(kind) is Literal:
        choices: tuple[str, ...] = get_args(kind)
        return ("choice",), _one_of(block, str, block.choice("value", choices), choices)
    return ("any_of",), _listed(block, get_args(kind)[0], purposes)


def _listed(block: Block, of: object, purposes: Sequence[Purpose]) -> _Answers:
    """Reads some of the policy's purposes, or of a closed list of words."""
    if of != Purpose:
        words: tuple[str, ...] = get_args(of)
        return _any_of(block, str, words)
    numbers = tuple(purpose for purpose in purposes if isinstance(purpose, int))
    if len(numbers) == len(purposes):
        return _any_of(block, int, numbers)
    return _any_of(block, str, tuple(str(purpose) for purpose in purposes))


def _numbers(block: Block) -> _Answers:
    span = block.block("other_answers")
    least, most = span.whole("least"), span.whole("most")
    span.close()
    value = block.whole("value")
    if least > most:
        _swap(span, least, most)
    elif not least <= value <= most:
        wrong = f"is {value}, which is out of range"
        block.fault("value", wrong, f"Enter a number from {least} to {most}.")
    return _Answers(value, (), least, most)


def _measure(block: Block) -> _Answers:
    """Reads a decimal number, written in quotes so that none of its digits is lost."""
    span = block.block("other_answers")
    least, value, most = (
        _decimal(span, "least"),
        _decimal(block, "value"),
        _decimal(span, "most"),
    )
    span.close()
    if least > most:
        _swap(span, least, most)
    elif not least <= value <= most:
        wrong = f"is {value}, which is out of range"
        block.fault("value", wrong, f"Enter a number from {least} to {most}.")
    return _Answers(value, (), least, most)


def _swap(span: Block, least: int | Decimal, most: int | Decimal) -> None:
    """Between them there is no number, so that nothing can be said of the value."""
    span.fault("least", f"is {least}, above `most`, which is {most}", "Swap the two.")


def _decimal(block: Block, key: str) -> Decimal:
    found = block.text(key)
    if _DECIMAL.fullmatch(found):
        return Decimal(found)
    block.fault(key, f"is {found!r}, which is no number", 'Write a number in quotes, as "6.5".')
    return Decimal(0)


def _one_of(
    block: Block, kind: type[AnswerT], value: AnswerT, answers: tuple[AnswerT, ...]
) -> _Answers:
    """Checks that the answer and the others together are all known answers, each once."""
    others: tuple[AnswerT, ...] = block.listed("other_answers", kind)
    if sorted(map(str, (value, *others))) != sorted(map(str, answers)):
        rest = ", ".join(str(answer) for answer in answers if answer != value)
        block.fault("other_answers", "does not list every other answer", f"Write: {rest}.")
    return _Answers(value, others)


def _any_of(block: Block, kind: type[AnswerT], known: tuple[AnswerT, ...]) -> _Answers:
    """Reads a list of allowed items, which are a subset of what the rules know."""
    span = block.block("other_answers")
    choices = _within(span, "any_of", kind, known)
    span.close()
    return _Answers(_within(block, "value", kind, choices or known), choices)


def _within(
    block: Block, key: str, kind: type[AnswerT], allowed: tuple[AnswerT, ...]
) -> tuple[AnswerT, ...]:
    found = block.listed(key, kind)
    unknown = ", ".join(str(item) for item in found if item not in allowed)
    if unknown:
        to_do = f"Choose from: {', '.join(map(str, allowed))}."
        block.fault(key, f"has {unknown}, which is not allowed", to_do)
    return found
