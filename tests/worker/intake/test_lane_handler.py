"""From bytes in a lane to records, determinations, dead letters and counts, event by event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from rules.library_model import Library
from tests.support.event_builders import CLAIM, REVIEW, encoded, event_of
from tests.support.turns import drain, route, work_off
from tests.support.worlds import World
from tests.worker.intake.lane_events import all_waiting, claim, limited_mri, published, stored
from worker.metrics.counters import AHEAD_SECONDS
from worker.replay.in_memory import Deciding
from worker.store.keys import CONTESTED


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
    assert 1 == counters[f"{name}|approved|CRITERIA_MET|favourable|commercial|2025-03-17|6.01.03"]
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
