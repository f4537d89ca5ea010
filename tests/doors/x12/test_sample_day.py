"""The sample day comes out the same when its claims come as 837 files."""

from __future__ import annotations

import sys

from click.testing import CliRunner

from doors.x12.sample_day import through_x12
from mrs_adjudicator import decide
from tests.support.sources import ROOT
from worker.cli import adjudicator

DAY = (ROOT / "worker" / "samples" / "day.jsonl").read_bytes().splitlines()
TOLD = ("member_id", "line", "procedure", "outcome", "reason", "group", "carc", "rarc", "needs")


def told(events: list[bytes]) -> list[tuple[str, ...]]:
    decided = decide(events)

    assert () == decided.refused
    return sorted(tuple(str(each[name]) for name in TOLD) for each in decided.determinations)


def test_every_line_of_the_day_is_decided_alike_by_837_and_by_json():
    through, claims = through_x12(DAY)

    assert len(DAY) == len(through)
    assert claims > 50
    assert told(DAY) == told(through)


def test_the_demo_says_which_extra_it_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "doors.x12.sample_day", None)

    result = CliRunner().invoke(adjudicator, ["demo", "--x12"])

    assert 3 == result.exit_code
    assert "pip install 'mrs-adjudicator[x12]'" in result.stderr
