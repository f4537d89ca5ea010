"""The generation of a library and its change log, read from `library.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rules.loading.blocks import Block, read_block
from rules.loading.folder import LibraryFiles
from rules.policy.change_log import ChangeLog, LibraryChange

FILE = "library.toml"


def read_change_log(files: LibraryFiles) -> ChangeLog:
    """Reads `library.toml`; problems are recorded as faults."""
    block = read_block(files, FILE)
    if block is None:
        return ChangeLog(0, ())
    number = block.whole("generation")
    changes = tuple(_changes(block, number))
    block.close()
    return ChangeLog(number, tuple(sorted(changes)))


def _changes(block: Block, number: int) -> Iterator[LibraryChange]:
    entries = block.blocks("change", "generation") if block.has("change") else ()
    read = [(entry, _change(entry)) for entry in entries]
    for entry, change in read:
        if change.generation > number:
            to_do = "Raise the library's own generation, or correct the entry."
            entry.fault("generation", f"is higher than the library's own, {number}", to_do)
        yield change
    in_order = sorted(read, key=lambda entry_and_change: entry_and_change[1].generation)
    for (_, earlier), (entry, later) in pairwise(in_order):
        if later.date < earlier.date:
            wrong = f"is earlier than that of generation {earlier.generation}"
            entry.fault("date", wrong, "Correct one of the two dates.")


def _change(block: Block) -> LibraryChange:
    change = LibraryChange(
        generation=block.whole("generation"),
        date=block.day("date"),
        approved_by=block.text("approved_by"),
        why=block.text("why"),
    )
    block.close()
    return change
