"""What a claim's page says of one line: the words of `adjudicator explain`, laid out to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from console.claim.policy_words import CriterionReading, PolicyWords
from console.deciding.cases import Case
from rules.library_model import Library
from rules.reasons import Reason
from worker.determinations.data import Data, DataView
from worker.explain.billed_lines import BilledLine
from worker.explain.claim_history import ClaimHistory
from worker.explain.words import (
    around,
    cause_words,
    deciding_finding,
    evidence_words,
    parameter_words,
    why,
)

PEER_REVIEW: Final = "PEER_REVIEW"
"""The reason whose words speak of a denial: they are not shown where nothing may be recommended."""
DECIDED_BY: Mapping[str, str] = {
    "rules": "the rules alone",
    "person": "a person",
    "nobody": "nobody yet: it waits for a person or for documents",
}
IGNORED: Mapping[str, str] = {
    "role": "the plan does not let this role decide it",
    "same_reviewer": "an appeal is decided by somebody else than who denied",
}


class EvidenceView(NamedTuple):
    """Something that a finding looked at."""

    words: str
    case: Case | None
    """The line that it is, where it is one."""


class FindingView(NamedTuple):
    """One criterion's answer for the line."""

    number: int
    name: str
    section: str
    answer: str
    because: str
    is_deciding: bool
    evidence: tuple[EvidenceView, ...]
    by: str
    """The parameters that the answer leaned on."""
    reading: CriterionReading | None


class RevisionView(NamedTuple):
    """One determination that was published of the line."""

    number: int
    change: str
    outcome: str
    reason: str
    caused_by: str
    record_version: int


class LineSummary(NamedTuple):
    """A line of the claim, in a row."""

    case: Case
    procedure: str
    outcome: str
    reason: str
    billed: BilledLine | None


class ClaimLineView(NamedTuple):
    """One line of a claim, whole."""

    case: Case
    procedure: str
    outcome: str
    headline: str
    """The outcome, and the library's few words for the reason."""
    because: str
    """What led to it, in one sentence."""
    reason: str
    section: str
    around: tuple[str, ...]
    decided_by: str
    flags: tuple[str, ...]
    """What a person must know before all else."""
    findings: tuple[FindingView, ...]
    needs: tuple[tuple[str, str], ...]
    """What would resolve or reopen it: code and words."""
    revisions: tuple[RevisionView, ...]
    billed: BilledLine | None
    is_plain: bool
    """The law lets a person see the findings only: nothing is recommended, nor in colour."""


def summaries(known: ClaimHistory, billed: Mapping[int, BilledLine]) -> list[LineSummary]:
    """Each line of the claim with its latest determination."""
    return [
        LineSummary(
            Case(known.member_id, history[-1]["claim_id"], number),
            history[-1]["procedure"] or "",
            in_words(history[-1]["outcome"]),
            history[-1]["reason"],
            billed.get(number),
        )
        for number, history in known.lines.items()
    ]


def line_view(
    history: Sequence[Data], billed: BilledLine | None, library: Library, policy: PolicyWords
) -> ClaimLineView:
    """A line by its published determinations, the latest last."""
    latest = history[-1]
    reason = library.reasons.get(latest["reason"])
    is_plain = is_findings_only(billed, library)
    is_silent = is_plain and latest["reason"] == PEER_REVIEW
    return ClaimLineView(
        case=Case(latest["member_id"], latest["claim_id"], latest["line"]),
        procedure=latest["procedure"] or "",
        outcome=latest["outcome"],
        headline=_headline(latest, None if is_silent else reason),
        because="" if is_silent else _sentence(why(latest)),
        reason=latest["reason"],
        section="" if is_silent else latest["section"],
        around=tuple(around(latest)),
        decided_by=DECIDED_BY[latest["decided_by"]],
        flags=tuple(_flags(latest)),
        findings=tuple(_findings(latest, policy, is_plain=is_plain)),
        needs=tuple((need["code"], need["text"]) for need in latest["needs"]),
        revisions=tuple(map(_revision, history)),
        billed=billed,
        is_plain=is_plain,
    )


def is_findings_only(billed: BilledLine | None, library: Library) -> bool:
    """Whether the law lets a person see nothing but the findings; so if the plan is not known."""
    plan = None if billed is None else library.plans.get(billed.plan_id)
    if billed is None or plan is None:
        return True
    return library.denial_mode(plan.on(billed.on), billed.received_at) == "findings_only"


def in_words(name: str) -> str:
    """A name of the contract as people write it."""
    return name.replace("_", " ")


def _headline(data: DataView, reason: Reason | None) -> str:
    """Where the law lets a person see the findings only, nothing is said of where they point."""
    said = "a person decides it; below is what the rules found"
    if reason is not None:
        said = reason.label
    elif data["reason"] != PEER_REVIEW:
        said = data["reason"]  # of a library that this one does not know
    return f"{in_words(data['outcome']).capitalize()}: {said}."


def _sentence(said: str) -> str:
    """Words of a finding as a sentence; a code at its beginning stays as it is."""
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


def _flags(data: DataView) -> Iterator[str]:
    if data["post_payment_review"]:
        yield "It was approved before and no longer is: only a person may take anything back."
    ignored = data["review_ignored"]
    if ignored is not None:
        yield f"The latest review does not count: {IGNORED[ignored['why']]}."


def _findings(data: DataView, policy: PolicyWords, *, is_plain: bool) -> Iterator[FindingView]:
    deciding = None if is_plain else deciding_finding(data)
    used = (data["policy"]["id"], data["policy"]["version"])
    for number, finding in enumerate(data["findings"], start=1):
        yield FindingView(
            number,
            in_words(finding["criterion"]),
            finding["section"],
            in_words(finding["answer"]),
            finding["because"],
            finding is deciding,
            tuple(_evidence(one, data["member_id"]) for one in finding["evidence"]),
            parameter_words(finding),
            policy.of(*used, finding["criterion"]),
        )


def _evidence(evidence: DataView, member_id: str) -> EvidenceView:
    case = None
    if evidence["kind"] in ("line", "review"):
        case = Case(member_id, evidence["claim_id"], evidence["line"])
    return EvidenceView(evidence_words(evidence), case)


def _revision(data: DataView) -> RevisionView:
    return RevisionView(
        data["revision"],
        in_words(data["change"]),
        in_words(data["outcome"]),
        data["reason"],
        cause_words(data["caused_by"]),
        data["record_version"],
    )
