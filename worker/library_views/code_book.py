"""The code sets of a policy version with the reason of each entry, as its files give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from rules.loading.faults import Faults
from rules.loading.folder import LibraryFiles, read_folder
from rules.loading.tables import read_table
from rules.policy_version import PolicyVersion, service_word

_DECIDED: Final = (
    *("code", "investigational", "has_components", "valid_from", "valid_to"),
    *("label", "source"),
)
_WATCHED: Final = (
    *("code", "pet_class", "has_own_ct", "valid_from", "valid_to"),
    *("label", "source"),
)
_NAMED: Final = ("code", "label", "source")
"""Of a set that a criterion names."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "conventional_imaging": (
        *("code", "may_be_attenuation", "valid_from", "valid_to"),
        *("label", "source"),
    ),
    "episode_reset": ("code", "kind", "valid_from", "valid_to", "label", "source"),
    "indications": ("code", "indications", "support", "source"),
    "unrelated": ("code", "except", "why"),
    "brain_tumour": ("code", "source"),
    "company": ("code", "indication", "beside", "in_history", "section", "source"),
    "symptom_chapters": ("letter", "circumstance", "label", "source"),
}
"""The columns of each set that any policy may have; the first is its key."""

SET_WORDS: Final[Mapping[str, str]] = {
    "mrs": "MR spectroscopy",
    "pet": "PET",
    "conventional_imaging": "conventional imaging of the brain",
    "episode_reset": "treatment after which an episode begins anew",
    "indications": "diagnoses that speak for a purpose",
    "unrelated": "diagnoses that speak for no purpose",
    "brain_tumour": "tumours of the brain",
    "company": "diagnoses that have a purpose only beside others",
    "symptom_chapters": "chapters of symptoms and circumstances",
}
"""Of policy 6.01.03 the words of its two services too."""


def set_words(name: str) -> str:
    """A set for people; one that has no words of ours by its own name."""
    return SET_WORDS.get(name) or service_word(name)


class CodeNote(NamedTuple):
    """One entry of a code set."""

    code: str
    cells: Mapping[str, str]
    """Its other columns."""

    @property
    def why(self) -> str:
        """Why it is in the set."""
        return self.cells.get("why") or self.cells.get("source", "")

    @property
    def label(self) -> str:
        """Our own few words for it; empty where the set has none."""
        return self.cells.get("label", "")


class CodeBook(NamedTuple):
    """The sets of one version."""

    version: PolicyVersion
    sets: Mapping[str, Mapping[str, CodeNote]]
    """By name of the set, then by code or heading; empty where the policy has no such set."""

    def of(self, code: str) -> Iterator[tuple[str, CodeNote]]:
        """The entries of a code itself, with the names of their sets."""
        for name, notes in self.sets.items():
            if code in notes:
                yield name, notes[code]

    def beginning(self, prefix: str, limit: int) -> list[str]:
        """The first codes and headings, of any set, that begin so."""
        found = {code for notes in self.sets.values() for code in notes if code.startswith(prefix)}
        return sorted(found)[:limit]


def read_code_book(folder: Path, policy: str, version: PolicyVersion) -> CodeBook:
    """
    Reads the sets of a version of a policy; raises `LibraryRefused` if the library does not load.

    Those of procedures come first, then the others, then what criteria name.
    """
    faults = Faults()
    files = read_folder(folder, None, faults)
    place = f"policies/{policy}/{version.version}/code_sets"
    columns = {version.service: _DECIDED, **_COLUMNS, **dict.fromkeys(version.codes.named, _NAMED)}
    if version.watched_service is not None:
        columns = {version.service: _DECIDED, version.watched_service: _WATCHED, **columns}
    sets = {name: _read(files, f"{place}/{name}.csv", heads) for name, heads in columns.items()}
    faults.refuse_if_any(folder)
    return CodeBook(version, sets)


def _read(files: LibraryFiles, file: str, columns: tuple[str, ...]) -> dict[str, CodeNote]:
    if file not in files.names:
        return {}
    key, *others = columns
    return {
        row.text(key): CodeNote(row.text(key), {each: row.optional(each) or "" for each in others})
        for row in read_table(files, file, columns, key)
    }
