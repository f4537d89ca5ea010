"""`adjudicator pends`: which lines wait, by when, for what, and which of them for too long."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rules.library_model import Library
from tests.rules.second_policy import (
    SECOND,
    SECOND_PLAN,
    two_policies,
    write_two_policies,
)
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator
from worker.determinations import open_pends

DUE = date(2025, 7, 20)
"""Thirty days after the claim was received."""


@pytest.fixture
def world(redis_world: RedisWorld, monkeypatch) -> RedisWorld:
    """An installation without anything in it, which the command finds."""
    path = redis_world.client.connection_pool.connection_kwargs["path"]
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://{path}")
    return redis_world


@pytest.fixture
def waiting(world: RedisWorld, library: Library) -> RedisWorld:
    """Two lines that wait, the second claim's sooner, and one that is approved."""
    work_off(
        world,
        library,
        _claim("C-1", "M-1", received_at="2025-06-20"),
        _claim("C-2", "M-2", received_at="2025-06-18", plan_id="unheard-of"),
        _claim("C-3", "M-3"),
        _limited_mri("M-3"),
    )
    return world


def _claim(claim_id: str, member_id: str, **data: Any) -> bytes:
    event = event_of(CLAIM, claim_id=claim_id, member_id=member_id, attestations=[], **data)
    return encoded(event | {"id": claim_id})


def _limited_mri(member_id: str) -> bytes:
    return encoded(event_of(REPORT, member_id=member_id) | {"id": "e-mri"})


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(adjudicator, ["pends", *arguments])


def json_lines(*arguments: str) -> list[dict[str, Any]]:
    result = run("--json", *arguments)
    assert 0 == result.exit_code
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("waiting")
def test_lines_that_wait_are_listed_with_what_each_needs_the_soonest_due_first():
    result = run("--as-of", "2025-07-19")

    assert 0 == result.exit_code
    first, second = result.stdout.splitlines()[1:3]
    for words in ("2025-07-18", "1 day overdue", "PLAN_UNKNOWN", "C-2", "M-2", "plan enrollment"):
        assert words in first
    for words in ("2025-07-20", "in 1 day", "CONVENTIONAL_IMAGING_UNKNOWN", "MRI or CT report"):
        assert words in second
    assert "2 open, 1 of them overdue on 2025-07-19." in result.stdout
    assert "PLAN_UNKNOWN 1" in result.stdout


@pytest.mark.usefixtures("waiting")
def test_each_as_json_has_its_days_and_all_its_needs():
    _, pend = json_lines("--as-of", "2025-07-25")

    needs = pend.pop("needs")
    assert {"conventional_imaging_report", "conventional_imaging_attestation"} <= {
        need["code"] for need in needs
    }
    assert {
        "due_on": "2025-07-20",
        "overdue": True,
        "days_overdue": 5,
        "policy": "6.01.03",
        "service": "mrs",
        "reason": "CONVENTIONAL_IMAGING_UNKNOWN",
        "member_id": "M-1",
        "claim_id": "C-1",
        "line": 1,
        "procedure": "76390",
        "recommended": None,
        "dead_letters": 0,
    } == pend


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(DUE, ["C-2"], id="on_the_due_date"),
        pytest.param(DUE + timedelta(days=1), ["C-2", "C-1"], id="the_day_after"),
        pytest.param(DUE - timedelta(days=2), [], id="before_any_is_due"),
    ],
)
def test_a_line_is_overdue_from_the_day_after_its_due_date(day, expected):
    overdue = json_lines("--overdue", "--as-of", day.isoformat())

    assert expected == [pend["claim_id"] for pend in overdue]
    assert all(pend["overdue"] for pend in overdue)


@pytest.mark.usefixtures("waiting")
def test_without_a_day_it_is_today_by_redis():
    assert ["C-2", "C-1"] == [pend["claim_id"] for pend in json_lines("--overdue")]


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param(-2, "in 2 days", id="to_come"),
        pytest.param(0, "today", id="today"),
        pytest.param(3, "3 days overdue", id="past"),
    ],
)
def test_how_soon_it_is_due_is_said_in_words(days, words):
    day = DUE + timedelta(days=days)

    assert words in run("--as-of", day.isoformat()).stdout


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(["--reason", "PLAN_UNKNOWN"], ["C-2"], id="a_reason"),
        pytest.param(
            ["--reason", "PLAN_UNKNOWN", "--reason", "CONVENTIONAL_IMAGING_UNKNOWN"],
            ["C-2", "C-1"],
            id="two_reasons",
        ),
        pytest.param(["--reason", "PEER_REVIEW"], [], id="a_reason_that_none_has"),
        pytest.param(["--service", "mrs"], ["C-2", "C-1"], id="a_service"),
        pytest.param(["--service", "pet"], [], id="another_service"),
    ],
)
def test_filters_say_which_are_meant(filters, expected):
    assert expected == [pend["claim_id"] for pend in json_lines(*filters)]


@pytest.fixture
def of_two_policies(world: RedisWorld, monkeypatch, tmp_path) -> None:
    """A line that waits by either of two policies, the second's sooner."""
    monkeypatch.setenv("MRS_LIBRARY", str(write_two_policies(tmp_path / "library")))
    work_off(
        world,
        two_policies(),
        _claim("C-1", "M-1", received_at="2025-06-20"),
        _claim("C-2", "M-2", received_at="2025-06-18", plan_id=SECOND_PLAN),
    )


@pytest.mark.usefixtures("of_two_policies")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param([], [("C-2", SECOND, "spectroscopy"), ("C-1", "6.01.03", "mrs")], id="all"),
        pytest.param(["--policy", "6.01.03"], [("C-1", "6.01.03", "mrs")], id="the_first"),
        pytest.param(["--policy", SECOND], [("C-2", SECOND, "spectroscopy")], id="the_second"),
        pytest.param(["--policy", SECOND, "--service", "mrs"], [], id="not_its_service"),
    ],
)
def test_lines_are_those_of_a_policy(filters, expected):
    found = [(pend["claim_id"], pend["policy"], pend["service"]) for pend in json_lines(*filters)]

    assert expected == found


@pytest.mark.usefixtures("of_two_policies")
def test_the_table_has_the_policy_where_there_are_several():
    both, one = run().stdout, run("--policy", SECOND).stdout

    assert "policy" in both.splitlines()[0]
    assert "6.01.03" in both
    assert "policy" not in one.splitlines()[0]
    assert "1 open" in one


@pytest.mark.usefixtures("of_two_policies")
def test_a_policy_that_the_library_does_not_have_is_refused_with_the_nearest():
    result = run("--policy", "secnd")

    assert 2 == result.exit_code
    assert f"Did you mean {SECOND}?" in result.stderr


def test_what_is_resolved_waits_no_more(waiting, library):
    work_off(waiting, library, _limited_mri("M-1"))

    assert ["C-2"] == [pend["claim_id"] for pend in json_lines()]


def test_what_is_resolved_while_it_is_looked_up_is_left_out(waiting, library, monkeypatch):
    look_up = open_pends.latest_of

    def resolve_first(*arguments):
        work_off(waiting, library, _limited_mri("M-1"))
        return look_up(*arguments)

    monkeypatch.setattr(open_pends, "latest_of", resolve_first)

    listed = run("--json").stdout

    assert "C-2" in listed
    assert "C-1" not in listed


def test_what_the_stream_no_longer_holds_is_listed_without_its_needs(waiting):
    waiting.client.delete("mrs:determinations")

    assert [None, None] == [pend["needs"] for pend in json_lines()]
    assert "no longer in the stream" in run().stdout


@pytest.mark.usefixtures("waiting")
def test_no_more_rows_are_shown_than_asked_for_and_all_are_counted():
    result = run("--limit", "1")

    assert "C-1 " not in result.stdout
    assert "2 open" in result.stdout
    assert "The 1 soonest due are shown" in result.stdout


def _refused(member_id: str, event_id: str) -> bytes:
    return encoded(event_of(REPORT, member_id=member_id, status="seen") | {"id": event_id})


def test_whoever_has_events_in_the_dead_letters_is_named(waiting, library):
    work_off(waiting, library, _refused("M-1", "e-8"), _refused("M-1", "e-9"), _refused("M-9", "x"))

    said = run().stdout

    assert (
        "Member M-1 has 2 entries in the dead letters (INVALID_DATA 2), which no decision "
        "includes. `adjudicator dead-letters list --member` shows them.\n"
    ) in said
    assert "M-9" not in said
    assert {"M-1": 2, "M-2": 0} == {
        each["member_id"]: each["dead_letters"] for each in json_lines()
    }


def test_once_they_are_discarded_nobody_is_named(waiting, library):
    work_off(waiting, library, _refused("M-1", "e-9"))
    (letter,) = waiting.store.dead_letters(None, 9)

    before = run().stdout
    waiting.store.discard(letter.id, "a test")

    assert "Member M-1 has 1 entry in the dead letters" in before
    assert "dead letters" not in run().stdout


def test_of_many_with_dead_letters_the_first_are_named_and_all_are_counted(world, library):
    members = [f"M-{number}" for number in range(100, 112)]
    work_off(
        world,
        library,
        *(_claim(f"C-{each}", each) for each in members),
        *(_refused(each, f"e-{each}") for each in members),
    )

    said = run().stdout

    assert 10 == said.count("in the dead letters (")
    assert "The same is true of 2 more of these members" in said


def test_without_any_it_says_so(world):
    del world

    result = run("--as-of", "2025-07-19")

    assert (0, "0 open, 0 of them overdue on 2025-07-19.\n") == (result.exit_code, result.stdout)


@pytest.fixture
def contested(world: RedisWorld, library: Library) -> RedisWorld:
    """A claim that nothing waits for, and that came again with other content."""
    first = event_of(CLAIM, claim_id="C-1", member_id="M-1")
    again = event_of(CLAIM, claim_id="C-1", member_id="M-1", received_at="2025-06-21")
    work_off(world, library, encoded(first), encoded(again | {"id": "again"}), _limited_mri("M-1"))
    return world


def test_a_claim_that_came_again_with_other_content_is_named(contested):
    today = open_pends.today(contested.client)

    result = run()

    assert (
        f"Claim C-1 of member M-1 came again with other content on {today}; only the first is "
        "decided (CLAIM_ID_REUSED). See ops/runbooks/MrsClaimIdReused.md.\n"
    ) in result.stdout


@pytest.mark.usefixtures("contested")
def test_as_json_such_a_claim_is_an_object_of_its_own():
    (claim,) = [each for each in json_lines() if each["reason"] == "CLAIM_ID_REUSED"]

    assert ("M-1", "C-1", None, None) == (
        *(claim["member_id"], claim["claim_id"]),
        *(claim["line"], claim["due_on"]),
    )


@pytest.mark.usefixtures("contested")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--overdue"], id="overdue_ones"),
        pytest.param(["--service", "mrs"], id="of_a_service"),
        pytest.param(["--reason", "PLAN_UNKNOWN"], id="of_another_reason"),
    ],
)
def test_who_asks_for_some_lines_only_is_not_told_of_such_claims(arguments):
    assert "came again" not in run(*arguments).stdout


def test_of_many_such_claims_the_first_are_named(world, library):
    for number in range(12):
        ids = {"claim_id": f"C-{number}", "member_id": f"M-{number}"}
        again = event_of(CLAIM, **ids, received_at="2025-06-21") | {"id": f"again-{number}"}
        first = event_of(CLAIM, **ids) | {"id": f"e-{number}"}
        work_off(world, library, encoded(first), encoded(again))

    said = run().stdout

    assert 10 == said.count("came again with other content")
    assert "The same is true of 2 more claims" in said


def test_a_clinical_denial_that_waits_for_a_peer_says_what_is_recommended(world, library):
    work_off(
        world,
        library,
        _claim("C-1", "M-1", plan_id="sample-ny-commercial", diagnoses=["F32.9", "F32.9"]),
    )

    (pend,) = json_lines()
    in_words = run().stdout

    assert ("PEER_REVIEW", "denied") == (pend["reason"], pend["recommended"]["outcome"])
    assert "(recommended: denied, INVESTIGATIONAL_INDICATION)" in in_words


def test_more_than_a_batch_is_looked_up_whole(world, library, monkeypatch):
    monkeypatch.setattr(open_pends, "_BATCH", 2)
    work_off(world, library, *(_claim(f"C-{number}", f"M-{number}") for number in range(5)))

    assert 5 == len({pend["claim_id"] for pend in json_lines() if pend["needs"]})


def test_ids_that_could_steer_a_terminal_are_written_out(world, library):
    work_off(world, library, _claim("C-\x1b[2J {}:\n", "M-\x9b\u202e"))

    in_words, as_json = run().stdout, run("--json").stdout

    assert r"C-\x1b[2J {}:\n" in in_words
    assert not {"\x1b", "\x9b", "\u202e"} & {*in_words, *as_json}
    assert "C-\x1b[2J {}:\n" == json.loads(as_json)["claim_id"]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--as-of", "soon"], id="no_such_day"),
        pytest.param(["--service", "mri"], id="no_such_service"),
        pytest.param(["--limit", "-1"], id="fewer_than_none"),
        pytest.param(["C-1"], id="a_claim"),
    ],
)
def test_misuse_makes_exit_2(arguments):
    assert 2 == run(*arguments).exit_code
