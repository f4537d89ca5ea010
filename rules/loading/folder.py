"""The files of a library folder: which are required, what they hold, and their digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from rules.loading.faults import Faults, LibraryFault, LibraryRefused
from rules.loading.version_files import NEEDS, REASONS, USUAL_SETS, code_sets_of

CODE_SETS = ("carc_demands", "carc_rarc", "icd10cm", "modifiers")
"""Files that are the same for every version of the policy."""

REQUIRED = (
    "library.toml",
    "authorities.csv",
    "jurisdictions.csv",
    "needs.csv",
    "reasons.csv",
    "sources.csv",
    *(f"code_sets/{name}.csv" for name in CODE_SETS),
)
LETTERS = "letters"
"""
Folders that are read by those who write letters alone: the library's, and one beside the versions
of a policy for its own words.

Letters decide no claim: they are no part of the library's digest, and a fault in one keeps no
worker from its work.
"""

SCENARIOS = "scenarios"
"""
A folder beside the versions of a policy, read by those who test its scenarios alone.

Like letters they decide nothing, are no part of the digest, and keep no worker from its work.
"""

PAYERS = "payers.csv"
"""Only for claims that come as files of others; a library may be without it."""

_MARK = "\ufeff"
"""The byte order mark that spreadsheets write before the first row of UTF-8 files."""

_OPENING = "library.toml"
"""What makes a folder a library's."""

_FOLDERS_TRIED = 100
_BESIDE_VERSIONS = re.compile(rf"policies/[^/]+/({SCENARIOS}|{LETTERS})")
_FOLDER = re.compile(
    rf"code_sets|plans|policies(/[^/]+(/(?!({SCENARIOS}|{LETTERS})(/|$))[^/]+(/code_sets)?)?)?"
)
_OF_A_LIBRARY = re.compile(r".*\.(toml|csv)")
_PLAN = re.compile(r"plans/[^/]+\.toml")
_POLICY = re.compile(r"policies/[^/]+/[^/]+/policy\.toml")


class LibraryFiles:
    """The bytes of every file, by its path inside the folder."""

    def __init__(
        self, contents: Mapping[str, bytes], faults: Faults, *, has_own_plans: bool = True
    ) -> None:
        """`has_own_plans`: whether the plans are those of the folder itself."""
        self._contents = contents
        self.faults = faults
        self.has_own_plans = has_own_plans

    @property
    def names(self) -> tuple[str, ...]:
        """Returns all paths, sorted."""
        return tuple(sorted(self._contents))

    @property
    def policies(self) -> tuple[str, ...]:
        """Returns the paths of the policy versions."""
        return tuple(name for name in self.names if _POLICY.fullmatch(name))

    @property
    def versions(self) -> tuple[str, ...]:
        """Returns the folders of the policy versions."""
        return tuple(name.rpartition("/")[0] for name in self.policies)

    @property
    def plans(self) -> tuple[str, ...]:
        """Returns the paths of the plan files."""
        return tuple(name for name in self.names if _PLAN.fullmatch(name))

    def content(self, name: str) -> bytes:
        """The bytes of a file; raises `KeyError`."""
        return self._contents[name]

    def text(self, name: str) -> str | None:
        """Returns a file as text; None, with the fault recorded: it is missing or not UTF-8."""
        content = self._contents.get(name)
        if content is None:
            return None
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            row = content.count(b"\n", 0, error.start) + 1
            self.faults.add(name, f"row {row}", "is not UTF-8", "Save the file as UTF-8.")
            return None
        return text.removeprefix(_MARK).replace("\r\n", "\n")

    def replaced(self, contents: Mapping[str, bytes]) -> LibraryFiles:
        """Returns the same files with some contents replaced."""
        merged = {**self._contents, **contents}
        return LibraryFiles(merged, self.faults, has_own_plans=self.has_own_plans)

    def digest(self) -> str:
        """Returns the SHA-256 over all names and bytes, in order of the names."""
        whole = hashlib.sha256()
        for name in self.names:
            content = self._contents[name]
            whole.update(f"{name}\n{len(content)}\n".encode())
            whole.update(content)
        return f"sha256:{whole.hexdigest()}"


def read_folder(folder: Path, plans: Path | None, faults: Faults) -> LibraryFiles:
    """
    Reads the files of a library; `plans` replaces its folder of plans.

    Raises `LibraryRefused` at once for a folder that is no library's, and for one of plans without
    a plan: whoever names the wrong folder is told that, and not all that is in it.
    """
    _must_be_a_library(folder)
    if plans is not None:
        _must_have_plans(plans)
    contents = dict(_read(folder, folder, faults))
    if plans is not None:
        contents = {name: held for name, held in contents.items() if not name.startswith("plans/")}
        contents |= {f"plans/{name}": held for name, held in _read(plans, plans, faults)}
    files = LibraryFiles(contents, faults, has_own_plans=plans is None)
    _check_names(files)
    return files


def _must_be_a_library(folder: Path) -> None:
    _must_be_readable(folder)
    if not (folder / _OPENING).is_file():
        near = [
            each for each in (folder.parent, *_folders_in(folder)) if (each / _OPENING).exists()
        ]
        hint = f" Perhaps {near[0]} is meant." if near else ""
        wrong = "is missing: this is not a rule library"
        raise LibraryRefused(
            folder, [LibraryFault(_OPENING, "", wrong, f"Name another folder.{hint}")]
        )


def _must_have_plans(folder: Path) -> None:
    _must_be_readable(folder)
    if not any(folder.glob("*.toml")):
        to_do = "Name a folder with plan files in it."
        raise LibraryRefused(
            folder, [LibraryFault("<plan>.toml", "", "no such file was found", to_do)]
        )


def _must_be_readable(folder: Path) -> None:
    try:
        any(folder.iterdir())
    except OSError as error:
        raise LibraryRefused(folder, [_unreadable(folder, error)]) from None


def _unreadable(path: object, error: OSError) -> LibraryFault:
    wrong = f"cannot be read ({error.strerror})"
    return LibraryFault(str(path), "", wrong, "Give the path of a readable folder.")


def _folders_in(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir())[:_FOLDERS_TRIED]


def _read(folder: Path, root: Path, faults: Faults) -> Iterable[tuple[str, bytes]]:
    """
    Reads files, skipping hidden ones: mounted folders have some that do not belong there.

    What is in a folder that no library has is not read; the folder itself is reported.
    """
    try:
        for path in sorted(folder.iterdir()):
            name = path.relative_to(root).as_posix()
            if path.name.startswith(".") or name == LETTERS:
                continue
            if not path.is_dir():
                yield name, path.read_bytes() if _OF_A_LIBRARY.fullmatch(name) else b""
            elif _FOLDER.fullmatch(name):
                yield from _read(path, root, faults)
            elif not _BESIDE_VERSIONS.fullmatch(name):
                faults.add(f"{name}/", "", "does not belong in a library", "Remove it.")
    except OSError as error:
        faults.add(*_unreadable(error.filename, error))


def _check_names(files: LibraryFiles) -> None:
    names = set(files.names)
    required = (*REQUIRED, *(name for at in files.versions for name in _required_of(at, files)))
    for name in required:
        if name not in names:
            files.faults.add(name, "", "is missing", "Restore it, with at least its first row.")
    for name, needed in (
        ("policies/<id>/<version>/policy.toml", files.policies),
        ("plans/<plan>.toml", files.plans),
    ):
        if not needed:
            files.faults.add(name, "", "no such file was found", "Add at least one.")
    known = {*required, PAYERS, *files.policies, *files.plans, *_optional(files)}
    for name in sorted(names - known):
        to_do = f"Remove it or correct its name.{_nearest(name, set(required) - names)}"
        files.faults.add(name, "", "does not belong in a library", to_do)


def _required_of(version: str, files: LibraryFiles) -> Iterable[str]:
    """The files that a version needs next to its `policy.toml`."""
    sets = sorted(code_sets_of(files.content(f"{version}/policy.toml")) or ())
    return [f"{version}/sources.csv", *(f"{version}/code_sets/{name}.csv" for name in sets)]


def _optional(files: LibraryFiles) -> Iterable[str]:
    """The files that a version may have."""
    for version in files.versions:
        yield from (f"{version}/{REASONS}", f"{version}/{NEEDS}")
        if code_sets_of(files.content(f"{version}/policy.toml")) is None:
            yield from (name for name in files.names if name.startswith(f"{version}/code_sets/"))
        yield from (f"{version}/code_sets/{name}.csv" for name in USUAL_SETS)


def _nearest(name: str, missing: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(missing), n=1)
    return f" Did you mean {near[0]}?" if near else ""
