"""What of a library decides nothing: rows, codes, purposes and parameters, each taken out once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.code_sets import DecidedCode
from rules.proof.check import OpenLibrary
from rules.proof.decisions import Decisions
from rules.proof.liveness import dead_parts
from rules.proof.situation import Laboratory
from tests.rules.proof_libraries import TUMOUR, baseline_of, faults, small

CODES = small().library.versions[0].codes
OWN = "policies/6.01.03/2025-03-17/code_sets"


def dead_of(opened: OpenLibrary) -> list[str]:
    laboratory = Laboratory(opened.library)
    found = dead_parts(laboratory, opened.table, baseline_of(opened))
    return [f"{one.file}: {one.what}" for one in found]


@pytest.mark.parametrize(
    ("opened", "dead"),
    [
        pytest.param(
            small(
                decided={
                    **CODES.decided,
                    "99999": DecidedCode(investigational=True, has_components=False),
                }
            ),
            [],
            id="a_code_that_is_decided",
        ),
        pytest.param(
            small(symptom_chapters=frozenset("Q")),
            [f"{OWN}/symptom_chapters.csv: Q"],
            id="letter",
        ),
        pytest.param(
            small("E72.53,billable,,2024-12-01"),
            [],
            id="a_code_of_the_table_alone",
        ),
    ],
)
def test_what_changes_nothing_is_dead(opened: OpenLibrary, dead: list[str]) -> None:
    found = dead_of(opened)

    assert set(dead) <= set(found)
    assert not any("99999" in one for one in found)


def test_a_listed_code_that_was_never_billable_under_the_version_is_dead() -> None:
    indications = {**CODES.indications, "E72.53": CODES.indications[TUMOUR]}

    found = dead_of(small("E72.53,billable,,2024-12-01", indications=indications))

    assert f"{OWN}/indications.csv: E72.53" in found


def test_an_authority_row_is_dead_where_no_plan_has_its_line_of_business() -> None:
    assert "authorities.csv: NCD 220.2.1, lines_of_business: dsnp" in dead_of(small())


def test_a_purpose_that_no_code_has_is_dead() -> None:
    assert f"{OWN}/indication_names.csv: indication 2 changes nothing" in faults(
        Decisions(small()).checks["rows"]()
    )


def test_a_library_under_which_nothing_is_approved_says_so() -> None:
    nothing = Decisions(small(conventional_imaging={}, company=()))

    assert () == nothing._baselines
    assert ["nothing is ever approved under version 2025-03-17"] == faults(
        nothing.checks["versions"]()
    )
    assert all("indication" in fault for fault in faults(nothing.checks["rows"]()))


def test_a_parameter_that_decides_nothing_is_named() -> None:
    found = Decisions(small()).checks["parameters"]()

    assert [
        "body_pet_certainty decides nothing",
        "exclusivity_questions decides nothing",
        "skull_base_pet_counts decides nothing",
        "unlisted_but_documented decides nothing",
    ] == faults(found)


def test_each_version_is_proved_by_its_own_code_sets() -> None:
    """A code that is dead in one version is a fault of that version, and of no other."""
    opened = small("E72.53,billable,,2024-12-01")
    (version,) = opened.library.versions
    dead = {**version.codes.indications, "E72.53": version.codes.indications[TUMOUR]}
    following = replace(
        version,
        version="2025-09-01",
        effective_from=date(2025, 9, 1),
        codes=replace(version.codes, indications=dead),
    )
    versions = (replace(version, effective_to=date(2025, 9, 1)), following)

    found = faults(
        Decisions(small("E72.53,billable,,2024-12-01", versions=versions)).checks["rows"]()
    )

    of_code = [fault for fault in found if "E72.53" in fault]
    own = "policies/6.01.03/2025-09-01/code_sets/indications.csv"
    assert [f"{own}: E72.53 changes nothing"] == of_code
