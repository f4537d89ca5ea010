"""The classes of versions, dates, plans and diagnoses that the decision space is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from rules.loading.files import SHIPPED
from rules.plans import Plan
from rules.proof.baseline import Baseline
from rules.proof.check import OpenLibrary
from rules.proof.classes import (
    UNKNOWN_PLAN,
    Span,
    classes_of_diagnoses,
    classes_of_plans,
    spans_of_dates,
)
from rules.proof.decisions import book_of
from rules.proof.enumeration import SAMPLED, Enumerated, sample_of
from rules.proof.imaging import imaging_variants
from rules.proof.library_check import open_library
from rules.proof.parts import parts
from rules.proof.situation import Laboratory, Setting, Variant
from rules.proof.space import addable_rows
from tests.rules.builders import claim
from tests.rules.proof_libraries import ABSCESS, baseline_of, baselines_of, shipped_open, small


def test_each_version_has_a_baseline_of_its_own() -> None:
    (version,) = small().library.versions
    first = replace(version, version="first", effective_to=date(2025, 9, 1))
    second = replace(version, version="second", effective_from=date(2025, 9, 1))
    unknown = replace(
        version,
        version="unknown",
        effective_from=date(2026, 12, 1),
        effective_to=date(2027, 1, 1),
    )

    found = baselines_of(small(versions=(first, second, unknown)))

    days = [baseline.setting.on for baseline in found]
    assert ["first", "second", "unknown"] == [baseline.version.version for baseline in found]
    assert days[0] < date(2025, 9, 1) <= days[1]
    assert date(2026, 12, 1) == days[2]


def test_a_baseline_without_an_exclusive_diagnosis_is_better_than_none() -> None:
    opened = small()
    abscess = {ABSCESS: opened.library.versions[0].codes.indications[ABSCESS]}

    assert (ABSCESS,) == baseline_of(small(indications=abscess)).setting.diagnoses


def test_a_library_without_pet_codes_or_modifiers_can_be_gone_through() -> None:
    bare = small(watched={}, modifiers={}, authorities=())
    baseline = baseline_of(bare)
    enumerated = Enumerated(Laboratory(bare.library), book_of(bare))

    for part in _parts(bare, baseline):
        for setting in part:
            enumerated.decide(setting)

    assert {} == enumerated.breaches


def test_no_row_is_added_where_each_line_of_business_has_one_already() -> None:
    opened = small()
    every = frozenset({"commercial", "essential_plan", "child_health_plus"})
    full = replace(
        opened.library.authorities[0],
        lines_of_business=every | {"medicaid", "medicare", "dsnp"},
        effective_to=None,
    )
    library = replace(opened.library, authorities=(full,))

    added = list(addable_rows(library, "76390", baseline_of(opened)))

    assert {"LCD", "eMedNY"} == {one.authority for one in added}


def test_spans_are_cut_where_anything_dated_begins_or_ends() -> None:
    opened = small("E72.53,billable,2025-10-01,")

    spans = spans_of_dates(opened.library, opened.table)

    assert Span(date(2025, 3, 17), date(2025, 9, 30)) in spans
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(spans))


def test_of_a_large_class_codes_are_spread_over_it() -> None:
    classes = classes_of_diagnoses(shipped_open().library, shipped_open().table)
    largest = max(classes, key=lambda held: len(held.codes))

    sample = list(sample_of(largest))

    assert len(sample) <= SAMPLED + 1
    assert (largest.codes[0], largest.codes[-1]) == (sample[0], sample[-1])


def test_plans_of_one_kind_are_asked_once() -> None:
    opened = small()
    twin: Plan = replace(opened.library.plans["sample-commercial"], plan_id="twin")
    plans = {**opened.library.plans, "twin": twin}

    assert "twin" not in _plans_of(small(plans=plans))
    assert UNKNOWN_PLAN == _plans_of(opened)[-1]


def test_a_variant_adds_to_what_is_beside_a_line() -> None:
    setting = baseline_of(small()).setting._replace(beside=(claim("C-8"),))

    changed = Variant("", (claim("C-9"),), {"units": Decimal(2)}).of(setting)

    assert (2, ["C-8", "C-9"]) == (changed.units, [one.claim_id for one in changed.beside])  # type: ignore[union-attr]


def test_a_library_is_opened_with_all_that_is_around_it() -> None:
    opened = open_library(SHIPPED, SHIPPED / "plans")

    assert shipped_open().library.digest == opened.library.digest
    assert "code_sets/carc_rarc.csv" in opened.sources


def _plans_of(opened: OpenLibrary) -> tuple[str, ...]:
    return classes_of_plans(opened.library)


def _parts(opened: OpenLibrary, baseline: Baseline) -> list[list[Setting]]:
    classes = classes_of_diagnoses(opened.library, opened.table)
    return [list(part.settings)[::7] for part in parts(opened.library, baseline, classes)]


def test_a_head_ct_that_a_pet_ct_may_have_made_itself_is_among_the_imaging_histories() -> None:
    setting, shipped = baseline_of(small()).setting, shipped_open().library

    variants = imaging_variants(setting, shipped.versions[0], shipped)

    beside = [{getattr(fact, "procedure", None) for fact in held.beside} for held in variants]
    assert any({"70450", "78814"} <= procedures for procedures in beside)
