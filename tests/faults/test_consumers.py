"""Consumers of determinations are slow or never come: what they did not read stays and is seen."""

from __future__ import annotations

import json

import pytest

from tests.faults.seeds import seeds
from tests.faults.workload import entries_of
from tests.support.scrapes import scrape
from tests.support.sources import text_of
from worker.metrics.catalog import UNREAD
from worker.metrics.exporter import Exporter

EVENTS = 500
SECONDS = 2
SLOW, NEVER = "slow", "never"


@pytest.mark.parametrize("seed", seeds(1))
def test_what_is_not_read_stays_and_is_counted(seed, start_run, report, library):
    with start_run(seed) as run:
        stream = run.keys.determinations
        for group in (SLOW, NEVER):
            run.client.xgroup_create(stream, group, id="0", mkstream=True)
        run.start_workers(2, size=1)
        read: list[bytes] = []
        with run.sending(entries_of(seed, EVENTS), SECONDS) as producer:
            while producer.is_alive():
                run.pause(0.05, 0.2)
                read += _read(run, SLOW, 3)
        run.drained()
        published = [fields[b"event"] for _, fields in run.observe().determinations]
        seen = scrape(Exporter([(run.client, run.keys)], library))
        unread = {group: seen.value(UNREAD.name, group=group) for group in (SLOW, NEVER)}
        while more := _read(run, SLOW, 100):
            read += more

        report("slow and absent consumers", run, run.verdict([library]))
        assert published == read
        assert 0 < unread[SLOW] < len(published)
        assert len(published) == unread[NEVER]
        assert f"expr: {UNREAD.name} > " in text_of("ops/prometheus/rules/alerts.yml")
        assert len(published) == len({json.loads(event)["id"] for event in read})


def _read(run, group: str, count: int) -> list[bytes]:
    """What a consumer gets next and acknowledges."""
    stream = run.keys.determinations
    found = run.client.xreadgroup(group, "one", {stream: ">"}, count=count)
    entries = found[0][1] if found else []
    if entries:
        run.client.xack(stream, group, *(entry_id for entry_id, _ in entries))
    return [fields[b"event"] for _, fields in entries]
