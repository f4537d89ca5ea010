"""What the pages of the library show, read once for each version."""

from __future__ import annotations

from collections.abc import Mapping
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
    """The library has no policy, or the policy no version, of this name."""


class Shelf(NamedTuple):
    """One version of a policy, and the names of all."""

    reading: Reading
    book: CodeBook
    policy: str
    versions: tuple[str, ...]
    """Those of the policy, the latest first."""
    policies: tuple[str, ...]


def shelf_of(
    settings: Settings, library: Library, policy: str | None = None, version: str | None = None
) -> Shelf:
    """
    A version of the library in use: the latest of the first policy, unless they are named.

    Raises `NoSuchVersion`.
    """
    versions = versions_of(library)
    chosen = policy or next(iter(versions))
    if chosen not in versions or (version and version not in versions[chosen]):
        raise NoSuchVersion(version or chosen)
    return _Kept(library, settings.library or SHIPPED).shelf(chosen, version or versions[chosen][0])


def versions_of(library: Library) -> Mapping[str, tuple[str, ...]]:
    """The names of the versions of each policy, the latest first."""
    return {
        policy.policy_id: tuple(reversed([each.version for each in policy.versions]))
        for policy in library.policies
    }


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
    def shelf(self, policy: str, version: str) -> Shelf:
        """Reads what is shown of a version."""
        library, folder = self._library, self._folder
        name = (policy, version)
        documents = read_policy(folder)
        document = next(each for each in documents if (each.policy_id, each.version) == name)
        reading = read_out(document, library, read_changes(folder).changes)
        book = read_code_book(folder, policy, library.version_named(policy, version))
        versions = versions_of(library)
        return Shelf(reading, book, policy, versions[policy], tuple(versions))
