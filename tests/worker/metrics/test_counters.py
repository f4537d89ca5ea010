"""Counts have the names and labels of the contract, and add up to whole numbers."""

from __future__ import annotations

import pytest

from rules.determination import PolicyUsed
from rules.facts import Fact
from tests.worker.determinations.test_publish import DETERMINATION, publication
from worker.events.types import TABLE
from worker.metrics.counters import BATCH_BUCKETS, SECONDS_BUCKETS, Tally


def test_a_publication_counts_its_determination_findings_and_line():
    tally = Tally()
    before = publication().now._replace(outcome="approved", reason="CRITERIA_MET")

    tally.publication(publication(before=before))

    assert {
        "mrs_determinations_total|mrs|pended|PEER_REVIEW|adverse|commercial|2025-03-17|6.01.03": 1,
        "mrs_findings_total|pet_exclusivity|not_met|6.01.03": 1,
        "mrs_lines_current|mrs|pended|PEER_REVIEW|commercial": 1,
        "mrs_lines_current|mrs|approved|CRITERIA_MET|commercial": -1,
    } == tally.fields()


def test_a_line_that_passes_to_another_policy_leaves_what_it_was_counted_as():
    tally = Tally()
    now = publication().now._replace(policy="second")

    tally.publication(publication(before=publication().now)._replace(now=now))

    assert {
        "mrs_lines_current|mrs|pended|PEER_REVIEW|commercial|second": 1,
        "mrs_lines_current|mrs|pended|PEER_REVIEW|commercial": -1,
    } == {name: count for name, count in tally.fields().items() if "lines_current" in name}


def test_a_determination_without_policy_version_says_none():
    tally = Tally()

    tally.publication(
        publication(determination=DETERMINATION._replace(policy=PolicyUsed("6.01.03", None)))
    )

    assert any(field.endswith("|none|6.01.03") for field in tally.fields())


def test_a_line_that_stays_what_it_was_is_counted_neither_up_nor_down():
    tally = Tally()

    tally.publication(publication(before=publication().now))

    assert not any(field.startswith("mrs_lines_current") for field in tally.fields())


@pytest.mark.parametrize(
    ("seconds", "bucket", "total"),
    [
        pytest.param(0.0, "0.001", 0, id="nothing"),
        pytest.param(0.05, "0.05", 50_000, id="a bound belongs to its bucket"),
        pytest.param(0.0501, "0.1", 50_100, id="just beyond a bound"),
        pytest.param(3600.0, "3600.0", 3_600_000_000, id="the last bound"),
        pytest.param(3600.1, "+Inf", 3_600_100_000, id="beyond all bounds"),
        pytest.param(-5.0, "0.001", 0, id="an arrival after now counts as now"),
    ],
)
def test_an_age_counts_in_one_bucket_and_its_microseconds_add_up(seconds, bucket, total):
    tally = Tally()

    tally.event("claim.submitted.v1", "applied", seconds)
    tally.event("claim.submitted.v1", "applied", 0.0)

    fields = tally.fields()
    assert fields[f"mrs_event_age_seconds|bucket|{bucket}"] == (2 if bucket == "0.001" else 1)
    assert fields.get("mrs_event_age_seconds|sum", 0) == total
    assert 2 == fields["mrs_events_total|claim.submitted.v1|applied"]


@pytest.mark.parametrize(("events", "bucket"), [(1, "1"), (3, "5"), (500, "500"), (501, "+Inf")])
def test_a_batch_counts_in_the_bucket_of_its_size(events, bucket):
    tally = Tally()

    tally.batch(events)

    assert {
        f"mrs_batch_events|bucket|{bucket}": 1,
        "mrs_batch_events|sum": events,
    } == tally.fields()


def test_stages_retries_and_fenced_commits_have_fields_of_their_own():
    tally = Tally()

    tally.stage("load", 0.5)
    tally.retry("stale")
    tally.fenced_commit()
    tally.claim_id_reused()
    tally.stamped_ahead("claim.received.v1", 2)
    tally.command_done()

    assert {
        "mrs_stage_seconds|load|bucket|0.5": 1,
        "mrs_stage_seconds|load|sum": 500_000,
        "mrs_retries_total|stale": 1,
        "mrs_fenced_commits_total": 1,
        "mrs_claim_id_reused_total": 1,
        "mrs_events_stamped_ahead_total|claim.received.v1": 2,
        "orders_done": 1,
    } == tally.fields()


def test_tallies_add_up_and_are_cleared():
    one, other = Tally(), Tally()
    one.retry("stale")
    other.retry("stale")

    one.add(other)
    other.clear()

    assert {"mrs_retries_total|stale": 2} == one.fields()
    assert {} == other.fields()


def test_bounds_of_buckets_rise():
    assert sorted(set(SECONDS_BUCKETS)) == list(SECONDS_BUCKETS)
    assert sorted(set(BATCH_BUCKETS)) == list(BATCH_BUCKETS)


def test_every_kind_of_fact_has_the_type_of_event_that_states_it():
    assert set(Fact.__args__) == {each.fact for each in TABLE}
