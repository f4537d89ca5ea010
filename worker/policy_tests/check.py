"""What `library check` says of the scenarios beside the policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rules.proof.check import Proof, ProofFault
from worker.policy_tests.results import LibraryTest, PolicyResult
from worker.policy_tests.words import (
    differences_in_words,
    reasons_in_words,
    unfound_in_words,
    unreached_in_words,
)
from worker.terminal.counts import counted


def checks_of_scenarios(folder: Path, plans: Path | None) -> Iterator[Proof]:
    """Tries every scenario; what none reaches is a warning. Edges are for `library test`."""
    test = LibraryTest(folder, plans)
    results = list(test.results(test.policies, lambda *_: lambda _: None, with_edges=False))
    faults = [str(fault) for result in results for fault in result.faults]
    faults += [
        f"{one.beside.file}, line {one.beside.row}: {said}"
        for result in results
        for one in result.differing
        for said in differences_in_words(one)
    ]
    warnings = [
        f"policy {result.policy}: {said}"
        for result in results
        if result.tried
        for said in unreached_in_words(result)
    ]
    if any(result.tried for result in results):
        warnings += [
            f"all policies: {said}" for said in reasons_in_words(test.shared_reasons(results))
        ]
    scenarios = sum(len(result.tried) for result in results)
    beside = (
        f"{counted(scenarios, 'scenario')} beside {counted(len(results), 'policy', 'policies')}"
    )
    yield Proof(
        "scenarios",
        "does every scenario beside a policy come out as it expects?",
        beside,
        tuple(map(ProofFault, faults)),
        tuple(warnings),
        tuple(_notes(results)),
    )


def _notes(results: Iterable[PolicyResult]) -> Iterator[str]:
    for result in results:
        if not result.tried:
            yield f"policy {result.policy} has no scenario"
            continue
        for said in unfound_in_words(result):
            yield f"policy {result.policy}, no scenario: {said}"
