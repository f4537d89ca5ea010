"""A real Prometheus scrapes real workers: each rule, each question of a dashboard has an answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.expressions import chosen, dashboard_expressions
from tests.support.exporters import running_exporter
from tests.support.processes import eventually
from tests.support.prometheus import Prometheus, all_rules, running_prometheus
from tests.support.sources import ROOT
from tests.support.week_before import week_before
from worker.client import submit
from worker.config.connections import impatient_client
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import installation
from worker.sandbox.redis_server import free_port
from worker.store.keys import Keys
from worker.store.upkeep import JOBS, note_success

PARTS = 4
DAY = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()

RECORDED = sorted(rule["record"] for rule in all_rules() if "record" in rule)


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """It has seen a replay of the sample day, with a consumer group and one event refused."""
    own_port = free_port()
    with (
        installation(workers=1, settings={"metrics_port": own_port}) as own,
        running_exporter(own.redis.url) as exporter,
        running_prometheus(
            tmp_path_factory.mktemp("prometheus"),
            {"mrs-exporter": [exporter.address], "mrs-worker": [f"127.0.0.1:{own_port}"]},
            history=week_before(time.time()),
        ) as prometheus,
        impatient_client(own.settings) as redis,
    ):
        assert eventually(lambda: prometheus.healthy_targets() == 2, 60)
        keys = Keys(own.settings.prefix)
        redis.xgroup_create(keys.determinations, "payments", id="0", mkstream=True)
        for job in JOBS:
            note_success(redis, keys, job)
        watch = QueueWatch(redis, keys, own.settings.lanes)
        for part in range(PARTS):  # over some seconds, so that there are rates
            submit([*DAY[part::PARTS], b"{"], redis_url=own.redis.url)
            watch.wait_until_drained(lambda waiting: own.mend())
            time.sleep(1)
        assert eventually(lambda: bool(prometheus.query("mrs:denial_shift:by_reason")), 60)
        yield prometheus


def test_every_recording_rule_records_something(prometheus):
    assert [] == [name for name in RECORDED if not prometheus.query(name)]


def test_every_expression_of_a_dashboard_has_an_answer(prometheus):
    answers = {expr: prometheus.query(expr) for expr in dashboard_expressions()}

    # No bridge to Kafka runs here.
    silent = [expr for expr, answer in answers.items() if not answer]
    assert [] == [expr for expr in silent if "mrs_bridge_" not in expr]
    not_a_number = [
        expr
        for expr, answer in answers.items()
        if any(sample.value != sample.value for sample in answer)
    ]
    assert [] == not_a_number


def test_every_rule_is_evaluated_without_an_error(prometheus):
    rules = [*prometheus.rules("record"), *prometheus.rules("alert")]

    assert len(all_rules()) == len(rules)
    assert {"ok"} == {rule["health"] for rule in rules}


def test_the_numbers_are_those_that_were_sent(prometheus):
    sent = len(DAY) + PARTS
    has_all = f"sum(mrs_events_total) == {sent}"
    all_are_seen = eventually(lambda: bool(prometheus.query(has_all)), 60)
    by_outcome = {
        sample.labels["outcome"]: sample.value
        for sample in prometheus.query('sum by (outcome) (mrs_lines_current{service="mrs"})')
    }
    decided = by_outcome["denied"] + by_outcome["approved"]

    assert all_are_seen
    assert eventually(
        lambda: (
            prometheus.query("mrs:denial_ratio")[0].value
            == pytest.approx(by_outcome["denied"] / decided)
        )
    )


def test_the_alerts_that_fire_are_those_of_an_old_policy_and_old_claims(prometheus):
    pending = {
        rule["name"]
        for rule in prometheus.rules("alert")
        if any(alert["state"] in {"pending", "firing"} for alert in rule["alerts"])
    }

    assert {"MrsLibraryStale", "MrsPendsOverdue", "MrsDeadLetters"} <= pending
    assert set() == pending & {"MrsConservationDifference", "MrsWorkerMissing", "MrsRedisDown"}


def test_the_files_of_the_dashboards_have_the_expressions_that_were_asked():
    in_files = set()
    for file in Path(ROOT / "ops/grafana/dashboards").glob("*.json"):
        page = json.loads(file.read_text())
        in_files |= {
            chosen(target["expr"])
            for panel in page["panels"]
            for target in panel.get("targets", ())
        }
        in_files |= {chosen(annotation["expr"]) for annotation in page["annotations"]["list"]}

    assert in_files == set(dashboard_expressions())
