"""Sweeps parameters over values: reads what was typed, and derives the libraries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from rules.determination import ParameterValue
from rules.loading.faults import LibraryRefused
from rules.loading.files import derive_library, read_policy
from rules.policy.document import PolicyParameter
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

    name: str
    values: tuple[ParameterValue, ...]


class Variation(NamedTuple):
    """A library with changed parameters."""

    values: Mapping[str, ParameterValue]
    library: LibraryFolder


def read_sweeps(typed: Sequence[str], folder: Path) -> tuple[Sweep, ...]:
    """Reads `name=value,value` against a library's parameters; raises `NotASweep`."""
    known = {p.name: p for document in read_policy(folder) for p in document.parameters}
    sweeps = tuple(_read(each, known) for each in typed)
    names = [sweep.name for sweep in sweeps]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise NotASweep(f"{min(twice)} is swept twice; give all its values at once.")
    return sweeps


def variations(
    sweeps: Sequence[Sweep], source: LibraryFolder, folder: Path
) -> tuple[Variation, ...]:
    """
    Derives a library for each combination from `source` into a folder.

    Raises `NotASweep` if a value is out of bounds or there are too many combinations.
    """
    combinations = list(product(*(sweep.values for sweep in sweeps)))
    if len(combinations) > VARIATIONS_MAX:
        raise NotASweep(
            f"There are {len(combinations)} combinations; at most {VARIATIONS_MAX} can be tried."
        )
    return tuple(
        _variation(
            dict(zip((sweep.name for sweep in sweeps), values, strict=True)),
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
    values: Mapping[str, ParameterValue], source: LibraryFolder, target: Path
) -> Variation:
    try:
        derive_library(source.folder, target, values, [])
    except LibraryRefused as refused:
        faults = " ".join(f"{fault.where} {fault.wrong}. {fault.to_do}" for fault in refused.faults)
        raise NotASweep(f"No library can have these values: {faults}") from refused
    name = ", ".join(f"{name} = {said(value)}" for name, value in values.items())
    return Variation(values, LibraryFolder(name, target, source.plans))


def _read(typed: str, known: Mapping[str, PolicyParameter]) -> Sweep:
    name, equals, values = typed.partition("=")
    if name not in known or not equals:
        raise NotASweep(
            f"{typed!r} is not a sweep.{offered(name, known) if name not in known else ''} "
            f"Type name=value,value with one of: {', '.join(known)}."
        )
    read = tuple(_value(text.strip(), known[name]) for text in values.split(","))
    return Sweep(name, tuple(dict.fromkeys(read)))


def _value(text: str, parameter: PolicyParameter) -> ParameterValue:
    try:
        match parameter.type:
            case "days":
                return int(text)
            case "yes_no":
                return _YES_NO[text.lower()]
            case "any_of":
                return _several(text, parameter)
            case _:
                return text
    except (KeyError, ValueError) as error:
        like = said(parameter.value) or "1+2"
        raise NotASweep(f"{parameter.name} cannot be {text!r}; it is {like} now.") from error


def _several(text: str, parameter: PolicyParameter) -> ParameterValue:
    texts = [each for each in text.split(WITHIN) if each]
    if all(isinstance(each, int) for each in parameter.other_answers):
        return tuple(int(each) for each in texts)
    return tuple(texts)
