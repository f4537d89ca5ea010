"""Reads the plain words of reasons, needs, criteria and services: the library's and a policy's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from console.letters.model import LetterWords
from console.letters.table_reading import (
    NEVER_WRITTEN,
    WordsAsked,
    read_criteria,
    read_needs,
    read_reasons,
    read_services,
)
from rules.library_model import Library
from rules.loading.folder import LETTERS, LibraryFiles
from rules.loading.reasons import REASONS
from rules.policy_version import Policy

OWN_TABLES: Final = ("criteria.csv", "needs.csv", "reasons.csv", "services.csv")
"""What a policy may have in a folder `letters` of its own, beside its versions."""


class ReadWords(NamedTuple):
    """All that is said in plain words."""

    shared: LetterWords
    own: dict[str, LetterWords]
    services: dict[str, tuple[str, str]]


def policy_of_table(name: str) -> str | None:
    """The policy among whose letters a file is; None: it is among the library's."""
    parts = name.split("/")
    return parts[1] if len(parts) > 1 else None


def read_words(files: LibraryFiles, library: Library) -> ReadWords:
    """Reads all tables of words, and holds them to what the policies can say."""
    having = {policy_of_table(name) for name in files.names}
    apart = [policy for policy in library.policies if policy.policy_id in having]
    others = [policy for policy in library.policies if policy.policy_id not in having]
    shared = _read(files, "", _sayable(library, library.policies), _shared(library, others))
    services = read_services(files, "services.csv", _decided(others))
    own: dict[str, LetterWords] = {}
    for policy in apart:
        folder = f"policies/{policy.policy_id}/{LETTERS}/"
        can_say = _sayable(library, [policy])
        own[policy.policy_id] = _read(files, folder, can_say, can_say.without(shared))
        wanted = _decided([policy]) - services.keys()
        _must_be_there(files, f"{folder}services.csv", wanted)
        services = {**read_services(files, f"{folder}services.csv", wanted), **services}
    return ReadWords(shared, own, services)


class _Sayable(NamedTuple):
    """Codes of reasons and needs, and names of criteria."""

    reasons: frozenset[str]
    needs: frozenset[str]
    criteria: frozenset[str]

    def without(self, said: LetterWords) -> _Sayable:
        return _Sayable(
            self.reasons - said.reasons.keys() - set(NEVER_WRITTEN),
            self.needs - said.needs.keys(),
            self.criteria - said.criteria.keys(),
        )


def _sayable(library: Library, policies: Iterable[Policy]) -> _Sayable:
    """All that lines of some policies can say; a review is no document."""
    reasons, needs, criteria = set[str](), set[str](), set[str]()
    for policy in policies:
        reasons |= policy.reasons.keys()
        needs |= library.needs_of(policy).keys() - {"review"}
        criteria |= policy.sections.keys()
    return _Sayable(frozenset(reasons), frozenset(needs), frozenset(criteria))


def _shared(library: Library, policies: Sequence[Policy]) -> _Sayable:
    """What the library's own tables have to say: what every policy can, and some alone."""
    alone = _sayable(library, policies)
    reasons = frozenset(REASONS) | alone.reasons
    needs = (alone.needs | library.needs.keys()) - {"review"}
    return _Sayable(reasons - set(NEVER_WRITTEN), needs, alone.criteria)


def _read(files: LibraryFiles, folder: str, known: _Sayable, wanted: _Sayable) -> LetterWords:
    names = (f"{folder}reasons.csv", f"{folder}needs.csv", f"{folder}criteria.csv")
    for name, missing in zip(names, wanted, strict=True):
        if folder:
            _must_be_there(files, name, missing)
    return LetterWords(
        read_reasons(files, names[0], WordsAsked(known.reasons, wanted.reasons)),
        read_needs(files, names[1], WordsAsked(known.needs, wanted.needs)),
        read_criteria(files, names[2], WordsAsked(known.criteria, wanted.criteria)),
    )


def _must_be_there(files: LibraryFiles, name: str, wanted: Collection[str]) -> None:
    if wanted and name not in files.names:
        to_do = f"Add it, with a row for each of these: {', '.join(sorted(wanted))}."
        files.faults.add(name, "", "is missing", to_do)


def _decided(policies: Iterable[Policy]) -> frozenset[str]:
    """The procedures that some policies decide or watch."""
    return frozenset(code for policy in policies for code in policy.walked)
