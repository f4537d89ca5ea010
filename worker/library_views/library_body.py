"""Plans, authorities and code sets as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rules.library_model import Library
from rules.plans import AuthorityRow, Plan
from worker.library_views.code_answers import CodeAnswer
from worker.library_views.code_book import SET_WORDS, CodeBook, CodeNote, set_words
from worker.library_views.elements import (
    code,
    codes,
    folded,
    heading,
    pairs,
    paragraph,
    table,
    text,
    whole,
)

_SUPPORT = {
    "listed": "listed by the policy",
    "documented": "not listed, but names the purpose",
    "suggested": "only suggests the purpose",
}


def plans_body(library: Library) -> str:
    """Every plan, with its terms from each of its days on."""
    return "".join(heading(3, plan.plan_id) + _plan(plan) for plan in library.plans.values())


def authorities_body(library: Library) -> str:
    """What goes before the policy."""
    columns = ("reference", "authority", "effect", "procedures", "for", "dates of service")
    return table(
        "Rules of others that come before the policy", columns, map(_authority, library.authorities)
    )


def codes_body(book: CodeBook) -> str:
    """The codes of each purpose and why, then the other sets."""
    return "".join((*_purposes(book), *_others(book), *map(_procedures, *_with_notes(book))))


def answer_body(answer: CodeAnswer) -> str:
    """Why one code is in, out or held."""
    rows = [("standing", f"<strong>{text(answer.standing_words)}</strong>")]
    rows.append(("why", text(answer.says)))
    if answer.purposes:
        said = "; ".join(f"{section}, {words}" for section, words in answer.purposes)
        rows.append(("purposes", text(said)))
    if answer.validity:
        rows.append(("ICD-10-CM", text(answer.validity)))
    rows += [(text(name), _entry(note)) for name, note in answer.entries]
    return pairs(rows)


def _plan(plan: Plan) -> str:
    parts = [pairs(_terms(plan))]
    parts += [
        paragraph(f"From {period.effective_from} on:") + pairs(_terms(period.plan))
        for period in plan.periods
    ]
    return "".join(parts)


def _terms(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "line of business", text(plan.line_of_business.replace("_", " "))
    yield "state", text(plan.state or "none")
    yield (
        "a clinical denial",
        "needs peer review" if plan.clinical_denials_need_peer_review else "needs no peer review",
    )
    yield "group for what is investigational", code(plan.investigational_group)
    yield "group for what is excluded", code(plan.non_covered_group)
    excluded: Mapping[str, Iterable[str]] = {
        "excludes": plan.excluded_procedures,
        "its Medicare side excludes": plan.medicare_excluded_procedures,
        "its Medicaid side excludes": plan.medicaid_excluded_procedures,
    }
    for words, procedures in excluded.items():
        if procedures:
            yield words, codes(sorted(procedures))
    for words, roles in {
        "may deny": plan.peer_reviewer_roles,
        "may approve": plan.approving_roles,
    }.items():
        yield words, text(", ".join(sorted(roles)) or "any reviewer")
    if plan.claims_known_from is not None:
        yield "claims known from", str(plan.claims_known_from)


def _authority(row: AuthorityRow) -> tuple[str, ...]:
    lines = ", ".join(name.replace("_", " ") for name in sorted(row.lines_of_business))
    since = "no first day" if row.effective_from == date.min else f"from {row.effective_from}"
    until = "no end" if row.effective_to is None else f"up to {row.effective_to}"
    return (
        code(row.reference),
        text(row.authority),
        text(row.effect.replace("_", " ")),
        codes(sorted(row.procedures)),
        text(lines if row.state == "*" else f"{lines}; {row.state}"),
        f"{whole(since)}, {whole(until)}",
    )


def _purposes(book: CodeBook) -> Iterator[str]:
    names = book.version.codes.indication_names
    notes = book.sets["indications"]
    for number, name in names.items():
        yield heading(3, f"{name.section}: {name.label}")
        for support, words in _SUPPORT.items():
            chosen = [
                note
                for note in notes.values()
                if note.cells["support"] == support
                and str(number) in note.cells["indications"].split(";")
            ]
            if chosen:
                yield folded(f"{words}: {len(chosen)}", _by_reason(chosen))
        beside = [
            note
            for note in book.sets["company"].values()
            if note.cells["indication"] == str(number)
        ]
        if beside:
            yield folded(f"only beside others: {len(beside)}", _by_reason(beside))


def _others(book: CodeBook) -> Iterator[str]:
    bare = [note for note in book.sets["indications"].values() if not note.cells["indications"]]
    yield heading(3, "Other sets of diagnoses")
    yield folded(f"listed, but for no purpose by themselves: {len(bare)}", _by_reason(bare))
    for name in ("brain_tumour", "unrelated"):
        notes = [n for n in book.sets[name].values() if n.cells.get("except") != "yes"]
        yield folded(f"{SET_WORDS[name]}: {len(notes)} codes and headings", _by_reason(notes))
    taken_out = [n for n in book.sets["unrelated"].values() if n.cells["except"] == "yes"]
    yield folded(
        f"not among those that speak for no purpose: {len(taken_out)}", _by_reason(taken_out)
    )


def _with_notes(book: CodeBook) -> tuple[list[str], list[Mapping[str, CodeNote]]]:
    """The sets of procedures, and of what criteria name, that the policy has."""
    version = book.version
    services = (version.service, version.watched_service or "")
    names = (*services, "conventional_imaging", "episode_reset", *version.codes.named)
    has_notes = [name for name in names if book.sets.get(name)]
    return has_notes, [book.sets[name] for name in has_notes]


def _procedures(name: str, notes: Mapping[str, CodeNote]) -> str:
    rows = ((code(note.code), text(note.label), text(note.why)) for note in notes.values())
    title = f"Procedures: {set_words(name)}"
    made = table(title, ("code", "our words", "why"), rows)
    return heading(3, title) + made


def _by_reason(notes: Iterable[CodeNote]) -> str:
    """Codes with the same reason together."""
    by_why: dict[str, list[str]] = {}
    for note in notes:
        by_why.setdefault(note.why, []).append(note.code)
    return pairs((text(why), codes(sorted(names))) for why, names in by_why.items())


def _entry(note: CodeNote) -> str:
    label = f": {text(note.label)}" if note.label else ""
    return f"{code(note.code)}{label}. {text(note.why)}"
