"""The policy beside its reading, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from rules.policy.change_log import LibraryChange
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
from worker.terminal.indent import Indented
from worker.terminal.table import FittingTable

ANSWERS = {"met": "green", "not met": "red", "unknown": "yellow"}
"""The style of each answer."""


def show(reading: Reading) -> Iterator[RenderableType]:
    """Shows the whole reading, part by part."""
    yield from _title(reading)
    for section in reading.automated:
        yield from _section(section)
    yield Rule("What is not automated")
    yield _not_automated(reading)
    yield Rule("What can be asked for")
    yield _asked_for(reading)
    yield Rule("Open questions")
    for asked in reading.questions:
        yield from _question(asked)
    yield Rule("Who may deny by law")
    yield _jurisdictions(reading)
    yield Rule(PERSONS_HEADING)
    yield _persons(reading)
    yield Rule("Change log")
    for change in reading.changes:
        yield from _change(change)


def _title(reading: Reading) -> Iterator[Text]:
    document = reading.document
    until = "no end" if document.effective_to is None else f"up to {document.effective_to}"
    yield Text(f"Policy {document.policy_id}, version {document.version}", style="bold")
    yield Text(
        f"In force for dates of service from {document.effective_from}, {until}; "
        f"next review {document.next_review}."
    )
    yield Text(f"Library of generation {reading.generation}, {reading.digest}", style="dim")
    yield from map(Text, HOW_TO_READ)


def _section(section: SectionLine) -> Iterator[RenderableType]:
    yield Rule(Text(section.id, style="bold"), align="left")
    yield Indented(Text(section.reading), 0)
    for criterion in section.criteria:
        yield from _criterion(criterion)
    for name, place in section.told_elsewhere:
        yield Indented(Text(f"Also asked here: {name}, described under {place}.", style="dim"))
    for held in section.code_sets:
        asking = ", ".join(map(_spaced, held.criteria))
        said = f"Code set {held.name}, asked by {asking}: {held.source}"
        yield Indented(Text(said, style="dim"))
    if section.reasons:
        yield Indented(Text("Reasons not given by a criterion"))
        yield Indented(_reasons(section.reasons), 4)
    for parameter in section.parameters:
        yield from _parameter(parameter)
    if section.questions:
        yield Indented(Text(f"Open questions: {'; '.join(section.questions)}", style="dim"))
    yield Text()


def _criterion(criterion: CriterionLine) -> Iterator[RenderableType]:
    yield Indented(Text(f"{criterion.number}. {_spaced(criterion.name)}", style="bold"))
    table = _pairs()
    table.add_row(Text("looks at"), Text(criterion.looks_at))
    words = (criterion.met, criterion.not_met, criterion.unknown)
    for (answer, style), said in zip(ANSWERS.items(), words, strict=True):
        table.add_row(Text(answer, style=style), Text(said))
    if criterion.parameters:
        table.add_row(Text("parameters"), Text(", ".join(criterion.parameters)))
    yield Indented(table, 4)
    yield Indented(_reasons(criterion.reasons), 4)


def _reasons(reasons: tuple[ReasonLine, ...]) -> FittingTable:
    headings = ("reason", "follows from", "says", "codes", "would resolve or reopen it")
    table = FittingTable(*headings, prose=("says", "codes", "would resolve or reopen it"))
    for reason in reasons:
        table.add_row(
            Text(reason.code, style="bold"),
            Text(reason.follows, style=ANSWERS.get(reason.follows, "")),
            Text(reason.label),
            Text(reason.codes),
            Text(", ".join(map(_spaced, reason.needs))),
        )
    return table


def _parameter(parameter: ParameterLine) -> Iterator[RenderableType]:
    text = Text(f"{parameter.name} = {parameter.answer}", style="bold cyan")
    yield Indented(text)
    yield Indented(Text(parameter.question))
    yield Indented(Text(f"other answers: {parameter.others}\n{parameter.why}", style="dim"), 4)


def _not_automated(reading: Reading) -> FittingTable:
    table = _pairs()
    for section in reading.not_automated:
        table.add_row(Text(section.id, style="bold"), Text(section.reading))
    return table


def _asked_for(reading: Reading) -> FittingTable:
    table = _pairs()
    for code, words in reading.needs:
        table.add_row(Text(_spaced(code), style="bold"), Text(words))
    return table


def _question(asked: OpenQuestion) -> Iterator[RenderableType]:
    yield Text(f"{asked.id} ({asked.kind}; {', '.join(asked.sections)})", style="bold")
    yield Indented(Text(asked.question))
    yield Indented(Text(f"could be read as: {'; '.join(asked.readings)}", style="dim"))
    yield Indented(Text(f"we chose: {asked.chosen}"))


def _jurisdictions(reading: Reading) -> FittingTable:
    table = FittingTable(*JURISDICTION_COLUMNS, prose=JURISDICTION_COLUMNS[1:])
    for row in reading.jurisdictions:
        table.add_row(*map(Text, jurisdiction_cells(row)))
    return table


def _persons(reading: Reading) -> FittingTable:
    table = FittingTable(*PERSONS_COLUMNS, prose=PERSONS_COLUMNS[1:])
    for line in reading.persons:
        table.add_row(*map(Text, persons_cells(line)))
    return table


def _change(change: LibraryChange) -> Iterator[RenderableType]:
    named = f"generation {change.generation}, {change.date}, approved by {change.approved_by}"
    yield Text(named, style="bold")
    yield Indented(Text(change.why))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _pairs() -> FittingTable:
    """A table of names with what is said of each."""
    return FittingTable("name", "words", prose=("words",), has_header=False)
