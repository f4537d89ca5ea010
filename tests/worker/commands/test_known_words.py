"""Words of closed sets: another is refused, and the nearest is offered."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator
from worker.metrics.counters import LINES_CURRENT, SEPARATOR

DAY = str(ROOT / "worker" / "samples" / "day.jsonl")
PENDED = encoded(event_of(CLAIM, attestations=[]))
OF_ANOTHER_PLAN = encoded(event_of(CLAIM, plan_id="of-long-ago"))


def run(*words: str) -> Result:
    return CliRunner().invoke(adjudicator, words)


@pytest.fixture
def world(redis_world: RedisWorld, shared_redis, monkeypatch) -> RedisWorld:
    monkeypatch.setenv("MRS_REDIS_URL", shared_redis.url)
    return redis_world


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(["sumbit", DAY], "submit", id="a_command"),
        pytest.param(["dead-letter", "list"], "dead-letters", id="a_group"),
        pytest.param(["library", "chek"], "check", id="a_command_of_a_group"),
        pytest.param(["dead-letters", "list", "--reason", "TO_LARGE"], "TOO_LARGE", id="a_reason"),
        pytest.param(
            ["dead-letters", "list", "--type", "claim.submited.v1"], "claim.submitted.v1",
            id="a_type",
        ),
        pytest.param(["pends", "--service", "MSR"], "mrs", id="a_service"),
        pytest.param(["bench", "--only", "kernl"], "kernel", id="a_part"),
        pytest.param(["library", "import", "icd10", DAY], "icd10cm", id="a_table"),
        pytest.param(["replay", DAY, "--orders", "shufled"], "shuffled", id="an_order"),
        pytest.param(
            ["whatif", DAY, "--sweep", "exclusivity_windw_days=90"], "exclusivity_window_days",
            id="a_parameter",
        ),
    ],
)  # fmt: skip
def test_another_word_is_misuse_and_the_nearest_is_offered(words, offered):
    result = run(*words)

    assert 2 == result.exit_code
    assert f"Did you mean {offered}?" in result.stderr


def test_a_version_that_there_is_not_is_told_with_the_nearest():
    result = run("library", "show", "--version", "2025-03-71")

    assert 1 == result.exit_code
    assert "Did you mean 2025-03-17?" in result.stderr


@pytest.mark.parametrize(
    "words",
    [["zzz"], ["dead-letters", "list", "--reason", "X"], ["pends", "--service", "0"]],
    ids=" ".join,
)
def test_nothing_is_offered_where_nothing_is_near(words):
    result = run(*words)

    assert 2 == result.exit_code
    assert "Did you mean" not in result.stderr


def test_a_reason_that_no_line_can_pend_for_is_misuse(world):
    result = run("pends", "--reason", "PET_EXCLUSIVITY_UNCLAER")

    assert 2 == result.exit_code
    assert "Did you mean PET_EXCLUSIVITY_UNCLEAR?" in result.stderr
    assert "Known are: " in result.stderr


@pytest.mark.parametrize("reason", ["PET_EXCLUSIVITY_UNCLEAR", "CLAIM_ID_REUSED"])
def test_a_reason_that_no_line_pends_for_now_is_none_the_less_a_reason(world, reason):
    assert 0 == run("pends", "--reason", reason).exit_code


def test_a_reason_of_an_older_library_for_which_a_line_pended_is_known(world):
    field = SEPARATOR.join((LINES_CURRENT, "mrs", "pended", "OF_AN_OLDER_LIBRARY", "commercial"))
    world.client.hset(world.keys.counters, field, 1)

    assert 0 == run("pends", "--reason", "OF_AN_OLDER_LIBRARY").exit_code
    assert 2 == run("pends", "--reason", "OF_AN_OLDER_LIBRAR").exit_code


@pytest.mark.parametrize(
    ("option", "word", "offered"),
    [
        pytest.param("--plan", "sample-comercial", "sample-commercial", id="a_plan"),
        pytest.param("--reason", "CRITERIA_MT", "CRITERIA_MET", id="a_reason"),
    ],
)
def test_nobody_is_readjudicated_for_a_misspelt_word(world, library, option, word, offered):
    work_off(world, library, PENDED)

    result = run("readjudicate", option, offered, option, word)

    assert 2 == result.exit_code
    assert f"Invalid value for '{option}': '{word}' is not known. Did you mean {offered}?" in (
        result.stderr
    )


def test_a_plan_that_only_members_have_is_known(world, library):
    work_off(world, library, OF_ANOTHER_PLAN)

    result = run("readjudicate", "--plan", "of-long-ago", "--dry-run")

    assert 0 == result.exit_code, result.output


def test_a_known_plan_that_no_member_has_selects_nobody(world, library):
    work_off(world, library, PENDED)

    assert 0 == run("readjudicate", "--plan", "sample-medicare", "--dry-run").exit_code
