"""Whatever is changed, taken away, put in or exchanged in what is recorded is found and named."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from rules.facts import Claim
from rules.loading.files import SHIPPED, derive_library
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
from tests.support import ways_of_tampering as ways
from tests.support.event_builders import encoded
from tests.support.tampering import Tampering
from tests.support.turns import work_off
from worker.cli import adjudicator
from worker.events.encode import as_cloudevent

MEMBER = ways.MEMBER
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


def _of(claim_id: str, revision: int = 1) -> dict[str, Any]:
    return {"subject": "determination", "claim_id": claim_id, "revision": revision}


EVENT, RECORD = {"subject": "event"}, {"subject": "record"}


@pytest.mark.parametrize(
    ("tamper", "kind", "named"),
    [
        pytest.param(ways.outcome, "changed", _of("P-1"), id="an_outcome"),
        pytest.param(ways.because, "changed", _of("P-1"), id="an_explanation"),
        pytest.param(ways.time, "changed", _of("P-1", 2), id="a_time"),
        pytest.param(ways.no_time, "changed", _of("P-1", 2), id="a_time_that_is_none"),
        pytest.param(ways.other_bytes, "changed", _of("P-1", 3), id="only_its_bytes"),
        pytest.param(ways.unreadable, "changed", {"subject": "determination"}, id="cut_off"),
        pytest.param(ways.last_one, "changed", _of("P-1", 4), id="the_last_determination"),
        pytest.param(ways.record_digest, "changed", _of("C-1"), id="a_digest_and_all_links_anew"),
        pytest.param(ways.of_another_member, "missing", _of("C-1"), id="the_member_it_is_about"),
        pytest.param(ways.other_library, "changed", _of("P-1"), id="the_library_it_names"),
        pytest.param(ways.whole_chain, "changed", _of("P-1"), id="an_outcome_and_all_links_anew"),
        pytest.param(ways.taken, "missing", _of("P-1"), id="a_determination_taken"),
        pytest.param(ways.taken_with_its_index, "missing", _of("P-1"), id="taken_with_its_index"),
        pytest.param(ways.taken_and_whole_chain, "missing", _of("C-1", 2),
                     id="taken_and_all_links_anew"),
        pytest.param(ways.forgotten, "missing", _of("P-1", 2), id="its_index_forgets_one"),
        pytest.param(ways.put_in, "added", _of("C-9"), id="a_determination_put_in"),
        pytest.param(ways.put_in_with_index, "added", _of("C-9"), id="put_in_with_its_index"),
        pytest.param(ways.copied, "added", _of("C-1"), id="a_determination_copied"),
        pytest.param(ways.exchanged, "reordered", _of("P-1", 2), id="two_determinations_exchanged"),
        pytest.param(ways.index_exchanged, "reordered", _of("P-1"),
                     id="two_in_its_index_exchanged"),
        pytest.param(ways.fact, "changed", _of("C-1"), id="a_fact"),
        pytest.param(ways.senseless_fact, "changed", RECORD, id="a_fact_that_makes_no_sense"),
        pytest.param(ways.event_taken, "missing", EVENT, id="an_event_taken"),
        pytest.param(ways.event_taken_and_chain_anew, "missing", EVENT,
                     id="an_event_taken_and_the_chain_anew"),
        pytest.param(ways.cause_taken, "missing", EVENT | {"event_id": "e-007"},
                     id="the_event_that_a_determination_names"),
        pytest.param(ways.last_event_taken, "missing", EVENT | {"event_id": "e-009"},
                     id="the_last_event_taken"),
        pytest.param(ways.number_left_out, "missing", EVENT | {"sequence": 1},
                     id="a_number_left_out"),
        pytest.param(ways.number_twice, "added", EVENT | {"sequence": 2}, id="a_number_twice"),
        pytest.param(ways.event_put_in, "added", EVENT | {"event_id": "e-forged"},
                     id="an_event_put_in"),
        pytest.param(ways.event_put_in_and_chain_anew, "added", EVENT | {"event_id": "e-forged"},
                     id="an_event_put_in_and_the_chain_anew"),
        pytest.param(ways.event_twice, "added", EVENT | {"event_id": "e-002"}, id="an_event_twice"),
        pytest.param(ways.events_exchanged, "reordered", EVENT | {"sequence": 2},
                     id="two_events_exchanged"),
        pytest.param(ways.events_exchanged_and_chain_anew, "reordered", EVENT | {"sequence": 2},
                     id="two_events_exchanged_and_the_chain_anew"),
        pytest.param(ways.digest, "changed", EVENT | {"sequence": 6}, id="the_digest_of_an_event"),
        pytest.param(ways.end_of_chain, "changed", RECORD, id="the_end_of_the_chain"),
        pytest.param(ways.last_link, "changed", _of("P-1", 4), id="the_last_link"),
        pytest.param(ways.no_last_link, "changed", RECORD, id="no_last_link"),
        pytest.param(ways.flag, "changed", RECORD, id="what_is_remembered_of_a_line"),
        pytest.param(ways.strengths, "changed", RECORD, id="what_is_remembered_of_a_study"),
        pytest.param(ways.received_changed, "changed", RECORD, id="an_event_as_received"),
        pytest.param(ways.received_unreadable, "changed", RECORD, id="one_as_received_damaged"),
        pytest.param(ways.received_put_in, "changed", RECORD, id="one_as_received_put_in"),
        pytest.param(ways.record_gone, "missing", RECORD, id="a_record_taken"),
        pytest.param(ways.member_gone, "missing", RECORD, id="a_member_taken_whole"),
        pytest.param(ways.record_unreadable, "changed", RECORD, id="a_record_that_is_none"),
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
        {"M-2"} if tamper is ways.of_another_member else set()
    )


def _received_later(entries: list[Any]) -> None:
    origin, billed = entries[2]
    assert isinstance(billed, Claim)
    entries[2] = (origin, billed._replace(received_at=billed.received_at + timedelta(days=2)))


def test_facts_forged_with_all_that_follows_from_them_are_found_by_what_is_kept_as_received(
    within_reach, library
):
    within_reach.change_record(_received_later)
    within_reach.derive_all_anew(library)

    exit_code, found = _verify("--member", MEMBER)

    assert 1 == exit_code
    assert [("changed", "event", 3)] == [
        (each["kind"], each["subject"], each["sequence"]) for each in found["findings"]
    ]


def test_a_history_that_agrees_with_itself_is_found_only_by_what_others_kept(
    within_reach, library, tmp_path
):
    """Honestly: whoever can write everything can write another history, bytes included."""
    sent, anchor = tmp_path / "sent.jsonl", tmp_path / "anchor"
    sent.write_bytes(b"\n".join(sent_of(MEMBER)))
    assert 0 == CliRunner().invoke(adjudicator, ["audit", "anchor", str(anchor)]).exit_code

    within_reach.write_everything_anew(library, _received_later)
    alone, _ = _verify()
    by_events, of_events = _verify("--events", sent)
    by_anchor, of_anchor = _verify("--anchor", anchor)

    assert (0, 1, 1) == (alone, by_events, by_anchor)
    assert [("changed", "event", 3)] == [
        (each["kind"], each["subject"], each["sequence"]) for each in of_events["findings"]
    ]
    assert [("changed", "record", MEMBER)] == [
        (each["kind"], each["subject"], each["member_id"]) for each in of_anchor["findings"]
    ]


def test_without_the_bytes_as_received_the_facts_are_said_to_be_unproved(within_reach, tmp_path):
    sent = tmp_path / "sent.jsonl"
    sent.write_bytes(b"\n".join(sent_of(MEMBER)))
    within_reach.redis.delete(within_reach.keys.received(MEMBER))

    without, found = _verify()
    with_them, _ = _verify("--events", sent)

    assert (3, 0) == (without, with_them)
    assert ("derivation holds, facts not proved", []) == (found["verdict"], found["findings"])
    assert {"recorded": 27, "proved_by_their_bytes": 18} == found["events"]


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
    ways.outcome(within_reach)

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
    ways.outcome(within_reach)
    ways.end_of_chain(within_reach)

    said = CliRunner().invoke(adjudicator, ["audit", "verify"])

    assert 1 == said.exit_code
    assert "CHANGED  determination of claim P-1 line 1, revision 1 (entry " in said.stdout
    assert "of member M-1" in said.stdout
    assert "CHANGED  record of member M-1" in said.stdout
    assert "Verdict: found wanting." in said.stdout
