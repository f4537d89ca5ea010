"""Describes a published determination in words: outcome, criteria, evidence, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from worker.determinations.data import DataView
from worker.terminal.console import printable
from worker.terminal.indent import Indented
from worker.terminal.styles import STYLES
from worker.terminal.table import FittingTable

NEEDS_IN_SHORT: Mapping[str, str] = {
    "applied_authority": "rule applied",
    "conventional_imaging_attestation": "attestation",
    "conventional_imaging_report": "MRI or CT report",
    "modifier_or_provider": "modifier or provider",
    "original_claim": "original claim",
    "pet_result": "PET result",
    "plan_enrollment": "plan enrollment",
}
"""Needs in a word or two; `adjudicator explain` gives the whole sentence."""

_SETTLED: Mapping[str, str] = {
    "CRITERIA_MET": "every criterion is met",
    "NO_CONFLICT": "nothing here speaks against it; another policy decides its coverage",
    "ORIGINAL_NOT_FOUND": "the claim that it names has not arrived yet",
    "OUT_OF_SCOPE": "neither spectroscopy nor PET: another policy applies; kept as history",
    "PEER_REVIEW": "a clinical denial that a peer reviewer has to confirm first",
    "SUPERSEDED": "a later claim takes its place",
    "VOIDED": "a later claim voids it",
    "VOID_PROCESSED": "it voids another claim and is done",
}
"""Wording for reasons that no single finding explains."""

_EVIDENCE: Mapping[str, str] = {
    "line": "line {line} of claim {claim_id}",
    "report": "report {id}",
    "authorization": "authorization {id}",
    "authority": "rule {reference}",
    "coverage": "enrolment with plan {plan_id}",
    "attestation": "attestation {reference} on claim {claim_id}",
    "review": "review of line {line} of claim {claim_id}",
}


def explain(history: Sequence[DataView]) -> Iterator[RenderableType]:
    """Shows a line's latest determination in full, and the earlier ones in short."""
    data = history[-1]
    yield _title(data)
    yield _outcome(data)
    yield from _around(data)
    if data["findings"]:
        yield Text("\nCriteria and answers")
        for number, finding in enumerate(data["findings"], start=1):
            yield from _finding(number, finding, is_deciding=finding is deciding_finding(data))
    if data["needs"]:
        yield Text("\nWhat would resolve or reopen it")
        yield from _list(data["needs"])
    yield Text("\nHistory")
    yield Indented(_revisions(history), 2)


def deciding_finding(data: DataView) -> DataView | None:
    """
    Returns the first finding that is not met or, failing that, the first that is unknown.

    None: no criterion decided the outcome.
    """
    if data["outcome"] not in ("denied", "pended") or data["review"] is not None:
        return None
    for answer in ("not_met", "unknown"):
        for finding in data["findings"]:
            if finding["answer"] == answer:
                found: DataView = finding
                return found
    return None


def why(data: DataView) -> str:
    """Explains the outcome in one line."""
    if data["review"] is not None:
        review = data["review"]
        return f"a reviewer ({review['role']}) {review['decision']} it: {review['reason']}"
    finding = deciding_finding(data)
    words = _SETTLED.get(data["reason"])
    if finding is None:
        return words or "see the findings"
    because = str(finding["because"])
    return f"{words}: {because}" if words else because


def _title(data: DataView) -> Text:
    return Text(
        f"Claim {printable(data['claim_id'])}, line {data['line']} "
        f"(procedure {printable(data['procedure'])}), member {printable(data['member_id'])}",
        style="bold",
    )


def _outcome(data: DataView) -> Text:
    outcome = data["outcome"]
    text = Text(outcome.replace("_", " ").upper(), style=STYLES[outcome])
    text.append(f", {data['reason']}: {printable(why(data)).rstrip('.')}.", style="not bold")
    return text


def _around(data: DataView) -> Iterator[Text]:
    """Shows what goes with the outcome: codes, policy, dates."""
    codes = [
        f"{name} {value}"
        for name, value in (
            ("group", data["group"]),
            ("CARC", data["carc"]),
            ("RARC", " ".join(data["rarc"])),
        )
        if value
    ]
    if codes:
        yield Text(f"Codes: {', '.join(codes)}.")
    policy = data["policy"]
    version = policy["version"] or "none in force on the date of service"
    yield Text(f"Policy {policy['id']}, version {version}; library {policy['library'][:19]}…")
    if data["recommended"] is not None:
        said = data["recommended"]
        yield Text(f"Recommended to the reviewer: {said['outcome']}, {said['reason']}.")
    if data["due_on"] is not None:
        yield Text(f"Due by {data['due_on']}.")
    if data["post_payment_review"]:
        yield Text("It was approved before: only a person may take anything back.")


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
        looked_at = "; ".join(_evidence(one) for one in finding["evidence"])
        yield Indented(Text(f"looked at: {looked_at}", style="dim"), 5)
    if finding["parameters"]:
        by = ", ".join(f"{name} = {_value(value)}" for name, value in finding["parameters"].items())
        yield Indented(Text(f"by: {by}", style="dim"), 5)


def _evidence(evidence: DataView) -> str:
    words = _EVIDENCE[evidence["kind"]]
    fields = {name: printable(evidence.get(name) or "") for name in _EVIDENCE_FIELDS}
    return " ".join(words.format_map(fields).split())


_EVIDENCE_FIELDS = ("claim_id", "line", "id", "reference", "plan_id")


def _list(needs: Sequence[DataView]) -> Iterator[RenderableType]:
    for need in needs:
        yield Indented(Text(f"{printable(need['text'])} ({need['code']})"), 2, "- ")


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(printable(one) for one in value) + "]"
    return printable(value)


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
            Text(printable(_cause(data["caused_by"]))),
            Text(str(data["record_version"])),
        )
    return table


def _cause(caused_by: DataView) -> str:
    if "library" in caused_by:
        return f"library of generation {caused_by['generation']}"
    return f"{caused_by['source']} {caused_by['id']}"
