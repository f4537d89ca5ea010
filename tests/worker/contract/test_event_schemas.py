"""The schemas accept exactly the events that the decoder accepts, but for what is on the list."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.support.bad_input import EVERY_FIELD, REFUSED
from tests.support.event_builders import CLAIM, REPORT, REVIEW, denial, encoded, event_of, without
from tests.support.event_mutations import mutated_events
from tests.support.remittance import CODES
from tests.support.sources import ROOT, text_of
from worker.contract.event_schemas import BEYOND_THE_SCHEMA, event_schema
from worker.events.decode import Refusal, decode
from worker.events.faults import FieldFault
from worker.events.types import EVENT_TYPES

EVENTS = int(os.environ.get("MRS_TESTS_FUZZ_EVENTS", "2000"))
"""`make fuzz` sets more."""

VALIDATORS = {name: Draft202012Validator(event_schema(name)) for name in EVENT_TYPES}
WITHOUT_SCHEMA = {"TOO_LARGE", "NOT_UTF8", "NOT_JSON"}
SAYS = {
    "a number, 0 or more": "units",
    "a day not after": "order of days",
    "a day not before": "order of days",
    "the id of another claim": "other claim",
    "a number that no other line": "line numbers",
    "the position of a diagnosis": "pointers",
    "a claim adjustment reason code in force": "codes in force",
    "a remittance advice remark code in force": "codes in force",
}
"""How the decoder begins to name what a schema cannot say."""


def schema_accepts(raw: bytes) -> bool:
    event = json.loads(raw)
    if not isinstance(event, dict) or event.get("type") not in EVENT_TYPES:
        return False
    return VALIDATORS[event["type"]].is_valid(event)


def difference(raw: bytes) -> str | None:
    """What the schema should have said and did not; None if it agrees or may differ."""
    decoded = decode(raw, CODES)
    if isinstance(decoded, Refusal) and decoded.reason in WITHOUT_SCHEMA:
        return None
    accepts = schema_accepts(raw)
    if not isinstance(decoded, Refusal):
        return None if accepts else f"the schema refuses {raw!r}"
    unlisted = [fault for fault in decoded.faults if kind_of(fault) is None]
    return f"the schema accepts {raw!r}: {unlisted}" if accepts and unlisted else None


def kind_of(fault: FieldFault) -> str | None:
    """The entry of the list to which a fault belongs."""
    kind = next((kind for begins, kind in SAYS.items() if fault.expected.startswith(begins)), None)
    if kind == "units":
        return _kind_of_units(fault.found)
    if kind == "pointers" and not re.fullmatch(r"[1-9][0-9]*(\.0)?|.*e\+[0-9]+", fault.found):
        return None
    return kind


def _kind_of_units(found: str) -> str | None:
    if not re.match(r"[0-9]|Infinity", found):
        return None
    number = Decimal(found)
    return "range" if number.is_infinite() else "units"


def differences(events: Iterable[bytes]) -> list[str]:
    return [said for raw in events if (said := difference(raw)) is not None]


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_schema_is_one_by_its_own_specification(name):
    Draft202012Validator.check_schema(event_schema(name))


def test_mutated_events_are_accepted_by_schema_and_decoder_alike():
    assert [] == differences(map(encoded, mutated_events(18, EVENTS)))


def test_the_mutations_are_accepted_and_refused_in_great_numbers():
    decoded = [decode(encoded(event), CODES) for event in mutated_events(18, 1000)]

    refused = sum(isinstance(each, Refusal) for each in decoded)

    assert 300 < refused < 900


def test_every_malformed_field_is_refused_by_schema_and_decoder_alike():
    assert [] == differences(EVERY_FIELD)


def test_every_kind_of_bad_input_is_refused_by_schema_and_decoder_alike():
    assert [] == differences(bad.raw for bad in REFUSED.values())


def test_the_events_of_samples_and_scenarios_are_accepted_by_both():
    day = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()
    scenarios = [
        json.loads(line)
        for name in ("open", "witnesses")
        for line in (ROOT / f"tests/scenarios/{name}.jsonl").read_text("utf-8").splitlines()[:200]
    ]
    events = [encoded(event) for each in scenarios for event in each["events"]]

    assert len(events) > 300
    assert [] == differences(day + events)


LINE = event_of(CLAIM)["data"]["lines"][0]
LISTED = {
    "bytes": encoded(event_of(CLAIM)).ljust(256 * 1024 + 1),
    "units": encoded(event_of(CLAIM, lines=[LINE | {"units": 0.0001}])),
    "range": encoded(event_of(CLAIM, lines=[LINE | {"units": "?"}])).replace(b'"?"', b"1e999"),
    "order of days": encoded(event_of(REPORT, date_of_service="2025-06-21")),
    "other claim": encoded(event_of(CLAIM, frequency="7", replaces="C-1001")),
    "line numbers": encoded(event_of(CLAIM, lines=[LINE, LINE])),
    "pointers": encoded(event_of(CLAIM, diagnoses=["C71.1", " "])),
    "codes in force": encoded(denial(carc="25")),
}


def test_every_entry_of_the_list_is_a_difference_that_there_is():
    assert set(BEYOND_THE_SCHEMA) == {*LISTED, "identity"}
    for raw in LISTED.values():
        assert schema_accepts(raw)
        assert isinstance(decode(raw, CODES), Refusal)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(event_of(CLAIM, replaces=7), True, id="what_frequency_1_ignores"),
        pytest.param(event_of(CLAIM, frequency="7", replaces="C-1"), True, id="a_replacement"),
        pytest.param(event_of(CLAIM, frequency="8"), False, id="a_void_of_nothing"),
        pytest.param(
            event_of(CLAIM, lines=[LINE | {"procedure": " "}]), True, id="a_revenue_code_alone"
        ),
        pytest.param(
            event_of(CLAIM, lines=[LINE | {"procedure": None, "revenue_code": ""}]),
            False,
            id="neither_procedure_nor_revenue_code",
        ),
        pytest.param(denial(), True, id="a_denial_with_its_codes"),
        pytest.param(denial(rarc=None), False, id="a_reason_code_without_remarks"),
        pytest.param(without(denial(), "data.carc"), False, id="remarks_without_a_reason_code"),
        pytest.param(denial(decision="approved"), False, id="codes_on_an_approval"),
        pytest.param(event_of(REVIEW, level=" "), True, id="a_blank_level"),
        pytest.param(event_of(REVIEW, more={"later": 1}), True, id="a_field_of_a_later_version"),
    ],
)
def test_what_depends_on_another_field_is_in_the_schema(event: Any, expected: bool):
    assert expected is schema_accepts(encoded(event))
    assert expected is not isinstance(decode(encoded(event), CODES), Refusal)


def test_the_contract_lists_what_a_schema_cannot_say():
    section = " ".join(text_of("docs/contract.md").partition("\n## 7.")[2].split())

    plain = section.replace("`", "").replace("(", "").replace(")", "")
    for said in BEYOND_THE_SCHEMA.values():
        for sentence in said.replace("`", "").replace("(", "").replace(")", "").split(". "):
            assert sentence.removesuffix(".") in plain
