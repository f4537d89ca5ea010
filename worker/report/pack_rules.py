"""The rules in an evidence pack: inventory, versions, change log, the policy as it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from rules.library_model import Library
from rules.loading.faults import Faults
from rules.loading.files import read_changes, read_policy
from rules.loading.folder import LibraryFiles, read_folder
from rules.policy.change_log import LibraryChange
from rules.policy.document import PolicyDocument
from rules.policy.reading import read_out
from worker.determinations.data import Data
from worker.library_views.code_book import read_code_book
from worker.library_views.html import LibraryPages, page
from worker.library_views.markdown import markdown
from worker.report.pack import PackFiles, PackPart, pretty


def rules_part(folder: Path, plans: Path | None, library: Library) -> PackPart:
    """What decides: every file of the library by its digest, and each version to be read."""
    changes = sorted(read_changes(folder).changes)
    held = read_folder(folder, plans, Faults())
    documents = read_policy(folder)
    files: PackFiles = {
        "rules/inventory.json": pretty(_inventory(held, library, documents)),
        "rules/change-log.csv": _change_log(changes).encode(),
    }
    for document in documents:
        files.update(_version(document, folder, library, changes))
    return PackPart(
        files, "rules/: inventory with digests, change log, and the policy beside its reading."
    )


def _version(
    document: PolicyDocument, folder: Path, library: Library, changes: Iterable[LibraryChange]
) -> Iterator[tuple[str, bytes]]:
    reading = read_out(document, library, tuple(changes))
    policy_id = document.policy_id
    version = library.version_named(policy_id, document.version)
    more = LibraryPages(library, read_code_book(folder, policy_id, version))
    name = f"rules/policy-{policy_id}-{document.version}"
    yield f"{name}.html", page(reading, more).encode()
    yield f"{name}.md", markdown(reading).encode()


def _inventory(held: LibraryFiles, library: Library, documents: tuple[PolicyDocument, ...]) -> Data:
    return {
        "policy": ", ".join(policy.policy_id for policy in library.policies),
        "library": library.digest,
        "generation": library.generation,
        "versions": [_dates(document) for document in documents],
        "criteria": list(library.criterion_names),
        "reasons": sorted(library.reasons),
        "plans": sorted(library.plans),
        "files": [
            {"name": name, "sha256": sha256(held.content(name)).hexdigest()} for name in held.names
        ],
    }


def _dates(document: PolicyDocument) -> Data:
    return {
        "version": document.version,
        "effective_from": document.effective_from,
        "effective_to": document.effective_to,
        "approved": document.approved,
        "next_review": document.next_review,
        "sections": len(document.sections),
        "open_questions": [
            {"id": asked.id, "kind": asked.kind, "question": asked.question, "chosen": asked.chosen}
            for asked in document.open_questions
        ],
    }


def _change_log(changes: Iterable[LibraryChange]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["generation", "date", "approved_by", "why"])
    writer.writerows(changes)
    return written.getvalue()
