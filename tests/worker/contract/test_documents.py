"""What is published is as its schema says, and has no field that the schema does not name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rules.loading.files import SHIPPED, load_library
from tests.support.bad_input import REFUSED
from tests.support.closed_schemas import faults
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.support.worlds import MemoryWorld
from worker.cli import adjudicator
from worker.contract.catalog import DOCUMENTS, SCHEMAS, packaged
from worker.contract.dead_letter import DEAD_LETTER_DETAIL
from worker.contract.determination import DETERMINED, DeterminedEvent

DAY = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()


@pytest.fixture(scope="module")
def world() -> MemoryWorld:
    """The sample day, scenarios of all sorts, and each kind of bad input, worked off."""
    witnesses = (ROOT / "tests/scenarios/witnesses.jsonl").read_text("utf-8").splitlines()
    scenarios = (ROOT / "tests/scenarios/open.jsonl").read_text("utf-8").splitlines()
    chosen = [*witnesses, *(line for line in scenarios if '"review_ignored": {' in line)]
    events = [
        encoded(_of_its_own(number, event))
        for number, line in enumerate(chosen)
        for event in json.loads(line)["events"]
    ]
    world = MemoryWorld()
    work_off(world, load_library(SHIPPED), *DAY, *events, *(bad.raw for bad in REFUSED.values()))
    return world


def _of_its_own(number: int, event: dict[str, Any]) -> dict[str, Any]:
    """The event of a scenario, about a member whom no other scenario has."""
    member_id = f"{number}-{event['data']['member_id']}"
    return event | {"data": event["data"] | {"member_id": member_id}}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_by_its_own_specification(name):
    Draft202012Validator.check_schema(SCHEMAS[name].make())


def test_every_determination_is_as_its_schema_says(world):
    published = [json.loads(raw) for raw in world.determinations()]

    assert len(published) > 150
    assert [] == [said for each in published for said in faults(DETERMINED, each)]


def test_the_determinations_have_nearly_all_that_a_determination_can_have(world):
    published = [json.loads(raw)["data"] for raw in world.determinations()]

    for name in ("recommended", "review", "review_ignored", "due_on", "needs"):
        assert any(data[name] for data in published), name
    kinds = {each["kind"] for data in published for f in data["findings"] for each in f["evidence"]}
    assert {"line", "report", "coverage", "attestation"} <= kinds


def test_a_determination_is_read_back_unchanged_by_its_model(world):
    for raw in world.determinations():
        read = DeterminedEvent.model_validate_json(raw, strict=True)
        again = read.model_dump(mode="json", exclude_unset=True)

        assert json.loads(raw) == again


def test_every_detail_of_a_dead_letter_is_as_its_schema_says(world):
    details = [json.loads(letter[b"detail"]) for letter in world.letters()]

    assert len(REFUSED) == len(details)
    assert [] == [said for each in details for said in faults(DEAD_LETTER_DETAIL, each)]


def test_show_lists_every_schema_and_prints_the_one_that_is_packaged():
    listed = CliRunner().invoke(adjudicator, ["contract", "show"])
    shown = CliRunner().invoke(adjudicator, ["contract", "show", CLAIM])

    assert list(DOCUMENTS) == [line.split()[0] for line in listed.stdout.splitlines()]
    assert packaged(CLAIM) == shown.stdout
    assert CLAIM == json.loads(shown.stdout)["title"]


def test_show_offers_the_nearest_name_for_one_that_there_is_not():
    result = CliRunner().invoke(adjudicator, ["contract", "show", "claim.submited.v1"])

    assert 2 == result.exit_code
    assert CLAIM in result.stderr


@pytest.fixture
def check(tmp_path):
    """What `contract check` says of some lines: exit code, standard output, faults."""

    def check(*lines: bytes):
        file = tmp_path / "lines.jsonl"
        file.write_bytes(b"\n".join(lines))
        result = CliRunner().invoke(adjudicator, ["contract", "check", str(file)])
        said = [json.loads(line) for line in result.stderr.splitlines()]
        return result.exit_code, result.stdout, said

    return check


def test_check_accepts_events_and_determinations(check, world):
    code, said, refused = check(*DAY[:3], *world.determinations()[:2])

    assert (0, []) == (code, refused)
    assert "events 3, determinations 2. Refused: 0." in said


def test_check_names_the_faults_of_an_event_in_its_row(check):
    code, said, refused = check(DAY[0], encoded(event_of(CLAIM, plan_id=None)))

    assert 1 == code
    assert "Refused: 1." in said
    assert [(2, "INVALID_DATA")] == [(each["row"], each["reason"]) for each in refused]
    assert "data.plan_id" == refused[0]["faults"][0]["path"]


def test_check_names_the_faults_of_a_determination(check, world):
    determination = json.loads(world.determinations()[0])
    determination["data"]["outcome"] = "perhaps"
    del determination["data"]["policy"]["library"]

    code, _, refused = check(encoded(determination))

    assert 1 == code
    assert {"data.outcome", "data.policy.library"} == {f["path"] for f in refused[0]["faults"]}


def test_check_refuses_an_event_id_that_comes_again_with_another_body(check):
    code, _, refused = check(encoded(event_of(CLAIM)), encoded(event_of(CLAIM, plan_id="other")))

    assert (1, "EVENT_ID_REUSED") == (code, refused[0]["reason"])
