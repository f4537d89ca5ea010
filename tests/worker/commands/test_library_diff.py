"""`adjudicator library diff`, as a person types it, on libraries that are soon gone through."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.facts import Attestation
from rules.loading.files import SHIPPED
from rules.proof.check import OpenLibrary
from rules.proof.difference_causes import DifferenceCause
from rules.proof.situation import Laboratory, Setting
from rules.proof.two_sides import Side, TwoSides
from tests.rules.library_folders import copy_small_library
from tests.rules.proof.test_library_differences import answering, few
from tests.rules.proof_examples import all_examples
from tests.support.closed_schemas import faults
from worker.cli import adjudicator
from worker.commands import library_diff
from worker.library_views.situation_words import words_of
from worker.replay.in_memory import decide_all
from worker.replay.scenarios import read_scenarios

ON = date(2025, 9, 15)
OWN = few(watched={})
CHANGED = answering(OWN, conventional_lookback_days=90, pend_due_days=31)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(adjudicator, ["library", "diff", *map(str, arguments)])


@pytest.fixture
def two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Folders that stand for two libraries; any other is the first of them."""

    def opened(folder: Path, plans: Path | None) -> OpenLibrary:
        assert plans is None
        return CHANGED if folder.name == "changed" else OWN

    monkeypatch.setattr(library_diff, "open_library", opened)
    folders = (tmp_path / "first", tmp_path / "changed")
    for folder in folders:
        folder.mkdir()
    return folders


def test_each_class_is_told_with_what_it_turns_on_and_the_smallest_situation(two_folders):
    result = run(*two_folders)

    assert 1 == result.exit_code
    assert "MRS  approved CRITERIA_MET -> pended CONVENTIONAL_IMAGING_UNUSABLE" in result.stdout
    assert "   turns on parameter conventional_lookback_days: 180 -> 90\n" in result.stdout
    assert "MRS  pended CONVENTIONAL_IMAGING_UNUSABLE, with other due_on" in result.stdout
    assert "claim C-1: 76390, for C71.1, under sample-commercial, received 4" in result.stdout
    assert "classes of claims are decided differently: " in result.stdout


def test_one_folder_is_held_against_the_library_in_use_and_told_as_json(two_folders):
    result = run(two_folders[1], "--json")

    told = json.loads(result.stdout)
    (one,) = [
        each
        for each in told["classes"]
        if ("CRITERIA_MET", "CONVENTIONAL_IMAGING_UNUSABLE")
        == (each["before"]["reason"], each["after"]["reason"])
    ]
    assert 1 == result.exit_code
    assert {
        *("before", "after", "situations", "differing", "classes"),
        *("policies_added", "policies_removed"),
    } == set(told)
    assert "6.01.03" == one["policy"]
    assert ("pended", "CONVENTIONAL_IMAGING_UNUSABLE") == (
        one["after"]["outcome"],
        one["after"]["reason"],
    )
    assert ["conventional_lookback_days"] == [turn["name"] for turn in one["turns_on"]]
    assert one["smallest"]
    assert [] == faults("output.library-diff", told)


def test_witnesses_are_scenarios_that_the_second_library_fulfils(two_folders, tmp_path: Path):
    file = tmp_path / "witnesses.jsonl"

    run(*two_folders, "--witnesses", file)

    scenarios = list(read_scenarios([str(file)]))
    assert len(scenarios) > 5
    for scenario in scenarios:
        decided = decide_all(map(bytes, scenario.events), CHANGED.library)
        (expected,) = scenario.expect
        (found,) = (
            data for data in decided.final.values() if data["claim_id"] == expected["claim_id"]
        )
        assert expected.items() <= found.items()


def test_libraries_that_decide_alike_are_exit_0(two_folders):
    result = run(two_folders[0])

    assert 0 == result.exit_code
    assert "0 classes of claims are decided differently: 0 of " in result.stdout


def test_each_policy_of_both_libraries_is_told_and_those_of_one_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(library_diff, "open_library", two_of_examples)

    result = run(folder_in(tmp_path, "first"), folder_in(tmp_path, "changed"))

    assert 1 == result.exit_code
    assert "policy example-prior-study is added" in result.stdout
    assert "policy example-never is removed" in result.stdout
    assert (
        "example-count: ONCOLOGIC_PET  denied PET_INITIAL_DONE -> approved CRITERIA_MET"
        in result.stdout
    )
    assert "   turns on parameter initial_most: 1 -> 2\n" in result.stdout


def test_the_situations_of_any_policy_are_written_as_scenarios(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(library_diff, "open_library", two_of_examples)
    file = tmp_path / "witnesses.jsonl"

    run(folder_in(tmp_path, "first"), folder_in(tmp_path, "changed"), "--witnesses", file)

    names = [scenario.name for scenario in read_scenarios([str(file)])]
    assert "oncologic pet: denied PET_INITIAL_DONE -> approved CRITERIA_MET" in names


def folder_in(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


def two_of_examples(folder: Path, _: Path | None) -> OpenLibrary:
    """The example that counts beside another one, which is not the same in the second library."""
    is_changed = folder.name == "changed"
    other = "example-prior-study" if is_changed else "example-never"
    library = all_examples().library
    chosen = [one for one in library.policies if one.policy_id in ("example-count", other)]
    library = replace(library, policies=tuple(chosen))
    if is_changed:
        library = library.with_versions(lambda one: one.with_answers({"initial_most": 2}))
    plans = {name: plan for name, plan in library.plans.items() if name in ("example-count", other)}
    return all_examples()._replace(library=replace(library, plans=plans))


def test_a_library_that_is_refused_is_exit_3(tmp_path: Path):
    folder = copy_small_library(tmp_path / "library")
    (folder / "reasons.csv").unlink()

    result = run(folder)

    assert 3 == result.exit_code
    assert "reasons.csv: is missing" in result.stderr


@pytest.mark.parametrize(
    "folders",
    [
        pytest.param([], id="none"),
        pytest.param([SHIPPED, SHIPPED, SHIPPED], id="three"),
        pytest.param(["no-such-folder"], id="one_that_is_not_there"),
    ],
)
def test_any_other_number_of_folders_is_misuse(folders):
    assert 2 == run(*folders).exit_code


def test_alike_turns_are_named_a_few_at_a_time():
    alike = tuple(f"C{number}" for number in range(8))

    told = library_diff.told_of_turn(DifferenceCause("diagnosis", "C71", "a", "b", alike))

    assert "diagnosis C71: a -> b; so do C0 C1 C2 C3 C4 and 3 more" == told


def test_place_orderer_and_measure_are_said_in_words() -> None:
    word = Attestation("bmi", ON, None, Decimal("31.5"), "kg/m2")
    setting = Setting(
        ON, "plan", "76390", (), attestations=(word,), place_of_service="11",
        ordering_specialty="207T00000X",
    )  # fmt: skip

    (said,) = words_of(setting.situation())

    assert "at place 11, ordered by 207T00000X, attests bmi 31.5 kg/m2 the same day" in said


def test_whatever_a_situation_holds_is_said_in_words(situations):
    words = [word for situation in situations for word in words_of(situation)]

    for part in ("report: ", "enrolled in ", "authorization of ", "by the core system",
                 "by a reviewer", "institutional", "2 units", "a void of", "in place of",
                 "attests ", "the same day", "days before", "days after"):  # fmt: skip
        assert any(part in word for word in words), part


@pytest.fixture(scope="module")
def situations():
    """All of a small space."""
    own = few()
    sides = TwoSides(*(Side(Laboratory(own.library), own.table) for _ in range(2)))
    return [setting.situation() for setting in sides.settings()]
