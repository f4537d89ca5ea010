"""The evidence pack for a regulator: files and their digests, the same bytes for one input."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from rules.library_model import Library
from worker.determinations.data import Data
from worker.determinations.program import program
from worker.failures import RefusedError
from worker.report.tables import report_csv

FORMAT: Final = "mrs-evidence-pack-1"
MANIFEST: Final = "manifest.json"
README: Final = "README.txt"

_DAY_OF_FILES: Final = (1980, 1, 1, 0, 0, 0)
"""The first that a ZIP file can say: when a pack was written is no part of it."""
_MODE: Final = 0o644 << 16

NOT_IN_A_PACK: Final = (
    "Members' data: figures are counts, hidden below the threshold that they name.",
    "Single decisions: `adjudicator audit export` hands out one claim with its evidence.",
    "The text of the policy: only our reading of it, and the digests of its sections.",
    "Results of the test suite and of `make defects`: they need the source, not an installation.",
    "The files of the library themselves: only their digests.",
)

PackFiles = dict[str, bytes]
"""Content by name inside the pack."""


class PackExists(RefusedError):
    """A pack is not written over what is there."""


class PackPart(NamedTuple):
    """What a part adds, and what it says of it in the page that comes first."""

    files: PackFiles
    said: str


class PackIdentity(NamedTuple):
    """What the pack is about."""

    library: Library
    as_of: date


def figures_part(view: Data) -> PackPart:
    """The report, as JSON and as CSV."""
    files = {"figures/report.json": pretty(view), "figures/report.csv": report_csv(view).encode()}
    return PackPart(files, "figures/: what was received, decided and overturned, and how long.")


def packed(identity: PackIdentity, parts: Iterable[PackPart], missing: Sequence[str]) -> PackFiles:
    """All files of the pack with the manifest; `missing`: what a reader may look for in vain."""
    gathered = list(parts)
    files: PackFiles = {name: data for part in gathered for name, data in part.files.items()}
    files[README] = _first_page(identity, gathered, missing).encode()
    listed = [
        {"name": name, "bytes": len(data), "sha256": sha256(data).hexdigest()}
        for name, data in sorted(files.items())
    ]
    manifest = {
        "format": FORMAT,
        "as_of": identity.as_of.isoformat(),
        "library": identity.library.digest,
        "generation": identity.library.generation,
        "program": program(),
        "not_in_it": list(missing),
        "files": listed,
    }
    return {**files, MANIFEST: pretty(manifest)}


def must_be_new(target: Path) -> None:
    """Raises `PackExists` unless there is nothing, or an empty folder."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise PackExists(f"{target.name} exists already: name another, or remove it.")


def write_pack(files: Mapping[str, bytes], target: Path) -> None:
    """Writes a folder, or one file whose name ends in `.zip`; raises `PackExists`."""
    must_be_new(target)
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "x") as archive:
            for name, data in sorted(files.items()):
                archive.writestr(_entry(name), data)
        return
    for name, data in files.items():
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def digest_of_pack(files: Mapping[str, bytes]) -> str:
    """The digest of the manifest, which covers all else; to be noted elsewhere."""
    return f"sha256:{sha256(files[MANIFEST]).hexdigest()}"


def pretty(data: object) -> bytes:
    """JSON for people too, always with the same bytes."""
    return msgspec.json.format(msgspec.json.encode(data, order="deterministic"), indent=2) + b"\n"


def _entry(name: str) -> zipfile.ZipInfo:
    """Neither compressed nor dated, so that no machine writes it otherwise."""
    entry = zipfile.ZipInfo(name, _DAY_OF_FILES)
    entry.external_attr = _MODE
    entry.create_system = 3  # Unix, wherever it is written
    return entry


def _named(library: Library) -> str:
    ids = ", ".join(policy.policy_id for policy in library.policies)
    return f"policy {ids}" if len(library.policies) == 1 else f"the policies {ids}"


def _first_page(identity: PackIdentity, parts: Sequence[PackPart], missing: Sequence[str]) -> str:
    library = identity.library
    lines = [
        f"Evidence of how claims are decided under {_named(library)}.",
        "",
        f"Library of generation {library.generation}, {library.digest}.",
        f"Program {program()}.",
        f"What has ended or fallen due was asked as of {identity.as_of}.",
        "",
        "What is in it:",
        *(f"- {part.said}" for part in parts),
        "",
        "What is not in it:",
        *(f"- {each}" for each in missing),
        "",
        f"{MANIFEST} has the SHA-256 digest of each file. The same installation, library, program",
        "and day give the same bytes.",
    ]
    return "\n".join(lines) + "\n"
