"""The latest determinations are found however many a member has."""

from __future__ import annotations

from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.turns import work_off
from worker.determinations.read import latest_of
from worker.store.keys import Keys

KEYS = Keys("mrs")


def _claim(number: int) -> bytes:
    return encoded(event_of(CLAIM, claim_id=f"C-{number}", member_id="M-1") | {"id": f"e-{number}"})


def test_a_line_whose_determination_is_far_back_is_found(redis_world, library):
    work_off(redis_world, library, *map(_claim, range(40)))
    lines = {("C-0", 1, "M-1"), ("C-39", 1, "M-1"), ("C-99", 1, "M-1"), ("C-1", 1, "M-2")}

    latest = latest_of(redis_world.client, KEYS, lines)

    assert {("C-0", 1, "M-1"), ("C-39", 1, "M-1")} == set(latest)


def test_of_several_revisions_the_latest_is_meant(redis_world, library):
    pended = event_of(CLAIM, claim_id="C-1", member_id="M-1", attestations=[])
    work_off(
        redis_world,
        library,
        encoded(pended),
        encoded(event_of(REPORT, member_id="M-1") | {"id": "r"}),
    )

    latest = latest_of(redis_world.client, KEYS, {("C-1", 1, "M-1")})

    assert [(2, "approved")] == [(one["revision"], one["outcome"]) for one in latest.values()]


def test_what_the_stream_no_longer_holds_is_left_out(redis_world, library):
    work_off(redis_world, library, _claim(1))
    redis_world.client.xtrim(KEYS.determinations, maxlen=0)

    assert {} == latest_of(redis_world.client, KEYS, {("C-1", 1, "M-1")})
