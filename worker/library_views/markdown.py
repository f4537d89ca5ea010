"""The policy beside its reading, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules.policy.document import OpenQuestion
from rules.policy.reading import (
    HOW_TO_READ,
    CriterionLine,
    ParameterLine,
    Reading,
    ReasonLine,
    SectionLine,
)
from worker.library_views.jurisdictions import JURISDICTION_COLUMNS, jurisdiction_cells
from worker.library_views.persons import PERSONS_COLUMNS, PERSONS_HEADING, persons_cells

_COLUMNS = (
    "section",
    "our reading",
    "what is examined",
    "met / not met / unknown",
    "reason, codes",
    "parameters: question, answer, other answers",
)
_QUESTION = ("question", "kind", "sections", "could be read as", "we chose")


def markdown(reading: Reading) -> str:
    """Returns the whole reading as one document."""
    return "\n".join(_lines(reading)) + "\n"


def _lines(reading: Reading) -> Iterator[str]:
    yield from _title(reading)
    for heading, columns, rows in _tables(reading):
        yield ""
        yield f"## {heading}"
        yield ""
        yield from _table(columns, rows)


def _title(reading: Reading) -> Iterator[str]:
    document = reading.document
    until = "no end" if document.effective_to is None else f"up to {document.effective_to}"
    yield f"# Policy {document.policy_id}, version {document.version}"
    yield ""
    yield f"In force for dates of service from {document.effective_from}, {until}; next review"
    yield f"{document.next_review}. Library of generation {reading.generation}, `{reading.digest}`."
    yield ""
    yield from HOW_TO_READ


def _tables(reading: Reading) -> Iterator[tuple[str, Iterable[str], Iterable[Iterable[str]]]]:
    """Returns each part with its heading, columns and rows."""
    yield "The policy beside its reading", _COLUMNS, map(_row, reading.automated)
    bare = ((section.id, section.reading) for section in reading.not_automated)
    yield "What is not automated", ("section", "our reading"), bare
    needs = ((f"`{code}`", words) for code, words in reading.needs)
    yield "What can be asked for", ("code", "words"), needs
    yield "Open questions", _QUESTION, map(_question, reading.questions)
    law = map(jurisdiction_cells, reading.jurisdictions)
    yield "Who may deny by law", JURISDICTION_COLUMNS, law
    yield PERSONS_HEADING, PERSONS_COLUMNS, map(persons_cells, reading.persons)
    log = ((str(c.generation), str(c.date), c.approved_by, c.why) for c in reading.changes)
    yield "Change log", ("generation", "date", "approved by", "why"), log


def _question(asked: OpenQuestion) -> tuple[str, ...]:
    sections, readings = ", ".join(asked.sections), "; ".join(asked.readings)
    return (asked.question, asked.kind, sections, readings, asked.chosen)


def _row(section: SectionLine) -> tuple[str, ...]:
    told = [f"{name}: see {place}" for name, place in section.told_elsewhere]
    return (
        f"**{section.id}**",
        section.reading,
        _stacked(
            [
                *(f"**{c.number}. {c.name}**: {c.looks_at}" for c in section.criteria),
                *told,
                *(f"code set `{held.name}`: {held.source}" for held in section.code_sets),
            ]
        ),
        _stacked(map(_answers, section.criteria)),
        _stacked(
            _reason(reason)
            for reasons in (*(c.reasons for c in section.criteria), section.reasons)
            for reason in reasons
        ),
        _stacked(map(_parameter, section.parameters)),
    )


def _answers(criterion: CriterionLine) -> str:
    return (
        f"**{criterion.name}** met: {criterion.met}; not met: {criterion.not_met}; "
        f"unknown: {criterion.unknown}"
    )


def _reason(reason: ReasonLine) -> str:
    after = f"{reason.follows}: " if reason.follows else ""
    codes = f" ({reason.codes})" if reason.codes else ""
    needs = f"; resolved or reopened by: {', '.join(reason.needs)}" if reason.needs else ""
    return f"{after}`{reason.code}` {reason.label}{codes}{needs}"


def _parameter(parameter: ParameterLine) -> str:
    return (
        f"`{parameter.name}` {parameter.question} **{parameter.answer}**; "
        f"other answers: {parameter.others}"
    )


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    headings = list(columns)
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _stacked(parts: Iterable[str]) -> str:
    return "<br>".join(parts)


def _cell(text: str) -> str:
    """Escapes what a cell must not hold: the cell separator and line ends."""
    return " ".join(text.split()).replace("|", "\\|")
