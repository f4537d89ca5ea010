"""The findings of a determination as JSON; what is said of thousands of lines is encoded once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from rules.determination import Evidence, Finding
from rules.library_model import Library
from rules.remembered import Memo, Remembered

_Encoded = tuple[Finding, msgspec.Raw]

_ENCODED: Final[Memo[int, _Encoded]] = Memo("findings as JSON")
"""By identity: one that is kept keeps its own, as it is kept with it."""

_encode = msgspec.json.Encoder().encode


def encoded_findings(findings: Iterable[Finding], library: Library) -> list[msgspec.Raw]:
    """The JSON of findings that were made under a library."""
    known = library.remembered(_ENCODED)
    return [_encoded(finding, known) for finding in findings]


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as `contract.md` 2 has it."""
    return {
        "criterion": finding.criterion,
        "section": finding.section,
        "answer": finding.answer,
        "because": finding.because,
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
        "parameters": finding.parameters,
    }


def _encoded(finding: Finding, known: Remembered[int, _Encoded]) -> msgspec.Raw:
    """What points to evidence is said of one line only, and not kept."""
    kept = known.get(id(finding))
    if kept is None:
        encoded = msgspec.Raw(_encode(finding_data(finding)))
        if finding.evidence:
            return encoded
        kept = known.keep(id(finding), (finding, encoded))
    return kept[1]


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Only the fields of its kind; an attestation always has its reference, even if null."""
    named = zip(evidence._fields, evidence, strict=True)
    said: dict[str, Any] = {name: value for name, value in named if value is not None}
    if evidence.kind == "attestation":
        said.setdefault("reference", None)
    return said
