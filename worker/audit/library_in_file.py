"""Carries a library inside an evidence file: all its files, packed, known again by their digest."""

from __future__ import annotations

import tempfile
import zipfile
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from io import BytesIO
from pathlib import Path
from typing import Final

from rules.library_model import Library
from rules.loading.faults import Faults, LibraryRefused
from rules.loading.files import load_library
from rules.loading.folder import read_folder
from worker.failures import RefusedError

_BYTES_MAX: Final = 256 * 1024 * 1024
"""Many times what a library has; whoever packs more wants to fill a disk."""

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""So that the same library is the same text whenever it is packed."""


class NotTheLibrary(RefusedError):
    """What is packed is no library, or another than it is said to be; the message says which."""


def pack_library(folder: Path, plans: Path | None) -> str:
    """All files of a library as text, with the plans that stand in for its own."""
    files = read_folder(folder, plans, Faults())
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files.names:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files.content(name))
    return b64encode(packed.getvalue()).decode()


def unpack_library(text: str, digest: str) -> Library:
    """The library with this digest; raises `NotTheLibrary`."""
    try:
        with (
            zipfile.ZipFile(BytesIO(b64decode(text, validate=True))) as archive,
            tempfile.TemporaryDirectory(prefix="mrs-library-") as folder,
        ):
            if sum(entry.file_size for entry in archive.infolist()) > _BYTES_MAX:
                raise NotTheLibrary("the library in it is larger than any library is")
            archive.extractall(folder)  # which leaves no folder, and no more than that
            library = load_library(Path(folder))
    except (NotBase64, zipfile.BadZipFile, OSError, LibraryRefused) as error:
        raise NotTheLibrary("the library in it cannot be read") from error
    if library.digest != digest:
        raise NotTheLibrary("the library in it is another than it is said to be")
    return library
