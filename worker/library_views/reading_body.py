"""The policy beside its reading as HTML: what the one file and the console's page both hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
from worker.library_views.elements import (
    anchor,
    answer,
    code,
    codes,
    heading,
    pairs,
    paragraph,
    table,
    text,
    whole,
)
from worker.library_views.jurisdictions import JURISDICTION_COLUMNS, jurisdiction_cells
from worker.library_views.persons import PERSONS_COLUMNS, PERSONS_HEADING, persons_cells

_REASONS = ("reason", "follows from", "says", "codes", "would resolve or reopen it")
_PARAMETERS = ("parameter", "question", "our answer", "other answers", "why")
_QUESTIONS = ("question", "kind", "sections", "could be read as", "we chose")
_CHANGES = ("generation", "date", "approved by", "why")


def title_of(reading: Reading) -> str:
    """What the page is called."""
    return f"Policy {reading.document.policy_id}, version {reading.document.version}"


def opening(reading: Reading) -> str:
    """The days of the version, and how to read the page."""
    document = reading.document
    until = "no end" if document.effective_to is None else f"up to {document.effective_to}"
    return "".join(
        (
            paragraph(
                f"In force for dates of service from {document.effective_from}, {until}; next "
                f"review {text(document.next_review)}."
            ),
            paragraph(
                f"Library of generation {reading.generation}, {code(short(reading.digest))}",
                "faint",
            ),
            paragraph(
                "For each section first how we read it, then what is asked, what follows from each "
                "answer, and what we chose where the policy is silent."
            ),
            paragraph(text(" ".join(HOW_TO_READ))),
        )
    )


def short(digest: str) -> str:
    """The beginning of a digest, as `explain` shows it; `--json` has the whole."""
    return f"{digest[:19]}…"


def links_of(reading: Reading) -> Iterator[tuple[str, str]]:
    """The parts of the page: places and words."""
    for section in reading.automated:
        yield f"#{anchor(section.id)}", section.id
    for name, words, _ in _parts(reading):
        yield f"#{name}", words


def reading_body(reading: Reading) -> str:
    """Each section with its reading, then what is about all of them."""
    return "".join(
        (
            heading(2, "The policy beside its reading"),
            *map(_section, reading.automated),
            *(heading(2, words, name) + made for name, words, made in _parts(reading)),
        )
    )


def _parts(reading: Reading) -> Iterator[tuple[str, str, str]]:
    """Place, heading and content of what is not about one section."""
    bare = ((text(section.id), text(section.reading)) for section in reading.not_automated)
    yield (
        "not-automated",
        "What is not automated",
        table("Sections that nothing depends on", ("section", "our reading"), bare),
    )
    needs = ((code(name), text(words)) for name, words in reading.needs)
    yield (
        "asked-for",
        "What can be asked for",
        table("What a requester can supply", ("code", "words"), needs),
    )
    yield (
        "open",
        "Open questions",
        table(
            "Where the policy is silent, unclear or contradicts itself",
            _QUESTIONS,
            map(_question, reading.questions),
        ),
    )
    yield from _of_the_library(reading)


def _of_the_library(reading: Reading) -> Iterator[tuple[str, str, str]]:
    yield "law", "Who may deny by law", jurisdiction_table(reading)
    yield "persons", PERSONS_HEADING, persons_table(reading)
    yield "changes", "Change log", change_table(reading.changes)


def jurisdiction_table(reading: Reading) -> str:
    """The rules of law on who may deny."""
    rows = (
        (text(state), text(lines), whole(days), text(mode), text(source))
        for state, lines, days, mode, source in map(jurisdiction_cells, reading.jurisdictions)
    )
    return table("By the day on which a claim was received", JURISDICTION_COLUMNS, rows)


def persons_table(reading: Reading) -> str:
    """The plans that ask for more than one person."""
    rows = (tuple(map(text, persons_cells(line))) for line in reading.persons)
    return table("Plans that ask for it", PERSONS_COLUMNS, rows)


def change_table(changes: Iterable[LibraryChange]) -> str:
    """The change log."""
    return table("Generations of the library, the latest first", _CHANGES, map(_change, changes))


def _section(section: SectionLine) -> str:
    right = [*map(_criterion, section.criteria)]
    right += [
        paragraph(
            f"Also asked here: {_spaced(name)}, described under "
            f'<a href="#{anchor(place)}">{text(place)}</a>.',
            "faint",
        )
        for name, place in section.told_elsewhere
    ]
    right += [
        paragraph(
            f"Code set {code(held.name)}, asked by {', '.join(map(_spaced, held.criteria))}: "
            f"{text(held.source)}",
            "faint",
        )
        for held in section.code_sets
    ]
    if section.reasons:
        right.append(_reasons("Reasons not given by a criterion", section.reasons))
    if section.parameters:
        right.append(_parameters(section.parameters))
    if section.questions:
        right.append(paragraph(f"Open questions: {text('; '.join(section.questions))}", "faint"))
    return (
        f'<section class="part">{heading(3, section.id, anchor(section.id))}'
        f"<div>{paragraph(text(section.reading))}</div><div>{''.join(right)}</div></section>\n"
    )


def _criterion(criterion: CriterionLine) -> str:
    words = (criterion.met, criterion.not_met, criterion.unknown)
    rows = [("what is examined", text(criterion.looks_at))]
    rows += [
        (answer(name), text(said))
        for name, said in zip(("met", "not met", "unknown"), words, strict=True)
    ]
    if criterion.parameters:
        rows.append(("parameters", codes(criterion.parameters)))
    title = heading(4, f"{criterion.number}. {criterion.name.replace('_', ' ')}")
    reasons = _reasons("Reasons that it gives", criterion.reasons) if criterion.reasons else ""
    return title + pairs(rows) + reasons


def _reasons(caption: str, reasons: Iterable[ReasonLine]) -> str:
    return table(
        caption,
        _REASONS,
        (
            (
                code(reason.code),
                answer(reason.follows),
                text(reason.label),
                _unbroken(reason.codes),
                ", ".join(map(_spaced, reason.needs)),
            )
            for reason in reasons
        ),
    )


def _parameters(parameters: Iterable[ParameterLine]) -> str:
    return table(
        "What the policy leaves open",
        _PARAMETERS,
        (
            (
                code(one.name),
                text(one.question),
                f"<strong>{text(one.answer)}</strong>",
                text(one.others),
                text(one.why),
            )
            for one in parameters
        ),
    )


def _question(asked: OpenQuestion) -> tuple[str, ...]:
    return (
        text(asked.question),
        text(asked.kind),
        text(", ".join(asked.sections)),
        "; ".join(map(text, asked.readings)),
        text(asked.chosen),
    )


def _change(change: LibraryChange) -> tuple[str, ...]:
    number, day = str(change.generation), whole(str(change.date))
    return (number, day, text(change.approved_by), text(change.why))


def _unbroken(words: str) -> str:
    """Remittance codes, each on one line with the name of its list."""
    return text(words).replace("CARC ", "CARC&nbsp;").replace("RARC ", "RARC&nbsp;")


def _spaced(name: str) -> str:
    return text(name.replace("_", " "))
