"""A large file is taken in parts that together hold every event, and no member is in two."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rules.loading.files import SHIPPED
from worker.bench.plan import plan_events
from worker.events.decode import read_member_id
from worker.intake.route import lane_of
from worker.processes.partitions import Partitions
from worker.replay.chunks import split
from worker.replay.comparison import FieldDifference, ScenarioResult, merged
from worker.replay.loads import ID_TOO_LONG, Loads
from worker.replay.scenario_libraries import ScenarioLibraries

NO_EVENTS = [b"{", b'{"data":{"member_id":7}}', b"\xff\xfe"]
EVENTS = [*plan_events("parts", 400), *NO_EVENTS]
PART_BYTES = 20_000


@pytest.fixture
def file(tmp_path) -> Path:
    written = tmp_path / "events.jsonl"
    written.write_bytes(b"\n".join(EVENTS))
    return written


@pytest.fixture
def partitions(file):
    with Partitions(PART_BYTES, file.stat().st_size // PART_BYTES + 1) as made:
        yield made


@pytest.fixture
def libraries():
    with ScenarioLibraries(SHIPPED, None) as known:
        yield known


def test_the_parts_hold_every_event_as_it_was(file, partitions):
    parts = split(str(file), partitions).parts

    assert Counter(EVENTS) == Counter(event for part in parts for event in part.events())
    assert [len(list(part.events())) for part in parts] == [part.size for part in parts]
    assert len(parts) > 3


def test_a_member_is_in_one_part_and_their_events_keep_their_order(file, partitions):
    parts = split(str(file), partitions).parts

    in_parts: dict[str, list[tuple[int, bytes]]] = {}
    for number, part in enumerate(parts):
        for event in part.events():
            in_parts.setdefault(str(read_member_id(event)), []).append((number, event))
    for member_id, found in in_parts.items():
        if member_id != "None":
            assert 1 == len({number for number, _ in found})
            theirs = [event for event in EVENTS if read_member_id(event) == member_id]
            assert theirs == [event for _, event in found]


def test_the_members_of_a_part_are_in_many_lanes(file, partitions):
    parts = split(str(file), partitions).parts

    members = [set(map(read_member_id, part.events())) - {None} for part in parts]
    lanes = [{lane_of(str(member_id), 16) for member_id in found} for found in members]
    assert all(len(reached) > 4 for reached in lanes)


def test_the_loads_of_a_large_file_are_its_parts_with_members_of_their_own(file, libraries):
    with Loads(["given", "doubled"], libraries, may_derive=False, part_bytes=PART_BYTES) as loads:
        loads.add(str(file))
        (group,) = loads.groups
        cases = [case for load in group.loads for case in load.cases()]

    assert {str(file)} == loads.in_parts
    assert 3 * len(EVENTS) == group.events == sum(len(case.events) for case in cases)
    assert len(cases) == len({case.prefix for case in cases}) > 6


def test_a_small_file_is_one_load(file, libraries):
    with Loads(["given"], libraries, may_derive=False) as loads:
        loads.add(str(file))
        (group,) = loads.groups

    assert [len(EVENTS)] == [load.events for load in group.loads]
    assert set() == loads.in_parts


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        pytest.param(232, {}, id="just_room_for_the_prefix"),
        pytest.param(233, ID_TOO_LONG, id="no_room"),
        pytest.param(257, {}, id="too_long_to_be_one"),
    ],
)
def test_a_large_file_with_a_member_id_that_leaves_no_room_is_skipped(
    tmp_path, libraries, characters, expected
):
    file = tmp_path / "long.jsonl"
    lines = [event.replace(b'"M-0000001"', b'"%s"' % (b"M" * characters)) for event in EVENTS]
    file.write_bytes(b"\n".join(lines))

    with Loads(["given"], libraries, may_derive=False, part_bytes=PART_BYTES) as loads:
        loads.add(str(file))

    assert (expected and {str(file): expected}) == loads.skipped


def test_what_parts_of_a_file_differ_in_is_one_result_an_order():
    one, other = (FieldDifference("C", line, "outcome", None, "a", "b") for line in (1, 2))
    results = [
        ScenarioResult("large", "given", (one,)),
        ScenarioResult("small", "given", ()),
        ScenarioResult("small", "given", ()),
        ScenarioResult("large", "given", (other,)),
        ScenarioResult("large", "reversed", ()),
    ]

    found = merged(results, {"large"})

    assert [
        ScenarioResult("small", "given", ()),
        ScenarioResult("small", "given", ()),
        ScenarioResult("large", "given", (one, other)),
        ScenarioResult("large", "reversed", ()),
    ] == found
