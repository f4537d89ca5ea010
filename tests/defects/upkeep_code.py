"""Defects in what operators rely on: what is unread, cut off, or waits for somebody."""

from __future__ import annotations

from tests.defects.defect import Defect

UPKEEP = (
    Defect(
        "unread determinations estimated after an archive",
        "worker/metrics/consumer_lag.py",
        "        lag = _added_less_read(group, facts)\n",
        "        lag = None\n",
        "a test",
        "tests/worker/metrics/test_consumer_lag.py"
        "::test_an_archive_leaves_more_behind_than_is_counted",
    ),
    Defect(
        "an answer that is cut off never asked for in part",
        "worker/store/reply_size.py",
        "                if size <= LEAST_BYTES:\n                    raise\n",
        "                if size:\n                    raise\n",
        "a test",
        "tests/worker/store/test_reply_size.py"
        "::test_less_is_asked_for_by_halves_until_it_fits_and_then_at_once",
    ),
    Defect(
        "a claim id that came twice waits for nobody",
        "rules/member/member.py",
        "    if not isinstance(event.fact, Claim | Review):\n        return frozenset()\n"
        "    return contested_claims(record, library.plans)\n",
        "    return frozenset()\n",
        "a test",
        "tests/worker/intake/test_lane_handler.py"
        "::test_a_claim_id_with_another_content_waits_until_it_is_replaced",
    ),
)
