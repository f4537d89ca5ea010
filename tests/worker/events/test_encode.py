"""What is written of a fact is read back as the same fact."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rules.facts import (
    Attestation,
    Authorization,
    Claim,
    Coverage,
    Event,
    Fact,
    Finalization,
    Line,
    Person,
    Report,
    Review,
    Treatment,
)
from tests.support.remittance import CODES
from worker.events.decode import decode
from worker.events.encode import as_cloudevent

DAY = date(2025, 6, 16)
LINE = Line(1, "76390", ("26",), DAY, (1,), Decimal("2.5"), Decimal("850.00"), "1234567893", "0610")
WITHOUT_CODE = Line(3, "", (), DAY, (), Decimal(0), revenue_code="0250")
BARE = Line(2, "70553", (), DAY, ())
ORDERED = Line(4, "78608", (), DAY, (), ordering_npi="1", ordering_specialty="2084N0400X")
STATED = Attestation("conventional_imaging_limited", DAY, "PWK-1")
MEASURED = Attestation("score", DAY, None, Decimal("-0.125"), "{score}")
FACTS: dict[str, Fact] = {
    "claim": Claim(
        *("C-1", "7", "C-0", "professional", "sample-commercial", DAY, ("C71.1",)),
        lines=(LINE, BARE, WITHOUT_CODE, ORDERED),
        place_of_service="11",
        attestations=(STATED, MEASURED, Attestation("another", DAY)),
    ),
    "bare_claim": Claim("C-1", "1", None, "institutional", "p", DAY, (), (BARE,)),
    "finalization": Finalization("C-1", 1, "paid"),
    "report": Report("S-1", "70553", ("TC",), DAY, "performed", "limited", ("C71.1",)),
    "coverage": Coverage("p", DAY, date(2025, 12, 31)),
    "open_coverage": Coverage("p", DAY, None),
    "treatment": Treatment("T-1", "61510", DAY, "voided", ("C71.1", "G40.909")),
    "therapy": Treatment("T-1", "", DAY, "performed", (), DAY, "not_tolerated", "N03AX09"),
    "person": Person(date(1961, 4, 30), "female"),
    "unknown_person": Person(),
    "authorization": Authorization("A-1", "76390", DAY, DAY, "approved"),
    "review": Review("C-1", 1, "denied", "seen", "medical director"),
    "appeal": Review(
        *("C-1", 1, "denied", "seen again", "medical director", "R-2", "MD", "appeal"),
        carc="50",
        rarc=("N661", "N706"),
    ),
    "denial_without_remarks": Review(
        *("C-1", 1, "denied", "seen", "medical director"), carc="50", rarc=()
    ),
}


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_that_is_written_is_read_as_the_same(name: str) -> None:
    time = datetime(2025, 6, 20, 14, 3, 0, 250_000, tzinfo=UTC)
    event = Event("M-1", "e-1", "/test", time, FACTS[name])

    read = decode(json.dumps(as_cloudevent(event)).encode(), CODES)

    assert event == read


@pytest.mark.parametrize("units", ["0", "0.001", "0.5", "2", "2.125", "9223372036854775807"])
def test_units_are_written_as_a_number_that_is_read_as_the_same(units: str) -> None:
    claim = Claim(
        *("C-1", "1", None, "institutional", "p", DAY, ()),
        lines=(BARE._replace(units=Decimal(units)),),
    )
    event = Event("M-1", "e-1", "/test", datetime(2025, 6, 20, tzinfo=UTC), claim)

    written = as_cloudevent(event)

    assert not isinstance(written["data"]["lines"][0]["units"], str)
    assert event == decode(json.dumps(written).encode(), CODES)


def test_what_is_not_set_is_left_out() -> None:
    event = Event("M-1", "e-1", "/test", datetime(2025, 6, 20, tzinfo=UTC), FACTS["bare_claim"])

    written = as_cloudevent(event)

    assert "2025-06-20T00:00:00Z" == written["time"]
    assert {"replaces", "place_of_service"}.isdisjoint(written["data"])
    assert "charge" not in written["data"]["lines"][0]
