"""`adjudicator explain --events`: words and what would change them, from a file, without Redis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from rules.history.record import Record
from rules.loading.files import SHIPPED, load_library
from rules.member.member import Member
from rules.member.open_member import apply
from tests.support.event_builders import CLAIM, REPORT, REVIEW, event_of
from tests.support.remittance import CODES
from worker.cli import adjudicator
from worker.determinations.publish import event_of as published
from worker.determinations.read import history_of
from worker.events.decode import decode
from worker.explain.claim_history import NoSuchClaim, claim_in_redis
from worker.explain.event_trace import Following
from worker.store.keys import Keys

PENDED = event_of(CLAIM, attestations=[], diagnoses=["C71.1", "I67.89"])
PET = event_of(REPORT, study_id="P-1", procedure="78608", modifiers=[], status="paid")


def named(event: dict[str, Any], event_id: str, **data: Any) -> dict[str, Any]:
    return {**event, "id": event_id, "data": {**event["data"], **data}}


@pytest.fixture
def explain(tmp_path: Path) -> Any:
    """Explains a claim from a file of events, in their order."""

    def run(*events: object, options: tuple[str, ...] = (), claim: str = "C-1001") -> Result:
        file = tmp_path / "events.jsonl"
        file.write_text("".join(json.dumps(event) + "\n" for event in events))
        arguments = ["explain", claim, "--events", str(file), *options]
        return CliRunner().invoke(adjudicator, arguments)

    return run


def test_a_claim_is_explained_from_its_events_alone(explain: Any) -> None:
    result = explain(PENDED)

    assert 0 == result.exit_code
    assert "PENDED, CONVENTIONAL_IMAGING_UNKNOWN" in result.stdout
    assert "What would change it" not in result.stdout


def test_every_revision_is_told(explain: Any) -> None:
    result = explain(PENDED, named(event_of(REPORT), "e-2"))

    assert "APPROVED, CRITERIA_MET" in result.stdout
    assert ["1", "2"] == [row.split()[0] for row in result.stdout.splitlines()[-2:]]


def test_what_would_change_it_is_told_in_two_voices(explain: Any) -> None:
    result = explain(PENDED, named(PET, "e-2"), options=("--what-would-change",))

    examiner, notice = result.stdout.split("What a notice may say of it")
    assert "What would change it (for the examiner" in examiner
    assert "a report that the 78608 of 2025-06-02 (P-1) was not done" in examiner
    assert "A reviewer can be asked to decide." in notice
    assert "78608" not in notice


def test_facts_that_are_needed_together_stand_together(explain: Any) -> None:
    result = explain(PENDED, named(PET, "e-2"), options=("--what-would-change",))

    assert "\n    and a report that the 78608" in result.stdout


def test_what_would_deny_it_is_told_of_a_pended_line(explain: Any) -> None:
    result = explain(PENDED, options=("--what-would-change",))

    assert "What would deny it" in result.stdout
    assert "-> denied, CONVENTIONAL_IMAGING_CONCLUSIVE" in result.stdout


def test_documents_of_the_requester_are_told_for_the_notice(explain: Any) -> None:
    result = explain(PENDED, options=("--what-would-change",))

    notice = result.stdout.split("What a notice may say of it")[1]
    assert "- A prior authorization of the service that was approved" in notice


def test_where_no_document_turns_it_a_sentence_says_so(explain: Any) -> None:
    under_the_ncd = _line(date_of_service="2020-12-31")
    not_covered = named(PENDED, "e-1", plan_id="sample-medicare", lines=[under_the_ncd])

    result = explain(not_covered, options=("--what-would-change",))

    assert "NCD_NON_COVERED" in result.stdout
    assert "No document from the requester would resolve or reopen it on its own." in result.stdout


def test_an_exclusion_is_turned_by_no_review_but_reopened_under_another_plan(explain: Any) -> None:
    excluded = named(PENDED, "e-1", plan_id="sample-no-mrs")

    result = explain(excluded, options=("--what-would-change",))

    examiner, notice = result.stdout.split("What a notice may say of it")
    resolving, reopening = examiner.split("What would reopen it, and leave it open or denied")
    sets = resolving.split("What would change it")[1].split("\n  - ")[1:]
    assert ["under another plan" in one for one in sets] == [True] * len(sets)
    assert "under another plan" in reopening
    assert "-> the claim sent again: pended, CONVENTIONAL_IMAGING_UNKNOWN" in reopening
    assert "- The plan in which the member was enrolled on the date of service." in notice


def test_there_is_nothing_to_turn_of_an_approved_line(explain: Any) -> None:
    result = explain(PENDED, named(event_of(REPORT), "e-2"), options=("--what-would-change",))

    assert "It is neither denied nor pended: there is nothing to change." in result.stdout


def test_one_line_can_be_asked_for(explain: Any) -> None:
    two = named(PENDED, "e-1", lines=[_line(), _line(line=2, procedure="70553")])

    every, second, third = (
        explain(two, options=options) for options in ((), ("--line", "2"), ("--line", "3"))
    )

    assert "line 1" in every.stdout
    assert "line 2" in every.stdout
    assert "line 1" not in second.stdout
    assert (1, "it has 1, 2." in third.stderr) == (third.exit_code, True)


def test_a_refused_event_is_told_and_makes_the_exit_code_1(explain: Any) -> None:
    result = explain(PENDED, {"specversion": "1.0"})

    assert 1 == result.exit_code
    assert "NOT_AN_EVENT" in result.stderr
    assert "PENDED" in result.stdout


def test_a_claim_id_that_several_members_have_needs_the_member(explain: Any) -> None:
    other = named(PENDED, "e-9", member_id="M-2")

    unclear = explain(PENDED, other)
    chosen = explain(PENDED, other, options=("--member", "M-2"))

    assert (2, True) == (unclear.exit_code, "Known: M-1, M-2" in unclear.stderr)
    assert "member M-2" in chosen.stdout


@pytest.mark.parametrize(
    ("claim", "options", "words"),
    [
        pytest.param("C-9", (), "No claim C-9 is known.", id="nobodys_claim"),
        pytest.param("C-1001", ("--member", "M-9"), "of that member", id="another_member"),
    ],
)
def test_a_claim_that_is_not_there_is_said_so(
    explain: Any, claim: str, options: tuple[str, ...], words: str
) -> None:
    result = explain(PENDED, claim=claim, options=options)

    assert (1, True) == (result.exit_code, words in result.stderr)


def test_revisions_of_other_claims_are_not_kept() -> None:
    following = Following(load_library(SHIPPED), "C-1001")
    for event in (PENDED, named(PENDED, "e-2", claim_id="C-2"), named(event_of(REVIEW), "e-3")):
        following.take(json.dumps(event).encode())

    assert ["M-1"] == following.members
    assert [1, 2] == [data["revision"] for data in following.history_of("M-1")[1]]
    assert {} == following.history_of("M-2")


# -------------------------------------------------------------------------------------- from Redis


def test_a_claim_in_redis_comes_with_its_members_record(redis_client: Any) -> None:
    keys = Keys("mrs")
    _publish(redis_client, keys)

    known = claim_in_redis(redis_client, keys, "C-1001", None)

    assert known.lines == history_of(redis_client, keys, "M-1", "C-1001")
    assert 1 == known.record.version


def test_a_claim_whose_record_is_gone_has_an_empty_one(redis_client: Any) -> None:
    keys = Keys("mrs")
    _publish(redis_client, keys)
    redis_client.delete(keys.record("M-1"))

    assert Record() == claim_in_redis(redis_client, keys, "C-1001", "M-1").record


def test_a_claim_that_redis_does_not_have_is_not_there(redis_client: Any) -> None:
    for member in (None, "M-1"):
        with pytest.raises(NoSuchClaim):
            claim_in_redis(redis_client, Keys("mrs"), "C-1001", member)


def _line(**changes: Any) -> dict[str, Any]:
    (line,) = PENDED["data"]["lines"]
    return {**line, **changes}


def _publish(redis: Any, keys: Keys) -> None:
    """As the queue leaves a claim: a determination in the stream, and the member's record."""
    raw = json.dumps(PENDED).encode()
    event = decode(raw, CODES)
    library = load_library(SHIPPED)
    applied = apply(Member(), event, b"", library)  # type: ignore[arg-type]
    (publication,) = applied.publications
    data = published(publication, "M-1", library, time="2025-06-20T14:03:00Z", previous=None)
    entry = redis.xadd(keys.determinations, {"event": data})
    redis.rpush(keys.index("M-1"), entry)
    redis.zadd(keys.claim("C-1001"), {"M-1": 0})
    body = msgspec.msgpack.encode(applied.member)
    redis.set(keys.record("M-1"), b"\x00" * 8 + body)
