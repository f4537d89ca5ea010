"""Whether the scenarios tell each parameter of a policy from its neighbours."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rules.determination import ParameterValue
from rules.loading.copy import write_copy
from rules.loading.faults import Faults, LibraryRefused
from rules.loading.files import load_library
from rules.policy.document import PolicyDocument, PolicyParameter
from worker.policy_tests.gaps import EdgeReached
from worker.policy_tests.run import Tried, tried


class _Change(NamedTuple):
    """A parameter of a policy with another value."""

    policy: str
    parameter: PolicyParameter
    instead: ParameterValue


def edges_reached(
    documents: Iterable[PolicyDocument],
    agreeing: Sequence[Tried],
    folder: Path,
    plans: Path | None,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[EdgeReached]:
    """
    Decides the scenarios once more for each neighbour of each parameter.

    A scenario that would then no longer agree tells the value from that neighbour. Those that bring
    parameters or authorities of their own are left out. Neighbours of a number of days are the day
    below and the day above, those of a choice all others, those of a list each with one item more
    or less. A neighbour with which no library loads is none.
    """
    own = [one for one in agreeing if not one.beside.scenario.needs_own_library]
    for change in changes(documents):
        noticed = _noticed(change, own, folder, plans)
        advance(1)
        if noticed is not None:
            parameter = change.parameter
            yield EdgeReached(parameter.name, parameter.value, change.instead, noticed)


def changes(documents: Iterable[PolicyDocument]) -> list[_Change]:
    """Returns each neighbour of each parameter, of the latest version that has it."""
    latest = {
        (document.policy_id, one.name): one for document in documents for one in document.parameters
    }
    return [
        _Change(policy, one, value)
        for (policy, _), one in latest.items()
        for value in neighbours(one)
    ]


def neighbours(parameter: PolicyParameter) -> tuple[ParameterValue, ...]:
    """Returns the values next to that of a parameter."""
    value = parameter.value
    if type(value) is int:
        near = (value - 1, value + 1)
        return tuple(one for one in near if _is_within(one, parameter))
    if not isinstance(value, tuple):
        return parameter.other_answers
    added = (_listed((*value, one)) for one in parameter.other_answers if one not in value)
    taken = (_listed(held for held in value if held != one) for one in value if len(value) > 1)
    return (*taken, *added)


def _is_within(value: int, parameter: PolicyParameter) -> bool:
    least, most = parameter.least, parameter.most
    return (least is None or least <= value) and (most is None or value <= most)


def _listed(items: Iterable[object]) -> ParameterValue:
    """A list as a parameter has it: all numbers, or all words."""
    held = list(items)
    numbers = tuple(one for one in held if isinstance(one, int))
    return tuple(sorted(numbers)) if len(numbers) == len(held) else tuple(map(str, held))


def _noticed(change: _Change, own: Sequence[Tried], folder: Path, plans: Path | None) -> int | None:
    """How many scenarios notice a change; None: no library can be like that."""
    with tempfile.TemporaryDirectory(prefix="mrs-edges-") as made:
        faults = Faults()
        changed = {change.parameter.name: change.instead}
        write_copy(folder, Path(made), changed, [], faults, change.policy)
        try:
            faults.refuse_if_any(folder)
            library = load_library(Path(made), plans)
        except LibraryRefused:
            return None
        return sum(not tried(one.beside, library).agrees for one in own)
