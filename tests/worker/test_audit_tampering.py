"""Whatever is changed, taken away, put in or exchanged in what is recorded is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from rules.facts import Claim
from rules.library_files import SHIPPED, derive_library
from tests.rules.builders import (
    claim,
    coverage,
    event,
    finalization,
    pet,
    pet_report,
    report,
    review,
)
from tests.support.event_builders import encoded
from tests.support.tampering import Tampering
from tests.support.turns import work_off
from worker.cli import adjudicator
from worker.event_writing import as_cloudevent

MEMBER = "M-1"
STORY = (
    coverage(),
    report(),
    claim(received=10),
    pet_report(on=-200, status="performed"),
    pet(on=5, received=10),
    finalization("C-1", 1, "paid"),
    review("P-1"),
    claim("C-2", on=3, received=12, diagnoses=("G40.209",)),
    report("S-2", on=-1, result="conclusive"),
)
"""
It leads to eight determinations: C-1 approved, P-1 denied, denied with another remark, reviewed,
C-2 pended, C-1 pended, and what C-2 and P-1 say of that.
"""


def sent_of(member_id: str) -> list[bytes]:
    return [
        encoded(as_cloudevent(event(fact, number, member_id)))
        for number, fact in enumerate(STORY, 1)
    ]


@pytest.fixture
def within_reach(redis_world, redis_client, redis_url, library, monkeypatch) -> Tampering:
    """An installation with three members, one of whom is within reach."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    events = [raw for member_id in ("M-0", MEMBER, "M-2") for raw in sent_of(member_id)]
    work_off(redis_world, library, *events)
    return Tampering(redis_client, redis_world.keys, MEMBER)


def _verify(*options: object) -> tuple[int, dict[str, Any]]:
    said = CliRunner().invoke(adjudicator, ["audit", "verify", "--json", *map(str, options)])
    assert "" == said.stderr
    return said.exit_code, json.loads(said.stdout)


def test_what_nobody_has_touched_is_verified(within_reach, tmp_path):
    sent = tmp_path / "sent.jsonl"
    sent.write_bytes(b"\n".join(raw for of in ("M-0", MEMBER, "M-2") for raw in sent_of(of)))

    exit_code, found = _verify("--events", sent)

    assert (0, "verified", []) == (exit_code, found["verdict"], found["findings"])
    assert (3, 27) == (found["members"], found["events"]["proved_by_their_bytes"])
    assert 3 * 8 == found["determinations"]["derived_again"]
    assert {"C-1", "P-1", "C-2"} == {
        json.loads(event)["data"]["claim_id"] for _, event in within_reach.published
    }


# ------------------------------------------------------------------- one change of what is recorded

Change = Callable[[Tampering], None]


def _outcome(within: Tampering) -> None:
    def change(said: dict[str, Any]) -> None:
        said["data"] |= {"outcome": "approved", "reason": "CRITERIA_MET"}

    within.change_event(1, change)


def _because(within: Tampering) -> None:
    within.change_event(1, lambda said: said["data"]["findings"][0].update(because="otherwise"))


def _time(within: Tampering) -> None:
    within.change_event(2, lambda said: said.update(time="2025-01-01T00:00:00.000Z"))


def _no_time(within: Tampering) -> None:
    within.change_event(2, lambda said: said.update(time="yesterday"))


def _other_bytes(within: Tampering) -> None:
    entry_id, event = within.published[3]
    within.replace_event(entry_id, event.replace(b'{"specversion"', b'{ "specversion"'))


def _unreadable(within: Tampering) -> None:
    entry_id, event = within.published[3]
    within.replace_event(entry_id, event[:-9])
    within.redis.xadd(within.keys.determinations, {"event": b"{"}, id="99999999999999-0")


def _last_one(within: Tampering) -> None:
    within.change_event(7, lambda said: said["data"].update(due_on="2026-01-01"))


def _record_digest(within: Tampering) -> None:
    zeros = f"sha256:{'0' * 64}"
    within.change_event(0, lambda said: said["data"]["digests"].update(record=zeros))
    within.write_links_anew()


def _of_another_member(within: Tampering) -> None:
    within.change_event(0, lambda said: said["data"].update(member_id="M-2"))


def _taken(within: Tampering) -> None:
    within.take_event(1)


def _taken_with_its_index(within: Tampering) -> None:
    within.take_from_index(1)
    within.take_event(1)


def _forgotten(within: Tampering) -> None:
    within.take_from_index(2)


def _forgery() -> bytes:
    forged = {"claim_id": "C-9", "member_id": MEMBER, "line": 1, "revision": 1,
              "outcome": "approved", "reason": "CRITERIA_MET", "record_version": 9,
              "caused_by": {}, "policy": {"library": "sha256:x"},
              "digests": {"record": "sha256:x", "previous": None}}  # fmt: skip
    return msgspec.json.encode({"id": "d-1", "time": "2025-01-01T00:00:00Z", "data": forged})


def _put_in(within: Tampering) -> None:
    within.redis.xadd(within.keys.determinations, {"event": _forgery()})


def _put_in_with_index(within: Tampering) -> None:
    entry_id = within.redis.xadd(within.keys.determinations, {"event": _forgery()})
    within.redis.rpush(within.keys.index(MEMBER), entry_id)


def _copied(within: Tampering) -> None:
    entry_id = within.redis.xadd(within.keys.determinations, {"event": within.published[0][1]})
    within.redis.rpush(within.keys.index(MEMBER), entry_id)


def _exchanged(within: Tampering) -> None:
    one, other = within.published[1], within.published[2]
    rest = [entry for entry in within.stream() if entry not in (one, other)]
    within.write_stream([*rest, (one[0], other[1]), (other[0], one[1])])


def _index_exchanged(within: Tampering) -> None:
    key = within.keys.index(MEMBER)
    one, other = within.redis.lrange(key, 1, 2)
    within.redis.lset(key, 1, other)
    within.redis.lset(key, 2, one)


def _fact(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, billed = entries[2]
        entries[2] = (origin, billed._replace(diagnoses=("F32.9",)))

    within.change_record(change)


def _senseless_fact(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, billed = entries[2]
        line = billed.lines[0]._replace(diagnosis_pointers=(9,))
        entries[2] = (origin, billed._replace(lines=(line,)))

    within.change_record(change)


def _event_taken(within: Tampering) -> None:
    within.change_record(lambda entries: entries.pop(3))


def _event_taken_and_chain_anew(within: Tampering) -> None:
    _event_taken(within)
    within.write_chain_anew()


def _cause_taken(within: Tampering) -> None:
    within.change_record(lambda entries: entries.pop(6))


def _last_event_taken(within: Tampering) -> None:
    within.change_record(lambda entries: entries.pop())
    within.write_chain_anew()


def _number_left_out(within: Tampering) -> None:
    member = within.member
    ((origin, enrolled),) = member.record.coverages
    within.put(member._replace(record=member.record._replace(
        coverages=((origin._replace(sequence=20), enrolled),))))  # fmt: skip


def _number_twice(within: Tampering) -> None:
    member = within.member
    ((origin, enrolled),) = member.record.coverages
    within.put(member._replace(record=member.record._replace(
        coverages=((origin._replace(sequence=2), enrolled),))))  # fmt: skip


def _event_put_in(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, fact = entries[1]
        forged = origin._replace(id="e-forged", digest=b"\x01" * 32)
        entries.insert(4, (forged, fact._replace(study_id="S-forged")))

    within.change_record(change)


def _event_put_in_and_chain_anew(within: Tampering) -> None:
    _event_put_in(within)
    within.write_chain_anew()


def _event_twice(within: Tampering) -> None:
    within.change_record(lambda entries: entries.append(entries[1]))


def _events_exchanged(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        entries[1], entries[3] = entries[3], entries[1]

    within.change_record(change)


def _events_exchanged_and_chain_anew(within: Tampering) -> None:
    _events_exchanged(within)
    within.write_chain_anew()


def _digest(within: Tampering) -> None:
    def change(entries: list[Any]) -> None:
        origin, fact = entries[5]
        entries[5] = (origin._replace(digest=b"\x02" * 32), fact)

    within.change_record(change)


def _end_of_chain(within: Tampering) -> None:
    within.put(within.member._replace(chain=b"\x03" * 32))


def _last_link(within: Tampering) -> None:
    within.put(within.member._replace(previous=b"\x04" * 32))


def _no_last_link(within: Tampering) -> None:
    within.put(within.member._replace(previous=None))


def _flag(within: Tampering) -> None:
    member = within.member
    published = tuple(p._replace(post_payment_review=False) for p in member.published)
    within.put(member._replace(published=published))


def _strengths(within: Tampering) -> None:
    member = within.member
    strengths = tuple((*study[:2], 0) for study in member.strengths)
    assert strengths != member.strengths
    within.put(member._replace(strengths=strengths))


def _whole_chain(within: Tampering) -> None:
    _outcome(within)
    within.write_links_anew()


def _taken_and_whole_chain(within: Tampering) -> None:
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


def _record_gone(within: Tampering) -> None:
    within.redis.delete(within.keys.record(MEMBER))


def _member_gone(within: Tampering) -> None:
    for entry_id, _ in within.published:
        within.redis.xdel(within.keys.determinations, entry_id)
    within.redis.delete(within.keys.record(MEMBER), within.keys.index(MEMBER))


def _record_unreadable(within: Tampering) -> None:
    within.redis.set(within.keys.record(MEMBER), b"\0" * 20)


def _other_library(within: Tampering) -> None:
    within.change_event(1, lambda said: said["data"]["policy"].update(library="sha256:another"))


def _of(claim_id: str, revision: int = 1) -> dict[str, Any]:
    return {"subject": "determination", "claim_id": claim_id, "revision": revision}


EVENT, RECORD = {"subject": "event"}, {"subject": "record"}


@pytest.mark.parametrize(
    ("tamper", "kind", "named"),
    [
        pytest.param(_outcome, "changed", _of("P-1"), id="an_outcome"),
        pytest.param(_because, "changed", _of("P-1"), id="an_explanation"),
        pytest.param(_time, "changed", _of("P-1", 2), id="a_time"),
        pytest.param(_no_time, "changed", _of("P-1", 2), id="a_time_that_is_none"),
        pytest.param(_other_bytes, "changed", _of("P-1", 3), id="only_its_bytes"),
        pytest.param(_unreadable, "changed", {"subject": "determination"}, id="cut_off"),
        pytest.param(_last_one, "changed", _of("P-1", 4), id="the_last_determination"),
        pytest.param(_record_digest, "changed", _of("C-1"), id="a_digest_and_all_links_anew"),
        pytest.param(_of_another_member, "missing", _of("C-1"), id="the_member_it_is_about"),
        pytest.param(_other_library, "changed", _of("P-1"), id="the_library_it_names"),
        pytest.param(_whole_chain, "changed", _of("P-1"), id="an_outcome_and_all_links_anew"),
        pytest.param(_taken, "missing", _of("P-1"), id="a_determination_taken"),
        pytest.param(_taken_with_its_index, "missing", _of("P-1"), id="taken_with_its_index"),
        pytest.param(_taken_and_whole_chain, "missing", _of("C-1", 2),
                     id="taken_and_all_links_anew"),
        pytest.param(_forgotten, "missing", _of("P-1", 2), id="its_index_forgets_one"),
        pytest.param(_put_in, "added", _of("C-9"), id="a_determination_put_in"),
        pytest.param(_put_in_with_index, "added", _of("C-9"), id="put_in_with_its_index"),
        pytest.param(_copied, "added", _of("C-1"), id="a_determination_copied"),
        pytest.param(_exchanged, "reordered", _of("P-1", 2), id="two_determinations_exchanged"),
        pytest.param(_index_exchanged, "reordered", _of("P-1"), id="two_in_its_index_exchanged"),
        pytest.param(_fact, "changed", _of("C-1"), id="a_fact"),
        pytest.param(_senseless_fact, "changed", RECORD, id="a_fact_that_makes_no_sense"),
        pytest.param(_event_taken, "missing", EVENT, id="an_event_taken"),
        pytest.param(_event_taken_and_chain_anew, "missing", EVENT,
                     id="an_event_taken_and_the_chain_anew"),
        pytest.param(_cause_taken, "missing", EVENT | {"event_id": "e-007"},
                     id="the_event_that_a_determination_names"),
        pytest.param(_last_event_taken, "missing", EVENT | {"event_id": "e-009"},
                     id="the_last_event_taken"),
        pytest.param(_number_left_out, "missing", EVENT | {"sequence": 1}, id="a_number_left_out"),
        pytest.param(_number_twice, "added", EVENT | {"sequence": 2}, id="a_number_twice"),
        pytest.param(_event_put_in, "added", EVENT | {"event_id": "e-forged"},
                     id="an_event_put_in"),
        pytest.param(_event_put_in_and_chain_anew, "added", EVENT | {"event_id": "e-forged"},
                     id="an_event_put_in_and_the_chain_anew"),
        pytest.param(_event_twice, "added", EVENT | {"event_id": "e-002"}, id="an_event_twice"),
        pytest.param(_events_exchanged, "reordered", EVENT | {"sequence": 2},
                     id="two_events_exchanged"),
        pytest.param(_events_exchanged_and_chain_anew, "reordered", EVENT | {"sequence": 2},
                     id="two_events_exchanged_and_the_chain_anew"),
        pytest.param(_digest, "changed", EVENT | {"sequence": 6}, id="the_digest_of_an_event"),
        pytest.param(_end_of_chain, "changed", RECORD, id="the_end_of_the_chain"),
        pytest.param(_last_link, "changed", _of("P-1", 4), id="the_last_link"),
        pytest.param(_no_last_link, "changed", RECORD, id="no_last_link"),
        pytest.param(_flag, "changed", RECORD, id="what_is_remembered_of_a_line"),
        pytest.param(_strengths, "changed", RECORD, id="what_is_remembered_of_a_study"),
        pytest.param(_record_gone, "missing", RECORD, id="a_record_taken"),
        pytest.param(_member_gone, "missing", RECORD, id="a_member_taken_whole"),
        pytest.param(_record_unreadable, "changed", RECORD, id="a_record_that_is_none"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_was_is_found_and_named(within_reach, tamper, kind, named):
    tamper(within_reach)

    exit_code, found = _verify()

    assert (1, "found wanting") == (exit_code, found["verdict"])
    matching = [
        each for each in found["findings"] if {"kind": kind, **named}.items() <= each.items()
    ]
    assert matching, found["findings"]
    assert {each["member_id"] for each in found["findings"]} <= {MEMBER, ""} | (
        {"M-2"} if tamper is _of_another_member else set()
    )


def test_facts_with_all_that_follows_from_them_forged_are_found_only_by_what_was_sent(
    within_reach, library, tmp_path
):
    """Honestly: whoever can write everything can write another history that agrees with itself."""

    def change(entries: list[Any]) -> None:
        origin, billed = entries[2]
        assert isinstance(billed, Claim)
        entries[2] = (origin, billed._replace(received_at=billed.received_at + timedelta(days=2)))

    sent = tmp_path / "sent.jsonl"
    sent.write_bytes(b"\n".join(sent_of(MEMBER)))
    within_reach.change_record(change)
    within_reach.derive_all_anew(library)

    without, _ = _verify("--member", MEMBER)
    exit_code, found = _verify("--member", MEMBER, "--events", sent)

    assert 0 == without
    assert 1 == exit_code
    assert [("changed", "event", 3)] == [
        (each["kind"], each["subject"], each["sequence"]) for each in found["findings"]
    ]


def test_an_event_that_was_sent_and_is_not_recorded_is_missing(within_reach, tmp_path):
    sent = tmp_path / "sent.jsonl"
    sent.write_bytes(b"\n".join([*sent_of(MEMBER), *sent_of("M-9")[:1], b"{"]))

    exit_code, found = _verify("--events", sent)

    assert 1 == exit_code
    assert [("M-9", "missing", "e-001")] == [
        (each["member_id"], each["kind"], each["event_id"]) for each in found["findings"]
    ]


@pytest.mark.parametrize(
    ("options", "members", "exit_code"),
    [
        pytest.param(("--member", "M-0"), 1, 0, id="another_member"),
        pytest.param(("--member", MEMBER), 1, 1, id="this_member"),
        pytest.param(("--claim", "C-1"), 3, 1, id="all_who_have_the_claim"),
        pytest.param((), 3, 1, id="all"),
    ],
)
def test_any_members_or_all_can_be_verified(within_reach, options, members, exit_code):
    _outcome(within_reach)

    status, found = _verify(*options)

    assert (exit_code, members) == (status, found["members"])


@pytest.mark.parametrize("options", [("--member", "M-99"), ("--claim", "C-99")])
def test_who_is_not_recorded_cannot_be_verified(within_reach, options):
    said = CliRunner().invoke(adjudicator, ["audit", "verify", *options])

    assert 1 == said.exit_code
    assert options[1] in said.stderr


def test_without_the_library_nothing_passes(within_reach, tmp_path):
    derive_library(SHIPPED, tmp_path / "another", {"pend_due_days": 31}, [])

    exit_code, found = _verify("--library", tmp_path / "another")

    assert (3, "incomplete", []) == (exit_code, found["verdict"], found["findings"])
    assert 24 == sum(found["determinations"]["not_checked"].values())


def test_the_terminal_names_what_was_found(within_reach):
    _outcome(within_reach)
    _end_of_chain(within_reach)

    said = CliRunner().invoke(adjudicator, ["audit", "verify"])

    assert 1 == said.exit_code
    assert "CHANGED  determination of claim P-1 line 1, revision 1 (entry " in said.stdout
    assert "of member M-1" in said.stdout
    assert "CHANGED  record of member M-1" in said.stdout
    assert "Verdict: found wanting." in said.stdout
