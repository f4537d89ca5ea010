"""Orders in a lane, what cannot be decided there, and how much goes into one commit."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from rules.facts import Event
from rules.library_model import Library, RemittanceCodes
from rules.member.member import Member
from rules.member.open_member import OpenMembers
from tests.support.event_builders import encoded
from tests.support.turns import drain, turn, work_off
from tests.support.worlds import TERMS, MemoryWorld, World
from tests.worker.intake.lane_events import all_waiting, claim, limited_mri, published, stored
from worker.intake import commit_builder, lane_handler
from worker.intake.lane_handler import LaneHandler
from worker.metrics.counters import Tally
from worker.store.keys import lane_name
from worker.store.protocol import Command, Commit, Lease, Stored


def order(world: World, member: str) -> None:
    world.store.agree(TERMS)
    for lane in range(TERMS.lanes):
        world.store.add_commands(
            TERMS.lanes, [(lane, Command(commit_builder.READJUDICATE, member))]
        )


def test_an_order_decides_a_member_again_and_is_no_event(world: World, library: Library):
    work_off(world, library, encoded(claim()))
    member = stored(world)._replace(published=(), library="", generation=0)
    spoil(world, member)

    order(world, "M-1")
    drain(world, library)

    last = published(world)[-1]["data"]
    assert {"library": library.digest, "generation": library.generation} == last["caused_by"]
    assert 1 == last["record_version"]
    counters = world.counters()
    assert (4, 4) == (counters["orders_added"], counters["orders_done"])
    assert 1 == sum(n for key, n in counters.items() if key.startswith("mrs_events_total"))


def test_an_order_for_a_member_that_nothing_is_known_of_does_nothing(world, library):
    order(world, "M-9")
    drain(world, library)

    assert Stored(0, None) == world.store.load(["M-9"], 1)[1][0]
    assert 4 == world.counters()["orders_done"]


def spoil(world: World, member: Member) -> None:
    """Puts another state into the store than the pipeline would have written."""
    body = msgspec.msgpack.encode(member)
    if isinstance(world, MemoryWorld):
        world.store.records["M-1"] = Stored(1, body)
    else:
        world.client.set("mrs:record:M-1", (1).to_bytes(8, "big") + body)


def test_a_record_of_a_newer_library_is_left_as_it_is(world: World, library: Library):
    work_off(world, library, encoded(claim()))
    newer = library.generation + 1
    spoil(world, stored(world)._replace(generation=newer))
    before = stored(world)

    work_off(world, library, encoded(limited_mri()))

    assert before == stored(world)
    assert 1 == all_waiting(world)
    assert {} == {k: v for lane in range(4) for k, v in world.attempts(lane_name(lane)).items()}


class Poison(RuntimeError):
    """What the decision raises."""


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decision on events of member POISON raises."""
    apply = OpenMembers.apply

    def dying(opened: OpenMembers, member: Member, event: Event, digest: bytes) -> Any:
        if event.member_id == "POISON":
            raise Poison
        return apply(opened, member, event, digest)

    monkeypatch.setattr(OpenMembers, "apply", dying)


@pytest.mark.usefixtures("poisoned")
def test_an_event_that_cannot_be_decided_is_set_aside_alone(world: World, library: Library):
    events = [encoded(claim(number, f"M-{number}")) for number in range(20)]
    poison = encoded(claim(1, "POISON"))

    work_off(world, library, *events[:10], poison, *events[10:])

    (letter,) = world.letters()
    assert (poison, b"ATTEMPTS_EXHAUSTED", b"3") == tuple(
        letter[name] for name in (b"event", b"reason", b"attempts")
    )
    assert (b"e-1", b"/edi/gateway") == (letter[b"event_id"], letter[b"source"])
    assert "Poison" == json.loads(letter[b"detail"])[0]["found"]
    assert 20 == len(world.determinations())
    assert 1 == world.counters()["mrs_events_total|claim.submitted.v1|set_aside"]


@pytest.mark.usefixtures("poisoned")
def test_an_event_set_aside_is_decided_once_when_redriven_after_its_cause_is_gone(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
):
    work_off(world, library, encoded(claim(1, "POISON")))
    monkeypatch.undo()

    world.store.redrive(world.store.dead_letters(None, 1)[0].id)
    work_off(world, library)

    assert [] == world.letters()
    assert 1 == len(world.determinations())


def test_an_event_that_cannot_even_be_read_is_set_aside(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
):
    def dying(raw: bytes, codes: RemittanceCodes) -> None:
        raise Poison

    monkeypatch.setattr(lane_handler, "decode", dying)

    work_off(world, library, encoded(claim()))

    (letter,) = world.letters()
    assert (b"ATTEMPTS_EXHAUSTED", b"") == (letter[b"reason"], letter[b"event_id"])
    assert 1 == world.counters()["mrs_events_total|unknown|set_aside"]


def test_an_order_that_cannot_be_done_is_set_aside_and_is_no_event(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
):
    def dying(member: Member, library: Library) -> None:
        raise Poison

    work_off(world, library, encoded(claim()))
    monkeypatch.setattr(commit_builder, "readjudicate", dying)
    world.store.add_commands(TERMS.lanes, [(0, Command(commit_builder.READJUDICATE, "M-1"))])

    drain(world, library)

    (letter,) = world.letters()
    assert (b"readjudicate", b"M-1") == (letter[b"order"], letter[b"member"])
    assert 1 == world.counters()["orders_done"]
    assert not any("set_aside" in key for key in world.counters())


def batches(world: World) -> int:
    name = "mrs_batch_events|bucket|"
    return sum(n for key, n in world.counters().items() if key.startswith(name))


@pytest.mark.parametrize(("most", "commits"), [(5, 1), (4, 2), (2, 3), (1, 5)])
def test_a_commit_is_bounded_by_its_determinations(
    memory_world: MemoryWorld, library: Library, monkeypatch: pytest.MonkeyPatch, most, commits
):
    monkeypatch.setattr(lane_handler, "DETERMINATIONS_MAX", most)
    for number in range(5):
        memory_world.send_to_lane(0, {b"event": encoded(claim(number, f"M-{number}"))})

    turn(memory_world, LaneHandler(memory_world.store, library, "00", Tally()))

    assert 5 == len(memory_world.determinations())
    assert commits == batches(memory_world)


def test_a_commit_is_bounded_by_the_time_that_deciding_takes(
    memory_world: MemoryWorld, library: Library, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lane_handler, "DECIDE_SECONDS_MAX", 0)
    for number in range(3):
        memory_world.send_to_lane(0, {b"event": encoded(claim(number))})

    turn(memory_world, LaneHandler(memory_world.store, library, "00", Tally()))

    assert 3 == batches(memory_world)
    assert 3 == stored(memory_world).record.version


def test_states_that_do_not_fit_at_once_are_loaded_one_after_the_other(
    memory_world: MemoryWorld, library: Library, monkeypatch: pytest.MonkeyPatch
):
    work_off(memory_world, library, *(encoded(claim(n, f"M-{n}")) for n in range(3)))
    before = batches(memory_world)
    monkeypatch.setattr(lane_handler, "LOAD_BYTES_MAX", 0)
    for number in range(3):
        memory_world.send_to_lane(0, {b"event": encoded(claim(9, f"M-{number}"))})

    turn(memory_world, LaneHandler(memory_world.store, library, "00", Tally()))

    assert 3 == batches(memory_world) - before
    assert {2} == {stored(memory_world, f"M-{n}").record.version for n in range(3)}


def test_a_clock_that_moved_costs_a_second_writing_and_no_attempt(
    memory_world: MemoryWorld, library: Library
):
    memory_world.send_to_lane(0, {b"event": encoded(claim())})
    load = memory_world.store.load
    memory_world.store.load = lambda ids, size: load(ids, size)._replace(now=0)

    turn(memory_world, LaneHandler(memory_world.store, library, "00", Tally()))

    assert 1 == len(memory_world.determinations())
    assert 1 == memory_world.counters()["mrs_retries_total|clock"]


def test_a_clock_that_never_stands_ends_the_turn_and_is_no_attempt(
    memory_world: MemoryWorld, library: Library
):
    memory_world.send_to_lane(0, {b"event": encoded(claim())})
    commit = memory_world.store.commit

    def restless(lease: Lease, written: Commit) -> None:
        memory_world.milliseconds += 2_000
        commit(lease, written)

    memory_world.store.commit = restless

    turn(memory_world, LaneHandler(memory_world.store, library, "00", Tally()))

    assert [] == memory_world.determinations()
    assert {} == memory_world.attempts("00")
