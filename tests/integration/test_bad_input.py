"""
Bad input through a real queue and real workers, through `decide` and through `submit`.

Everything is sent at once, with good events between; each test looks at one thing that came of it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.faults.observed import Observed, observe
from tests.support.bad_input import EVERY_FIELD, REFUSED, WITHOUT_EVENT_FIELD, Bad
from tests.support.event_builders import CLAIM, encoded, event_of, with_value
from tests.support.remittance import CODES
from worker.cli import adjudicator
from worker.config.connections import redis_client
from worker.determinations.data import line_key
from worker.events.decode import Refusal, decode
from worker.replay.in_memory import decide_all
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import installation
from worker.sandbox.redis_server import embedded_redis
from worker.store.keys import Keys

KEYS = Keys("mrs")
Fields = Mapping[bytes, bytes]
Data = Mapping[str, Any]

IDS = {
    "spaces": " a  b ",
    "braces": "{mrs-1}{}{0}%s%(x)s",
    "newlines": "a\nb\r\nc",
    "colons": "a:b::",
    "another script": "\u5f20\u4e09-\u0627\u062d\u0645\u062f",
    "nul and controls": "a\x00b\x1b[2J\x07",
    "separators of ours": "mrs_lines_current|mrs|denied",
    "a key of ours": "mrs:lane:00",
    "a wildcard": "*?[a-z]\\",
    "quotes": "'\"`; DROP TABLE claims; --",
    "256 characters": "\U0001f9e0" * 256,
    "composed and not": "\u00e9 e\u0301",
    "right to left": "\u202eabc\u202c",
}
"""Ids that are data, whatever they look like."""


def good(number: int, **data: Any) -> dict[str, Any]:
    """A claim of a member of its own."""
    member = {"member_id": f"M-good-{number}", "claim_id": f"C-good-{number}"}
    event = event_of(CLAIM, attestations=[], **(member | data))
    return event | {"id": f"good-{number}"}


NEIGHBOURS = [good(number) for number in range(len(REFUSED))]
OF_IDS = {
    words: good(0, member_id=text, claim_id=text, plan_id=text) | {"id": text, "source": text}
    for words, text in IDS.items()
}
UNKNOWN_PLAN = good(100, plan_id="unheard-of")
VOID_OF_NOTHING = good(101, frequency="8", replaces="C-nobody-knows")
CLAIM_ID_REUSED = [
    good(102),
    with_value(good(102) | {"id": "other"}, "data.lines[0].units", 2),
]
EVENT_ID_REUSED = [good(103), with_value(good(103), "data.lines[0].units", 2)]
SAME_AGAIN = [good(104), good(104)]

GOOD = [
    *NEIGHBOURS, *OF_IDS.values(), UNKNOWN_PLAN, VOID_OF_NOTHING, *CLAIM_ID_REUSED,
    EVENT_ID_REUSED[0], *SAME_AGAIN,
]  # fmt: skip


class Played(NamedTuple):
    """What stood there when all was worked off."""

    observed: Observed
    determinations: Sequence[Data]
    letters: Sequence[Fields]
    keys: set[str]

    def letter_of(self, raw: bytes) -> Fields:
        """The dead letter of an event."""
        (found,) = [letter for letter in self.letters if letter.get(b"event") == raw]
        return found

    def of_claim(self, claim_id: str) -> Sequence[Data]:
        """What was published for a claim."""
        return [data for data in self.determinations if data["claim_id"] == claim_id]


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Everything sent to one worker, good and bad in turn."""
    with installation(workers=1) as own, redis_client(own.settings) as redis:
        _send(redis, *(_pairs()))
        QueueWatch(redis, KEYS, own.settings.lanes).wait_until_drained(lambda _: own.mend())
        observed = observe(redis, KEYS, own.settings.lanes)
        yield Played(
            observed,
            [json.loads(fields[b"event"])["data"] for _, fields in observed.determinations],
            [fields for _, fields in observed.letters],
            {key.decode() for key in redis.scan_iter()},
        )


def _pairs() -> Iterator[Fields]:
    """Each bad event before a good one."""
    for bad, neighbour in zip(REFUSED.values(), NEIGHBOURS, strict=True):
        yield {b"event": bad.raw}
        yield {b"event": encoded(neighbour)}
    yield from WITHOUT_EVENT_FIELD.values()
    for event in (*GOOD[len(NEIGHBOURS) :], EVENT_ID_REUSED[1]):
        yield {b"event": encoded(event)}
    for raw in EVERY_FIELD:
        yield {b"event": raw}


def _send(redis: Redis, *entries: Fields) -> None:
    pipeline = redis.pipeline(transaction=False)
    for fields in entries:
        pipeline.xadd(KEYS.door, dict(fields))
    pipeline.execute()


REFUSED_BY_ALL = [pytest.param(bad, id=words) for words, bad in REFUSED.items()]
LETTER_FIELDS = {
    *(b"reason", b"detail", b"attempts", b"first_at", b"last_at", b"event_id", b"source"),
    b"member_hash",
}
OF_THE_INSTALLATION = re.compile(
    r"mrs:(events|determinations|dead-letters|dead-letters-by-member|counters|meta|workers|(lane|mark|lease):\d\d"
    r"|(mark|lease):door|pends:(mrs|pet|claim):[A-Z_]+|celery:[a-z_.]+)"
)


@pytest.mark.parametrize("bad", REFUSED_BY_ALL)
def test_a_refused_event_is_a_dead_letter_with_its_bytes_its_reason_and_every_fault(
    played: Played, bad: Bad
):
    letter = played.letter_of(bad.raw)

    detail = json.loads(letter[b"detail"])
    assert LETTER_FIELDS | {b"event"} == set(letter)
    assert bad.reason == letter[b"reason"].decode()
    assert bad.paths == tuple(fault["path"] for fault in detail)
    assert [{"path", "expected", "found"}] * len(detail) == [set(fault) for fault in detail]
    assert (bad.event_id, bad.source) == (
        letter[b"event_id"].decode(),
        letter[b"source"].decode(),
    )
    assert b"0" == letter[b"attempts"]
    assert letter[b"first_at"] <= letter[b"last_at"]


@pytest.mark.parametrize("bad", [case for case in REFUSED_BY_ALL if case.values[0].raw])
def test_decide_and_submit_say_the_same_of_it_on_standard_error(
    played: Played, said_by_decide, said_by_submit, bad: Bad
):
    by_decide, by_submit = said_by_decide[bad.raw], said_by_submit[bad.raw]

    letter = played.letter_of(bad.raw)
    assert by_decide == by_submit
    assert {
        "id": letter[b"event_id"].decode() or None,
        "source": letter[b"source"].decode() or None,
        "reason": bad.reason,
        "paths": [(f["path"], f["expected"]) for f in json.loads(letter[b"detail"])],
    } == {
        "id": by_decide["id"],
        "source": by_decide["source"],
        "reason": by_decide["reason"],
        # Of a line that is too large only the beginning is read, so what was found differs.
        "paths": [(fault["path"], fault["expected"]) for fault in by_decide["faults"]],
    }


def test_of_a_blank_line_neither_says_anything(said_by_decide, said_by_submit):
    assert b"" not in {*said_by_decide, *said_by_submit}


@pytest.mark.parametrize(
    "fields", [pytest.param(fields, id=words) for words, fields in WITHOUT_EVENT_FIELD.items()]
)
def test_an_entry_without_the_field_event_keeps_its_own_fields(played: Played, fields: Fields):
    kept = {b"entry:" + name: value for name, value in fields.items()}

    (letter,) = [each for each in played.letters if kept.items() <= each.items()]

    assert LETTER_FIELDS | set(kept) == set(letter)
    assert b"NO_EVENT_FIELD" == letter[b"reason"]
    assert ["event"] == [fault["path"] for fault in json.loads(letter[b"detail"])]


def test_each_field_of_each_type_that_is_wrong_is_a_dead_letter_with_the_faults_of_decode(
    played: Played,
):
    found = {
        letter[b"event"]: (letter[b"reason"].decode(), json.loads(letter[b"detail"]))
        for letter in played.letters
        if b"event" in letter
    }

    expected = {raw: _refused(raw) for raw in EVERY_FIELD}

    assert expected == {raw: found[raw] for raw in EVERY_FIELD}
    assert {"INVALID_DATA", "NOT_JSON"} >= {reason for reason, _ in expected.values()}


def test_an_id_with_another_body_is_refused_and_the_first_body_is_decided(played: Played):
    first, second = map(encoded, EVENT_ID_REUSED)

    letter = played.letter_of(second)

    assert (b"EVENT_ID_REUSED", b"good-103", b"/edi/gateway") == (
        letter[b"reason"],
        letter[b"event_id"],
        letter[b"source"],
    )
    assert ["id"] == [fault["path"] for fault in json.loads(letter[b"detail"])]
    assert 1 == len(played.of_claim("C-good-103"))
    assert first not in {letter.get(b"event") for letter in played.letters}


def test_a_claim_under_an_unknown_plan_is_pended_and_not_refused(played: Played):
    (data,) = played.of_claim("C-good-100")

    assert ("pended", "PLAN_UNKNOWN") == (data["outcome"], data["reason"])
    assert ["plan_enrollment"] == [need["code"] for need in data["needs"]]


def test_a_void_of_nothing_waits_for_what_it_voids(played: Played):
    (data,) = played.of_claim("C-good-101")

    assert ("pended", "ORIGINAL_NOT_FOUND") == (data["outcome"], data["reason"])
    assert "original_claim" in [need["code"] for need in data["needs"]]


def test_a_claim_id_reused_is_kept_and_counted_and_the_first_content_holds(played: Played):
    assert 1 == played.observed.survey.counters["mrs_claim_id_reused_total"]
    assert 2 == played.observed.members["M-good-102"].record.version
    assert {1} == {data["line"] for data in played.of_claim("C-good-102")}


def test_the_same_event_twice_is_counted_and_changes_nothing(played: Played):
    assert 1 == len(played.of_claim("C-good-104"))
    assert 1 == played.observed.survey.counters[f"mrs_events_total|{CLAIM}|duplicate"]


@pytest.mark.parametrize("text", [pytest.param(text, id=words) for words, text in IDS.items()])
def test_an_id_is_data_wherever_it_goes(played: Played, text: str):
    (data,) = played.of_claim(text)

    assert (text, text) == (data["member_id"], data["claim_id"])
    assert {"source": text, "id": text} == data["caused_by"]
    assert {text} == played.observed.claims[text]
    assert 1 == played.observed.members[text].record.version


def test_no_id_reaches_another_key_than_its_own(played: Played):
    members = {data["member_id"] for data in played.determinations}
    named = {KEYS.record(member) for member in members} | {KEYS.index(m) for m in members}
    named |= {KEYS.received(member) for member in members}
    named |= {KEYS.claim(data["claim_id"]) for data in played.determinations}

    of_nobody = played.keys - named

    assert named <= played.keys
    assert not {key for key in of_nobody if not OF_THE_INSTALLATION.fullmatch(key)}


def test_nothing_else_is_disturbed(played: Played):
    events = [encoded(event) for event in (*GOOD, EVENT_ID_REUSED[1])]

    decided = decide_all(events, load_library(SHIPPED))

    final = {line_key(data): data for data in played.determinations}
    assert _told(decided.final.values()) == _told(final.values())
    assert len({line_key(event["data"] | {"line": 1}) for event in GOOD}) == len(final)


def test_every_entry_is_counted_once(played: Played):
    survey = played.observed.survey

    refused = Counter(
        {
            field.split("|")[1]: count
            for field, count in survey.counters.items()
            if field.startswith("mrs_events_total|") and field.endswith("|refused")
        }
    )

    expected = Counter(bad.event_type for bad in REFUSED.values())
    expected += Counter(_type_of(raw) for raw in EVERY_FIELD)
    expected += Counter({"unknown": len(WITHOUT_EVENT_FIELD), CLAIM: 1})
    assert expected == refused
    assert refused.total() == len(played.letters)
    assert 0 == survey.conservation_difference
    assert (0, {}) == (played.observed.attempts, played.observed.takes)


@pytest.fixture(scope="module")
def lines() -> Sequence[bytes]:
    """All that fits a file of JSON lines: good and bad in turn."""
    raws = [entry[b"event"] for entry in _pairs() if b"event" in entry]
    return [raw for raw in raws if b"\n" not in raw]


@pytest.fixture(scope="module")
def said_by_decide(lines, tmp_path_factory) -> dict[bytes, Data]:
    """Line -> what `decide` said of it on standard error."""
    return _said_by("decide", lines, tmp_path_factory.mktemp("decide"))


@pytest.fixture(scope="module")
def said_by_submit(lines, tmp_path_factory, played) -> Iterator[dict[bytes, Data]]:
    """Line -> what `submit` said of it on standard error; what it sends goes nowhere."""
    del played
    with embedded_redis({"appendonly": "no"}) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MRS_REDIS_URL", server.url)
        yield _said_by("submit", lines, tmp_path_factory.mktemp("submit"))


def _said_by(command: str, lines: Sequence[bytes], folder: Path) -> dict[bytes, Data]:
    file = folder / "events.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    result = CliRunner().invoke(adjudicator, [command, str(file)])
    assert 1 == result.exit_code
    said = [json.loads(line) for line in result.stderr.splitlines()]
    return {lines[each["row"] - 1]: each | {"file": "", "row": 0} for each in said}


def _refused(raw: bytes) -> tuple[str, list[dict[str, str]]]:
    refusal = decode(raw, CODES)
    assert isinstance(refusal, Refusal)
    return refusal.reason, [fault._asdict() for fault in refusal.faults]


def _type_of(raw: bytes) -> str:
    refusal = decode(raw, CODES)
    assert isinstance(refusal, Refusal)
    return refusal.event_type


def _told(determinations: Iterable[Data]) -> list[Data]:
    """Without the link to the determination before, which `decide` does not have."""
    told = ({**data, "digests": data["digests"]["record"]} for data in determinations)
    return sorted(told, key=line_key)
