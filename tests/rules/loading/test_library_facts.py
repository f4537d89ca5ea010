"""What the shipped library says: codes, authorities and plans."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from rules.plans import AuthorityRow

MRS_CODES = {"76390", "0609T", "0610T", "0611T", "0612T"}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


def table_codes() -> Iterator[tuple[str, str]]:
    with (SHIPPED / "code_sets" / "icd10cm.csv").open() as table:
        for row in csv.DictReader(table):
            yield row["code"], row["kind"]


def billable(*families: str) -> set[str]:
    """The billable codes of some headings, by membership in the table."""
    return {
        code
        for code, kind in table_codes()
        if kind == "billable" and any(code.startswith(family) for family in families)
    }


def test_exactly_the_32_codes_of_the_policys_list_are_listed(library: Library) -> None:
    listed = {code for code, held in library.indications.items() if held.support == "listed"}

    ranges = billable("C71", "C79.3", "C79.4", "G46")
    single = {"G03.9", "G04.90", "G04.91", "G06.0", "G37.4", "I67.89", "I68.0", "I68.8", "R56.9"}
    assert ranges | single == listed
    assert len(listed) == 32


@pytest.mark.parametrize(
    "code",
    ["C71", "C79.3", "C79.4", "G46", "G04.9", "I67.8", "I68", "I68.2", "I67.82", "F44.5", "Z21"],
)
def test_what_a_careless_range_would_let_in_is_in_no_indication(
    library: Library, code: str
) -> None:
    assert code not in library.indications


def test_hyperoxaluria_of_diet_or_gut_is_in_no_indication(library: Library) -> None:
    hyperoxaluria = billable("E72.54")

    assert len(hyperoxaluria) == 4
    assert hyperoxaluria.isdisjoint(library.indications)


@pytest.mark.parametrize(
    ("code", "indications", "support"),
    [
        pytest.param("C71.1", {1, 3, 4}, "listed", id="a_brain_tumour"),
        pytest.param("I67.89", set(), "listed", id="radiation_damage_by_itself"),
        pytest.param("G40.209", {6}, "documented", id="focal_epilepsy"),
        pytest.param("E75.25", {2}, "documented", id="a_leukodystrophy"),
        pytest.param("B20", {5}, "suggested", id="hiv_disease_alone"),
    ],
)
def test_an_indication_has_its_support(
    library: Library, code: str, indications: set[int], support: str
) -> None:
    held = library.indications[code]

    assert (frozenset(indications), support) == (held.indications, held.support)


def test_the_brain_tumour_codes_are_their_families_by_membership(library: Library) -> None:
    expected = billable("C71", "C79.31", "D33.0", "D33.1", "D33.2", "D43.0", "D43.1", "D43.2")

    assert expected | {"Z85.841", "Z86.011"} == library.brain_tumour


def test_two_codes_have_an_indication_only_in_company(library: Library) -> None:
    radiation, meningitis = library.company

    assert (radiation.code, radiation.indication, radiation.in_history) == ("I67.89", 1, True)
    assert radiation.beside == library.brain_tumour
    assert (meningitis.code, meningitis.indication, meningitis.in_history) == ("G03.9", 5, False)
    assert meningitis.beside == {"B20", "G06.0"}


def test_the_indications_fall_into_four_groups(library: Library) -> None:
    groups = {number: name.group for number, name in library.indication_names.items()}

    assert groups == {
        1: "tumour",
        2: "metabolic",
        3: "tumour",
        4: "tumour",
        5: "infection",
        6: "seizure",
    }
    assert library.indication_names[4].section == "I.A.4"
    assert library.symptom_chapters == set("RZVWXY")


def test_the_procedures_are_those_of_rules_md(library: Library) -> None:
    classes = {
        kind: {code for code, held in library.pet.items() if held.pet_class == kind}
        for kind in ("brain", "possible", "skull_base")
    }

    assert set(library.mrs) == MRS_CODES
    assert classes == {
        "brain": {"78608", "78609"},
        "possible": {"78811", "78813", "78814", "78816", "G0235"},
        "skull_base": {"78812", "78815"},
    }
    assert {c for c, held in library.pet.items() if held.has_own_ct} == {"78814", "78815", "78816"}
    imaging = library.conventional_imaging
    assert set(imaging) == {"70551", "70552", "70553", "70450", "70460", "70470"}
    assert [code for code, held in imaging.items() if held.may_be_attenuation] == ["70450"]


def test_only_76390_is_proven_and_has_components(library: Library) -> None:
    proven = {code for code, held in library.mrs.items() if not held.investigational}

    assert proven == {"76390"}
    assert proven == {code for code, held in library.mrs.items() if held.has_components}


def test_the_treatments_are_those_of_rules_md(library: Library) -> None:
    kinds = ("craniotomy", "radiosurgery", "radiotherapy")
    counts = {kind: list(library.episode_reset.values()).count(kind) for kind in kinds}

    assert counts == {"craniotomy": 24, "radiosurgery": 7, "radiotherapy": 5}
    assert library.episode_reset["61541"] == "craniotomy"
    assert "61542" not in library.episode_reset
    assert "61547" not in library.episode_reset
    assert library.episode_reset["77432"] == "radiosurgery"
    assert library.episode_reset["77431"] == "radiotherapy"


def test_modifiers_have_one_meaning_each(library: Library) -> None:
    by_meaning: dict[str, set[str]] = {}
    for modifier, meaning in library.modifiers.items():
        by_meaning.setdefault(meaning, set()).add(modifier)

    assert by_meaning == {
        "professional": {"26"},
        "technical": {"TC"},
        "discontinued": {"53", "73", "74"},
        "repeat": {"76", "77"},
        "distinct": {"59", "XE", "XP", "XS", "XU"},
        "bilateral": {"50"},
    }


def test_the_national_determination_ends_with_2020(library: Library) -> None:
    national, _ = library.authorities

    assert (national.authority, national.reference, national.effect) == (
        "NCD",
        "220.2.1",
        "non_covered",
    )
    assert not national.speaks_of("76390", "medicare", date(1994, 3, 21))
    assert national.speaks_of("76390", "medicare", date(1994, 3, 22))
    assert national.speaks_of("76390", "dsnp", date(2020, 12, 31))
    assert not national.speaks_of("76390", "dsnp", date(2021, 1, 1))
    assert not national.speaks_of("76390", "medicaid", date(2019, 1, 1))


def test_another_determination_governs_the_whole_pet_code_set(library: Library) -> None:
    _, pet = library.authorities

    assert pet.effect == "governs"
    assert pet.procedures == set(library.pet)
    assert pet.speaks_of("78608", "medicare", date(1950, 1, 1))
    assert pet.speaks_of("78608", "dsnp", date(2100, 1, 1))
    assert isinstance(pet, AuthorityRow)


@pytest.mark.parametrize(
    ("plan_id", "business", "group"),
    [
        ("sample-commercial", "commercial", "PR"),
        ("sample-ny-commercial", "commercial", "PR"),
        ("sample-no-mrs", "commercial", "PR"),
        ("sample-essential", "essential_plan", "CO"),
        ("sample-child-health", "child_health_plus", "CO"),
        ("sample-medicaid", "medicaid", "CO"),
        ("sample-medicare", "medicare", "PR"),
        ("sample-dsnp", "dsnp", "CO"),
        ("sample-dsnp-no-medicare-mrs", "dsnp", "CO"),
    ],
)
def test_a_sample_plan_has_its_line_of_business_and_groups(
    library: Library, plan_id: str, business: str, group: str
) -> None:
    plan = library.plans[plan_id]

    assert (plan.line_of_business, plan.non_covered_group) == (business, group)
    assert plan.investigational_group == "CO"
    assert plan.claims_known_from is None
    assert plan.clinical_denials_need_peer_review is (plan_id == "sample-ny-commercial")


def test_nine_sample_plans_are_shipped_and_two_of_them_exclude_something(library: Library) -> None:
    excluding = {
        plan_id: (
            plan.excluded_procedures,
            plan.medicare_excluded_procedures,
            plan.medicaid_excluded_procedures,
        )
        for plan_id, plan in library.plans.items()
        if plan.excluded_procedures
        | plan.medicare_excluded_procedures
        | plan.medicaid_excluded_procedures
    }

    assert len(library.plans) == 9
    assert excluding == {
        "sample-no-mrs": (MRS_CODES, set(), set()),
        "sample-dsnp-no-medicare-mrs": (set(), MRS_CODES, set()),
    }
