"""`adjudicator readjudicate`: who is meant, what a dry run says, and the orders that it gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from rules.library_model import Library
from rules.loading.files import load_library
from tests.support.event_builders import CLAIM, COVERAGE, REPORT, encoded, event_of
from tests.support.libraries import other_library, with_examples
from tests.support.turns import drain, route
from tests.support.worlds import TERMS, RedisWorld
from worker.cli import adjudicator
from worker.operations import readjudication
from worker.store.compatibility import Compatibility
from worker.store.keys import lane_name


@pytest.fixture(scope="module")
def newer_folder(tmp_path_factory) -> Path:
    """A library of the next generation that looks further back for imaging."""
    folder = tmp_path_factory.mktemp("newer") / "library"
    return other_library(folder, {"conventional_lookback_days": 10}, generation=2)


@pytest.fixture(scope="module")
def newer(newer_folder) -> Library:
    return load_library(newer_folder)


@pytest.fixture
def world(redis_world: RedisWorld, library: Library, monkeypatch) -> RedisWorld:
    """
    Three members: one approved by an MRI of two weeks before, one without, one without a claim.
    """
    path = redis_world.client.connection_pool.connection_kwargs["path"]
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{path}")
    for event in (
        _claim("C-1", "M-1"),
        encoded(event_of(REPORT, member_id="M-1") | {"id": "e-mri"}),
        _claim("C-2", "M-2", plan_id="sample-medicaid"),
        encoded(event_of(COVERAGE, member_id="M-3", plan_id="sample-medicaid")),
    ):
        redis_world.send({b"event": event})
    terms = terms_of(library)
    redis_world.store.agree(terms)
    route(redis_world, terms)
    drain(redis_world, library, terms)
    return redis_world


def terms_of(library: Library) -> Compatibility:
    return Compatibility(TERMS.lanes, library.generation, library.digest)


def _claim(claim_id: str, member_id: str, **data: Any) -> bytes:
    event = event_of(CLAIM, claim_id=claim_id, member_id=member_id, attestations=[], **data)
    return encoded(event | {"id": claim_id})


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "150"}).invoke(adjudicator, ["readjudicate", *arguments])


def ordered(world: RedisWorld) -> list[str]:
    """The members for whom an order stands in a lane."""
    return sorted(
        fields[b"member"].decode()
        for lane in range(TERMS.lanes)
        for _, fields in world.entries(lane_name(lane))
    )


@pytest.fixture
def workers(world: RedisWorld, newer: Library) -> Iterator[None]:
    """Someone who works the lanes off by the newer library, as workers would."""
    terms = terms_of(newer)
    world.store.agree(terms)
    over = Event()

    def work() -> None:
        while not over.is_set():
            drain(world, newer, terms)

    thread = Thread(target=work)
    with capture_logs():  # they would stand among what the command writes
        thread.start()
        yield
        over.set()
        thread.join()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(["--all"], ["M-1", "M-2", "M-3"], id="all"),
        pytest.param(["--member", "M-1"], ["M-1"], id="a_member"),
        pytest.param(["--member", "M-3", "--member", "M-1"], ["M-1", "M-3"], id="two_members"),
        pytest.param(["--member", "M-1", "--member", "M-1"], ["M-1"], id="a_member_twice"),
        pytest.param(["--policy", "6.01.03"], ["M-1", "M-2"], id="a_policy"),
        pytest.param(["--policy", "6.01.03", "--claim", "C-2"], ["M-2"], id="of_a_policy_and_one"),
        pytest.param(["--claim", "C-2"], ["M-2"], id="a_claim"),
        pytest.param(["--claim", "C-2", "--claim", "C-1"], ["M-1", "M-2"], id="two_claims"),
        pytest.param(["--claim", "C-2", "--member", "M-1"], [], id="a_claim_of_another"),
        pytest.param(["--plan", "sample-medicaid"], ["M-2", "M-3"], id="a_plan"),
        pytest.param(["--plan", "sample-medicare"], [], id="a_plan_of_nobody"),
        pytest.param(["--reason", "CRITERIA_MET"], ["M-1"], id="a_reason"),
        pytest.param(
            ["--reason", "CRITERIA_MET", "--plan", "sample-medicaid"], [], id="a_reason_and_a_plan"
        ),
        pytest.param(["--outdated"], [], id="outdated_where_none_is"),
    ],
)
def test_orders_stand_in_the_lanes_for_those_who_are_meant(world, selection, expected):
    result = run("--no-wait", "--json", *selection)

    assert (0, {"members": len(expected)}) == (result.exit_code, json.loads(result.stdout))
    assert expected == ordered(world)


def test_outdated_are_those_whom_another_library_than_the_newest_decided(world, newer):
    terms = terms_of(newer)
    world.store.agree(terms)
    world.send_to_lane(0, {b"order": b"readjudicate", b"member": b"M-1"})
    drain(world, newer, terms)

    run("--no-wait", "--outdated")

    assert ["M-2", "M-3"] == ordered(world)


def test_of_several_policies_those_are_meant_whose_procedures_were_billed(
    world, tmp_path, monkeypatch
):
    with_other = with_examples(tmp_path / "library", "example-count")
    monkeypatch.setenv("MRS_LIBRARY", str(with_other))

    result = run("--policy", "example-count", "--no-wait")

    assert 0 == result.exit_code
    assert [] == ordered(world)


def test_a_policy_that_the_library_does_not_have_is_refused_with_the_nearest(world):
    result = run("--policy", "6.01.3", "--no-wait")

    assert 2 == result.exit_code
    assert "Did you mean 6.01.03?" in result.stderr
    assert [] == ordered(world)


def test_without_waiting_it_says_how_many_are_ordered(world):
    del world

    assert "3 members ordered to be decided again." in run("--no-wait", "--all").stdout
    assert "1 member ordered" in run("--no-wait", "--member", "M-1").stdout


@pytest.mark.usefixtures("workers")
def test_members_are_decided_again_and_what_differs_is_published(world):
    result = run("--all")

    assert 0 == result.exit_code
    assert "3 members decided again." in result.stdout
    assert (
        "Published meanwhile, including the results of events: 1 adverse, 1 neutral."
        in result.stdout
    )
    published = [json.loads(event)["data"] for event in world.determinations()[-2:]]
    assert [("C-1", 3, "adverse", 2), ("C-2", 2, "neutral", 2)] == sorted(
        (data["claim_id"], data["revision"], data["change"], data["caused_by"]["generation"])
        for data in published
    )
    assert [] == ordered(world)


@pytest.mark.usefixtures("workers")
def test_what_was_done_is_told_as_json():
    first, second = (json.loads(run("--all", "--json").stdout) for _ in range(2))

    assert {"members": 3, "published": {"adverse": 1, "neutral": 1}, "set_aside": 0} == first
    assert {"members": 3, "published": {}, "set_aside": 0} == second


@pytest.mark.usefixtures("workers")
def test_where_nothing_differs_it_says_so():
    assert "Nothing was published meanwhile." in run("--member", "M-3").stdout


@pytest.mark.usefixtures("workers")
def test_an_order_that_could_not_be_done_is_told_and_makes_exit_1(world):
    world.client.set("mrs:record:M-2", b"\0" * 7 + b"\1" + b"no state")

    result = run("--all")

    assert 1 == result.exit_code
    assert "1 order could not be done and was set aside" in result.stdout
    assert [b"M-2"] == [letter[b"member"] for letter in world.letters()]


def test_a_dry_run_orders_nothing_and_says_what_the_library_of_this_machine_would_change(
    world, newer_folder, monkeypatch
):
    monkeypatch.setenv("MRS_LIBRARY", str(newer_folder))
    before = world.everything()

    in_words = run("--all", "--dry-run")
    as_json = json.loads(run("--all", "--dry-run", "--json").stdout)

    assert 0 == in_words.exit_code
    for words in ("3 members would be decided again", "2 determinations would be published"):
        assert words in in_words.stdout
    assert "generation 2, which is NOT the one that the workers use" in in_words.stdout
    row, _ = [line.split() for line in in_words.stdout.splitlines() if line.startswith("1 ")]
    assert ["1", "adverse", "approved", "CRITERIA_MET"] == row[:4]
    change, _ = as_json.pop("changes")
    assert {"members": 3, "determinations": 2, "library_in_use": False} == as_json
    assert ("adverse", "approved CRITERIA_MET", 1) == (
        change["kind"],
        change["before"],
        change["lines"],
    )
    assert before == world.everything()


def test_a_dry_run_by_the_library_in_use_says_that_nothing_would_change(world):
    del world

    result = run("--all", "--dry-run")

    assert "0 determinations would be published" in result.stdout
    assert "which is the one that the workers use" in result.stdout


def test_a_dry_run_says_what_is_then_published(world, newer_folder, workers, monkeypatch):
    del workers
    monkeypatch.setenv("MRS_LIBRARY", str(newer_folder))
    count = len(world.determinations())

    tried = json.loads(run("--claim", "C-1", "--dry-run", "--json").stdout)
    run("--claim", "C-1")

    published = [json.loads(event)["data"] for event in world.determinations()[count:]]
    assert [change["after"] for change in tried["changes"]] == [
        f"{data['outcome']} {data['reason']}" for data in published
    ]


def test_who_has_no_worker_waits_until_one_is_ready(world, monkeypatch):
    monkeypatch.setattr(readjudication, "STANDS_SECONDS", 0.2)

    result = run("--all")

    assert 3 == result.exit_code
    assert "No command has been done for 0 seconds; 3 wait" in result.stderr
    assert ["M-1", "M-2", "M-3"] == ordered(world)


def test_no_more_orders_stand_in_the_lanes_than_are_allowed(world, monkeypatch):
    monkeypatch.setattr(readjudication, "STANDS_SECONDS", 0.2)
    monkeypatch.setattr(readjudication, "UNDER_WAY_MAX", 2)
    monkeypatch.setattr(readjudication, "_BATCH", 1)

    result = run("--all")

    assert 3 == result.exit_code
    assert 2 == len(ordered(world))


def test_a_selection_is_read_in_as_many_steps_as_it_takes(world, monkeypatch):
    monkeypatch.setattr(readjudication, "_BATCH", 2)
    monkeypatch.setattr(readjudication, "_LOAD_BYTES_MAX", 1)

    run("--plan", "sample-commercial", "--plan", "sample-medicaid", "--no-wait")

    assert ["M-1", "M-2", "M-3"] == ordered(world)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        pytest.param(["--member", "M-\x1b9"], r"member M-\x1b9", id="no_such_member"),
        pytest.param(["--claim", "C-\x9b9"], r"claim C-\x9b9", id="no_such_claim"),
        pytest.param(["--member", "M-1", "--member", "M-9"], "member M-9", id="one_of_two"),
    ],
)
def test_who_is_not_known_makes_exit_1_and_nothing_is_ordered(world, selection, words):
    result = run(*selection)

    assert (1, True) == (result.exit_code, words in result.stderr)
    assert [] == ordered(world)


def test_where_nothing_was_ever_recorded_it_says_so(redis_url, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)

    result = run("--all")

    assert (1, True) == (result.exit_code, "No worker has ever been ready here" in result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nobody"),
        pytest.param(["--dry-run"], id="nobody_for_a_try"),
        pytest.param(["--all", "--member", "M-1"], id="all_and_one"),
        pytest.param(["--all", "--outdated"], id="all_and_some"),
        pytest.param(["M-1"], id="a_member_without_saying_so"),
    ],
)
def test_misuse_makes_exit_2_and_orders_nothing(world, arguments):
    assert 2 == run(*arguments).exit_code
    assert [] == ordered(world)
