"""Holds a letter to what a notice must hold (`contents.csv`), before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from console.letters.case import LetterCase, Lettering, LetterRefused
from console.letters.model import EVERY, NoticeItem


class MissingItem(NamedTuple):
    """Something that the law asks for and that a letter does not hold."""

    item: NoticeItem
    lacks: tuple[str, ...]
    """The slots that are empty or not named; empty: the block is not there."""

    def __str__(self) -> str:
        named = self.item.item.replace("_", " ")
        lacks = f"{self.item.block} says nothing of {', '.join(self.lacks)}"
        return f"{named} ({lacks if self.lacks else f'no {self.item.block}'}; {self.item.law})"


def items_of(case: LetterCase, of: Lettering) -> Iterator[NoticeItem]:
    """What the letter about a case must hold."""
    for item in of.letters.contents:
        if (
            case.kind in item.letters
            and case.to in item.to
            and (EVERY in item.states or case.plan.state in item.states)
            and (
                EVERY in item.lines_of_business
                or case.plan.line_of_business in item.lines_of_business
            )
            and case.holds(item.when, of.library)
        ):
            yield item


def missing_items(
    case: LetterCase, of: Lettering, said: Mapping[str, AbstractSet[str]]
) -> Iterator[MissingItem]:
    """What of it is not there; `said`: what each block of the letter says something of."""
    for item in items_of(case, of):
        in_block = said.get(item.block)
        if in_block is None:
            yield MissingItem(item, ())
        elif lacks := tuple(slot for slot in item.slots if slot not in in_block):
            yield MissingItem(item, lacks)


def refuse_if_any(missing: Iterable[MissingItem]) -> None:
    """Raises `LetterRefused` that names all of them."""
    found = "; ".join(map(str, missing))
    if found:
        raise LetterRefused(f"The letter lacks what a notice must hold: {found}.")
