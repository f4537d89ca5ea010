"""What is typed to export and verify a claim's evidence."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from tests.worker.audit.test_audit_tampering import MEMBER
from worker.cli import adjudicator


def run(*words: object) -> Result:
    """What `adjudicator audit` says to these words."""
    return CliRunner().invoke(adjudicator, ["audit", *map(str, words)])


def export(file: Path, *options: object) -> Path:
    """The evidence of a claim, written to a file."""
    said = run("export", "C-1", "--member", MEMBER, "--out", file, *options)
    assert (0, "", "") == (said.exit_code, said.stdout, said.stderr)
    return file
