"""A criterion of each kind as it is written in `policy.toml`, to be filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal, get_args, get_origin

from rules.criteria.kinds import KINDS
from rules.loading.slots import FilledBy, KindSlot, slots_of

_FILLED_BY: Final[tuple[FilledBy, ...]] = ("words", "sets", "parameters")
_WITHOUT: Final = "without the value"
_WORDS: Final = ("sections = []", 'cited_as = ""')
_ANSWERS: Final = ("looks_at", "met", "not_met", "unknown")
_USUAL: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "benefit": (
        "the plan file of the claim's plan: does it exclude the procedure?",
        "the plan covers the procedure",
        "denied as no benefit of the plan; nothing after it is asked",
        "no plan file has this plan: pended; nothing after it is asked",
    ),
    "authority": (
        "rows of authorities.csv in force on the date of service, by the plan's line of business",
        "no row rules on the procedure for that day: the policy decides",
        "a row says that the service is not covered: denied",
        "a row says that another rule governs: pended until a person has applied that rule",
    ),
    "policy_in_force": (
        "the first and last days of the policy's versions, against the date of service",
        "a version holds for the date of service",
        "cannot be: a gap in our library is never a reason to deny",
        "no version holds for the date of service: pended",
    ),
    "coding": (
        "the line's modifiers, and whether one of its diagnoses is billable on the date of service",
        "every modifier can stand on the code, and at least one diagnosis is billable on that day",
        "a modifier that cannot stand on the code, or no billable diagnosis: denied",
        "our table does not know the date of service: pended",
    ),
    "not_duplicate": (
        "earlier live lines of the member for the same procedure and day",
        "no earlier line is the same service or includes it, and the line is no repeat",
        "the same service by the same provider, or a part of what was billed before: denied",
        "perhaps the same service, or a repeat: pended",
    ),
}
"""The kinds that every policy asks first, in their words."""

_GATES: Final[Mapping[str, tuple[str, ...]]] = {
    "benefit": ('gate = "must_be_met"', "bars = true"),
    "authority": ('gate = "must_be_met"',),
    "policy_in_force": ('gate = "must_be_met"',),
    "coding": ('gate = "must_not_fail"', "bars = true"),
    "not_duplicate": ('gate = "must_not_fail"',),
}
USUAL: Final = tuple(_USUAL)
"""The kinds that every policy asks first, in their order."""


def criterion_text(kind: str) -> str:
    """Returns a `[[criterion]]` of a kind: what is empty is to be said by the policy."""
    slots = slots_of(KINDS[kind].terms)
    lines = ["[[criterion]]", f'name = "{kind}"', f'kind = "{kind}"', *_GATES.get(kind, ())]
    lines += [line for key in _FILLED_BY for line in _slots(kind, key, slots)]
    lines += [*_reasons(kind), *_WORDS]
    told = _USUAL.get(kind, ("",) * len(_ANSWERS))
    lines += [f'{key} = "{words}"' for key, words in zip(_ANSWERS, told, strict=True)]
    if any(slot.filled_by == "part" for slot in slots.values()):
        lines += ["", "[[criterion.part]]", 'name = ""', 'kind = ""']
    return "\n".join(lines)


def parameters_text(kind: str) -> str:
    """Returns the `[parameter.…]` of a kind, to be filled; empty if it has none."""
    slots = slots_of(KINDS[kind].terms).values()
    blocks = [_parameter(kind, slot) for slot in slots if slot.filled_by == "parameters"]
    return "\n\n".join(blocks)


def reasons_rows(kind: str) -> tuple[str, ...]:
    """Returns the rows of `reasons.csv` for the reasons that a policy names for a kind."""
    return tuple(f"{code},{kind},,,,,," for code in _own_codes(kind).values())


def _slots(kind: str, key: FilledBy, slots: Mapping[str, KindSlot]) -> Iterator[str]:
    of_key = [slot for slot in slots.values() if slot.filled_by == key]
    if not of_key:
        return
    filled = ", ".join(f'{slot.name} = "{_filler(kind, slot)}"' for slot in of_key)
    optional = ", ".join(slot.name for slot in of_key if slot.is_optional)
    yield f"{key} = {{ {filled} }}" + (f"  # may be left out: {optional}" if optional else "")


def _filler(kind: str, slot: KindSlot) -> str:
    """A parameter is given a name at once; a word or a code set is the policy's own."""
    return _parameter_name(kind, slot) if slot.filled_by == "parameters" else ""


def _parameter_name(kind: str, slot: KindSlot) -> str:
    return f"{kind}_{slot.name}"


def _reasons(kind: str) -> Iterator[str]:
    own = _own_codes(kind)
    if own:
        named = ", ".join(f'{role} = "{code}"' for role, code in own.items())
        yield f"reasons = {{ {named} }}"


def _own_codes(kind: str) -> dict[str, str]:
    """A code for each role that has no usual reason."""
    roles = KINDS[kind].reasons
    return {role: f"{kind}_{role}".upper() for role, usual in roles.items() if not usual}


def _parameter(kind: str, slot: KindSlot) -> str:
    type_, value, others = _answers(slot)
    return "\n".join(
        (
            f"[parameter.{_parameter_name(kind, slot)}]",
            f'type = "{type_}"',
            f"value = {value}",
            'section = ""',
            'question = ""',
            f"other_answers = {others}",
            'source = ""',
        )
    )


def _answers(slot: KindSlot) -> tuple[str, str, str]:
    """The type of a parameter, its value and its other answers, as far as the kind says them."""
    if slot.type is int:
        return _number(slot.name), '""', '{ least = "", most = "" }'
    if slot.type is Decimal:
        return "measure", '""', '{ least = "", most = "" }'
    if slot.type is bool:
        return "yes_no", '""', f"[true, false]  # {_WITHOUT}"
    if get_origin(slot.type) is Literal:
        return "choice", '""', f"[{_listed(slot.type)}]  # {_WITHOUT}"
    (of, *_) = get_args(slot.type)
    return "any_of", "[]", f"{{ any_of = [{_listed(of)}] }}"


def _listed(words: object) -> str:
    """A closed list of words; of the policy's own, such as its purposes, none is known."""
    return ", ".join(f'"{word}"' for word in get_args(words) if isinstance(word, str))


def _number(name: str) -> str:
    return next((word for word in ("days", "years") if name.endswith(word)), "count")
