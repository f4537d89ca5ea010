"""The documents name no command that there is not."""

from __future__ import annotations

import re

from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS

DOCUMENTS = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "deploy/README.md",
    "ops/README.md",
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "ops" / "runbooks").glob("*.md"))),
]


def of_the_contract() -> set[str]:
    """The commands that the contract promises."""
    section = text_of("docs/contract.md").partition("\n## 4.")[2].partition("\n## 5.")[0]
    return set(re.findall(r"^\| `adjudicator ([a-z0-9-]+)", section, re.MULTILINE))


def test_documents_name_only_commands_that_are_promised_or_there():
    named = {
        (document, name)
        for document in DOCUMENTS
        for name in re.findall(r"`(?:[^`\n]*\| )?adjudicator ([a-z0-9-]+)", text_of(document))
    }

    known = set(COMMANDS) | of_the_contract()
    assert set() == {(document, name) for document, name in named if name not in known}
