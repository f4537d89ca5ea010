"""The reasons of the shipped library: their codes and what each asks for."""

from __future__ import annotations

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library, read_remittance


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.mark.parametrize(
    ("reason", "group", "carc", "rarc"),
    [
        ("NON_COVERED_BENEFIT", "plan:non_covered", "204", ("N130",)),
        ("NCD_NON_COVERED", "CO", "96", ("N386",)),
        ("LCD_NON_COVERED", "CO", "96", ("N115",)),
        ("MEDICAID_GUIDELINE", "CO", "96", ("N130",)),
        ("MODIFIER_INVALID", "CO", "4", ("N519",)),
        ("DIAGNOSIS_INVALID", "CO", "16", ("M81", "M76")),
        ("DIAGNOSIS_UNVERIFIED", None, "16", ("M76",)),
        ("DUPLICATE", "OA", "18", ()),
        ("COMPONENT_INCLUDED", "CO", "97", ("M15",)),
        ("SUSPECT_DUPLICATE", None, "133", ()),
        ("REPEAT_SAME_DAY", None, "133", ()),
        ("INVESTIGATIONAL_SERVICE", "plan:investigational", "55", ("N623",)),
        ("INVESTIGATIONAL_INDICATION", "plan:investigational", "55", ("N623",)),
        ("INDICATION_UNCLEAR", None, "252", ("N706",)),
        ("CONVENTIONAL_IMAGING_CONCLUSIVE", "CO", "50", ("N661",)),
        ("CONVENTIONAL_IMAGING_ABSENT", "CO", "50", ("N674",)),
        ("CONVENTIONAL_IMAGING_UNKNOWN", None, "252", ("N706",)),
        ("CONVENTIONAL_IMAGING_UNUSABLE", None, "252", ("N706",)),
        ("CONVENTIONAL_RESULT_UNKNOWN", None, "252", ("M31",)),
        ("PET_EXCLUSIVE", "CO", "272", ("M86",)),
        ("PET_EXCLUSIVE_SAME_DAY", "CO", "231", ("M80",)),
        ("PET_EXCLUSIVITY_UNCLEAR", None, "252", ("N706",)),
        ("ORIGINAL_NOT_FOUND", None, "16", ("N152",)),
        ("REVIEWED", "CO", "50", ("N661",)),
    ],
)
def test_a_reason_carries_its_codes(
    library: Library, reason: str, group: str | None, carc: str, rarc: tuple[str, ...]
) -> None:
    held = library.reasons[reason]

    assert (group, carc, rarc) == (held.group, held.carc, held.rarc)


def test_the_other_reasons_carry_no_codes(library: Library) -> None:
    bare = {code for code, held in library.reasons.items() if held.carc is None}

    assert bare == {
        "CRITERIA_MET",
        "PEER_REVIEW",
        "REVIEW_OUTDATED",
        "PLAN_UNKNOWN",
        "OTHER_AUTHORITY",
        "NO_POLICY_VERSION",
        "NO_CONFLICT",
        "OUT_OF_SCOPE",
        "SUPERSEDED",
        "VOIDED",
        "VOID_PROCESSED",
    }
    assert len(library.reasons) == 35


def test_what_a_reason_asks_for_stands_in_the_order_of_the_needs(library: Library) -> None:
    order = list(library.needs)

    for reason in library.reasons.values():
        assert list(reason.needs) == sorted(reason.needs, key=order.index)


def test_a_line_is_denied_or_held_for_a_reason_of_each_criterion(library: Library) -> None:
    asked = {reason.criterion for reason in library.reasons.values()} - {""}

    assert asked == set(library.policies[0].sections)


def test_no_code_of_a_reason_had_ended_in_the_published_lists(library: Library) -> None:
    published = {(code.kind, code.code): code for code in read_remittance(SHIPPED).codes}

    for reason in library.reasons.values():
        if reason.carc is not None:
            assert published["CARC", reason.carc].ended is None
        assert [published["RARC", code].ended for code in reason.rarc] == [None] * len(reason.rarc)


def test_a_carc_has_the_rarc_that_it_demands(library: Library) -> None:
    demands = read_remittance(SHIPPED).demands

    demanding = [r for r in library.reasons.values() if r.carc in demands]
    assert {reason.carc for reason in demanding} == {"16", "18", "96", "133", "252"}
    assert all(bool(r.rarc) >= demands[r.carc or ""].needs_rarc for r in demanding)
    assert demands["18"].group == library.reasons["DUPLICATE"].group == "OA"
