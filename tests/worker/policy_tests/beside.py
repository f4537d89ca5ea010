"""Scenarios that tests write beside a policy, and what the command says of them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from worker.cli import adjudicator
from worker.policy_tests.files import read_beside
from worker.policy_tests.run import Tried, try_all

BESIDE = "policies/6.01.03/scenarios"
USUAL = """
[usual]
day = 2025-09-15
plan = "sample-commercial"
[usual.claim]
procedure = "76390"
diagnoses = ["C71.1"]
[usual.imaging]
procedure = "70553"
result = "limited"
days_before = 14
"""
MET = """
[[scenario]]
name = "a limited MRI before it"
[scenario.claim]
expect = { outcome = "approved", reason = "CRITERIA_MET", answers = { indication = "met" } }
[scenario.imaging]
"""
FAR = """
[[scenario]]
name = "a limited MRI of {days} days before"
[scenario.claim]
expect = {{ outcome = "{outcome}", reason = "{reason}" }}
[scenario.imaging]
days_before = {days}
"""
NEAR_ENOUGH = FAR.format(days=180, outcome="approved", reason="CRITERIA_MET")
TOO_OLD = FAR.format(days=181, outcome="pended", reason="CONVENTIONAL_IMAGING_UNUSABLE")
WRONG = MET.replace("approved", "denied").replace('"met"', '"unknown"')


def write(folder: Path, *texts: str, name: str = "a.toml") -> None:
    (folder / BESIDE).mkdir(exist_ok=True)
    (folder / BESIDE / name).write_text("".join(texts))


def run(folder: Path, *words: str, quick: bool = True) -> Result:
    typed = ["library", "test", str(folder), *words, *(["--quick"] if quick else [])]
    return CliRunner().invoke(adjudicator, typed)


def tried_in(folder: Path) -> list[Tried]:
    return [*try_all(read_beside(folder, ["6.01.03"]).scenarios, folder, None)]


def read_json(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def coverage_of(result: Result) -> dict:
    (coverage,) = [line for line in read_json(result) if "answers" in line]
    return coverage
