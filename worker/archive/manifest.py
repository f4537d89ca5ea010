"""The manifest of an archive: its files, their contents and their digests."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, NoReturn

import msgspec

from worker.failures import RefusedError
from worker.store.stream_ids import is_before

NAME: Final = "manifest.json"
FORMAT: Final = 1

FileForm = Literal["jsonl", "parquet"]
"""JSON lines, compressed; or Parquet in a folder for each month. An archive may have both."""

_FILE_NAME: Final = re.compile(
    r"determinations-(?P<jsonl>\d{6,})\.jsonl\.gz"
    r"|month=\d{4}-\d\d/determinations-(?P<parquet>\d{6,})\.parquet"
)


class ArchiveUnfit(RefusedError):
    """A file of the archive is missing, damaged or inconsistent; the message says which."""


class ArchivedFile(msgspec.Struct, frozen=True):
    """One file of determinations."""

    name: str
    sha256: str
    """Of the file as it is on disk."""
    bytes: int
    entries: int
    first: str
    """The stream id of its first determination."""
    last: str
    libraries: dict[str, int]
    """Number of its determinations per library, by the library's digest."""
    previous: str | None
    """`sha256` of the previous file."""


class Manifest(msgspec.Struct, frozen=True):
    """All files of an archive, in the order they were written."""

    format: int
    archive: str
    """The archive's own id: an installation has one archive."""
    prefix: str
    """`MRS_PREFIX` of the installation."""
    files: tuple[ArchivedFile, ...] = ()
    installation: str | None = None
    """Id of the installation; None: an earlier release wrote the archive."""

    @property
    def entries(self) -> int:
        """Number of determinations in all files."""
        return sum(file.entries for file in self.files)

    @property
    def last(self) -> str | None:
        """The latest id of all files; None: there are no files."""
        latest: str | None = None
        for file in self.files:
            if latest is None or is_before(latest, file.last):
                latest = file.last
        return latest

    def with_file(self, file: ArchivedFile) -> Manifest:
        """Returns the manifest with one more file."""
        return msgspec.structs.replace(self, files=(*self.files, file))


def file_name(number: int, month: str | None = None) -> str:
    """The name of an archive's n-th file, counted from 1; with a month, of a file of Parquet."""
    if month is None:
        return f"determinations-{number:06d}.jsonl.gz"
    return f"month={month}/determinations-{number:06d}.parquet"


def form_of(name: str) -> FileForm:
    """What a file of that name is."""
    return "parquet" if name.endswith(".parquet") else "jsonl"


def is_file_name(name: str) -> bool:
    """Whether an archive may have a file of that name."""
    return _FILE_NAME.fullmatch(name) is not None


def manifest_bytes(manifest: Manifest) -> bytes:
    """Returns the manifest in its on-disk form."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read_manifest(content: bytes) -> Manifest:
    """Reads a manifest and checks that it is consistent; raises `ArchiveUnfit`."""
    try:
        said: Any = msgspec.json.decode(content)
        if isinstance(said, dict) and said.get("format") != FORMAT:
            _unfit(f"its format is not {FORMAT}, the only one known")
        manifest = msgspec.convert(said, Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ArchiveUnfit(f"{NAME} cannot be read ({type(error).__name__}).") from None
    previous: str | None = None
    for number, file in enumerate(manifest.files, 1):
        _check(file, number, previous)
        previous = file.sha256
    return manifest


def _check(file: ArchivedFile, number: int, previous: str | None) -> None:
    if _number_in(file.name) != number:
        _unfit(f"its file {number} is not named {file_name(number)}")
    if file.previous != previous:
        _unfit(f"{file.name} does not follow the file listed before it")
    if not 0 < file.entries == sum(file.libraries.values()):
        _unfit(f"the numbers of {file.name} do not add up")
    if is_before(file.last, file.first):
        _unfit(f"the ids of {file.name} go backwards")


def _number_in(name: str) -> int | None:
    """The number in the name of a file; None for a name that no file has."""
    found = _FILE_NAME.fullmatch(name)
    if found is None:
        return None
    number = int(found["jsonl"] or found["parquet"])
    month = found[0].partition("/")[0].removeprefix("month=") if found["parquet"] else None
    return number if file_name(number, month) == name else None


def _unfit(why: str) -> NoReturn:
    raise ArchiveUnfit(f"{NAME} is inconsistent: {why}.")
