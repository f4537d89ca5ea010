"""Scenario files: what is read as one, and the orders in which they are tried."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from rules.loading.files import SHIPPED
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.remittance import CODES
from worker.events.decode import decode
from worker.replay.replay import MemberIdTooLong, cases_of
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import (
    NotAScenario,
    Scenario,
    holds_scenarios,
    in_arrival_order,
    read_scenarios,
    read_scenarios_or_events,
)

MINIMAL = {"name": "n", "events": [], "expect": []}


@pytest.fixture
def file(tmp_path: Path):
    def write(name: str, *lines: object) -> str:
        path = tmp_path / name
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return str(path)

    return write


def test_a_json_file_is_one_scenario_however_it_is_laid_out(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(MINIMAL, indent=4))

    assert ["n"] == [scenario.name for scenario in read_scenarios([str(tmp_path / "one.json")])]


def test_other_files_have_a_scenario_a_line(file):
    path = file("two.jsonl", MINIMAL, MINIMAL | {"name": "m"})

    assert ["n", "m"] == [scenario.name for scenario in read_scenarios([path])]


def test_fields_that_are_not_known_are_ignored(file):
    path = file("one.jsonl", MINIMAL | {"mood": "good"})

    assert ["n"] == [scenario.name for scenario in read_scenarios([path])]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param({"name": "n", "events": []}, "expect", id="expects_nothing"),
        pytest.param({"name": "n", "expect": []}, "events", id="no_events"),
        pytest.param(MINIMAL | {"events": {}}, "array", id="events_that_are_no_list"),
        pytest.param([], "object", id="no_object"),
    ],
)
def test_what_is_no_scenario_is_named_with_its_row(file, line, said):
    path = file("odd.jsonl", MINIMAL, line)

    with pytest.raises(NotAScenario, match=rf"odd.jsonl, row 2 is not a scenario: .*{said}"):
        list(read_scenarios([path]))


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        pytest.param(MINIMAL, True, id="scenario"),
        pytest.param(event_of(CLAIM), False, id="event"),
        pytest.param(event_of(CLAIM) | {"events": []}, False, id="event_with_a_field_events"),
        pytest.param([MINIMAL], False, id="no_object"),
    ],
)
def test_the_first_line_tells_scenarios_from_events(file, first, expected):
    assert expected is holds_scenarios(file("some.jsonl", first))


def test_an_empty_file_holds_no_scenarios(file):
    assert not holds_scenarios(file("empty.jsonl"))


def test_a_file_of_events_is_one_scenario_that_expects_nothing(file):
    path = file("events.jsonl", event_of(CLAIM), event_of(CLAIM))

    (scenario,) = read_scenarios_or_events([path])

    assert (path, 2, [], None) == (
        scenario.name,
        len(scenario.events),
        scenario.expect,
        scenario.refused,
    )


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("given", [b"1", b"2", b"3"]),
        ("reversed", [b"3", b"2", b"1"]),
        ("doubled", [b"1", b"2", b"3", b"1", b"2", b"3"]),
    ],
)
def test_events_are_put_in_order(order, expected):
    assert expected == in_arrival_order([b"1", b"2", b"3"], order, "any")


def test_a_shuffle_keeps_every_event_and_is_the_same_each_time():
    events = [str(number).encode() for number in range(50)]

    shuffled = in_arrival_order(events, "shuffled", "name")

    assert sorted(events) == sorted(shuffled)
    assert events != shuffled
    assert shuffled == in_arrival_order(events, "shuffled", "name")
    assert shuffled != in_arrival_order(events, "shuffled", "other name")


def test_each_case_has_members_of_its_own_in_their_old_order():
    events = [event_of(CLAIM, member_id=member) for member in ("M-10", "M-9", "é", "Z")]
    scenario = Scenario(
        name="n", events=[msgspec.Raw(encoded(event)) for event in events], expect=[]
    )

    given, doubled = cases_of(scenario, ["given", "doubled"], "run", 99)

    members = [decode(event, CODES).member_id for event in given.events]
    assert [given.prefix + member for member in ("M-10", "M-9", "é", "Z")] == members
    assert given.prefix != doubled.prefix
    assert len(given.prefix) == len(doubled.prefix)


def test_a_case_changes_nothing_of_an_event_but_its_member():
    event = event_of(CLAIM) | {"subject": "x", "number": 1.50}
    raw = encoded(event).replace(b"1.5", b"1.50")
    scenario = Scenario(name="n", events=[msgspec.Raw(raw)], expect=[])

    (case,) = cases_of(scenario, ["given"], "run", 0)

    assert b"1.50" in case.events[0]
    assert event["data"] | {"member_id": f"{case.prefix}M-1"} == json.loads(case.events[0])["data"]


def test_an_event_that_will_be_refused_goes_as_it_is():
    scenario = Scenario(name="n", events=[msgspec.Raw(b'{"data": 1}')], expect=[])

    (case,) = cases_of(scenario, ["given"], "run", 0)

    assert [b'{"data": 1}'] == case.events


@pytest.mark.parametrize(
    ("length", "fits"), [pytest.param(244, True, id="last"), pytest.param(245, False, id="beyond")]
)
def test_a_member_id_has_to_leave_room_for_the_prefix(length, fits):
    event = msgspec.Raw(encoded(event_of(CLAIM, member_id="M" * length)))
    scenario = Scenario(name="n", events=[event], expect=[])

    try:
        cases_of(scenario, ["given"], "run", 0)
    except MemberIdTooLong:
        did_fit = False
    else:
        did_fit = True

    assert fits is did_fit


def test_scenarios_that_set_the_same_share_a_library():
    first = Scenario(name="1", events=[], expect=[], parameters={"exclusivity_window_days": 26})
    second = Scenario(name="2", events=[], expect=[], parameters={"exclusivity_window_days": 26})
    plain = Scenario(name="3", events=[], expect=[])

    with ScenarioLibraries(SHIPPED, None) as libraries:
        chosen = [libraries.choose(scenario) for scenario in (first, second, plain)]
        folder = chosen[0].folder

    assert chosen[0] is chosen[1]
    assert [26, 90] == [
        choice.library.versions[0].parameters["exclusivity_window_days"] for choice in chosen[1:]
    ]
    assert SHIPPED == chosen[2].folder
    assert not folder.exists()
