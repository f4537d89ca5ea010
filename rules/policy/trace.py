"""Compares a policy document with the one that was read: what changed, and what depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from rules.policy.document import PolicyDocument, PolicySection
from rules.policy.sections import named_sections
from rules.policy.text import cut, digest
from rules.reasons import Reason

State = Literal["same", "changed", "missing"]


class Traced(NamedTuple):
    """One section of a document, and everything that depends on its text."""

    section: str
    state: State
    criteria: tuple[str, ...]
    code_sets: tuple[str, ...]
    through_code_sets: tuple[str, ...]
    """Criteria that depend on it only because they use one of these code sets."""
    parameters: tuple[str, ...]
    reasons: tuple[str, ...]
    """Reasons that cite it, and those that its criteria give, through code sets or not."""
    questions: tuple[str, ...]

    @property
    def is_leaned_on(self) -> bool:
        """Whether a decision may depend on it."""
        return bool(self.criteria or self.code_sets or self.parameters or self.reasons)


def trace(text: str, document: PolicyDocument, reasons: Mapping[str, Reason]) -> list[Traced]:
    """
    Looks for every section of the version that was read in a text.

    The text is not kept. A section that is not found counts as missing; if only its beginning
    changed, its text then belongs to the section before it, which counts as changed.
    """
    markers = {section.id: section.markers for section in document.sections}
    found = cut(text, markers, document.page_furniture)
    return [_traced(section, found, document, reasons) for section in document.sections]


def _traced(
    section: PolicySection,
    found: Mapping[str, str],
    document: PolicyDocument,
    reasons: Mapping[str, Reason],
) -> Traced:
    ids = [one.id for one in document.sections]
    criteria = tuple(one.name for one in document.criteria if section.id in one.sections)
    code_sets = [one for one in document.code_sets if section.id in one.sections]
    asking = {name for one in code_sets for name in one.criteria}
    return Traced(
        section.id,
        _state(section, found),
        criteria,
        tuple(one.name for one in code_sets),
        tuple(
            one.name for one in document.criteria if one.name in asking and one.name not in criteria
        ),
        tuple(one.name for one in document.parameters if one.section == section.id),
        tuple(
            reason.code
            for reason in reasons.values()
            if section.id in (named_sections(reason.section, ids) or ())
            or reason.criterion in asking.union(criteria)
        ),
        tuple(asked.id for asked in document.open_questions if section.id in asked.sections),
    )


def _state(section: PolicySection, found: Mapping[str, str]) -> State:
    if section.id not in found:
        return "missing"
    return "same" if digest(found[section.id]) == section.digest else "changed"
