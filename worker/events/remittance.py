"""Where the decoder finds the remittance codes that a reviewer may name."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import cached_property
from typing import Final

from rules.library_model import RemittanceCodes


class EveryCode:
    """
    Treats every code as being in force.

    For events that were already accepted, by the table of their own day; today's table does not
    apply to them.
    """

    def is_carc(self, code: str, on: date) -> bool:  # the protocol has them
        """Always."""
        return True

    def is_rarc(self, code: str, on: date) -> bool:  # the protocol has them
        """Always."""
        return True


EVERY_CODE: Final[RemittanceCodes] = EveryCode()


class InEach:
    """The codes that each of several tables has in force: what one of them refused is not there."""

    def __init__(self, tables: Collection[RemittanceCodes]) -> None:
        self._tables = tables

    def is_carc(self, code: str, on: date) -> bool:
        """Whether all of them have it in force."""
        return all(table.is_carc(code, on) for table in self._tables)

    def is_rarc(self, code: str, on: date) -> bool:
        """Whether all of them have it in force."""
        return all(table.is_rarc(code, on) for table in self._tables)


class LoadedWhenAsked:
    """The codes of a library that is loaded only when an event names a code, as few do."""

    def __init__(self, load: Callable[[], RemittanceCodes]) -> None:
        self._load = load

    @cached_property
    def _codes(self) -> RemittanceCodes:
        return self._load()

    def is_carc(self, code: str, on: date) -> bool:
        """Whether the library has it in force; raises what its loading raises."""
        return self._codes.is_carc(code, on)

    def is_rarc(self, code: str, on: date) -> bool:
        """Whether the library has it in force; raises what its loading raises."""
        return self._codes.is_rarc(code, on)
