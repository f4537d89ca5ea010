"""What is asked of a requester is the same by both doors."""

from __future__ import annotations

from doors.fhir.needs import OUR_OWN, loinc_of_needs
from doors.x12 import needs as by_x12


def test_both_doors_ask_for_the_same_documents():
    assert {need: code for need, code in by_x12.loinc_of_needs().items() if code} == (
        loinc_of_needs()
    )
    assert by_x12.OF_THE_PAYER == OUR_OWN
