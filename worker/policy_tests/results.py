"""Tests the policies of a library by the scenarios beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rules.library_model import Library
from rules.loading.files import load_library, read_policy
from rules.loading.folder import SCENARIOS
from rules.policy.document import PolicyDocument
from worker.policy_tests.coverage import (
    AnswerReached,
    ReasonReached,
    answers_reached,
    criteria_of,
    reasons_of,
    reasons_reached,
)
from worker.policy_tests.edges import EdgeReached, changes, edges_reached
from worker.policy_tests.files import ScenarioFault, policies_beside, read_beside
from worker.policy_tests.run import Tried, try_all

Begin = Callable[[str, int | None], Callable[[int], None]]
"""Starts to show the progress of something, with how many there are."""


class PolicyResult(NamedTuple):
    """What the scenarios beside one policy came to."""

    policy: str
    tried: tuple[Tried, ...]
    faults: tuple[ScenarioFault, ...]
    answers: tuple[AnswerReached, ...]
    reasons: tuple[ReasonReached, ...]
    edges: tuple[EdgeReached, ...]

    @property
    def differing(self) -> tuple[Tried, ...]:
        """Those that did not come as expected."""
        return tuple(one for one in self.tried if not one.agrees)

    @property
    def unreached(self) -> int:
        """How many answers, reasons and edges no scenario reaches."""
        counts = [one.scenarios for one in self.answers]
        counts += [one.scenarios for one in self.reasons]
        counts += [one.scenarios for one in self.edges]
        return counts.count(0)


class LibraryTest:
    """The policies of a library, each tested when it is asked for."""

    def __init__(self, folder: Path, plans: Path | None) -> None:
        """Raises `LibraryRefused` as `load_library` does."""
        self._folder, self._plans = folder, plans
        self._library: Library = load_library(folder, plans)
        self._documents: Mapping[str, list[PolicyDocument]] = _by_policy(read_policy(folder))

    @property
    def policies(self) -> tuple[str, ...]:
        """The ids of all policies, and of folders with scenarios alone."""
        return tuple(dict.fromkeys((*self._documents, *policies_beside(self._folder))))

    def results(
        self, policies: Iterable[str], begin: Begin, *, with_edges: bool = True
    ) -> Iterator[PolicyResult]:
        """Tests some policies; without edges only what is quickly seen."""
        for policy in policies:
            yield self._result(policy, begin, with_edges=with_edges)

    def shared_reasons(self, results: Iterable[PolicyResult]) -> tuple[ReasonReached, ...]:
        """The reasons that no criterion gives: one scenario beside any policy is enough."""
        agreeing = [one for result in results for one in result.tried if one.agrees]
        return reasons_reached(reasons_of({""}, self._library), agreeing)

    def _result(self, policy: str, begin: Begin, *, with_edges: bool) -> PolicyResult:
        documents = self._documents.get(policy, [])
        if not documents:
            return _stray(policy)
        beside = read_beside(self._folder, [policy])
        tried = tuple(try_all(beside.scenarios, self._folder, self._plans))
        agreeing = [one for one in tried if one.agrees]
        edges: tuple[EdgeReached, ...] = ()
        if with_edges:
            advance = begin(f"edges of {policy}", len(changes(documents)))
            found = edges_reached(documents, agreeing, self._folder, self._plans, advance)
            edges = tuple(found)
        return PolicyResult(
            policy,
            tried,
            beside.faults,
            answers_reached(policy, documents, self._library, agreeing),
            reasons_reached(reasons_of(criteria_of(documents), self._library), agreeing),
            edges,
        )


def _stray(policy: str) -> PolicyResult:
    place = f"policies/{policy}/{SCENARIOS}"
    fault = ScenarioFault(policy, place, 1, "stands beside no version of a policy.")
    return PolicyResult(policy, (), (fault,), (), (), ())


def _by_policy(documents: Iterable[PolicyDocument]) -> dict[str, list[PolicyDocument]]:
    found: dict[str, list[PolicyDocument]] = {}
    for document in documents:
        found.setdefault(document.policy_id, []).append(document)
    return found
