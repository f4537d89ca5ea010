"""The report of a library with several policies: by policy, and of one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.rules.second_policy import SECOND, SECOND_PLAN, two_policies, write_two_policies
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator
from worker.report.figures import UNKNOWN
from worker.report.revisions import Revision
from worker.report.terms import terms_of_procedure

FIRST = "6.01.03"


def _claim(claim_id: str, plan: str) -> bytes:
    event = event_of(
        CLAIM, claim_id=claim_id, member_id=f"M-{claim_id}", plan_id=plan, attestations=[]
    )
    return encoded(event | {"id": claim_id})


@pytest.fixture
def _decided(
    redis_world: RedisWorld, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line under the shipped policy, two under another."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    monkeypatch.setenv("MRS_LIBRARY", str(write_two_policies(tmp_path / "library")))
    claims = [_claim("C-1", "sample-commercial"), *(_claim(f"C-{n}", SECOND_PLAN) for n in (2, 3))]
    work_off(redis_world, two_policies(), *claims)


def run(*words: str) -> Result:
    return CliRunner().invoke(adjudicator, ["report", "--hide-below", "0", *words])


def view_of(*words: str) -> dict[str, Any]:
    result = run("--json", *words)
    assert result.exit_code == 0, result.output
    view: dict[str, Any] = json.loads(result.stdout)
    return view


@pytest.mark.usefixtures("_decided")
def test_lines_of_all_services_are_counted_by_policy() -> None:
    view = view_of("--service", "all")

    assert view["agrees_with_counters"]
    assert {FIRST: 1, SECOND: 2} == {row["group"]: row["received"] for row in view["by"]["policy"]}


@pytest.mark.usefixtures("_decided")
@pytest.mark.parametrize(
    ("words", "service", "received"),
    [
        pytest.param([], "mrs", 1, id="the_service_of_the_first"),
        pytest.param(["--policy", FIRST], "mrs", 1, id="the_first"),
        pytest.param(["--policy", SECOND], "spectroscopy", 2, id="the_service_of_the_second"),
        pytest.param(["--policy", SECOND, "--service", "all"], "all", 2, id="all_of_the_second"),
        pytest.param(["--policy", SECOND, "--service", "mrs"], "mrs", 0, id="a_service_of_others"),
    ],
)
def test_a_report_can_be_of_one_policy(words: list[str], service: str, received: int) -> None:
    view = view_of(*words)

    assert (service, received) == (view["service"], view["total"]["received"])
    assert ("policy" in view["by"]) is (not words)


@pytest.mark.usefixtures("_decided")
def test_the_policy_is_named_above_the_figures() -> None:
    assert f"service spectroscopy, policy {SECOND}." in run("--policy", SECOND).stdout


@pytest.mark.usefixtures("_decided")
def test_a_policy_that_there_is_not_is_refused_with_the_nearest() -> None:
    result = run("--policy", "secnd")

    assert result.exit_code == 2
    assert f"Did you mean {SECOND}?" in result.stderr


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        pytest.param("76390", (FIRST, "mrs"), id="decided_by_both"),
        pytest.param("99213", (FIRST, "other"), id="by_neither"),
    ],
)
def test_without_a_claim_the_first_policy_that_has_the_procedure_counts(
    procedure: str, expected: tuple[str, str]
) -> None:
    revision = Revision(
        *("C-1", 1, 1, procedure, "denied", "ANY", "rules", None, None, None),
    )

    terms = terms_of_procedure(revision, two_policies())

    assert (*expected, UNKNOWN) == (terms.policy, terms.service, terms.plan)
