"""Reads the TOML files of a library: every key has a type, every fault names its key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles
from rules.loading.tables import WRITE_A_DAY, parse_day
from rules.loading.toml_lines import TableLines, rows_of
from rules.loading.words import one_of

Item = TypeVar("Item", str, bool, int)
WordT = TypeVar("WordT", bound=str)
Held = TypeVar("Held", str, bool, int, list[object], dict[str, object])
_LINE = re.compile(r"line (\d+)")
_KINDS: Mapping[type, str] = {
    str: "a string in quotes",
    bool: "true or false",
    int: "a whole number",
    list: "a list in brackets",
    dict: "a table",
}


class Block:
    """One table of a TOML file; missing, unknown or mistyped keys are recorded as faults."""

    def __init__(
        self, file: str, path: str, values: Mapping[str, object], faults: Faults, rows: TableLines
    ) -> None:
        """`path` names the table in faults; empty for top-level keys."""
        self.file = file
        self.path = path
        self.faults = faults
        self._rows = rows
        self._values = values
        self._asked: set[str] = set()
        self._refused: set[str] = set()

    def fault(self, key: str, wrong: str, to_do: str) -> None:
        """Records a fault of a key."""
        self._add(key, self._rows.row_of(key), wrong, to_do)

    def _add(self, key: str, row: int | None, wrong: str, to_do: str) -> None:
        path = f"{self.path}.{key}" if self.path else key
        self.faults.add(self.file, path if row is None else f"row {row} ({path})", wrong, to_do)

    def refuse(self, key: str, wrong: str, to_do: str) -> None:
        """Records a key that is not allowed here, with a better reason than that it is unknown."""
        self._refused.add(key)
        self.fault(key, wrong, to_do)

    def has(self, key: str) -> bool:
        """Whether the key is present."""
        return key in self._values

    def word(self, key: str) -> str:
        """Returns a text as it stands; empty if the key is absent or holds something else."""
        found = self._values.get(key)
        return found if isinstance(found, str) else ""

    def raw(self, key: str) -> Sequence[object]:
        """Returns the items of a list as they stand; none if the key holds something else."""
        found = self._values.get(key)
        return found if isinstance(found, list) else ()

    def may_have(self, *keys: str) -> None:
        """Declares optional keys."""
        self._asked.update(keys)

    def keys(self) -> tuple[str, ...]:
        """Returns the keys, in file order."""
        return tuple(self._values)

    def text(self, key: str) -> str:
        """Returns a text that is not blank, with every run of whitespace as one space."""
        return " ".join(self.exact_text(key).split())

    def exact_text(self, key: str) -> str:
        """Returns a text that is not blank, unchanged."""
        found = self._get(key, str, "-")
        if not found.strip():
            self.fault(key, "is empty", "Enter a value.")
        return found

    def choice(self, key: str, allowed: Sequence[WordT]) -> WordT:
        """Returns one of a closed list of words."""
        found: str = self._get(key, str, str(allowed[0]))
        for word in allowed:
            if word == found:
                return word
        self.fault(key, f"is {found!r}, which is not allowed", one_of(found, allowed))
        return allowed[0]

    def flag(self, key: str) -> bool:
        """Returns true or false; false if the key is missing."""
        return self._get(key, bool, False)

    def whole(self, key: str) -> int:
        """Returns a whole number that is not negative."""
        number = self._get(key, int, 0)
        if number < 0:
            self.fault(key, f"is {number}, which is negative", "Enter 0 or more.")
        return number

    def listed(self, key: str, kind: type[Item]) -> tuple[Item, ...]:
        """Returns a list of items of one type, without duplicates."""
        found = self._get(key, list, [])
        # In Python true is also a number; in a library it is not.
        listed = tuple(item for item in found if isinstance(item, kind) and type(item) is kind)
        if len(set(listed)) < len(found):
            to_do = f"List each item once, each as {_KINDS[kind]}."
            self.fault(key, "has an item twice, or one of the wrong type", to_do)
        return listed

    def optional_texts(self, key: str) -> tuple[str, ...]:
        """Returns a list of texts without duplicates; empty if the key is absent."""
        self._asked.add(key)
        return self.texts(key) if self.has(key) else ()

    def texts(self, key: str) -> tuple[str, ...]:
        """Returns a list of texts without duplicates."""
        return self.listed(key, str)

    def day(self, key: str) -> date:
        """A date."""
        return self.optional_day(key) or self._missing_day(key)

    def optional_day(self, key: str) -> date | None:
        """Returns a date, bare or as a text; None: the key is absent."""
        self._asked.add(key)
        found = self._values.get(key)
        day = parse_day(found) if isinstance(found, str) else found
        if isinstance(day, date) and not isinstance(day, datetime):
            return day
        if self.has(key):
            self.fault(key, f"is {found!r}, which is not a date", WRITE_A_DAY)
        return None

    def block(self, key: str) -> Block:
        """Returns the table under a key."""
        path = f"{self.path}.{key}" if self.path else key
        values = self._get(key, dict, {})
        return Block(self.file, path, values, self.faults, self._rows.of_table(key))

    def blocks(self, key: str, name: str) -> tuple[Block, ...]:
        """Returns the tables of a list, each identified by its `name` key, all different."""
        found = self._get(key, list, [])
        blocks: list[Block] = []
        for position, values in enumerate(found):
            rows = self._rows.of_entry(key, position)
            if not isinstance(values, dict):
                wrong = f"entry {position + 1} is not a table"
                self._add(key, rows.row, wrong, f"Put [[{key}]] above its keys.")
                continue
            path = f"{key} {values.get(name, position + 1)}"
            if path in {block.path for block in blocks}:
                self._add(path, rows.row, "appears twice", "Remove one of the two.")
            blocks.append(Block(self.file, path, values, self.faults, rows))
        return tuple(blocks)

    def close(self) -> None:
        """Records the keys that nobody read."""
        for key in self._values:
            if key not in self._asked | self._refused:
                to_do = f"Remove it or correct it. {one_of(key, sorted(self._asked))}"
                self.fault(key, "is not a known key", to_do)

    def _get(self, key: str, kind: type[Held], missing: Held) -> Held:
        self._asked.add(key)
        if key not in self._values:
            self.fault(key, "is missing", "Add the key.")
            return missing
        found = self._values[key]
        # In Python true is also a number; in a library it is not.
        if isinstance(found, kind) and (kind is not int or not isinstance(found, bool)):
            return found
        self.fault(key, f"is {found!r}, which is of the wrong type", f"Write {_KINDS[kind]}.")
        return missing

    def _missing_day(self, key: str) -> date:
        if not self.has(key):
            self.fault(key, "is missing", "Add the key.")
        return date.min


def read_block(files: LibraryFiles, file: str) -> Block | None:
    """Reads a TOML file; None, with the fault recorded: it cannot be read."""
    text = files.text(file)
    if text is None:
        return None
    try:
        return Block(file, "", tomllib.loads(text), files.faults, rows_of(text))
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        # At the end of the document the error has no line.
        row = found[1] if found else text.count("\n") + 1
        to_do = "Correct that line. Strings need quotes, dates do not."
        files.faults.add(file, f"row {row}", f"is not valid TOML: {error}", to_do)
        return None
