"""What `adjudicator whatif` says on the terminal, and with which exit code it ends."""

from __future__ import annotations

import json
import re
import tempfile

import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED, derive_library
from tests.rules.builders import LIMITED_MRI, claim, event, pet, report
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of, with_value
from tests.support.plan_files import DAY
from worker.cli import adjudicator
from worker.events.encode import as_cloudevent


def _run(*words: object):
    return CliRunner().invoke(adjudicator, ["whatif", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "Name a FILE", id="no_file"),
        pytest.param(["--recorded", DAY, "--sweep", "pend_due_days=1"], "Name a FILE", id="both"),
        pytest.param([DAY], "Name what to try", id="nothing_to_try"),
        pytest.param(["--csv", "x", "--library", SHIPPED, DAY], "--sweep", id="a_table_of_what"),
        pytest.param(["--sweep", "pend_due_days=x", DAY], "cannot be 'x'", id="no_number"),
        pytest.param(["--library", "/nowhere", DAY], "does not exist", id="no_such_library"),
    ],
)
def test_misuse_is_said_so(words, said):
    result = _run(*words)

    assert 2 == result.exit_code
    assert said in result.stderr


def test_a_library_that_is_refused_makes_exit_3(tmp_path):
    (tmp_path / "library.toml").write_text("generation = 'many'")

    result = _run("--library", tmp_path, DAY)

    assert 3 == result.exit_code
    assert "is refused" in result.stderr


def test_with_redis_away_what_is_recorded_cannot_be_tried(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{tempfile.gettempdir()}/no-such.sock")

    result = _run("--recorded", "--sweep", "pend_due_days=31")

    assert 3 == result.exit_code


def test_where_nothing_flips_it_says_so_and_exits_0():
    result = _run("--library", SHIPPED, DAY)

    assert (0, "") == (result.exit_code, result.stderr)
    assert "No line flips." in result.stdout


def test_a_refused_event_alone_makes_exit_1(tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_bytes(encoded(event_of(REPORT)) + b"\n{\n")

    result = _run("--library", SHIPPED, file)

    assert 1 == result.exit_code
    assert '"NOT_JSON"' in result.stderr
    assert "1 refused" in result.stdout


def test_other_plan_files_can_be_tried_by_themselves(tmp_path):
    plans = tmp_path / "plans"
    plans.mkdir()
    text = (SHIPPED / "plans" / "sample-commercial.toml").read_text()
    (plans / "sample-commercial.toml").write_text(
        re.sub(
            r"need_peer_review = false",
            'need_peer_review = true\npeer_reviewer_roles = ["physician reviewer"]',
            text,
        )
    )
    file = tmp_path / "events.jsonl"
    file.write_bytes(encoded(with_value(event_of(CLAIM), "data.diagnoses", ["F32.9", "F33.9"])))

    found = json.loads(_run("--plans", plans, "--json", file).stdout)

    assert ["PEER_REVIEW"] == [row["after"] for row in found["by_reason"]]


def test_a_line_whose_plan_is_gone_is_told_as_one_of_its_plan(tmp_path):
    plans = tmp_path / "plans"
    plans.mkdir()
    source = SHIPPED / "plans" / "sample-medicaid.toml"
    (plans / source.name).write_text(source.read_text())
    file = tmp_path / "events.jsonl"
    unknown = with_value(event_of(CLAIM), "data.plan_id", "nobody-knows-it")
    events = [event_of(CLAIM), with_value(with_value(unknown, "data.claim_id", "C-2"), "id", "e-2")]
    file.write_bytes(b"\n".join(map(encoded, events)))

    found = json.loads(_run("--plans", plans, "--json", file).stdout)

    plans_told = {row["plan_id"]: row["lines"] for row in found["by_plan"]}
    assert {"(unknown to both)": 0, "sample-commercial": 1} == plans_told


CASCADE = [claim(), report(on=-100), pet(on=5, received=10)]
"""With a shorter lookback the spectroscopy waits, and then the PET is no longer denied."""
UNDONE = [
    claim(),
    report("S-1", on=-100),
    report("S-2", on=-10, result="conclusive"),
    pet(on=5, received=10),
]
"""A longer window would deny the PET, but the spectroscopy is denied first."""


def test_the_terminal_shows_every_table_and_an_example_of_each_order(tmp_path, monkeypatch):
    in_use, tried, file = tmp_path / "in use", tmp_path / "tried", tmp_path / "events.jsonl"
    derive_library(SHIPPED, in_use, {"exclusivity_window_days": 6}, [])
    derive_library(SHIPPED, tried, {"conventional_lookback_days": 90, "pend_due_days": 31}, [])
    waiting = [claim(diagnoses=("D49.6",)), LIMITED_MRI]
    stories = {"M-1": CASCADE, "M-2": [*UNDONE[:-1], pet(on=7, received=10)], "M-3": waiting}
    lines = [
        encoded(as_cloudevent(event(fact, number, member_id)))
        for member_id, facts in stories.items()
        for number, fact in enumerate(facts)
    ]
    file.write_bytes(b"\n".join(lines))
    monkeypatch.setenv("MRS_LIBRARY", str(in_use))

    said = _run("--library", tried, file).stdout

    for title in ("By outcome", "By reason", "By plan", "All lines"):
        assert title in said
    assert "3 lines flip (charges 2,550.00): 2 on their own, 1 cascaded" in said
    assert "1 more would flip on their own" in said
    assert "1 keep outcome and reason but differ in what stands beside them: due_on 1" in said
    assert "Examples of lines that flip on their own" in said
    assert "Examples of lines that flip only because other lines flip" in said
    assert "PET_EXCLUSIVE -> PET_EXCLUSIVITY_UNCLEAR (1 like it): claim P-1 line 1 of M-1" in said
