"""A policy folder that asks every kind of criterion that looks at a line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from rules.criteria.kinds_of_lines import LINE_KINDS
from rules.library_model import Library
from rules.loading.files import load_library
from rules.terms_of_lines import MeasuredTerms, NOfTerms, PlaceTerms
from tests.rules.builders import LIMITED_MRI, attestation, claim, line
from tests.rules.deciding import decide_line, finding
from tests.rules.library_folders import POLICY, SETS, VERSION, copy_small_library, edit, refused

TOLD = """sections = ["Codes"]
cited_as = "Codes"
looks_at = "the line"
met = "as the test says"
not_met = "as the test says"
unknown = "as the test says"
"""

CRITERIA = f"""
[[criterion]]
name = "t_never"
kind = "never"
reasons = {{ never = "T_NEVER" }}
{TOLD}
[[criterion]]
name = "t_referred"
kind = "referred"
words = {{ whose = "the benefit manager" }}
reasons = {{ referred = "T_REFERRED" }}
{TOLD}
[[criterion]]
name = "t_units"
kind = "units"
parameters = {{ most = "t_units_most" }}
reasons = {{ too_many = "T_UNITS" }}
{TOLD}
[[criterion]]
name = "t_site"
kind = "place_of_service"
sets = {{ places = "t_places" }}
parameters = {{ institutional = "t_institutional" }}
reasons = {{ elsewhere = "T_ELSEWHERE", unknown = "T_NOWHERE" }}
{TOLD}
[[criterion]]
name = "t_ordered"
kind = "ordered_by"
sets = {{ specialties = "t_specialties" }}
reasons = {{ other = "T_OTHER", unknown = "T_NOBODY" }}
{TOLD}
[[criterion]]
name = "t_authorized"
kind = "authorization"
parameters = {{ rule = "t_rule", missing = "t_missing" }}
reasons = {{ missing = "T_UNAUTHORIZED" }}
{TOLD}
[[criterion]]
name = "t_visit"
kind = "attested"
words = {{ attestation = "visit" }}
parameters = {{ missing = "t_missing" }}
reasons = {{ missing = "T_NO_VISIT" }}
{TOLD}
[[criterion]]
name = "t_companion"
kind = "companion"
sets = {{ companions = "t_companions" }}
parameters = {{ missing = "t_missing" }}
reasons = {{ missing = "T_ALONE" }}
{TOLD}
[[criterion]]
name = "t_any"
kind = "n_of"
parameters = {{ least = "t_least" }}
reasons = {{ fewer = "T_FEWER", open = "T_OPEN" }}
{TOLD}
[[criterion.part]]
name = "t_bmi"
kind = "measured"
words = {{ attestation = "bmi", unit = "kg/m2" }}
parameters = {{ least = "t_bmi_least", within_days = "t_bmi_days" }}
reasons = {{ outside = "T_BMI", missing = "T_NO_BMI" }}

[[criterion.part]]
name = "t_inner"
kind = "n_of"
parameters = {{ least = "t_inner_least" }}
reasons = {{ fewer = "T_FEWER", open = "T_OPEN" }}

[[criterion.part.part]]
name = "t_inner_site"
kind = "place_of_service"
sets = {{ places = "t_inner_places" }}
reasons = {{ elsewhere = "T_INNER", unknown = "T_INNER" }}

[[criterion]]
name = "pet_exclusivity"
"""

TYPED = {
    "t_units_most": 'type = "count"\nvalue = 2\nother_answers = { least = 1, most = 9 }',
    "t_institutional": 'type = "choice"\nvalue = "accept"\nother_answers = ["pend"]',
    "t_rule": 'type = "choice"\nvalue = "required"\nother_answers = ["waived"]',
    "t_missing": 'type = "choice"\nvalue = "pend"\nother_answers = ["deny"]',
    "t_least": 'type = "count"\nvalue = 1\nother_answers = { least = 1, most = 2 }',
    "t_inner_least": 'type = "count"\nvalue = 1\nother_answers = { least = 1, most = 1 }',
    "t_bmi_least": 'type = "measure"\nvalue = "35.5"\nother_answers = { least = "1", most = "99" }',
    "t_bmi_days": 'type = "days"\nvalue = 30\nother_answers = { least = 0, most = 365 }',
}
PARAMETERS = "".join(
    f'\n[parameter.{name}]\n{typed}\nsection = "Codes"\nquestion = "Of a test?"\nsource = "Ours."\n'
    for name, typed in TYPED.items()
)

REASONS = {
    "t_never": ["T_NEVER"],
    "t_referred": ["T_REFERRED"],
    "t_units": ["T_UNITS"],
    "t_site": ["T_ELSEWHERE", "T_NOWHERE"],
    "t_ordered": ["T_OTHER", "T_NOBODY"],
    "t_authorized": ["T_UNAUTHORIZED"],
    "t_visit": ["T_NO_VISIT"],
    "t_companion": ["T_ALONE"],
    "t_any": ["T_FEWER", "T_OPEN", "T_BMI", "T_NO_BMI", "T_INNER"],
}
CODE_SETS = {
    "t_places": ("t_site", "22"),
    "t_inner_places": ("t_any", "21"),
    "t_specialties": ("t_ordered", "2084N0400X"),
    "t_companions": ("t_companion", "70553"),
}


def folder_of(path: Path) -> Path:
    """The shipped library, whose policy asks each of these kinds too."""
    folder = copy_small_library(path)
    edit(folder, POLICY, '\n[[criterion]]\nname = "pet_exclusivity"\n', CRITERIA)
    first = "\n[parameter.conventional_lookback_days]\n"
    edit(folder, POLICY, first, f"{PARAMETERS}{first}")
    rows = ["code,criterion,section,label,group,carc,rarc,needs"]
    for criterion, codes in REASONS.items():
        rows += [f"{code},{criterion},Codes,a reason of a test,CO,50,N661,review" for code in codes]
    (folder / VERSION / "reasons.csv").write_text("\n".join(rows) + "\n")
    with (folder / VERSION / "sources.csv").open("a") as sources:
        sources.write("reasons.csv,ours,2026,Codes,t_any,of a test\n")
    for name, (criterion, code) in CODE_SETS.items():
        (folder / SETS / f"{name}.csv").write_text(f"code,label,source\n{code},of a test,ours\n")
        with (folder / VERSION / "sources.csv").open("a") as sources:
            sources.write(f"code_sets/{name}.csv,ours,2026,Codes,{criterion},of a test\n")
    return folder


@pytest.fixture(scope="module")
def own_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load_library(folder_of(tmp_path_factory.mktemp("kinds") / "library"))


def test_every_kind_of_a_line_can_be_read(own_library):
    (version,) = own_library.policies[0].versions

    asked = {row.kind for row in version.with_parts}

    assert set(LINE_KINDS) <= asked


def test_slots_hold_what_the_folder_says(own_library):
    (version,) = own_library.policies[0].versions
    rows = {row.name: row for row in version.with_parts}

    assert PlaceTerms(places=frozenset({"22"}), institutional="accept") == rows["t_site"].terms
    assert (
        MeasuredTerms(attestation="bmi", unit="kg/m2", least=Decimal("35.5"), within_days=30)
        == rows["t_bmi"].terms
    )
    assert {"least": "t_bmi_least", "within_days": "t_bmi_days"} == rows["t_bmi"].parameters
    assert isinstance(rows["t_any"].terms, NOfTerms)
    assert [rows["t_bmi"], rows["t_inner"]] == list(rows["t_any"].terms.parts)
    assert [rows["t_inner_site"]] == list(rows["t_inner"].terms.parts)


def test_a_line_is_asked_them(own_library):
    bmi = attestation(-3, "bmi")._replace(value=Decimal(34), unit="kg/m2")

    decided = decide_line(
        claim(lines=(line(1), line(2, "70553")), attestations=(bmi,)),
        LIMITED_MRI,
        using=own_library,
    )

    answers = {
        row.criterion: (row.answer.value, row.reason)
        for row in decided.findings
        if row.criterion.startswith("t_")
    }
    assert {
        "t_never": ("not_met", "T_NEVER"),
        "t_referred": ("unknown", "T_REFERRED"),
        "t_units": ("met", None),
        "t_site": ("not_met", "T_ELSEWHERE"),
        "t_ordered": ("unknown", "T_NOBODY"),
        "t_authorized": ("unknown", "T_UNAUTHORIZED"),
        "t_visit": ("unknown", "T_NO_VISIT"),
        "t_companion": ("met", None),
        "t_any": ("not_met", "T_FEWER"),
    } == answers
    assert {
        "t_least": 1,
        "t_bmi_least": Decimal("35.5"),
        "t_bmi_days": 30,
        "t_inner_least": 1,
    } == finding(decided, "t_any").parameters


@pytest.mark.parametrize(
    ("old", "new", "where", "wrong"),
    [
        pytest.param(
            '"count"\nvalue = 1\nother_answers = { least = 1, most = 2 }',
            '"count"\nvalue = 1\nother_answers = { least = 1, most = 3 }',
            "parameter.t_least",
            "may be 1 to 3, of 2 parts",
            id="more parts than there are",
        ),
        pytest.param(
            '"count"\nvalue = 1\nother_answers = { least = 1, most = 1 }',
            '"count"\nvalue = 1\nother_answers = { least = 0, most = 1 }',
            "parameter.t_inner_least",
            "may be 0 to 1, of 1 parts",
            id="no part, inside another",
        ),
        pytest.param(
            'reasons = { outside = "T_BMI"',
            'reasons = { outside = "T_BMX"',
            "criterion t_bmi.reasons.outside",
            "is 'T_BMX', which is not a reason",
            id="a part's reason that there is not",
        ),
        pytest.param(
            'reasons = { outside = "T_BMI"',
            'reasons = { outside = "T_ALONE"',
            "criterion t_bmi.reasons.outside",
            "is T_ALONE, a reason of 't_companion'",
            id="a part's reason of another criterion",
        ),
    ],
)
def test_what_is_wrong_with_parts_is_told(tmp_path, old, new, where, wrong):
    folder = folder_of(tmp_path / "library")
    edit(folder, POLICY, old, new)

    faults = [(fault.where, fault.wrong) for fault in refused(folder).faults]

    assert [(True, wrong)] == [(f"({where})" in at, said) for at, said in faults if said == wrong]


def test_a_part_without_parts_that_needs_them_is_refused(tmp_path):
    folder = folder_of(tmp_path / "library")
    text = (folder / POLICY).read_text()
    first, last = text.index("[[criterion.part.part]]"), text.index('[[criterion]]\nname = "pet_ex')
    (folder / POLICY).write_text(text[:first] + text[last:])

    faults = [(fault.where, fault.wrong) for fault in refused(folder).faults]

    assert any("t_inner" in where and "has no entry" in wrong for where, wrong in faults)
