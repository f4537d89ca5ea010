"""`adjudicator letter`: from events and from Redis, to a file, or refused in words."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.loading.files import SHIPPED
from tests.support.event_builders import CLAIM, event_of
from tests.support.sources import ROOT
from worker.cli import adjudicator

DAY = ROOT / "worker" / "samples" / "day.jsonl"
DENIED = ("CLM-2025-0403", "--member", "M-003")


def _letter(*words: str, redis: str = "redis://127.0.0.1:1/0") -> Result:
    return CliRunner().invoke(adjudicator, ["letter", *words], env={"MRS_REDIS_URL": redis})


def _of_the_day(*words: str) -> Result:
    return _letter(*words, "--events", str(DAY))


def test_a_letter_to_the_member_is_what_is_written_unless_told_otherwise():
    result = _of_the_day(*DENIED)

    assert result.exit_code == 0
    assert "WE DID NOT APPROVE YOUR CLAIM" in result.output
    assert "July 16, 2025" in result.output


def test_it_can_go_to_the_provider():
    result = _of_the_day(*DENIED, "--to", "provider")

    assert "NOTICE OF AN ADVERSE DETERMINATION" in result.output


def test_a_letter_from_redis_is_the_one_from_its_events(console_day):
    day = ("--date", "2026-01-15")

    from_redis = _letter(*DENIED, *day, redis=console_day.server.url)

    assert from_redis.exit_code == 0, from_redis.output
    assert from_redis.output == _of_the_day(*DENIED, *day).output


def test_a_letter_from_redis_has_the_day_on_which_it_was_decided(console_day):
    today = console_day.redis.time()[0]

    result = _letter(*DENIED, redis=console_day.server.url)

    assert str(_year(today)) in result.output.split("[Name of the member]")[0]


def _year(instant: int) -> int:
    return 1970 + int(instant // 31_556_952)


def test_a_file_is_for_its_owner_alone(tmp_path: Path):
    file = tmp_path / "letter.html"

    assert _of_the_day(*DENIED, "--format", "html", "--output", str(file)).exit_code == 0

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("<!doctype html>")


REFUSED = [
    pytest.param(
        (*DENIED, "--kind", "appeal"),
        1,
        "The line's letter is a determination, not the outcome of an appeal.",
        id="another letter than the one that fits",
    ),
    pytest.param(
        (*DENIED, "--line", "7"), 1, "has no line 7", id="a line that the claim does not have"
    ),
    pytest.param(("CLM-NONE",), 1, "No claim CLM-NONE is known", id="a claim that nobody has"),
    pytest.param(
        ("CLM-2025-0403", "--member", "M-004"),
        1,
        "Nothing is published for claim CLM-2025-0403 of that member",
        id="a claim of another member",
    ),
    pytest.param((*DENIED, "--to", "membre"), 2, "Did you mean member?", id="no addressee"),
    pytest.param((), 2, "Name a claim", id="no claim"),
    pytest.param(
        (*DENIED, "--archive", str(ROOT)), 2, "--events does not use Redis", id="events and archive"
    ),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED)
def test_what_cannot_be_written_is_refused_in_words(words: tuple[str, ...], code: int, said: str):
    result = _of_the_day(*words)

    assert result.exit_code == code
    assert said in result.output


ABSENT = [
    pytest.param(
        "raise OSError('cannot load libpango')",
        "A PDF needs the system's Pango",
        id="without Pango",
    ),
    pytest.param(
        "raise ModuleNotFoundError('weasyprint')",
        "pip install 'mrs-adjudicator[console]'",
        id="without the extra",
    ),
]


@pytest.mark.parametrize(("importing", "said"), ABSENT)
def test_a_machine_that_cannot_set_pages_says_what_it_needs(
    tmp_path: Path, importing: str, said: str
):
    (tmp_path / "weasyprint").mkdir()
    (tmp_path / "weasyprint" / "__init__.py").write_text(importing)
    words = [*DENIED, "--events", str(DAY), "--format", "pdf", "--output", str(tmp_path / "a.pdf")]

    ran = subprocess.run(
        [sys.executable, "-m", "worker", "letter", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 3, ran.stderr
    assert said in ran.stderr
    assert not (tmp_path / "a.pdf").exists()


def test_a_claim_of_several_lines_needs_the_number_of_one(tmp_path: Path):
    two = event_of(CLAIM)
    two["data"]["lines"].append(two["data"]["lines"][0] | {"line": 2, "procedure": "0609T"})
    file = tmp_path / "two.jsonl"
    file.write_text(json.dumps(two))

    result = _letter(two["data"]["claim_id"], "--events", str(file))

    assert result.exit_code == 2
    assert "The claim has lines 1, 2: name one with --line." in result.output


def test_events_that_are_refused_are_told(tmp_path: Path):
    more = tmp_path / "more.jsonl"
    more.write_text("no event\n")

    result = _of_the_day(*DENIED, "--events", str(more))

    assert result.exit_code == 0
    assert '"faults"' in result.stderr


def test_the_letters_can_be_checked_without_a_claim():
    result = _letter("--check", "--library", str(SHIPPED))

    assert result.exit_code == 0
    assert "Letters of 11 jurisdictions" in result.output
    assert "11 without the word of a counsel" in result.output
