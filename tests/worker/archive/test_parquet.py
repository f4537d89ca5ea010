"""A determination keeps its bytes in Parquet, and each column holds its type or nothing."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.support.archives import PublishedDay, audit, run
from worker.archive import parquet
from worker.archive.file_writer import NewFile
from worker.archive.folder import Folder
from worker.archive.manifest import ArchiveUnfit, Manifest, file_name, form_of, is_file_name
from worker.archive.parquet_rows import month_of, row_of
from worker.determinations.parse import StreamedDetermination, read

MEMBER = "M-003"
CLAIM = "CLM-2025-0403"


@pytest.fixture
def day(redis_world, redis_url, library, tmp_path: Path, monkeypatch) -> PublishedDay:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    day = PublishedDay(redis_world, library, tmp_path / "archive", "parquet")
    day.acknowledge()
    return day


def files(day: PublishedDay) -> list[Path]:
    return sorted(day.folder.rglob("*.parquet"))


def test_it_is_read_back_with_every_byte_and_explained_and_audited_like_the_other_form(day):
    result = day.archive()
    shown = run("explain", CLAIM, "--member", MEMBER, "--archive", str(day.folder))
    code, verdict = audit("--archive", str(day.folder))

    assert 0 == result.exit_code, result.output
    assert day.published == day.everything()
    assert len(files(day)) > 2
    assert "PET_EXCLUSIVE" in shown.stdout
    assert (0, "verified") == (code, verdict["verdict"])


def test_each_row_has_what_was_published_in_columns_of_their_types(day):
    day.archive()
    rows = [row for file in files(day) for row in pyarrow.parquet.read_table(file).to_pylist()]

    assert rows
    for row in rows:
        said = json.loads(row["event"])
        data = said["data"]
        assert datetime.fromisoformat(said["time"]) == row["time"]
        assert UTC.utcoffset(None) == row["time"].utcoffset()
        assert data["due_on"] == (row["due_on"] and row["due_on"].isoformat())
        for name in ("member_id", "line", "revision", "outcome", "rarc", "needs", "review"):
            assert data[name] == row[name], name
        assert data["policy"]["library"] == row["policy_library"]
        assert data["caused_by"].get("id") == row["caused_by_id"]
        assert [each["criterion"] for each in data["findings"]] == [
            each["criterion"] for each in row["findings"]
        ]
        assert [each["parameters"] for each in data["findings"]] == [
            {name: json.loads(value) for name, value in each["parameters"]}
            for each in row["findings"]
        ]


def test_an_archive_may_have_both_forms_and_goes_on_in_the_last(day):
    first = run("archive", str(day.folder), "--file-entries", "20", "--keep-days", "36500")
    day.form = "jsonl"
    day.redis.xgroup_setid("mrs:determinations", "billing", day.published[9][0])
    day.archive()
    day.redis.xgroup_setid("mrs:determinations", "billing", day.published[-1][0])
    last = run("archive", str(day.folder), "--format", "parquet")
    forms = [form_of(file.name) for file in Folder(day.folder).manifest().files]

    assert (0, 0) == (first.exit_code, last.exit_code)
    assert ["jsonl", "parquet"] == forms
    assert day.published == day.everything()
    assert 0 == run("archive", str(day.folder), "--check").exit_code


def told_at(time: str, number: int, day: PublishedDay):
    entry_id, event = day.published[number]
    said = json.loads(event) | {"time": time}
    return read(StreamedDetermination(entry_id, json.dumps(said, separators=(",", ":")).encode()))


def test_rows_are_written_in_groups_and_none_is_lost_between(day, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "_ROWS_IN_A_GROUP", 3)
    folder = Folder(tmp_path / "other")
    folder.create()
    new = NewFile(folder, Manifest(1, "a", "mrs"), "2026-01")
    for number in range(7):
        new.add(told_at("2026-01-31T23:59:59Z", number, day))
    file = new.finish()
    read_back = pyarrow.parquet.ParquetFile(folder.path / file.name)

    assert (7, 3) == (file.entries, read_back.metadata.num_row_groups)
    assert 7 == len(list(folder.entries(file)))
    read_back.close()


def test_a_new_month_begins_a_new_file_in_a_folder_of_its_own(day):
    times = ["2026-01-31T23:59:59Z"] * 3 + ["2026-02-01T00:00:00Z"] * 2
    settled = [
        n for n, (_, event) in enumerate(day.published) if b'"outcome":"pended"' not in event
    ]
    told = [told_at(*each, day).found.event for each in zip(times, settled, strict=False)]
    day.redis.delete("mrs:determinations")
    for event in told:
        day.redis.xadd("mrs:determinations", {"event": event})
    day.acknowledge()
    result = day.archive()
    names = {file.name: file.entries for file in Folder(day.folder).manifest().files}

    assert 0 == result.exit_code, result.output
    assert {file_name(1, "2026-01"): 3, file_name(2, "2026-02"): 2} == names
    assert told == [event for _, event in day.archived()]


@pytest.mark.parametrize(
    ("time", "month"),
    [
        pytest.param("2026-01-31T23:59:59Z", "2026-01", id="the last second"),
        pytest.param("2026-02-01T00:00:00Z", "2026-02", id="the first second"),
        pytest.param("yesterday", "0000-00", id="no instant"),
    ],
)
def test_a_determination_lies_in_the_month_of_its_time(time, month):
    assert month == month_of(time)


@pytest.mark.parametrize(
    ("data", "column", "value"),
    [
        pytest.param({"line": 7}, "line", 7, id="a number"),
        pytest.param({"line": True}, "line", None, id="a truth for a number"),
        pytest.param({"line": 2**63}, "line", None, id="a number that no column holds"),
        pytest.param({"line": 2**63 - 1}, "line", 2**63 - 1, id="the largest that one holds"),
        pytest.param({"due_on": "2026-02-29"}, "due_on", None, id="a day that there is not"),
        pytest.param({"due_on": "2028-02-29"}, "due_on", date(2028, 2, 29), id="a leap day"),
        pytest.param({"rarc": "N1"}, "rarc", [], id="a text for a list"),
        pytest.param({"rarc": ["N1", 2]}, "rarc", ["N1", None], id="a number in a list of texts"),
        pytest.param({"review": None}, "review", None, id="no struct"),
        pytest.param({"post_payment_review": "yes"}, "post_payment_review", None,
                     id="a text for a truth"),
        pytest.param({"findings": [7]}, "findings", [{
            "criterion": None, "section": None, "answer": None, "because": None,
            "evidence": [], "parameters": [],
        }], id="a number for a finding"),
    ],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_null_in_it(data, column, value):
    row = row_of(StreamedDetermination("1-0", json.dumps({"data": data}).encode()))

    assert value == row[column]
    pyarrow.Table.from_pylist([row], parquet.schema())


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        pytest.param(file_name(1, "2026-11"), True, id="of a month"),
        pytest.param("month=2026-11/determinations-000001.jsonl.gz", False, id="of both forms"),
        pytest.param("determinations-000001.parquet", False, id="of no month"),
        pytest.param(file_name(1), True, id="of lines"),
    ],
)
def test_a_file_of_an_archive_is_known_by_its_name(name, is_one):
    assert is_one is is_file_name(name)


def test_a_damaged_file_is_named_and_so_is_a_name_out_of_turn(day):
    day.archive()
    first, second = files(day)[:2]
    first.write_bytes(first.read_bytes()[:-9])
    second.rename(second.with_name("determinations-000009.parquet"))
    checked = run("archive", str(day.folder), "--check")
    unread = Folder(day.folder).entries_of_stranger(str(first.relative_to(day.folder)))

    assert 1 == checked.exit_code
    assert "determinations-000001.parquet is not the file that was written" in checked.output
    assert "determinations-000002.parquet is missing" in checked.output
    with pytest.raises(ArchiveUnfit, match="NotParquet"):
        list(unread)


def test_without_the_extra_it_says_so_and_moves_nothing(day, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = day.archive()

    assert 3 == result.exit_code
    assert "pip install 'mrs-adjudicator[parquet]'" in result.stderr
    assert day.published == day.stream()
    assert [] == files(day)
