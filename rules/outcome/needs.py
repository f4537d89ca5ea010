"""What the requester can supply that would settle or reopen a line (`contract.md` 2)."""

from __future__ import annotations

from collections.abc import Sequence

from rules.determination import Finding, Need
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.outcome.judgement import Judgement


def needs_of(
    judgement: Judgement, line: ClaimLine, findings: Sequence[Finding], library: Library
) -> tuple[Need, ...]:
    """All that would settle or reopen the line, each once, in the order of the library's list."""
    if judgement.outcome not in ("pended", "denied"):
        return ()
    codes: set[str] = set()
    if all(finding.reason != judgement.reason for finding in findings):
        codes.update(library.reasons[judgement.reason].needs)
    if line.plan is None:
        codes.update(library.reasons["PLAN_UNKNOWN"].needs)
    for finding in findings:
        if finding.reason is not None:
            own = library.reasons[finding.reason].needs
            codes.update(own if finding.needs is None else finding.needs)
    if judgement.is_beyond_review:
        codes.discard("review")
    return tuple([Need(code, text) for code, text in library.needs.items() if code in codes])
