"""A finding is encoded once where it is said of many lines, and always to the same bytes."""

from __future__ import annotations

import msgspec
import pytest

from rules.determination import Evidence, Finding
from rules.loading.files import SHIPPED, load_library
from rules.remembered import REMEMBERED_MAX
from worker.determinations.findings import encoded_findings, finding_data


@pytest.fixture
def library():
    return load_library(SHIPPED)


def finding(because: str = "why", *evidence: Evidence) -> Finding:
    return Finding("indication", "2.1", "met", because, evidence=evidence, parameters={"days": 90})


def plainly(findings: list[Finding]) -> bytes:
    return msgspec.json.encode([finding_data(each) for each in findings])


def test_what_is_encoded_equals_what_is_said_in_plain(library):
    findings = [
        finding(),
        finding("a study", Evidence("report", id="S-1")),
        finding("a word", Evidence("attestation", claim_id="C-1")),
        finding('a "quoted" ид'),
    ]

    for _ in range(2):
        assert plainly(findings) == msgspec.json.encode(encoded_findings(findings, library))


def test_one_that_is_said_again_is_encoded_once(library):
    said_again = finding()

    first, second = encoded_findings([said_again, said_again], library)

    assert first is second


def test_one_that_points_to_evidence_is_not_kept(library):
    said_again = finding("a study", Evidence("report", id="S-1"))

    first, second = encoded_findings([said_again, said_again], library)

    assert first is not second


def test_another_library_keeps_its_own(library):
    said_again = finding()
    (first,) = encoded_findings([said_again], library)

    (second,) = encoded_findings([said_again], load_library(SHIPPED))

    assert first is not second
    assert plainly([said_again]) == msgspec.json.encode([second])


def test_no_number_of_findings_mixes_them_up(library):
    for number in range(2 * REMEMBERED_MAX + 2):
        one = finding(str(number))
        assert plainly([one]) == msgspec.json.encode(encoded_findings([one], library))
