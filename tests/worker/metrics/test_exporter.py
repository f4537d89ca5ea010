"""What the exporter shows: every metric of the contract, from the start."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rules.member.published import UNNAMED_POLICY
from tests.rules.second_policy import SECOND, SECOND_PLAN, two_policies
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.programs import needed_program
from tests.support.scrapes import scrape
from tests.support.sources import text_of
from tests.support.turns import work_off
from worker.metrics import catalog
from worker.metrics.counters import Tally
from worker.metrics.exporter import Exporter, is_past
from worker.metrics.labels import unnamed_policy
from worker.store.worker_registry import Announcer, presence_of

_ROW = re.compile(r"^\| (`mrs_.*?) \| ([^|]*)\|$", re.MULTILINE)

BESIDE_THE_CONTRACT = {
    "mrs_claim_ids_contested",
    "mrs_events_stamped_ahead_total",
    "mrs_icd10cm_end_timestamp_seconds",
    "mrs_determinations_unread_estimated",
    "mrs_pends_by_due",
    "mrs_workers_wanted",
    "mrs_archive_success_timestamp_seconds",
    "mrs_backup_success_timestamp_seconds",
    "mrs_build_info",
    "mrs_redis_unsafe",
    "mrs_installation_lost",
}


def contract() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Kind and labels of each metric, as section 6 of the contract has them."""
    section = text_of("docs/contract.md").partition("\n## 6.")[2]
    found = {}
    for names, said in _ROW.findall(section):
        kind, _, rest = re.sub(r"\([^)]*\)", "", said).partition(";")
        labels = rest.partition(":")[0] if "`" not in rest else ""
        for name in re.findall(r"`(mrs_\w+)`", names):
            known = [label.strip() for label in labels.split(",")]
            found[name] = (
                kind.split(":")[0].strip(),
                tuple(label for label in known if re.fullmatch(r"[a-z_]+", label)),
            )
    return found


@pytest.mark.parametrize("name", sorted(contract()))
def test_each_metric_of_the_contract_is_exported_with_its_kind_and_labels(name):
    (metric,) = (metric for metric in catalog.EXPORTED if metric.name == name)

    kind, labels = contract()[name]

    assert (kind, labels) == (metric.kind, metric.labels)


def test_there_are_as_many_metrics_as_the_contract_says_and_a_few_more():
    names = {metric.name for metric in catalog.EXPORTED}

    assert BESIDE_THE_CONTRACT == names - set(contract())
    assert len(names) == len(catalog.EXPORTED)


def test_every_metric_is_there_from_the_start_with_kind_and_meaning(exporter):
    seen = scrape(exporter)

    for metric in catalog.EXPORTED:
        assert metric.kind == seen.kinds[metric.name.removesuffix("_total")]
        assert f"# HELP {metric.name} {metric.meaning}" in seen.text


@pytest.mark.parametrize(
    ("name", "label", "values"),
    [
        pytest.param(
            "mrs_events_total",
            "type",
            {
                *("claim.submitted.v1", "claim.finalized.v1", "imaging.reported.v1"),
                *("coverage.recorded.v1", "treatment.reported.v1"),
                *("authorization.recorded.v1", "review.completed.v1"),
                *("member.recorded.v1", "unknown"),
            },
            id="types_of_events",
        ),
        pytest.param(
            "mrs_events_total",
            "result",
            {"applied", "duplicate", "refused", "set_aside"},
            id="results_of_events",
        ),
        pytest.param("mrs_determinations_total", "service", {"mrs", "pet", "other"}, id="services"),
        pytest.param(
            "mrs_determinations_total",
            "outcome",
            {"approved", "denied", "pended", "not_applicable"},
            id="outcomes",
        ),
        pytest.param(
            "mrs_determinations_total",
            "change",
            {"initial", "favourable", "adverse", "neutral"},
            id="changes",
        ),
        pytest.param(
            "mrs_lines_current",
            "line_of_business",
            {
                *("commercial", "essential_plan", "child_health_plus", "medicaid"),
                *("medicare", "dsnp", "unknown"),
            },
            id="lines_of_business",
        ),
        pytest.param(
            "mrs_determinations_total", "policy_version", {"2025-03-17", "none"}, id="versions"
        ),
        pytest.param(
            "mrs_findings_total",
            "answer",
            {"met", "not_met", "unknown", "not_asked"},
            id="answers",
        ),
        pytest.param(
            "mrs_stage_seconds_count",
            "stage",
            {"read", "decode", "load", "decide", "commit"},
            id="stages",
        ),
        pytest.param(
            "mrs_retries_total",
            "cause",
            {"store", "stale", "clock", "batch", "attempt"},
            id="causes",
        ),
    ],
)
def test_every_value_of_a_closed_label_is_there_from_the_start_at_0(exporter, name, label, values):
    seen = scrape(exporter)

    assert values == seen.labels(name, label)
    assert {} == seen.counted(name)


def test_every_reason_and_criterion_is_there_from_the_start(exporter, library):
    seen = scrape(exporter)

    assert set(library.reasons) == seen.labels("mrs_determinations_total", "reason")
    assert set(library.reasons) == seen.labels("mrs_lines_current", "reason")
    assert set(library.criterion_names) == seen.labels("mrs_findings_total", "criterion")


def test_a_pend_can_be_of_any_reason_that_pends_and_of_no_other(exporter):
    seen = scrape(exporter)

    pending = {
        dict(labels)["reason"]
        for name, labels in seen.values
        if name == "mrs_lines_current" and dict(labels)["outcome"] == "pended"
    }

    assert pending == seen.labels("mrs_pends_open", "reason")
    assert "PET_EXCLUSIVITY_UNCLEAR" in pending
    assert "PET_EXCLUSIVE" not in pending


def test_what_was_counted_is_shown(exporter, redis_world, library):
    claim = encoded(event_of(CLAIM))
    work_off(redis_world, library, claim, claim, b"{")

    seen = scrape(exporter)

    assert {
        ("claim.submitted.v1", "applied"): 1,
        ("claim.submitted.v1", "duplicate"): 1,
        ("unknown", "refused"): 1,
    } == seen.counted("mrs_events_total", "type", "result")
    assert 1 == seen.value("mrs_dead_letters")
    assert 0 == seen.value("mrs_conservation_difference")
    assert 3 == seen.value("mrs_event_age_seconds_count")


def test_a_histogram_adds_its_buckets_up_and_is_in_seconds(exporter, redis_world):
    tally = Tally()
    for seconds in (0.001, 0.0011, 59.9, 60, 61, 4000):
        tally.event("unknown", "refused", seconds)
    redis_world.store.count(tally.fields())

    seen = scrape(exporter)

    by_bucket = {
        bucket: seen.value("mrs_event_age_seconds_bucket", le=bucket)
        for bucket in ("0.001", "0.0025", "30.0", "60.0", "120.0", "3600.0", "+Inf")
    }
    assert {
        "0.001": 1,
        "0.0025": 2,
        "30.0": 2,
        "60.0": 4,
        "120.0": 5,
        "3600.0": 5,
        "+Inf": 6,
    } == by_bucket
    assert 4180.9021 == pytest.approx(seen.value("mrs_event_age_seconds_sum"))


def test_what_an_older_library_counted_is_shown_and_what_is_not_ours_is_not(exporter, redis_world):
    redis_world.client.hset(
        redis_world.keys.counters,
        mapping={
            "mrs_determinations_total|mrs|denied|OLD_REASON|initial|medicare|2019-01-01": 4,
            "mrs_retries_total|too|many": 9,
            "nobody|knows": 9,
        },
    )

    seen = scrape(exporter)

    assert {"OLD_REASON"} == {
        reason for (reason,) in seen.counted("mrs_determinations_total", "reason")
    }
    assert {} == seen.counted("mrs_retries_total")
    assert "nobody" not in seen.text


def test_what_was_counted_without_a_policy_is_of_the_first_that_there_was(exporter, redis_world):
    ending = "mrs|denied|DUPLICATE|initial|medicare|2025-03-17"
    redis_world.client.hset(
        redis_world.keys.counters,
        mapping={
            f"mrs_determinations_total|{ending}": 4,
            f"mrs_determinations_total|{ending}|6.01.03": 2,
            "mrs_findings_total|duplicate|not_met": 3,
            "mrs_findings_total|duplicate|not_met|6.01.03": 1,
            "mrs_lines_current|mrs|denied|DUPLICATE|medicare": 5,
        },
    )

    seen = scrape(exporter)

    assert {("6.01.03",): 6} == seen.counted("mrs_determinations_total", "policy")
    assert {("6.01.03",): 4} == seen.counted("mrs_findings_total", "policy")
    assert {("6.01.03",): 5} == seen.counted("mrs_lines_current", "policy")


def test_lines_and_pends_are_counted_by_policy(redis_world):
    due = f"{datetime.now(UTC).date() - timedelta(days=40):%Y-%m-%d}"
    first, second = (
        encoded(event_of(CLAIM, claim_id=name, member_id=name, attestations=[], plan_id=plan,
                         received_at=due) | {"id": name})
        for name, plan in (("C-1", "sample-commercial"), ("C-2", SECOND_PLAN))
    )  # fmt: skip
    work_off(redis_world, two_policies(), first, second)

    seen = scrape(Exporter([(redis_world.client, redis_world.keys)], two_policies()))

    for name in ("mrs_lines_current", "mrs_pends_open", "mrs_pends_overdue", "mrs_pends_by_due"):
        assert {("mrs", "6.01.03"): 1, ("spectroscopy", SECOND): 1} == {
            labels: count for labels, count in seen.counted(name, "service", "policy").items()
            if count
        }  # fmt: skip


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        pytest.param(("1", UNNAMED_POLICY, "7"), UNNAMED_POLICY, id="it_is_there"),
        pytest.param(("1", "7"), "1", id="it_is_not"),
    ],
)
def test_what_is_stored_without_a_policy_is_of_the_policy_that_there_was(
    library, policies, expected
):
    (policy,) = library.policies
    named = tuple(replace(policy, policy_id=name) for name in policies)

    assert expected == unnamed_policy(replace(library, policies=named))


def test_pends_that_were_stored_without_a_policy_are_of_the_only_one(redis_world, library):
    (policy,) = library.policies
    own = replace(library, policies=(replace(policy, policy_id="own"),))
    for stored_as in ("own", UNNAMED_POLICY):
        key = redis_world.keys.pends("mrs", "PEER_REVIEW", stored_as)
        redis_world.client.zadd(key, {f"a line of {stored_as}": 739_000})

    seen = scrape(Exporter([(redis_world.client, redis_world.keys)], own))

    assert 2 == seen.value("mrs_pends_open", service="mrs", reason="PEER_REVIEW", policy="own")


def test_ready_workers_are_counted_until_they_say_otherwise_or_nothing(
    exporter, redis_world, library
):
    one, two = (
        Announcer(redis_world.client, redis_world.keys, presence_of(library, name))
        for name in ("one", "two")
    )
    one(True)
    one(True)
    two(True)
    both = scrape(exporter).value("mrs_workers_ready")
    two(False)
    one_of_them = scrape(exporter).value("mrs_workers_ready")
    redis_world.client.zadd(
        redis_world.keys.workers,
        {redis_world.client.zrange(redis_world.keys.workers, 0, 0)[0]: redis_world.now() - 1},
    )

    assert (2, 1, 0) == (both, one_of_them, scrape(exporter).value("mrs_workers_ready"))


def test_the_library_shown_is_that_of_the_ready_workers(exporter, redis_world, library):
    own = scrape(exporter).labels("mrs_library_info", "digest")
    Announcer(
        redis_world.client,
        redis_world.keys,
        presence_of(library, "one").__class__(
            worker="one",
            generation=2,
            library="sha256:two",
            policy_versions={"1": "2026-01", "2025-03-17": "2026-01"},
            icd10cm_until=date(2026, 10, 1),
            policies={"6.01.03": {"1": "2199-01", "2025-03-17": "2026-01"}, "X": {"1": "2026-01"}},
        ),
    )(True)
    redis_world.client.zadd(redis_world.keys.workers, {b"a later release": 2**52})

    seen = scrape(exporter)

    assert {library.digest} == own
    assert {"sha256:two"} == seen.labels("mrs_library_info", "digest")
    stale = {
        (policy, version): seen.value(
            "mrs_library_stale", policy=policy, policy_version=version, digest="sha256:two"
        )
        for policy, version in (("6.01.03", "1"), ("6.01.03", "2025-03-17"), ("X", "1"))
    }
    assert {("6.01.03", "1"): 0, ("6.01.03", "2025-03-17"): 1, ("X", "1"): 1} == stale
    ends = seen.value("mrs_icd10cm_end_timestamp_seconds", digest="sha256:two")
    assert datetime(2026, 10, 1, tzinfo=UTC).timestamp() == ends
    assert 2 == seen.value("mrs_workers_ready")


def test_a_worker_of_an_earlier_release_says_neither_its_policy_nor_how_far_its_table_reaches(
    exporter, redis_world
):
    said = (
        b'{"worker":"one","generation":1,"library":"sha256:one",'
        b'"policy_versions":{"2025-03-17":"2026-01"}}'
    )
    redis_world.client.zadd(redis_world.keys.workers, {said: 2**52})

    seen = scrape(exporter)

    assert 1 == seen.value("mrs_workers_ready")
    assert set() == seen.labels("mrs_icd10cm_end_timestamp_seconds", "digest")
    assert {"6.01.03"} == seen.labels("mrs_library_stale", "policy")


@pytest.mark.parametrize(
    ("month", "on", "expected"),
    [
        pytest.param("2026-01", date(2026, 1, 31), False, id="last_day_of_the_month"),
        pytest.param("2026-01", date(2026, 2, 1), True, id="the_day_after"),
        pytest.param(None, date(2199, 1, 1), False, id="no_month"),
    ],
)
def test_a_version_is_stale_after_the_month_of_its_review(month, on, expected):
    assert expected is is_past(month, on)


def test_the_own_tool_of_prometheus_finds_nothing_to_mend(exporter):
    promtool = needed_program("promtool")

    checked = subprocess.run(
        [promtool, "check", "metrics"],
        input=scrape(exporter).text,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "", "") == (checked.returncode, checked.stdout, checked.stderr)
