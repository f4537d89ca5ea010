"""Each determination has its answers, which follow from it and from its claim's file alone."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doors.x12.answers import answers_to
from doors.x12.decided_lines import DecidedLine
from doors.x12.needs import loinc_of_needs
from doors.x12.payer import EXAMPLE, Payer
from doors.x12.reading import NOBODY, Party
from rules.loading.reasons import NEEDS
from tests.doors.x12.determinations import (
    claim_origin,
    denied,
    determined,
    event_in,
    line_origin,
    pended,
)
from tests.doors.x12.guides import faults_by_map, named, segments_in

PAYER = Payer.model_validate(tomllib.loads(EXAMPLE))
NO = DecidedLine("denied", "CO", "272", ("M86",))
YES = DecidedLine("approved", None, None, ())


def answered(content: bytes, claim=None, decided=None, payer=PAYER):
    claim = claim or claim_origin()
    return answers_to(event_in(content), claim, decided or {}, payer)


STATUSES = {
    "approved": (determined("approved"), "P1:3"),
    "denied": (denied(), "F2:585"),
    "asked for a document": (pended("clinical_records", "review"), "P3:123:85"),
    "asked for a correction": (pended("modifier_or_provider"), "P3:123:85"),
    "in review": (pended("review"), "P2:46"),
    "waiting for the payer's own records": (pended("plan_enrollment"), "P2:46"),
    "out of scope": (determined("not_applicable"), "P1:20"),
}


@pytest.mark.parametrize(("content", "status"), STATUSES.values(), ids=STATUSES)
def test_each_outcome_has_its_status_for_claim_and_line(content, status):
    answer = answered(content).files["277"]

    of_claim, of_line = [each for each in named(answer, "STC") if "A1:19" not in each]
    assert of_claim.startswith(f"STC*{status}*20250701*WQ*850")
    assert f"STC*{status}*20250701*U" == of_line
    assert [] == faults_by_map(answer)


def test_an_answer_goes_to_whom_the_claim_came_from_and_names_what_its_sender_knows():
    answer = answered(determined()).files["277"]

    assert "*ZZ*RECEIVER       *ZZ*SENDER         *250701*1200*" in segments_in(answer)[0]
    assert {"TRN*2*PAT-1", "TRN*2*BATCH-1"} <= set(named(answer, "TRN"))
    assert ["REF*1K*C-1", "REF*FJ*LINE-1"] == named(answer, "REF")


def test_a_pend_asks_for_documents_by_code_and_names_the_rest_in_words():
    needs = ("conventional_imaging_report", "clinical_records", "authorization", "review")
    files = answered(pended(*needs)).files

    asked = named(files["request.277"], "STC")
    assert ["STC*R4:18748-4::LOI*20250701", "STC*R4:11506-3::LOI*20250701"] == asked
    assert "DTP*106*D8*20250815" in named(files["request.277"], "DTP")
    assert any(
        each.endswith("*Needed by 2025-08-15  authorization") for each in named(files["277"], "STC")
    )


def test_without_a_line_the_whole_claim_is_asked_for():
    content = pended("clinical_records", due_on=None)
    answer = answered(content, claim_origin(line_origin(7))).files["request.277"]

    assert ["STC*R4:11506-3::LOI*20250701"] == named(answer, "STC")
    assert [] == named(answer, "SVC")


@pytest.mark.parametrize("need", [need for need, code in loinc_of_needs().items() if not code])
def test_a_need_without_a_code_is_not_asked_for_by_code(need):
    assert "request.277" not in answered(pended(need)).files


def test_every_need_of_the_contract_is_in_the_table():
    assert NEEDS == tuple(loinc_of_needs())


@pytest.mark.parametrize("code", [code for code in loinc_of_needs().values() if code])
def test_a_loinc_code_has_the_check_digit_that_its_number_asks_for(code):
    number, _, check = code.partition("-")
    doubled = str(2 * int(number[::-2][::-1])) + number[-2::-2]

    assert int(check) == -sum(map(int, doubled)) % 10


def test_a_denied_line_has_its_adjustment_and_remarks_for_pricing():
    content = denied(rarc=["M86", "N661"])
    adjustments = json.loads(answered(content).files["adjustments.json"])

    assert ["CAS*CO*272*850~", "LQ*HE*M86~", "LQ*HE*N661~"] == adjustments["segments"]
    assert ("CO", "272", ["M86", "N661"]) == (
        adjustments["group"],
        adjustments["carc"],
        adjustments["rarc"],
    )


def test_an_approved_line_is_left_to_pricing():
    files = answered(determined()).files

    assert {"277", "adjustments.json"} == set(files)
    assert [] == json.loads(files["adjustments.json"])["segments"]


def test_a_claim_of_which_every_line_is_denied_gets_a_balanced_remittance():
    claim = claim_origin(line_origin(1), line_origin(2, charge=Decimal("40.50")))
    answer = answered(denied(2), claim, {1: NO, 2: NO}).files["835"]

    assert "BPR*I*0*C*NON************20250701" == named(answer, "BPR")[0]
    assert ["CLP*PAT-1*4*890.5*0**ZZ*C-1*11*1"] == named(answer, "CLP")
    assert ["CAS*CO*272*850", "CAS*CO*272*40.5"] == named(answer, "CAS")
    assert ["SVC*HC:76390:26*850*0**1", "SVC*HC:76390:26*40.5*0**1"] == named(answer, "SVC")
    assert ["LQ*HE*M86", "LQ*HE*M86"] == named(answer, "LQ")
    assert [] == faults_by_map(answer)


def test_what_the_patient_owes_is_said_of_the_claim():
    patient = DecidedLine("denied", "PR", "204", ("N130",))
    claim = claim_origin(line_origin(1), line_origin(2), filing_code="MC")
    answer = answered(denied(2), claim, {1: patient, 2: NO}).files["835"]

    assert ["CLP*PAT-1*4*1700*0*850*MC*C-1*11*1"] == named(answer, "CLP")
    assert [] == faults_by_map(answer)


ODD = {
    "of a dependent": {"subscriber": Party("1", "SMITH", "JACK", "", "", "MI", "SUB-1")},
    "of a dependent of an organization": {"subscriber": Party("2", "TRUST", "", "", "", "", "")},
    "from an organization": {"billing_provider": Party("2", "CLINIC", "", "", "", "XX", "12")},
    "from a provider without an id": {"billing_provider": Party("2", "CLINIC", *("",) * 5)},
    "without a date": {"first_day": None, "last_day": None},
    "from nobody": {"billing_provider": NOBODY, "tax_id": ""},
}


@pytest.mark.parametrize("changed", ODD.values(), ids=ODD)
def test_a_remittance_is_accepted_whatever_the_claim_lacks(changed):
    answer = answered(denied(), claim_origin(**changed), {1: NO}).files["835"]

    assert [] == faults_by_map(answer)


def test_a_line_is_named_by_its_revenue_code_where_it_has_no_procedure():
    line = line_origin(procedure="", modifiers=(), revenue_code="0610", date_of_service=None)
    answer = answered(denied(), claim_origin(line), {1: NO}).files["835"]

    assert ["SVC*NU:0610*850*0**1"] == named(answer, "SVC")


NO_REMITTANCE = {
    "a line is approved": (claim_origin(line_origin(1), line_origin(2)), {1: YES, 2: NO}),
    "a line is not decided": (claim_origin(line_origin(1), line_origin(2)), {1: NO}),
    "a denial has no codes": (claim_origin(), {1: DecidedLine("denied", None, None, ())}),
    "no line is known": (claim_origin()._replace(lines=()), {1: NO}),
}


@pytest.mark.parametrize(("claim", "decided"), NO_REMITTANCE.values(), ids=NO_REMITTANCE)
def test_there_is_no_remittance_where(claim, decided):
    answers = answered(denied(), claim, decided)

    assert "835" not in answers.files
    assert () == answers.remarks


REMARKS = {
    "lines that do not add up": (
        claim_origin(charge=Decimal(500)),
        PAYER,
        "the charges of its lines do not add up to the charge of the claim.",
    ),
    "a negative charge": (
        claim_origin(line_origin(charge=Decimal(-5))),
        PAYER,
        "a line has a negative charge.",
    ),
    "no payer": (claim_origin(), None, "--payer is not given."),
}


@pytest.mark.parametrize(("claim", "payer", "why"), REMARKS.values(), ids=REMARKS)
def test_a_remittance_that_cannot_be_written_is_remarked_on(claim, payer, why):
    answers = answered(denied(), claim, {1: NO}, payer)

    assert "835" not in answers.files
    assert (f"Every line of its claim is denied, but no 835 is written: {why}",) == answers.remarks


def test_an_answer_to_a_claim_that_no_file_brought_says_what_is_known():
    answers = answers_to(event_in(denied()), None, {1: NO}, PAYER)

    assert ("No file is known that brought its claim: names are missing.",) == answers.remarks
    assert {"277", "adjustments.json"} == set(answers.files)
    assert [] == faults_by_map(answers.files["277"])
    assert "NM1*QC*1*UNKNOWN*****MI*SPL-2" in named(answers.files["277"], "NM1")


def test_a_determination_that_comes_again_has_the_same_answers():
    decided = {1: NO}

    assert answered(denied(), decided=decided) == answered(denied(), decided=decided)


@st.composite
def _lines(draw) -> list[tuple[Decimal, str]]:
    amounts = st.decimals(min_value=0, max_value=99_999, places=2)
    groups = st.sampled_from(["CO", "PR", "OA", "PI"])
    return draw(st.lists(st.tuples(amounts, groups), min_size=1, max_size=8))


@given(_lines())
def test_every_remittance_balances(drawn):
    lines = [line_origin(number, charge=charge) for number, (charge, _) in enumerate(drawn, 1)]
    decided = {
        number: DecidedLine("denied", group, "96", ()) for number, (_, group) in enumerate(drawn, 1)
    }
    answer = answered(denied(), claim_origin(*lines), decided).files["835"]

    (claim,) = (each.split("*") for each in named(answer, "CLP"))
    adjustments = [each.split("*") for each in named(answer, "CAS")]
    services = [each.split("*") for each in named(answer, "SVC")]
    owed = sum(Decimal(each[3]) for each in adjustments if each[1] == "PR")
    assert Decimal(claim[3]) == Decimal(claim[4]) + sum(Decimal(each[3]) for each in adjustments)
    assert Decimal(claim[5] or 0) == owed
    assert [each[2] for each in services] == [each[3] for each in adjustments]
    assert ["0"] == [each.split("*")[2] for each in named(answer, "BPR")]
