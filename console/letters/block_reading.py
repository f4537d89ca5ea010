"""Reads the TOML files of letters: the common blocks, and one file for each jurisdiction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, TypeVar, cast, get_args

from console.letters.model import (
    EVERY,
    Addressee,
    CountsFrom,
    LetterBlock,
    LetterKind,
    LetterTemplate,
    Listing,
    SlottedText,
    When,
)
from console.letters.slots import LISTS, SLOTS, has_stray_brace, text_of, unknown_slots
from rules.loading.blocks import Block, read_block
from rules.loading.folder import LibraryFiles
from rules.loading.states import HOW_TO_WRITE, STATES
from rules.loading.words import one_of
from rules.plans import LineOfBusiness

KINDS: Final[tuple[LetterKind, ...]] = get_args(LetterKind)
ADDRESSEES: Final[tuple[Addressee, ...]] = get_args(Addressee)
WHENS: Final[tuple[When, ...]] = get_args(When)
LINES_OF_BUSINESS: Final[tuple[LineOfBusiness, ...]] = get_args(LineOfBusiness)

_COUNTS_FROM: Final[tuple[CountsFrom, ...]] = get_args(CountsFrom)
_BETWEEN: Final = re.compile(r"\n\s*\n")
_BY_POSITION: Final = ""
"""No key, so that blocks are told apart by their places."""
WordT = TypeVar("WordT", bound=str)


def read_common(files: LibraryFiles, file: str) -> tuple[tuple[str, ...], tuple[LetterBlock, ...]]:
    """Reads the order of all blocks, and those that every letter shares."""
    block = read_block(files, file)
    if block is None:
        return (), ()
    order = block.texts("order")
    blocks = _blocks(block, order)
    block.close()
    return order, blocks


def read_templates(
    files: LibraryFiles, names: Sequence[str], order: Sequence[str]
) -> tuple[LetterTemplate, ...]:
    """Reads the files of jurisdictions; no two may speak for one state and line of business."""
    read = [
        (block, _template(block, name.removesuffix(".toml"), order))
        for name in names
        if (block := read_block(files, name)) is not None
    ]
    for (_, first), (block, second) in combinations(read, 2):
        if first.states & second.states and first.lines_of_business & second.lines_of_business:
            wrong = f"speaks for a state and line of business that {first.name}.toml speaks for"
            block.fault("states", wrong, "Take them out of one of the two files.")
    return tuple(template for _, template in read)


def _template(block: Block, name: str, order: Sequence[str]) -> LetterTemplate:
    states = block.texts("states")
    for state in states:
        if state != EVERY and state not in STATES:
            block.fault("states", f"has {state!r}, which is not a state", HOW_TO_WRITE)
    template = LetterTemplate(
        name=name,
        states=frozenset(states),
        lines_of_business=frozenset(words_of(block, "lines_of_business", LINES_OF_BUSINESS)),
        counsel=block.text("counsel"),
        appeal_days=block.whole("appeal_days"),
        appeal_counts_from=block.choice("appeal_counts_from", _COUNTS_FROM),
        external_months=block.whole("external_months"),
        external_days_of_provider=block.whole("external_days_of_provider"),
        blocks=_blocks(block, order),
    )
    if template.appeal_days == 0:
        block.fault("appeal_days", "is 0", "Say how many days there are for an appeal.")
    block.close()
    return template


def words_of(block: Block, key: str, allowed: Sequence[WordT]) -> tuple[WordT, ...]:
    """Reads a list of words, of which at least one must stand and none is unknown."""
    found = block.texts(key)
    for word in found:
        if word not in allowed:
            block.fault(key, f"has {word!r}, which is not allowed", one_of(word, allowed))
    if block.has(key) and not found:
        block.fault(key, "is empty", one_of("", allowed))
    return cast("tuple[WordT, ...]", found)


def _blocks(block: Block, order: Sequence[str]) -> tuple[LetterBlock, ...]:
    """Reads the blocks of a file; an id comes again for another letter or addressee."""
    read = [(each, _block(each, order)) for each in block.blocks("block", _BY_POSITION)]
    for (_, first), (each, second) in combinations(read, 2):
        if _would_both_stand(first, second):
            to_do = "Narrow letters, to or when of one of the two."
            each.fault("id", f"{first.id!r} appears twice for the same letter", to_do)
    return tuple(letter_block for _, letter_block in read)


def _would_both_stand(first: LetterBlock, second: LetterBlock) -> bool:
    return (
        (first.id, first.when) == (second.id, second.when)
        and bool(first.letters & second.letters)
        and bool(first.to & second.to)
    )


def _block(block: Block, order: Sequence[str]) -> LetterBlock:
    name = block.text("id")
    if order and name not in order:
        block.fault("id", f"is {name!r}, which is not in the order", one_of(name, order))
    paragraphs = tuple(_paragraphs(block))
    rows = tuple(_rows(block))
    listing = _listing(block)
    if not paragraphs and not rows and listing is None:
        block.fault("id", "has neither text, rows nor a list", "Say something, or remove it.")
    letter_block = LetterBlock(
        id=name,
        letters=frozenset(words_of(block, "letters", KINDS)),
        to=frozenset(words_of(block, "to", ADDRESSEES)),
        when=block.choice("when", WHENS),
        heading=block.text("heading"),
        paragraphs=paragraphs,
        rows=rows,
        listing=listing,
    )
    block.close()
    return letter_block


def _paragraphs(block: Block) -> Iterator[SlottedText]:
    for key in ("intro", "text"):
        block.may_have(key)
        if block.has(key):
            for paragraph in _BETWEEN.split(block.exact_text(key).strip()):
                yield _checked(block, key, text_of(paragraph))


def _rows(block: Block) -> Iterator[tuple[str, SlottedText]]:
    block.may_have("rows")
    if block.has("rows"):
        table = block.block("rows")
        for label in table.keys():  # noqa: SIM118  # not a mapping
            yield label, _checked(table, label, text_of(table.text(label)))


def _listing(block: Block) -> Listing | None:
    block.may_have("list")
    return cast("Listing", block.choice("list", LISTS)) if block.has("list") else None


def _checked(block: Block, key: str, text: SlottedText) -> SlottedText:
    for name in unknown_slots(text):
        block.fault(key, f"names {{{name}}}, which is not a slot", one_of(name, SLOTS))
    if has_stray_brace(text):
        block.fault(key, "has a brace that is no slot's", "Write slots as {name}.")
    return text
