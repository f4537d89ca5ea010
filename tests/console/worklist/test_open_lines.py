"""The copy of what is open says what Redis says, whatever happened since it was made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from redis import Redis

from console.worklist import open_lines
from console.worklist.open_lines import OpenLines
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.rules.second_policy import SECOND, SECOND_PLAN, two_policies
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.programs import EVERY_SERVER
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.sandbox.redis_server import embedded_redis


@pytest.fixture(scope="module")
def library() -> Library:
    """The library as shipped."""
    return load_library(SHIPPED)


@pytest.fixture(scope="module", params=EVERY_SERVER)
def every_server(request: pytest.FixtureRequest) -> Iterator[Redis]:
    """A client of each server that we promise to run on."""
    with (
        embedded_redis({"appendonly": "no"}, binary=request.param()) as server,
        Redis(unix_socket_path=str(server.socket_path)) as client,
    ):
        yield client


@pytest.fixture
def redis_client(every_server: Redis) -> Redis:
    """The same, empty at the start of the test."""
    every_server.flushall()
    return every_server


@pytest.fixture
def world(redis_client: Redis) -> RedisWorld:
    """An installation with nothing in it."""
    return RedisWorld(redis_client)


def _claim(claim_id: str, member_id: str, event_id: str = "", **data: Any) -> bytes:
    event = event_of(CLAIM, claim_id=claim_id, member_id=member_id, attestations=[], **data)
    return encoded(event | {"id": event_id or claim_id})


def _limited_mri(member_id: str) -> bytes:
    return encoded(event_of(REPORT, member_id=member_id) | {"id": "e-mri"})


def said(lines: OpenLines, redis: Redis) -> list[tuple[str, str]]:
    return [(line.case.claim_id, line.reason) for line in lines.now(redis)]


def test_nothing_is_open_in_an_empty_redis(redis_client, library):
    assert [] == said(OpenLines("mrs", library), redis_client)


def test_the_soonest_due_come_first_with_what_was_billed(world, redis_client, library):
    work_off(
        world,
        library,
        _claim("C-1", "M-1", received_at="2025-06-20"),
        _claim("C-2", "M-2", received_at="2025-06-18"),
    )

    first, second = OpenLines("mrs", library).now(redis_client)

    assert ("C-2", "C-1") == (first.case.claim_id, second.case.claim_id)
    assert first.billed is not None
    assert ("sample-commercial", date(2025, 6, 16), "1234567893") == (
        first.billed.plan_id,
        first.billed.on,
        first.billed.provider,
    )


def test_a_line_is_told_with_the_policy_that_the_library_looks_it_up_by(world, redis_client):
    both = two_policies()
    lines = OpenLines("mrs", both)
    work_off(world, both, _claim("C-1", "M-1", received_at="2025-06-18"))
    lines.now(redis_client)

    work_off(world, both, _claim("C-2", "M-2", plan_id=SECOND_PLAN, received_at="2025-06-20"))

    followed = lines.now(redis_client)
    read_whole = OpenLines("mrs", both).now(redis_client)
    assert ["6.01.03", SECOND] == [line.policy for line in followed]
    assert followed == read_whole


def test_what_is_pended_and_resolved_later_is_taken_in(world, redis_client, library):
    lines = OpenLines("mrs", library)
    work_off(world, library, _claim("C-1", "M-1"))
    before = said(lines, redis_client)

    work_off(world, library, _claim("C-2", "M-2"), _limited_mri("M-1"))

    assert [("C-1", "CONVENTIONAL_IMAGING_UNKNOWN")] == before
    assert [("C-2", "CONVENTIONAL_IMAGING_UNKNOWN")] == said(lines, redis_client)


def test_determinations_that_were_archived_before_they_were_seen_are_not_missed(
    world, redis_client, library
):
    lines = OpenLines("mrs", library)
    work_off(world, library, _claim("C-1", "M-1"))
    lines.now(redis_client)

    work_off(world, library, _limited_mri("M-1"))
    (last, _), *_ = redis_client.xrevrange("mrs:determinations", count=1)
    redis_client.xdel("mrs:determinations", last)

    assert [] == said(lines, redis_client)


def test_more_that_is_new_than_is_followed_is_read_whole(world, redis_client, library, monkeypatch):
    monkeypatch.setattr(open_lines, "NEW_MAX", 1)
    lines = OpenLines("mrs", library)
    lines.now(redis_client)

    work_off(world, library, _claim("C-1", "M-1"), _claim("C-2", "M-2"))

    assert ["C-1", "C-2"] == sorted(claim for claim, _ in said(lines, redis_client))


def test_a_claim_id_that_comes_again_with_an_earlier_content_is_read_again(
    world, redis_client, library
):
    lines = OpenLines("mrs", library)
    work_off(world, library, _claim("C-1", "M-1", received_at="2025-06-20"))
    lines.now(redis_client)
    line = {**event_of(CLAIM)["data"]["lines"][0], "rendering_npi": "1003000126"}

    work_off(world, library, _claim("C-1", "M-1", "again", received_at="2025-06-19", lines=[line]))

    (now,) = lines.now(redis_client)
    assert now.billed is not None
    assert "1003000126" == now.billed.provider


def test_after_a_while_everything_is_read_again(world, redis_client, library, monkeypatch):
    lines = OpenLines("mrs", library)
    work_off(world, library, _claim("C-1", "M-1"))
    lines.now(redis_client)
    redis_client.delete("mrs:pends:mrs:CONVENTIONAL_IMAGING_UNKNOWN")
    kept = said(lines, redis_client)

    later = open_lines.monotonic() + open_lines.WHOLE_SECONDS + 1
    monkeypatch.setattr(open_lines, "monotonic", lambda: later)

    assert [("C-1", "CONVENTIONAL_IMAGING_UNKNOWN")] == kept
    assert [] == said(lines, redis_client)
