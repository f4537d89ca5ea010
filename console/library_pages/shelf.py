"""What the pages of the library show, read once for each version."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rules.library_model import Library
from rules.loading.files import SHIPPED, read_changes, read_policy
from rules.policy.reading import Reading, read_out
from worker.config.settings import Settings
from worker.failures import MissingError
from worker.library_views.code_book import CodeBook, read_code_book


class NoSuchVersion(MissingError):
    """The library has no version of this name."""


class Shelf(NamedTuple):
    """One version of the policy, and the names of all."""

    reading: Reading
    book: CodeBook
    versions: tuple[str, ...]
    """The latest first."""


def shelf_of(settings: Settings, library: Library, version: str | None) -> Shelf:
    """A version of the library in use, the latest unless named; raises `NoSuchVersion`."""
    names = tuple(reversed([each.version for each in library.versions]))
    chosen = version or names[0]
    if chosen not in names:
        raise NoSuchVersion(chosen)
    return _Kept(library, settings.library or SHIPPED).shelf(chosen)


class _Kept:
    """A library with its folder; equal to another of the same digest."""

    def __init__(self, library: Library, folder: Path) -> None:
        self._library = library
        self._folder = folder

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, Path]:
        return (self._library.digest, self._folder)

    @lru_cache(maxsize=8)  # noqa: B019  # few libraries, and equal ones share what is kept
    def shelf(self, version: str) -> Shelf:
        """Reads what is shown of a version."""
        library, folder = self._library, self._folder
        document = next(each for each in read_policy(folder) if each.version == version)
        reading = read_out(document, library, read_changes(folder).changes)
        in_library = next(each for each in library.versions if each.version == version)
        names = tuple(reversed([each.version for each in library.versions]))
        return Shelf(reading, read_code_book(folder, in_library), names)
