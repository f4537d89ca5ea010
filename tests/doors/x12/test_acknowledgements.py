"""TA1, 999 and 277CA say what became of a file, and pyx12's maps accept them."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from doors.x12.acknowledgements import acknowledgements
from doors.x12.claim_faults import claim_fault
from doors.x12.reading import EnvelopeFault, Party, SegmentFault
from tests.doors.x12.guides import faults_by_map, named, segments_in
from tests.doors.x12.readings import (
    ISA,
    PATIENT,
    claim_reading,
    file_reading,
    set_reading,
)

AT = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)
GOOD = set_reading([claim_reading(1), claim_reading(2)])
WRONG_COUNT = EnvelopeFault("4", "SE01 does not count its segments.")
MISSING_TRAILER = EnvelopeFault("023", "IEA is missing.")
NOTED = EnvelopeFault("7", "It is noted.", rejects=False)
REJECTED = set_reading([claim_reading()], [WRONG_COUNT], control_number="0022")


def answers_to(reading, text: str = "") -> dict[str, bytes]:
    answers = acknowledgements(reading, io.BytesIO(text.encode()), "utf-8", AT)
    return {ending: b"".join(pieces) for ending, pieces in answers.items()}


def test_an_accepted_file_gets_all_three_and_every_map_accepts_them():
    answers = answers_to(file_reading(GOOD))

    assert ["ta1", "999", "277ca"] == list(answers)
    assert [] == faults_by_map(answers["999"])
    assert [] == faults_by_map(answers["277ca"])


def test_a_ta1_names_the_interchange_and_accepts_it():
    answers = answers_to(file_reading(GOOD))

    assert ["TA1*000000907*250701*1147*A*000"] == named(answers["ta1"], "TA1")


def test_a_faulty_envelope_is_rejected_with_its_code():
    answers = answers_to(file_reading(GOOD, faults=[MISSING_TRAILER]))

    assert ["TA1*000000907*250701*1147*R*023"] == named(answers["ta1"], "TA1")
    assert "277ca" not in answers


def test_a_fault_that_rejects_nothing_leaves_the_interchange_accepted():
    answers = answers_to(file_reading(GOOD, faults=[NOTED]))

    assert ["TA1*000000907*250701*1147*A*000"] == named(answers["ta1"], "TA1")


def test_answers_go_back_to_whom_the_file_came_from():
    isa, gs = segments_in(answers_to(file_reading(GOOD))["999"])[:2]

    assert "ZZ*RECEIVER       *ZZ*SENDER         *250702*0830*^*00501*" in isa
    assert isa.endswith("*0*T*:")
    assert "GS*FA*RECAPP*SENDAPP*20250702*0830*1*X*005010X231A1" == gs


CASES = {
    "accepted": ([GOOD], [], "IK5*A", "AK9*A*1*1*1"),
    "rejected": ([REJECTED], [], "IK5*R*4", "AK9*R*1*1*0"),
    "noted": ([set_reading(faults=[NOTED])], [], "IK5*E*7", "AK9*E*1*1*1"),
    "one of two rejected": ([GOOD, REJECTED], [], "IK5*A IK5*R*4", "AK9*P*2*2*1"),
    "the group rejected": ([GOOD], [EnvelopeFault("4", "GE02.")], "IK5*A", "AK9*R*1*1*1*4"),
    "the group noted": (
        [GOOD],
        [EnvelopeFault("5", "GE01.", rejects=False)],
        "IK5*A",
        "AK9*E*1*1*1*5",
    ),
}


@pytest.mark.parametrize(("sets", "faults", "of_sets", "of_group"), CASES.values(), ids=CASES)
def test_a_999_adds_up(sets, faults, of_sets, of_group):
    answer = answers_to(file_reading(*sets, group_faults=faults))["999"]

    assert of_sets.split(" ") == named(answer, "IK5")
    assert [of_group] == named(answer, "AK9")
    assert [] == faults_by_map(answer)


def test_a_segment_at_fault_is_named_with_its_elements():
    faults = [
        SegmentFault("HI", 21, "2300", "8", 2, "7", "A code is unknown."),
        SegmentFault("HI", 21, "2300", "8", 3, None, "A code is unknown."),
        SegmentFault("LX", 25, None, "3", None, None, "LX is missing."),
    ]
    answer = answers_to(file_reading(set_reading(segment_faults=faults)))["999"]

    expected = ["IK3*HI*21**8", "IK4*2**7", "IK4*3**7", "IK3*LX*25**3", "IK5*R*5"]
    assert expected == named(answer, "IK3", "IK4", "IK5")
    assert [] == faults_by_map(answer)


def test_an_interchange_without_a_group_gets_a_ta1_alone():
    answers = answers_to(file_reading(groups=0))

    assert ["ta1"] == list(answers)
    assert "ZZ*SENDER" in segments_in(answers["ta1"])[0]


def test_an_isa_that_ends_early_is_answered_with_what_it_says():
    answers = answers_to(file_reading(groups=0, elements=ISA[:13], faults=[MISSING_TRAILER]))

    assert ["TA1*000000907*250701*1147*R*023"] == named(answers["ta1"], "TA1")


def test_each_claim_is_accepted_or_rejected_with_why():
    claims = [
        claim_reading(1),
        claim_reading(2, claim_fault("DATE_MISSING", 1), claim_fault("ICD9_AFTER_ITS_END")),
    ]
    answer = answers_to(file_reading(set_reading(claims)))["277ca"]

    accepted, rejected = [each for each in named(answer, "STC") if "A1:19" not in each]
    assert "STC*A2:20*20250702*WQ*850" == accepted
    assert rejected.startswith("STC*A3:21*20250702*U*850********Line 1  Neither the line nor")
    assert ["TRN*2*PAT-1", "TRN*2*PAT-2"] == named(answer, "TRN")[-2:]
    assert ["REF*1K*C-1"] == named(answer, "REF")
    assert ["QTY*90*1", "QTY*AA*1", "QTY*QA*1", "QTY*QC*1"] == named(answer, "QTY")
    assert [] == faults_by_map(answer)


def test_of_a_rejected_set_the_999_speaks_and_no_277():
    answer = answers_to(file_reading(GOOD, REJECTED))["277ca"]

    assert 1 == len(named(answer, "ST"))
    assert "277ca" not in answers_to(file_reading(REJECTED))
    assert "277ca" not in answers_to(file_reading(set_reading()))


def test_many_claims_are_told_of_in_sets_of_a_thousand():
    claims = [claim_reading(number) for number in range(1, 1_002)]
    answer = answers_to(file_reading(set_reading(claims)))["277ca"]

    assert 2 == len(named(answer, "ST"))
    assert ["QTY*90*1000", "QTY*90*1"] == [each for each in named(answer, "QTY") if "*90*" in each]
    assert 1_001 == len(named(answer, "REF"))


ODD = {
    "without a date": {"first_day": "", "last_day": ""},
    "with a date that is none": {"first_day": "20250230"},
    "over days": {"last_day": "20250618"},
    "without a charge": {"charge": ""},
    "with an endless charge": {"charge": "Infinity"},
    "of nobody": {"patient": Party("", "", "", "", "", "", "")},
    "of an organization": {"patient": PATIENT._replace(kind="2")},
    "from nobody": {"billing": Party("", "", "", "", "", "", "")},
    "from an organization": {"billing": Party("2", "A CLINIC", "", "", "", "FI", "123456789")},
    "with letters beyond ASCII": {"patient": PATIENT._replace(last="MÜLLER*ß")},
}


@pytest.mark.parametrize("changed", ODD.values(), ids=ODD)
def test_a_claim_is_acknowledged_whatever_it_lacks(changed):
    answer = answers_to(file_reading(set_reading([claim_reading(1, **changed)])))["277ca"]

    assert [] == faults_by_map(answer)


def test_the_same_file_at_the_same_time_gets_the_same_bytes():
    assert answers_to(file_reading(GOOD)) == answers_to(file_reading(GOOD))


def test_another_file_and_another_kind_of_answer_get_another_control_number():
    files = [file_reading(GOOD), file_reading(GOOD, elements=(*ISA[:12], "000000908", *ISA[13:]))]
    numbers = {
        named(content, "IEA")[0].rpartition("*")[2]
        for file in files
        for content in answers_to(file).values()
    }

    assert 6 == len(numbers)
