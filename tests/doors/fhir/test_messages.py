"""Bundles, references, and bytes that are no message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from doors.fhir.bundles import NESTED_MAX
from doors.fhir.faults import FAULTS_MAX, ResourceFaults, ResourceRefused
from doors.fhir.json_text import resource_in
from doors.fhir.messages import MessageOutcome, outcome_of
from doors.fhir.terms import DoorTerms
from tests.support.event_builders import CLAIM, COVERAGE, encoded, event_of
from tests.support.fhir_messages import claim_of, message_of

MESSAGE = message_of({**event_of(CLAIM), "data": {**event_of(CLAIM)["data"], "attestations": []}})
ENROLMENT = message_of(event_of(COVERAGE))


def read(message: dict[str, Any] | bytes) -> MessageOutcome:
    raw = message if isinstance(message, bytes) else encoded(message)
    return outcome_of(resource_in(raw), DoorTerms())


def nested(depth: int) -> dict[str, Any]:
    message = MESSAGE
    for _ in range(depth):
        message = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": message}]}
    return message


def contained() -> dict[str, Any]:
    """The Claim alone, with what it refers to inside of it."""
    claim = claim_of(event_of(CLAIM))
    _, coverage, patient = (entry["resource"] for entry in MESSAGE["entry"])
    return {
        **claim,
        "patient": {"reference": "#p"},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "#c"}}],
        "contained": [{**coverage, "beneficiary": {"reference": "#p"}}, patient],
    }


def without_urls(*, form: str) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{entry['resource']['id']}", "resource": entry["resource"]}
               for entry in MESSAGE["entry"]]  # fmt: skip
    text = json.dumps({**MESSAGE, "entry": entries})
    for name in ("Patient/p", "Coverage/c"):
        text = text.replace(f'"{name}"', f'"{form.format(name=name, id=name[-1])}"')
    return json.loads(text)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(contained(), id="contained resources"),
        pytest.param(without_urls(form="urn:uuid:{id}"), id="references by uuid"),
        pytest.param(without_urls(form="{name}"), id="references by type and id alone"),
        pytest.param(without_urls(form="{name}/_history/3"), id="references to a version"),
        pytest.param(nested(NESTED_MAX - 1), id="bundles as deep as they may be"),
    ],
)
def test_a_claim_is_read_from(message):
    (outcome,) = read(message).resources

    assert () == outcome.faults
    assert "M-1" == json.loads(outcome.event)["data"]["member_id"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param(nested(NESTED_MAX), "deep in each other", id="bundles too deep"),
        pytest.param({**MESSAGE, "type": "history"}, "Bundle.type", id="a history"),
        pytest.param({**MESSAGE, "implicitRules": "urn:x"}, "other rules", id="implicit rules"),
        pytest.param({**MESSAGE, "entry": {}}, "A list", id="entries that are no list"),
        pytest.param({**MESSAGE, "entry": [3]}, "Bundle.entry[0]", id="an entry that is none"),
        pytest.param({**MESSAGE, "entry": [{"modifierExtension": []}]}, "modifier extension",
                     id="a modifier extension of an entry"),
        pytest.param({**MESSAGE, "entry": [{"resource": {"a": 1}}]}, "resourceType",
                     id="an entry that is no resource"),
        pytest.param(b"", "nothing in it", id="nothing"),
        pytest.param(b" \n", "nothing in it", id="blanks"),
        pytest.param(b"\xff\xfe{}", "not UTF-8", id="not UTF-8"),
        pytest.param(b'{"resourceType": "\xe9"}', "not UTF-8", id="Latin-1"),
        pytest.param(b"\x00\x01\x02" * 100, "not JSON", id="binary"),
        pytest.param(b"<Claim xmlns='http://hl7.org/fhir'/>", "not JSON", id="XML"),
        pytest.param(b"[]", "no JSON object", id="a list"),
        pytest.param(b'{"resource": "Claim"}', "no resourceType", id="no resource"),
        pytest.param(b'{"resourceType": "Claim", "id": "1", "id": "2"}', "twice",
                     id="a key given twice"),
        pytest.param(b'{"resourceType": "Claim", "x": NaN}', "not JSON", id="NaN"),
        pytest.param(b'{"resourceType": "Claim", "x": ' + 5000 * b"9" + b"}", "not JSON",
                     id="a number without end"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "200 deep", id="deep nesting"),
        pytest.param(b'{"resourceType": "Claim", "x": 1e999999999999999999999}', "not JSON",
                     id="an exponent that no number has"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_one_sentence(message, words):
    with pytest.raises(ResourceRefused) as refused:
        read(message)

    assert any(word in str(refused.value) for word in words.split("|")), str(refused.value)
    assert 1 == len(refused.value.faults)


@pytest.mark.parametrize("message", [MESSAGE, ENROLMENT], ids=["a claim", "an enrolment"])
def test_every_truncation_is_refused(message):
    whole = encoded(message)
    for length in range(len(whole)):
        with pytest.raises(ResourceRefused):
            read(whole[:length])


def test_a_huge_exponent_in_money_is_a_fault_and_no_bomb():
    message = json.loads(json.dumps(MESSAGE))
    text = json.dumps(message).replace("850.0", "1e300")

    (outcome,) = read(text.encode()).resources

    assert ["18 digits" in fault.text for fault in outcome.faults] == [True]


def test_a_byte_order_mark_is_passed_over():
    assert read(b"\xef\xbb\xbf" + encoded(MESSAGE)) == read(MESSAGE)


def test_a_claim_takes_its_name_from_the_bundle_where_it_has_none():
    claim = {name: value for name, value in claim_of(event_of(CLAIM)).items()
             if name != "identifier"}  # fmt: skip
    others = [{"resource": entry["resource"]} for entry in MESSAGE["entry"][1:]]
    message = {**MESSAGE, "entry": [{"resource": claim}, *others]}

    named = {**message, "identifier": {"system": "urn:b", "value": "9"}}
    (nameless,), (found,) = read(message).resources, read(named).resources

    assert ["send an identifier" in fault.text for fault in nameless.faults] == [True]
    assert "urn:b|9/Claim/claim" == json.loads(found.event)["data"]["claim_id"]


def test_a_coverage_beside_a_claim_is_the_provider_s_word_and_no_enrolment():
    outcome = read(MESSAGE)

    assert ["Claim"] == [each.kind for each in outcome.resources]
    assert {"Coverage": 1, "Patient": 1} == outcome.unread


def test_a_bundle_without_anything_of_ours_is_counted():
    message = {**MESSAGE, "entry": [{"request": {}}, {"resource": {"resourceType": "Smith"}}]}

    assert MessageOutcome((), {"other": 1}) == read(message)


def test_faults_without_end_are_cut_off_with_a_word():
    faults = ResourceFaults()
    for number in range(FAULTS_MAX + 5):
        faults.add(f"Claim.item[{number}]", "required", "It is needed.")

    assert FAULTS_MAX + 1 == len(faults.found())
    assert "There may be more faults." == faults.found()[-1].text
