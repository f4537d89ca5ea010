"""The decoder takes a claim as it was meant: its lines, what it replaces, what it attests."""

from __future__ import annotations

from datetime import date

import pytest

from rules.facts import (
    Attestation,
)
from tests.support.event_builders import (
    CLAIM,
    event_of,
    with_value,
)
from tests.worker.events.accepting import FULL_CLAIM, accepted


def test_who_ordered_a_line_and_what_was_measured_are_read():
    claim = accepted(
        with_value(FULL_CLAIM, "data.attestations[0]", MEASURED | {"value": "-023.50"})
    ).fact

    assert "1987654328" == claim.lines[0].ordering_npi
    assert "2084N0400X" == claim.lines[0].ordering_specialty
    assert ("-23.5", "{score}") == (str(claim.attestations[0].value), claim.attestations[0].unit)


MEASURED = {"kind": "score", "date_of_service": "2025-06-02", "unit": "{score}"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("7", "7", id="a whole number"),
        pytest.param("70", "70", id="one that ends in a zero"),
        pytest.param("7.00", "7", id="zeros that say nothing"),
        pytest.param(".5", "0.5", id="no digit before the point"),
        pytest.param("-.0", "0", id="no less than nothing"),
    ],
)
def test_a_measure_has_one_form(written, expected):
    event = event_of(CLAIM, attestations=[MEASURED | {"value": written}])

    assert expected == str(accepted(event).fact.attestations[0].value)


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_a_replacement_or_void_names_its_original(frequency):
    decoded = accepted(event_of(CLAIM, frequency=frequency, replaces="C-1000"))

    assert "C-1000" == decoded.fact.replaces


@pytest.mark.parametrize(
    "replaces",
    [
        pytest.param("C-1000", id="another_claim"),
        pytest.param("C-1001", id="itself"),
        pytest.param({"no": "id"}, id="malformed"),
        pytest.param("x" * 257, id="too_long"),
    ],
)
def test_what_an_original_replaces_is_ignored(replaces):
    decoded = accepted(event_of(CLAIM, replaces=replaces))

    assert decoded.fact.replaces is None


def test_lines_pointers_and_diagnoses_keep_their_order():
    line = event_of(CLAIM)["data"]["lines"][0]
    lines = [line | {"line": 7, "diagnosis_pointers": [2, 1]}, line | {"line": 3}]

    decoded = accepted(event_of(CLAIM, lines=lines, diagnoses=["I67.89", "C71.1"]))

    assert [7, 3] == [line.number for line in decoded.fact.lines]
    assert (2, 1) == decoded.fact.lines[0].diagnosis_pointers
    assert ("I67.89", "C71.1") == decoded.fact.diagnoses


def test_a_claim_may_have_999_lines():
    line = event_of(CLAIM)["data"]["lines"][0]

    decoded = accepted(event_of(CLAIM, lines=[line | {"line": n} for n in range(999, 0, -1)]))

    assert 999 == len(decoded.fact.lines)


def test_a_service_may_be_of_the_day_the_claim_was_received():
    event = with_value(event_of(CLAIM), "data.lines[0].date_of_service", "2025-06-20")

    assert date(2025, 6, 20) == accepted(event).fact.lines[0].date_of_service


def test_attestations_of_any_kind_and_day_are_taken():
    attestation = {"kind": " Something else ", "date_of_service": "2025-12-31"}

    decoded = accepted(event_of(CLAIM, attestations=[attestation]))

    assert (Attestation(" Something else ", date(2025, 12, 31)),) == decoded.fact.attestations
