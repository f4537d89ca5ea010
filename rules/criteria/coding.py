"""Criterion 4: the line's codes can be used (Codes)."""

from __future__ import annotations

from rules.answers import met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.studies import ClaimLine
from rules.terms import NoTerms


def ask_coding(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    """A modifier that cannot stand comes first, then whether one diagnosis is billable."""
    line, history, library = asked.line, asked.history, asked.library
    fault = _modifier_fault(line)
    if fault is not None:
        return not_met(criterion, "modifier", fault)
    usable = history.meaning_of_line(line).valid
    if usable:
        return met(criterion, library, f"billable on the date of service: {', '.join(usable)}")
    on = line.on
    validity = {code: library.icd10cm.validity(code, on) for code in line.diagnoses}
    answers = set(validity.values())
    heading, other = criterion.reasons["invalid"].rarc
    if not answers:
        return not_met(criterion, "invalid", "the line has no diagnosis", rarc=(other,))
    if "unverified" in answers:
        return unknown(
            criterion, "unverified", "our table does not know codes of the date of service"
        )
    if "heading" in answers:
        headings = ", ".join(code for code in validity if validity[code] == "heading")
        because = f"more digits are needed: {headings}"
        return not_met(criterion, "invalid", because, rarc=(heading,))
    because = f"not in force on the date of service: {', '.join(validity)}"
    return not_met(criterion, "invalid", because, rarc=(other,))


def _modifier_fault(line: ClaimLine) -> str | None:
    """Why a modifier of an MRS line cannot stand, or None."""
    component = line.meanings & {"professional", "technical"}
    if component and not line.codes.decided[line.procedure].has_components:
        return f"{line.procedure} has no professional or technical component"
    if len(component) > 1:
        return "the professional and the technical modifier stand on one line"
    if "bilateral" in line.meanings:
        return f"the bilateral modifier cannot stand on {line.procedure}"
    return None
