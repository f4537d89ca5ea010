"""Decides the scenarios beside a policy, each by itself, and compares with what they expect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rules.adjudicate import adjudicate
from rules.library_model import Library
from rules.loading.faults import LibraryRefused
from rules.truth import Truth
from worker.determinations.data import Data, MemberLineKey
from worker.policy_tests.files import PolicyScenario
from worker.replay.comparison import FieldDifference, compare
from worker.replay.in_memory import Deciding, decide_all
from worker.replay.scenario_libraries import ScenarioLibraries


class FoundReason(NamedTuple):
    """A finding without its words; what is published does not say its reason."""

    policy: str
    criterion: str
    answer: Truth
    reason: str


class Tried(NamedTuple):
    """A scenario, and what became of it."""

    beside: PolicyScenario
    differences: tuple[FieldDifference, ...]
    final: Mapping[MemberLineKey, Data]
    """The determination of each line."""
    refused: str = ""
    """Why no library can be as the scenario asks; empty if one is."""
    found: frozenset[FoundReason] = frozenset()
    """Each reason that a finding of the last determination of a line gives."""

    @property
    def agrees(self) -> bool:
        """Whether everything came as expected."""
        return not (self.differences or self.refused)


def try_all(
    scenarios: Iterable[PolicyScenario], folder: Path, plans: Path | None
) -> Iterator[Tried]:
    """Tries scenarios against the library in a folder, changed where they ask for that."""
    with ScenarioLibraries(folder, plans) as libraries:
        for one in scenarios:
            try:
                library = libraries.choose(one.scenario).library
            except LibraryRefused as refusal:
                yield Tried(one, (), {}, " ".join(map(str, refusal.faults)))
            else:
                yield tried(one, library)._replace(found=_found(one, library))


def tried(one: PolicyScenario, library: Library) -> Tried:
    """Returns what a library makes of a scenario."""
    decided = decide_all(one.scenario.events, library)
    result = compare(one.scenario, "given", decided, None)
    return Tried(one, result.differences, decided.final)


def _found(one: PolicyScenario, library: Library) -> frozenset[FoundReason]:
    deciding = Deciding(library)
    for raw in one.scenario.events:
        deciding.take(raw)
    members = {member_id for (_, _, member_id), _ in deciding.final_by_line()}
    return frozenset(
        FoundReason(determination.policy.id, finding.criterion, finding.answer, finding.reason)
        for member_id in members
        for determination in adjudicate(deciding.member(member_id).record, library)
        for finding in determination.findings
        if finding.reason is not None and determination.policy is not None
    )
