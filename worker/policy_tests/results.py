"""Tests the policies of a library by the scenarios beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rules.library_model import Library
from rules.loading.files import load_library, read_policy
from rules.loading.folder import SCENARIOS
from rules.policy.document import PolicyDocument
from worker.policy_tests.accepted import with_accepted
from worker.policy_tests.coverage import (
    answers_reached,
    reasons_reached,
    roles_reached,
    shared_reasons_reached,
)
from worker.policy_tests.edges import changes, edges_reached
from worker.policy_tests.files import (
    AcceptedBeside,
    ScenarioFault,
    policies_beside,
    read_beside,
)
from worker.policy_tests.gaps import (
    AnswerReached,
    EdgeReached,
    GapKey,
    ReasonReached,
    RoleReached,
    gap_of,
    is_gap,
)
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
    roles: tuple[RoleReached, ...]
    """What the criteria find, whatever lines end for; these are no gaps to accept."""

    @property
    def differing(self) -> tuple[Tried, ...]:
        """Those that did not come as expected."""
        return tuple(one for one in self.tried if not one.agrees)

    @property
    def unreached(self) -> int:
        """How many answers, reasons and edges no scenario reaches, but for those accepted."""
        gaps = [is_gap(one) for one in self.answers]
        gaps += [is_gap(one) for one in self.reasons]
        gaps += [is_gap(one) for one in self.edges]
        return sum(gaps)


class LibraryTest:
    """The policies of a library, each tested when it is asked for."""

    def __init__(self, folder: Path, plans: Path | None) -> None:
        """Raises `LibraryRefused` as `load_library` does."""
        self._folder, self._plans = folder, plans
        self._library: Library = load_library(folder, plans)
        self._policies = {policy.policy_id: policy for policy in self._library.policies}
        self._documents: Mapping[str, list[PolicyDocument]] = _by_policy(read_policy(folder))

    @property
    def policies(self) -> tuple[str, ...]:
        """The ids of all policies, and of folders with scenarios alone."""
        return tuple(dict.fromkeys((*self._policies, *policies_beside(self._folder))))

    def results(
        self, policies: Iterable[str], begin: Begin, *, with_edges: bool = True
    ) -> Iterator[PolicyResult]:
        """Tests some policies; without edges only what is quickly seen."""
        for policy in policies:
            yield self._result(policy, begin, with_edges=with_edges)

    def shared_reasons(self, results: Iterable[PolicyResult]) -> tuple[ReasonReached, ...]:
        """The reasons that no criterion gives: one scenario beside any policy is enough."""
        agreeing = [one for result in results for one in result.tried if one.agrees]
        return shared_reasons_reached(self._library, agreeing)

    def _result(self, policy: str, begin: Begin, *, with_edges: bool) -> PolicyResult:
        held = self._policies.get(policy)
        if held is None:
            return _stray(policy)
        beside = read_beside(self._folder, [policy])
        tried = tuple(try_all(beside.scenarios, self._folder, self._plans))
        agreeing = [one for one in tried if one.agrees]
        edges: tuple[EdgeReached, ...] = ()
        if with_edges:
            documents = self._documents[policy]
            advance = begin(f"edges of {policy}", len(changes(documents)))
            found = edges_reached(documents, agreeing, self._folder, self._plans, advance)
            edges = tuple(found)
        answers = answers_reached(held, agreeing)
        reasons = reasons_reached(held, agreeing)
        reached = [gap_of(one) for one in answers if one.scenarios]
        reached += [gap_of(one) for one in reasons if one.scenarios]
        reached += [gap_of(one) for one in edges if one.scenarios]
        accepted = [one.gap for one in beside.accepted]
        return PolicyResult(
            policy,
            tried,
            (*beside.faults, *_needless(beside.accepted, reached)),
            with_accepted(answers, accepted),
            with_accepted(reasons, accepted),
            with_accepted(edges, accepted),
            roles_reached(held, agreeing),
        )


def _needless(
    accepted: Iterable[AcceptedBeside], reached: Collection[GapKey]
) -> Iterator[ScenarioFault]:
    """Yields what is accepted though a scenario reaches it."""
    for one in accepted:
        if one.gap.gap in reached:
            wrong = "is accepted, but a scenario reaches it: take it out."
            yield ScenarioFault(one.policy, one.file, one.gap.row, wrong)


def _stray(policy: str) -> PolicyResult:
    place = f"policies/{policy}/{SCENARIOS}"
    fault = ScenarioFault(policy, place, 1, "stands beside no version of a policy.")
    return PolicyResult(policy, (), (fault,), (), (), (), ())


def _by_policy(documents: Iterable[PolicyDocument]) -> dict[str, list[PolicyDocument]]:
    found: dict[str, list[PolicyDocument]] = {}
    for document in documents:
        found.setdefault(document.policy_id, []).append(document)
    return found
