"""An installation goes on after an archive run: metrics, workers and commands as before it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.archives import DAY, DETERMINATIONS, OPEN, PUBLISHED, audit, run
from tests.support.exporters import running_exporter
from tests.support.scrapes import scrape_at
from worker.client import submit
from worker.config.connections import redis_client
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import cases_of
from worker.replay.scenarios import read_scenarios_or_events
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

COMPARED = (
    "mrs_events_total",
    "mrs_determinations_total",
    "mrs_lines_current",
    "mrs_findings_total",
    "mrs_pends_open",
    "mrs_pends_overdue",
    "mrs_queue_events",
    "mrs_conservation_difference",
    "mrs_determinations_unread",
)

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def own() -> Iterator[Installation]:
    with installation(workers=1) as own, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MRS_REDIS_URL", own.redis.url)
        yield own


def metrics_of(own: Installation) -> dict[object, float]:
    """The values of the metrics that an archive run must not move."""
    with running_exporter(own.redis.url) as exporter:
        values = scrape_at(f"http://{exporter.address}/metrics").values
    return {series: value for series, value in values.items() if series[0] in COMPARED}


def day_of_other_members() -> list[bytes]:
    (day,) = read_scenarios_or_events([str(DAY)])
    (case,) = cases_of(day, ["given"], "other", 0)
    return list(case.events)


def test_nothing_but_the_stream_is_shorter_and_work_goes_on(own, tmp_path):
    folder = str(tmp_path / "archive")
    with redis_client(own.settings) as redis:
        watch = QueueWatch(redis, Keys("mrs"), 16)
        redis.xgroup_create(DETERMINATIONS, "billing", "0", mkstream=True)
        assert 0 == run("submit", str(DAY)).exit_code
        watch.wait_until_drained()
        ((_, given),) = redis.xreadgroup("billing", "c", {DETERMINATIONS: ">"})
        redis.xack(DETERMINATIONS, "billing", *(entry_id for entry_id, _ in given))
        before, pends = metrics_of(own), run("pends", "--json").stdout

        moved = json.loads(run("archive", folder, "--json").stdout)["moved"]

        assert (PUBLISHED - OPEN, before) == (moved, metrics_of(own))
        assert {*COMPARED} == {name for name, _ in before}
        assert pends == run("pends", "--json").stdout
        again = json.loads(run("readjudicate", "--all", "--dry-run", "--json").stdout)
        assert 0 == again["determinations"]
        assert 0 == run("readjudicate", "--all").exit_code
        submit(day_of_other_members(), redis_url=own.redis.url)
        watch.wait_until_drained()
        exit_code, found = audit("--archive", folder)
        assert (0, 2 * PUBLISHED) == (exit_code, found["determinations"]["derived_again"])
