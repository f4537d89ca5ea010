"""The criteria of a policy version: each of a kind, with what the policy says to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from rules.code_sets import Purpose
from rules.criteria.kinds import KINDS
from rules.criterion import Criterion, Gate
from rules.determination import ParameterValue
from rules.loading.blocks import Block
from rules.loading.slots import PARTS, slots_of
from rules.loading.states import HOW_TO_WRITE, STATES
from rules.loading.words import one_of
from rules.policy.document import PolicyCriterion
from rules.policy.sections import named_sections
from rules.reasons import Reason
from rules.terms import Terms

_GATES: tuple[Gate, ...] = get_args(Gate)
_KINDS_OF_PARTS = tuple(
    name for name, kind in KINDS.items() if kind.ask is not None and not kind.is_by_itself
)
_OPTIONAL = (
    *("only_purposes", "only_states", "gate", "bars", "services"),
    *("parameters", "words", "sets", "reasons"),
)


def read_criteria(
    block: Block, sections: set[str], services: Sequence[str]
) -> tuple[PolicyCriterion, ...]:
    """Reads all of them, in the order in which they are asked."""
    entries = block.blocks("criterion", "name")
    criteria = tuple(_criterion(entry, sections, services) for entry in entries)
    if not criteria:
        block.fault("criterion", "has no entry", "Write a [[criterion]] for each question.")
    for entry, before, criterion in zip(entries[1:], criteria, criteria[1:], strict=False):
        if criterion.gate is not None and before.gate is None:
            to_do = f"Put it before {before.name}, or remove its gate."
            entry.fault("gate", f"stands after {before.name}, which is no gate", to_do)
        if before.kind in KINDS and KINDS[before.kind].ask is None:
            to_do = f"Put {before.name} last: it is asked of the study, when all else is."
            entry.fault("kind", f"comes after {before.name}", to_do)
    return criteria


def types_of(criteria: Sequence[PolicyCriterion]) -> dict[str, object]:
    """The type of each parameter that the criteria name, by its name."""
    found: dict[str, object] = {}
    for criterion in criteria:
        slots = slots_of(KINDS[criterion.kind].terms)
        found |= {name: slots[slot].type for slot, name in criterion.slots.items() if slot in slots}
        found |= types_of(criterion.parts)
    return found


def criterion_of(
    read: PolicyCriterion,
    answers: Mapping[str, ParameterValue],
    reasons: Mapping[str, Reason],
    sets: Mapping[str, frozenset[str]],
) -> Criterion[Terms]:
    """The criterion as it is asked; `answers`: the parameters by name, `sets`: the code sets."""
    kind = KINDS[read.kind]
    values: dict[str, Any] = {slot: answers[name] for slot, name in read.slots.items()}
    values |= {slot: sets[name] for slot, name in read.sets.items()}
    if read.parts:
        values[PARTS] = tuple(criterion_of(part, answers, reasons, sets) for part in read.parts)
    return Criterion(
        name=read.name,
        kind=read.kind,
        services=frozenset(read.services),
        section=read.cited_as,
        gate=read.gate,
        bars=read.bars,
        is_by_itself=kind.is_by_itself,
        only_purposes=frozenset(read.only_purposes),
        only_states=frozenset(read.only_states),
        reasons={role: reasons[code] for role, code in read.reasons.items()},
        terms=cast("Terms", kind.terms(**values, **read.words)),
        parameters=read.slots,
        ask=kind.ask,
    )


def _criterion(block: Block, sections: set[str], services: Sequence[str]) -> PolicyCriterion:
    name = block.choice("kind", tuple(KINDS))
    block.may_have(*_OPTIONAL)
    if not _is_of_kind(block, name):
        block.may_have("part")
    criterion = PolicyCriterion(
        name=block.text("name"),
        kind=name,
        services=_services(block, services),
        gate=block.choice("gate", _GATES) if block.has("gate") else None,
        bars=block.flag("bars") if block.has("bars") else False,
        only_purposes=_purposes(block),
        only_states=_states(block),
        sections=block.texts("sections"),
        cited_as=block.text("cited_as"),
        slots=_named(block, "parameters"),
        words=_named(block, "words"),
        sets=_named(block, "sets"),
        reasons=_reasons(block, name),
        parts=(),
        looks_at=block.text("looks_at"),
        met=block.text("met"),
        not_met=block.text("not_met"),
        unknown=block.text("unknown"),
    )
    _check_slots(block, criterion)
    criterion = replace(criterion, parts=_parts(block, criterion))
    block.close()
    _check_cited(block, criterion, sections)
    return criterion


def _check_cited(block: Block, criterion: PolicyCriterion, sections: set[str]) -> None:
    if not criterion.cited_as:
        return  # that it is empty is said
    cited = named_sections(criterion.cited_as, sections)
    if cited is None or not set(cited) <= set(criterion.sections):
        to_do = "Cite only sections from the criterion's own `sections`."
        wrong = f"is {criterion.cited_as!r}, which is not in `sections`"
        block.fault("cited_as", wrong, to_do)


def _parts(block: Block, whole: PolicyCriterion) -> tuple[PolicyCriterion, ...]:
    """The criteria that it asks, if its kind does; they share its sections and its words."""
    parts: list[PolicyCriterion] = []
    if PARTS not in slots_of(KINDS[whole.kind].terms):
        return ()
    for entry in block.blocks("part", "name"):
        kind = entry.choice("kind", _KINDS_OF_PARTS)
        entry.may_have("parameters", "words", "sets", "reasons")
        part = replace(
            whole,
            name=entry.text("name"),
            kind=kind,
            gate=None,
            bars=False,
            only_purposes=(),
            only_states=(),
            slots=_named(entry, "parameters"),
            words=_named(entry, "words"),
            sets=_named(entry, "sets"),
            reasons=_reasons(entry, kind),
        )
        _check_slots(entry, part)
        parts.append(replace(part, parts=_parts(entry, part)))
        entry.close()
    if not parts:
        to_do = "Write a [[criterion.part]] for each criterion that it asks."
        block.fault("part", "has no entry", to_do)
    return tuple(parts)


def _services(block: Block, services: Sequence[str]) -> tuple[str, ...]:
    """Those that it is asked of; the one that the policy decides where it names none."""
    if not block.has("services"):
        return tuple(services[:1])
    named = block.texts("services")
    for service in named:
        if service not in services:
            wrong = f"names {service!r}, which is not a service of the policy"
            block.fault("services", wrong, one_of(service, services))
    return named


def _purposes(block: Block) -> tuple[Purpose, ...]:
    """The purposes for which alone it is asked; none where the key is absent."""
    if not block.has("only_purposes"):
        return ()
    numbers = block.listed("only_purposes", int) if _has_numbers(block) else ()
    return numbers or block.texts("only_purposes")


def _has_numbers(block: Block) -> bool:
    return all(isinstance(each, int) for each in block.raw("only_purposes"))


def _states(block: Block) -> tuple[str, ...]:
    """The states of plans for which alone it is asked; none where the key is absent."""
    states = block.optional_texts("only_states")
    for state in states:
        if state not in STATES:
            block.fault("only_states", f"has {state!r}, which is not a state", HOW_TO_WRITE)
    return states


def _named(block: Block, key: str) -> dict[str, str]:
    """A table of words; empty where the key is absent."""
    if not block.has(key):
        return {}
    table = block.block(key)
    return {slot: table.text(slot) for slot in table.keys()}  # noqa: SIM118 - a block is no mapping


def _reasons(block: Block, name: str) -> dict[str, str]:
    """The code in each role: the policy's, else the one that is usual for the kind."""
    named, kind = _named(block, "reasons"), KINDS[name]
    if not _is_of_kind(block, name):
        return {}
    for role in named:
        if role not in kind.reasons:
            wrong = f"names {role!r}, which is no reason of this kind"
            block.fault("reasons", wrong, one_of(role, tuple(kind.reasons)))
    for role, usual in kind.reasons.items():
        if not usual and role not in named:
            block.fault("reasons", f"has no {role}", f"Name a reason of reasons.csv for {role}.")
    return {role: named.get(role, usual) for role, usual in kind.reasons.items()}


def _check_slots(block: Block, criterion: PolicyCriterion) -> None:
    """Nothing more is said of a criterion whose kind is not known."""
    if not _is_of_kind(block, criterion.kind):
        return
    slots = slots_of(KINDS[criterion.kind].terms).values()
    for key, given in (
        ("parameters", criterion.slots),
        ("words", criterion.words),
        ("sets", criterion.sets),
    ):
        wanted = {slot.name: slot for slot in slots if slot.filled_by == key}
        for name in given:
            if name not in wanted:
                wrong = f"has {name!r}, which {criterion.kind} does not have"
                block.fault(key, wrong, one_of(name, sorted(wanted)))
        for name, slot in sorted(wanted.items()):
            if name not in given and not slot.is_optional:
                to_do = f"Add {name} to `{key}`; {criterion.kind} cannot be asked without it."
                block.fault(key, f"lacks {name}", to_do)


def _is_of_kind(block: Block, kind: str) -> bool:
    """Whether the file names the kind that was read, not one that does not exist."""
    return block.word("kind") == kind
