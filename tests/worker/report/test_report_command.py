"""`adjudicator report` counts what is recorded, as the counters and `decide` do."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.library_model import Library
from tests.support.archives import DAY, PublishedDay
from tests.support.event_builders import CLAIM, REPORT, REVIEW, encoded, event_of
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator
from worker.report.figures import COUNTS, Cube
from worker.report.sources import CountedReport, lines_counted, lines_of, report_of_files
from worker.store.keys import Keys
from worker.terminal.progress import ProgressBars

KEYS = Keys("mrs")
ALL = ("--service", "all", "--hide-below", "0", "--json")


@pytest.fixture
def day(
    redis_world: RedisWorld,
    library: Library,
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> PublishedDay:
    """The sample day and a denial that an appeal overturned, through the queue."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    day = PublishedDay(redis_world, library, tmp_path / "archive")
    work_off(redis_world, library, *map(encoded, appealed()))
    return day


def appealed() -> list[dict[str, Any]]:
    """A claim that is denied because a PET stands before it, and approved on appeal."""
    pet = event_of(
        REPORT, member_id="M-A", procedure="78608", study_id="P", modifiers=[], result="conclusive"
    )
    claim = event_of(CLAIM, member_id="M-A", claim_id="C-A", plan_id="sample-commercial")
    appeal = event_of(REVIEW, member_id="M-A", claim_id="C-A", level="appeal", reviewer_id="R-8")
    return [pet, claim | {"id": "e-2"}, appeal | {"id": "e-3", "time": "2025-07-20T14:03:00Z"}]


def run(*words: object) -> Result:
    return CliRunner().invoke(adjudicator, ["report", *map(str, words)])


def view_of(*words: object) -> dict[str, Any]:
    result = run(*words)
    assert result.exit_code == 0, result.output
    view: dict[str, Any] = json.loads(result.stdout)
    return view


def decided(folder: Path) -> list[bytes]:
    events = folder / "events.jsonl"
    events.write_bytes(DAY.read_bytes() + b"".join(encoded(e) + b"\n" for e in appealed()))
    result = CliRunner().invoke(adjudicator, ["decide", str(events)])
    assert result.exit_code == 0
    return result.stdout_bytes.splitlines()


def test_what_is_recorded_equals_the_counters(day: PublishedDay) -> None:
    view = view_of(*ALL)

    counted = lines_counted(day.redis, KEYS)
    assert view["agrees_with_counters"] is True
    assert view["total"]["received"] == sum(counted.values()) > 60
    for outcome, names in {
        "approved": ["approved"],
        "denied": ["denied_by_rules", "denied_by_person"],
        "pended": ["pended"],
        "not_applicable": ["not_applicable"],
    }.items():
        assert sum(view["total"][name] for name in names) == sum(
            lines for (_, ended, *_), lines in counted.items() if ended == outcome
        )


def test_a_counter_that_is_wrong_is_named(day: PublishedDay) -> None:
    day.redis.hincrby(KEYS.counters, "mrs_lines_current|mrs|approved|CRITERIA_MET|commercial", 1)

    result = run()

    assert result.exit_code == 1
    assert "The counters say otherwise" in result.output


def test_an_appeal_that_overturned_a_denial_is_counted_where_it_belongs(day: PublishedDay) -> None:
    by_plan = {row["group"]: row for row in view_of(*ALL)["by"]["plan"]}

    assert by_plan["sample-commercial"]["overturned_on_appeal"] == 1
    assert by_plan["sample-commercial"]["shares"]["overturned_on_appeal"] == {
        "share": 1.0,
        "low": 0.207,
        "high": 1.0,
    }
    assert by_plan["sample-medicare"]["overturned_on_appeal"] == 0


def test_archived_determinations_count_too_and_are_asked_for(day: PublishedDay) -> None:
    before = view_of(*ALL)
    day.acknowledge()
    day.archive()

    without = run(*ALL)

    assert without.exit_code == 3
    assert "--archive" in without.output
    assert view_of(*ALL, "--archive", day.folder) == before


def test_what_decide_writes_stands_as_what_the_queue_published(
    day: PublishedDay, tmp_path: Path
) -> None:
    recorded = view_of(*ALL)
    lines = decided(tmp_path)
    file = tmp_path / "decided.jsonl"
    file.write_bytes(b"\n".join(lines))

    view = view_of(file, "--events", tmp_path / "events.jsonl", *ALL)

    standing = COUNTS[:6]
    assert view["agrees_with_counters"] is None
    assert view["without_history"]
    assert [view["total"][name] for name in standing] == [
        recorded["total"][name] for name in standing
    ]
    for dimension, rows in view["by"].items():
        assert [(row["group"], [row[name] for name in standing]) for row in rows] == [
            (row["group"], [row[name] for name in standing]) for row in recorded["by"][dimension]
        ]


def test_the_stream_in_a_file_says_the_same_as_the_stream(
    day: PublishedDay, tmp_path: Path
) -> None:
    recorded = view_of(*ALL)
    stream, events = tmp_path / "stream.jsonl", tmp_path / "events.jsonl"
    stream.write_bytes(b"\n".join(event for _, event in day.stream()))
    decided(tmp_path)

    view = view_of(stream, "--events", events, *ALL)

    assert view == recorded | {"agrees_with_counters": None}
    assert view["total"]["days"]["lines"] > 30


def test_without_events_the_plans_are_not_known(tmp_path: Path) -> None:
    file = tmp_path / "decided.jsonl"
    file.write_bytes(b"\n".join(decided(tmp_path)))

    view = view_of(file, *ALL)

    assert view["without_claim"]
    assert [row["group"] for row in view["by"]["plan"]] == ["unknown"]
    assert {row["group"] for row in view["by"]["service"]} == {"mrs", "pet", "other"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return decided(tmp_path_factory.mktemp("decided"))


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_split_of_determinations_into_files_gives_the_same(
    data: st.DataObject,
    published: list[bytes],
    library: Library,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("split")
    order = data.draw(st.permutations(published))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
    bounds = [0, *cuts, len(order)]
    files = []
    for number, (first, last) in enumerate(pairwise(bounds)):
        files.append(folder / f"{number}.jsonl")
        files[-1].write_bytes(b"".join(line + b"\n" for line in order[first:last]))
    (folder / "all.jsonl").write_bytes(b"\n".join(published))
    again = data.draw(st.sampled_from([[], [files[0]]]))

    split = _cube([*files, *again], library)

    assert split == _cube([folder / "all.jsonl"], library)


def _cube(files: list[Path], library: Any) -> Cube:
    with ProgressBars() as bars:
        report: CountedReport = report_of_files(
            [*map(str, files)], [str(DAY)], library, bars, lambda *_: None
        )
    assert sum(lines_of(report.counted.cube).values()) > 60
    return report.counted.cube


def test_a_line_that_is_no_determination_is_named_and_the_rest_counts(tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    file.write_bytes(b"\n".join([b"{}", *decided(tmp_path)]))

    result = run(file, "--hide-below", "0")

    assert result.exit_code == 1
    assert f"{file}, line 1: it is no determination." in result.stderr
    assert "Some of what was read is no determination." in result.stdout
    assert "unknown  55  " in result.stdout


def test_the_csv_has_a_row_for_each_group_and_hides_what_the_tables_hide(
    published: list[bytes], tmp_path: Path
) -> None:
    file, out = tmp_path / "d.jsonl", tmp_path / "report.csv"
    file.write_bytes(b"\n".join(published))

    result = run(file, "--events", DAY, "--csv", out)

    assert result.exit_code == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert rows[0]["dimension"] == "total"
    assert {row["dimension"] for row in rows} == {
        *("total", "plan", "line_of_business", "state", "reason", "quarter")
    }
    assert not [row for row in rows for name in COUNTS if row[name] in set("123456789")]
    assert "*" in {row["pended"] for row in rows}


def test_a_report_can_be_of_one_plan(published: list[bytes], tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_bytes(b"\n".join(published))

    view = view_of(file, "--events", DAY, "--only", "plan=sample-no-mrs", *ALL)

    assert view["only"] == {"plan": "sample-no-mrs"}
    assert view["total"]["received"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "plans=x", str(DAY)], "Did you mean plan?"),
        (["--only", "plan", str(DAY)], "is not NAME=GROUP"),
        (["--events", str(DAY)], "--events goes with a FILE"),
        (["--archive", ".", str(DAY)], "does not use Redis"),
    ],
    ids=["an unknown name", "no group", "events alone", "archive with a file"],
)
def test_what_does_not_go_together_is_refused(words: list[str], said: str) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert said in result.output
