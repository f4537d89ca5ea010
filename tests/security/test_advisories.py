"""`make advisories` never passes over what it could not look up."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.security import advisories

LOCK = "redis==7.0.0 \\\n    --hash=sha256:00\nsix==1.17.0 \\\n    --hash=sha256:00\n"
FINE = {"name": "redis", "version": "7.0.0", "vulns": []}
OTHER = {"name": "six", "version": "1.17.0", "vulns": []}
FAULTY = OTHER | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["1.18.0"]}]}
SKIPPED = {"name": "six", "skip_reason": "not found"}


def answer(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def not_looked_up(count: int, names: str, why: str) -> str:
    return f"NOT LOOKED UP at osv: known faults of {count} packages ({names}): {why}"


@pytest.mark.parametrize(
    ("stdout", "stderr", "ends", "expected"),
    [
        pytest.param(
            answer(FINE, OTHER),
            "No known vulnerabilities found",
            0,
            (0, "ok      2 packages looked up at osv: no known fault"),
            id="all_is_fine",
        ),
        pytest.param(
            answer(FINE, FAULTY),
            "Found 1 known vulnerability in 1 package",
            1,
            (1, "FAULTY six 1.17.0: PYSEC-1, mended in 1.18.0"),
            id="a_fault",
        ),
        pytest.param(
            "",
            "Traceback (most recent call last):\nConnectionError: api.osv.dev cannot be reached",
            1,
            (1, not_looked_up(2, "redis, six", "ConnectionError: api.osv.dev cannot be reached")),
            id="no_service",
        ),
        pytest.param(
            answer(FINE, SKIPPED),
            "",
            0,
            (1, not_looked_up(1, "six", "no reason given")),
            id="one_left_out",
        ),
        pytest.param(
            answer(),
            "",
            0,
            (1, not_looked_up(2, "redis, six", "no reason given")),
            id="nothing_asked",
        ),
        pytest.param(answer(FINE, OTHER), "", 1, (1, ""), id="a_failure_that_it_does_not_explain"),
    ],
)
def test_it_passes_only_if_each_package_was_looked_up(
    stdout, stderr, ends, expected, tmp_path, capsys
):
    program = _program(tmp_path, stdout, stderr, ends)
    lock = tmp_path / "lock.txt"
    lock.write_text(LOCK)

    status = advisories.main(str(program), "osv", [str(lock)])

    assert expected == (status, capsys.readouterr().out.strip())


def test_what_is_not_for_this_system_need_not_be_looked_up(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text(LOCK + "no-such-package-here==1.0\nPydantic_Settings==2.0\n")

    assert {"redis", "six", "pydantic-settings"} == advisories.wanted([str(lock)])


def _program(folder: Path, stdout: str, stderr: str, ends: int) -> Path:
    """Stands for pip-audit: says what that says, as it was seen to."""
    program = folder / "pip-audit"
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"print({stdout!r})\nprint({stderr!r}, file=sys.stderr)\nsys.exit({ends})\n"
    )
    program.chmod(0o755)
    return program
