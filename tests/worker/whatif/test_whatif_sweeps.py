"""A parameter tried with several values: what is typed, the table, the file, the picture."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from rules.loading.files import SHIPPED, derive_library
from worker.bench.plan import plan_events
from worker.cli import adjudicator
from worker.whatif.plot import Panel, Series, axis_of, picture
from worker.whatif.sweep import NotASweep, read_sweeps, variations
from worker.whatif.trial import LibraryFolder


def _run(*words: object):
    return CliRunner().invoke(adjudicator, ["whatif", *map(str, words)])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("exclusivity_window_days=60, 90,60", (60, 90)),
        ("skull_base_pet_counts=yes,false", (True, False)),
        ("limited_first_study=pend,stands", ("pend", "stands")),
        ("exclusive_indications=1+3,6", ((1, 3), (6,))),
        ("standing_statuses=paid+allowed,paid", (("paid", "allowed"), ("paid",))),
    ],
)
def test_what_is_typed_is_read_as_the_parameter_has_it(typed, expected):
    (sweep,) = read_sweeps([typed], SHIPPED)

    assert expected == sweep.values


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        pytest.param(["no_such=1"], "is not a sweep", id="no_such_parameter"),
        pytest.param(["pend_due_days"], "is not a sweep", id="no_values"),
        pytest.param(["pend_due_days=soon"], "cannot be 'soon'; it is 30 now", id="no_number"),
        pytest.param(["skull_base_pet_counts=perhaps"], "cannot be", id="neither_yes_nor_no"),
        pytest.param(["exclusive_indications=one"], "cannot be", id="no_indication"),
        pytest.param(["pend_due_days=1", "pend_due_days=2"], "twice", id="swept_twice"),
    ],
)
def test_what_cannot_be_swept_is_said_so(typed, word):
    with pytest.raises(NotASweep, match=word):
        read_sweeps(typed, SHIPPED)


def test_a_value_that_the_library_would_refuse_is_refused_as_a_whole(tmp_path):
    sweeps = read_sweeps(["pet_after_mrs=deny,laugh"], SHIPPED)

    with pytest.raises(NotASweep, match="No library can have these values"):
        variations(sweeps, LibraryFolder("it", SHIPPED, None), tmp_path)


def test_too_many_combinations_are_refused(tmp_path):
    days = ",".join(map(str, range(101)))
    sweeps = read_sweeps([f"pend_due_days={days}"], SHIPPED)

    with pytest.raises(NotASweep, match="101 combinations; at most 100"):
        variations(sweeps, LibraryFolder("it", SHIPPED, None), tmp_path)


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("plan") / "plan.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in islice(plan_events("sweep"), 600)))
    return file


def test_a_sweep_is_a_table_a_file_of_values_and_a_picture(plan, tmp_path):
    table, drawing = tmp_path / "sweep.csv", tmp_path / "sweep.svg"

    said = _run("--sweep", "conventional_lookback_days=365,90,180", "--csv", table, "--plot",
                drawing, plan)  # fmt: skip

    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert 1 == said.exit_code
    assert ["", "365", "90", "180"] == [row["conventional_lookback_days"] for row in rows]
    assert rows[0]["mrs_approved"] == rows[3]["mrs_approved"]
    assert "0" == rows[3]["flips"]
    assert int(rows[2]["mrs_approved"]) <= int(rows[3]["mrs_approved"])
    assert int(rows[3]["mrs_approved"]) <= int(rows[1]["mrs_approved"])
    assert 0 < int(rows[2]["flips"])
    for row in rows[1:]:
        line = next(line for line in said.stdout.splitlines() if _begins(line, row))
        assert row["flips"] in line.replace(",", "").split()
    texts = [each.text for each in ElementTree.fromstring(drawing.read_text()).iter() if each.text]
    assert {"90", "180", "365", "MRS approved", "cascaded"} <= set(texts)


def _begins(line: str, row: dict[str, str]) -> bool:
    return line.split()[:1] == [row["conventional_lookback_days"]]


def test_sweeps_of_two_parameters_try_every_combination(plan):
    said = _run("--json", "--sweep", "exclusivity_window_days=60,90", "--sweep",
                "skull_base_pet_counts=true,false", plan)  # fmt: skip

    found = [row["values"] for row in _json(said)["sweep"]]
    assert [
        {"exclusivity_window_days": days, "skull_base_pet_counts": counts}
        for days in (60, 90)
        for counts in (True, False)
    ] == found


def test_one_row_of_a_sweep_is_what_that_library_alone_says(plan, tmp_path):
    derive_library(SHIPPED, tmp_path / "tried", {"exclusivity_window_days": 60}, [])

    swept = _json(_run("--json", "--sweep", "exclusivity_window_days=60", plan))["sweep"][0]
    alone = _json(_run("--json", "--library", tmp_path / "tried", plan))

    assert swept["values"] == {"exclusivity_window_days": 60}
    assert {name: alone[name] for name in alone} == {name: swept[name] for name in alone}


def _json(result):
    return json.loads(result.stdout)


# --------------------------------------------------------------------------------------- pictures


def test_numbers_stand_at_their_distances_and_words_side_by_side():
    assert [0, 0.25, 1] == list(axis_of("days", ["0", "90", "360"]).places)
    assert [0, 0.5, 1] == list(axis_of("what", ["pend", "stands", "ignore"]).places)
    assert [0] == list(axis_of("days", ["7"]).places)


@pytest.mark.parametrize(
    ("most", "expected"), [(0, "5"), (5, "5"), (6, "10"), (20, "20"), (21, "50"), (5001, "10,000")]
)
def test_the_grid_ends_at_a_round_number(most, expected):
    drawn = picture("", axis_of("x", ["1", "2"]), [Panel("", [Series("s", [0, most])])])

    assert f">{expected}</text>" in drawn


def test_a_picture_can_be_read_whatever_its_words_are():
    drawn = picture("<&>", axis_of("a", ["<1>", "2"]), [Panel("&", [Series('"<', [1, 2])])])

    assert "svg" in ElementTree.fromstring(drawn).tag


def test_of_many_labels_only_some_are_written():
    labels = [f"v{number}" for number in range(25)]

    drawn = picture("", axis_of("x", labels), [Panel("", [Series("s", range(25))])])

    assert ["v0", "v3", "v6"] == re.findall(r">(v\d+)</text>", drawn)[:3]
