"""Edges of the proof: versions that join without a gap, and procedures that are all spoken for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import get_args

from rules.loading.files import SHIPPED, load_library
from rules.plans import AuthorityRow, LineOfBusiness
from rules.proof.dates import gaps
from rules.proof.space import addable_rows
from tests.support.libraries import with_versions

LIBRARY = load_library(SHIPPED)
JOIN = date(2026, 3, 1)


def test_versions_that_join_leave_no_gap_between_them():
    (first,) = LIBRARY.versions
    second = replace(first, version="2026-03-01", effective_from=JOIN)
    joined = with_versions(LIBRARY, (replace(first, effective_to=JOIN), second))

    found = [gap for gap in gaps(joined, LIBRARY.icd10cm) if "no version" in gap]

    assert ["before 2025-03-17: no version of the policy"] == found


def test_no_row_can_be_added_where_an_authority_speaks_for_every_line_of_business():
    row = AuthorityRow(
        authority="LCD",
        reference="L-1",
        procedures=frozenset({"76390"}),
        lines_of_business=frozenset(get_args(LineOfBusiness)),
        effective_from=date(2020, 1, 1),
        effective_to=None,
        effect="governs",
    )
    baseline = SimpleNamespace(version=LIBRARY.versions[0])

    added = addable_rows(replace(LIBRARY, authorities=(row,)), "76390", baseline)

    assert {"NCD", "eMedNY"} == {each.authority for each in added}
