"""Each way in which somebody may change what is recorded of a member."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.support.tampering import Tampering

MEMBER = "M-1"


def outcome(within: Tampering) -> None:
    def change(said: dict[str, Any]) -> None:
        said["data"] |= {"outcome": "approved", "reason": "CRITERIA_MET"}

    within.change_event(1, change)


def because(within: Tampering) -> None:
    within.change_event(1, lambda said: said["data"]["findings"][0].update(because="otherwise"))


def time(within: Tampering) -> None:
    within.change_event(2, lambda said: said.update(time="2025-01-01T00:00:00.000Z"))


def no_time(within: Tampering) -> None:
    within.change_event(2, lambda said: said.update(time="yesterday"))


def other_bytes(within: Tampering) -> None:
    entry_id, event = within.published[3]
    within.replace_event(entry_id, event.replace(b'{"specversion"', b'{ "specversion"'))


def unreadable(within: Tampering) -> None:
    entry_id, event = within.published[3]
    within.replace_event(entry_id, event[:-9])
    within.redis.xadd(within.keys.determinations, {"event": b"{"}, id="99999999999999-0")


def last_one(within: Tampering) -> None:
    within.change_event(7, lambda said: said["data"].update(due_on="2026-01-01"))


def record_digest(within: Tampering) -> None:
    zeros = f"sha256:{'0' * 64}"
    within.change_event(0, lambda said: said["data"]["digests"].update(record=zeros))
    within.write_links_anew()


def of_another_member(within: Tampering) -> None:
    within.change_event(0, lambda said: said["data"].update(member_id="M-2"))


def taken(within: Tampering) -> None:
    within.take_event(1)


def taken_with_its_index(within: Tampering) -> None:
    within.take_from_index(1)
    within.take_event(1)


def forgotten(within: Tampering) -> None:
    within.take_from_index(2)


def forgery() -> bytes:
    forged = {"claim_id": "C-9", "member_id": MEMBER, "line": 1, "revision": 1,
              "outcome": "approved", "reason": "CRITERIA_MET", "record_version": 9,
              "caused_by": {}, "policy": {"library": "sha256:x"},
              "digests": {"record": "sha256:x", "previous": None}}  # fmt: skip
    return msgspec.json.encode({"id": "d-1", "time": "2025-01-01T00:00:00Z", "data": forged})


def put_in(within: Tampering) -> None:
    within.redis.xadd(within.keys.determinations, {"event": forgery()})


def put_in_with_index(within: Tampering) -> None:
    entry_id = within.redis.xadd(within.keys.determinations, {"event": forgery()})
    within.redis.rpush(within.keys.index(MEMBER), entry_id)


def copied(within: Tampering) -> None:
    entry_id = within.redis.xadd(within.keys.determinations, {"event": within.published[0][1]})
    within.redis.rpush(within.keys.index(MEMBER), entry_id)


def exchanged(within: Tampering) -> None:
    one, other = within.published[1], within.published[2]
    rest = [entry for entry in within.stream() if entry not in (one, other)]
    within.write_stream([*rest, (one[0], other[1]), (other[0], one[1])])


def index_exchanged(within: Tampering) -> None:
    key = within.keys.index(MEMBER)
    one, other = within.redis.lrange(key, 1, 2)
    within.redis.lset(key, 1, other)
    within.redis.lset(key, 2, one)


def fact(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, billed = entries[2]
        entries[2] = (origin, billed._replace(diagnoses=("F32.9",)))

    within.change_record(change)


def senseless_fact(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, billed = entries[2]
        line = billed.lines[0]._replace(diagnosis_pointers=(9,))
        entries[2] = (origin, billed._replace(lines=(line,)))

    within.change_record(change)


def event_taken(within: Tampering) -> None:
    within.change_record(lambda entries: entries.pop(3))


def event_taken_and_chain_anew(within: Tampering) -> None:
    event_taken(within)
    within.write_chain_anew()


def cause_taken(within: Tampering) -> None:
    within.change_record(lambda entries: entries.pop(6))


def last_event_taken(within: Tampering) -> None:
    within.change_record(lambda entries: entries.pop())
    within.write_chain_anew()


def number_left_out(within: Tampering) -> None:
    member = within.member
    ((origin, enrolled),) = member.record.coverages
    within.put(member._replace(record=member.record._replace(
        coverages=((origin._replace(sequence=20), enrolled),))))  # fmt: skip


def number_twice(within: Tampering) -> None:
    member = within.member
    ((origin, enrolled),) = member.record.coverages
    within.put(member._replace(record=member.record._replace(
        coverages=((origin._replace(sequence=2), enrolled),))))  # fmt: skip


def event_put_in(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, fact = entries[1]
        forged = origin._replace(id="e-forged", digest=b"\x01" * 32)
        entries.insert(4, (forged, fact._replace(study_id="S-forged")))

    within.change_record(change)


def event_put_in_and_chain_anew(within: Tampering) -> None:
    event_put_in(within)
    within.write_chain_anew()


def event_twice(within: Tampering) -> None:
    within.change_record(lambda entries: entries.append(entries[1]))


def events_exchanged(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        entries[1], entries[3] = entries[3], entries[1]

    within.change_record(change)


def events_exchanged_and_chain_anew(within: Tampering) -> None:
    events_exchanged(within)
    within.write_chain_anew()


def digest(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, fact = entries[5]
        entries[5] = (origin._replace(digest=b"\x02" * 32), fact)

    within.change_record(change)


def end_of_chain(within: Tampering) -> None:
    within.put(within.member._replace(chain=b"\x03" * 32))


def last_link(within: Tampering) -> None:
    within.put(within.member._replace(previous=b"\x04" * 32))


def no_last_link(within: Tampering) -> None:
    within.put(within.member._replace(previous=None))


def flag(within: Tampering) -> None:
    member = within.member
    published = tuple(p._replace(post_payment_review=False) for p in member.published)
    within.put(member._replace(published=published))


def strengths(within: Tampering) -> None:
    member = within.member
    strengths = tuple((*study[:2], 0) for study in member.strengths)
    assert strengths != member.strengths
    within.put(member._replace(strengths=strengths))


def whole_chain(within: Tampering) -> None:
    outcome(within)
    within.write_links_anew()


def taken_and_whole_chain(within: Tampering) -> None:
    """The last determination of C-1 and every trace of it in the record."""
    within.take_from_index(5)
    within.take_event(5)
    member = within.member
    published = tuple(
        p._replace(revision=1, outcome="approved", reason="CRITERIA_MET")
        if p.claim_id == "C-1"
        else p
        for p in member.published
    )
    within.put(member._replace(published=published))
    within.write_links_anew()


def record_gone(within: Tampering) -> None:
    within.redis.delete(within.keys.record(MEMBER))


def member_gone(within: Tampering) -> None:
    for entry_id, _ in within.published:
        within.redis.xdel(within.keys.determinations, entry_id)
    within.redis.delete(within.keys.record(MEMBER), within.keys.index(MEMBER))


def record_unreadable(within: Tampering) -> None:
    within.redis.set(within.keys.record(MEMBER), b"\0" * 20)


def other_library(within: Tampering) -> None:
    within.change_event(1, lambda said: said["data"]["policy"].update(library="sha256:another"))


def received_changed(within: Tampering) -> None:
    events = within.received
    events[2] = events[2].replace(b"76390", b"76391")
    within.receive(events)


def received_unreadable(within: Tampering) -> None:
    within.redis.lset(within.keys.received(MEMBER), 2, b"\x01nothing")


def received_put_in(within: Tampering) -> None:
    within.redis.rpush(within.keys.received(MEMBER), b"\x00{}")
