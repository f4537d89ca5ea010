"""What `replay` and `library test` write of scenarios for programs."""

from __future__ import annotations

from typing import Literal

from worker.contract.document import AnyJson, Count, Document


class DifferenceOutput(Document):
    """A field that is not as it should be."""

    claim_id: str | None
    line: int | None
    field: str
    expected: AnyJson
    queue: AnyJson
    decide: AnyJson


class ScenarioOutput(Document):
    """One scenario in one order."""

    name: str
    order: Literal["given", "reversed", "shuffled", "doubled"] | None
    passed: bool
    differences: tuple[DifferenceOutput, ...]


class ScenariosOutput(Document):
    """The last line: totals."""

    scenarios: Count
    differences: Count
    skipped: Count


class ExpectedOtherwise(Document):
    """Something that did not come as a scenario expects it."""

    claim_id: str | None
    line: int | None
    field: str
    expected: AnyJson
    found: AnyJson


class TriedScenario(Document):
    """A scenario beside a policy."""

    policy: str
    file: str
    row: int
    name: str
    passed: bool
    refused: str
    """Why no library can be as it asks; empty: one is."""
    differences: tuple[ExpectedOtherwise, ...]


class UnreadScenario(Document):
    """A scenario that cannot be read."""

    policy: str
    file: str
    row: int
    wrong: str


class AnswerCount(Document):
    """How many scenarios have an answer of a criterion."""

    criterion: str
    answer: Literal["met", "not_met", "unknown"]
    scenarios: Count
    accepted: str
    """Why it is accepted that there is none; empty: it is not."""


class ReasonCount(Document):
    """In how many scenarios a line ends for a reason."""

    reason: str
    scenarios: Count
    accepted: str


class EdgeCount(Document):
    """How many scenarios tell a parameter's value from the next."""

    parameter: str
    value: AnyJson
    instead: AnyJson
    scenarios: Count
    accepted: str


class ScenarioCoverage(Document):
    """What the scenarios of a policy reach."""

    policy: str
    scenarios: Count
    answers: tuple[AnswerCount, ...]
    reasons: tuple[ReasonCount, ...]
    parameters: tuple[EdgeCount, ...]
    unreached: Count


class SharedReasons(Document):
    """What the scenarios of all policies together reach of the reasons that no criterion gives."""

    shared_reasons: tuple[ReasonCount, ...]


class LibraryTestTotals(Document):
    """The last line: totals."""

    scenarios: Count
    differing: Count
    faults: Count
    unreached: Count


LibraryTestLine = (
    TriedScenario | UnreadScenario | ScenarioCoverage | SharedReasons | LibraryTestTotals
)
"""A line of `library test`."""
