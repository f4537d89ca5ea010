"""What is said of a published determination, in plain words, wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.analysis.corrected_claim import is_sent_again
from rules.analysis.sufficient_sets import SufficientSet
from worker.determinations.data import DataView
from worker.terminal.console import printable

NEEDS_IN_SHORT: Mapping[str, str] = {
    "applied_authority": "rule applied",
    "conventional_imaging_attestation": "attestation",
    "conventional_imaging_report": "MRI or CT report",
    "companion_claim": "claim of what goes with it",
    "member_record": "member record",
    "modifier_or_provider": "modifier or provider",
    "ordering_provider": "ordering provider",
    "original_claim": "original claim",
    "other_study_result": "result of the other study",
    "pet_result": "PET result",
    "place_of_service": "place of service",
    "plan_enrollment": "plan enrollment",
    "treatment_record": "treatment record",
}
"""Needs in a word or two; `adjudicator explain` gives the whole sentence."""

_SETTLED: Mapping[str, str] = {
    "CRITERIA_MET": "every criterion is met",
    "NO_CONFLICT": "nothing here speaks against it; another policy decides its coverage",
    "ORIGINAL_NOT_FOUND": "the claim that it names has not arrived yet",
    "OUT_OF_SCOPE": "no policy of the plan decides or watches it; kept as history",
    "PEER_REVIEW": "a clinical denial that a peer reviewer has to confirm first",
    "SUPERSEDED": "a later claim takes its place",
    "VOIDED": "a later claim voids it",
    "VOID_PROCESSED": "it voids another claim and is done",
}
"""Wording for reasons that no single finding explains."""

_EVIDENCE: Mapping[str, str] = {
    "line": "line {line} of claim {claim_id}",
    "report": "report {id}",
    "treatment": "treatment {id}",
    "authorization": "authorization {id}",
    "authority": "rule {reference}",
    "coverage": "enrolment with plan {plan_id}",
    "attestation": "attestation {reference} on claim {claim_id}",
    "review": "review of line {line} of claim {claim_id}",
}
_EVIDENCE_FIELDS = ("claim_id", "line", "id", "reference", "plan_id")


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


def outcome_words(data: DataView) -> str:
    """The reason's code and why, as a sentence that goes on from the outcome."""
    return f"{data['reason']}: {printable(why(data)).rstrip('.')}."


def around(data: DataView) -> Iterator[str]:
    """What goes with the outcome, a sentence each: codes, policy, dates."""
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
        yield f"Codes: {', '.join(codes)}."
    policy = data["policy"]
    version = policy["version"] or "none in force on the date of service"
    yield f"Policy {policy['id']}, version {version}; library {policy['library'][:19]}…"
    if data["recommended"] is not None:
        said = data["recommended"]
        yield f"Recommended to the reviewer: {said['outcome']}, {said['reason']}."
    if data["due_on"] is not None:
        yield f"Due by {data['due_on']}."
    if data["post_payment_review"]:
        yield "It was approved before: only a person may take anything back."


def evidence_words(evidence: DataView) -> str:
    """What a finding looked at, by name."""
    words = _EVIDENCE[evidence["kind"]]
    fields = {name: printable(evidence.get(name) or "") for name in _EVIDENCE_FIELDS}
    return " ".join(words.format_map(fields).split())


def parameter_words(finding: DataView) -> str:
    """The parameters that a finding leaned on, with their values."""
    used = finding["parameters"].items()
    return ", ".join(f"{name} = {_value(value)}" for name, value in used)


def cause_words(caused_by: DataView) -> str:
    """What a revision was caused by: an event, or a new library."""
    if "library" in caused_by:
        return f"library of generation {caused_by['generation']}"
    return f"{caused_by['source']} {caused_by['id']}"


def due_words(days: int) -> str:
    """How many days it is until a due date, or since."""
    if days == 0:
        return "today"
    unit = "day" if abs(days) == 1 else "days"
    return f"in {days} {unit}" if days > 0 else f"{-days} {unit} overdue"


def turn_subject(turn: SufficientSet) -> str:
    """What comes before the outcome of a set: whether the claim itself is sent again."""
    return "the claim sent again: " if is_sent_again(turn.supplies) else ""


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(printable(one) for one in value) + "]"
    return printable(value)
