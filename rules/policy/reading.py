"""The policy beside its reading: for each section what we ask, what follows, and what we chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rules.determination import ParameterValue
from rules.library_model import Library
from rules.plans import JurisdictionRow, Plan
from rules.policy.change_log import LibraryChange
from rules.policy.document import (
    OpenQuestion,
    PolicyCriterion,
    PolicyDocument,
    PolicyParameter,
    PolicySection,
)
from rules.policy.sections import named_sections
from rules.reasons import Reason

_GROUPS = {
    "plan:investigational": "the plan's group for investigational services",
    "plan:non_covered": "the plan's group for what it excludes",
}

HOW_TO_READ = (
    (
        "Unknown means that we could not find out: it pends a line for a person or for documents, "
        "it never denies."
    ),
    (
        "A denied line carries a group, a CARC and mostly RARCs, the codes of the remittance. A "
        "line that is pended has no group; its codes are those that a request for "
        "information would carry."
    ),
)
"""What a reader has to know about the answers and the codes."""


class ReasonLine(NamedTuple):
    """A reason in words: what it follows from, and its codes."""

    code: str
    label: str
    follows: str
    """not met, unknown, or nothing if no criterion gives it."""
    codes: str
    needs: tuple[str, ...]
    """Codes of what would resolve or reopen a line; `Reading.needs` has the words."""


class CriterionLine(NamedTuple):
    """A criterion in words, with its position in the order of asking."""

    number: int
    name: str
    looks_at: str
    met: str
    not_met: str
    unknown: str
    reasons: tuple[ReasonLine, ...]
    parameters: tuple[str, ...]


class ParameterLine(NamedTuple):
    """Where the policy is silent: the question, our answer, and the other answers."""

    name: str
    question: str
    answer: str
    others: str
    why: str


class CodeSetLine(NamedTuple):
    """A code set of the version, with where it comes from."""

    name: str
    source: str
    criteria: tuple[str, ...]
    """The criteria that use it."""


class SectionLine(NamedTuple):
    """A section with everything that depends on it."""

    id: str
    reading: str
    is_automated: bool
    criteria: tuple[CriterionLine, ...]
    """Criteria described here, because this is the first section that they cite."""
    told_elsewhere: tuple[tuple[str, str], ...]
    """Other criteria that depend on it, each with the section where it is described."""
    reasons: tuple[ReasonLine, ...]
    """Reasons that no criterion gives."""
    parameters: tuple[ParameterLine, ...]
    questions: tuple[str, ...]
    """Ids of open questions about it."""
    code_sets: tuple[CodeSetLine, ...]
    """Code sets that express it."""


class PersonsLine(NamedTuple):
    """How persons decide the lines of a plan that says so."""

    plan_id: str
    second_person_for_denials: bool
    quality_sample_one_in: int | None
    """None: no sample is drawn."""


class Reading(NamedTuple):
    """One version of the policy as we read it, in the policy's order."""

    document: PolicyDocument
    generation: int
    digest: str
    sections: tuple[SectionLine, ...]
    changes: tuple[LibraryChange, ...]
    """The change log, the latest first."""
    jurisdictions: tuple[JurisdictionRow, ...]
    """Who may deny by law."""
    needs: tuple[tuple[str, str], ...]
    """Everything that a requester can be asked for, with our wording."""
    persons: tuple[PersonsLine, ...] = ()
    """The plans that ask for more than one person."""

    @property
    def automated(self) -> tuple[SectionLine, ...]:
        """The sections that something depends on."""
        return tuple(section for section in self.sections if section.is_automated)

    @property
    def not_automated(self) -> tuple[SectionLine, ...]:
        """The sections that nothing depends on."""
        return tuple(section for section in self.sections if not section.is_automated)

    @property
    def questions(self) -> tuple[OpenQuestion, ...]:
        """Where the policy is silent, unclear or contradicts itself."""
        return self.document.open_questions


def read_out(
    document: PolicyDocument, library: Library, changes: Sequence[LibraryChange] = ()
) -> Reading:
    """Returns a version with its readings, as someone who decides claims would want to see it."""
    told = _home_of_each(document)
    return Reading(
        document,
        library.generation,
        library.digest,
        tuple(_section(section, told, document, library) for section in document.sections),
        tuple(sorted(changes, reverse=True)),
        library.jurisdictions,
        tuple(library.needs.items()),
        tuple(_persons(library.plans.values())),
    )


def _persons(plans: Iterable[Plan]) -> Iterator[PersonsLine]:
    for plan in sorted(plans, key=lambda plan: plan.plan_id):
        terms = plan.review
        if terms.second_person_for_denials or terms.quality_sample_one_in is not None:
            yield PersonsLine(
                plan.plan_id, terms.second_person_for_denials, terms.quality_sample_one_in
            )


def in_words(value: ParameterValue) -> str:
    """Returns a parameter's answer as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _home_of_each(document: PolicyDocument) -> dict[str, str]:
    """Maps each criterion to the section that describes it: the first it cites."""
    ids = [section.id for section in document.sections]
    return {
        criterion.name: (named_sections(criterion.cited_as, ids) or criterion.sections)[0]
        for criterion in document.criteria
    }


def _section(
    section: PolicySection, told: dict[str, str], document: PolicyDocument, library: Library
) -> SectionLine:
    leaning = [
        (number, criterion)
        for number, criterion in enumerate(document.criteria, start=1)
        if section.id in criterion.sections
    ]
    return SectionLine(
        section.id,
        section.reading,
        section.automated,
        tuple(
            _criterion(number, criterion, library)
            for number, criterion in leaning
            if told[criterion.name] == section.id
        ),
        tuple(
            (criterion.name, told[criterion.name])
            for _, criterion in leaning
            if told[criterion.name] != section.id
        ),
        tuple(_without_criterion(section, document, library)),
        tuple(_parameter(one) for one in document.parameters if one.section == section.id),
        tuple(asked.id for asked in document.open_questions if section.id in asked.sections),
        tuple(
            CodeSetLine(held.name, held.source, held.criteria)
            for held in document.code_sets
            if section.id in held.sections
        ),
    )


def _criterion(number: int, criterion: PolicyCriterion, library: Library) -> CriterionLine:
    return CriterionLine(
        number,
        criterion.name,
        criterion.looks_at,
        criterion.met,
        criterion.not_met,
        criterion.unknown,
        tuple(
            _reason(reason)
            for reason in library.reasons.values()
            if reason.criterion == criterion.name
        ),
        criterion.parameters,
    )


def _without_criterion(
    section: PolicySection, document: PolicyDocument, library: Library
) -> Iterator[ReasonLine]:
    """Returns reasons that no criterion gives, under the first section that each cites."""
    ids = [one.id for one in document.sections]
    for reason in library.reasons.values():
        cited = named_sections(reason.section, ids) or (reason.section,)
        if not reason.criterion and cited[0] == section.id:
            yield _reason(reason)


def _reason(reason: Reason) -> ReasonLine:
    """Describes a reason; with a group it denies, without it pends or says nothing is asked."""
    follows = ("not met" if reason.group is not None else "unknown") if reason.criterion else ""
    parts = (
        _GROUPS.get(reason.group or "", reason.group),
        reason.carc and f"CARC {reason.carc}",
        reason.rarc and f"RARC {' or '.join(reason.rarc)}",
    )
    codes = ", ".join(str(part) for part in parts if part)
    return ReasonLine(reason.code, reason.label, follows, codes, reason.needs)


def _parameter(parameter: PolicyParameter) -> ParameterLine:
    return ParameterLine(
        parameter.name,
        parameter.question,
        in_words(parameter.value),
        _other_answers(parameter),
        parameter.source,
    )


def _other_answers(parameter: PolicyParameter) -> str:
    if parameter.type == "days":
        return f"any number from {parameter.least} to {parameter.most}"
    words = ", ".join(in_words(answer) for answer in parameter.other_answers)
    return f"any of: {words}" if parameter.type == "any_of" else words
