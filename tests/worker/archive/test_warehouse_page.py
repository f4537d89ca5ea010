"""The queries of docs/warehouse.md run against the archive of the sample day, and add up."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.support.archives import DAY, OPEN, PUBLISHED, PublishedDay, run
from tests.support.sharded_days import four_shards_read
from tests.support.sources import text_of
from worker.config.shards import shard_of

VIEWS, BY_PLAN, TURNED, WINDOW = re.findall(
    r"^```sql\n(.*?)^```", text_of("docs/warehouse.md"), re.DOTALL | re.MULTILINE
)

FINDINGS = """
SELECT finding.criterion AS criterion, finding.answer AS answer, count(*) AS findings
FROM determinations, unnest(findings) AS each(finding) GROUP BY ALL
"""


@pytest.fixture
def day(redis_world, redis_url, library, tmp_path: Path, monkeypatch) -> PublishedDay:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    day = PublishedDay(redis_world, library, tmp_path / "archive", "parquet")
    day.acknowledge()
    assert 0 == day.archive().exit_code
    return day


@pytest.fixture
def warehouse(day, tmp_path, monkeypatch):
    """DuckDB, where the page's paths lead somewhere."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.jsonl").write_bytes(DAY.read_bytes())
    with duckdb.connect() as connection:
        connection.execute(VIEWS)
        yield connection


def rows(warehouse, query: str) -> list[dict]:
    found = warehouse.sql(query)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def counted(day, name: str, *places: int) -> Counter[tuple[str, ...]]:
    """A counter of Redis by some of its labels."""
    found: Counter[tuple[str, ...]] = Counter()
    for labels, count in day.world.counters().items():
        label = labels.split("|")
        if label[0] == name:
            found[tuple(label[place] for place in places)] += count
    return found


def stayed(day) -> list[dict]:
    """Determinations that wait in Redis."""
    return [json.loads(event)["data"] for _, event in day.stream()]


def test_every_determination_is_a_row_or_waits_and_together_they_are_what_was_counted(
    day, warehouse
):
    found = rows(warehouse, "SELECT outcome, reason, change FROM determinations")
    found += [{name: each[name] for name in ("outcome", "reason", "change")}
              for each in stayed(day)]  # fmt: skip

    assert counted(day, "mrs_determinations_total", 2, 3, 4) == Counter(
        tuple(row.values()) for row in found
    )


def waiting_lines_in(day, warehouse) -> Counter[str]:
    """Lines by their outcome in the archive, which are pended again in Redis."""
    waits = {(data["member_id"], data["claim_id"], data["line"]) for data in stayed(day)}
    latest = rows(warehouse, "SELECT member_id, claim_id, line, outcome FROM latest")
    return Counter(
        row["outcome"]
        for row in latest
        if (row["member_id"], row["claim_id"], row["line"]) in waits
    )


def test_denials_by_month_and_plan_add_up_to_the_lines_that_are_counted(day, warehouse):
    found = rows(warehouse, BY_PLAN)
    current = counted(day, "mrs_lines_current", 2)
    charges = warehouse.sql(
        "SELECT sum(charge) FROM latest JOIN claim_lines USING (member_id, claim_id, line) "
        "WHERE outcome = 'denied'"
    ).fetchall()

    waiting_again = waiting_lines_in(day, warehouse)
    assert {outcome: current[outcome,] for outcome in ("denied", "approved")} == {
        outcome: sum(row[outcome] for row in found) - waiting_again[outcome]
        for outcome in ("denied", "approved")
    }
    assert len({row["plan_id"] for row in found}) > 3
    assert len({row["served_in"] for row in found}) > 1
    assert Decimal(charges[0][0]) == sum(row["charge_denied"] or 0 for row in found)


def test_what_reviews_turned_is_what_people_decided(day, warehouse):
    found = rows(warehouse, TURNED)
    by_people = [
        data for _, event in day.published
        if (data := json.loads(event)["data"])["decided_by"] == "person"
        and data["caused_by"].get("id") == data["review"]["id"]
    ]  # fmt: skip

    assert Counter(data["outcome"] for data in by_people) == Counter(
        {row["after"]: row["lines"] for row in found}
    )
    assert found


def test_what_the_window_touched_is_what_was_published_of_it(day, warehouse):
    found = Counter(
        {(row["window_days"], row["criterion"], row["answer"], row["outcome"]):
         row["determinations"] for row in rows(warehouse, WINDOW)}
    )  # fmt: skip
    stays = {event for _, event in day.stream()}
    published = Counter(
        (finding["parameters"]["exclusivity_window_days"], finding["criterion"],
         finding["answer"], data["outcome"])
        for _, event in day.published
        if event not in stays
        for data in [json.loads(event)["data"]]
        for finding in data["findings"]
        if "exclusivity_window_days" in finding["parameters"]
    )  # fmt: skip

    assert published == found
    assert {"met", "not_met"} <= {answer for _, _, answer, _ in found}


def test_findings_in_the_archive_and_in_what_waits_are_what_was_counted(day, warehouse):
    found = Counter(
        {(row["criterion"], row["answer"]): row["findings"] for row in rows(warehouse, FINDINGS)}
    )
    for data in stayed(day):
        found.update((each["criterion"], each["answer"]) for each in data["findings"])

    assert counted(day, "mrs_findings_total", 1, 2) == found


@pytest.fixture
def of_shards(redis_server, tmp_path, monkeypatch) -> Path:
    """The archive of the day in four shards; two of them were archived by hand before."""
    four_shards_read(redis_server, monkeypatch, tmp_path)
    archive = tmp_path / "archive"
    with monkeypatch.context() as by_hand:
        by_hand.setenv("MRS_SHARDS", "1")
        for number in range(2):
            by_hand.setenv("MRS_PREFIX", f"{{mrs-{number}}}")
            folder = archive / f"shard={number}"
            folder.parent.mkdir(exist_ok=True)
            assert 0 == run("archive", str(folder), "--format", "parquet").exit_code
    assert 0 == run("archive", str(archive), "--format", "parquet").exit_code
    return archive


def test_the_same_views_read_the_folders_of_all_shards(of_shards, monkeypatch):
    monkeypatch.chdir(of_shards.parent)
    (of_shards.parent / "events.jsonl").write_bytes(DAY.read_bytes())
    with duckdb.connect() as connection:
        connection.execute(VIEWS)
        query = "SELECT shard, member_id FROM determinations"
        found = [(each["shard"], each["member_id"]) for each in rows(connection, query)]

    assert PUBLISHED - OPEN == len(found)
    assert [shard_of(member, 4) for _, member in found] == [int(shard) for shard, _ in found]
    assert 0 == run("archive", str(of_shards), "--check").exit_code
    verified = run("audit", "verify", "--archive", str(of_shards), "--jobs", "1")
    assert 0 == verified.exit_code, verified.stdout
