"""Sweeps parameters over values: reads what was typed, and derives the libraries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from rules.determination import ParameterValue
from rules.loading.faults import LibraryRefused
from rules.loading.files import derive_library, read_policy
from rules.policy.document import PolicyDocument, PolicyParameter
from worker.failures import RefusedError
from worker.nearest import offered
from worker.whatif.trial import LibraryFolder

VARIATIONS_MAX: Final = 100
WITHIN: Final = "+"
"""Joins the items of one value of a list parameter."""

_YES_NO: Final = {"true": True, "yes": True, "false": False, "no": False}


class NotASweep(RefusedError):
    """What was typed is not a sweep; the message says what would be."""


class Sweep(NamedTuple):
    """One parameter and the values to try."""

    policy: str
    name: str
    values: tuple[ParameterValue, ...]


class Variation(NamedTuple):
    """A library with changed parameters."""

    values: Mapping[str, ParameterValue]
    library: LibraryFolder
    policies: Mapping[str, str]
    """Whose parameter each of them is."""


def read_sweeps(typed: Sequence[str], folder: Path, policy: str | None = None) -> tuple[Sweep, ...]:
    """
    Reads `name=value,value` against the parameters of a policy, or of whichever one has it.

    Raises `NotASweep`, also where several policies have it and none is named.
    """
    known = parameters_by_policy(read_policy(folder))
    if policy is not None:
        if policy not in known:
            raise NotASweep(f"{policy!r} is no policy of the library.{offered(policy, known)}")
        known = {policy: known[policy]}
    sweeps = tuple(_read(each, known) for each in typed)
    names = [sweep.name for sweep in sweeps]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise NotASweep(f"{min(twice)} is swept twice; give all its values at once.")
    return sweeps


def parameters_by_policy(
    documents: Iterable[PolicyDocument],
) -> Mapping[str, Mapping[str, PolicyParameter]]:
    """Returns the parameters of each policy by name, as its latest version has them."""
    found: dict[str, dict[str, PolicyParameter]] = {}
    for document in documents:
        of_policy = found.setdefault(document.policy_id, {})
        of_policy |= {parameter.name: parameter for parameter in document.parameters}
    return found


def variations(
    sweeps: Sequence[Sweep], source: LibraryFolder, folder: Path
) -> tuple[Variation, ...]:
    """
    Derives a library for each combination from `source` into a folder.

    A parameter is changed in every version of its policy that has it.
    Raises `NotASweep` if a value is out of bounds or there are too many combinations.
    """
    combinations = list(product(*(sweep.values for sweep in sweeps)))
    policies = {sweep.name: sweep.policy for sweep in sweeps}
    if len(combinations) > VARIATIONS_MAX:
        raise NotASweep(
            f"There are {len(combinations)} combinations; at most {VARIATIONS_MAX} can be tried."
        )
    return tuple(
        _variation(
            dict(zip((sweep.name for sweep in sweeps), values, strict=True)),
            policies,
            source,
            folder / str(number),
        )
        for number, values in enumerate(combinations)
    )


def said(value: ParameterValue) -> str:
    """Returns a value as it would be typed."""
    if isinstance(value, tuple):
        return WITHIN.join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _variation(
    values: Mapping[str, ParameterValue],
    policies: Mapping[str, str],
    source: LibraryFolder,
    target: Path,
) -> Variation:
    # Names of several policies can be told apart only if each is in one of them.
    named = {*policies.values()}
    of_policy = named.pop() if len(named) == 1 else "*"
    try:
        derive_library(source.folder, target, values, [], of_policy)
    except LibraryRefused as refused:
        faults = " ".join(f"{fault.where} {fault.wrong}. {fault.to_do}" for fault in refused.faults)
        raise NotASweep(f"No library can have these values: {faults}") from refused
    name = ", ".join(f"{name} = {said(value)}" for name, value in values.items())
    return Variation(values, LibraryFolder(name, target, source.plans), policies)


def _read(typed: str, known: Mapping[str, Mapping[str, PolicyParameter]]) -> Sweep:
    name, equals, values = typed.partition("=")
    having = [policy for policy, parameters in known.items() if name in parameters]
    if not having or not equals:
        names = dict.fromkeys(each for parameters in known.values() for each in parameters)
        raise NotASweep(
            f"{typed!r} is not a sweep.{'' if having else offered(name, names)} "
            f"Type name=value,value with one of: {', '.join(names)}."
        )
    if len(having) > 1:
        raise NotASweep(
            f"{name} is a parameter of {', '.join(having)}: name one of them with --policy."
        )
    parameter = known[having[0]][name]
    read = tuple(_value(text.strip(), parameter) for text in values.split(","))
    return Sweep(having[0], name, tuple(dict.fromkeys(read)))


def _value(text: str, parameter: PolicyParameter) -> ParameterValue:
    try:
        match parameter.type:
            case "days" | "years" | "count":
                return int(text)
            case "measure":
                return f"{Decimal(text):f}"
            case "yes_no":
                return _YES_NO[text.lower()]
            case "any_of":
                return _several(text, parameter)
            case _:
                return text
    except (KeyError, ValueError, InvalidOperation) as error:
        like = said(parameter.value) or "1+2"
        raise NotASweep(f"{parameter.name} cannot be {text!r}; it is {like} now.") from error


def _several(text: str, parameter: PolicyParameter) -> ParameterValue:
    texts = [each for each in text.split(WITHIN) if each]
    if all(isinstance(each, int) for each in parameter.other_answers):
        return tuple(int(each) for each in texts)
    return tuple(texts)
