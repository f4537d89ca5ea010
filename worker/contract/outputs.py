"""What commands write for programs: one JSON object, or one a line."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from rules.determination import Service
from rules.member.published import Change
from worker.contract.dead_letter import NamedFault
from worker.contract.determination import DeterminedLine, NeededItem, RecommendedOutcome
from worker.contract.document import AnyJson, Count, Day, Digest, Document
from worker.contract.door_output import FhirReadOutput
from worker.contract.explained_output import ExplainedLine, TraceOutput
from worker.contract.library_output import LibraryDiffOutput
from worker.contract.library_reading import (
    LibraryCheckOutput,
    LibraryChecksOutput,
    LibraryShowOutput,
)
from worker.contract.queue_output import HealthOutput, QueueOutput, SubmitOutput
from worker.contract.report_output import ReportOutput
from worker.contract.scenario_output import (
    LibraryTestLine,
    ScenarioOutput,
    ScenariosOutput,
)
from worker.contract.trial_output import TrialOutput
from worker.contract.view_output import ViewOutput


class RefusedLine(Document):
    """A line of a file that is refused: on standard error."""

    file: str
    row: Annotated[int, Field(ge=1)]
    id: str | None
    source: str | None
    reason: str
    faults: tuple[NamedFault, ...]


class PendOutput(Document):
    """A line that waits."""

    due_on: Day
    overdue: bool
    days_overdue: int
    """Negative: so many days are left."""
    policy: str | None
    """None: the stream no longer holds the determination."""
    service: Service
    reason: str
    member_id: str
    claim_id: str
    line: int
    procedure: str | None
    needs: tuple[NeededItem, ...] | None
    """None: the stream no longer holds the determination."""
    recommended: RecommendedOutcome | None
    dead_letters: Count
    """How many of the member's events lie in the dead letters."""


class DeadLetterOutput(Document):
    """A dead letter; `show` adds the event, or what came instead."""

    id: str
    reason: str
    type: str
    member_id: str | None
    event_id: str
    source: str
    attempts: str
    first_at: str
    last_at: str
    traceparent: str
    tracestate: str
    faults: tuple[NamedFault, ...]
    event: str | None = None
    event_base64: str | None = None
    """The event, where its bytes are not text."""
    entry: dict[str, str] | None = None
    """The fields of an entry that came without an event."""


class DiscardOutput(Document):
    """A dead letter that was discarded."""

    id: str
    letter: str
    because: str
    reason: str | None = None
    event_id: str | None = None
    source: str | None = None
    first_at: str | None = None
    last_at: str | None = None


class ReadjudicationOutput(Document):
    """What was ordered and done; of an order that is not waited for, `members` alone."""

    members: Count
    published: dict[Change, Count] | None = None
    set_aside: Count | None = None


class ChangedLines(Document):
    """Lines that would change alike."""

    kind: Change
    before: str
    after: str
    lines: Count


class ReadjudicationTrial(Document):
    """What a dry run found."""

    members: Count
    determinations: Count
    library_in_use: bool
    changes: tuple[ChangedLines, ...]


class ArchiveOutput(Document):
    """What was moved."""

    moved: Count
    files: tuple[str, ...]
    bytes: Count
    finished: Count
    acknowledged_through: str | None
    kept_by: str | None
    waiting: Count
    foreign: Count
    left: Count
    shard: Count | None = None
    """With several shards: of which this is."""


class ArchiveCheck(Document):
    """What `--check` found."""

    files: Count
    determinations: Count
    faults: tuple[str, ...]


class VerifiedEvents(Document):
    """How many events are recorded, and proved by the bytes that were received."""

    recorded: Count
    proved_by_their_bytes: Count


class VerifiedDeterminations(Document):
    """How many determinations were derived again; counts by library and by program."""

    derived_again: Count
    derived_again_by_themselves: Count
    not_checked: dict[str, Count]
    by_other_programs: dict[str, Count]
    in_other_words: Count


class DiscrepancyOutput(Document):
    """An entry that is not as it was recorded."""

    member_id: str
    kind: Literal["changed", "missing", "added", "reordered"]
    subject: Literal["determination", "event", "record", "file"]
    detail: str
    claim_id: str | None = None
    line: int | None = None
    revision: int | None = None
    entry: str | None = None
    sequence: int | None = None
    source: str | None = None
    event_id: str | None = None


class RestoredOutput(Document):
    """What `archive restore` put back."""

    members: Count
    events: Count
    known: Count
    """Determinations that are in the archive."""
    published: Count
    """Determinations that were published, for the first time or again."""
    restated: Count
    """Members whose events lead to something else than was archived."""
    refused: Count
    """Events that cannot be read."""
    there: Count
    """Members that have a record already, and stay as they are."""


class AuditOutput(Document):
    """The result of `audit verify`."""

    verdict: Literal[
        "verified", "found wanting", "incomplete", "derivation holds, facts not proved"
    ]
    members: Count
    events: VerifiedEvents
    determinations: VerifiedDeterminations
    findings: tuple[DiscrepancyOutput, ...]


class DiagnosticOutput(Document):
    """What one check of `doctor` says."""

    level: Literal["ok", "warning", "fault"]
    about: str
    said: str
    to_do: str
    """Empty: nothing."""


class BenchOutput(Document):
    """The result of `bench`; what was left out is null. Section 4 of the contract has the keys."""

    model_config = ConfigDict(extra="allow")

    machine: dict[str, AnyJson]
    versions: dict[str, str]
    library: Digest
    run: dict[str, float]
    peer: dict[str, AnyJson] | None
    floor: dict[str, AnyJson] | None
    ours_1: dict[str, AnyJson] | None
    ours_2: dict[str, AnyJson] | None
    ratios: dict[str, AnyJson] | None
    kernel: dict[str, AnyJson] | None
    growth: dict[str, AnyJson] | None
    policies: dict[str, AnyJson] | None
    latency: dict[str, AnyJson] | None
    memory: dict[str, AnyJson] | None
    startup: dict[str, AnyJson] | None
    tracing: dict[str, AnyJson] | None
    shards: dict[str, AnyJson] | None
    comparison: dict[str, AnyJson] | None


OUTPUTS: Final[dict[str, tuple[str, Any]]] = {
    "decide": ("a line of `decide`", DeterminedLine),
    "refused": ("a refused line of `decide`, `submit` and `contract check`", RefusedLine),
    "submit": ("`submit --json`", SubmitOutput),
    "explain": ("a line of `explain --json`", ExplainedLine),
    "follow": ("a line of `follow --json`", TraceOutput),
    "health": ("`health --json`", HealthOutput),
    "library-show": ("`library show --json`", LibraryShowOutput),
    "library-check": (
        "a line of `library check --json`",
        LibraryCheckOutput | LibraryChecksOutput,
    ),
    "library-test": ("a line of `library test --json`", LibraryTestLine),
    "queue": ("`queue --json`", QueueOutput),
    "replay": ("a line of `replay --json`", ScenarioOutput | ScenariosOutput),
    "pends": ("a line of `pends --json`", PendOutput),
    "dead-letters": (
        "a line of `dead-letters list` and `show --json`",
        DeadLetterOutput | DiscardOutput,
    ),
    "whatif": ("`whatif --json`", TrialOutput),
    "readjudicate": ("`readjudicate --json`", ReadjudicationTrial | ReadjudicationOutput),
    "archive": ("`archive --json`", ArchiveOutput | ArchiveCheck),
    "archive-restore": ("`archive restore --json`", RestoredOutput),
    "report": ("`report --json`", ReportOutput),
    "audit-verify": ("`audit verify --json`", AuditOutput),
    "audit-views": ("a line of `audit views --json`", ViewOutput),
    "library-diff": ("`library diff --json`", LibraryDiffOutput),
    "bench": ("`bench --json`", BenchOutput),
    "doctor": ("a line of `doctor --json`", DiagnosticOutput),
    "fhir-read": ("`fhir read --json`", FhirReadOutput),
}
"""By command: what is written, and its model."""
