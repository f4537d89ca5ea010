"""What `whatif` says of a plan is what two runs of `decide` say of it, compared line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED, derive_library
from tests.support.plan_files import DAY, all_scenarios, generated_plan
from tests.support.sources import ROOT
from tests.support.turns import work_off
from worker.cli import adjudicator

pytestmark = pytest.mark.uncounted

CHANGED = {
    "exclusivity_window_days": 60,
    "conventional_lookback_days": 30,
    "unlisted_but_documented": "accept",
    "limited_first_study": "stands",
    "pet_after_mrs": "pend",
}


class Tried(NamedTuple):
    """A file, what `whatif` said of it, and what two runs of `decide` say."""

    file: Path
    exit_code: int
    data: dict[str, Any]
    flips: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    in_use: dict[tuple[str, int, str], tuple[str, str]]
    tried: dict[tuple[str, int, str], tuple[str, str]]
    refused_by_decide: list[dict[str, Any]]


@pytest.fixture(scope="module")
def tried_library(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("libraries") / "tried"
    derive_library(SHIPPED, folder, CHANGED, [])
    return folder


@pytest.fixture(scope="module", params=["day", "scenarios", "generated"])
def tried(request, tmp_path_factory, tried_library) -> Tried:
    folder = tmp_path_factory.mktemp("files")
    file = {
        "day": lambda: DAY,
        "scenarios": lambda: all_scenarios(folder),
        "generated": lambda: generated_plan(folder, 4000),
    }[request.param]()
    return _try(file, tried_library, folder / "flips.jsonl")


def _try(file: Path, library: Path, flips: Path) -> Tried:
    said = _run("whatif", "--library", library, "--flips", flips, "--json", file)
    in_use, tried = (_run("decide", *options, file) for options in ((), ("--library", library)))
    return Tried(
        file,
        said.exit_code,
        json.loads(said.stdout),
        list(_lines(flips.read_text())),
        list(_lines(said.stderr)),
        _endings(in_use.stdout),
        _endings(tried.stdout),
        list(_lines(in_use.stderr)),
    )


def _run(*words: object):
    return CliRunner().invoke(adjudicator, list(map(str, words)))


def _lines(text: str) -> Iterator[dict[str, Any]]:
    return map(json.loads, text.splitlines())


def _endings(text: str) -> dict[tuple[str, int, str], tuple[str, str]]:
    return {_key(data): (data["outcome"], data["reason"]) for data in _lines(text)}


def _key(data: dict[str, Any]) -> tuple[str, int, str]:
    return (data["claim_id"], data["line"], data["member_id"])


def _ending(data: dict[str, Any]) -> tuple[str, str]:
    return (data["outcome"], data["reason"])


def test_the_lines_that_flip_are_those_that_decide_decides_otherwise(tried):
    expected = {
        key: (tried.in_use[key], tried.tried[key])
        for key in tried.in_use
        if tried.in_use[key] != tried.tried[key]
    }

    found = {_key(flip): (_ending(flip["before"]), _ending(flip["after"])) for flip in tried.flips}

    assert expected == found
    assert len(found) == len(tried.flips)


def test_something_flips_in_each_file_and_so_the_exit_code_is_1(tried):
    assert tried.flips
    assert 1 == tried.exit_code


def test_the_tables_add_up_to_the_lines_that_flip(tried):
    expected = len(tried.flips)

    assert expected == tried.data["flips"]["lines"]
    for table in ("by_outcome", "by_reason", "by_plan"):
        assert expected == sum(row["lines"] for row in tried.data[table])
    for order in ("first_order", "cascaded"):
        counted = sum(flip["order"] == order for flip in tried.flips)
        assert counted == tried.data["flips"][order]
        assert counted == sum(row[order] for row in tried.data["by_reason"])


def test_the_reasons_are_counted_right(tried):
    expected = Counter((flip["before"]["reason"], flip["after"]["reason"]) for flip in tried.flips)

    found: Counter[tuple[str, str]] = Counter()
    for row in tried.data["by_reason"]:
        found[row["before"], row["after"]] += row["lines"]

    assert expected == found


def test_the_balance_holds_every_line_under_both_libraries(tried):
    for side, decided in (("before", tried.in_use), ("after", tried.tried)):
        expected = Counter(outcome for outcome, _ in decided.values())

        found: Counter[str] = Counter()
        for row in tried.data["balance"]:
            found[row["outcome"]] += row[side]["lines"]

        assert expected == found


def test_charges_are_those_billed_and_add_up_to_the_cent(tried):
    billed: dict[tuple[str, int, str], set[str | None]] = {}
    for line in tried.file.read_bytes().splitlines():
        for key, charge in _charges(line):
            billed.setdefault(key, set()).add(charge)

    for flip in tried.flips:
        assert flip["charge"] in billed[_key(flip)]

    total = sum((Decimal(flip["charge"] or 0) for flip in tried.flips), Decimal(0))
    assert total == Decimal(tried.data["flips"]["charge"])


def _charges(line: bytes) -> Iterator[tuple[tuple[str, int, str], str | None]]:
    try:
        data = json.loads(line)["data"]
        for each in data["lines"]:
            charge = each.get("charge")
            yield (data["claim_id"], each["line"], data["member_id"]), charge
    except (ValueError, KeyError, TypeError):
        return


def test_what_is_refused_is_what_decide_refuses(tried):
    def by_row(refused: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(refused, key=lambda refusal: refusal["row"])

    assert by_row(tried.refused_by_decide) == by_row(tried.refused)
    assert len(tried.refused) == tried.data["events"]["refused"]


def test_examples_are_flips_and_say_how_many_are_like_them(tried):
    flips = {_key(flip): flip for flip in tried.flips}
    alike = Counter(map(_kind, tried.flips))

    for example in tried.data["examples"]:
        assert flips[_key(example)] | {"like_it": alike[_kind(example)]} == {
            "library": "tried",
            **example,
        }
    assert set(alike) == set(map(_kind, tried.data["examples"]))


def _kind(flip: dict[str, Any]) -> tuple[object, ...]:
    return (flip["order"], _ending(flip["before"]), _ending(flip["after"]))


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    return generated_plan(tmp_path_factory.mktemp("plan"), 1500, "processes")


def test_several_processes_find_what_one_finds(plan, tried_library, tmp_path):
    found = []
    for jobs in ("1", "2"):
        flips = tmp_path / jobs
        command = [sys.executable, "-m", "worker.cli", "whatif", "--library", tried_library]
        command += ["--jobs", jobs, "--flips", flips, "--json", plan]
        said = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
        found.append((said.returncode, said.stdout, flips.read_bytes(), said.stderr))

    assert found[0] == found[1]
    assert 1 == found[0][0]


def test_what_was_recorded_flips_as_what_was_sent(
    plan, tried_library, redis_world, redis_url, monkeypatch, library
):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    work_off(redis_world, library, *plan.read_bytes().splitlines())
    sent = json.loads(_run("whatif", "--library", tried_library, "--json", plan).stdout)

    said = _run("whatif", "--library", tried_library, "--json", "--recorded")

    recorded = json.loads(said.stdout)
    assert sent["events"] | {"duplicate": 0, "refused": 0} == recorded["events"]
    assert sent | {"events": None} == recorded | {"events": None}


def test_nothing_is_published_or_recorded_by_trying(
    plan, tried_library, redis_world, redis_url, redis_client, monkeypatch, library
):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    work_off(redis_world, library, *plan.read_bytes().splitlines()[:200])
    before = {key: redis_client.dump(key) for key in redis_client.scan_iter()}

    _run("whatif", "--library", tried_library, "--recorded")

    assert before == {key: redis_client.dump(key) for key in redis_client.scan_iter()}
