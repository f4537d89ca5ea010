"""What the exporter shows: every metric of the contract, from the start, with Redis and without."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from redis import Redis

from rules.library_model import Library
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.processes import eventually
from tests.support.programs import needed_program
from tests.support.scrapes import Scrape, scrape
from tests.support.sources import text_of
from tests.support.turns import work_off
from tests.support.worlds import TERMS, RedisWorld
from worker.config.connections import impatient_client
from worker.config.settings import load_settings
from worker.failures import InstallationMismatch, Risk
from worker.metrics import catalog
from worker.metrics.counters import Tally
from worker.metrics.exporter import GROUPS_MAX, Exporter, ExporterRefused, is_past, serve
from worker.metrics.safety import Expectations
from worker.sandbox.redis_server import embedded_redis
from worker.store.installation import KnownInstallation, accept_installation
from worker.store.keys import Keys
from worker.store.upkeep import JOBS, note_success
from worker.store.worker_registry import Announcer, presence_of

_ROW = re.compile(r"^\| (`mrs_.*?) \| ([^|]*)\|$", re.MULTILINE)


UP = ("mrs_redis_up", frozenset())
BUILD = {
    (
        "mrs_build_info",
        frozenset({("version", version("mrs-adjudicator")), ("program", "exporter")}),
    ): 1
}
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
FOREIGN = {("mrs_redis_unsafe", frozenset({("risk", "foreign_keys")})): 1}


@pytest.fixture
def exporter(redis_world: RedisWorld, library: Library) -> Exporter:
    return Exporter(redis_world.client, redis_world.keys, library)


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
                *("authorization.recorded.v1", "review.completed.v1", "unknown"),
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
    assert set(library.sections) == seen.labels("mrs_findings_total", "criterion")


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
            policy_versions={"2026-03-01": "2199-01", "2025-03-17": "2026-01"},
            icd10cm_until=date(2026, 10, 1),
        ),
    )(True)
    redis_world.client.zadd(redis_world.keys.workers, {b"a later release": 2**52})

    seen = scrape(exporter)

    assert {library.digest} == own
    assert {"sha256:two"} == seen.labels("mrs_library_info", "digest")
    stale = {
        version: seen.value("mrs_library_stale", policy_version=version, digest="sha256:two")
        for version in ("2026-03-01", "2025-03-17")
    }
    assert {"2026-03-01": 0, "2025-03-17": 1} == stale
    ends = seen.value("mrs_icd10cm_end_timestamp_seconds", digest="sha256:two")
    assert datetime(2026, 10, 1, tzinfo=UTC).timestamp() == ends
    assert 2 == seen.value("mrs_workers_ready")


def test_a_worker_of_an_earlier_release_does_not_say_how_far_its_table_reaches(
    exporter, redis_world
):
    said = b'{"worker":"one","generation":1,"library":"sha256:one","policy_versions":{}}'
    redis_world.client.zadd(redis_world.keys.workers, {said: 2**52})

    seen = scrape(exporter)

    assert 1 == seen.value("mrs_workers_ready")
    assert set() == seen.labels("mrs_icd10cm_end_timestamp_seconds", "digest")


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


def test_memory_and_persistence_are_what_redis_says(redis_server, library):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        exporter = Exporter(client, Keys("mrs"), library)
        before = scrape(exporter)
        client.config_set("appendonly", "no")
        client.config_set("maxmemory", client.info("memory")["used_memory"] * 2)
        after = scrape(exporter)

    assert (1, 0) == (
        before.value("mrs_redis_persistence_ok"),
        before.value("mrs_redis_memory_ratio"),
    )
    assert 0 == after.value("mrs_redis_persistence_ok")
    assert 0.3 < after.value("mrs_redis_memory_ratio") < 0.7


def test_a_redis_that_goes_away_and_comes_back_is_told_and_nothing_else_is_made_up(
    redis_server, library
):
    settings = load_settings(redis_url=redis_server.url)
    exporter = Exporter(impatient_client(settings), Keys("mrs"), library)
    redis_server.kill()
    away = scrape(exporter)
    redis_server.start()

    back = scrape(exporter)

    assert {UP: 0, **BUILD} == away.values
    assert 1 == back.value("mrs_redis_up")
    assert 0 == back.value("mrs_queue_events")


def test_a_redis_that_stands_still_is_told_in_time(library):
    with embedded_redis(tcp=True) as server:
        exporter = Exporter(
            impatient_client(load_settings(redis_url=server.url)), Keys("mrs"), library
        )
        with Redis(port=server.port) as other:
            other.client_pause(30_000)
        seen = scrape(exporter)

    assert {UP: 0, **BUILD} == seen.values


def test_a_spoiled_key_is_not_a_redis_that_is_away(exporter, redis_world):
    redis_world.client.set(redis_world.keys.counters, "spoiled")

    seen = scrape(exporter)

    assert {UP: 1, **BUILD, **FOREIGN} == seen.values


def test_without_an_archive_and_a_backup_both_are_shown_as_never(exporter):
    seen = scrape(exporter)

    assert 0 == seen.value("mrs_archive_success_timestamp_seconds")
    assert 0 == seen.value("mrs_backup_success_timestamp_seconds")


@pytest.mark.parametrize("job", JOBS)
def test_a_job_that_ended_well_is_shown_with_redis_time(exporter, redis_world, job):
    note_success(redis_world.client, redis_world.keys, job)

    seen = scrape(exporter)

    shown = {each: seen.value(f"mrs_{each}_success_timestamp_seconds") for each in JOBS}
    now, _ = redis_world.client.time()
    assert now - 5 <= shown.pop(job) <= now
    assert {0} == set(shown.values())


def test_a_note_that_is_no_time_counts_as_none(exporter, redis_world):
    redis_world.client.hset(redis_world.keys.upkeep, "backup", "yesterday")

    assert 0 == scrape(exporter).value("mrs_backup_success_timestamp_seconds")


def test_notes_in_a_key_of_another_kind_are_not_a_redis_that_is_away(exporter, redis_world):
    redis_world.client.set(redis_world.keys.upkeep, "spoiled")

    assert {UP: 1, **BUILD, **FOREIGN} == scrape(exporter).values


@pytest.mark.parametrize("wanted", [0, 3])
def test_the_workers_that_are_wanted_are_those_of_the_setting(redis_world, library, wanted):
    seen = scrape(Exporter(redis_world.client, redis_world.keys, library, Expectations(wanted)))

    assert wanted == seen.value("mrs_workers_wanted")


@pytest.mark.parametrize(
    ("name", "value", "risk"),
    [
        pytest.param("maxmemory-policy", "allkeys-lru", "eviction", id="evicts_records"),
        pytest.param("maxmemory-policy", "volatile-ttl", "eviction", id="evicts_leases"),
        pytest.param("appendonly", "no", "persistence", id="keeps_nothing"),
        pytest.param("replica-read-only", "no", "replica", id="a_replica_that_can_be_written"),
    ],
)
def test_what_makes_wrong_decisions_possible_is_shown_until_it_is_accepted(
    redis_server, library, name, value, risk
):
    with Redis(unix_socket_path=str(redis_server.socket_path)) as client:
        sound = risks(scrape(Exporter(client, Keys("mrs"), library)))
        client.config_set(name, value)
        if risk == "replica":
            client.replicaof("127.0.0.1", "1")
        found = risks(scrape(Exporter(client, Keys("mrs"), library)))
        taken = Expectations(accepted=frozenset({risk}))
        accepted = risks(scrape(Exporter(client, Keys("mrs"), library, taken)))

    assert dict.fromkeys(get_args(Risk), 0) == sound == accepted
    assert sound | {risk: 1} == found


def risks(seen: Scrape) -> dict[str, float]:
    return {
        dict(labels)["risk"]: value
        for (name, labels), value in seen.values.items()
        if name == "mrs_redis_unsafe"
    }


def test_an_installation_that_is_gone_is_shown_and_remembered_by_the_next_exporter(
    redis_world, library, tmp_path
):
    def lost() -> float:
        known = KnownInstallation(tmp_path / "known")
        expected = Expectations(known=known)
        exporter = Exporter(redis_world.client, redis_world.keys, library, expected)
        return scrape(exporter).value("mrs_installation_lost")

    before_the_first_worker = lost()
    redis_world.store.agree(TERMS)
    known = lost()
    redis_world.client.flushdb()
    gone = lost()
    redis_world.store.agree(TERMS)
    another = lost()
    accept_installation(redis_world.client, redis_world.keys, [_id_in(tmp_path / "known")])

    assert [0, 0, 1, 1, 0] == [before_the_first_worker, known, gone, another, lost()]


def _id_in(file: Path) -> str:
    return file.read_text().strip()


def test_what_a_worker_remembers_is_shown_by_an_exporter_that_remembers_nothing(
    exporter, redis_world
):
    first = redis_world.store.agree(TERMS)
    redis_world.client.flushdb()
    redis_world.store.agree(TERMS)
    with pytest.raises(InstallationMismatch):
        redis_world.store.agree(TERMS._replace(installation=first))

    assert 1 == scrape(exporter).value("mrs_installation_lost")


@pytest.fixture
def served(exporter: Exporter) -> Iterator[Any]:
    server = serve(exporter, "127.0.0.1", 0)
    yield server
    server.shutdown()
    server.server_close()


def test_it_answers_over_http_with_a_port_of_its_own(served, exporter):
    with urlopen(f"http://127.0.0.1:{served.server_port}/metrics", timeout=10) as answer:
        kind, text = answer.headers["Content-Type"], answer.read().decode()

    assert kind.startswith("text/plain; version=")
    assert Scrape(text).values.keys() == scrape(exporter).values.keys()


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


def test_a_port_that_is_taken_is_named(served, exporter):
    with pytest.raises(ExporterRefused, match=f"port {served.server_port}"):
        serve(exporter, "127.0.0.1", served.server_port)


def test_group_names_of_any_letters_are_labels(exporter, redis_world, library):
    work_off(redis_world, library, encoded(event_of(CLAIM)))
    strange = 'a "group"\n{of\\ours} é'
    redis_world.client.xgroup_create(redis_world.keys.determinations, strange, id="0")

    seen = scrape(exporter)

    assert eventually(lambda: seen.value("mrs_determinations_unread", group=strange) == 1)


def test_of_very_many_groups_those_furthest_behind_are_exported(exporter, redis_world):
    stream = redis_world.keys.determinations
    redis_world.client.xadd(stream, {"event": "{}"}, id="1-0")
    for number in range(GROUPS_MAX):
        redis_world.client.xgroup_create(stream, f"gone-{number}", id="$")
    redis_world.client.xgroup_create(stream, "late", id="0")

    seen = scrape(exporter)

    unread = seen.labels("mrs_determinations_unread", "group")
    assert GROUPS_MAX == len(unread)
    assert 1 == seen.value("mrs_determinations_unread", group="late")
    assert 0 == seen.value("mrs_determinations_unread_estimated", group="late")


@pytest.mark.parametrize("is_up", [True, False], ids=["redis_is_there", "redis_is_away"])
def test_head_is_answered_as_get_is_but_for_the_body(is_up, library):
    with embedded_redis(tcp=True) as redis:
        client = impatient_client(load_settings(redis_url=redis.url))
        server = serve(Exporter(client, Keys("mrs"), library), "127.0.0.1", 0)
        if not is_up:
            redis.kill()
        address = f"http://127.0.0.1:{server.server_port}/metrics"

        with urlopen(Request(address, method="HEAD"), timeout=5) as head:
            said = head.read()
        with urlopen(address, timeout=5) as get:
            shown = get.read()
        server.shutdown()
        server.server_close()

    assert (200, b"") == (head.status, said)
    assert head.headers["Content-Type"].split(";")[0] == get.headers["Content-Type"].split(";")[0]
    assert f"mrs_redis_up {float(is_up)}".encode() in shown


def test_no_other_way_of_asking_is_answered(library, redis_world):
    server = serve(Exporter(redis_world.client, redis_world.keys, library), "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.server_port}/metrics"

    with pytest.raises(HTTPError) as refused:
        urlopen(Request(address, method="DELETE"), timeout=5)
    server.shutdown()
    server.server_close()

    assert 405 == refused.value.code
    refused.value.close()
