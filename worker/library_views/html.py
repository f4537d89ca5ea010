"""The policy beside its reading, as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

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

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --dim: #777; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 3rem; }
nav a { margin-right: 1rem; white-space: nowrap; }
section.part { border-top: 1px solid var(--line); display: grid; gap: 0 2rem;
  grid-template-columns: minmax(14rem, 2fr) 5fr; padding: 1rem 0; }
section.part > h3 { grid-column: 1 / -1; margin: 0 0 .5rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; width: 100%; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left;
  vertical-align: top; }
th { font-weight: 600; } code { overflow-wrap: anywhere; }
.met { color: #1a7f37; } .not-met { color: #cf222e; } .unknown { color: #9a6700; }
.dim { color: var(--dim); }
@media (max-width: 50rem) { section.part { grid-template-columns: 1fr; } }
@media print { nav { display: none; } section.part { break-inside: avoid; } }
"""
_ANSWER_CLASSES = {"met": "met", "not met": "not-met", "unknown": "unknown", "": "dim"}


def page(reading: Reading) -> str:
    """Returns the whole page; it has no scripts and loads nothing."""
    title = f"Policy {reading.document.policy_id}, version {reading.document.version}"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}: the policy beside its reading</title>
<style>{_STYLE}</style></head><body>
<h1>{escape(title)}</h1>
{_head(reading)}
<h2>The policy beside its reading</h2>
{"".join(map(_section, reading.automated))}
<h2 id="not-automated">What is not automated</h2>
{_table(("section", "our reading"), map(_not_automated, reading.not_automated))}
<h2 id="asked-for">What can be asked for</h2>
{_table(("code", "words"), map(_need, reading.needs))}
<h2 id="open">Open questions</h2>
{_table(_QUESTION, map(_question, reading.questions))}
<h2 id="law">Who may deny by law</h2>
{
        _table(
            JURISDICTION_COLUMNS,
            (map(escape, jurisdiction_cells(row)) for row in reading.jurisdictions),
        )
    }
<h2 id="persons">{PERSONS_HEADING}</h2>
{_table(PERSONS_COLUMNS, (map(escape, persons_cells(line)) for line in reading.persons))}
<h2 id="changes">Change log</h2>
{_table(("generation", "date", "approved by", "why"), map(_change, reading.changes))}
</body></html>
"""


_QUESTION = ("question", "kind", "sections", "could be read as", "we chose")


def _head(reading: Reading) -> str:
    document = reading.document
    until = "no end" if document.effective_to is None else f"up to {document.effective_to}"
    links = "".join(
        f'<a href="#{_anchor(section.id)}">{escape(section.id)}</a>'
        for section in reading.automated
    )
    return f"""<p>In force for dates of service from {document.effective_from}, {until}; next review
{escape(document.next_review)}.<br><span class="dim">Library of generation {reading.generation},
<code>{escape(reading.digest)}</code></span></p>
<p>Left of each section: how we read it. Right: what is asked, what follows from each answer, and
what we chose where the policy is silent.</p>
<p>{escape(" ".join(HOW_TO_READ))}</p>
<nav>{links}<a href="#not-automated">What is not automated</a><a href="#asked-for">What can be
asked for</a><a href="#open">Open questions</a><a href="#law">Who may deny by law</a>
<a href="#changes">Change log</a>
</nav>"""


def _section(section: SectionLine) -> str:
    parts = [*map(_criterion, section.criteria)]
    parts += [
        f'<p class="dim">Also asked here: {escape(name)}, described under '
        f'<a href="#{_anchor(place)}">{escape(place)}</a>.</p>'
        for name, place in section.told_elsewhere
    ]
    parts += [
        f'<p class="dim">Code set <code>{escape(held.name)}</code>, asked by '
        f"{escape(', '.join(held.criteria))}: {escape(held.source)}</p>"
        for held in section.code_sets
    ]
    if section.reasons:
        parts.append(f"<p>Reasons not given by a criterion</p>{_reasons(section.reasons)}")
    if section.parameters:
        parts.append(_parameters(section.parameters))
    if section.questions:
        asked = "; ".join(section.questions)
        parts.append(f'<p class="dim">Open questions: {escape(asked)}</p>')
    return (
        f'<section class="part" id="{_anchor(section.id)}"><h3>{escape(section.id)}</h3>'
        f"<div><p>{escape(section.reading)}</p></div><div>{''.join(parts)}</div></section>\n"
    )


def _criterion(criterion: CriterionLine) -> str:
    rows = [("what is examined", escape(criterion.looks_at))]
    words = (criterion.met, criterion.not_met, criterion.unknown)
    for answer, said in zip(("met", "not met", "unknown"), words, strict=True):
        rows.append((_answer(answer), escape(said)))
    if criterion.parameters:
        rows.append(("parameters", escape(", ".join(criterion.parameters))))
    cells = "".join(f"<tr><th>{name}</th><td>{said}</td></tr>" for name, said in rows)
    name = escape(criterion.name.replace("_", " "))
    return f"<h4>{criterion.number}. {name}</h4><table>{cells}</table>{_reasons(criterion.reasons)}"


def _reasons(reasons: Iterable[ReasonLine]) -> str:
    return _table(
        ("reason", "follows from", "says", "codes", "would resolve or reopen it"),
        (
            (
                f"<code>{escape(reason.code)}</code>",
                _answer(reason.follows),
                escape(reason.label),
                escape(reason.codes),
                escape(", ".join(reason.needs)),
            )
            for reason in reasons
        ),
    )


def _parameters(parameters: Iterable[ParameterLine]) -> str:
    return _table(
        ("parameter", "question", "our answer", "other answers", "why"),
        (
            (
                f"<code>{escape(one.name)}</code>",
                escape(one.question),
                f"<strong>{escape(one.answer)}</strong>",
                escape(one.others),
                escape(one.why),
            )
            for one in parameters
        ),
    )


def _not_automated(section: SectionLine) -> tuple[str, ...]:
    return (f"<strong>{escape(section.id)}</strong>", escape(section.reading))


def _need(need: tuple[str, str]) -> tuple[str, ...]:
    code, words = need
    return (f"<code>{escape(code)}</code>", escape(words))


def _question(asked: OpenQuestion) -> tuple[str, ...]:
    return (
        escape(asked.question),
        escape(asked.kind),
        escape(", ".join(asked.sections)),
        "<br>".join(map(escape, asked.readings)),
        escape(asked.chosen),
    )


def _change(change: LibraryChange) -> tuple[str, ...]:
    number, day = str(change.generation), str(change.date)
    return (number, day, escape(change.approved_by), escape(change.why))


def _answer(answer: str) -> str:
    return f'<span class="{_ANSWER_CLASSES[answer]}">{answer}</span>'


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Builds a table from cells that are already HTML."""
    head = "".join(f"<th>{column}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _anchor(section: str) -> str:
    return "s-" + "".join(letter if letter.isalnum() else "-" for letter in section).lower()
