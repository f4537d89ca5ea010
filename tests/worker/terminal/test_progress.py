"""What takes long says within a second what it does, on a terminal and nowhere else."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from tests.support.sources import ROOT
from tests.support.terminals import on_a_terminal, python_on_a_terminal
from worker.cli import adjudicator

DAY = ROOT / "worker" / "samples" / "day.jsonl"
CLAIM = "CLM-2025-0403"
EXPLAIN = ["explain", CLAIM, "--events", str(DAY), "--what-would-change"]
PROGRAM = """
import time
from worker.terminal.progress import busy
with busy("counting sheep"):
    time.sleep({seconds})
print("done")
"""


@pytest.mark.parametrize(
    ("seconds", "is_shown"),
    [pytest.param(1.0, True, id="after_a_second"), pytest.param(0.1, False, id="not_at_once")],
)
def test_what_is_done_is_shown(seconds, is_shown):
    run = python_on_a_terminal(["-c", PROGRAM.format(seconds=seconds)])

    assert 0 == run.exit_code, run.shown
    assert is_shown is ("counting sheep" in run.shown)
    assert run.shown.endswith("done\n")


def test_an_error_ends_what_is_shown():
    program = PROGRAM.format(seconds="0.7, None")  # too many arguments: a TypeError

    run = python_on_a_terminal(["-c", program])

    assert 1 == run.exit_code
    assert "TypeError" in run.shown


@pytest.mark.parametrize("columns", [30, 60, 80])
def test_explain_breaks_no_claim_reason_date_or_code_on_a_narrow_terminal(columns):
    in_a_file = CliRunner().invoke(adjudicator, EXPLAIN).stdout
    words = re.findall(r"\S*(?:[A-Z]{3,}|\d{4}-\d{2}|_)\S*", in_a_file)

    run = on_a_terminal(EXPLAIN, columns=columns)

    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", run.shown)
    assert 0 == run.exit_code
    assert len(words) > 20
    assert [] == [word for word in words if word not in shown]


def test_in_a_file_no_line_ends_in_blanks_and_no_column_is_padded():
    lines = CliRunner().invoke(adjudicator, EXPLAIN).stdout.splitlines()

    assert [] == [line for line in lines if line != line.rstrip()]
    assert "  revision  change  outcome  reason  caused by  record version" in lines
