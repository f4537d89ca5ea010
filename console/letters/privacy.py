"""What laws keep out of letters: diagnoses, and words that give them away (`sensitive.csv`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from console.letters.model import EVERY, Addressee, LetterLibrary, SensitiveCode

A_DIAGNOSIS: Final = "a diagnosis on record"
"""What stands for a code; it is the same for every code, so that it gives none away."""

_CODE: Final = re.compile(r"\b[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?\b")


class Protection:
    """What may not be said in the letters to an addressee, under the law of a state."""

    def __init__(self, letters: LetterLibrary, state: str | None, to: Addressee) -> None:
        self._to = to
        self._rows = [row for row in letters.sensitive if _is_of(row, state, to)]
        words = {word.casefold() for row in self._rows for word in row.words}
        self._words = _any_of(words)

    def may_name(self, diagnosis: str) -> bool:
        """Whether a diagnosis code may stand in a letter to a provider."""
        return not any(diagnosis.startswith(row.prefix) for row in self._rows)

    def diagnoses(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The codes that may be named."""
        return tuple(code for code in codes if self.may_name(code))

    def text(self, said: str) -> str:
        """
        A text of the rules without what is protected.

        A member's letter names no diagnosis code at all, so that nobody learns from a gap.
        """
        return _CODE.sub(lambda found: self._named(found[0]), said)

    def words_of_person(self, said: str) -> str | None:
        """What a person wrote, without codes; None: it speaks of something protected."""
        return None if self._words is not None and self._words.search(said) else self.text(said)

    def _named(self, code: str) -> str:
        return code if self._to == "provider" and self.may_name(code) else A_DIAGNOSIS


def _is_of(row: SensitiveCode, state: str | None, to: Addressee) -> bool:
    return to in row.to and (EVERY in row.states or state in row.states)


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    found = "|".join(re.escape(word) for word in sorted(words))
    return re.compile(rf"\b(?:{found})", re.IGNORECASE) if found else None
