"""Dead letters are listed, known by member, put back once, and discarded with a note."""

from __future__ import annotations

import pytest

from tests.support.worlds import LEASE_MILLISECONDS, TERMS, World
from worker.store.keys import DOOR
from worker.store.protocol import (
    UNREAD,
    Commit,
    DeadLetter,
    member_hash,
)

LANE = "00"


def put_aside(world: World, fields: dict[bytes, bytes], hashed: str = "") -> str:
    entry_id = world.send_to_lane(0, {b"door": b"1-1"} | fields)
    lease = world.store.take(LANE, "token", LEASE_MILLISECONDS, TERMS)
    assert lease is not None
    letter = DeadLetter(entry_id, "ATTEMPTS_EXHAUSTED", b"[]", 3, "first", "last", "", "", hashed)
    world.store.commit(lease, Commit(world.now(), [entry_id], dead_letters=[letter]))
    world.store.release(lease)
    return world.store.dead_letters(None, 100)[-1].id


def test_dead_letters_are_listed_page_by_page(world: World):
    ids = [put_aside(world, {b"event": b"%d" % number}) for number in range(3)]

    first = world.store.dead_letters(None, 2)
    rest = world.store.dead_letters(first[-1].id, 2)

    assert ids == [letter.id for letter in (*first, *rest)]
    assert b"2" == rest[0].fields[b"event"]


def test_one_dead_letter_is_found_by_its_id(world: World):
    dead_letter_id = put_aside(world, {b"event": b"one"})

    assert world.store.dead_letter(dead_letter_id).fields[b"event"] == b"one"
    assert world.store.dead_letter("1-1") is None


@pytest.mark.parametrize(
    ("stood", "goes_back"),
    [
        pytest.param({b"event": b"\xff one"}, {b"event": b"\xff one"}, id="an event"),
        pytest.param(
            {b"entry:foo": b"bar", b"entry:": b""}, {b"foo": b"bar", b"": b""}, id="other fields"
        ),
    ],
)
def test_a_dead_letter_goes_back_to_the_door_as_it_came_there_once(world: World, stood, goes_back):
    dead_letter_id = put_aside(world, stood)

    first, second = world.store.redrive(dead_letter_id), world.store.redrive(dead_letter_id)

    assert (True, False) == (first, second)
    assert [goes_back] == [fields for _, fields in world.entries(DOOR)]
    assert [] == world.letters()
    assert 1 == world.counters()["redriven"]


def test_an_internal_order_does_not_go_back_to_the_door(world: World):
    dead_letter_id = put_aside(world, {b"order": b"readjudicate", b"member": b"M-1"})

    assert not world.store.redrive(dead_letter_id)
    assert [] == world.entries(DOOR)
    assert world.store.discard(dead_letter_id, "given anew")


def test_a_dead_letter_is_discarded_once(world: World):
    dead_letter_id = put_aside(world, {b"event": b"one"})

    first, second = [world.store.discard(dead_letter_id, "sent anew") for _ in range(2)]

    assert (True, False) == (first, second)
    assert [] == world.letters()
    assert 1 == world.counters()["discarded"]


def test_of_what_is_discarded_it_stays_which_it_was_and_why(world: World):
    ids = [put_aside(world, {b"event": b"%d" % number}) for number in range(2)]

    for dead_letter_id in ids:
        world.store.discard(dead_letter_id, f"sent anew: {dead_letter_id}")

    first, second = world.store.discarded(None, 100)
    assert (second,) == world.store.discarded(first.id, 100)
    assert {
        b"letter": ids[0].encode(),
        b"because": f"sent anew: {ids[0]}".encode(),
        b"reason": b"ATTEMPTS_EXHAUSTED",
        b"event_id": b"",
        b"source": b"",
        b"first_at": b"first",
        b"last_at": b"last",
    } == first.fields


def test_dead_letters_are_known_by_member_while_they_are_there(world: World):
    one, other = member_hash("M-1"), member_hash("M-2")
    first, _, third = (put_aside(world, {b"event": b"x"}, each) for each in (one, other, one))
    unread = put_aside(world, {b"event": b"x"}, UNREAD)
    put_aside(world, {b"event": b"nobody's"})

    known = world.store.dead_letter_ids([one, UNREAD])
    world.store.redrive(first)
    world.store.discard(unread, "sent anew")

    assert {one: [first, third], UNREAD: [unread]} == known
    assert {one: [third], UNREAD: []} == world.store.dead_letter_ids([one, UNREAD])


def test_without_a_dead_letter_it_is_known_that_a_member_has_none(world: World):
    assert {member_hash("M-1"): []} == world.store.dead_letter_ids([member_hash("M-1")])


def test_while_there_are_dead_letters_of_an_older_program_members_are_not_known(redis_world):
    """They were put aside without a hash: a list that lacks them would say that there are none."""
    old = redis_world.client.xadd("mrs:dead-letters", {"event": "x", "reason": "NOT_JSON"})
    hashed = member_hash("M-1")
    new = put_aside(redis_world, {b"event": b"x"}, hashed)

    before = redis_world.store.dead_letter_ids([hashed])
    redis_world.store.discard(old.decode(), "mended")
    redis_world.store.discard(new, "mended")
    again = put_aside(redis_world, {b"event": b"x"}, hashed)

    assert None is before
    assert {hashed: [again]} == redis_world.store.dead_letter_ids([hashed])


def test_what_another_put_among_the_dead_letters_can_be_discarded_too(redis_world):
    redis_world.client.xadd("mrs:dead-letters", {"no": "ours"}, id="5-5")

    assert redis_world.store.discard("5-5", "not ours")

    (note,) = redis_world.store.discarded(None, 1)
    assert {b"letter": b"5-5", b"because": b"not ours"} == note.fields
