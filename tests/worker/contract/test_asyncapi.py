"""The AsyncAPI document is one by its specification, and has the streams that there are."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft7Validator

from tests.support.sources import ROOT, text_of
from worker.contract.asyncapi import ASYNCAPI
from worker.contract.catalog import DOCUMENTS, SCHEMAS, packaged
from worker.contract.determination import DETERMINED
from worker.events.types import EVENT_TYPES

DOCUMENT = json.loads(packaged(ASYNCAPI))


def test_it_is_an_asyncapi_document():
    schema = json.loads((ROOT / "tests/worker/contract/asyncapi-3.0.0.json").read_text("utf-8"))

    errors = Draft7Validator(schema).iter_errors(DOCUMENT)

    assert [] == [f"{error.json_path}: {error.message}" for error in errors]


def test_the_specification_refuses_what_is_no_such_document():
    schema = json.loads((ROOT / "tests/worker/contract/asyncapi-3.0.0.json").read_text("utf-8"))
    wrong = DOCUMENT | {"operations": {"decide": {"action": "eat"}}}

    assert not Draft7Validator(schema).is_valid(wrong)


def test_each_reference_leads_somewhere():
    references = re.findall(r'"\$ref": "([^"]+)"', packaged(ASYNCAPI))

    for reference in references:
        file, _, path = reference.partition("#")
        if file:
            assert file.removeprefix("./").removesuffix(".json") in SCHEMAS
            continue
        found = DOCUMENT
        for step in path.strip("/").split("/"):
            found = found[step]


@pytest.mark.parametrize("key", ["events", "determinations", "dead-letters"])
def test_each_stream_of_the_contract_is_a_channel(key):
    assert f"| `mrs:{key}` | stream" in text_of("docs/contract.md")

    assert f"{{prefix}}:{key}" in {each["address"] for each in DOCUMENT["channels"].values()}


def test_every_event_goes_into_its_channel():
    channels = DOCUMENT["channels"]

    assert list(EVENT_TYPES) == list(channels["events"]["messages"])
    assert [DETERMINED] == list(channels["determinations"]["messages"])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_packaged_document_is_plain_ascii(name):
    assert packaged(name).isascii()
