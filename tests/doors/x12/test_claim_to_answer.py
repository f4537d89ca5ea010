"""A claim that came in a file is decided, and its answers name what its sender knows it by."""

from __future__ import annotations

import io
import json
import tomllib

import pytest

from doors.x12.answers import answers_to
from doors.x12.decided_lines import decided_lines
from doors.x12.files import read_file
from doors.x12.kept_claims import keep_claims
from doors.x12.payer import EXAMPLE, Payer
from doors.x12.submitted_claims import submitted_claims
from doors.x12.terms import ReadingTerms
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from rules.loading.payers import load_payers
from tests.doors.x12.determinations import event_in
from tests.doors.x12.guides import faults_by_map, named
from tests.doors.x12.professional import SET, changed, file_of
from tests.support.turns import work_off
from tests.support.worlds import MemoryWorld

PAYER = Payer.model_validate(tomllib.loads(EXAMPLE))
TERMS = ReadingTerms(load_payers(SHIPPED), b"", plan="sample-commercial")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.fixture
def answered(library: Library, tmp_path):
    """The answers to the determinations of a file, one after another."""

    def answers(*segments: str) -> list[dict[str, bytes]]:
        kept = tmp_path / "claims.sqlite"
        content = io.BytesIO(file_of(segments).encode())
        with read_file(content, "claims.837", TERMS) as reading:
            keep_claims(kept, reading)
            events = list(reading.events())
        world = MemoryWorld()
        work_off(world, library, *events)
        found = []
        with submitted_claims(kept) as claims, decided_lines(tmp_path / "decided") as decided:
            for event in map(event_in, world.determinations()):
                origin = claims.origin_of(event.data.member_id, event.data.claim_id)
                answers = answers_to(event, origin, decided.note(event), PAYER)
                assert () == answers.remarks
                found.append(dict(answers.files))
        return found

    return answers


def test_a_claim_without_imaging_is_pended_and_its_report_asked_for(answered):
    (files,) = answered(*SET)

    assert {"277", "adjustments.json", "request.277"} == set(files)
    assert "STC*R4:18748-4::LOI" in "".join(named(files["request.277"], "STC"))
    assert ["TRN*2*PAT-1"] == named(files["277"], "TRN")[-1:]
    assert "REF*FJ*LINE-1" in named(files["277"], "REF")
    assert [] == faults_by_map(files["277"])


def test_a_claim_that_is_denied_as_a_whole_gets_its_remittance(answered):
    """A diagnosis that ICD-10-CM does not have is no billable one."""
    (files,) = answered(*changed("HI*ABK:C711", "HI*ABK:C7199"))

    assert "denied" == json.loads(files["adjustments.json"])["outcome"]
    assert "CLP*PAT-1*4*850*0**ZZ*" in named(files["835"], "CLP")[0]
    assert ["CAS*CO*16*850"] == named(files["835"], "CAS")
    assert {"LQ*HE*M81", "LQ*HE*M76"} >= set(named(files["835"], "LQ")) > set()
    assert [] == faults_by_map(files["835"])
