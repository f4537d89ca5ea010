"""Where the policy's purposes and its own code list do not fit, worked out from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rules.code_sets import CodeSets, IndicationName, Purpose, Support
from rules.policy.document import PolicyDocument

_CODES = "Codes"
_SHOWN = 4


class Contradiction(NamedTuple):
    """What does not fit, and the sections that it is between."""

    sections: tuple[str, ...]
    text: str


def contradictions(codes: CodeSets, document: PolicyDocument) -> Iterator[Contradiction]:
    """Purposes that the list does not document, listed codes without one; then what we read."""
    for number, name in codes.indication_names.items():
        yield from _of_purpose(number, name, codes)
    bare = sorted(
        code
        for code, held in codes.indications.items()
        if held.support == "listed" and not held.indications
    )
    company = {rule.code for rule in codes.company}
    alone = [code for code in bare if code not in company]
    beside = [code for code in bare if code in company]
    if alone:
        text = f"{len(alone)} listed codes document no purpose: {', '.join(alone)}"
        yield Contradiction((_CODES,), text)
    if beside:
        text = f"listed codes that document a purpose only beside another: {', '.join(beside)}"
        yield Contradiction((_CODES,), text)
    for asked in document.open_questions:
        if asked.kind == "contradiction":
            text = f"{asked.question} We chose: {asked.chosen}."
            yield Contradiction(asked.sections, text)


def _of_purpose(number: Purpose, name: IndicationName, codes: CodeSets) -> Iterator[Contradiction]:
    """A purpose that no listed code documents, or only codes for symptoms."""
    listed = _codes(number, "listed", codes)
    listed += [rule.code for rule in codes.company if rule.indication == number]
    off = _codes(number, "documented", codes)
    specific = [code for code in listed if code[0] not in codes.symptom_chapters]
    others = f"{len(off)} codes off the list do ({', '.join(off[:_SHOWN])} …)"
    if not listed:
        text = f"{name.section} ({name.label}): no listed code documents it, {others}"
        yield Contradiction((_CODES, name.section), text)
    elif not specific:
        symptoms = ", ".join(listed)
        text = f"{name.section} ({name.label}): only symptoms are listed ({symptoms}), {others}"
        yield Contradiction((_CODES, name.section), text)


def _codes(number: Purpose, support: Support, codes: CodeSets) -> list[str]:
    return sorted(
        code
        for code, held in codes.indications.items()
        if number in held.indications and held.support == support
    )
