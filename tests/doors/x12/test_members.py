"""Two people are never one member, and the same person is always the same."""

from __future__ import annotations

import pytest

from tests.doors.x12.files_837 import (
    CLAIM,
    LINE,
    SUBSCRIBER,
    TERMS,
    codes_of,
    data_of,
    dependent,
    one_claim,
    reading,
)

TED = ("NM1*QC*1*DOE*TED", "DMG*D8*20150305*M")


def patient(*segments: str, parent: str = "2") -> str:
    return one_claim(*dependent(*segments, parent=parent), *CLAIM, *LINE)


def member_of(*segments: str, terms=TERMS) -> str:
    return data_of(patient(*segments), terms)["member_id"]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param(("NM1*QC*1*DOE*TOM", TED[1]), id="a_twin_of_another_name"),
        pytest.param((TED[0], "DMG*D8*20170305*M"), id="another_birth_date"),
        pytest.param((TED[0], "DMG*D8*20150305*F"), id="another_sex"),
        pytest.param(("NM1*QC*1*DOE*TED*B", TED[1]), id="another_middle_name"),
        pytest.param(("NM1*QC*1*DOE*TED***JR", TED[1]), id="another_suffix"),
        pytest.param(("NM1*QC*1*ROE*TED", TED[1]), id="another_last_name"),
        pytest.param(("NM1*QC*1*DOETED*", "DMG*D8*20150305*M", "REF*1W*M-TED"), id="an_own_id"),
    ],
)
def test_two_people_of_a_family_are_two_members(others):
    assert member_of(*TED) != member_of(*others)


def test_the_subscriber_and_the_dependent_are_two_members():
    assert "M-1" == data_of(one_claim(*SUBSCRIBER, *CLAIM, *LINE))["member_id"]
    assert "M-1" != member_of(*TED)


def test_a_person_is_the_same_member_however_its_name_is_written():
    assert member_of(*TED) == member_of("NM1*QC*1*Doe*  ted ", TED[1])


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        pytest.param(("NM1*QC*1*DOE*TED****MI*M-2", TED[1]), "M-2", id="of_the_name"),
        pytest.param((*TED, "REF*1W*M-3"), "M-3", id="of_a_reference"),
    ],
)
def test_an_id_of_the_dependents_own_is_taken(segments, expected):
    assert expected == member_of(*segments)


def test_the_subscribers_id_given_to_a_dependent_is_not_its_own():
    assert member_of(*TED) == member_of("NM1*QC*1*DOE*TED****MI*M-1", TED[1])


def test_another_salt_makes_other_ids():
    assert member_of(*TED) != member_of(*TED, terms=TERMS._replace(salt=b"another"))


def test_a_salt_that_is_missing_is_told():
    with reading(patient(*TED), TERMS._replace(salt=b"")) as found:
        assert ["MRS_MEMBER_SALT"] == [note.split(" ")[0] for note in found.notes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(patient(TED[1]), "PATIENT_NAME_MISSING", id="no_name"),
        pytest.param(patient("NM1*QC*1*DOE", TED[1]), "PATIENT_NAME_MISSING", id="no_first_name"),
        pytest.param(patient(TED[0]), "PATIENT_BIRTH_DATE_MISSING", id="no_birth_date"),
        pytest.param(patient(TED[0], "DMG*D8*20151305*M"), "PATIENT_BIRTH_DATE_INVALID",
                     id="an_impossible_birth_date"),
        pytest.param(patient(*TED, parent="9"), "SUBSCRIBER_IN_DOUBT", id="another_parent"),
        pytest.param(patient(*TED, parent=""), "SUBSCRIBER_IN_DOUBT", id="no_parent"),
        pytest.param(one_claim(*CLAIM, *LINE), "PATIENT_MISSING", id="no_patient"),
        pytest.param(one_claim(SUBSCRIBER[0], *CLAIM, *LINE), "SUBSCRIBER_ID_MISSING",
                     id="a_subscriber_without_an_id"),
        pytest.param(one_claim("HL*2*1*22*1", "HL*3*2*23*0", *TED, *CLAIM, *LINE),
                     "SUBSCRIBER_ID_MISSING", id="a_dependent_of_a_subscriber_without_an_id"),
    ],
)  # fmt: skip
def test_a_patient_that_could_be_another_is_refused(text, expected):
    assert [expected] == codes_of(text)
