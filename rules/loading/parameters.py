"""The parameters of a policy version: each with its question, its answer and the other answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from rules.determination import ParameterValue
from rules.facts import StudyStatus
from rules.library_model import Parameters
from rules.loading.blocks import Block
from rules.loading.words import one_of
from rules.policy.document import ParameterType, PolicyParameter

AnswerT = TypeVar("AnswerT", str, int, bool)
NAMES = tuple(field.name for field in fields(Parameters))
_STATUSES: tuple[str, ...] = get_args(StudyStatus)


def read_parameters(block: Block, indications: Sequence[int]) -> tuple[PolicyParameter, ...]:
    """
    Reads every parameter that the rules know, in file order.

    `indications` are the numbers that a list of indications may hold.
    """
    for name in NAMES:
        if not block.has(name):
            block.fault(name, "is missing", f"Add [{block.path}.{name}] with its question.")
    kinds = get_type_hints(Parameters)
    read: list[PolicyParameter] = []
    for name in block.keys():  # noqa: SIM118 - a block is not a mapping: it tracks what was read
        if name in NAMES:
            read.append(_read(name, block.block(name), kinds[name], indications))
        else:
            block.fault(name, "is not a parameter", one_of(name, NAMES))
    return tuple(read)


def parameters_of(read: Sequence[PolicyParameter]) -> Parameters:
    """Returns the parameters as the criteria use them."""
    values: dict[str, Any] = {parameter.name: parameter.value for parameter in read}
    return Parameters(**values)


class _Answers(NamedTuple):
    """The chosen answer, and the alternatives."""

    value: ParameterValue
    others: tuple[ParameterValue, ...] = ()
    least: int | None = None
    most: int | None = None


def _read(name: str, block: Block, kind: object, indications: Sequence[int]) -> PolicyParameter:
    type_, answers = _answers(block, kind, indications)
    read = PolicyParameter(
        name=name,
        type=block.choice("type", (type_,)),
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
    block: Block, kind: object, indications: Sequence[int]
) -> tuple[ParameterType, _Answers]:
    """Reads the answers according to the parameter's type in the rules."""
    if kind is int:
        return "days", _days(block)
    if kind is bool:
        return "yes_no", _one_of(block, bool, block.flag("value"), (False, True))
    if get_origin(kind) is Literal:
        words: tuple[str, ...] = get_args(kind)
        return "choice", _one_of(block, str, block.choice("value", words), words)
    if get_args(kind)[0] is int:
        return "any_of", _any_of(block, int, tuple(indications))
    return "any_of", _any_of(block, str, _STATUSES)


def _days(block: Block) -> _Answers:
    span = block.block("other_answers")
    least, most = span.whole("least"), span.whole("most")
    span.close()
    value = block.whole("value")
    if not least <= value <= most:
        wrong = f"is {value}, which is out of range"
        block.fault("value", wrong, f"Enter a number from {least} to {most}.")
    return _Answers(value, (), least, most)


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
