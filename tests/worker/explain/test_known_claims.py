"""Lines are found by what was billed, by claim and by member."""

from __future__ import annotations

from typing import Any

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.turns import work_off
from worker.explain.billed_lines import billed_lines
from worker.explain.known_claims import known_lines
from worker.store.keys import Keys

KEYS = Keys("mrs")


def _claim(claim_id: str, member_id: str, **data: Any) -> bytes:
    event = event_of(CLAIM, claim_id=claim_id, member_id=member_id, **data)
    return encoded(event | {"id": f"{claim_id}-{len(data)}"})


def test_a_claim_id_finds_every_member_that_has_it(redis_world, library):
    work_off(redis_world, library, _claim("C-1", "M-1"), _claim("C-1", "M-2"))

    found = known_lines(redis_world.client, KEYS, "C-1")

    assert {"M-1", "M-2"} == {one.member_id for one in found}


def test_a_member_id_finds_all_claims_of_the_member_the_latest_first(redis_world, library):
    line = {**event_of(CLAIM)["data"]["lines"][0], "date_of_service": "2025-06-18"}
    work_off(redis_world, library, _claim("C-1", "M-1"), _claim("C-2", "M-1", lines=[line]))

    found = known_lines(redis_world.client, KEYS, "M-1")

    assert ["C-2", "C-1"] == [one.claim_id for one in found]


def test_what_nobody_has_is_not_found(redis_world):
    assert [] == known_lines(redis_world.client, KEYS, "C-1")


def test_what_was_billed_is_by_the_content_that_holds(redis_world, library):
    line = event_of(CLAIM)["data"]["lines"][0]
    more = [line, {**line, "line": 2, "procedure": "70553"}]
    work_off(
        redis_world,
        library,
        _claim("C-1", "M-1"),
        _claim("C-1", "M-1", lines=more, plan_id="sample-medicaid", received_at="2025-06-21"),
    )
    lines = {("C-1", 1, "M-1"), ("C-1", 2, "M-1"), ("C-9", 1, "M-1"), ("C-1", 1, "M-9")}

    billed = billed_lines(redis_world.client, KEYS, lines)

    assert {("C-1", 1, "M-1"), ("C-1", 2, "M-1")} == set(billed)
    assert {"sample-commercial"} == {one.plan_id for one in billed.values()}
    assert "70553" == billed["C-1", 2, "M-1"].procedure
