"""Describes a published determination in words: outcome, criteria, evidence, history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from worker.determinations.data import DataView
from worker.explain.words import (
    around,
    cause_words,
    deciding_finding,
    evidence_words,
    outcome_words,
    parameter_words,
)
from worker.terminal.console import printable
from worker.terminal.indent import Indented
from worker.terminal.styles import STYLES
from worker.terminal.table import FittingTable


def explain(history: Sequence[DataView]) -> Iterator[RenderableType]:
    """Shows a line's latest determination in full, and the earlier ones in short."""
    data = history[-1]
    yield _title(data)
    yield _outcome(data)
    yield from map(Text, around(data))
    if data["findings"]:
        yield Text("\nCriteria and answers")
        for number, finding in enumerate(data["findings"], start=1):
            yield from _finding(number, finding, is_deciding=finding is deciding_finding(data))
    if data["needs"]:
        yield Text("\nWhat would resolve or reopen it")
        yield from _list(data["needs"])
    yield Text("\nHistory")
    yield Indented(_revisions(history), 2)


def _title(data: DataView) -> Text:
    return Text(
        f"Claim {printable(data['claim_id'])}, line {data['line']} "
        f"(procedure {printable(data['procedure'])}), member {printable(data['member_id'])}",
        style="bold",
    )


def _outcome(data: DataView) -> Text:
    outcome = data["outcome"]
    text = Text(outcome.replace("_", " ").upper(), style=STYLES[outcome])
    return text.append(f", {outcome_words(data)}", style="not bold")


def _finding(number: int, finding: DataView, *, is_deciding: bool) -> Iterator[RenderableType]:
    answer = finding["answer"]
    head = Text(f"{number}. {finding['criterion'].replace('_', ' ')}: ")
    head.append(answer.replace("_", " "), style=STYLES[answer])
    head.append(f"  [{printable(finding['section'])}]", style="dim")
    if is_deciding:
        head.append("  <- this decides", style="bold")
    yield Indented(head, 2)
    yield Indented(Text(printable(finding["because"])), 5)
    if finding["evidence"]:
        looked_at = "; ".join(map(evidence_words, finding["evidence"]))
        yield Indented(Text(f"looked at: {looked_at}", style="dim"), 5)
    if finding["parameters"]:
        yield Indented(Text(f"by: {parameter_words(finding)}", style="dim"), 5)


def _list(needs: Sequence[DataView]) -> Iterator[RenderableType]:
    for need in needs:
        yield Indented(Text(f"{printable(need['text'])} ({need['code']})"), 2, "- ")


def _revisions(history: Sequence[DataView]) -> FittingTable:
    table = FittingTable(
        *("revision", "change", "outcome", "reason", "caused by", "record version"),
        later=("caused by", "record version"),
    )
    for data in history:
        table.add_row(
            Text(str(data["revision"])),
            Text(data["change"]),
            Text(data["outcome"].replace("_", " "), style=STYLES[data["outcome"]]),
            Text(data["reason"]),
            Text(printable(cause_words(data["caused_by"]))),
            Text(str(data["record_version"])),
        )
    return table
