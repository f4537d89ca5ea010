"""A library of two policies with something wrong in the second is refused, and says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.loading.files import derive_library, load_library
from rules.loading.version_files import code_sets_of
from tests.rules.library_folders import edit, refused
from tests.rules.second_policy import HERE, POLICY_TOML, SECOND, write_two_policies

PLAN = "plans/second.toml"
REASONS = f"{HERE}reasons.csv"
DAMAGES = {
    "a need without words": (
        REASONS,
        "nothing is told,,252,N706,review",
        "nothing is told,,252,N706,measurement;review",
        "asks for measurement without words",
    ),
    "a plan of a policy that there is not": (
        PLAN,
        f'policies = ["{SECOND}"]',
        'policies = ["third"]',
        "names 'third', which the library does not have",
    ),
    "a plan of two that decide the same": (
        PLAN,
        f'policies = ["{SECOND}"]',
        f'policies = ["6.01.03", "{SECOND}"]',
        "lets 6.01.03 and second both decide",
    ),
    "a part of a kind that there is not": (
        POLICY_TOML,
        'kind = "measured"',
        'kind = "mesured"',
        "is 'mesured', which is not allowed",
    ),
    "a part of a kind that is asked of a study": (
        POLICY_TOML,
        'kind = "measured"',
        'kind = "exclusivity"',
        "is 'exclusivity', which is not allowed",
    ),
    "a part that lacks a word": (
        POLICY_TOML,
        'attestation = "dose", unit = "mg"',
        'attestation = "dose"',
        "lacks unit",
    ),
    "a measure that is no number": (
        POLICY_TOML,
        'value = "2.5"',
        'value = "much"',
        "is 'much', which is no number",
    ),
    "a measure below the least": (
        POLICY_TOML,
        'value = "2.5"',
        'value = "0.4"',
        "is 0.4, which is out of range",
    ),
    "a measure above the most": (
        POLICY_TOML,
        'value = "2.5"',
        'value = "10.1"',
        "is 10.1, which is out of range",
    ),
    "a purpose that there is not": (
        POLICY_TOML,
        'value = ["growth", "tumour", "abscess", "seizures"]',
        'value = ["growth", "headache"]',
        "has headache, which is not allowed",
    ),
    "a service that is neither of the two": (
        POLICY_TOML,
        'services = ["spectroscopy", "positron"]\nsections = ["header"]',
        'services = ["spectroscopy", "pet"]\nsections = ["header"]',
        "names 'pet', which is not a service of the policy",
    ),
    "an own reason of no criterion": (
        REASONS,
        "NOT_TOLD,told,",
        "NOT_TOLD,tolled,",
        "criterion is 'tolled', which is not allowed",
    ),
    "an own reason of a section that there is not": (
        REASONS,
        "TOLD_UNCLEAR,told,I.A,",
        "TOLD_UNCLEAR,told,III,",
        "section is 'III', which is not a section",
    ),
    "a reason of the library cited in a section that there is not": (
        REASONS,
        "CRITERIA_MET,,II,",
        "CRITERIA_MET,,III,",
        "section is 'III', which is not a section",
    ),
    "an own reason that is not written in capitals": (
        REASONS,
        "TOLD_UNCLEAR,told",
        "told_unclear,told",
        "'told_unclear', which is not in the form of a code",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_second_policy_is_refused_with_its_place(
    damage: tuple[str, str, str, str], tmp_path: Path
) -> None:
    file, old, new, wrong = damage
    folder = write_two_policies(tmp_path / "library")
    edit(folder, file, old, new)

    assert wrong in str(refused(folder))


def test_a_kind_that_there_is_not_is_one_fault(tmp_path: Path) -> None:
    folder = write_two_policies(tmp_path / "library")
    edit(folder, POLICY_TOML, 'kind = "n_of"', 'kind = "any_of"')

    named = [fault for fault in refused(folder).faults if "criterion told" in str(fault)]

    assert ["is 'any_of', which is not allowed"] == [fault.wrong for fault in named]


LATE = """\
[[criterion]]
name = "late"
kind = "never"
reasons = { never = "NOT_TOLD" }
sections = ["I.A"]
cited_as = "I.A"
looks_at = "nothing"
met = "never"
not_met = "always"
unknown = "never"

"""


def test_nothing_is_asked_after_exclusivity(tmp_path: Path) -> None:
    folder = write_two_policies(tmp_path / "library")
    edit(folder, POLICY_TOML, "[parameter.least_parts]", f"{LATE}[parameter.least_parts]")

    assert "comes after pet_exclusivity" in str(refused(folder))


def test_a_set_that_a_part_names_must_be_there(tmp_path: Path) -> None:
    folder = write_two_policies(tmp_path / "library")
    (folder / HERE / "code_sets/places.csv").unlink()

    assert f"{HERE}code_sets/places.csv: is missing" in str(refused(folder))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(b'criterion = ["x"]', frozenset(), id="criteria that are no tables"),
        pytest.param(b'service = "mrs"', {"mrs"}, id="a service alone"),
        pytest.param(b"service = 3", frozenset(), id="a service that is no word"),
        pytest.param(b"[[[", None, id="no TOML"),
    ],
)
def test_the_code_sets_of_a_policy_are_found_as_far_as_it_can_be_read(
    policy: bytes, expected: set[str] | None
) -> None:
    assert expected == code_sets_of(policy)


def test_versions_of_a_policy_name_their_services_alike(tmp_path: Path) -> None:
    folder = write_two_policies(tmp_path / "library")
    (folder / "policies" / SECOND).rename(folder / "policies" / "moved")
    edit(folder, "policies/moved/2025-03-17/policy.toml", f'id = "{SECOND}"', 'id = "6.01.03"')
    text = "policies/moved/2025-03-17/policy.toml"
    edit(folder, text, 'version = "2025-03-17"', 'version = "2026-03-01"')
    edit(folder, text, "effective_from = 2025-03-17", "effective_from = 2026-03-01")
    (folder / "policies/moved/2025-03-17").rename(folder / "policies/6.01.03/2026-03-01")
    (folder / "policies/moved").rmdir()
    for plan in ("second", "other"):
        edit(folder, f"plans/{plan}.toml", f'policies = ["{SECOND}"]', 'policies = ["6.01.03"]')
    first = "policies/6.01.03/2025-03-17/policy.toml"
    edit(folder, first, "# No `effective_to`", "effective_to = 2026-03-01\n# No `effective_to`")

    assert "names its services otherwise than version 2025-03-17" in str(refused(folder))


def test_a_parameter_is_set_in_the_policies_that_have_it(tmp_path: Path) -> None:
    folder = write_two_policies(tmp_path / "library")

    derive_library(folder, tmp_path / "derived", {"least_parts": 1}, [])

    first, second = load_library(tmp_path / "derived").policies
    assert second.versions[0].parameters["least_parts"] == 1
    assert "least_parts" not in first.versions[0].parameters
