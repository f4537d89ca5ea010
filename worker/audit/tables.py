"""Presents the result of an audit: in words for a terminal, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from rich.text import Text

from worker.audit.discrepancies import DiscrepancyKind
from worker.audit.members import Totals
from worker.audit.run import NOBODY, AuditOutcome
from worker.terminal.console import printable
from worker.terminal.counts import counted

_STYLES: Final[dict[DiscrepancyKind, str]] = {
    "changed": "bold red",
    "missing": "bold red",
    "added": "bold red",
    "reordered": "bold red",
}

AuditVerdict = Literal[
    "verified", "found wanting", "incomplete", "derivation holds, facts not proved"
]


def verdict_of(outcome: AuditOutcome) -> AuditVerdict:
    """
    Says all in one.

    There may be no discrepancy, and yet not all be checked for want of a library, or the recorded
    facts not be compared with the bytes that were received.
    """
    totals = outcome.totals
    if outcome.findings:
        return "found wanting"
    if totals.unchecked:
        return "incomplete"
    return "verified" if totals.proved == totals.events else "derivation holds, facts not proved"


def data_of_audit(outcome: AuditOutcome) -> dict[str, Any]:
    """Returns the result as JSON data."""
    totals = outcome.totals
    return {
        "verdict": verdict_of(outcome),
        "members": totals.members,
        "events": {"recorded": totals.events, "proved_by_their_bytes": totals.proved},
        "determinations": {
            "derived_again": totals.checked,
            "derived_again_by_themselves": totals.by_themselves,
            "not_checked": dict(sorted(totals.unchecked.items())),
            "by_other_programs": dict(sorted(totals.by_others.items())),
            "in_other_words": totals.reworded,
        },
        "findings": [finding.as_json(member_id) for member_id, finding in outcome.findings],
    }


def show_audit(outcome: AuditOutcome, *, findings_max: int, anchors: int = 0) -> Iterator[Text]:
    """Returns the result in words; `anchors`: how many there were to hold it against."""
    totals = outcome.totals
    yield Text(f"{counted(totals.members, 'member')}, {counted(totals.events, 'event')} recorded")
    for member_id, finding in outcome.findings[:findings_max]:
        whose = "" if member_id == NOBODY else f" of member {printable(member_id)}"
        line = Text(finding.kind.upper(), style=_STYLES[finding.kind])
        line.append(f"  {printable(finding.name)}{whose}: {printable(finding.detail)}", "not bold")
        yield line
    if len(outcome.findings) > findings_max:
        yield Text(f"… and {len(outcome.findings) - findings_max:,} more: --json lists them all.")
    yield Text(
        f"Determinations: {totals.checked:,} derived again"
        + (f", {totals.by_themselves:,} more on their own" if totals.by_themselves else "")
        + ", each compared byte for byte"
        + (" unless another program published it" if totals.by_others else "")
    )
    for other, count in sorted(totals.by_others.items()):
        yield Text(f"  {count:,} published by {printable(other)}: compared apart from wording")
    if totals.by_others:
        yield Text(f"  {totals.reworded:,} of these say the same in other words: no fault")
    for digest, count in sorted(totals.unchecked.items()):
        yield Text(f"NOT CHECKED  {count:,}: {_needed(digest)}", style="bold yellow")
    yield Text(
        f"Events: the facts of {totals.proved:,} of {totals.events:,} compared with the bytes "
        "that were received"
    )
    if totals.proved < totals.events:
        yield Text(
            "Only the events as they were sent (--events) prove that the recorded facts are what "
            "was received."
        )
    if anchors:
        yield _held_against(anchors, totals)
    yield Text(f"Verdict: {verdict_of(outcome)}.", style="bold")


def _held_against(anchors: int, totals: Totals) -> Text:
    of_each = 2  # of events, and of determinations
    held = f"{counted(of_each * totals.anchored, 'chain')} held against {counted(anchors, 'file')}"
    if totals.departed:
        departed = counted(totals.departed, "member")
        return Text(f"Anchors: {held}, those of {departed} not as anchored", style="bold red")
    return Text(f"Anchors: {held}, all as they were anchored")


def _needed(digest: str) -> str:
    if digest.startswith("sha256:"):
        return f"library {printable(digest)} is not given"
    return printable(digest)
