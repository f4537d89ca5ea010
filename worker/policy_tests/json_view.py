"""The results of scenarios for programs, as `library test --json` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from worker.determinations.data import Data
from worker.policy_tests.files import ScenarioFault
from worker.policy_tests.gaps import ReasonReached
from worker.policy_tests.results import PolicyResult
from worker.policy_tests.run import Tried


def tried_json(one: Tried) -> Data:
    """A scenario, and where it differs."""
    beside = one.beside
    return {
        "policy": beside.policy,
        "file": beside.file,
        "row": beside.row,
        "name": beside.scenario.name,
        "passed": one.agrees,
        "refused": one.refused,
        "differences": [
            {
                "claim_id": each.claim_id,
                "line": each.line,
                "field": each.field,
                "expected": each.expected,
                "found": each.decide,
            }
            for each in one.differences
        ],
    }


def fault_json(fault: ScenarioFault) -> Data:
    """A scenario that cannot be read."""
    return fault._asdict()


def coverage_json(result: PolicyResult) -> Data:
    """How many scenarios reach what; none: 0."""
    return {
        "policy": result.policy,
        "scenarios": len(result.tried),
        "answers": [each._asdict() for each in result.answers],
        "reasons": [each._asdict() for each in result.reasons],
        "parameters": [each._asdict() for each in result.edges],
        "unreached": result.unreached,
    }


def shared_json(shared: Iterable[ReasonReached]) -> Data:
    """The reasons that no criterion gives, of which one policy's scenario is enough."""
    return {"shared_reasons": [each._asdict() for each in shared]}


def totals_json(results: Sequence[PolicyResult], unreached: int) -> Data:
    """The last line."""
    return {
        "scenarios": sum(len(each.tried) for each in results),
        "differing": sum(len(each.differing) for each in results),
        "faults": sum(len(each.faults) for each in results),
        "unreached": unreached,
    }
