"""A change that breaks a producer or a consumer is told in one sentence; growth is not."""

from __future__ import annotations

import copy

import pytest

from ops.release.contract_changes import DECLARED, breaks, keep, kept, present, undeclared
from tests.support.event_builders import CLAIM, COVERAGE, REPORT, REVIEW
from worker.contract.catalog import SCHEMAS
from worker.contract.determination import DETERMINED

NOW = present()
LINE = "DeterminedLine"


def of(name, *steps):
    """How to reach a part of a schema."""

    def at(schemas):
        part = schemas[name]
        for step in steps:
            part = part[step]
        return part

    return at


def data_of(event_type, *steps):
    return of(event_type, "properties", "data", *steps)


def line_of(*steps):
    return of(DETERMINED, "$defs", LINE, *steps)


def said_of(at, change) -> list[str]:
    """What is said of a change from the present schemas."""
    changed = copy.deepcopy(NOW)
    change(at(changed))
    return list(breaks(NOW, changed))


def put(**values):
    return lambda part: part.update(values)


def drop(name):
    return lambda part: part.pop(name)


def test_no_change_since_the_last_release_breaks_anyone():
    assert [] == undeclared(kept(), NOW)


def test_every_break_that_was_declared_is_one():
    assert set() == DECLARED.keys() - set(breaks(kept(), NOW))


def test_a_release_keeps_the_schemas_that_are_packaged_and_no_others(tmp_path):
    (tmp_path / "gone.v1.json").write_text("{}")

    keep(tmp_path)

    assert NOW == kept(tmp_path)


BROKEN = [
    pytest.param(
        data_of(REPORT, "properties", "result"),
        put(enum=["limited", "conclusive"]),
        'data.result: "unknown" is no longer accepted; producers that send it are refused',
        id="a_word_that_an_event_may_no_longer_say",
    ),
    pytest.param(
        data_of(CLAIM, "required"),
        lambda required: required.append("place_of_service"),
        "data.place_of_service is required now; producers that leave it out are refused",
        id="an_optional_field_of_an_event_becomes_required",
    ),
    pytest.param(
        data_of(REVIEW, "properties"),
        drop("credential"),
        "data.credential is no longer read; what producers say in it is lost",
        id="a_field_of_an_event_is_no_longer_read",
    ),
    pytest.param(
        data_of(CLAIM, "properties", "lines"),
        put(maxItems=99),
        "data.lines: maxItems is narrower now; producers that go beyond it are refused",
        id="fewer_lines",
    ),
    pytest.param(
        of(COVERAGE, "$defs", "identifier"),
        put(maxLength=64),
        "data.plan_id: maxLength is narrower now; producers that go beyond it are refused",
        id="shorter_ids",
    ),
    pytest.param(
        data_of(CLAIM, "properties", "place_of_service"),
        put(type="string"),
        "data.place_of_service: a value of type null is no longer accepted; producers that send it "
        "are refused",
        id="null_is_no_longer_accepted",
    ),
    pytest.param(
        of(CLAIM, "$defs", "procedure"),
        put(pattern="^[0-9]{5}$"),
        "data.lines[].procedure: `pattern` is another; nothing shows that what was accepted still "
        "is",
        id="another_form_of_a_code",
    ),
    pytest.param(
        line_of("properties", "outcome", "enum"),
        lambda values: values.append("suspended"),
        'data.outcome may be "suspended" now; consumers know only the values before it',
        id="a_new_outcome",
    ),
    pytest.param(
        line_of("required"),
        lambda required: required.remove("section"),
        "data.section may be missing now; consumers rely on it",
        id="a_field_of_a_determination_that_may_be_missing",
    ),
    pytest.param(
        line_of("properties"),
        drop("due_on"),
        "data.due_on is no longer written; consumers may read it",
        id="a_field_of_a_determination_is_gone",
    ),
    pytest.param(
        line_of("properties"),
        put(reason={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "data.reason may be a value of type null now; consumers do not expect it",
        id="null_where_there_was_always_text",
    ),
    pytest.param(
        line_of("properties", "line"),
        put(maximum=9999),
        "data.line: maximum is wider now; consumers may not hold more",
        id="larger_line_numbers_in_a_determination",
    ),
]


@pytest.mark.parametrize(("at", "change", "sentence"), BROKEN)
def test_what_breaks_somebody_is_told(at, change, sentence):
    said = said_of(at, change)

    assert any(each.endswith(f": {sentence}.") for each in said), said


def test_a_schema_that_is_gone_is_told():
    without = {name: schema for name, schema in NOW.items() if name != REPORT}

    (said,) = breaks(NOW, without)

    assert said.startswith(f"{REPORT}: the schema is gone")


GROWTH = [
    pytest.param(
        data_of(REPORT, "properties"),
        put(laterality={"type": ["string", "null"]}),
        id="a_new_optional_field_of_an_event",
    ),
    pytest.param(
        data_of(REPORT, "properties", "result", "enum"),
        lambda values: values.append("repeated"),
        id="a_new_word_that_an_event_may_say",
    ),
    pytest.param(
        data_of(CLAIM, "required"),
        lambda required: required.remove("plan_id"),
        id="a_field_of_an_event_becomes_optional",
    ),
    pytest.param(
        of(CLAIM, "$defs", "identifier"), put(maxLength=512), id="longer_ids_are_accepted"
    ),
    pytest.param(
        line_of("properties"), put(network={"type": "string"}), id="a_new_field_of_a_determination"
    ),
    pytest.param(
        line_of("properties", "change", "enum"),
        lambda values: values.remove("neutral"),
        id="a_word_that_is_no_longer_written",
    ),
    pytest.param(
        of("output.doctor", "properties"), put(code={"type": "string"}), id="a_new_field_of_output"
    ),
]


@pytest.mark.parametrize(("at", "change"), GROWTH)
def test_growth_breaks_nobody(at, change):
    assert [] == said_of(at, change)


def test_a_new_type_of_event_breaks_nobody():
    assert [] == list(breaks(NOW, {**NOW, "allergy.noted.v1": NOW[REPORT]}))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_does_not_break_itself(name):
    assert [] == list(breaks({name: NOW[name]}, {name: copy.deepcopy(NOW[name])}))
