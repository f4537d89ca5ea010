"""Members whose plans mix all policies, through a real Redis and real workers."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.libraries import EXAMPLE_NAMES, SHIPPED_POLICY, with_examples
from tests.support.mixed_plans import mixed_member
from worker.cli import adjudicator

MEMBERS = 40 * int(os.environ.get("PROPERTY_EFFORT", "1"))
"""PROPERTY_EFFORT=50 makes them two thousand."""

pytestmark = [pytest.mark.timeout(900), pytest.mark.uncounted]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_examples(tmp_path_factory.mktemp("mixed") / "library", *EXAMPLE_NAMES)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("plan") / "mixed.jsonl"
    told = (event for number in range(MEMBERS) for event in mixed_member("mixed", number))
    file.write_bytes(b"".join(event + b"\n" for event in told))
    return file


def test_the_workers_decide_them_as_decide_does(library: Path, plan: Path) -> None:
    arguments = ["replay", "--json", "--library", str(library), str(plan)]

    result = CliRunner().invoke(adjudicator, arguments)

    *_, totals = map(json.loads, result.stdout.splitlines())
    assert {"scenarios": 1, "differences": 0, "skipped": 0} == totals


def test_every_policy_decides_lines_of_them(library: Path, plan: Path) -> None:
    arguments = ["decide", "--jobs", "1", "--library", str(library), str(plan)]

    result = CliRunner().invoke(adjudicator, arguments)

    told = [json.loads(line) for line in result.stdout.splitlines()]
    found = Counter(one["policy"]["id"] for one in told if one["outcome"] in ("approved", "denied"))
    assert {SHIPPED_POLICY, *EXAMPLE_NAMES} == set(found)
