"""What the shipped library says: codes, authorities and plans."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import pytest

from rules.code_sets import CodeSets
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from rules.plans import AuthorityRow, DenialMode
from tests.rules.library_folders import SETS

ROLES = {"medical director", "physician reviewer", "clinical peer reviewer"}
MRS_CODES = {"76390", "0609T", "0610T", "0611T", "0612T"}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.fixture(scope="module")
def codes(library: Library) -> CodeSets:
    return library.versions[0].codes


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


def test_exactly_the_32_codes_of_the_policys_list_are_listed(codes: CodeSets) -> None:
    listed = {code for code, held in codes.indications.items() if held.support == "listed"}

    ranges = billable("C71", "C79.3", "C79.4", "G46")
    single = {"G03.9", "G04.90", "G04.91", "G06.0", "G37.4", "I67.89", "I68.0", "I68.8", "R56.9"}
    assert ranges | single == listed
    assert len(listed) == 32


@pytest.mark.parametrize(
    "code",
    ["C71", "C79.3", "C79.4", "G46", "G04.9", "I67.8", "I68", "I68.2", "I67.82", "F44.5", "Z21"],
)
def test_what_a_careless_range_would_let_in_is_in_no_indication(codes: CodeSets, code: str) -> None:
    assert code not in codes.indications


def test_hyperoxaluria_of_diet_or_gut_is_in_no_indication(codes: CodeSets) -> None:
    hyperoxaluria = billable("E72.54")

    assert len(hyperoxaluria) == 4
    assert hyperoxaluria.isdisjoint(codes.indications)


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
    codes: CodeSets, code: str, indications: set[int], support: str
) -> None:
    held = codes.indications[code]

    assert (frozenset(indications), support) == (held.indications, held.support)


def test_the_brain_tumour_codes_are_their_families_by_membership(codes: CodeSets) -> None:
    with (SHIPPED / SETS / "brain_tumour.csv").open() as table:
        headings = [row["code"] for row in csv.DictReader(table)]

    assert billable(*headings) == codes.brain_tumour
    assert 49 == len(codes.brain_tumour)
    assert {"C71.9", "C79.31", "D33.3", "D35.2", "C75.1", "Z85.841"} <= codes.brain_tumour
    assert codes.brain_tumour.isdisjoint({"C72.0", "D49.6", "D32.1", "C41.0", "C79.3", "C71"})


def test_two_codes_have_an_indication_only_in_company(codes: CodeSets) -> None:
    radiation, meningitis = codes.company

    assert (radiation.code, radiation.indication, radiation.in_history) == ("I67.89", 1, True)
    assert radiation.beside == codes.brain_tumour
    assert (meningitis.code, meningitis.indication, meningitis.in_history) == ("G03.9", 5, False)
    assert meningitis.beside == {"B20", "G06.0"}


def test_the_indications_fall_into_four_groups(codes: CodeSets) -> None:
    groups = {number: name.group for number, name in codes.indication_names.items()}

    assert groups == {
        1: "tumour",
        2: "metabolic",
        3: "tumour",
        4: "tumour",
        5: "infection",
        6: "seizure",
    }
    assert codes.indication_names[4].section == "I.A.4"
    assert codes.symptom_chapters == set("RZVWXY")
    assert codes.circumstances == set("ZVWXY")


def test_the_procedures_are_those_of_rules_md(codes: CodeSets) -> None:
    classes = {
        kind: {code for code, held in codes.watched.items() if held.pet_class == kind}
        for kind in ("brain", "possible", "skull_base")
    }

    assert set(codes.decided) == MRS_CODES
    assert classes == {
        "brain": {"78608", "78609"},
        "possible": {"78811", "78813", "78814", "78816", "G0235"},
        "skull_base": {"78812", "78815"},
    }
    assert {c for c, held in codes.watched.items() if held.has_own_ct} == {
        "78814",
        "78815",
        "78816",
    }
    imaging = codes.conventional_imaging
    assert set(imaging) == {
        *("70551", "70552", "70553", "70557", "70558", "70559", "70540", "70542", "70543"),
        *("70450", "70460", "70470", "70480", "70481", "70482"),
    }
    assert [code for code, held in imaging.items() if held.may_be_attenuation] == ["70450"]


def test_only_76390_is_proven_and_has_components(codes: CodeSets) -> None:
    proven = {code for code, held in codes.decided.items() if not held.investigational}

    assert proven == {"76390"}
    assert proven == {code for code, held in codes.decided.items() if held.has_components}


def test_the_treatments_are_those_of_rules_md(codes: CodeSets) -> None:
    kinds = ("surgery", "radiosurgery", "radiotherapy")
    counts = {kind: list(codes.episode_reset.values()).count(kind) for kind in kinds}

    assert counts == {"surgery": 45, "radiosurgery": 9, "radiotherapy": 34}
    assert codes.episode_reset["61541"] == "surgery"
    assert {"61542", "61547", "61750", "61760", "62220"}.isdisjoint(codes.episode_reset)
    assert codes.episode_reset["77432"] == "radiosurgery"
    assert codes.episode_reset["77431"] == "radiotherapy"


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
    assert not national.speaks_of("76390", "medicare", date(1994, 3, 21), "NY")
    assert national.speaks_of("76390", "medicare", date(1994, 3, 22), "NY")
    assert national.speaks_of("76390", "dsnp", date(2020, 12, 31), "NY")
    assert not national.speaks_of("76390", "dsnp", date(2021, 1, 1), "NY")
    assert not national.speaks_of("76390", "medicaid", date(2019, 1, 1), "NY")


def test_another_determination_governs_the_whole_pet_code_set(
    library: Library, codes: CodeSets
) -> None:
    _, pet = library.authorities

    assert pet.effect == "governs"
    assert pet.procedures == set(codes.watched)
    assert pet.speaks_of("78608", "medicare", date(1950, 1, 1), "NY")
    assert pet.speaks_of("78608", "dsnp", date(2100, 1, 1), "NY")
    assert isinstance(pet, AuthorityRow)


@pytest.mark.parametrize(
    ("plan_id", "business", "group"),
    [
        ("sample-commercial", "commercial", "PR"),
        ("sample-ny-commercial", "commercial", "PR"),
        ("sample-tx-commercial", "commercial", "PR"),
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


def test_ten_sample_plans_are_shipped_and_two_of_them_exclude_something(library: Library) -> None:
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

    assert len(library.plans) == 10
    assert excluding == {
        "sample-no-mrs": (MRS_CODES, set(), set()),
        "sample-dsnp-no-medicare-mrs": (set(), MRS_CODES, set()),
    }


@pytest.mark.parametrize(
    ("plan_id", "state", "roles"),
    [
        ("sample-commercial", "PA", set()),
        ("sample-no-mrs", "PA", set()),
        ("sample-ny-commercial", "NY", ROLES),
        ("sample-tx-commercial", "TX", ROLES),
        ("sample-essential", "NY", ROLES),
        ("sample-child-health", "NY", ROLES),
        ("sample-medicaid", "NY", ROLES),
        ("sample-medicare", None, ROLES),
        ("sample-dsnp", None, ROLES),
        ("sample-dsnp-no-medicare-mrs", None, ROLES),
    ],
)
def test_a_sample_plan_has_its_state_and_the_roles_that_may_deny(
    library: Library, plan_id: str, state: str | None, roles: set[str]
) -> None:
    plan = library.plans[plan_id]

    assert (state, roles, set()) == (plan.state, plan.peer_reviewer_roles, plan.approving_roles)
    assert () == plan.periods


@pytest.mark.parametrize(
    ("plan_id", "received_at", "expected"),
    [
        pytest.param("sample-commercial", date(2026, 6, 1), "automatic", id="no_law_of_the_state"),
        pytest.param(
            "sample-tx-commercial", date(2025, 12, 31), "automatic", id="the_day_before_the_law"
        ),
        pytest.param(
            "sample-tx-commercial", date(2026, 1, 1), "findings_only", id="the_first_day_of_the_law"
        ),
        pytest.param("sample-ny-commercial", date(2019, 12, 31), "recommend", id="the_plan_itself"),
        pytest.param("sample-essential", date(2019, 12, 31), "automatic", id="before_its_row"),
        pytest.param("sample-essential", date(2020, 1, 1), "recommend", id="from_its_row_on"),
        pytest.param("sample-medicare", date(2025, 6, 1), "recommend", id="a_row_of_every_state"),
        pytest.param("sample-medicaid", date(2025, 6, 1), "recommend", id="in_a_state_without_one"),
    ],
)
def test_the_strictest_of_law_and_plan_says_who_may_deny(
    library: Library, plan_id: str, received_at: date, expected: DenialMode
) -> None:
    assert expected == library.denial_mode(library.plans[plan_id], received_at)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("I10", True, id="high_blood_pressure"),
        pytest.param("C61", True, id="a_tumour_of_another_organ"),
        pytest.param("A02.0", True, id="under_a_heading"),
        pytest.param("A02", True, id="the_heading_itself"),
        pytest.param("A02.1", False, id="excepted"),
        pytest.param("A02.24", True, id="beside_what_is_excepted"),
        pytest.param("A02.21", False, id="what_speaks_for_a_purpose"),
        pytest.param("A54.82", False, id="a_brain_abscess_by_another_name"),
        pytest.param("A00.5", False, id="under_a_heading_but_not_in_the_table"),
        pytest.param("Z99.89", False, id="a_circumstance"),
        pytest.param("R51.9", False, id="a_sign_that_may_come_from_the_brain"),
        pytest.param("", False, id="nothing"),
        pytest.param("A0", False, id="less_than_a_heading"),
    ],
)
def test_unrelated_is_what_was_looked_at(codes: CodeSets, code: str, expected: bool) -> None:
    assert expected is (code in codes.unrelated)


def test_no_code_speaks_both_for_a_purpose_and_against(codes: CodeSets) -> None:
    assert [] == [code for code in codes.indications if code in codes.unrelated]
    assert [] == [code for code in codes.brain_tumour if code in codes.unrelated]


def test_the_sets_have_as_many_codes_as_were_handed_over(codes: CodeSets) -> None:
    unrelated = sum(
        code in codes.unrelated for code, kind in set(table_codes()) if kind == "billable"
    )

    assert (629, 57021) == (len(codes.indications), unrelated)


def test_every_indication_says_where_it_comes_from() -> None:
    with (SHIPPED / SETS / "indications.csv").open() as table:
        rows = list(csv.DictReader(table))

    assert all(
        row["source"].startswith("on the policy's code list") is (row["support"] == "listed")
        for row in rows
    )
    assert all(
        f"I.A.{number}" in row["source"] for row in rows for number in row["indications"][::2]
    )
