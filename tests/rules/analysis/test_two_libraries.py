"""A member under two libraries: what flips by itself, and what only because others come out so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.analysis.two_libraries import MemberComparison, changed_details, compare, decide
from tests.rules.builders import (
    LIMITED_MRI,
    claim,
    pet,
    pet_report,
    record,
    report,
)
from tests.rules.deciding import library, shipped, with_plan
from tests.support.libraries import with_versions

OLD_MRI = report(on=-100)
"""Within the shipped lookback of 180 days, and outside of 90."""


def _compared(facts, tried, in_use=None):
    known = record(*facts)
    before, after = decide(known, in_use or shipped()), decide(known, tried)
    return compare(known, before, after, tried)


def _told(compared: MemberComparison):
    """Claim, reason before and after, and whether the line flips by itself."""
    return [
        (flip.before.claim_id, flip.before.reason, flip.after.reason, flip.is_first_order)
        for flip in compared.flips
    ]


def test_under_the_same_rules_nothing_flips():
    compared = _compared([claim(), LIMITED_MRI, pet(on=5)], library())

    assert ((), 0) == compared[:2]


def test_a_line_that_its_own_findings_flip_is_first_order():
    compared = _compared([claim(), pet_report(on=-80)], library(exclusivity_window_days=60))

    assert [("C-1", "PET_EXCLUSIVE", "CONVENTIONAL_IMAGING_UNKNOWN", True)] == _told(compared)


def test_a_pet_that_only_a_changed_spectroscopy_flips_is_cascaded():
    compared = _compared([claim(), OLD_MRI, pet(on=5)], library(conventional_lookback_days=90))

    assert [
        ("C-1", "CRITERIA_MET", "CONVENTIONAL_IMAGING_UNUSABLE", True),
        ("P-1", "PET_EXCLUSIVE", "PET_EXCLUSIVITY_UNCLEAR", False),
    ] == _told(compared)


def test_a_flip_names_what_the_line_would_be_by_itself():
    compared = _compared([claim(), OLD_MRI, pet(on=5)], library(conventional_lookback_days=90))

    assert ["CONVENTIONAL_IMAGING_UNUSABLE", "PET_EXCLUSIVE"] == [
        flip.by_itself.reason for flip in compared.flips
    ]


def test_a_line_that_both_would_flip_is_first_order():
    tried = library(conventional_lookback_days=90, pet_after_mrs="ignore")

    compared = _compared([claim(), OLD_MRI, pet(on=5)], tried)

    assert ("P-1", "PET_EXCLUSIVE", "NO_CONFLICT", True) in _told(compared)


def test_a_study_of_the_same_day_flips_the_other_only_by_cascade():
    facts = [claim(), OLD_MRI, report("S-2", on=-10, result="conclusive"), pet(on=0)]

    compared = _compared(facts, library(conventional_lookback_days=90))

    assert [
        ("C-1", "CONVENTIONAL_RESULT_UNKNOWN", "CONVENTIONAL_IMAGING_CONCLUSIVE", True),
        ("P-1", "PET_EXCLUSIVITY_UNCLEAR", "NO_CONFLICT", False),
    ] == _told(compared)


def test_what_a_report_alone_tells_of_cascades_too():
    facts = [
        claim("C-0", on=-100),
        report(on=-110),
        pet_report(on=-20, status="performed"),
        claim("C-1", on=0),
        report("S-2", on=-5),
    ]

    compared = _compared(facts, library(exclusivity_window_days=60))

    assert [("C-1", "CRITERIA_MET", "PET_EXCLUSIVE", False)] == _told(compared)


def test_a_line_that_is_no_longer_barred_flips_a_later_one_by_cascade():
    facts = [
        claim("C-0", received=1, plan="sample-no-mrs"),
        claim("C-1", received=4, npi="1987654328"),
        LIMITED_MRI,
    ]
    tried = with_plan("sample-no-mrs", excluded_procedures=frozenset())

    compared = _compared(facts, tried)

    assert [
        ("C-0", "NON_COVERED_BENEFIT", "CRITERIA_MET", True),
        ("C-1", "CRITERIA_MET", "SUSPECT_DUPLICATE", False),
    ] == _told(compared)


def test_a_flip_that_others_undo_is_counted_and_not_told():
    in_use = library(exclusivity_window_days=1)
    tried = library(conventional_lookback_days=90)
    facts = [
        claim(),
        OLD_MRI,
        report("S-2", on=-10, result="conclusive"),
        pet(on=5),
    ]

    compared = _compared(facts, tried, in_use)

    assert [("C-1", "CONVENTIONAL_IMAGING_CONCLUSIVE", True)] == [
        (flip.before.claim_id, flip.after.reason, flip.is_first_order) for flip in compared.flips
    ]
    assert 1 == compared.undone


def test_a_study_that_the_first_library_does_not_know_stands_as_the_second_decides_it():
    own = shipped()
    (version,) = own.versions
    pets = {code: held for code, held in version.codes.watched.items() if code != "78608"}
    in_use = with_versions(own, (replace(version, codes=replace(version.codes, watched=pets)),))

    compared = _compared([claim(), LIMITED_MRI, pet_report()], own, in_use)

    assert [("C-1", "CRITERIA_MET", "PET_EXCLUSIVE", True)] == _told(compared)


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        pytest.param(library(), [], id="nothing"),
        pytest.param(library(pend_due_days=31), ["due_on"], id="the_day_until_which_it_waits"),
        pytest.param(
            library(unlisted_but_documented="accept"), ["needs"], id="what_would_resolve_it"
        ),
    ],
)
def test_details_that_differ_beside_outcome_and_reason_are_named(tried, expected):
    known = record(claim(diagnoses=("G40.209",), plan="nobody-knows-it"), claim("C-2", units=2,
                   diagnoses=("G40.209",)))  # fmt: skip

    (_, before), (_, after) = (decide(known, each).determinations for each in (shipped(), tried))

    assert expected == list(changed_details(before, after))
