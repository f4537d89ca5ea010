"""The modifiers that have an effect, and what each means."""

from __future__ import annotations

import re
from typing import get_args

from rules.code_sets import ModifierMeaning
from rules.loading.folder import LibraryFiles
from rules.loading.tables import read_table

FILE = "code_sets/modifiers.csv"
_MEANINGS: tuple[ModifierMeaning, ...] = get_args(ModifierMeaning)
_MODIFIER = re.compile(r"[0-9A-Z]{2}")


def read_modifiers(files: LibraryFiles) -> dict[str, ModifierMeaning]:
    """Reads the modifiers by their two characters; problems are recorded as faults."""
    rows = read_table(files, FILE, ("modifier", "meaning", "label", "source"), "modifier")
    return {
        row.code("modifier", _MODIFIER): row.choice("meaning", _MEANINGS)
        for row in rows
        if row.text("label") and row.text("source")
    }
