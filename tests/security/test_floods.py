"""One member's flood, or one producer's, stops nobody else; what it could undo is seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.exporters import running_exporter
from tests.support.processes import eventually
from tests.support.scrapes import scrape_at
from worker.config.connections import redis_client
from worker.intake.route import lane_of
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys, lane_name

KEYS = Keys("mrs")
FLOOD = 400


@pytest.fixture(scope="module")
def own() -> Iterator[Installation]:
    with installation(workers=1, size=2) as own:
        yield own
        own.workers[0].kill()  # it would first finish what it has begun of the flood


@pytest.fixture
def redis(own: Installation) -> Iterator[Redis]:
    with redis_client(own.settings) as client:
        yield client


def test_what_waits_behind_nobody_of_a_flooded_lane_is_decided_while_the_flood_stands(redis):
    """A process of two works at the flood, whose every claim comes before all the others."""
    flooded = lane_of("M-flood", 16)
    others = [f"M-{number}" for number in range(40)]
    elsewhere = [member for member in others if lane_of(member, 16) != flooded]
    pipeline = redis.pipeline(transaction=False)
    for number in reversed(range(FLOOD)):
        pipeline.xadd(KEYS.door, {"event": _claim("M-flood", number)})
    for member in elsewhere:
        pipeline.xadd(KEYS.door, {"event": _claim(member, 0)})
    pipeline.execute()

    all_others_are_done = eventually(
        lambda: len(elsewhere) == redis.exists(*map(KEYS.record, elsewhere)), 60
    )

    still_waiting = redis.xlen(KEYS.stream(lane_name(flooded)))
    assert all_others_are_done
    assert 0 < still_waiting


def test_a_producer_who_trims_the_door_is_found_out(redis_server):
    """No grant of Redis can keep the word MAXLEN out of an XADD; the conservation sees it."""
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        client.xadd(KEYS.door, {"event": _claim("M-1", 0)})
        client.xadd(KEYS.door, {"event": _claim("M-2", 0)}, maxlen=1, approximate=False)
        if "entries-added" not in client.xinfo_stream(KEYS.door):
            pytest.skip("a Redis before 7 does not count what came to the door")

    with running_exporter(redis_server.url) as exporter:
        scraped = scrape_at(f"http://{exporter.address}/metrics")

    assert 1 == scraped.value("mrs_conservation_difference")


def _claim(member: str, number: int) -> bytes:
    claim = event_of(CLAIM, claim_id=f"C-{number:04}", member_id=member, attestations=[])
    return encoded(claim | {"id": f"e-{number}"})
