"""What a guide does not allow is found, segment by segment, and its values reach no log."""

from __future__ import annotations

import io
import logging

import pytest

from doors.x12 import guide_check
from doors.x12.guide_check import ElementFault, GuideFault, guide_faults
from tests.doors.x12.professional import SET, changed, file_of


def found(*sets, **words):
    """The faults of each set that has any."""
    content = file_of(*sets, **words).encode()
    return {
        place: list(faults) for place, faults in guide_faults(io.BytesIO(content), "utf-8").items()
    }


def test_a_set_as_its_guide_asks_for_it_has_no_fault():
    assert {} == found(SET)


@pytest.mark.parametrize("guide", ["005010X222", "005010X222A1", "005010X222A2"])
def test_every_addendum_of_a_guide_is_followed_by_its_one_map(guide):
    assert {} == found(SET, guide=guide)


CLAIM, SERVICE = "CLM*PAT-1*850***11:B:1*Y*A*Y*I", "SV1*HC:76390*850*UN*1***1"
CASES = {
    "a missing element": (
        changed(CLAIM, "CLM**850***11:B:1*Y*A*Y*I"),
        GuideFault("CLM", 18, "8", (ElementFault(1, None, "1028", "1", None),)),
    ),
    "an unknown code": (
        changed("DMG*D8*19730501*F", "DMG*D8*19730501*Q"),
        GuideFault("DMG", 16, "8", (ElementFault(3, None, "1068", "7", "Q"),)),
    ),
    "a component at fault": (
        changed(CLAIM, "CLM*PAT-1*850***11:Z:1*Y*A*Y*I"),
        GuideFault("CLM", 18, "8", (ElementFault(5, 2, "1332", "7", "Z"),)),
    ),
    "a segment that the guide does not know there": (
        changed("HI*ABK:C711", "HI*ABK:C711", "CL1*1"),
        GuideFault("CL1", 20, "1"),
    ),
    "a segment too few": (
        changed("REF*EI*587654321"),
        GuideFault("REF", 10, "3"),
    ),
    "too many components": (
        changed(SERVICE, "SV1*HC:76390:1:2:3:4:5:6:7:8*850*UN*1***1"),
        GuideFault("SV1", 21, "8"),
    ),
}


@pytest.mark.parametrize(("segments", "fault"), CASES.values(), ids=CASES)
def test_a_fault_is_told_with_its_place_and_code(segments, fault):
    assert fault in found(segments)[0, 0, 0]


def test_faults_are_those_of_their_own_set():
    wrong = changed("DMG*D8*19730501*F", "DMG*D8*19730501*Q")

    assert {(0, 0, 1): 1} == {
        place: len(faults) for place, faults in found(SET, wrong, SET).items()
    }


def test_a_guide_without_a_map_is_not_followed():
    assert {} == found(("BHT*?",), guide="005010X224A2")


def test_no_more_faults_are_gathered_than_a_sender_reads(monkeypatch):
    monkeypatch.setattr(guide_check, "FAULTS_MAX", 2)

    assert 2 == len(found(changed("HI*ABK:C711", *["CL1*1"] * 5))[0, 0, 0])


def test_a_set_is_followed_only_so_far(monkeypatch):
    monkeypatch.setattr(guide_check, "SEGMENTS_MAX", 15)

    assert {} == found(changed(CLAIM, "CLM**850***11:B:1*Y*A*Y*I"))


def test_no_more_faults_are_gathered_of_a_file_than_a_sender_reads(monkeypatch):
    monkeypatch.setattr(guide_check, "FAULTS_OF_FILE_MAX", 2)
    wrong = changed("DMG*D8*19730501*F", "DMG*D8*19730501*Q")

    assert [(0, 0, 0), (0, 0, 1)] == list(found(wrong, wrong, wrong))


def test_each_interchange_and_group_is_counted():
    wrong = changed("DMG*D8*19730501*F", "DMG*D8*19730501*Q")
    files = file_of(SET) + file_of(SET, wrong)

    assert [(1, 0, 1)] == list(guide_faults(io.BytesIO(files.encode()), "utf-8"))


def test_what_cannot_be_read_has_no_faults():
    assert {} == guide_faults(io.BytesIO(b"MSH|^~"), "utf-8")


def test_values_of_a_member_reach_no_log(caplog):
    caplog.set_level(logging.DEBUG)

    found(changed("DMG*D8*19730501*F", "DMG*D8*19731350*F"))

    assert "1973" not in caplog.text
