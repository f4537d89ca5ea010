"""What a letter says: its parts in order, made of a template and of a case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from console.letters.case import LetterCase, Lettering, policy_of
from console.letters.checklist import missing_items, refuse_if_any
from console.letters.model import Addressee, LetterBlock, LetterKind, Sender, Slot, SlottedText
from console.letters.plain_words import day_in_words
from console.letters.privacy import Protection
from console.letters.values import found_in_words, shown, values_of

_PLACEHOLDER = re.compile(r"\[[^\]]+\]")
_ANSWERS: Mapping[str, str] = {
    "met": "Met",
    "not_met": "Not met",
    "unknown": "Not known",
    "not_asked": "Not looked at",
}


class LetterPart(NamedTuple):
    """A part under its own heading."""

    id: str
    heading: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    entries: tuple[tuple[str, str], ...]
    """A list: what, and why or what was found."""
    said: frozenset[str]
    """The slots and lists that it says something of."""


class Letter(NamedTuple):
    """A whole letter, ready to be set."""

    kind: LetterKind
    to: Addressee
    sender: Sender
    date: str
    addressee: tuple[str, ...]
    """The lines of the address, as far as it is known here."""
    parts: tuple[LetterPart, ...]
    draft: tuple[str, ...]
    """Why it must not be sent yet; empty: it may be."""
    record: tuple[tuple[str, str], ...]
    """What it was made from."""

    @property
    def title(self) -> str:
        """The heading of its first part."""
        return self.parts[0].heading


def letter_of(case: LetterCase, of: Lettering) -> Letter:
    """
    The letter about a case.

    Raises `LetterRefused` if it would not hold all that `contents.csv` asks of it.
    """
    parts = tuple(_parts(case, of))
    refuse_if_any(missing_items(case, of, {part.id: part.said for part in parts}))
    return Letter(
        kind=case.kind,
        to=case.to,
        sender=case.sender,
        date=day_in_words(case.on),
        addressee=_addressee(case),
        parts=parts,
        draft=tuple(_draft(case, parts)),
        record=tuple(_record(case, of)),
    )


def _parts(case: LetterCase, of: Lettering) -> Iterator[LetterPart]:
    protection = Protection(of.letters, case.plan.state, case.to)
    values = values_of(case, of, protection)
    for name in of.letters.order:
        block = _block(name, case, of)
        if block is not None:
            yield _part(block, values, tuple(_entries(block, case, of, protection)))


def _block(name: str, case: LetterCase, of: Lettering) -> LetterBlock | None:
    """The block of an id: the jurisdiction's own, else the common one, else none."""
    for blocks in (case.template.blocks, of.letters.common):
        for block in blocks:
            if (
                block.id == name
                and case.kind in block.letters
                and case.to in block.to
                and case.holds(block.when, of.library)
            ):
                return block
    return None


def _part(
    block: LetterBlock, values: Mapping[str, str], entries: tuple[tuple[str, str], ...]
) -> LetterPart:
    texts = (*block.paragraphs, *(text for _, text in block.rows))
    said = {piece.name for text in texts for piece in text if isinstance(piece, Slot)}
    lists = {block.listing} if block.listing is not None and entries else set()
    paragraphs = (_filled(text, values) for text in block.paragraphs)
    return LetterPart(
        id=block.id,
        heading=block.heading,
        paragraphs=tuple(filter(None, paragraphs)),
        rows=tuple((label, _filled(text, values)) for label, text in block.rows),
        entries=entries,
        said=frozenset({name for name in said if values[name]} | lists),
    )


def _filled(text: SlottedText, values: Mapping[str, str]) -> str:
    pieces = (piece if isinstance(piece, str) else values[piece.name] for piece in text)
    return "".join(pieces).strip()


def _entries(
    block: LetterBlock, case: LetterCase, of: Lettering, protection: Protection
) -> Iterator[tuple[str, str]]:
    own = of.letters.words_of(case.policy_id)
    if block.listing == "needs":
        texts = of.library.needs_of(policy_of(case, of.library))
        for code in case.needs:
            words = own.needs[code]
            yield (words.member if case.to == "member" else texts[code]), words.why
    elif block.listing == "findings":
        for finding in case.data["findings"]:
            answer = _ANSWERS[str(finding["answer"])]
            found = found_in_words(finding, case, of, protection)
            yield own.criteria[str(finding["criterion"])], f"{answer}. {found}"


def _addressee(case: LetterCase) -> tuple[str, ...]:
    if case.to == "member":
        return ("[Name of the member]", "[Address]")
    return ("[Name of the provider]", "[Address]")


def _draft(case: LetterCase, parts: tuple[LetterPart, ...]) -> Iterator[str]:
    if case.template.is_draft:
        yield "No counsel of the plan has read the wording yet."
    said = [*case.sender, *(text for part in parts for text in part.paragraphs)]
    if any(_PLACEHOLDER.search(text) for text in said):
        yield "Words in square brackets are still to be filled in."


def _record(case: LetterCase, of: Lettering) -> Iterator[tuple[str, str]]:
    data = case.data
    yield (
        "Determination",
        f"claim {shown(data['claim_id'])}, line {data['line']}, revision {data['revision']}",
    )
    yield "Rule library", str(data["policy"]["library"])
    yield "Letters", f"{case.template.name}, {of.letters.digest}"
