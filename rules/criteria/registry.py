"""
The criteria: one row each, in the order in which they are asked (`rules.md` 4 and 5).

Their order, which of them are gates, and every list of their names come from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from rules.criteria.authority import ask_authority, ask_pet_authority
from rules.criteria.benefit import ask_benefit
from rules.criteria.coding import ask_coding
from rules.criteria.conventional_imaging import ask_conventional_imaging
from rules.criteria.duplicates import EarlierLines, ask_not_duplicate
from rules.criteria.indication import ask_indication
from rules.criteria.policy_in_force import ask_policy_in_force
from rules.criteria.proven_service import ask_proven_service
from rules.determination import Finding
from rules.history.history import History
from rules.history.studies import ClaimLine
from rules.truth import Truth

AskedService = Literal["mrs", "pet"]


class Question(NamedTuple):
    """A line, and all that a criterion may look at to answer."""

    line: ClaimLine
    history: History
    earlier: EarlierLines | None
    """The lines that may have billed the service before; None while those are being found."""
    authorizations: tuple[str, ...]
    """Ids of the prior authorizations of the service on its date."""


Gate = Literal["must_be_met", "must_not_fail"]
"""
What closes a gate, so that the criteria after it are not asked.

`must_be_met`: anything but met. `must_not_fail`: not met alone.
"""


class Criterion(NamedTuple):
    """One row of the table."""

    name: str
    services: frozenset[AskedService]
    gate: Gate | None
    ask: Callable[[Question], Finding] | None
    """None: it is asked of a study, when the studies are walked (`rules/exclusivity/`)."""
    bars: bool = False
    """Whether a line that it denies is no earlier line to any other."""

    def closes(self, answer: Truth) -> bool:
        """Whether an answer leaves the criteria after it not asked."""
        if self.gate == "must_be_met":
            return answer is not Truth.MET
        return self.gate == "must_not_fail" and answer is Truth.NOT_MET


def _authority(asked: Question) -> Finding:
    line, library = asked.line, asked.history.library
    if line.service == "pet":
        return ask_pet_authority(line, library)
    assert line.plan is not None  # `benefit` is met
    return ask_authority(line, line.plan, library)


def _not_duplicate(asked: Question) -> Finding:
    assert asked.earlier is not None  # asked after the gates that look at no other line
    return ask_not_duplicate(asked.line, asked.earlier, asked.history.library)


def _indication(asked: Question) -> Finding:
    line = asked.line
    assert line.version is not None  # `policy_in_force` is met
    parameters = line.version.parameters
    return ask_indication(line, asked.authorizations, asked.history, parameters)


def _conventional_imaging(asked: Question) -> Finding:
    line = asked.line
    assert line.version is not None  # `policy_in_force` is met
    parameters = line.version.parameters
    return ask_conventional_imaging(line, asked.authorizations, asked.history, parameters)


_MRS: Final[frozenset[AskedService]] = frozenset({"mrs"})
_BOTH: Final[frozenset[AskedService]] = frozenset({"mrs", "pet"})

CRITERIA: Final = (
    Criterion(
        "benefit",
        _MRS,
        "must_be_met",
        lambda asked: ask_benefit(asked.line, asked.history.library),
        bars=True,
    ),
    Criterion("authority", _BOTH, "must_be_met", _authority),
    Criterion(
        "policy_in_force",
        _BOTH,
        "must_be_met",
        lambda asked: ask_policy_in_force(asked.line.version, asked.history.library),
    ),
    Criterion(
        "coding",
        _MRS,
        "must_not_fail",
        lambda asked: ask_coding(asked.line, asked.history),
        bars=True,
    ),
    Criterion("not_duplicate", _MRS, "must_not_fail", _not_duplicate),
    Criterion(
        "proven_service",
        _MRS,
        None,
        lambda asked: ask_proven_service(asked.line, asked.authorizations, asked.history.library),
    ),
    Criterion("indication", _MRS, None, _indication),
    Criterion("conventional_imaging", _MRS, None, _conventional_imaging),
    Criterion("pet_exclusivity", _BOTH, None, None),
)

CRITERIA_OF: Final[Mapping[AskedService, tuple[Criterion, ...]]] = {
    "mrs": tuple(row for row in CRITERIA if "mrs" in row.services),
    "pet": tuple(row for row in CRITERIA if "pet" in row.services),
}

NAMES: Final = tuple(row.name for row in CRITERIA)
"""The names of all criteria, in the order in which they are asked."""

MRS_CRITERIA: Final = tuple(row.name for row in CRITERIA_OF["mrs"])
"""The names of the criteria of an MRS line, in the order in which they are asked."""

PET_CRITERIA: Final = tuple(row.name for row in CRITERIA_OF["pet"])
"""The names of the criteria of a PET line, in the order in which they are asked."""

GATES: Final = sum(row.gate is not None for row in CRITERIA_OF["mrs"])
"""How many criteria of an MRS line are gates: they are the first ones."""

BY_ITSELF: Final[Mapping[AskedService, int]] = {
    "mrs": MRS_CRITERIA.index("not_duplicate"),
    "pet": PET_CRITERIA.index("pet_exclusivity"),
}
"""How many of the first criteria of a line look at nothing but the line itself."""
