"""What is counted, by which labels, and how it is stored in the hash of counters.

The increments are written by the same script as the things they count. All are integers: times are
in microseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from rules.determination import Determination
from rules.member.member import Publication
from rules.member.published import UNNAMED_POLICY, Published

Result = Literal["applied", "duplicate", "refused", "set_aside"]
Stage = Literal["read", "decode", "load", "decide", "commit"]
RetryCause = Literal["store", "stale", "clock", "batch", "attempt"]

EVENTS = "mrs_events_total"
DETERMINATIONS = "mrs_determinations_total"
LINES_CURRENT = "mrs_lines_current"
FINDINGS = "mrs_findings_total"
CLAIM_ID_REUSED = "mrs_claim_id_reused_total"
STAMPED_AHEAD = "mrs_events_stamped_ahead_total"
EVENT_AGE = "mrs_event_age_seconds"
STAGE = "mrs_stage_seconds"
BATCH_EVENTS = "mrs_batch_events"
RETRIES = "mrs_retries_total"
FENCED_COMMITS = "mrs_fenced_commits_total"

ROUTED = "routed"
REDRIVEN = "redriven"
DISCARDED = "discarded"
COMMANDS_ADDED = "orders_added"
COMMANDS_DONE = "orders_done"
"""Terms of the conservation check, not exported as metrics; the scripts write the first four."""

SECONDS_BUCKETS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0),
)
BATCH_BUCKETS = (1, 2, 5, 10, 25, 50, 100, 200, 300, 500)
BEYOND = "+Inf"

AHEAD_SECONDS = 600
"""Clocks are a little apart; an event whose time is this much after its arrival is a mistake."""

SEPARATOR = "|"
"""Separates a metric's name and its label values, which follow the order of `contract.md` 6."""

_MICROSECONDS = 1_000_000
NO_VERSION = "none"
POLICY = "policy"
"""
The last label of what is counted by policy.

Fields that lack it are of `UNNAMED_POLICY`: those of earlier releases, and of its lines.
"""


class Tally:
    """Increments that are not yet written."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._finished: Counter[str] = Counter()

    def event(self, event_type: str, result: Result, age_seconds: float) -> None:
        """One event has left the queue."""
        self._counts[EVENTS, event_type, result] += 1
        self._seconds((EVENT_AGE,), max(age_seconds, 0.0))

    def publication(self, publication: Publication) -> None:
        """One determination replaces another, or is the first of its line."""
        determination, now = publication.determination, publication.now
        self._counts[
            DETERMINATIONS,
            determination.service,
            determination.outcome,
            determination.reason,
            publication.change,
            determination.line_of_business,
            determination.policy_version or NO_VERSION,
            _policy(determination),
        ] += 1
        for finding in determination.findings:
            self._counts[FINDINGS, finding.criterion, finding.answer, _policy(determination)] += 1
        self._counts[_line(now)] += 1
        if publication.before is not None:
            self._counts[_line(publication.before)] -= 1

    def line(self, now: Published) -> None:
        """A line has a determination that was published before."""
        self._counts[_line(now)] += 1

    def claim_id_reused(self) -> None:
        """A claim id was used again with other content."""
        self._counts[CLAIM_ID_REUSED,] += 1

    def stamped_ahead(self, event_type: str, count: int) -> None:
        """The time of some events is far after their arrival (`AHEAD_SECONDS`)."""
        self._counts[STAMPED_AHEAD, event_type] += count

    def command_done(self) -> None:
        """An internal command has left its lane."""
        self._counts[COMMANDS_DONE,] += 1

    def batch(self, events: int) -> None:
        """A commit has finished a number of events."""
        self._observe((BATCH_EVENTS,), BATCH_BUCKETS, events, events)

    def stage(self, stage: Stage, seconds: float) -> None:
        """A batch has spent some time in a stage."""
        self._seconds((STAGE, stage), seconds)

    def retry(self, cause: RetryCause) -> None:
        """Something is tried again."""
        self._counts[RETRIES, cause] += 1

    def fenced_commit(self) -> None:
        """A commit came after its lease had expired."""
        self._counts[FENCED_COMMITS,] += 1

    def add(self, other: Tally) -> None:
        """Adds the increments of another tally."""
        self._counts.update(other._counts)

    def clear(self) -> None:
        """Resets all increments, after they have been written."""
        self._counts.clear()

    def committed(self, results: Mapping[Result, int], determinations: int) -> None:
        """A commit has finished events and published determinations; kept until it is taken."""
        self._finished.update(results)
        self._finished["determinations"] += determinations

    def take_committed(self) -> dict[str, int]:
        """Events by result, and `determinations`, committed since this was last asked."""
        taken = dict(self._finished)
        self._finished.clear()
        return taken

    def fields(self) -> dict[str, int]:
        """Field of the hash -> increment; zeros are left out."""
        return {SEPARATOR.join(labels): count for labels, count in self._counts.items() if count}

    def _seconds(self, labels: tuple[str, ...], seconds: float) -> None:
        self._observe(labels, SECONDS_BUCKETS, seconds, round(seconds * _MICROSECONDS))

    def _observe(
        self, labels: tuple[str, ...], buckets: tuple[float, ...], value: float, total: int
    ) -> None:
        """Counts each value in its own bucket only; the exporter accumulates the buckets."""
        self._counts[*labels, "bucket", bucket_of(value, buckets)] += 1
        self._counts[*labels, "sum"] += total


def bucket_of(value: float, buckets: tuple[float, ...]) -> str:
    """The first bucket that takes a value; a bound belongs to its bucket."""
    position = bisect_left(buckets, value)
    return str(buckets[position]) if position < len(buckets) else BEYOND


def _policy(determination: Determination) -> str:
    """Which policy decided; every determination that is published names one."""
    assert determination.policy is not None
    return determination.policy.id


def _line(published: Published) -> tuple[str, ...]:
    """The field of a line; one without a policy is what a field of earlier releases is."""
    labels = (
        LINES_CURRENT,
        published.service,
        published.outcome,
        published.reason,
        published.line_of_business,
    )
    return labels if published.policy == UNNAMED_POLICY else (*labels, published.policy)
