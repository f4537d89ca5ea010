"""From bytes in a lane to records, determinations, dead letters and counts, event by event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from rules.facts import Event
from rules.library_model import Library, RemittanceCodes
from rules.member.member import Member
from rules.member.open_member import OpenMembers
from tests.support.event_builders import CLAIM, REPORT, REVIEW, encoded, event_of
from tests.support.turns import drain, route, turn, work_off
from tests.support.worlds import TERMS, MemoryWorld, World
from worker.intake import commit_builder, lane_handler
from worker.intake.lane_handler import LaneHandler
from worker.metrics.counters import AHEAD_SECONDS, Tally
from worker.replay.in_memory import Deciding
from worker.store.keys import CONTESTED, DOOR, lane_name
from worker.store.member_state import decode_member
from worker.store.protocol import Command, Commit, Lease, Stored


def claim(number: int = 1, member: str = "M-1", **data: Any) -> dict[str, Any]:
    event = event_of(CLAIM, claim_id=f"C-{number}", member_id=member, attestations=[], **data)
    return event | {"id": f"e-{number}"}


def limited_mri(member: str = "M-1") -> dict[str, Any]:
    return event_of(REPORT, member_id=member) | {"id": "e-mri"}


def published(world: World) -> list[dict[str, Any]]:
    return [json.loads(each) for each in world.determinations()]


def stored(world: World, member: str = "M-1") -> Member:
    body = world.store.load([member], 1)[1][0].body
    return decode_member(body)


def all_waiting(world: World) -> int:
    return world.store.waiting([DOOR, *map(lane_name, range(TERMS.lanes))])


def test_a_claim_is_decided_published_and_kept(world: World, library: Library):
    work_off(world, library, encoded(claim()))

    (event,) = published(world)
    data = event["data"]
    assert ("C-1", "M-1", 1, 1, "initial") == tuple(
        data[name] for name in ("claim_id", "member_id", "line", "revision", "change")
    )
    assert 1 == stored(world).record.version
    assert ["M-1"] == list(world.members_of("C-1"))
    assert 1 == len(world.index("M-1"))
    assert 0 == all_waiting(world)


def test_events_of_one_batch_are_applied_one_at_a_time(world: World, library: Library):
    work_off(world, library, encoded(claim()), encoded(limited_mri()))

    first, second = (event["data"] for event in published(world))
    assert ("pended", 1, 1) == (first["outcome"], first["revision"], first["record_version"])
    assert ("approved", 2, 2) == (second["outcome"], second["revision"], second["record_version"])
    assert {"source": "/edi/gateway", "id": "e-mri"} == second["caused_by"]


def test_what_is_published_equals_decide_on_the_events_so_far(world: World, library: Library):
    events = [encoded(claim()), encoded(limited_mri()), encoded(claim(2))]
    deciding = Deciding(library)

    work_off(world, library, *events)

    expected = {}
    for version, event in enumerate(events, start=1):
        deciding.take(event)
        for data in map(json.loads, deciding.final()):
            expected[version, data["claim_id"]] = data
    for event in published(world):
        data = event["data"]
        data["digests"]["previous"] = None
        assert expected[data["record_version"], data["claim_id"]] == data


def test_a_members_determinations_are_one_chain_also_over_several_turns(
    world: World, library: Library
):
    work_off(world, library, encoded(claim()), encoded(limited_mri()), encoded(claim(9, "M-2")))
    work_off(world, library, encoded(claim(2)))

    previous = None
    for raw in world.determinations():
        data = json.loads(raw)["data"]
        if data["member_id"] == "M-1":
            assert previous == data["digests"]["previous"]
            previous = f"sha256:{sha256(raw).hexdigest()}"
    assert previous == f"sha256:{stored(world).previous.hex()}"


def test_the_chain_over_the_events_is_of_their_bytes_as_received(world: World, library: Library):
    events = [encoded(claim()), b" " + encoded(limited_mri())]

    work_off(world, library, *events)

    chain = bytes(32)
    for event in events:
        chain = sha256(chain + sha256(event).digest()).digest()
    assert f"sha256:{chain.hex()}" == published(world)[-1]["data"]["digests"]["record"]


def test_a_determination_has_the_time_of_its_commit(world: World, library: Library):
    work_off(world, library, encoded(claim()))

    (event,) = published(world)
    (entry_id,) = world.index("M-1")
    milliseconds = int(entry_id.partition("-")[0])
    said = datetime.fromisoformat(event["time"])
    assert abs(said.timestamp() * 1000 - milliseconds) < 1000


@pytest.mark.parametrize("again", [b"", b" "], ids=["the same bytes", "other bytes, same body"])
def test_an_event_delivered_twice_has_one_effect_and_is_counted(world, library, again):
    event = encoded(claim())

    work_off(world, library, event, event + again)
    work_off(world, library, event)

    assert 1 == len(world.determinations())
    assert 1 == stored(world).record.version
    assert 2 == world.counters()["mrs_events_total|claim.submitted.v1|duplicate"]


def test_an_identity_with_another_body_is_a_dead_letter(world: World, library: Library):
    other = encoded(claim(1, received_at="2025-06-21"))

    work_off(world, library, encoded(claim()), other)

    (letter,) = world.letters()
    assert (other, b"EVENT_ID_REUSED") == (letter[b"event"], letter[b"reason"])
    assert (b"e-1", b"/edi/gateway") == (letter[b"event_id"], letter[b"source"])
    assert ["id"] == [fault["path"] for fault in json.loads(letter[b"detail"])]
    assert 1 == world.counters()["mrs_events_total|claim.submitted.v1|refused"]


def test_each_delivery_of_a_refused_event_is_a_dead_letter_and_counts(world, library):
    bad = encoded(claim(1, received_at="someday"))

    work_off(world, library, bad, bad, encoded(claim()))

    assert [b"INVALID_DATA"] * 2 == [letter[b"reason"] for letter in world.letters()]
    assert 2 == world.counters()["mrs_events_total|claim.submitted.v1|refused"]
    assert 1 == len(world.determinations())


def test_a_dead_letter_says_when_its_event_came_and_went(world: World, library: Library):
    entry_id = world.send({b"event": b"nonsense"})
    route(world)
    drain(world, library)

    (letter,) = world.letters()
    arrived = int(entry_id.partition("-")[0])
    assert letter[b"first_at"].decode().endswith(f".{arrived % 1000:03d}Z")
    assert letter[b"first_at"] <= letter[b"last_at"]


def test_an_entry_without_the_field_event_is_a_dead_letter_with_its_own_fields(world, library):
    world.send({b"evnt": b"{}"})
    route(world)
    drain(world, library)

    (letter,) = world.letters()
    assert (b"NO_EVENT_FIELD", b"{}") == (letter[b"reason"], letter[b"entry:evnt"])
    assert 1 == world.counters()["mrs_events_total|unknown|refused"]


def test_counts_agree_with_what_was_done(world: World, library: Library):
    work_off(world, library, encoded(claim()), encoded(limited_mri()), b"nonsense")

    counters = world.counters()
    name = "mrs_determinations_total|mrs"
    assert 1 == counters[f"{name}|approved|CRITERIA_MET|favourable|commercial|2025-03-17"]
    assert 1 == counters["mrs_lines_current|mrs|approved|CRITERIA_MET|commercial"]
    lines = {key: n for key, n in counters.items() if key.startswith("mrs_lines_current|")}
    assert 1 == sum(lines.values())
    assert 18 == sum(n for key, n in counters.items() if key.startswith("mrs_findings_total|"))
    age = "mrs_event_age_seconds|bucket|"
    assert 3 == sum(n for key, n in counters.items() if key.startswith(age))
    assert 3 == counters["routed"]


def test_a_pend_stands_until_it_is_resolved(world: World, library: Library):
    work_off(world, library, encoded(claim()))
    before = dict(world.pends("mrs", "CONVENTIONAL_IMAGING_UNKNOWN"))

    work_off(world, library, encoded(limited_mri()))

    assert {b'["M-1","C-1",1]': 739_452} == before
    assert {} == world.pends("mrs", "CONVENTIONAL_IMAGING_UNKNOWN")


def test_a_claim_id_with_another_content_is_counted(world: World, library: Library):
    again = claim(1, received_at="2025-06-21") | {"id": "e-other"}

    work_off(world, library, encoded(claim()), encoded(again))

    assert 1 == world.counters()["mrs_claim_id_reused_total"]


def test_a_claim_id_with_another_content_waits_until_it_is_replaced(world: World, library: Library):
    again = claim(1, received_at="2025-06-21") | {"id": "e-other"}
    instead = claim(2, "M-1", frequency="7", replaces="C-1")
    work_off(world, library, encoded(claim()), encoded(again))
    before = dict(world.pends(*CONTESTED))

    work_off(world, library, encoded(instead))

    assert [b'["M-1","C-1",0]'] == [*before]
    assert {} == world.pends(*CONTESTED)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(AHEAD_SECONDS - 60, None, id="clocks_a_little_apart"),
        pytest.param(AHEAD_SECONDS + 60, 1, id="far_after_its_arrival"),
    ],
)
def test_an_event_stamped_ahead_of_its_arrival_is_counted(world, library, seconds, expected):
    stamp = datetime.fromtimestamp(world.now() / 1000 + seconds, UTC)

    work_off(world, library, encoded(claim() | {"time": stamp.isoformat()}))

    assert expected == world.counters().get(f"mrs_events_stamped_ahead_total|{CLAIM}")


def test_members_with_the_same_claim_id_have_a_claim_each(world: World, library: Library):
    work_off(world, library, encoded(claim()), encoded(claim(1, "M-2")))

    assert {"M-1", "M-2"} == set(world.members_of("C-1"))
    assert 2 == len({event["id"] for event in published(world)})


def test_an_event_that_changes_nothing_is_kept_and_publishes_nothing(world, library):
    work_off(world, library, encoded(event_of(REVIEW)))

    assert 1 == stored(world).record.version
    assert [] == world.determinations()


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
